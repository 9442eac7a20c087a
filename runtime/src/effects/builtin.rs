//! The clock, chance, the environment, files and events.

use flow_ir::Type;

use super::files;
use crate::boundary::encode;
use crate::engine::{StepId, Work};
use crate::interp::stop::{Out, Stop};
use crate::journal::{Emitted, StepHash};
use crate::run::secrets::refused;
use crate::run::{Local, Seen};
use crate::store::Lineage;
use crate::value::{Failure, Value};

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

fn compute(local: &Local<'_>, step: &StepId, work: &Work, result: &Type) -> Result<Value, Trouble> {
    let workspace = &local.around.workspace;
    Ok(match work {
        Work::Now => Value::Time((local.around.clock)().millis()),
        Work::Deadline(after) => Value::Time((local.around.clock)().millis().saturating_add(*after)),
        Work::Random => Value::Float(chance(local, step)),
        Work::Env(name) => match refused(local.pure.program(), name) {
            Some(failure) => return Err(failure.into()),
            None => match local.around.environment.get(&**name) {
                Some(text) => Value::string(local.mask().text(text)),
                None => Value::None,
            },
        },
        work => {
            let Some(done) = files::perform(workspace, local.pure, local.mask(), work, result) else {
                return Err(Trouble::Stop(Stop::invalid(format!("`{}` is no effect", step.what))));
            };
            let value = done?;
            if let (Work::Write { text, .. }, Value::File(file)) = (work, &value) {
                let from = Lineage { time: (local.around.clock)(), step: &step.key, name: &file.path };
                let kept = local.artifacts.add(text.as_bytes(), &from);
                kept.map_err(|error| Trouble::Stop(crate::run::suspended(&error)))?;
            }
            value
        }
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
pub(crate) fn fraction(parts: &[&[u8]]) -> f64 {
    let digits = StepHash::of(parts.iter().copied()).to_string();
    // 52 bits are what a float holds exactly.
    let bits = u64::from_str_radix(&digits[..13], 16).unwrap_or(0);
    bits as f64 / (1_u64 << 52) as f64
}
