//! From a keystroke to its diagnostics, over the real server's standard input and output: `cargo bench -p flow-lsp`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark may")]

#[path = "../tests/support/mod.rs"]
mod support;

use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use support::Client;

const URI: &str = "file:///nowhere/bench.flow";

fn main() {
    println!("| what | fastest | median | slowest |\n| --- | ---: | ---: | ---: |");
    for lines in [1_000, 20_000] {
        let name = format!("keystroke to diagnostics, {lines} lines");
        row(&name, keystrokes(&flow_tests::generate::alone(lines), 100));
    }
    row("cancelled request to its answer, while an edit is checked", cancellations(50));
}

/// Makes and mends one mistake, one keystroke each, and waits for what is said of it.
fn keystrokes(text: &str, count: i64) -> Vec<Duration> {
    let mut client = Client::start(Path::new("/nowhere"));
    let text = format!("{}\nfn end() -> int {{ 1 }}\n", text.trim_end());
    let last = u32::try_from(text.lines().count() - 1).unwrap();
    client.open(URI, &text);
    client.diagnostics(URI, 1);
    // Between the braces of the last function: `1`, then `1x`, then `1` again.
    let at = (last, 19);
    (0..count)
        .map(|index| {
            let version = index + 2;
            let began = Instant::now();
            if index % 2 == 0 {
                client.insert(URI, version, at, "x");
            } else {
                client.delete(URI, version, at);
            }
            client.diagnostics(URI, version);
            began.elapsed()
        })
        .collect()
}

/// Cancels a request that waits behind an edit of a large file.
fn cancellations(count: i64) -> Vec<Duration> {
    let text = flow_tests::generate::alone(20_000);
    let mut client = Client::start(Path::new("/nowhere"));
    client.open(URI, &text);
    client.diagnostics(URI, 1);
    let position = json!({ "textDocument": { "uri": URI }, "position": { "line": 5, "character": 3 } });
    (0..count)
        .map(|index| {
            client.insert(URI, index + 2, (0, 0), " ");
            let asked = client.ask("textDocument/completion", position.clone());
            let began = Instant::now();
            client.notify("$/cancelRequest", json!({ "id": asked }));
            client.answer(asked);
            began.elapsed()
        })
        .collect()
}

fn row(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let milliseconds = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
    let middle = times[times.len() / 2];
    println!(
        "| {name} | {} | {} | {} |",
        milliseconds(times[0]),
        milliseconds(middle),
        milliseconds(times[times.len() - 1])
    );
}
