//! How fast text becomes a tree, and a tree text: a generated project of 500 files with 100,000 lines, and one file of 1,000,
//! 10,000 and 100,000 lines, which take as long a line if every pass is linear.
#![allow(missing_docs, reason = "a benchmark has no callers")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use flow_grammar::format::format;
use flow_grammar::parse;
use flow_tests::generate::{one_file, project};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{available_parallelism, scope};

/// As in the commands.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Sizes of a program in one file: 1×, 10×, 100×.
const LINES: [usize; 3] = [1_000, 10_000, 100_000];

/// The texts of the project's modules.
fn texts() -> Vec<String> {
    project(500, 200).into_iter().filter(|file| file.path.ends_with(".flow")).map(|file| file.text).collect()
}

/// Items are lines: divan shows lines a second.
fn counted(bencher: Bencher<'_, '_>, texts: &[String], run: impl Fn(&[String]) + Sync) {
    let lines: usize = texts.iter().map(|text| text.lines().count()).sum();
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher.counter(ItemsCount::new(lines)).counter(BytesCount::new(bytes)).bench(|| run(texts));
}

fn each<T>(texts: &[String], pass: fn(&str) -> T) {
    texts.iter().for_each(|text| drop(black_box(pass(text))));
}

/// Each text on whichever processor is free.
fn each_on_all_processors<T>(texts: &[String], pass: fn(&str) -> T) {
    let threads = available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    drop(black_box(pass(text)));
                }
            });
        }
    });
}

/// Tokens and the borders of items: what an edit does to the rest of its file.
#[divan::bench]
fn split_100_000_lines(bencher: Bencher<'_, '_>) {
    counted(bencher, &texts(), |texts| each(texts, parse::split));
}

/// Everything: tokens, layout, trees, errors.
#[divan::bench]
fn parse_100_000_lines_on_one_processor(bencher: Bencher<'_, '_>) {
    counted(bencher, &texts(), |texts| each(texts, parse::parse));
}

#[divan::bench]
fn parse_100_000_lines_on_all_processors(bencher: Bencher<'_, '_>) {
    counted(bencher, &texts(), |texts| each_on_all_processors(texts, parse::parse));
}

#[divan::bench]
fn format_100_000_lines_on_one_processor(bencher: Bencher<'_, '_>) {
    counted(bencher, &texts(), |texts| each(texts, format));
}

#[divan::bench]
fn format_100_000_lines_on_all_processors(bencher: Bencher<'_, '_>) {
    counted(bencher, &texts(), |texts| each_on_all_processors(texts, format));
}

#[divan::bench(args = LINES)]
fn parse_one_file(bencher: Bencher<'_, '_>, lines: usize) {
    counted(bencher, &[one_file(lines)], |texts| each(texts, parse::parse));
}

#[divan::bench(args = LINES)]
fn format_one_file(bencher: Bencher<'_, '_>, lines: usize) {
    counted(bencher, &[one_file(lines)], |texts| each(texts, format));
}
