//! The Flow compiler as a library: queries from source text to diagnostics and IR.
//!
//! One module per phase, data flows one way.

pub mod check;
pub mod db;
pub mod diagnostics;
pub mod resolve;
pub mod stdlib;
pub mod syntax;
pub mod types;
