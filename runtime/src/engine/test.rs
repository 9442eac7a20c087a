//! What a test asks of its engine.

use std::rc::Rc;

use flow_ir::{At, Double, Node, Slot};

use crate::interp::pure::Frame;
use crate::interp::stop::Stop;
use crate::value::Value;

/// An engine of tests.
pub trait Testing {
    /// From here on, this is what answers.
    fn stub(&self, of: &Double, stub: Stub);

    /// The calls so far: a list of records of their arguments.
    fn calls(&self, of: &Double) -> Value;

    /// Ends the test; what it was doing is dropped.
    fn end(&self, problem: Problem) -> Box<Stop>;
}

/// What answers in the place of an effect.
#[derive(Debug)]
pub enum Stub {
    /// One expression for each call, evaluated when it comes.
    Each(Rc<[Node]>, Frame),
    /// One value for each call.
    List(Rc<Vec<Value>>),
    /// A closure.
    Closure(Rc<[Slot]>, Rc<Node>, Frame),
}

/// Why a test failed.
#[derive(Clone, Debug)]
pub enum Problem {
    /// What is expected does not hold.
    Unmet {
        /// The part that does not.
        at: At,
        /// What its operands were.
        shown: Vec<Shown>,
    },
    /// What was expected to fail did not.
    NotFailed {
        /// What it is.
        at: At,
        /// What it yielded.
        value: Value,
    },
    /// Nothing answers a call.
    Unstubbed(Double),
    /// A stub has no more answers.
    Spent {
        /// Of what.
        of: Double,
        /// How many it had.
        answers: usize,
    },
    /// An answer is not what the declaration promises.
    Misfit {
        /// Of what.
        of: Double,
        /// What is wrong with it.
        why: String,
    },
    /// The test takes more steps than any should.
    Endless(u64),
}

/// A value that decided.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What it is the value of.
    pub at: At,
    /// The value.
    pub value: Value,
}
