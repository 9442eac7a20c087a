//! Texts that are nearly programs: those of this repository, with pieces of the language and of one another thrown in.

use crate::random::Random;
use flow_tests::repository;
use std::fs;

/// What a text may have thrown in.
pub(crate) const PIECES: [&str; 96] = [
    "flow",
    "agent",
    "fn",
    "type",
    "import",
    "test",
    "const",
    "secret",
    "tool",
    "command",
    "human",
    "let",
    "var",
    "if",
    "else",
    "match",
    "for",
    "in",
    "loop",
    "max",
    "parallel",
    "race",
    "break",
    "return",
    "done",
    "fail",
    "handoff",
    "stage",
    "expose",
    "emit",
    "spawn",
    "open",
    "defer",
    "require",
    "stub",
    "expect",
    "catch",
    "with",
    "is",
    "and",
    "or",
    "not",
    "true",
    "none",
    "foo",
    "Plan",
    "PASS",
    "12",
    "0.5",
    "15m",
    "$2",
    "\"",
    "\"\"\"",
    "${",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ".",
    "..",
    "?.",
    "?",
    "??",
    "->",
    "=>",
    "=",
    "+=",
    "==",
    "<",
    ">",
    "+",
    "-",
    "*",
    "|",
    "@",
    "_",
    "||",
    ";",
    "'x'",
    "// c\n",
    "/// d\n",
    "//! m\n",
    "# h\n",
    "\n",
    "\n  ",
    "\\",
    "é",
    "😀",
    "\r\n",
    "\u{feff}",
    "99999999999999999999",
    "try",
];

/// Every program of the repository, those of its documents included.
pub(crate) fn corpus() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders =
        ["docs", "examples", "stdlib", "tests/corpus", "tests/spec"].map(|it| repository().join(it)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|it| it.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some("flow") => found.push(fs::read_to_string(path).unwrap()),
                Some("md") => {
                    let text = fs::read_to_string(path).unwrap();
                    let blocks = text.split("\n```flow").skip(1).filter_map(|rest| rest.split_once('\n'));
                    found.extend(blocks.map(|(_, rest)| rest.split("```").next().unwrap().to_owned()));
                }
                _ => {}
            }
        }
    }
    found.sort();
    assert!(found.len() > 300, "{} programs", found.len());
    found
}

/// No text becomes longer than this many bytes.
const LONGEST: usize = 8_000;

/// Changes a text in a few places.
pub(crate) fn stir(text: &mut String, corpus: &[String], random: &mut Random) {
    for _ in 0..=random.below(3) {
        let start = text.floor_char_boundary(random.below(text.len() + 1));
        let most = *random.one(&[2, 12, 200]);
        let length = random.below(most);
        let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
        let piece: &&str = random.one(&PIECES);
        match random.below(6) {
            0 | 1 => text.replace_range(start..end, piece),
            2 => text.replace_range(start..end, ""),
            3 => {
                let copied = text[start..end].to_owned();
                let to = text.floor_char_boundary(random.below(text.len() + 1));
                text.insert_str(to, &copied);
            }
            4 => {
                let other = random.one(corpus);
                let from = other.floor_char_boundary(random.below(other.len() + 1));
                let to = other.floor_char_boundary((from + 150).min(other.len()));
                text.insert_str(start, &other[from..to]);
            }
            _ => {
                let mut lines: Vec<&str> = text.lines().collect();
                if lines.len() > 1 {
                    let line = lines.remove(random.below(lines.len()));
                    if random.chance(2) {
                        lines.insert(random.below(lines.len()), line);
                    }
                    *text = lines.join("\n") + "\n";
                }
            }
        }
    }
    text.truncate(text.floor_char_boundary(LONGEST));
}
