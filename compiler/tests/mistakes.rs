//! The page of mistakes is true: each of its programs is told one thing, in the line that is wrong, in these words.
//! `FLOW_UPDATE=1` writes what is told into the page.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests may")]

use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::host::{Request, Session};
use std::fmt::Write as _;
use std::path::Path;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mistakes.md");

/// A program of the page, under its heading.
struct Mistake<'p> {
    title: &'p str,
    program: &'p str,
    /// What the page says of it.
    told: &'p str,
}

/// The page cut at its programs and at what is told of them: plain text, program, plain text, what is told, and so on.
fn pieces(page: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = page;
    while rest.contains("```flow,error\n") {
        // What is told stands below its program.
        for fence in ["```flow,error\n", "```text\n"] {
            let start = rest.find(fence).unwrap_or_else(|| panic!("no {fence} below {rest}")) + fence.len();
            let end = start + rest[start..].find("```\n").unwrap_or_else(|| panic!("a block is not closed"));
            pieces.extend([&rest[..start], &rest[start..end]]);
            rest = &rest[end..];
        }
    }
    pieces.push(rest);
    pieces
}

fn mistakes<'p>(page: &'p str) -> Vec<Mistake<'p>> {
    let mistake = |chunk: &[&'p str]| match *chunk {
        [before, program, _, told] => {
            let title = before.lines().rfind(|line| line.starts_with("### ")).unwrap_or_default();
            Some(Mistake { title, program, told })
        }
        _ => None,
    };
    pieces(page).chunks(4).filter_map(mistake).collect()
}

/// What `flowc check --format short main.flow` prints of a program.
fn check(program: &str) -> String {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let stdin = Some(("main.flow".to_owned(), program.as_bytes().to_vec()));
    let session = Session::open(&Request { directory, paths: Vec::new(), stdin }).unwrap();
    render(&session.check(), Format::Short, false)
}

#[test]
fn every_mistake_is_told_as_the_page_says() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    if std::env::var_os("FLOW_UPDATE").is_some() {
        let mut new = String::new();
        for chunk in pieces(&page).chunks(4) {
            match chunk {
                [before, program, between, _] => {
                    let _ = write!(new, "{before}{program}{between}{}", check(program));
                }
                rest => rest.iter().for_each(|piece| new.push_str(piece)),
            }
        }
        std::fs::write(PAGE, &new).unwrap();
        return;
    }
    let wrong: Vec<String> = mistakes(&page)
        .iter()
        .map(|it| (it, check(it.program)))
        .filter(|(it, found)| it.told != found)
        .map(|(it, found)| format!("{}\n{found}", it.title))
        .collect();
    assert!(wrong.is_empty(), "run the test again with FLOW_UPDATE=1:\n{}", wrong.join("\n"));
}

#[test]
fn every_mistake_is_one_and_is_told_in_its_line() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let mistakes = mistakes(&page);
    assert!(mistakes.len() >= 40, "{}", mistakes.len());
    let mut wrong = Vec::new();
    for it in &mistakes {
        let line = it.program.lines().position(|line| line.contains("// wrong"));
        let found = check(it.program);
        let place = format!("main.flow:{}:", line.map_or(0, |line| line + 1));
        if found.lines().count() != 1 || !found.starts_with(&place) {
            wrong.push(format!("{} at {place}\n{found}", it.title));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_mistake_is_there_twice() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let mut titles: Vec<&str> = mistakes(&page).iter().map(|it| it.title).collect();
    let count = titles.len();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), count);
}
