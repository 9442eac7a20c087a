//! Finds the files of a request, and what a text mentions.

use super::{OpenError, Request, ignore::Ignore, normal, text_of};
use crate::db::Origin;
use memchr::memmem;
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
    entries.sort_by_cached_key(std::fs::DirEntry::file_name);
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
        } else if name.ends_with(".flow")
            && !ignore.matches(&path, false)
            && (kind.is_file() || path.is_file())
        {
            out.push(path);
        }
    }
    Ok(())
}

/// The paths that a text may mention, relative to its directory: modules behind `import`, and files behind `file(`.
/// Found in the text alone, so that loading need not parse; one too many does no harm.
pub(super) fn mentions(text: &str) -> Vec<(String, Origin)> {
    let modules = behind(text, "import ").filter_map(|(before, rest)| {
        let above = before.trim_end_matches(|ch: char| ch != '\n' && ch.is_whitespace());
        (above.is_empty() || above.ends_with('\n')).then(|| imported(rest)).flatten()
    });
    let prompts = behind(text, "file(\"").filter_map(|(_, rest)| named(rest));
    modules.chain(prompts).collect()
}

/// The text before and behind each occurrence of a word.
fn behind<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = (&'t str, &'t str)> {
    memmem::find_iter(text.as_bytes(), word).map(move |at| (&text[..at], &text[at + word.len()..]))
}

/// The module whose path stands at the start of a text.
fn imported(text: &str) -> Option<(String, Origin)> {
    let end = text.find(|ch: char| !(ch.is_alphanumeric() || "_./".contains(ch))).unwrap_or(text.len());
    let path = text[..end].trim_end_matches('.');
    path.starts_with('.').then(|| (format!("{path}.flow"), Origin::Project))
}

/// The file whose name stands at the start of a text, up to a quote on the same line.
fn named(text: &str) -> Option<(String, Origin)> {
    let path = &text[..text.find(['"', '\n'])?];
    // An absolute path is of one machine alone, and refused.
    let is_plain = !path.contains(['*', '?', '[', '{', '$', '\\']) && !path.starts_with('/');
    (!path.is_empty() && is_plain && text[path.len()..].starts_with('"'))
        .then(|| (text_of(Path::new(path)), Origin::Prompt))
}

#[cfg(test)]
mod tests {
    use super::mentions;
    use crate::db::Origin;

    #[test]
    fn imports_at_the_start_of_a_line_and_named_files_are_mentioned() {
        let text = "import ./tickets.{Ticket}\n  import ../shared/types as t\nimport std/review\n\
                    agent a() { prompt: file(\"a.md\"), system: file(\"b/c.md\") }\nx = file(\"d.md\n\" \
                    file(\"*.md\") file(\"\") file(\"/e.md\")\nimportant ./no\nlet y = import ./no\n";
        let module = |path: &str| (path.to_owned(), Origin::Project);
        let prompt = |path: &str| (path.to_owned(), Origin::Prompt);
        let expected =
            [module("./tickets.flow"), module("../shared/types.flow"), prompt("a.md"), prompt("b/c.md")];
        assert_eq!(mentions(text), expected);
    }
}
