//! Makes large Flow projects for benchmarks: deterministic, of realistic content, and without errors.
//!
//! The parts are Flow text in `tests/bench/parts`, with placeholders that are names themselves: `noun` is what the module
//! is about, `peer` what it imports, `000` and `999` are their modules' numbers, `888` counts the small parts.

use std::fmt::Write as _;
use std::path::Path;

/// A file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Its path, relative to the project's root.
    pub path: String,
    /// Its text.
    pub text: String,
}

const HEAD: &str = include_str!("../bench/parts/head.flow");
const IMPORT: &str = include_str!("../bench/parts/import.flow");
const TOPIC: &str = include_str!("../bench/parts/topic.flow");
const EXCHANGE: &str = include_str!("../bench/parts/exchange.flow");
const STEP: &str = include_str!("../bench/parts/step.flow");
const EXTRAS: [&str; 4] = [
    include_str!("../bench/parts/stages.flow"),
    include_str!("../bench/parts/survey.flow"),
    include_str!("../bench/parts/totals.flow"),
    include_str!("../bench/parts/page.flow"),
];

/// What modules are about: words whose plural takes an `s`.
const NOUNS: [&str; 12] = [
    "invoice",
    "ticket",
    "parcel",
    "report",
    "branch_plan",
    "customer",
    "release",
    "migration",
    "incident",
    "contract",
    "survey_form",
    "backup",
];

/// How many modules share a folder.
const FOLDER: usize = 25;

/// A project of `files` modules with exactly `lines` lines each. A module holds at least its first
/// part and what it imports, which together are some 140 lines.
pub fn project(files: usize, lines: usize) -> Vec<GeneratedFile> {
    let mut all: Vec<GeneratedFile> =
        (0..files).map(|number| GeneratedFile { path: path(number), text: module(number, lines) }).collect();
    all.push(GeneratedFile { path: "flow.toml".into(), text: "[project]\nname = \"generated\"\n".into() });
    all
}

/// One module of exactly `lines` lines that imports nothing.
pub fn alone(lines: usize) -> String {
    module(0, lines)
}

/// A program in one file of exactly `lines` lines that imports nothing: the parts of a module again and again, each time about
/// something else.
pub fn one_file(lines: usize) -> String {
    let mut text = Text::new(0, None, lines);
    text.push(HEAD);
    while text.fits(TOPIC) {
        text.push(TOPIC);
        for part in EXTRAS {
            if text.fits(part) {
                text.push(part);
            }
        }
        text.number += 1;
    }
    text.filled()
}

/// A flow that runs one small program `count` times, one behind the other.
pub fn command_loop() -> &'static str {
    include_str!("../bench/parts/loop.flow")
}

/// Writes files below a directory.
///
/// # Errors
/// When a file or a directory above it cannot be written.
pub fn write(root: &Path, files: &[GeneratedFile]) -> std::io::Result<()> {
    for file in files {
        let path = root.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, &file.text)?;
    }
    Ok(())
}

/// Where a module stands.
fn path(number: usize) -> String {
    format!("area_{:02}/{}.flow", number / FOLDER, name(number))
}

fn name(number: usize) -> String {
    format!("{}s_{number:03}", noun(number))
}

fn noun(number: usize) -> &'static str {
    NOUNS[number % NOUNS.len()]
}

/// The text of a module.
fn module(number: usize, lines: usize) -> String {
    let mut text = Text::new(number, peer(number), lines);
    text.push(HEAD);
    if text.peer.is_some() {
        text.push(IMPORT);
    }
    text.push(TOPIC);
    if text.peer.is_some() {
        text.push(EXCHANGE);
    }
    // Each module has the further parts in an order of its own; what does not fit is left out.
    for turn in 0..EXTRAS.len() {
        let part = EXTRAS[(number + turn * 3) % EXTRAS.len()];
        if text.fits(part) {
            text.push(part);
        }
    }
    text.filled()
}

/// The module that a module imports from: one not far in front of it, none for each tenth, so that there is no cycle and
/// the graph is neither a chain nor a star.
fn peer(number: usize) -> Option<usize> {
    (!number.is_multiple_of(10)).then(|| number - 1 - (number * 7) % 10 % number)
}

/// A module being written.
struct Text {
    number: usize,
    peer: Option<usize>,
    /// How many lines it is to have, and has.
    lines: usize,
    count: usize,
    out: String,
}

impl Text {
    fn new(number: usize, peer: Option<usize>, lines: usize) -> Self {
        Self { number, peer, lines, count: 0, out: String::new() }
    }

    fn fits(&self, part: &str) -> bool {
        self.count + 1 + part.lines().count() <= self.lines
    }

    /// With small parts, and then with comments, up to the lines that it is to have.
    fn filled(mut self) -> String {
        let mut step = 1;
        while self.fits(STEP) {
            let part = STEP.replace("888", &step.to_string());
            self.push(&part);
            step += 1;
        }
        if self.count < self.lines {
            self.out.push('\n');
            self.count += 1;
        }
        for _ in self.count..self.lines {
            let _ = writeln!(self.out, "// The end of part {}.", self.number);
        }
        self.out
    }

    fn push(&mut self, part: &str) {
        let mut part = names(part, "noun", noun(self.number)).replace("000", &format!("{:03}", self.number));
        if let Some(peer) = self.peer {
            let folder = |number: usize| number / FOLDER;
            let up = if folder(peer) == folder(self.number) {
                ".".into()
            } else {
                format!("../area_{:02}", folder(peer))
            };
            part = names(&part, "peer", noun(peer));
            part =
                part.replace("999", &format!("{peer:03}")).replace("PATH", &format!("{up}/{}", name(peer)));
        }
        if !self.out.is_empty() {
            self.out.push('\n');
            self.count += 1;
        }
        self.count += part.lines().count();
        self.out.push_str(&part);
    }
}

/// Replaces a placeholder as a value, a type and a constant write it.
fn names(text: &str, placeholder: &str, name: &str) -> String {
    let camel = |name: &str| -> String {
        name.split('_')
            .map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_uppercase() + rest
            })
            .collect()
    };
    text.replace(placeholder, name)
        .replace(&camel(placeholder), &camel(name))
        .replace(&placeholder.to_uppercase(), &name.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{alone, one_file, peer, project};
    use std::collections::BTreeSet;

    #[test]
    fn a_project_has_the_lines_that_are_asked_for() {
        let files = project(500, 200);
        assert_eq!(files.len(), 501);
        let flows = files.iter().filter(|file| file.path.ends_with(".flow"));
        assert!(flows.clone().all(|file| file.text.lines().count() == 200));
        assert_eq!(flows.map(|file| &file.path).collect::<BTreeSet<_>>().len(), 500);
        assert_eq!(alone(100).lines().count(), 100);
        assert_eq!(one_file(1_000).lines().count(), 1_000);
    }

    #[test]
    fn a_project_is_the_same_each_time_and_its_modules_differ() {
        assert_eq!(project(60, 200), project(60, 200));
        let texts: BTreeSet<String> = project(60, 200).into_iter().map(|file| file.text).collect();
        assert_eq!(texts.len(), 61);
    }

    #[test]
    fn no_placeholder_is_left() {
        for file in project(30, 200) {
            for word in ["noun", "Noun", "NOUN", "peer", "Peer", "PEER", "PATH", "888", "999"] {
                assert!(!file.text.contains(word), "{word} in {}", file.path);
            }
        }
    }

    #[test]
    fn modules_import_only_from_modules_before_them() {
        assert!((1..500).filter_map(|number| peer(number).map(|peer| (number, peer))).all(|(a, b)| b < a));
        assert_eq!((0..500).filter(|number| peer(*number).is_none()).count(), 50);
    }
}
