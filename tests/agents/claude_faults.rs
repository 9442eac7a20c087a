//! Everything that can go wrong with a turn of Claude Code: each a failure of a known kind, and no process left.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flow_runtime::agents::contract::resume_prompt;
use flow_runtime::agents::{CancelOnly, FailureKind, Limits, Session, TurnFailure, TurnRequest};
use flow_tests::model_server::{ModelServer, Turn};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, block_on, claude, finish, judged, shell, turn};

#[test]
fn a_result_that_is_wrong_twice_is_a_broken_contract() {
    let bench = Bench::new();
    let server = ModelServer::start([
        finish(json!({"score": 11})),
        Turn::text("done"),
        finish(json!({"score": "ten"})),
        Turn::text("done again"),
    ])
    .unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let failure = judged(&claude, &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Contract);
    assert_eq!(
        failure.message,
        "asked twice, `claude` returned a result of the wrong shape: `score`: expected an int from 0 to 10, found \"ten\""
    );
    assert_eq!(failure.usage.turns, 2);
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_turn_that_costs_more_than_the_call_may_is_ended_and_says_what_it_cost() {
    let bench = Bench::new();
    // It would go on like this for ever.
    let server = ModelServer::always(shell("true")).unwrap();
    let Some(mut claude) = bench.claude(&server) else { return };
    claude.model = Some("claude-sonnet-4-5".to_owned());
    // One answer of the model costs $0.0006: 100 tokens read and 20 written.
    let limits = Limits { cost: Some(2_000), ..Limits::default() };
    let failure = judged(&claude, &TurnRequest { limits, ..bench.request() }).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Exhausted, "{failure:?}");
    assert_eq!(failure.message, "it may cost $0.002 (`cost`), and has cost $0.0024");
    assert_eq!((failure.usage.cost_micros, failure.usage.turns), (2_400, 1));
    assert_eq!(server.requests().len(), 4);
    assert_eq!(bench.processes(), Vec::<String>::new());
}

#[test]
fn a_call_that_may_take_one_turn_is_not_asked_to_mend_its_result() {
    let bench = Bench::new();
    let server = ModelServer::start([finish(json!({"score": 11})), Turn::text("done")]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let limits = Limits { turns: Some(1), ..Limits::default() };
    let failure = judged(&claude, &TurnRequest { limits, ..bench.request() }).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Exhausted);
    assert!(
        failure.message.starts_with("it may take 1 turn (`turns`), and has taken it; the last one: `claude`")
    );
    assert_eq!(server.requests().len(), 2, "both answers of the model belong to one turn");
}

#[test]
fn an_agent_that_only_talks_is_asked_for_its_result_once() {
    let bench = Bench::new();
    let server = ModelServer::start([Turn::text("The score is 7."), Turn::text("I said so: 7.")]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let failure = judged(&claude, &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Contract);
    assert_eq!(
        failure.message,
        "asked twice, `claude` ended its turn without a result: it did not call `finish`"
    );
    assert_eq!(server.requests().len(), 2);
    assert!(server.requests()[1]["messages"].to_string().contains("ended its turn without a result"));
}

#[test]
fn an_overloaded_service_is_worth_another_try_and_a_refused_key_is_not() {
    let bench = Bench::new();
    let server = ModelServer::always(Turn::error(529, "overloaded_error")).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let failure = turn(&claude, &bench.request()).unwrap_err();
    assert!(matches!(failure.kind, FailureKind::Transient { retry_after: Some(_) }), "{failure:?}");
    assert!(failure.message.contains("status 529"), "{failure}");

    let server = ModelServer::always(Turn::error(401, "authentication_error")).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let mut request = bench.request();
    request.session = Session::Fresh(flow_runtime::agents::session_id("R-1", "other", 1));
    let failure = turn(&claude, &request).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Permanent, "{failure:?}");
    assert!(failure.message.contains("refused the credentials"), "{failure}");
    assert_eq!(bench.processes(), Vec::<String>::new());
}

#[test]
fn a_service_that_cannot_be_reached_is_worth_another_try() {
    let bench = Bench::new();
    let server = ModelServer::start([]).unwrap();
    let Some(mut claude) = bench.claude(&server) else { return };
    // A port on which nothing has listened since it was given back.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    claude.env.insert("ANTHROPIC_BASE_URL".to_owned(), format!("http://{gone}"));
    let failure = turn(&claude, &bench.request()).unwrap_err();
    assert!(matches!(failure.kind, FailureKind::Transient { .. }), "{failure:?}");
}

#[test]
fn a_turn_past_its_timeout_is_ended_and_leaves_no_process() {
    let bench = Bench::new();
    let server = ModelServer::always(Turn::Stall).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let request = TurnRequest { timeout: Some(Duration::from_secs(3)), ..bench.request() };
    let failure = turn(&claude, &request).unwrap_err();
    assert_eq!(failure.kind, FailureKind::TimedOut, "{failure:?}");
    assert_eq!(failure.message, "`claude` was still at work after its timeout of 3s and was ended");
    assert_eq!(bench.processes(), Vec::<String>::new());
}

/// Waits until a file appears.
async fn until_exists(path: PathBuf) {
    while !path.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Runs a turn in which a shell command of the agent's never ends, and `act`s once it runs.
fn amid_a_tool_call(bench: &Bench, act: impl FnOnce(&CancellationToken)) -> Option<TurnFailure> {
    // In a session of its own, ignoring every polite signal, as a test server or a watcher might.
    let server =
        ModelServer::start([shell("echo $PPID > started; trap '' INT TERM HUP; sleep 1000; sleep 1000")])
            .unwrap();
    let claude = bench.claude(&server)?;
    let request = bench.request();
    let cancel = CancellationToken::new();
    let host = CancelOnly(cancel.clone());
    Some(block_on(async {
        let mut turn = std::pin::pin!(flow_runtime::agents::Adapter::turn(&claude, &request, &host));
        tokio::select! {
            outcome = &mut turn => panic!("it ended too early: {outcome:?}"),
            () = until_exists(bench.path("work/started")) => {}
        }
        act(&cancel);
        turn.await.unwrap_err()
    }))
}

#[test]
fn cancelling_in_the_middle_of_a_tool_call_leaves_no_process() {
    let bench = Bench::new();
    let Some(failure) = amid_a_tool_call(&bench, CancellationToken::cancel) else { return };
    assert_eq!(failure.kind, FailureKind::Cancelled, "{failure:?}");
    assert_eq!(bench.processes(), Vec::<String>::new());
    assert!(failure.session.is_some(), "it can be resumed");
}

#[test]
fn an_agent_that_is_killed_in_the_middle_of_a_tool_call_is_worth_another_try_and_leaves_no_process() {
    let bench = Bench::new();
    let failure = amid_a_tool_call(&bench, |_| {
        for pid in bench.processes() {
            let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            if command.contains("--input-format") {
                let pid = rustix::process::Pid::from_raw(pid.parse().unwrap()).unwrap();
                rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            }
        }
    });
    let Some(failure) = failure else { return };
    assert_eq!(failure.kind, FailureKind::Transient { retry_after: None }, "{failure:?}");
    assert_eq!(failure.message, "`claude` was killed by SIGKILL before it had answered");
    assert_eq!(bench.processes(), Vec::<String>::new());
    assert!(failure.session.is_some(), "it can be resumed");
}

#[test]
fn a_turn_that_was_cut_goes_on_in_its_own_session_and_is_told_that_tools_may_have_run() {
    let bench = Bench::new();
    let Some(failure) = amid_a_tool_call(&bench, CancellationToken::cancel) else { return };
    let server = ModelServer::start([finish(json!({"score": 5})), Turn::text("done")]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let mut request = TurnRequest {
        session: Session::Resume(failure.session.unwrap()),
        prompt: resume_prompt("Judge the poem."),
        ..bench.request()
    };
    request.step.attempt = 2;
    assert_eq!(turn(&claude, &request).unwrap().value, json!({"score": 5}));
    let messages = server.requests()[0]["messages"].as_array().unwrap().clone();
    assert!(messages[0].to_string().contains("Judge the poem."));
    let last = messages.last().unwrap().to_string();
    assert!(last.contains("Its tool calls may have run"), "{last}");
}

#[test]
fn a_session_that_is_gone_is_told_apart() {
    let bench = Bench::new();
    let server = ModelServer::start([]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let gone = flow_runtime::agents::session_id("R-1", "never", 1);
    let failure =
        turn(&claude, &TurnRequest { session: Session::Resume(gone), ..bench.request() }).unwrap_err();
    assert_eq!(failure.kind, FailureKind::NoSession, "{failure:?}");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_program_that_is_not_installed_is_told_with_how_to_get_it() {
    let bench = Bench::new();
    let failure =
        turn(&claude(Path::new("no-such-claude"), "http://127.0.0.1:1"), &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Permanent);
    assert!(failure.message.starts_with("`no-such-claude` is not installed: "), "{failure}");
    assert!(failure.message.contains("npm install --global @anthropic-ai/claude-code"), "{failure}");
}

/// A program in the place of Claude Code.
fn imposter(bench: &Bench, script: &str) -> PathBuf {
    let path = bench.path("claude");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_program_that_ends_without_an_answer_is_a_broken_contract_if_it_says_that_all_is_well() {
    let bench = Bench::new();
    let failure =
        turn(&claude(&imposter(&bench, "exit 0"), "http://127.0.0.1:1"), &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Contract);
    assert_eq!(failure.message, "`claude` ended with exit code 0 before it had answered");

    let broken = imposter(&bench, "echo 'error: unknown option' >&2; exit 1");
    let failure = turn(&claude(&broken, "http://127.0.0.1:1"), &bench.request()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Permanent);
    assert_eq!(
        failure.message,
        "`claude` ended with exit code 1 before it had answered:\nerror: unknown option"
    );
}

#[test]
fn a_program_that_hears_nothing_is_ended_by_force_after_its_timeout() {
    let bench = Bench::new();
    let deaf = imposter(&bench, "trap '' INT TERM; echo 'not json'; while :; do sleep 1; done");
    let request = TurnRequest { timeout: Some(Duration::from_millis(100)), ..bench.request() };
    let failure = turn(&claude(&deaf, "http://127.0.0.1:1"), &request).unwrap_err();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    assert_eq!(bench.processes(), Vec::<String>::new());
}
