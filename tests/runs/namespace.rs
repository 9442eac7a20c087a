//! Name spaces of their own for parts of a test: what is mounted there is nowhere else, and gone with its last process.

use std::path::Path;
use std::process::{Command, Stdio};

use flow_tests::skip::Found;

/// A name space that can be had here.
pub(crate) struct Namespace {
    flags: Vec<&'static str>,
    prepare: &'static str,
}

impl Namespace {
    /// One of these kinds in which this script prepares the way for what runs there.
    pub(crate) fn new(kinds: &[&'static str], prepare: &'static str) -> Found<Self> {
        let (mut why, scratch) = (String::new(), tempfile::tempdir().map_err(|error| error.to_string())?);
        // Anybody may be root in a name space of their own, unless the system forbids that; root needs none for that.
        for user in [&["--user", "--map-root-user"][..], &[]] {
            let it = Self { flags: [user, kinds].concat(), prepare };
            match it.command("true", &[], scratch.path()).output() {
                Ok(output) if output.status.success() => return Ok(it),
                Ok(output) => why.push_str(&String::from_utf8_lossy(&output.stderr)),
                Err(error) => return Err(format!("`unshare` cannot be run: {error}")),
            }
        }
        Err(why)
    }

    /// A script in a directory there, with its arguments.
    pub(crate) fn command(&self, script: &str, args: &[&str], directory: &Path) -> Command {
        let mut command = Command::new("unshare");
        command
            .args(&self.flags)
            .args(["sh", "-c", &format!("{} && {script}", self.prepare), "sh"])
            .args(args);
        command.current_dir(directory).stdin(Stdio::null()).env("FLOW_RUNS_DIR", "runs");
        command
    }
}
