//! Which texts there are: those open in the editor win over the disk.
//!
//! Files are known by their absolute path, so that folders of a workspace never meet; a document without a path, such as
//! one that was never saved, by its URI.
//!
//! Texts at rest are more durable than open ones: after a keystroke, nothing that depends on them alone is looked at.

use crate::library;
use flow_compiler::db::{Astray, Database, Files, Origin, Rules, SourceFile};
use flow_compiler::host::{self, Links, Projects};
use flow_compiler::project::Project;
use salsa::{Durability, Setter as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tower_lsp::lsp_types::Url;

/// The files of the database.
#[derive(Default)]
pub(crate) struct Workspace {
    files: BTreeMap<String, SourceFile>,
    open: BTreeSet<String>,
    news: News,
    /// The projects of the files.
    projects: Projects,
    /// Prompts that are refused because a link leads them out of their project.
    astray: Astray,
}

/// What the database does not know yet.
#[derive(Default)]
struct News {
    files: bool,
    projects: bool,
    /// A prompt may have come or changed, or a project around one.
    prompts: bool,
}

/// The path under which a document is known.
pub(crate) fn path_of(uri: &Url) -> String {
    match uri.to_file_path() {
        Ok(path) => path.to_string_lossy().into_owned(),
        Err(()) => uri.to_string(),
    }
}

/// The URI of a path that is known. A module of the standard library is part of the server, and has the file that shows it.
pub(crate) fn uri_of(path: &str) -> Option<Url> {
    if path.starts_with("std/") {
        return Url::from_file_path(library::file(path)?).ok();
    }
    if path.starts_with('/') { Url::from_file_path(path).ok() } else { Url::parse(path).ok() }
}

impl Workspace {
    /// Reads every `.flow` file below the folders, so that names can be suggested from all of them.
    pub(crate) fn discover(&mut self, db: &mut Database, folders: &[PathBuf]) {
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
        let file = match self.files.get(path).copied() {
            // What it says is not a text of the file, but why there is none.
            Some(file) if file.origin(db) == Origin::Unreadable => {
                self.add(db, path, text, Origin::Prompt, Durability::LOW)
            }
            Some(file) => {
                file.set_text(db).with_durability(Durability::LOW).to(text);
                file
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
        for path in paths.iter().map(Path::new).filter(|path| path.ends_with("flow.toml")) {
            self.news.projects |= path.parent().is_some_and(|folder| self.projects.look_again(folder));
        }
        for path in paths.iter().filter(|path| !self.open.contains(*path)).cloned().collect::<Vec<_>>() {
            self.reload(db, &path);
        }
        self.news.prompts |= paths.iter().any(|path| !path.ends_with(".flow"));
        self.publish(db);
    }

    fn reload(&mut self, db: &mut Database, path: &str) {
        if library::holds(path) {
            return;
        }
        let known = self.files.get(path).copied();
        if known.is_some_and(|file| matches!(file.origin(db), Origin::Prompt | Origin::Unreadable)) {
            // Whoever mentions it reads it, if it may still be read.
            self.files.remove(path);
            self.news.files = true;
            self.news.prompts = true;
            return;
        }
        match (known, host::read_text(Path::new(path))) {
            (Some(file), Some(text)) => {
                file.set_text(db).with_durability(Durability::MEDIUM).to(text);
                self.follow(db, path, file);
            }
            (Some(_), None) => {
                self.files.remove(path);
                self.news.files = true;
            }
            (None, Some(text)) if path.ends_with(".flow") => {
                let file = self.add(db, path, text, Origin::Project, Durability::MEDIUM);
                self.follow(db, path, file);
            }
            (None, _) => {}
        }
    }

    fn load(&mut self, db: &mut Database, path: &str, origin: Origin) {
        if self.files.contains_key(path) || library::holds(path) {
            return;
        }
        if origin == Origin::Prompt {
            if Path::new(path).exists() {
                let (text, origin) = host::prompt(Path::new(path), path);
                self.add(db, path, text, origin, Durability::MEDIUM);
            }
        } else if let Some(text) = host::read_text(Path::new(path)) {
            let file = self.add(db, path, text, origin, Durability::MEDIUM);
            if origin == Origin::Project {
                self.follow(db, path, file);
            }
        }
    }

    /// Loads what a text mentions: modules that it imports, prompts in files.
    fn follow(&mut self, db: &mut Database, path: &str, file: SourceFile) {
        if file.origin(db) != Origin::Project {
            return;
        }
        let mut links = Links::default();
        for (target, origin) in host::mentions(path, file.text(db)) {
            if origin == Origin::Prompt && !self.may_read(path, &target, &mut links) {
                continue;
            }
            self.load(db, &target, origin);
        }
    }

    /// Whether a module may read a prompt. Remembers what leads out of its project by a link.
    fn may_read(&mut self, module: &str, prompt: &str, links: &mut Links) -> bool {
        let folder = module.rsplit_once('/').map_or("", |(folder, _)| folder);
        let pair = (folder.to_owned(), prompt.to_owned());
        let found = self.projects.may_read(Path::new(module), Path::new(prompt), links);
        let target = match &found {
            Err(Some(target)) => Some(target.to_string_lossy().into_owned()),
            _ => None,
        };
        if self.astray.get(&pair) != target.as_ref() {
            self.news.files = true;
            match target {
                Some(target) => self.astray.insert(pair, target),
                None => self.astray.remove(&pair),
            };
        }
        found.is_ok()
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
        self.news.files = true;
        let path = Path::new(path);
        self.news.projects |= self.projects.look(path, path).is_some();
        file
    }

    /// Tells the database which files there are and what their projects say, if that changed.
    fn publish(&mut self, db: &mut Database) {
        if std::mem::take(&mut self.news.prompts) {
            for (path, file) in self.files.clone() {
                self.follow(db, &path, file);
            }
        }
        let News { files, projects, .. } = std::mem::take(&mut self.news);
        if projects {
            let said = self.projects.all();
            let said: BTreeMap<String, Project> = said
                .map(|(folder, project)| (folder.to_string_lossy().into_owned(), project.clone()))
                .collect();
            if *Rules::get(db).projects(db) != said {
                Rules::get(db).set_projects(db).with_durability(Durability::HIGH).to(said);
            }
        }
        if files {
            Files::get(db).set_by_path(db).with_durability(Durability::HIGH).to(self.files.clone());
            Files::get(db).set_astray(db).with_durability(Durability::HIGH).to(self.astray.clone());
        }
    }

    /// The file known under a path.
    pub(crate) fn file(&self, path: &str) -> Option<SourceFile> {
        self.files.get(path).copied()
    }
}
