//! Analyses of a checked item: its stage graph, its bounds, what of it is never used, and what tests leave out. They read
//! the tree and the tables beside it, and are silent where those say that something is wrong already.

mod bounds;
mod calls;
mod circles;
pub mod cost;
mod depth;
pub(crate) mod env;
mod growing;
mod handoffs;
mod messages;
pub mod outline;
pub mod policy;
pub(crate) mod secrets;
pub(crate) mod tests;
pub mod touch;
mod usage;

pub(crate) use env::declared_near;
pub(crate) use handoffs::leaves;
pub use messages::{
    ENDLESS_CALLS, GROWING_CALLS, NEVER_READ, NO_END, SECRET_READ, STAGE_FALLS_OFF, TEST_TWICE,
    UNBOUNDED_CYCLE, UNBOUNDED_LOOP, UNCHANGED_VARIABLE, UNREACHABLE, UNREACHABLE_STAGE, UNSTUBBED,
    UNUSED_BINDING, UNUSED_PARAM, UNUSED_STUB,
};

use crate::db::Db;
use crate::diagnostics::{Diagnostic, ItemKey, Severity};
use crate::resolve::DefKind;
use crate::syntax::{Item as SourceItem, Role};
use crate::types::base::Base;
use crate::types::body::Body;
use flow_grammar::tree::{Item, ItemKind};

/// Adds what the analyses find to what is known of an item's body.
pub(crate) fn check(key: &ItemKey, item: &Item, body: &mut Body) {
    let base = Base::Item(key.clone());
    let is_wrong = body.diagnostics.iter().any(|found| found.code.severity() == Severity::Error);
    let mut found = Vec::new();
    if let ItemKind::Flow(flow) = &item.kind {
        let graph = handoffs::Graph::of(&flow.body);
        handoffs::check(&base, flow, &graph, body, &mut found);
        bounds::check_cycles(&base, &item.attrs, &graph, &mut found);
    }
    bounds::check_loops(&base, item, &mut found);
    // What is wrong may be what would use it.
    if !is_wrong {
        usage::check(&base, item, body, &mut found);
    }
    body.diagnostics.append(&mut found);
}

/// Whether what an item computes needs itself, and whether a generic flow calls itself without end.
pub(crate) fn of_circles(db: &dyn Db, item: SourceItem<'_>) -> Vec<Diagnostic> {
    if has_steps(db, item) { growing::check(db, item) } else { circles::check(db, item) }
}

/// What a flow costs with all that it calls.
pub(crate) fn of_cost(db: &dyn Db, item: SourceItem<'_>) -> Vec<Diagnostic> {
    if has_steps(db, item) { cost::check::check(db, item) } else { Vec::new() }
}

/// What the branches of a flow touch at once, with all that they call.
pub(crate) fn of_races(db: &dyn Db, item: SourceItem<'_>) -> Vec<Diagnostic> {
    if has_steps(db, item) { touch::races::check(db, item) } else { Vec::new() }
}

fn has_steps(db: &dyn Db, item: SourceItem<'_>) -> bool {
    matches!(item.role(db), Role::Declares(DefKind::Flow | DefKind::Tool))
}
