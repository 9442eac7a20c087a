//! Declarations that are made of themselves: aliases, constants, records that no value can fill.

use super::{TypeShape, resolve_alias, shape, type_def};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::{DefKind, scope};
use crate::syntax::{Item, KeyId, find_item};
use crate::types::ty::Ty;
use flow_grammar::tree::ItemKind;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::sync::Arc;

/// The aliases on the way from an alias back to itself, itself first. Only records, enums and unions may hold themselves:
/// an alias is nothing but what it stands for.
pub(super) fn alias_cycle(db: &dyn Db, key: &ItemKey) -> Option<Arc<[ItemKey]>> {
    alias_cycle_of(db, KeyId::new(db, key.clone()))
}

#[salsa::tracked(returns(clone))]
fn alias_cycle_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<[ItemKey]>> {
    let start = key.key(db);
    way_back(start, &mut |key| {
        let mut aliases = Vec::new();
        if let Some(definition) = type_def(db, key.clone())
            && let TypeShape::Alias(ty) = &*definition.body
        {
            named(ty, &mut aliases);
        }
        aliases
    })
    .map(Arc::from)
}

/// The declared types that are named in a type.
fn named(ty: &Ty, out: &mut Vec<ItemKey>) {
    match ty {
        Ty::Named(key, args) => {
            out.push(key.clone());
            args.iter().for_each(|arg| named(arg, out));
        }
        Ty::List(inner) | Ty::Option(inner) => named(inner, out),
        Ty::Map(a, b) | Ty::Process(a, b) | Ty::Event(a, b) => {
            named(a, out);
            named(b, out);
        }
        Ty::Record(fields) => fields.iter().for_each(|(_, ty)| named(ty, out)),
        _ => {}
    }
}

/// The constants on the way from a constant back to itself, itself first.
pub fn const_cycle(db: &dyn Db, key: &ItemKey) -> Option<Vec<ItemKey>> {
    way_back(key, &mut |key| find_item(db, key).map(|item| const_refs(db, item).clone()).unwrap_or_default())
}

/// The constants that the value of a constant uses.
#[salsa::tracked]
fn const_refs<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<ItemKey> {
    let ItemKind::Const(_) = item.kind(db) else { return Vec::new() };
    let scope = scope(db, item.file(db));
    let mut keys: Vec<ItemKey> = crate::syntax::names_used(db, item)
        .values
        .iter()
        .filter_map(|name| scope.value(name))
        .filter(|def| def.kind == DefKind::Const)
        .map(|def| def.key.clone())
        .collect();
    keys.sort();
    keys
}

/// A way along edges from a key back to itself, if there is one.
fn way_back(start: &ItemKey, edges: &mut dyn FnMut(&ItemKey) -> Vec<ItemKey>) -> Option<Vec<ItemKey>> {
    let mut seen: FxHashSet<ItemKey> = FxHashSet::default();
    // Each frame: a key on the way, and the edges from it that are still to be followed.
    let mut way = vec![(start.clone(), edges(start))];
    while let Some((_, open)) = way.last_mut() {
        match open.pop() {
            Some(next) if next == *start => return Some(way.into_iter().map(|(key, _)| key).collect()),
            Some(next) if seen.insert(next.clone()) => {
                let open = edges(&next);
                way.push((next, open));
            }
            Some(_) => {}
            None => {
                way.pop();
            }
        }
    }
    None
}

/// The fields through which each value of a record or union would need another of its own type: `["left", "tree"]` for
/// `left.tree`. `None` if a value can be built, or if another type on the way says so already.
pub(super) fn endless(db: &dyn Db, key: &ItemKey) -> Option<Vec<SmolStr>> {
    let definition = type_def(db, key.clone())?;
    let args = definition.params.iter().map(|param| Ty::Param(param.clone())).collect();
    let root = Ty::Named(key.clone(), args);
    let mut search = Endless { db, root: key, stack: Vec::new(), way: Vec::new(), found: None };
    if search.can_be_built(&root) { None } else { search.found }
}

struct Endless<'a> {
    db: &'a dyn Db,
    root: &'a ItemKey,
    stack: Vec<Ty>,
    way: Vec<SmolStr>,
    /// The way that led back to the root.
    found: Option<Vec<SmolStr>>,
}

impl Endless<'_> {
    fn can_be_built(&mut self, ty: &Ty) -> bool {
        const DEEPEST: usize = 64;
        let ty = match resolve_alias(self.db, ty) {
            ty @ (Ty::Named(..) | Ty::Record(_)) => ty,
            // Lists, maps and options can be empty; nothing else holds values.
            _ => return true,
        };
        if self.stack.contains(&ty) || self.stack.len() > DEEPEST {
            let first = self.stack.iter().filter_map(|ty| match ty {
                Ty::Named(key, _) => Some(key),
                _ => None,
            });
            let reports = first.min() == Some(self.root);
            if reports && matches!(&ty, Ty::Named(key, _) if key == self.root) {
                self.found.get_or_insert_with(|| self.way.clone());
            }
            return false;
        }
        let Some(shape) = shape(self.db, &ty) else { return true };
        self.stack.push(ty);
        let built = match (shape.fields(), shape.variants()) {
            (Some(fields), _) => self.all(fields),
            // An empty list of variants comes from text that has been reported.
            (_, Some(variants)) => {
                variants.is_empty() || variants.iter().any(|variant| self.all(&variant.fields))
            }
            _ => true,
        };
        self.stack.pop();
        built
    }

    fn all(&mut self, fields: &[super::FieldDef]) -> bool {
        fields.iter().all(|field| {
            if field.has_default {
                return true;
            }
            self.way.push(field.name.clone());
            let built = self.can_be_built(&field.ty);
            self.way.pop();
            built
        })
    }
}
