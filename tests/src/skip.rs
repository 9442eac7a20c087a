//! What tests need that a machine may not have, and the one way in which a test is skipped.
//!
//! Where `CI=true` nothing is skipped: a part that is missing there is a failed test.

use std::fs::OpenOptions;
use std::io::Write;

/// What a test needs, or why it cannot be had on this machine.
pub type Found<T> = Result<T, String>;

/// The variable with the file that gets a line for every test that was skipped: its name, a tab, and why.
pub const SKIPPED: &str = "FLOW_TEST_SKIPPED";

/// Hands on what was found; otherwise says that the test is skipped and why.
///
/// # Panics
///
/// When something is missing and the environment has `CI=true`.
#[allow(clippy::panic, reason = "in CI a missing part is a failed test")]
pub fn or_skip<T>(part: &str, found: Found<T>) -> Option<T> {
    match found {
        Ok(found) => Some(found),
        Err(why) if std::env::var_os("CI").is_some_and(|value| value == "true") => {
            panic!("`{part}` cannot run, and in CI every part must be there: {why}")
        }
        Err(why) => {
            let why = why.lines().next().unwrap_or("no reason is known");
            // Not `eprintln!`, whose text the test harness keeps to itself: a skipped test must not look like one that ran.
            let _ = writeln!(std::io::stderr(), "skipped: {part}: {why}");
            note(&format!("{}\t{part}: {why}\n", test()));
            None
        }
    }
}

/// The test that this thread runs; the program, where it runs them one after the other.
fn test() -> String {
    let program = std::env::args().next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let program = program.rsplit_once('-').map_or(program, |(name, _)| name);
    match std::thread::current().name() {
        Some(name) if name != "main" => format!("{program}: {name}"),
        _ => program.to_owned(),
    }
}

/// Tells whoever adds up the tests. One write, so that the lines of several programs stay whole.
fn note(line: &str) {
    let Some(file) = std::env::var_os(SKIPPED) else { return };
    if let Ok(mut file) = OpenOptions::new().create(true).append(true).open(file) {
        let _ = file.write_all(line.as_bytes());
    }
}
