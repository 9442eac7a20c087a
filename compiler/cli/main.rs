//! `flowc`: checks and formats programs, and compiles them to IR. One file per command.

mod audit;
mod bounds;
mod build;
mod check;
mod completions;
mod doc;
mod edit;
mod explain;
mod flows;
mod fmt;
mod graph;
mod memory;
mod new;
mod schema;
mod watch;

use clap::{Parser, Subcommand};
use flow_compiler::diagnostics::render::visible;
use flow_compiler::parallel;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Trees and types are many small pieces, made on several threads: the system's allocator takes a third longer.
#[global_allocator]
static ALLOCATOR: memory::Mimalloc = memory::Mimalloc;

/// What a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing is wrong.
    Clean,
    /// The program has errors.
    Errors,
    /// The command was called wrongly.
    Usage,
    /// Something is wrong with flowc itself.
    Defect,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Errors => Self::from(1),
            Outcome::Usage => Self::from(2),
            Outcome::Defect => Self::from(101),
        }
    }
}

#[derive(Parser)]
#[command(
    name = "flowc",
    version,
    about = "The compiler of Flow, a typed language for workflows of coding agents",
    after_help = "Exit codes: 0 nothing is wrong, 1 the program has errors, 2 the command was called wrongly.\n\n\
        Examples:\n  \
        flowc new notes                       begin a project\n  \
        flowc check .                         check every .flow file below this directory\n  \
        flowc check --format github flows/    annotate a pull request\n  \
        flowc fmt .                           format them\n  \
        flowc build ship.flow                 compile every flow of a file to IR\n  \
        flowc explain E0301                   say what an error means and how to mend it\n\n\
        To run a flow, use `flow run`."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
    Init(new::Init),
    Check(check::Arguments),
    Audit(audit::Arguments),
    Fmt(fmt::Arguments),
    Build(build::Arguments),
    Graph(graph::Arguments),
    Doc(doc::Arguments),
    Schema(schema::Arguments),
    Explain(explain::Arguments),
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    memory::set();
    apologise_for_panics();
    // All else on the thread with the deep stack: each thread has memory of its own, and to touch more of it takes time.
    let worker = std::thread::Builder::new().stack_size(parallel::STACK).spawn(flowc);
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(_))) if IS_CUT_SHORT.load(Ordering::Relaxed) => Outcome::Usage.into(),
        Ok(Ok(Ok(outcome))) => outcome.into(),
        Ok(Ok(Err(error))) => {
            complain(&format!("{error:#}"));
            Outcome::Usage.into()
        }
        // The hook has said what is to be said.
        Ok(Err(_)) => Outcome::Defect.into(),
        Err(error) => {
            complain(&format!("cannot start a thread: {error}"));
            Outcome::Usage.into()
        }
    }
}

fn flowc() -> anyhow::Result<Outcome> {
    match Arguments::try_parse() {
        Ok(arguments) => run(arguments.command),
        Err(error) => {
            // Help and versions go to standard output and are no failure; the rest is.
            let outcome = if error.use_stderr() { Outcome::Usage } else { Outcome::Clean };
            let printed = error.print().and_then(|()| std::io::stdout().flush());
            if let (Outcome::Clean, Err(error)) = (outcome, printed) {
                tell(&error);
            }
            Ok(outcome)
        }
    }
}

fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::New(arguments) => new::new(&arguments),
        Command::Init(arguments) => new::init(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Doc(arguments) => doc::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}

/// Whether something could not be written to standard output.
static IS_CUT_SHORT: AtomicBool = AtomicBool::new(false);

/// Writes to standard output. A reader that went away (`flowc check | head`) is no failure; a full disk is.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(error) = written {
        tell(&error);
    }
}

/// Writes text of files to standard output: to a terminal, nothing that it would obey.
fn print_text(text: &str) {
    if std::io::stdout().is_terminal() { print(&visible(text)) } else { print(text) }
}

/// Says what standard output does not take, once, but not of a reader that went away.
fn tell(error: &std::io::Error) {
    if error.kind() != ErrorKind::BrokenPipe && !IS_CUT_SHORT.swap(true, Ordering::Relaxed) {
        complain(&format!("cannot write to standard output: {error}"));
    }
}

/// Writes a message of the tool itself to standard error.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "flowc: {text}");
}

/// A defect of ours must not look like one of the user's.
fn apologise_for_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let text = info.payload_as_str().unwrap_or("no message");
        complain(&format!(
            "this is a defect of flowc {}, not of your program: {text}{place}\n  \
             please report it with the file that brought it about: {}/issues",
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_REPOSITORY"),
        ));
    }));
}
