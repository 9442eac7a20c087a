//! What a step does, fully computed: plain data, the same for every engine. Secrets are still only named in it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use flow_ir::{Name, Type};

use crate::process::Program;
use crate::value::{File, Value};

/// What a step does.
#[derive(Clone, Debug)]
pub enum Work {
    /// Runs a program.
    Command(Box<CommandWork>),
    /// Takes a turn of an agent.
    Agent(Box<AgentWork>),
    /// Asks a person.
    Human(Box<HumanWork>),
    /// Waits for this many milliseconds.
    Sleep(i64),
    /// Looks at the clock.
    Now,
    /// Looks at the clock and adds this many milliseconds.
    Deadline(i64),
    /// Draws a number from 0 up to 1.
    Random,
    /// Reads a variable of the runner's environment.
    Env(Rc<str>),
    /// Reads a file's text.
    Read(Rc<File>),
    /// Reads a file's JSON.
    ReadJson(Rc<File>),
    /// Writes a file.
    Write {
        /// Its path.
        path: Rc<str>,
        /// Its text.
        text: Rc<str>,
    },
    /// Lists files.
    Glob(Rc<str>),
    /// Looks whether something is there.
    Exists(Rc<str>),
    /// Waits for a file.
    WaitFor {
        /// Which.
        pattern: Rc<str>,
        /// How long at most, in milliseconds.
        timeout: Option<i64>,
    },
    /// Writes into the run's log.
    Log(Rc<str>),
    /// Publishes a number.
    Metric {
        /// What it counts.
        name: Rc<str>,
        /// How much.
        value: f64,
    },
    /// Publishes an event.
    Emit(Value),
    /// Waits for a value from outside.
    Signal(Rc<str>),
}

/// A program to run.
#[derive(Clone, Debug)]
pub struct CommandWork {
    /// What runs.
    pub program: Program,
    /// How its output becomes the result.
    pub output: Output,
    /// The exit codes that are no failure.
    pub ok: Vec<i64>,
    /// What it reads.
    pub stdin: Option<String>,
    /// Where it runs, relative to the workspace.
    pub cwd: Option<String>,
    /// What is added to its environment.
    pub env: BTreeMap<String, String>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// How many attempts there are, the first included.
    pub attempts: u32,
}

/// How a program's output becomes the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Text, without the last newline.
    Text,
    /// Its lines.
    Lines,
    /// JSON.
    Json,
    /// Nothing.
    None,
    /// The JSON in a file that it writes.
    File(String),
    /// The exit code and both streams.
    Exec,
}

/// A turn of an agent.
#[derive(Clone, Debug)]
pub struct AgentWork {
    /// The agent.
    pub agent: Name,
    /// The prompt as the program has it; the contract of the result is added to it.
    pub prompt: String,
    /// The provider that is named, by the call or the declaration.
    pub provider: Option<Name>,
    /// The other settings by name.
    pub settings: BTreeMap<Name, Value>,
    /// The JSON Schema of the result by dialect.
    pub schemas: BTreeMap<Name, serde_json::Value>,
    /// Documentation that explains the result.
    pub doc: Option<String>,
    /// How long one turn may take.
    pub timeout: Option<Duration>,
    /// How many attempts there are, the first included.
    pub attempts: u32,
}

/// A question to a person.
#[derive(Clone, Debug)]
pub struct HumanWork {
    /// The name by which it is answered.
    pub question: Name,
    /// What is asked.
    pub ask: String,
    /// The other settings by name.
    pub settings: BTreeMap<Name, Value>,
    /// The JSON Schema of the answer.
    pub schema: serde_json::Value,
    /// How long the answer may take, in milliseconds.
    pub timeout: Option<i64>,
}

/// The type of nothing, for steps that yield nothing.
pub const NOTHING: Type = Type::None;
