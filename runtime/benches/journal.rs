//! What durability costs: `cargo bench -p flow-runtime --bench journal`.
//!
//! `floor_*` is the same without the journal's code: one write and one `fdatasync`. Set `TMPDIR` to the disk to measure.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use divan::{Bencher, black_box};
use flow_runtime::disk::{Disk, MemDisk, RealDisk};
use flow_runtime::journal::{
    Durability, History, Journal, Recorded, StepFinished, StepHash, StepKey, StepKind, StepStarted, read,
    system_clock,
};
use flow_runtime::store::Holder;
use serde_json::value::RawValue;

fn main() {
    divan::main();
}

fn open(disk: &dyn Disk, path: &Path) -> (Journal, History) {
    let clock = system_clock();
    Journal::open(disk, path, Holder::this_process(clock()), clock).expect("the journal opens")
}

fn key(number: usize) -> StepKey {
    StepKey::new(format!("ship#1/design_phase/loop[{number}]/architect"))
}

fn finished(number: usize) -> StepFinished {
    let json = r#"{"verdict":"accepted","notes":"the second verse carries it","score":7}"#;
    let result = Recorded::inline(RawValue::from_string(json.to_owned()).expect("it is JSON"));
    StepFinished {
        key: key(number),
        hash: StepHash::of([]),
        attempt: 1,
        result: result.expect("it is short"),
    }
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

fn scratch() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path().join("journal.jsonl");
    (directory, path)
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().expect("a tokio runtime").block_on(future)
}

#[divan::bench(sample_count = 1000, sample_size = 1)]
fn floor_write_and_fdatasync(bencher: Bencher) {
    let (_directory, path) = scratch();
    let file = File::create(path).expect("a file");
    let mut at = 0;
    bencher.bench_local(|| {
        file.write_all_at(&[b'x'; 320], at).expect("a write");
        file.sync_data().expect("a sync");
        at += 320;
    });
}

#[divan::bench(sample_count = 1000, sample_size = 1)]
fn synced_append_awaited(bencher: Bencher) {
    let (_directory, path) = scratch();
    let (journal, _) = open(&RealDisk, &path);
    let tokio = tokio::runtime::Builder::new_current_thread().build().expect("a tokio runtime");
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        tokio
            .block_on(async { journal.append(finished(number), Durability::Synced).await })
            .expect("a record");
    });
}

#[divan::bench(sample_count = 1000, sample_size = 1)]
fn synced_commit(bencher: Bencher) {
    let (_directory, path) = scratch();
    let (journal, _) = open(&RealDisk, &path);
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        journal.commit(finished(number)).expect("a record");
    });
}

#[divan::bench(sample_count = 1000, sample_size = 1)]
fn synced_append_waited_for(bencher: Bencher) {
    let (_directory, path) = scratch();
    let (journal, _) = open(&RealDisk, &path);
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        journal.append(finished(number), Durability::Synced).wait().expect("a record");
    });
}

/// One step's two records: the start relaxed, the result synced.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn records_of_a_step(bencher: Bencher) {
    let (_directory, path) = scratch();
    let (journal, _) = open(&RealDisk, &path);
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        drop(journal.append(started(number), Durability::Relaxed));
        journal.commit(finished(number)).expect("a record");
    });
}

/// 64 records that are waited for together.
#[divan::bench(args = [2, 8, 64], sample_count = 200, sample_size = 1)]
fn synced_appends_at_once(bencher: Bencher, at_once: usize) {
    let (_directory, path) = scratch();
    let (journal, _) = open(&RealDisk, &path);
    let mut number = 0;
    bencher.counter(at_once).bench_local(|| {
        let tickets: Vec<_> = (0..at_once)
            .map(|_| {
                number += 1;
                journal.append(finished(number), Durability::Synced)
            })
            .collect();
        block_on(async {
            for ticket in tickets {
                ticket.await.expect("a record");
            }
        });
    });
}

/// A journal of `steps` finished steps, two records each.
fn filled(disk: &dyn Disk, path: &Path, steps: usize) {
    let (journal, _) = open(disk, path);
    for number in 0..steps {
        drop(journal.append(started(number), Durability::Relaxed));
        drop(journal.append(finished(number), Durability::Relaxed));
    }
    journal.commit(finished(steps)).expect("a record");
}

#[divan::bench(args = [1_000, 100_000], sample_count = 10, sample_size = 1)]
fn scan_of_finished_steps(bencher: Bencher, steps: usize) {
    let (_directory, path) = scratch();
    filled(&RealDisk, &path, steps);
    bencher.counter(2 * steps).bench_local(|| {
        let mut seen = 0;
        read(&RealDisk, &path, &mut |record, _| seen += record.seq).expect("it reads");
        black_box(seen)
    });
}

/// Opening and asking for every result, as a replay does.
#[divan::bench(args = [1_000, 100_000], sample_count = 10, sample_size = 1)]
fn resume_of_finished_steps(bencher: Bencher, steps: usize) {
    let (_directory, path) = scratch();
    filled(&RealDisk, &path, steps);
    let keys: Vec<_> = (0..steps).map(key).collect();
    bencher.counter(steps).bench_local(|| {
        let (journal, history) = open(&RealDisk, &path);
        for key in &keys {
            assert!(history.settled(key).expect("it reads").is_some());
        }
        journal
    });
}

/// The journal's own work on a record, without a disk.
#[divan::bench(sample_count = 100)]
fn relaxed_append_in_memory(bencher: Bencher) {
    let disk: Arc<dyn Disk> = Arc::new(MemDisk::new());
    let (journal, _) = open(&*disk, Path::new("/journal.jsonl"));
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        drop(journal.append(finished(number), Durability::Relaxed));
    });
}
