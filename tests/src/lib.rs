//! Helpers shared by the tests that span crates.

mod binary;

pub use binary::{bin, repository};
