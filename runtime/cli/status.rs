//! `flow status`

use flow_runtime::boundary::outline::outline;
use flow_runtime::journal::{Failure, StepKey, Tally, Wait, system_clock};
use flow_runtime::run::words::{after_a_failure, in_the_step};
use flow_runtime::store::{Before, LockState, Status};
use flow_runtime::value::calendar::span;
use serde_json::json;

use crate::display::elapsed;
use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::look::{Look, spent};
use crate::place::{Project, Where, shown};

/// Show what a run is doing, or what runs there are
///
/// A run is running, waiting, paused, blocked, succeeded, failed or cancelled; `crashed` means that its runner died: resume
/// it. `stale` means that its runner lives but gives no sign.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run, such as `POM-3`; all of them without it
    run: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let runs = Project::here()?.runs(&args.place)?;
    let Some(name) = &args.run else { return crate::ls::list(&runs, args.json) };
    let look = Look::at(&runs, name)?;
    if args.json {
        let json = json!({
            "run": look.dir.id(), "status": look.status, "flow": look.info.flow, "created": look.info.created,
            "directory": shown(look.dir.path()), "steps": look.steps, "progress": look.progress,
        });
        println(&json.to_string());
    } else {
        words(&look)?;
    }
    Ok(Exit::Good)
}

fn words(look: &Look) -> Result<(), Failed> {
    let (id, progress) = (look.dir.id(), &look.progress);
    println(&format!("{id} {} ({}, in {})", look.status.sentence(), look.info.flow, shown(look.dir.path())));
    if let LockState::Held { holder: Some(holder), .. } = &look.lock {
        println(&format!("  held by {holder}"));
    }
    if let LockState::Free(before @ (Before::Died(_) | Before::Foreign(_))) = &look.lock
        && look.status == Status::Crashed
    {
        println(&format!("  {before}"));
    }
    println(&format!("  {}", counts(&look.steps)));
    if progress.spent.turns > 0 {
        println(&format!("  {}", spent(&progress.spent)));
    }
    let now = system_clock()();
    for (key, step) in progress.open.iter().filter(|(key, _)| !progress.waits.contains_key(*key)) {
        let what = format!("{key} ({} `{}`)", step.kind.word(), step.what);
        println(&if look.is_held() {
            let time = u64::try_from(now.since(step.since).as_millis()).unwrap_or(u64::MAX);
            format!("  open: {what}, for {}", elapsed(time))
        } else {
            format!("  cut off: {what}, which began {}", step.since)
        });
    }
    for line in waits(look)? {
        println(&line);
    }
    for (key, reason) in &progress.blocked {
        println(&format!("  blocked: {key}: {reason}"));
    }
    if let Some(failure) = &progress.failure {
        println(&format!("  {}: {}", failure.kind, failure.message));
        if let Some(step) = step_of(failure) {
            println(&format!("  {}", in_the_step(&step, id)));
        }
    }
    if let Some(reason) = &progress.paused {
        println(&format!("  paused: {reason}"));
    }
    if let Some(advice) = advice(look) {
        println(&format!("  {advice}"));
    }
    if look.is_held() && (progress.stop_requested.is_some() || progress.cancel_requested.is_some()) {
        println("  it was asked to stop, and ends when its running steps have");
    }
    Ok(())
}

/// How the steps stand.
fn counts(steps: &Tally) -> String {
    let mut text = format!("{} {} done", steps.done, if steps.done == 1 { "step" } else { "steps" });
    for (count, what) in
        [(steps.failed, "failed"), (steps.open, "open"), (steps.again, "cancelled or to run again")]
    {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}

/// The step that a run failed in.
fn step_of(failure: &Failure) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(failure.value.as_ref()?.get()).ok()?;
    value["step"].as_str().filter(|step| !step.is_empty()).map(str::to_owned)
}

/// What can be done about a run that nobody works on.
pub(crate) fn advice(look: &Look) -> Option<String> {
    let id = look.dir.id();
    if look.is_held() {
        return None;
    }
    match look.status {
        Status::Succeeded | Status::Cancelled => None,
        Status::Failed => Some(after_a_failure(id, look.steps.failed > 0)),
        Status::Blocked => Some(format!("mend it, then `flow resume {id}` goes on")),
        Status::Waiting => Some(format!("then `flow resume {id}` goes on")),
        _ => Some(format!("`flow resume {id}` goes on")),
    }
}

/// What a run waits for, a line each, with what somebody has to do.
pub(crate) fn waits(look: &Look) -> Result<Vec<String>, Failed> {
    let id = look.dir.id();
    let mut lines = Vec::new();
    for (key, wait) in &look.progress.waits {
        match wait {
            Wait::Time { deadline } => {
                let left = deadline.millis() - system_clock()().millis();
                let when = if left > 0 { format!("in {}", span(left)) } else { "which has come".to_owned() };
                lines.push(format!("  waits: {key} for the time {deadline} ({when})"));
            }
            Wait::Signal { name, .. } => {
                lines.push(format!("  waits: {key} for a signal: `flow send {id} {name} VALUE`"));
            }
            Wait::Answer { question, deadline, .. } => {
                lines.push(format!("  waits: {key} for an answer: `flow answer {id} {question} VALUE`"));
                if let Some(asked) = asked(look, key)? {
                    lines.push(format!("    asked: {}", asked.trim().replace('\n', "\n    ")));
                }
                let program = look.program()?;
                if let Some(human) = program.humans.get(question) {
                    lines.push(format!("    VALUE: {}", outline(&program, &human.frame.result)));
                }
                if let Some(deadline) = deadline {
                    lines.push(format!("    until: {deadline}"));
                }
            }
        }
    }
    Ok(lines)
}

/// The text of an open question, from the directory of its step.
fn asked(look: &Look, key: &StepKey) -> Result<Option<String>, Failed> {
    let Some(dir) = look.progress.open.get(key).and_then(|open| open.dir.as_ref()) else { return Ok(None) };
    let path = look.dir.path().join(dir.as_str()).join("question.json");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(None) };
    let question: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Failed::usage(format!("`{}` cannot be read: {error}", path.display())))?;
    Ok(question["ask"].as_str().map(str::to_owned))
}
