//! How the steps of a run stand: each counted once, however often it ran. For whoever looks at a run; its runner does not keep
//! what has ended.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::Event;
use super::index::hash_of;
use super::step_line::StepLine;

/// Numbers of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// With a result.
    pub done: u64,
    /// That failed, and were not tried again.
    pub failed: u64,
    /// That began and have no outcome.
    pub open: u64,
    /// Whose outcome does not count: they were cancelled, or run again when the run is resumed.
    pub again: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Open,
    Done,
    Failed,
    Again,
}

/// Collects a [`Tally`]: 16 bytes a step.
#[derive(Debug, Default)]
pub(super) struct Builder(FxHashMap<u64, Stand>);

impl Builder {
    /// Takes in one of the two records that every step leaves; `hash` is that of its key.
    pub(super) fn step(&mut self, step: &StepLine<'_>, hash: u64) {
        match step {
            StepLine::Started { .. } => drop(self.0.insert(hash, Stand::Open)),
            StepLine::Finished(_) => self.stands(hash, Stand::Done),
        }
    }

    /// Takes in another record.
    pub(super) fn take(&mut self, event: &Event) {
        match event {
            Event::StepStarted(it) => drop(self.0.insert(hash_of(it.key.as_str()), Stand::Open)),
            Event::StepFinished(it) => self.stands(hash_of(it.key.as_str()), Stand::Done),
            Event::AnswerTaken(it) => self.stands(hash_of(it.key.as_str()), Stand::Done),
            Event::SignalDelivered(it) => self.stands(hash_of(it.key.as_str()), Stand::Done),
            Event::StepFailed(it) if it.is_final => self.stands(hash_of(it.key.as_str()), Stand::Failed),
            Event::StepReopened(it) => {
                let hash = hash_of(it.key.as_str());
                // What failed has failed until it is tried again.
                if self.0.get(&hash) != Some(&Stand::Failed) {
                    self.stands(hash, Stand::Again);
                }
            }
            _ => {}
        }
    }

    /// What was never started is no step: an input, a decision, a look at the clock.
    fn stands(&mut self, hash: u64, stand: Stand) {
        if let Some(known) = self.0.get_mut(&hash) {
            *known = stand;
        }
    }

    pub(super) fn finish(self) -> Tally {
        let mut tally = Tally::default();
        for stand in self.0.into_values() {
            match stand {
                Stand::Open => tally.open += 1,
                Stand::Done => tally.done += 1,
                Stand::Failed => tally.failed += 1,
                Stand::Again => tally.again += 1,
            }
        }
        tally
    }
}
