//! Appending: one thread that writes whatever is queued with one write, and syncs once for all who asked for it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::history::Builder;
use super::mend::set_aside;
use super::record::{Body, Chain};
use super::scan::{End, newer, scan};
use super::{Clock, Event, History, Progress, RunOpened, TornTailSetAside};
use crate::disk::{Disk, DiskFile, Open};
use crate::store::{Holder, StoreError};

/// How sure a record must be before its ticket resolves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It outlives a power failure: results, intents, answers, the end.
    Synced,
    /// It outlives the process, and a power failure as soon as any later record is synced.
    Relaxed,
}

/// Proof that a record was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The record's number.
    pub seq: u64,
}

/// Resolves when the record is as durable as was asked. Dropping it does not take the record back.
#[derive(Debug)]
#[must_use = "until the ticket resolves, the record may not be there"]
pub struct Ticket(oneshot::Receiver<Result<Receipt, StoreError>>);

impl Ticket {
    /// Waits on this thread; not for use inside async code.
    ///
    /// # Errors
    /// The record was not written, and is not in the journal.
    pub fn wait(self) -> Result<Receipt, StoreError> {
        self.0.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl Future for Ticket {
    type Output = Result<Receipt, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|received| received.unwrap_or(Err(StoreError::Closed)))
    }
}

/// Records that may be queued before `append` commits them itself.
const QUEUE: usize = 1024;

/// An open journal. Dropping it writes what is queued.
pub struct Journal {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    clock: Clock,
}

/// What callers and the writer thread share. Whoever holds `writer` commits all that is queued; nobody takes from the queue
/// without it, so that records are written in the order in which they were queued.
struct Shared {
    queue: Mutex<Queue>,
    ready: Condvar,
    writer: Mutex<Writer>,
    /// Of the writer, who is held as long as a sync takes.
    synced: Arc<AtomicU64>,
    path: PathBuf,
}

struct Queue {
    records: Vec<Queued>,
    progress: Progress,
    closed: bool,
}

struct Queued {
    body: Body,
    durability: Durability,
    ticket: oneshot::Sender<Result<Receipt, StoreError>>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the journal, made when missing, for the next epoch. The caller holds the run's lock.
    ///
    /// A torn tail is copied to `torn-<offset>` beside the journal, cut off, and noted. The first record of the epoch is
    /// queued, not yet durable: it is so with the first record that is synced.
    ///
    /// # Errors
    /// The journal is damaged (it is left as it is), a newer program wrote it, or the disk fails.
    pub fn open(
        disk: &dyn Disk,
        path: &Path,
        holder: Holder,
        clock: Clock,
    ) -> Result<(Self, History), StoreError> {
        let io = |doing| move |error| StoreError::io(doing, path, error);
        let directory = path.parent().unwrap_or(Path::new("."));
        let mut file = disk.open(path, Open::Write).map_err(io("open"))?;
        if file.is_empty().map_err(io("open"))? {
            // A name that nobody made durable is of no use to the records under it.
            disk.sync_dir(directory).map_err(io("create"))?;
        }
        let mut builder = Builder::default();
        let found = scan(&*file, path, &mut |line, place| builder.take(line, place))?;
        let torn = match found.end {
            // What the last process wrote and did not sync counts from now on, so it must not be lost later.
            End::Clean if found.len > 0 => file.sync().map(|()| None).map_err(io("read"))?,
            End::Clean => None,
            End::Torn { bytes } => {
                let file_name = set_aside(disk, &*file, directory, "torn", found.len)?;
                file.truncate(found.len).and_then(|()| file.sync()).map_err(io("cut"))?;
                Some(TornTailSetAside { bytes, file: file_name.into() })
            }
        };
        let reader = disk.open(path, Open::Read).map_err(io("read"))?;
        let history = builder.finish(reader, path.to_owned());
        let mut history = history.map_err(|unknown| newer(path, unknown))?;
        history.torn.clone_from(&torn);

        let chain = Chain { epoch: found.chain.epoch + 1, ..found.chain };
        let progress = Progress { epoch: chain.epoch, ..history.progress.clone() };
        let synced = Arc::new(AtomicU64::new(found.len));
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue { records: Vec::new(), progress, closed: false }),
            ready: Condvar::new(),
            writer: Mutex::new(Writer {
                file,
                path: path.to_owned(),
                len: found.len,
                synced: Arc::clone(&synced),
                chain,
                failed: None,
                lines: Vec::new(),
            }),
            synced,
            path: path.to_owned(),
        });
        let thread = std::thread::Builder::new().name("journal".to_owned());
        let thread = thread.spawn({
            let shared = Arc::clone(&shared);
            move || shared.run()
        });
        let thread = thread.map_err(io("start the writer of"))?;
        let journal = Self { shared, thread: Some(thread), clock };
        let opened = RunOpened { holder, engine: env!("CARGO_PKG_VERSION").into() };
        drop(journal.append(opened, Durability::Relaxed));
        if let Some(torn) = torn {
            drop(journal.append(torn, Durability::Relaxed));
        }
        Ok((journal, history))
    }

    /// Queues a record. Records are written in the order of these calls.
    ///
    /// A failed write or sync ends the journal: this record and all later ones fail with the same error, nothing of them is
    /// in the file, and the run must be opened anew.
    pub fn append(&self, event: impl Into<Event>, durability: Durability) -> Ticket {
        let (ticket, queued) = self.queue(&event.into(), durability);
        if queued < QUEUE {
            self.shared.ready.notify_one();
        } else {
            // The disk is slower than its callers: they wait for it here rather than in memory.
            self.shared.commit();
        }
        ticket
    }

    /// Records and syncs on this thread, with all that is queued before. Saves the way to the writer thread and back (about
    /// half of a sync), and blocks meanwhile: for a run that has nothing else to do.
    ///
    /// # Errors
    /// The record was not written, and is not in the journal.
    pub fn commit(&self, event: impl Into<Event>) -> Result<Receipt, StoreError> {
        self.write(event, Durability::Synced)
    }

    /// The same with a choice of how sure the record is to be: a relaxed one outlives this process when this returns.
    ///
    /// # Errors
    /// The record was not written, and is not in the journal.
    pub fn write(&self, event: impl Into<Event>, durability: Durability) -> Result<Receipt, StoreError> {
        let (mut ticket, _) = self.queue(&event.into(), durability);
        self.shared.commit();
        // Whoever took the record from the queue held the writer until its ticket was resolved.
        ticket.0.try_recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Puts a record into the queue; also returns how many are in it.
    fn queue(&self, event: &Event, durability: Durability) -> (Ticket, usize) {
        let (ticket, receiver) = oneshot::channel();
        let time = (self.clock)();
        let body = Body::new(event, time);
        let mut queue = lock(&self.shared.queue);
        match body {
            Ok(body) => {
                let (seq, epoch) = (queue.progress.seq + 1, queue.progress.epoch);
                queue.progress.apply_event(seq, time, epoch, event);
                queue.records.push(Queued { body, durability, ticket });
            }
            Err(error) => {
                let error = StoreError::io("put a value into", &self.shared.path, error.into());
                let _ = ticket.send(Err(error));
            }
        }
        (Ticket(receiver), queue.records.len())
    }

    /// The state of the run, queued records included.
    pub fn progress(&self) -> Progress {
        lock(&self.shared.queue).progress.clone()
    }

    /// How many bytes of the file are known to be durable.
    pub fn synced(&self) -> u64 {
        self.shared.synced.load(Ordering::Acquire)
    }

    /// What keeps this journal as it is from another thread.
    pub fn seal(&self) -> Seal {
        Seal(Arc::downgrade(&self.shared))
    }

    /// The number of this opening.
    pub fn epoch(&self) -> u64 {
        lock(&self.shared.queue).progress.epoch
    }
}

/// Keeps a journal as it is, for a thread that does not have it.
#[derive(Clone)]
pub struct Seal(Weak<Shared>);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

impl Seal {
    /// Nothing is written while this works: whoever records waits for its end. What is being written is waited for.
    pub fn hold<T>(&self, work: impl FnOnce() -> T) -> T {
        let shared = self.0.upgrade();
        let _writer = shared.as_ref().map(|shared| lock(&shared.writer));
        work()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        lock(&self.shared.queue).closed = true;
        self.shared.ready.notify_one();
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has dropped its tickets, which tell everybody.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// The writer thread: commits until the journal is closed and nothing is queued.
    fn run(&self) {
        loop {
            let mut queue = lock(&self.queue);
            while queue.records.is_empty() && !queue.closed {
                queue = self.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            if queue.records.is_empty() {
                return;
            }
            drop(queue);
            self.commit();
        }
    }

    /// Writes all that is queued at once, syncs if anybody asked for it, and resolves the tickets.
    fn commit(&self) {
        let mut writer = lock(&self.writer);
        let records = std::mem::take(&mut lock(&self.queue).records);
        if !records.is_empty() {
            writer.commit(records);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of the file. One at a time has it.
struct Writer {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    /// Bytes of whole records in the file.
    len: u64,
    /// Bytes of them that are known to be durable.
    synced: Arc<AtomicU64>,
    chain: Chain,
    failed: Option<StoreError>,
    /// The lines of a batch, kept for the next one.
    lines: Vec<u8>,
}

impl Writer {
    fn commit(&mut self, records: Vec<Queued>) {
        let mut chain = self.chain;
        let first = chain.seq + 1;
        let sync = records.iter().any(|queued| queued.durability == Durability::Synced);
        let mut lines = std::mem::take(&mut self.lines);
        for queued in &records {
            queued.body.write_line(&mut chain, &mut lines);
        }
        let result = self.write(&lines, chain, sync);
        lines.clear();
        lines.shrink_to(1024 * 1024);
        self.lines = lines;
        for (seq, queued) in (first..).zip(records) {
            // Nobody may be waiting for it.
            let _ = queued.ticket.send(result.clone().map(|()| Receipt { seq }));
        }
    }

    fn write(&mut self, lines: &[u8], chain: Chain, sync: bool) -> Result<(), StoreError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if let Err(error) = self.file.write_at(lines, self.len) {
            // Half a batch may be there; nobody was told about any of it.
            let _ = self.file.truncate(self.len);
            return Err(self.fail(StoreError::write(&self.path, error)));
        }
        self.len += lines.len() as u64;
        self.chain = chain;
        if sync {
            if let Err(error) = self.file.sync() {
                // The kernel may have dropped the pages and will not say so twice: nothing that was written since the last
                // good sync can be trusted, so none of it stays, and this file is not synced again.
                let _ = self.file.truncate(self.synced.load(Ordering::Acquire));
                return Err(self.fail(StoreError::sync(&self.path, error)));
            }
            self.synced.store(self.len, Ordering::Release);
        }
        Ok(())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.failed = Some(error.clone());
        error
    }
}
