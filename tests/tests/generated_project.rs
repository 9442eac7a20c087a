//! The project that the benchmarks measure is a correct one: nothing is wrong with it, and nobody could warn of it.

use flow_compiler::check::check_all;
use flow_compiler::db::{Database, Files, Origin, SourceFile};
use flow_tests::generate::{GeneratedFile, alone, command_loop, one_file, project};
use salsa::Setter as _;
use std::collections::BTreeMap;

/// What the compiler has to say about a project.
fn told(files: &[GeneratedFile]) -> Vec<String> {
    let mut db = Database::default();
    let by_path: BTreeMap<String, SourceFile> = files
        .iter()
        .filter(|file| file.path.ends_with(".flow"))
        .map(|file| {
            (file.path.clone(), SourceFile::new(&db, file.path.clone(), file.text.clone(), Origin::Project))
        })
        .collect();
    let modules: Vec<SourceFile> = by_path.values().copied().collect();
    Files::get(&db).set_by_path(&mut db).to(by_path);
    let checked = check_all(&db, &modules);
    assert_eq!(checked.len(), modules.len());
    let found = checked.iter().flat_map(|(file, found)| found.iter().map(|told| (file.path(&db), told)));
    found
        .map(|(path, told)| format!("{path}: {}: {} at {:?}", told.code, told.message, told.labels))
        .collect()
}

fn single(text: &str) -> Vec<GeneratedFile> {
    vec![GeneratedFile { path: "main.flow".into(), text: text.into() }]
}

#[test]
fn nothing_is_wrong_with_the_generated_project() {
    assert_eq!(told(&project(60, 200)), [""; 0]);
}

#[test]
fn nothing_is_wrong_with_what_is_generated_alone() {
    assert_eq!(told(&single(&alone(100))), [""; 0]);
    assert_eq!(told(&single(&alone(1_000))), [""; 0]);
    assert_eq!(told(&single(&one_file(2_000))), [""; 0]);
    assert_eq!(told(&single(command_loop())), [""; 0]);
}

#[test]
fn an_error_in_it_would_be_seen() {
    let broken = alone(200).replacen("Low => 0.1", "Lwo =>", 1);
    assert_ne!(told(&single(&broken)), [""; 0]);
}
