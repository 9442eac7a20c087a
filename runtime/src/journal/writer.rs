//! Appending: one thread that writes whatever is queued with one write, and syncs once for all who asked for it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::history::Builder;
use super::record::{Body, Chain};
use super::scan::{End, scan};
use super::{Clock, Event, History, Progress, RunOpened, TornTailSetAside};
use crate::disk::{self, Disk, DiskFile, Open, Reach};
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

/// Records that may be queued before `append` makes its caller wait.
const QUEUE: usize = 1024;
/// Bytes that are written at once, at most about this many.
const BATCH: usize = 4 * 1024 * 1024;

/// An open journal. Dropping it writes what is queued.
pub struct Journal {
    queue: Option<SyncSender<Queued>>,
    thread: Option<JoinHandle<()>>,
    progress: Mutex<Progress>,
    clock: Clock,
    path: PathBuf,
}

struct Queued {
    body: Body,
    durability: Durability,
    ticket: oneshot::Sender<Result<Receipt, StoreError>>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
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
        let is_new = !disk.exists(path).map_err(io("open"))?;
        let mut file = disk.open(path, Open::Write).map_err(io("open"))?;
        if is_new {
            disk.sync_dir(directory).map_err(io("create"))?;
        }
        let mut builder = Builder::default();
        let found = scan(&*file, path, &mut |record, place| builder.take(record, place))?;
        let torn = match found.end {
            End::Clean => None,
            End::Torn { bytes } => {
                let file_name = set_aside(disk, &*file, directory, found.len, bytes)?;
                file.truncate(found.len).and_then(|()| file.sync()).map_err(io("cut"))?;
                Some(TornTailSetAside { bytes, file: file_name.into() })
            }
        };
        let reader = disk.open(path, Open::Read).map_err(io("read"))?;
        let mut history = builder.finish(reader, path.to_owned());
        history.torn.clone_from(&torn);

        let chain = Chain { epoch: found.chain.epoch + 1, ..found.chain };
        let (queue, received) = sync_channel(QUEUE);
        let (path, progress) = (path.to_owned(), Mutex::new(history.progress.clone()));
        let writer =
            Writer { file, path: path.clone(), len: found.len, synced: found.len, chain, failed: None };
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run(&received))
            .map_err(|error| StoreError::io("start the writer of", &path, error))?;
        lock(&progress).epoch = chain.epoch;
        let journal = Self { queue: Some(queue), thread: Some(thread), progress, clock, path };
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
        let event = event.into();
        let (ticket, receiver) = oneshot::channel();
        let time = (self.clock)();
        match (Body::new(&event, time), &self.queue) {
            (Ok(body), Some(queue)) => {
                // The lock is held while the record is queued, so that both take records in the same order.
                let mut progress = lock(&self.progress);
                let (seq, epoch) = (progress.seq + 1, progress.epoch);
                progress.apply_event(seq, time, epoch, &event);
                if let Err(refused) = queue.send(Queued { body, durability, ticket }) {
                    let _ = refused.0.ticket.send(Err(StoreError::Closed));
                }
            }
            (Err(error), _) => {
                let error = std::io::Error::from(error);
                let _ = ticket.send(Err(StoreError::io("put a value into", &self.path, error)));
            }
            (Ok(_), None) => {
                let _ = ticket.send(Err(StoreError::Closed));
            }
        }
        Ticket(receiver)
    }

    /// The state of the run, queued records included.
    pub fn progress(&self) -> Progress {
        lock(&self.progress).clone()
    }

    /// The number of this opening.
    pub fn epoch(&self) -> u64 {
        lock(&self.progress).epoch
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has dropped its tickets, which tell everybody.
            let _ = thread.join();
        }
    }
}

fn lock(progress: &Mutex<Progress>) -> std::sync::MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Copies the bytes behind `offset` into a file of their own, durable before they are cut off. Returns its name.
fn set_aside(
    disk: &dyn Disk,
    file: &dyn DiskFile,
    directory: &Path,
    offset: u64,
    bytes: u64,
) -> Result<String, StoreError> {
    let io = |error| StoreError::io("set a torn record aside in", directory, error);
    let mut torn = vec![0; usize::try_from(bytes).map_err(|it| io(std::io::Error::other(it)))?];
    let mut at = 0;
    while at < torn.len() {
        match file.read_at(&mut torn[at..], offset + at as u64).map_err(io)? {
            0 => break,
            read => at += read,
        }
    }
    torn.truncate(at);
    for number in 0_u32.. {
        let name = if number == 0 { format!("torn-{offset}") } else { format!("torn-{offset}.{number}") };
        let path = directory.join(&name);
        // Another tail may have been torn at this place before; the same bytes were set aside by an opening that was cut.
        if !disk.exists(&path).map_err(io)? || disk::read(disk, &path).map_err(io)? == torn {
            disk::replace(disk, &path, &torn, Reach::Durable).map_err(io)?;
            return Ok(name);
        }
    }
    Err(io(std::io::Error::other("too many torn records")))
}

/// The thread's side.
struct Writer {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    /// Bytes of whole records in the file.
    len: u64,
    /// Bytes of them that are known to be durable.
    synced: u64,
    chain: Chain,
    failed: Option<StoreError>,
}

impl Writer {
    fn run(mut self, queue: &Receiver<Queued>) {
        let mut lines = Vec::new();
        let mut batch = Vec::new();
        while let Ok(first) = queue.recv() {
            let mut chain = self.chain;
            let mut next = Some(first);
            let mut sync = false;
            while let Some(queued) = next {
                queued.body.write_line(&mut chain, &mut lines);
                sync |= queued.durability == Durability::Synced;
                batch.push((chain.seq, queued.ticket));
                next = if lines.len() < BATCH { queue.try_recv().ok() } else { None };
            }
            let result = self.commit(&lines, chain, sync);
            for (seq, ticket) in batch.drain(..) {
                // Nobody may be waiting for it.
                let _ = ticket.send(result.clone().map(|()| Receipt { seq }));
            }
            lines.clear();
            lines.shrink_to(BATCH);
        }
    }

    fn commit(&mut self, lines: &[u8], chain: Chain, sync: bool) -> Result<(), StoreError> {
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
                let _ = self.file.truncate(self.synced);
                return Err(self.fail(StoreError::sync(&self.path, error)));
            }
            self.synced = self.len;
        }
        Ok(())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.failed = Some(error.clone());
        error
    }
}
