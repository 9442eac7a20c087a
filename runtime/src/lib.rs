//! The runtime: executes programs in the intermediate representation, durably.
//!
//! - [`value`]: what a running flow computes with
//! - [`boundary`]: JSON forms, checks, and the proof of files
//! - [`interp`]: the interpreter
//! - [`engine`]: the seam between what decides and what carries out
//! - `effects`: what steps do
//! - [`run`]: the life of a run
//! - [`process`]: running programs
//! - [`mask`]: secrets are hidden in what comes from outside
//! - [`agents`]: one typed call, one turn of a coding agent
//! - [`testing`]: tests of programs, in virtual time
//! - [`journal`], [`store`], [`disk`]: what is recorded of a run, and where

#![forbid(unsafe_code)]

pub mod agents;
pub mod boundary;
pub mod disk;
mod effects;
pub mod engine;
pub mod interp;
pub mod journal;
pub mod mask;
pub mod process;
pub mod run;
pub mod store;
pub mod testing;
pub mod value;
