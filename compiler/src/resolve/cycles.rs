//! Modules that import one another in a circle.

use super::import;
use crate::db::{Db, Files, SourceFile};
use crate::diagnostics::ItemKey;
use crate::knots::shortest_circle;
use crate::syntax::{Role, items};
use rustc_hash::{FxHashMap, FxHashSet};

/// The cycle of imports that is reported in a file: the imports on the way from it back to it, its own first. Each group
/// of modules that import one another is reported once, in its first file by path.
pub fn import_cycle(db: &dyn Db, file: SourceFile) -> Option<&[ItemKey]> {
    import_cycles(db).get(&file).map(Vec::as_slice)
}

/// Finds the cycles, which every file asks for.
pub(crate) fn prepare(db: &dyn Db) {
    import_cycles(db);
}

/// The cycles by the file in which they are reported.
#[salsa::tracked]
fn import_cycles(db: &dyn Db) -> FxHashMap<SourceFile, Vec<ItemKey>> {
    let mut seen: FxHashSet<SourceFile> = FxHashSet::default();
    let mut cycles = FxHashMap::default();
    let suspects = without_ends(db);
    for &file in Files::get(db).by_path(db).values() {
        if seen.contains(&file) || !suspects.contains(&file) {
            continue;
        }
        let steps = |file| imported(db, file).iter().map(|(target, key)| (*target, key));
        if let Some(cycle) = shortest_circle(file, steps) {
            seen.extend(cycle.iter().map(|(file, _)| *file));
            cycles.insert(file, cycle.into_iter().map(|(_, key)| key.clone()).collect());
        }
    }
    cycles
}

/// The files that remain when files that import none of the remaining are left out, again and again: those on a cycle,
/// and those that lead to one. Mostly none, so that the search below does not run.
fn without_ends(db: &dyn Db) -> FxHashSet<SourceFile> {
    let mut importers: FxHashMap<SourceFile, Vec<SourceFile>> = FxHashMap::default();
    let mut open: FxHashMap<SourceFile, usize> = FxHashMap::default();
    for &file in Files::get(db).by_path(db).values() {
        let edges = imported(db, file);
        open.insert(file, edges.len());
        for (target, _) in edges {
            importers.entry(*target).or_default().push(file);
        }
    }
    let mut ends: Vec<SourceFile> = importers
        .keys()
        .chain(open.keys())
        .copied()
        .filter(|file| open.get(file).is_none_or(|n| *n == 0))
        .collect();
    let mut done: FxHashSet<SourceFile> = ends.iter().copied().collect();
    while let Some(end) = ends.pop() {
        for importer in importers.get(&end).into_iter().flatten() {
            let left = open.entry(*importer).or_default();
            *left = left.saturating_sub(1);
            if *left == 0 && done.insert(*importer) {
                ends.push(*importer);
            }
        }
    }
    open.into_keys().filter(|file| !done.contains(file)).collect()
}

/// The modules that a file imports, each once, with the import that does.
#[salsa::tracked]
pub(crate) fn imported(db: &dyn Db, file: SourceFile) -> Vec<(SourceFile, ItemKey)> {
    let mut out: Vec<(SourceFile, ItemKey)> = Vec::new();
    for &item in items(db, file).iter().filter(|item| item.role(db) == Role::Import) {
        if let Some(target) = import(db, item).target
            && out.iter().all(|(known, _)| *known != target)
        {
            out.push((target, item.key(db)));
        }
    }
    out
}
