//! Budgets held against what a flow takes, and what goes round without one that ends it.

use super::range::{At, Dimension, Why};
use super::{FlowCost, flow_cost, messages as say, unspent};
use crate::analyses::bounds::{keyword, open_circles};
use crate::analyses::calls::{calls_itself, flows_of};
use crate::analyses::messages::{Around, unbounded_cycle, unbounded_loop};
use crate::analyses::outline::{Budget, Outline, Step, StepKind, outline, outline_of};
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
    /// Whether it stands in a `defer`, which no budget ends.
    deferred: bool,
}

fn flow_calls(db: &dyn Db, outline: &Outline) -> Vec<FlowCall> {
    let mut calls = Vec::new();
    each_deferred(outline, &mut |step, deferred| {
        if let StepKind::Call(call) = &step.kind {
            let flows = flows_of(db, call).into_iter();
            calls.extend(flows.map(|to| FlowCall { to, step: step.number, deferred }));
        }
    });
    calls
}

/// Every step, and whether it is deferred.
fn each_deferred<'a>(outline: &'a Outline, visit: &mut dyn FnMut(&'a Step, bool)) {
    fn walk<'a>(steps: &'a [Step], deferred: bool, visit: &mut dyn FnMut(&'a Step, bool)) {
        for step in steps {
            visit(step, deferred);
            let deferred = deferred || matches!(step.kind, StepKind::Defer(_));
            step.children(&mut |inner| walk(inner, deferred, visit));
        }
    }
    walk(&outline.steps, false, visit);
    outline.stages.iter().for_each(|stage| walk(&stage.steps, false, visit));
}

/// The loops and circles of stages that may go round without a turn, under a budget that counts no time.
fn unspent_rounds(db: &dyn Db, item: Item<'_>, outline: &Outline, found: &mut Vec<Diagnostic>) {
    each_deferred(outline, &mut |step, deferred| {
        if let StepKind::Loop { max: None, body, .. } = &step.kind
            && !deferred
            && unspent::goes_round(db, body)
        {
            let place = item.place(db, keyword(outline.span(step.number)));
            found.push(unbounded_loop(place, Around::Turns));
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
        let calls = unspent::calls(db, outline).into_iter();
        calls.map(|(to, step)| FlowCall { to, step, deferred: false }).collect()
    } else {
        flow_calls(db, outline)
    }
}

/// By what flows are put in order: files are numbered as they are read, and that is no order of theirs.
fn rank<'a>(db: &'a dyn Db, key: &'a ItemKey) -> (&'a str, &'a str, u32) {
    (key.file.path(db), &key.name, key.nth)
}

/// A way from a flow back to itself: the flows on it, each with the call that goes on.
type Circle = Vec<(ItemKey, u32, bool)>;

/// The way from a flow back to itself on which nothing ends it: no budget lies on it, or a call of it is deferred, so that it is
/// made when a budget has ended the flow. Of the flows on it the first says so.
fn recursion(db: &dyn Db, start: &ItemKey) -> Option<Diagnostic> {
    let outlined = |key: &ItemKey, calls: &dyn Fn(&Outline) -> Vec<FlowCall>| {
        outline_of(db, key).map_or_else(Vec::new, |outline| calls(&outline))
    };
    let steps = |circle: &Circle| {
        let at = |(key, step, _): &(ItemKey, u32, bool)| At { key: key.clone(), step: Some(*step) };
        circle.iter().map(|call| (call.0.name.clone(), place(db, &at(call)))).collect()
    };
    let is_first =
        |calls: &[&(ItemKey, u32, bool)]| calls.iter().all(|(key, ..)| rank(db, start) <= rank(db, key));
    let budget = |key: &ItemKey| outline_of(db, key).map(|outline| outline.budget).unwrap_or_default();

    let open = |key: &ItemKey| outlined(key, &|outline| open_calls(db, outline));
    if let Some(circle) = circle(start, &open, &open) {
        let counts_turns = circle.iter().any(|(key, ..)| budget(key).needs_turns());
        let why = if counts_turns { say::Unended::CountsTurns } else { say::Unended::NoBudget };
        return is_first(&circle.iter().collect::<Vec<_>>())
            .then(|| say::recursion(steps(&circle), why))
            .flatten();
    }
    let any = |key: &ItemKey| outlined(key, &|outline| flow_calls(db, outline));
    let deferred = |key: &ItemKey| {
        let mut calls = any(key);
        calls.retain(|call| call.deferred);
        calls
    };
    let circle = circle(start, &deferred, &any)?;
    // One without a budget is told as such.
    let has_budget = circle.iter().any(|(key, ..)| budget(key) != Budget::default());
    let leaving: Vec<_> = circle.iter().filter(|(.., deferred)| *deferred).collect();
    (has_budget && is_first(&leaving))
        .then(|| say::recursion(steps(&circle), say::Unended::Deferred))
        .flatten()
}

/// The first way from a flow back to itself; `first` are the calls that leave it, `then` those of the others.
fn circle(
    start: &ItemKey,
    first: &dyn Fn(&ItemKey) -> Vec<FlowCall>,
    then: &dyn Fn(&ItemKey) -> Vec<FlowCall>,
) -> Option<Circle> {
    let mut seen: FxHashSet<ItemKey> = FxHashSet::default();
    // Each frame: a flow on the way, the call that goes on from it, and the calls still to be followed.
    let mut way = vec![(start.clone(), None, first(start))];
    while let Some((_, taken, calls)) = way.last_mut() {
        let Some(call) = calls.pop() else {
            way.pop();
            continue;
        };
        *taken = Some((call.step, call.deferred));
        if call.to == *start {
            let steps = way.into_iter().filter_map(|(key, taken, _)| {
                let (step, deferred) = taken?;
                Some((key, step, deferred))
            });
            return Some(steps.collect());
        }
        if seen.insert(call.to.clone()) {
            let next = then(&call.to);
            way.push((call.to, None, next));
        }
    }
    None
}
