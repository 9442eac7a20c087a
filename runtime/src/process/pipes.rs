//! Our ends of the pipes of a program: what feeds its standard input, and what takes its output.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::os::fd::OwnedFd;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::output::{Pumped, Spool, watch};
use super::{Captured, Cut, ProcessError, Stdin, Stream};

/// Standard input.
pub(super) struct Feed {
    pipe: Option<AsyncFd<OwnedFd>>,
    bytes: Vec<u8>,
    at: usize,
    close_when_empty: bool,
}

impl Feed {
    pub(super) fn new(pipe: Option<OwnedFd>, stdin: &Stdin) -> io::Result<Self> {
        let pipe = pipe.map(|pipe| watch(pipe, Interest::WRITABLE)).transpose()?;
        Ok(match stdin {
            Stdin::Bytes(bytes) => Self { pipe, bytes: bytes.clone(), at: 0, close_when_empty: true },
            Stdin::Live => Self { pipe, bytes: Vec::new(), at: 0, close_when_empty: false },
        })
    }

    pub(super) fn wants_to_write(&self) -> bool {
        self.pipe.is_some() && self.at < self.bytes.len()
    }

    /// Writes once, when there is room.
    pub(super) async fn flush(&mut self) {
        let Some(pipe) = &self.pipe else { return };
        let result = match pipe.writable().await {
            Ok(mut ready) => match rustix::io::write(pipe.get_ref(), &self.bytes[self.at..]) {
                Err(rustix::io::Errno::AGAIN) => {
                    ready.clear_ready();
                    Ok(0)
                }
                Err(rustix::io::Errno::INTR) => Ok(0),
                other => other.map_err(io::Error::from),
            },
            Err(error) => Err(error),
        };
        match result {
            Ok(count) => self.at += count,
            // It does not want to read on: that is its right, and no failure.
            Err(_) => self.close(),
        }
        if self.at == self.bytes.len() {
            self.bytes.clear();
            self.at = 0;
            if self.close_when_empty {
                self.close();
            }
        }
    }

    pub(super) fn queue(&mut self, bytes: &[u8]) {
        if self.pipe.is_some() && !self.close_when_empty {
            self.bytes.extend_from_slice(bytes);
        }
    }

    pub(super) fn close_when_empty(&mut self) {
        self.close_when_empty = true;
        if !self.wants_to_write() {
            self.close();
        }
    }

    pub(super) fn close(&mut self) {
        self.pipe = None;
        self.bytes.clear();
        self.at = 0;
    }
}

/// One output stream.
pub(super) struct Tap {
    stream: Stream,
    pipe: Option<AsyncFd<OwnedFd>>,
    spool: Spool,
    /// If its lines are wanted one by one, those that have not been taken.
    lines: Option<Lines>,
}

impl Tap {
    /// A stream that is kept in a file.
    pub(super) fn to_file(stream: Stream, pipe: Option<OwnedFd>, spool: Spool) -> io::Result<Self> {
        Self::new(stream, pipe, spool, None)
    }

    /// A stream whose lines are taken one by one.
    pub(super) fn by_line(stream: Stream, pipe: Option<OwnedFd>, limit: u64) -> io::Result<Self> {
        Self::new(stream, pipe, Spool::without_file(limit), Some(Lines::default()))
    }

    fn new(stream: Stream, pipe: Option<OwnedFd>, spool: Spool, lines: Option<Lines>) -> io::Result<Self> {
        let pipe = pipe.map(|pipe| watch(pipe, Interest::READABLE)).transpose()?;
        Ok(Self { stream, pipe, spool, lines })
    }

    pub(super) fn is_open(&self) -> bool {
        self.pipe.is_some()
    }

    pub(super) fn close(&mut self) {
        self.pipe = None;
    }

    /// Reads once, when there is something. Says so if that passed the limit.
    pub(super) async fn pump(&mut self, pid: u32) -> Result<Option<Cut>, ProcessError> {
        let Some(pipe) = &self.pipe else { return Ok(None) };
        let mut ready = pipe.readable().await.map_err(|source| ProcessError::Watch { pid, source })?;
        let pumped = read(&mut self.spool, self.lines.as_mut(), pipe.get_ref());
        if matches!(pumped, Ok(Ok(Pumped::Empty))) {
            ready.clear_ready();
        }
        drop(ready);
        self.after(pumped, pid)
    }

    /// Reads until there is nothing now. Says so if that passed the limit.
    pub(super) fn drain(&mut self, pid: u32) -> Result<Option<Cut>, ProcessError> {
        while let Some(pipe) = &self.pipe {
            let pumped = read(&mut self.spool, self.lines.as_mut(), pipe.get_ref());
            if matches!(pumped, Ok(Ok(Pumped::Empty))) {
                break;
            }
            if let Some(cut) = self.after(pumped, pid)? {
                self.close();
                return Ok(Some(cut));
            }
        }
        Ok(None)
    }

    fn after(
        &mut self,
        pumped: Result<io::Result<Pumped>, ProcessError>,
        pid: u32,
    ) -> Result<Option<Cut>, ProcessError> {
        match pumped?.map_err(|source| ProcessError::Watch { pid, source })? {
            Pumped::Bytes | Pumped::Empty => Ok(None),
            Pumped::End => {
                self.close();
                Ok(None)
            }
            Pumped::Limit => Ok(Some(Cut::TooMuchOutput { stream: self.stream, limit: self.spool.limit() })),
        }
    }

    /// From now on everything goes to the file at once, if there is one.
    pub(super) fn keep_in_file(&mut self) -> Result<(), ProcessError> {
        self.spool.keep_in_file()
    }

    /// The next whole line.
    pub(super) fn next_line(&mut self) -> Option<Vec<u8>> {
        self.lines.as_mut()?.whole.pop_front()
    }

    /// What came after the last line break.
    pub(super) fn last_line(&mut self) -> Option<Vec<u8>> {
        let partial = &mut self.lines.as_mut()?.partial;
        if partial.is_empty() { None } else { Some(mem::take(partial)) }
    }

    pub(super) fn finish(&mut self) -> Result<Captured, ProcessError> {
        self.close();
        self.spool.finish()
    }
}

fn read(
    spool: &mut Spool,
    lines: Option<&mut Lines>,
    pipe: &OwnedFd,
) -> Result<io::Result<Pumped>, ProcessError> {
    spool.pump(pipe, |bytes| {
        if let Some(lines) = lines {
            lines.add(bytes);
        }
    })
}

/// Output cut into lines.
#[derive(Default)]
struct Lines {
    whole: VecDeque<Vec<u8>>,
    partial: Vec<u8>,
}

impl Lines {
    fn add(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) => {
                    self.partial.extend_from_slice(end);
                    self.whole.push_back(mem::take(&mut self.partial));
                }
                None => self.partial.extend_from_slice(piece),
            }
        }
    }
}
