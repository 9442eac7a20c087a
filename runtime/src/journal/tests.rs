//! The journal over a disk that fails, dies and loses power at every operation.

use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::*;
use crate::disk::{self, Disk, Faults, MemDisk, Tear};
use crate::store::{Holder, StoreError};

const PATH: &str = "/run/journal.jsonl";

fn path() -> &'static Path {
    Path::new(PATH)
}

fn scratch() -> MemDisk {
    let disk = MemDisk::new();
    disk.create_dir(Path::new("/run")).unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    disk
}

fn open(disk: &MemDisk) -> Result<(Journal, History), StoreError> {
    let now = Time::from_millis(1_788_195_845_250);
    let holder = Holder { pid: 7, start: None, boot: None, host: "here".into(), since: now };
    Journal::open(disk, path(), holder, Arc::new(move || now))
}

fn key(number: usize) -> StepKey {
    StepKey::new(format!("poem/loop[{number}]/critic"))
}

fn started(number: usize) -> StepStarted {
    let kind = StepKind::Command;
    StepStarted {
        argv: Vec::new(),
        key: key(number),
        hash: StepHash::of([]),
        attempt: 1,
        kind,
        what: "critic".into(),
        dir: None,
        once: false,
    }
}

fn finished(number: usize) -> StepFinished {
    let result = Recorded::inline(RawValue::from_string(number.to_string()).unwrap()).unwrap();
    StepFinished { key: key(number), hash: StepHash::of([]), attempt: 1, result }
}

fn result(history: &History, number: usize) -> Option<usize> {
    let record = history.settled(&key(number)).unwrap()?;
    let Event::StepFinished(it) = record.event else { panic!("settled by {}", record.event.name()) };
    let Recorded::Inline(json) = it.result else { panic!("not inline") };
    Some(json.get().parse().unwrap())
}

/// Runs `steps` steps, as far as the disk lets; returns how many were acknowledged.
fn work(journal: &Journal, from: usize, steps: usize) -> (usize, Result<(), StoreError>) {
    for number in from..from + steps {
        drop(journal.append(started(number), Durability::Relaxed));
        if let Err(error) = journal.commit(finished(number)) {
            return (number - from, Err(error));
        }
    }
    (steps, Ok(()))
}

fn bytes(disk: &MemDisk) -> Vec<u8> {
    disk::read(disk, path()).unwrap()
}

/// A journal of a few steps, and where each of its lines begins.
fn sample(steps: usize) -> (Vec<u8>, Vec<usize>) {
    let disk = scratch();
    let (journal, _) = open(&disk).unwrap();
    work(&journal, 0, steps).1.unwrap();
    drop(journal);
    let bytes = bytes(&disk);
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &bytes).map(|at| at + 1));
    let starts = starts.filter(|at| *at < bytes.len()).collect();
    (bytes, starts)
}

fn scan_of(content: &[u8]) -> Result<Scan, StoreError> {
    let disk = scratch();
    disk.plant(path(), content);
    read(&disk, path(), &mut |_, _| {})
}

#[test]
fn records_are_numbered_chained_and_stamped_with_their_epoch() {
    let disk = scratch();
    for _ in 0..3 {
        let (journal, _) = open(&disk).unwrap();
        work(&journal, 0, 2).1.unwrap();
    }
    let mut seen = Vec::new();
    let scan =
        read(&disk, path(), &mut |record, _| seen.push((record.seq, record.epoch, record.event.name())))
            .unwrap();
    let names = ["run_opened", "step_started", "step_finished", "step_started", "step_finished"];
    let due: Vec<_> = (0..15).map(|n| (n as u64 + 1, n as u64 / 5 + 1, names[n % 5])).collect();
    assert_eq!(seen, due);
    assert_eq!((scan.end, scan.chain.seq), (End::Clean, 15));
}

#[test]
fn many_writers_lose_nothing_and_share_their_syncs() {
    let disk = scratch();
    let (journal, _) = open(&disk).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let journal = &journal;
            scope.spawn(move || {
                for number in 0..100 {
                    let number = writer * 100 + number;
                    if number % 3 == 0 {
                        journal.commit(finished(number)).unwrap();
                    } else {
                        journal.append(finished(number), Durability::Synced).wait().unwrap();
                    }
                }
            });
        }
    });
    drop(journal);
    let (_, _, syncs) = disk.counters();
    assert!(syncs <= 802, "{syncs}");
    let (_, history) = open(&disk).unwrap();
    assert!((0..800).all(|number| result(&history, number) == Some(number)));
}

#[tokio::test]
async fn tickets_that_are_awaited_together_cost_about_one_sync() {
    let disk = scratch();
    let (journal, _) = open(&disk).unwrap();
    let tickets: Vec<_> =
        (0..64).map(|number| journal.append(finished(number), Durability::Synced)).collect();
    let mut last = 0;
    for ticket in tickets {
        let receipt = ticket.await.unwrap();
        assert!(receipt.seq > last, "records are written in the order of the calls");
        last = receipt.seq;
    }
    assert_eq!(last, 65);
}

#[test]
fn the_last_record_of_a_key_settles_it_and_a_reopened_step_is_not_settled() {
    let disk = scratch();
    let (journal, _) = open(&disk).unwrap();
    work(&journal, 0, 3).1.unwrap();
    let failure = Failure { kind: "ExitCode".into(), message: "it ended with 2".into(), value: None };
    let failed = |is_final| StepFailed {
        key: key(3),
        hash: StepHash::of([]),
        attempt: 1,
        failure: failure.clone(),
        is_final,
    };
    drop(
        journal
            .append(StepReopened { key: key(1), reason: "assumed to run again".into() }, Durability::Relaxed),
    );
    drop(journal.append(StepReopened { key: key(2), reason: "retry".into() }, Durability::Relaxed));
    drop(journal.append(finished(2), Durability::Relaxed));
    drop(journal.append(failed(false), Durability::Relaxed));
    drop(journal);
    let (journal, history) = open(&disk).unwrap();
    assert_eq!([0, 1, 2].map(|number| result(&history, number)), [Some(0), None, Some(2)]);
    assert!(history.settled(&key(3)).unwrap().is_none(), "another attempt is due");
    drop(journal.append(failed(true), Durability::Relaxed));
    drop(journal);
    let (_, history) = open(&disk).unwrap();
    let settled = history.settled(&key(3)).unwrap().unwrap();
    assert!(matches!(settled.event, Event::StepFailed(it) if it.failure.message == "it ended with 2"));
}

#[test]
fn a_run_that_was_cut_shows_what_was_open() {
    let disk = scratch();
    let (journal, _) = open(&disk).unwrap();
    work(&journal, 0, 2).1.unwrap();
    drop(journal.append(StepStarted { attempt: 2, once: true, ..started(2) }, Durability::Relaxed));
    let session = AgentSession { key: key(2), provider: "claude".into(), session: "s-1".into() };
    drop(journal.append(session, Durability::Relaxed));
    drop(journal.append(TimerSet { key: key(9), deadline: Time::from_millis(5) }, Durability::Relaxed));
    drop(journal);
    let (_, history) = open(&disk).unwrap();
    let open = history.progress.open.get(&key(2)).unwrap();
    assert_eq!((open.attempt, open.once, open.session.as_deref()), (2, true, Some("s-1")));
    assert_eq!(history.progress.open.len(), 1);
    assert_eq!(history.progress.waits.get(&key(9)), Some(&Wait::Time { deadline: Time::from_millis(5) }));
    assert_eq!((history.progress.finished, history.progress.phase()), (2, Phase::Running));
}

#[test]
fn each_step_is_counted_once_as_it_stands_and_what_never_began_is_none() {
    let disk = scratch();
    let tally = |done, failed, open, again| Tally { done, failed, open, again };
    let counted = || read_summary(&disk, path()).unwrap().1;
    let failed = |number| {
        let failure = Failure { kind: "ExitCode".into(), message: "it ended with 2".into(), value: None };
        StepFailed { key: key(number), hash: StepHash::of([]), attempt: 1, failure, is_final: true }
    };
    let again = |number| StepReopened { key: key(number), reason: "it led to the failure".into() };
    let (journal, _) = open(&disk).unwrap();
    work(&journal, 0, 2).1.unwrap();
    // An input, a decision, a look at the clock.
    journal.commit(finished(9)).unwrap();
    drop(journal.append(started(2), Durability::Relaxed));
    drop(journal.append(failed(2), Durability::Relaxed));
    journal.commit(started(3)).unwrap();
    assert_eq!(counted(), tally(2, 1, 1, 0));
    drop(journal.append(again(2), Durability::Relaxed));
    drop(journal.append(again(1), Durability::Relaxed));
    journal.commit(again(3)).unwrap();
    assert_eq!(counted(), tally(1, 1, 0, 2), "what failed has failed until it is tried again");
    drop(journal);
    let (journal, _) = open(&disk).unwrap();
    for number in 1..4 {
        work(&journal, number, 1).1.unwrap();
    }
    assert_eq!(counted(), tally(4, 0, 0, 0));
    assert_eq!(journal.progress().finished, 5, "how often, not how many");
}

#[test]
fn an_answer_and_a_signal_are_known_by_their_ids_after_a_restart() {
    let disk = scratch();
    let (journal, mut history) = open(&disk).unwrap();
    let value = || Recorded::inline(RawValue::TRUE.to_owned()).unwrap();
    assert!(history.learn("a-1") && !history.learn("a-1"));
    drop(journal.append(
        AnswerTaken { key: key(1), id: "a-1".into(), by: "ann".into(), value: value() },
        Durability::Synced,
    ));
    for id in ["s-1", "s-2"] {
        let signal = SignalTaken { id: id.into(), name: "go".into(), by: "bob".into(), value: value() };
        drop(journal.append(signal, Durability::Synced));
    }
    drop(
        journal.append(SignalDelivered { key: key(2), id: "s-1".into(), value: value() }, Durability::Synced),
    );
    drop(journal);
    let (_, mut history) = open(&disk).unwrap();
    assert_eq!(["a-1", "s-1", "s-2", "s-3"].map(|id| history.knows(id)), [true, true, true, false]);
    assert!(!history.learn("s-2"));
    assert_eq!(history.signals().map(|signal| signal.id.as_str()).collect::<Vec<_>>(), ["s-2"]);
}

#[test]
fn a_tail_torn_at_any_byte_of_the_last_three_records_is_set_aside_and_the_run_goes_on() {
    let (whole, starts) = sample(4);
    for cut in starts[starts.len() - 3] + 1..whole.len() {
        let good = starts.iter().rev().find(|start| **start <= cut).copied().unwrap();
        let disk = scratch();
        disk.plant(path(), &whole[..cut]);
        let (journal, history) = open(&disk).unwrap();
        work(&journal, 10, 1).1.unwrap();
        drop(journal);
        let torn = history.torn.as_ref().map(|torn| (torn.bytes, torn.file.to_string()));
        if cut == good {
            assert_eq!(torn, None);
        } else {
            assert_eq!(torn, Some(((cut - good) as u64, format!("torn-{good}"))), "cut at {cut}");
            let kept = disk::read(&disk, Path::new(&format!("/run/torn-{good}"))).unwrap();
            assert_eq!(kept, &whole[good..cut]);
        }
        assert_eq!(bytes(&disk)[..good], whole[..good], "cut at {cut}");
        let (_, history) = open(&disk).unwrap();
        assert_eq!(result(&history, 10), Some(10), "cut at {cut}");
    }
}

#[test]
fn two_tails_torn_at_the_same_place_are_both_kept() {
    let (whole, _) = sample(1);
    let disk = scratch();
    for (torn, file) in [("first", "torn"), ("second", "torn.1"), ("first", "torn")] {
        disk.plant(path(), &[&whole, torn.as_bytes()].concat());
        let (_, history) = open(&disk).unwrap();
        let file = file.replace("torn", &format!("torn-{}", whole.len()));
        assert_eq!(history.torn.unwrap().file, file);
        assert_eq!(disk::read(&disk, &Path::new("/run").join(file)).unwrap(), torn.as_bytes());
    }
}

#[test]
fn what_a_killed_process_left_unsynced_is_durable_once_it_was_read() {
    let disk = scratch();
    let (journal, _) = open(&disk).unwrap();
    work(&journal, 0, 1).1.unwrap();
    drop(journal.append(finished(1), Durability::Relaxed));
    drop(journal);
    disk.restart();
    let (_, history) = open(&disk).unwrap();
    assert_eq!(result(&history, 1), Some(1));
    disk.reboot(Tear::Drop);
    let (_, history) = open(&disk).unwrap();
    assert_eq!(result(&history, 1), Some(1), "a step that was taken for finished would run again");
}

#[test]
fn what_was_set_aside_outlives_a_power_failure() {
    let (whole, _) = sample(1);
    let disk = scratch();
    disk.plant(path(), &[&whole, b"half a rec".as_slice()].concat());
    let (_, history) = open(&disk).unwrap();
    disk.reboot(Tear::Drop);
    let file = Path::new("/run").join(history.torn.unwrap().file);
    assert_eq!(disk::read(&disk, &file).unwrap(), b"half a rec");
    assert!(bytes(&disk).starts_with(&whole));
}

#[test]
fn a_changed_bit_anywhere_but_in_the_last_record_is_refused_with_its_place() {
    let (whole, starts) = sample(100);
    assert!(starts.len() > 200);
    // Without the newline before the last record, both are one line with nothing good behind it: a torn tail like any other.
    let last = starts[starts.len() - 1] - 1;
    for at in (0..last).filter(|at| at % 7 == 0 || starts.contains(&(at + 1))) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        let line = starts.iter().rposition(|start| *start <= at).unwrap();
        match scan_of(&damaged).unwrap_err() {
            StoreError::Corrupt { record, offset, .. } => {
                assert_eq!((record, offset), (line as u64 + 1, starts[line] as u64), "byte {at}");
            }
            error => panic!("byte {at}: {error}"),
        }
    }
}

#[test]
fn a_line_that_is_missing_doubled_or_moved_is_refused_with_its_place() {
    let (whole, starts) = sample(3);
    let line = |n: usize| &whole[starts[n]..starts.get(n + 1).copied().unwrap_or(whole.len())];
    let joined = |order: &[usize]| order.iter().flat_map(|n| line(*n).to_vec()).collect::<Vec<_>>();
    for (order, record, why) in [
        (vec![0, 1, 3, 4, 5, 6], 3, "record 4 stands where record 3 was due"),
        (vec![0, 1, 2, 2, 3, 4], 4, "record 3 stands where record 4 was due"),
        (vec![0, 2, 1, 3, 4, 5], 2, "record 3 stands where record 2 was due"),
        (vec![1, 2, 3], 1, "record 2 stands where record 1 was due"),
    ] {
        let message = scan_of(&joined(&order)).unwrap_err().to_string();
        let offset = order[..record - 1].iter().map(|n| line(*n).len()).sum::<usize>();
        let due = format!(
            "`{PATH}` is damaged at record {record} (byte {offset}): {why}; nothing was changed; \
             `flow doctor run` can save the records before it"
        );
        assert_eq!(message, due);
    }
}

#[test]
fn a_record_of_another_chain_or_of_an_older_epoch_is_refused() {
    let (one, _) = sample(1);
    let line = |chain: &mut Chain| {
        let mut out = Vec::new();
        let note = Note { text: "from elsewhere".into() }.into();
        record::Body::new(&note, Time::from_millis(0)).unwrap().write_line(chain, &mut out);
        out
    };
    let last = scan_of(&one).unwrap().chain;
    for (chain, why) in [
        (Chain { crc: last.crc ^ 1, ..last }, "it does not continue the record before it"),
        (Chain { epoch: 0, ..last }, "epoch 0 follows epoch 1: two programs wrote at once"),
    ] {
        let message = scan_of(&[one.clone(), line(&mut chain.clone())].concat()).unwrap_err().to_string();
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn opening_a_damaged_journal_changes_nothing() {
    let (whole, starts) = sample(3);
    let mut damaged = whole.clone();
    damaged[starts[2] + 20] ^= 1;
    let disk = scratch();
    disk.plant(path(), &damaged);
    assert!(matches!(open(&disk), Err(StoreError::Corrupt { record: 3, .. })));
    assert_eq!(bytes(&disk), damaged);
    assert_eq!(disk.list(Path::new("/run")).unwrap(), ["journal.jsonl"]);
}

#[test]
fn salvaging_keeps_the_good_records_and_every_byte_of_the_rest() {
    let (whole, starts) = sample(3);
    for line in 0..starts.len() - 1 {
        let mut damaged = whole.clone();
        damaged[starts[line] + 20] ^= 1;
        let disk = scratch();
        disk.plant(path(), &damaged);
        let salvaged = salvage(&disk, path()).unwrap().unwrap();
        let file = format!("damaged-{}", starts[line]);
        assert_eq!((salvaged.records, &salvaged.aside.as_ref().unwrap().1), (line as u64, &file));
        disk.reboot(Tear::Drop);
        assert_eq!(disk::read(&disk, &Path::new("/run").join(file)).unwrap(), &damaged[starts[line]..]);
        assert_eq!(bytes(&disk), &whole[..starts[line]]);
        assert_eq!(salvage(&disk, path()).unwrap(), None, "there is nothing more to salvage");
        let (journal, history) = open(&disk).unwrap();
        assert_eq!(result(&history, 0).is_some(), line >= 3);
        work(&journal, 0, 3).1.unwrap();
    }
}

#[test]
fn garbage_of_any_length_is_never_taken_for_a_record() {
    for len in [1, 9, 10, 255, 300_000, 2_000_000] {
        for byte in [0, b'x', b'\n', b'0', 0xff] {
            let scan = scan_of(&vec![byte; len]).unwrap();
            assert_eq!((scan.chain.seq, scan.len, scan.end), (0, 0, End::Torn { bytes: len as u64 }));
        }
    }
}

#[test]
fn a_record_longer_than_any_buffer_is_read() {
    let disk = scratch();
    let (journal, _) = open(&disk).unwrap();
    let text = "x".repeat(3_000_000);
    drop(journal.append(Note { text: text.clone() }, Durability::Synced));
    drop(journal.append(finished(1), Durability::Synced));
    drop(journal);
    let (_, history) = open(&disk).unwrap();
    assert_eq!(result(&history, 1), Some(1));
    assert_eq!(history.progress.seq, 3);
}

/// What a disk that is full, or fails to sync, at every possible moment must leave behind.
fn every_fault(faults: impl Fn(u64) -> Faults, is_due: impl Fn(&StoreError) -> bool) {
    for at in 1.. {
        let disk = scratch();
        let (journal, _) = open(&disk).unwrap();
        let (before, _) = work(&journal, 0, 3);
        disk.set_faults(faults(at));
        let (done, ended) = work(&journal, before, 4);
        let Err(error) = ended else {
            assert!(at > 4, "the fault at {at} never happened");
            return;
        };
        assert!(is_due(&error), "fault at {at}: {error}");
        // Nothing is acknowledged afterwards, although the disk would take it again.
        disk.set_faults(Faults::default());
        assert!(journal.commit(finished(99)).is_err());
        assert!(journal.append(finished(99), Durability::Relaxed).wait().is_err());
        drop(journal);
        // The next process finds whole records and nothing to set aside, and what it adds outlives a power failure.
        disk.restart();
        let (journal, history) = open(&disk).unwrap();
        assert!(history.torn.is_none(), "fault at {at}");
        work(&journal, 20, 1).1.unwrap();
        drop((journal, history));
        for tear in [Tear::Drop, Tear::Half, Tear::AllButOne, Tear::Zeros, Tear::Keep] {
            disk.reboot(tear);
            let (journal, history) = open(&disk).unwrap();
            for number in 0..before + done {
                assert_eq!(result(&history, number), Some(number), "fault at {at}, {tear:?}: lost");
            }
            assert_eq!(result(&history, 99), None, "fault at {at}, {tear:?}");
            assert_eq!(result(&history, 20), Some(20), "fault at {at}, {tear:?}");
            // The run goes on where it was.
            work(&journal, before + done, 1).1.unwrap();
        }
    }
}

#[test]
fn a_disk_that_is_full_at_any_write_loses_nothing_acknowledged() {
    every_fault(|at| Faults { full_at_write: Some(at), ..Faults::default() }, StoreError::is_disk_full);
}

#[test]
fn a_sync_that_fails_at_any_moment_loses_nothing_acknowledged_and_is_not_tried_again() {
    every_fault(
        |at| Faults { error_at_sync: Some(at), ..Faults::default() },
        |error| matches!(error, StoreError::SyncFailed { .. }),
    );
}

#[test]
fn a_death_or_a_power_failure_at_any_operation_loses_nothing_acknowledged() {
    let tears = [
        None,
        Some(Tear::Drop),
        Some(Tear::Half),
        Some(Tear::AllButOne),
        Some(Tear::Zeros),
        Some(Tear::Keep),
    ];
    for tear in tears {
        for first in 1.. {
            let disk = scratch();
            disk.set_faults(Faults { crash_at: Some(first), ..Faults::default() });
            let (mut acknowledged, mut ended) = (0, Ok(()));
            if let Ok((journal, _)) = open(&disk) {
                (acknowledged, ended) = work(&journal, 0, 3);
            }
            let survived = ended.is_ok() && acknowledged == 3;
            let restart = || match tear {
                None => disk.restart(),
                Some(tear) => disk.reboot(tear),
            };
            restart();
            // The recovery dies as well, at each of its own operations, before one is let through.
            for second in 1.. {
                disk.set_faults(Faults { crash_at: Some(second), ..Faults::default() });
                let opened = open(&disk).map(|(journal, history)| (work(&journal, 50, 1), history));
                let died = disk.counters().0 >= second;
                if let (false, Ok((_, history))) = (died, &opened) {
                    for number in 0..acknowledged {
                        assert_eq!(
                            result(history, number),
                            Some(number),
                            "{tear:?} at {first}, then at {second}"
                        );
                    }
                }
                drop(opened);
                restart();
                if !died {
                    break;
                }
            }
            let (_, history) = open(&disk).unwrap_or_else(|error| panic!("{tear:?} at {first}: {error}"));
            assert!(
                (0..acknowledged).all(|number| result(&history, number) == Some(number)),
                "{tear:?} at {first}"
            );
            assert_eq!(result(&history, 50), Some(50), "{tear:?} at {first}");
            if survived {
                assert!(first > 6, "hardly any operation was cut: {first}");
                break;
            }
        }
    }
}

#[test]
fn no_bytes_whatsoever_make_the_reader_panic() {
    use proptest::prelude::*;
    let (whole, _) = sample(3);
    let edits = proptest::collection::vec((0..whole.len(), any::<u8>(), 0..3_u8), 0..6);
    proptest!(|(edits in edits, garbage in proptest::collection::vec(any::<u8>(), 0..200))| {
        let mut content = whole.clone();
        for (at, byte, what) in edits {
            let at = at.min(content.len().saturating_sub(1));
            match what {
                0 => content[at] = byte,
                1 => content.insert(at, byte),
                _ => drop(content.drain(at..(at + byte as usize).min(content.len()))),
            }
            if content.is_empty() { content.push(b'\n'); }
        }
        content.extend(garbage);
        if let Ok(scan) = scan_of(&content) {
            // Whatever is accepted is what was written.
            prop_assert!(whole.starts_with(&content[..scan.len as usize]));
        }
    });
}
