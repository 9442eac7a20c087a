//! Coding agents: one typed call becomes one turn of a program that drives a model.
//!
//! An [`Adapter`] knows one such program. It is handed a [`TurnRequest`], plain data, and a [`TurnHost`], whoever is
//! interested while the turn runs, and yields a value or a failure of a known kind. Whether the value is of the
//! declared type is not its business: [`contract::run_turn`] asks, and has the agent mend what is wrong.
//!
//! - [`contract`]: the words of the output contract, and the loop that holds an agent to it
//! - [`command`]: any program that reads a prompt and prints JSON
//! - [`claude`]: Claude Code
//! - [`limits`]: what one call may use up
//! - [`provider`]: from the project's settings to an adapter

pub mod claude;
pub mod command;
pub mod contract;
mod limits;
pub mod provider;
mod transcript;
mod usage;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::mask::Mask;
use crate::process::{Pending, ProcessError, StartError, Step};

pub use contract::{Violation, run_turn};
pub use limits::Limits;
pub use provider::{ProviderConfig, Providers};

/// A program that can take a turn.
pub trait Adapter {
    /// What messages call it, such as `claude`.
    fn name(&self) -> &str;

    /// Takes one turn. When this returns, however it does, no process of the turn is left.
    ///
    /// # Errors
    /// Every way in which a turn can fail, with its kind.
    fn turn<'a>(
        &'a self,
        request: &'a TurnRequest,
        host: &'a dyn TurnHost,
    ) -> Pending<'a, Result<TurnOutcome, TurnFailure>>;
}

/// One turn, completely described.
#[derive(Clone, Debug)]
pub struct TurnRequest {
    /// The step that it belongs to; transcript and output go to its directory.
    pub step: Step,
    /// What the agent is told, the output contract included ([`contract::output_contract`]).
    pub prompt: String,
    /// The JSON Schema of the result, or nothing if only the side effects count.
    pub result: Option<Value>,
    /// The model, in the provider's own words.
    pub model: Option<String>,
    /// How hard it should think, in the provider's own words.
    pub effort: Option<String>,
    /// What the agent is told about itself.
    pub system: Option<String>,
    /// The built-in tools that it may use (`read`, `grep`, `glob`, `edit`, `write`, `shell`, `fetch`, `search`, or the
    /// provider's own name); without a list, those that its sandbox suggests.
    pub tools: Option<Vec<String>>,
    /// The tools that the run itself serves.
    pub served: Vec<ServedTool>,
    /// What it may change.
    pub sandbox: Sandbox,
    /// Whether it may use the network through its own tools.
    pub network: bool,
    /// Which conversation this continues, if any.
    pub session: Session,
    /// Where it works, absolute.
    pub workspace: PathBuf,
    /// Where it keeps its own configuration and sessions, absolute, one per run: never the user's own.
    pub home: PathBuf,
    /// The environment that it starts with; the provider's is added.
    pub env: BTreeMap<String, String>,
    /// How long the turn may take.
    pub timeout: Option<Duration>,
    /// What the call that it is a turn of may use up, and what of it is used.
    pub limits: Limits,
    /// Hides secrets in everything that the agent says.
    pub mask: Mask,
}

/// What an agent may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sandbox {
    /// Nothing.
    ReadOnly,
    /// Files in its workspace.
    #[default]
    WorkspaceWrite,
    /// Anything that the user may.
    Full,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// A new one, under this id if the provider lets us choose. See [`session_id`].
    Fresh(String),
    /// The one with this id, as an earlier turn reported it.
    Resume(String),
}

/// A tool that the run serves to the agent.
#[derive(Clone, Debug, PartialEq)]
pub struct ServedTool {
    /// Its name, as the agent sees it.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON Schema of its arguments, an object.
    pub input: Value,
}

/// An agent's call of a [`ServedTool`].
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// Which tool.
    pub name: String,
    /// Its arguments, not yet checked.
    pub arguments: Value,
    /// The provider's id of the call.
    pub id: String,
}

/// What an agent gets for a tool call: JSON or text, or what went wrong.
pub type ToolAnswer = Result<Value, String>;

/// Whoever follows a turn while it runs.
pub trait TurnHost {
    /// Asks for the end of the turn when it is triggered.
    fn cancel(&self) -> CancellationToken;

    /// The id of the session, as soon as it is known. The turn goes on when this returns, so it can be made durable.
    fn session<'a>(&'a self, _id: &'a str) -> Pending<'a, ()> {
        Box::pin(async {})
    }

    /// One message of the transcript, either way.
    fn message(&self, _message: &Value) {}

    /// The agent calls a tool that the run serves.
    fn call<'a>(&'a self, call: ToolCall) -> Pending<'a, ToolAnswer> {
        Box::pin(async move { Err(format!("there is no tool `{}`", call.name)) })
    }
}

/// A host that only cancels.
#[derive(Clone, Debug, Default)]
pub struct CancelOnly(pub CancellationToken);

impl TurnHost for CancelOnly {
    fn cancel(&self) -> CancellationToken {
        self.0.clone()
    }
}

/// What turns used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens that the models read, from a cache or not.
    pub input_tokens: u64,
    /// Tokens that the models wrote.
    pub output_tokens: u64,
    /// Millionths of a dollar, as far as known.
    pub cost_micros: u64,
    /// Those of the turns whose cost is not known.
    pub unpriced: u32,
    /// Turns taken, corrections included.
    pub turns: u32,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.cost_micros += other.cost_micros;
        self.unpriced += other.unpriced;
        self.turns += other.turns;
    }
}

/// A turn that ended well, as far as the provider can tell.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnOutcome {
    /// The result; `null` if only the side effects count.
    pub value: Value,
    /// The session to resume for another turn, if the provider has sessions.
    pub session: Option<String>,
    /// What it used.
    pub usage: Usage,
    /// Everything that was said, one JSON object a line.
    pub transcript: PathBuf,
}

/// A turn that failed.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct TurnFailure {
    /// What can be done about it.
    pub kind: FailureKind,
    /// What happened, for a person.
    pub message: String,
    /// The session, if it can be resumed.
    pub session: Option<String>,
    /// What it used all the same.
    pub usage: Usage,
}

/// The classes of failure, by what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Trying again later: the network, an overloaded service, a killed process.
    Transient {
        /// When, if the service said so.
        retry_after: Option<Duration>,
    },
    /// Nothing but mending the cause: a missing program, a refused key, a request that is wrong in itself.
    Permanent,
    /// Telling the agent: it gave no result, or one of the wrong shape.
    Contract,
    /// Starting a new session: the one to resume is gone.
    NoSession,
    /// More time.
    TimedOut,
    /// More turns or money than the call may use up.
    Exhausted,
    /// It was asked for.
    Cancelled,
    /// Mending this machine, such as its full disk.
    Runtime,
}

impl TurnFailure {
    /// A failure before anything was used.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), session: None, usage: Usage::default() }
    }

    /// A program that could not be started; `install` says how to get it.
    #[must_use]
    pub fn start(error: &StartError, install: Option<&str>) -> Self {
        let message = match (error, install) {
            (StartError::NotFound { .. } | StartError::NoSuchFile { .. }, Some(install)) => {
                format!("{error}; {install}")
            }
            _ => error.to_string(),
        };
        Self::new(FailureKind::Permanent, message)
    }

    /// A program that was lost.
    #[must_use]
    pub fn process(error: &ProcessError) -> Self {
        match error {
            ProcessError::Start(error) => Self::start(error, None),
            _ => Self::new(FailureKind::Runtime, error.to_string()),
        }
    }
}

/// The id for the fresh session of one attempt of a step: always the same, so that it is known before the provider has
/// said a word, and like no other.
#[must_use]
pub fn session_id(run: &str, step: &str, attempt: u32) -> String {
    let mut hash = Sha256::new();
    for part in [run, step, &attempt.to_string()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    // A UUID of version 8: made by a rule of our own.
    id[6] = id[6] & 0x0f | 0x80;
    id[8] = id[8] & 0x3f | 0x80;
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
pub(crate) mod testing {
    use serde_json::json;

    use super::*;

    /// A request for a score, to be changed as a test needs it.
    pub(crate) fn request() -> TurnRequest {
        TurnRequest {
            step: Step { key: "judge".to_owned(), attempt: 1, dir: "/nowhere/steps/0001-judge".into() },
            prompt: "Judge it.".to_owned(),
            result: Some(json!({"type": "object", "properties": {"score": {"type": "integer"}}})),
            model: None,
            effort: None,
            system: None,
            tools: None,
            served: Vec::new(),
            sandbox: Sandbox::default(),
            network: false,
            session: Session::Fresh(session_id("R-1", "judge", 1)),
            workspace: "/nowhere/work".into(),
            home: "/nowhere/home".into(),
            env: BTreeMap::new(),
            timeout: None,
            limits: Limits::default(),
            mask: Mask::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_is_a_uuid_that_depends_on_run_step_and_attempt_alone() {
        let id = session_id("POM-3", "ship/critic", 1);
        assert_eq!(id, session_id("POM-3", "ship/critic", 1));
        assert_ne!(id, session_id("POM-3", "ship/critic", 2));
        assert_ne!(session_id("a", "bc", 1), session_id("ab", "c", 1));
        let shape: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(shape, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "8");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"));
    }
}
