//! What a flow may use up: agent turns, wall time, money; at least, along its cheapest path, and at most, whatever happens.
//!
//! - [`amount`]: numbers that depend on the lengths of lists and on parameters
//! - [`number`]: numbers that the program computes of such, with a sign
//! - [`range`]: at least and at most, and why there is no bound
//! - [`paths`]: how a sequence of steps may end, and what that takes
//! - [`call`]: what a single step takes
//! - [`stages`]: the worst and the cheapest way through stages
//! - [`check`]: budgets that do not fit
//! - [`unspent`]: what is reached before an agent takes a turn
//! - [`table`]: all of it for people and programs
//!
//! A flow has one summary, in terms of its parameters and free of places, so that an edit that changes none of its bounds
//! reaches no caller.

pub mod amount;
mod call;
pub mod check;
mod messages;
pub mod number;
mod paths;
mod range;
mod stages;
mod table;
mod unspent;

pub use messages::{BUDGET_TOO_SMALL, RECURSION, SLACK_BUDGET, WORST_CASE};
pub use range::{At, Dimension, Most, Range, Why, WhyKind};
pub use table::{Bounded, FlowBounds, Row, bounds};

use super::calls::calls_itself;
use super::depth::summary;
use super::outline::{Outline, Param, outline};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::syntax::{KeyId, find_item};
use stages::Total;
use std::sync::Arc;

/// What a flow may use up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowCost {
    /// The least for a result, and the most that the steps of the flow can take, without what is deferred.
    pub range: Range,
    /// Whether some path leads to a result.
    pub ends: bool,
    /// The most that it can take, with what is deferred.
    pub whole: [Most; 3],
    /// The same under the budget of the flow.
    pub within: [Most; 3],
    /// The most that neither a timeout nor a budget ends: what is deferred, in it and in the flows that it calls.
    pub late: [Most; 3],
    /// Its parameters, of which the amounts speak.
    pub params: Vec<Param>,
}

/// What the flow or tool of that key may use up.
pub fn flow_cost(db: &dyn Db, key: &ItemKey) -> Option<Arc<FlowCost>> {
    summary(db, key, |key| flow_cost_of(db, KeyId::new(db, key.clone())))
}

#[salsa::tracked(returns(clone))]
fn flow_cost_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<FlowCost>> {
    let key = key.key(db);
    let outline = outline(db, find_item(db, key)?)?;
    let total = if calls_itself(db, key) { endless(key) } else { stages::total(db, key, &outline) };
    let cost = FlowCost {
        whole: range::nothing(),
        within: range::nothing(),
        late: range::sum(&total.deferred, &total.late),
        range: total.range,
        ends: total.ends,
        params: outline.params.clone(),
    };
    Some(Arc::new(cost.under_budget(&outline, &total.deferred, &total.late)))
}

/// A flow that calls itself has no bound but its budget.
fn endless(key: &ItemKey) -> Total {
    let why = Why { kind: WhyKind::Recursive(key.name.clone()), at: At { key: key.clone(), step: None } };
    let most = [(); 3].map(|()| Most::Unbounded(vec![why.clone()]));
    Total {
        range: Range { least: [0; 3], most },
        ends: true,
        deferred: range::nothing(),
        late: range::nothing(),
    }
}

impl FlowCost {
    /// What it may use up under its budget. What is deferred has an allowance of its own, also in the flows that it calls.
    fn under_budget(mut self, outline: &Outline, deferred: &[Most; 3], late: &[Most; 3]) -> Self {
        for dimension in Dimension::ALL {
            let at = dimension as usize;
            let most = &self.range.most[at];
            let ended = match dimension.budget(&outline.budget) {
                Some((limit, _)) => most.clone().either(Most::Known(limit.into()).plus(&late[at])),
                None => most.clone(),
            };
            self.whole[at] = most.clone().plus(&deferred[at]);
            self.within[at] = ended.plus(&deferred[at]);
        }
        self
    }
}
