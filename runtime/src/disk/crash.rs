//! Death at a chosen place: kills the process at the n-th boundary, so that a test can drive all of them.
//!
//! Compiled into debug builds and under the feature `crash-points` only. The environment is read by the command's edge:
//! `FLOW_CRASH_AT=n` kills this process (`SIGKILL`, nothing is flushed) at boundary n, counted from 1, or with a name, such
//! as `before remove`, at the first boundary whose name begins so;
//! `FLOW_CRASH_LOG=file` appends the name of each boundary to a file, one a line, which counts them.
//! The keeper of a step must not inherit either.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::{Disk, DiskFile, Open};

/// Where to die, and where to write down the boundaries that were passed.
#[derive(Debug, Default)]
pub struct Plan {
    /// The boundary at which the process dies, from 1.
    pub die_at: Option<u64>,
    /// How the name of the boundary begins at which the process dies.
    pub die_when: Option<String>,
    /// The file that gets each boundary's name.
    pub log: Option<PathBuf>,
}

impl Plan {
    /// What the environment asks for; `None` when it asks for nothing.
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        let wanted = std::env::var("FLOW_CRASH_AT").ok();
        let die_at = wanted.as_ref().and_then(|text| text.parse().ok());
        let die_when = wanted.filter(|_| die_at.is_none());
        let log = std::env::var_os("FLOW_CRASH_LOG").map(PathBuf::from);
        let asked = die_at.is_some() || die_when.is_some() || log.is_some();
        asked.then_some(Self { die_at, die_when, log })
    }
}

/// A disk on which the process dies at the planned boundary: before and after every changing operation, and in the middle
/// of every write.
#[derive(Debug)]
pub struct CrashDisk<D> {
    inner: D,
    counter: Arc<Counter>,
}

#[derive(Debug)]
struct Counter {
    die_at: Option<u64>,
    die_when: Option<String>,
    passed: AtomicU64,
    log: Option<Mutex<File>>,
}

#[derive(Debug)]
struct CrashFile {
    inner: Box<dyn DiskFile>,
    name: String,
    counter: Arc<Counter>,
}

impl<D: Disk> CrashDisk<D> {
    /// Wraps a disk.
    ///
    /// # Errors
    /// The log cannot be opened.
    pub fn new(inner: D, plan: Plan) -> io::Result<Self> {
        let log = match plan.log {
            Some(path) => Some(Mutex::new(OpenOptions::new().create(true).append(true).open(path)?)),
            None => None,
        };
        let counter =
            Counter { die_at: plan.die_at, die_when: plan.die_when, passed: AtomicU64::new(0), log };
        Ok(Self { inner, counter: Arc::new(counter) })
    }
}

impl Counter {
    fn pass(&self, what: &str, name: &str) {
        let n = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(Ok(mut log)) = self.log.as_ref().map(Mutex::lock) {
            // One write call a line, so that it is there when the next instruction kills us.
            let _ = log.write_all(format!("{n} {what} {name}\n").as_bytes());
        }
        let is_named = |name: &String| what.starts_with(name.as_str());
        if self.die_at == Some(n) || self.die_when.as_ref().is_some_and(is_named) {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            std::process::abort();
        }
    }

    fn around<T>(&self, what: &str, path: &Path, operation: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.pass(&format!("before {what}"), &name);
        let result = operation();
        self.pass(&format!("after {what}"), &name);
        result
    }
}

impl<D: Disk> Disk for CrashDisk<D> {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.counter.around("create directory", path, || self.inner.create_dir(path))
    }

    fn open(&self, path: &Path, how: Open) -> io::Result<Box<dyn DiskFile>> {
        let inner = match how {
            Open::Read => self.inner.open(path, how)?,
            Open::Write | Open::Replace => {
                self.counter.around("open", path, || self.inner.open(path, how))?
            }
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Box::new(CrashFile { inner, name, counter: Arc::clone(&self.counter) }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.counter.around("rename", to, || self.inner.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.counter.around("remove", path, || self.inner.remove(path))
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.counter.around("sync directory", path, || self.inner.sync_dir(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.inner.list(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.inner.exists(path)
    }

    fn boundary(&self, name: &str) {
        self.counter.pass("at", name);
    }
}

impl DiskFile for CrashFile {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }

    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.counter.pass("before write", &self.name);
        let (first, second) = bytes.split_at(bytes.len() / 2);
        self.inner.write_at(first, offset)?;
        self.counter.pass("inside write", &self.name);
        self.inner.write_at(second, offset + first.len() as u64)?;
        self.counter.pass("after write", &self.name);
        Ok(())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.counter.pass("before truncate", &self.name);
        self.inner.truncate(len)?;
        self.counter.pass("after truncate", &self.name);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.counter.pass("before sync", &self.name);
        self.inner.sync()?;
        self.counter.pass("after sync", &self.name);
        Ok(())
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        self.inner.try_lock()
    }

    fn touch(&mut self) -> io::Result<()> {
        self.inner.touch()
    }

    fn age_seconds(&self) -> io::Result<u64> {
        self.inner.age_seconds()
    }

    fn is_remote(&self) -> bool {
        self.inner.is_remote()
    }
}
