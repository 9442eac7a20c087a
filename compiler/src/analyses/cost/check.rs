//! Budgets held against what a flow takes, and what goes round without one that ends it.

use super::range::{At, Dimension, Why};
use super::{FlowCost, flow_cost, messages as say, unspent};
use crate::analyses::bounds::{keyword, open_circles};
use crate::analyses::calls::{calls_itself, flows_of};
use crate::analyses::messages::{unbounded_cycle, unbounded_loop};
use crate::analyses::outline::{Budget, Outline, StepKind, outline, outline_of};
use crate::db::Db;
use crate::diagnostics::{Diagnostic, ItemKey, Place};
use crate::syntax::{Item, find_item};
use flow_grammar::span::Span;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// A budget so many times the worst case was not meant for it.
const SLACK: u64 = 2;

/// What is wrong with the bounds of a flow.
pub fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let key = item.key(db);
    if calls_itself(db, &key) {
        found.extend(recursion(db, &key));
    }
    let Some((outline, cost)) = held_against(db, item) else { return found };
    if outline.budget.needs_turns() {
        unspent_rounds(db, item, &outline, &mut found);
    }
    for dimension in Dimension::ALL {
        let least = cost.range.least[dimension as usize];
        if let Some((limit, span)) = dimension.budget(&outline.budget)
            && cost.ends
            && limit < least
        {
            found.push(say::budget_too_small(item.place(db, span), dimension, limit, least));
        }
        if let Some((limit, span)) = dimension.budget(&outline.budget)
            && let Some(worst) = held(&cost, dimension)
            // A margin is no mistake, and that nothing is counted does not mean that nothing happens.
            && worst > 0
            && limit >= worst.saturating_mul(SLACK)
        {
            found.push(say::slack_budget(item.place(db, span), item.name(db), dimension, limit, worst));
        }
    }
    found
}

/// What is worth knowing of the bounds of a flow, and no mistake: that its budget may end it.
pub fn notes(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let Some((outline, cost)) = held_against(db, item) else { return found };
    for dimension in Dimension::ALL {
        if let Some((limit, span)) = dimension.budget(&outline.budget)
            && let Some(worst) = held(&cost, dimension)
            && limit < worst
            // Less than the least is an error.
            && limit >= cost.range.least[dimension as usize]
        {
            let name = item.name(db);
            found.push(say::worst_case_above_budget(item.place(db, span), name, dimension, limit, worst));
        }
    }
    found
}

/// The most that a budget is held against: not what is deferred, in the flow and in those that it calls, which has an allowance of
/// its own.
fn held(cost: &FlowCost, dimension: Dimension) -> Option<u64> {
    let at = dimension as usize;
    match (cost.whole[at].known(), cost.late[at].known()) {
        (Some(whole), Some(late)) => Some(whole.saturating_sub(late)),
        _ => None,
    }
}

/// A flow and what it may use up, if it has a budget that this is held against.
fn held_against(db: &dyn Db, item: Item<'_>) -> Option<(Arc<Outline>, Arc<FlowCost>)> {
    let outline = outline(db, item).filter(|outline| outline.budget != Budget::default())?;
    Some((outline, flow_cost(db, &item.key(db))?))
}

/// Where something without a bound stands: the place of a step, or the name of a declaration.
pub fn place(db: &dyn Db, at: &At) -> Place {
    let name = || {
        let item = find_item(db, &at.key)?;
        Some(item.kind(db).name()?.span)
    };
    let span = match at.step {
        Some(step) => outline_of(db, &at.key).map(|outline| outline.span(step)),
        None => name(),
    };
    Place::Item(at.key.clone(), span.unwrap_or(Span::new(0, 0)))
}

/// A reason with its place, in words: "`reviewer` has no `timeout`".
pub fn reason(db: &dyn Db, why: &Why) -> (String, Place) {
    (why.kind.text(), place(db, &why.at))
}

/// A call of a flow, and what it reaches.
struct FlowCall {
    to: ItemKey,
    step: u32,
}

fn flow_calls(db: &dyn Db, outline: &Outline) -> Vec<FlowCall> {
    let mut calls = Vec::new();
    outline.each(&mut |step| {
        if let StepKind::Call(call) = &step.kind {
            let flows = flows_of(db, call).into_iter();
            calls.extend(flows.map(|to| FlowCall { to, step: step.number }));
        }
    });
    calls
}

/// The loops and circles of stages that may go round without a turn, under a budget that counts no time.
fn unspent_rounds(db: &dyn Db, item: Item<'_>, outline: &Outline, found: &mut Vec<Diagnostic>) {
    outline.each(&mut |step| {
        if let StepKind::Loop { max: None, body, .. } = &step.kind
            && unspent::goes_round(db, body)
        {
            let place = item.place(db, keyword(outline.span(step.number)));
            found.push(unbounded_loop(place, false, true));
        }
    });
    let Outline { stages, .. } = outline;
    let edges: Vec<Vec<(usize, Span)>> = stages
        .iter()
        .map(|stage| {
            let ways = unspent::handoffs(db, &stage.steps).into_iter();
            ways.map(|(to, step)| (to, outline.span(step))).collect()
        })
        .collect();
    let open: Vec<bool> = stages.iter().map(|stage| stage.max.is_none()).collect();
    for circle in open_circles(&open, &edges) {
        let steps = circle
            .iter()
            .filter_map(|(at, span)| Some((stages.get(*at)?.name.as_str(), item.place(db, *span))));
        found.extend(unbounded_cycle(&steps.collect::<Vec<_>>(), true));
    }
}

/// The calls of flows that no budget of the flow itself keeps from going on and on.
fn open_calls(db: &dyn Db, outline: &Outline) -> Vec<FlowCall> {
    if outline.budget.time.is_some() {
        Vec::new()
    } else if outline.budget.needs_turns() {
        unspent::calls(db, outline).into_iter().map(|(to, step)| FlowCall { to, step }).collect()
    } else {
        flow_calls(db, outline)
    }
}

/// By what flows are put in order: files are numbered as they are read, and that is no order of theirs.
fn rank<'a>(db: &'a dyn Db, key: &'a ItemKey) -> (&'a str, &'a str, u32) {
    (key.file.path(db), &key.name, key.nth)
}

/// The way from a flow back to itself on which no budget lies. Of the flows on it the first says so.
fn recursion(db: &dyn Db, start: &ItemKey) -> Option<Diagnostic> {
    let open = |key: &ItemKey| outline_of(db, key).map_or_else(Vec::new, |it| open_calls(db, &it));
    let mut seen: FxHashSet<ItemKey> = FxHashSet::default();
    // Each frame: a flow on the way, the call that goes on from it, and the calls still to be followed.
    let mut way = vec![(start.clone(), None, open(start))];
    while let Some((_, taken, calls)) = way.last_mut() {
        let Some(call) = calls.pop() else {
            way.pop();
            continue;
        };
        *taken = Some(call.step);
        if call.to == *start {
            let steps = way
                .iter()
                .map(|(key, step, _)| (key.name.clone(), place(db, &At { key: key.clone(), step: *step })));
            let is_first = way.iter().all(|(key, ..)| rank(db, start) <= rank(db, key));
            let counts_turns =
                |key: &ItemKey| outline_of(db, key).is_some_and(|outline| outline.budget.needs_turns());
            let has_budget = way.iter().any(|(key, ..)| counts_turns(key));
            return is_first.then(|| say::recursion(steps.collect(), has_budget)).flatten();
        }
        if seen.insert(call.to.clone()) {
            let next = open(&call.to);
            way.push((call.to, None, next));
        }
    }
    None
}
