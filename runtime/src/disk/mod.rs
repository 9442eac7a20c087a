//! The few operations that the store needs of a disk, so that every fault can be played.
//!
//! - [`RealDisk`] is the file system of this machine, private to the user (0700/0600).
//! - [`MemDisk`] lives in memory, tells what was synced from what was not, and fails or loses power on demand: it is
//!   what the tests of durability run on, and what runs that must leave no trace use.
//! - [`crash`] (debug builds, or the feature `crash-points`) kills the process at the n-th boundary of a real run.

#[cfg(any(debug_assertions, feature = "crash-points"))]
pub mod crash;
mod mem;
mod real;

use std::fmt;
use std::io;
use std::path::Path;

pub use mem::{Faults, MemDisk, Tear};
pub use real::RealDisk;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// For reading; it must exist.
    Read,
    /// For reading and writing; created when missing, never cut.
    Write,
    /// For reading and writing; created, and cut to nothing when it exists.
    Replace,
}

/// A disk. Every call is one operation of the file system: between any two of them the power may fail.
pub trait Disk: Send + Sync + fmt::Debug {
    /// Makes one directory; fails with `AlreadyExists` when there is one, which is how run numbers are allocated.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Opens a file.
    fn open(&self, path: &Path, how: Open) -> io::Result<Box<dyn DiskFile>>;
    /// Moves a file over another, atomically.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory, sorted.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Whether there is a file or a directory.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// Names a place where a crash is worth playing; does nothing except under [`crash`].
    fn boundary(&self, _name: &str) {}
}

/// An open file.
pub trait DiskFile: Send + Sync + fmt::Debug {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether it holds nothing.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Reads at an offset; 0 bytes at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all of `bytes` at an offset, or fails having written some of them.
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts the file.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
    /// Makes what was written durable (`fdatasync`).
    fn sync(&mut self) -> io::Result<()>;
    /// Takes the exclusive lock on the file without waiting; false when another open file holds it. It is let go when
    /// the file is dropped, or by the kernel when the process dies.
    fn try_lock(&mut self) -> io::Result<bool>;
    /// Sets the time of the last change to now: the sign of life of a holder.
    fn touch(&mut self) -> io::Result<()>;
    /// Seconds since the last change or touch.
    fn age_seconds(&self) -> io::Result<u64>;
    /// Whether the file lies on a file system shared over a network, where a lock may not reach other machines.
    fn is_remote(&self) -> bool {
        false
    }
}

/// Makes a directory and its parents where they are missing, durable when this returns.
pub fn create_dirs(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    if disk.exists(path)? {
        return Ok(());
    }
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Ok(()),
    };
    create_dirs(disk, parent)?;
    match disk.create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    disk.sync_dir(parent)
}

/// The whole content of a file.
pub fn read(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    let file = disk.open(path, Open::Read)?;
    let mut bytes = vec![0; usize::try_from(file.len()?).unwrap_or(0)];
    let mut at = 0;
    while at < bytes.len() {
        match file.read_at(&mut bytes[at..], at as u64)? {
            0 => break,
            n => at += n,
        }
    }
    bytes.truncate(at);
    Ok(bytes)
}

/// How far an atomic replacement must reach before it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A derived file: readers see the old one or the new one, a power failure may bring either, or an empty one.
    Derived,
    /// Content and name are on the disk.
    Durable,
}

/// Replaces a file: a temporary one beside it is written and renamed over it. No reader ever sees half of it.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8], reach: Reach) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    let temporary = Path::new(&temporary);
    let written = write_new(disk, temporary, bytes, reach).and_then(|()| disk.rename(temporary, path));
    if written.is_err() {
        // The failure is what counts; a temporary file that stays is replaced by the next attempt.
        let _ = disk.remove(temporary);
    }
    written?;
    match (reach, path.parent()) {
        (Reach::Durable, Some(parent)) => disk.sync_dir(parent),
        _ => Ok(()),
    }
}

/// Writes a file that nobody reads yet.
pub fn write_new(disk: &dyn Disk, path: &Path, bytes: &[u8], reach: Reach) -> io::Result<()> {
    let mut file = disk.open(path, Open::Replace)?;
    file.write_at(bytes, 0)?;
    if reach == Reach::Durable {
        file.sync()?;
    }
    Ok(())
}
