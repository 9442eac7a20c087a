//! Processes and what runs beside them: from where one is spawned to where every way has waited for it or ended it.
//!
//! A process is known by the `let` that names it. One without such a name, as in a list or a map, is taken to have ended
//! where the flow waits for any that has none: a loop that joins all of them is no mistake.

use super::access::Namer;
use super::races::meeting;
use super::reach::{Touched, touched};
use crate::analyses::outline::{Outline, Step, StepKind};
use crate::db::Db;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// What a process and something beside it may touch both: what they do, and such a file.
pub(super) type Meeting = (Touched, Touched, String);

/// Where processes of a flow meet each other, or the steps that follow them.
pub(super) fn meetings(db: &dyn Db, outline: &Outline) -> Vec<Meeting> {
    let mut spawns = false;
    outline.each(&mut |step| spawns |= matches!(step.kind, StepKind::Spawn { .. }));
    if !spawns {
        return Vec::new();
    }
    let mut walk = Walk {
        db,
        found: Vec::new(),
        told: FxHashSet::default(),
        broken: Vec::new(),
        entries: vec![Vec::new(); outline.stages.len()],
    };
    walk.sequence(&outline.steps, Vec::new());
    // What runs when a stage is entered may run on in those that it hands to.
    loop {
        let before: Vec<usize> = walk.entries.iter().map(Vec::len).collect();
        for (at, stage) in outline.stages.iter().enumerate() {
            let running = walk.entries.get(at).cloned().unwrap_or_default();
            walk.sequence(&stage.steps, running);
        }
        if walk.entries.iter().map(Vec::len).eq(before) {
            return walk.found;
        }
    }
}

/// A process that may still run.
struct Running {
    /// The number of the variable that names it.
    process: Option<u32>,
    /// The step that spawned it.
    step: u32,
    touched: Vec<Touched>,
}

/// What runs beside; `None` where control has left.
type Beside = Option<Vec<Rc<Running>>>;

struct Walk<'db> {
    db: &'db dyn Db,
    found: Vec<Meeting>,
    /// Which two steps are told to meet.
    told: FxHashSet<(u32, u32)>,
    /// What runs where the loop around is left by `break`.
    broken: Vec<Rc<Running>>,
    /// What runs where each stage is entered.
    entries: Vec<Vec<Rc<Running>>>,
}

impl Walk<'_> {
    fn sequence(&mut self, steps: &[Step], running: Vec<Rc<Running>>) -> Beside {
        steps.iter().try_fold(running, |running, step| self.step(step, running))
    }

    fn step(&mut self, step: &Step, mut running: Vec<Rc<Running>>) -> Beside {
        match &step.kind {
            StepKind::Call(_) | StepKind::Effect(_) => {
                let own = touched(self.db, std::slice::from_ref(step));
                running.iter().for_each(|beside| self.meet(beside, &own));
            }
            StepKind::Spawn { process, body } => {
                let own = touched(self.db, body);
                running.iter().for_each(|beside| self.meet(beside, &own));
                running.retain(|known| known.step != step.number);
                running.push(Rc::new(Running { process: *process, step: step.number, touched: own }));
            }
            StepKind::Ended(process) => running.retain(|known| known.process != *process),
            StepKind::Choice(ways) => {
                let ways: Vec<Beside> = ways.iter().map(|way| self.sequence(way, running.clone())).collect();
                return ways.into_iter().flatten().reduce(either);
            }
            StepKind::Loop { body, otherwise, .. } => {
                let (over, broken) = self.rounds(body, running);
                let rest = over.and_then(|over| match otherwise {
                    Some(steps) => self.sequence(steps, over),
                    None => None,
                });
                return match rest {
                    Some(rest) => Some(either(rest, broken)),
                    None => Some(broken),
                };
            }
            StepKind::For { body, .. } => {
                let before = running.clone();
                let (over, broken) = self.rounds(body, running);
                return Some(either(over.unwrap_or(before), broken));
            }
            StepKind::Parallel(branches) => {
                let ends: Vec<Vec<Rc<Running>>> =
                    branches.iter().filter_map(|(_, steps)| self.sequence(steps, running.clone())).collect();
                // What one of them has waited for has ended.
                let has_ended =
                    |known: &Rc<Running>| holds(&running, known) && ends.iter().any(|end| !holds(end, known));
                let all = ends.iter().flatten().filter(|known| !has_ended(known)).cloned();
                return Some(either(Vec::new(), all.collect()));
            }
            StepKind::Race(arms) => {
                let ends: Vec<Beside> = arms
                    .iter()
                    .map(|(value, body)| {
                        self.sequence(value, running.clone()).and_then(|running| self.sequence(body, running))
                    })
                    .collect();
                return ends.into_iter().flatten().reduce(either);
            }
            StepKind::Catch { body, handler } => {
                let after = self.sequence(body, running.clone());
                // A process whose failure is caught has ended.
                let handled = self.sequence(handler, after.clone().unwrap_or(running));
                return match (after, handled) {
                    (Some(after), Some(handled)) => Some(either(after, handled)),
                    (after, handled) => after.or(handled),
                };
            }
            StepKind::Handoff(stage) => {
                if let Some(entry) = self.entries.get_mut(*stage) {
                    let new: Vec<_> = running.into_iter().filter(|known| !holds(entry, known)).collect();
                    entry.extend(new);
                }
                return None;
            }
            StepKind::Break => {
                self.broken.extend(running);
                return None;
            }
            StepKind::Continue | StepKind::Return | StepKind::Stop => return None,
            StepKind::Secret(_) | StepKind::Defer(_) => {}
        }
        Some(running)
    }

    /// Two rounds of a body: what one spawns runs beside the next. What runs where its rounds are over, and where it is left
    /// by `break`.
    fn rounds(&mut self, body: &[Step], running: Vec<Rc<Running>>) -> (Beside, Vec<Rc<Running>>) {
        let outer = std::mem::take(&mut self.broken);
        let first = self.sequence(body, running.clone());
        let second = first.map(|first| self.sequence(body, first.clone()).unwrap_or(first));
        let broken = std::mem::replace(&mut self.broken, outer);
        (second, broken.into_iter().fold(Vec::new(), |all, it| either(all, vec![it])))
    }

    fn meet(&mut self, beside: &Running, own: &[Touched]) {
        // What is handed different things names different files.
        let meets = |a: &Touched, b: &Touched| {
            a.step != b.step || a.access.namer != Namer::Given || b.access.namer != Namer::Given
        };
        if let Some((a, b, path)) = meeting(&beside.touched, own, meets)
            && self.told.insert((a.step, b.step))
        {
            self.found.push((a.clone(), b.clone(), path));
        }
    }
}

fn holds(all: &[Rc<Running>], wanted: &Rc<Running>) -> bool {
    all.iter().any(|known| known.step == wanted.step)
}

/// What runs where one of two ways was gone.
fn either(mut a: Vec<Rc<Running>>, b: Vec<Rc<Running>>) -> Vec<Rc<Running>> {
    for known in b {
        if !holds(&a, &known) {
            a.push(known);
        }
    }
    a
}
