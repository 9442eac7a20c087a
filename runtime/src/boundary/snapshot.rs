//! What existed before a call, so that a file left over from earlier never passes for its result.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::workspace::{PathError, Workspace, hash};
use crate::value::File;

/// Files before a call, by path.
#[derive(Clone, Debug, Default)]
pub struct Snapshot(BTreeMap<String, Before>);

/// What tells whether a file was written since.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Before {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    /// Only for a file touched so recently that another write may leave the same time behind.
    sha256: Option<String>,
}

/// The clock that stamps files is coarse; within this time of the snapshot, only the content tells.
const COARSE: Duration = Duration::from_millis(100);

impl Snapshot {
    /// Looks at the files that match any of the patterns; `None` stands for every file.
    ///
    /// # Errors
    /// When a pattern means nothing or a directory cannot be read.
    pub fn of(workspace: &Workspace, globs: &[Option<Rc<str>>]) -> Result<Self, PathError> {
        let mut files = BTreeMap::new();
        for glob in globs {
            for path in workspace.matching(glob.as_deref().unwrap_or("**/*"))? {
                if let Some(before) = look(workspace, &path, true) {
                    files.insert(path, before);
                }
            }
        }
        Ok(Self(files))
    }

    /// Whether a file was created or written since.
    pub fn is_new(&self, workspace: &Workspace, file: &File) -> bool {
        let Some(before) = self.0.get(&*file.path) else { return true };
        match (&before.sha256, look(workspace, &file.path, false)) {
            (Some(sha256), _) if **sha256 != *file.sha256 => true,
            (_, Some(after)) => after != Before { sha256: None, ..before.clone() },
            (_, None) => true,
        }
    }
}

fn look(workspace: &Workspace, path: &str, hash_recent: bool) -> Option<Before> {
    let (_, file) = workspace.open(path).ok()?;
    let meta = file.metadata().ok()?;
    let sha256 = if hash_recent && is_recent(&meta) { hash(file).ok() } else { None };
    Some(Before {
        inode: meta.ino(),
        size: meta.size(),
        modified: (meta.mtime(), meta.mtime_nsec()),
        changed: (meta.ctime(), meta.ctime_nsec()),
        sha256,
    })
}

fn is_recent(meta: &Metadata) -> bool {
    let nanoseconds = u32::try_from(meta.ctime_nsec()).unwrap_or(0);
    let changed = Duration::new(u64::try_from(meta.ctime()).unwrap_or(0), nanoseconds);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.saturating_sub(changed) < COARSE
}
