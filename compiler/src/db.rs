//! The database: inputs, and the trait through which every query reads.
//!
//! Data flows one way: [`SourceFile`] → tokens and tree → items → scopes → types → diagnostics and IR. A query returns
//! plain values; diagnostics are part of the value that found them. Nothing here reads a disk, a clock or an environment:
//! whoever owns a [`Database`] hands texts in.

#![allow(missing_docs, reason = "salsa generates methods without documentation")]

use crate::lints::Levels;
use crate::project::{Policy, Project};
use crate::resolve::path;
use salsa::Durability;
use std::collections::BTreeMap;

/// What every query needs.
#[salsa::db]
pub trait Db: salsa::Database {}

/// A source file. Give a file that is not open in an editor [`Durability::MEDIUM`] and an edited one [`Durability::LOW`]
/// with its text: an edit then looks at nothing that depends only on files at rest.
#[salsa::input(debug)]
#[derive(PartialOrd, Ord)]
pub struct SourceFile {
    /// Its path relative to the project, `/` between the parts; `std/review.flow` for the standard library, `<stdin>` for
    /// standard input.
    #[returns(ref)]
    pub path: String,
    /// Its text.
    #[returns(ref)]
    pub text: String,
    /// Where it comes from.
    #[returns(copy)]
    pub origin: Origin,
}

/// Where a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The project, or a file opened alone.
    Project,
    /// The standard library, embedded in the binary.
    Std,
    /// A file that is no Flow module: a prompt.
    Prompt,
    /// One that is there and cannot be read; its text says why.
    Unreadable,
}

/// Which files there are. Set when a file comes or goes, not when its text changes.
#[salsa::input(singleton, debug)]
pub struct Files {
    /// The files by path.
    #[returns(ref)]
    pub by_path: BTreeMap<String, SourceFile>,
    /// Where prompts lead that are reached by a link out of the project, by the folder of the module that names them and
    /// their path.
    #[returns(ref)]
    pub astray: Astray,
}

/// See [`Files::astray`].
pub type Astray = BTreeMap<(String, String), String>;

/// What the projects of the files forbid, and what they mind.
#[salsa::input(singleton, debug)]
pub struct Rules {
    /// `[policy]` of the `flow.toml` of files that lie in none of the `projects`.
    #[returns(ref)]
    pub policy: Policy,
    /// `[lint]` of the same.
    #[returns(ref)]
    pub lints: Levels,
    /// Projects by their folder, where there are several. The nearest folder around a file counts.
    #[returns(ref)]
    pub projects: BTreeMap<String, Project>,
    /// The absolute directory that paths start from; empty where they are absolute themselves, or on no disk.
    #[returns(ref)]
    pub directory: String,
    /// Whether every module of the project is known, so that what none of them does is never done.
    #[returns(copy)]
    pub knows_all: bool,
    /// Whether a `flow.toml` makes one project of the files that lie in none of the `projects`.
    #[returns(copy)]
    pub is_project: bool,
    /// Whether texts may change, so that it pays to keep what was found of each item for the next time.
    #[returns(copy)]
    pub may_change: bool,
}

impl Rules {
    /// What the project of a file forbids.
    pub fn policy_of(db: &dyn Db, file: SourceFile) -> &Policy {
        Self::project_of(db, file).map_or_else(|| Self::get(db).policy(db), |(_, project)| &project.policy)
    }

    /// How much the project of a file minds each lint.
    pub fn lints_of(db: &dyn Db, file: SourceFile) -> &Levels {
        Self::project_of(db, file).map_or_else(|| Self::get(db).lints(db), |(_, project)| &project.lints)
    }

    /// The folder of the project that a file is of; `None` if no `flow.toml` says that it is of one.
    pub fn folder_of(db: &dyn Db, file: SourceFile) -> Option<&str> {
        match Self::project_of(db, file) {
            Some((folder, _)) => Some(folder),
            None => (Self::get(db).is_project(db) && !file.path(db).starts_with("../")).then_some(""),
        }
    }

    fn project_of(db: &dyn Db, file: SourceFile) -> Option<(&str, &Project)> {
        let projects = Self::get(db).projects(db);
        if projects.is_empty() {
            return None;
        }
        let path = file.path(db);
        let around = path::folders(path).find_map(|folder| projects.get_key_value(folder));
        // Those left are above where paths start from, and nearer with fewer steps up.
        let above = || {
            let around = projects.iter().filter(|(folder, _)| path::is_within(path, folder));
            around.min_by_key(|(folder, _)| folder.len())
        };
        around.or_else(above).map(|(folder, project)| (folder.as_str(), project))
    }
}

/// The database. A clone is a snapshot for another thread; while one lives, a write waits for it.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: salsa::Storage<Self>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {}

/// What is told of each query that runs; see [`Database::with_events`].
pub type OnEvent = Box<dyn Fn(salsa::Event) + Send + Sync + 'static>;

impl Default for Database {
    fn default() -> Self {
        Self::build(None)
    }
}

impl Database {
    /// A database that tells `on_event` of every query that runs, for tests of what an edit recomputes.
    pub fn with_events(on_event: OnEvent) -> Self {
        Self::build(Some(on_event))
    }

    fn build(on_event: Option<OnEvent>) -> Self {
        let db = Self { storage: salsa::Storage::new(on_event) };
        // Files come and go rarely beside edits of their texts: what only depends on which there are is looked at then alone.
        let _ = Files::builder(BTreeMap::new(), Astray::new()).durability(Durability::HIGH).new(&db);
        let _ = Rules::builder(
            Policy::default(),
            Levels::default(),
            BTreeMap::new(),
            String::new(),
            true,
            false,
            true,
        )
        .durability(Durability::HIGH)
        .new(&db);
        crate::stdlib::install(&db);
        db
    }
}
