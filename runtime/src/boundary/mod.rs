//! Where values come in and go out: their JSON form, what their types demand, and the proof of files.
//!
//! - [`encode`]: a value's JSON form
//! - [`decode`]: a value of a type from its JSON form, with every mistake named by its place
//! - [`check`]: what a type demands of a value that already has its shape
//! - [`mismatch`]: a mistake, its place, what was expected and what was found
//! - [`outline`]: what a person is told to write for a type
//! - [`spelled`]: values as people write them
//! - [`workspace`]: paths that stay inside, files and their hashes
//! - `beneath`: opening files, whatever is done to links meanwhile
//! - [`snapshot`]: what existed before a call, so that leftovers never pass for results

mod beneath;
pub mod check;
pub mod decode;
pub mod encode;
pub mod mismatch;
pub mod outline;
pub mod snapshot;
pub mod spelled;
pub mod workspace;

pub use decode::{Decoder, Extra, Files};
pub use mismatch::{Mismatch, Mismatches};
pub use snapshot::Snapshot;
pub use workspace::{PathError, Workspace};

#[cfg(test)]
mod tests;
