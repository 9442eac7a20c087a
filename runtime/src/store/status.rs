//! What a run is doing, from its journal and from who holds it: made anew on every look.

use serde::Serialize;

use super::{Before, LockState};
use crate::journal::{Phase, Progress, Wait};

/// A holder that gave no sign of life for this long is stale. Runners give one every 5 seconds.
pub const STALE_SECONDS: u64 = 30;

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A runner works on it.
    Running,
    /// Everything that is open waits for time, a person or a signal. For the latter two no runner is needed.
    Waiting,
    /// Its runner let go on purpose.
    Paused,
    /// Something must be mended first.
    Blocked,
    /// It ended with its result.
    Succeeded,
    /// It ended with a failure.
    Failed,
    /// It was ended.
    Cancelled,
    /// Its runner died; nothing of it runs.
    Crashed,
    /// Its runner lives, but gives no sign of life.
    Stale,
    /// Its runner died, and steps of it still run.
    Orphaned,
}

impl Status {
    /// The status of a run: `running_steps` tells whether a keeper of one of its steps lives.
    pub fn of(progress: &Progress, lock: &LockState, running_steps: bool) -> Self {
        match (progress.phase(), lock) {
            (Phase::Succeeded, _) => Self::Succeeded,
            (Phase::Failed, _) => Self::Failed,
            (Phase::Cancelled, _) => Self::Cancelled,
            (_, LockState::Held { silent_seconds, .. }) if *silent_seconds > STALE_SECONDS => Self::Stale,
            (Phase::Blocked, _) => Self::Blocked,
            (Phase::Waiting, LockState::Held { .. }) => Self::Waiting,
            (_, LockState::Held { .. }) => Self::Running,
            (_, LockState::Free(_)) if running_steps => Self::Orphaned,
            // Nobody but a runner sees a deadline pass.
            (Phase::Waiting, LockState::Free(Before::Died(_) | Before::Foreign(_)))
                if needs_time(progress) =>
            {
                Self::Crashed
            }
            (Phase::Waiting, LockState::Free(_)) => Self::Waiting,
            (Phase::Paused, LockState::Free(_)) => Self::Paused,
            (Phase::Created | Phase::Running, LockState::Free(Before::Left(..))) => Self::Paused,
            (Phase::Created | Phase::Running, LockState::Free(_)) => Self::Crashed,
        }
    }

    /// Whether the run is over.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    /// What is said of a run: `POM-3 has succeeded`.
    pub fn sentence(self) -> String {
        match self {
            Self::Succeeded | Self::Failed | Self::Crashed => format!("has {}", self.name()),
            Self::Cancelled => "was cancelled".to_owned(),
            _ => format!("is {}", self.name()),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Blocked => "blocked",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Crashed => "crashed",
            Self::Stale => "stale",
            Self::Orphaned => "orphaned",
        }
    }
}

/// Whether something waits for a point in time and for nothing else.
fn needs_time(progress: &Progress) -> bool {
    progress.waits.values().any(|wait| matches!(wait, Wait::Time { .. }))
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
