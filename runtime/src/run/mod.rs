//! The life of a run: created, driven, stopped, resumed, ended.
//!
//! - [`Local`] is the engine that makes what the interpreter decides durable,
//! - [`observe`] is what is shown meanwhile,
//! - [`record`] is values in the journal,
//! - [`secrets`] are named, spelled out and masked,
//! - `log` is the files for readers, [`words`] what is said of how a run ended,
//! - `inbox` is what other processes drop,
//! - [`inputs`] are values from command lines and files,
//! - [`life`] is from the first record to the last,
//! - [`needs`] is what a program asks for that this version cannot do.

mod inbox;
pub mod inputs;
mod left;
pub mod life;
mod local;
mod log;
pub mod needs;
pub mod observe;
pub mod record;
pub mod secrets;
pub mod words;

pub use life::{Ended, drive, reopen};
pub(crate) use local::suspended;
pub use local::{Control, Local, Surroundings};
pub use observe::{Nobody, Observer, Seen};

#[cfg(test)]
mod tests;
