//! How a run ended, in words: for who waits for it, and for its log.

use flow_ir::{At, Program};

use super::Ended;
use crate::interp::stop::{Fault, Halt};
use crate::store::RunId;

/// What is said of the end, and what can be done then. `can_differ` tells whether a step failed, so that the run can end
/// otherwise when it is resumed.
pub fn ending(ended: &Ended, id: &RunId, program: &Program, can_differ: bool) -> String {
    match ended {
        Ended::Succeeded(_) => format!("{id} succeeded"),
        Ended::Cancelled => format!("{id} was cancelled"),
        Ended::Failed(fault) => failed(fault, id, program) + "\n  " + &after_a_failure(id, can_differ),
        Ended::Halted(halts) => halts.iter().map(|halt| halted(halt, id)).collect::<Vec<_>>().join("\n"),
    }
}

/// What can be done about a run that failed.
pub fn after_a_failure(id: &RunId, can_differ: bool) -> String {
    if can_differ {
        format!("mend the cause, then `flow resume {id}` tries what failed again")
    } else {
        "no step failed, so resuming would end the same: mend the program or its inputs, then `flow run` it anew".to_owned()
    }
}

/// Where the words of a step are that a run failed in.
pub fn in_the_step(step: &str, id: &RunId) -> String {
    format!("in the step `{step}`; `flow logs {id} {step}` shows what it said")
}

/// How many results were taken from the journal.
pub fn results(count: u64) -> String {
    format!("{count} {}", if count == 1 { "result" } else { "results" })
}

/// A place in the source.
pub fn place(program: &Program, at: Option<At>) -> Option<String> {
    let sources = &program.sources;
    let (file, line, column, ..) = *sources.spans.get(usize::try_from(at?).ok()?)?;
    let file = sources.files.get(usize::try_from(file).ok()?)?;
    Some(format!("{}:{line}:{column}", file.path))
}

fn failed(fault: &Fault, id: &RunId, program: &Program) -> String {
    let failure = &fault.failure;
    let mut text = format!("{id} failed: {}", failure.to_string().replace('\n', "\n  "));
    if let Some(place) = place(program, fault.at) {
        text.push_str(&format!("\n  at {place}"));
    }
    if !failure.step.is_empty() {
        text.push_str(&format!("\n  {}", in_the_step(&failure.step, id)));
    }
    let mut cause = failure.cause.as_deref();
    while let Some(it) = cause {
        text.push_str(&format!("\n  because of {it}"));
        cause = it.cause.as_deref();
    }
    text
}

fn halted(halt: &Halt, id: &RunId) -> String {
    match halt {
        Halt::Blocked { reason, .. } => {
            format!("{id} is blocked: {reason}\n  mend it, then `flow resume {id}` goes on")
        }
        Halt::Waiting { what, answer, .. } => {
            format!("{id} waits for {what}\n  give it with `{answer}`, then `flow resume {id}` goes on")
        }
        Halt::Stopped => format!("{id} has stopped; `flow resume {id}` goes on"),
        Halt::Suspended { why } => {
            format!(
                "{id} is suspended: {why}\n  nothing that was recorded is lost; `flow resume {id}` goes on"
            )
        }
    }
}
