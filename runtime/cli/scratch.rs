//! Workspaces that are thrown away.

use std::path::{Path, PathBuf};

use crate::exit::Failed;

/// The directory of all workspaces that a command makes; removed at the end if nothing is left in it.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// A new one, for what a command is called.
    pub(crate) fn new(command: &str) -> Result<Self, Failed> {
        Self::below(&std::env::temp_dir(), command)
    }

    /// The same for workspaces that come and go by the thousand: in memory, where the system has such a place.
    pub(crate) fn fleeting(command: &str) -> Result<Self, Failed> {
        Self::below(Path::new("/dev/shm"), command).or_else(|_| Self::new(command))
    }

    fn below(base: &Path, command: &str) -> Result<Self, Failed> {
        let process = std::process::id();
        // An older process of the same number may have kept its workspaces.
        for number in 0..1000 {
            let path = base.join(format!("flow-{command}-{process}-{number}"));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(Failed::usage(format!("cannot make `{}`: {error}", path.display())));
                }
            }
        }
        Err(Failed::usage(format!("`{}` is full of workspaces of earlier runs", base.display())))
    }

    /// One of its workspaces, which need not exist.
    pub(crate) fn at(&self, index: usize) -> PathBuf {
        self.0.join(index.to_string())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Fails where workspaces were kept.
        let _ = std::fs::remove_dir(&self.0);
    }
}
