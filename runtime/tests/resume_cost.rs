//! What a resume costs, counted: a recorded step is looked up, and nothing else is done for it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test, its helpers included")]

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flow_ir::build::*;
use flow_ir::{BinaryOp, Name, Node, Op, Pattern, Program, Type};
use flow_runtime::agents::Providers;
use flow_runtime::boundary::Workspace;
use flow_runtime::disk::{Disk, DiskFile, MemDisk, Open};
use flow_runtime::interp::pure::Pure;
use flow_runtime::journal::system_clock;
use flow_runtime::process::LocalExecutor;
use flow_runtime::run::{Control, Ended, Observer, Seen, Surroundings, drive, reopen};
use flow_runtime::store::{Holder, NewRun, OpenRun, Runs};
use serde_json::value::RawValue;

/// What was asked of a disk.
#[derive(Debug, Default)]
struct Counts {
    /// Files that were opened, directories, renames and looks.
    names: AtomicU64,
    /// Lines that were written: records wait for one another, so how many writes they take is chance.
    lines: AtomicU64,
    syncs: AtomicU64,
    reads: AtomicU64,
    bytes_read: AtomicU64,
}

impl Counts {
    fn add(&self, count: impl Fn(&Self) -> &AtomicU64) {
        count(self).fetch_add(1, Ordering::Relaxed);
    }

    /// Everything but the reads, and the reads with their bytes; all begin at zero again.
    fn take(&self) -> ([u64; 3], [u64; 2]) {
        let take = |count: &AtomicU64| count.swap(0, Ordering::Relaxed);
        (
            [take(&self.names), take(&self.lines), take(&self.syncs)],
            [take(&self.reads), take(&self.bytes_read)],
        )
    }
}

/// A disk that counts.
#[derive(Debug)]
struct Counting(MemDisk, Arc<Counts>);

#[derive(Debug)]
struct CountingFile(Box<dyn DiskFile>, Arc<Counts>);

impl Disk for Counting {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.1.add(|it| &it.names);
        self.0.create_dir(path)
    }

    fn open(&self, path: &Path, how: Open) -> io::Result<Box<dyn DiskFile>> {
        self.1.add(|it| &it.names);
        Ok(Box::new(CountingFile(self.0.open(path, how)?, Arc::clone(&self.1))))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.1.add(|it| &it.names);
        self.0.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.1.add(|it| &it.names);
        self.0.remove(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.1.add(|it| &it.syncs);
        self.0.sync_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.1.add(|it| &it.names);
        self.0.list(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.1.add(|it| &it.names);
        self.0.exists(path)
    }
}

impl DiskFile for CountingFile {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let read = self.0.read_at(buffer, offset)?;
        self.1.add(|it| &it.reads);
        self.1.bytes_read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }

    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        self.1.lines.fetch_add(lines as u64, Ordering::Relaxed);
        self.0.write_at(bytes, offset)
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.0.truncate(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.1.add(|it| &it.syncs);
        self.0.sync()
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        self.0.try_lock()
    }

    fn touch(&mut self) -> io::Result<()> {
        self.0.touch()
    }

    fn age_seconds(&self) -> io::Result<u64> {
        self.0.age_seconds()
    }
}

/// Counts what is shown.
#[derive(Default)]
struct Shown(AtomicU64, AtomicU64);

impl Observer for Shown {
    fn see(&self, seen: &Seen) {
        self.0.fetch_add(1, Ordering::Relaxed);
        if let Seen::Replayed { steps } = seen {
            self.1.store(*steps, Ordering::Relaxed);
        }
    }
}

/// Looks at the clock and says something, `count` times; then is blocked.
fn program_of(count: i64) -> Program {
    let each = node(Op::For {
        key: "for".into(),
        parallel: false,
        pattern: Pattern::Bind(0),
        list: binary(BinaryOp::Range, int(1), int(count)).into(),
        max: None,
        body: block([
            keyed(effect("random", [], Type::Float), "random"),
            keyed(effect("log", [text("words")], Type::None), "log"),
        ])
        .into(),
    });
    let blocked: Node = node(Op::Blocked { key: "blocked".into(), reason: text("held").into() });
    let mut it = program("main");
    it.flows.insert(Name::from("main"), flow(frame([], Type::None, ["item"]), block([each, blocked])));
    it.fill_tables();
    it
}

fn me() -> Holder {
    Holder::this_process(system_clock()())
}

/// Drives a run until it is blocked; returns how many results were taken from the journal, and how much was shown.
fn until_blocked(run: OpenRun, workspace: &Path) -> (u64, u64) {
    let program = Program::from_document(&run.program).unwrap();
    let pure = Pure::with_depth(Rc::new(program), 400);
    let around = Surroundings {
        workspace: Workspace::at(workspace).unwrap(),
        environment: BTreeMap::new(),
        executor: Rc::new(LocalExecutor::new()),
        providers: Providers::default(),
        clock: system_clock(),
        patient: false,
    };
    let shown = Shown::default();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let ended = runtime.block_on(drive(&pure, run, around, Control::default(), &shown)).unwrap();
    assert!(matches!(ended, Ended::Halted(_)), "{ended:?}");
    (shown.1.into_inner(), shown.0.into_inner())
}

/// What the resume of a run with twice as many recorded steps asks of the disk and shows, and the length of its journal.
fn resume_of(count: i64) -> ([u64; 3], [u64; 2], u64, u64) {
    let workspace = tempfile::tempdir().unwrap();
    let (disk, counts) = (MemDisk::new(), Arc::<Counts>::default());
    let runs = Runs::new(Arc::new(Counting(disk.clone(), Arc::clone(&counts))), "/runs");
    let document = program_of(count).to_document().unwrap();
    let inputs = RawValue::from_string("{}".to_owned()).unwrap();
    let new = NewRun { flow: "main", code: "MAIN", inputs, program: &document, revision: None, parent: None };
    until_blocked(runs.create(new, me(), system_clock()).unwrap(), workspace.path());
    let id = "MAIN-1".parse().unwrap();
    let journal = disk.open(&runs.find(&id).unwrap().journal_path(), Open::Read).unwrap().len().unwrap();
    counts.take();
    let run = runs.open(&id, me(), system_clock()).unwrap();
    reopen(&run).unwrap();
    let (replayed, shown) = until_blocked(run, workspace.path());
    assert_eq!(replayed, 2 * u64::try_from(count).unwrap());
    let (operations, reads) = counts.take();
    (operations, reads, shown, journal)
}

#[test]
fn a_recorded_step_opens_and_writes_and_shows_nothing_when_its_run_is_resumed() {
    let (few, _, few_shown, short) = resume_of(10);
    let (many, [reads, bytes], many_shown, long) = resume_of(2_000);
    assert!(long > 100 * short);
    assert_eq!(many, few, "names, lines that are written, and syncs");
    assert_eq!(many_shown, few_shown);
    // Once to check it and once to take the results from it, in large pieces.
    assert!(bytes < 2 * long + 200_000, "{bytes} bytes were read of a journal of {long}");
    assert!(reads < 2 * long / 60_000 + 20, "{bytes} bytes were read in {reads} pieces");
}
