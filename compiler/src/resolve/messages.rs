//! What is said of names and imports that are wrong.

use super::{
    Def, DefKind, Entry, Exports, all_nearby, export_index, exported_nearby, exports, foreign, modules,
    nearby, path, scope, suggest,
};
use crate::db::{Db, Origin, SourceFile};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, ItemKey, Place};
use crate::syntax::{Item, imports, items};
use flow_grammar::span::Span;
use flow_grammar::tree::{ImportPath, ItemKind, Name};
use smol_str::SmolStr;

/// An import leads to no module.
pub const UNKNOWN_MODULE: Code = Code("E0101");
/// The module has nothing of the imported name.
pub const UNKNOWN_IMPORT: Code = Code("E0102");
/// The name begins with `_`, so it is visible in its own file only.
pub const PRIVATE: Code = Code("E0103");
/// A name stands for two things in one file.
pub const DECLARED_TWICE: Code = Code("E0104");
/// An imported name is never used.
pub const UNUSED_IMPORT: Code = Code("W0206");
/// There is no type of that name.
pub const UNKNOWN_TYPE: Code = Code("E0105");
/// There is nothing of that name.
pub const UNKNOWN_NAME: Code = Code("E0106");
/// The module has nothing of that name.
pub const UNKNOWN_MEMBER: Code = Code("E0107");
/// The name stands for something of another kind.
pub const WRONG_KIND: Code = Code("E0108");
/// The same name is imported twice.
pub const IMPORTED_TWICE: Code = Code("E0109");
/// Modules import one another in a circle.
pub const IMPORT_CYCLE: Code = Code("E0111");

/// `import ./nothing`
pub(crate) fn unknown_module(db: &dyn Db, item: Item<'_>, path: &ImportPath) -> Diagnostic {
    let file = item.file(db);
    let text = path.text();
    let place = item.place(db, path.span);
    let known = modules(db).filter(|module| *module != file).map(|module| written(db, file, module));
    let mut known: Vec<String> = known.collect();
    known.sort();
    let replace = |to: &str| Fix {
        title: format!("change to `{to}`"),
        edits: vec![Edit { place: place.clone(), text: to.to_owned() }],
        certain: false,
    };
    let found = Diagnostic::new(UNKNOWN_MODULE, format!("there is no module `{text}`"), place.clone());
    let beside = format!("./{text}");
    if path.up.is_none() && known.contains(&beside) {
        return found
            .here("this is a path of the standard library")
            .note("a module of the project is imported by a path that begins with `./` or `../`")
            .help(format!("write `{beside}`"))
            .fix(replace(&beside));
    }
    let found = match super::path::relative(file.path(db), path) {
        Some(wanted) => found.here(format!("no file `{wanted}`")),
        None => found.here("the standard library has no such module"),
    };
    // A module of the same last name in another folder is as likely as a slip of the keys.
    let last = path.segments.last().map(|name| name.text.as_str()).unwrap_or_default();
    let moved = known.iter().find(|known| known.rsplit('/').next() == Some(last)).map(String::as_str);
    match suggest(&text, known.iter().map(String::as_str)).or(moved) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(near)),
        None if path.up.is_none() => {
            let std: Vec<String> = known
                .iter()
                .filter(|known| known.starts_with("std/"))
                .map(|known| format!("`{known}`"))
                .collect();
            found.help(format!("there are {}", std.join(", ")))
        }
        None => found,
    }
}

/// `import ./checks.{nothing}`
pub(crate) fn unknown_import(db: &dyn Db, item: Item<'_>, name: &Name, target: SourceFile) -> Diagnostic {
    missing_in_module(db, item.file(db), item.place(db, name.span), name, target, UNKNOWN_IMPORT, |_| true)
}

/// `checks.nothing`, where `checks` is a module. `wanted` says which kinds fit there.
pub fn unknown_member(
    db: &dyn Db,
    from: SourceFile,
    place: Place,
    name: &Name,
    module: SourceFile,
    wanted: impl Fn(DefKind) -> bool,
) -> Diagnostic {
    missing_in_module(db, from, place, name, module, UNKNOWN_MEMBER, wanted)
}

fn missing_in_module(
    db: &dyn Db,
    from: SourceFile,
    place: Place,
    name: &Name,
    module: SourceFile,
    code: Code,
    wanted: impl Fn(DefKind) -> bool,
) -> Diagnostic {
    let exported: &Exports = exports(db, module);
    let module_text = written(db, from, module);
    if let Some(private) = exported.declared(&name.text).filter(|_| super::is_private(&name.text)) {
        return Diagnostic::new(PRIVATE, format!("`{}` is private to `{module_text}`", name.text), place)
            .label(name_place(db, private), "declared here")
            .note("a name that begins with `_` is visible in its own file only");
    }
    let found = Diagnostic::new(code, format!("`{module_text}` has no `{}`", name.text), place.clone());
    let same = elsewhere(db, from, &name.text, &wanted).into_iter().find(|def| def.key.file != module);
    if let Some(def) = same {
        return found.help(format!("`{}` has one", written(db, from, def.key.file)));
    }
    let fits = |name: &&str| exported.get(name).is_some_and(|def| wanted(def.kind));
    let names = exported_nearby(db, module).to(&name.text).filter(fits);
    if let Some(near) = suggest(&name.text, names) {
        return found.help(format!("did you mean `{near}`?")).fix(replace(place, near));
    }
    found
}

/// A name is imported twice by one import.
pub(crate) fn imported_twice(place: Place, earlier: Place, name: &Name) -> Diagnostic {
    Diagnostic::new(IMPORTED_TWICE, format!("`{}` is imported twice", name.text), place)
        .label(earlier, "imported here first")
        .help("remove one of the two")
}

/// Nothing in the file mentions an imported name. The fix takes it out of the import, or the import out of the file.
pub(crate) fn unused_import(db: &dyn Db, item: Item<'_>, name: &Name) -> Diagnostic {
    let place = item.place(db, name.span);
    let found = Diagnostic::new(UNUSED_IMPORT, format!("`{}` is imported but never used", name.text), place);
    let names: Vec<&Name> = match item.kind(db) {
        ItemKind::Import(import) => import.names.iter().flatten().collect(),
        _ => Vec::new(),
    };
    let span = match names.iter().position(|listed| listed.span == name.span) {
        Some(0) if names.len() > 1 => Span::new(name.span.start, names[1].span.start),
        Some(index) if index > 0 => Span::new(names[index - 1].span.end, name.span.end),
        _ => item.tree(db).span,
    };
    // Importing has no effect of its own. But what a comment there is about, only people know.
    let whole = span.shifted(item.start(db)).range();
    let text = item.file(db).text(db).get(whole.start..).unwrap_or_default();
    let end = text[whole.len().min(text.len())..].find('\n').map_or(text.len(), |rest| whole.len() + rest);
    let certain = !text[..end].contains("//");
    let edit = Edit { place: item.place(db, span), text: String::new() };
    found.help("remove it").fix(Fix { title: format!("remove `{}`", name.text), edits: vec![edit], certain })
}

/// Two things in one file have the same name. `place` is that of the second.
pub(crate) fn declared_twice(name: &str, place: Place, earlier: Place, imported: bool) -> Diagnostic {
    let how = if imported { "imported" } else { "declared" };
    Diagnostic::new(DECLARED_TWICE, format!("`{name}` stands for two things in this file"), place)
        .label(earlier, format!("it is also {how} here"))
        .note("types, functions, flows, agents, commands, constants and imports share one set of names")
        .help("rename one of the two")
}

/// A written type names nothing. `params` are the type parameters around it.
pub fn unknown_type(
    db: &dyn Db,
    file: SourceFile,
    place: Place,
    name: &Name,
    params: &[SmolStr],
) -> Diagnostic {
    if let Some(entry) = scope(db, file).get(&name.text) {
        return wrong_kind(db, place, &name.text, entry, "a type");
    }
    let found = Diagnostic::new(UNKNOWN_TYPE, format!("there is no type `{}`", name.text), place.clone());
    let is_type = |kind| kind == DefKind::Type;
    let built_in = crate::types::decl::BUILTIN_TYPES.iter().copied();
    let near = built_in.chain(params.iter().map(SmolStr::as_str));
    let found = missing(db, file, found, place, &name.text, near, is_type);
    or_else(found, foreign::a_type(&name.text))
}

/// The advice for a word of another language, unless a name of the program is nearer.
fn or_else(found: Diagnostic, foreign: Option<&'static str>) -> Diagnostic {
    match foreign {
        Some(help) if found.help.is_none() => found.help(help),
        _ => found,
    }
}

/// An expression names nothing. `locals` are the names of the variables in scope.
pub fn unknown_name<'a>(
    db: &'a dyn Db,
    file: SourceFile,
    place: Place,
    name: &Name,
    locals: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    if let Some(entry) = scope(db, file).get(&name.text) {
        return wrong_kind(db, place, &name.text, entry, "a value");
    }
    let found =
        Diagnostic::new(UNKNOWN_NAME, format!("there is nothing named `{}`", name.text), place.clone());
    let found = missing(db, file, found, place, &name.text, locals, |kind| kind != DefKind::Type);
    or_else(found, foreign::a_value(&name.text))
}

/// `first()` where `first` is a stage.
pub fn stage_as_value(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(WRONG_KIND, format!("`{name}` is a stage, not a value"), place)
        .note("control goes to a stage and does not come back, so there is no call of one")
        .help(format!("write `handoff {name}(…)`"))
}

/// A name stands for something else than is wanted: `wanted` is `a type`, `a value`.
pub fn wrong_kind(db: &dyn Db, place: Place, name: &str, entry: &Entry, wanted: &str) -> Diagnostic {
    let (is, declared) = match entry {
        Entry::Def { def, .. } => (def.kind.a_noun(), name_place(db, def)),
        Entry::Module { import, .. } => ("a module", imported_place(db, import, name)),
        Entry::Broken { import } => ("missing in its module", imported_place(db, import, name)),
    };
    Diagnostic::new(WRONG_KIND, format!("`{name}` is {is}, not {wanted}"), place)
        .label(declared, "declared here")
}

/// Says where a missing name could come from: a near one here, the same one or a near one in another module.
fn missing<'a>(
    db: &'a dyn Db,
    file: SourceFile,
    found: Diagnostic,
    place: Place,
    name: &str,
    near: impl Iterator<Item = &'a str>,
    wanted: impl Fn(DefKind) -> bool,
) -> Diagnostic {
    let same = elsewhere(db, file, name, &wanted);
    if let [first, others @ ..] = same.as_slice() {
        let from = written(db, file, first.key.file);
        let mut found = found.help(format!("import it from `{from}`")).fix(import_fix(
            db,
            file,
            first,
            others.is_empty(),
        ));
        for other in others.iter().take(3) {
            found = found.fix(import_fix(db, file, other, false));
        }
        return found;
    }
    let scope = scope(db, file);
    let is_wanted = |name: &&str| match scope.get(name) {
        Some(Entry::Def { def, .. }) => wanted(def.kind),
        Some(Entry::Module { .. } | Entry::Broken { .. }) | None => false,
    };
    if let Some(near) = suggest(name, near.chain(nearby(db, file).to(name).filter(is_wanted))) {
        return found.help(format!("did you mean `{near}`?")).fix(replace(place, near));
    }
    let index = export_index(db);
    let is_wanted = |name: &&str| {
        index.get(*name).is_some_and(|defs| defs.iter().any(|def| wanted(def.kind) && def.key.file != file))
    };
    let Some(near) = suggest(name, all_nearby(db).to(name).filter(is_wanted)) else { return found };
    match elsewhere(db, file, near, &wanted).first() {
        Some(def) => {
            let from = written(db, file, def.key.file);
            let mut fix = import_fix(db, file, def, false);
            fix.title = format!("change to `{near}` and import it from `{from}`");
            fix.edits.push(Edit { place, text: near.to_owned() });
            found.help(format!("did you mean `{near}` of `{from}`?")).fix(fix)
        }
        None => found,
    }
}

/// What other modules export under a name, those of the project first.
fn elsewhere(db: &dyn Db, file: SourceFile, name: &str, wanted: &impl Fn(DefKind) -> bool) -> Vec<Def> {
    let defs = export_index(db).get(name).map(Vec::as_slice).unwrap_or_default();
    defs.iter().filter(|def| wanted(def.kind) && def.key.file != file).cloned().collect()
}

fn replace(place: Place, by: &str) -> Fix {
    Fix {
        title: format!("change to `{by}`"),
        edits: vec![Edit { place, text: by.to_owned() }],
        certain: false,
    }
}

/// The edit that imports something into a file: a name more in an import of that module, or an import more.
pub fn import_fix(db: &dyn Db, file: SourceFile, def: &Def, certain: bool) -> Fix {
    let name = &def.key.name;
    let path = written(db, file, def.key.file);
    let title = format!("import `{name}` from `{path}`");
    let mut last_import = None;
    for &item in imports(db, file) {
        let ItemKind::Import(import) = item.kind(db) else { continue };
        last_import = Some(item);
        let known = import.names.iter().flatten().next_back();
        if let Some(known) = known.filter(|_| super::import(db, item).target == Some(def.key.file)) {
            let place = item.place(db, Span::new(known.span.end, known.span.end));
            return Fix { title, edits: vec![Edit { place, text: format!(", {name}") }], certain };
        }
    }
    let statement = format!("import {path}.{{{name}}}");
    let edit = match (last_import, items(db, file).first()) {
        (Some(import), _) => {
            let end = import.tree(db).span.end;
            Edit { place: import.place(db, Span::new(end, end)), text: format!("\n{statement}") }
        }
        (None, Some(first)) => {
            Edit { place: first.place(db, Span::default()), text: format!("{statement}\n\n") }
        }
        (None, None) => Edit { place: Place::File(file, Span::default()), text: format!("{statement}\n") },
    };
    Fix { title, edits: vec![edit], certain }
}

/// How an import in `from` writes a module.
pub fn written(db: &dyn Db, from: SourceFile, module: SourceFile) -> String {
    match module.origin(db) {
        Origin::Std => module.path(db).trim_end_matches(".flow").to_owned(),
        _ => path::written(from.path(db), module.path(db)),
    }
}

/// The import cycle whose first import is `cycle[0]`.
pub(crate) fn import_cycle_found(db: &dyn Db, cycle: &[ItemKey]) -> Option<Diagnostic> {
    let (first, others) = cycle.split_first()?;
    let files: Vec<String> =
        cycle.iter().chain([first]).map(|key| format!("`{}`", key.file.path(db))).collect();
    let place = |key: &ItemKey| Place::Item(key.clone(), path_span(db, key));
    if others.is_empty() {
        let found = Diagnostic::new(IMPORT_CYCLE, format!("{} imports itself", files.first()?), place(first));
        return Some(found.help("remove it: what a file declares needs no import there"));
    }
    let message = format!("modules import one another: {}", files.join(" → "));
    let found = Diagnostic::new(IMPORT_CYCLE, message, place(first)).here("the cycle begins here");
    let found = others.iter().fold(found, |found, key| found.label(place(key), "and goes on here"));
    Some(found.help("move what they share into a module that all of them import"))
}

/// The place of the name that an item declares.
pub fn name_place(db: &dyn Db, def: &Def) -> Place {
    let span =
        crate::syntax::find_item(db, &def.key).and_then(|item| item.kind(db).name().map(|name| name.span));
    Place::Item(def.key.clone(), span.unwrap_or_default())
}

/// Where an import writes a name that it brings.
pub(crate) fn imported_place(db: &dyn Db, import: &ItemKey, name: &str) -> Place {
    let item = crate::syntax::find_item(db, import);
    let span = item.and_then(|item| {
        super::import_names(item.kind(db))
            .into_iter()
            .find(|written| written.text == name)
            .map(|name| name.span)
    });
    Place::Item(import.clone(), span.unwrap_or_default())
}

/// Where an import writes its path.
fn path_span(db: &dyn Db, import: &ItemKey) -> Span {
    match crate::syntax::find_item(db, import).map(|item| item.kind(db)) {
        Some(ItemKind::Import(import)) => import.path.span,
        _ => Span::default(),
    }
}
