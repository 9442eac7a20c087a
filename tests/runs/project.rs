//! A project in a scratch directory, `flow` in it, and what it said.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use flow_tests::bin;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A directory that is thrown away.
pub(crate) struct Project(tempfile::TempDir);

/// What a call of `flow` said, and its exit code; none when it was killed.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// In memory, where that is possible: for what dies so often that the disk would be all that is measured.
    pub(crate) fn in_memory() -> Self {
        Self(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    /// A project whose `main.flow` is this.
    pub(crate) fn with(source: &str) -> Self {
        let project = Self::new();
        project.write("main.flow", source);
        project
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A program that a shell runs.
    pub(crate) fn script(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.write(name, &format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The text of a file; nothing when there is none.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        self.read(name).lines().map(str::to_owned).collect()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(bin("flow"));
        command.args(args).current_dir(self.root()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        for name in ["FLOW_RUNS_DIR", "FLOW_CRASH_AT", "FLOW_CRASH_LOG"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs `flow` to its end.
    pub(crate) fn flow(&self, args: &[&str]) -> Said {
        said(self.command(args))
    }

    /// Starts `flow`, and waits until a step of it has made a file.
    pub(crate) fn start(&self, args: &[&str], until: &str) -> Running {
        Running::of(self, self.command(args), until)
    }

    /// The records of a run's journal that are whole.
    pub(crate) fn journal(&self, run: &str) -> Vec<Value> {
        let bytes = fs::read(self.path(&format!("runs/{run}/journal.jsonl"))).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.filter_map(|line| serde_json::from_str(line.get(9..)?).ok()).collect()
    }

    /// The keys of the steps that have a result.
    pub(crate) fn recorded(&self, run: &str) -> BTreeSet<String> {
        let records = self.journal(run).into_iter().filter(|record| record["event"] == "step_finished");
        records.filter_map(|record| Some(record["key"].as_str()?.to_owned())).collect()
    }

    /// The processes that belong to steps of this project's runs.
    pub(crate) fn processes(&self) -> Vec<i32> {
        let mark = format!("FLOW_STEP_DIR={}/", self.root().display());
        let marked = |pid: &i32| {
            fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environ| {
                environ.split(|byte| *byte == 0).any(|variable| variable.starts_with(mark.as_bytes()))
            })
        };
        let names = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().file_name());
        names.filter_map(|name| name.to_str()?.parse().ok()).filter(marked).collect()
    }

    /// Ends what a killed runner left.
    pub(crate) fn end_processes(&self) {
        for pid in self.processes() {
            // It may have ended meanwhile.
            let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
        }
    }

    /// Every file below a directory with its content.
    pub(crate) fn contents(&self, directory: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        let mut todo = vec![self.path(directory)];
        while let Some(next) = todo.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    todo.push(path);
                } else {
                    all.push((path.clone(), fs::read(path).unwrap()));
                }
            }
        }
        all.sort();
        all
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.end_processes();
    }
}

impl Said {
    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// Asserts what stands on standard error.
    #[track_caller]
    pub(crate) fn tells(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.err.contains(part), "`{part}` is not in\n{}", self.err);
        }
        self
    }

    /// The value that was printed.
    #[track_caller]
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A `flow` that still works.
pub(crate) struct Running {
    child: Child,
    err: BufReader<ChildStderr>,
    heard: String,
}

impl Running {
    /// Starts a call of `flow`, and waits until a step of it has made a file.
    pub(crate) fn of(project: &Project, mut command: Command, until: &str) -> Self {
        let mut child = command.spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut heard = String::new();
        while !project.path(until).exists() {
            if child.try_wait().unwrap().is_some() {
                std::io::Read::read_to_string(&mut err, &mut heard).unwrap();
                panic!("it ended before it made `{until}`: {heard}");
            }
            pause();
        }
        Self { child, err, heard }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it has said something.
    pub(crate) fn wait_for(&mut self, part: &str) {
        while !self.heard.contains(part) {
            let read = self.err.read_line(&mut self.heard).unwrap();
            assert!(read > 0, "it ended without `{part}`: {}", self.heard);
        }
    }

    /// Kills it at once, as a power failure would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn end(mut self) -> Said {
        std::io::Read::read_to_string(&mut self.err, &mut self.heard).unwrap();
        let output = self.child.wait_with_output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        Said { code: output.status.code(), out, err: self.heard }
    }
}

pub(crate) fn said(mut command: Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Between two looks at a file that somebody else makes.
pub(crate) fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(2));
}

/// Appends to a file.
pub(crate) fn append(path: &Path, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}
