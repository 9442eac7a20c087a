//! The interpreter of programs: it decides what runs next, and an [`Engine`] carries it out.
//!
//! - [`pure`] is what is computed in place, synchronously,
//! - `eval` is everything with effects,
//! - `join` is what runs at the same time,
//! - `flow` is calls of flows: stages, budgets, cleanups,
//! - `testing` is what only tests do,
//! - `call` is steps: from a call to the work that an engine does, `identity` what they are found by,
//! - [`stop`] is why an expression has no value,
//! - [`tree`] walks over expressions.

mod call;
mod eval;
mod flow;
mod identity;
mod join;
pub mod pure;
pub mod stop;
mod testing;
pub mod tree;

use std::cell::RefCell;
use std::rc::Rc;

use flow_ir::{Flow, Name, Program};
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::journal::StepKey;
use crate::value::Value;

pub use flow::Fresh;
pub use stop::{Fault, Halt, Out, Stop};

use flow::Budgeted;
use identity::Identities;
use pure::{Frame, Pure};

/// How deep flows may call one another.
const DEEPEST_FLOW: u32 = 200;

/// An interpreter of one run.
pub struct Interpreter<'p> {
    program: &'p Program,
    pure: &'p Pure,
    engine: &'p dyn Engine,
    effectful: tree::Effectful,
    identities: Identities,
}

impl std::fmt::Debug for Interpreter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interpreter").field("flow", &self.program.flow).finish_non_exhaustive()
    }
}

/// One strand of a run: what it has in its variables, and where it is.
struct Task<'p> {
    frame: Frame,
    /// The key of the scope that it is in; the keys of its steps follow behind.
    path: StepKey,
    /// Fires when this strand is to end.
    cancel: CancellationToken,
    /// The steps that ran last: what a failure or a block right behind them is due to.
    last: Vec<StepKey>,
    /// Collects the keys of all steps, in cleanups that may have to run again.
    trace: Option<Rc<RefCell<Vec<StepKey>>>>,
    /// Whether it runs beside others of the same call.
    in_branch: bool,
    /// The call of a flow that it belongs to.
    flow: Rc<FlowCall<'p>>,
}

/// A call of a flow while it runs.
struct FlowCall<'p> {
    name: &'p Name,
    flow: &'p Flow,
    /// How deep it is nested.
    depth: u32,
    /// What it and the flows around it may use up.
    budget: Option<Rc<Budgeted>>,
    /// Cleanups, in the order in which they were met.
    defers: RefCell<Vec<flow::Deferred<'p>>>,
}

impl<'p> Interpreter<'p> {
    /// An interpreter of the evaluator's program.
    pub fn new(pure: &'p Pure, engine: &'p dyn Engine) -> Self {
        let program: &'p Program = pure.program();
        let effectful = tree::Effectful::of(program);
        Self { program, pure, engine, effectful, identities: Identities::default() }
    }

    /// The key under which everything of the root flow stands.
    pub fn root(&self) -> StepKey {
        StepKey::new(format!("{}#1", self.program.flow))
    }

    /// Runs the root flow. `None` in the inputs takes a parameter's default.
    ///
    /// # Errors
    /// A failure, a halt, or that `cancel` fired.
    pub async fn run(&self, inputs: Vec<Option<Value>>, cancel: CancellationToken) -> Out {
        let fresh = Fresh { cancel, depth: 0, budget: None, trace: None };
        self.flow(&self.program.flow, self.root(), inputs, &[], fresh).await.0
    }

    /// Runs a test.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn test(&self, name: &'p Name, cancel: CancellationToken) -> Out {
        let Some(test) = self.program.tests.get(name) else {
            return Err(Stop::invalid(format!("there is no test `{name}`")));
        };
        let fresh = Fresh { cancel, depth: 0, budget: None, trace: None };
        self.body(name, test, StepKey::new("test"), Vec::new(), &[], fresh).await.0
    }
}

impl<'p> Task<'p> {
    /// A strand beside this one.
    fn fork(&self, path: StepKey, cancel: &CancellationToken) -> Self {
        Self {
            frame: self.frame.fork(),
            path,
            cancel: cancel.child_token(),
            last: self.last.clone(),
            trace: self.trace.clone(),
            in_branch: true,
            flow: Rc::clone(&self.flow),
        }
    }

    /// Goes into a scope; gives back the way out.
    fn enter(&mut self, scope: StepKey) -> StepKey {
        std::mem::replace(&mut self.path, scope)
    }

    /// The stop, with what led to it if it is a failure that does not know.
    fn settle(&self, mut stop: Box<Stop>) -> Box<Stop> {
        if let Stop::Fail(fault) = &mut *stop
            && fault.trail.is_empty()
        {
            fault.trail.clone_from(&self.last);
        }
        stop
    }
}

#[cfg(test)]
mod tests;
