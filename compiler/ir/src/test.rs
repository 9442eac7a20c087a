//! What only a test does.

use crate::{Name, Node, Slot, Type};
use serde::{Deserialize, Serialize};

/// An operation of tests; stands only in [`Program::tests`](crate::Program::tests).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TestOp {
    /// `stub x = [a, b]`, `stub x = |p| e`: from here on, these are the answers.
    Stub {
        /// What is replaced.
        of: Double,
        /// What it yields.
        answers: Answers,
    },
    /// `expect c`: the test ends here if it does not hold.
    Expect(Box<Node>),
    /// `calls(x)`: an anonymous record of the arguments for each call so far.
    Calls(Double),
    /// `failure(e)`: the failure of what is expected to fail.
    Failure(Box<Node>),
    /// `file("path", "text")`: makes a file in the test's workspace. Pure but for that.
    File {
        /// Its path.
        path: Box<Node>,
        /// Its text.
        text: Box<Node>,
        /// Its type, whose pattern the path matches.
        #[serde(rename = "type")]
        ty: Type,
    },
    /// `after(2h, e)` in the answer of a stub: the answer comes when that much time has passed. Pure but for that.
    After {
        /// How long it takes.
        delay: Box<Node>,
        /// The answer.
        answer: Box<Node>,
    },
    /// `Exec(exit: 1, stdout: "…")`
    Exec {
        /// The exit code.
        exit: Box<Node>,
        /// Standard output.
        stdout: Box<Node>,
        /// Standard error.
        stderr: Box<Node>,
    },
    /// `Failure(kind: "Timeout", message: "…")`
    NewFailure {
        /// What kind of failure.
        kind: Box<Node>,
        /// What happened.
        message: Box<Node>,
    },
}

/// What a test replaces, or asks about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Double {
    /// One of [`Program::agents`](crate::Program::agents)
    Agent(Name),
    /// One of [`Program::commands`](crate::Program::commands)
    Command(Name),
    /// One of [`Program::humans`](crate::Program::humans)
    Human(Name),
    /// A built-in effect.
    Effect(Name),
}

impl Double {
    /// Its name.
    pub const fn name(&self) -> &Name {
        match self {
            Self::Agent(name) | Self::Command(name) | Self::Human(name) | Self::Effect(name) => name,
        }
    }
}

/// What a stub yields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answers {
    /// One for each call, in order, each computed when its call comes. Pure.
    Each(Vec<Node>),
    /// The same, from a list that is computed at once. Pure.
    List(Box<Node>),
    /// What it yields for the arguments; runs in the test's frame.
    Closure {
        /// Where the arguments go.
        params: Vec<Slot>,
        /// Its body; pure.
        body: Box<Node>,
    },
}

/// Calls `visit` for each expression directly inside of an operation, in the order of evaluation.
pub(crate) fn children<'a>(op: &'a TestOp, visit: &mut dyn FnMut(&'a Node)) {
    match op {
        TestOp::Stub { answers: Answers::Each(nodes), .. } => nodes.iter().for_each(visit),
        TestOp::Stub { answers: Answers::List(node) | Answers::Closure { body: node, .. }, .. }
        | TestOp::Expect(node)
        | TestOp::Failure(node) => visit(node),
        TestOp::Calls(_) => {}
        TestOp::File { path: left, text: right, .. }
        | TestOp::After { delay: left, answer: right }
        | TestOp::NewFailure { kind: left, message: right } => {
            visit(left);
            visit(right);
        }
        TestOp::Exec { exit, stdout, stderr } => {
            [exit, stdout, stderr].into_iter().for_each(|node| visit(node))
        }
    }
}
