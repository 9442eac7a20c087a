//! How a sequence of steps may end, and what that takes: control falls through, leaves a loop or the flow, or goes to a
//! stage. The same walk finds the cheapest and the worst path.

use super::amount::Amount;
use super::call;
use super::number::{Ends, Unit};
use super::range::{At, Most, Range, Why, WhyKind, greater, in_rounds, nothing, repeated, sum};
use crate::analyses::outline::{Fact, Step, StepKind};
use crate::db::Db;
use crate::diagnostics::ItemKey;

/// The ends of a sequence; `None` where no path leads.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    /// Behind the last step.
    pub(super) next: Option<Range>,
    /// The end of the flow, with a result.
    pub(super) end: Option<Range>,
    /// `break`
    pub(super) broken: Option<Range>,
    /// `continue`
    pub(super) goes_on: Option<Range>,
    /// Stages, by index.
    pub(super) handoffs: Vec<(usize, Range)>,
    /// The most, however it ends, failures in the middle included.
    pub(super) any: [Most; 3],
    /// The most of what is left for the end of the flow.
    pub(super) deferred: [Most; 3],
    /// The most of what neither a timeout nor a budget ends: what flows that are called have deferred.
    pub(super) late: [Most; 3],
}

/// Finds the paths of one flow.
pub(super) struct Finder<'a> {
    pub(super) db: &'a dyn Db,
    pub(super) key: &'a ItemKey,
}

/// One of two ends, if there is one.
fn either(a: Option<Range>, b: Option<Range>) -> Option<Range> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.or(&b)),
        (a, b) => a.or(b),
    }
}

fn behind(before: &Range, end: Option<Range>) -> Option<Range> {
    end.map(|end| before.then(&end))
}

impl Paths {
    /// Adds the ends other than the next step of something that runs behind `before`.
    fn leave(&mut self, before: &Range, paths: &mut Self) {
        self.end = either(self.end.take(), behind(before, paths.end.take()));
        self.broken = either(self.broken.take(), behind(before, paths.broken.take()));
        self.goes_on = either(self.goes_on.take(), behind(before, paths.goes_on.take()));
        for (stage, range) in paths.handoffs.drain(..) {
            self.hand_off(stage, before.then(&range));
        }
        self.any = greater(&self.any, &sum(&before.most, &paths.any));
        self.deferred = sum(&self.deferred, &paths.deferred);
        self.late = sum(&self.late, &paths.late);
    }

    fn hand_off(&mut self, stage: usize, range: Range) {
        match self.handoffs.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, known)) => *known = known.or(&range),
            None => self.handoffs.push((stage, range)),
        }
    }

    /// One of several ways.
    fn or(mut self, other: Self) -> Self {
        self.next = either(self.next, other.next);
        self.end = either(self.end, other.end);
        self.broken = either(self.broken, other.broken);
        self.goes_on = either(self.goes_on, other.goes_on);
        for (stage, range) in other.handoffs {
            self.hand_off(stage, range);
        }
        self.any = greater(&self.any, &other.any);
        self.deferred = sum(&self.deferred, &other.deferred);
        self.late = greater(&self.late, &other.late);
        self
    }

    /// Something that is done when it is done.
    fn step(range: Range) -> Self {
        Self { any: range.most.clone(), next: Some(range), ..Self::default() }
    }
}

impl Finder<'_> {
    pub(super) fn at(&self, step: &Step) -> At {
        At { key: self.key.clone(), step: Some(step.number) }
    }

    /// The paths through a sequence.
    pub(super) fn sequence(&self, steps: &[Step]) -> Paths {
        let mut out = Paths::default();
        let mut now = Range::default();
        for step in steps {
            match &step.kind {
                StepKind::Call(call) => {
                    let (range, late) = call::call(self, step, call);
                    now = now.then(&range);
                    out.late = sum(&out.late, &late);
                }
                StepKind::Effect(effect) => now = now.then(&call::effect(self, step, effect)),
                StepKind::Secret(_) | StepKind::Ended(_) | StepKind::Restarted(_) | StepKind::Detached(_) => {
                }
                _ => {
                    let mut paths = self.step(step);
                    let next = paths.next.take();
                    out.leave(&now, &mut paths);
                    match next {
                        Some(next) => now = now.then(&next),
                        // Whatever stands behind is never reached.
                        None => return out,
                    }
                }
            }
        }
        out.any = greater(&out.any, &now.most);
        out.next = Some(now);
        out
    }

    fn step(&self, step: &Step) -> Paths {
        let done = Some(Range::default());
        match &step.kind {
            StepKind::Call(_)
            | StepKind::Effect(_)
            | StepKind::Secret(_)
            | StepKind::Ended(_)
            | StepKind::Restarted(_)
            | StepKind::Detached(_) => Paths::step(Range::default()),
            StepKind::Spawn { body, .. } => self.sequence(body).or(self.sequence(&[])),
            StepKind::Break => Paths { broken: done, ..Paths::default() },
            StepKind::Continue => Paths { goes_on: done, ..Paths::default() },
            StepKind::Return => Paths { end: done, ..Paths::default() },
            StepKind::Stop => Paths::default(),
            StepKind::Handoff(stage) => {
                Paths { handoffs: vec![(*stage, Range::default())], ..Paths::default() }
            }
            StepKind::Choice(ways) => {
                ways.iter().map(|way| self.sequence(way)).reduce(Paths::or).unwrap_or_default()
            }
            StepKind::Loop { max, body, otherwise } => {
                let most = match max {
                    Some(max) => Most::Known(max.amount()).tidy(&self.at(step)),
                    None => Most::Unbounded(vec![Why { kind: WhyKind::Loop, at: self.at(step) }]),
                };
                let least = max.as_ref().map(Fact::at_least);
                self.repeat(body, &most, least, otherwise.as_deref())
            }
            StepKind::For { parallel: false, size, body, .. } | StepKind::Endpoint { size, body } => {
                let most = Most::Known(size.most.clone()).tidy(&self.at(step));
                let mut paths = self.repeat(body, &most, Some(size.least), Some(&[]));
                paths.next = either(paths.next, paths.broken.take());
                paths
            }
            StepKind::For { parallel: true, size, max, body, .. } => {
                let most = Most::Known(size.most.clone()).tidy(&self.at(step));
                let workers = max.as_ref().map(|max| max.ends(Unit::Count).unchanging());
                self.at_once(body, size.least, &most, workers.as_ref())
            }
            StepKind::Parallel(branches) => {
                let mut out = Range::default();
                let (mut deferred, mut late) = (nothing(), nothing());
                for (_, steps) in branches {
                    let paths = self.sequence(steps);
                    deferred = sum(&deferred, &paths.deferred);
                    late = overlapping(&late, &paths.late);
                    out = beside(&out, &through(&paths));
                }
                Paths { deferred, late, ..Paths::step(out) }
            }
            StepKind::Race(arms) => self.race(arms),
            StepKind::Catch { body, handler } => {
                let mut paths = self.sequence(body);
                let mut handled = self.sequence(handler);
                // It may fail at once, and after everything.
                let before = Range { least: [0; 3], most: paths.any.clone() };
                let next = behind(&before, handled.next.take());
                paths.next = either(paths.next.take(), next);
                paths.leave(&before, &mut handled);
                paths
            }
            StepKind::Defer(steps) => {
                let paths = self.sequence(steps);
                Paths { deferred: sum(&paths.any, &paths.deferred), ..Paths::step(Range::default()) }
            }
        }
    }

    /// A body that is repeated one round after the other.
    fn repeat(&self, body: &[Step], most: &Most, least: Option<u64>, otherwise: Option<&[Step]>) -> Paths {
        let never = most.known() == Some(0);
        let mut round = if never { Paths::default() } else { self.sequence(body) };
        let goes_on = either(round.next.take(), round.goes_on.take());
        let mut broken = round.broken.take();
        // What lies before the round that leaves: all rounds but one.
        let others = match (most, most.known()) {
            (Most::Unbounded(_), _) => Some(most.clone()),
            (_, known) => known.map(|known| Amount::from(known.saturating_sub(1)).into()),
        };
        let before = match (&goes_on, others) {
            (Some(goes_on), Some(others)) => Range { least: [0; 3], most: in_rounds(&goes_on.most, &others) },
            // One less than a number that is not known cannot be said: as many of the dearest as there are.
            (Some(goes_on), None) => {
                let all = |end: &[Most; 3]| repeated(&greater(&goes_on.most, end), most);
                round.any = all(&round.any);
                let ends = [&mut round.end, &mut broken].into_iter().flatten();
                ends.chain(round.handoffs.iter_mut().map(|(_, end)| end))
                    .for_each(|end| end.most = all(&end.most));
                Range::default()
            }
            (None, _) => Range::default(),
        };
        let mut out = Paths { next: behind(&before, broken), ..Paths::default() };
        let (deferred, late) = (repeated(&round.deferred, most), repeated(&round.late, most));
        out.leave(&before, &mut round);
        (out.deferred, out.late) = (deferred, late);
        let least = least.unwrap_or(0);
        // The bound is reached when every round goes on; with no round at all it is reached at once.
        let all = match goes_on {
            Some(goes_on) => Range {
                least: goes_on.least.map(|each| each.saturating_mul(least)),
                most: in_rounds(&goes_on.most, most),
            },
            None => Range::default(),
        };
        out.any = greater(&out.any, &all.most);
        if let Some(steps) = otherwise {
            let mut rest = self.sequence(steps);
            let next = behind(&all, rest.next.take());
            out.next = either(out.next.take(), next);
            out.leave(&all, &mut rest);
        }
        out
    }

    /// A body whose rounds run at once, at most `workers` at the same time; without them all of them.
    fn at_once(&self, body: &[Step], least: u64, most: &Most, workers: Option<&Ends>) -> Paths {
        let paths = self.sequence(body);
        let each = through(&paths);
        let rounds = match (most, workers) {
            (most, None) if most.is_zero() => Most::default(),
            (_, None) => Amount::from(1).into(),
            (Most::Known(most), Some(workers)) => most.rounds(workers).into(),
            (most, Some(_)) => most.clone(),
        };
        // Of how many only the run knows, all may be at once.
        let workers =
            workers.and_then(Ends::known).map_or(u64::MAX, |workers| u64::try_from(workers).unwrap_or(1));
        let all =
            |[turns, time, cost]: &[Most; 3]| [turns.times(most), time.times(&rounds), cost.times(most)];
        let [least_turns, least_time, least_cost] = each.least;
        let range = Range {
            least: [
                least_turns.saturating_mul(least),
                least_time.saturating_mul(least.div_ceil(workers.max(1))),
                least_cost.saturating_mul(least),
            ],
            most: all(&each.most),
        };
        let (deferred, late) = (repeated(&paths.deferred, most), all(&paths.late));
        Paths { deferred, late, ..Paths::step(range) }
    }

    /// All begin, one wins.
    fn race(&self, arms: &[(Vec<Step>, Vec<Step>)]) -> Paths {
        let mut running: Option<Range> = None;
        let (mut deferred, mut late) = (nothing(), nothing());
        for (value, _) in arms {
            let paths = self.sequence(value);
            deferred = sum(&deferred, &paths.deferred);
            late = overlapping(&late, &paths.late);
            let arm = through(&paths);
            running = Some(match running {
                None => arm,
                Some(before) => {
                    let [turns, time, cost] = before.most;
                    let [more_turns, more_time, more_cost] = arm.most;
                    Range {
                        least: super::range::each(&before.least, &arm.least, |a, b| *a.min(b)),
                        most: [turns.plus(&more_turns), time.either(more_time), cost.plus(&more_cost)],
                    }
                }
            });
        }
        let mut running = running.unwrap_or_default();
        // The others are waited for.
        let ([_, time, _], [_, late_time, _]) = (&mut running.most, &late);
        *time = time.plus(late_time);
        let mut out = Paths { any: running.most.clone(), deferred, late, ..Paths::default() };
        let bodies = arms.iter().map(|(_, body)| self.sequence(body)).reduce(Paths::or);
        let mut bodies = bodies.unwrap_or_default();
        out.next = behind(&running, bodies.next.take());
        out.leave(&running, &mut bodies);
        out
    }
}

/// What a branch takes that control does not leave but by its end: the least of a path to it, the most of any.
fn through(paths: &Paths) -> Range {
    let next = either(paths.next.clone(), paths.goes_on.clone());
    Range { least: next.map_or([0; 3], |next| next.least), most: paths.any.clone() }
}

/// Two branches that run at once: their times overlap.
fn beside(a: &Range, b: &Range) -> Range {
    let mut out = a.then(b);
    let time = super::range::Dimension::Time as usize;
    out.least[time] = a.least[time].max(b.least[time]);
    out.most = overlapping(&a.most, &b.most);
    out
}

/// What two take at most that run at once.
fn overlapping(a: &[Most; 3], b: &[Most; 3]) -> [Most; 3] {
    let ([turns, time, cost], [more_turns, more_time, more_cost]) = (a, b);
    [turns.plus(more_turns), time.or_more(more_time), cost.plus(more_cost)]
}
