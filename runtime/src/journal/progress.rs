//! The fold of a journal that everything shown about a run is made from. Its size follows what is open, not what is done.

use std::collections::BTreeMap;

use serde::Serialize;
use smol_str::SmolStr;

use super::{Ending, Event, Failure, Record, Spent, StepHash, StepKey, StepKind, Time};
use crate::store::Holder;

/// What a run is doing, as far as its journal says; `store::Status` adds what the live process says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It was created, and nothing took it yet.
    #[default]
    Created,
    /// Something runs.
    Running,
    /// Everything that is open waits for time, a person or a signal.
    Waiting,
    /// The runner let go on purpose.
    Paused,
    /// Something must be mended first.
    Blocked,
    /// It ended with its result.
    Succeeded,
    /// It ended with a failure.
    Failed,
    /// It was ended.
    Cancelled,
}

/// A step that was started and has no outcome yet.
#[derive(Clone, Debug, Serialize)]
pub struct OpenStep {
    /// Of its definition and inputs.
    pub hash: StepHash,
    /// The last attempt that was started.
    pub attempt: u32,
    /// Whether that attempt is known to have failed, so that the next one is due.
    pub failed: bool,
    /// What it is.
    pub kind: StepKind,
    /// What is called.
    pub what: SmolStr,
    /// When the last attempt began.
    pub since: Time,
    /// Its directory.
    pub dir: Option<SmolStr>,
    /// Whether it must not run a second time unasked.
    pub once: bool,
    /// The agent's session, if one is known.
    pub session: Option<SmolStr>,
}

/// Something that is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Wait {
    /// A point in time.
    Time {
        /// Which.
        deadline: Time,
    },
    /// A person's answer.
    Answer {
        /// The name by which it is given.
        question: SmolStr,
        /// Who is asked.
        to: SmolStr,
        /// When it is too late.
        deadline: Option<Time>,
    },
    /// A signal.
    Signal {
        /// Its name.
        name: SmolStr,
        /// When it is too late.
        deadline: Option<Time>,
    },
}

/// The state of a run after its last record.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Progress {
    /// The number of the last record.
    pub seq: u64,
    /// How often the run was opened.
    pub epoch: u64,
    /// When it was first opened.
    pub started: Option<Time>,
    /// When the last record was written.
    pub updated: Time,
    /// Who opened it last.
    pub holder: Option<Holder>,
    /// How often a step got its result.
    pub finished: u64,
    /// How often the last attempt at a step failed.
    pub failed: u64,
    /// Steps that are open, by key.
    pub open: BTreeMap<StepKey, OpenStep>,
    /// What is waited for, by the key of who waits.
    pub waits: BTreeMap<StepKey, Wait>,
    /// Why what is blocked is blocked, by key.
    pub blocked: BTreeMap<StepKey, String>,
    /// What was spent, over all attempts and openings.
    pub spent: Spent,
    /// Why the runner let go, if it did and none took over.
    pub paused: Option<String>,
    /// Who asked this runner to stop.
    pub stop_requested: Option<SmolStr>,
    /// Who asked the run to end.
    pub cancel_requested: Option<SmolStr>,
    /// How the run ended.
    pub ending: Option<Ending>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

impl Progress {
    /// Takes one more record in.
    pub fn apply(&mut self, record: &Record) {
        self.apply_event(record.seq, record.time, record.epoch, &record.event);
    }

    pub(super) fn apply_event(&mut self, seq: u64, time: Time, epoch: u64, event: &Event) {
        (self.seq, self.epoch, self.updated) = (seq, epoch, time);
        match event {
            Event::RunOpened(it) => {
                self.started.get_or_insert(time);
                self.holder = Some(it.holder.clone());
                (self.paused, self.stop_requested) = (None, None);
            }
            Event::StepStarted(it) => {
                let open = OpenStep {
                    hash: it.hash,
                    attempt: it.attempt,
                    failed: false,
                    kind: it.kind,
                    what: it.what.clone(),
                    since: time,
                    dir: it.dir.clone(),
                    once: it.once,
                    // A session outlives the attempt: the next one resumes it.
                    session: self.open.remove(&it.key).and_then(|before| before.session),
                };
                self.open.insert(it.key.clone(), open);
            }
            Event::StepFinished(it) => self.finish(it.key.as_str().as_bytes(), false),
            Event::StepFailed(it) if it.is_final => {
                self.open.remove(&it.key);
                self.waited(&it.key);
                self.failed += 1;
            }
            Event::StepFailed(it) => {
                if let Some(open) = self.open.get_mut(&it.key) {
                    open.failed = true;
                }
            }
            Event::StepReopened(it) => {
                self.open.remove(&it.key);
                self.waited(&it.key);
                self.blocked.remove(&it.key);
                (self.ending, self.failure) = (None, None);
            }
            Event::TimerSet(it) => self.wait(&it.key, Wait::Time { deadline: it.deadline }),
            Event::QuestionAsked(it) => {
                let (question, to) = (it.question.clone(), it.to.clone());
                self.wait(&it.key, Wait::Answer { question, to, deadline: it.deadline });
            }
            Event::SignalAwaited(it) => {
                self.wait(&it.key, Wait::Signal { name: it.name.clone(), deadline: it.deadline });
            }
            Event::TimerFired(it) => self.waited(&it.key),
            Event::AnswerTaken(it) => self.finish(it.key.as_str().as_bytes(), false),
            Event::SignalDelivered(it) => self.finish(it.key.as_str().as_bytes(), false),
            Event::AgentSession(it) => {
                if let Some(open) = self.open.get_mut(&it.key) {
                    open.session = Some(it.session.clone());
                }
            }
            Event::Usage(it) => self.spent.add(&it.spent),
            Event::StopRequested(it) => self.stop_requested = Some(it.by.clone()),
            Event::CancelRequested(it) => self.cancel_requested = Some(it.by.clone()),
            Event::RunPaused(it) => self.paused = Some(it.reason.clone()),
            Event::RunBlocked(it) => {
                self.blocked.insert(it.key.clone(), it.reason.clone());
            }
            Event::RunUnblocked(it) => {
                self.blocked.remove(&it.key);
            }
            Event::RunFinished(it) => {
                (self.ending, self.cancel_requested) = (Some(it.status), None);
                self.failure = it.failure.clone();
                self.open.clear();
                self.waits.clear();
                self.blocked.clear();
            }
            Event::SignalTaken(_) | Event::Emitted(_) | Event::TornTailSetAside(_) | Event::Note(_) => {}
        }
    }

    /// What the run is doing.
    pub fn phase(&self) -> Phase {
        match self.ending {
            Some(Ending::Succeeded) => return Phase::Succeeded,
            Some(Ending::Failed) => return Phase::Failed,
            Some(Ending::Cancelled) => return Phase::Cancelled,
            None => {}
        }
        let waits = |key: &StepKey| self.waits.contains_key(key) || self.blocked.contains_key(key);
        if self.epoch == 0 {
            Phase::Created
        } else if !self.blocked.is_empty() && self.open.keys().all(waits) {
            Phase::Blocked
        } else if self.paused.is_some() {
            Phase::Paused
        } else if !self.waits.is_empty() && self.open.keys().all(waits) {
            Phase::Waiting
        } else {
            Phase::Running
        }
    }

    fn wait(&mut self, key: &StepKey, wait: Wait) {
        self.waits.insert(key.clone(), wait);
    }

    /// A step has its result. `started` tells that it began, which is not among what is open: what never began, such as an
    /// input or a decision, is not counted.
    pub(super) fn finish(&mut self, key: &[u8], started: bool) {
        let mut is_step = started;
        if !(self.open.is_empty() && self.waits.is_empty())
            && let Ok(key) = std::str::from_utf8(key)
        {
            is_step |= self.open.remove(key).is_some();
            self.waits.remove(key);
        }
        self.finished += u64::from(is_step);
    }

    fn waited(&mut self, key: &StepKey) {
        self.waits.remove(key);
    }
}
