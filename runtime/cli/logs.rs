//! `flow logs`

use std::path::Path;

use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::look::{Look, Outcome};
use crate::place::{Project, Where};

/// Print what a run did, or what one step printed
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run, such as `POM-3`
    run: String,
    /// The step: its key, or a part of it that only one step has
    step: Option<String>,
    #[command(flatten)]
    place: Where,
}

/// The files of a step that are text to read, an answer that was sent back to an agent included.
const FILES: [&str; 6] =
    ["prompt.md", "stdout", "stderr", "transcript.jsonl", "correction-1/transcript.jsonl", "result.json"];

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let look = Look::at(&Project::here()?.runs(&args.place)?, &args.run)?;
    let Some(wanted) = &args.step else {
        if !print(&look.dir.path().join("log.md"))? {
            println("nothing was logged yet");
        }
        return Ok(Exit::Good);
    };
    let step = look.step(wanted)?;
    let mut printed = false;
    for dir in &step.dirs {
        for name in FILES {
            let path = look.dir.path().join(dir).join(name);
            if path.is_file() {
                println(&format!("==> {dir}/{name} <=="));
                printed |= print(&path)?;
            }
        }
    }
    match &step.outcome {
        Outcome::Finished(recorded) if !printed => println(&format!("{:#}", look.value(recorded)?)),
        Outcome::Failed(failure) => println(&format!("{}: {}", failure.kind, failure.message)),
        _ if !printed => println("it printed nothing"),
        _ => {}
    }
    Ok(Exit::Good)
}

/// Copies a file to standard output. False if there is none.
fn print(path: &Path) -> Result<bool, Failed> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Failed::usage(format!("cannot read `{}`: {error}", path.display()))),
    };
    crate::drive::hand_on(&bytes);
    if !bytes.ends_with(b"\n") {
        crate::drive::print(b"\n");
    }
    Ok(true)
}
