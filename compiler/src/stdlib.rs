//! The standard library: modules of Flow that are part of the compiler.

#![allow(missing_docs, reason = "salsa generates methods without documentation")]

use crate::db::{Db, Origin, SourceFile};
use salsa::Durability;
use std::collections::BTreeMap;

/// The text of each module by the path that imports it. `compiler/stdlib` is a link to the repository's `stdlib`, so that
/// the package holds the files too.
const MODULES: &[(&str, &str)] = &[
    ("std/command", include_str!("../stdlib/std/command.flow")),
    ("std/process", include_str!("../stdlib/std/process.flow")),
    ("std/review", include_str!("../stdlib/std/review.flow")),
    ("std/task", include_str!("../stdlib/std/task.flow")),
    ("std/text", include_str!("../stdlib/std/text.flow")),
];

/// The modules of the standard library, by the path that imports them: `std/review`. Apart from the project's files, so
/// that a project may have a folder `std` of its own.
#[salsa::input(singleton, debug)]
pub struct Std {
    /// The modules.
    #[returns(ref)]
    pub modules: BTreeMap<String, SourceFile>,
}

/// Gives a database the standard library. It never changes, so no edit ever looks at it again.
pub(crate) fn install(db: &dyn Db) {
    let modules = MODULES
        .iter()
        .map(|&(path, text)| {
            let file = SourceFile::builder(format!("{path}.flow"), text.to_owned(), Origin::Std)
                .durability(Durability::NEVER_CHANGE)
                .new(db);
            (path.to_owned(), file)
        })
        .collect();
    // A singleton: it is found again by `Std::get`.
    let _ = Std::builder(modules).durability(Durability::NEVER_CHANGE).new(db);
}

/// The files of the standard library, sorted: `std/review.flow` and its text.
pub fn files() -> impl Iterator<Item = (String, &'static str)> {
    MODULES.iter().map(|(path, text)| (format!("{path}.flow"), *text))
}

/// The module that `import std/review` means.
pub fn module(db: &dyn Db, path: &str) -> Option<SourceFile> {
    Std::get(db).modules(db).get(path).copied()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may read the repository")]
mod tests {
    use super::MODULES;

    #[test]
    fn every_file_of_the_standard_library_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/stdlib/std");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .map(|stem| format!("std/{stem}"))
            .collect();
        files.sort();
        let embedded: Vec<&str> = MODULES.iter().map(|(path, _)| *path).collect();
        assert_eq!(files, embedded);
    }
}
