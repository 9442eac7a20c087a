//! The clock, chance, the environment, files and events.

use std::rc::Rc;

use flow_ir::Type;

use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra, PathError, encode};
use crate::engine::{StepId, Work};
use crate::interp::stop::{Out, Stop};
use crate::journal::{Emitted, StepHash};
use crate::run::{Local, Seen};
use crate::store::Lineage;
use crate::value::failure::kind;
use crate::value::{Failure, Value};

/// How long a file may be that is read into memory, in bytes.
pub(super) const LONGEST_FILE: u64 = 64 * 1024 * 1024;

/// Carries out an effect that takes no time.
pub(super) async fn perform(local: &Local<'_>, step: &StepId, work: Work, result: &Type) -> Out {
    if let Some(seen) = publication(step, &work) {
        local.murmur(Emitted { key: step.key.clone() });
        local.see(seen);
        return Ok(Value::None);
    }
    match compute(local, step, &work, result) {
        Ok(value) => {
            local.finish_lightly(&step.key, step.hash, &value)?;
            Ok(value)
        }
        Err(Trouble::Failure(failure)) => Err(local.fail(step, 1, failure).await),
        Err(Trouble::Stop(stop)) => Err(stop),
    }
}

/// What an effect that only publishes shows.
fn publication(step: &StepId, work: &Work) -> Option<Seen> {
    let key = step.key.clone();
    match work {
        Work::Log(text) => Some(Seen::Logged { key, text: text.to_string() }),
        Work::Metric { name, value } => Some(Seen::Measured { key, name: name.to_string(), value: *value }),
        Work::Emit(value) => Some(Seen::Emitted { key, value: encode::json(value) }),
        _ => None,
    }
}

/// Why there is no value.
enum Trouble {
    Failure(Failure),
    Stop(Box<Stop>),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<PathError> for Trouble {
    fn from(error: PathError) -> Self {
        Self::Failure(path_failure(&error))
    }
}

/// The failure of a path.
pub(super) fn path_failure(error: &PathError) -> Failure {
    let kind = match error {
        PathError::Outside(_) | PathError::LinkOutside { .. } => kind::OUTSIDE_WORKSPACE,
        PathError::Pattern { .. } => kind::BAD_ARGUMENT,
        _ => kind::FILE_ERROR,
    };
    Failure::new(kind, error.to_string())
}

fn compute(local: &Local<'_>, step: &StepId, work: &Work, result: &Type) -> Result<Value, Trouble> {
    let workspace = &local.around.workspace;
    Ok(match work {
        Work::Now => Value::Time((local.around.clock)().millis()),
        Work::Deadline(after) => Value::Time((local.around.clock)().millis().saturating_add(*after)),
        Work::Random => Value::Float(chance(local, step)),
        Work::Env(name) => match local.around.environment.get(&**name) {
            Some(text) => Value::string(local.mask().text(text)),
            None => Value::None,
        },
        Work::Read(file) => Value::string(local.mask().text(&workspace.read(&file.path, LONGEST_FILE)?)),
        Work::ReadJson(file) => {
            let text = workspace.read(&file.path, LONGEST_FILE)?;
            let json = serde_json::from_str(&local.mask().text(&text)).map_err(|error| {
                Failure::new(kind::CONTRACT, format!("`{}` is no JSON: {error}", file.path))
            })?;
            let files = Handover { workspace, before: None };
            let decoder = Decoder { pure: local.pure, files: &files, extra: Extra::Ignore };
            decoder.decode(&json, result).map_err(|error| {
                Failure::new(kind::CONTRACT, format!("`{}` is not what is expected: {error}", file.path))
            })?
        }
        Work::Write { path, text } => {
            let file = workspace.write(path, text)?;
            let from = Lineage { time: (local.around.clock)(), step: &step.key, name: &file.path };
            let kept = local.artifacts.add(text.as_bytes(), &from);
            kept.map_err(|error| Trouble::Stop(crate::run::suspended(&error)))?;
            Value::File(Rc::new(file))
        }
        Work::Glob(pattern) => {
            let mut files = Vec::new();
            for path in workspace.matching(pattern)? {
                match workspace.file(&path) {
                    Ok(file) => files.push(Value::File(Rc::new(file))),
                    // It was removed since it was listed.
                    Err(PathError::Missing(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Value::list(files)
        }
        Work::Exists(path) => match workspace.existing(path) {
            Ok(_) => Value::Bool(true),
            Err(PathError::Missing(_)) => Value::Bool(false),
            Err(error) => return Err(error.into()),
        },
        _ => return Err(Trouble::Stop(Stop::invalid(format!("`{}` is no effect", step.what)))),
    })
}

/// A number from 0 up to 1. It is drawn from the run's name, the step and the time, and recorded: nothing secret may
/// depend on it.
fn chance(local: &Local<'_>, step: &StepId) -> f64 {
    let time = (local.around.clock)().millis().to_le_bytes();
    let run = local.run.borrow().dir.id().to_string();
    fraction(&[run.as_bytes(), step.key.as_str().as_bytes(), &time])
}

/// A number from 0 up to 1 that depends on the parts alone, and looks like chance.
pub(super) fn fraction(parts: &[&[u8]]) -> f64 {
    let digits = StepHash::of(parts.iter().copied()).to_string();
    // 52 bits are what a float holds exactly.
    let bits = u64::from_str_radix(&digits[..13], 16).unwrap_or(0);
    bits as f64 / (1_u64 << 52) as f64
}
