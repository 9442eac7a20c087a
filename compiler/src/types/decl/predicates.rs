//! Which types restrict their values by predicates, and where a value may break one of them.

use super::aliases::{Alias, alias};
use super::{TypeShape, option_of, resolve_alias, subst, type_def};
use crate::db::Db;
use crate::types::ty::Ty;

/// Whether a type has a predicate of its own, or stands for one that has.
pub fn is_refined(db: &dyn Db, ty: &Ty) -> bool {
    let mut ty = ty.clone();
    while let Some(step) = step(db, &ty) {
        if step.refined {
            return true;
        }
        ty = step.of;
    }
    false
}

/// Whether a value of the type `from` may break a predicate of the type `to`, which it fits.
pub fn may_break(db: &dyn Db, from: &Ty, to: &Ty) -> bool {
    if from == to {
        return false;
    }
    match (from, to) {
        (Ty::Error | Ty::Never | Ty::None, _) => false,
        (Ty::Option(from), Ty::Option(to)) => may_break(db, from, to),
        (_, Ty::Option(to)) => may_break(db, from, to),
        (_, Ty::Named(key, args)) => match step(db, to) {
            Some(step) => (step.refined && !is_a(db, from, to)) || may_break(db, from, &step.of),
            None => match resolve_alias(db, from) {
                Ty::Named(found, given) if found == *key => {
                    given.iter().zip(args.iter()).any(|(from, to)| may_break(db, from, to))
                }
                _ => false,
            },
        },
        (Ty::Named(..), _) => match step(db, from) {
            Some(step) => may_break(db, &step.of, to),
            None => false,
        },
        (Ty::List(from), Ty::List(to)) => may_break(db, from, to),
        (Ty::Map(from_key, from), Ty::Map(to_key, to)) => {
            may_break(db, from_key, to_key) || may_break(db, from, to)
        }
        (Ty::Record(from), Ty::Record(to)) => {
            from.iter().zip(to.iter()).any(|(from, to)| may_break(db, &from.1, &to.1))
        }
        _ => false,
    }
}

/// The type without the predicates that it stands for, those of what it holds included: what a variable takes for which no
/// type is written.
pub fn without_predicates(db: &dyn Db, ty: &Ty) -> Ty {
    let within = |ty: &Ty| without_predicates(db, ty);
    match ty {
        Ty::Named(..) if is_refined(db, ty) => within(&resolve_alias(db, ty)),
        Ty::List(of) => Ty::List(within(of).into()),
        Ty::Map(key, of) => Ty::Map(within(key).into(), within(of).into()),
        Ty::Option(of) => option_of(within(of)),
        _ => ty.clone(),
    }
}

/// Whether one type is another, or stands for it.
fn is_a(db: &dyn Db, ty: &Ty, of: &Ty) -> bool {
    let mut ty = ty.clone();
    while ty != *of {
        match step(db, &ty) {
            Some(step) => ty = step.of,
            None => return false,
        }
    }
    true
}

/// What an alias says.
struct Step {
    of: Ty,
    refined: bool,
}

/// `None` for what is no alias, or one that leads back to itself.
fn step(db: &dyn Db, ty: &Ty) -> Option<Step> {
    let Ty::Named(key, args) = ty else { return None };
    let definition = type_def(db, key.clone())?;
    let TypeShape::Alias(of) = &*definition.body else { return None };
    let Some(Alias::Of(_)) = alias(db, key) else { return None };
    Some(Step { of: subst(of, &definition.params, args), refined: definition.refined })
}
