//! The runtime.

pub mod disk;
pub mod journal;
pub mod process;
pub mod store;
