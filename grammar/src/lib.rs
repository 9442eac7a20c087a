//! The Flow language as text: source → tokens → layout → tree. No meaning, no input or output.

pub mod span;
pub mod tree;
