//! The directory of a run: making it, opening it, looking into it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use smol_str::SmolStr;

use super::{Artifacts, Before, Holder, Lock, LockState, RunId, StepDirs, StoreError};
use crate::disk::{self, Disk, Open, Reach, create_dirs, write_new};
use crate::journal::{
    self, Clock, ContentHash, History, Journal, Place, Progress, Record, Salvaged, Scan, Tally, Time,
};

/// What a run is, written once when it is created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunInfo {
    /// The version of the directory's layout.
    pub format: u32,
    /// The run's name.
    pub run: RunId,
    /// The flow that runs, by its name in the program.
    pub flow: SmolStr,
    /// Its inputs, by name.
    pub inputs: Box<RawValue>,
    /// The hash of the pinned program.
    pub program: ContentHash,
    /// The revision of the code it works on, if it works on code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<SmolStr>,
    /// When it was created.
    pub created: Time,
    /// The run that it was forked from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<RunId>,
}

/// The layout that this program writes and reads.
const FORMAT: u32 = 1;

/// What a new run is made of.
#[derive(Clone, Debug)]
pub struct NewRun<'a> {
    /// The flow that runs, by its name in the program.
    pub flow: &'a str,
    /// The prefix of the run's name, such as `POM`; made from the flow's name if this cannot be one.
    pub code: &'a str,
    /// Its inputs, by name, as JSON.
    pub inputs: Box<RawValue>,
    /// The program's document, pinned byte for byte.
    pub program: &'a str,
    /// The revision of the code it works on.
    pub revision: Option<&'a str>,
    /// The run that it is forked from.
    pub parent: Option<RunId>,
}

/// A directory of runs.
#[derive(Clone, Debug)]
pub struct Runs {
    disk: Arc<dyn Disk>,
    root: PathBuf,
}

/// A run that may be read. Many may look at it, whoever holds it.
#[derive(Clone, Debug)]
pub struct RunDir {
    disk: Arc<dyn Disk>,
    id: RunId,
    path: PathBuf,
}

/// A run that this process holds. Dropping it writes what is queued, then lets go of the lock.
#[derive(Debug)]
pub struct OpenRun {
    /// Its directory.
    pub dir: RunDir,
    /// What it is.
    pub info: RunInfo,
    /// The pinned program.
    pub program: String,
    /// Where results go.
    pub journal: Journal,
    /// What was recorded before.
    pub history: History,
    /// Held for as long as this lives; after `journal`, so that it is let go last.
    lock: Lock,
}

impl Runs {
    /// The runs in a directory, which need not exist yet.
    pub fn new(disk: Arc<dyn Disk>, root: impl Into<PathBuf>) -> Self {
        Self { disk, root: root.into() }
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The disk it lies on.
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// Creates a run under a name that no other has, and takes it. When this returns, the run is durable.
    ///
    /// # Errors
    /// The disk refuses; what was made of the directory stays and is recognised as incomplete.
    pub fn create(&self, new: NewRun<'_>, me: Holder, clock: Clock) -> Result<OpenRun, StoreError> {
        let now = clock();
        let (id, path) = self.allocate(RunId::with_code(new.code, new.flow))?;
        let disk = &*self.disk;
        let io = |doing| {
            let path = &path;
            move |error| StoreError::io(doing, path, error)
        };
        let lock = Lock::take(disk, &path, &id, me.clone())?;
        for name in [ARTIFACTS, INBOX] {
            disk.create_dir(&path.join(name)).map_err(io("fill"))?;
        }
        let info = RunInfo {
            format: FORMAT,
            run: id.clone(),
            flow: new.flow.into(),
            inputs: new.inputs,
            program: ContentHash::of(new.program.as_bytes()),
            revision: new.revision.map(SmolStr::new),
            created: now,
            parent: new.parent,
        };
        let mut text = serde_json::to_vec_pretty(&info).map_err(|it| io("describe")(it.into()))?;
        text.push(b'\n');
        write_new(disk, &path.join(PROGRAM), new.program.as_bytes(), Reach::Durable).map_err(io("fill"))?;
        // `run.json` comes last: a directory without it was never completely created.
        let (temporary, run) = (path.join("run.json.tmp"), path.join(RUN));
        write_new(disk, &temporary, &text, Reach::Durable).map_err(io("fill"))?;
        disk.rename(&temporary, &run).map_err(io("fill"))?;
        // Makes the names above durable, too, before its first record.
        let (journal, history) = Journal::open(disk, &path.join(JOURNAL), me, clock)?;
        let dir = RunDir { disk: Arc::clone(&self.disk), id, path };
        Ok(OpenRun { dir, info, program: new.program.to_owned(), journal, history, lock })
    }

    /// A number that is free, by making its directory: two creators never get the same one. The directory's name is durable
    /// before anything is put into it, so that whoever finds something in it need not wonder.
    fn allocate(&self, first: RunId) -> Result<(RunId, PathBuf), StoreError> {
        let io = |error| StoreError::io("create a run in", &self.root, error);
        create_dirs(&*self.disk, &self.root).map_err(io)?;
        let known = self.list()?;
        if let (true, Some(parent)) =
            (known.is_empty(), self.root.parent().filter(|it| !it.as_os_str().is_empty()))
        {
            // It may be there because of a creator that died before it synced it.
            self.disk.sync_dir(parent).map_err(io)?;
        }
        let taken = known.into_iter().filter(|id| id.is_sibling_of(&first)).map(|id| id.number());
        let mut number = taken.max().unwrap_or(0) + 1;
        loop {
            let id = first.sibling(number);
            let path = self.root.join(id.to_string());
            match self.disk.create_dir(&path) {
                Ok(()) => {
                    self.disk.sync_dir(&self.root).map_err(io)?;
                    return Ok((id, path));
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(io(error)),
            }
        }
    }

    /// Takes a run that exists, to go on with it.
    ///
    /// # Errors
    /// There is no such run, somebody else holds it, its journal is damaged, or its program was changed.
    pub fn open(&self, id: &RunId, me: Holder, clock: Clock) -> Result<OpenRun, StoreError> {
        let dir = self.find(id)?;
        let lock = Lock::take(&*self.disk, &dir.path, id, me.clone())?;
        let info = dir.info()?;
        let program = dir.program(&info)?;
        dir.has_journal()?;
        let (journal, history) = Journal::open(&*self.disk, &dir.path.join(JOURNAL), me, clock)?;
        Ok(OpenRun { dir, info, program, journal, history, lock })
    }

    /// Keeps the good records of a run whose journal is damaged, and sets the rest aside, or makes do with what is left of
    /// it: what `flow doctor` does when it is told to. Steps whose results were in the rest run again. `None` when nothing
    /// is damaged.
    ///
    /// # Errors
    /// There is no such run, somebody holds it, a newer program wrote it, or the disk refuses.
    pub fn salvage(&self, id: &RunId, me: Holder) -> Result<Option<Salvaged>, StoreError> {
        let dir = self.find(id)?;
        let lock = Lock::take(&*self.disk, &dir.path, id, me)?;
        let lost = match dir.has_journal() {
            Ok(_) => None,
            Err(StoreError::Lost { what, .. }) => Some(what),
            Err(error) => return Err(error),
        };
        let mut salvaged = journal::salvage(&*self.disk, &dir.journal_path())?;
        if let (None, Some(what)) = (&salvaged, lost) {
            let records = journal::read(&*self.disk, &dir.journal_path(), &mut |_, _| {})?.chain.seq;
            salvaged = Some(Salvaged { records, aside: None, why: format!("it {what}") });
        }
        if salvaged.is_some() {
            dir.forget_state()?;
        }
        lock.leave("salvaged");
        Ok(salvaged)
    }

    /// A run that exists, to look at.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, id: &RunId) -> Result<RunDir, StoreError> {
        let path = self.root.join(id.to_string());
        if self.disk.exists(&path).map_err(|error| StoreError::io("open", &path, error))? {
            return Ok(RunDir { disk: Arc::clone(&self.disk), id: id.clone(), path });
        }
        let known = self.list()?;
        let names: Vec<_> = known.iter().rev().take(5).map(ToString::to_string).collect();
        let known = match names.as_slice() {
            [] => "it holds no runs".to_owned(),
            names => format!("the last ones are {}", names.join(", ")),
        };
        Err(StoreError::NoSuchRun { run: id.clone(), root: self.root.clone(), known })
    }

    /// All runs, by name and number, incomplete ones included.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn list(&self) -> Result<Vec<RunId>, StoreError> {
        let names = match self.disk.list(&self.root) {
            Ok(names) => names,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StoreError::io("read", &self.root, error)),
        };
        let mut ids: Vec<RunId> = names.iter().filter_map(|name| name.parse().ok()).collect();
        ids.sort();
        Ok(ids)
    }
}

const RUN: &str = "run.json";
const PROGRAM: &str = "program.flow.json";
const JOURNAL: &str = "journal.jsonl";
const STATE: &str = "state.json";
pub(super) const ARTIFACTS: &str = "artifacts";
pub(super) const INBOX: &str = "inbox";

impl RunDir {
    /// The run's name.
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// Its directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The disk it lies on.
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// The journal's path, for messages.
    pub fn journal_path(&self) -> PathBuf {
        self.path.join(JOURNAL)
    }

    /// What the run is.
    ///
    /// # Errors
    /// The creation was cut, or the file is not what is written there.
    pub fn info(&self) -> Result<RunInfo, StoreError> {
        let path = self.path.join(RUN);
        let bytes = match disk::read(&*self.disk, &path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Incomplete { run: self.id.clone(), path: self.path.clone() });
            }
            Err(error) => return Err(StoreError::io("read", &path, error)),
        };
        let changed = |why: String| StoreError::Changed { run: self.id.clone(), path: path.clone(), why };
        let info: RunInfo = serde_json::from_slice(&bytes).map_err(|error| changed(error.to_string()))?;
        match info.format {
            FORMAT => Ok(info),
            other => {
                Err(changed(format!("its layout has version {other}, this program knows version {FORMAT}")))
            }
        }
    }

    /// The pinned program's document.
    ///
    /// # Errors
    /// It is missing, or its hash is another than the run recorded.
    pub fn program(&self, info: &RunInfo) -> Result<String, StoreError> {
        let path = self.path.join(PROGRAM);
        let bytes = disk::read(&*self.disk, &path).map_err(|error| StoreError::io("read", &path, error))?;
        let hash = ContentHash::of(&bytes);
        let changed = |why: String| StoreError::Changed { run: self.id.clone(), path: path.clone(), why };
        if hash != info.program {
            return Err(changed(format!(
                "its hash is {hash}, recorded is {}; put the recorded one back",
                info.program
            )));
        }
        String::from_utf8(bytes).map_err(|_| changed("it is not text".to_owned()))
    }

    /// Whether there is a journal: a run that nothing opened yet has none.
    ///
    /// `state.json` says how much of it was durable, and stands there only since the journal's name is; a power failure may
    /// take that file, or bring an earlier one, but never one that says too much.
    ///
    /// # Errors
    /// There is less of it than there was.
    fn has_journal(&self) -> Result<bool, StoreError> {
        // Looked at first: a journal that somebody writes to only grows.
        let least = self.witnessed();
        let path = self.journal_path();
        let len = match self.disk.open(&path, Open::Read).and_then(|file| file.len()) {
            Ok(len) => Some(len),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(StoreError::io("read", &path, error)),
        };
        let lost = |what: String| Err(StoreError::Lost { path: path.clone(), what });
        match (len, least) {
            (None, Some(_)) => lost("is missing".to_owned()),
            (Some(len), Some(least)) if len < least => {
                lost(format!("has {len} bytes, and had at least {least}"))
            }
            (len, _) => Ok(len.is_some()),
        }
    }

    /// How many bytes of the journal were durable when `state.json` was written; `None` when there is no such file.
    fn witnessed(&self) -> Option<u64> {
        let path = self.path.join(STATE);
        let bytes = disk::read(&*self.disk, &path).ok()?;
        // A power failure may leave an empty one.
        let witness = serde_json::from_slice::<Witness>(&bytes);
        Some(witness.map_or(0, |it| it.journal_bytes))
    }

    /// Removes `state.json`, which the next runner makes anew.
    fn forget_state(&self) -> Result<(), StoreError> {
        let path = self.path.join(STATE);
        match self.disk.remove(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", &path, error))
            }
            _ => self.disk.sync_dir(&self.path).map_err(|error| StoreError::io("write", &self.path, error)),
        }
    }

    /// Goes through the journal's records; a run that nothing opened yet has none.
    ///
    /// # Errors
    /// The journal cannot be read or is damaged.
    pub fn records(&self, each: &mut dyn FnMut(Record, Place)) -> Result<Scan, StoreError> {
        if !self.has_journal()? {
            return Ok(Scan { chain: journal::Chain::default(), len: 0, end: journal::End::Clean });
        }
        journal::read(&*self.disk, &self.journal_path(), each)
    }

    /// The state that the journal's records add up to.
    ///
    /// # Errors
    /// The journal cannot be read or is damaged.
    pub fn progress(&self) -> Result<Progress, StoreError> {
        self.summary().map(|(progress, _)| progress)
    }

    /// The same, and how the steps stand.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub fn summary(&self) -> Result<(Progress, Tally), StoreError> {
        if !self.has_journal()? {
            return Ok(Default::default());
        }
        journal::read_summary(&*self.disk, &self.journal_path())
    }

    /// Who holds the run now.
    ///
    /// # Errors
    /// The lock cannot be read.
    pub fn lock_state(&self, me: &Holder) -> Result<LockState, StoreError> {
        Lock::look(&*self.disk, &self.path, me)
    }

    /// Replaces `state.json`, which is made from the journal and never trusted over it. Not synced.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write_state(&self, journal: &Journal) -> Result<(), StoreError> {
        let path = self.path.join(STATE);
        let io = |error| StoreError::io("write", &path, error);
        let (journal_bytes, progress) = (journal.synced(), journal.progress());
        let state = State { run: &self.id, status: progress.phase(), journal_bytes, progress: &progress };
        let mut text = serde_json::to_vec_pretty(&state).map_err(|error| io(error.into()))?;
        text.push(b'\n');
        disk::replace(&*self.disk, &path, &text, Reach::Derived).map_err(io)
    }

    /// The artifacts of the run.
    pub fn artifacts(&self) -> Artifacts {
        Artifacts::new(Arc::clone(&self.disk), &self.path)
    }

    /// The directories of its steps.
    pub fn steps(&self) -> StepDirs {
        StepDirs::new(Arc::clone(&self.disk), &self.path)
    }

    /// A file of the run that grows and is never synced, such as `log.md` or `events.jsonl`.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn log(&self, name: &str) -> Result<LogFile, StoreError> {
        let path = self.path.join(name);
        let io = |error| StoreError::io("open", &self.path.join(name), error);
        let file = self.disk.open(&path, Open::Write).map_err(io)?;
        let len = file.len().map_err(io)?;
        let mut log = LogFile { file, len, path };
        let mut last = [b'\n'];
        if len > 0 && log.file.read_at(&mut last, len - 1).map_err(io)? == 1 && last != [b'\n'] {
            // Half a line of a writer that died: the next one begins on its own.
            log.append("\n")?;
        }
        Ok(log)
    }
}

/// What `state.json` says.
#[derive(Serialize)]
struct State<'a> {
    run: &'a RunId,
    status: journal::Phase,
    /// How many bytes of the journal are known to be durable.
    journal_bytes: u64,
    #[serde(flatten)]
    progress: &'a Progress,
}

/// What of `state.json` says how long the journal was.
#[derive(Deserialize)]
struct Witness {
    #[serde(default)]
    journal_bytes: u64,
}

/// A file that grows and is never synced.
#[derive(Debug)]
pub struct LogFile {
    file: Box<dyn disk::DiskFile>,
    len: u64,
    path: PathBuf,
}

impl LogFile {
    /// Appends text in one write.
    ///
    /// # Errors
    /// The disk refuses; half of the text may be there, and is written over by the next one.
    pub fn append(&mut self, text: &str) -> Result<(), StoreError> {
        self.file
            .write_at(text.as_bytes(), self.len)
            .map_err(|error| StoreError::write(&self.path, error))?;
        self.len += text.len() as u64;
        Ok(())
    }
}

impl OpenRun {
    /// Who held the run before this process.
    pub fn before(&self) -> &Before {
        self.lock.before()
    }

    /// Gives a sign of life.
    pub fn beat(&mut self) {
        self.lock.beat();
    }

    /// Lets go of the run on purpose: what is queued is written, and the lock says why.
    pub fn leave(self, why: &str) {
        drop(self.journal);
        self.lock.leave(why);
    }
}

#[cfg(test)]
mod tests;
