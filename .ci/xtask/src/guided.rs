//! A `flowc` that was compiled twice: the second time guided by a profile of what the first does. The compiler of Rust then
//! knows which calls to inline and which branches are taken, as in the released programs of Rust itself. Where BOLT is
//! installed, it puts the code of the result into the order in which it runs.

use crate::bolt::{self, Bolt};
use crate::sh::{self, run};
use anyhow::{Context as _, bail, ensure};
use flow_tests::generate;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// How many files of how many lines are checked for the profile, beside the examples.
const FILES: usize = 100;
const LINES: usize = 200;

/// What a guided build is made with.
pub(crate) struct Guided {
    /// The target directory of both builds.
    target: PathBuf,
    /// The system to build for. It is named, so that build scripts and macros are compiled without a profile.
    host: String,
    profile: PathBuf,
    bolt: Option<Bolt>,
}

impl Guided {
    /// What a guided build below a target directory is made with.
    pub(crate) fn below(target: &Path) -> anyhow::Result<Self> {
        let host = rustc(&["-vV"])?;
        let host =
            host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
        let target = target.join("guided");
        Ok(Self { profile: target.join("flowc.profdata"), target, host: host.to_owned(), bolt: Bolt::find() })
    }

    /// Builds `flowc` below a target directory, runs it over programs in Flow, and collects what it did.
    pub(crate) fn train(target: &Path) -> anyhow::Result<Self> {
        let guided = Self::below(target)?;
        let tool = guided.merger()?;
        let raw = guided.target.join("profile");
        if raw.exists() {
            fs::remove_dir_all(&raw)?;
        }
        let mut build = sh::cargo_command(&["build", "--release", "--package", "flowc"]);
        run(guided.with(&mut build, &format!("-Cprofile-generate={}", raw.display())))?;
        guided.practise(&guided.flowc())?;
        run(Command::new(tool).arg("merge").arg("-o").arg(&guided.profile).arg(&raw))?;
        Ok(guided)
    }

    /// Where the last build put the guided `flowc`.
    pub(crate) fn last(&self) -> PathBuf {
        if self.bolt.is_some() { bolt::arranged(&self.target) } else { self.flowc() }
    }

    /// The guided `flowc`.
    pub(crate) fn build(&self) -> anyhow::Result<PathBuf> {
        run(self.guide(&mut sh::cargo_command(&["build", "--release", "--package", "flowc"])))?;
        match &self.bolt {
            Some(bolt) => bolt.arrange(&self.flowc(), &self.target, |watched| self.practise(watched)),
            None => {
                eprintln!("llvm-bolt is not installed: the code stays in the order of the linker");
                Ok(self.flowc())
            }
        }
    }

    /// Has a command of cargo build `flowc` as the profile says.
    pub(crate) fn guide<'c>(&self, cargo: &'c mut Command) -> &'c mut Command {
        let mut flags = format!("-Cprofile-use={}", self.profile.display());
        if self.bolt.is_some() {
            flags = format!("{flags} {}", bolt::LINK);
        }
        self.with(cargo, &flags)
    }

    fn with<'c>(&self, cargo: &'c mut Command, flags: &str) -> &'c mut Command {
        cargo.args(["--target", &self.host]).arg("--target-dir").arg(&self.target).env("RUSTFLAGS", flags)
    }

    fn flowc(&self) -> PathBuf {
        self.target.join(&self.host).join("release/flowc")
    }

    /// What people do: checks of a project, of the examples and of a file with mistakes, formatting, a build.
    fn practise(&self, program: &Path) -> anyhow::Result<()> {
        let place = self.target.join("programs");
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        generate::write(&place, &generate::project(FILES, LINES))?;
        fs::write(
            place.join("wrong.flow"),
            "fn half(of: int) -> string { of / 2 \n\nflow f() { nothing(1) }\n",
        )?;
        let examples = sh::root().join("examples");
        let flowc = |directory: &Path, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(directory).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().context("cannot run the flowc that was built")
        };
        // The file with mistakes has it exit with 1.
        ensure!(
            flowc(&place, &["check", "."])?.code() == Some(1),
            "the programs to practise on cannot be checked"
        );
        let build = ["build", "repo_report/repo_report.flow", "--output", "-"];
        for arguments in [&["check", "."][..], &["fmt", "--check", "."], &build] {
            ensure!(flowc(&examples, arguments)?.success(), "flowc {arguments:?} failed in the examples");
        }
        Ok(())
    }

    /// The program that comes with the compiler and reads its profiles.
    fn merger(&self) -> anyhow::Result<PathBuf> {
        let root = rustc(&["--print", "sysroot"])?;
        let tools = Path::new(root.trim()).join("lib/rustlib").join(&self.host).join("bin");
        let tool = tools.join(format!("llvm-profdata{}", env::consts::EXE_SUFFIX));
        if !tool.is_file() {
            bail!("a guided build wants the tools of LLVM: `rustup component add llvm-tools`");
        }
        Ok(tool)
    }
}

fn rustc(arguments: &[&str]) -> anyhow::Result<String> {
    let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let out =
        Command::new(program).args(arguments).current_dir(sh::root()).output().context("cannot run rustc")?;
    ensure!(out.status.success(), "`rustc {}` failed", arguments.join(" "));
    Ok(String::from_utf8(out.stdout)?)
}
