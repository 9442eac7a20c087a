//! `flow status`

use flow_runtime::boundary::outline::outline;
use flow_runtime::journal::{StepKey, Wait, system_clock};
use flow_runtime::store::LockState;
use serde_json::json;

use crate::display::{elapsed, kind_name};
use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::look::{Look, cost};
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
            "directory": shown(look.dir.path()), "progress": look.progress,
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
    let steps = if progress.finished == 1 { "step" } else { "steps" };
    println(&format!("  {} {steps} done, {} failed", progress.finished, progress.failed));
    if progress.spent.turns > 0 {
        let spent = &progress.spent;
        let cost = cost(spent);
        let (read, wrote) = (spent.input_tokens, spent.output_tokens);
        let turns = if spent.turns == 1 { "turn" } else { "turns" };
        println(&format!("  {} {turns} of agents, {read} tokens read, {wrote} written, {cost}", spent.turns));
    }
    let now = system_clock()();
    for (key, step) in &progress.open {
        let time = elapsed(u64::try_from(now.since(step.since).as_millis()).unwrap_or(u64::MAX));
        println(&format!("  open: {key} ({} `{}`), for {time}", kind_name(step.kind), step.what));
    }
    for line in waits(look)? {
        println(&line);
    }
    for (key, reason) in &progress.blocked {
        println(&format!("  blocked: {key}: {reason}"));
    }
    if let Some(failure) = &progress.failure {
        println(&format!("  {}: {}", failure.kind, failure.message));
    }
    if let Some(reason) = &progress.paused {
        println(&format!("  paused: {reason}"));
    }
    if !look.status.is_over() && !look.is_held() || look.status == flow_runtime::store::Status::Failed {
        println(&format!("  `flow resume {id}` goes on"));
    }
    if look.is_held() && (progress.stop_requested.is_some() || progress.cancel_requested.is_some()) {
        println("  it was asked to stop, and ends when its running steps have");
    }
    Ok(())
}

/// What a run waits for, a line each, with what somebody has to do.
pub(crate) fn waits(look: &Look) -> Result<Vec<String>, Failed> {
    let id = look.dir.id();
    let mut lines = Vec::new();
    for (key, wait) in &look.progress.waits {
        match wait {
            Wait::Time { deadline } => lines.push(format!("  waits: {key} for the time {deadline}")),
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
