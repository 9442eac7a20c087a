//! How fast a project is checked, and how little an edit costs: `cargo bench -p flow-compiler --bench check`.
#![allow(missing_docs, reason = "a benchmark has no callers")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has failed")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use flow_compiler::check::{check_all, check_file};
use flow_compiler::db::{Database, Files, Origin, SourceFile};
use flow_tests::generate;
use salsa::{Durability, Setter as _};

fn main() {
    divan::main();
}

/// A database that has read a project and knows nothing else yet, and the project's modules.
fn loaded(files: &[generate::GeneratedFile]) -> (Database, Vec<SourceFile>) {
    let mut db = Database::default();
    let by_path = files.iter().filter(|file| file.path.ends_with(".flow")).map(|file| {
        let source = SourceFile::builder(file.path.clone(), file.text.clone(), Origin::Project);
        let source = source.durability(Durability::MEDIUM).new(&db);
        (file.path.clone(), source)
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

/// 500 modules of 200 lines, each database new; divan's items are lines.
fn cold(bencher: Bencher<'_, '_>, check: impl Fn(&Database, &[SourceFile]) + Sync) {
    let files = generate::project(500, 200);
    bencher
        .counter(ItemsCount::new(100_000_usize))
        .with_inputs(|| loaded(&files))
        .bench_local_refs(|(db, modules)| check(db, modules));
}

#[divan::bench(sample_count = 15)]
fn check_100_000_lines_on_one_thread(bencher: Bencher<'_, '_>) {
    cold(bencher, check_each);
}

#[divan::bench(sample_count = 15)]
fn check_100_000_lines_on_all_processors(bencher: Bencher<'_, '_>) {
    cold(bencher, |db, modules| drop(black_box(check_all(db, modules))));
}

#[divan::bench]
fn check_100_lines_with_a_new_database(bencher: Bencher<'_, '_>) {
    let file = generate::GeneratedFile { path: "small.flow".into(), text: generate::alone(100) };
    bencher.bench_local(|| {
        let (db, modules) = loaded(std::slice::from_ref(&file));
        black_box(check_file(&db, modules[0]).len())
    });
}

/// A line of one function's body changes back and forth in a project that has been checked; then `check` runs.
fn edited(
    bencher: Bencher<'_, '_>,
    lines: usize,
    check: impl Fn(&Database, SourceFile, &[SourceFile]) + Sync,
) {
    let files = generate::project(if lines > 200 { 40 } else { 500 }, lines);
    let (mut db, modules) = loaded(&files);
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
