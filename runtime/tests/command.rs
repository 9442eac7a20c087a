//! The command `flow` itself, over programs in the intermediate representation and real processes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test, its helpers included")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use flow_ir::build::*;
use flow_ir::{Node, Op, Output as Yields, Part, Program, Run, Target, Type};
use rustix::process::{Pid, Signal, kill_process};

/// A project with a program in it.
struct Project(tempfile::TempDir);

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Project {
    fn with(program: &Program) -> Self {
        let mut program = program.clone();
        program.fill_tables();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.flow.json"), program.to_document().unwrap()).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flow"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null()).env_remove("FLOW_RUNS_DIR");
        command
    }

    fn flow(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }

    /// Starts the program and waits until it has made a file.
    fn start(&self, until: &str) -> Child {
        let child = self
            .command(&["run", "main.flow.json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while !self.path(until).exists() {
            std::thread::yield_now();
        }
        child
    }
}

fn said(output: Output) -> Said {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Interrupts a run and waits until it says that it heard: what it says, and what it said so far.
fn interrupted(child: &mut Child) -> (BufReader<ChildStderr>, String) {
    signal(child, Signal::INT);
    // The signal may be handled by a thread that is not running yet.
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut heard = String::new();
    while !heard.contains("stopping when the running steps are done") {
        assert!(err.read_line(&mut heard).unwrap() > 0, "{heard}");
    }
    (err, heard)
}

fn main_of(result: Type, body: Node) -> Program {
    let mut it = program("main");
    it.flows.insert("main".into(), flow(frame([], result, ["l0", "l1"]), body));
    it
}

fn shell(script: &str, output: Yields, result: Type) -> flow_ir::Command {
    let mut it = command(frame([], result, []), list([text("sh")]), output);
    it.run = Run::Shell(vec![Part::Text(script.to_owned())]);
    it
}

/// `first`, then `second`, whose text is the result.
fn two(first: &str, second: &str) -> Program {
    let mut it = main_of(Type::String, block([run("first", []), run("second", [])]));
    it.commands.insert("first".into(), shell(first, Yields::None, Type::None));
    it.commands.insert("second".into(), shell(second, Yields::Text, Type::String));
    it
}

#[test]
fn a_run_prints_its_result_alone_on_standard_output() {
    let project = Project::with(&two("true", "echo tide"));
    let said = project.flow(&["run", "main.flow.json"]);
    assert_eq!((said.code, said.out.as_str()), (0, "tide\n"), "{}", said.err);
    assert!(said.err.contains("RUN-1 runs `main` in runs/RUN-1"), "{}", said.err);
    assert!(said.err.contains("RUN-1 succeeded; its record is in runs/RUN-1"), "{}", said.err);
}

#[test]
fn a_failure_says_what_where_and_how_to_go_on() {
    let project = Project::with(&two("true", "echo no good >&2; exit 7"));
    let said = project.flow(&["run", "main.flow.json", "--quiet"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    for part in [
        "RUN-1 failed: CommandFailed: `second` ended with exit code 7: no good",
        "at main.flow:1:1",
        "`flow logs RUN-1 main#1/second` shows what it said",
        "`flow resume RUN-1` tries what failed again",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    let logs = project.flow(&["logs", "RUN-1", "second"]);
    assert!(logs.out.contains("no good"), "{}", logs.out);
}

#[test]
fn bad_calls_programs_and_inputs_end_with_code_2() {
    let project = Project::with(&two("true", "true"));
    std::fs::write(project.path("text"), "hello").unwrap();
    let mut tampered = two("true", "true");
    tampered.commands.remove("second");
    std::fs::write(project.path("tampered.json"), tampered.to_document().unwrap()).unwrap();
    for (args, part) in [
        (&["run", "gone.json"][..], "there is no `gone.json`"),
        (&["run", "text"], "neither a source file"),
        (&["run", "tampered.json"], "there is no command `second`"),
        (&["run", "main.flow.json", "other"], "not of `other`"),
        (&["run", "main.flow.json", "--input", "x=1"], "there is no input `x`: `main` takes none"),
        (&["run", "main.flow.json", "--input", "x"], "not of the form NAME=VALUE"),
        (&["resume", "RUN-9"], "there is no run RUN-9"),
        (&["resume", "nonsense"], "`nonsense` does not name a run"),
        (&["frobnicate"], "unrecognized subcommand"),
    ] {
        let said = project.flow(args);
        assert_eq!(said.code, 2, "{args:?}: {}", said.err);
        assert!(said.err.contains(part), "{args:?}: {}", said.err);
    }
    assert!(!project.path("runs").exists(), "nothing was created");
}

#[test]
fn inputs_come_from_the_command_line_and_from_files() {
    let mut program = main_of(list_of(Type::String), none());
    let main = program.flows.get_mut("main").unwrap();
    main.frame = frame([("name", Type::String), ("count", Type::Int)], list_of(Type::String), []);
    main.frame.params[1].default = Some(int(2));
    main.body = list([local(0), method("int.to_string", local(1), [])]);
    let project = Project::with(&program);
    let run = |more: &[&str]| project.flow(&[&["run", "main.flow.json", "--json"], more].concat());
    let result = |said: &Said| {
        let last: serde_json::Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
        last["result"].clone()
    };
    assert_eq!(result(&run(&["--input", "name=12"])), serde_json::json!(["12", "2"]));
    std::fs::write(project.path("in.json"), r#"{"name": "x", "count": 5}"#).unwrap();
    assert_eq!(result(&run(&["--input-file", "in.json"])), serde_json::json!(["x", "5"]));
    assert_eq!(
        result(&run(&["--input-file", "in.json", "--input", "count=7"])),
        serde_json::json!(["x", "7"])
    );
    let missing = run(&[]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("the input `name` of type `string` is missing"), "{}", missing.err);
}

#[test]
fn json_events_are_all_that_is_printed() {
    let project = Project::with(&two("true", "echo tide"));
    let said = project.flow(&["run", "main.flow.json", "--json"]);
    assert_eq!(said.err, "");
    let events: Vec<serde_json::Value> =
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["began", "started", "finished", "started", "finished", "ended"]);
    assert_eq!(events[5]["status"], "succeeded");
    assert_eq!(events[5]["result"], "tide");
}

#[test]
fn a_blocked_run_ends_with_code_3_and_goes_on_when_it_is_mended() {
    let blocked = node(Op::Blocked { key: "blocked".into(), reason: text("make it good").into() });
    let good = binary(flow_ir::BinaryOp::Eq, run("check", []), text("good"));
    let either =
        node(Op::If { condition: good.into(), then: text("done").into(), otherwise: Some(blocked.into()) });
    let mut program = main_of(Type::String, either);
    program.commands.insert("check".into(), shell("cat state", Yields::Text, Type::String));
    let project = Project::with(&program);
    std::fs::write(project.path("state"), "bad").unwrap();
    let said = project.flow(&["run", "main.flow.json"]);
    assert_eq!(said.code, 3);
    assert!(
        said.err.contains("RUN-1 is blocked: make it good\n  mend it, then `flow resume RUN-1`"),
        "{}",
        said.err
    );
    let status = project.flow(&["status", "RUN-1"]);
    assert!(status.out.starts_with("RUN-1 is blocked (main, in runs/RUN-1)"), "{}", status.out);
    std::fs::write(project.path("state"), "good").unwrap();
    let said = project.flow(&["resume", "RUN-1"]);
    assert_eq!((said.code, said.out.as_str()), (0, "done\n"), "{}", said.err);
    let again = project.flow(&["resume", "RUN-1"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("run RUN-1 has succeeded"), "{}", again.err);
}

#[test]
fn an_interrupt_stops_after_the_running_step_and_says_how_to_go_on() {
    let project = Project::with(&two(
        "touch begun; while ! test -e go; do sleep 0.01; done; echo x >> ran",
        "echo tide",
    ));
    let mut child = project.start("begun");
    let (mut err, mut heard) = interrupted(&mut child);
    std::fs::write(project.path("go"), "").unwrap();
    err.read_to_string(&mut heard).unwrap();
    let said = Said { err: heard, ..said(child.wait_with_output().unwrap()) };
    assert_eq!(said.code, 130, "{}", said.err);
    assert!(said.err.contains("RUN-1 has stopped; `flow resume RUN-1` goes on"), "{}", said.err);
    assert!(project.flow(&["ls"]).out.contains("paused"));
    let resumed = project.flow(&["resume", "RUN-1"]);
    assert_eq!((resumed.code, resumed.out.as_str()), (0, "tide\n"), "{}", resumed.err);
    assert_eq!(project.read("ran"), "x\n", "the step before ran once");
}

#[test]
fn a_second_interrupt_cancels_and_leaves_no_process() {
    let project = Project::with(&two("echo $$ > pid; touch begun; sleep 600", "echo tide"));
    let mut child = project.start("begun");
    // Two signals at once may arrive as one, and a third does not wait for the end.
    let (mut err, mut heard) = interrupted(&mut child);
    signal(&child, Signal::INT);
    err.read_to_string(&mut heard).unwrap();
    child.wait().unwrap();
    let pid: i32 = project.read("pid").trim().parse().unwrap();
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
    let resumed = project.flow(&["resume", "RUN-1"]);
    assert_eq!(resumed.code, 2);
    assert!(resumed.err.contains("was cancelled"), "{}", resumed.err);
}

#[test]
fn a_killed_run_is_crashed_and_goes_on_where_it_was() {
    let project = Project::with(&two("echo x >> ran", "touch begun; test -e go || sleep 600; echo tide"));
    let mut child = project.start("begun");
    signal(&child, Signal::KILL);
    child.wait().unwrap();
    assert!(project.flow(&["status", "RUN-1"]).out.contains("RUN-1 has crashed"));
    std::fs::write(project.path("go"), "").unwrap();
    let said = project.flow(&["resume", "RUN-1"]);
    assert_eq!((said.code, said.out.as_str()), (0, "tide\n"), "{}", said.err);
    assert!(said.err.contains("= 1 result from the journal"), "{}", said.err);
    assert_eq!(project.read("ran"), "x\n", "a recorded step never runs again");
}

#[test]
fn a_run_that_was_killed_while_it_slept_has_crashed() {
    let sleep = effect("sleep", [node(Op::Duration(600_000))], Type::None);
    let mut program = two("touch begun", "true");
    let first = call(Target::Command("first".into()), []);
    program.flows.get_mut("main").unwrap().body = block([first, sleep]);
    program.flows.get_mut("main").unwrap().frame.result = Type::None;
    let project = Project::with(&program);
    let mut child = project.start("begun");
    while !project.flow(&["status", "RUN-1"]).out.contains("RUN-1 is waiting") {
        std::thread::yield_now();
    }
    signal(&child, Signal::KILL);
    child.wait().unwrap();
    let status = project.flow(&["status", "RUN-1"]).out;
    assert!(status.contains("RUN-1 has crashed") && status.contains("for the time"), "{status}");
}

#[test]
fn a_failure_that_resuming_cannot_change_says_so() {
    let project = Project::with(&main_of(Type::None, node(Op::Fail(Box::new(text("no"))))));
    let said = project.flow(&["run", "main.flow.json"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("no step failed, so resuming would end the same"), "{}", said.err);
}

#[test]
fn git_ignores_the_directory_of_runs_unless_it_was_there() {
    let project = Project::with(&two("true", "true"));
    project.flow(&["run", "main.flow.json"]);
    assert_eq!(project.read("runs/.gitignore"), "*\n");
    std::fs::create_dir(project.path("mine")).unwrap();
    project.flow(&["run", "main.flow.json", "--runs-dir", "mine"]);
    assert!(project.path("mine/RUN-1").exists() && !project.path("mine/.gitignore").exists());
}

#[test]
fn a_second_runner_is_refused_and_touches_nothing() {
    let project = Project::with(&two("touch begun; while ! test -e go; do sleep 0.01; done", "echo tide"));
    let child = project.start("begun");
    let refused = project.flow(&["resume", "RUN-1"]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("run RUN-1 is held by process"), "{}", refused.err);
    std::fs::write(project.path("go"), "").unwrap();
    assert_eq!(said(child.wait_with_output().unwrap()).out, "tide\n");
}

#[test]
fn a_run_is_stopped_and_cancelled_from_outside() {
    let wait = "touch begun; while ! test -e go; do sleep 0.01; done";
    let project = Project::with(&two(wait, "echo tide"));
    let child = project.start("begun");
    assert!(project.flow(&["stop", "RUN-1"]).out.contains("will stop"));
    while std::fs::read_dir(project.path("runs/RUN-1/inbox")).unwrap().count() > 0 {
        std::thread::yield_now();
    }
    std::fs::write(project.path("go"), "").unwrap();
    assert_eq!(said(child.wait_with_output().unwrap()).code, 3);
    let cancelled = project.flow(&["cancel", "RUN-1"]);
    assert!(cancelled.out.contains("RUN-1 was cancelled"), "{}", cancelled.err);
    assert!(project.flow(&["status", "RUN-1"]).out.contains("RUN-1 was cancelled"));
    assert_eq!(project.flow(&["cancel", "RUN-1"]).code, 2);
}

#[test]
fn questions_are_answered_with_values_of_their_type() {
    let mut program = main_of(Type::Bool, call(Target::Human("sure".into()), []));
    program.humans.insert("sure".into(), human(frame([], Type::Bool, []), "Are you sure?"));
    let project = Project::with(&program);
    let said = project.flow(&["run", "main.flow.json"]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("RUN-1 waits for an answer to: Are you sure?"), "{}", said.err);
    let status = project.flow(&["status", "RUN-1"]).out;
    for part in ["flow answer RUN-1 sure VALUE", "asked: Are you sure?", "VALUE: `true` or `false`"] {
        assert!(status.contains(part), "{part}: {status}");
    }
    let wrong = project.flow(&["answer", "RUN-1", "perhaps"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("expected `bool`, found the text `\"perhaps\"`"), "{}", wrong.err);
    assert_eq!(project.flow(&["answer", "RUN-1", "other", "true"]).code, 2);
    assert!(wrong.err.contains("it is written as `true` or `false`"), "{}", wrong.err);
    assert!(!project.flow(&["answer", "RUN-1", "sure", "false"]).out.contains("replaces"));
    let second = project.flow(&["answer", "RUN-1", "sure", "true"]);
    assert!(second.out.contains("it replaces the one that was given before"), "{}", second.out);
    assert_eq!(project.flow(&["resume", "RUN-1"]).out, "true\n");
}

#[test]
fn signals_are_sent_from_outside() {
    let project = Project::with(&main_of(Type::Int, effect("signal", [text("go")], Type::Int)));
    let said = project.flow(&["run", "main.flow.json"]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("`flow send RUN-1 go VALUE`"), "{}", said.err);
    let wrong = project.flow(&["send", "RUN-1", "go", "five"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("expected `int`, found the text `\"five\"`"), "{}", wrong.err);
    let other = project.flow(&["send", "RUN-1", "og", "1"]);
    assert!(other.out.contains("nothing waits for `og` yet; what is waited for is `go`"), "{}", other.out);
    assert_eq!(project.flow(&["send", "RUN-1", "go", "5"]).code, 0);
    assert_eq!(project.flow(&["resume", "RUN-1"]).out, "5\n");
}

#[test]
fn a_run_and_its_steps_are_shown() {
    let project = Project::with(&two("true", "echo tide"));
    project.flow(&["run", "main.flow.json"]);
    let shown = project.flow(&["show", "RUN-1"]).out;
    for part in ["RUN-1 has succeeded", "main#1/first", "main#1/second", "result \"tide\""] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let step = project.flow(&["show", "RUN-1", "second"]).out;
    assert!(step.contains("command `second`, done, attempt 1") && step.contains("result \"tide\""), "{step}");
    assert!(step.contains("  ran sh -c 'echo tide'\n"), "{step}");
    let json: serde_json::Value =
        serde_json::from_str(&project.flow(&["show", "RUN-1", "second", "--json"]).out).unwrap();
    assert_eq!(json["argv"], serde_json::json!(["sh", "-c", "echo tide"]));
    assert_eq!(json["result"], "tide");
    assert_eq!(project.flow(&["show", "RUN-1", "third"]).code, 2);
    let list: serde_json::Value = serde_json::from_str(&project.flow(&["ls", "--json"]).out).unwrap();
    assert_eq!((&list["run"], &list["status"]), (&"RUN-1".into(), &"succeeded".into()));
}

#[test]
fn a_dry_run_shows_the_plan_and_runs_nothing() {
    let project = Project::with(&two("touch ran", "echo tide"));
    let said = project.flow(&["run", "main.flow.json", "--dry-run"]);
    assert_eq!(said.code, 0);
    assert!(said.out.starts_with("main -> string"), "{}", said.out);
    assert!(!project.path("ran").exists() && !project.path("runs").exists());
}

#[test]
fn a_full_disk_is_told_and_the_run_goes_on_later() {
    // Only root may mount, and only there is the disk really full.
    if !rustix::process::getuid().is_root() || !can_mount() {
        return;
    }
    let project = Project::with(&two("true", "echo tide"));
    let runs = project.path("runs");
    std::fs::create_dir(&runs).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&runs).status();
    if !mounted.is_ok_and(|status| status.success()) {
        return;
    }
    let filler = runs.join("filler");
    let _ = std::fs::write(&filler, vec![0; 60 * 1024]);
    let said = project.flow(&["run", "main.flow.json"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("the disk is full"), "{}", said.err);
    let unmounted = Command::new("umount").arg(&runs).status();
    assert!(unmounted.unwrap().success());
}

fn can_mount() -> bool {
    Command::new("mount").arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn help_explains_each_command() {
    let project = Project::with(&two("true", "true"));
    let help = project.flow(&["--help"]).out;
    for name in
        ["run", "resume", "status", "ls", "show", "logs", "stop", "cancel", "answer", "send", "completions"]
    {
        assert!(help.contains(&format!("\n  {name} ")), "{name}: {help}");
        assert_eq!(project.flow(&[name, "--help"]).code, 0);
    }
    assert!(help.contains("Exit codes: 0 succeeded"), "{help}");
    assert!(project.flow(&["completions", "bash"]).out.contains("complete -F"));
}
