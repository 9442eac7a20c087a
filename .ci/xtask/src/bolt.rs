//! BOLT, a tool of LLVM, where it is installed: it puts the machine code of a finished program into the order in which the
//! program was seen to run, so that less of it has to be fetched. Rust's own compiler is released like that.

use crate::sh;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// What the linker has to keep of a program for BOLT.
pub(crate) const LINK: &str = "-Clink-arg=-Wl,--emit-relocs";

/// How the code is put into order.
const ORDER: [&str; 6] = [
    "-reorder-blocks=ext-tsp",
    "-reorder-functions=cdsort",
    "-split-functions",
    "-split-all-cold",
    "-split-eh",
    "-icf=1",
];

/// The versions that systems name their programs by, newest first.
const VERSIONS: std::ops::RangeInclusive<u32> = 16..=30;

/// Where a program in `place` is put in order to.
pub(crate) fn arranged(place: &Path) -> PathBuf {
    place.join("flowc-arranged")
}

/// Where BOLT's programs are.
pub(crate) struct Bolt(PathBuf);

impl Bolt {
    /// BOLT as it is on the path: `llvm-bolt`, or `llvm-bolt-19` and the like. It reads and writes programs of Linux.
    pub(crate) fn find() -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let path = env::var_os("PATH")?;
        let names = VERSIONS.rev().map(|version| format!("llvm-bolt-{version}"));
        let names: Vec<String> = std::iter::once("llvm-bolt".to_owned()).chain(names).collect();
        let found = names
            .iter()
            .find_map(|name| env::split_paths(&path).map(|place| place.join(name)).find(|it| it.is_file()))?;
        // It looks for its library beside the program that it is, not beside the link to it.
        let program = fs::canonicalize(found).ok()?;
        Some(Self(program.parent()?.to_owned()))
    }

    /// Puts the code of a program into the order in which it runs while it practises, and says where the result is: in
    /// `place`.
    pub(crate) fn arrange(
        &self,
        program: &Path,
        place: &Path,
        practise: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<PathBuf> {
        let seen = place.join("seen");
        if seen.exists() {
            fs::remove_dir_all(&seen)?;
        }
        fs::create_dir_all(&seen)?;
        let (watched, order, arranged) =
            (place.join("flowc-watched"), place.join("flowc.fdata"), arranged(place));
        let mut watch = self.tool("llvm-bolt");
        watch.arg(program).arg("-instrument").arg("-o").arg(&watched);
        watch.arg(format!("-instrumentation-file={}", seen.join("run").display()));
        sh::run(watch.arg("-instrumentation-file-append-pid"))?;
        practise(&watched)?;
        let runs: Vec<PathBuf> =
            fs::read_dir(&seen)?.map(|run| Ok(run?.path())).collect::<anyhow::Result<_>>()?;
        sh::run(self.tool("merge-fdata").args(runs).arg("-o").arg(&order))?;
        let mut arrange = self.tool("llvm-bolt");
        arrange.arg(program).arg("-data").arg(&order).args(ORDER).arg("-o").arg(&arranged);
        sh::run(&mut arrange).context("BOLT cannot put the code into order")?;
        Ok(arranged)
    }

    /// One of its programs. What they tell of their work is for those who work on BOLT.
    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.0.join(name));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}
