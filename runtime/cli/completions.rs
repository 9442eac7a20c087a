//! `flow completions`

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use crate::exit::Exit;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: flow completions bash > ~/.local/share/bash-completion/completions/flow")]
pub(crate) struct Args {
    /// For which shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Exit {
    let mut script = Vec::new();
    generate(args.shell, &mut crate::Cli::command(), "flow", &mut script);
    crate::drive::print(&script);
    Exit::Good
}
