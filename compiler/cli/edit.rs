//! Texts that are written back to their files, or shown as a difference.

use anyhow::{Context as _, bail};
use similar::TextDiff;
use std::fs::{self, Metadata, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Texts that have nothing in common are not compared for longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How two texts differ, in the unified form that `patch` reads.
pub(crate) fn diff(name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    diff.unified_diff().context_radius(3).header(name, name).to_string()
}

/// Puts a text in the place of a file's. Whoever reads the file sees the old text or the new one, and its permissions stay.
///
/// # Errors
/// When the file is read-only, or cannot be written.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let context = || format!("cannot write `{}`", path.display());
    // What a link points to is written, not the link.
    let path = fs::canonicalize(path).with_context(context)?;
    let found = fs::metadata(&path).with_context(context)?;
    if found.permissions().readonly() {
        bail!("{}: the file is read-only", context());
    }
    match beside(&path, &found, text) {
        Some(written) => fs::rename(&written, &path).inspect_err(|_| remove(&written)).with_context(context),
        // Another owner's file, say, cannot be replaced by one that is like it.
        None => fs::write(&path, text).with_context(context),
    }
}

/// Writes a text to a new file beside another, with the same owner and permissions; `None` if that cannot be.
fn beside(path: &Path, like: &Metadata, text: &str) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let new = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    if !is_alone(like) {
        return None;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(&new).ok()?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| give(&new, like))
        .and_then(|()| fs::set_permissions(&new, like.permissions()));
    match written {
        Ok(()) => Some(new),
        Err(_) => {
            remove(&new);
            None
        }
    }
}

fn remove(path: &Path) {
    // There is nothing more to be done about it.
    let _ = fs::remove_file(path);
}

/// Whether the file has no other name, which would keep the old text.
#[cfg(unix)]
fn is_alone(file: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(file) == 1
}

#[cfg(not(unix))]
fn is_alone(_: &Metadata) -> bool {
    true
}

/// Gives a file the owner of another.
#[cfg(unix)]
fn give(path: &Path, like: &Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let found = fs::metadata(path)?;
    if (found.uid(), found.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    std::os::unix::fs::chown(path, Some(like.uid()), Some(like.gid()))
}

#[cfg(not(unix))]
fn give(_: &Path, _: &Metadata) -> std::io::Result<()> {
    Ok(())
}
