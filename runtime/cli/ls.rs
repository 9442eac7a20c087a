//! `flow ls`

use flow_runtime::store::{RunId, Runs};
use serde_json::json;

use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::look::Look;
use crate::place::{Project, Where, shown};

/// List the runs, newest last
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON, one run a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    list(&Project::here()?.runs(&args.place)?, args.json)
}

/// Prints all runs in the order in which they were created.
pub(crate) fn list(runs: &Runs, as_json: bool) -> Result<Exit, Failed> {
    let mut looks = Vec::new();
    for id in runs.list()? {
        looks.push((id.clone(), runs.find(&id).map_err(Failed::from).and_then(Look::into)));
    }
    looks.sort_by_key(|(_, look)| look.as_ref().map(|look| look.info.created).ok());
    if looks.is_empty() && !as_json {
        println(&format!("there are no runs in {}", shown(runs.root())));
    }
    for (id, look) in &looks {
        println(&line(id, look, as_json));
    }
    Ok(Exit::Good)
}

fn line(id: &RunId, look: &Result<Look, Failed>, as_json: bool) -> String {
    match look {
        Ok(look) if as_json => json!({
            "run": id, "status": look.status, "flow": look.info.flow, "created": look.info.created,
            "updated": look.progress.updated, "finished": look.steps.done, "failed": look.steps.failed,
        })
        .to_string(),
        Ok(look) => {
            let why =
                look.progress.blocked.values().next().cloned().or_else(|| {
                    look.progress.failure.as_ref().map(|it| format!("{}: {}", it.kind, it.message))
                });
            let why =
                why.map(|why| format!("  {}", why.lines().next().unwrap_or_default())).unwrap_or_default();
            format!(
                "{:<12} {:<10} {}  {}{why}",
                id.to_string(),
                look.status,
                look.info.created,
                look.info.flow
            )
        }
        Err(failed) if as_json => json!({ "run": id, "error": failed.message }).to_string(),
        Err(failed) => format!("{:<12} {:<10} {}", id.to_string(), "unreadable", failed.message),
    }
}
