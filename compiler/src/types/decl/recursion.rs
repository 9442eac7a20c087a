//! Types that hold themselves: fine, unless no value could ever be built, or the type would never end.

use super::{FieldDef, TypeShape, resolve_alias, shape, type_def};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::types::ty::Ty;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// How many types are looked at from one, and how many instances of one generic type; beyond that, nothing is said.
const MOST_TYPES: usize = 1000;
const MOST_INSTANCES: usize = 12;

/// What is wrong with a type that holds itself.
pub(super) enum Trouble {
    /// Each value needs another of its own type first. The fields on the way: `["left", "tree"]` for `left.tree`.
    Endless(Vec<SmolStr>),
    /// It holds itself with arguments that grow.
    Growing(Ty),
}

/// What is wrong with a declared type by its recursion. Of several types on one way back the first says so.
pub(super) fn trouble(db: &dyn Db, key: &ItemKey) -> Option<Trouble> {
    let definition = type_def(db, key.clone())?;
    if let TypeShape::Alias(_) | TypeShape::Enum(_) = &*definition.body {
        return None;
    }
    let params: Vec<Ty> = definition.params.iter().map(|param| Ty::Param(param.clone())).collect();
    let root = Ty::Named(key.clone(), params.into());
    let graph = match Graph::of(db, key, root) {
        Ok(graph) => graph,
        Err(grown) => return Some(Trouble::Growing(grown)),
    };
    graph.endless(key).map(Trouble::Endless)
}

/// The records and unions that a type reaches through its fields, the type itself first.
struct Graph {
    nodes: Vec<Node>,
}

struct Node {
    ty: Ty,
    /// For each variant, or once for a record: the fields of which each value needs a value before it.
    ways: Vec<Vec<(SmolStr, usize)>>,
}

impl Graph {
    /// Walks along the fields; stops at an instance of the type itself whose arguments have grown.
    fn of(db: &dyn Db, key: &ItemKey, root: Ty) -> Result<Self, Ty> {
        let mut graph = Self { nodes: vec![Node { ty: root.clone(), ways: Vec::new() }] };
        let mut known: FxHashMap<Ty, usize> = FxHashMap::from_iter([(root, 0)]);
        let mut instances: FxHashMap<ItemKey, usize> = FxHashMap::default();
        let mut at = 0;
        while at < graph.nodes.len() && graph.nodes.len() < MOST_TYPES {
            let Some(shape) = shape(db, &graph.nodes[at].ty) else {
                at += 1;
                continue;
            };
            let ways: Vec<&[FieldDef]> = match (shape.fields(), shape.variants()) {
                (Some(fields), _) => vec![fields],
                (_, Some(variants)) => variants.iter().map(|variant| variant.fields.as_slice()).collect(),
                _ => Vec::new(),
            };
            for fields in ways {
                let mut needed = Vec::new();
                for field in fields {
                    let mut held = Vec::new();
                    let first = declared(db, &field.ty, &mut held);
                    for (index, ty) in held.into_iter().enumerate() {
                        if matches!(&ty, Ty::Named(other, args) if other == key && args.iter().any(has_grown))
                        {
                            return Err(ty);
                        }
                        if let Ty::Named(other, args) = &ty
                            && !args.is_empty()
                            && !known.contains_key(&ty)
                        {
                            let count = instances.entry(other.clone()).or_default();
                            *count += 1;
                            if *count > MOST_INSTANCES {
                                continue;
                            }
                        }
                        let node = *known.entry(ty.clone()).or_insert_with(|| {
                            graph.nodes.push(Node { ty, ways: Vec::new() });
                            graph.nodes.len() - 1
                        });
                        if first && index == 0 && !field.has_default {
                            needed.push((field.name.clone(), node));
                        }
                    }
                }
                graph.nodes[at].ways.push(needed);
            }
            at += 1;
        }
        Ok(graph)
    }

    /// The way from the type back to itself along fields that cannot be filled, if none of its values can be built and no
    /// type on the way comes before it.
    fn endless(&self, key: &ItemKey) -> Option<Vec<SmolStr>> {
        let mut built: Vec<bool> = self.nodes.iter().map(|node| node.ways.is_empty()).collect();
        loop {
            let mut changed = false;
            // What a type holds mostly stands behind it.
            for (at, node) in self.nodes.iter().enumerate().rev() {
                if !built[at] && node.ways.iter().any(|way| way.iter().all(|(_, needed)| built[*needed])) {
                    built[at] = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let (mut at, mut way) = (0, Vec::new());
        loop {
            if built[at] || way.len() > self.nodes.len() {
                return None;
            }
            // A type that cannot be built has such a field in each of its variants.
            let (name, next) = self.nodes[at].ways.iter().flatten().find(|(_, needed)| !built[*needed])?;
            way.push(name.clone());
            at = *next;
            match &self.nodes[at].ty {
                Ty::Named(other, _) if other == key && at == 0 => return Some(way),
                Ty::Named(other, _) if other < key => return None,
                _ => {}
            }
        }
    }
}

/// The records and unions in a type. Tells whether the first of them is the type itself, so that a value of the type needs
/// one of it: lists, maps and options can be empty.
fn declared(db: &dyn Db, ty: &Ty, out: &mut Vec<Ty>) -> bool {
    match resolve_alias(db, ty) {
        ty @ (Ty::Named(..) | Ty::Record(_)) => {
            out.push(ty);
            true
        }
        Ty::List(inner) | Ty::Option(inner) | Ty::Map(_, inner) => {
            declared(db, &inner, out);
            false
        }
        _ => false,
    }
}

/// Whether a type holds a type parameter without being one.
fn has_grown(ty: &Ty) -> bool {
    fn holds(ty: &Ty) -> bool {
        match ty {
            Ty::Param(_) => true,
            Ty::List(inner) | Ty::Option(inner) => holds(inner),
            Ty::Map(key, value) => holds(key) || holds(value),
            Ty::Named(_, args) => args.iter().any(holds),
            Ty::Record(fields) => fields.iter().any(|(_, ty)| holds(ty)),
            _ => false,
        }
    }
    !matches!(ty, Ty::Param(_)) && holds(ty)
}
