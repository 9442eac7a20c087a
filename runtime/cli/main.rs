//! `flow`, the operator's command: runs programs, resumes them, and shows what they do and did.
//!
//! One file for each command; what they share:
//!
//! - `place`: the project, the workspace, and where runs are kept
//! - `load`: from a path to a program
//! - `drive`: a run from its start to its end, with its signals
//! - `display`: what is shown meanwhile
//! - `look`: reading a run without holding it
//! - `scratch`: workspaces that are thrown away

#![forbid(unsafe_code)]

mod answer;
mod completions;
mod display;
mod doctor;
mod drive;
mod exit;
mod explore;
mod load;
mod logs;
mod look;
mod ls;
mod place;
mod resume;
mod run;
mod scratch;
mod show;
mod status;
mod stop;
mod test;

use clap::{Parser, Subcommand};

use exit::{Exit, Failed};

/// Runs typed workflows of programs, coding agents and people, durably: a run that is killed goes on where it was.
///
/// A run is called like `POM-3` and lives in `runs/POM-3`: its journal, what each step printed, and every file that was
/// handed over, all of it plain text.
#[derive(Debug, Parser)]
#[command(name = "flow", version, max_term_width = 100, after_help = EXITS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXITS: &str = "Exit codes: 0 succeeded, 1 failed, 2 bad usage, program or input, 3 blocked or waiting, \
    130 interrupted.";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Resume(resume::Args),
    Status(status::Args),
    Ls(ls::Args),
    Show(show::Args),
    Logs(logs::Args),
    Stop(stop::StopArgs),
    Cancel(stop::CancelArgs),
    Answer(answer::AnswerArgs),
    Send(answer::SendArgs),
    Test(test::Args),
    Explore(explore::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
}

fn main() -> std::process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and versions go to standard output and are no failure; the rest is.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Good };
            use std::io::Write as _;
            let printed = error.print().and_then(|()| std::io::stdout().flush());
            if exit == Exit::Good {
                drive::tell_unwritten(printed);
            }
            return exit.unless_cut_short().code();
        }
    };
    let outcome = match &cli.command {
        Command::Run(args) => run::run(args),
        Command::Resume(args) => resume::run(args),
        Command::Status(args) => status::run(args),
        Command::Ls(args) => ls::run(args),
        Command::Show(args) => show::run(args),
        Command::Logs(args) => logs::run(args),
        Command::Stop(args) => stop::stop(args),
        Command::Cancel(args) => stop::cancel(args),
        Command::Answer(args) => answer::answer(args),
        Command::Send(args) => answer::send(args),
        Command::Test(args) => test::run(args),
        Command::Explore(args) => explore::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Completions(args) => Ok(completions::run(args)),
    };
    match outcome {
        Ok(exit) => exit.unless_cut_short().code(),
        Err(Failed { exit, message }) => {
            // A reader that is gone is no reason to say more.
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "error: {message}");
            exit.code()
        }
    }
}
