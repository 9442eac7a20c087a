//! Any program as an agent.

use std::collections::BTreeMap;
use std::fs;
use std::rc::Rc;
use std::time::Duration;

use flow_runtime::agents::command::Command;
use flow_runtime::agents::{FailureKind, TurnRequest};
use flow_runtime::process::LocalExecutor;
use serde_json::{Value, json};

use crate::bench::{Bench, judged, turn};

fn agent(script: &str) -> Command {
    Command {
        executor: Rc::new(LocalExecutor::new()),
        name: "house".to_owned(),
        argv: ["sh", "-c", script].map(str::to_owned).into(),
        env: BTreeMap::from([("HOUSE".to_owned(), "ours".to_owned())]),
        model: Some("small".to_owned()),
        grace: Duration::from_secs(1),
    }
}

#[test]
fn a_program_reads_the_prompt_and_prints_its_result() {
    let bench = Bench::new();
    let agent = agent(
        r#"prompt=$(cat); echo "$prompt" > seen; echo "I, $HOUSE $FLOW_MODEL, thought."; printf '```json\n{"score": 4}\n```\n'"#,
    );
    let outcome = judged(&agent, &bench.request()).unwrap();
    assert_eq!((outcome.value, outcome.session), (json!({"score": 4}), None));
    assert_eq!(fs::read_to_string(bench.path("work/seen")).unwrap(), "Judge the poem.\n");
    assert!(fs::read_to_string(outcome.transcript).unwrap().contains("I, ours small, thought."));
}

#[test]
fn a_wrong_answer_is_shown_to_it_with_the_problem_and_the_whole_task() {
    let bench = Bench::new();
    let agent = agent(
        r#"cat > seen; if grep -q 'expected an int from 0 to 10, found 99' seen; then echo '{"score": 9}'; else echo '{"score": 99}'; fi"#,
    );
    assert_eq!(judged(&agent, &bench.request()).unwrap().value, json!({"score": 9}));
    let seen = fs::read_to_string(bench.path("work/seen")).unwrap();
    assert!(seen.contains("Judge the poem.") && seen.contains(r#""score": 99"#), "{seen}");
}

#[test]
fn prose_instead_of_json_is_a_broken_contract_that_says_what_was_found() {
    let bench = Bench::new();
    let failure = judged(&agent("echo 'It is good.'"), &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Contract);
    assert_eq!(
        failure.message,
        "asked twice, `house` gave no result: expected JSON, bare or in a ``` block at the end, found text that ends with `It is good.`"
    );
}

#[test]
fn its_exit_code_tells_what_helps() {
    let bench = Bench::new();
    let failure = turn(&agent("echo 'no key' >&2; exit 2"), &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Permanent);
    assert_eq!(failure.message, "`house` ended with exit code 2:\nno key");
    let transient = FailureKind::Transient { retry_after: None };
    assert_eq!(turn(&agent("exit 75"), &bench.request()).unwrap_err().kind, transient);
    assert_eq!(turn(&agent("kill -9 $$"), &bench.request()).unwrap_err().kind, transient);
}

#[test]
fn one_that_sleeps_past_its_timeout_is_ended() {
    let bench = Bench::new();
    let request = TurnRequest { timeout: Some(Duration::from_millis(50)), ..bench.request() };
    let failure = turn(&agent("setsid sleep 1000"), &request).unwrap_err();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    assert_eq!(bench.processes(), Vec::<String>::new());
}

#[test]
fn one_whose_result_does_not_count_may_print_anything() {
    let bench = Bench::new();
    let request = TurnRequest { result: None, ..bench.request() };
    assert_eq!(judged(&agent("echo whatever"), &request).unwrap().value, Value::Null);
}

#[test]
fn one_that_is_not_installed_is_told() {
    let bench = Bench::new();
    let missing = Command { argv: vec!["no-such-agent".to_owned()], ..agent("") };
    let failure = turn(&missing, &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Permanent);
    assert!(failure.message.starts_with("`no-such-agent` is not installed"), "{failure}");
}
