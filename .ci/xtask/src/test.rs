//! Runs every test of the workspace and adds up what cargo says of them, and what was skipped because something could not
//! be had here. The tests fetch what they drive themselves.

use crate::sh;
use anyhow::{Context, bail};
use flow_tests::skip::SKIPPED;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

/// Runs the tests; further arguments go to `cargo test`.
pub(crate) fn run(more: &[&str]) -> anyhow::Result<()> {
    let skipped = std::env::temp_dir().join(format!("flow-skipped-{}", std::process::id()));
    let mut child = sh::cargo_command(&["test", "--workspace", "--no-fail-fast"])
        .args(more)
        .env(SKIPPED, &skipped)
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
    let skipped = Skipped::read(&skipped);
    print!("\n{}", skipped.told());
    // To cargo, a test that found nothing to do has passed.
    let count = skipped.count();
    println!(
        "{} passed, {} failed, {} skipped",
        total.passed - count.min(total.passed),
        total.failed,
        total.ignored + count
    );
    if !status.success() {
        bail!("some tests failed, or did not build");
    }
    Ok(())
}

/// The tests that were skipped, by name, each with why.
#[derive(Debug, Default)]
struct Skipped(BTreeMap<String, String>);

impl Skipped {
    /// Reads what the tests left, and removes it.
    fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_default();
        // Nothing was skipped, or nobody needs it any more.
        let _ = fs::remove_file(file);
        Self::of(&text)
    }

    fn of(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        Self(lines.map(|(test, why)| (test.to_owned(), why.to_owned())).collect())
    }

    fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    fn told(&self) -> String {
        self.0.iter().map(|(test, why)| format!("skipped: {test}\n    {why}\n")).collect()
    }
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
    use super::{Counts, Skipped};

    #[test]
    fn a_test_that_was_skipped_is_told_once_with_its_name_and_why() {
        let skipped = Skipped::of("runs: a\tclaude: no npm\nruns: a\tclaude: no npm\nruns: b\tdisk: no\n");
        assert_eq!(skipped.count(), 2);
        assert_eq!(skipped.told(), "skipped: runs: a\n    claude: no npm\nskipped: runs: b\n    disk: no\n");
    }

    #[test]
    fn the_counts_of_a_test_program_are_read_from_its_last_line() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(Counts::of(line), Some(Counts { passed: 12, failed: 2, ignored: 1 }));
        assert_eq!(Counts::of("test a_test ... ok"), None);
    }
}
