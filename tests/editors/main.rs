//! The editor support, driven in the real editors: each test opens the editor with what its user would install, and
//! does what its user would do.

mod neovim;
mod textmate;
mod vscode;

use flow_tests::editor_tools::{copy, run};
use flow_tests::repository;
use flow_tests::skip::Found;
use std::process::Command;
use tempfile::TempDir;

/// A copy of the small project that the editors open, for a test to change as it likes.
fn workspace() -> Found<TempDir> {
    let folder = TempDir::with_prefix("flow-editor-").map_err(|error| error.to_string())?;
    copy(&repository().join("tests/editors/workspace"), folder.path())?;
    Ok(folder)
}

/// Runs a program that does the testing; what it printed is the message of a failure.
#[allow(clippy::panic, reason = "a failed program is a failed test")]
fn passes(command: &mut Command) {
    if let Err(why) = run(command) {
        panic!("{why}");
    }
}
