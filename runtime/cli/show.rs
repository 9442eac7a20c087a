//! `flow show`

use std::path::Path;

use flow_runtime::process::shell_quote;
use flow_runtime::store::Status;
use serde_json::json;

use crate::display::elapsed;
use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::look::{Look, Outcome, StepView, spent};
use crate::place::{Project, Where, shown};

/// Show a run with its steps and its result, or one step
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run, such as `POM-3`
    run: String,
    /// The step: its key, or a part of it that only one step has
    step: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let look = Look::at(&Project::here()?.runs(&args.place)?, &args.run)?;
    match &args.step {
        Some(step) => show_step(&look, &look.step(step)?, args.json),
        None => show_run(&look, args.json),
    }?;
    Ok(Exit::Good)
}

fn show_run(look: &Look, as_json: bool) -> Result<(), Failed> {
    let steps = look.steps()?;
    let result = look.result()?;
    let inputs: serde_json::Value = serde_json::from_str(look.info.inputs.get()).unwrap_or_default();
    if as_json {
        let steps: Vec<_> = steps.iter().map(|step| summary(look, step)).collect::<Result<_, _>>()?;
        let json = json!({
            "run": look.dir.id(), "status": look.status, "flow": look.info.flow, "inputs": inputs,
            "created": look.info.created, "revision": look.info.revision, "result": result, "steps": steps,
        });
        println(&json.to_string());
        return Ok(());
    }
    println(&format!(
        "{} {} ({}, in {})",
        look.dir.id(),
        look.status.sentence(),
        look.info.flow,
        shown(look.dir.path())
    ));
    println(&format!("created {}", look.info.created));
    if let Some(revision) = &look.info.revision {
        println(&format!("at revision {revision}"));
    }
    if inputs.as_object().is_some_and(|inputs| !inputs.is_empty()) {
        println(&format!("inputs {inputs:#}"));
    }
    for step in &steps {
        let (state, time) = match step.outcome {
            Outcome::Running if !look.is_alive(&step.key) => ("cut off", String::new()),
            _ => (step.state(), elapsed(step.milliseconds())),
        };
        println(&format!("  {state:<12} {time:>11}  {}", step.key));
    }
    for line in crate::status::waits(look)? {
        println(&line);
    }
    for reason in look.progress.blocked.values() {
        println(&format!("blocked: {reason}"));
    }
    if let Some(failure) = &look.progress.failure {
        println(&format!("failed: {}: {}", failure.kind, failure.message));
    }
    if let Some(advice) = crate::status::advice(look) {
        println(&advice);
    }
    if let Some(result) = result {
        println(&format!("result {result:#}"));
    }
    Ok(())
}

/// A step in JSON.
fn summary(look: &Look, step: &StepView) -> Result<serde_json::Value, Failed> {
    let (mut result, mut failure) = (None, None);
    match &step.outcome {
        Outcome::Finished(recorded) => result = Some(look.value(recorded)?),
        Outcome::Failed(it) => failure = Some(json!({ "kind": it.kind, "message": it.message })),
        Outcome::Running | Outcome::Again(_) => {}
    }
    let dirs: Vec<_> = step.dirs.iter().filter(|dir| look.dir.path().join(dir).is_dir()).collect();
    Ok(json!({
        "key": step.key, "state": step.state(), "kind": step.kind, "what": step.what, "attempts": step.attempts,
        "began": step.began, "ended": step.ended, "argv": step.argv, "directories": dirs, "result": result, "failure": failure,
        "spent": step.spent, "session": step.session,
    }))
}

fn show_step(look: &Look, step: &StepView, as_json: bool) -> Result<(), Failed> {
    if as_json {
        println(&summary(look, step)?.to_string());
        return Ok(());
    }
    let what = match step.kind {
        Some(kind) => format!("{} `{}`", kind.word(), step.what),
        None => "effect".to_owned(),
    };
    println(&step.key.to_string());
    let cut = matches!(step.outcome, Outcome::Running) && !look.is_alive(&step.key);
    let state = if cut { "cut off" } else { step.state() };
    println(&format!("  {what}, {state}, attempt {}", step.attempts.max(1)));
    let time = elapsed(step.milliseconds());
    let time = match step.outcome {
        _ if cut => ", and its runner died".to_owned(),
        Outcome::Running => format!(", {time} ago"),
        _ => format!(", took {time}"),
    };
    println(&format!("  began {}{time}", step.began));
    if !step.argv.is_empty() {
        let words: Vec<_> = step.argv.iter().map(|word| shell_quote(word)).collect();
        println(&format!("  ran {}", words.join(" ")));
    }
    if step.spent.turns > 0 {
        println(&format!("  {}", spent(&step.spent)));
    }
    if let Some(session) = &step.session {
        println(&format!("  session {session}"));
    }
    match &step.outcome {
        Outcome::Finished(recorded) => println(&format!("result {:#}", look.value(recorded)?)),
        Outcome::Failed(failure) => println(&format!("failed: {}: {}", failure.kind, failure.message)),
        Outcome::Again(_) if look.status.is_over() && look.status != Status::Failed => {}
        Outcome::Again(reason) => println(&format!("runs again when the run is resumed: {reason}")),
        Outcome::Running => {}
    }
    for dir in &step.dirs {
        files(&look.dir.path().join(dir));
    }
    Ok(())
}

/// Prints the files below a directory.
fn files(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut found: Vec<_> = entries.flatten().collect();
    found.sort_by_key(std::fs::DirEntry::path);
    for entry in found {
        // What an agent linked to lies elsewhere.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path()),
            _ => println(&format!("file {}", shown(&entry.path()))),
        }
    }
}
