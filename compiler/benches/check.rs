//! How fast a project is checked, and how little an edit costs: `cargo bench -p flow-compiler --bench check`.
#![allow(missing_docs, reason = "a benchmark has no callers")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has failed")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use flow_compiler::analyses::cost::bounds;
use flow_compiler::check::{check_all, check_file};
use flow_compiler::db::{Database, Files, Origin, SourceFile};
use flow_compiler::syntax::items;
use flow_tests::generate;
use salsa::{Durability, Setter as _};

/// As in the commands.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Sizes of a program: 1×, 10×, 100×.
const LINES: [usize; 3] = [1_000, 10_000, 100_000];

/// A database that has read a project and knows nothing else yet, and the project's modules.
fn loaded(files: &[generate::GeneratedFile], durability: Durability) -> (Database, Vec<SourceFile>) {
    let mut db = Database::default();
    let by_path = files.iter().filter(|file| file.path.ends_with(".flow")).map(|file| {
        let source = SourceFile::builder(file.path.clone(), file.text.clone(), Origin::Project);
        (file.path.clone(), source.durability(durability).new(&db))
    });
    let by_path: std::collections::BTreeMap<_, _> = by_path.collect();
    let modules = by_path.values().copied().collect();
    Files::get(&db).set_by_path(&mut db).to(by_path);
    (db, modules)
}

fn check_each(db: &Database, files: &[SourceFile]) {
    for &file in files {
        black_box(check_file(db, file));
    }
}

/// What a command does with files that it only reads, each database new. `before` is not measured; divan's items are lines.
fn cold(
    bencher: Bencher<'_, '_>,
    files: &[generate::GeneratedFile],
    before: impl Fn(&Database, &[SourceFile]),
    run: impl Fn(&Database, &[SourceFile]),
) {
    let modules = files.iter().filter(|file| file.path.ends_with(".flow"));
    bencher
        .counter(ItemsCount::new(modules.map(|file| file.text.lines().count()).sum::<usize>()))
        .with_inputs(|| {
            let (db, modules) = loaded(files, Durability::NEVER_CHANGE);
            before(&db, &modules);
            (db, modules)
        })
        .bench_local_refs(|(db, modules)| run(db, modules));
}

fn nothing(_: &Database, _: &[SourceFile]) {}

/// 500 modules of 200 lines.
fn project() -> Vec<generate::GeneratedFile> {
    generate::project(500, 200)
}

fn small(text: String) -> Vec<generate::GeneratedFile> {
    vec![generate::GeneratedFile { path: "small.flow".into(), text }]
}

/// The bounds of every flow.
fn bound_each(db: &Database, files: &[SourceFile]) {
    for item in files.iter().flat_map(|file| items(db, *file)) {
        black_box(bounds(db, &item.key(db)));
    }
}

#[divan::bench(sample_count = 15)]
fn check_100_000_lines_on_one_thread(bencher: Bencher<'_, '_>) {
    cold(bencher, &project(), nothing, check_each);
}

#[divan::bench(sample_count = 15)]
fn check_100_000_lines_on_all_processors(bencher: Bencher<'_, '_>) {
    cold(bencher, &project(), nothing, |db, modules| drop(black_box(check_all(db, modules))));
}

#[divan::bench]
fn check_100_lines_with_a_new_database(bencher: Bencher<'_, '_>) {
    let files = small(generate::alone(100));
    bencher.bench_local(|| {
        let (db, modules) = loaded(&files, Durability::NEVER_CHANGE);
        black_box(check_file(&db, modules[0]).len())
    });
}

/// Programs of all sizes take as long a line if every pass is linear: in one file …
#[divan::bench(args = LINES, sample_count = 15)]
fn check_one_file(bencher: Bencher<'_, '_>, lines: usize) {
    cold(bencher, &small(generate::one_file(lines)), nothing, check_each);
}

/// … and in files of 200 lines.
#[divan::bench(args = LINES, sample_count = 15)]
fn check_files(bencher: Bencher<'_, '_>, lines: usize) {
    cold(bencher, &generate::project(lines / 200, 200), nothing, check_each);
}

/// What the flows may use up, asked of a program that has been checked.
#[divan::bench(args = LINES, sample_count = 15)]
fn bounds_of_one_file(bencher: Bencher<'_, '_>, lines: usize) {
    cold(bencher, &small(generate::one_file(lines)), check_each, bound_each);
}

#[divan::bench(args = LINES, sample_count = 15)]
fn bounds_of_files(bencher: Bencher<'_, '_>, lines: usize) {
    cold(bencher, &generate::project(lines / 200, 200), check_each, bound_each);
}

/// A line of one function's body changes back and forth in a project that has been checked; then `check` runs.
fn edited(
    bencher: Bencher<'_, '_>,
    lines: usize,
    check: impl Fn(&Database, SourceFile, &[SourceFile]) + Sync,
) {
    let files = generate::project(if lines > 200 { 40 } else { 500 }, lines);
    let (mut db, modules) = loaded(&files, Durability::MEDIUM);
    check_each(&db, &modules);
    let file = modules[modules.len() / 2];
    let before = file.text(&db).clone();
    let after = before.replacen("Low => 0.1", "Low => 0.2", 1);
    assert_ne!(before, after, "the edit changes nothing");
    // An open file, as the server has it.
    file.set_text(&mut db).with_durability(Durability::LOW).to(before.clone());
    check_each(&db, &modules);
    let mut texts = [after, before].into_iter().cycle();
    bencher.bench_local(|| {
        file.set_text(&mut db).to(texts.next().unwrap());
        check(&db, file, &modules);
    });
}

#[divan::bench]
fn edit_a_line_of_1_000_and_check_its_file(bencher: Bencher<'_, '_>) {
    edited(bencher, 1_000, |db, file, _| check_each(db, &[file]));
}

#[divan::bench]
fn edit_a_line_of_100_000_and_check_its_file(bencher: Bencher<'_, '_>) {
    edited(bencher, 200, |db, file, _| check_each(db, &[file]));
}

#[divan::bench]
fn edit_a_line_of_100_000_and_check_everything(bencher: Bencher<'_, '_>) {
    edited(bencher, 200, |db, _, modules| drop(black_box(check_all(db, modules))));
}
