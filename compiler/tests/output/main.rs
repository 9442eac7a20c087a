//! What the compiler gives out: reports in every form, JSON Schema, graphs, IR.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed"
)]

#[path = "../support/mod.rs"]
mod support;

mod accepted;
mod graph;
mod lower;
mod processes;
mod render;
mod schema;
mod standards;
mod tests;
