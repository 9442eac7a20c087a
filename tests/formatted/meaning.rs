//! Whatever a program looked like, what it is compiled to is the same when it is formatted.

use crate::{blocks, files};
use flow_compiler::host::{Request, Session};
use flow_compiler::lower::{self, lower_flow};
use flow_grammar::format::format;
use flow_grammar::parse::parse;
use flow_grammar::token::Tok;
use flow_ir::{Program, Sources};
use flow_tests::generate::project;
use flow_tests::repository;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The text with other blanks, and lines where there were others, outside of strings.
fn scruffy(text: &str) -> String {
    let mut out = String::new();
    let mut strings = 0;
    for (number, (kind, span)) in parse(text).lexed.iter().enumerate() {
        match kind {
            Tok::StrStart | Tok::BlockStart => strings += 1,
            Tok::StrEnd => strings -= 1,
            _ => {}
        }
        out.push_str(match kind {
            Tok::Space if strings == 0 => ["   ", "\t"][number % 2],
            Tok::Newline if strings == 0 => ["\n", "\n\n\n      ", " \r\n\t", "  \n  "][number % 4],
            _ => &text[span.range()],
        });
    }
    out
}

/// The flows of the programs in a directory, compiled. Where they stand in the source is left out.
fn compiled(directory: &Path) -> BTreeMap<String, Program> {
    let request = Request { directory: directory.to_owned(), paths: vec![".".into()], stdin: None };
    let session = Session::open(&request).unwrap();
    let report = session.check();
    assert!(!report.has_errors(), "{:?}", report.findings);
    let mut all = BTreeMap::new();
    for root in &session.roots {
        let path = root.path(&session.db);
        for key in lower::flows(&session.db, *root) {
            let mut program = lower_flow(&session.db, &key).unwrap();
            program.sources = Sources::default();
            all.insert(format!("{path}: {}", key.name), program);
        }
    }
    all
}

/// Compiles programs as they are not to look, formats them, and compiles them again.
fn assert_same(files: &[(PathBuf, String)]) -> usize {
    let directory = tempfile::tempdir().unwrap();
    let at = |path: &Path| directory.path().join(path);
    let flows = || files.iter().filter(|(path, _)| path.extension().is_some_and(|found| found == "flow"));
    for (path, text) in files {
        fs::create_dir_all(at(path).parent().unwrap()).unwrap();
        fs::write(at(path), text).unwrap();
    }
    for (path, text) in flows() {
        fs::write(at(path), scruffy(text)).unwrap();
    }
    let before = compiled(directory.path());
    for (path, _) in flows() {
        let done = format(&fs::read_to_string(at(path)).unwrap());
        assert_eq!((done.errors.len(), done.defects.len()), (0, 0), "{}", path.display());
        fs::write(at(path), done.text).unwrap();
    }
    let after = compiled(directory.path());
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        assert!(before == after, "{name} is compiled to something else when it is formatted");
    }
    assert!(before.keys().eq(after.keys()));
    before.len()
}

#[test]
fn examples_are_compiled_to_the_same() {
    let examples = repository().join("examples");
    let mut all = Vec::new();
    for path in files("flow").into_iter().chain(files("md")).chain(files("toml")) {
        if let Ok(inside) = path.strip_prefix(&examples) {
            all.push((inside.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(assert_same(&all) >= 3);
}

#[test]
fn a_generated_project_is_compiled_to_the_same() {
    let all: Vec<_> = project(12, 200).into_iter().map(|file| (file.path.into(), file.text)).collect();
    assert!(assert_same(&all) >= 12);
}

#[test]
fn the_programs_of_the_documents_are_compiled_to_the_same() {
    let page = fs::read_to_string(repository().join("docs/language.md")).unwrap();
    let mut flows = 0;
    for (kind, text) in blocks(&page) {
        if kind.is_empty() {
            flows += assert_same(&[("main.flow".into(), text.to_owned())]);
        }
    }
    assert!(flows > 0);
}
