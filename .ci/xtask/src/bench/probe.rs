//! One process, measured by a small process of its own: wall time, peak memory, exit code.
//!
//! The peak memory of children is a maximum over all that were waited for, so each process gets a probe to itself. It is
//! never less than the probe's own three megabytes, which the child shares until it has started.

use anyhow::{Context as _, bail};
use nix::sys::resource::{UsageWho, getrusage};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// From before it was started until after it was waited for.
    pub(crate) wall: Duration,
    /// The most memory that was resident, in KiB.
    pub(crate) peak: i64,
    /// Its exit code.
    pub(crate) code: i32,
    /// When it was started, on the monotonic clock of the machine.
    pub(crate) started: Duration,
}

/// Runs a program in a directory, on all processors or on the first alone, and measures it.
pub(crate) fn probe(directory: &Path, alone: bool, program: &Path, args: &[&str]) -> anyhow::Result<Cost> {
    let mut probe = Command::new(std::env::current_exe()?);
    probe.arg("bench-probe").arg(if alone { "alone" } else { "all" }).arg(program).args(args);
    let output = probe.current_dir(directory).stdin(Stdio::null()).output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        bail!("the probe of `{}` failed: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }
    let numbers: Vec<i64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [wall, peak, code, started] = numbers[..] else { bail!("the probe said `{text}`") };
    Ok(Cost {
        wall: Duration::from_nanos(wall.try_into()?),
        peak,
        code: code.try_into()?,
        started: Duration::from_nanos(started.try_into()?),
    })
}

/// The probe itself: `xtask bench-probe alone|all PROGRAM ARGUMENTS…`. What the program says goes to `probe.log`.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    let [processors, program, args @ ..] = arguments else {
        bail!("usage: bench-probe alone|all PROGRAM …")
    };
    if *processors == "alone" {
        let mut first = rustix::thread::CpuSet::new();
        first.set(0);
        rustix::thread::sched_setaffinity(None, &first)?;
    }
    let log = std::fs::File::create("probe.log")?;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let started = monotonic();
    let clock = Instant::now();
    let status = command.status().with_context(|| format!("`{program}` cannot be started"))?;
    let wall = clock.elapsed();
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    println!("{} {peak} {} {}", wall.as_nanos(), status.code().unwrap_or(-1), started.as_nanos());
    Ok(())
}

/// The first step of a run: `xtask bench-stamp FILE` writes the time on the monotonic clock, in nanoseconds.
pub(crate) fn stamp(file: &str) -> anyhow::Result<()> {
    let now = monotonic();
    std::fs::write(file, now.as_nanos().to_string())?;
    Ok(())
}

fn monotonic() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    // The monotonic clock counts up from the machine's start.
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}
