//! The program: every declaration that the root flow reaches.

use crate::{Bounds, Name, Node, Slot, Target, Type, TypeDef};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole program, ready to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// [`VERSION`](crate::VERSION).
    pub ir: u32,
    /// The root flow, a name in `flows`; empty in a document of tests.
    pub flow: Name,
    /// The declared types.
    pub types: BTreeMap<Name, TypeDef>,
    /// The constants.
    pub consts: BTreeMap<Name, Const>,
    /// The pure functions.
    pub fns: BTreeMap<Name, Function>,
    /// The commands.
    pub commands: BTreeMap<Name, Command>,
    /// The agents.
    pub agents: BTreeMap<Name, Agent>,
    /// The questions to people.
    pub humans: BTreeMap<Name, Human>,
    /// The flows and tools.
    pub flows: BTreeMap<Name, Flow>,
    /// The tests by their sentence, each a flow without parameters and result. A document has these or a root flow.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tests: BTreeMap<Name, Flow>,
    /// The secrets that the modules of the program declare, used or not, by the names of their environment variables: sorted
    /// and without repetition. What is read as a text by the effect `env` is none of them, and their texts are masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Name>,
    /// Every place where a value crosses from one declaration or stage to another.
    pub handoffs: Vec<HandoffEdge>,
    /// Where everything stands in the source.
    pub sources: Sources,
}

impl Program {
    /// What a call's target is called with, if it is there.
    pub fn frame(&self, target: &Target) -> Option<&Frame> {
        match target {
            Target::Command(name) => self.commands.get(name).map(|it| &it.frame),
            Target::Agent(name) => self.agents.get(name).map(|it| &it.frame),
            Target::Human(name) => self.humans.get(name).map(|it| &it.frame),
            Target::Flow(name) => self.flows.get(name).map(|it| &it.frame),
        }
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Const {
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Its value; pure, without locals of the outside.
    pub value: Node,
    /// The locals that it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locals: Vec<Name>,
}

/// What everything that is called has: parameters, result, and the local variables of its body. The first locals are
/// the parameters, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// The parameters.
    pub params: Vec<Param>,
    /// The type of the result.
    pub result: Type,
    /// The names of all locals, by slot, for people who read the document.
    pub locals: Vec<Name>,
    /// The documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Where it is declared.
    pub at: u32,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its local.
    pub slot: Slot,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// The value when a call leaves it out. May use the parameters before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Node>,
    /// Whether a file handed over must still have the content that it had (`@fresh`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fresh: bool,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// An `fn`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Parameters, result, locals.
    pub frame: Frame,
    /// The body; pure.
    pub body: Node,
}

/// A `command`. Every node in it is evaluated in its frame, whose locals are the parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Parameters, result, locals.
    pub frame: Frame,
    /// What runs.
    pub run: Run,
    /// How standard output becomes the result.
    pub output: Output,
    /// The exit codes that are no failure.
    pub ok: Vec<i64>,
    /// What it reads on standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<Node>,
    /// The directory that it runs in, relative to the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<Node>,
    /// A map of environment variables. The only place of a command where a secret may stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<Node>,
    /// How long one attempt may take, a duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Node>,
    /// How many more attempts follow a failed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Node>,
    /// Where it works: `shared` or `worktree`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<Node>,
}

/// What a command runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Run {
    /// A list whose elements are strings, numbers, files, and lists of these, flattened. No shell.
    Argv(Node),
    /// `sh -c`; every value is quoted for the shell, a list as one word each.
    Shell(Vec<crate::Part>),
}

/// How standard output becomes the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Output {
    /// All of it, without the last newline.
    Text,
    /// Its lines; each becomes an element of the declared list (`[string]`, `[file]`, `[int]`, …).
    Lines,
    /// JSON of the declared type.
    Json,
    /// Not looked at.
    None,
    /// The program writes the result into this file, as JSON of the declared type.
    File(Node),
    /// The exit code and both streams, as `Exec`.
    Exec,
}

/// An `agent`. Every node in it is evaluated in its frame, whose locals are the parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// Parameters, result, locals.
    pub frame: Frame,
    /// The prompt.
    pub prompt: Vec<crate::Part>,
    /// The name of its provider; without one, the project's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Name>,
    /// The other settings by name (`model`, `effort`, `system`, `tools`, `mcp`, `skills`, `sandbox`, `network`, `session`,
    /// `timeout`, `retry`, `turns`, `cost`, `env`, `workspace`). A setting that is a lone word, such as `read_only`, is a
    /// string.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<Name, Node>,
    /// The JSON Schema of the result by dialect: `json-schema`, `anthropic`, `openai`.
    pub schemas: BTreeMap<Name, serde_json::Value>,
}

/// A `human`. Every node in it is evaluated in its frame, whose locals are the parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Human {
    /// Parameters, result, locals.
    pub frame: Frame,
    /// The question.
    pub ask: Vec<crate::Part>,
    /// The other settings by name (`choices`, `timeout`, `notify`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<Name, Node>,
    /// The JSON Schema of the answer.
    pub schema: serde_json::Value,
}

/// A `flow` or `tool`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Parameters, result, locals. Stages, endpoints and branches use the same locals.
    pub frame: Frame,
    /// The prefix of its run ids, from `@code` or its name.
    pub code: Name,
    /// What `emit` publishes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emits: Option<Type>,
    /// The body.
    pub body: Node,
    /// The stages.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<Name, Stage>,
    /// The endpoints; each takes calls once control has passed its [`Expose`](crate::ProcessOp::Expose).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub endpoints: BTreeMap<Name, Endpoint>,
    /// `@budget(…)`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// What a run of it may use up.
    #[serde(default)]
    pub bounds: Bounds,
    /// What it may do.
    pub effects: Effects,
    /// Every effectful node by its static key, for tools.
    pub steps: Vec<StepInfo>,
}

/// A stage of a flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// The parameters; their slots are locals of the flow.
    pub params: Vec<Param>,
    /// How often it may be entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Node>,
    /// The body; every path leaves the stage.
    pub body: Node,
    /// The documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Where it is declared.
    pub at: u32,
}

/// An endpoint of a flow: called by whoever holds the process, or as a tool of an agent. Calls are answered one at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The parameters; their slots are locals of the flow.
    pub params: Vec<Param>,
    /// The type of the answer.
    pub result: Type,
    /// The body, in the frame of the flow; [`Op::Return`](crate::Op::Return) answers the call.
    pub body: Node,
    /// The documentation: what the tool does, for an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Where it is declared.
    pub at: u32,
}

/// What a run of a flow may use up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Agent turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<i64>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<i64>,
    /// Millionths of a dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// Tokens in and out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<i64>,
}

/// What a flow may do, itself or through what it calls. Each list is sorted and without repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Effects {
    /// Agents called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<Name>,
    /// Providers that they name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<Name>,
    /// Programs started, by their first word; `sh` for the shell form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<String>,
    /// People asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub humans: Vec<Name>,
    /// Built-in effects used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builtins: Vec<Name>,
    /// Secrets used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Name>,
    /// Tools and MCP servers that agents are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Name>,
    /// Agents that may reach the network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network: Vec<Name>,
    /// Patterns of files that may be read, as far as the program says; `…` is only known at run time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// Patterns of files that may be written, as far as the program says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writes: Vec<String>,
}

/// An effectful node, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StepInfo {
    /// The static key within the flow: `design_phase/loop/architect`.
    pub key: String,
    /// `command`, `agent`, `human`, `flow`, `effect`, `session`, `endpoint`, `blocked`
    pub kind: Name,
    /// What is called.
    pub target: Name,
    /// Where.
    pub at: u32,
}

/// A value that crosses from one place to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HandoffEdge {
    /// The flow in which it happens.
    pub flow: Name,
    /// From where: the flow itself, a stage (`poem_loop.draft`), or a declaration whose result it is (`muse`).
    pub from: Name,
    /// To where: a stage (`poem_loop.judge`), a declaration, or `return`.
    pub to: Name,
    /// The parameter that receives it, if it is one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<Name>,
    /// What crosses.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Where.
    pub at: u32,
}

/// Where everything stands in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The files.
    pub files: Vec<SourceFile>,
    /// The places: file (an index into `files`), then line and column of the start and of the end, counted from 1,
    /// columns in characters.
    pub spans: Vec<(u32, u32, u32, u32, u32)>,
}

/// A source file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Its path, relative to the project.
    pub path: String,
    /// The SHA-256 of its text without its tests, in hexadecimal: a test is no part of the program.
    pub sha256: String,
}
