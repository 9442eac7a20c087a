//! What a flow may touch and whom it may call, through all that it calls.
//!
//! - [`glob`]: whether two file patterns meet
//! - [`access`]: which files a single step may read and write
//! - [`network`]: what opens the network to an agent
//! - [`reach`]: the summary of a flow
//! - [`races`]: branches that run at once and meet in a file
//! - [`processes`]: what runs beside a process
//! - [`running`]: a set of such

mod access;
pub mod glob;
pub mod network;
mod processes;
pub mod races;
pub mod reach;
mod running;

pub use access::{Access, Namer, of_doer as accesses_of_doer, of_effect as accesses_of_effect, result_file};
pub use reach::{Reach, program, reach};
