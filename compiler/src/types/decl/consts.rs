//! The types of constants.

use super::cycles::{const_cycle, const_refs, hangs_too_deep};
use super::read::Reader;
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::syntax::{KeyId, find_item};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::tree::ItemKind;

/// The type of a constant: as written, else that of its value.
pub fn const_ty(db: &dyn Db, key: ItemKey) -> Ty {
    const_ty_of(db, KeyId::new(db, key))
}

#[salsa::tracked(returns(clone))]
fn const_ty_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Ty {
    let key = key.key(db);
    let Some(item) = find_item(db, key) else { return Ty::Error };
    let ItemKind::Const(decl) = item.kind(db) else { return Ty::Error };
    match &decl.ty {
        Some(ty) => Reader::silent(db, key.file, &[]).read(ty),
        // A constant made of itself has no type, and asking for it would never end.
        None if const_cycle(db, key).is_some() || hangs_too_deep(db, key) => Ty::Error,
        None => {
            // Each constant that it uses is known before, so that no answer waits for more than the chain is long.
            for used in const_refs(db, key) {
                const_ty(db, used);
            }
            check_body(db, item).expr(decl.value.id).clone()
        }
    }
}
