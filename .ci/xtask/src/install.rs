//! Installs the three programs.

use crate::guided::Guided;
use crate::sh;
use anyhow::ensure;

/// Puts `flowc`, `flow` and `flow-lsp` on the path of whoever has cargo's programs there; `flowc` guided by a profile, if
/// that is asked for.
pub(crate) fn run(guided: bool) -> anyhow::Result<()> {
    if guided {
        let guided = Guided::train(&sh::root().join("target"))?;
        let mut install = sh::cargo_command(&["install", "--locked", "--path", "."]);
        ensure!(guided.guide(&mut install).status()?.success(), "flowc cannot be installed");
    } else {
        sh::cargo(&["install", "--locked", "--path", "."])?;
    }
    for path in ["runtime", "lsp"] {
        sh::cargo(&["install", "--locked", "--path", path])?;
    }
    Ok(())
}
