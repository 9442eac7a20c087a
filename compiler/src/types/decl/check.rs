//! What is wrong with a declaration, apart from its expressions.

use crate::db::Db;
use crate::diagnostics::Diagnostic;
use crate::syntax::Item;

/// What is wrong with a declaration.
pub fn check<'db>(_db: &'db dyn Db, _item: Item<'db>) -> Vec<Diagnostic> {
    Vec::new()
}
