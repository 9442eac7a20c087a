//! The intermediate representation: one self-contained document per root flow, and all that the runtime executes.
//!
//! The document is plain data: versioned, deterministic (sorted keys, no clock, no absolute path), identified by the
//! SHA-256 of its bytes, described by a JSON Schema, and checked by a verifier before anything runs, so that a document
//! edited by hand is refused with the place and never leads to a panic. It knows nothing of source text but positions.

#![forbid(unsafe_code)]

mod attempts;
mod bounds;
#[cfg(feature = "test-support")]
pub mod build;
pub mod builtins;
mod deep;
mod derived;
mod display;
mod document;
pub mod json_schema;
mod node;
mod process;
mod program;
#[cfg(test)]
mod schema;
mod test;
mod types;
pub mod verify;
mod walk;

pub use attempts::*;
pub use bounds::*;
pub use deep::{MAX_DEPTH, on_deep_stack};
pub use document::*;
pub use node::*;
pub use process::ProcessOp;
pub use program::*;
pub use test::*;
pub use types::*;
pub use walk::{children, walk};

/// The JSON Schema (draft 2020-12) of the format: what the document of every program satisfies.
pub const JSON_SCHEMA: &str = include_str!("../schema/flow-ir-1.schema.json");

/// The version of the format that this crate writes, and the only one that it reads.
pub const VERSION: u32 = 1;

/// A name in a program. Items of the root module stand under their own name, those of other modules under
/// `path.name` (`shared/checks.test_suite`, `std/review.Verdict`); an instance of a generic item carries its
/// arguments (`best<string>`).
pub type Name = smol_str::SmolStr;
