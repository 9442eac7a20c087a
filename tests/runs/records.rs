//! Damaged, moved and outdated files of a run, and a disk without room.

use std::fs;
use std::process::Command;

use flow_tests::bin;
use flow_tests::skip::or_skip;
use serde_json::json;

use crate::namespace::Namespace;
use crate::project::{Project, append};

/// A step with a result, and one that fails until there is a file `go`.
const GATED: &str = r#"
command first() -> string { run: "echo first >> effects; echo one" }
command gate(word: string) -> string { run: "echo gate >> effects; cat go && echo ${word}" }

@code("GATE")
flow main() -> [string] { [first(), gate("two")] }
"#;

/// A run of it that failed.
fn failed() -> Project {
    let project = Project::with(GATED);
    project.flow(&["run", "main.flow"]).ends(1);
    project
}

#[test]
fn a_torn_last_record_is_set_aside_and_told_and_the_run_goes_on() {
    let project = failed();
    append(&project.path("runs/GATE-1/journal.jsonl"), br#"0a1b2c3d {"seq":7,"prev":"0000"#);
    project.write("go", "");
    let said = project.flow(&["resume", "GATE-1"]);
    assert_eq!(said.ends(0).value(), json!(["one", "two"]));
    said.tells(&["ended in half a record of 30 bytes, which is kept in"]);
    assert_eq!(project.lines("effects"), ["first", "gate", "gate"]);
}

#[test]
fn a_journal_that_is_damaged_in_its_middle_is_refused_with_the_record_and_the_byte_and_not_touched() {
    let project = failed();
    let path = project.path("runs/GATE-1/journal.jsonl");
    let mut bytes = fs::read(&path).unwrap();
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[second + 20] ^= 1;
    fs::write(&path, &bytes).unwrap();
    project.write("go", "");
    let said = project.flow(&["resume", "GATE-1"]);
    said.ends(1).tells(&["is damaged at record 2", &format!("(byte {second})"), "nothing was changed"]);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(project.lines("effects"), ["first", "gate"]);
    // The others can still be looked at.
    project.flow(&["run", "main.flow"]).ends(0);
    let list = project.flow(&["ls"]).ends(0).out.clone();
    assert!(list.contains("GATE-2") && list.contains("is damaged at record 2"), "{list}");
    // What is good of it is saved, the rest is set aside, and the run goes on.
    let saved = project.flow(&["doctor", "GATE-1"]).ends(0).out.clone();
    assert!(saved.contains("1 records are kept") && saved.contains("damaged-"), "{saved}");
    assert_eq!(project.flow(&["resume", "GATE-1"]).ends(0).value(), json!(["one", "two"]));
    let sound = project.flow(&["doctor", "GATE-1"]).ends(0).out.clone();
    assert!(sound.contains("is sound"), "{sound}");
}

#[test]
fn a_journal_that_was_emptied_or_removed_is_refused_and_nothing_runs_again() {
    for removed in [false, true] {
        let project = failed();
        project.write("go", "");
        project.flow(&["resume", "GATE-1"]).ends(0);
        let effects = project.lines("effects");
        let path = project.path("runs/GATE-1/journal.jsonl");
        let bytes = fs::metadata(&path).unwrap().len();
        let what = if removed {
            fs::remove_file(&path).unwrap();
            "is missing: results are lost".to_owned()
        } else {
            fs::write(&path, "").unwrap();
            format!("has 0 bytes, and had at least {bytes}: results are lost")
        };
        for verb in ["resume", "status"] {
            let said = project.flow(&[verb, "GATE-1"]);
            said.ends(1).tells(&["runs/GATE-1/journal.jsonl`", &what, "`flow doctor GATE-1`"]);
        }
        assert_eq!(project.lines("effects"), effects);
        let saved = project.flow(&["doctor", "GATE-1"]).ends(0).out.clone();
        assert!(saved.contains("0 records are kept") && saved.contains("were lost run again"), "{saved}");
        assert_eq!(project.flow(&["resume", "GATE-1"]).ends(0).value(), json!(["one", "two"]));
        assert_eq!(project.lines("effects"), [effects, vec!["first".to_owned(), "gate".to_owned()]].concat());
    }
}

#[test]
fn a_journal_that_was_emptied_soon_after_its_runner_was_killed_is_refused() {
    let project = Project::with(
        r#"
command first() -> string { run: "echo first >> effects; echo one" }
command last() -> string { run: "touch started; sleep 1000" }

@code("SOON")
flow main() -> [string] { [first(), last()] }
"#,
    );
    project.start(&["run", "main.flow"], "started").kill();
    project.write("runs/SOON-1/journal.jsonl", "");
    project.flow(&["resume", "SOON-1"]).ends(1).tells(&["journal.jsonl` has 0 bytes, and had at least"]);
    assert_eq!(project.lines("effects"), ["first"]);
}

#[test]
fn a_program_that_was_changed_by_hand_is_refused_with_its_place() {
    let project = failed();
    let program = project.read("runs/GATE-1/program.flow.json");
    assert!(program.contains("cat go"));
    project.write("runs/GATE-1/program.flow.json", &program.replace("cat go", "cat ../secret"));
    let said = project.flow(&["resume", "GATE-1"]);
    said.ends(1).tells(&["runs/GATE-1/program.flow.json` is not what run GATE-1 recorded"]);
    assert_eq!(project.lines("effects"), ["first", "gate"]);
}

#[test]
fn a_run_goes_on_with_the_program_that_it_began_with_and_says_that_the_source_changed() {
    let project = failed();
    project.write("main.flow", &GATED.replace("\"two\"", "\"changed\""));
    project.write("go", "");
    let said = project.flow(&["resume", "GATE-1"]);
    assert_eq!(said.ends(0).value(), json!(["one", "two"]));
    said.tells(&["GATE-1 goes on with the program that it began with; since then changed: main.flow"]);
    assert_eq!(project.flow(&["run", "main.flow", "-q"]).ends(0).value(), json!(["one", "changed"]));
}

#[test]
fn a_run_that_was_copied_goes_on_where_it_is_now() {
    let project = failed();
    let other = Project::new();
    let copied =
        Command::new("cp").arg("-r").args([project.path("runs"), other.path("runs")]).status().unwrap();
    assert!(copied.success());
    other.write("go", "");
    let said = other.flow(&["resume", "GATE-1"]);
    assert_eq!(said.ends(0).value(), json!(["one", "two"]));
    assert_eq!(other.lines("effects"), ["gate"], "what was recorded there holds here");
    assert_eq!(project.lines("effects"), ["first", "gate"], "the place that it came from is left alone");
}

#[test]
fn a_full_disk_suspends_the_run_which_goes_on_when_there_is_room() {
    // A disk of one MiB in a name space of its own: nothing is left of it whatever happens.
    let space = Namespace::new(&["--mount"], "mkdir -p runs && mount -t tmpfs -o size=1m none runs");
    let Some(space) = or_skip("a disk of one MiB", space) else { return };
    let project = Project::with(
        r#"
command first() -> string { run: "echo first >> effects; echo one" }
command fill() -> string { run: "echo fill >> effects; cat /dev/zero > runs/filler 2> /dev/null; echo two" }
command last() -> string { run: "echo last >> effects; head -c 300000 /dev/zero | tr '\\0' x" }

@code("FULL")
flow main() -> int { first().len() + fill().len() + last().len() }
"#,
    );
    let script = "\"$1\" run main.flow; echo \"exit code $?\" >&2; \"$1\" status FULL-1; \
         rm runs/filler; exec \"$1\" resume FULL-1";
    let flow = bin("flow");
    let output = space.command(script, &[flow.to_str().unwrap()], &project.root()).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(0), "{out}\n{err}");
    for part in
        ["FULL-1 is suspended", "nothing that was recorded is lost", "exit code 3", "FULL-1 succeeded"]
    {
        assert!(err.contains(part), "`{part}` is not in\n{err}");
    }
    assert!(out.ends_with("300006\n"), "{out}");
    let effects = project.lines("effects");
    assert_eq!(effects.iter().filter(|line| *line == "first").count(), 1, "{effects:?}");
}
