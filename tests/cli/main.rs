//! `flowc` as it is called: what it prints, and how it ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bad_input;
mod bench;
mod commands;
mod dependencies;
mod doc;
mod fmt;
mod formats;
mod mend;
mod new;
