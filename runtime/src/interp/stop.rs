//! Why an expression yields no value: control that leaves it, a failure, or the end of the run's work for now.

use std::rc::Rc;

use flow_ir::{At, Name};

use crate::journal::StepKey;
use crate::value::{Failure, Value};

/// The outcome of an expression.
pub type Out = Result<Value, Box<Stop>>;

/// What takes the place of a value.
#[derive(Clone, Debug)]
pub enum Stop {
    /// `return v`
    Return(Value),
    /// `break v`
    Break(Value),
    /// `continue`
    Continue,
    /// `handoff stage(args)`; `None` takes a parameter's default.
    Handoff(Name, Vec<Option<Value>>),
    /// A failure, which `catch` may handle.
    Fail(Fault),
    /// The run does not go on here, for now.
    Halt(Vec<Halt>),
    /// What runs here was cancelled.
    Cancelled,
}

/// A failure on its way to whoever handles it.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What `catch` binds.
    pub failure: Rc<Failure>,
    /// Where in the source it happened.
    pub at: Option<At>,
    /// The keys of what is recorded of it on its way: the failed step, decisions of joins, cleanups. They are forgotten
    /// when the failure ends the run and an operator resumes it, so that the same steps are tried again; and kept when
    /// it is handled, because the run then depends on them.
    pub trail: Vec<StepKey>,
}

/// Why a run does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// `blocked "why"`: an operator mends the cause and resumes.
    Blocked {
        /// The key of the `blocked` expression.
        key: StepKey,
        /// What is to be mended.
        reason: String,
        /// The steps that ran last before it: resuming runs them again.
        retry: Vec<StepKey>,
    },
    /// Somebody has to answer.
    Waiting {
        /// The key of the step that waits.
        key: StepKey,
        /// For what, for people.
        what: String,
        /// How to give it, a command line.
        answer: String,
    },
    /// The runner was asked to stop.
    Stopped,
    /// The run cannot be recorded any further, for example because the disk is full.
    Suspended {
        /// What happened.
        why: String,
    },
}

impl Stop {
    /// A failure.
    pub fn fail(failure: Failure) -> Box<Self> {
        Box::new(Self::Fail(Fault { failure: Rc::new(failure), at: None, trail: Vec::new() }))
    }

    /// A failure that the verifier should have prevented.
    pub fn invalid(what: impl std::fmt::Display) -> Box<Self> {
        Self::fail(Failure::invalid(what))
    }

    /// The run does not go on here.
    pub fn halt(halt: Halt) -> Box<Self> {
        Box::new(Self::Halt(vec![halt]))
    }

    /// The same, with the place where it happened if none is known yet.
    #[must_use]
    pub fn at(mut self: Box<Self>, at: At) -> Box<Self> {
        if let Self::Fail(fault) = &mut *self {
            fault.at.get_or_insert(at);
        }
        self
    }
}

impl From<Failure> for Box<Stop> {
    fn from(failure: Failure) -> Self {
        Stop::fail(failure)
    }
}
