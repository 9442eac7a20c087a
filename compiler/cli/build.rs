//! `flowc build`

use crate::check::Output;
use crate::{Outcome, flows, print};
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;

/// Compile flows to IR, one self-contained document per flow
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc build ship.flow               write FLOW.flow.json for every flow of the file\n  \
    flowc build ship.flow ship -o -     print the document of one flow\n\n\
    The same program always gives the same bytes. `flow run FLOW.flow.json` runs a document.")]
pub(crate) struct Arguments {
    /// The file
    file: PathBuf,
    /// The flow; every flow of the file without it
    flow: Option<String>,
    /// The directory to write to, made if it is missing; `-` is standard output
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    #[command(flatten)]
    findings: Output,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let (session, root) = match flows::checked(&arguments.file, &arguments.findings)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let chosen = match flows::chosen(&session, root, arguments.flow.as_deref()) {
        Ok(chosen) => chosen,
        Err(outcome) => return Ok(outcome),
    };
    let to_stdout = arguments.output.as_os_str() == "-";
    if !to_stdout {
        std::fs::create_dir_all(&arguments.output)
            .with_context(|| format!("cannot make the directory `{}`", arguments.output.display()))?;
    }
    for key in chosen {
        let program = match flows::program(&session, &key) {
            Ok(program) => program,
            Err(outcome) => return Ok(outcome),
        };
        let document = program.to_document().context("cannot write the program as JSON")?;
        if to_stdout {
            print(&document);
            continue;
        }
        let path = arguments.output.join(format!("{}.flow.json", key.name));
        std::fs::write(&path, document).with_context(|| format!("cannot write `{}`", path.display()))?;
        print(&format!("{}\n", path.display()));
    }
    Ok(Outcome::Clean)
}
