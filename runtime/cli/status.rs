//! `flow status`

use flow_runtime::journal::{Wait, system_clock};
use flow_runtime::store::LockState;
use flow_runtime::value::money::dollars;
use serde_json::json;

use crate::display::{elapsed, kind_name};
use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::look::Look;
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
        words(&look);
    }
    Ok(Exit::Good)
}

fn words(look: &Look) {
    let (id, progress) = (look.dir.id(), &look.progress);
    println(&format!("{id} is {} ({}, in {})", look.status, look.info.flow, shown(look.dir.path())));
    if let LockState::Held { holder: Some(holder), .. } = &look.lock {
        println(&format!("  held by {holder}"));
    }
    println(&format!("  {} steps done, {} failed", progress.finished, progress.failed));
    if progress.spent.turns > 0 {
        let spent = &progress.spent;
        let cost = dollars(i64::try_from(spent.micro_dollars).unwrap_or(i64::MAX));
        let (read, wrote) = (spent.input_tokens, spent.output_tokens);
        println(&format!("  {} turns of agents, {read} tokens read, {wrote} written, {cost}", spent.turns));
    }
    let now = system_clock()();
    for (key, step) in &progress.open {
        let time = elapsed(u64::try_from(now.since(step.since).as_millis()).unwrap_or(u64::MAX));
        println(&format!("  open: {key} ({} `{}`), since {time}", kind_name(step.kind), step.what));
    }
    for (key, wait) in &progress.waits {
        let what = match wait {
            Wait::Time { deadline } => format!("the time {deadline}"),
            Wait::Answer { question, .. } => format!("an answer: `flow answer {id} {question} VALUE`"),
            Wait::Signal { name, .. } => format!("a signal: `flow send {id} {name} VALUE`"),
        };
        println(&format!("  waits: {key} for {what}"));
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
}
