//! Programs: started, retried, and their output made into a result.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use flow_ir::Type;
use tokio_util::sync::CancellationToken;

use super::builtin::fraction;
use super::files::path_failure;
use super::output::Left;
use crate::boundary::Snapshot;
use crate::boundary::check::output_globs;
use crate::boundary::workspace::Handover;
use crate::engine::{CommandWork, Output, StepId};
use crate::interp::stop::{Halt, Out, Stop};
use crate::journal::{StepFailed, StepReopened};
use crate::process::{Captured, Cut, Ended, Exit, ProcessError, ProcessSpec, Program, Running, Stdin, Step};
use crate::run::record::{Entry, failure as record_failure};
use crate::run::{Local, Seen, suspended};
use crate::store::Lineage;
use crate::value::failure::kind;
use crate::value::{Failure, Value};

/// How many lines of what a failed program said are told.
const TOLD: usize = 5;

/// How many arguments of a program are recorded, and how many characters of each.
const TOLD_ARGUMENTS: usize = 32;
const TOLD_CHARACTERS: usize = 256;

/// How an attempt ended without a result.
pub(super) enum Trouble {
    /// It failed; another attempt may help or not.
    Failed { failure: Failure, again: bool, after: Option<Duration> },
    /// It was ended from outside.
    Cancelled,
    /// The run cannot go on.
    Halted(Box<Stop>),
}

impl Trouble {
    pub(super) fn permanent(failure: Failure) -> Self {
        Self::Failed { failure, again: false, after: None }
    }
}

/// Runs a command until it succeeds or its attempts are used up.
pub(super) async fn run(
    local: &Local<'_>,
    step: &StepId,
    work: &CommandWork,
    result: &Type,
    cancel: &CancellationToken,
) -> Out {
    let mut attempt = local.next_attempt(step);
    let last = attempt.saturating_add(work.attempts - 1);
    loop {
        let began = Instant::now();
        let trouble = match once(local, step, attempt, work, result, cancel).await {
            Ok(value) => {
                keep_outputs(local, step, result, &value)?;
                local.finish(step, attempt, &Entry::of(&value)).await?;
                let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                local.see(Seen::Finished { key: step.key.clone(), milliseconds });
                return Ok(value);
            }
            Err(trouble) => trouble,
        };
        attempt = next(local, step, attempt, last, trouble, cancel).await?;
    }
}

/// What follows a failed attempt: the number of another one after a pause, or the end of the step.
pub(super) async fn next(
    local: &Local<'_>,
    step: &StepId,
    attempt: u32,
    last: u32,
    trouble: Trouble,
    cancel: &CancellationToken,
) -> Result<u32, Box<Stop>> {
    let (failure, after) = match trouble {
        Trouble::Cancelled => {
            // It is not open any more, and nothing of it counts.
            local.murmur(StepReopened { key: step.key.clone(), reason: "cancelled".to_owned() });
            local.see(Seen::Cancelled { key: step.key.clone() });
            return Err(Box::new(Stop::Cancelled));
        }
        Trouble::Halted(stop) => return Err(stop),
        Trouble::Failed { failure, again, after } if again && attempt < last => (failure, after),
        Trouble::Failed { failure, .. } => return Err(local.fail(step, attempt, failure).await),
    };
    let pause = after.unwrap_or_else(|| backoff(local, step, attempt));
    let milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    local.see(Seen::failed(&step.key, &failure, Some(milliseconds)));
    let (key, hash) = (step.key.clone(), step.hash);
    local.murmur(StepFailed { key, hash, attempt, failure: record_failure(&failure), is_final: false });
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Box::new(Stop::Cancelled)),
        () = local.stopped() => Err(Stop::halt(Halt::Stopped)),
        () = tokio::time::sleep(pause) => Ok(attempt + 1),
    }
}

/// Doubles with each attempt; chance decides how much of it is waited, so that many do not come back at once. The chance
/// is the same for the same attempt.
fn backoff(local: &Local<'_>, step: &StepId, attempt: u32) -> Duration {
    let most = Duration::from_millis(flow_ir::longest_pause(attempt));
    let run = local.run.borrow().dir.id().to_string();
    most.mul_f64(fraction(&[run.as_bytes(), step.key.as_str().as_bytes(), &attempt.to_le_bytes()]))
}

/// One attempt.
async fn once(
    local: &Local<'_>,
    step: &StepId,
    attempt: u32,
    work: &CommandWork,
    result: &Type,
    cancel: &CancellationToken,
) -> Result<Value, Trouble> {
    let workspace = &local.around.workspace;
    let mut globs = output_globs(local.pure.program(), result);
    if let Output::File(path) = &work.output {
        globs.push(Some(path.as_str().into()));
    }
    let before = Snapshot::of(workspace, &globs).map_err(|error| Trouble::permanent(path_failure(&error)))?;
    let exit = match attach(local, step).await? {
        Some(running) => wait(running, cancel).await?,
        None => {
            let dir = local.steps.reserve(&step.what);
            local
                .start(step, attempt, &dir, told(local, &work.program), false)
                .await
                .map_err(Trouble::Halted)?;
            let spec = spec(local, step, attempt, local.steps.path_of(&dir), work)?;
            let running = local.around.executor.start(spec).await.map_err(process_trouble_at_start)?;
            wait(running, cancel).await?
        }
    };
    let code = match exit.ended {
        Ended::Code(code) => i64::from(code),
        Ended::Signal(signal) => 128 + i64::from(signal),
        Ended::Cut(Cut::Cancelled) => return Err(Trouble::Cancelled),
        Ended::Cut(cut) => {
            let kind = if matches!(cut, Cut::TimedOut(_)) { kind::TIMEOUT } else { kind::COMMAND_FAILED };
            return Err(failed(step, kind, &exit));
        }
    };
    let is_good = matches!(exit.ended, Ended::Code(_)) && work.ok.contains(&code);
    if !is_good && work.output != Output::Exec {
        return Err(failed(step, kind::COMMAND_FAILED, &exit));
    }
    let stdout = all_of(step, &exit.stdout)?;
    let stderr = all_of(step, &exit.stderr)?;
    let left = Left { what: &step.what, exit: code, stdout, stderr, mask: local.mask() };
    let files = Handover { workspace, before: Some(&before) };
    left.result(&work.output, result, local.pure, &files).map_err(|failure| Trouble::Failed {
        failure,
        again: true,
        after: None,
    })
}

/// What is recorded of what a program is started with.
fn told(local: &Local<'_>, program: &Program) -> Vec<String> {
    let cut = |text: &str| match text.char_indices().nth(TOLD_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    let masked = |text: &String| cut(&local.mask().text(text));
    match program {
        Program::Argv(argv) => {
            let more = argv.len().saturating_sub(TOLD_ARGUMENTS);
            let rest = (more > 0).then(|| format!("… {more} more"));
            argv.iter().take(TOLD_ARGUMENTS).map(masked).chain(rest).collect()
        }
        Program::Shell(script) => vec!["sh".to_owned(), "-c".to_owned(), masked(script)],
    }
}

/// The program of an earlier runner, if it still runs.
async fn attach(local: &Local<'_>, step: &StepId) -> Result<Option<Box<dyn Running>>, Trouble> {
    let open = local.open.borrow_mut().remove(&step.key);
    let Some((attempt, dir)) =
        open.filter(|open| open.hash == step.hash).and_then(|it| Some((it.attempt, it.dir?)))
    else {
        return Ok(None);
    };
    let key = step.key.to_string();
    let it = Step { key, attempt, dir: local.steps.path_of(&dir) };
    local.around.executor.attach(it).await.map_err(process_trouble)
}

async fn wait(mut running: Box<dyn Running>, cancel: &CancellationToken) -> Result<Exit, Trouble> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => {}
        exit = running.wait() => return exit.map_err(process_trouble),
    }
    running.stop(Cut::Cancelled).await.map_err(process_trouble)
}

/// What is started.
fn spec(
    local: &Local<'_>,
    step: &StepId,
    attempt: u32,
    dir: PathBuf,
    work: &CommandWork,
) -> Result<ProcessSpec, Trouble> {
    let workspace = &local.around.workspace;
    let cwd = match &work.cwd {
        None => workspace.root().to_owned(),
        Some(path) => workspace.existing(path).map_err(|error| Trouble::permanent(path_failure(&error)))?.1,
    };
    let step = Step { key: step.key.to_string(), attempt, dir };
    let mut spec = ProcessSpec::new(step, work.program.clone(), cwd);
    spec.env = environment(local, &work.env).map_err(Trouble::permanent)?;
    spec.stdin = Stdin::Bytes(work.stdin.clone().unwrap_or_default().into_bytes());
    spec.timeout = work.timeout;
    spec.mask = local.mask().clone();
    Ok(spec)
}

/// The environment of a step, secrets spelled out.
pub(super) fn environment(
    local: &Local<'_>,
    declared: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut env = local.inherited.clone();
    for (name, value) in declared {
        let value = local.secrets.reveal(value).map_err(|secret| {
            let text = format!("the secret `{secret}` is not set; set it in the environment of `flow`");
            Failure::new(kind::CANNOT_START, text)
        })?;
        env.insert(name.clone(), value);
    }
    Ok(env)
}

fn process_trouble_at_start(error: crate::process::StartError) -> Trouble {
    Trouble::permanent(Failure::new(kind::CANNOT_START, error.to_string()))
}

fn process_trouble(error: ProcessError) -> Trouble {
    match error {
        ProcessError::Start(error) => process_trouble_at_start(error),
        ProcessError::Keep { .. } => Trouble::Halted(Stop::halt(Halt::Suspended { why: error.to_string() })),
        other => Trouble::permanent(Failure::new(kind::COMMAND_FAILED, other.to_string())),
    }
}

/// The failure of a program, with the last of what it said.
fn failed(step: &StepId, kind: &'static str, exit: &Exit) -> Trouble {
    let name = &step.what;
    let said = match exit.stderr.last_lines(TOLD) {
        said if said.trim().is_empty() => exit.stdout.last_lines(TOLD),
        said => said,
    };
    let mut message = format!("`{name}` {}", exit.ended);
    if !said.trim().is_empty() {
        message = format!("{message}: {}", said.trim());
    }
    Trouble::Failed { failure: Failure::new(kind, message), again: true, after: None }
}

/// Everything that a program wrote to a stream.
fn all_of(step: &StepId, stream: &Captured) -> Result<Vec<u8>, Trouble> {
    stream.bytes().map_err(|error| {
        let text = format!("the output of `{}` cannot be read again: {error}", step.what);
        Trouble::permanent(Failure::new(kind::FILE_ERROR, text))
    })
}

/// Keeps the content of every `output` in a result.
pub(super) fn keep_outputs(
    local: &Local<'_>,
    step: &StepId,
    result: &Type,
    value: &Value,
) -> Result<(), Box<Stop>> {
    if output_globs(local.pure.program(), result).is_empty() {
        return Ok(());
    }
    let mut files = BTreeMap::new();
    crate::boundary::encode::files(value, &mut files);
    for path in files.keys() {
        let from = Lineage { time: (local.around.clock)(), step: &step.key, name: path };
        let (_, file) =
            local.around.workspace.open(path).map_err(|error| Stop::fail(path_failure(&error)))?;
        local.artifacts.add_file(file, &from).map_err(|error| suspended(&error))?;
    }
    Ok(())
}
