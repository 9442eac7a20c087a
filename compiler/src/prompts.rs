//! Texts in files of their own: `prompt: file("prompts/writer.md")`. Such a file is a template as a whole; its holes see
//! the parameters of the declaration that names it.

use crate::db::{Db, Files, Origin, Rules, SourceFile};
use crate::diagnostics::Diagnostic;
use crate::resolve::{path, suggest};
use crate::syntax::{Item, syntax_diagnostic};
use crate::types::settings::{self, Takes, file_argument, setting};
use flow_grammar::parse::{self, ParsedTemplate};
use flow_grammar::span::Span;
use flow_grammar::tree::{ItemKind, Template};

/// A setting whose text stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// The setting.
    pub key: &'static str,
    /// The project path of the file.
    pub path: String,
    /// The file, if it may be read and can be.
    pub file: Option<SourceFile>,
    /// Why it may not be read, if so.
    pub outside: Option<Outside>,
    /// The string of the path, in the item.
    pub span: Span,
}

/// Why a file may not be the text of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It lies in none of the folders that are allowed.
    Elsewhere,
    /// Its path is absolute, and leads into the project all the same: by this one from the module.
    Absolute(String),
    /// A link leads out of the project, to this path.
    Link(String),
}

/// The settings of a declaration whose text stands in a file. Paths that are not plain strings are left out.
pub fn text_files(db: &dyn Db, item: Item<'_>) -> Vec<TextFile> {
    let ItemKind::Doer(decl) = item.kind(db) else { return Vec::new() };
    let module = item.file(db);
    let mut out = Vec::new();
    for given in &decl.settings {
        let Some(spec) = setting(decl.kind, &given.name.text).filter(|spec| spec.takes == Takes::Text) else {
            continue;
        };
        if let Some(Ok((written, span))) = file_argument(&given.value) {
            let path = path::beside(module.path(db), written);
            let outside = outside(db, module, written, &path);
            let file =
                at(db, &path).filter(|file| outside.is_none() && file.origin(db) != Origin::Unreadable);
            out.push(TextFile { key: spec.key, path, file, outside, span });
        }
    }
    out
}

fn at(db: &dyn Db, path: &str) -> Option<SourceFile> {
    Files::get(db).by_path(db).get(path).copied()
}

/// Why a module may not read the file of a path that is `written` in it, if so.
fn outside(db: &dyn Db, module: SourceFile, written: &str, path: &str) -> Option<Outside> {
    if written.starts_with('/') {
        let directory = Rules::get(db).directory(db);
        let below = written.strip_prefix(directory.as_str());
        let below = if directory.is_empty() { below } else { below.and_then(|rest| rest.strip_prefix('/')) };
        let below = below.filter(|path| is_inside(db, module, path));
        let relative = below.map(|path| Outside::Absolute(path::written_beside(module.path(db), path)));
        return Some(relative.unwrap_or(Outside::Elsewhere));
    }
    if !is_inside(db, module, path) {
        return Some(Outside::Elsewhere);
    }
    let astray = Files::get(db).astray(db);
    if astray.is_empty() {
        return None;
    }
    let folder = path::folders(module.path(db)).next().unwrap_or("");
    astray.get(&(folder.to_owned(), path.to_owned())).cloned().map(Outside::Link)
}

/// Whether a path lies beside a module, below that, or in its project: what a program says comes with it.
fn is_inside(db: &dyn Db, module: SourceFile, path: &str) -> bool {
    let beside = module.path(db).rsplit_once('/').map_or("", |(folder, _)| folder);
    path::is_within(path, beside)
        || Rules::folder_of(db, module).is_some_and(|folder| path::is_within(path, folder))
}

/// A text file as a template.
#[salsa::tracked(no_eq)]
pub fn template(db: &dyn Db, file: SourceFile) -> ParsedTemplate {
    parse::parse_template(file.text(db))
}

/// The templates in the text files of a declaration, those of them that are there.
pub(crate) fn templates<'db>(db: &'db dyn Db, item: Item<'_>) -> impl Iterator<Item = &'db Template> {
    let files = text_files(db, item).into_iter().filter_map(|text| text.file);
    files.map(|file| &template(db, file).template)
}

/// What is wrong with the text files that a declaration names: missing ones at their names, mistakes of syntax in them.
pub(crate) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let ItemKind::Doer(decl) = item.kind(db) else { return Vec::new() };
    let mut out = Vec::new();
    for given in &decl.settings {
        let takes_text = setting(decl.kind, &given.name.text).is_some_and(|spec| spec.takes == Takes::Text);
        if let (true, Some(Err(span))) = (takes_text, file_argument(&given.value)) {
            out.push(settings::text_path_is_no_plain_string(item.place(db, span)));
        }
    }
    for text in text_files(db, item) {
        let place = item.place(db, text.span);
        match (text.file, text.outside) {
            (Some(file), _) => {
                out.extend(template(db, file).errors.iter().map(|error| syntax_diagnostic(file, error, 0)));
            }
            (None, Some(outside)) => {
                let has_project = Rules::folder_of(db, item.file(db)).is_some();
                out.push(settings::text_outside(place, &text.path, &outside, has_project));
            }
            (None, None) => {
                if let Some(file) = at(db, &text.path) {
                    out.push(settings::unreadable_text(place, file.text(db)));
                    continue;
                }
                let near =
                    near(db, &text.path).map(|near| path::written_beside(item.file(db).path(db), &near));
                out.push(settings::missing_text(place, &text.path, near.as_deref()));
            }
        }
    }
    out
}

/// A text file of the project whose path is near to one that is not there.
fn near(db: &dyn Db, path: &str) -> Option<String> {
    let files = Files::get(db).by_path(db);
    let texts =
        files.values().filter(|file| file.origin(db) == Origin::Prompt).map(|file| file.path(db).as_str());
    suggest(path, texts).map(str::to_owned)
}
