//! Programs of other people that tests drive, installed once from npm.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{FlockOperation, flock};

use crate::binary::target_directory;

/// A program from npm at an exact version, installed if it is not there yet into `$FLOW_TEST_TOOLS` or the target
/// directory. `None`, with a note, if it cannot be had here: the test that asked for it is to be skipped.
///
/// # Panics
/// When it cannot be had on a machine where `CI=true`, on which nothing may be skipped.
#[allow(clippy::panic, clippy::print_stderr, reason = "a test that must not be skipped has failed")]
pub fn npm_tool(package: &str, version: &str, program: &str) -> Option<PathBuf> {
    match find_or_install(package, version, program) {
        Ok(path) => Some(path),
        Err(why) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            panic!("{program} is not installed: {why}")
        }
        Err(why) => {
            eprintln!("skipped: {program} is not installed ({why})");
            None
        }
    }
}

fn find_or_install(package: &str, version: &str, program: &str) -> Result<PathBuf, String> {
    let tools = match std::env::var_os("FLOW_TEST_TOOLS") {
        Some(dir) => PathBuf::from(dir),
        None => target_directory()?.join("test-tools"),
    };
    let dir = tools.join(format!("{}-{version}", package.trim_start_matches('@').replace('/', "-")));
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

fn install(dir: &Path, package: &str, version: &str) -> Result<(), String> {
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
fn executable(modules: &Path, package: &str, program: &str) -> Result<PathBuf, String> {
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
