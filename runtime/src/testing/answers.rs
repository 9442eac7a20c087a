//! What stubs answer: expressions in order, or a closure; each answer held to what the declaration promises.

use std::rc::Rc;

use flow_ir::{Double, Name, Type};

use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra, Workspace, encode};
use crate::engine::{Problem, Stub};
use crate::interp::pure::Pure;
use crate::interp::stop::Stop;
use crate::value::failure::kind;
use crate::value::{Failure, Value};

/// A stub, and how often it was asked.
#[derive(Debug)]
pub(super) struct Answering {
    stub: Stub,
    asked: usize,
}

/// Why there is no answer.
pub(super) enum Unanswered {
    /// The call fails, as the test says.
    Fails(Failure),
    /// The test is wrong.
    Ends(Problem),
}

impl Answering {
    pub(super) const fn new(stub: Stub) -> Self {
        Self { stub, asked: 0 }
    }

    /// The next answer.
    pub(super) fn next(
        &mut self,
        pure: &Pure,
        workspace: &Workspace,
        of: &Double,
        args: &[Value],
        result: &Type,
    ) -> Result<Value, Unanswered> {
        let asked = self.asked;
        self.asked += 1;
        pure.take_delay();
        let spent = |answers: usize| Unanswered::Ends(Problem::Spent { of: of.clone(), answers });
        let value = match &mut self.stub {
            Stub::Each(nodes, frame) => match nodes.get(asked) {
                Some(node) => pure.eval(node, frame),
                None => return Err(spent(nodes.len())),
            },
            Stub::List(values) => values.get(asked).cloned().ok_or_else(|| spent(values.len())).map(Ok)?,
            Stub::Closure(params, body, frame) => params
                .iter()
                .zip(args)
                .try_for_each(|(slot, value)| frame.set(*slot, value.clone()))
                .and_then(|()| pure.eval(body, frame)),
        };
        match value {
            Ok(value) => fit(pure, workspace, of, value, result),
            // A file that is not of its type is a mistake of the test, no failure of the call.
            Err(stop) => match pure.take_misfit() {
                Some(why) => Err(Unanswered::Ends(Problem::Misfit { of: of.clone(), why })),
                None => Err(Unanswered::Fails(failure(of, *stop))),
            },
        }
    }
}

/// Holds an answer to its type, as the boundary holds a real one.
fn fit(
    pure: &Pure,
    workspace: &Workspace,
    of: &Double,
    value: Value,
    result: &Type,
) -> Result<Value, Unanswered> {
    let files = Handover { workspace, before: None };
    let decoder = Decoder { pure, files: &files, extra: Extra::Refuse };
    decoder.decode(&encode::json(&value), result).map_err(|error| {
        let why = error.to_string();
        let why = why.strip_prefix("$: ").unwrap_or(&why).to_owned();
        Unanswered::Ends(Problem::Misfit { of: of.clone(), why })
    })
}

/// `fail "why"` in a stub: the call fails as such a call fails.
fn failure(of: &Double, stop: Stop) -> Failure {
    let failure = match stop {
        Stop::Fail(fault) => Rc::unwrap_or_clone(fault.failure),
        _ => return Failure::invalid("control leaves a stub"),
    };
    if failure.kind == kind::FAILED {
        Failure { kind: Name::new_static(natural(of)), ..failure }
    } else {
        failure
    }
}

/// The kind of failure with which such a call fails.
pub(super) fn natural(of: &Double) -> &'static str {
    match of {
        Double::Agent(_) => kind::AGENT_FAILED,
        Double::Command(_) => kind::COMMAND_FAILED,
        Double::Effect(name) if name == "sh" => kind::COMMAND_FAILED,
        Double::Human(_) | Double::Effect(_) => kind::FAILED,
    }
}
