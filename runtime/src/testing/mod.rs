//! Tests of programs: the real interpreter on an engine whose effects are stubbed, in virtual time and a workspace that is
//! thrown away.
//!
//! - `clock`: virtual time, and the executor that lets it jump
//! - `engine`: the engine
//! - `answers`: what stubs answer
//! - [`coverage`]: which ways through a program there are, and which were taken
//! - [`explore`]: every route of a flow
//! - [`report`]: what is told of a test
//! - [`show`]: values as the language writes them

mod answers;
mod clock;
pub mod coverage;
mod engine;
pub mod explore;
pub mod report;
pub mod show;

use std::rc::Rc;

use flow_ir::{Name, Program};
use tokio_util::sync::CancellationToken;

use crate::boundary::Workspace;
use crate::interp::Interpreter;
use crate::interp::pure::Pure;
use crate::interp::stop::{Halt, Stop};
use clock::{Clock, Ended};
use coverage::Coverage;
use engine::TestEngine;
use report::{Finding, Report};

/// How many rounds a test may compute: none should need as many, and a computation that never ends would.
pub const MOST_ROUNDS: u64 = 10_000_000;

/// Runs a test of a verified program in an empty workspace, on a thread with a stack of
/// [`STACK`](crate::interp::pure::STACK). Takes no longer than its computations do, at most [`MOST_ROUNDS`]: time is
/// virtual.
pub fn run(program: &Rc<Program>, name: &Name, workspace: &Workspace, coverage: Option<&Coverage>) -> Report {
    run_for(MOST_ROUNDS, program, name, workspace, coverage)
}

/// The same for another number of rounds.
fn run_for(
    rounds: u64,
    program: &Rc<Program>,
    name: &Name,
    workspace: &Workspace,
    coverage: Option<&Coverage>,
) -> Report {
    let pure = Pure::new(Rc::clone(program)).in_scratch(workspace.clone()).limited(rounds);
    let pure = if coverage.is_some() { pure.covering() } else { pure };
    let clock = Clock::default();
    let engine = TestEngine::new(&pure, name, workspace, &clock);
    let interpreter = Interpreter::new(&pure, &engine);
    let test = interpreter.test(name, CancellationToken::new());
    let finding = match clock.run(test, || engine.is_over()) {
        Ended::Value(Ok(_)) => None,
        Ended::Value(Err(stop)) => Some(finding(&engine, *stop)),
        Ended::Dropped => None,
        Ended::Stuck => Some(Finding::stuck(engine.waiting())),
    };
    let finding = match engine.problem() {
        // Whatever came of it: nothing hides that it was given up.
        _ if pure.over().is_some() => pure.over().map(|at| Finding::too_long(at, rounds)),
        Some(problem) => Some(Finding::of(program, problem)),
        None => finding,
    };
    Report {
        finding,
        calls: engine.calls_made(),
        said: engine.said(),
        took: clock.now().saturating_sub(clock::START),
        reached: coverage.map(|coverage| coverage.reached(program, &pure.reached())).unwrap_or_default(),
    }
}

/// What is told of an end that the test did not ask for.
fn finding(engine: &TestEngine<'_>, stop: Stop) -> Finding {
    match stop {
        Stop::Fail(fault) => Finding::failed(&fault),
        Stop::Halt(halts) => match halts.first() {
            Some(Halt::Blocked { key, reason, .. }) => Finding::blocked(key.as_str(), reason),
            Some(Halt::Waiting { what, .. }) => Finding::stuck(vec![what.clone()]),
            _ => Finding::stuck(engine.waiting()),
        },
        _ => Finding::stuck(engine.waiting()),
    }
}

#[cfg(test)]
mod tests;
