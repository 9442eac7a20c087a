//! One writer per run: an OS lock that the kernel lets go on any death, and the identity of its holder for messages.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{RunId, StoreError};
use crate::disk::{Disk, DiskFile, Open};
use crate::journal::Time;

/// Who holds a run. Only words for people: the lock itself is the kernel's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// When the process began, in clock ticks after boot, which tells it from a later one with the same number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<u64>,
    /// The boot of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<SmolStr>,
    /// The machine.
    pub host: SmolStr,
    /// Since when.
    pub since: Time,
}

impl Holder {
    /// This process. Reads the machine's state: for the program's edge.
    pub fn this_process(now: Time) -> Self {
        let pid = std::process::id();
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        Self {
            pid,
            start: start_of(pid),
            boot: boot.map(|it| it.trim().into()),
            host: rustix::system::uname().nodename().to_string_lossy().into(),
            since: now,
        }
    }

    /// Whether the other lived on another machine, or before this machine started.
    pub fn is_foreign_to(&self, other: &Self) -> bool {
        self.host != other.host || self.boot != other.boot
    }
}

/// The 22nd field of `/proc/PID/stat`; the second one may hold spaces and parentheses.
fn start_of(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on `{}` since {}", self.pid, self.host, self.since)
    }
}

/// What stands in the lock file: the last holder, and whether it let go on purpose.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Text {
    #[serde(flatten)]
    holder: Holder,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left: Option<String>,
}

/// Padded to this many bytes, so that letting go needs no room on a full disk.
const TEXT: usize = 512;

/// The lock of a run, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: Box<dyn DiskFile>,
    holder: Holder,
    before: Before,
}

/// Who held a run before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nobody.
    Nobody,
    /// Somebody who let go, and why.
    Left(Holder, String),
    /// Somebody who died on this machine.
    Died(Holder),
    /// Somebody on another machine, or before this one was started: the directory was copied, or the machine failed.
    Foreign(Holder),
}

impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody held it before"),
            Self::Left(holder, why) => write!(f, "{holder} let go of it ({why})"),
            Self::Died(holder) => write!(f, "{holder} died while it held it"),
            Self::Foreign(holder) => write!(
                f,
                "it was last held by {holder}, on another machine or before this one was restarted, and goes on here"
            ),
        }
    }
}

/// What a look at a lock shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockState {
    /// Nobody has it.
    Free(Before),
    /// Somebody has it.
    Held {
        /// Who, if it has said so yet.
        holder: Option<Holder>,
        /// Seconds since its last sign of life.
        silent_seconds: u64,
    },
}

impl Lock {
    /// Takes the lock, without waiting.
    ///
    /// # Errors
    /// Somebody else has it: nothing was touched. Or it lies on a network disk, and its last holder, on another machine, never
    /// let go.
    pub fn take(disk: &dyn Disk, directory: &Path, run: &RunId, me: Holder) -> Result<Self, StoreError> {
        let path = lock_path(directory);
        let io = |doing| {
            let path = &path;
            move |error| StoreError::io(doing, path, error)
        };
        let mut file = disk.open(&path, Open::Write).map_err(io("open"))?;
        let taken = try_a_few_times(&mut *file).map_err(io("lock"))?;
        let text = read_text(&*file);
        if !taken {
            let holder = text.map_or_else(|| unnamed(&me), |text| text.holder);
            return Err(StoreError::Held { run: run.clone(), holder: Box::new(holder) });
        }
        let before = before(text, &me);
        if let (Before::Foreign(holder), true) = (&before, file.is_remote()) {
            let holder = Box::new(holder.clone());
            return Err(StoreError::HeldElsewhere { run: run.clone(), holder, lock: path });
        }
        let mut lock = Self { file, holder: me, before };
        lock.write(None).map_err(io("write to"))?;
        Ok(lock)
    }

    /// Looks who has the lock, and leaves it as it is.
    ///
    /// # Errors
    /// The lock file cannot be read.
    pub fn look(disk: &dyn Disk, directory: &Path, me: &Holder) -> Result<LockState, StoreError> {
        let path = lock_path(directory);
        let io = |error| StoreError::io("read", &path, error);
        if !disk.exists(&path).map_err(io)? {
            return Ok(LockState::Free(Before::Nobody));
        }
        let mut file = disk.open(&path, Open::Read).map_err(io)?;
        let free = file.try_lock().map_err(io)?;
        let text = read_text(&*file);
        if free {
            return Ok(LockState::Free(before(text, me)));
        }
        let silent_seconds = file.age_seconds().map_err(io)?;
        Ok(LockState::Held { holder: text.map(|text| text.holder), silent_seconds })
    }

    /// Who had it before.
    pub fn before(&self) -> &Before {
        &self.before
    }

    /// Gives a sign of life. A holder that gives none for [`super::STALE_SECONDS`] is shown as stale.
    pub fn beat(&mut self) {
        // A sign that fails is a sign that is missing: it shows.
        let _ = self.file.touch();
    }

    /// Lets go on purpose, and says why, even on a full disk.
    pub fn leave(mut self, why: &str) {
        // What cannot be said is found out by the next one, who finds the lock free.
        let _ = self.write(Some(why.chars().take(160).collect()));
    }

    fn write(&mut self, left: Option<String>) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(&Text { holder: self.holder.clone(), left })?;
        text.resize(text.len().max(TEXT - 1), b' ');
        text.push(b'\n');
        self.file.write_at(&text, 0)?;
        self.file.truncate(text.len() as u64)
    }
}

/// Somebody who only looks at the lock has it for a moment; a holder has it for longer than all tries together.
fn try_a_few_times(file: &mut dyn DiskFile) -> std::io::Result<bool> {
    for _ in 0..5 {
        if file.try_lock()? {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(false)
}

fn lock_path(directory: &Path) -> PathBuf {
    directory.join("lock")
}

fn read_text(file: &dyn DiskFile) -> Option<Text> {
    let mut bytes = [0; 4 * TEXT];
    let read = file.read_at(&mut bytes, 0).ok()?;
    serde_json::from_slice(&bytes[..read]).ok()
}

fn before(text: Option<Text>, me: &Holder) -> Before {
    match text {
        None => Before::Nobody,
        Some(Text { holder, left: Some(why) }) => Before::Left(holder, why),
        Some(Text { holder, left: None }) if holder.is_foreign_to(me) => Before::Foreign(holder),
        Some(Text { holder, left: None }) => Before::Died(holder),
    }
}

/// The holder took the lock a moment ago and has not written who it is.
fn unnamed(me: &Holder) -> Holder {
    Holder { pid: 0, start: None, boot: None, host: me.host.clone(), since: me.since }
}
