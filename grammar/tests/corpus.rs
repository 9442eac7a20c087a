//! Whole programs: every file of the corpus parses without an error.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "the corpus is read, or the test stops")]

use flow_grammar::parse::parse;
use flow_grammar::tree::ItemKind;
use std::fs;
use std::path::PathBuf;

fn corpus() -> Vec<(PathBuf, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/valid");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 7, "the corpus is missing");
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_valid_program_parses_without_an_error() {
    for (path, text) in corpus() {
        let parsed = parse(&text);
        assert_eq!(parsed.errors, [], "{}", path.display());
        assert!(!parsed.items.is_empty(), "{}", path.display());
        for item in &parsed.items {
            assert_eq!(item.errors, [], "{}", path.display());
            assert_ne!(item.item.kind, ItemKind::Error, "{}", path.display());
        }
    }
}
