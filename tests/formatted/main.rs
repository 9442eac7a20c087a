//! Every program of this repository is in the style of `flowc fmt`, those in its documents included. `FLOW_UPDATE=1` formats
//! what is not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod meaning;

use flow_grammar::format::format;
use flow_tests::repository;
use std::fs;
use std::path::{Path, PathBuf};

/// Where programs stand that are to look as they do: those that test the colours of editors, whose comments point at
/// columns, and those of the specification, which is about layout, too.
const AS_THEY_ARE: [&str; 2] = ["grammar/textmate/tests", "tests/spec"];

fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![repository().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') || ["target", "node_modules"].contains(&name.as_str());
            if path.is_dir() && !hidden && !path.is_symlink() {
                let shown = path.strip_prefix(repository()).unwrap();
                folders
                    .extend((!AS_THEY_ARE.iter().any(|skipped| shown == Path::new(skipped))).then_some(path));
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The texts of the blocks of a document that are fenced as Flow, and what stands behind the name of the language.
fn blocks(document: &str) -> Vec<(&str, &str)> {
    document
        .split("\n```flow")
        .skip(1)
        .filter_map(|rest| {
            let (kind, rest) = rest.split_once('\n')?;
            Some((kind, &rest[..rest.find("```\n").unwrap_or(rest.len())]))
        })
        .collect()
}

fn assert_formatted(place: &str, text: &str) {
    let done = format(text);
    assert!(done.defects.is_empty(), "{place}");
    assert!(done.text == text, "{place} is not formatted: run this test with FLOW_UPDATE=1");
}

#[test]
fn every_file_is_formatted() {
    let files = files("flow");
    assert!(files.len() > 20);
    for path in files {
        if updates() {
            let text = format(&fs::read_to_string(&path).unwrap()).text;
            fs::write(&path, text).unwrap();
        }
        assert_formatted(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
    }
}

#[test]
fn every_program_in_a_document_is_formatted() {
    let mut count = 0;
    for path in files("md") {
        let mut document = fs::read_to_string(&path).unwrap();
        if updates() {
            for (kind, block) in blocks(&document.clone()).into_iter().filter(|(kind, _)| *kind != ",before")
            {
                let (old, new) = (fenced(kind, block), fenced(kind, &format(block).text));
                document = document.replace(&old, &new);
            }
            fs::write(&path, &document).unwrap();
        }
        for (_, block) in blocks(&document).into_iter().filter(|(kind, _)| *kind != ",before") {
            assert_formatted(&path.display().to_string(), block);
            count += 1;
        }
    }
    assert!(count > 100);
}

fn updates() -> bool {
    std::env::var_os("FLOW_UPDATE").is_some()
}

fn fenced(kind: &str, block: &str) -> String {
    format!("\n```flow{kind}\n{block}```\n")
}

#[test]
fn the_page_about_the_style_shows_what_becomes_of_programs() {
    let page = fs::read_to_string(repository().join("docs/style.md")).unwrap();
    let blocks = blocks(&page);
    let pairs: Vec<_> = blocks.windows(2).filter(|pair| pair[0].0 == ",before").collect();
    assert!(pairs.len() >= 8);
    for pair in pairs {
        let [(_, before), (_, after)] = pair else { panic!("two blocks") };
        let done = format(before);
        assert!(done.errors.is_empty(), "{before}\n{:?}", done.errors);
        assert!(done.text == *after, "{before}\nbecomes:\n{}", done.text);
    }
}
