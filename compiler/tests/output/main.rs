//! What the compiler gives out: reports in every form, JSON Schema, graphs, IR.

#[path = "../support/mod.rs"]
mod support;

mod graph;
mod lower;
mod render;
mod schema;
