//! Names: what each file declares, what it imports, and what is visible in it.
//!
//! A name at the top level stands for one thing in a file, whatever its kind. What a file exports depends only on the
//! names and kinds of its items, so that the edit of a body never reaches another file.

mod cycles;
pub(crate) mod foreign;
mod imports;
mod messages;
pub mod path;
mod suggest;

pub use crate::syntax::DefKind;
pub use cycles::import_cycle;
pub(crate) use cycles::{imported, prepare};
pub use imports::{EXPORT, Import, import, import_names, is_passed_on};
pub use messages::*;
pub use suggest::{Nearby, suggest};

use crate::db::{Db, Files, Origin, SourceFile};
use crate::diagnostics::{Diagnostic, ItemKey, Place};
use crate::stdlib::Std;
use crate::syntax::{Item, Role, items};
use crate::types::builtins;
use flow_grammar::tree::ItemKind;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// What a name at the top level of a file stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Def {
    /// The item that declares it.
    pub key: ItemKey,
    /// What it is.
    pub kind: DefKind,
}

/// What a file declares at its top level, and what it passes on. Of several items of one name the first counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    names: FxHashMap<SmolStr, Def>,
    /// What it does not declare, but imports with `@export`.
    passed_on: FxHashMap<SmolStr, Def>,
}

impl Exports {
    /// What others can import under that name.
    pub fn get(&self, name: &str) -> Option<&Def> {
        if is_private(name) { None } else { self.names.get(name).or_else(|| self.passed_on.get(name)) }
    }

    /// What the name stands for inside the file, whether others can import it or not.
    pub fn declared(&self, name: &str) -> Option<&Def> {
        self.names.get(name)
    }

    /// What it passes on, by name.
    pub fn passed_on(&self) -> Vec<&Def> {
        let mut all: Vec<&Def> = self.passed_on.values().collect();
        all.sort_by(|a, b| a.key.name.cmp(&b.key.name));
        all
    }

    /// What others can import, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&SmolStr, &Def)> {
        self.names.iter().filter(|(name, _)| !is_private(name)).chain(&self.passed_on)
    }
}

/// Whether a name is visible in its own file only.
pub fn is_private(name: &str) -> bool {
    name.starts_with('_')
}

/// What a file declares, and what it passes on.
#[salsa::tracked]
pub fn exports(db: &dyn Db, file: SourceFile) -> Exports {
    let mut names = FxHashMap::default();
    for &item in items(db, file) {
        if let Role::Declares(kind) = item.role(db) {
            let key = item.key(db);
            names.entry(key.name.clone()).or_insert(Def { key, kind });
        }
    }
    Exports { names, passed_on: imports::passed_on(db, file) }
}

/// What a name means in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Something declared here or elsewhere.
    Def {
        /// What it is.
        def: Def,
        /// The import that brings it here; `None` if it is declared in the file.
        import: Option<ItemKey>,
    },
    /// An imported module.
    Module {
        /// The module.
        file: SourceFile,
        /// The import.
        import: ItemKey,
    },
    /// What an import should bring but does not, which is reported there: nothing more is to be said where it is used.
    Broken {
        /// The import.
        import: ItemKey,
    },
}

impl Entry {
    /// The import that brings it to the file.
    pub fn import(&self) -> Option<&ItemKey> {
        match self {
            Self::Def { import, .. } => import.as_ref(),
            Self::Module { import, .. } | Self::Broken { import } => Some(import),
        }
    }
}

/// The names visible in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    names: FxHashMap<SmolStr, Entry>,
    /// The names that stand for two things.
    ambiguous: FxHashSet<SmolStr>,
}

impl Scope {
    /// What a name means.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.names.get(name)
    }

    /// The function, flow, tool, command, agent, human, constant or secret of that name.
    pub fn value(&self, name: &str) -> Option<&Def> {
        self.def(name).filter(|def| def.kind != DefKind::Type)
    }

    /// The type of that name.
    pub fn ty(&self, name: &str) -> Option<&Def> {
        self.def(name).filter(|def| def.kind == DefKind::Type)
    }

    /// The module imported under that name.
    pub fn module(&self, name: &str) -> Option<SourceFile> {
        match self.names.get(name) {
            Some(Entry::Module { file, .. }) => Some(*file),
            _ => None,
        }
    }

    /// Whether nothing is to be said of a name that seems to be missing or of the wrong kind, because what is wrong with
    /// it is reported where it comes from.
    pub fn is_reported(&self, name: &str) -> bool {
        matches!(self.names.get(name), Some(Entry::Broken { .. })) || self.ambiguous.contains(name)
    }

    /// Every name with its meaning, in no particular order: for suggestions and completion.
    pub fn names(&self) -> impl Iterator<Item = (&SmolStr, &Entry)> {
        self.names.iter()
    }

    fn def(&self, name: &str) -> Option<&Def> {
        match self.names.get(name) {
            Some(Entry::Def { def, .. }) => Some(def),
            _ => None,
        }
    }
}

/// The names visible in a file. Its own items win over imported ones; the clash is reported at the import.
#[salsa::tracked]
pub fn scope(db: &dyn Db, file: SourceFile) -> Scope {
    let mut scope = Scope::default();
    for (name, def) in &exports(db, file).names {
        scope.names.insert(name.clone(), Entry::Def { def: def.clone(), import: None });
    }
    for &item in items(db, file) {
        match item.role(db) {
            Role::Import => scope.import(item.key(db), import(db, item), item.kind(db)),
            Role::Declares(_) if item.nth(db) > 0 => {
                scope.ambiguous.insert(item.name(db).clone());
            }
            _ => {}
        }
    }
    scope
}

impl Scope {
    fn import(&mut self, key: ItemKey, import: &Import, tree: &ItemKind) {
        for def in &import.names {
            self.add(&def.key.name, Entry::Def { def: def.clone(), import: Some(key.clone()) });
        }
        if let (Some(name), Some(file)) = (&import.module, import.target)
            && builtins::effect(name).is_none()
        {
            self.add(name, Entry::Module { file, import: key.clone() });
        }
        for name in import_names(tree) {
            let broken = || Entry::Broken { import: key.clone() };
            self.names.entry(name.text.clone()).or_insert_with(broken);
        }
    }

    fn add(&mut self, name: &SmolStr, entry: Entry) {
        if self.names.contains_key(name) {
            self.ambiguous.insert(name.clone());
        } else {
            self.names.insert(name.clone(), entry);
        }
    }
}

/// The names visible in a file, to find near ones: read only to word an error.
#[salsa::tracked]
pub(crate) fn nearby(db: &dyn Db, file: SourceFile) -> Nearby {
    Nearby::of(scope(db, file).names().map(|(name, _)| name))
}

/// The names that a module exports, likewise.
#[salsa::tracked]
pub(crate) fn exported_nearby(db: &dyn Db, file: SourceFile) -> Nearby {
    Nearby::of(exports(db, file).iter().map(|(name, _)| name))
}

/// The names that any module exports, likewise.
#[salsa::tracked]
pub(crate) fn all_nearby(db: &dyn Db) -> Nearby {
    Nearby::of(export_index(db).keys())
}

/// What is wrong with the names that an item brings into its file: they must mean one thing there.
pub(crate) fn check_name<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<Diagnostic> {
    let file = item.file(db);
    let scope = scope(db, file);
    let key = item.key(db);
    // The place of what a name means in the file, if that is something else than this item.
    let other = |name: &str| -> Option<(Place, bool)> {
        match scope.get(name)? {
            Entry::Def { def, import: None } => (def.key != key).then(|| (name_place(db, def), false)),
            Entry::Def { import: Some(import), .. }
            | Entry::Module { import, .. }
            | Entry::Broken { import } => (*import != key).then(|| (imported_place(db, import, name), true)),
        }
    };
    let mut out = Vec::new();
    if item.role(db) == Role::Import {
        for name in import_names(item.kind(db)) {
            if let Some((place, imported)) = other(&name.text) {
                out.push(declared_twice(&name.text, item.place(db, name.span), place, imported));
            }
        }
    } else if let Some(name) = item.kind(db).name().filter(|name| !name.text.is_empty())
        && let Some((place, imported)) = other(&name.text)
    {
        out.push(declared_twice(&name.text, item.place(db, name.span), place, imported));
    }
    out
}

/// Everything that any module exports, by name: read only to word an error.
#[salsa::tracked]
pub fn export_index(db: &dyn Db) -> FxHashMap<SmolStr, Vec<Def>> {
    let mut index: FxHashMap<SmolStr, Vec<Def>> = FxHashMap::default();
    for file in modules(db) {
        for (name, def) in exports(db, file).iter() {
            let known = index.entry(name.clone()).or_default();
            if !known.contains(def) {
                known.push(def.clone());
            }
        }
    }
    index
}

/// Every module: the project's by path, then the standard library's.
pub fn modules(db: &dyn Db) -> impl Iterator<Item = SourceFile> {
    let project =
        Files::get(db).by_path(db).values().copied().filter(|file| file.origin(db) == Origin::Project);
    project.chain(Std::get(db).modules(db).values().copied())
}
