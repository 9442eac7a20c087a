//! Whatever the text is, checking it ends with an answer.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may read the repository")]

mod support;

use std::fs;
use support::Project;

/// Programs with everything in them.
fn corpus() -> Vec<(String, String)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut files = Vec::new();
    for folder in ["stdlib/std", "tests/corpus/valid"] {
        let Ok(entries) = fs::read_dir(format!("{root}/{folder}")) else { continue };
        let paths = entries.map(|entry| entry.unwrap().path());
        let flows = paths.filter(|path| path.extension().is_some_and(|ending| ending == "flow"));
        files.extend(flows.map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        }));
    }
    files.sort();
    assert!(files.len() > 8, "the corpus is gone");
    files
}

#[test]
fn a_program_that_ends_anywhere_is_checked() {
    for (name, text) in corpus() {
        let mut project = Project::new(&[(&name, "")]);
        for end in (0..text.len()).step_by(41).filter(|end| text.is_char_boundary(*end)) {
            project.write(&name, &text[..end]);
            project.report();
        }
    }
}

#[test]
fn a_program_with_a_word_missing_anywhere_is_checked() {
    for (name, text) in corpus() {
        let mut project = Project::new(&[(&name, "")]);
        let words: Vec<(usize, &str)> = text.match_indices(|letter: char| letter.is_whitespace()).collect();
        for pair in words.windows(2).step_by(7) {
            let (start, end) = (pair[0].0, pair[1].0);
            project.write(&name, &format!("{}{}", &text[..start], &text[end..]));
            project.report();
        }
    }
}

#[test]
fn programs_written_into_one_another_are_checked() {
    let files = corpus();
    for pair in files.windows(2) {
        let mixed: Vec<&str> = pair[0].1.lines().zip(pair[1].1.lines()).flat_map(|(a, b)| [a, b]).collect();
        let project = Project::new(&[("mixed.flow", &mixed.join("\n"))]);
        assert!(!project.report().is_empty());
    }
}

#[test]
fn what_is_pointed_at_is_made_of_whole_letters() {
    // The bracket that would be pointed at is missing, and a letter of two bytes stands where it would be.
    for text in [
        "fn g(a: int, b: string) -> int { if b ==¼Ĩǘ \"\" { a }",
        "fn f() -> int { if true { 1é",
        "flow f() -> int {\n  stage s() { log(\"x\")é",
    ] {
        assert!(!Project::new(&[("main.flow", text)]).report().is_empty());
    }
}
