//! `flowc completions`

use crate::{Outcome, print};
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

/// Print a script that completes flowc's arguments in a shell
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc completions bash > ~/.local/share/bash-completion/completions/flowc\n  \
    flowc completions fish > ~/.config/fish/completions/flowc.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::Arguments::command(), "flowc", &mut script);
    print(&String::from_utf8_lossy(&script));
    Ok(Outcome::Clean)
}
