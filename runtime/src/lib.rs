//! The runtime: executes programs in the intermediate representation, durably.
//!
//! - [`value`]: what a running flow computes with
//! - [`boundary`]: JSON forms, checks, and the proof of files
//! - [`interp`]: the interpreter
//! - [`journal`], [`store`], [`disk`]: what is recorded of a run, and where

pub mod boundary;
pub mod disk;
pub mod interp;
pub mod journal;
pub mod process;
pub mod store;
pub mod value;
