//! The directories of steps: `steps/0007-critic/`, one for each step that keeps files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smol_str::{SmolStr, format_smolstr};

use super::StoreError;
use crate::disk::{self, Disk};

/// Makes the directories of steps, numbered in the order in which they are asked for.
#[derive(Debug)]
pub struct StepDirs {
    disk: Arc<dyn Disk>,
    run: PathBuf,
    /// The last number that was given; 0 when the directory was not looked at yet.
    last: AtomicU64,
}

impl StepDirs {
    pub(super) fn new(disk: Arc<dyn Disk>, run: &Path) -> Self {
        Self { disk, run: run.to_owned(), last: AtomicU64::new(0) }
    }

    /// Makes a directory for a step called `name`. Returns its path within the run, which goes into the record of the step's
    /// start, so that a later runner finds it again; [`StepDirs::path_of`] makes it absolute. Not synced: the files in it
    /// serve a step that runs.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn create(&self, name: &str) -> Result<SmolStr, StoreError> {
        let steps = self.run.join("steps");
        let io = |error| StoreError::io("create a step's directory in", &steps, error);
        // Numbers that were only reserved, or left alone, say nothing of the directory.
        disk::create_dirs(&*self.disk, &steps).map_err(io)?;
        if self.last.load(Ordering::Relaxed) == 0 {
            let names = self.disk.list(&steps).map_err(io)?;
            let numbers = names.iter().filter_map(|name| name.split('-').next()?.parse::<u64>().ok());
            self.last.fetch_max(numbers.max().unwrap_or(0), Ordering::Relaxed);
        }
        loop {
            let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
            let relative = format_smolstr!("steps/{number:04}-{}", plain(name));
            match self.disk.create_dir(&self.run.join(&*relative)) {
                Ok(()) => return Ok(relative),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(io(error)),
            }
        }
    }

    /// A directory for a step that may never need one, in the form of [`StepDirs::create`]: whoever has something to keep
    /// makes it.
    pub fn reserve(&self, name: &str) -> SmolStr {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        format_smolstr!("steps/{number:04}-{}", plain(name))
    }

    /// Leaves the numbers up to `number` alone: an earlier runner may have reserved them.
    pub fn start_after(&self, number: u64) {
        self.last.fetch_max(number, Ordering::Relaxed);
    }

    /// Where a step's directory lies now: the run may have been moved since it was recorded.
    pub fn path_of(&self, relative: &str) -> PathBuf {
        self.run.join(relative)
    }
}

/// A name that is safe in a path, and short.
fn plain(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).take(40).collect();
    if plain.is_empty() { "step".to_owned() } else { plain }
}
