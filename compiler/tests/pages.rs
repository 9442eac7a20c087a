//! Every page of explanation is right: its bad example gives its code, its mended one gives no error.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may read the repository")]

mod support;

use std::fs;

struct Page {
    code: String,
    bad: Vec<String>,
    good: Vec<String>,
}

fn pages() -> Vec<Page> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors");
    let mut pages: Vec<Page> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_stem().is_some_and(|stem| stem.len() == 5))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let code = path.file_stem().unwrap().to_str().unwrap().to_owned();
            Page { code, bad: blocks(&text, "```flow,error\n"), good: blocks(&text, "```flow\n") }
        })
        .collect();
    pages.sort_by(|a, b| a.code.cmp(&b.code));
    pages
}

fn blocks(page: &str, fence: &str) -> Vec<String> {
    page.split(fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

fn report(example: &str) -> String {
    support::project(example).report()
}

#[test]
fn every_bad_example_gives_the_code_of_its_page() {
    let wrong: Vec<String> = pages()
        .iter()
        .flat_map(|page| page.bad.iter().map(move |example| (page, report(example))))
        .filter(|(page, report)| !report.contains(&format!(": {}: ", page.code)))
        .map(|(page, report)| format!("{}:\n{report}", page.code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_mended_example_is_right() {
    let wrong: Vec<String> = pages()
        .iter()
        .flat_map(|page| page.good.iter().map(move |example| (page, report(example))))
        .filter(|(page, report)| report.contains(": E") || report.contains(&format!(": {}: ", page.code)))
        .map(|(page, report)| format!("{}:\n{report}", page.code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
