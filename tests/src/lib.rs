//! Helpers shared by the tests that span crates.

mod binary;
pub mod generate;

pub use binary::{bin, repository};
