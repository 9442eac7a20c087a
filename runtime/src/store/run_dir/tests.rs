use super::*;
use crate::disk::{MemDisk, RealDisk};
use crate::journal::{Durability, Note, StepFinished, StepHash, StepKey, StepKind, StepStarted};
use crate::store::{Lineage, Status};

fn clock() -> Clock {
    Arc::new(|| Time::from_millis(1_788_195_845_250))
}

fn me() -> Holder {
    Holder::this_process(clock()())
}

fn poem() -> NewRun<'static> {
    NewRun {
        flow: "poem",
        code: "",
        inputs: RawValue::from_string(r#"{"theme":"rain"}"#.to_owned()).unwrap(),
        program: "{\"ir\":1}\n",
        revision: Some("abc123"),
        parent: None,
    }
}

fn finish(run: &OpenRun, key: &str, json: &str) {
    let key = StepKey::new(key);
    let from = Lineage { time: clock()(), step: &key, name: "result" };
    let value = RawValue::from_string(json.to_owned()).unwrap();
    let result = run.dir.artifacts().record(value, &from).unwrap();
    let hash = StepHash::of([]);
    let started = StepStarted {
        key: key.clone(),
        hash,
        attempt: 1,
        kind: StepKind::Agent,
        what: "critic".into(),
        argv: Vec::new(),
        dir: None,
        once: false,
    };
    drop(run.journal.append(started, Durability::Relaxed));
    let finished = StepFinished { key: key.clone(), hash, attempt: 1, result };
    run.journal.append(finished, Durability::Synced).wait().unwrap();
}

fn result(run: &OpenRun, key: &str) -> Option<String> {
    let record = run.history.settled(&StepKey::new(key)).unwrap()?;
    let journal::Event::StepFinished(it) = record.event else { panic!("{key} is settled by something else") };
    Some(run.dir.artifacts().value(&it.result).unwrap().get().to_owned())
}

#[test]
fn a_result_is_found_by_the_next_runner() {
    let runs = Runs::new(Arc::new(MemDisk::new()), "/p/runs");
    let run = runs.create(poem(), me(), clock()).unwrap();
    assert_eq!(run.dir.id().to_string(), "POE-1");
    finish(&run, "poem/critic", r#"{"verdict":"weak"}"#);
    drop(run);
    let run = runs.open(&"POE-1".parse().unwrap(), me(), clock()).unwrap();
    assert_eq!(result(&run, "poem/critic").unwrap(), r#"{"verdict":"weak"}"#);
    assert_eq!(result(&run, "poem/poet"), None);
    assert_eq!(run.journal.epoch(), 2);
    assert_eq!(run.program, "{\"ir\":1}\n");
    assert_eq!(run.info.inputs.get(), r#"{"theme":"rain"}"#);
}

#[test]
fn a_long_result_is_an_artifact_and_the_record_stays_short() {
    let disk = MemDisk::new();
    let runs = Runs::new(Arc::new(disk.clone()), "/runs");
    let run = runs.create(poem(), me(), clock()).unwrap();
    let long = format!("\"{}\"", "x".repeat(journal::INLINE_LIMIT));
    finish(&run, "poem/critic", &long);
    finish(&run, "poem/poet", &format!(r#"{{"artifact":"{}","bytes":1}}"#, ContentHash::of(b"mine")));
    let journal = disk::read(&disk, &run.dir.journal_path()).unwrap();
    assert!(journal.len() < 2000, "{}", journal.len());
    drop(run);
    let run = runs.open(&"POE-1".parse().unwrap(), me(), clock()).unwrap();
    assert_eq!(result(&run, "poem/critic").unwrap(), long);
    assert!(result(&run, "poem/poet").unwrap().ends_with(r#""bytes":1}"#));
}

#[test]
fn every_creator_gets_a_number_of_its_own() {
    let scratch = tempfile::tempdir().unwrap();
    let runs = Runs::new(Arc::new(RealDisk), scratch.path().join("deep/runs"));
    let numbers: Vec<_> = std::thread::scope(|scope| {
        let one = || runs.create(poem(), me(), clock()).unwrap().dir.id().number();
        let creators: Vec<_> = (0..16).map(|_| scope.spawn(one)).collect();
        creators.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=16).collect::<Vec<_>>(), "{numbers:?}");
    assert_eq!(runs.list().unwrap().len(), 16);
}

#[test]
fn a_second_runner_is_refused_and_touches_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let runs = Runs::new(Arc::new(RealDisk), scratch.path());
    let run = runs.create(poem(), me(), clock()).unwrap();
    finish(&run, "poem/critic", "1");
    let before = std::fs::read(run.dir.journal_path()).unwrap();
    let error = runs.open(run.dir.id(), me(), clock()).unwrap_err();
    let pid = std::process::id();
    let message = error.to_string();
    assert!(message.starts_with(&format!("run POE-1 is held by process {pid} on ")), "{message}");
    assert!(message.contains("since 2026-08-31T17:04:05.250Z; stop it with `flow stop POE-1`"), "{message}");
    assert_eq!(std::fs::read(run.dir.journal_path()).unwrap(), before);
}

#[test]
fn files_and_directories_are_private_to_their_owner() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = tempfile::tempdir().unwrap();
    let runs = Runs::new(Arc::new(RealDisk), scratch.path().join("runs"));
    let run = runs.create(poem(), me(), clock()).unwrap();
    finish(&run, "poem/critic", &format!("\"{}\"", "x".repeat(journal::INLINE_LIMIT)));
    run.dir.steps().create("critic").unwrap();
    run.dir.write_state(&run.journal).unwrap();
    run.dir.log("log.md").unwrap().append("# poem\n").unwrap();
    let mut directories = vec![scratch.path().join("runs")];
    let mut seen = 0;
    while let Some(directory) = directories.pop() {
        assert_eq!(directory.metadata().unwrap().permissions().mode() & 0o777, 0o700, "{directory:?}");
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            seen += 1;
            if path.is_dir() {
                directories.push(path);
            } else {
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
            }
        }
    }
    assert!(seen >= 10, "{seen}");
}

#[test]
fn a_copied_directory_resumes_where_it_lies_now() {
    let scratch = tempfile::tempdir().unwrap();
    let here = Runs::new(Arc::new(RealDisk), scratch.path().join("here"));
    let run = here.create(poem(), me(), clock()).unwrap();
    finish(&run, "poem/critic", &format!("\"{}\"", "x".repeat(journal::INLINE_LIMIT)));
    let from = run.dir.path().to_owned();
    // Copied while it is held, as after the death of a machine.
    let there = scratch.path().join("there/POE-1");
    std::fs::create_dir_all(&there).unwrap();
    assert!(
        std::process::Command::new("cp")
            .arg("-r")
            .arg(format!("{}/.", from.display()))
            .arg(&there)
            .status()
            .unwrap()
            .success()
    );
    drop(run);
    std::fs::remove_dir_all(scratch.path().join("here")).unwrap();

    let elsewhere = Holder { host: "other".into(), boot: Some("other-boot".into()), ..me() };
    let runs = Runs::new(Arc::new(RealDisk), scratch.path().join("there"));
    let run = runs.open(&"POE-1".parse().unwrap(), elsewhere, clock()).unwrap();
    assert_eq!(run.before(), &Before::Foreign(me()));
    assert_eq!(result(&run, "poem/critic").unwrap().len(), journal::INLINE_LIMIT + 2);
    for file in ["run.json", "journal.jsonl", "lock"] {
        let text = std::fs::read_to_string(run.dir.path().join(file)).unwrap();
        assert!(!text.contains(&*scratch.path().to_string_lossy()), "{file} names an absolute path");
    }
}

#[test]
fn the_next_runner_learns_how_the_last_one_ended() {
    let runs = Runs::new(Arc::new(MemDisk::new()), "/runs");
    let run = runs.create(poem(), me(), clock()).unwrap();
    let id = run.dir.id().clone();
    assert_eq!(run.before(), &Before::Nobody);
    drop(run);
    let run = runs.open(&id, me(), clock()).unwrap();
    assert_eq!(run.before(), &Before::Died(me()));
    run.leave("disk full");
    let run = runs.open(&id, me(), clock()).unwrap();
    assert_eq!(run.before(), &Before::Left(me(), "disk full".into()));
}

#[test]
fn a_run_that_does_not_exist_is_answered_with_those_that_do() {
    let runs = Runs::new(Arc::new(MemDisk::new()), "/runs");
    let missing: RunId = "POE-7".parse().unwrap();
    let message = runs.find(&missing).unwrap_err().to_string();
    assert_eq!(message, "there is no run POE-7 in `/runs`; it holds no runs");
    drop(runs.create(poem(), me(), clock()).unwrap());
    let message = runs.find(&missing).unwrap_err().to_string();
    assert_eq!(message, "there is no run POE-7 in `/runs`; the last ones are POE-1");
}

#[test]
fn a_changed_program_is_refused() {
    let disk = MemDisk::new();
    let runs = Runs::new(Arc::new(disk.clone()), "/runs");
    drop(runs.create(poem(), me(), clock()).unwrap());
    disk.plant(Path::new("/runs/POE-1/program.flow.json"), b"{\"ir\":2}\n");
    let message = runs.open(&"POE-1".parse().unwrap(), me(), clock()).unwrap_err().to_string();
    assert!(
        message.starts_with("`/runs/POE-1/program.flow.json` is not what run POE-1 recorded: its hash is"),
        "{message}"
    );
}

#[test]
fn the_status_follows_the_journal_and_who_holds_the_run() {
    let runs = Runs::new(Arc::new(MemDisk::new()), "/runs");
    let run = runs.create(poem(), me(), clock()).unwrap();
    let dir = run.dir.clone();
    let status = || Status::of(&dir.progress().unwrap(), &dir.lock_state(&me()).unwrap(), false);
    run.journal.append(Note { text: "hello".into() }, Durability::Synced).wait().unwrap();
    assert_eq!(status(), Status::Running);
    drop(run);
    assert_eq!(status(), Status::Crashed);
    assert_eq!(Status::of(&dir.progress().unwrap(), &dir.lock_state(&me()).unwrap(), true), Status::Orphaned);
    runs.open(dir.id(), me(), clock()).unwrap().leave("stopped");
    assert_eq!(status(), Status::Paused);
    let run = runs.open(dir.id(), me(), clock()).unwrap();
    let done = journal::RunFinished { status: journal::Ending::Succeeded, result: None, failure: None };
    run.journal.append(done, Durability::Synced).wait().unwrap();
    assert_eq!(status(), Status::Succeeded);
}

#[test]
fn on_a_shared_disk_a_run_of_another_machine_is_taken_only_if_it_let_go() {
    let disk = MemDisk::new();
    let runs = Runs::new(Arc::new(disk.clone()), "/runs");
    let id = runs.create(poem(), me(), clock()).unwrap().dir.id().clone();
    let other = || Holder { host: "other".into(), ..me() };
    disk.set_remote();
    let message = runs.open(&id, other(), clock()).unwrap_err().to_string();
    assert!(message.starts_with("run POE-1 lies on a shared disk and was last held by process"), "{message}");
    assert!(message.ends_with("remove `/runs/POE-1/lock` and resume"), "{message}");
    runs.open(&id, me(), clock()).unwrap().leave("stopped");
    let run = runs.open(&id, other(), clock()).unwrap();
    assert!(matches!(run.before(), Before::Left(holder, why) if holder == &me() && why == "stopped"));
}

#[test]
fn a_log_goes_on_on_a_line_of_its_own_after_a_death() {
    let disk = MemDisk::new();
    let runs = Runs::new(Arc::new(disk.clone()), "/runs");
    let run = runs.create(poem(), me(), clock()).unwrap();
    for text in ["{\"a\":1}\n", "{\"b\"", "{\"c\":3}\n", ""] {
        run.dir.log("events.jsonl").unwrap().append(text).unwrap();
    }
    let log = disk::read(&disk, &run.dir.path().join("events.jsonl")).unwrap();
    assert_eq!(String::from_utf8(log).unwrap(), "{\"a\":1}\n{\"b\"\n{\"c\":3}\n");
}

#[test]
fn the_summary_is_made_from_the_journal_and_can_be_made_again() {
    let disk = MemDisk::new();
    let runs = Runs::new(Arc::new(disk.clone()), "/runs");
    let run = runs.create(poem(), me(), clock()).unwrap();
    finish(&run, "poem/critic", "1");
    run.dir.write_state(&run.journal).unwrap();
    let path = run.dir.path().join("state.json");
    let written = disk::read(&disk, &path).unwrap();
    let state: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(
        (&state["run"], &state["status"], &state["finished"]),
        (&"POE-1".into(), &"running".into(), &1.into())
    );
    disk.plant(&path, b"half a summ");
    let of = |progress: Progress| serde_json::to_value(progress).unwrap();
    assert_eq!(of(run.journal.progress()), of(run.dir.progress().unwrap()));
    run.dir.write_state(&run.journal).unwrap();
    assert_eq!(disk::read(&disk, &path).unwrap(), written);
}

#[test]
fn a_damaged_run_is_refused_and_goes_on_after_it_was_salvaged() {
    let disk = MemDisk::new();
    let runs = Runs::new(Arc::new(disk.clone()), "/runs");
    let run = runs.create(poem(), me(), clock()).unwrap();
    finish(&run, "poem/critic", "1");
    finish(&run, "poem/poet", "2");
    let (id, path) = (run.dir.id().clone(), run.dir.journal_path());
    drop(run);
    let mut journal = disk::read(&disk, &path).unwrap();
    let second = journal.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    journal[second + 30] ^= 1;
    disk.plant(&path, &journal);
    let message = runs.open(&id, me(), clock()).unwrap_err().to_string();
    assert!(message.contains(&format!("is damaged at record 2 (byte {second})")), "{message}");
    let salvaged = runs.salvage(&id, me()).unwrap().unwrap();
    assert_eq!((salvaged.records, salvaged.aside.unwrap().1), (1, format!("damaged-{second}")));
    let run = runs.open(&id, me(), clock()).unwrap();
    assert_eq!(result(&run, "poem/critic"), None, "its result was in what was set aside");
    assert!(runs.salvage(&id, me()).is_err(), "the run is held");
}

#[test]
fn a_journal_that_lost_records_is_refused_until_somebody_makes_do_with_what_is_left() {
    for left in [None, Some(0), Some(1), Some(2)] {
        let disk = MemDisk::new();
        let runs = Runs::new(Arc::new(disk.clone()), "/runs");
        let run = runs.create(poem(), me(), clock()).unwrap();
        finish(&run, "poem/critic", "1");
        finish(&run, "poem/poet", "2");
        run.dir.write_state(&run.journal).unwrap();
        let (id, dir) = (run.dir.id().clone(), run.dir.clone());
        drop(run);
        let whole = disk::read(&disk, &dir.journal_path()).unwrap();
        assert!(runs.salvage(&id, me()).unwrap().is_none());
        let what = match left {
            None => {
                disk.remove(&dir.journal_path()).unwrap();
                "is missing".to_owned()
            }
            Some(records) => {
                let ends = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
                let cut = std::iter::once(0).chain(ends).nth(records).unwrap();
                disk.plant(&dir.journal_path(), &whole[..cut]);
                format!("has {cut} bytes, and had at least {}", whole.len())
            }
        };
        for refused in [runs.open(&id, me(), clock()).unwrap_err(), dir.progress().unwrap_err()] {
            let wanted = format!("`/runs/POE-1/journal.jsonl` {what}: results are lost");
            assert!(refused.to_string().starts_with(&wanted), "{refused}");
        }
        let salvaged = runs.salvage(&id, me()).unwrap().unwrap();
        assert_eq!((salvaged.records, salvaged.aside), (left.unwrap_or(0) as u64, None));
        assert_eq!(salvaged.why, format!("it {what}"));
        let run = runs.open(&id, me(), clock()).unwrap();
        assert_eq!(result(&run, "poem/poet"), None, "its result is lost");
    }
}
