//! Helpers shared by the tests that span crates.

#![forbid(unsafe_code)]

mod binary;
pub mod editor_tools;
pub mod generate;
pub mod model_server;
pub mod programs;
pub mod skip;
mod tools;

pub use binary::{bin, repository};
pub use tools::npm_tool;
