//! What is told of a test: plain data that can leave its thread.

use std::rc::Rc;

use flow_ir::{At, Double, Name, Program};
use serde::Serialize;

use super::show;
use crate::boundary::encode;
use crate::engine::Problem;
use crate::interp::stop::Fault;
use crate::value::{Failure, Value};

/// A test that ran.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is wrong; `None` if it passed.
    pub finding: Option<Finding>,
    /// The calls that were made, in order.
    pub calls: Vec<Called>,
    /// What was logged.
    pub said: Vec<String>,
    /// How much virtual time passed, in milliseconds.
    pub took: i64,
    /// Which ways through the program were taken, as [`Coverage`](super::coverage::Coverage) has them.
    pub reached: Vec<bool>,
}

/// What is wrong with a test.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// `expectation`, `not_failed`, `unstubbed`, `answers`, `answer`, `failed`, `blocked`, `stuck`, `endless`
    pub kind: &'static str,
    /// What is wrong, in a line.
    pub message: String,
    /// Where in the source.
    #[serde(skip)]
    pub at: Option<At>,
    /// The values that decided.
    pub values: Vec<Compared>,
    /// More of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The way forward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A value that decided.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// What it is the value of.
    #[serde(skip)]
    pub at: At,
    /// As the language writes it.
    pub text: String,
    /// In its JSON form.
    pub value: serde_json::Value,
}

/// A call that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Called {
    /// The key of its step.
    pub key: String,
    /// What was called.
    pub of: String,
    /// `agent`, `command`, `human`, `effect`
    pub kind: &'static str,
    /// The arguments in their JSON form.
    pub args: serde_json::Map<String, serde_json::Value>,
    /// The call with its arguments, as the language writes it.
    pub text: String,
    /// The result or the failure, as the language writes it; `None` if it never ended.
    pub outcome: Option<String>,
}

impl Called {
    pub(super) fn of(
        key: &str,
        of: &Double,
        names: &[Name],
        args: &[Value],
        outcome: Option<&Result<Value, Rc<Failure>>>,
    ) -> Self {
        const MOST: usize = 60;
        let kind = match of {
            Double::Agent(_) => "agent",
            Double::Command(_) => "command",
            Double::Human(_) => "human",
            Double::Effect(_) => "effect",
        };
        let given = || names.iter().zip(args);
        let shown: Vec<String> =
            given().map(|(name, value)| format!("{name}: {}", show::brief(value, MOST))).collect();
        let outcome = outcome.map(|outcome| match outcome {
            Ok(value) => show::brief(value, MOST),
            Err(failure) => format!("failed with {failure}"),
        });
        Self {
            key: key.to_owned(),
            of: of.name().to_string(),
            kind,
            args: given().map(|(name, value)| (name.to_string(), encode::json(value))).collect(),
            text: format!("{}({})", of.name(), shown.join(", ")),
            outcome,
        }
    }
}

impl Finding {
    fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), at: None, values: Vec::new(), note: None, help: None }
    }

    /// A test that ended with a failure that nothing expects.
    pub(super) fn failed(fault: &Fault) -> Self {
        let failure = &fault.failure;
        let step = (!failure.step.is_empty()).then(|| format!("in the step `{}`", failure.step));
        Self {
            at: fault.at,
            note: step,
            help: Some("if it is to fail, write `expect failure(…).message == …`".to_owned()),
            ..Self::new("failed", format!("it failed with {failure}"))
        }
    }

    /// A flow that is blocked.
    pub(super) fn blocked(key: &str, reason: &str) -> Self {
        Self {
            note: Some(format!("in the step `{key}`")),
            help: Some("if it is to be blocked, write `expect failure(…).message == …`".to_owned()),
            ..Self::new("blocked", format!("it is blocked: {reason}"))
        }
    }

    /// A test that computes for too long.
    pub(super) fn too_long(at: At, rounds: u64) -> Self {
        Self {
            at: Some(at),
            note: Some(
                "a round is one of a loop, a call of a function or closure, or work on a long list or text"
                    .to_owned(),
            ),
            help: Some("does this end at all? If it does, test it with less".to_owned()),
            ..Self::new("endless", format!("the computation did not end within {rounds} rounds"))
        }
    }

    /// A test that waits for what never comes.
    pub(super) fn stuck(waiting: Vec<String>) -> Self {
        let note = (!waiting.is_empty()).then(|| waiting.join("; "));
        Self { note, ..Self::new("stuck", "it waits for something that never happens") }
    }

    /// What ended a test.
    pub(super) fn of(program: &Program, problem: Problem) -> Self {
        let noun = |of: &Double| match of {
            Double::Agent(name) => format!("the agent `{}`", short(name)),
            Double::Command(name) => format!("the command `{}`", short(name)),
            Double::Human(name) => format!("the human `{}`", short(name)),
            Double::Effect(name) => format!("`{name}`"),
        };
        match problem {
            Problem::Unmet { at, shown } => {
                let difference = match shown.as_slice() {
                    [a, b] => show::difference(&a.value, &b.value),
                    _ => None,
                };
                let note = difference.map(|(way, a, b)| {
                    format!("they differ at `{way}`: {} and {}", show::brief(a, 60), show::brief(b, 60))
                });
                // A literal says in the source what it is.
                let values = shown.iter().map(|it| Compared {
                    at: it.at,
                    text: show::block(&it.value),
                    value: encode::json(&it.value),
                });
                let values = values.collect();
                Self { at: Some(at), values, note, ..Self::new("expectation", "this does not hold") }
            }
            Problem::NotFailed { at, value } => {
                let compared = Compared { at, text: show::block(&value), value: encode::json(&value) };
                Self {
                    at: Some(at),
                    values: vec![compared],
                    ..Self::new("not_failed", "this was expected to fail, and did not")
                }
            }
            Problem::Unstubbed(of) => {
                let name = short(of.name());
                let example = match &of {
                    Double::Effect(effect) if effect == "sh" => {
                        "stub sh = |script| Exec(stdout: \"…\")".to_owned()
                    }
                    Double::Effect(_) => format!("stub {name} = […]"),
                    _ => format!("stub {name} = [{}]", example(program, &of)),
                };
                Self {
                    help: Some(format!("add `{example}` to the test")),
                    ..Self::new(
                        "unstubbed",
                        format!("{} was called, which the test does not stub", noun(&of)),
                    )
                }
            }
            Problem::Spent { of, answers } => {
                let has = match answers {
                    0 => "has no answers".to_owned(),
                    1 => "has one answer".to_owned(),
                    more => format!("has {more} answers"),
                };
                let message =
                    format!("{} was called once more than its stub can answer: it {has}", noun(&of));
                Self {
                    help: Some("add an answer, or use a closure".to_owned()),
                    ..Self::new("answers", message)
                }
            }
            Problem::Misfit { of, why } => {
                Self::new("answer", format!("the stub of {} answers what it never would: {why}", noun(&of)))
            }
            Problem::Endless(steps) => Self::new("endless", format!("it did not end within {steps} steps")),
        }
    }
}

/// A name without its module and type arguments.
fn short(name: &str) -> &str {
    let base = name.split('<').next().unwrap_or(name);
    &base[base.rfind('.').map_or(0, |dot| dot + 1)..]
}

/// What an answer could look like.
fn example(program: &Program, of: &Double) -> String {
    let result = match of {
        Double::Agent(name) => program.agents.get(name).map(|it| &it.frame.result),
        Double::Command(name) => program.commands.get(name).map(|it| &it.frame.result),
        Double::Human(name) => program.humans.get(name).map(|it| &it.frame.result),
        Double::Effect(_) => None,
    };
    match result {
        Some(flow_ir::Type::Bool) => "true".to_owned(),
        Some(flow_ir::Type::String) => "\"…\"".to_owned(),
        Some(flow_ir::Type::None) => "none".to_owned(),
        _ => "…".to_owned(),
    }
}
