//! The compiler's one edge with the disk: finds and reads files, and puts them into a database.

#![expect(clippy::disallowed_methods, reason = "this module is the edge: it reads files and nothing else")]

mod discover;
mod ignore;
mod projects;
mod read;

pub use projects::{Links, Projects};
pub use read::{file as read_file, regular, stream as read_stream, text as decode};

use crate::check::{check_all, check_once, notes, told_once};
use crate::db::{Astray, Database, Files, Origin, Rules, SourceFile};
use crate::diagnostics::report::Report;
use crate::diagnostics::{Code, Diagnostic};
use crate::parallel;
use crate::project::Project;
use salsa::{Durability, Setter as _};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// A file that is not text in UTF-8.
pub const NOT_UTF8: Code = Code("E0601");
/// A file that cannot be read.
pub const UNREADABLE: Code = Code("E0602");

/// What is to be checked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The directory that relative paths start from, absolute.
    pub directory: PathBuf,
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// A text from standard input, and the name that it goes by.
    pub stdin: Option<(String, Vec<u8>)>,
}

/// Why there is nothing to check.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A path that does not exist.
    #[error("there is no file or directory `{0}`")]
    Missing(String),
    /// A directory in which nothing is written in Flow.
    #[error("there is no `.flow` file in `{0}`")]
    NoFlows(String),
    /// A path that cannot be looked at.
    #[error("cannot read `{path}`: {error}")]
    Unreadable {
        /// The path.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
}

/// A database with the files of a request, everything that they import, and their project.
pub struct Session {
    /// The database.
    pub db: Database,
    /// The files to report on, in order.
    pub roots: Vec<SourceFile>,
    /// What the project says of itself.
    pub project: Project,
    /// The project's directory: where `flow.toml` is, or else where relative paths start from.
    pub directory: PathBuf,
    /// What was wrong with files that could not be read, and with `flow.toml`.
    pub problems: Report,
    /// Where relative paths start.
    stands_in: PathBuf,
    /// The way from there to the project, for paths as people see them.
    shown_below: String,
    /// The projects of all files.
    projects: Projects,
    /// Prompts that are refused because a link leads them out of their project.
    astray: Astray,
    links: Links,
}

impl Session {
    /// Reads what a request asks for.
    ///
    /// # Errors
    /// When a path does not exist, or a directory holds nothing to check. A file that exists but cannot be read is one of
    /// [`Self::problems`].
    pub fn open(request: &Request) -> Result<Self, OpenError> {
        // Nothing need be remembered of what depends on what.
        Self::read_all(request, Durability::NEVER_CHANGE)
    }

    /// The same, for whoever changes texts in the database.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_to_edit(request: &Request) -> Result<Self, OpenError> {
        Self::read_all(request, Durability::MEDIUM)
    }

    fn read_all(request: &Request, durability: Durability) -> Result<Self, OpenError> {
        let found = discover::files(request)?;
        let first = found.first().cloned().unwrap_or_else(|| request.directory.join("<stdin>"));
        let mut projects = Projects::default();
        let problems = projects.look(&first, &request.directory).unwrap_or_default();
        let (directory, project) = projects.of(&first).unzip();
        let directory = directory.unwrap_or(&request.directory).to_owned();
        let mut session = Self {
            db: Database::default(),
            roots: Vec::new(),
            project: project.cloned().unwrap_or_default(),
            stands_in: request.directory.clone(),
            shown_below: relative(&request.directory, &directory),
            directory,
            problems,
            projects,
            astray: Astray::new(),
            links: Links::default(),
        };
        let mut loader = Loader { session: &mut session, files: BTreeMap::new(), durability };
        let mut roots = Vec::new();
        let named = found.into_iter().map(|path| Wanted::of(&loader.session.directory, path)).collect();
        let mut wanted = loader.wave(named, &mut roots);
        if let Some((name, bytes)) = &request.stdin {
            let name = relative(&loader.session.directory, &request.directory.join(name));
            let decoded = read::text(bytes.clone(), &loader.session.shown(&name));
            if let Some(text) = loader.session.or_problem(decoded) {
                loader.session.look_for_project(&name);
                wanted.extend(loader.session.allowed(&name, mentions(&name, &text)));
                roots.push(loader.add(name, text, Origin::Project));
            }
        }
        loader.follow(wanted);
        let files = loader.files;
        session.roots = roots;
        Files::get(&session.db).set_by_path(&mut session.db).with_durability(durability).to(files);
        let astray = session.astray.clone();
        Files::get(&session.db).set_astray(&mut session.db).with_durability(durability).to(astray);
        session.set_projects(durability);
        let may_change = durability != Durability::NEVER_CHANGE;
        Rules::get(&session.db).set_may_change(&mut session.db).with_durability(durability).to(may_change);
        let covers = |path: &PathBuf| session.directory.starts_with(normal(&request.directory.join(path)));
        Rules::get(&session.db)
            .set_knows_all(&mut session.db)
            .with_durability(durability)
            .to(request.paths.iter().any(covers));
        Ok(session)
    }

    /// Everything that is wrong with the roots, and with what could not be read.
    pub fn check(&self) -> Report {
        self.report(check_all(&self.db, &self.roots))
    }

    /// As [`check`](Self::check), in less memory, where little of what it finds out on the way is asked for behind it.
    pub fn check_once(&self) -> Report {
        self.report(check_once(&self.db, &self.roots))
    }

    fn report(&self, found: Vec<(SourceFile, Vec<Diagnostic>)>) -> Report {
        let mut report = self.problems.clone();
        let all: Vec<_> = found.into_iter().flat_map(|(_, diagnostics)| diagnostics).collect();
        let mut checked = Report::of(&self.db, &told_once(&self.db, all));
        for source in &mut checked.sources {
            source.path = self.shown(&source.path);
        }
        report.append(checked);
        report
    }

    /// What is worth knowing of the roots and no mistake, and would be too much to say each time.
    pub fn notes(&self) -> Report {
        let notes: Vec<_> = self.roots.iter().flat_map(|root| notes(&self.db, *root)).collect();
        let mut report = Report::of(&self.db, &notes);
        for source in &mut report.sources {
            source.path = self.shown(&source.path);
        }
        report
    }

    /// A path of the project as people see it from where they stand.
    pub fn shown(&self, path: &str) -> String {
        shown(&self.shown_below, path)
    }

    /// The files whose content decides what is found, with what was read of them; `None` for one that is not there.
    pub fn read_files(&self) -> BTreeMap<PathBuf, Option<String>> {
        let mut out: BTreeMap<PathBuf, Option<String>> = BTreeMap::new();
        let on_disk = |path: &str| normal(&self.directory.join(path));
        let mut links = Links::default();
        let files = Files::get(&self.db).by_path(&self.db);
        for (path, file) in files.iter().filter(|(path, _)| !path.starts_with('<')) {
            let text = file.text(&self.db);
            out.insert(on_disk(path), Some(text.clone()));
            if file.origin(&self.db) == Origin::Project {
                let read = |(name, origin): &(String, Origin)| {
                    let may = self.projects.may_read(&on_disk(path), &on_disk(name), &mut links);
                    *origin != Origin::Prompt || may.is_ok()
                };
                for (path, _) in mentions(path, text).into_iter().filter(read) {
                    out.entry(on_disk(&path)).or_default();
                }
            }
        }
        let projects = self.projects.all().map(|(folder, _)| folder);
        for manifest in projects.chain([&*self.directory]).map(|folder| folder.join("flow.toml")) {
            let text = read_text(&manifest);
            out.insert(manifest, text);
        }
        out
    }

    /// The path on the disk of a file of the session.
    pub fn on_disk(&self, file: SourceFile) -> PathBuf {
        normal(&self.directory.join(file.path(&self.db)))
    }

    /// Finds the project of a module, by its path in this one.
    fn look_for_project(&mut self, name: &str) {
        let path = normal(&self.directory.join(name));
        if let Some(problems) = self.projects.look(&path, &self.stands_in) {
            self.problems.append(problems);
        }
    }

    /// What a module mentions but the prompts that it may not read: a device, say, may have no end.
    fn allowed(&mut self, module: &str, mut mentioned: Vec<(String, Origin)>) -> Vec<(String, Origin)> {
        let folder = module.rsplit_once('/').map_or("", |(folder, _)| folder);
        mentioned.retain(|(path, origin)| {
            let refused = match origin {
                Origin::Prompt => self.may_read(module, path).err(),
                _ => None,
            };
            if let Some(Some(target)) = &refused {
                self.astray.insert((folder.to_owned(), path.clone()), text_of(target));
            }
            refused.is_none()
        });
        mentioned
    }

    fn may_read(&mut self, module: &str, prompt: &str) -> Result<(), Option<PathBuf>> {
        let on_disk = |path: &str| normal(&self.directory.join(path));
        self.projects.may_read(&on_disk(module), &on_disk(prompt), &mut self.links)
    }

    /// Tells the database what the projects say.
    fn set_projects(&mut self, durability: Durability) {
        let named = self.projects.all().map(|(folder, project)| (relative(&self.directory, folder), project));
        let mut named: BTreeMap<_, _> = named.map(|(name, project)| (name, project.clone())).collect();
        let is_project = named.contains_key("");
        if named.len() == usize::from(is_project) {
            // The usual case: of no file need be asked in which one it lies.
            named.clear();
        }
        let db = &mut self.db;
        let rules = Rules::get(db);
        rules.set_policy(db).with_durability(durability).to(self.project.policy.clone());
        rules.set_lints(db).with_durability(durability).to(self.project.lints.clone());
        rules.set_is_project(db).with_durability(durability).to(is_project);
        rules.set_directory(db).with_durability(durability).to(text_of(&self.directory));
        rules.set_projects(db).with_durability(durability).to(named);
    }

    fn or_problem<T>(&mut self, found: Result<T, Report>) -> Option<T> {
        found.map_err(|report| self.problems.append(report)).ok()
    }
}

/// The files of a request but standard input, absolute: as named, and those of each directory sorted by path.
///
/// # Errors
/// When a path does not exist, or a directory holds no file of Flow.
pub fn find(request: &Request) -> Result<Vec<PathBuf>, OpenError> {
    discover::files(request)
}

/// A path of the project as people see it whose way to the project is `below`.
fn shown(below: &str, path: &str) -> String {
    if below.is_empty() && path.is_empty() {
        return ".".to_owned();
    }
    if below.is_empty() || path.starts_with("std/") || path.starts_with('<') {
        return path.to_owned();
    }
    text_of(&normal(&Path::new(below).join(path)))
}

/// An absolute path as people see it who stand in a directory.
pub fn shown_from(directory: &Path, path: &Path) -> String {
    relative(directory, path)
}

/// The `.flow` files below a directory, sorted; none where it cannot be read.
pub fn flow_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // What can be read of it is still worth having.
    let _ = discover::below(directory, &mut found);
    found
}

/// A text of the disk; `None` if it is not there, or no text.
pub fn read_text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// The text of a prompt, which messages call `shown`; or why it cannot be read. Whoever turns out to need it says so.
pub fn prompt(path: &Path, shown: &str) -> (String, Origin) {
    match read::file(path, shown) {
        Ok(text) => (text, Origin::Prompt),
        Err(report) => {
            let why = report.findings.into_iter().map(|found| found.message).collect();
            (why, Origin::Unreadable)
        }
    }
}

/// The paths that a text may mention, beside the module that it is the text of, and what they are.
pub fn mentions(module: &str, text: &str) -> Vec<(String, Origin)> {
    let directory = Path::new(module).parent().unwrap_or(Path::new(""));
    let found = discover::mentions(text).into_iter();
    found.map(|(path, origin)| (text_of(&normal(&directory.join(path))), origin)).collect()
}

/// A file to read.
struct Wanted {
    /// Where it is on the disk.
    path: PathBuf,
    /// Its path in the project.
    name: String,
    origin: Origin,
}

impl Wanted {
    fn of(directory: &Path, path: PathBuf) -> Self {
        Self { name: relative(directory, &path), path, origin: Origin::Project }
    }

    /// Whether there is something to read, or for a prompt anything that could be meant.
    fn is_there(&self) -> bool {
        if self.origin == Origin::Prompt { self.path.exists() } else { self.path.is_file() }
    }
}

/// Loads files and what they mention.
struct Loader<'s> {
    session: &'s mut Session,
    files: BTreeMap<String, SourceFile>,
    /// How lasting the texts are.
    durability: Durability,
}

impl Loader<'_> {
    /// Loads what the files loaded so far mention, and what that mentions, until nothing new is. A file that is mentioned
    /// and is not there is no problem of the loader: the checker reports it where it is mentioned.
    fn follow(&mut self, mut mentioned: Vec<(String, Origin)>) {
        while !mentioned.is_empty() {
            mentioned.sort();
            mentioned.dedup_by(|a, b| a.0 == b.0);
            mentioned.retain(|(name, _)| !self.files.contains_key(name));
            let there = mentioned.into_iter().map(|(name, origin)| {
                let path = normal(&self.session.directory.join(&name));
                Wanted { path, name, origin }
            });
            let there = there.filter(Wanted::is_there).collect();
            mentioned = self.wave(there, &mut Vec::new());
        }
    }

    /// Reads files all at once, adds them in their order, and answers with what they mention.
    fn wave(&mut self, wanted: Vec<Wanted>, added: &mut Vec<SourceFile>) -> Vec<(String, Origin)> {
        let below = &self.session.shown_below;
        let read = parallel::map(
            &wanted,
            || (),
            |(), wanted| {
                let shown = shown(below, &wanted.name);
                if wanted.origin == Origin::Prompt {
                    let (text, origin) = prompt(&wanted.path, &shown);
                    return Ok((text, origin, Vec::new()));
                }
                let text = read::file(&wanted.path, &shown)?;
                let mentions = mentions(&wanted.name, &text);
                Ok((text, wanted.origin, mentions))
            },
        );
        let mut out = Vec::new();
        for (wanted, read) in wanted.into_iter().zip(read) {
            if let Some((text, origin, mentions)) = self.session.or_problem(read) {
                if origin == Origin::Project {
                    self.session.look_for_project(&wanted.name);
                    out.extend(self.session.allowed(&wanted.name, mentions));
                }
                added.push(self.add(wanted.name, text, origin));
            }
        }
        out
    }

    fn add(&mut self, name: String, text: String, origin: Origin) -> SourceFile {
        let file =
            SourceFile::builder(name.clone(), text, origin).durability(self.durability).new(&self.session.db);
        self.files.insert(name, file);
        file
    }
}

/// The way from one absolute directory to a path, with `/` between the parts; `..` where it leads up.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to) = (normal(from), normal(to));
    let mut from = from.components().peekable();
    let mut to = to.components().peekable();
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let parts: PathBuf = from.map(|_| Component::ParentDir).chain(to).collect();
    text_of(&parts)
}

/// A path without `.` and, as far as they can be resolved in the text, `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn text_of(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    match parts.first() {
        Some(root) if root == "/" => format!("/{}", parts[1..].join("/")),
        _ => parts.join("/"),
    }
}
