//! What aliases stand for in the end. Only records, enums and unions may hold themselves: an alias is nothing but what it
//! stands for.

use super::{TypeDefinition, TypeShape, subst, type_def};
use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::knots::{is_circle, knots};
use crate::resolve::DefKind;
use crate::syntax::{KeyId, Role, items};
use crate::types::ty::Ty;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is known of an alias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Alias {
    /// The type at its end, which is no alias, in terms of its type parameters.
    Of(Ty),
    /// It leads back to itself. The least of those on a circle has the way round, itself first.
    Circular(Option<Vec<ItemKey>>),
}

/// What is known of a declared type if it is an alias.
pub(super) fn alias<'db>(db: &'db dyn Db, key: &ItemKey) -> Option<&'db Alias> {
    alias_of(db, KeyId::new(db, key.clone())).as_ref()
}

#[salsa::tracked]
fn alias_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Alias> {
    let key = key.key(db);
    aliases(db, key.file).get(key).cloned()
}

/// The aliases of a file. All of them are followed in one walk: a chain of them takes no longer than it is.
#[salsa::tracked]
fn aliases(db: &dyn Db, file: SourceFile) -> FxHashMap<ItemKey, Alias> {
    let types = items(db, file).iter().filter(|item| item.role(db) == Role::Declares(DefKind::Type));
    let graph = Graph::of(db, types.map(|item| item.key(db)));
    let mut found: FxHashMap<ItemKey, Alias> = FxHashMap::default();
    for knot in knots(&graph.edges) {
        if is_circle(&knot, &graph.edges) {
            let least = knot.iter().copied().min_by_key(|node| &graph.nodes[*node].key);
            for node in knot {
                let way = (Some(node) == least).then(|| graph.way_round(node));
                found.insert(graph.nodes[node].key.clone(), Alias::Circular(way));
            }
        } else {
            for node in knot.into_iter().map(|node| &graph.nodes[node]) {
                let end = graph.end(&found, node.stands_for());
                found.insert(node.key.clone(), Alias::Of(end));
            }
        }
    }
    found.retain(|key, _| key.file == file);
    found
}

/// Aliases, and which of them each one names.
#[derive(Default)]
struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Vec<usize>>,
    /// The number of each type; `None` if it is no alias.
    numbers: FxHashMap<ItemKey, Option<usize>>,
}

struct Node {
    key: ItemKey,
    definition: Arc<TypeDefinition>,
}

impl Node {
    fn stands_for(&self) -> &Ty {
        match &*self.definition.body {
            TypeShape::Alias(ty) => ty,
            TypeShape::Record(_) | TypeShape::Enum(_) | TypeShape::Union(_) => &Ty::Error,
        }
    }
}

impl Graph {
    /// The aliases among some types, and all that they lead to.
    fn of(db: &dyn Db, types: impl Iterator<Item = ItemKey>) -> Self {
        let mut graph = Self::default();
        for key in types {
            graph.number(db, &key);
        }
        while let Some(node) = graph.nodes.get(graph.edges.len()) {
            let mut names = Vec::new();
            named(node.stands_for(), &mut names);
            let edges = names.iter().filter_map(|key| graph.number(db, key)).collect();
            graph.edges.push(edges);
        }
        graph
    }

    fn number(&mut self, db: &dyn Db, key: &ItemKey) -> Option<usize> {
        if let Some(known) = self.numbers.get(key) {
            return *known;
        }
        let alias = type_def(db, key.clone()).filter(|found| matches!(*found.body, TypeShape::Alias(_)));
        let number = alias.map(|definition| {
            self.nodes.push(Node { key: key.clone(), definition });
            self.nodes.len() - 1
        });
        self.numbers.insert(key.clone(), number);
        number
    }

    /// The end of a type, where the ends of all aliases that it names have been found.
    fn end(&self, found: &FxHashMap<ItemKey, Alias>, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        while let Ty::Named(key, args) = &ty
            && let Some(Some(number)) = self.numbers.get(key)
        {
            ty = match found.get(key) {
                Some(Alias::Of(end)) => subst(end, &self.nodes[*number].definition.params, args),
                Some(Alias::Circular(_)) | None => Ty::Error,
            };
        }
        ty
    }

    /// The way from an alias on a circle back to itself.
    fn way_round(&self, start: usize) -> Vec<ItemKey> {
        let mut seen = vec![false; self.nodes.len()];
        // Each frame: an alias on the way, and how many of its edges have been followed.
        let mut way = vec![(start, 0)];
        while let Some((node, followed)) = way.last_mut() {
            let Some(next) = self.edges[*node].get(*followed).copied() else {
                way.pop();
                continue;
            };
            *followed += 1;
            if next == start {
                break;
            }
            if !std::mem::replace(&mut seen[next], true) {
                way.push((next, 0));
            }
        }
        way.into_iter().map(|(node, _)| self.nodes[node].key.clone()).collect()
    }
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
