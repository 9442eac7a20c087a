//! Running tests: on every processor, each in an empty workspace of its own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flow_ir::{Name, Program};
use flow_runtime::boundary::Workspace;
use flow_runtime::interp::pure::STACK;
use flow_runtime::testing::report::Report;

use super::suite::Suite;
use crate::exit::Failed;
use crate::scratch::Scratch;

/// A test that ran.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Its suite, an index.
    pub(crate) suite: usize,
    /// Its name.
    pub(crate) name: Name,
    /// How it ended.
    pub(crate) report: Report,
    /// How long it really took.
    pub(crate) seconds: f64,
    /// Its workspace, if that was kept.
    pub(crate) workspace: Option<PathBuf>,
}

/// Runs the tests of all suites; yields them in their order.
pub(crate) fn run(suites: &[Suite], keep: bool) -> Result<Vec<Ran>, Failed> {
    let jobs: Vec<(usize, &Name)> = suites
        .iter()
        .enumerate()
        .flat_map(|(index, suite)| suite.tests.iter().map(move |name| (index, name)))
        .collect();
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let scratch = Scratch::new("test")?;
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Ran, Failed>)>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let work = || {
                let mut programs: HashMap<usize, Rc<Program>> = HashMap::new();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&(suite, name)) = jobs.get(index) else { break };
                    let program =
                        programs.entry(suite).or_insert_with(|| Rc::new(suites[suite].program.clone()));
                    let ran = one(&suites[suite], suite, name, program, &scratch.at(index), keep);
                    if let Ok(mut done) = done.lock() {
                        done.push((index, ran));
                    }
                }
            };
            // What cannot be started is done by the others.
            let _ = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if done.len() < jobs.len() {
        return Err(Failed::usage("there is no memory for a thread to run the tests on"));
    }
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, ran)| ran).collect()
}

fn one(
    suite: &Suite,
    index: usize,
    name: &Name,
    program: &Rc<Program>,
    folder: &Path,
    keep: bool,
) -> Result<Ran, Failed> {
    let unusable = |error: std::io::Error| {
        Failed::usage(format!("cannot make a workspace at `{}`: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let workspace = Workspace::at(folder).map_err(unusable)?;
    let began = Instant::now();
    let report = flow_runtime::testing::run(program, name, &workspace, suite.coverage.as_ref());
    let seconds = Duration::as_secs_f64(&began.elapsed());
    let kept = keep && report.finding.is_some();
    if !kept {
        // What is left is below the temporary directory.
        let _ = std::fs::remove_dir_all(folder);
    }
    let workspace = kept.then(|| workspace.root().to_owned());
    Ok(Ran { suite: index, name: name.clone(), report, seconds, workspace })
}
