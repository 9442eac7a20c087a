//! Builds and finds the project's own programs, so that a test always drives what the sources say now.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// What has been built by this process: a program is built once, however many tests ask for it.
static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// The root of the repository that these tests belong to.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("/"))
}

/// The path of one of the project's programs (`flowc`, `flow` or `flow-lsp`), built first by cargo in the
/// profile and target directory of the running test.
///
/// # Panics
///
/// When cargo cannot build it: a test that cannot have its program has failed.
#[allow(clippy::panic, reason = "a test helper reports a broken build by failing the test")]
pub fn bin(name: &str) -> PathBuf {
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = built.get(name) {
        return path.clone();
    }
    match build(name) {
        Ok(path) => {
            built.insert(name.to_owned(), path.clone());
            path
        }
        Err(why) => panic!("`{name}` could not be built: {why}"),
    }
}

/// The target directory of the running test.
pub(crate) fn target_directory() -> Result<PathBuf, String> {
    Ok(Profile::of_this_test()?.target)
}

/// Runs cargo for one program and says where it put the result.
fn build(name: &str) -> Result<PathBuf, String> {
    let profile = Profile::of_this_test()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(repository()).args(["build", "--quiet", "--package", package(name), "--bin", name]);
    cargo.arg("--target-dir").arg(&profile.target).args(["--profile", profile.name()]);
    let run = cargo.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    if !run.status.success() {
        return Err(format!("cargo said\n{}", String::from_utf8_lossy(&run.stderr)));
    }
    let path = profile.directory().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() { Ok(path) } else { Err(format!("cargo succeeded but left no `{}`", path.display())) }
}

/// The package that owns a program.
fn package(name: &str) -> &str {
    if name == "flow" { "flow-runtime" } else { name }
}

/// Where cargo put the running test, which is where its programs belong too.
struct Profile {
    target: PathBuf,
    folder: String,
}

impl Profile {
    /// Read off the test's own path: `<target>/<profile>/deps/<test>-<hash>`.
    fn of_this_test() -> Result<Self, String> {
        let test = std::env::current_exe().map_err(|error| error.to_string())?;
        let folder = test.parent().filter(|path| path.ends_with("deps")).and_then(Path::parent);
        let found = folder.and_then(|path| Some((path.parent()?, path.file_name()?.to_str()?)));
        match found {
            Some((target, folder)) => Ok(Self { target: target.to_owned(), folder: folder.to_owned() }),
            None => Err(format!("`{}` does not lie in a cargo target directory", test.display())),
        }
    }

    /// The profile's name; cargo calls the folder of `dev` and `test` differently.
    fn name(&self) -> &str {
        if self.folder == "debug" { "dev" } else { &self.folder }
    }

    fn directory(&self) -> PathBuf {
        self.target.join(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::bin;

    #[test]
    fn a_program_is_built_beside_the_test_and_is_built_once() {
        let first = bin("flow-lsp");
        assert!(first.is_file());
        assert_eq!(first, bin("flow-lsp"));
    }

    #[test]
    #[should_panic(expected = "`no-such-program` could not be built")]
    fn a_program_that_does_not_exist_fails_the_test_by_name() {
        bin("no-such-program");
    }
}
