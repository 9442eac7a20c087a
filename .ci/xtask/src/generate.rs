//! `cargo xtask generate DIR`: a large Flow project to measure with.

use std::path::Path;

/// Writes it below a directory.
pub(crate) fn write(directory: &str) -> anyhow::Result<()> {
    let files = flow_tests::generate::project(500, 200);
    flow_tests::generate::write(Path::new(directory), &files)?;
    println!("{} files in {directory}", files.len());
    Ok(())
}
