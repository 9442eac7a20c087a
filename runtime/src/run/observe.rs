//! What a run shows while it runs. Plain data: whoever looks decides how it is drawn.

use serde::Serialize;

use crate::journal::{StepKey, StepKind};
use crate::value::Failure;

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Seen {
    /// The first step that is not in the journal comes now; so many results were taken from there.
    Replayed {
        /// How many.
        steps: u64,
    },
    /// An attempt at a step began.
    Started {
        /// The step.
        key: StepKey,
        /// What is called.
        what: String,
        /// What it is.
        kind: StepKind,
        /// Counted from 1.
        attempt: u32,
    },
    /// A step has its result.
    Finished {
        /// The step.
        key: StepKey,
        /// How long the last attempt took.
        milliseconds: u64,
    },
    /// An attempt failed.
    Failed {
        /// The step.
        key: StepKey,
        /// How.
        kind: String,
        /// In words.
        message: String,
        /// When the next attempt follows; nothing if none does.
        #[serde(skip_serializing_if = "Option::is_none")]
        again_in_milliseconds: Option<u64>,
    },
    /// A step was ended because its result is no longer wanted.
    Cancelled {
        /// The step.
        key: StepKey,
    },
    /// A step waits.
    Waiting {
        /// The step.
        key: StepKey,
        /// For what.
        what: String,
    },
    /// Words of the program: `log`.
    Logged {
        /// The step.
        key: StepKey,
        /// The words.
        text: String,
    },
    /// A number of the program: `metric`.
    Measured {
        /// The step.
        key: StepKey,
        /// What it counts.
        name: String,
        /// How much.
        value: f64,
    },
    /// An event of the program: `emit`.
    Emitted {
        /// The step.
        key: StepKey,
        /// The event.
        value: serde_json::Value,
    },
    /// Something that people should know.
    Noted {
        /// In words.
        text: String,
    },
}

impl Seen {
    /// The failure of an attempt.
    pub(crate) fn failed(key: &StepKey, failure: &Failure, again_in_milliseconds: Option<u64>) -> Self {
        let (kind, message) = (failure.kind.to_string(), failure.message.clone());
        Self::Failed { key: key.clone(), kind, message, again_in_milliseconds }
    }
}

/// Whoever looks on.
pub trait Observer {
    /// Is told, in order. Must not block for long: the run waits.
    fn see(&self, seen: &Seen);

    /// Asks whoever sits at the terminal, and returns what was typed; nothing when nobody does. Blocks the run, because
    /// a person is asked one thing at a time.
    fn ask(&self, _question: &str) -> Option<String> {
        None
    }
}

/// Nobody looks on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Observer for Nobody {
    fn see(&self, _: &Seen) {}
}
