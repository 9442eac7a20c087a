//! What flows that are called do with processes: those that they are handed, and those that they let outlive them.

use super::{Held, Hold, Walk, processes};
use crate::analyses::calls::flows_of;
use crate::analyses::depth::below;
use crate::analyses::outline::{Call, Known, Step, StepKind, outline_of};
use crate::analyses::touch::access::Access;
use crate::analyses::touch::reach::{Touched, handed, is_apart, reach};
use crate::analyses::touch::running::Beside;
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use std::collections::BTreeSet;

pub(super) fn is_flow(call: &Call) -> bool {
    matches!(call.kind, DefKind::Flow | DefKind::Tool)
}

/// Among flows that call one another, a process may run beside all that they do, and be started anew if any does that.
pub(super) fn of_circle(db: &dyn Db, key: &ItemKey) -> Held {
    let running = Hold { beside: touches(db, key), runs_on: true };
    let restarts = any_step(db, key, |kind| matches!(kind, StepKind::Restarted(_)));
    Held { ended: if restarts { running.clone() } else { Hold::default() }, running }
}

/// What may outlive flows that call one another: all that they do, if any lets a process outlive it.
pub(super) fn left_by_circle(db: &dyn Db, key: &ItemKey) -> BTreeSet<Access> {
    let leaves = any_step(db, key, |kind| matches!(kind, StepKind::Detached(_)));
    if leaves { touches(db, key) } else { BTreeSet::new() }
}

fn touches(db: &dyn Db, key: &ItemKey) -> BTreeSet<Access> {
    reach(db, key).map(|reach| reach.accesses.clone()).unwrap_or_default()
}

/// Whether there is such a step in a flow or in what it calls.
fn any_step(db: &dyn Db, key: &ItemKey, is_such: impl Fn(&StepKind) -> bool) -> bool {
    let mut any = false;
    for outline in below(db, key).iter().chain([key]).filter_map(|flow| outline_of(db, flow)) {
        outline.each(&mut |step| any |= is_such(&step.kind));
    }
    any
}

impl Walk<'_> {
    /// A call meets what runs beside it; what it is handed only as long as that runs.
    pub(super) fn meet_handed(&mut self, call: &Call, step: &Step, own: &[Touched], beside: &Beside) {
        let handed = |process: Known| call.handed.iter().find(|(_, known)| *known == process).map(|it| it.0);
        let all: Vec<_> = beside.iter().cloned().collect();
        for known in &all {
            match handed(known.process).and_then(|place| self.hold(call, place, true)) {
                Some(hold) => self.meet(known, &as_touched(self.db, &hold.beside, call, &call.callee, step)),
                None => self.meet(known, own),
            }
        }
        for (place, process) in &call.handed {
            let Some(hold) = self.hold(call, *place, false).filter(|_| !beside.runs(*process)) else {
                continue;
            };
            let meanwhile = as_touched(self.db, &hold.beside, call, &call.callee, step);
            let begun: Vec<_> = self.named(*process).cloned().collect();
            begun.iter().for_each(|known| self.meet(known, &meanwhile));
        }
    }

    /// What a callee does with a process that it is handed; `None` if nobody knows.
    pub(super) fn hold(&self, call: &Call, place: usize, runs: bool) -> Option<Hold> {
        if !is_flow(call) {
            return None;
        }
        // Of a flow that calls this one back nothing is known.
        let held = if self.in_circle {
            of_circle(self.db, &call.callee)
        } else {
            let known = processes(self.db, &call.callee)?;
            known.held.iter().find(|(at, _)| *at == place)?.1.clone()
        };
        let hold = if runs { held.running } else { held.ended };
        // In a workspace of its own it meets nobody.
        Some(if is_apart(self.db, call) { Hold { beside: BTreeSet::new(), ..hold } } else { hold })
    }

    /// What the processes touch that a call leaves behind: those of its flow, or of the tools that its agent is given.
    pub(super) fn left_by(&self, step: &Step) -> Vec<Touched> {
        let StepKind::Call(call) = &step.kind else { return Vec::new() };
        if is_apart(self.db, call) {
            return Vec::new();
        }
        let of_flow = |flow: &ItemKey| match self.in_circle {
            true => left_by_circle(self.db, flow),
            false => processes(self.db, flow).map(|known| known.left.clone()).unwrap_or_default(),
        };
        let flows = flows_of(self.db, call);
        flows.iter().flat_map(|flow| as_touched(self.db, &of_flow(flow), call, flow, step)).collect()
    }
}

/// Accesses of a flow as those of the step that calls it.
fn as_touched(
    db: &dyn Db,
    accesses: &BTreeSet<Access>,
    call: &Call,
    flow: &ItemKey,
    step: &Step,
) -> Vec<Touched> {
    let all = handed(db, call, flow, accesses).into_iter();
    all.map(|access| Touched::new(access, step.number)).collect()
}
