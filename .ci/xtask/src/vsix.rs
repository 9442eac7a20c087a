//! Builds the package of the extension for Visual Studio Code.

use anyhow::{Context, bail};
use std::path::Path;
use std::process::Command;

/// Installs what the extension's lock file names, and packages the extension.
pub(crate) fn build() -> anyhow::Result<()> {
    let extension = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors/vscode");
    npm(&extension, &["ci", "--ignore-scripts"])?;
    npm(&extension, &["run", "package"])
}

fn npm(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut npm = Command::new("npm");
    npm.args(arguments).current_dir(folder);
    let status = npm.status().context("`npm` cannot be started; it comes with Node, 20 or newer")?;
    if !status.success() {
        bail!("`npm {}` failed in editors/vscode", arguments.join(" "));
    }
    Ok(())
}
