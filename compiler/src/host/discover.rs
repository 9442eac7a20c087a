//! Finds the files of a request, and what a text mentions.

use super::{OpenError, Request, ignore::Ignore, normal, text_of};
use crate::db::Origin;
use std::path::{Path, PathBuf};

/// The files of a request, absolute, without repetition: as named, and those of each directory sorted by path.
pub(super) fn files(request: &Request) -> Result<Vec<PathBuf>, OpenError> {
    let mut out: Vec<PathBuf> = Vec::new();
    for path in &request.paths {
        let shown = || path.to_string_lossy().into_owned();
        let absolute = normal(&request.directory.join(path));
        let found = std::fs::metadata(&absolute).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => OpenError::Missing(shown()),
            _ => OpenError::Unreadable { path: shown(), error },
        })?;
        if !found.is_dir() {
            out.push(absolute);
            continue;
        }
        let before = out.len();
        below(&absolute, &mut out).map_err(|error| OpenError::Unreadable { path: shown(), error })?;
        if out.len() == before {
            return Err(OpenError::NoFlows(shown()));
        }
    }
    let mut seen = std::collections::HashSet::new();
    out.retain(|path| seen.insert(path.clone()));
    Ok(out)
}

/// The `.flow` files below a directory.
pub(super) fn below(path: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    directory(path, &Ignore::default(), out)
}

/// Hidden directories, `target`, `node_modules` and what git ignores are left out.
fn directory(path: &Path, above: &Ignore, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let own = std::fs::read_to_string(path.join(".gitignore")).unwrap_or_default();
    let ignore = above.with(path, &own);
    let mut entries: Vec<_> = std::fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let skipped = name.starts_with('.') || name == "target" || name == "node_modules";
            if !skipped && !ignore.matches(&path, true) {
                directory(&path, &ignore, out)?;
            }
        } else if name.ends_with(".flow") && !ignore.matches(&path, false) && path.is_file() {
            out.push(path);
        }
    }
    Ok(())
}

/// The paths that a text may mention, relative to its directory: modules behind `import`, and files behind `file(`.
/// Found in the text alone, so that loading need not parse; one too many does no harm.
pub(super) fn mentions(text: &str) -> Vec<(String, Origin)> {
    let mut out = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        if let Some(rest) = line.strip_prefix("import ") {
            let end =
                rest.find(|ch: char| !(ch.is_alphanumeric() || "_./".contains(ch))).unwrap_or(rest.len());
            let path = rest[..end].trim_end_matches('.');
            if path.starts_with('.') {
                out.push((format!("{path}.flow"), Origin::Project));
            }
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find("file(\"") {
            rest = &rest[at + 6..];
            let Some(end) = rest.find('"') else { break };
            let path = &rest[..end];
            if !path.is_empty() && !path.contains(['*', '?', '[', '{', '$', '\\']) {
                out.push((text_of(Path::new(path)), Origin::Prompt));
            }
            rest = &rest[end..];
        }
    }
    out
}
