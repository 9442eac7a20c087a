//! Which ways through the programs no test took. A way of a file that several suites import is one way.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use flow_runtime::testing::coverage::Kind;
use serde_json::{Value, json};

use super::Outcome;
use super::json::place;
use super::suite::{Place, Suite};

/// A way, and whether a test took it.
struct Way {
    what: String,
    within: String,
    reached: bool,
}

/// The ways through programs, by file and place.
pub(crate) struct Ways(BTreeMap<(Place, Kind), Way>);

impl Ways {
    /// The ways through the suites' programs and through files without tests.
    pub(crate) fn of(outcome: &Outcome<'_>, others: &[Suite]) -> Self {
        let mut ways = Self(BTreeMap::new());
        for (index, suite) in outcome.suites.iter().enumerate() {
            let reports = outcome.ran.iter().filter(|ran| ran.suite == index);
            let reached: Vec<&[bool]> = reports.map(|ran| ran.report.reached.as_slice()).collect();
            ways.add(suite, &reached);
        }
        others.iter().for_each(|suite| ways.add(suite, &[]));
        ways
    }

    fn add(&mut self, suite: &Suite, reached: &[&[bool]]) {
        let Some(coverage) = &suite.coverage else { return };
        for (index, point) in coverage.points().iter().enumerate() {
            let Some(place) = suite.place(point.at) else { continue };
            // The standard library is tested elsewhere.
            if place.file.starts_with("std/") {
                continue;
            }
            let was = reached.iter().any(|reached| reached.get(index) == Some(&true));
            let way = self.0.entry((place, point.kind)).or_insert_with(|| Way {
                what: point.what.clone(),
                within: point.within.rsplit('.').next().unwrap_or(&point.within).to_owned(),
                reached: false,
            });
            way.reached |= was;
        }
    }

    /// How many of a kind there are, and how many were taken.
    fn count(&self, kind: Kind) -> (usize, usize) {
        let own = || self.0.iter().filter(|((_, found), _)| *found == kind);
        (own().count(), own().filter(|(_, way)| way.reached).count())
    }

    fn all(&self) -> (usize, usize) {
        (self.0.len(), self.0.values().filter(|way| way.reached).count())
    }

    fn missed(&self) -> impl Iterator<Item = (&Place, Kind, &Way)> {
        self.0.iter().filter(|(_, way)| !way.reached).map(|((place, kind), way)| (place, *kind, way))
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        let (all, reached) = self.all();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "coverage: {}, {reached} of {all}", percent(all, reached));
        for kind in Kind::ALL {
            let (all, reached) = self.count(kind);
            if all > 0 {
                let noun = if all == 1 { kind.noun().0 } else { kind.noun().1 };
                let _ = writeln!(out, "  {:>6}  {reached} of {all} {noun}", percent(all, reached));
            }
        }
        if reached < all {
            out.push_str("no test reached:\n");
        }
        for (place, _, way) in self.missed() {
            let _ = writeln!(out, "  {place}: {} in `{}`", way.what, way.within);
        }
        out
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let share = |(all, reached): (usize, usize)| json!({ "all": all, "reached": reached });
        let mut kinds = serde_json::Map::new();
        for kind in Kind::ALL {
            kinds.insert(kind.noun().1.to_owned(), share(self.count(kind)));
        }
        let missed: Vec<Value> = self
            .missed()
            .map(|(at, kind, way)| {
                json!({ "kind": kind, "what": way.what, "within": way.within, "place": place(at) })
            })
            .collect();
        json!({ "total": share(self.all()), "kinds": kinds, "missed": missed })
    }
}

fn percent(all: usize, reached: usize) -> String {
    match (reached * 1000).checked_div(all) {
        Some(tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
        None => "100 %".to_owned(),
    }
}
