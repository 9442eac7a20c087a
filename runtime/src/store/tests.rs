//! A whole life of a run on a disk that dies, loses power and fills up at every operation.

use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::*;
use crate::disk::{Faults, MemDisk, Tear, create_dirs};
use crate::journal::*;

const TEARS: [Option<Tear>; 6] =
    [None, Some(Tear::Drop), Some(Tear::Half), Some(Tear::AllButOne), Some(Tear::Zeros), Some(Tear::Keep)];

fn clock() -> Clock {
    Arc::new(|| Time::from_millis(1_788_195_845_250))
}

fn me() -> Holder {
    Holder { pid: 7, start: None, boot: None, host: "here".into(), since: Time::from_millis(0) }
}

/// A disk with an empty project on it.
fn project() -> MemDisk {
    let disk = MemDisk::new();
    create_dirs(&disk, Path::new("/project")).unwrap();
    disk
}

fn runs(disk: &MemDisk) -> Runs {
    Runs::new(Arc::new(disk.clone()), "/project/runs")
}

/// What somebody outside was told, and so may rely on.
#[derive(Debug, Default)]
struct Promises {
    created: Option<RunId>,
    results: Vec<usize>,
    dropped: bool,
    taken: usize,
    ended: bool,
}

/// The second result becomes an artifact, for it looks like a reference to one.
fn text_of(number: usize) -> String {
    if number == 1 { r#"{"artifact":"mine"}"#.to_owned() } else { number.to_string() }
}

fn key(number: usize) -> StepKey {
    StepKey::new(format!("poem/{number}"))
}

/// Lives as far as the disk lets.
fn live(disk: &MemDisk, told: &mut Promises) -> Result<(), StoreError> {
    let runs = runs(disk);
    let mut run = match &told.created {
        Some(id) => runs.open(id, me(), clock())?,
        None => {
            let inputs = RawValue::NULL.to_owned();
            let new =
                NewRun { flow: "poem", code: "", inputs, program: "{}\n", revision: None, parent: None };
            runs.create(new, me(), clock())?
        }
    };
    told.created = Some(run.dir.id().clone());
    // As a runner does when nothing is recorded yet.
    run.dir.write_state(&run.journal)?;
    for number in 0..3 {
        if run.history.settled(&key(number))?.is_some() {
            continue;
        }
        assert!(
            !told.results.contains(&number),
            "step {number} runs again after its result was acknowledged"
        );
        run.dir.steps().create("critic")?;
        let from = Lineage { time: Time::from_millis(0), step: &key(number), name: "result" };
        let result = run.dir.artifacts().record(RawValue::from_string(text_of(number)).unwrap(), &from)?;
        run.journal.commit(StepFinished { key: key(number), hash: StepHash::of([]), attempt: 1, result })?;
        told.results.push(number);
        run.dir.write_state(&run.journal)?;
    }
    let asked = StepKey::new("poem/ask");
    if !told.dropped {
        let what = Purpose::Answer("title".into());
        let value = RawValue::TRUE.to_owned();
        let message = Message { id: "a-1".into(), what, by: "ann".into(), time: Time::from_millis(0), value };
        run.dir.drop_message(&message)?;
        told.dropped = true;
    }
    for dropped in run.dir.messages()? {
        let Dropped::Message(message, file) = dropped else { panic!("{dropped:?}") };
        if run.history.learn(&message.id) {
            let value = Recorded::inline(message.value).unwrap();
            run.journal.commit(AnswerTaken { key: asked.clone(), id: message.id, by: message.by, value })?;
            told.taken += 1;
        }
        run.dir.remove_message(&file)?;
    }
    if run.history.progress.ending.is_none() {
        run.journal.commit(RunFinished { status: Ending::Succeeded, result: None, failure: None })?;
    }
    told.ended = true;
    run.leave("finished");
    Ok(())
}

/// The run is over, and all that was promised holds.
fn check(disk: &MemDisk, told: &Promises, what: &str) {
    let runs = runs(disk);
    let id = told.created.as_ref().unwrap();
    let dir = runs.find(id).unwrap();
    assert_eq!(
        Status::of(&dir.progress().unwrap(), &dir.lock_state(&me()).unwrap(), false),
        Status::Succeeded,
        "{what}"
    );
    assert!(told.taken <= 1, "{what}: the answer was taken {} times", told.taken);
    let run = runs.open(id, me(), clock()).unwrap();
    assert!(run.history.knows("a-1"), "{what}: the answer was lost");
    for number in 0..3 {
        let settled = run.history.settled(&key(number)).unwrap();
        let Some(Event::StepFinished(it)) = settled.map(|record| record.event) else {
            panic!("{what}: {number} is lost")
        };
        assert_eq!(run.dir.artifacts().value(&it.result).unwrap().get(), text_of(number), "{what}");
    }
}

#[test]
fn a_death_or_a_power_failure_at_any_operation_of_a_life_breaks_no_promise() {
    for tear in TEARS {
        for at in 1.. {
            let what = format!("{tear:?} at {at}");
            let disk = project();
            disk.set_faults(Faults { crash_at: Some(at), ..Faults::default() });
            let mut told = Promises::default();
            let survived = live(&disk, &mut told).is_ok() && disk.counters().0 < at;
            match tear {
                None => disk.restart(),
                Some(tear) => disk.reboot(tear),
            }
            live(&disk, &mut told).unwrap_or_else(|error| panic!("{what}: {error}"));
            check(&disk, &told, &what);
            // Not even if the power fails later: nothing was built on what the first life had not made durable.
            disk.reboot(Tear::Drop);
            check(&disk, &told, &what);
            if survived {
                assert!(at > 50, "{what}: hardly any operation was cut");
                break;
            }
        }
    }
}

#[test]
fn a_disk_that_is_full_at_any_write_of_a_life_suspends_it_and_breaks_no_promise() {
    for at in 1.. {
        let what = format!("full at {at}");
        let disk = project();
        disk.set_faults(Faults { full_at_write: Some(at), ..Faults::default() });
        let mut told = Promises::default();
        let result = live(&disk, &mut told);
        if let Err(error) = &result {
            assert!(error.is_disk_full(), "{what}: {error}");
        }
        let never_full = disk.counters().1 < at;
        disk.restart();
        live(&disk, &mut told).unwrap_or_else(|error| panic!("{what}: {error}"));
        check(&disk, &told, &what);
        if never_full {
            assert!(at > 15, "{what}: hardly any write failed");
            break;
        }
    }
}

#[test]
fn a_run_whose_creation_was_cut_is_recognised_and_its_name_is_not_used_again() {
    let disk = project();
    for at in 1..12 {
        disk.set_faults(Faults { crash_at: Some(at), ..Faults::default() });
        let _ = live(&disk, &mut Promises::default());
        disk.restart();
    }
    let before = runs(&disk).list().unwrap();
    assert!(before.len() > 3, "{before:?}");
    let mut incomplete = 0;
    for id in &before {
        match runs(&disk).open(id, me(), clock()) {
            Err(StoreError::Incomplete { .. }) => incomplete += 1,
            other => drop(other.unwrap()),
        }
    }
    assert!(incomplete > 3, "{incomplete}");
    let mut told = Promises::default();
    live(&disk, &mut told).unwrap();
    assert!(!before.contains(told.created.as_ref().unwrap()));
}

#[test]
fn what_is_no_message_stays_in_the_inbox_and_is_told_about() {
    let disk = project();
    let mut told = Promises::default();
    live(&disk, &mut told).unwrap();
    let dir = runs(&disk).find(&told.created.unwrap()).unwrap();
    disk.plant(&dir.path().join("inbox/hand-made.json"), b"{\"id\":\"x\"}");
    disk.plant(&dir.path().join("inbox/half.json.tmp"), b"{\"id\"");
    let messages = dir.messages().unwrap();
    let [Dropped::Unreadable(path, why)] = messages.as_slice() else { panic!("{messages:?}") };
    assert!(path.ends_with("inbox/hand-made.json") && why.contains("missing field"), "{why}");
}

#[test]
fn messages_are_read_in_the_order_in_which_they_were_dropped() {
    let disk = project();
    let mut told = Promises::default();
    live(&disk, &mut told).unwrap();
    let dir = runs(&disk).find(&told.created.unwrap()).unwrap();
    for (id, time) in [("c", 1), ("a", 3), ("b", 2)] {
        let (what, value) = (Purpose::Signal("go".into()), RawValue::NULL.to_owned());
        dir.drop_message(&Message {
            id: id.into(),
            what,
            by: "ann".into(),
            time: Time::from_millis(time),
            value,
        })
        .unwrap();
    }
    let ids = dir.messages().unwrap().into_iter().map(|dropped| match dropped {
        Dropped::Message(message, _) => message.id.to_string(),
        Dropped::Unreadable(path, why) => panic!("{path:?}: {why}"),
    });
    assert_eq!(ids.collect::<Vec<_>>(), ["c", "b", "a"]);
}

#[test]
fn an_id_that_is_no_plain_name_is_refused() {
    let disk = project();
    let mut told = Promises::default();
    live(&disk, &mut told).unwrap();
    let dir = runs(&disk).find(&told.created.unwrap()).unwrap();
    for id in ["", "../x", "a/b", "a b", &"x".repeat(101)] {
        let (what, value) = (Purpose::Stop, RawValue::NULL.to_owned());
        let message = Message { id: id.into(), what, by: "ann".into(), time: Time::from_millis(0), value };
        let error = dir.drop_message(&message).unwrap_err().to_string();
        assert!(error.contains(&format!("`{id}` is not an id")), "{error}");
    }
}

#[test]
fn an_artifact_that_was_changed_is_not_used() {
    let disk = project();
    let mut told = Promises::default();
    live(&disk, &mut told).unwrap();
    let dir = runs(&disk).find(&told.created.unwrap()).unwrap();
    let hash = ContentHash::of(text_of(1).as_bytes());
    disk.plant(&dir.artifacts().path_of(hash), b"something else");
    let error = dir.artifacts().read(hash).unwrap_err().to_string();
    assert!(
        error.ends_with(&format!("artifacts/{hash}`: its content was changed after it was stored")),
        "{error}"
    );
}

#[test]
fn a_file_of_any_length_becomes_an_artifact_once() {
    let scratch = tempfile::tempdir().unwrap();
    let disk = project();
    let mut told = Promises::default();
    live(&disk, &mut told).unwrap();
    let dir = runs(&disk).find(&told.created.unwrap()).unwrap();
    let artifacts = dir.artifacts();
    let before = disk.list_of(dir.path(), "artifacts");
    for (len, count) in [(0, 1), (1, 2), (1_000_000, 3), (1_000_000, 3)] {
        let file = scratch.path().join(len.to_string());
        std::fs::write(&file, vec![b'y'; len]).unwrap();
        let from = Lineage { time: Time::from_millis(0), step: &key(0), name: "out.txt" };
        let stored = artifacts.add_file(std::fs::File::open(&file).unwrap(), &from).unwrap();
        assert_eq!(stored.bytes, len as u64);
        assert_eq!(artifacts.read(stored.artifact).unwrap(), vec![b'y'; len]);
        assert_eq!(disk.list_of(dir.path(), "artifacts").len(), before.len() + count);
    }
    disk.reboot(Tear::Drop);
    assert_eq!(
        disk.list_of(dir.path(), "artifacts").len(),
        before.len() + 3,
        "artifacts are durable when they are stored"
    );
}

#[test]
fn step_directories_are_numbered_on_by_the_next_runner() {
    let disk = project();
    let mut told = Promises::default();
    live(&disk, &mut told).unwrap();
    let run = runs(&disk).open(&told.created.unwrap(), me(), clock()).unwrap();
    let steps = run.dir.steps();
    assert_eq!(steps.create("critic").unwrap(), "steps/0004-critic");
    assert_eq!(steps.create("../odd name").unwrap(), "steps/0005----odd-name");
    assert_eq!(steps.path_of("steps/0004-critic"), run.dir.path().join("steps/0004-critic"));
}

#[test]
fn a_step_directory_can_be_made_after_others_were_only_reserved() {
    let disk = project();
    let inputs = RawValue::NULL.to_owned();
    let new = NewRun { flow: "poem", code: "", inputs, program: "{}\n", revision: None, parent: None };
    let run = runs(&disk).create(new, me(), clock()).unwrap();
    let steps = run.dir.steps();
    assert_eq!(steps.reserve("muse"), "steps/0001-muse");
    assert_eq!(steps.create("critic").unwrap(), "steps/0002-critic");
}

impl MemDisk {
    fn list_of(&self, path: &Path, name: &str) -> Vec<String> {
        use crate::disk::Disk;
        self.list(&path.join(name)).unwrap()
    }
}
