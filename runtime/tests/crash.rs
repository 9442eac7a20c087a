//! `kill -9` of the runner at every boundary of its files: the resumed run ends like one that was never interrupted, and
//! no recorded step runs again.
//!
//! `FLOW_CRASH_STRIDE=1` drives every boundary; the default takes every third one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test, its helpers included")]
#![cfg(any(debug_assertions, feature = "crash-points"))]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use flow_ir::build::*;
use flow_ir::{FileType, Node, Op, Output as Yields, Part, Pattern, Program, RaceArm, Run, Type};
use flow_runtime::disk::RealDisk;
use flow_runtime::journal::Event;
use flow_runtime::store::{RunId, Runs};

/// Every construct whose outcome is recorded, in few steps.
fn corpus() -> Program {
    let file = Type::File(FileType::default());
    let race = Op::Race {
        key: "race".into(),
        arms: vec![
            RaceArm { value: step("quick"), pattern: Pattern::Any, body: step("won") },
            RaceArm {
                value: effect("sleep", [node(Op::Duration(600_000))], Type::None),
                pattern: Pattern::Any,
                body: text("late"),
            },
        ],
    };
    let each = Op::For {
        key: "for".into(),
        parallel: true,
        pattern: Pattern::Bind(1),
        list: list([int(1), int(2), int(3)]).into(),
        max: Some(int(2).into()),
        body: step("each").into(),
    };
    let twice = Op::Loop {
        key: "loop".into(),
        max: Some(int(2).into()),
        body: step("round").into(),
        otherwise: Some(text("over").into()),
    };
    let catch = Op::Catch { body: step("bad").into(), binder: None, handler: step("handled").into() };
    let both = Op::Parallel {
        key: "parallel".into(),
        branches: vec![("left".into(), step("left")), ("right".into(), step("right"))],
    };
    let defer = Op::Defer { key: "defer".into(), body: step("cleanup").into() };
    let body = block([
        node(defer),
        bind(0, list([node(each), node(twice), node(catch), node(both), node(race)])),
        effect("log", [text("said")], Type::None),
        effect("write", [text("out.json"), node(Op::Template(vec![Part::Value(local(0))]))], file),
        local(0),
    ]);
    let mut program = program("main");
    program.flows.insert("main".into(), flow(frame([], Type::Json, ["l0", "l1"]), body));
    for name in ["quick", "won", "each", "round", "bad", "handled", "left", "right", "cleanup"] {
        let end = if name == "bad" { "exit 1" } else { "echo $FLOW_STEP_KEY" };
        let mut it = command(frame([], Type::String, []), list([text("sh")]), Yields::Text);
        // `HOME` tells which runner it was.
        it.run = Run::Shell(vec![Part::Text(format!("echo \"$HOME $FLOW_STEP_KEY\" >> ran; {end}"))]);
        program.commands.insert(name.into(), it);
    }
    program.fill_tables();
    program
}

fn step(name: &str) -> Node {
    run(name, [])
}

fn operator(directory: &Path, args: &[&str], runner: &str, crash: Option<u64>, log: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flow"));
    command
        .args(args)
        .current_dir(directory)
        .env("HOME", runner)
        .stdin(Stdio::null())
        .env_remove("FLOW_RUNS_DIR");
    if let Some(at) = crash {
        command.env("FLOW_CRASH_AT", at.to_string());
    }
    if let Some(log) = log {
        command.env("FLOW_CRASH_LOG", log);
    }
    command.output().unwrap()
}

/// The keys whose outcome is in the journal, and those that were marked to run again.
fn recorded(directory: &Path) -> BTreeSet<String> {
    let id: RunId = "RUN-1".parse().unwrap();
    let Ok(dir) = Runs::new(std::sync::Arc::new(RealDisk), directory.join("runs")).find(&id) else {
        return BTreeSet::new();
    };
    let mut keys = BTreeSet::new();
    dir.records(&mut |record, _| match record.event {
        Event::StepFinished(it) => drop(keys.insert(it.key.to_string())),
        Event::StepFailed(it) if it.is_final => drop(keys.insert(it.key.to_string())),
        Event::StepReopened(it) => drop(keys.remove(it.key.as_str())),
        _ => {}
    })
    .unwrap();
    keys
}

fn prepare() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.flow.json"), corpus().to_document().unwrap()).unwrap();
    folder
}

/// Dies at a boundary, resumes, and compares with the uninterrupted run.
fn dies_at(at: u64, expected: &serde_json::Value) {
    let folder = prepare();
    let directory = folder.path();
    let first = operator(directory, &["run", "main.flow.json", "-q"], "first", Some(at), None);
    if first.status.success() {
        // Fewer boundaries than in the run that counted them: threads are never quite the same.
        return;
    }
    assert_eq!(first.status.code(), None, "boundary {at}: {}", String::from_utf8_lossy(&first.stderr));
    let settled = recorded(directory);
    let mut second = operator(directory, &["resume", "RUN-1", "-q"], "second", None, None);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    if said.contains("never completely created") || said.contains("there is no run") {
        assert!(settled.is_empty(), "boundary {at}: something ran in a run that was never created");
        second = operator(directory, &["run", "main.flow.json", "-q"], "second", None, None);
    } else if said.contains("has succeeded") {
        let show = operator(directory, &["show", "RUN-1", "--json"], "second", None, None);
        let shown: serde_json::Value = serde_json::from_slice(&show.stdout).unwrap();
        assert_eq!(&shown["result"], expected, "boundary {at}");
        return;
    }
    assert!(second.status.success(), "boundary {at}: {}", String::from_utf8_lossy(&second.stderr));
    let result: serde_json::Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(&result, expected, "boundary {at}");
    let written = std::fs::read(directory.join("out.json")).unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&written).unwrap(), *expected, "boundary {at}");
    let ran = std::fs::read_to_string(directory.join("ran")).unwrap();
    let again: Vec<_> = ran
        .lines()
        .filter_map(|line| line.strip_prefix("second "))
        .filter(|key| settled.contains(*key))
        .collect();
    assert!(again.is_empty(), "boundary {at}: {again:?} ran again although they were recorded");
}

#[test]
fn a_run_that_is_killed_at_any_boundary_ends_as_if_it_were_not() {
    let folder = prepare();
    let log = folder.path().join("boundaries");
    let whole = operator(folder.path(), &["run", "main.flow.json", "-q"], "first", None, Some(&log));
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let expected: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    let boundaries = std::fs::read_to_string(&log).unwrap().lines().count() as u64;
    assert!(boundaries > 100, "{boundaries} boundaries are too few to be all of them");
    let stride = std::env::var("FLOW_CRASH_STRIDE").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let next = AtomicU64::new(1);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(stride, Ordering::SeqCst);
                    if at > boundaries {
                        return;
                    }
                    if let Err(panic) = std::panic::catch_unwind(|| dies_at(at, &expected)) {
                        let text = panic.downcast_ref::<String>().cloned();
                        failed.lock().unwrap().push(text.unwrap_or_else(|| format!("boundary {at}")));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {boundaries} boundaries:\n{}", failed.len(), failed.join("\n"));
}
