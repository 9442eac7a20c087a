//! Helpers shared by the tests that span crates.

mod binary;
pub mod editor_tools;

pub use binary::{bin, repository};
