//! Whole runs over real programs in a scratch workspace.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use flow_ir::build::*;
use flow_ir::{BinaryOp, FileType, Node, Op, Output, Program, Run, Target, Type};
use serde_json::value::RawValue;

use super::*;
use crate::agents::Providers;
use crate::boundary::{Workspace, encode};
use crate::disk::RealDisk;
use crate::interp::pure::Pure;
use crate::interp::stop::Halt;
use crate::journal::{Clock, Event, StepKey, Time, system_clock};
use crate::process::LocalExecutor;
use crate::store::{Holder, Message, NewRun, OpenRun, Purpose, RunId, Runs, StoreError};
use crate::value::Value;

/// A workspace with its runs, and the words of what was seen.
struct Place {
    folder: tempfile::TempDir,
    seen: RefCell<Vec<String>>,
    environment: BTreeMap<String, String>,
    patient: bool,
    answers: RefCell<Vec<String>>,
    clock: Clock,
}

impl Observer for Place {
    fn see(&self, seen: &Seen) {
        self.seen.borrow_mut().push(match seen {
            Seen::Started { key, attempt, .. } => format!("start {key} {attempt}"),
            Seen::Failed { key, kind, again_in_milliseconds: Some(_), .. } => format!("again {key} {kind}"),
            Seen::Replayed { steps } => format!("replayed {steps}"),
            Seen::Logged { text, .. } => format!("log {text}"),
            Seen::Noted { text } => format!("note {text}"),
            _ => return,
        });
    }

    fn ask(&self, _: &str) -> Option<String> {
        self.answers.borrow_mut().pop()
    }
}

impl Place {
    fn new() -> Self {
        let environment = [("PATH".to_owned(), std::env::var("PATH").unwrap())].into();
        let (seen, answers) = (RefCell::default(), RefCell::default());
        let (folder, clock) = (tempfile::tempdir().unwrap(), system_clock());
        Self { folder, seen, environment, patient: false, answers, clock }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn runs(&self) -> Runs {
        Runs::new(Arc::new(RealDisk), self.folder.path().join("runs"))
    }

    fn me() -> Holder {
        Holder::this_process(system_clock()())
    }

    fn create(&self, program: &Program, inputs: &str) -> OpenRun {
        std::fs::create_dir_all(self.path("")).unwrap();
        let mut program = program.clone();
        program.fill_tables();
        let document = program.to_document().unwrap();
        let inputs = RawValue::from_string(inputs.to_owned()).unwrap();
        let new =
            NewRun { flow: "main", code: "MAIN", inputs, program: &document, revision: None, parent: None };
        self.runs().create(new, Self::me(), system_clock()).unwrap()
    }

    fn open(&self) -> OpenRun {
        let id: RunId = "MAIN-1".parse().unwrap();
        // A program that another test of this process starts holds every lock of it between its fork and its exec.
        for _ in 0..1000 {
            match self.runs().open(&id, Self::me(), system_clock()) {
                Err(StoreError::Held { .. }) => std::thread::sleep(std::time::Duration::from_millis(5)),
                run => return run.unwrap(),
            }
        }
        panic!("somebody holds the run")
    }

    async fn drive(&self, run: OpenRun, control: Control) -> Result<Ended, String> {
        let program = Program::from_document(&run.program).unwrap();
        program.verify().unwrap();
        let pure = Pure::with_depth(Rc::new(program), 400);
        let around = Surroundings {
            workspace: Workspace::at(&self.path("")).unwrap(),
            environment: self.environment.clone(),
            executor: Rc::new(LocalExecutor::new()),
            providers: Providers::default(),
            clock: self.clock.clone(),
            patient: self.patient,
        };
        drive(&pure, run, around, control, self).await
    }

    /// Runs a program from the start.
    async fn run(&self, program: &Program) -> Ended {
        self.drive(self.create(program, "{}"), Control::default()).await.unwrap()
    }

    /// Goes on with the run.
    async fn resume(&self) -> Ended {
        let run = self.open();
        reopen(&run).unwrap();
        self.drive(run, Control::default()).await.unwrap()
    }

    fn take_seen(&self) -> Vec<String> {
        self.seen.take()
    }

    fn journal(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("runs/MAIN-1/journal.jsonl")).unwrap()
    }
}

fn json(ended: &Ended) -> serde_json::Value {
    match ended {
        Ended::Succeeded(value) => encode::json(value),
        other => panic!("it should have succeeded: {other:?}"),
    }
}

fn failure(ended: &Ended) -> String {
    match ended {
        Ended::Failed(fault) => fault.failure.to_string(),
        other => panic!("it should have failed: {other:?}"),
    }
}

fn file(glob: &str) -> FileType {
    FileType { glob: Some(glob.to_owned()) }
}

/// A flow without parameters that runs one shell script with this output and result.
fn script(script: &str, output: Output, result: Type) -> Program {
    let mut it = main_of(result.clone(), run("it", []));
    it.commands.insert("it".into(), shell(script, output, result));
    it
}

fn shell(script: &str, output: Output, result: Type) -> flow_ir::Command {
    let mut it = command(frame([], result, []), list([text("sh")]), output);
    it.run = Run::Shell(vec![flow_ir::Part::Text(script.to_owned())]);
    it
}

fn main_of(result: Type, body: Node) -> Program {
    let mut it = program("main");
    it.flows.insert("main".into(), flow(frame([], result, ["l0", "l1", "l2", "l3"]), body));
    it
}

fn catch(body: Node, handler: Node) -> Node {
    node(Op::Catch { body: body.into(), binder: Some(2), handler: handler.into() })
}

fn blocked(reason: &str) -> Node {
    node(Op::Blocked { key: "blocked".into(), reason: text(reason).into() })
}

fn either(condition: Node, then: Node, otherwise: Node) -> Node {
    node(Op::If { condition: condition.into(), then: then.into(), otherwise: Some(otherwise.into()) })
}

#[tokio::test]
async fn each_form_of_output_becomes_a_typed_value() {
    let record = Type::Record([("a".into(), Type::Int)].into());
    for (sh, output, result, expected) in [
        ("echo hello", Output::Text, Type::String, serde_json::json!("hello")),
        ("printf 'a\\n\\n'", Output::Text, Type::String, serde_json::json!("a\n")),
        ("echo 12", Output::Text, Type::Int, serde_json::json!(12)),
        ("printf 'a\\nb\\n'", Output::Lines, list_of(Type::String), serde_json::json!(["a", "b"])),
        ("printf '1\\n2'", Output::Lines, list_of(Type::Int), serde_json::json!([1, 2])),
        ("true", Output::Lines, list_of(Type::Int), serde_json::json!([])),
        (r#"echo '{"a": 1, "more": 2}'"#, Output::Json, record.clone(), serde_json::json!({ "a": 1 })),
        ("echo noise", Output::None, Type::None, serde_json::json!(null)),
        (
            r#"echo '{"a": 2}' > out.json"#,
            Output::File(text("out.json")),
            record,
            serde_json::json!({ "a": 2 }),
        ),
        (
            "echo out; echo err >&2; exit 3",
            Output::Exec,
            Type::Exec,
            serde_json::json!({ "exit": 3, "stdout": "out\n", "stderr": "err\n" }),
        ),
    ] {
        let place = Place::new();
        assert_eq!(json(&place.run(&script(sh, output, result)).await), expected, "{sh}");
    }
}

#[tokio::test]
async fn output_that_is_not_what_is_declared_fails_with_the_place() {
    let record = Type::Record([("a".into(), Type::Int)].into());
    for (sh, output, result, expected) in [
        (
            "echo '{\"a\": \"x\"}'",
            Output::Json,
            record.clone(),
            "ContractViolated: `it` did not give what it declares: $.a: expected `int`, found the text `\"x\"`",
        ),
        (
            "printf '1\\nx\\n'",
            Output::Lines,
            list_of(Type::Int),
            "ContractViolated: `it` did not give what it declares: $[1]: expected `int`, found the text `\"x\"`",
        ),
        (
            "true",
            Output::File(text("out.json")),
            record,
            "ContractViolated: `it` did not give what it declares: its result file: `out.json` does not exist",
        ),
        (
            "printf '\\377'",
            Output::Text,
            Type::String,
            "ContractViolated: `it` did not give what it declares: its output is not UTF-8 text: byte 0 is part of no character",
        ),
        ("echo why >&2; exit 4", Output::None, Type::None, "CommandFailed: `it` ended with exit code 4: why"),
        ("kill -9 $$", Output::None, Type::None, "CommandFailed: `it` was killed by SIGKILL"),
    ] {
        let place = Place::new();
        assert_eq!(failure(&place.run(&script(sh, output, result)).await), expected, "{sh}");
    }
}

#[tokio::test]
async fn a_result_file_that_was_there_before_is_no_result() {
    let place = Place::new();
    place.write("out.json", "1");
    let program = script("true", Output::File(text("out.json")), Type::Int);
    let said = failure(&place.run(&program).await);
    assert!(said.ends_with("it did not write its result file `out.json`"), "{said}");
}

#[tokio::test]
async fn files_are_proven_where_they_are_handed_over() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    let outside = outside.path().to_str().unwrap();
    for (sh, expected) in [
        ("echo ../x".to_owned(), "`../x` lies outside of the workspace"),
        (format!("echo {outside}"), "lies outside of the workspace"),
        (
            format!("mkdir -p docs; ln -s {outside} docs/link.md; echo docs/link.md"),
            "leads outside of the workspace through a link",
        ),
        ("echo docs/gone.md".to_owned(), "`docs/gone.md` does not exist"),
        ("echo x > other.md; echo other.md".to_owned(), "`other.md`, which does not match"),
        ("mkdir docs; echo docs".to_owned(), "`docs` is a directory"),
    ] {
        let place = Place::new();
        let said = failure(&place.run(&script(&sh, Output::Text, Type::File(file("docs/*.md")))).await);
        assert!(said.contains("expected `file(\"docs/*.md\")`") && said.contains(expected), "{sh}: {said}");
    }
    let place = Place::new();
    let program =
        script("mkdir docs; echo x > docs/a.md; echo docs/a.md", Output::Text, Type::File(file("docs/*.md")));
    assert_eq!(json(&place.run(&program).await), "docs/a.md");
}

#[tokio::test]
async fn a_file_left_over_from_earlier_is_no_output() {
    let place = Place::new();
    place.write("artifacts/a.md", "old");
    let output = Type::Output(file("artifacts/*.md"));
    let said = failure(&place.run(&script("echo artifacts/a.md", Output::Text, output.clone())).await);
    assert!(said.contains("`artifacts/a.md`, which this call neither created nor changed"), "{said}");
    let place = Place::new();
    place.write("artifacts/a.md", "old");
    let program = script("echo new > artifacts/a.md; echo artifacts/a.md", Output::Text, output);
    assert_eq!(json(&place.run(&program).await), "artifacts/a.md");
    let hash = crate::boundary::workspace::hash_bytes(b"new\n");
    assert!(place.folder.path().join("runs/MAIN-1/artifacts").join(hash).exists(), "the content is kept");
}

#[tokio::test]
async fn an_argument_list_is_flattened_and_runs_without_a_shell() {
    let mut program = main_of(Type::String, run("it", [list([text("$HOME"), text("a b")])]));
    let argv = binary(BinaryOp::Add, list([text("printf"), text("%s|")]), list([local(0)]));
    let argv = node(Op::List(vec![argv, int(7)]));
    let signature = frame([("words", list_of(Type::String))], Type::String, []);
    program.commands.insert("it".into(), command(signature, argv, Output::Text));
    assert_eq!(json(&Place::new().run(&program).await), "$HOME|a b|7|");
}

#[tokio::test]
async fn a_missing_program_is_named_and_not_tried_again() {
    let place = Place::new();
    let mut program = main_of(Type::String, run("it", []));
    let mut it = command(frame([], Type::String, []), list([text("no-such-program")]), Output::Text);
    it.retry = Some(int(3));
    program.commands.insert("it".into(), it);
    let said = failure(&place.run(&program).await);
    assert!(said.starts_with("CannotStart: `no-such-program` is not installed"), "{said}");
    assert_eq!(place.take_seen(), ["start main#1/it 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_is_followed_by_another_and_each_knows_its_number() {
    let place = Place::new();
    let mut program =
        script("echo $FLOW_STEP_KEY $FLOW_ATTEMPT; test $FLOW_ATTEMPT = 3", Output::Text, Type::String);
    program.commands.get_mut("it").unwrap().retry = Some(int(2));
    assert_eq!(json(&place.run(&program).await), "main#1/it 3");
    assert_eq!(
        place.take_seen(),
        [
            "start main#1/it 1",
            "again main#1/it CommandFailed",
            "start main#1/it 2",
            "again main#1/it CommandFailed",
            "start main#1/it 3"
        ]
    );
}

#[tokio::test]
async fn a_program_that_takes_too_long_is_ended() {
    let place = Place::new();
    let mut program = script("sleep 600", Output::Text, Type::String);
    program.commands.get_mut("it").unwrap().timeout = Some(node(Op::Duration(50)));
    let said = failure(&place.run(&program).await);
    assert!(said.starts_with("Timeout: `it` was still running after its timeout of 50ms"), "{said}");
}

#[tokio::test]
async fn a_secret_reaches_the_program_and_nothing_else() {
    let mut place = Place::new();
    place.environment.insert("TOKEN".to_owned(), "hunter22".to_owned());
    let mut program = script("echo \"$T ${#T}\"; echo $T >&2; env > seen", Output::Text, Type::String);
    let secret = node(Op::Secret("TOKEN".into()));
    program.secrets.push("TOKEN".into());
    program.commands.get_mut("it").unwrap().env = Some(node(Op::Map(vec![(text("T"), secret)])));
    assert_eq!(json(&place.run(&program).await), "[secret TOKEN] 8");
    assert!(place.read("seen").contains("T=hunter22"));
    assert!(!place.read("seen").contains("TOKEN="), "our environment is not the program's");
    for entry in walk(&place.folder.path().join("runs")) {
        let text = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
        assert!(!text.contains("hunter22"), "{}", entry.display());
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn a_secret_that_is_not_set_is_named() {
    let mut program = script("true", Output::None, Type::None);
    let secret = node(Op::Secret("TOKEN".into()));
    program.secrets.push("TOKEN".into());
    program.commands.get_mut("it").unwrap().env = Some(node(Op::Map(vec![(text("T"), secret)])));
    let said = failure(&Place::new().run(&program).await);
    assert!(said.starts_with("CannotStart: the secret `TOKEN` is not set"), "{said}");
}

#[tokio::test]
async fn effects_are_recorded_and_not_repeated() {
    let place = Place::new();
    place.write("in.json", r#"{"a": 5}"#);
    let shape = Type::Record([("a".into(), Type::Int)].into());
    let all = list_of(Type::File(FileType::default()));
    let program = main_of(
        Type::Json,
        node(Op::Record {
            ty: None,
            fields: [
                ("files".into(), effect("glob", [text("*.json")], all.clone())),
                (
                    "json".into(),
                    effect(
                        "read_json",
                        [node(Op::Index {
                            base: keyed(effect("glob", [text("in.*")], all), "glob~2").into(),
                            index: int(0).into(),
                        })],
                        shape,
                    ),
                ),
                ("there".into(), effect("exists", [text("in.json")], Type::Bool)),
                ("gone".into(), effect("exists", [text("nothing")], Type::Bool).into_keyed("exists~2")),
                (
                    "made".into(),
                    effect("write", [text("a/b.txt"), text("tide")], Type::File(FileType::default())),
                ),
                ("now".into(), effect("now", [], Type::Time)),
                ("chance".into(), effect("random", [], Type::Float)),
                ("home".into(), effect("env", [text("NOT_SET")], optional(Type::String))),
                ("said".into(), effect("log", [text("hello")], Type::None)),
            ]
            .into(),
        }),
    );
    // Stopped at the end by a step that fails once.
    let mut program = with_gate(program);
    program.commands.insert("gate".into(), shell("test -e open", Output::None, Type::None));
    assert!(failure(&place.run(&program).await).starts_with("CommandFailed"));
    assert!(place.take_seen().contains(&"log hello".to_owned()));
    let before: serde_json::Value = serde_json::from_str(&place.read("result.json")).unwrap();
    assert_eq!(before["files"], serde_json::json!(["in.json"]));
    assert_eq!(before["json"], serde_json::json!({ "a": 5 }));
    assert_eq!((&before["there"], &before["gone"]), (&true.into(), &false.into()));
    assert_eq!(place.read("a/b.txt"), "tide");
    place.write("in.json", "changed");
    place.write("open", "");
    let after = place.resume().await;
    assert_eq!(json(&after), serde_json::Value::Null);
    let again: serde_json::Value = serde_json::from_str(&place.read("result.json")).unwrap();
    assert_eq!(before, again);
    let seen = place.take_seen();
    assert!(!seen.contains(&"log hello".to_owned()), "{seen:?}");
}

/// Writes the value of the flow into a file by a fresh step each time, then passes the gate.
fn with_gate(mut program: Program) -> Program {
    let main = program.flows.get_mut("main").unwrap();
    let value = std::mem::replace(&mut main.body, none());
    let rendered = node(Op::Template(vec![flow_ir::Part::Value(local(0))]));
    main.body = block([
        bind(0, value),
        effect("write", [text("result.json"), rendered], Type::File(FileType::default()))
            .into_keyed("write~2"),
        run("gate", []),
    ]);
    main.frame.result = Type::None;
    program
}

trait IntoKeyed {
    fn into_keyed(self, key: &str) -> Node;
}

impl IntoKeyed for Node {
    fn into_keyed(self, key: &str) -> Node {
        keyed(self, key)
    }
}

#[tokio::test]
async fn what_failed_is_tried_again_on_resume_and_nothing_else_runs() {
    let place = Place::new();
    let mut program = main_of(Type::String, block([bind(0, run("first", [])), run("second", []), local(0)]));
    program.commands.insert("first".into(), shell("echo x >> ran; echo one", Output::Text, Type::String));
    program.commands.insert("second".into(), shell("test -e open", Output::None, Type::None));
    assert!(
        failure(&place.run(&program).await).starts_with("CommandFailed: `second` ended with exit code 1")
    );
    place.take_seen();
    // The cause is still there: it fails again, and can be resumed again.
    assert!(failure(&place.resume().await).starts_with("CommandFailed"));
    assert_eq!(place.take_seen(), ["replayed 1", "start main#1/second 1"]);
    place.write("open", "");
    assert_eq!(json(&place.resume().await), "one");
    assert_eq!(place.read("ran"), "x\n");
    let error = reopen(&place.open()).unwrap_err();
    assert!(error.starts_with("run MAIN-1 has succeeded"), "{error}");
}

#[tokio::test]
async fn a_blocked_run_asks_again_the_step_that_led_to_it() {
    let place = Place::new();
    let check = binary(BinaryOp::Eq, run("check", []), text("good"));
    let mut program =
        main_of(Type::String, block([run("first", []), either(check, text("done"), blocked("mend it"))]));
    program.commands.insert("first".into(), shell("echo x >> ran", Output::None, Type::None));
    program.commands.insert("check".into(), shell("cat state", Output::Text, Type::String));
    place.write("state", "bad");
    let Ended::Halted(halts) = place.run(&program).await else { panic!("it should block") };
    assert!(matches!(&halts[..], [Halt::Blocked { reason, .. }] if reason == "mend it"));
    let progress = place.runs().find(&"MAIN-1".parse().unwrap()).unwrap().progress().unwrap();
    assert_eq!(progress.phase(), crate::journal::Phase::Blocked);
    assert!(matches!(place.resume().await, Ended::Halted(_)));
    place.write("state", "good");
    assert_eq!(json(&place.resume().await), "done");
    assert_eq!(place.read("ran"), "x\n");
}

#[tokio::test]
async fn a_step_that_lost_a_race_is_not_open_any_more() {
    let place = Place::new();
    let arm = |value: Node| flow_ir::RaceArm { value, pattern: flow_ir::Pattern::Any, body: none() };
    let race = node(Op::Race { key: "race".into(), arms: vec![arm(run("slow", [])), arm(run("quick", []))] });
    let mut program = main_of(Type::None, block([race, blocked("mend it")]));
    program.commands.insert("slow".into(), shell("sleep 600", Output::None, Type::None));
    program.commands.insert("quick".into(), shell("true", Output::None, Type::None));
    assert!(matches!(place.run(&program).await, Ended::Halted(_)));
    let progress = place.runs().find(&"MAIN-1".parse().unwrap()).unwrap().progress().unwrap();
    assert_eq!(progress.open.len(), 0);
    assert_eq!(progress.phase(), crate::journal::Phase::Blocked);
}

#[tokio::test]
async fn a_handled_failure_stays_handled_on_resume() {
    let place = Place::new();
    let mut program = main_of(
        Type::String,
        block([bind(0, catch(run("bad", []), text("handled"))), run("gate", []), local(0)]),
    );
    program.commands.insert("bad".into(), shell("echo x >> ran; exit 1", Output::Text, Type::String));
    program.commands.insert("gate".into(), shell("test -e open", Output::None, Type::None));
    assert!(failure(&place.run(&program).await).starts_with("CommandFailed: `gate`"));
    place.write("open", "");
    assert_eq!(json(&place.resume().await), "handled");
    assert_eq!(place.read("ran"), "x\n");
}

#[tokio::test]
async fn a_computation_that_ended_in_time_does_so_on_resume_long_after() {
    let mut place = Place::new();
    let count = |n: i64| {
        node(Op::For {
            key: "for".into(),
            parallel: false,
            pattern: flow_ir::Pattern::Any,
            list: binary(BinaryOp::Range, int(1), int(n)).into(),
            max: None,
            body: int(1).into(),
        })
    };
    let part = call(flow_ir::Target::Flow("part".into()), []);
    let mut program =
        main_of(Type::String, block([bind(0, catch(part, text("late"))), run("gate", []), local(0)]));
    let mut part = flow(frame([], Type::String, []), block([run("first", []), count(5000), text("in time")]));
    part.budget = Some(flow_ir::Budget { time: Some(3_600_000), ..flow_ir::Budget::default() });
    program.flows.insert("part".into(), part);
    program.commands.insert("first".into(), shell("true", Output::None, Type::None));
    program.commands.insert("gate".into(), shell("test -e open", Output::None, Type::None));
    assert!(failure(&place.run(&program).await).starts_with("CommandFailed: `gate`"));
    place.write("open", "");
    place.clock = Arc::new(|| Time::from_millis(system_clock()().millis() + 7_200_000));
    assert_eq!(json(&place.resume().await), "in time");
}

#[tokio::test]
async fn a_run_that_is_told_to_stop_ends_the_step_it_is_at_and_goes_on_later() {
    let place = Place::new();
    let mut program = main_of(Type::String, block([run("slow", []), run("last", [])]));
    program
        .commands
        .insert("slow".into(), shell("echo x >> ran; touch begun; sleep 0.2", Output::None, Type::None));
    program.commands.insert("last".into(), shell("echo done", Output::Text, Type::String));
    let control = Control::default();
    let run = place.create(&program, "{}");
    let stop = async {
        while !place.path("begun").exists() {
            tokio::task::yield_now().await;
        }
        control.stop.cancel();
    };
    let (ended, ()) = tokio::join!(place.drive(run, control.clone()), stop);
    assert!(matches!(ended.unwrap(), Ended::Halted(halts) if halts == [Halt::Stopped]));
    assert_eq!(json(&place.resume().await), "done");
    assert_eq!(place.read("ran"), "x\n");
}

#[tokio::test]
async fn a_cancelled_run_ends_its_programs_and_is_over() {
    let place = Place::new();
    let control = Control::default();
    let run = place.create(&script("touch begun; sleep 600", Output::None, Type::None), "{}");
    let cancel = async {
        while !place.path("begun").exists() {
            tokio::task::yield_now().await;
        }
        control.cancel.cancel();
    };
    let (ended, ()) = tokio::join!(place.drive(run, control.clone()), cancel);
    assert!(matches!(ended.unwrap(), Ended::Cancelled));
    assert!(reopen(&place.open()).unwrap_err().contains("was cancelled"));
}

#[tokio::test]
async fn a_sleep_keeps_its_deadline_over_a_restart() {
    let place = Place::new();
    let program = main_of(Type::None, effect("sleep", [node(Op::Duration(3_600_000))], Type::None));
    let control = Control::default();
    control.stop.cancel();
    let run = place.create(&program, "{}");
    let mut stopped = false;
    let halted = async {
        // Stops once the sleep has begun.
        let control = Control::default();
        let stop = control.stop.clone();
        let (ended, ()) = tokio::join!(place.drive(run, control), async move {
            tokio::task::yield_now().await;
            stop.cancel();
        });
        stopped = matches!(ended.unwrap(), Ended::Halted(_));
    };
    halted.await;
    assert!(stopped);
    let deadline = |journal: &str| {
        journal.lines().filter(|line| line.contains("timer_set")).map(str::to_owned).collect::<Vec<_>>()
    };
    let first = deadline(&place.journal());
    assert_eq!(first.len(), 1);
    let run = place.open();
    reopen(&run).unwrap();
    let control = Control::default();
    let stop = control.stop.clone();
    let (ended, ()) = tokio::join!(place.drive(run, control), async move {
        tokio::task::yield_now().await;
        stop.cancel();
    });
    assert!(matches!(ended.unwrap(), Ended::Halted(_)));
    assert_eq!(deadline(&place.journal()), first, "no second deadline was set");
}

fn asking() -> Program {
    let mut program = main_of(Type::Bool, call(flow_ir::Target::Human("sure".into()), []));
    program.humans.insert("sure".into(), human(frame([], Type::Bool, []), "Are you sure?"));
    program
}

fn answer(id: &str, value: &str) -> Message {
    let value = RawValue::from_string(value.to_owned()).unwrap();
    let time = system_clock()();
    Message { id: id.into(), what: Purpose::Answer("sure".into()), by: "tester".into(), time, value }
}

#[tokio::test]
async fn a_question_waits_for_its_answer_and_takes_only_one_of_its_type() {
    let place = Place::new();
    let Ended::Halted(halts) = place.run(&asking()).await else { panic!("it should wait") };
    let [Halt::Waiting { answer: how, .. }] = &halts[..] else { panic!("{halts:?}") };
    assert_eq!(how, "flow answer MAIN-1 sure VALUE");
    let dir = place.runs().find(&"MAIN-1".parse().unwrap()).unwrap();
    assert_eq!(dir.progress().unwrap().phase(), crate::journal::Phase::Waiting);
    dir.drop_message(&answer("a-1", "\"maybe\"")).unwrap();
    assert!(matches!(place.resume().await, Ended::Halted(_)));
    let seen = place.take_seen();
    assert!(seen.iter().any(|it| it.contains("the answer from tester was not taken")), "{seen:?}");
    dir.drop_message(&answer("a-2", "true")).unwrap();
    assert_eq!(json(&place.resume().await), true);
    assert!(place.journal().contains("\"answer_taken\""));
    assert_eq!(std::fs::read_dir(dir.path().join("inbox")).unwrap().count(), 0);
}

#[tokio::test]
async fn whoever_sits_at_the_terminal_is_asked_there() {
    let place = Place::new();
    place.answers.borrow_mut().extend(["false".to_owned(), "perhaps".to_owned()]);
    assert_eq!(json(&place.run(&asking()).await), false);
}

#[tokio::test]
async fn a_signal_is_handed_over_once() {
    let place = Place::new();
    let signal = |key: &str| keyed(effect("signal", [text("go")], Type::Int), key);
    let program = main_of(list_of(Type::Int), list([signal("signal"), signal("signal~2")]));
    assert!(matches!(place.run(&program).await, Ended::Halted(_)));
    let dir = place.runs().find(&"MAIN-1".parse().unwrap()).unwrap();
    let send = |id: &str, value: &str| {
        let it = Message { what: Purpose::Signal("go".into()), ..answer(id, value) };
        dir.drop_message(&it).unwrap();
    };
    send("s-1", "1");
    assert!(matches!(place.resume().await, Ended::Halted(_)));
    // The same signal once more, then another one.
    send("s-1", "1");
    send("s-2", "2");
    assert_eq!(json(&place.resume().await), serde_json::json!([1, 2]));
}

#[tokio::test]
async fn inputs_are_typed_and_their_mistakes_are_told_together() {
    let place = Place::new();
    let mut program = main_of(Type::String, local(0));
    program.flows.get_mut("main").unwrap().frame =
        frame([("who", Type::String), ("count", Type::Int)], Type::String, []);
    let run = place.create(&program, r#"{"count": "x", "more": 1}"#);
    let error = place.drive(run, Control::default()).await.unwrap_err();
    assert_eq!(
        error,
        "the input `who` of type `string` is missing: give it with `--input who=VALUE`, which is text\n\
         the input `count`: expected `int`, found the text `\"x\"`\n\
         there is no input `more`: `main` takes `who`, `count`"
    );
}

#[tokio::test]
async fn a_hundred_steps_at_once_are_all_recorded() {
    let place = Place::new();
    let each = node(Op::For {
        key: "for".into(),
        parallel: true,
        pattern: flow_ir::Pattern::Bind(0),
        list: binary(BinaryOp::Range, int(1), int(100)).into(),
        max: Some(int(16).into()),
        body: run("it", [local(0)]).into(),
    });
    let mut program = main_of(list_of(Type::Int), each);
    let argv = list([text("echo"), local(0)]);
    program
        .commands
        .insert("it".into(), command(frame([("n", Type::Int)], Type::Int, []), argv, Output::Text));
    let result = json(&place.run(&program).await);
    assert_eq!(result, serde_json::json!((1..=100).collect::<Vec<i64>>()));
    let mut finished = 0;
    let dir = place.runs().find(&"MAIN-1".parse().unwrap()).unwrap();
    dir.records(&mut |record, _| finished += u32::from(matches!(record.event, Event::StepFinished(_))))
        .unwrap();
    assert_eq!(finished, 100);
}

#[tokio::test]
async fn what_was_recorded_is_found_by_key_and_hash_alone() {
    let place = Place::new();
    let mut program =
        main_of(Type::String, block([run("a", []), run("gate", []), run("a", []).into_keyed("a~2")]));
    program
        .commands
        .insert("a".into(), shell("echo $FLOW_STEP_KEY >> ran; echo x", Output::Text, Type::String));
    program.commands.insert("gate".into(), shell("test -e open", Output::None, Type::None));
    assert!(failure(&place.run(&program).await).starts_with("CommandFailed"));
    place.write("open", "");
    assert_eq!(json(&place.resume().await), "x");
    assert_eq!(place.read("ran"), "main#1/a\nmain#1/a~2\n");
    assert_eq!(StepKey::new("main#1/a").as_str(), "main#1/a");
}

#[test]
fn values_of_the_language_fit_what_is_recorded() {
    // A result that is `none` is one, too.
    assert_eq!(record::Entry::of(&Value::None).raw().unwrap().get(), r#"{"value":null}"#);
}

#[tokio::test]
async fn what_is_not_carried_out_is_refused_before_anything_is_recorded_also_where_a_run_is_there() {
    let place = Place::new();
    let mut program = program("main");
    let mut critic = agent(frame([], Type::None, []), "Go.");
    critic.settings.insert("skills".into(), node(Op::List(vec![text("style")])));
    program.agents.insert("critic".into(), critic);
    let body = block([effect("log", [text("began")], Type::None), call(Target::Agent("critic".into()), [])]);
    program.flows.insert("main".into(), flow(frame([], Type::None, []), body));
    let run = place.create(&program, "{}");
    let why = place.drive(run, Control::default()).await.unwrap_err();
    assert_eq!(
        why,
        "this version of the runtime does not give skills to agents yet: `skills` at main.flow:1:1"
    );
    assert!(!place.journal().contains("step_"), "{}", place.journal());
    assert_eq!(place.take_seen(), Vec::<String>::new());
}
