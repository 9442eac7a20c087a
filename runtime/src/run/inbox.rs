//! What other processes drop for a run: answers, signals, and the wish that it ends.

use std::collections::VecDeque;
use std::path::PathBuf;

use crate::interp::stop::Stop;
use crate::journal::{CancelRequested, Note, SignalTaken, StopRequested};
use crate::store::{Dropped, Message, Purpose};

use super::local::{Local, suspended};
use super::observe::Seen;

/// What was dropped and is not used yet.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    /// Answers to questions that may not be asked yet, with their files.
    pub(crate) answers: Vec<(Message, PathBuf)>,
    /// Signals that are recorded as taken.
    pub(crate) signals: VecDeque<SignalTaken>,
    /// Files that were told about and stay.
    unreadable: Vec<PathBuf>,
}

impl Inbox {
    /// An inbox with signals that an earlier runner took and handed to nobody.
    pub(crate) fn with(signals: VecDeque<SignalTaken>) -> Self {
        Self { signals, ..Self::default() }
    }
}

impl Local<'_> {
    /// Looks into the inbox: signals are recorded, wishes are fulfilled, answers are kept for who asks.
    pub(crate) async fn look(&self) -> Result<(), Box<Stop>> {
        let dropped = self.run.borrow().dir.messages().map_err(|error| suspended(&error))?;
        for it in dropped {
            match it {
                Dropped::Message(message, file) => self.take(message, file).await?,
                Dropped::Unreadable(file, why) => {
                    let mut inbox = self.inbox.borrow_mut();
                    if !inbox.unreadable.contains(&file) {
                        self.observer.see(&Seen::Noted {
                            text: format!("`{}` is no message and is left alone: {why}", file.display()),
                        });
                        inbox.unreadable.push(file);
                    }
                }
            }
        }
        Ok(())
    }

    async fn take(&self, message: Message, file: PathBuf) -> Result<(), Box<Stop>> {
        if matches!(message.what, Purpose::Answer(_)) {
            if self.run.borrow().history.knows(&message.id) {
                return self.remove(&file);
            }
            let mut inbox = self.inbox.borrow_mut();
            if inbox.answers.iter().all(|(known, _)| known.id != message.id) {
                inbox.answers.push((message, file));
            }
            return Ok(());
        }
        if !self.run.borrow_mut().history.learn(&message.id) {
            return self.remove(&file);
        }
        match &message.what {
            Purpose::Stop => {
                self.record(StopRequested { id: message.id.clone(), by: message.by.clone() }).await?;
                self.control.stop.cancel();
            }
            Purpose::Cancel => {
                self.record(CancelRequested { id: message.id.clone(), by: message.by.clone() }).await?;
                self.cancel_asked.set(true);
            }
            Purpose::Signal(name) => {
                let entry = super::record::Entry {
                    value: self.mask().json(serde_json::from_str(message.value.get()).unwrap_or_default()),
                    ..super::record::Entry::default()
                };
                let value = self.entry(&crate::journal::StepKey::new(name.clone()), &entry)?;
                let taken =
                    SignalTaken { id: message.id.clone(), name: name.clone(), by: message.by.clone(), value };
                self.record(taken.clone()).await?;
                self.inbox.borrow_mut().signals.push_back(taken);
            }
            other => self.murmur(Note { text: format!("a message that is not understood: {other:?}") }),
        }
        self.remove(&file)
    }

    /// Removes the file of a message whose record is durable.
    pub(crate) fn remove(&self, file: &std::path::Path) -> Result<(), Box<Stop>> {
        self.run.borrow().dir.remove_message(file).map_err(|error| suspended(&error))
    }
}
