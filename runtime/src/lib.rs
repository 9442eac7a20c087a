//! The runtime.

pub mod disk;
pub mod journal;
pub mod store;
