//! The runtime: executes programs in the intermediate representation, durably.
//!
//! - [`value`]: what a running flow computes with
//! - [`boundary`]: JSON forms, checks, and the proof of files
//! - [`interp`]: the interpreter
//! - [`engine`]: the seam between what decides and what carries out
//! - [`process`]: programs as steps, and the seam behind which they run
//! - [`agents`]: coding agents, which take typed turns
//! - [`journal`], [`store`], [`disk`]: what is recorded of a run, and where

pub mod agents;
pub mod boundary;
pub mod disk;
pub mod engine;
pub mod interp;
pub mod journal;
pub mod process;
pub mod store;
pub mod value;
