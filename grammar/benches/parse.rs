//! How fast text becomes a tree: a generated project of 500 files with 100,000 lines, on one thread.
#![allow(missing_docs, reason = "a benchmark has no callers")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use flow_grammar::parse;
use flow_tests::generate::project;

fn main() {
    divan::main();
}

/// The texts of the project's modules.
fn texts() -> Vec<String> {
    project(500, 200).into_iter().filter(|file| file.path.ends_with(".flow")).map(|file| file.text).collect()
}

/// Items are lines: divan shows lines a second.
fn counted<'b>(bencher: Bencher<'_, 'b>, texts: &[String], run: impl Fn() + Sync + 'b) {
    let lines: usize = texts.iter().map(|text| text.lines().count()).sum();
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher.counter(ItemsCount::new(lines)).counter(BytesCount::new(bytes)).bench(run);
}

/// Tokens and the borders of items: what an edit does to the rest of its file.
#[divan::bench]
fn split_100_000_lines(bencher: Bencher<'_, '_>) {
    let texts = texts();
    counted(bencher, &texts.clone(), move || {
        texts.iter().for_each(|text| drop(divan::black_box(parse::split(text))));
    });
}

/// Everything: tokens, layout, trees, errors.
#[divan::bench]
fn parse_100_000_lines(bencher: Bencher<'_, '_>) {
    let texts = texts();
    counted(bencher, &texts.clone(), move || {
        texts.iter().for_each(|text| drop(divan::black_box(parse::parse(text))));
    });
}
