//! Contents by hash: what flows hand over as files, and results that are too long for the journal.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::StoreError;
use super::run_dir::ARTIFACTS;
use crate::disk::{self, Disk, Open, Reach};
use crate::journal::{ArtifactRef, ContentHash, Recorded, StepKey, Time};

/// The artifacts of a run, in `artifacts/`: each content once, under its hash, and `lineage.jsonl` that tells where each
/// came from.
#[derive(Clone, Debug)]
pub struct Artifacts {
    disk: Arc<dyn Disk>,
    path: PathBuf,
}

/// Where an artifact came from.
#[derive(Clone, Debug, Serialize)]
pub struct Lineage<'a> {
    /// When it was stored.
    pub time: Time,
    /// The step that produced it.
    pub step: &'a StepKey,
    /// Its path in the workspace, or what it is.
    pub name: &'a str,
}

impl Artifacts {
    pub(super) fn new(disk: Arc<dyn Disk>, run: &Path) -> Self {
        Self { disk, path: run.join(ARTIFACTS) }
    }

    /// Where an artifact lies.
    pub fn path_of(&self, hash: ContentHash) -> PathBuf {
        self.path.join(hash.to_string())
    }

    /// The value as it goes into a record: inline, or stored as an artifact first, when it is too long. When this returns,
    /// the artifact is durable, so the record may follow.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn record(&self, value: Box<RawValue>, from: &Lineage<'_>) -> Result<Recorded, StoreError> {
        match Recorded::inline(value) {
            Ok(inline) => Ok(inline),
            Err(value) => self.add(value.get().as_bytes(), from).map(Recorded::Artifact),
        }
    }

    /// The JSON text of a recorded value.
    ///
    /// # Errors
    /// The artifact is missing, or its content is not what its name says.
    pub fn value<'r>(&self, recorded: &'r Recorded) -> Result<Cow<'r, RawValue>, StoreError> {
        match recorded {
            Recorded::Inline(json) => Ok(Cow::Borrowed(json)),
            Recorded::Artifact(reference) => {
                let bytes = self.read(reference.artifact)?;
                serde_json::from_slice(&bytes)
                    .map(Cow::Owned)
                    .map_err(|error| StoreError::io("read", &self.path_of(reference.artifact), error.into()))
            }
        }
    }

    /// Stores a content, durable when this returns. A content that is there already is not written again.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn add(&self, content: &[u8], from: &Lineage<'_>) -> Result<ArtifactRef, StoreError> {
        let reference = ArtifactRef { artifact: ContentHash::of(content), bytes: content.len() as u64 };
        let path = self.path_of(reference.artifact);
        let io = |error| StoreError::io("store", &path, error);
        if self.disk.exists(&path).map_err(io)? {
            // Its content was synced before it got its name; whoever gave it the name may have died before that was, too.
            self.disk.sync_dir(&self.path).map_err(io)?;
        } else {
            disk::replace(&*self.disk, &path, content, Reach::Durable).map_err(io)?;
        }
        self.note(reference, from)?;
        Ok(reference)
    }

    /// Stores the content of a file of the workspace, however long, durable when this returns.
    ///
    /// # Errors
    /// The file cannot be read, or the disk refuses.
    pub fn add_file(&self, mut input: File, from: &Lineage<'_>) -> Result<ArtifactRef, StoreError> {
        let reading = |error| StoreError::io("read", Path::new(from.name), error);
        // Only the holder of the run writes here, and one at a time: the name says whose content it is going to be.
        let name = ContentHash::of(from.name.as_bytes()).to_string();
        let temporary = self.path.join(format!("{name}.tmp"));
        let writing = |error| StoreError::io("store", &temporary, error);
        let mut output = self.disk.open(&temporary, Open::Replace).map_err(writing)?;
        let (mut hasher, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 256 * 1024]);
        loop {
            let read = match input.read(&mut buffer).map_err(reading)? {
                0 => break,
                read => &buffer[..read],
            };
            hasher.update(read);
            output.write_at(read, bytes).map_err(writing)?;
            bytes += read.len() as u64;
        }
        let reference = ArtifactRef { artifact: ContentHash::finish(hasher), bytes };
        let path = self.path_of(reference.artifact);
        if self.disk.exists(&path).map_err(writing)? {
            self.disk.remove(&temporary).map_err(writing)?;
        } else {
            output.sync().map_err(writing)?;
            self.disk.rename(&temporary, &path).map_err(writing)?;
        }
        self.disk.sync_dir(&self.path).map_err(writing)?;
        self.note(reference, from)?;
        Ok(reference)
    }

    /// The content of an artifact.
    ///
    /// # Errors
    /// It is missing, or its content is not what its name says.
    pub fn read(&self, hash: ContentHash) -> Result<Vec<u8>, StoreError> {
        let path = self.path_of(hash);
        let bytes = disk::read(&*self.disk, &path).map_err(|error| StoreError::io("read", &path, error))?;
        if ContentHash::of(&bytes) == hash {
            return Ok(bytes);
        }
        let changed = std::io::Error::other("its content was changed after it was stored");
        Err(StoreError::io("use", &path, changed))
    }

    /// Tells where an artifact came from. A derived file: not synced.
    fn note(&self, reference: ArtifactRef, from: &Lineage<'_>) -> Result<(), StoreError> {
        #[derive(Serialize)]
        struct Line<'a> {
            #[serde(flatten)]
            reference: ArtifactRef,
            #[serde(flatten)]
            from: &'a Lineage<'a>,
        }
        let path = self.path.join("lineage.jsonl");
        let io = |error| StoreError::io("write", &path, error);
        let mut line = serde_json::to_vec(&Line { reference, from }).map_err(|error| io(error.into()))?;
        line.push(b'\n');
        let mut file = self.disk.open(&path, Open::Write).map_err(io)?;
        let end = file.len().map_err(io)?;
        file.write_at(&line, end).map_err(io)
    }
}
