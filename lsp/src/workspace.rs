//! Which texts there are: those open in the editor win over the disk.
//!
//! Files are known by their absolute path, so that folders of a workspace never meet; a document without a path, such as
//! one that was never saved, by its URI.
//!
//! Texts at rest are more durable than open ones: after a keystroke, nothing that depends on them alone is looked at.

use flow_compiler::db::{Database, Files, Origin, Rules, SourceFile};
use flow_compiler::{host, project};
use salsa::{Durability, Setter as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tower_lsp::lsp_types::Url;

/// The files of the database.
#[derive(Default)]
pub(crate) struct Workspace {
    files: BTreeMap<String, SourceFile>,
    open: BTreeSet<String>,
    changed: bool,
    /// Where the project is.
    folder: Option<PathBuf>,
}

/// The path under which a document is known.
pub(crate) fn path_of(uri: &Url) -> String {
    match uri.to_file_path() {
        Ok(path) => path.to_string_lossy().into_owned(),
        Err(()) => uri.to_string(),
    }
}

/// The URI of a path that is known. A module of the standard library has none: it is part of the server.
pub(crate) fn uri_of(path: &str) -> Option<Url> {
    if path.starts_with('/') { Url::from_file_path(path).ok() } else { Url::parse(path).ok() }
}

impl Workspace {
    /// Reads every `.flow` file below the folders, so that names can be suggested from all of them.
    pub(crate) fn discover(&mut self, db: &mut Database, folders: &[PathBuf]) {
        self.folder = folders.first().cloned();
        self.read_project(db);
        Rules::get(db).set_knows_all(db).with_durability(Durability::HIGH).to(!folders.is_empty());
        for folder in folders {
            for path in host::flow_files(folder) {
                self.load(db, &path.to_string_lossy(), Origin::Project);
            }
        }
        self.publish(db);
    }

    /// Takes a text from the editor.
    pub(crate) fn open(&mut self, db: &mut Database, path: &str, text: String) -> SourceFile {
        self.open.insert(path.to_owned());
        let file = match self.files.get(path) {
            Some(file) => {
                file.set_text(db).with_durability(Durability::LOW).to(text);
                *file
            }
            None => self.add(db, path, text, Origin::Project, Durability::LOW),
        };
        self.follow(db, path, file);
        self.publish(db);
        file
    }

    /// Takes a changed text from the editor.
    pub(crate) fn change(&mut self, db: &mut Database, path: &str, text: String) {
        let Some(&file) = self.files.get(path) else { return };
        file.set_text(db).with_durability(Durability::LOW).to(text);
        self.follow(db, path, file);
        self.publish(db);
    }

    /// The editor lets go of a text: the disk's is the true one again.
    pub(crate) fn close(&mut self, db: &mut Database, path: &str) {
        self.open.remove(path);
        self.reload(db, path);
        self.publish(db);
    }

    /// Files changed on the disk.
    pub(crate) fn changed_on_disk(&mut self, db: &mut Database, paths: &[String]) {
        if paths.iter().any(|path| path.ends_with("flow.toml")) {
            self.read_project(db);
        }
        for path in paths.iter().filter(|path| !self.open.contains(*path)).cloned().collect::<Vec<_>>() {
            self.reload(db, &path);
        }
        self.publish(db);
    }

    /// Reads what the project of the first folder forbids and minds.
    fn read_project(&self, db: &mut Database) {
        let text = self.folder.as_ref().and_then(|folder| host::read_text(&folder.join("flow.toml")));
        let project = text.map(|text| project::parse(&text).0).unwrap_or_default();
        let rules = Rules::get(db);
        if *rules.policy(db) != project.policy {
            rules.set_policy(db).with_durability(Durability::HIGH).to(project.policy);
        }
        if *rules.lints(db) != project.lints {
            rules.set_lints(db).with_durability(Durability::HIGH).to(project.lints);
        }
    }

    fn reload(&mut self, db: &mut Database, path: &str) {
        match (self.files.get(path).copied(), host::read_text(Path::new(path))) {
            (Some(file), Some(text)) => {
                file.set_text(db).with_durability(Durability::MEDIUM).to(text);
                self.follow(db, path, file);
            }
            (Some(_), None) => {
                self.files.remove(path);
                self.changed = true;
            }
            (None, Some(text)) if path.ends_with(".flow") => {
                let file = self.add(db, path, text, Origin::Project, Durability::MEDIUM);
                self.follow(db, path, file);
            }
            (None, _) => {}
        }
    }

    fn load(&mut self, db: &mut Database, path: &str, origin: Origin) {
        if self.files.contains_key(path) {
            return;
        }
        if let Some(text) = host::read_text(Path::new(path)) {
            let file = self.add(db, path, text, origin, Durability::MEDIUM);
            if origin == Origin::Project {
                self.follow(db, path, file);
            }
        }
    }

    /// Loads what a text mentions: modules that it imports, prompts in files.
    fn follow(&mut self, db: &mut Database, path: &str, file: SourceFile) {
        for (target, origin) in host::mentions(path, file.text(db)) {
            self.load(db, &target, origin);
        }
    }

    fn add(
        &mut self,
        db: &mut Database,
        path: &str,
        text: String,
        origin: Origin,
        durability: Durability,
    ) -> SourceFile {
        let file = SourceFile::builder(path.to_owned(), text, origin).durability(durability).new(db);
        self.files.insert(path.to_owned(), file);
        self.changed = true;
        file
    }

    /// Tells the database which files there are, if that changed.
    fn publish(&mut self, db: &mut Database) {
        if std::mem::take(&mut self.changed) {
            Files::get(db).set_by_path(db).with_durability(Durability::HIGH).to(self.files.clone());
        }
    }

    /// The file known under a path.
    pub(crate) fn file(&self, path: &str) -> Option<SourceFile> {
        self.files.get(path).copied()
    }
}
