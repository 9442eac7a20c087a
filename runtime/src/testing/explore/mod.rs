//! Exploration: every route of a flow, with agents, commands and people that answer everything they may.
//!
//! A script is the list of choices of one run: for each input and each call which of its possible answers it gets. The
//! first run takes the first answer everywhere; each run then adds the scripts that differ from it at one place behind its
//! own, so every script comes once. Two runs that take the same ways equally often to the same end go the same *route*:
//! what differs from the second of them is only tried while there are ways that no run has taken.
//!
//! - [`ends`]: where routes end, and the shortest to each end
//! - [`hints`]: what a program compares with
//! - [`left_out`]: what no run follows
//! - [`values`]: what may be answered
//! - [`racers`]: whose answer may come too late
//! - [`script`]: the answers of one run
//! - [`source`]: a route as a test

mod ends;
mod hints;
mod left_out;
mod racers;
mod script;
mod source;
mod values;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use flow_ir::{At, Double, Name, Program};
use tokio_util::sync::CancellationToken;

use super::clock::{Clock, Ended};
use super::coverage::Coverage;
use super::engine::TestEngine;
use crate::boundary::Workspace;
use crate::engine::Problem;
use crate::interp::Interpreter;
use crate::interp::pure::Pure;
use crate::interp::stop::{Halt, Stop};
use crate::value::Value;
use ends::{Added, Ledger, Outcome, Route};
pub use ends::{End, Kind};
use hints::Hints;
pub use left_out::{LeftOut, left_out};
pub(super) use script::{Reply, Script, Silent};
use values::Values;

/// How many runs that differ from known routes are made, one behind the other, without finding a new way.
const PATIENCE: usize = 200;

/// How many rounds of computation are followed in one run, and to find out whether one made-up value is possible.
pub const MOST_ROUNDS: u64 = 1_000_000;

/// How far is gone.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many runs are made at most.
    pub runs: usize,
    /// How many calls are answered in one run at most.
    pub answers: usize,
}

/// What the routes of a flow lead to.
#[derive(Debug)]
pub struct Explored {
    /// How many runs were made.
    pub runs: usize,
    /// How many routes they took.
    pub routes: usize,
    /// How many runs were not made that differ from a route in one answer.
    pub left: usize,
    /// How many were not made that differ in one answer from a run which took a route that was known; counted where there
    /// are ways that no run took.
    pub alike: usize,
    /// Where they ended, in the order of their kinds and places: each end once, and once more for ways that are on none of
    /// the shortest routes to them.
    pub ends: Vec<End>,
    /// Which ways through the program were taken, as [`Coverage`] has them.
    pub reached: Vec<bool>,
}

/// Explores the root flow of a verified program. `scratch` makes an empty workspace, which nobody uses when the next one
/// is made. Runs on a thread with a stack of [`STACK`](crate::interp::pure::STACK).
///
/// # Errors
/// In words, when there is no workspace or no value for an input.
pub fn explore(
    program: &Rc<Program>,
    inputs: &BTreeMap<Name, serde_json::Value>,
    limits: Limits,
    aside: &Workspace,
    scratch: &mut dyn FnMut() -> Result<Workspace, String>,
) -> Result<Explored, String> {
    let coverage = Coverage::of(program);
    let making = Pure::new(Rc::clone(program)).in_scratch(aside.clone()).limited(MOST_ROUNDS);
    let explorer = Explorer {
        program,
        coverage: &coverage,
        inputs,
        answers: limits.answers,
        values: &Values::new(&making, aside, Hints::of(program)),
        racers: &racers::racers(program),
    };
    let mut ledger = Ledger::new(coverage.points().len());
    // Scripts that differ from a route that was new, and from one that was not.
    let mut first: VecDeque<Vec<usize>> = VecDeque::from([Vec::new()]);
    let mut second: VecDeque<Vec<usize>> = VecDeque::new();
    let (mut runs, mut fruitless) = (0, 0);
    while runs < limits.runs {
        let prescribed = match first.pop_front() {
            Some(prescribed) => prescribed,
            None if ledger.misses() && fruitless < PATIENCE => match second.pop_front() {
                Some(prescribed) => prescribed,
                None => break,
            },
            None => break,
        };
        runs += 1;
        let from = prescribed.len();
        let route = Rc::new(explorer.run(prescribed, scratch()?)?);
        let Added { new_route, new_way } = ledger.add(&route);
        fruitless = if new_way { 0 } else { fruitless + 1 };
        let queue = if new_route { &mut first } else { &mut second };
        for (at, given) in route.given.iter().enumerate().skip(from) {
            let before: Vec<usize> = route.given.iter().take(at).map(|given| given.choice).collect();
            for choice in 1..given.choices {
                queue.push_back(before.iter().copied().chain([choice]).collect());
            }
        }
    }
    let alike = if ledger.misses() { second.len() } else { 0 };
    let (routes, reached) = (ledger.routes(), ledger.reached());
    Ok(Explored { runs, routes, left: first.len(), alike, ends: ledger.ends(program, &coverage), reached })
}

/// What every run of an exploration has in common.
struct Explorer<'e> {
    program: &'e Rc<Program>,
    coverage: &'e Coverage,
    inputs: &'e BTreeMap<Name, serde_json::Value>,
    answers: usize,
    values: &'e Values<'e>,
    racers: &'e BTreeSet<Double>,
}

impl Explorer<'_> {
    fn run(&self, prescribed: Vec<usize>, workspace: Workspace) -> Result<Route, String> {
        let pure = Pure::new(Rc::clone(self.program)).in_scratch(workspace.clone()).covering();
        let pure = pure.limited(MOST_ROUNDS);
        let script = Script::new(self.values, self.racers, prescribed, self.answers);
        let arguments = self.arguments(&script, &pure, &workspace)?;
        let clock = Clock::default();
        let name = Name::new_static("explore");
        let engine = TestEngine::new(&pure, &name, &workspace, &clock).answered_by(&script);
        let interpreter = Interpreter::new(&pure, &engine);
        let run = interpreter.run(arguments, CancellationToken::new());
        let ended = clock.run(run, || engine.is_over());
        let (outcome, at) = match (engine.problem(), ended) {
            _ if pure.over().is_some() => {
                let why = format!("the computation does not end within {MOST_ROUNDS} rounds");
                (Outcome::Cut(why), pure.over())
            }
            (Some(Problem::Endless(steps)), _) => {
                let why = || format!("it does not end within {steps} steps");
                (Outcome::Cut(script.cut().unwrap_or_else(why)), None)
            }
            (Some(_), _) | (None, Ended::Dropped) => {
                (Outcome::Cut(script.cut().unwrap_or_else(|| "it cannot be followed".to_owned())), None)
            }
            (None, Ended::Stuck) => (Outcome::Stuck, None),
            (None, Ended::Value(Ok(value))) => (Outcome::Succeeded(value), None),
            (None, Ended::Value(Err(stop))) => self.outcome(*stop),
        };
        let taken = self.coverage.taken(self.program, &pure.reached());
        Ok(Route { given: script.given(), outcome, at, taken })
    }

    fn outcome(&self, stop: Stop) -> (Outcome, Option<At>) {
        match stop {
            Stop::Fail(fault) => (Outcome::Failed(fault.failure), fault.at),
            Stop::Halt(halts) => match halts.into_iter().next() {
                Some(Halt::Blocked { key, reason, .. }) => {
                    (Outcome::Blocked(reason), place_of(self.program, key.as_str()))
                }
                _ => (Outcome::Stuck, None),
            },
            _ => (Outcome::Stuck, None),
        }
    }

    /// The arguments of the root flow: those that are given, and of the others every one that is possible.
    fn arguments(
        &self,
        script: &Script<'_>,
        pure: &Pure,
        workspace: &Workspace,
    ) -> Result<Vec<Option<Value>>, String> {
        let name = &self.program.flow;
        let Some(flow) = self.program.flows.get(name) else {
            return Err(format!("there is no flow `{name}`"));
        };
        let params = &flow.frame.params;
        if let Some(unknown) =
            self.inputs.keys().find(|known| params.iter().all(|param| param.name != **known))
        {
            return Err(format!("`{name}` has no input `{unknown}`"));
        }
        let argument = |param: &flow_ir::Param| match self.inputs.get(&param.name) {
            Some(json) => {
                let value = values::read(pure, workspace, json, &param.ty);
                let value = value.map_err(|why| format!("`{}`: {why}", param.name))?;
                script.fixed(&param.name, &value);
                Ok(Some(value))
            }
            None => script.input(pure, workspace, &param.name, &param.ty, param.default.is_some()),
        };
        params.iter().map(argument).collect()
    }
}

/// Where the `blocked` of a key stands: found by its name without the numbers of rounds and visits.
fn place_of(program: &Program, key: &str) -> Option<At> {
    let mut plain = String::new();
    let mut skipped = false;
    for letter in key.chars() {
        skipped = match letter {
            '[' | '#' => true,
            ']' | '/' => false,
            _ => skipped,
        };
        if !skipped && letter != ']' {
            plain.push(letter);
        }
    }
    let steps = program.flows.values().flat_map(|flow| &flow.steps);
    let named = steps.filter(|step| step.kind == "blocked" && plain.ends_with(&step.key));
    named.max_by_key(|step| step.key.len()).map(|step| step.at)
}

#[cfg(test)]
mod tests;
