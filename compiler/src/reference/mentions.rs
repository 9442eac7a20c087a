//! Which declared types a declaration mentions.

use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::types::decl::{FieldDef, TypeShape, const_ty, signature, type_def};
use crate::types::ty::Ty;

/// The types that a declaration mentions, each once, in order.
pub(super) fn mentions(db: &dyn Db, key: &ItemKey) -> Vec<ItemKey> {
    let mut out = Vec::new();
    if let Some(known) = signature(db, key.clone()) {
        known.params.iter().for_each(|param| add(&param.ty, &mut out));
        add(&known.result, &mut out);
        known.emits.iter().for_each(|emits| add(emits, &mut out));
    } else if let Some(known) = type_def(db, key.clone()) {
        let fields = |fields: &[FieldDef], out: &mut _| fields.iter().for_each(|field| add(&field.ty, out));
        match &*known.body {
            TypeShape::Record(of) => fields(of, &mut out),
            TypeShape::Enum(variants) | TypeShape::Union(variants) => {
                variants.iter().for_each(|variant| fields(&variant.fields, &mut out));
            }
            TypeShape::Alias(of) => add(of, &mut out),
        }
    } else {
        add(&const_ty(db, key.clone()), &mut out);
    }
    out
}

fn add(ty: &Ty, out: &mut Vec<ItemKey>) {
    match ty {
        Ty::List(of) | Ty::Option(of) => add(of, out),
        Ty::Map(one, other) | Ty::Process(one, other) | Ty::Event(one, other) => {
            add(one, out);
            add(other, out);
        }
        Ty::Named(key, args) => {
            if !out.contains(key) {
                out.push(key.clone());
            }
            args.iter().for_each(|arg| add(arg, out));
        }
        Ty::Record(fields) => fields.iter().for_each(|(_, ty)| add(ty, out)),
        _ => {}
    }
}
