//! `cargo xtask bench`: whole processes, timed side by side in one run, as a table for `docs/benchmarks.md`.

pub(crate) mod floor;
pub(crate) mod probe;
mod table;

use crate::guided::Guided;
use anyhow::{Context as _, ensure};
use flow_tests::generate;
use probe::{Cost, probe};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use table::Table;

/// The size of the run: `cargo xtask bench` for the figures that are published, `--quick` to see that it works.
#[derive(Clone, Copy)]
struct Size {
    checks: usize,
    /// Checks of the large project.
    large: usize,
    rounds: usize,
    steps: usize,
    many: usize,
}

const FULL: Size = Size { checks: 60, large: 15, rounds: 5, steps: 1_000, many: 100_000 };
const QUICK: Size = Size { checks: 5, large: 1, rounds: 1, steps: 100, many: 1_000 };

/// What `cargo xtask bench` takes.
pub(crate) const FLAGS: [&str; 3] = ["--quick", "--guided", "--built"];

/// The programs under test, and where to run them.
struct Bench {
    /// Each `flowc`, with what tells it apart in the table.
    flowcs: Vec<(&'static str, PathBuf)>,
    flow: PathBuf,
    this: PathBuf,
    work: PathBuf,
    size: Size,
}

/// Builds the programs, unless those that were `built` last are wanted, measures them, and prints the table.
pub(crate) fn run(quick: bool, guided: bool, built: bool) -> anyhow::Result<()> {
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).context("xtask does not lie in a target directory")?.to_owned();
    if !built {
        build(&target)?;
    }
    let work = target.join("bench");
    if work.exists() {
        std::fs::remove_dir_all(&work)?;
    }
    std::fs::create_dir_all(&work)?;
    let release = target.join("release");
    let size = if quick { QUICK } else { FULL };
    let mut flowcs = vec![("", release.join("flowc"))];
    if guided {
        let flowc = if built { Guided::below(&target)?.last() } else { Guided::train(&target)?.build()? };
        flowcs.push((", guided", flowc));
    }
    let bench = Bench { flowcs, flow: release.join("flow"), this, work, size };

    let mut table = Table::new();
    bench.check(&mut table)?;
    bench.start(&mut table)?;
    bench.steps(&mut table)?;
    bench.many(&mut table)?;
    print!("{}\n{}", table::machine(), table);
    Ok(())
}

/// What is measured is what people install.
fn build(target: &Path) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--package", "flowc", "--package", "flow-runtime", "--target-dir"])
        .arg(target)
        .status()?;
    ensure!(status.success(), "the programs cannot be built");
    Ok(())
}

impl Bench {
    /// An empty directory below the one of the bench.
    fn fresh(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.work.join(name);
        if path.exists() {
            std::fs::remove_dir_all(&path)?;
        }
        std::fs::create_dir_all(&path)?;
        Ok(path)
    }

    /// `flowc check` of a small file, and of the large project on one and on all processors.
    fn check(&self, table: &mut Table) -> anyhow::Result<()> {
        let small = self.fresh("small")?;
        std::fs::write(small.join("small.flow"), generate::alone(100))?;
        let nothing = repeat(self.size.checks, || probe(&small, false, Path::new("/bin/true"), &[]))?;
        table.row("start of a process that does nothing (`/bin/true`)", &nothing, "");
        self.beside(
            table,
            self.size.checks,
            |flowc| ok(probe(&small, false, flowc, &["check", "small.flow"])?, &small),
            |guided, _| (format!("`flowc check` of a 100-line file{guided}"), "under 5 ms"),
        )?;

        let project = self.fresh("project")?;
        let files = generate::project(500, 200);
        generate::write(&project, &files)?;
        for (alone, processors) in [(true, "1 processor"), (false, "all processors")] {
            self.beside(
                table,
                self.size.large,
                |flowc| ok(probe(&project, alone, flowc, &["check", "."])?, &project),
                |guided, wall| {
                    let speed = 100_000.0 / wall.as_secs_f64();
                    let name = format!(
                        "`flowc check` of 100,000 lines in 500 files, {processors}{guided}: {speed:.0} lines/s"
                    );
                    (name, if alone { "" } else { "500,000 lines/s: 200 ms" })
                },
            )?;
        }
        Ok(())
    }

    /// Each `flowc` in turns, so that all meet the same machine, and a row for each: its name and target.
    fn beside(
        &self,
        table: &mut Table,
        times: usize,
        once: impl Fn(&Path) -> anyhow::Result<Cost>,
        named: impl Fn(&str, Duration) -> (String, &'static str),
    ) -> anyhow::Result<()> {
        let mut all = vec![Vec::new(); self.flowcs.len()];
        for _ in 0..times {
            for ((_, flowc), costs) in self.flowcs.iter().zip(&mut all) {
                costs.push(once(flowc)?);
            }
        }
        for ((which, _), costs) in self.flowcs.iter().zip(&all) {
            let (name, target) = named(which, table::median(costs).wall);
            table.row(&name, costs, target);
        }
        Ok(())
    }

    /// From the start of `flow run` to the first instruction of the first step's program.
    fn start(&self, table: &mut Table) -> anyhow::Result<()> {
        let mut costs = Vec::new();
        for round in 0..self.size.checks {
            let place = self.fresh(&format!("start/{round}"))?;
            let stamp = place.join("stamp");
            let program = format!(
                "command stamp() -> none {{\n  run: [{:?}, \"bench-stamp\", {:?}]\n  output: none\n}}\n\n\
                 flow first() {{\n  stamp()\n}}\n",
                self.this, stamp
            );
            std::fs::write(place.join("first.flow"), program)?;
            let cost = ok(probe(&place, false, &self.flow, &["run", "first.flow"])?, &place)?;
            let stamped: u64 = std::fs::read_to_string(&stamp)?.parse()?;
            costs.push(Cost { wall: Duration::from_nanos(stamped).saturating_sub(cost.started), ..cost });
        }
        table.row("start of `flow run` to the first step's program running", &costs, "under 15 ms");
        Ok(())
    }

    /// A step beside its floor, in turns, so that both meet the same disk.
    fn steps(&self, table: &mut Table) -> anyhow::Result<()> {
        let count = self.size.steps.to_string();
        let (mut floors, mut runs) = (Vec::new(), Vec::new());
        for round in 0..self.size.rounds {
            let place = self.fresh(&format!("steps/{round}"))?;
            floors.push(ok(probe(&place, false, &self.this, &["bench-floor", &count])?, &place)?);
            runs.push(self.run_steps(&place, &count, false)?);
        }
        let (floor, run) = (table::median(&floors), table::median(&runs));
        let ratio = run.wall.as_secs_f64() / floor.wall.as_secs_f64();
        table.each(
            &format!("floor of a step: spawn and two durable records ({count} steps)"),
            &floors,
            self.size.steps,
            "",
        );
        table.each(
            &format!("step of `flow run` ({count} steps, start included): {ratio:.2} × the floor"),
            &runs,
            self.size.steps,
            "1.3 × the floor",
        );
        Ok(())
    }

    /// A long run, and its resume: every step is recorded, so none runs again.
    fn many(&self, table: &mut Table) -> anyhow::Result<()> {
        let place = self.fresh("many")?;
        let count = self.size.many.to_string();
        let run = self.run_steps(&place, &count, true)?;
        let name = format!("`flow run` of {count} steps");
        table.row(&name, &[run], "memory flat");
        table.each(&format!("{name}: one step"), &[run], self.size.many, "as in the short run");
        let resumed = repeat(self.size.rounds, || {
            let cost = probe(&place, false, &self.flow, &["resume", "STEPS-1"])?;
            held(cost, &place)
        })?;
        table.row(&format!("`flow resume` over {count} recorded steps"), &resumed, "under 500 ms");
        Ok(())
    }

    fn run_steps(&self, place: &Path, count: &str, hold: bool) -> anyhow::Result<Cost> {
        std::fs::write(place.join("loop.flow"), generate::command_loop())?;
        let (count, hold_input) = (format!("count={count}"), format!("hold={hold}"));
        let args = ["run", "loop.flow", "steps", "--input", &count, "--input", &hold_input];
        let cost = probe(place, false, &self.flow, &args)?;
        if hold { held(cost, place) } else { ok(cost, place) }
    }
}

fn repeat(times: usize, mut once: impl FnMut() -> anyhow::Result<Cost>) -> anyhow::Result<Vec<Cost>> {
    (0..times).map(|_| once()).collect()
}

/// A process that was to succeed did.
fn ok(cost: Cost, place: &Path) -> anyhow::Result<Cost> {
    ended(cost, 0, place)
}

/// A run that was to be blocked at its end is.
fn held(cost: Cost, place: &Path) -> anyhow::Result<Cost> {
    ended(cost, 3, place)
}

fn ended(cost: Cost, code: i32, place: &Path) -> anyhow::Result<Cost> {
    let said = || std::fs::read_to_string(place.join("probe.log")).unwrap_or_default();
    ensure!(cost.code == code, "a process in {} ended with {}:\n{}", place.display(), cost.code, said());
    Ok(cost)
}
