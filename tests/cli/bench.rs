//! A directory with files, and `flowc` called in it.

use flow_tests::bin;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A directory of its own.
pub(crate) struct Bench {
    pub(crate) directory: TempDir,
}

/// How a call ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new(files: &[(&str, impl AsRef<[u8]>)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Self { directory }
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    pub(crate) fn flowc(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
        self.fed(arguments, "")
    }

    /// Calls it with something on its standard input.
    pub(crate) fn fed(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        input: impl AsRef<[u8]>,
    ) -> Ended {
        let mut flowc = Command::new(bin("flowc"));
        flowc.args(arguments).current_dir(&self.directory).env_remove("NO_COLOR");
        let pipes = flowc.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        // A call that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        let ended = child.wait_with_output().unwrap();
        Ended {
            code: ended.status.code().unwrap_or(-1),
            out: String::from_utf8(ended.stdout).unwrap(),
            err: String::from_utf8(ended.stderr).unwrap(),
        }
    }
}

/// Checks one file `a.flow` in the short form.
pub(crate) fn check(content: impl AsRef<[u8]>) -> Ended {
    Bench::new(&[("a.flow", content)]).flowc(["check", "a.flow"])
}

impl Ended {
    /// That it found exactly these lines, and told by its exit code.
    pub(crate) fn found(&self, lines: &[&str]) {
        assert_eq!(self.out.lines().collect::<Vec<_>>(), lines, "{}", self.err);
        assert_eq!((self.code, self.err.as_str()), (1, ""));
    }

    /// That it was called wrongly, and said so.
    pub(crate) fn refused(&self, message: &str) {
        assert_eq!((self.code, self.out.as_str(), self.err.as_str()), (2, "", message));
    }
}
