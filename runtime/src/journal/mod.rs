//! The journal: the truth about a run. Append-only, one record a line.
//!
//! - [`Journal::open`] reads what is there, sets a torn tail aside, refuses a damaged middle, and opens the next epoch.
//! - [`Journal::append`] hands a record to the writer thread, which commits whatever is queued with one write and one
//!   `fdatasync`. The [`Ticket`] resolves when the record is as durable as was asked ([`Durability`]).
//! - [`History`] answers what was recorded before this opening, by key, from the file: 17 bytes of memory a settled step.
//! - [`Progress`] is the fold of all records that status displays and `state.json` are made from.
//! - [`salvage`] keeps the good records of a damaged journal, when somebody asks for it.
//! - [`read`] goes through the records without opening the run, [`read_summary`] to what they add up to.
//!
//! A result that is longer than [`INLINE_LIMIT`] is stored as an artifact first; `store::Artifacts::record` decides.

mod cursor;
mod event;
mod fold;
mod history;
mod index;
mod key;
mod mend;
mod progress;
mod record;
mod recorded;
mod scan;
mod step_line;
mod tally;
#[cfg(test)]
mod tests;
mod time;
mod writer;

pub use event::*;
pub use history::History;
pub use key::{ContentHash, Parts, StepHash, StepKey};
pub use mend::{Salvaged, salvage};
pub use progress::{OpenStep, Phase, Progress, Wait};
pub use record::{Chain, Record};
pub use recorded::{ArtifactRef, INLINE_LIMIT, Recorded};
pub use scan::{End, Place, Scan, read, read_summary};
pub use tally::Tally;
pub use time::{Clock, Time, system_clock};
pub use writer::{Durability, Journal, Receipt, Seal, Ticket};
