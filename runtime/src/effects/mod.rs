//! What steps do, carried out on this machine.
//!
//! - [`command`](self): programs, and what is made of their output
//! - `builtin`: the clock, chance, files, events
//! - `files`: the files of a workspace
//! - `wait`: time, files, people, signals
//! - `agent`: turns of agents

mod agent;
mod builtin;
mod command;
pub(crate) mod files;
mod output;
mod wait;

pub(crate) use builtin::fraction;

use flow_ir::Type;
use tokio_util::sync::CancellationToken;

use crate::engine::{StepId, Work};
use crate::interp::stop::{Halt, Out, Stop};
use crate::run::Local;

/// Carries out a step and records its outcome.
pub(crate) async fn perform(
    local: &Local<'_>,
    step: &StepId,
    work: Work,
    result: &Type,
    cancel: &CancellationToken,
) -> Out {
    // Words and deadlines belong to what came before them; everything else waits for the next runner.
    if local.stopping()
        && !matches!(work, Work::Log(_) | Work::Metric { .. } | Work::Emit(_) | Work::Deadline(_))
    {
        return Err(Stop::halt(Halt::Stopped));
    }
    match work {
        Work::Command(work) => command::run(local, step, &work, result, cancel).await,
        Work::Agent(work) => agent::turn(local, step, *work, result, cancel).await,
        Work::Human(work) => wait::answer(local, step, *work, result, cancel).await,
        Work::Signal(name) => wait::signal(local, step, &name, result, cancel).await,
        Work::Sleep(ms) => wait::sleep(local, step, ms, cancel).await,
        Work::WaitFor { pattern, timeout } => wait::file(local, step, &pattern, timeout, cancel).await,
        other => builtin::perform(local, step, other, result).await,
    }
}
