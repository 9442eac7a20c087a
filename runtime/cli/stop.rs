//! `flow stop`, `flow cancel`

use flow_runtime::journal::{CancelRequested, Ending, RunFinished, system_clock};
use flow_runtime::store::{Purpose, Status};

use crate::answer::message;
use crate::drive::{Manner, println};
use crate::exit::{Exit, Failed};
use crate::look::Look;
use crate::place::{Project, Where, me};
use crate::resume::go_on;

/// Ask a run to stop when its running steps are done; resume it later
#[derive(Debug, clap::Args)]
pub(crate) struct StopArgs {
    /// The run, such as `POM-3`
    run: String,
    #[command(flatten)]
    place: Where,
}

/// End a run for good: its steps are ended, its cleanups run
#[derive(Debug, clap::Args)]
pub(crate) struct CancelArgs {
    /// The run, such as `POM-3`
    run: String,
    #[command(flatten)]
    place: Where,
}

pub(crate) fn stop(args: &StopArgs) -> Result<Exit, Failed> {
    let look = Look::at(&Project::here()?.runs(&args.place)?, &args.run)?;
    let id = look.dir.id();
    if look.is_held() {
        look.dir.drop_message(&message(Purpose::Stop, "null")?)?;
        println(&format!("{id} will stop when its running steps are done"));
    } else {
        println(&format!("{id} {}, nothing of it runs", look.status.sentence()));
    }
    Ok(Exit::Good)
}

pub(crate) fn cancel(args: &CancelArgs) -> Result<Exit, Failed> {
    let project = Project::here()?;
    let runs = project.runs(&args.place)?;
    let look = Look::at(&runs, &args.run)?;
    let id = look.dir.id().clone();
    if look.status.is_over() && look.status != Status::Failed {
        return Err(Failed::usage(format!("run {id} {} already", look.status.sentence())));
    }
    if look.is_held() {
        look.dir.drop_message(&message(Purpose::Cancel, "null")?)?;
        println(&format!("{id} is being cancelled"));
        return Ok(Exit::Good);
    }
    let run = runs.open(&id, me(), system_clock())?;
    let it = message(Purpose::Cancel, "null")?;
    run.journal.commit(CancelRequested { id: it.id, by: it.by })?;
    if look.status == Status::Failed {
        // Its cleanups have run.
        run.journal.commit(RunFinished { status: Ending::Cancelled, result: None, failure: None })?;
        run.leave("cancelled");
    } else {
        // What is recorded is played back up to where it stopped, for the cleanups that are due there.
        let manner = Manner { json: false, wait: false, quiet: true, cancels: true };
        go_on(run, runs.root(), &project, manner)?;
    }
    match Look::at(&runs, &args.run)?.status {
        Status::Cancelled => {
            println(&format!("{id} was cancelled"));
            Ok(Exit::Good)
        }
        Status::Succeeded => Ok(Exit::Good),
        _ => Ok(Exit::Failed),
    }
}
