//! Types that hold themselves with arguments that grow: there would be no end of instances.

use super::held::{Declared, held, parts};
use super::{TypeShape, shape};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::knots::{is_circle, knots};
use crate::types::ty::Ty;
use rustc_hash::{FxHashMap, FxHashSet};

/// How many instances are looked at from one type, and how many of one generic type; beyond that, nothing is said.
const MOST_TYPES: usize = 1000;
const MOST_INSTANCES: usize = 12;

/// The types among those of a file that hold themselves with grown arguments, each with what it holds. Of several on one
/// way back the first says so.
pub(super) fn growing(db: &dyn Db, types: &[Declared]) -> Vec<(ItemKey, Ty)> {
    let generic: Vec<&Declared> = types.iter().filter(|ty| !ty.definition.params.is_empty()).collect();
    let numbers: FxHashMap<&ItemKey, usize> = generic.iter().map(|ty| &ty.key).zip(0..).collect();
    let (mut edges, mut grows) = (vec![Vec::new(); generic.len()], FxHashSet::default());
    for (from, ty) in generic.iter().enumerate() {
        each_type(&ty.definition.body, &mut |ty| {
            let Ty::Named(key, args) = ty else { return };
            let Some(&to) = numbers.get(key) else { return };
            edges[from].push(to);
            if args.iter().any(has_grown) {
                grows.insert((from, to));
            }
        });
    }
    let mut out = Vec::new();
    for mut knot in knots(&edges).into_iter().filter(|knot| is_circle(knot, &edges)) {
        let members: FxHashSet<usize> = knot.iter().copied().collect();
        let is_within = |from: &usize| {
            edges[*from].iter().any(|to| members.contains(to) && grows.contains(&(*from, *to)))
        };
        if !knot.iter().any(is_within) {
            continue;
        }
        knot.sort_unstable();
        let root = |node: &usize| {
            let Declared { key, .. } = generic[*node];
            Some((key.clone(), grown(db, key, generic[*node].itself())?))
        };
        out.extend(knot.iter().find_map(root));
    }
    out
}

/// The instance of a type with grown arguments that it leads to along fields.
fn grown(db: &dyn Db, key: &ItemKey, root: Ty) -> Option<Ty> {
    let mut known: FxHashSet<Ty> = FxHashSet::from_iter([root.clone()]);
    let mut instances: FxHashMap<ItemKey, usize> = FxHashMap::default();
    let (mut open, mut at) = (vec![root], 0);
    while at < open.len() && open.len() < MOST_TYPES {
        let shape = shape(db, &open[at]);
        at += 1;
        let mut next = Vec::new();
        for field in shape.iter().flat_map(|shape| shape.ways()).flatten() {
            held(db, &field.ty, &mut next);
        }
        // What holds no parameter leads to nothing that holds one.
        for ty in next.into_iter().filter(holds_param) {
            if let Ty::Named(other, args) = &ty {
                if other == key && args.iter().any(has_grown) {
                    return Some(ty);
                }
                if known.contains(&ty) {
                    continue;
                }
                let count = instances.entry(other.clone()).or_default();
                *count += 1;
                if *count > MOST_INSTANCES {
                    continue;
                }
            }
            if known.insert(ty.clone()) {
                open.push(ty);
            }
        }
    }
    None
}

/// Every type in a definition, those within others too.
fn each_type(shape: &TypeShape, see: &mut impl FnMut(&Ty)) {
    fn within(ty: &Ty, see: &mut impl FnMut(&Ty)) {
        see(ty);
        parts(ty).for_each(|ty| within(ty, see));
    }
    if let TypeShape::Alias(ty) = shape {
        within(ty, see);
    }
    shape.ways().flatten().for_each(|field| within(&field.ty, see));
}

/// Whether a type is a type parameter, or holds one.
pub(crate) fn holds_param(ty: &Ty) -> bool {
    matches!(ty, Ty::Param(_)) || parts(ty).any(holds_param)
}

/// Whether a type holds a type parameter without being one.
pub(crate) fn has_grown(ty: &Ty) -> bool {
    parts(ty).any(holds_param)
}
