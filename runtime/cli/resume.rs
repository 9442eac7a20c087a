//! `flow resume`

use std::path::Path;

use flow_runtime::journal::system_clock;
use flow_runtime::run::reopen;
use flow_runtime::store::{Before, OpenRun};

use crate::drive::{Drive, Manner, eprintln};
use crate::exit::{Exit, Failed};
use crate::load::{changed_sources, parse};
use crate::look::Settings;
use crate::place::{Config, Project, Where, me, run_id};

/// Go on with a run that stopped, failed, is blocked, waits, or was killed
///
/// Every recorded result is taken from the journal; no step whose result is there runs again. A step that failed is tried
/// again, and so is the step that led to a block. The program is the one that the run began with, whatever became of its
/// source.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run, such as `POM-3`
    run: String,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    manner: Manner,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let project = Project::here()?;
    let runs = project.runs(&args.place)?;
    let run = runs.open(&run_id(&args.run)?, me(), system_clock())?;
    if let Err(why) = reopen(&run) {
        run.leave("there was nothing to do");
        return Err(Failed::usage(why));
    }
    go_on(run, runs.root(), &project, args.manner.clone())
}

/// Drives a run on with what it was started with.
pub(crate) fn go_on(run: OpenRun, runs: &Path, project: &Project, manner: Manner) -> Result<Exit, Failed> {
    let id = run.dir.id().clone();
    let program = parse(&run.program, &format!("the program of {id}"))?;
    let settings = Settings::read(&run.dir)?;
    let (workspace, config) = match &settings {
        Some(it) => {
            let config =
                Config { runs_dir: None, providers: it.providers.clone(), defaults: it.defaults.clone() };
            (run.dir.path().join(&it.workspace), config)
        }
        None => (project.root.clone(), project.config.clone()),
    };
    let workspace = crate::drive::workspace(&workspace, runs)?;
    if let Some(root) = settings.and_then(|it| it.sources).map(|path| run.dir.path().join(path)) {
        let changed = changed_sources(&program, &root);
        if !changed.is_empty() && !manner.json {
            eprintln(&format!(
                "{id} goes on with the program that it began with; since then changed: {}",
                changed.join(", ")
            ));
        }
    }
    if let Some(torn) = &run.history.torn
        && !manner.json
    {
        eprintln(&format!(
            "the journal of {id} ended in half a record of {} bytes, which is kept in `{}`",
            torn.bytes, torn.file
        ));
    }
    if let Before::Died(holder) = run.before()
        && !manner.json
        && !manner.quiet
    {
        eprintln(&format!("{id} was cut off: {holder} died while it held it"));
    }
    let providers = config.providers();
    crate::drive::run(Drive { run, program, workspace, providers, manner })
}
