//! The Flow compiler as a library: queries from source text to diagnostics and IR.
//!
//! One module per phase, data flows one way.

pub mod db;
pub mod diagnostics;
pub mod types;
