//! The least that a recorded command step can cost: `posix_spawn` of the program, and two records that are on the disk
//! before anything else happens.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// `xtask bench-floor COUNT`: that many steps, one behind the other, recorded in `floor.jsonl`.
pub(crate) fn run(count: &str) -> anyhow::Result<()> {
    let count: u64 = count.parse()?;
    let mut journal = std::fs::File::create("floor.jsonl")?;
    let padding = "x".repeat(160);
    for step in 0..count {
        writeln!(
            journal,
            "{{\"seq\":{},\"event\":\"started\",\"key\":\"steps/loop[{step}]/step\",\"pad\":\"{padding}\"}}",
            step * 2
        )?;
        journal.sync_data()?;
        let status = Command::new("/bin/true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        writeln!(
            journal,
            "{{\"seq\":{},\"event\":\"finished\",\"exit\":{:?},\"pad\":\"{padding}\"}}",
            step * 2 + 1,
            status.code()
        )?;
        journal.sync_data()?;
    }
    Ok(())
}
