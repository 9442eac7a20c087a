//! The transcript of a turn: every message either way, one JSON object a line, secrets masked.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{FailureKind, TurnFailure, TurnHost, TurnRequest};
use crate::mask::Mask;

/// Who said something.
#[derive(Clone, Copy, Debug)]
pub(super) enum From {
    /// We did.
    Flow,
    /// The agent did.
    Agent,
}

/// Writes down what is said and passes it on.
pub(super) struct Transcript<'a> {
    path: PathBuf,
    file: File,
    host: &'a dyn TurnHost,
    mask: Mask,
}

impl<'a> Transcript<'a> {
    /// Starts the transcript of a turn in its step's directory, which only its owner can read.
    pub(super) fn create(request: &TurnRequest, host: &'a dyn TurnHost) -> Result<Self, TurnFailure> {
        let dir = &request.step.dir;
        let path = dir.join("transcript.jsonl");
        let open = || {
            make_private(dir)?;
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)
        };
        let file = open().map_err(|error| unkept(&path, &error))?;
        Ok(Self { path, file, host, mask: request.mask.clone() })
    }

    pub(super) fn add(&mut self, from: From, message: &Value) -> Result<(), TurnFailure> {
        let from = match from {
            From::Flow => "flow",
            From::Agent => "agent",
        };
        let entry = json!({"from": from, "message": self.mask.json(message.clone())});
        writeln!(self.file, "{entry}").map_err(|error| unkept(&self.path, &error))?;
        self.host.message(&entry);
        Ok(())
    }

    pub(super) fn path(&self) -> PathBuf {
        self.path.clone()
    }
}

/// Creates a directory that only its owner can enter.
pub(super) fn make_private(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

fn unkept(path: &Path, error: &io::Error) -> TurnFailure {
    TurnFailure::new(
        FailureKind::Runtime,
        format!("the transcript {} cannot be written: {error}", path.display()),
    )
}
