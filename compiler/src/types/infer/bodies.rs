//! What is known of the bodies of items, kept for as long as it pays.

use super::body_of;
use crate::db::{Db, Rules, SourceFile};
use crate::resolve::DefKind;
use crate::syntax::{Item, Role, items};
use crate::types::body::Body;
use rustc_hash::FxHashMap;
use salsa::Id;
use salsa::plumbing::AsId as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of an item's body: types, meanings, and what is wrong with it, unused bindings and stage graph included.
pub fn check_body<'db>(db: &'db dyn Db, item: Item<'db>) -> Arc<Body> {
    if Rules::get(db).may_change(db) {
        return kept_body(db, item);
    }
    let passing = passing(db, item.file(db));
    let known = passing.bodies().get(&item.as_id()).map(Arc::clone);
    known.unwrap_or_else(|| {
        let body = Arc::new(body_of(db, item));
        passing.bodies().insert(item.as_id(), Arc::clone(&body));
        body
    })
}

/// Lets go of the bodies of a file whose text never changes: they are most of what is known of it. Whoever asks for one again
/// has it checked again, so that those of types and constants stay, which other files ask for.
pub(crate) fn let_go(db: &dyn Db, file: SourceFile) {
    if Rules::get(db).may_change(db) {
        return;
    }
    let stays = |item: &Item<'_>| matches!(item.role(db), Role::Declares(DefKind::Type | DefKind::Const));
    let mut bodies = passing(db, file).bodies();
    for item in items(db, file).iter().filter(|item| !stays(item)) {
        bodies.remove(&item.as_id());
    }
}

/// The body of an item whose text may change.
#[salsa::tracked(returns(clone))]
fn kept_body<'db>(db: &'db dyn Db, item: Item<'db>) -> Arc<Body> {
    Arc::new(body_of(db, item))
}

/// The bodies of a file whose text never changes, for as long as they are of use. No query reads which are there.
#[derive(Debug, Default)]
struct Passing(Mutex<FxHashMap<Id, Arc<Body>>>);

impl Passing {
    fn bodies(&self) -> MutexGuard<'_, FxHashMap<Id, Arc<Body>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[salsa::tracked(no_eq)]
fn passing(_db: &dyn Db, _file: SourceFile) -> Passing {
    Passing::default()
}
