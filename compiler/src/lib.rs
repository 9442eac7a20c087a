//! The Flow compiler as a library: queries from source text to diagnostics and IR.
//!
//! One module per phase, data flows one way. No module but [`host`] does input or output.

#![forbid(unsafe_code)]

pub mod analyses;
pub mod check;
pub mod db;
mod describe;
pub mod diagnostics;
pub mod graph;
pub mod host;
pub mod ide;
mod knots;
pub mod lints;
pub mod lower;
pub mod mend;
pub mod parallel;
pub mod project;
pub mod prompts;
pub mod reference;
pub mod resolve;
pub mod stdlib;
pub mod syntax;
pub mod types;
