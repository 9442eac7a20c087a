//! Constants that are made of themselves, or hang on too many others.

use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::resolve::{DefKind, exports, scope};
use crate::syntax::{Item, Role, find_item, items, names_used};
use flow_grammar::tree::ItemKind;
use rustc_hash::{FxHashMap, FxHashSet};

/// The constants on the way from a constant back to itself, itself first. At least one constant of each circle has one.
pub fn const_cycle(db: &dyn Db, key: &ItemKey) -> Option<Vec<ItemKey>> {
    let mut cycle = const_cycles(db, key.file).get(key.name.as_str())?.clone();
    let at = cycle.iter().position(|found| found == key)?;
    cycle.rotate_left(at);
    Some(cycle)
}

/// The circles of constants that one walk along what the constants of a file use meets, by the names of those in the file.
#[salsa::tracked]
fn const_cycles(db: &dyn Db, file: SourceFile) -> FxHashMap<String, Vec<ItemKey>> {
    let mut cycles = FxHashMap::default();
    let mut seen: FxHashSet<ItemKey> = FxHashSet::default();
    for &item in items(db, file).iter().filter(|item| item.role(db) == Role::Declares(DefKind::Const)) {
        let key = item.key(db);
        if !seen.insert(key.clone()) {
            continue;
        }
        // Each frame: a constant on the way, and what it uses that is still to be followed.
        let mut way = vec![(key.clone(), const_refs(db, &key))];
        while let Some((_, open)) = way.last_mut() {
            let Some(next) = open.pop() else {
                way.pop();
                continue;
            };
            if seen.insert(next.clone()) {
                let open = const_refs(db, &next);
                way.push((next, open));
            } else if let Some(start) = way.iter().position(|(on_way, _)| *on_way == next) {
                let cycle: Vec<ItemKey> = way[start..].iter().map(|(key, _)| key.clone()).collect();
                for key in cycle.iter().filter(|key| key.file == file) {
                    cycles.entry(key.name.to_string()).or_insert_with(|| cycle.clone());
                }
            }
        }
    }
    cycles
}

/// The constants that the value of a constant uses.
pub(super) fn const_refs(db: &dyn Db, key: &ItemKey) -> Vec<ItemKey> {
    find_item(db, key).map(|item| refs_of_const(db, item).clone()).unwrap_or_default()
}

#[salsa::tracked]
fn refs_of_const<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<ItemKey> {
    let ItemKind::Const(_) = item.kind(db) else { return Vec::new() };
    let scope = scope(db, item.file(db));
    let names = names_used(db, item);
    let here = names.values.iter().filter_map(|name| scope.value(name));
    let there =
        names.members.iter().filter_map(|(module, name)| exports(db, scope.module(module)?).get(name));
    let mut keys: Vec<ItemKey> =
        here.chain(there).filter(|def| def.kind == DefKind::Const).map(|def| def.key.clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// How many constants without a written type may hang on one another: finding their types goes as deep.
pub(super) const LONGEST_CHAIN: usize = 16;

/// Whether finding the type of a constant would go deeper than [`LONGEST_CHAIN`]. The constants that one uses are looked
/// at in their order, each once, as [`const_ty`](super::const_ty) does.
pub(super) fn hangs_too_deep(db: &dyn Db, key: &ItemKey) -> bool {
    let untyped = |key: &ItemKey| -> Vec<ItemKey> {
        let typed = find_item(db, key).is_none_or(|item| match item.kind(db) {
            ItemKind::Const(decl) => decl.ty.is_some(),
            _ => true,
        });
        if typed { Vec::new() } else { const_refs(db, key).into_iter().rev().collect() }
    };
    let mut seen: FxHashSet<ItemKey> = FxHashSet::default();
    let mut way = vec![untyped(key)];
    while let Some(open) = way.last_mut() {
        match open.pop() {
            Some(next) if seen.insert(next.clone()) => way.push(untyped(&next)),
            Some(_) => {}
            None => {
                way.pop();
            }
        }
        if way.len() > LONGEST_CHAIN {
            return true;
        }
    }
    false
}
