//! Where routes end, and the shortest to each end.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use flow_ir::{At, Program};
use serde::Serialize;

use super::super::coverage::Coverage;
use super::script::{Given, NO_ANSWER};
use super::source;
use crate::value::failure::kind;
use crate::value::{Failure, Value};

/// How long the part of a test's name is that says where the route ends, in characters.
const LONGEST_NAME: usize = 80;

/// What kind of end it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It yields its result.
    Succeeds,
    /// It is blocked.
    Blocked,
    /// It fails because it says so, or because a bound is reached.
    Fails,
    /// It fails because something that it calls does.
    CallFails,
    /// It fails at a place that nobody thought of, such as an index outside of a list.
    Breaks,
    /// It waits for what never happens.
    Stuck,
    /// It was not followed to its end.
    Cut,
}

/// Where routes end.
#[derive(Debug)]
pub struct End {
    /// What kind of end it is.
    pub kind: Kind,
    /// What happened, in a line, on the shortest route.
    pub message: String,
    /// Where in the source, if that is known: of an end without a place, the way for which it is told once more.
    pub at: Option<At>,
    /// How many routes lead there, or take the way that it stands for.
    pub routes: usize,
    /// The answers of the shortest: who, and what.
    pub answers: Vec<(String, String)>,
    /// The same as a test, if the language can write it.
    pub test: Option<String>,
}

/// How a run ended.
pub(super) enum Outcome {
    Succeeded(Value),
    Failed(Rc<Failure>),
    Blocked(String),
    Stuck,
    Cut(String),
}

/// A run, and where it led.
pub(super) struct Route {
    pub(super) given: Vec<Given>,
    pub(super) outcome: Outcome,
    pub(super) at: Option<At>,
    /// How often each way was taken.
    pub(super) taken: Vec<u32>,
}

/// What tells an end from others: what kind it is, where, and more of what it is.
type Tag = (Kind, Option<At>, String);

/// The routes that were found.
pub(super) struct Ledger {
    routes: HashSet<(Tag, Vec<u32>)>,
    ends: BTreeMap<Tag, Shortest>,
    /// For each way through the program.
    ways: Vec<Option<Shortest>>,
}

/// How many routes there are of a kind, and the shortest.
struct Shortest {
    routes: usize,
    route: Rc<Route>,
}

/// What a run brought.
pub(super) struct Added {
    /// Whether nobody went this route before.
    pub(super) new_route: bool,
    /// Whether nobody took one of its ways before.
    pub(super) new_way: bool,
}

impl Shortest {
    fn of(route: &Rc<Route>) -> Self {
        Self { routes: 1, route: Rc::clone(route) }
    }

    fn add(&mut self, route: &Rc<Route>, is_new: bool) {
        self.routes += usize::from(is_new);
        if route.given.len() < self.route.given.len() {
            self.route = Rc::clone(route);
        }
    }
}

impl Ledger {
    /// One for a program with this many ways.
    pub(super) fn new(ways: usize) -> Self {
        let ways = std::iter::repeat_with(|| None).take(ways).collect();
        Self { routes: HashSet::new(), ends: BTreeMap::new(), ways }
    }

    /// Takes note of a run.
    pub(super) fn add(&mut self, route: &Rc<Route>) -> Added {
        let tag = route.tag();
        let new_route = self.routes.insert((tag.clone(), route.taken.clone()));
        match self.ends.get_mut(&tag) {
            Some(known) => known.add(route, new_route),
            None => drop(self.ends.insert(tag, Shortest::of(route))),
        }
        let mut new_way = false;
        for (way, _) in self.ways.iter_mut().zip(&route.taken).filter(|(_, times)| **times > 0) {
            match way {
                Some(known) => known.add(route, new_route),
                None => {
                    *way = Some(Shortest::of(route));
                    new_way = true;
                }
            }
        }
        Added { new_route, new_way }
    }

    /// How many routes there are.
    pub(super) fn routes(&self) -> usize {
        self.routes.len()
    }

    /// Which ways were taken.
    pub(super) fn reached(&self) -> Vec<bool> {
        self.ways.iter().map(Option::is_some).collect()
    }

    /// Whether there are ways that nobody took.
    pub(super) fn misses(&self) -> bool {
        self.ways.iter().any(Option::is_none)
    }

    /// The ends, in the order of their kinds and places, with their shortest routes; and the shortest for each way that is on
    /// none of those.
    pub(super) fn ends(self, program: &Program, coverage: &Coverage) -> Vec<End> {
        let mut found: Vec<(Shortest, Option<At>)> = self.ends.into_values().map(|it| (it, None)).collect();
        for (index, way) in self.ways.into_iter().enumerate() {
            let Some(way) = way else { continue };
            let takes = |(it, _): &(Shortest, _)| it.route.taken.get(index).is_some_and(|times| *times > 0);
            if !found.iter().any(takes) {
                found.push((way, coverage.points().get(index).map(|point| point.at)));
            }
        }
        found.sort_by_key(|(it, _)| it.route.tag());
        let mut names = HashSet::new();
        let end = |(Shortest { routes, route }, way): (Shortest, Option<At>)| {
            let (kind, at, _) = route.tag();
            let message = route.message();
            let name = name(&message, &mut names);
            let test = source::test(program, &name, &route);
            let at = at.or(way);
            End { kind, message, at, routes, answers: source::answers(&route.given), test }
        };
        found.into_iter().map(end).collect()
    }
}

/// A name for the test of an end, which no other has.
fn name(message: &str, names: &mut HashSet<String>) -> String {
    let first_line = message.lines().next().unwrap_or_default();
    let short: String = first_line.chars().take(LONGEST_NAME).collect();
    let mut name = format!("explored: {short}");
    let mut nth = 1;
    while !names.insert(name.clone()) {
        nth += 1;
        name = format!("explored: {short} ({nth})");
    }
    name
}

impl Route {
    fn tag(&self) -> Tag {
        let (kind, more) = match &self.outcome {
            Outcome::Succeeded(value) => (Kind::Succeeds, head(value)),
            Outcome::Blocked(_) => (Kind::Blocked, String::new()),
            Outcome::Failed(failure) => (kind_of(failure), failure.kind.to_string()),
            Outcome::Stuck => (Kind::Stuck, String::new()),
            Outcome::Cut(why) => (Kind::Cut, why.clone()),
        };
        (kind, self.at, more)
    }

    /// What happened, in words.
    fn message(&self) -> String {
        match &self.outcome {
            Outcome::Succeeded(value) => match head(value) {
                head if head.is_empty() => "succeeds".to_owned(),
                head => format!("succeeds with {head}"),
            },
            Outcome::Blocked(reason) => format!("blocked: {reason}"),
            Outcome::Failed(failure) if kind_of(failure) == Kind::CallFails => {
                let step = failure.step.as_str();
                let call = step.rsplit('/').next().unwrap_or(step);
                match failure.message.as_str() {
                    NO_ANSWER => format!("fails because `{call}` does"),
                    message => format!("fails because `{call}` does: {message}"),
                }
            }
            Outcome::Failed(failure) => match (kind_of(failure), failure.kind.as_str()) {
                (Kind::Cut, _) => format!("not followed to the end: {}", failure.message),
                (Kind::Fails, kind::FAILED | kind::REQUIRE_FAILED) => format!("fails: {}", failure.message),
                _ => format!("fails with {failure}"),
            },
            Outcome::Stuck => "waits for what never happens".to_owned(),
            Outcome::Cut(why) => format!("not followed to the end: {why}"),
        }
    }
}

/// The variant or truth that a result is, as far as it is one.
fn head(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::None => "none".to_owned(),
        Value::Variant(variant) => variant.name.to_string(),
        _ => String::new(),
    }
}

fn kind_of(failure: &Failure) -> Kind {
    let inside = !failure.step.is_empty();
    match failure.kind.as_str() {
        kind::AGENT_FAILED | kind::COMMAND_FAILED => Kind::CallFails,
        kind::FAILED if inside && failure.message == NO_ANSWER => Kind::CallFails,
        kind::FILE_ERROR | kind::CONTRACT | kind::OUTSIDE_WORKSPACE if inside => Kind::CallFails,
        kind::FAILED
        | kind::REQUIRE_FAILED
        | kind::TIMEOUT
        | kind::LOOP_EXHAUSTED
        | kind::STAGE_EXHAUSTED
        | kind::BUDGET_EXHAUSTED => Kind::Fails,
        kind::UNSUPPORTED => Kind::Cut,
        _ => Kind::Breaks,
    }
}
