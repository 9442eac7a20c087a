//! Which flows call which, and which of them call themselves, at once or through others.

use super::outline::{Call, StepKind, outline_of, tools};
use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::knots::{is_circle, knots};
use crate::resolve::DefKind;
use crate::syntax::{KeyId, Role, items};
use rustc_hash::{FxHashMap, FxHashSet};

/// The flows and tools that a flow or tool calls, and those that it gives to agents, in the order of its steps.
pub(super) fn called<'db>(db: &'db dyn Db, key: &ItemKey) -> &'db [ItemKey] {
    called_by(db, KeyId::new(db, key.clone()))
}

#[salsa::tracked]
fn called_by<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Vec<ItemKey> {
    let mut calls = Vec::new();
    if let Some(outline) = outline_of(db, key.key(db)) {
        outline.each(&mut |step| {
            if let StepKind::Call(call) = &step.kind {
                calls.extend(flows_of(db, call));
            }
        });
    }
    calls
}

/// The flows and tools that run for a call: its own, or those that an agent may use meanwhile.
pub(super) fn flows_of(db: &dyn Db, call: &Call) -> Vec<ItemKey> {
    match call.kind {
        DefKind::Flow | DefKind::Tool => vec![call.callee.clone()],
        _ => tools(db, call),
    }
}

/// Whether a flow calls itself. It is found in the graph of calls, so that it does not matter which flow is asked first.
pub(super) fn calls_itself(db: &dyn Db, key: &ItemKey) -> bool {
    circular(db, key.file).contains(key)
}

/// The flows of a file that call themselves. All of them are found in one walk, through whatever they call.
#[salsa::tracked]
fn circular(db: &dyn Db, file: SourceFile) -> FxHashSet<ItemKey> {
    let is_flow = |role| matches!(role, Role::Declares(DefKind::Flow | DefKind::Tool));
    let flows = items(db, file).iter().filter(|item| is_flow(item.role(db)));
    let mut nodes: Vec<ItemKey> = flows.map(|item| item.key(db)).collect();
    let mut numbers: FxHashMap<ItemKey, usize> = nodes.iter().cloned().zip(0..).collect();
    let mut edges = Vec::new();
    while let Some(node) = nodes.get(edges.len()) {
        let targets = called(db, node).iter().map(|flow| {
            *numbers.entry(flow.clone()).or_insert_with(|| {
                nodes.push(flow.clone());
                nodes.len() - 1
            })
        });
        edges.push(targets.collect());
    }
    let circles = knots(&edges).into_iter().filter(|knot| is_circle(knot, &edges));
    circles.flatten().map(|node| nodes[node].clone()).filter(|flow| flow.file == file).collect()
}
