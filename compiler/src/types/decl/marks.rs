//! `@id` and `@code`: what a declaration is known by outside of its text is known of one in its file.

use super::messages as say;
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Diagnostic, ItemKey, Place};
use crate::syntax::{Item, Role, find_item, items};
use flow_grammar::span::Span;
use flow_grammar::tree::{Attr, ExprKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The attributes that mark a declaration.
const MARKS: [&str; 2] = ["id", "code"];

/// What is marked like another declaration of the file.
pub(super) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (mark, text, span) in marks(&item.tree(db).attrs) {
        let Some(first) = marked(db, item.file(db)).get(&(mark, text.clone())) else { continue };
        if let Some(other) = find_item(db, first).filter(|_| *first != item.key(db)) {
            out.push(say::marked_twice(item.place(db, span), place(db, other, mark), mark, &text));
        }
    }
    out
}

/// The first declaration of a file with each mark. One without an id is known by its name.
#[salsa::tracked]
fn marked(db: &dyn Db, file: SourceFile) -> FxHashMap<(&'static str, SmolStr), ItemKey> {
    let mut first = FxHashMap::default();
    let mut names = FxHashMap::default();
    for item in items(db, file) {
        let key = item.key(db);
        let mut has_id = false;
        for (mark, text, _) in marks(&item.tree(db).attrs) {
            has_id |= mark == "id";
            first.entry((mark, text)).or_insert_with(|| key.clone());
        }
        if !has_id && matches!(item.role(db), Role::Declares(kind) if kind.is_callable()) {
            names.insert(("id", item.name(db).clone()), key);
        }
    }
    first.extend(names);
    first
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
