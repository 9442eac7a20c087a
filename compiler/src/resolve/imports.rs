//! One import: the module that it leads to, and the names that it brings.

use super::{Def, exports, is_private, messages, path};
use crate::db::{Db, Files, Origin, SourceFile};
use crate::diagnostics::{Diagnostic, is_flooded};
use crate::stdlib;
use crate::syntax::{Item, Role, items};
use flow_grammar::tree::{Import as Tree, ImportPath, ItemKind, Name};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The attribute of imports whose names are passed on.
pub const EXPORT: &str = "export";

/// What an import brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The module that it leads to, if there is one.
    pub target: Option<SourceFile>,
    /// The names that it brings, as far as the module has them.
    pub names: Vec<Def>,
    /// The name under which it brings the module itself.
    pub module: Option<SmolStr>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What an import brings; nothing for an item that is none.
#[salsa::tracked]
pub fn import<'db>(db: &'db dyn Db, item: Item<'db>) -> Import {
    let ItemKind::Import(tree) = item.kind(db) else { return Import::default() };
    let mut out = Import::default();
    // The parser has reported a path without segments.
    let Some(last) = tree.path.segments.last() else { return out };
    if tree.names.is_none() || tree.alias.is_some() {
        out.module = Some(tree.alias.as_ref().unwrap_or(last).text.clone());
    }
    let file = item.file(db);
    out.target = target(db, file, &tree.path);
    let Some(target) = out.target else {
        // Nor is a name missing that the parser made up.
        if tree.path.segments.iter().any(|segment| segment.text.is_empty()) {
            return out;
        }
        out.diagnostics.push(messages::unknown_module(db, item, &tree.path));
        return out;
    };
    let exported = exports(db, target);
    let mut known: FxHashMap<&str, &Name> = FxHashMap::default();
    for name in tree.names.iter().flatten() {
        // The parser has reported a name that it had to make up.
        if name.text.is_empty() {
            continue;
        }
        let earlier = *known.entry(&name.text).or_insert(name);
        if earlier.span != name.span {
            out.diagnostics.push(messages::imported_twice(
                item.place(db, name.span),
                item.place(db, earlier.span),
                name,
            ));
            continue;
        }
        match exported.get(&name.text) {
            Some(def) => out.names.push(def.clone()),
            None if is_flooded(&out.diagnostics) => {}
            None => out.diagnostics.push(messages::unknown_import(db, item, name, target)),
        }
    }
    out
}

/// Whether the names of an import can be imported from its file too.
pub fn is_passed_on(db: &dyn Db, item: Item<'_>) -> bool {
    item.role(db) == Role::Import && item.tree(db).attrs.iter().any(|attr| attr.name.text == EXPORT)
}

/// What a file passes on.
pub(super) fn passed_on(db: &dyn Db, file: SourceFile) -> FxHashMap<SmolStr, Def> {
    let mut out = FxHashMap::default();
    for (target, tree) in passing(db, file) {
        for name in tree.names.iter().flatten().filter(|name| !is_private(&name.text)) {
            if let Some(def) = origin(db, target, &name.text, &mut vec![file]) {
                out.entry(name.text.clone()).or_insert(def);
            }
        }
    }
    out
}

/// The imports of a file whose names it passes on, with the modules that they lead to.
fn passing(db: &dyn Db, file: SourceFile) -> impl Iterator<Item = (SourceFile, &Tree)> {
    let passing = items(db, file).iter().filter(move |item| is_passed_on(db, **item));
    passing.filter_map(move |item| match item.kind(db) {
        ItemKind::Import(tree) => Some((target(db, file, &tree.path)?, tree)),
        _ => None,
    })
}

/// What a name that a file declares or passes on stands for. Asks the items alone, not what files export: that of a file in
/// a cycle would be asked for while it is found.
fn origin(db: &dyn Db, file: SourceFile, name: &str, seen: &mut Vec<SourceFile>) -> Option<Def> {
    if seen.contains(&file) {
        return None;
    }
    seen.push(file);
    let declared = items(db, file).iter().find_map(|item| match item.role(db) {
        Role::Declares(kind) if item.name(db) == name => Some(Def { key: item.key(db), kind }),
        _ => None,
    });
    declared.or_else(|| {
        let takes = |tree: &Tree| tree.names.iter().flatten().any(|known| known.text == name);
        passing(db, file)
            .filter(|(_, tree)| takes(tree))
            .find_map(|(target, _)| origin(db, target, name, seen))
    })
}

/// The module that a path leads to from a file.
fn target(db: &dyn Db, from: SourceFile, path: &ImportPath) -> Option<SourceFile> {
    let Some(path) = path::relative(from.path(db), path) else {
        return stdlib::module(db, &path.text());
    };
    match from.origin(db) {
        Origin::Std => stdlib::module(db, path.strip_suffix(".flow")?),
        _ => Files::get(db).by_path(db).get(&path).copied(),
    }
}

/// The names that an import brings, as they are written in it.
pub fn import_names(kind: &ItemKind) -> Vec<&Name> {
    let ItemKind::Import(import) = kind else { return Vec::new() };
    let module = match (&import.alias, &import.names) {
        (Some(alias), _) => Some(alias),
        (None, None) => import.path.segments.last(),
        (None, Some(_)) => None,
    };
    let names = import.names.iter().flatten().chain(module);
    names.filter(|name| !name.text.is_empty()).collect()
}
