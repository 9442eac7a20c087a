//! What a killed runner left of its steps: processes that nobody hears any more.

use super::local::Local;
use crate::interp::stop::{Halt, Stop};
use crate::journal::{OpenStep, StepKey};
use crate::process::Step;

impl Local<'_> {
    /// Ends what is left of a step, so that it does not work beside the next attempt.
    pub(crate) async fn end_left(&self, key: &StepKey, open: &OpenStep) -> Result<(), Box<Stop>> {
        let Some(dir) = &open.dir else { return Ok(()) };
        let it = Step { key: key.to_string(), attempt: open.attempt, dir: self.steps.path_of(dir) };
        match self.around.executor.attach(it).await {
            Ok(running) => drop(running),
            Err(error) => return Err(Stop::halt(Halt::Suspended { why: error.to_string() })),
        }
        Ok(())
    }

    /// The same for every step that was open and did not begin again: in a branch that another one decided over, for
    /// one, or because the run is cancelled.
    pub(crate) async fn end_all_left(&self) -> Result<(), Box<Stop>> {
        let left = self.open.take();
        for (key, open) in &left {
            self.end_left(key, open).await?;
        }
        Ok(())
    }
}
