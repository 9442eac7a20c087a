//! Inference: what of a body is right, and what is said of what is wrong.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod assignment;
mod calls;
mod constants;
mod construction;
mod control;
mod effects;
mod fields;
mod generics;
mod matching;
mod mismatch;
mod narrowing;
mod operators;
mod processes;
mod samples;
mod settings;
mod stages;
mod tables;
mod testing;
mod usage;
