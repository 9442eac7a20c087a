//! `flowc graph`

use crate::check::Output;
use crate::{Outcome, flows, print};
use clap::{Args, ValueEnum};
use flow_compiler::graph::graph;
use std::path::PathBuf;

/// Draw the stages of flows, and what is handed from one to the other
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc graph poem.flow                              as Mermaid, for Markdown\n  \
    flowc graph poem.flow --as dot | dot -Tsvg > poem.svg")]
pub(crate) struct Arguments {
    /// The file
    file: PathBuf,
    /// The flow; every flow of the file without it
    flow: Option<String>,
    /// The language of the drawing
    #[arg(long = "as", value_enum, default_value = "mermaid", value_name = "LANGUAGE")]
    language: Language,
    #[command(flatten)]
    findings: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    /// Mermaid's flowcharts
    Mermaid,
    /// DOT, of Graphviz
    Dot,
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
    for key in chosen {
        let program = match flows::program(&session, &key) {
            Ok(program) => program,
            Err(outcome) => return Ok(outcome),
        };
        let drawn = graph(&program, &program.flow);
        print(&match arguments.language {
            Language::Mermaid => drawn.to_mermaid(),
            Language::Dot => drawn.to_dot(),
        });
    }
    Ok(Outcome::Clean)
}
