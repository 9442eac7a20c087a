//! Failures: what `catch` binds.

use std::fmt;
use std::rc::Rc;

use flow_ir::Name;

/// Something that went wrong in a way that a flow may handle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// One of [`kind`]'s, by which programs tell failures apart.
    pub kind: Name,
    /// What happened, for people.
    pub message: String,
    /// The key of the step that failed; empty when none did.
    pub step: String,
    /// The failure behind it.
    pub cause: Option<Rc<Failure>>,
}

impl Failure {
    /// A failure that belongs to no step.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Name::new_static(kind), message: message.into(), step: String::new(), cause: None }
    }

    /// A program that the verifier should have refused: what would be a bug elsewhere is a failure here.
    pub fn invalid(what: impl fmt::Display) -> Self {
        Self::new(kind::INVALID_PROGRAM, format!("the program is not well formed: {what}"))
    }

    /// The same failure, of a step.
    #[must_use]
    pub fn of_step(mut self, step: &str) -> Self {
        if self.step.is_empty() {
            step.clone_into(&mut self.step);
        }
        self
    }

    /// The same failure with another one behind it.
    #[must_use]
    pub fn because(mut self, cause: Rc<Self>) -> Self {
        if self.cause.is_none() {
            self.cause = Some(cause);
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

/// The kinds of failures.
pub mod kind {
    /// `fail "why"`
    pub const FAILED: &str = "Failed";
    /// `blocked "why"`, where a test asks why.
    pub const BLOCKED: &str = "Blocked";
    /// `require c, "message"`
    pub const REQUIRE_FAILED: &str = "RequireFailed";
    /// A program ended with an exit code that is not one of `ok`, or by a signal.
    pub const COMMAND_FAILED: &str = "CommandFailed";
    /// A program could not be started.
    pub const CANNOT_START: &str = "CannotStart";
    /// An agent did not give a result.
    pub const AGENT_FAILED: &str = "AgentFailed";
    /// Something took longer than it may.
    pub const TIMEOUT: &str = "Timeout";
    /// A value is not of the declared type.
    pub const CONTRACT: &str = "ContractViolated";
    /// A loop reached its bound.
    pub const LOOP_EXHAUSTED: &str = "LoopExhausted";
    /// A stage was entered more often than it may.
    pub const STAGE_EXHAUSTED: &str = "StageExhausted";
    /// A budget is used up.
    pub const BUDGET_EXHAUSTED: &str = "BudgetExhausted";
    /// An index outside of a list.
    pub const INDEX_OUT_OF_RANGE: &str = "IndexOutOfRange";
    /// A key that a map does not have.
    pub const KEY_NOT_FOUND: &str = "KeyNotFound";
    /// A division by zero.
    pub const DIVISION_BY_ZERO: &str = "DivisionByZero";
    /// A number outside of its type's range.
    pub const OVERFLOW: &str = "Overflow";
    /// An argument for which a method has no answer.
    pub const BAD_ARGUMENT: &str = "BadArgument";
    /// Recursion that does not end.
    pub const TOO_DEEP: &str = "TooDeep";
    /// Evaluation that does not end within what a test or an exploration may compute.
    pub const TOO_LONG: &str = "TooLong";
    /// Text or a list beyond what the runtime keeps in memory.
    pub const TOO_LARGE: &str = "TooLarge";
    /// A file that is not there, or cannot be read or written.
    pub const FILE_ERROR: &str = "FileError";
    /// A path outside of the workspace.
    pub const OUTSIDE_WORKSPACE: &str = "OutsideWorkspace";
    /// A file that has changed since it was handed over.
    pub const STALE_FILE: &str = "StaleFile";
    /// Something that this version of the runtime cannot do.
    pub const UNSUPPORTED: &str = "Unsupported";
    /// A program that is not well formed.
    pub const INVALID_PROGRAM: &str = "InvalidProgram";
}
