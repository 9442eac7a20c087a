//! Lexing and parsing the corpus, repeated to 100,000 lines; lines per second and core are what counts.

use divan::counter::{BytesCount, ItemsCount};
use std::fs;
use std::path::PathBuf;

fn main() {
    divan::main();
}

/// The programs of the corpus one after another, up to 100,000 lines.
fn text() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/valid");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let all: String = files.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let all = all.replace("//!", "//");
    all.repeat(100_000 / all.lines().count().max(1))
}

#[divan::bench]
fn split(bencher: divan::Bencher<'_, '_>) {
    let text = text();
    bencher
        .counter(BytesCount::of_str(&text))
        .counter(ItemsCount::new(text.lines().count()))
        .bench(|| flow_grammar::parse::split(divan::black_box(&text)));
}

#[divan::bench]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let text = text();
    bencher
        .counter(BytesCount::of_str(&text))
        .counter(ItemsCount::new(text.lines().count()))
        .bench(|| flow_grammar::parse::parse(divan::black_box(&text)));
}
