//! The interpreter of programs.
//!
//! - [`pure`]: what is computed in place, synchronously
//! - [`tree`]: walking over expressions
//! - [`stop`]: why an expression has no value

pub mod pure;
pub mod stop;
pub mod tree;

pub use stop::{Fault, Out, Stop};
