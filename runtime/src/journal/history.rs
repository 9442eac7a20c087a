//! What was recorded before this opening, found by key.
//!
//! The index holds 17 bytes for each settled key and nothing of the results: they are read from the file when they are asked
//! for. What this opening records is not indexed, because whoever recorded it has it: a run's memory does not grow with
//! its finished steps.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::fold::Fold;
use super::index::{self, Index, hash_of};
use super::record::{Line, Unknown};
use super::step_line::StepLine;
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

/// Collects a [`History`] line by line.
#[derive(Debug, Default)]
pub(super) struct Builder {
    fold: Fold,
    index: index::Builder,
    ids: HashSet<u64>,
    signals: VecDeque<SignalTaken>,
}

impl Builder {
    /// Takes one more line in.
    pub(super) fn take(&mut self, line: &mut Line<'_>, place: Place) -> Result<(), Unknown> {
        if let Some(step) = line.step() {
            let hash = hash_of(step.key());
            if let StepLine::Finished(_) = step {
                self.index.add(hash, place.offset);
            }
            return self.fold.step(&step, hash, line);
        }
        let record = self.fold.record(line)?;
        if let Some(key) = settles(&record.event) {
            self.index.add(hash_of(key.as_str()), place.offset);
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
        Ok(())
    }

    pub(super) fn finish(self, file: Box<dyn DiskFile>, path: PathBuf) -> Result<History, Unknown> {
        Ok(History {
            progress: self.fold.finish()?,
            torn: None,
            index: self.index.finish(),
            ids: self.ids,
            signals: self.signals,
            source: Mutex::new(Window::new(file)),
            path,
        })
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
        let mut window = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        // The last record first; another key with the same short hash is passed over.
        for offset in self.index.offsets(hash_of(key.as_str())) {
            let line = window.line(offset).map_err(|error| StoreError::io("read", &self.path, error))?;
            let line = line.and_then(|line| Line::read(line).ok());
            match line.map(|line| settled_by(line, key)) {
                Some(Ok(None)) => {}
                Some(Ok(Some(record))) => {
                    let reopened = matches!(record.event, Event::StepReopened(_));
                    return Ok((!reopened).then_some(record));
                }
                Some(Err(_)) | None => {
                    return Err(StoreError::ChangedUnderneath { path: self.path.clone(), offset });
                }
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
        self.ids.contains(&hash_of(id))
    }

    /// Remembers the id of a message that this opening takes; false when it was taken already.
    pub fn learn(&mut self, id: &str) -> bool {
        self.ids.insert(hash_of(id))
    }

    /// The signals that were taken and not handed to anybody, oldest first.
    pub fn signals(&self) -> impl Iterator<Item = &SignalTaken> {
        self.signals.iter()
    }
}

/// The record in a line, if it settles `key`.
fn settled_by(mut line: Line<'_>, key: &StepKey) -> Result<Option<Record>, Unknown> {
    if let Some(StepLine::Finished(it)) = line.step() {
        if it.key != key.as_str().as_bytes() {
            return Ok(None);
        }
        if let Some(event) = it.event(key) {
            return line.with(event.into()).map(Some);
        }
    }
    Ok(Some(line.record()?).filter(|record| settles(&record.event) == Some(key)))
}

/// The part of the file that was read last. A replay asks nearly in the order of the journal, so most answers are in it.
#[derive(Debug)]
struct Window {
    file: Box<dyn DiskFile>,
    buffer: Vec<u8>,
    /// What of the buffer was read from the file.
    filled: usize,
    /// The place of the buffer in the file.
    start: u64,
}

impl Window {
    const SIZE: usize = 64 * 1024;

    fn new(file: Box<dyn DiskFile>) -> Self {
        Self { file, buffer: Vec::new(), filled: 0, start: 0 }
    }

    /// The line that begins at `offset`; `None` when there is no whole one.
    fn line(&mut self, offset: u64) -> std::io::Result<Option<&mut [u8]>> {
        let from = offset.checked_sub(self.start).and_then(|it| usize::try_from(it).ok());
        let inside = from.and_then(|from| Some((from, self.buffer[..self.filled].get(from..)?)));
        if let Some((from, text)) = inside
            && let Some(len) = memchr::memchr(b'\n', text)
        {
            return Ok(Some(&mut self.buffer[from..from + len]));
        }
        (self.start, self.filled) = (offset, 0);
        loop {
            let had = self.filled;
            // A line that fills the buffer doubles it.
            if self.buffer.len() < had + Self::SIZE.max(had) {
                self.buffer.resize(had + Self::SIZE.max(had), 0);
            }
            let read = self.file.read_at(&mut self.buffer[had..], offset + had as u64)?;
            self.filled = had + read;
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[had..self.filled]) {
                return Ok(Some(&mut self.buffer[..had + at]));
            }
            if read == 0 {
                return Ok(None);
            }
        }
    }
}
