//! Summaries of flows are made of those of the flows that they call. A chain of calls may be long, and the stack is not: from
//! some depth on, what lies below is summarized from the bottom up.

use super::calls::called;
use crate::db::Db;
use crate::diagnostics::ItemKey;
use rustc_hash::FxHashSet;
use std::cell::Cell;

/// How deep summaries may ask for one another.
const DEEPEST: u32 = 16;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// One level deeper, for as long as it lives: also when a query is cancelled, which unwinds.
struct Level;

impl Level {
    fn enter() -> (Self, u32) {
        DEPTH.set(DEPTH.get() + 1);
        (Self, DEPTH.get())
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
    }
}

/// The summary of a flow, by a query that asks for those of the flows that it calls through this function.
pub(super) fn summary<T>(db: &dyn Db, key: &ItemKey, query: impl Fn(&ItemKey) -> T) -> T {
    let (_level, depth) = Level::enter();
    if depth == DEEPEST {
        for flow in below(db, key) {
            query(&flow);
        }
    }
    query(key)
}

/// The flows that a flow calls, at once or through others, each behind those that it calls itself.
pub(super) fn below(db: &dyn Db, key: &ItemKey) -> Vec<ItemKey> {
    let mut seen: FxHashSet<ItemKey> = FxHashSet::default();
    let mut out = Vec::new();
    let mut way = vec![(key, called(db, key))];
    while let Some((_, open)) = way.last_mut() {
        match open.split_off_last() {
            Some(next) if seen.insert(next.clone()) => way.push((next, called(db, next))),
            Some(_) => {}
            None => out.extend(way.pop().map(|(key, _)| key.clone())),
        }
    }
    out.pop();
    out
}
