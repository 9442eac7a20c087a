//! Runs every test of the workspace and adds up what cargo says of them. The tests fetch what they drive themselves.

use crate::sh;
use anyhow::{Context, bail};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// Runs the tests; further arguments go to `cargo test`.
pub(crate) fn run(more: &[&str]) -> anyhow::Result<()> {
    let mut child = sh::cargo_command(&["test", "--workspace", "--no-fail-fast"])
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let mut total = Counts::default();
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines() {
            let line = line?;
            println!("{line}");
            if let Some(counts) = Counts::of(&line) {
                total.add(counts);
            }
        }
    }
    let status = child.wait()?;
    println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.ignored);
    if !status.success() {
        bail!("some tests failed, or did not build");
    }
    Ok(())
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl Counts {
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; …`
    fn of(line: &str) -> Option<Self> {
        let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut counts = Self::default();
        for part in rest.split("; ") {
            match part.split_once(' ') {
                Some((count, "passed")) => counts.passed = count.parse().ok()?,
                Some((count, "failed")) => counts.failed = count.parse().ok()?,
                Some((count, "ignored")) => counts.ignored = count.parse().ok()?,
                _ => {}
            }
        }
        Some(counts)
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn the_counts_of_a_test_program_are_read_from_its_last_line() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(Counts::of(line), Some(Counts { passed: 12, failed: 2, ignored: 1 }));
        assert_eq!(Counts::of("test a_test ... ok"), None);
    }
}
