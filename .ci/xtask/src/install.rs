//! Installs the three programs.

use crate::guided::Guided;
use crate::sh;
use anyhow::{Context as _, ensure};
use std::path::PathBuf;
use std::{env, fs};

/// Puts `flowc`, `flow` and `flow-lsp` on the path of whoever has cargo's programs there; `flowc` guided by a profile, if
/// that is asked for.
pub(crate) fn run(guided: bool) -> anyhow::Result<()> {
    if guided {
        install_guided()?;
    } else {
        sh::cargo(&["install", "--locked", "--path", "."])?;
    }
    for path in ["runtime", "lsp"] {
        sh::cargo(&["install", "--locked", "--path", path])?;
    }
    Ok(())
}

/// Has cargo install the guided `flowc`, so that it knows of it, and puts what was made of that in its place.
fn install_guided() -> anyhow::Result<()> {
    let guided = Guided::train(&sh::root().join("target"))?;
    let flowc = guided.build()?;
    let root = install_root()?;
    let mut install = sh::cargo_command(&["install", "--locked", "--path", ".", "--root"]);
    ensure!(guided.guide(install.arg(&root)).status()?.success(), "flowc cannot be installed");
    let installed = root.join("bin").join(format!("flowc{}", env::consts::EXE_SUFFIX));
    // One that runs cannot be written to, only replaced.
    let beside = installed.with_extension("new");
    fs::copy(&flowc, &beside)
        .and_then(|_| fs::rename(&beside, &installed))
        .with_context(|| format!("cannot copy {} to {}", flowc.display(), installed.display()))
}

/// Where cargo installs programs.
fn install_root() -> anyhow::Result<PathBuf> {
    let named = env::var_os("CARGO_INSTALL_ROOT").or_else(|| env::var_os("CARGO_HOME")).map(PathBuf::from);
    named
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("there is no home directory: set CARGO_INSTALL_ROOT")
}
