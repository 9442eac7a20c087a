//! Types that hold themselves: fine, unless no value could ever be built, or the type would never end. Modules do not
//! import one another in a circle: each circle of types lies in one file, but for instances of other files' generic types.

use super::growing::growing;
use super::held::{Declared, held, parts};
use super::{TypeShape, shape};
use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::syntax::{Role, items};
use crate::types::ty::Ty;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// How many instances of generic types are looked at for each type of a file, and how many at least; beyond that, nothing
/// is said. Nor is it of an instance with more parts than this.
const INSTANCES_PER_TYPE: usize = 12;
const LEAST_INSTANCES: usize = 1000;
const MOST_PARTS: usize = 64;

/// What is wrong with a type that holds itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Each value needs another of its own type first. The fields on the way: `["left", "tree"]` for `left.tree`.
    Endless(Vec<SmolStr>),
    /// It holds itself with arguments that grow.
    Growing(Ty),
}

/// What is wrong with a declared type by its recursion. Of several types on one way back the first says so.
pub(super) fn trouble<'db>(db: &'db dyn Db, key: &ItemKey) -> Option<&'db Trouble> {
    troubles(db, key.file).get(key)
}

/// What is wrong with the types of a file by their recursion.
#[salsa::tracked]
fn troubles(db: &dyn Db, file: SourceFile) -> FxHashMap<ItemKey, Trouble> {
    let types = items(db, file).iter().filter(|item| item.role(db) == Role::Declares(DefKind::Type));
    let types: Vec<Declared> = types.filter_map(|item| Declared::of(db, item.key(db))).collect();
    let endless = Graph::of(db, file, &types).endless();
    let endless = endless.into_iter().map(|(key, way)| (key, Trouble::Endless(way)));
    endless.chain(growing(db, &types).into_iter().map(|(key, ty)| (key, Trouble::Growing(ty)))).collect()
}

/// The records and unions of a file, and what they need through their fields.
struct Graph {
    /// Those declared in the file stand first, with their own parameters as arguments.
    nodes: Vec<Ty>,
    /// How many those are.
    declared: usize,
    /// For each node and each of its variants, or once for a record: the fields of which each value needs a value before it.
    ways: Vec<Vec<Vec<(SmolStr, usize)>>>,
}

impl Graph {
    /// Walks along the fields of the types of a file.
    fn of(db: &dyn Db, file: SourceFile, types: &[Declared]) -> Self {
        let is_node =
            |ty: &&Declared| matches!(&*ty.definition.body, TypeShape::Record(_) | TypeShape::Union(_));
        let declared: Vec<&Declared> = types.iter().filter(is_node).collect();
        let mut nodes: Vec<Ty> = declared.iter().map(|ty| ty.itself()).collect();
        let mut known: FxHashMap<Ty, usize> = nodes.iter().cloned().zip(0..).collect();
        let mut instances = (INSTANCES_PER_TYPE * declared.len()).max(LEAST_INSTANCES);
        let mut ways = Vec::with_capacity(declared.len());
        while let Some(node) = nodes.get(ways.len()) {
            let shape = match declared.get(ways.len()) {
                Some(declared) => Some(Arc::clone(&declared.definition.body)),
                None => shape(db, node),
            };
            let mut of_node = Vec::new();
            for fields in shape.iter().flat_map(|shape| shape.ways()) {
                let mut needed = Vec::new();
                for field in fields {
                    let mut all = Vec::new();
                    let is_needed = held(db, &field.ty, &mut all) && !field.has_default;
                    for ty in all.into_iter().filter(|ty| leads_into(ty, file) && !is_unwieldy(ty)) {
                        if !known.contains_key(&ty) {
                            if matches!(&ty, Ty::Named(_, args) if !args.is_empty()) {
                                let Some(left) = instances.checked_sub(1) else { continue };
                                instances = left;
                            }
                            known.insert(ty.clone(), nodes.len());
                            nodes.push(ty.clone());
                        }
                        if is_needed {
                            needed.extend(known.get(&ty).map(|node| (field.name.clone(), *node)));
                        }
                    }
                }
                of_node.push(needed);
            }
            ways.push(of_node);
        }
        Self { nodes, declared: declared.len(), ways }
    }

    /// Of which nodes a value can be built.
    fn built(&self) -> Vec<bool> {
        let mut waiting: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.nodes.len()];
        let mut lacks: Vec<Vec<usize>> = Vec::with_capacity(self.nodes.len());
        let mut built = vec![false; self.nodes.len()];
        let mut open = Vec::new();
        for (node, ways) in self.ways.iter().enumerate() {
            for (way, needed) in ways.iter().enumerate() {
                needed.iter().for_each(|(_, needed)| waiting[*needed].push((node, way)));
            }
            lacks.push(ways.iter().map(Vec::len).collect());
            if ways.is_empty() || ways.iter().any(Vec::is_empty) {
                built[node] = true;
                open.push(node);
            }
        }
        while let Some(node) = open.pop() {
            for &(node, way) in &waiting[node] {
                lacks[node][way] -= 1;
                if lacks[node][way] == 0 && !built[node] {
                    built[node] = true;
                    open.push(node);
                }
            }
        }
        built
    }

    /// The declared types of which no value can be built, each with the way back to itself along fields that cannot be
    /// filled: of several on one way the first alone, and none that only leads to such a way.
    fn endless(&self) -> Vec<(ItemKey, Vec<SmolStr>)> {
        let built = self.built();
        // A type that cannot be built has such a field in each of its variants. The first leads on: one way from each.
        let next = |node: usize| self.ways[node].iter().flatten().find(|(_, needed)| !built[*needed]);
        let mut out = Vec::new();
        let mut seen = vec![false; self.nodes.len()];
        for start in (0..self.declared).filter(|node| !built[*node]) {
            let (mut walked, mut at) = (FxHashSet::default(), start);
            while !std::mem::replace(&mut seen[at], true) {
                walked.insert(at);
                let Some((_, node)) = next(at) else { break };
                at = *node;
            }
            if !walked.contains(&at) {
                continue;
            }
            // Here the way closes.
            let (mut circle, back) = (Vec::new(), at);
            while let Some((field, node)) = next(at) {
                circle.push((at, field));
                at = *node;
                if at == back {
                    break;
                }
            }
            let keys = circle.iter().enumerate().filter(|(_, (node, _))| *node < self.declared);
            let keys = keys.filter_map(|(place, (node, _))| match &self.nodes[*node] {
                Ty::Named(key, _) => Some((key, place)),
                _ => None,
            });
            if let Some((key, place)) = keys.min() {
                circle.rotate_left(place);
                out.push((key.clone(), circle.into_iter().map(|(_, field)| field.clone()).collect()));
            }
        }
        out
    }
}

/// Whether a type can lead back to the types of a file: it is one of them, or is made of one.
fn leads_into(ty: &Ty, file: SourceFile) -> bool {
    matches!(ty, Ty::Named(key, _) if key.file == file) || parts(ty).any(|part| leads_into(part, file))
}

/// Whether a type has so many parts that it is not worth a look.
fn is_unwieldy(ty: &Ty) -> bool {
    fn count(ty: &Ty, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else { return true };
        *left = rest;
        parts(ty).any(|part| count(part, left))
    }
    count(ty, &mut { MOST_PARTS })
}
