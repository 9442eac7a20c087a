//! What was recorded before this opening, found by key.
//!
//! The index holds 17 bytes for each settled key and nothing of the results: they are read from the file when they are asked
//! for. What this opening records is not indexed, because whoever recorded it has it: a run's memory does not grow with
//! its finished steps.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use smol_str::SmolStr;

use super::index::{self, Index, hash_of};
use super::record::read_line;
use super::{Event, Place, Progress, Record, SignalTaken, StepKey, TornTailSetAside};
use crate::disk::DiskFile;
use crate::store::StoreError;

/// The past of a run, as it was when this runner took it.
#[derive(Debug)]
pub struct History {
    /// The state that the run was left in, before this opening.
    pub progress: Progress,
    /// The torn tail that was set aside by this opening.
    pub torn: Option<TornTailSetAside>,
    index: Index,
    ids: HashSet<u64>,
    signals: VecDeque<SignalTaken>,
    source: Mutex<Window>,
    path: PathBuf,
}

/// Collects a [`History`] record by record.
#[derive(Debug, Default)]
pub(super) struct Builder {
    progress: Progress,
    index: index::Builder,
    ids: HashSet<u64>,
    signals: VecDeque<SignalTaken>,
}

impl Builder {
    pub(super) fn take(&mut self, record: Record, place: Place) {
        self.progress.apply(&record);
        if let Some(key) = settles(&record.event) {
            self.index.add(hash_of(key), place.offset);
        }
        match record.event {
            Event::AnswerTaken(it) => {
                self.ids.insert(hash_of(&it.id));
            }
            Event::StopRequested(it) => {
                self.ids.insert(hash_of(&it.id));
            }
            Event::CancelRequested(it) => {
                self.ids.insert(hash_of(&it.id));
            }
            Event::SignalTaken(it) => {
                self.ids.insert(hash_of(&it.id));
                self.signals.push_back(it);
            }
            Event::SignalDelivered(it) => self.signals.retain(|signal| signal.id != it.id),
            _ => {}
        }
    }

    pub(super) fn finish(self, file: Box<dyn DiskFile>, path: PathBuf) -> History {
        History {
            progress: self.progress,
            torn: None,
            index: self.index.finish(),
            ids: self.ids,
            signals: self.signals,
            source: Mutex::new(Window { file, buffer: Vec::new(), start: 0 }),
            path,
        }
    }
}

/// The key that a record settles: what is found under it decides what a replay does there.
fn settles(event: &Event) -> Option<&StepKey> {
    match event {
        Event::StepFinished(it) => Some(&it.key),
        Event::StepFailed(it) if it.is_final => Some(&it.key),
        Event::StepReopened(it) => Some(&it.key),
        Event::TimerSet(it) => Some(&it.key),
        Event::TimerFired(it) => Some(&it.key),
        Event::AnswerTaken(it) => Some(&it.key),
        Event::SignalDelivered(it) => Some(&it.key),
        Event::Emitted(it) => Some(&it.key),
        _ => None,
    }
}

impl History {
    /// The record that settles `key`: `StepFinished`, a final `StepFailed`, `TimerFired` (or `TimerSet`, while it runs),
    /// `AnswerTaken`, `SignalDelivered` or `Emitted`; the last one, if there are more. `None` when nothing was recorded, or
    /// somebody decided that the step runs again.
    ///
    /// # Errors
    /// The journal cannot be read any more.
    pub fn settled(&self, key: &StepKey) -> Result<Option<Record>, StoreError> {
        // The last record first; another key with the same short hash is passed over.
        for offset in self.index.offsets(hash_of(key)) {
            let record = self.record_at(offset)?;
            if settles(&record.event) == Some(key) {
                let reopened = matches!(record.event, Event::StepReopened(_));
                return Ok((!reopened).then_some(record));
            }
        }
        Ok(None)
    }

    /// Whether nothing at all was recorded, so that no replay is needed.
    pub fn is_empty(&self) -> bool {
        self.progress.seq == 0
    }

    /// Whether a message with this id was taken already.
    pub fn knows(&self, id: &str) -> bool {
        self.ids.contains(&hash_of(&SmolStr::new(id)))
    }

    /// Remembers the id of a message that this opening takes; false when it was taken already.
    pub fn learn(&mut self, id: &str) -> bool {
        self.ids.insert(hash_of(&SmolStr::new(id)))
    }

    /// The signals that were taken and not handed to anybody, oldest first.
    pub fn signals(&self) -> impl Iterator<Item = &SignalTaken> {
        self.signals.iter()
    }

    fn record_at(&self, offset: u64) -> Result<Record, StoreError> {
        let mut window = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let line = window.line(offset).map_err(|error| StoreError::io("read", &self.path, error))?;
        match line.and_then(|line| read_line(line).ok()) {
            Some((record, _)) => Ok(record),
            None => Err(StoreError::ChangedUnderneath { path: self.path.clone(), offset }),
        }
    }
}

/// The part of the file that was read last. A replay asks nearly in the order of the journal, so most answers are in it.
#[derive(Debug)]
struct Window {
    file: Box<dyn DiskFile>,
    buffer: Vec<u8>,
    start: u64,
}

impl Window {
    const SIZE: usize = 64 * 1024;

    /// The line that begins at `offset`; `None` when there is no whole one.
    fn line(&mut self, offset: u64) -> std::io::Result<Option<&mut [u8]>> {
        let inside =
            offset.checked_sub(self.start).map(|it| it as usize).filter(|it| *it < self.buffer.len());
        let end = inside.and_then(|from| memchr::memchr(b'\n', &self.buffer[from..]).map(|at| from + at));
        if let (Some(from), Some(end)) = (inside, end) {
            return Ok(Some(&mut self.buffer[from..end]));
        }
        (self.start, _) = (offset, self.buffer.clear());
        loop {
            let had = self.buffer.len();
            self.buffer.resize(had + Self::SIZE.max(had), 0);
            let read = self.file.read_at(&mut self.buffer[had..], offset + had as u64)?;
            self.buffer.truncate(had + read);
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[had..]) {
                let end = had + at;
                return Ok(Some(&mut self.buffer[..end]));
            }
            if read == 0 {
                return Ok(None);
            }
        }
    }
}
