//! Real processes that are really killed: this test starts itself as the runner of a run, and ends it with `SIGKILL`.
//!
//! `FLOW_KILL_ROUNDS=1000` kills more often than the default.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test, its helpers included")]
#![cfg(any(debug_assertions, feature = "crash-points"))]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flow_runtime::disk::crash::{CrashDisk, Plan};
use flow_runtime::disk::{Disk, RealDisk};
use flow_runtime::journal::{
    AnswerTaken, Durability, Ending, Event, INLINE_LIMIT, RunFinished, StepFinished, StepHash, StepKey,
    StepKind, StepStarted, Time, system_clock,
};
use flow_runtime::store::{
    Before, Dropped, Holder, Lineage, LockState, Message, NewRun, OpenRun, Purpose, RunId, Runs, Status,
    StoreError,
};
use serde_json::value::RawValue;

const ROLE: &str = "FLOW_TEST_ROLE";

/// Starts this test program again, to play `role` in `directory`.
fn child(role: &str, directory: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "the_child_plays_its_role", "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role).env("FLOW_TEST_DIR", directory);
    command.env_remove("FLOW_CRASH_AT").env_remove("FLOW_CRASH_LOG");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn the_child_plays_its_role() {
    let Some(directory) = std::env::var_os("FLOW_TEST_DIR") else { return };
    match std::env::var(ROLE).as_deref() {
        Ok("writer") => write_until_killed(Path::new(&directory)),
        Ok("life") => live(Path::new(&directory)),
        other => panic!("no role: {other:?}"),
    }
}

fn me() -> Holder {
    Holder::this_process(system_clock()())
}

fn new_run() -> NewRun<'static> {
    NewRun {
        flow: "poem",
        code: "",
        inputs: RawValue::NULL.to_owned(),
        program: "{}\n",
        revision: None,
        parent: None,
    }
}

/// The only run in a directory; made when there is none that was completely created.
fn open_or_create(runs: &Runs) -> Result<OpenRun, StoreError> {
    for id in runs.list()?.into_iter().rev() {
        match runs.open(&id, me(), system_clock()) {
            Err(StoreError::Incomplete { .. }) => {}
            other => return other,
        }
    }
    runs.create(new_run(), me(), system_clock())
}

fn say(line: &str) {
    // One write, so that a line is there or not.
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// Four threads record results of varying length for ever, and say which were acknowledged.
fn write_until_killed(directory: &Path) {
    let runs = Runs::new(Arc::new(RealDisk), directory);
    let run = open_or_create(&runs).unwrap();
    let epoch = run.journal.epoch();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (run, next) = (&run, &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let key = StepKey::new(format!("{epoch}/{number}"));
                    let text = format!("\"{}\"", "x".repeat((number * 37 + thread * 911) % 3000));
                    let from = Lineage { time: Time::from_millis(0), step: &key, name: "result" };
                    let json = RawValue::from_string(text).unwrap();
                    let result = run.dir.artifacts().record(json, &from).unwrap();
                    let finished =
                        StepFinished { key: key.clone(), hash: StepHash::of([]), attempt: 1, result };
                    let acknowledged = match thread {
                        0 => run.journal.commit(finished),
                        _ => run.journal.append(finished, Durability::Synced).wait(),
                    };
                    acknowledged.unwrap();
                    say(&format!("acknowledged {key}"));
                }
            });
        }
    });
}

/// Numbers that look random and are the same every time.
fn shuffled(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

/// Reads what a child acknowledges, and kills it after `count` lines.
fn kill_after(mut child: Child, count: u64) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let keep = |line: String, into: &mut Vec<String>| {
        into.extend(line.strip_prefix("acknowledged ").map(str::to_owned));
    };
    while (acknowledged.len() as u64) < count {
        match lines.next() {
            Some(line) => keep(line.unwrap(), &mut acknowledged),
            None => {
                let mut error = String::new();
                child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
                panic!("the writer ended by itself: {error}");
            }
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said before it died counts, too.
    lines.map_while(Result::ok).for_each(|line| keep(line, &mut acknowledged));
    acknowledged
}

#[test]
fn nothing_that_was_acknowledged_is_lost_however_often_the_runner_is_killed() {
    let rounds = std::env::var("FLOW_KILL_ROUNDS").map_or(60, |text| text.parse().unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let runs = Runs::new(Arc::new(RealDisk), scratch.path());
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let mut acknowledged = BTreeSet::new();
    for round in 0..rounds {
        let writer = child("writer", scratch.path()).spawn().unwrap();
        acknowledged.extend(kill_after(writer, 1 + shuffled(&mut seed) % 40));
        let dir = runs.find(&"POE-1".parse().unwrap()).unwrap();
        // Between two deaths, a write that was cut at an arbitrary byte.
        if round % 3 == 0 {
            let mut file = std::fs::OpenOptions::new().append(true).open(dir.journal_path()).unwrap();
            let half = br#"0a1b2c3d {"seq":7,"prev":"00000000","time":"2026"#;
            file.write_all(&half[..1 + (shuffled(&mut seed) % half.len() as u64) as usize]).unwrap();
        }
        let mut recorded = BTreeSet::new();
        dir.records(&mut |record, _| {
            if let Event::StepFinished(it) = record.event {
                assert!(recorded.insert(it.key.to_string()), "recorded twice");
            }
        })
        .unwrap();
        let lost: Vec<_> = acknowledged.difference(&recorded).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
    }
    assert!(acknowledged.len() as u64 >= rounds);
    let run = runs.open(&"POE-1".parse().unwrap(), me(), system_clock()).unwrap();
    assert_eq!(run.journal.epoch(), rounds + 1);
    for key in acknowledged {
        assert!(run.history.settled(&StepKey::new(key.clone())).unwrap().is_some(), "{key}");
    }
}

#[test]
fn a_run_that_is_held_is_refused_even_while_its_holder_is_stopped_and_free_when_it_died() {
    let scratch = tempfile::tempdir().unwrap();
    let runs = Runs::new(Arc::new(RealDisk), scratch.path());
    let mut writer = child("writer", scratch.path()).spawn().unwrap();
    let pid = writer.id();
    // It has the lock as soon as it acknowledges anything; somebody must read on, or it stops at a full pipe.
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().map_while(Result::ok).any(|line| line.starts_with("acknowledged")));
    let reader = std::thread::spawn(move || lines.map_while(Result::ok).count());

    let id: RunId = "POE-1".parse().unwrap();
    let refused = || match runs.open(&id, me(), system_clock()) {
        Err(StoreError::Held { holder, .. }) => assert_eq!(holder.pid, pid),
        other => panic!("not refused: {other:?}"),
    };
    refused();
    let process = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::STOP).unwrap();
    refused();
    let dir = runs.find(&id).unwrap();
    let held = dir.lock_state(&me()).unwrap();
    assert!(matches!(&held, LockState::Held { holder: Some(holder), .. } if holder.pid == pid), "{held:?}");

    writer.kill().unwrap();
    writer.wait().unwrap();
    reader.join().unwrap();
    assert_eq!(Status::of(&dir.progress().unwrap(), &dir.lock_state(&me()).unwrap(), false), Status::Crashed);
    let run = runs.open(&id, me(), system_clock()).unwrap();
    assert!(matches!(run.before(), Before::Died(holder) if holder.pid == pid), "{:?}", run.before());
}

/// A whole life: three steps, one with a long result, an answer from the inbox, the end. Every effect is a line in a file.
fn live(directory: &Path) {
    let plan = Plan::from_environment().unwrap_or_default();
    let disk: Arc<dyn Disk> = Arc::new(CrashDisk::new(RealDisk, plan).unwrap());
    let runs = Runs::new(disk, directory.join("runs"));
    let mut run = open_or_create(&runs).unwrap();
    let mut effects =
        std::fs::OpenOptions::new().create(true).append(true).open(directory.join("effects")).unwrap();
    for number in 0..3 {
        let key = StepKey::new(format!("poem/{number}"));
        if run.history.settled(&key).unwrap().is_some() {
            continue;
        }
        let dir = Some(run.dir.steps().create("step").unwrap());
        let (hash, kind) = (StepHash::of([]), StepKind::Command);
        let started = StepStarted {
            key: key.clone(),
            hash,
            attempt: 1,
            kind,
            what: "step".into(),
            argv: Vec::new(),
            dir,
            once: false,
        };
        drop(run.journal.append(started, Durability::Relaxed));
        run.dir.disk().boundary("started");
        effects.write_all(format!("{key}\n").as_bytes()).unwrap();
        run.dir.disk().boundary("ran");
        let json = if number == 1 { format!("\"{}\"", "x".repeat(INLINE_LIMIT)) } else { number.to_string() };
        let from = Lineage { time: Time::from_millis(0), step: &key, name: "result" };
        let result = run.dir.artifacts().record(RawValue::from_string(json).unwrap(), &from).unwrap();
        run.journal.commit(StepFinished { key: key.clone(), hash, attempt: 1, result }).unwrap();
        say(&format!("acknowledged {key}"));
        run.dir.write_state(&run.journal).unwrap();
    }
    let key = StepKey::new("poem/ask");
    if run.history.settled(&key).unwrap().is_none() {
        let what = Purpose::Answer("title".into());
        let time = Time::from_millis(0);
        let value = RawValue::TRUE.to_owned();
        run.dir.drop_message(&Message { id: "a-1".into(), what, by: "ann".into(), time, value }).unwrap();
    }
    for dropped in run.dir.messages().unwrap() {
        let Dropped::Message(message, file) = dropped else { panic!("{dropped:?}") };
        if run.history.learn(&message.id) {
            let value = run
                .dir
                .artifacts()
                .record(message.value, &Lineage { time: message.time, step: &key, name: "answer" });
            let taken =
                AnswerTaken { key: key.clone(), id: message.id, by: message.by, value: value.unwrap() };
            run.journal.commit(taken).unwrap();
            say("acknowledged answer");
        }
        run.dir.remove_message(&file).unwrap();
    }
    if run.history.progress.ending.is_none() {
        let finished = RunFinished { status: Ending::Succeeded, result: None, failure: None };
        run.journal.commit(finished).unwrap();
    }
    run.dir.write_state(&run.journal).unwrap();
    run.leave("finished");
    say("lived");
}

#[test]
fn a_death_at_every_boundary_of_a_life_changes_nothing_of_its_outcome() {
    let scratch = tempfile::tempdir().unwrap();
    let log = scratch.path().join("boundaries");
    let whole = scratch.path().join("whole");
    std::fs::create_dir(&whole).unwrap();
    let output = child("life", &whole).env("FLOW_CRASH_LOG", &log).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("\nlived\n"), "{output:?}");
    let boundaries = std::fs::read_to_string(&log).unwrap();
    for name in
        ["before write journal.jsonl", "inside write journal.jsonl", "after sync journal.jsonl", "at ran"]
    {
        assert!(boundaries.contains(name), "{name} is no boundary:\n{boundaries}");
    }
    let count = boundaries.lines().count();
    assert!(count > 100, "{boundaries}");
    for at in 1.. {
        let directory = scratch.path().join(at.to_string());
        std::fs::create_dir(&directory).unwrap();
        let cut = child("life", &directory).env("FLOW_CRASH_AT", at.to_string()).output().unwrap();
        let cut = String::from_utf8_lossy(&cut.stdout).into_owned();
        if cut.contains("\nlived\n") {
            // How many records share a write differs a little from life to life.
            assert!(at > count - 20, "there are {count} boundaries, and only {at} were reached");
            break;
        }
        let name = format!("death {at}, about {:?}", boundaries.lines().nth(at - 1));
        let ran = std::fs::read_to_string(directory.join("effects")).unwrap_or_default().lines().count();

        let output = child("life", &directory).output().unwrap();
        let rest = String::from_utf8_lossy(&output.stdout);
        assert!(rest.contains("\nlived\n"), "{name}: {output:?}");
        let effects = std::fs::read_to_string(directory.join("effects")).unwrap();
        let effects: Vec<_> = effects.lines().collect();
        for step in ["poem/0", "poem/1", "poem/2"] {
            let times = effects.iter().filter(|line| **line == step).count();
            // Only the step that ran when the process died may run again, and not when its result was acknowledged.
            let may_run_again =
                effects[..ran].last() == Some(&step) && !cut.contains(&format!("acknowledged {step}\n"));
            assert!(times == 1 || times == 2 && may_run_again, "{name}: {step} ran {times} times");
        }
        let acknowledged = [&*cut, &*rest].map(|said| said.matches("acknowledged answer").count());
        assert!(acknowledged.iter().sum::<usize>() <= 1, "{name}: the answer was taken twice");

        let runs = Runs::new(Arc::new(RealDisk), directory.join("runs"));
        let id = runs.list().unwrap().pop().unwrap();
        let dir = runs.find(&id).unwrap();
        assert!(dir.messages().unwrap().is_empty(), "{name}: the answer lies in the inbox");
        let progress = dir.progress().unwrap();
        assert_eq!((progress.finished, progress.ending), (3, Some(Ending::Succeeded)), "{name}");
        let run = runs.open(&id, me(), system_clock()).unwrap();
        for (step, due) in
            ["0".to_owned(), format!("\"{}\"", "x".repeat(INLINE_LIMIT)), "2".to_owned()].iter().enumerate()
        {
            let settled = run.history.settled(&StepKey::new(format!("poem/{step}"))).unwrap().unwrap();
            let Event::StepFinished(it) = settled.event else { panic!("{name}") };
            assert_eq!(run.dir.artifacts().value(&it.result).unwrap().get(), due, "{name}");
        }
    }
}
