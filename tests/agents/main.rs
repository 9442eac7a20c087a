//! Agents from end to end: the runtime's adapters over real programs, with a scripted model behind them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bench;
mod claude_faults;
mod claude_turns;
mod command;
