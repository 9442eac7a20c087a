//! What a type is made of, and what its values hold.

use super::{TypeDefinition, resolve_alias, type_def};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::types::ty::Ty;
use std::sync::Arc;

/// A declared type.
pub(super) struct Declared {
    pub(super) key: ItemKey,
    pub(super) definition: Arc<TypeDefinition>,
}

impl Declared {
    pub(super) fn of(db: &dyn Db, key: ItemKey) -> Option<Self> {
        let definition = type_def(db, key.clone())?;
        Some(Self { key, definition })
    }

    /// The type with its own parameters as arguments.
    pub(super) fn itself(&self) -> Ty {
        let params: Vec<Ty> = self.definition.params.iter().cloned().map(Ty::Param).collect();
        Ty::Named(self.key.clone(), params.into())
    }
}

/// The types that a type is written with, but for those of processes, whose values hold none.
pub(super) fn parts(ty: &Ty) -> impl Iterator<Item = &Ty> {
    let (one, other, args, fields): (Option<&Ty>, Option<&Ty>, &[Ty], &[_]) = match ty {
        Ty::List(one) | Ty::Option(one) => (Some(one), None, &[], &[]),
        Ty::Map(key, value) => (Some(key), Some(value), &[], &[]),
        Ty::Named(_, args) => (None, None, args, &[]),
        Ty::Record(fields) => (None, None, &[], fields),
        _ => (None, None, &[], &[]),
    };
    one.into_iter().chain(other).chain(args).chain(fields.iter().map(|(_, ty)| ty))
}

/// The records, enums and unions in a type. Tells whether the first of them is the type itself, so that a value of the type
/// needs one of it: lists, maps and options can be empty.
pub(super) fn held(db: &dyn Db, ty: &Ty, out: &mut Vec<Ty>) -> bool {
    match resolve_alias(db, ty) {
        ty @ (Ty::Named(..) | Ty::Record(_)) => {
            out.push(ty);
            true
        }
        Ty::List(inner) | Ty::Option(inner) | Ty::Map(_, inner) => {
            held(db, &inner, out);
            false
        }
        _ => false,
    }
}
