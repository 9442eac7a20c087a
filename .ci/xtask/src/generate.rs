//! `cargo xtask generate DIR [LINES]`: a large Flow project to measure with.

use anyhow::Context as _;
use std::path::Path;

/// How many lines each of its files has.
const FILE: usize = 200;

/// Writes it below a directory, rounded up to whole files.
pub(crate) fn write(directory: &str, lines: &str) -> anyhow::Result<()> {
    let lines: usize = lines.parse().with_context(|| format!("`{lines}` is no number of lines"))?;
    let files = flow_tests::generate::project(lines.div_ceil(FILE), FILE);
    flow_tests::generate::write(Path::new(directory), &files)?;
    println!("{} files in {directory}", files.len());
    Ok(())
}
