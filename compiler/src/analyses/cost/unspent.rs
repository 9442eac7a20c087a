//! What a flow reaches before an agent takes a turn. A budget of turns, tokens or cost ends only what takes one on every way
//! round: what may happen again without is endless, whatever stands beside it.

use super::flow_cost;
use super::range::Dimension;
use crate::analyses::outline::{Call, Fact, Outline, Step, StepKind};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;

/// Whether the body of a loop may begin anew without a turn.
pub(super) fn goes_round(db: &dyn Db, body: &[Step]) -> bool {
    Walk::new(db).sequence(body).again()
}

/// The handoffs that are reached without a turn: the index of the stage, and the number of the step.
pub(super) fn handoffs(db: &dyn Db, steps: &[Step]) -> Vec<(usize, u32)> {
    let mut walk = Walk::new(db);
    walk.sequence(steps);
    walk.handoffs
}

/// The calls of flows and tools that a flow reaches without a turn, each with the number of its step. What an agent is given as
/// a tool is called in its turn.
pub(super) fn calls(db: &dyn Db, outline: &Outline) -> Vec<(ItemKey, u32)> {
    let mut walk = Walk::new(db);
    walk.sequence(&outline.steps);
    let mut entered = vec![false; outline.stages.len()];
    let mut at = 0;
    while let Some((stage, _)) = walk.handoffs.get(at).copied() {
        at += 1;
        if let (Some(entered), Some(stage)) = (entered.get_mut(stage), outline.stages.get(stage))
            && !std::mem::replace(entered, true)
        {
            walk.sequence(&stage.steps);
        }
    }
    walk.calls
}

/// Which ends of a sequence are reached without a turn.
#[derive(Clone, Copy, Debug, Default)]
struct Ways {
    /// Behind the last step.
    next: bool,
    /// `break`
    broken: bool,
    /// `continue`
    goes_on: bool,
}

impl Ways {
    const NEXT: Self = Self { next: true, broken: false, goes_on: false };

    fn or(self, other: Self) -> Self {
        Self {
            next: self.next || other.next,
            broken: self.broken || other.broken,
            goes_on: self.goes_on || other.goes_on,
        }
    }

    /// What follows where this one falls through.
    fn then(self, next: impl FnOnce() -> Self) -> Self {
        if self.next { Self { next: false, ..self }.or(next()) } else { self }
    }

    /// Whether another round may follow.
    const fn again(self) -> bool {
        self.next || self.goes_on
    }
}

struct Walk<'a> {
    db: &'a dyn Db,
    calls: Vec<(ItemKey, u32)>,
    handoffs: Vec<(usize, u32)>,
}

impl<'a> Walk<'a> {
    fn new(db: &'a dyn Db) -> Self {
        Self { db, calls: Vec::new(), handoffs: Vec::new() }
    }

    fn sequence(&mut self, steps: &[Step]) -> Ways {
        let mut out = Ways::NEXT;
        for step in steps {
            out = out.then(|| self.step(step));
            if !out.next {
                break;
            }
        }
        out
    }

    fn step(&mut self, step: &Step) -> Ways {
        match &step.kind {
            StepKind::Call(call) => {
                if matches!(call.kind, DefKind::Flow | DefKind::Tool) {
                    self.calls.push((call.callee.clone(), step.number));
                }
                Ways { next: !takes_turn(self.db, call), ..Ways::default() }
            }
            StepKind::Effect(_)
            | StepKind::Secret(_)
            | StepKind::Ended(_)
            | StepKind::Restarted(_)
            | StepKind::Detached(_) => Ways::NEXT,
            // Nobody waits for what these do.
            StepKind::Spawn { body, .. } | StepKind::Endpoint { body, .. } | StepKind::Defer(body) => {
                self.sequence(body);
                Ways::NEXT
            }
            StepKind::Choice(ways) => {
                ways.iter().map(|way| self.sequence(way)).reduce(Ways::or).unwrap_or_default()
            }
            StepKind::Loop { max, body, otherwise } => {
                let round = self.sequence(body);
                let out = Ways { next: round.broken, ..Ways::default() };
                let is_over = max.as_ref().is_some_and(|max| round.again() || Fact::at_least(max) == 0);
                match otherwise {
                    Some(steps) if is_over => out.or(self.sequence(steps)),
                    _ => out,
                }
            }
            StepKind::For { parallel, size, body, .. } => {
                let round = self.sequence(body);
                let left = !parallel && round.broken;
                Ways { next: size.least == 0 || round.again() || left, ..Ways::default() }
            }
            StepKind::Parallel(branches) => {
                // All of them run, also beside one that takes a turn.
                let ended = branches.iter().filter(|(_, steps)| self.sequence(steps).again()).count();
                Ways { next: ended == branches.len(), ..Ways::default() }
            }
            StepKind::Race(arms) => {
                let arms = arms.iter().map(|(value, body)| self.sequence(value).then(|| self.sequence(body)));
                arms.reduce(Ways::or).unwrap_or_default()
            }
            // It may fail at once, also because a budget is used up.
            StepKind::Catch { body, handler } => self.sequence(body).or(self.sequence(handler)),
            StepKind::Break => Ways { broken: true, ..Ways::default() },
            StepKind::Continue => Ways { goes_on: true, ..Ways::default() },
            StepKind::Return | StepKind::Stop => Ways::default(),
            StepKind::Handoff(stage) => {
                self.handoffs.push((*stage, step.number));
                Ways::default()
            }
        }
    }
}

/// Whether a call has taken a turn of an agent when it is over.
fn takes_turn(db: &dyn Db, call: &Call) -> bool {
    match call.kind {
        DefKind::Agent => true,
        DefKind::Flow | DefKind::Tool => flow_cost(db, &call.callee)
            .is_some_and(|cost| !cost.ends || cost.range.least[Dimension::Turns as usize] > 0),
        _ => false,
    }
}
