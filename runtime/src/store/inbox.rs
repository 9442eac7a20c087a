//! Answers and signals that other processes drop for a run: a file each, renamed into `inbox/`.
//!
//! Whoever holds the run takes one by a synced journal record, then removes the file. A file whose id the journal knows was
//! taken before a crash: it is removed and not taken again.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use smol_str::SmolStr;

use super::run_dir::INBOX;
use super::{RunDir, StoreError};
use crate::disk::{self, Reach};
use crate::journal::Time;

/// Something dropped for a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its own name: letters, digits, `-` and `_`. The same id is taken once.
    pub id: SmolStr,
    /// What it is.
    pub what: Purpose,
    /// Who dropped it.
    pub by: SmolStr,
    /// When.
    pub time: Time,
    /// What it carries; `null` when nothing.
    pub value: Box<RawValue>,
}

/// What a message is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// The answer to a question, by its name.
    Answer(SmolStr),
    /// A signal, by its name.
    Signal(SmolStr),
    /// Stop at the next boundary.
    Stop,
    /// End the run.
    Cancel,
}

/// What was found in an inbox.
#[derive(Debug)]
pub enum Dropped {
    /// A message, and the file to remove once it is taken.
    Message(Message, PathBuf),
    /// A file that is none, and why: it stays, and is told about.
    Unreadable(PathBuf, String),
}

impl RunDir {
    /// Drops a message for whoever holds the run. Durable when this returns.
    ///
    /// # Errors
    /// The id is no plain name, or the disk refuses.
    pub fn drop_message(&self, message: &Message) -> Result<(), StoreError> {
        let inbox = self.path().join(INBOX);
        let io = |error| StoreError::io("drop a message into", &inbox, error);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if message.id.is_empty() || message.id.len() > 100 || !message.id.chars().all(is_plain) {
            let why =
                format!("`{}` is not an id: only letters, digits, `-` and `_`, at most 100", message.id);
            return Err(io(std::io::Error::other(why)));
        }
        let text = serde_json::to_vec(message).map_err(|error| io(error.into()))?;
        disk::replace(&**self.disk(), &inbox.join(format!("{}.json", message.id)), &text, Reach::Durable)
            .map_err(io)
    }

    /// What lies in the inbox, oldest first.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn messages(&self) -> Result<Vec<Dropped>, StoreError> {
        let inbox = self.path().join(INBOX);
        let names = self.disk().list(&inbox).map_err(|error| StoreError::io("read", &inbox, error))?;
        let (mut messages, mut unreadable) = (Vec::new(), Vec::new());
        for name in names.iter().filter(|name| name.ends_with(".json")) {
            let path = inbox.join(name);
            match disk::read(&**self.disk(), &path) {
                Ok(bytes) => match serde_json::from_slice::<Message>(&bytes) {
                    Ok(message) => messages.push((message, path)),
                    Err(error) => unreadable.push(Dropped::Unreadable(path, error.to_string())),
                },
                // Taken and removed by its holder since the names were listed.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::io("read", &path, error)),
            }
        }
        messages.sort_by(|(a, _), (b, _)| (a.time, &a.id).cmp(&(b.time, &b.id)));
        let messages = messages.into_iter().map(|(message, path)| Dropped::Message(message, path));
        Ok(messages.chain(unreadable).collect())
    }

    /// Removes the file of a message whose record is durable.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove_message(&self, file: &std::path::Path) -> Result<(), StoreError> {
        match self.disk().remove(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", file, error))
            }
            _ => Ok(()),
        }
    }
}
