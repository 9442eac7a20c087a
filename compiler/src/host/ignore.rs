//! What git ignores, as far as finding `.flow` files needs it: the patterns of `.gitignore` files, the last match wins.

use std::path::{Path, PathBuf};

/// The patterns that hold in a directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    below: PathBuf,
    pattern: String,
    anchored: bool,
    only_directories: bool,
    again: bool,
}

impl Ignore {
    /// With the patterns of a `.gitignore` in `directory`.
    pub(super) fn with(&self, directory: &Path, text: &str) -> Self {
        let mut rules = self.rules.clone();
        for line in text.lines() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (again, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
            let (only_directories, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
            let anchored = line.contains('/');
            let pattern = line.strip_prefix('/').unwrap_or(line).to_owned();
            rules.push(Rule { below: directory.to_owned(), pattern, anchored, only_directories, again });
        }
        Self { rules }
    }

    /// Whether a path is ignored.
    pub(super) fn matches(&self, path: &Path, directory: bool) -> bool {
        let hit = self.rules.iter().rev().find(|rule| {
            (directory || !rule.only_directories)
                && path.strip_prefix(&rule.below).is_ok_and(|rest| {
                    let rest = rest.to_string_lossy();
                    let name = rest.rsplit('/').next().unwrap_or_default();
                    matches(
                        rule.pattern.as_bytes(),
                        if rule.anchored { rest.as_bytes() } else { name.as_bytes() },
                    )
                })
        });
        hit.is_some_and(|rule| !rule.again)
    }
}

/// `*` and `?` stay within a part of the path, `**` does not.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', b'*', b'/', rest @ ..] => {
            matches(rest, text)
                || text
                    .iter()
                    .position(|byte| *byte == b'/')
                    .is_some_and(|at| matches(pattern, &text[at + 1..]))
        }
        [b'*', b'*', rest @ ..] => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        [b'*', rest @ ..] => {
            let stop = text.iter().position(|byte| *byte == b'/').unwrap_or(text.len());
            (0..=stop).any(|at| matches(rest, &text[at..]))
        }
        [b'?', rest @ ..] => matches!(text, [first, tail @ ..] if *first != b'/' && matches(rest, tail)),
        [first, rest @ ..] => matches!(text, [found, tail @ ..] if found == first && matches(rest, tail)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ignore, matches};
    use std::path::Path;

    #[test]
    fn stars_stay_within_a_part_and_double_stars_do_not() {
        for (pattern, text, hit) in [
            ("*.flow", "a.flow", true),
            ("a/*.flow", "a/b/c.flow", false),
            ("a/**/*.flow", "a/b/c.flow", true),
            ("a/**", "a/b/c", true),
            ("?x", "ax", true),
            ("?x", "/x", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), hit, "{pattern} {text}");
        }
    }

    #[test]
    fn the_last_pattern_that_matches_wins() {
        let ignore = Ignore::default().with(Path::new("/p"), "gen\n*.tmp.flow\n!keep.tmp.flow\n/top.flow\n");
        let hit = |path: &str, directory| ignore.matches(Path::new(path), directory);
        assert!(hit("/p/a/gen", true));
        assert!(hit("/p/x.tmp.flow", false));
        assert!(!hit("/p/keep.tmp.flow", false));
        assert!(hit("/p/top.flow", false) && !hit("/p/a/top.flow", false));
    }
}
