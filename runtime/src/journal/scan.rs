//! Reading a journal from its beginning, and telling a torn tail from damage.
//!
//! A record counts if its line ends with a newline, its checksum is right, its number is the one that is due, it repeats
//! the checksum of the record before it, and its epoch is not older. The first line that does not count is a *torn tail*,
//! left by a write that was cut, if no line behind it has a right checksum and a newline; otherwise the middle is damaged.
//! A last record that lacks nothing but its newline is torn, too: it was never acknowledged.

use std::path::Path;

use super::Progress;
use super::fold::Fold;
use super::index::hash_of;
use super::record::{BadLine, Chain, Envelope, Line, Record, Unknown, checked};
use super::tally::{self, Tally};
use crate::disk::{Disk, DiskFile, Open};
use crate::store::StoreError;

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;

/// Where a record stands in the file, its newline included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub offset: u64,
    /// Its own.
    pub len: u64,
}

/// What a journal holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The last record.
    pub chain: Chain,
    /// The bytes of all records that count.
    pub len: u64,
    /// What comes behind them.
    pub end: End,
}

/// What stands behind the last record that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing.
    Clean,
    /// A write that was cut, or that is still going on.
    Torn {
        /// Its length.
        bytes: u64,
    },
}

/// Reads a journal that may be written at the same time, and hands each record to `each`.
///
/// # Errors
/// It cannot be read, its middle is damaged, or a newer program wrote it.
pub fn read(disk: &dyn Disk, path: &Path, each: &mut dyn FnMut(Record, Place)) -> Result<Scan, StoreError> {
    let file = disk.open(path, Open::Read).map_err(|error| StoreError::io("read", path, error))?;
    scan(&*file, path, &mut |line, place| line.record().map(|record| each(record, place)))
}

/// Reads what a journal that may be written at the same time adds up to.
///
/// # Errors
/// As [`read`].
pub fn read_summary(disk: &dyn Disk, path: &Path) -> Result<(Progress, Tally), StoreError> {
    let file = disk.open(path, Open::Read).map_err(|error| StoreError::io("read", path, error))?;
    let (mut fold, mut tally) = (Fold::default(), tally::Builder::default());
    scan(&*file, path, &mut |line, _| {
        if let Some(step) = line.step() {
            let hash = hash_of(step.key());
            tally.step(&step, hash);
            return fold.step(&step, hash, line);
        }
        tally.take(&fold.record(line)?.event);
        Ok(())
    })?;
    let progress = fold.finish().map_err(|unknown| newer(path, unknown))?;
    Ok((progress, tally.finish()))
}

/// The error for a record that this program does not know.
pub(super) fn newer(path: &Path, Unknown { record, what }: Unknown) -> StoreError {
    StoreError::Newer { path: path.to_owned(), record, what }
}

/// Goes through the lines of an open file that count.
pub(super) fn scan(
    file: &dyn DiskFile,
    path: &Path,
    each: &mut dyn FnMut(&mut Line<'_>, Place) -> Result<(), Unknown>,
) -> Result<Scan, StoreError> {
    let mut lines = Lines::new(file, path);
    let mut chain = Chain::default();
    let mut len = 0;
    while let Some(raw) = lines.next()? {
        if !raw.complete {
            break;
        }
        let place = Place { offset: len, len: raw.text.len() as u64 + 1 };
        match Line::read(raw.text) {
            Ok(mut line) => {
                let next = follow(chain, &line.envelope);
                chain = next.map_err(|why| StoreError::corrupt(path, chain.seq + 1, len, why))?;
                len += place.len;
                each(&mut line, place).map_err(|unknown| newer(path, unknown))?;
            }
            Err(BadLine::Checksum) => break,
            Err(BadLine::Envelope) => {
                let what = "its envelope has another shape".to_owned();
                return Err(newer(path, Unknown { record: chain.seq + 1, what }));
            }
        }
    }
    // Whatever follows the line that ended the loop decides what that line was.
    while let Some(raw) = lines.next()? {
        if raw.complete && checked(raw.text).is_some() {
            let why = "its checksum is wrong, and good records follow".to_owned();
            return Err(StoreError::corrupt(path, chain.seq + 1, len, why));
        }
    }
    let bytes = lines.offset - len;
    Ok(Scan { chain, len, end: if bytes == 0 { End::Clean } else { End::Torn { bytes } } })
}

/// The chain with one more record, or why the record is not the next one.
fn follow(chain: Chain, record: &Envelope) -> Result<Chain, String> {
    if record.seq != chain.seq + 1 {
        return Err(format!("record {} stands where record {} was due", record.seq, chain.seq + 1));
    }
    if record.prev != chain.crc {
        return Err("it does not continue the record before it".to_owned());
    }
    if record.epoch < chain.epoch {
        return Err(format!(
            "epoch {} follows epoch {}: two programs wrote at once",
            record.epoch, chain.epoch
        ));
    }
    Ok(Chain { seq: record.seq, crc: record.crc, epoch: record.epoch })
}

/// The lines of a file, read in chunks.
struct Lines<'a> {
    file: &'a dyn DiskFile,
    path: &'a Path,
    buffer: Vec<u8>,
    /// What of the buffer was read from the file.
    filled: usize,
    /// What of that was searched for a newline.
    searched: usize,
    /// What of that was handed out.
    from: usize,
    /// How many bytes of the file were handed out.
    offset: u64,
    ended: bool,
}

struct Raw<'a> {
    text: &'a mut [u8],
    complete: bool,
}

impl<'a> Lines<'a> {
    fn new(file: &'a dyn DiskFile, path: &'a Path) -> Self {
        Self { file, path, buffer: vec![0; CHUNK], filled: 0, searched: 0, from: 0, offset: 0, ended: false }
    }

    fn next(&mut self) -> Result<Option<Raw<'_>>, StoreError> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.searched..self.filled]) {
                let (start, end) = (self.from, self.searched + at);
                (self.from, self.searched) = (end + 1, end + 1);
                self.offset += (end + 1 - start) as u64;
                return Ok(Some(Raw { text: &mut self.buffer[start..end], complete: true }));
            }
            self.searched = self.filled;
            if self.ended {
                let start = self.from;
                self.from = self.filled;
                self.offset += (self.filled - start) as u64;
                let text = &mut self.buffer[start..self.filled];
                return Ok((!text.is_empty()).then_some(Raw { text, complete: false }));
            }
            self.fill()?;
        }
    }

    /// Drops what was handed out and reads on behind the rest.
    fn fill(&mut self) -> Result<(), StoreError> {
        self.buffer.copy_within(self.from..self.filled, 0);
        self.filled -= self.from;
        (self.searched, self.from) = (self.filled, 0);
        if self.filled == self.buffer.len() {
            // One line fills the buffer. Doubling it keeps the cost of a long line in proportion to its length.
            self.buffer.resize(2 * self.filled, 0);
        }
        let at = self.offset + self.filled as u64;
        let read = self.file.read_at(&mut self.buffer[self.filled..], at);
        let read = read.map_err(|error| StoreError::io("read", self.path, error))?;
        self.filled += read;
        self.ended = read == 0;
        Ok(())
    }
}
