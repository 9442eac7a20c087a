//! Installs the three programs.

use crate::sh;

/// Puts `flowc`, `flow` and `flow-lsp` on the path of whoever has cargo's programs there.
pub(crate) fn run() -> anyhow::Result<()> {
    for path in [".", "runtime", "lsp"] {
        sh::cargo(&["install", "--locked", "--path", path])?;
    }
    Ok(())
}
