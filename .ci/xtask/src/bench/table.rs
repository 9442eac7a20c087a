//! The table of results, in Markdown.

use super::probe::Cost;
use std::fmt::{Display, Formatter, Result, Write as _};
use std::time::Duration;

/// Rows of what was measured.
pub(super) struct Table {
    rows: String,
}

impl Table {
    pub(super) fn new() -> Self {
        Self { rows: String::new() }
    }

    /// A row: the median, the fastest and the slowest of the runs, the most memory of any.
    pub(super) fn row(&mut self, name: &str, costs: &[Cost], target: &str) {
        self.each(name, costs, 1, target);
    }

    /// The same for one of `count` equal pieces of each run.
    pub(super) fn each(&mut self, name: &str, costs: &[Cost], count: usize, target: &str) {
        let part = |wall: Duration| time(wall / u32::try_from(count).unwrap_or(u32::MAX));
        let least = costs.iter().map(|cost| cost.wall).min().unwrap_or_default();
        let most = costs.iter().map(|cost| cost.wall).max().unwrap_or_default();
        let peak = costs.iter().map(|cost| cost.peak).max().unwrap_or_default();
        let middle = part(median(costs).wall);
        let megabytes = peak / 1024;
        let _ = writeln!(
            self.rows,
            "| {name} | {middle} | {} – {} | {megabytes} MiB | {} | {target} |",
            part(least),
            part(most),
            costs.len()
        );
        // The whole takes minutes: say how far it is.
        eprintln!("{name}: {middle}, {megabytes} MiB");
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "| what | median | fastest – slowest | peak memory | runs | target |")?;
        writeln!(f, "| --- | ---: | ---: | ---: | ---: | --- |")?;
        f.write_str(&self.rows)
    }
}

/// The run in the middle by time.
pub(super) fn median(costs: &[Cost]) -> Cost {
    let mut sorted = costs.to_vec();
    sorted.sort_by_key(|cost| cost.wall);
    let nothing = Cost { wall: Duration::ZERO, peak: 0, code: 0, started: Duration::ZERO };
    sorted.get(sorted.len() / 2).copied().unwrap_or(nothing)
}

fn time(wall: Duration) -> String {
    let milliseconds = wall.as_secs_f64() * 1_000.0;
    match milliseconds {
        0.0..100.0 => format!("{milliseconds:.2} ms"),
        100.0..10_000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1_000.0),
    }
}

/// What it was measured on.
pub(super) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
    let kernel = read("/proc/sys/kernel/osrelease");
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    format!(
        "{} × {}, Linux {}, load {} at the end of the run.\n",
        processors,
        model.trim_start_matches([' ', '\t', ':']),
        kernel.trim(),
        load.split(' ').next().unwrap_or_default(),
    )
}
