//! Processes and what runs beside them: from where one is spawned to where every way has waited for it or ended it, and from
//! where it is started anew; through stages, endpoints, and the flows that it is handed to.
//!
//! What is deferred runs when the flow ends, which it may do behind each of its steps: then what runs is cancelled.
//!
//! What [`outline`](crate::analyses::outline::Known) does not tell apart, as the processes of a list, is taken to have ended
//! where the flow waits for one that it looks up there; a loop over the list waits for all.

mod callee;
mod ending;

use super::access::{Access, Namer};
use super::races::meeting;
use super::reach::{Touched, touched};
use super::running::{Beside, Running, Who};
use crate::analyses::calls::{called, calls_itself};
use crate::analyses::depth::summary;
use crate::analyses::outline::{Call, Each, Known, Outline, Step, StepKind, each, outline_of};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::syntax::KeyId;
use ending::Endings;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// What a process and something beside it may touch both: what they do, and such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    pub(super) a: Touched,
    pub(super) b: Touched,
    pub(super) path: String,
    pub(super) how: How,
}

/// How two meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// A process meets what runs beside it.
    Process,
    /// An endpoint meets what its flow does meanwhile.
    Endpoint,
    /// What is deferred meets a process that has not ended.
    Deferred,
}

/// What there is to know of a flow with processes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Processes {
    /// Where its processes meet each other, or the steps that follow them.
    pub(super) met: Vec<Meeting>,
    /// What it does with the processes that it is handed, each with the place of its parameter.
    held: Vec<(usize, Held)>,
    /// What the processes touch that run on when it has ended.
    left: BTreeSet<Access>,
}

/// What a flow does with a process that it is handed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    /// If it runs.
    running: Hold,
    /// If it has ended before.
    ended: Hold,
}

/// The same, in one of the two cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hold {
    /// What is touched while it may run.
    beside: BTreeSet<Access>,
    /// Whether it may run when the flow has ended.
    runs_on: bool,
}

/// The processes of the flow or tool of that key; `None` if there are none.
pub(super) fn processes(db: &dyn Db, key: &ItemKey) -> Option<Arc<Processes>> {
    summary(db, key, |key| processes_of(db, KeyId::new(db, key.clone())))
}

#[salsa::tracked(returns(clone))]
fn processes_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<Processes>> {
    let key = key.key(db);
    let outline = outline_of(db, key)?;
    let in_circle = calls_itself(db, key);
    let left = if in_circle { callee::left_by_circle(db, key) } else { BTreeSet::new() };
    let mut any = !outline.held.is_empty() || !left.is_empty();
    outline.each(&mut |step| any |= matches!(step.kind, StepKind::Spawn { .. } | StepKind::Endpoint { .. }));
    let leaves = |flow: &ItemKey| processes(db, flow).is_some_and(|known| !known.left.is_empty());
    if !any && (in_circle || !called(db, key).iter().any(leaves)) {
        return None;
    }
    let walk = |running: bool| Walk::of(db, &outline, in_circle).whole(running);
    let first = walk(true);
    let second = if outline.held.is_empty() { Vec::new() } else { walk(false).held };
    let mut held: Vec<(usize, Held)> = Vec::new();
    for ((index, (place, _)), running) in outline.held.iter().enumerate().zip(first.held) {
        let ended = second.get(index).cloned().unwrap_or_default();
        held.push((*place, if in_circle { callee::of_circle(db, key) } else { Held { running, ended } }));
    }
    let left = first.left.into_iter().chain(left).collect();
    Some(Arc::new(Processes { met: first.met, held, left }))
}

struct Walk<'db> {
    db: &'db dyn Db,
    outline: &'db Outline,
    /// Whether the flow calls itself, so that nothing is known of the flows that it calls.
    in_circle: bool,
    /// Every process that the flow may know.
    known: Vec<Rc<Running>>,
    met: Vec<Meeting>,
    /// Which two steps are told to meet.
    told: FxHashSet<(u32, u32)>,
    /// What is touched while that runs which the flow was handed.
    beside: Vec<BTreeSet<Access>>,
    /// The steps whose processes may outlive the flow.
    detached: FxHashSet<u32>,
    /// What runs where the loop around is left by `break`.
    broken: Beside,
    /// What runs where a round of it ends by `continue`.
    goes_on: Beside,
    /// What runs where a step may fail.
    failing: Beside,
    /// What is deferred, by its steps.
    deferred: FxHashMap<u32, ending::Deferred<'db>>,
    /// What runs where the flow may end and something is deferred.
    endings: Endings,
    /// What runs where it ends of its own.
    ends: Endings,
    /// Whether it has ended, and runs what is deferred.
    has_ended: bool,
    /// What runs where each stage is entered.
    entries: Vec<Option<Beside>>,
    /// The stages whose entry has grown.
    open: Vec<usize>,
}

/// What a walk finds.
struct Walked {
    met: Vec<Meeting>,
    held: Vec<Hold>,
    left: BTreeSet<Access>,
}

impl<'db> Walk<'db> {
    fn of(db: &'db dyn Db, outline: &'db Outline, in_circle: bool) -> Self {
        let mut walk = Self {
            db,
            outline,
            in_circle,
            known: Vec::new(),
            met: Vec::new(),
            told: FxHashSet::default(),
            beside: vec![BTreeSet::new(); outline.held.len()],
            detached: FxHashSet::default(),
            broken: Beside::default(),
            goes_on: Beside::default(),
            failing: Beside::default(),
            deferred: ending::deferred(outline),
            endings: Endings::default(),
            ends: Endings::default(),
            has_ended: false,
            entries: vec![None; outline.stages.len()],
            open: Vec::new(),
        };
        let mut known = Vec::new();
        for (index, (_, process)) in outline.held.iter().enumerate() {
            // No step begins it.
            let step = u32::MAX - u32::try_from(index).unwrap_or(0);
            known.push(Rc::new(walk.begin(Who::Held(index), *process, step, Vec::new())));
        }
        outline.each(&mut |step| match &step.kind {
            StepKind::Spawn { process, body } => {
                let mut running = walk.begin(Who::Process, *process, step.number, touched(db, body));
                body.iter().for_each(|inner| running.leaves.extend(walk.left_by(inner)));
                known.push(Rc::new(running));
            }
            StepKind::For { each: Some(of), .. } if of.element.is_some() => {
                known.push(Rc::new(walk.begin(Who::Element, of.element, step.number, Vec::new())));
            }
            _ => {}
        });
        walk.known = known;
        walk
    }

    fn begin(&self, who: Who, process: Known, step: u32, touched: Vec<Touched>) -> Running {
        Running { who, process, step, lasts: false, touched, leaves: Vec::new() }
    }

    /// The whole flow, with what it was handed running or ended before.
    fn whole(mut self, running: bool) -> Walked {
        let mut entry = Beside::default();
        for known in self.known.clone().into_iter().filter(|it| running && matches!(it.who, Who::Held(_))) {
            entry.add(known);
        }
        if let Some(rest) = self.sequence(&self.outline.steps, entry) {
            self.end(&rest);
        }
        // What runs when a stage is entered may run on in those that it hands to.
        while let Some(at) = self.open.pop() {
            let (Some(Some(entry)), Some(stage)) =
                (self.entries.get(at).cloned(), self.outline.stages.get(at))
            else {
                continue;
            };
            if let Some(rest) = self.sequence(&stage.steps, entry) {
                self.end(&rest);
            }
        }
        let (ends, failing) = self.clean_up();
        let runs_on = |index: usize| ends.iter().any(|known| known.who == Who::Held(index));
        let held = self.beside.iter().enumerate();
        let held = held.map(|(index, beside)| Hold { beside: beside.clone(), runs_on: runs_on(index) });
        let outlives = |it: &Running| it.who == Who::Left || self.detached.contains(&it.step);
        let left = ends.iter().chain(failing.iter()).flat_map(|known| {
            let own = if outlives(known) { known.touched.as_slice() } else { &[] };
            own.iter().chain(&known.leaves).map(|touched| touched.access.clone())
        });
        let left = left.collect();
        Walked { held: held.collect(), left, met: self.met }
    }

    fn sequence(&mut self, steps: &[Step], beside: Beside) -> Option<Beside> {
        steps.iter().try_fold(beside, |beside, step| self.step(step, beside))
    }

    /// What runs behind a step; `None` where control has left.
    fn step(&mut self, step: &Step, mut beside: Beside) -> Option<Beside> {
        if !matches!(step.kind, StepKind::Defer(_) | StepKind::Secret(_)) {
            self.may_end(&beside);
        }
        match &step.kind {
            StepKind::Call(call) => self.call(step, call, &mut beside),
            StepKind::Effect(effect) => {
                self.meet_all(&beside, &touched(self.db, std::slice::from_ref(step)));
                // A process that is waited for has ended also where that fails.
                if !matches!(effect.name, "join" | "cancel") {
                    self.failing.add_all(&beside);
                }
            }
            StepKind::Spawn { body, .. } => self.spawn(step, body, &mut beside),
            StepKind::Ended(process) => {
                beside.end(*process);
                self.failing.add_all(&beside);
            }
            StepKind::Restarted(process) => self.restart(*process, &mut beside),
            StepKind::Detached(process) => {
                let steps = self.named(*process).map(|known| known.step).collect::<Vec<_>>();
                self.detached.extend(steps);
            }
            StepKind::Endpoint { body, .. } => self.endpoint(step, body, &mut beside),
            StepKind::Choice(ways) => {
                let ways: Vec<_> = ways.iter().map(|way| self.sequence(way, beside.clone())).collect();
                return ways.into_iter().flatten().reduce(|all, way| all.or(&way));
            }
            StepKind::Loop { body, otherwise, .. } => {
                let (over, broken) = self.rounds(body, beside, None);
                let rest = over.and_then(|over| self.sequence(otherwise.as_deref()?, over));
                return Some(rest.map_or(broken.clone(), |rest| rest.or(&broken)));
            }
            StepKind::For { body, each, parallel, .. } => {
                if *parallel {
                    self.begin_anew(body, &mut beside);
                }
                return Some(self.each_round(step, body, each.as_deref(), beside));
            }
            StepKind::Parallel(branches) => {
                let branches: Vec<&[Step]> = branches.iter().map(|(_, steps)| steps.as_slice()).collect();
                let ends: Vec<_> = self.at_once(&branches, &beside).into_iter().flatten().collect();
                // What one of them has waited for has ended.
                let has_ended = |known: &Running| {
                    beside.of_step(known.step).is_some()
                        && ends.iter().any(|it| it.of_step(known.step).is_none())
                };
                let mut all = Beside::default();
                let running = ends.iter().flat_map(Beside::iter).filter(|known| !has_ended(known));
                running.for_each(|known| {
                    all.add(Rc::clone(known));
                });
                all.defer(ends.iter().flat_map(Beside::deferred));
                return Some(all);
            }
            StepKind::Race(arms) => {
                let values: Vec<&[Step]> = arms.iter().map(|(value, _)| value.as_slice()).collect();
                let values = self.at_once(&values, &beside);
                // Also by arms that do not win.
                let deferred: Vec<u32> =
                    values.iter().flatten().flat_map(Beside::deferred).copied().collect();
                let won = arms.iter().zip(values).map(|((_, body), value)| self.sequence(body, value?));
                let ends: Vec<_> = won.collect();
                let mut all = ends.into_iter().flatten().reduce(|all, end| all.or(&end))?;
                all.defer(&deferred);
                return Some(all);
            }
            StepKind::Catch { body, handler } => {
                let outer = std::mem::take(&mut self.failing);
                let after = self.sequence(body, beside.clone());
                let failing = std::mem::replace(&mut self.failing, outer);
                let nothing_fails = failing.iter().next().is_none();
                let caught = if nothing_fails { after.clone().unwrap_or(beside) } else { failing };
                let handled = self.sequence(handler, caught);
                return match (after, handled) {
                    (Some(after), Some(handled)) => Some(after.or(&handled)),
                    (after, handled) => after.or(handled),
                };
            }
            StepKind::Handoff(stage) => {
                if let Some(entry) = self.entries.get_mut(*stage) {
                    let first = entry.is_none();
                    if entry.get_or_insert_default().add_all(&beside) || first {
                        self.open.push(*stage);
                    }
                }
                return None;
            }
            StepKind::Break => {
                self.broken.add_all(&beside);
                return None;
            }
            StepKind::Continue => {
                self.goes_on.add_all(&beside);
                return None;
            }
            StepKind::Return => {
                self.end(&beside);
                return None;
            }
            StepKind::Stop => {
                self.failing.add_all(&beside);
                self.end(&beside);
                return None;
            }
            StepKind::Defer(_) => beside.defer(&[step.number]),
            StepKind::Secret(_) => {}
        }
        Some(beside)
    }

    fn call(&mut self, step: &Step, call: &Call, beside: &mut Beside) {
        let own = touched(self.db, std::slice::from_ref(step));
        self.meet_handed(call, step, &own, beside);
        self.failing.add_all(beside);
        for (place, process) in &call.handed {
            let Some(hold) = self.hold(call, *place, beside.runs(*process)) else { continue };
            match (hold.runs_on, beside.runs(*process)) {
                (true, true) => {}
                (true, false) => self.restart(*process, beside),
                (false, _) => beside.end(*process),
            }
        }
        let left = self.left_by(step);
        if !left.is_empty() {
            let running = self.begin(Who::Left, None, step.number, left);
            beside.add(Rc::new(Running { lasts: true, ..running }));
            self.failing.add_all(beside);
        }
    }

    fn spawn(&mut self, step: &Step, body: &[Step], beside: &mut Beside) {
        let Some(new) = self.known.iter().find(|known| known.step == step.number).cloned() else { return };
        for inner in body {
            match &inner.kind {
                StepKind::Call(call) => {
                    let own = touched(self.db, std::slice::from_ref(inner));
                    self.meet_handed(call, inner, &own, beside);
                    // When it starts another anew, nobody knows.
                    for (place, process) in &call.handed {
                        let restarts =
                            self.hold(call, *place, false).is_some_and(|hold| hold != Hold::default());
                        if restarts {
                            self.last(*process, beside);
                        }
                    }
                }
                _ => {
                    let own = touched(self.db, std::slice::from_ref(inner));
                    self.meet_all(beside, &own);
                }
            }
        }
        let lasts = beside.of_step(step.number).is_some_and(|known| known.lasts);
        if !lasts {
            *beside = std::mem::take(beside).without(step.number);
        }
        beside.add(new);
    }

    fn restart(&mut self, process: Known, beside: &mut Beside) {
        for known in self.named(process).cloned().collect::<Vec<_>>() {
            let others = beside.clone().without(known.step);
            self.meet_all(&others, &known.touched);
            if let Who::Held(index) = known.who {
                self.note(index, others.iter().flat_map(|other| &other.touched));
            }
            beside.add(known);
        }
    }

    /// From here on a process may run at any time.
    fn last(&mut self, process: Known, beside: &mut Beside) {
        self.restart(process, beside);
        for known in self.named(process).cloned().collect::<Vec<_>>() {
            beside.add(Rc::new(Running { lasts: true, ..(*known).clone() }));
        }
    }

    /// What an endpoint does may be done at any time from here on, and so may what it leaves behind.
    fn endpoint(&mut self, step: &Step, body: &[Step], beside: &mut Beside) {
        let own = touched(self.db, body);
        let processes = beside.without_endpoints();
        self.meet_all(&processes, &own);
        let (over, broken) = self.rounds(body, processes, None);
        let over = over.unwrap_or_default().or(&broken);
        beside.defer(over.deferred());
        for known in over.iter() {
            if beside.of_step(known.step).is_none() {
                beside.add(Rc::new(Running { lasts: true, ..(**known).clone() }));
            }
        }
        each(body, &mut |inner| {
            if let StepKind::Restarted(process) = &inner.kind {
                self.last(*process, beside);
            }
        });
        let running = self.begin(Who::Endpoint, None, step.number, own);
        beside.add(Rc::new(Running { lasts: true, ..running }));
    }

    /// The rounds of a loop, over processes perhaps: then those have ended where each round has waited for its own.
    fn each_round(&mut self, step: &Step, body: &[Step], each: Option<&Each>, beside: Beside) -> Beside {
        let before = beside.clone();
        let element = each.filter(|each| each.element.is_some()).map(|_| step.number);
        let (over, broken) = self.rounds(body, beside, element);
        let mut over = over.unwrap_or(before);
        let waits = |each: &&Each| each.element.is_none() || over.of_step(step.number).is_none();
        for process in each.filter(waits).iter().flat_map(|each| &each.processes) {
            over.end(*process);
        }
        over.or(&broken).without(step.number)
    }

    /// Two rounds of a body: what one spawns runs beside the next. What runs where its rounds are over, and where it is left
    /// by `break`. Each begins with the element of that step, if there is one.
    fn rounds(&mut self, body: &[Step], beside: Beside, element: Option<u32>) -> (Option<Beside>, Beside) {
        let outer = (std::mem::take(&mut self.broken), std::mem::take(&mut self.goes_on));
        let element = element.and_then(|step| self.known.iter().find(|known| known.step == step).cloned());
        let mut now = Some(beside);
        let mut over: Option<Beside> = None;
        for _ in 0..2 {
            let Some(mut begin) = now.take() else { break };
            if let Some(element) = &element {
                begin.add(Rc::clone(element));
            }
            let end = self.sequence(body, begin);
            let goes_on = std::mem::take(&mut self.goes_on);
            let is_left = end.is_none() && goes_on.iter().next().is_none();
            let end = if is_left { None } else { Some(end.unwrap_or_default().or(&goes_on)) };
            over = match (over, &end) {
                // What the first round leaves running, the second may have waited for.
                (_, Some(end)) => Some(end.clone()),
                (over, None) => over,
            };
            now = end;
        }
        let broken = std::mem::replace(&mut self.broken, outer.0);
        self.goes_on = outer.1;
        (over, broken)
    }

    /// Branches that run at once: what one starts anew runs beside the others.
    fn at_once(&mut self, branches: &[&[Step]], beside: &Beside) -> Vec<Option<Beside>> {
        let mut ends = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let mut beside = beside.clone();
            let others = branches.iter().enumerate().filter(|(other, _)| *other != index);
            let anew: Vec<_> = others.flat_map(|(_, other)| self.begun_anew(other)).collect();
            for known in anew {
                beside.add(known);
            }
            ends.push(self.sequence(branch, beside));
        }
        ends
    }

    fn begin_anew(&self, body: &[Step], beside: &mut Beside) {
        for known in self.begun_anew(body) {
            beside.add(known);
        }
    }

    /// What these steps may start anew.
    fn begun_anew(&self, steps: &[Step]) -> Vec<Rc<Running>> {
        let mut out = Vec::new();
        each(steps, &mut |step| {
            if let StepKind::Restarted(process) = &step.kind {
                out.extend(self.named(*process).cloned());
            }
        });
        out
    }

    fn named(&self, process: Known) -> impl Iterator<Item = &Rc<Running>> {
        self.known.iter().filter(move |known| known.process == process)
    }

    fn meet_all(&mut self, beside: &Beside, own: &[Touched]) {
        beside.iter().for_each(|known| self.meet(known, own));
    }

    fn meet(&mut self, beside: &Running, own: &[Touched]) {
        if let Who::Held(index) = beside.who {
            self.note(index, own.iter());
            return;
        }
        // What is handed different things names different files.
        let meets = |a: &Touched, b: &Touched| {
            let waits = b.access.waited.is_some_and(|step| step > beside.step);
            !waits && (a.step != b.step || a.access.namer != Namer::Given || b.access.namer != Namer::Given)
        };
        if let Some((a, b, path)) = meeting(&beside.touched, own, meets)
            && self.told.insert((a.step.min(b.step), a.step.max(b.step)))
        {
            let how = match beside.who {
                Who::Endpoint => How::Endpoint,
                _ if self.has_ended => How::Deferred,
                _ => How::Process,
            };
            self.met.push(Meeting { a: a.clone(), b: b.clone(), path, how });
        }
    }

    fn note<'t>(&mut self, held: usize, own: impl Iterator<Item = &'t Touched>) {
        if let Some(beside) = self.beside.get_mut(held) {
            beside.extend(own.map(|touched| touched.access.clone()));
        }
    }
}
