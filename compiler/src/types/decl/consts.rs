//! Constants: their types, and constants that are made of themselves.

use super::read::Reader;
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::syntax::{KeyId, find_item};
use crate::types::ty::Ty;
use flow_grammar::tree::ItemKind;

/// The type of a constant.
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
        None => Ty::Error,
    }
}

/// The constants on the way from a constant back to itself.
pub fn const_cycle(_db: &dyn Db, _key: &ItemKey) -> Option<Vec<ItemKey>> {
    None
}
