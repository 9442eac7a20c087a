//! Runners that die or are stopped: the run ends as if it had not been interrupted, and nothing recorded runs again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustix::process::Signal;
use serde_json::json;

use crate::project::{Project, Running, pause, said};

/// Stages in a cycle, branches at once, a pause. Every effect leaves its step's key in a file.
const LIFE: &str = r#"
command note(text: string) -> string { run: "echo \"$FLOW_STEP_KEY\" >> effects; echo got ${text}" }

@code("LIFE")
flow life(names: [string] = ["a", "b"]) -> [string] {
  handoff gather(0, [])

  stage gather(round: int, before: [string]) max 3 {
    let all = parallel for name in names max 2 { note("${name} ${round}") }
    handoff judge(round, before + all)
  }

  stage judge(round: int, all: [string]) {
    sleep(1ms)
    if round < 1 { handoff gather(round + 1, all) }
    return all + [note("end")]
  }
}
"#;

/// One death, and the life after it. False when the run ended before it could die.
fn dies_at(at: usize, program: &str, expected: &serde_json::Value) -> bool {
    let project = Project::in_memory();
    project.write("life.flow.json", program);
    let mut command = project.command(&["run", "life.flow.json", "-q"]);
    command.env("FLOW_CRASH_AT", at.to_string());
    let first = said(command);
    if first.code == Some(0) {
        return false;
    }
    assert_eq!(first.code, None, "it did not die: {}", first.err);
    let recorded = project.recorded("LIFE-1");

    let second = project.flow(&["resume", "LIFE-1", "-q"]);
    let result = match second.code {
        Some(0) => second.value(),
        _ if second.err.contains("has succeeded") => {
            project.flow(&["show", "LIFE-1", "--json"]).ends(0).value()["result"].clone()
        }
        _ => {
            assert!(
                second.err.contains("there is no run") || second.err.contains("never completely created"),
                "{}",
                second.err
            );
            assert!(recorded.is_empty() && project.read("effects").is_empty(), "something ran");
            project.flow(&["run", "life.flow.json", "-q"]).ends(0).value()
        }
    };
    assert_eq!(&result, expected);
    let effects = project.lines("effects");
    for key in effects.iter().collect::<std::collections::BTreeSet<_>>() {
        let times = effects.iter().filter(|line| *line == key).count();
        let most = if recorded.contains(key) { 1 } else { 2 };
        assert!(times <= most, "`{key}` ran {times} times: {effects:?}, recorded were {recorded:?}");
    }
    true
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "crash points are compiled into debug builds")]
fn a_death_at_every_boundary_changes_neither_the_result_nor_runs_anything_recorded_again() {
    let whole = Project::in_memory();
    whole.write("main.flow", LIFE);
    let log = whole.path("boundaries");
    let mut command = whole.command(&["run", "main.flow", "-q"]);
    command.env("FLOW_CRASH_LOG", &log);
    let expected = said(command).ends(0).value();
    assert_eq!(expected, json!(["got a 0", "got b 0", "got a 1", "got b 1", "got end"]));
    let boundaries = whole.lines("boundaries");
    for name in ["before write journal.jsonl", "inside write journal.jsonl", "after sync journal.jsonl"] {
        assert!(boundaries.iter().any(|line| line.ends_with(name)), "{name} is no boundary");
    }
    // Compiled once: a death of the compiler would be of no interest.
    let program = whole.read("runs/LIFE-1/program.flow.json");

    let (next, ended, failed) = (AtomicUsize::new(1), AtomicBool::new(false), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !ended.load(Ordering::SeqCst) {
                    let at = next.fetch_add(1, Ordering::SeqCst);
                    match catch_unwind(AssertUnwindSafe(|| dies_at(at, &program, &expected))) {
                        Ok(true) => {}
                        Ok(false) => ended.store(true, Ordering::SeqCst),
                        Err(_) => failed.lock().unwrap().push(at),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "deaths at {failed:?} of {boundaries:#?}");
    // How many records share a write differs a little from run to run.
    let reached = next.into_inner();
    assert!(reached > boundaries.len() / 2, "{reached} of {}", boundaries.len());
}

/// A step with a result, one that waits for the file `go`, and one after it.
const SLOW: &str = r#"
command first() -> string { run: "echo first >> effects; echo one" }
command slow() -> string {
  run: "echo slow >> effects; touch started; while [ ! -e go ]; do sleep 0.02; done; echo two"
}
command last() -> string { run: "echo last >> effects; echo three" }

@code("SLOW")
flow main() -> [string] { [first(), slow(), last()] }
"#;

#[test]
fn a_runner_that_is_killed_in_the_middle_of_a_step_leaves_a_run_that_goes_on() {
    let project = Project::with(SLOW);
    project.start(&["run", "main.flow"], "started").kill();
    assert!(project.flow(&["status", "SLOW-1"]).ends(0).out.starts_with("SLOW-1 has crashed"));
    assert_eq!(project.lines("effects"), ["first", "slow"]);
    std::fs::remove_file(project.path("started")).unwrap();
    let left = project.processes();
    assert!(!left.is_empty());
    let resumed = project.start(&["resume", "SLOW-1"], "started");
    let now = project.processes();
    assert!(left.iter().all(|pid| !now.contains(pid)), "what was left does not work beside the next attempt");
    project.write("go", "");
    let said = resumed.end();
    assert_eq!(said.ends(0).value(), json!(["one", "two", "three"]));
    said.tells(&["= 1 result from the journal", "attempt 2"]);
    assert_eq!(project.lines("effects"), ["first", "slow", "slow", "last"]);
    assert_eq!(project.processes(), Vec::<i32>::new());
}

#[test]
fn the_start_of_a_step_is_in_the_journal_before_its_program_can_do_anything() {
    let project = Project::with(
        r#"
command seen(n: int) -> int { run: "grep -F \"\\\"$FLOW_STEP_KEY\\\"\" runs/SEEN-1/journal.jsonl | grep -c step_started || true" }
@code("SEEN")
flow main() -> [int] {
  let many = parallel for n in [1, 2, 3, 4, 5, 6, 7, 8] { seen(n) }
  many + [seen(0)]
}
"#,
    );
    assert_eq!(project.flow(&["run", "main.flow", "-q"]).ends(0).value(), json!([1, 1, 1, 1, 1, 1, 1, 1, 1]));
}

#[test]
fn an_interrupt_stops_behind_the_running_step_and_says_how_to_go_on() {
    let project = Project::with(SLOW);
    let mut running = project.start(&["run", "main.flow"], "started");
    running.signal(Signal::INT);
    running.wait_for("stopping when the running steps are done");
    project.write("go", "");
    let said = running.end();
    said.ends(130).tells(&["SLOW-1 has stopped; `flow resume SLOW-1` goes on"]);
    assert_eq!(project.lines("effects"), ["first", "slow"]);
    assert!(project.flow(&["status", "SLOW-1"]).ends(0).out.contains("`flow resume SLOW-1` goes on"));
    assert_eq!(project.flow(&["resume", "SLOW-1"]).ends(0).value(), json!(["one", "two", "three"]));
    assert_eq!(project.lines("effects"), ["first", "slow", "last"]);
}

#[test]
fn a_second_interrupt_cancels_ends_the_step_and_leaves_no_process() {
    let project = Project::with(SLOW);
    let mut running = project.start(&["run", "main.flow"], "started");
    running.signal(Signal::INT);
    running.wait_for("stopping when the running steps are done");
    running.signal(Signal::INT);
    running.end().ends(130).tells(&["SLOW-1 was cancelled"]);
    assert_eq!(project.processes(), Vec::<i32>::new());
    assert_eq!(project.lines("effects"), ["first", "slow"]);
    project.flow(&["resume", "SLOW-1"]).ends(2).tells(&["run SLOW-1 was cancelled"]);
}

#[test]
fn a_third_interrupt_leaves_at_once_and_kills_what_runs() {
    let project = Project::with(&SLOW.replace("touch started;", "trap '' TERM; touch started;"));
    let mut running = project.start(&["run", "main.flow"], "started");
    running.signal(Signal::INT);
    running.wait_for("stopping when the running steps are done");
    running.signal(Signal::INT);
    running.wait_for("cancelling the run");
    running.signal(Signal::INT);
    assert_eq!(running.end().code, Some(130));
    while !project.processes().is_empty() {
        pause();
    }
}

#[test]
fn what_a_third_interrupt_kills_has_not_failed_and_cleans_up_when_the_run_goes_on() {
    let project = Project::with(
        r#"
command slow() -> none {
  run: "echo slow >> effects; touch begun; while [ ! -e go ]; do sleep 0.02; done"
}
command many() -> none {
  run: "[ -e go ] && exit; for _ in $(seq 300); do sleep 1000 & done; while [ ! -e begun ]; do sleep 0.02; done; touch started; wait"
}
command first() -> none { run: "echo first >> effects" }

@code("MANY")
flow main() -> none {
  defer { parallel { a: slow(), b: many() } }
  first()
}
"#,
    );
    let mut running = project.start(&["run", "main.flow"], "started");
    running.signal(Signal::INT);
    running.wait_for("stopping when the running steps are done");
    running.signal(Signal::INT);
    running.wait_for("cancelling the run");
    running.signal(Signal::INT);
    assert_eq!(running.end().code, Some(130));
    while !project.processes().is_empty() {
        pause();
    }
    assert!(project.journal("MANY-1").iter().all(|it| it["event"] != "step_failed"));
    project.write("go", "");
    project.flow(&["resume", "MANY-1"]).ends(0);
    assert_eq!(project.lines("effects"), ["first", "slow", "slow"]);
}

/// A computation that takes years, behind a step and within a flow that cleans up.
const COMPUTING: &str = r#"
command first() -> none { run: "echo first >> effects; touch started" }
command clean(n: int) -> none { run: "echo clean ${n} >> effects" }
fn sum(upto: int) -> int {
  var n = 0
  loop max 1000000000000 {
    if n >= upto { break }
    n += 1
  }
  n
}
@code("LONG")
flow main() -> int {
  defer { clean(sum(5000)) }
  first()
  sum(1000000000000) catch _ { 1 }
}
"#;

#[test]
fn a_computation_is_stopped_by_a_signal_and_gone_on_with() {
    let project = Project::with(COMPUTING);
    let running = project.start(&["run", "main.flow"], "started");
    running.signal(Signal::TERM);
    let said = running.end();
    said.ends(130).tells(&["LONG-1 has stopped; `flow resume LONG-1` goes on"]);
    project.flow(&["status", "LONG-1"]).ends(0);
    // The second runner computes as well: nothing but a stop ends it.
    let mut resumed = project.start(&["resume", "LONG-1"], "started");
    resumed.wait_for("LONG-1 goes on with");
    project.flow(&["stop", "LONG-1"]).ends(0);
    resumed.end().ends(3).tells(&["LONG-1 has stopped; `flow resume LONG-1` goes on"]);
    assert_eq!(project.lines("effects"), ["first"]);
    let stops = project.journal("LONG-1");
    assert_eq!(stops.iter().filter(|it| it["event"] == "stop_requested").count(), 1);
    assert_eq!(stops.iter().filter(|it| it["event"] == "run_paused").count(), 2);
}

#[test]
fn a_computation_is_cancelled_and_its_cleanups_compute() {
    let project = Project::with(COMPUTING);
    let running = project.start(&["run", "main.flow"], "started");
    project.flow(&["cancel", "LONG-1"]).ends(0);
    running.end().ends(1).tells(&["LONG-1 was cancelled"]);
    assert_eq!(project.lines("effects"), ["first", "clean 5000"]);

    // One that nobody holds is played back up to where it computes.
    std::fs::remove_file(project.path("started")).unwrap();
    let running = project.start(&["run", "main.flow"], "started");
    running.signal(Signal::INT);
    running.end().ends(130);
    let said = project.flow(&["cancel", "LONG-2"]);
    assert_eq!(said.ends(0).out, "LONG-2 was cancelled\n");
    assert_eq!(project.lines("effects"), ["first", "clean 5000", "first", "clean 5000"]);
}

/// A step that never ends by itself, with a cleanup around it and one in a branch beside it.
const DEFERRED: &str = r#"
command first() -> string { run: "echo first >> effects; echo one" }
command never() -> none { run: "echo never >> effects; touch started; sleep 1000" }
command clean(what: string) -> none { run: "echo clean ${what} >> effects" }
flow inner(what: string) -> none {
  defer { clean(what) }
  first()
  never()
}

@code("DEFER")
flow main() -> none {
  defer { clean("main") }
  parallel { a: inner("a"), b: inner("b") }
  return none
}
"#;

#[test]
fn a_run_whose_runner_was_killed_is_cancelled_with_its_processes_and_its_cleanups() {
    let project = Project::with(DEFERRED);
    let running = project.start(&["run", "main.flow"], "started");
    while project.lines("effects").iter().filter(|line| *line == "never").count() < 2 {
        pause();
    }
    running.kill();
    assert!(!project.processes().is_empty());
    let said = project.flow(&["cancel", "DEFER-1"]);
    assert_eq!(said.ends(0).out, "DEFER-1 was cancelled\n");
    assert_eq!(project.processes(), Vec::<i32>::new());
    let mut effects = project.lines("effects");
    effects[4..6].sort();
    let all = ["first", "first", "never", "never", "clean a", "clean b", "clean main"];
    assert_eq!(
        effects.iter().filter(|line| *line == "first").count(),
        2,
        "what has a result does not run again"
    );
    assert_eq!(
        effects[2..].iter().filter(|it| it.starts_with("clean")).collect::<Vec<_>>(),
        all[4..].iter().collect::<Vec<_>>()
    );
    assert!(project.flow(&["status", "DEFER-1"]).ends(0).out.starts_with("DEFER-1 was cancelled"));
    project.flow(&["cancel", "DEFER-1"]).ends(2).tells(&["run DEFER-1 was cancelled already"]);
}

/// Asks a run for its end in a way and has the runner die when that is recorded and the message is still there.
fn dies_beside(project: &Project, verb: &str) {
    let mut command = project.command(&["run", "main.flow", "-q"]);
    command.env("FLOW_CRASH_AT", "before remove");
    let running = Running::of(project, command, "started");
    project.flow(&[verb, "SLOW-1"]).ends(0);
    assert_eq!(running.end().code, None, "it did not die");
    let left = project.contents("runs/SLOW-1/inbox");
    assert_eq!(left.len(), 1, "the message is still there: {left:?}");
    assert!(
        project
            .journal("SLOW-1")
            .iter()
            .any(|record| record["event"] == format!("{verb}_requested").as_str())
    );
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "crash points are compiled into debug builds")]
fn a_wish_to_stop_that_is_recorded_is_not_taken_again_after_a_death() {
    let project = Project::with(SLOW);
    dies_beside(&project, "stop");
    project.write("go", "");
    let said = project.flow(&["resume", "SLOW-1"]);
    assert_eq!(said.ends(0).value(), json!(["one", "two", "three"]));
    assert!(project.contents("runs/SLOW-1/inbox").is_empty());
    let asked = project.journal("SLOW-1").iter().filter(|record| record["event"] == "stop_requested").count();
    assert_eq!(asked, 1);
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "crash points are compiled into debug builds")]
fn a_run_that_is_to_be_cancelled_is_cancelled_by_the_next_runner_although_the_last_one_died() {
    let project = Project::with(SLOW);
    dies_beside(&project, "cancel");
    let before = project.lines("effects");
    project.flow(&["resume", "SLOW-1"]).ends(1).tells(&["SLOW-1 was cancelled"]);
    assert_eq!(project.lines("effects"), before, "nothing more runs");
    assert_eq!(project.processes(), Vec::<i32>::new());
    let asked =
        project.journal("SLOW-1").iter().filter(|record| record["event"] == "cancel_requested").count();
    assert_eq!(asked, 1);
}

#[test]
fn a_second_runner_is_refused_at_once_told_who_has_the_run_and_touches_nothing() {
    let project = Project::with(SLOW);
    let running = project.start(&["run", "main.flow"], "started");
    let watched = || {
        let mut files = project.contents("runs");
        // What the holder itself renews meanwhile.
        files.retain(|(path, _)| !path.ends_with("state.json"));
        files
    };
    // A start is recorded beside the step: this one is there, and nothing else is written until the step ends.
    while project.journal("SLOW-1").len() < 4 {
        pause();
    }
    let before = watched();
    let refused = project.flow(&["resume", "SLOW-1"]);
    refused.ends(3).tells(&[
        "run SLOW-1 is held by",
        &format!("process {}", running.pid()),
        "flow stop SLOW-1",
    ]);
    assert!(watched() == before, "something was touched");
    project.write("go", "");
    assert_eq!(running.end().ends(0).value(), json!(["one", "two", "three"]));
    assert_eq!(project.lines("effects"), ["first", "slow", "last"]);
}
