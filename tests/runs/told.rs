//! What is told of a run that failed, is blocked, was stopped, cancelled, or killed: by `status`, by `show`, and by its log.

use rustix::process::Signal;

use crate::project::Project;

const GATE: &str = r#"
command first() -> string { run: "echo one" }
command gate() -> string { run: "touch started; while [ -e wait ]; do sleep 0.02; done; cat open" }

@code("GATE")
flow main() -> string {
  let before = first()
  let found = gate() catch failure { blocked "no gate: ${failure.message}" }
  "${before} ${found}"
}
"#;

/// Text without what differs from run to run: times, and who held the run.
fn steady(text: &str) -> String {
    let word = |word: &str| {
        let digit = word.starts_with(|it: char| it.is_ascii_digit());
        let time = digit && word.len() == 24 && word.ends_with('Z');
        if time { "TIME".to_owned() } else { word.to_owned() }
    };
    let line = |line: &str| {
        let words: Vec<_> = line.split(' ').map(word).collect();
        let mut text = words.join(" ");
        if let Some(at) = text.find(" after ") {
            text.truncate(at);
        }
        for holder in [", in process", "; process"] {
            if let Some(at) = text.find(holder) {
                let died = if text.contains("died while it held it") { "; the one before died" } else { "" };
                text.truncate(at);
                text.push_str(died);
            }
        }
        text
    };
    text.lines().filter(|text| !text.is_empty()).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_log_tells_each_start_stop_and_end_also_of_a_runner_that_was_killed() {
    let project = Project::with(GATE);
    project.write("wait", "");
    let running = project.start(&["run", "main.flow"], "started");
    running.kill();
    let status = project.flow(&["status", "GATE-1"]).ends(0).out.clone();
    for part in [
        "GATE-1 has crashed",
        "died while it held it",
        "1 step done, 1 open",
        "cut off: main#1/gate (command `gate`)",
    ] {
        assert!(status.contains(part), "`{part}` is not in\n{status}");
    }
    let show = project.flow(&["show", "GATE-1"]).ends(0).out.clone();
    assert!(
        show.lines().any(|line| line.trim_start().starts_with("cut off") && line.ends_with("main#1/gate")),
        "{show}"
    );

    std::fs::remove_file(project.path("wait")).unwrap();
    project.flow(&["resume", "GATE-1"]).ends(3).tells(&[
        "GATE-1 was cut off: process ",
        "GATE-1 goes on with `main` in runs/GATE-1",
        "GATE-1 is blocked: no gate: ",
    ]);
    let status = project.flow(&["status", "GATE-1"]).ends(0).out.clone();
    for part in ["GATE-1 is blocked", "1 step done, 1 failed\n", "mend it, then `flow resume GATE-1` goes on"]
    {
        assert!(status.contains(part), "`{part}` is not in\n{status}");
    }
    assert!(project.flow(&["show", "GATE-1"]).out.contains("\nblocked: no gate: "));

    project.write("open", "two");
    project.flow(&["resume", "GATE-1"]).ends(0);
    let status = project.flow(&["status", "GATE-1"]).ends(0).out.clone();
    assert!(status.contains("2 steps done\n"), "each step counts once, as it stands: {status}");
    let log = steady(&project.flow(&["logs", "GATE-1"]).ends(0).out);
    assert_eq!(
        log,
        "# GATE-1\n\
         TIME `main` begins\n\
         ## `main#1/first`\n\
         TIME command `first`\n\
         TIME `main#1/first` is done\n\
         ## `main#1/gate`\n\
         TIME command `gate`\n\
         ---\n\
         TIME GATE-1 goes on; the one before died\n\
         TIME 1 result from the journal\n\
         ## `main#1/gate`\n\
         TIME command `gate`, attempt 2\n\
         TIME `main#1/gate` failed: CommandFailed: `gate` ended with exit code 1: cat: open: No such file or directory\n\
         ---\n\
         TIME GATE-1 is blocked: no gate: `gate` ended with exit code 1: cat: open: No such file or directory\n  \
         mend it, then `flow resume GATE-1` goes on\n\
         ---\n\
         TIME GATE-1 goes on\n\
         TIME 1 result from the journal\n\
         ## `main#1/gate`\n\
         TIME command `gate`\n\
         TIME `main#1/gate` is done\n\
         ---\n\
         TIME GATE-1 succeeded"
    );
}

#[test]
fn a_run_that_fails_without_a_failed_step_is_not_said_to_go_on() {
    let project =
        Project::with("@code(\"FAIL\")\nflow main(n: int) { require n > 3, \"n is too small: ${n}\" }\n");
    project.flow(&["run", "main.flow", "--input", "n=2"]).ends(1);
    let status = project.flow(&["status", "FAIL-1"]).ends(0).out.clone();
    assert!(status.contains("0 steps done\n"), "an input is no step: {status}");
    for text in [&status, &project.flow(&["show", "FAIL-1"]).out, &project.read("runs/FAIL-1/log.md")] {
        assert!(text.contains("no step failed, so resuming would end the same"), "{text}");
        assert!(!text.contains("flow resume"), "{text}");
    }
}

#[test]
fn what_another_failure_cancelled_is_cancelled_and_no_longer_counts_its_time() {
    let source = r#"
command bad() -> string { run: "while [ ! -e began ]; do sleep 0.02; done; exit 3" }
command long() -> string { run: "touch began; sleep 1000" }
@code("BOTH")
flow main() -> string {
  let both = parallel { a: bad(), b: long() }
  both.a
}
"#;
    let project = Project::with(source);
    project.flow(&["run", "main.flow"]).ends(1);
    let status = project.flow(&["status", "BOTH-1"]).ends(0).out.clone();
    for part in [
        "0 steps done, 1 failed, 1 cancelled or to run again\n",
        "in the step `main#1/parallel/a/bad`; `flow logs BOTH-1 main#1/parallel/a/bad` shows what it said",
        "mend the cause, then `flow resume BOTH-1` tries what failed again",
    ] {
        assert!(status.contains(part), "`{part}` is not in\n{status}");
    }
    let step = || project.flow(&["show", "BOTH-1", "long", "--json"]).ends(0).value();
    assert_eq!(step()["state"], "cancelled");
    assert!(step()["ended"].is_string(), "{}", step());
}

#[test]
fn a_run_that_was_stopped_while_it_slept_says_how_long_in_words() {
    let project = Project::with("@code(\"NAP\")\nflow main() {\n  log(\"on\")\n  sleep(90m)\n}\n");
    let mut running = project.start(&["run", "main.flow"], "runs/NAP-1/events.jsonl");
    running.wait_for("sleep waits for ");
    running.signal(Signal::INT);
    running.end().ends(130).tells(&["NAP-1 has stopped; `flow resume NAP-1` goes on"]);
    let log = project.read("runs/NAP-1/log.md");
    assert!(log.contains("` waits for 1 h "), "{log}");
    assert!(log.ends_with("NAP-1 has stopped; `flow resume NAP-1` goes on\n"), "{log}");
    let status = project.flow(&["status", "NAP-1"]).ends(0).out.clone();
    assert!(status.contains("(in 1 h "), "{status}");
    let said = project.flow(&["cancel", "NAP-1"]);
    assert_eq!((said.ends(0).out.as_str(), said.err.as_str()), ("NAP-1 was cancelled\n", ""));
    assert!(project.read("runs/NAP-1/log.md").ends_with(" NAP-1 was cancelled\n"));
}
