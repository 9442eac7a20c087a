//! The built `flow`, from a source file to the end of a run: what it prints, its exit codes, what it leaves, and what
//! becomes of it when it is killed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test, its helpers included")]

mod agents;
mod claude;
mod commands;
mod deaths;
mod examples;
mod exploring;
mod looks;
mod mutations;
mod namespace;
mod places;
mod predicates;
mod project;
mod records;
mod refused;
mod secrets;
mod testing;
mod told;
mod tutorial;
