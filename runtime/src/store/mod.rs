//! The files of runs: everything that decided a run, under its directory, private to its owner.
//!
//! ```text
//! runs/POM-3/
//!   run.json            what the run is                       RunInfo
//!   program.flow.json   the pinned program                    RunDir::program
//!   journal.jsonl       the truth                             crate::journal
//!   torn-<offset>       half a record, cut off and kept       Journal::open
//!   state.json          derived summary                       RunDir::write_state
//!   log.md events.jsonl for readers, never synced             RunDir::log
//!   inbox/              answers and signals from elsewhere    RunDir::drop_message, messages
//!   lock                held for the runner's life            Lock
//!   steps/0007-critic/  the files of a step                   StepDirs
//!   artifacts/<sha256>  contents by hash, lineage.jsonl       Artifacts
//! ```
//!
//! No file names an absolute path: a directory that is copied elsewhere resumes there.
//!
//! # Use
//!
//! ```
//! # use std::sync::Arc;
//! # use flow_runtime::{disk::MemDisk, journal::*, store::*};
//! # fn main() -> Result<(), StoreError> {
//! # let (disk, clock) = (Arc::new(MemDisk::new()), system_clock());
//! let runs = Runs::new(disk, "/project/runs");            // `RealDisk` in a program
//! let me = Holder::this_process(clock());
//! let new = NewRun { flow: "poem", code: "POE", inputs: RawValue::NULL.to_owned(), program: "{}", revision: None, parent: None };
//! let run = runs.create(new, me.clone(), clock.clone())?;  // durable; holds the lock
//! let key = StepKey::new("poem/critic");
//! let hash = StepHash::of([b"definition".as_slice(), b"inputs"]);
//! let from = Lineage { time: clock(), step: &key, name: "result" };
//! let result = run.dir.artifacts().record(RawValue::TRUE.to_owned(), &from)?;
//! let finished = StepFinished { key: key.clone(), hash, attempt: 1, result };
//! run.journal.append(finished, Durability::Synced).wait()?;  // `.await` in async code
//! let id = run.dir.id().clone();
//! drop(run);
//!
//! let run = runs.open(&id, me, clock)?;                    // the next runner
//! let settled = run.history.settled(&key)?;                // the recorded result: the step never runs again
//! assert!(matches!(settled, Some(Record { event: Event::StepFinished(it), .. }) if it.hash == hash));
//! # Ok(())
//! # }
//! # use serde_json::value::RawValue;
//! ```
//!
//! # Deaths, for tests
//!
//! [`crate::disk::MemDisk`] plays full disks, failing syncs, deaths and power failures at any operation; a debug build of a
//! program whose disk is a `crash::CrashDisk` dies at the n-th boundary that `FLOW_CRASH_AT=n` names. Other code marks its
//! own boundaries with `dir.disk().boundary("spawned")`.

mod artifacts;
mod error;
mod inbox;
mod lock;
mod run_dir;
mod run_id;
mod status;
mod steps;
#[cfg(test)]
mod tests;

pub use artifacts::{Artifacts, Lineage};
pub use error::StoreError;
pub use inbox::{Dropped, Message, Purpose};
pub use lock::{Before, Holder, Lock, LockState};
pub use run_dir::{LogFile, NewRun, OpenRun, RunDir, RunInfo, Runs};
pub use run_id::RunId;
pub use status::{STALE_SECONDS, Status};
pub use steps::StepDirs;
