//! The worst and the cheapest way through the stages of a flow.
//!
//! A stage with `max n` is entered at most `n` times, and between two such stages no stage is entered twice, for without
//! them there is no circle. So the worst way is the longest one to the first such stage, for each of their visits the longest
//! one to the next, and for the last of all the longest one to the end.

use super::paths::{Finder, Paths};
use super::range::{At, Most, Range, Why, WhyKind, greater, in_rounds, nothing, repeated, sum};
use crate::analyses::outline::{Fact, Outline, Stage};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::knots::{is_circle, knots};

/// What a flow takes from its begin to its end.
pub(super) struct Total {
    pub(super) range: Range,
    /// Whether some path leads to a result.
    pub(super) ends: bool,
    /// What is left for its end.
    pub(super) deferred: [Most; 3],
    /// What the flows that it calls have left for theirs.
    pub(super) late: [Most; 3],
}

pub(super) fn total(db: &dyn Db, key: &ItemKey, outline: &Outline) -> Total {
    let finder = Finder { db, key };
    let own = finder.sequence(&outline.steps);
    if outline.stages.is_empty() {
        let end = match (&own.next, &own.end) {
            (Some(next), Some(end)) => Some(next.or(end)),
            (next, end) => next.clone().or_else(|| end.clone()),
        };
        let least = end.as_ref().map_or([0; 3], |end| end.least);
        let range = Range { least, most: own.any };
        return Total {
            range: tidy(range, key),
            ends: end.is_some(),
            deferred: own.deferred,
            late: own.late,
        };
    }
    let stages: Vec<Paths> = outline.stages.iter().map(|stage| finder.sequence(&stage.steps)).collect();
    let worst = worst(key, &own, &stages, &outline.stages);
    let least = cheapest(&own, &stages);
    let (mut deferred, mut late) = (own.deferred, own.late);
    for (paths, stage) in stages.iter().zip(&outline.stages) {
        let visits = stage.max.as_ref().map_or_else(once, |max| visits(key, max));
        deferred = sum(&deferred, &repeated(&paths.deferred, &visits));
        late = sum(&late, &repeated(&paths.late, &visits));
    }
    let range = Range { least: least.unwrap_or([0; 3]), most: worst };
    Total { range: tidy(range, key), ends: least.is_some(), deferred, late }
}

fn once() -> Most {
    Most::Known(1.into())
}

/// How often a stage with that bound may be entered.
fn visits(key: &ItemKey, max: &Fact) -> Most {
    Most::Known(max.amount()).tidy(&At { key: key.clone(), step: None })
}

fn tidy(range: Range, key: &ItemKey) -> Range {
    let at = At { key: key.clone(), step: None };
    Range { most: range.most.map(|most| most.tidy(&at)), ..range }
}

fn targets(paths: &Paths) -> impl Iterator<Item = usize> {
    paths.handoffs.iter().map(|(to, _)| *to)
}

fn worst(key: &ItemKey, own: &Paths, stages: &[Paths], decls: &[Stage]) -> [Most; 3] {
    let is_bounded = |stage: usize| decls.get(stage).is_some_and(|decl| decl.max.is_some());
    let all: Vec<Vec<usize>> = stages.iter().map(|paths| targets(paths).collect()).collect();
    let mut on_circle = vec![false; stages.len()];
    for knot in knots(&all) {
        if is_circle(&knot, &all) {
            knot.iter().for_each(|stage| on_circle[*stage] = true);
        }
    }
    // Without the stages that say how often they are entered.
    let free: Vec<Vec<usize>> =
        all.iter().map(|targets| targets.iter().copied().filter(|to| !is_bounded(*to)).collect()).collect();
    // From the begin of a stage to the end, or as far as it comes before the next that has a bound, and to that one alone.
    let mut ways: Vec<[Most; 3]> = vec![nothing(); stages.len()];
    let mut nexts: Vec<Option<[Most; 3]>> = vec![None; stages.len()];
    let way = |paths: &Paths, ways: &[[Most; 3]]| {
        paths.handoffs.iter().fold(paths.any.clone(), |most, (to, range)| match ways.get(*to) {
            Some(way) if !is_bounded(*to) => greater(&most, &sum(&range.most, way)),
            _ => greater(&most, &range.most),
        })
    };
    let next = |paths: &Paths, nexts: &[Option<[Most; 3]>]| {
        let ways = paths.handoffs.iter().filter_map(|(to, range)| match nexts.get(*to) {
            Some(next) if !is_bounded(*to) => Some(sum(&range.most, next.as_ref()?)),
            _ => Some(range.most.clone()),
        });
        ways.reduce(|most, way| greater(&most, &way))
    };
    // What is handed to comes first.
    for knot in knots(&free) {
        if is_circle(&knot, &free) {
            let why = Why { kind: WhyKind::Circle, at: At { key: key.clone(), step: None } };
            let endless = Most::Unbounded(vec![why]);
            let mut most = nothing();
            for stage in &knot {
                most = greater(&most, &way(&stages[*stage], &ways));
            }
            let most = in_rounds(&most, &endless);
            for stage in knot {
                ways[stage].clone_from(&most);
                nexts[stage] = Some(most.clone());
            }
        } else {
            for stage in knot {
                ways[stage] = way(&stages[stage], &ways);
                nexts[stage] = next(&stages[stage], &nexts);
            }
        }
    }
    let alone = way(own, &ways);
    let Some(first) = next(own, &nexts) else { return alone };
    // What lies on no circle is entered once.
    let bounded: Vec<Visited> = decls
        .iter()
        .enumerate()
        .filter(|(_, decl)| decl.max.is_some())
        .map(|(stage, decl)| {
            let max = decl.max.as_ref().filter(|_| on_circle[stage]);
            let visits = max.map_or_else(once, |max| visits(key, max));
            Visited::of(&visits, &ways[stage], nexts[stage].as_ref())
        })
        .collect();
    greater(&alone, &sum(&first, &last_of(&bounded)))
}

/// What the visits of a stage with a bound take.
struct Visited {
    /// If each goes on to such a stage again.
    going_on: [Most; 3],
    /// If the last of them is the last of all.
    ending: [Most; 3],
}

impl Visited {
    fn of(visits: &Most, way: &[Most; 3], next: Option<&[Most; 3]>) -> Self {
        let none = nothing();
        let next = next.unwrap_or(&none);
        let ending = match visits.known() {
            Some(visits) => {
                let others = Most::Known(visits.saturating_sub(1).into());
                let last = Most::Known(visits.min(1).into());
                sum(&repeated(next, &others), &repeated(way, &last))
            }
            // One less than a number that is not known cannot be said.
            None => repeated(&greater(next, way), visits),
        };
        Self { going_on: repeated(next, visits), ending }
    }
}

/// The most that the visits take of which one is the last, whichever that is.
fn last_of(bounded: &[Visited]) -> [Most; 3] {
    // What those behind each take.
    let mut behind = vec![nothing()];
    for visited in bounded.iter().skip(1).rev() {
        let rest = behind.last().map_or_else(nothing, |rest| sum(&visited.going_on, rest));
        behind.push(rest);
    }
    let mut before = nothing();
    let mut most = nothing();
    for (visited, behind) in bounded.iter().zip(behind.iter().rev()) {
        most = greater(&most, &sum(&sum(&before, &visited.ending), behind));
        before = sum(&before, &visited.going_on);
    }
    most
}

/// The least that leads to an end with a result, in each dimension.
fn cheapest(own: &Paths, stages: &[Paths]) -> Option<[u64; 3]> {
    let ended = |paths: &Paths| paths.end.as_ref().map(|end| end.least);
    let mut least: Vec<Option<[u64; 3]>> = stages.iter().map(ended).collect();
    let through = |paths: &Paths, least: &[Option<[u64; 3]>], mut best: Option<[u64; 3]>| {
        for (to, range) in &paths.handoffs {
            if let Some(Some(rest)) = least.get(*to) {
                let way = super::range::each(&range.least, rest, |a, b| a.saturating_add(*b));
                best = Some(best.map_or(way, |best| super::range::each(&best, &way, |a, b| *a.min(b))));
            }
        }
        best
    };
    loop {
        let mut changed = false;
        for (stage, paths) in stages.iter().enumerate().rev() {
            let found = through(paths, &least, least[stage]);
            changed |= found != least[stage];
            least[stage] = found;
        }
        if !changed {
            break;
        }
    }
    let fallen = own.next.as_ref().map(|next| next.least);
    let own_end = match (fallen, ended(own)) {
        (Some(a), Some(b)) => Some(super::range::each(&a, &b, |a, b| *a.min(b))),
        (a, b) => a.or(b),
    };
    through(own, &least, own_end)
}
