//! `flow test`: runs the tests of programs.
//!
//! - `suite`: from paths to tests
//! - `pool`: running them, on every processor
//! - `text`, `json`, `junit`: what is told
//! - `coverage`: which ways no test took

mod coverage;
mod json;
mod junit;
mod pool;
mod suite;
mod text;

use std::path::PathBuf;
use std::time::Instant;

use crate::drive::eprintln;
use crate::exit::{Exit, Failed};
use pool::Ran;
use suite::{Suite, Suites};

/// Run the tests of programs: `test "…" { … }`
///
/// Every agent, command and person is stubbed by the test, time is virtual, and each test has an empty workspace of its
/// own, so tests take no time, cost nothing, and touch nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  flow test                              every test of every .flow file below this directory
  flow test ship.flow --filter blocked   those whose name or file has `blocked` in it
  flow test --coverage                   also say which stages, arms and branches no test reached
  flow test --junit report.xml           for a CI server

Exit codes: 0 every test passed, 1 one failed, 2 bad usage, or a program that does not check.")]
pub(crate) struct Args {
    /// Files and directories
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Run only the tests whose name or file contains this
    #[arg(long, short, value_name = "TEXT")]
    filter: Option<String>,
    /// Print a JSON object for each test, and one for all of them
    #[arg(long)]
    json: bool,
    /// Also write a report for CI servers
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Also tell which stages, handoffs, arms and branches no test reached
    #[arg(long)]
    coverage: bool,
    /// Keep the workspaces of failed tests, and say where they are
    #[arg(long)]
    keep: bool,
    /// Only name the tests
    #[arg(long)]
    list: bool,
    /// Print failures and the last line only
    #[arg(long, short)]
    quiet: bool,
}

/// What was run, and how it ended.
struct Outcome<'s> {
    suites: &'s [Suite],
    /// In the order of the suites and of their text.
    ran: Vec<Ran>,
    seconds: f64,
}

impl Outcome<'_> {
    fn failed(&self) -> usize {
        self.ran.iter().filter(|ran| ran.report.finding.is_some()).count()
    }

    fn suite(&self, ran: &Ran) -> &Suite {
        &self.suites[ran.suite]
    }
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let began = Instant::now();
    let Suites { suites, others } = suite::load(&args.paths, args.coverage, args.quiet || args.json)?;
    let suites = suite::matching(suites, args.filter.as_deref());
    let count: usize = suites.iter().map(|suite| suite.tests.len()).sum();
    if count == 0 && args.filter.is_some() {
        let filter = args.filter.as_deref().unwrap_or_default();
        return Err(Failed::usage(format!("no test has `{filter}` in its name or file")));
    }
    if args.list {
        text::list(&suites);
        return Ok(Exit::Good);
    }
    let ran = pool::run(&suites, args.keep)?;
    let outcome = Outcome { suites: &suites, ran, seconds: began.elapsed().as_secs_f64() };
    let coverage = args.coverage.then(|| coverage::Ways::of(&outcome, &others));
    if args.json {
        json::print(&outcome, coverage.as_ref());
    } else {
        text::print(&outcome, coverage.as_ref(), args.quiet);
    }
    if let Some(path) = &args.junit {
        std::fs::write(path, junit::document(&outcome))
            .map_err(|error| Failed::usage(format!("cannot write `{}`: {error}", path.display())))?;
    }
    if count == 0 && !args.json {
        eprintln("there is no test here; `flowc explain W0802` and the reference show how one is written");
    }
    Ok(if outcome.failed() == 0 { Exit::Good } else { Exit::Failed })
}
