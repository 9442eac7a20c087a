//! The output contract: what an agent is told about its result, and the loop that holds it to that.

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::{Adapter, FailureKind, Session, TurnFailure, TurnHost, TurnOutcome, TurnRequest, Usage};

pub use flow_ir::CORRECTIONS;

/// Why a value is not of the declared type: one line per problem, each with its place, such as
/// `` `score`: expected a number from 0 to 1, found 7 ``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub Vec<String>);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

/// What stands at the end of every prompt whose result has a type.
#[must_use]
pub fn output_contract(schema: &Value) -> String {
    format!(
        "# Result\n\n\
         Your result must be one JSON value that fits this JSON Schema:\n\n\
         ```json\n{schema:#}\n```\n\n\
         Deliver it once, when everything else is done: with the `finish` tool if you have one, otherwise as the last \
         thing that you write, in a ```json block. Prose around it is not read."
    )
}

/// What an agent is told when its turn was cut short and goes on in the same session.
#[must_use]
pub fn resume_prompt(prompt: &str) -> String {
    format!(
        "Your last turn was cut short. Its tool calls may have run even where you do not remember a result: look before \
         you repeat one. This is the task, as it was; go on with it.\n\n{prompt}"
    )
}

/// What an agent is told about a result that does not fit.
#[must_use]
pub fn correction_prompt(problems: &str) -> String {
    format!(
        "Your result was not accepted:\n\n{problems}\n\n\
         Mend exactly that and deliver the whole result again, in the same way. Do not repeat work that is done."
    )
}

/// Takes a turn and checks its result with `validate`. An agent whose result does not fit is told what is wrong and
/// takes up to `corrections` more turns in the same session, or, where the provider has none, from the start.
///
/// The request's timeout and limits hold for all of it. A correction has a step directory of its own inside the step's.
///
/// # Errors
/// As the adapter, [`FailureKind::Contract`] if the result still does not fit, and [`FailureKind::Exhausted`] if the call
/// used up more than it may, or would need another turn that it does not have. Usage is that of all turns.
pub async fn run_turn(
    adapter: &dyn Adapter,
    request: &TurnRequest,
    host: &dyn TurnHost,
    corrections: u32,
    validate: impl Fn(&Value) -> Result<(), Violation>,
) -> Result<TurnOutcome, TurnFailure> {
    let start = Instant::now();
    let mut used = Usage::default();
    let mut limits = request.limits;
    let mut current = request.clone();
    let mut round = 0;
    loop {
        let rejected = match adapter.turn(&current, host).await {
            Ok(mut outcome) => {
                used += outcome.usage;
                limits.count(outcome.usage);
                if let Some(why) = limits.exceeded() {
                    let failure = TurnFailure::new(FailureKind::Exhausted, why);
                    return Err(TurnFailure { session: outcome.session, usage: used, ..failure });
                }
                outcome.value = request.mask.json(outcome.value);
                let verdict = if request.result.is_some() { validate(&outcome.value) } else { Ok(()) };
                match verdict {
                    Ok(()) => return Ok(TurnOutcome { usage: used, ..outcome }),
                    Err(violation) => Rejected::value(adapter.name(), outcome, &violation),
                }
            }
            Err(mut failure) => {
                used += failure.usage;
                limits.count(failure.usage);
                failure.message = request.mask.text(&failure.message).into_owned();
                if failure.kind == FailureKind::Exhausted {
                    failure.message = limits.exceeded().or(limits.no_other()).unwrap_or(failure.message);
                }
                Rejected { problems: format!("- {failure}"), value: None, failure }
            }
        };
        round += 1;
        let left = request.timeout.map(|all| all.saturating_sub(start.elapsed()));
        let hopeless = rejected.failure.kind != FailureKind::Contract || left == Some(Duration::ZERO);
        if hopeless || round > corrections {
            return Err(TurnFailure { usage: used, ..rejected.asked(round) });
        }
        if let Some(why) = limits.no_other() {
            let message = format!("{why}; the last one: {}", rejected.failure);
            let kind = FailureKind::Exhausted;
            return Err(TurnFailure { kind, message, usage: used, ..rejected.failure });
        }
        current = TurnRequest { limits, ..correction(request, &rejected, round, left) };
    }
}

/// A result that does not fit, or none.
struct Rejected {
    failure: TurnFailure,
    /// What to tell the agent, a list.
    problems: String,
    value: Option<Value>,
}

impl Rejected {
    /// The failure of the last of some rounds.
    fn asked(self, rounds: u32) -> TurnFailure {
        let mut failure = self.failure;
        if failure.kind == FailureKind::Contract && rounds > 1 {
            let times = if rounds == 2 { "twice".to_owned() } else { format!("{rounds} times") };
            failure.message = format!("asked {times}, {}", failure.message);
        }
        failure
    }

    fn value(adapter: &str, outcome: TurnOutcome, violation: &Violation) -> Self {
        let problems: Vec<String> = violation.0.iter().map(|problem| format!("- {problem}")).collect();
        let message = format!("`{adapter}` returned a result of the wrong shape: {violation}");
        let failure = TurnFailure {
            kind: FailureKind::Contract,
            message,
            session: outcome.session,
            usage: outcome.usage,
        };
        Self { failure, problems: problems.join("\n"), value: Some(outcome.value) }
    }
}

fn correction(
    request: &TurnRequest,
    rejected: &Rejected,
    round: u32,
    timeout: Option<Duration>,
) -> TurnRequest {
    let mut next = request.clone();
    let told = correction_prompt(&rejected.problems);
    match (&rejected.failure.session, &rejected.value) {
        (Some(session), _) => {
            next.session = Session::Resume(session.clone());
            next.prompt = told;
        }
        (None, Some(value)) => {
            next.prompt =
                format!("{}\n\n# Your earlier attempt\n\n```json\n{value:#}\n```\n\n{told}", request.prompt);
        }
        (None, None) => next.prompt = format!("{}\n\n# Your earlier attempt\n\n{told}", request.prompt),
    }
    next.step.dir = request.step.dir.join(format!("correction-{round}"));
    next.timeout = timeout;
    next
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::VecDeque;

    use serde_json::json;

    use super::*;
    use crate::agents::testing::request;
    use crate::agents::{CancelOnly, Limits};
    use crate::process::Pending;

    /// An adapter that gives prepared answers and remembers what it was asked.
    struct Scripted {
        session: Option<&'static str>,
        answers: RefCell<VecDeque<Result<Value, FailureKind>>>,
        asked: RefCell<Vec<TurnRequest>>,
    }

    impl Scripted {
        fn new(
            session: Option<&'static str>,
            answers: impl Into<VecDeque<Result<Value, FailureKind>>>,
        ) -> Self {
            Self { session, answers: RefCell::new(answers.into()), asked: RefCell::default() }
        }

        fn run(&self, request: &TurnRequest) -> Result<TurnOutcome, TurnFailure> {
            let validate = |value: &Value| match value["score"].is_i64() {
                true => Ok(()),
                false => Err(Violation(vec!["`score`: expected an int, found a string".to_owned()])),
            };
            let host = CancelOnly::default();
            let turn = run_turn(self, request, &host, CORRECTIONS, validate);
            tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(turn)
        }
    }

    impl Adapter for Scripted {
        fn name(&self) -> &'static str {
            "scripted"
        }

        fn turn<'a>(
            &'a self,
            request: &'a TurnRequest,
            _host: &'a dyn TurnHost,
        ) -> Pending<'a, Result<TurnOutcome, TurnFailure>> {
            self.asked.borrow_mut().push(request.clone());
            let session = self.session.map(str::to_owned);
            let usage = Usage { input_tokens: 10, output_tokens: 1, cost_micros: 5, turns: 1, unpriced: 0 };
            let result = match self.answers.borrow_mut().pop_front().unwrap() {
                Ok(value) => Ok(TurnOutcome { value, session, usage, transcript: "t".into() }),
                Err(kind) => Err(TurnFailure { kind, message: "no result".to_owned(), session, usage }),
            };
            Box::pin(async { result })
        }
    }

    #[test]
    fn a_result_that_fits_takes_one_turn() {
        let adapter = Scripted::new(Some("s"), [Ok(json!({"score": 3}))]);
        assert_eq!(adapter.run(&request()).unwrap().value, json!({"score": 3}));
        assert_eq!(adapter.asked.borrow().len(), 1);
    }

    #[test]
    fn a_result_of_the_wrong_shape_is_mended_in_the_same_session_with_the_exact_problem() {
        let adapter = Scripted::new(Some("s-1"), [Ok(json!({"score": "3"})), Ok(json!({"score": 3}))]);
        let outcome = adapter.run(&request()).unwrap();
        assert_eq!(
            outcome.usage,
            Usage { input_tokens: 20, output_tokens: 2, cost_micros: 10, turns: 2, unpriced: 0 }
        );
        let asked = adapter.asked.borrow();
        assert_eq!(asked[1].session, Session::Resume("s-1".to_owned()));
        assert!(
            asked[1].prompt.contains("- `score`: expected an int, found a string"),
            "{}",
            asked[1].prompt
        );
        assert!(!asked[1].prompt.contains(&asked[0].prompt));
        assert_eq!(asked[1].step.dir, asked[0].step.dir.join("correction-1"));
        assert_eq!(asked[1].step.key, asked[0].step.key);
    }

    #[test]
    fn an_agent_without_sessions_is_told_the_task_and_its_answer_again() {
        let adapter = Scripted::new(None, [Ok(json!({"score": "3"})), Ok(json!({"score": 3}))]);
        adapter.run(&request()).unwrap();
        let asked = adapter.asked.borrow();
        for part in [asked[0].prompt.as_str(), r#""score": "3""#, "expected an int"] {
            assert!(asked[1].prompt.contains(part), "{}", asked[1].prompt);
        }
    }

    #[test]
    fn a_result_that_is_wrong_twice_fails_as_a_broken_contract_and_all_of_it_is_paid_for() {
        let adapter = Scripted::new(Some("s"), [Ok(json!({})), Ok(json!({"score": "x"}))]);
        let failure = adapter.run(&request()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Contract);
        assert_eq!(
            failure.message,
            "asked twice, `scripted` returned a result of the wrong shape: `score`: expected an int, found a string"
        );
        assert_eq!(failure.usage.turns, 2);
    }

    #[test]
    fn a_missing_result_is_asked_for_once_and_other_failures_are_not() {
        let adapter = Scripted::new(Some("s"), [Err(FailureKind::Contract), Ok(json!({"score": 3}))]);
        assert_eq!(adapter.run(&request()).unwrap().usage.turns, 2);
        let adapter = Scripted::new(Some("s"), [Err(FailureKind::Permanent)]);
        assert_eq!(adapter.run(&request()).unwrap_err().kind, FailureKind::Permanent);
    }

    #[test]
    fn what_a_call_may_use_up_counts_the_turns_before_it() {
        let run = |limits: Limits| {
            let adapter = Scripted::new(Some("s"), [Ok(json!({})), Ok(json!({"score": 3}))]);
            let ended = adapter.run(&TurnRequest { limits, ..request() });
            (ended.map_err(|failure| (failure.kind, failure.message)), adapter.asked.take().len())
        };
        let used = Usage { turns: 1, cost_micros: 5, ..Usage::default() };
        let (ended, turns) = run(Limits { turns: Some(2), used, ..Limits::default() });
        let (kind, message) = ended.unwrap_err();
        assert_eq!((kind, turns), (FailureKind::Exhausted, 1));
        assert!(
            message.starts_with("it may take 2 turns (`turns`), and has taken them; the last one:"),
            "{message}"
        );
        assert_eq!(run(Limits { turns: Some(3), used, ..Limits::default() }).1, 2);
        // A turn costs 5.
        let (ended, turns) = run(Limits { cost: Some(9), used, ..Limits::default() });
        let told = "it may cost $0.000009 (`cost`), and has cost $0.00001".to_owned();
        assert_eq!((ended.unwrap_err(), turns), ((FailureKind::Exhausted, told), 1));
        let (ended, turns) = run(Limits { cost: Some(10), used, ..Limits::default() });
        assert_eq!((ended.unwrap_err().0, turns), (FailureKind::Exhausted, 1));
        assert!(run(Limits { cost: Some(15), used, ..Limits::default() }).0.is_ok());
    }

    #[test]
    fn without_a_declared_result_nothing_is_checked() {
        let adapter = Scripted::new(Some("s"), [Ok(Value::Null)]);
        let request = TurnRequest { result: None, ..request() };
        assert_eq!(adapter.run(&request).unwrap().value, Value::Null);
    }
}
