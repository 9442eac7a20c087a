//! What a program writes: a bounded tail in memory, and a file in its step's directory.
//!
//! Programs write to pipes and we write the files, because only then is the limit exact: a program that was given the
//! file itself could write gigabytes between two looks at its size, and the one limit that the kernel would enforce
//! (`RLIMIT_FSIZE`) also hits every other file that the program writes.
//!
//! Creating a directory and a file can cost half as much as starting a program, so a program that is quick, writes
//! little and succeeds has its standard output in memory alone: it becomes the step's recorded result anyway.
//! Whatever is long, slow, said on standard error or part of a failure is in a file, and can be watched there.

use std::borrow::Cow;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::buffer::spare_capacity;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::ProcessError;
use crate::mask::{self, Mask};

/// How many bytes of a stream are kept in memory.
const TAIL: usize = 256 * 1024;
/// How much may stay without a file.
const IN_MEMORY: usize = 16 * 1024;
/// How much is read at once: what a pipe holds.
const CHUNK: usize = 64 * 1024;

/// What a program wrote to one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The last bytes; all of them if there were no more than 256 KiB.
    pub tail: Vec<u8>,
    /// How many bytes were kept in all.
    pub total: u64,
    /// The file with all of them. There is none if nothing was written, or so little that it is all in `tail`.
    pub file: Option<PathBuf>,
}

impl Captured {
    /// All that was kept: from memory if it fits there, else from the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        match &self.file {
            Some(file) if self.total > self.tail.len() as u64 => std::fs::read(file),
            _ => Ok(self.tail.clone()),
        }
    }

    /// The last `lines` lines as text, for a message: long ones are cut, and what cannot be seen is left out.
    #[must_use]
    pub fn last_lines(&self, lines: usize) -> String {
        let text = String::from_utf8_lossy(&self.tail);
        let all: Vec<&str> = text.trim_end().lines().collect();
        let last = &all[all.len().saturating_sub(lines)..];
        last.iter().map(|line| for_message(line)).collect::<Vec<_>>().join("\n")
    }
}

/// A line without control characters but tabs and those that begin a color, cut if it is long.
fn for_message(line: &str) -> String {
    const LONGEST: usize = 400;
    let mut seen = line.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\u{1b}'));
    let mut text: String = seen.by_ref().take(LONGEST).collect();
    if seen.next().is_some() {
        text.push('…');
    }
    text
}

/// Collects one stream.
pub(super) struct Spool {
    path: PathBuf,
    /// Everything so far is in it, once there is one.
    file: Option<File>,
    buffer: Vec<u8>,
    /// How much was kept, and how much of it was read: what hides a secret is not as long as the secret.
    total: u64,
    taken: u64,
    limit: u64,
    masking: mask::Stream,
    /// When everything goes to the file.
    filing: Filing,
}

/// When output goes to a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filing {
    /// Never: somebody reads the lines, and keeps them.
    Never,
    /// Once there is more than a little.
    Later,
    /// At once.
    Now,
}

/// What one read brought.
pub(super) enum Pumped {
    /// Something, from this place in the buffer on.
    Bytes,
    /// Nothing yet.
    Empty,
    /// The stream is closed.
    End,
    /// More than may be kept; the rest was left unread.
    Limit,
}

impl Spool {
    pub(super) fn new(path: PathBuf, limit: u64, mask: &Mask) -> Self {
        let (filing, masking) = (Filing::Later, mask.stream());
        Self { path, file: None, buffer: Vec::new(), total: 0, taken: 0, limit, masking, filing }
    }

    /// One that keeps its tail alone.
    pub(super) fn without_file(limit: u64) -> Self {
        Self { filing: Filing::Never, ..Self::new(PathBuf::new(), limit, &Mask::default()) }
    }

    /// How much is read at most.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// From now on all of it goes to the file, what was said before included.
    pub(super) fn keep_in_file(&mut self) -> Result<(), ProcessError> {
        if self.filing == Filing::Later {
            self.filing = Filing::Now;
        }
        if self.file.is_none() { self.append(0) } else { Ok(()) }
    }

    /// Reads once from `source`, which does not block, and hands what it got to `see` as well.
    pub(super) fn pump(
        &mut self,
        source: &OwnedFd,
        see: impl FnOnce(&[u8]),
    ) -> Result<io::Result<Pumped>, ProcessError> {
        self.make_room();
        let before = self.buffer.len();
        let count = match rustix::io::read(source, spare_capacity(&mut self.buffer)) {
            Ok(0) => return Ok(Ok(Pumped::End)),
            Ok(count) => count,
            Err(rustix::io::Errno::INTR) => return Ok(Ok(Pumped::Bytes)),
            Err(rustix::io::Errno::AGAIN) => return Ok(Ok(Pumped::Empty)),
            Err(error) => return Ok(Err(error.into())),
        };
        let room = usize::try_from(self.limit - self.taken).unwrap_or(usize::MAX);
        let kept = count.min(room);
        self.buffer.truncate(before + kept);
        self.taken += kept as u64;
        let masked = match self.masking.feed(&self.buffer[before..]) {
            Cow::Borrowed(_) => None,
            Cow::Owned(masked) => Some(masked),
        };
        if let Some(masked) = masked {
            self.buffer.truncate(before);
            self.buffer.extend(masked);
        }
        self.keep(before)?;
        see(&self.buffer[before..]);
        Ok(Ok(if kept < count { Pumped::Limit } else { Pumped::Bytes }))
    }

    /// Ends the collection.
    pub(super) fn finish(&mut self) -> Result<Captured, ProcessError> {
        let (before, held) = (self.buffer.len(), self.masking.end());
        self.buffer.extend(held);
        self.keep(before)?;
        let mut tail = std::mem::take(&mut self.buffer);
        tail.drain(..tail.len().saturating_sub(TAIL));
        tail.shrink_to_fit();
        let file = self.file.take().map(|_| self.path.clone());
        Ok(Captured { tail, total: self.total, file })
    }

    /// Takes in what stands in the buffer from `start` on.
    fn keep(&mut self, start: usize) -> Result<(), ProcessError> {
        self.append(start)?;
        self.total += (self.buffer.len() - start) as u64;
        Ok(())
    }

    fn make_room(&mut self) {
        if self.buffer.len() >= 2 * TAIL {
            self.buffer.drain(..self.buffer.len() - TAIL);
        }
        self.buffer.reserve(CHUNK);
    }

    /// Appends the buffer from `start` on to the file, if it is time for one. This blocks, but only for a copy to the
    /// page cache.
    fn append(&mut self, start: usize) -> Result<(), ProcessError> {
        let keep = |source| ProcessError::Keep { file: self.path.clone(), source };
        match &mut self.file {
            Some(file) => file.write_all(&self.buffer[start..]).map_err(keep),
            None if self.filing == Filing::Never || self.buffer.is_empty() => Ok(()),
            // Without a file the buffer has not been cut yet: it holds everything.
            None if self.filing == Filing::Now || self.buffer.len() > IN_MEMORY => {
                let mut file = create(&self.path).map_err(keep)?;
                file.write_all(&self.buffer).map_err(keep)?;
                self.file = Some(file);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Creates a file that only its owner can read, and the directory that it lies in.
fn create(path: &Path) -> io::Result<File> {
    let open = || OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    match (open(), path.parent()) {
        (Err(error), Some(dir)) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
            open()
        }
        (result, _) => result,
    }
}

/// Makes a file descriptor non-blocking and has it watched.
#[allow(
    deprecated,
    reason = "deprecated for types that might give away or close their descriptor; an `OwnedFd` does neither"
)]
pub(super) fn watch(fd: OwnedFd, interest: Interest) -> io::Result<AsyncFd<OwnedFd>> {
    rustix::io::ioctl_fionbio(&fd, true)?;
    AsyncFd::with_interest(fd, interest)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn pump_all(text: &[u8], limit: u64) -> (tempfile::TempDir, Captured, bool) {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(dir.path().join("step/stdout"), limit, &Mask::default());
        let (reader, mut writer) = std::io::pipe().unwrap();
        let text = text.to_vec();
        let feeder = std::thread::spawn(move || {
            let _ = writer.write_all(&text);
        });
        let source = OwnedFd::from(reader);
        let hit = loop {
            match spool.pump(&source, |_| {}).unwrap().unwrap() {
                Pumped::Bytes | Pumped::Empty => {}
                Pumped::End => break false,
                Pumped::Limit => break true,
            }
        };
        drop(source);
        feeder.join().unwrap();
        (dir, spool.finish().unwrap(), hit)
    }

    #[test]
    fn a_quiet_program_leaves_no_file() {
        let (dir, captured, hit) = pump_all(b"", 10);
        assert!(!hit);
        assert_eq!(captured, Captured { tail: Vec::new(), total: 0, file: None });
        assert!(!dir.path().join("step").exists());
    }

    #[test]
    fn a_little_output_is_in_memory_alone_until_it_is_asked_for_in_a_file() {
        let (_dir, captured, _) = pump_all(b"hello", 10);
        assert_eq!((captured.bytes().unwrap(), captured.file), (b"hello".to_vec(), None));

        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(dir.path().join("step/stdout"), 10, &Mask::default());
        let (reader, mut writer) = std::io::pipe().unwrap();
        let source = OwnedFd::from(reader);
        for word in [b"one", b"two"] {
            writer.write_all(word).unwrap();
            spool.pump(&source, |_| {}).unwrap().unwrap();
            spool.keep_in_file().unwrap();
        }
        assert_eq!(std::fs::read(dir.path().join("step/stdout")).unwrap(), b"onetwo");
    }

    #[test]
    fn the_limit_is_exact_and_what_came_before_it_is_kept() {
        let (_dir, captured, hit) = pump_all(b"0123456789abc", 10);
        assert!(hit);
        assert_eq!(captured.bytes().unwrap(), b"0123456789");
        let (_dir, captured, hit) = pump_all(b"0123456789", 10);
        assert!(!hit);
        assert_eq!(captured.total, 10);
    }

    #[test]
    fn long_output_is_whole_in_the_file_and_bounded_in_memory() {
        let text: Vec<u8> = (0..3_000_000u32).map(|i| b"0123456789\n"[i as usize % 11]).collect();
        let (_dir, captured, _) = pump_all(&text, u64::MAX);
        assert_eq!(captured.tail.len(), TAIL);
        assert!(text.ends_with(&captured.tail));
        assert!(captured.bytes().unwrap() == text);
        let mut on_disk = Vec::new();
        File::open(captured.file.unwrap()).unwrap().read_to_end(&mut on_disk).unwrap();
        assert!(on_disk == text);
    }

    #[test]
    fn a_secret_that_is_split_over_two_reads_stands_neither_in_the_file_nor_in_memory() {
        let dir = tempfile::tempdir().unwrap();
        let mask = Mask::of([("TOKEN", "hunter22")]);
        let mut spool = Spool::new(dir.path().join("stdout"), 100, &mask);
        let (reader, mut writer) = std::io::pipe().unwrap();
        let source = OwnedFd::from(reader);
        for piece in [b"a hunt".as_slice(), b"er22 b hun"] {
            writer.write_all(piece).unwrap();
            spool.pump(&source, |_| {}).unwrap().unwrap();
            spool.keep_in_file().unwrap();
            assert!(!std::fs::read_to_string(dir.path().join("stdout")).unwrap().contains("hunt"));
        }
        let captured = spool.finish().unwrap();
        assert_eq!(captured.tail, b"a [secret TOKEN] b hun");
        assert_eq!(std::fs::read(dir.path().join("stdout")).unwrap(), captured.tail);
        assert_eq!(captured.total, captured.tail.len() as u64);
    }

    #[test]
    fn the_last_lines_are_taken_from_the_end() {
        let captured = Captured { tail: b"one\ntwo\nthree\n".to_vec(), total: 14, file: None };
        assert_eq!(captured.last_lines(2), "two\nthree");
        assert_eq!(captured.last_lines(9), "one\ntwo\nthree");
    }

    #[test]
    fn a_message_has_no_endless_line_and_nothing_that_cannot_be_seen() {
        let last = |tail: Vec<u8>| Captured { total: tail.len() as u64, tail, file: None }.last_lines(2);
        assert_eq!(last(vec![0; TAIL]), "");
        assert_eq!(last(b"a\0b\tc\n".to_vec()), "ab\tc");
        assert_eq!(last(vec![b'x'; TAIL]), format!("{}…", "x".repeat(400)));
    }
}
