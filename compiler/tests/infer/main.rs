//! Inference: what of a body is right, and what is said of what is wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod samples;
