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
    /// Whether it lies where no prompt may lie.
    pub is_outside: bool,
    /// The string of the path, in the item.
    pub span: Span,
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
            let is_outside = written.starts_with('/') || !is_inside(db, module, &path);
            let file = at(db, &path).filter(|file| !is_outside && file.origin(db) != Origin::Unreadable);
            out.push(TextFile { key: spec.key, path, file, is_outside, span });
        }
    }
    out
}

fn at(db: &dyn Db, path: &str) -> Option<SourceFile> {
    Files::get(db).by_path(db).get(path).copied()
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
        match text.file {
            Some(file) => {
                out.extend(template(db, file).errors.iter().map(|error| syntax_diagnostic(file, error, 0)));
            }
            None if text.is_outside => {
                let has_project = Rules::folder_of(db, item.file(db)).is_some();
                out.push(settings::text_outside(item.place(db, text.span), &text.path, has_project));
            }
            None => {
                if let Some(file) = at(db, &text.path) {
                    out.push(settings::unreadable_text(item.place(db, text.span), file.text(db)));
                    continue;
                }
                let near =
                    near(db, &text.path).map(|near| path::written_beside(item.file(db).path(db), &near));
                out.push(settings::missing_text(item.place(db, text.span), &text.path, near.as_deref()));
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
