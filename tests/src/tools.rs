//! Programs of other people that tests drive, installed once from npm.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{FlockOperation, flock};

use crate::editor_tools::tools;
use crate::skip::{Found, or_skip};

/// A program from npm at an exact version, installed if it is not there yet among the tools. `None` if it cannot be had
/// here: the test that asked for it is skipped, see [`or_skip`].
pub fn npm_tool(package: &str, version: &str, program: &str) -> Option<PathBuf> {
    or_skip(program, find_or_install(package, version, program))
}

fn find_or_install(package: &str, version: &str, program: &str) -> Found<PathBuf> {
    let dir = tools()?.join(format!("{}-{version}", package.trim_start_matches('@').replace('/', "-")));
    let fail = |what: &str, error: io::Error| format!("{what} {}: {error}", dir.display());
    fs::create_dir_all(&dir).map_err(|error| fail("cannot create", error))?;
    // Tests run in several processes at once: one of them installs, the others wait.
    let lock = fs::File::create(dir.join(".lock")).map_err(|error| fail("cannot lock", error))?;
    flock(&lock, FlockOperation::LockExclusive).map_err(|error| fail("cannot lock", error.into()))?;
    if !dir.join("installed").exists() {
        install(&dir, package, version)?;
        fs::write(dir.join("installed"), "").map_err(|error| fail("cannot write to", error))?;
    }
    executable(&dir.join("node_modules"), package, program)
}

fn install(dir: &Path, package: &str, version: &str) -> Found<()> {
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
    npm.arg(dir).arg(format!("{package}@{version}")).current_dir(dir).stdin(Stdio::null());
    let run = npm.output().map_err(|error| format!("npm cannot be run: {error}"))?;
    if run.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&run.stderr);
    Err(format!(
        "npm could not install {package}@{version}: {}",
        said.lines().next().unwrap_or("no reason given")
    ))
}

/// The native program, which such packages bring in a package of its own per platform. The launcher in the main package
/// only works after its install script has run, which npm no longer allows by itself.
fn executable(modules: &Path, package: &str, program: &str) -> Found<PathBuf> {
    let (os, arch) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", arch) => ("darwin", arch),
        other => other,
    };
    let arch = match arch {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let native = modules.join(format!("{package}-{os}-{arch}")).join(program);
    let path = if native.is_file() { native } else { modules.join(".bin").join(program) };
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("{package} has no program `{program}` for {os}-{arch}"))
    }
}
