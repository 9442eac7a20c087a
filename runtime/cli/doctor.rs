//! `flow doctor`

use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::place::{Project, Where, me, run_id};

/// Save what is good of a run whose journal is damaged
///
/// The records before the damage are kept; the rest is set aside in a file beside the journal. Steps whose results were in
/// the rest run again when the run is resumed: look at what they do before you resume.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run, such as `POM-3`
    run: String,
    #[command(flatten)]
    place: Where,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let id = run_id(&args.run)?;
    let runs = Project::here()?.runs(&args.place)?;
    match runs.salvage(&id, me())? {
        None => println(&format!("the journal of {id} is sound; nothing was changed")),
        Some(saved) => {
            println(&format!("the journal of {id} was damaged: {}", saved.why));
            let (rest, gone) = match &saved.aside {
                Some((bytes, file)) => (format!(", {bytes} bytes are set aside in {file}"), "set aside"),
                None => (String::new(), "lost"),
            };
            println(&format!("  {} records are kept{rest}", saved.records));
            println(&format!("  `flow resume {id}` goes on; steps whose results were {gone} run again"));
        }
    }
    Ok(Exit::Good)
}
