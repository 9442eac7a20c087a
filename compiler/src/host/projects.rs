//! The projects around files: the nearest `flow.toml` upwards, each folder looked at once.

use super::read;
use crate::diagnostics::report::{Report, Source};
use crate::project::{self, Project};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the `flow.toml` of each folder says, as far as it counts for the files that were looked at.
#[derive(Default)]
pub struct Projects {
    /// `None` where there is none; the folders above such a one are known too.
    folders: BTreeMap<PathBuf, Option<Project>>,
}

impl Projects {
    /// Finds the project of a file, by its absolute path. Answers with what is wrong with the `flow.toml` if one was read
    /// for it, for who stands in the directory `from`.
    pub fn look(&mut self, file: &Path, from: &Path) -> Option<Report> {
        for folder in file.ancestors().skip(1).filter(|folder| folder.is_absolute()) {
            if self.folders.contains_key(folder) {
                return None;
            }
            let read = read_project(&folder.join("flow.toml"), from);
            let (project, problems) = read.unzip();
            self.folders.insert(folder.to_owned(), project);
            if problems.is_some() {
                return problems;
            }
        }
        None
    }

    /// Reads the `flow.toml` of a folder anew, and says whether it counts for any file.
    pub fn look_again(&mut self, folder: &Path) -> bool {
        let counts = self.folders.remove(folder).is_some();
        if counts {
            self.look(&folder.join("flow.toml"), folder);
        }
        counts
    }

    /// The project of a file that was looked at, and its folder.
    pub fn of(&self, file: &Path) -> Option<(&Path, &Project)> {
        let mut known = file.ancestors().skip(1).filter_map(|folder| self.folders.get_key_value(folder));
        known.find_map(|(folder, project)| Some((folder.as_path(), project.as_ref()?)))
    }

    /// Whether a module that was looked at may read a prompt: it lies beside the module or below, or in its project.
    ///
    /// # Errors
    /// If it may not. With where the prompt leads, if a link leads it out of there.
    pub fn may_read(&self, module: &Path, prompt: &Path, links: &mut Links) -> Result<(), Option<PathBuf>> {
        let project = self.of(module).map(|(folder, _)| folder);
        let allowed = || module.parent().into_iter().chain(project);
        if !allowed().any(|folder| prompt.starts_with(folder)) {
            return Err(None);
        }
        // One that is not there is told where it is named.
        let Some(real) = links.file(prompt) else { return Ok(()) };
        let is_inside =
            allowed().any(|folder| links.folder(folder).is_some_and(|folder| real.starts_with(folder)));
        if is_inside { Ok(()) } else { Err(Some(real)) }
    }

    /// All of them, with their folders.
    pub fn all(&self) -> impl Iterator<Item = (&Path, &Project)> {
        self.folders.iter().filter_map(|(folder, project)| Some((folder.as_path(), project.as_ref()?)))
    }
}

/// Where paths lead whose parts may be links. Folders are looked at once.
#[derive(Default)]
pub struct Links {
    folders: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Links {
    fn file(&mut self, path: &Path) -> Option<PathBuf> {
        if path.symlink_metadata().ok()?.is_symlink() {
            return path.canonicalize().ok();
        }
        let (folder, name) = (path.parent()?, path.file_name()?);
        self.folder(folder).map(|folder| folder.join(name))
    }

    fn folder(&mut self, path: &Path) -> Option<PathBuf> {
        if let Some(known) = self.folders.get(path) {
            return known.clone();
        }
        let real = path.canonicalize().ok();
        self.folders.insert(path.to_owned(), real.clone());
        real
    }
}

/// What a `flow.toml` says, and what is wrong with it; `None` if there is none.
fn read_project(path: &Path, from: &Path) -> Option<(Project, Report)> {
    if !path.is_file() {
        return None;
    }
    let shown = super::shown_from(from, path);
    Some(match read::file(path, &shown) {
        Ok(text) => {
            let (project, findings) = project::parse(&text);
            let sources = if findings.is_empty() { Vec::new() } else { vec![Source::new(shown, text)] };
            (project, Report { sources, findings })
        }
        Err(report) => (Project::default(), report),
    })
}
