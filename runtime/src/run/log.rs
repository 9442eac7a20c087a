//! The files for readers: `log.md`, the run in words, and `events.jsonl`, what it published.
//!
//! They are made from what the journal has. That they cannot be written is no reason to stop.

use std::cell::{Cell, RefCell};

use super::Ended;
use super::observe::Seen;
use super::words;
use crate::journal::{StepKind, Time};
use crate::store::{Before, Holder, LogFile, RunDir};
use crate::value::calendar::{span, time_iso};

/// The files of one run, opened when there is something to write.
#[derive(Debug)]
pub(super) struct Log {
    dir: RunDir,
    words: RefCell<Option<LogFile>>,
    events: RefCell<Option<LogFile>>,
    /// Whether a step failed for good since this runner has the run.
    step_failed: Cell<bool>,
}

impl Log {
    pub(super) fn new(dir: RunDir) -> Self {
        Self { dir, words: RefCell::default(), events: RefCell::default(), step_failed: Cell::new(false) }
    }

    /// A runner took the run, for the first time if nobody did `before`.
    pub(super) fn taken(&self, time: Time, flow: &str, holder: &Holder, before: Option<&Before>) {
        let (pid, host) = (holder.pid, &holder.host);
        let text = match before {
            None => format!("# {}\n\n{time} `{flow}` begins, in process {pid} on `{host}`\n", self.dir.id()),
            Some(before) => {
                let died = match before {
                    Before::Died(_) | Before::Foreign(_) => format!("; {before}"),
                    Before::Nobody | Before::Left(..) => String::new(),
                };
                format!("\n---\n\n{time} {} goes on, in process {pid} on `{host}`{died}\n", self.dir.id())
            }
        };
        self.write(&self.words, "log.md", &text);
    }

    /// Something happened.
    pub(super) fn see(&self, time: Time, seen: &Seen) {
        if matches!(seen, Seen::Failed { again_in_milliseconds: None, .. }) {
            self.step_failed.set(true);
        }
        if let Some(text) = in_words(time, seen) {
            self.write(&self.words, "log.md", &text);
        }
        if matches!(seen, Seen::Logged { .. } | Seen::Measured { .. } | Seen::Emitted { .. })
            && let Ok(mut json) = serde_json::to_value(seen)
        {
            json["time"] = time_iso(time.millis()).into();
            self.write(&self.events, "events.jsonl", &format!("{json}\n"));
        }
    }

    /// The runner lets go of the run.
    pub(super) fn ended(&self, time: Time, ended: &Ended, program: &flow_ir::Program) {
        let text = words::ending(ended, self.dir.id(), program, self.step_failed.get());
        self.write(&self.words, "log.md", &format!("\n---\n\n{time} {text}\n"));
    }

    fn write(&self, place: &RefCell<Option<LogFile>>, name: &str, text: &str) {
        let mut file = place.borrow_mut();
        if file.is_none() {
            *file = self.dir.log(name).ok();
        }
        if let Some(file) = &mut *file {
            let _ = file.append(text);
        }
    }
}

/// The lines for what happened; nothing for what only `events.jsonl` has.
fn in_words(time: Time, seen: &Seen) -> Option<String> {
    let after = |milliseconds: u64| span(i64::try_from(milliseconds).unwrap_or(i64::MAX));
    Some(match seen {
        Seen::Started { key, what, kind, attempt } => {
            let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
            let kind = StepKind::word(*kind);
            format!("\n## `{key}`\n\n{time} {kind} `{what}`{again}\n")
        }
        Seen::Finished { key, milliseconds } => {
            format!("{time} `{key}` is done after {}\n", after(*milliseconds))
        }
        Seen::Failed { key, kind, message, again_in_milliseconds } => {
            let again =
                again_in_milliseconds.map(|ms| format!("; again in {}", after(ms))).unwrap_or_default();
            format!("{time} `{key}` failed: {kind}: {message}{again}\n")
        }
        Seen::Cancelled { key } => format!("{time} `{key}` was cancelled\n"),
        Seen::Waiting { key, what } => format!("{time} `{key}` waits for {what}\n"),
        Seen::Logged { key, text } => format!("{time} `{key}` says: {text}\n"),
        Seen::Noted { text } => format!("{time} {text}\n"),
        Seen::Replayed { steps } => {
            format!("{time} {} from the journal\n", words::results(*steps))
        }
        Seen::Measured { .. } | Seen::Emitted { .. } => return None,
    })
}
