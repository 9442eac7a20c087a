//! The code blocks of the documents are whole programs, and they check.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests may")]

use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::host::{Request, Session};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().canonicalize().unwrap()
}

/// The blocks of a Markdown text that are fenced as Flow, with the line that each begins at.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            Some(_) if line == "```" => out.extend(open.take()),
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None if line == "```flow" => open = Some((number + 2, String::new())),
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    out
}

#[test]
fn every_program_in_the_documents_checks() {
    for (path, least) in [("README.md", 2), ("docs/language.md", 5)] {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        let found = blocks(&text);
        assert!(found.len() >= least, "{path} has {} programs", found.len());
        for (line, block) in found {
            let stdin = Some((format!("{path}:{line}"), block.into_bytes()));
            let session = Session::open(&Request { directory: root(), paths: Vec::new(), stdin }).unwrap();
            let report = session.check();
            assert!(!report.has_errors(), "{}", render(&report, Format::Rich, false));
        }
    }
}

#[test]
fn every_example_checks_without_a_warning() {
    let request = Request { directory: root(), paths: vec!["examples".into(), "stdlib".into()], stdin: None };
    let session = Session::open(&request).unwrap();
    assert!(session.roots.len() >= 4);
    let report = session.check();
    assert!(report.findings.is_empty(), "{}", render(&report, Format::Rich, false));
}
