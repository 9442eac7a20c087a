//! What can go wrong with files, in words that say where, what, and what to do.

use std::io;
use std::path::{Path, PathBuf};

use super::{Holder, RunId};

/// A failure of the store. Cheap to clone: everybody who waited for a record gets the same one.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The disk refused something.
    #[error("cannot {doing} `{path}`: {reason}", path = path.display())]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// There is no room for a record. Nothing that was acknowledged is lost; the run can be resumed.
    #[error(
        "the disk is full: `{path}` takes no more records; all that was recorded before is kept; \
         make room, then resume the run",
        path = path.display()
    )]
    DiskFull {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// A sync failed. What was acknowledged before is durable; what was not is not in the file.
    #[error(
        "`{path}` could not be made durable: {reason}; all that was acknowledged before is kept; \
         check the disk, then resume the run",
        path = path.display()
    )]
    SyncFailed {
        /// The file.
        path: PathBuf,
        /// What the kernel said.
        reason: String,
    },
    /// A journal is damaged before its end. It was left as it is.
    #[error(
        "`{path}` is damaged at record {record} (byte {offset}): {why}; nothing was changed; \
         `flow doctor {run}` can save the records before it",
        path = path.display(), run = run_of(path)
    )]
    Corrupt {
        /// The journal.
        path: PathBuf,
        /// The number of the first record that does not count.
        record: u64,
        /// Where its line begins.
        offset: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A journal has lost records at its end.
    #[error(
        "`{path}` {what}: results are lost, whose steps would run again; put it back from a copy, \
         or let `flow doctor {run}` make do with what is left",
        path = path.display(), run = run_of(path)
    )]
    Lost {
        /// The journal.
        path: PathBuf,
        /// What is there of it, as a verb.
        what: String,
    },
    /// A journal was changed by something else while the run was open.
    #[error(
        "`{path}` was changed at byte {offset} while the run was open; nothing else may write there: resume the run to check it",
        path = path.display()
    )]
    ChangedUnderneath {
        /// The journal.
        path: PathBuf,
        /// Where a record was.
        offset: u64,
    },
    /// A file says what only a newer program can know.
    #[error(
        "record {record} of `{path}` was written by another version of this program ({what}); use that version",
        path = path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The record's number.
        record: u64,
        /// What was not understood.
        what: String,
    },
    /// Another runner has the run.
    #[error("run {run} is held by {holder}; stop it with `flow stop {run}`, or wait for it")]
    Held {
        /// The run.
        run: RunId,
        /// Who has it.
        holder: Box<Holder>,
    },
    /// Another machine may have the run, and a lock does not reach there.
    #[error(
        "run {run} lies on a shared disk and was last held by {holder}, which did not let go of it; \
         if that machine no longer runs it, remove `{lock}` and resume",
        lock = lock.display()
    )]
    HeldElsewhere {
        /// The run.
        run: RunId,
        /// Who had it.
        holder: Box<Holder>,
        /// The lock file.
        lock: PathBuf,
    },
    /// There is no such run.
    #[error("there is no run {run} in `{root}`; {known}", root = root.display())]
    NoSuchRun {
        /// What was asked for.
        run: RunId,
        /// Where it was looked for.
        root: PathBuf,
        /// Which there are, in words.
        known: String,
    },
    /// A run whose creation was cut: nothing of it ever ran.
    #[error("run {run} was never completely created, so nothing of it ran; remove `{path}` and start it again", path = path.display())]
    Incomplete {
        /// The run.
        run: RunId,
        /// Its directory.
        path: PathBuf,
    },
    /// The name of a run that is none.
    #[error("`{0}` does not name a run; a run is called like `POM-3`")]
    NotARun(String),
    /// A file of the run is not what the run recorded.
    #[error("`{path}` is not what run {run} recorded: {why}", path = path.display())]
    Changed {
        /// The run.
        run: RunId,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The journal was closed before the record was written.
    #[error("the journal was closed before the record was written; resume the run")]
    Closed,
}

impl StoreError {
    /// A refusal of the disk, in words.
    pub fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        if is_full(&error) {
            return Self::DiskFull { path: path.to_owned() };
        }
        Self::Io { doing, path: path.to_owned(), reason: words(&error) }
    }

    pub(crate) fn write(path: &Path, error: io::Error) -> Self {
        Self::io("write to", path, error)
    }

    pub(crate) fn sync(path: &Path, error: io::Error) -> Self {
        if is_full(&error) {
            return Self::DiskFull { path: path.to_owned() };
        }
        Self::SyncFailed { path: path.to_owned(), reason: words(&error) }
    }

    pub(crate) fn corrupt(path: &Path, record: u64, offset: u64, why: String) -> Self {
        Self::Corrupt { path: path.to_owned(), record, offset, why }
    }

    /// Whether room on the disk is all that is missing.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::DiskFull { .. })
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// The reason without the library's capital letter and error number.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        io::ErrorKind::NotADirectory => "part of the path is not a directory".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            let mut letters = text.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The name of the run that a journal is of: its directory's.
fn run_of(journal: &Path) -> std::borrow::Cow<'_, str> {
    journal.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy()
}
