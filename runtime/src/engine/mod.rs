//! What carries out steps: the seam between the interpreter, which decides, and whatever makes its decisions durable.
//!
//! [`crate::run::Local`] is the reference: a journal on this machine. A distributed engine implements the same trait.

mod test;
mod work;

use flow_ir::{Name, Type};
use tokio_util::sync::CancellationToken;

use crate::interp::Out;
use crate::interp::stop::Stop;
use crate::journal::{Spent, StepHash, StepKey, StepKind};
use crate::process::Pending;
use crate::value::Value;

pub use test::{Problem, Shown, Stub, Testing};
pub use work::*;

/// What a step is found by, and shown as.
#[derive(Clone, Debug)]
pub struct StepId {
    /// Its stable key.
    pub key: StepKey,
    /// Of its definition and inputs.
    pub hash: StepHash,
    /// What it is.
    pub kind: StepKind,
    /// The name of what is called.
    pub what: Name,
    /// What it is called with, in the order of its parameters.
    pub args: Vec<Value>,
}

/// An engine of one run.
pub trait Engine {
    /// What an earlier runner recorded of a step with the same key and hash: its result, or the failure that the run went
    /// on with.
    fn recorded(&self, step: &StepId, result: &Type) -> Option<Out>;

    /// Carries out a step and records its outcome: durable when this resolves. A result is of the type `result`.
    ///
    /// When `cancel` fires, everything that the step started is ended first; then this resolves to [`Stop::Cancelled`].
    fn perform<'a>(
        &'a self,
        step: &'a StepId,
        work: Work,
        result: &'a Type,
        cancel: &'a CancellationToken,
    ) -> Pending<'a, Out>;

    /// Which of the branches under `key` decided, if an earlier runner recorded it.
    ///
    /// # Errors
    /// A halt when the record cannot be read.
    fn decided(&self, key: &StepKey) -> Result<Option<usize>, Box<Stop>>;

    /// Records which of the branches under `key` decided, before anything that depends on it.
    ///
    /// # Errors
    /// A halt when it cannot be recorded.
    fn decide(&self, key: &StepKey, branch: usize) -> Result<(), Box<Stop>>;

    /// The time in milliseconds since 1970: only for limits, never for a decision that is not recorded.
    fn now(&self) -> i64;

    /// Resolves at a time in milliseconds since 1970, not before.
    fn until(&self, time: i64) -> Pending<'_, ()>;

    /// The SHA-256 of a file's content as it is now, `None` if it cannot be read: only before a step that is not recorded.
    fn content(&self, path: &str) -> Option<String>;

    /// What was spent under a key, over all attempts and runners.
    fn spent(&self, under: &StepKey) -> Spent;

    /// Where the statements of a test go; `None` where no test runs.
    fn test(&self) -> Option<&dyn Testing> {
        None
    }
}
