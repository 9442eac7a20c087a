//! `@id` and `@code`: what a declaration is known by outside of its text. An id is of one in its file, a code of one in its
//! project, whose runs stand side by side.

use super::messages as say;
use crate::db::{Db, Rules, SourceFile};
use crate::diagnostics::{Diagnostic, ItemKey, Place};
use crate::resolve::modules;
use crate::syntax::{Item, Role, find_item, items, items_named};
use flow_grammar::span::Span;
use flow_grammar::tree::{Attr, ExprKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The attributes that mark a declaration.
const MARKS: [&str; 2] = ["id", "code"];

/// What is marked like another declaration.
pub(super) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (mark, text, span) in marks(&item.tree(db).attrs) {
        let key = item.key(db);
        let own = || marked(db, key.file).get(&(mark, text.clone())).cloned();
        let own = if mark == "id" { named(db, key.file, &text).or_else(own) } else { own() };
        let elsewhere = || match (mark, Rules::folder_of(db, key.file)) {
            ("code", Some(folder)) => {
                coded(db).get(&(folder.into(), text.clone())).filter(|first| first.file != key.file).cloned()
            }
            _ => None,
        };
        if let Some(other) =
            own.filter(|first| *first != key).or_else(elsewhere).and_then(|first| find_item(db, &first))
        {
            out.push(say::marked_twice(item.place(db, span), place(db, other, mark), mark, &text));
        }
    }
    out
}

/// Finds the codes of a file, which others ask for.
pub(crate) fn prepare(db: &dyn Db, file: SourceFile) {
    codes(db, file);
}

/// Finds the codes of all files.
pub(crate) fn prepare_all(db: &dyn Db) {
    coded(db);
}

/// The first declaration of a file with each mark.
#[salsa::tracked]
fn marked(db: &dyn Db, file: SourceFile) -> FxHashMap<(&'static str, SmolStr), ItemKey> {
    let mut first = FxHashMap::default();
    for item in items(db, file) {
        for (mark, text, _) in marks(&item.tree(db).attrs) {
            first.entry((mark, text)).or_insert_with(|| item.key(db));
        }
    }
    first
}

/// The declaration of a file without an id that has a name: it is known by that.
fn named(db: &dyn Db, file: SourceFile, name: &SmolStr) -> Option<ItemKey> {
    let is_known_so = |item: &Item<'_>| {
        matches!(item.role(db), Role::Declares(kind) if kind.is_callable())
            && !marks(&item.tree(db).attrs).any(|(mark, ..)| mark == "id")
    };
    items_named(db, file, name).into_iter().filter(is_known_so).map(|item| item.key(db)).last()
}

/// The first declaration of a project with each code, by the folder of the project.
#[salsa::tracked]
fn coded(db: &dyn Db) -> FxHashMap<(SmolStr, SmolStr), ItemKey> {
    let mut first = FxHashMap::default();
    for file in modules(db) {
        if let Some(folder) = Rules::folder_of(db, file) {
            for (code, key) in codes(db, file) {
                first.entry((folder.into(), code.clone())).or_insert_with(|| key.clone());
            }
        }
    }
    first
}

/// The codes of a file. An edit that leaves them as they are is of no matter to other files.
#[salsa::tracked]
fn codes(db: &dyn Db, file: SourceFile) -> Vec<(SmolStr, ItemKey)> {
    let codes = marked(db, file).iter().filter(|((mark, _), _)| *mark == "code");
    let mut codes: Vec<_> = codes.map(|((_, code), key)| (code.clone(), key.clone())).collect();
    codes.sort();
    codes
}

/// The marks among attributes, with the places of their texts.
fn marks(attrs: &[Attr]) -> impl Iterator<Item = (&'static str, SmolStr, Span)> {
    attrs.iter().filter_map(|attr| {
        let mark = MARKS.into_iter().find(|mark| attr.name.text == *mark)?;
        let [arg] = attr.args.as_deref()? else { return None };
        match &arg.value.kind {
            ExprKind::Str(text) => Some((mark, text.plain()?.into(), arg.value.span)),
            _ => None,
        }
    })
}

/// The mark of a declaration, or its name.
fn place(db: &dyn Db, item: Item<'_>, mark: &str) -> Place {
    let own = marks(&item.tree(db).attrs).find(|(own, ..)| *own == mark).map(|(_, _, span)| span);
    item.place(db, own.or_else(|| item.kind(db).name().map(|name| name.span)).unwrap_or_default())
}
