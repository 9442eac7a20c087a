//! What is shown while a run works: a live area on a terminal, plain lines elsewhere, or JSON.

mod live;

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use flow_runtime::run::words::results;
use flow_runtime::run::{Observer, Seen};
use flow_runtime::store::RunId;
use flow_runtime::value::calendar::span;

use crate::drive::Manner;
use crate::place::shown;
use live::Live;

/// How often the live area is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Shows a run.
pub(crate) struct Display {
    manner: Manner,
    run: RunId,
    /// What every key begins with, and no line needs to say.
    root: String,
    /// The live area, if standard error is a terminal.
    live: Option<Arc<Mutex<Live>>>,
    /// Whether a step failed for good while this looked on.
    step_failed: AtomicBool,
    ticker: Mutex<Option<JoinHandle<()>>>,
}

impl Display {
    pub(crate) fn new(manner: &Manner, run: &RunId, root: &str) -> Self {
        let is_live = std::io::stderr().is_terminal() && !manner.json && !manner.quiet;
        let live = is_live.then(|| Arc::new(Mutex::new(Live::new())));
        let ticker = live.clone().and_then(|live| {
            let tick = move || {
                while lock(&live).draw() {
                    std::thread::park_timeout(TICK);
                }
            };
            std::thread::Builder::new().name("display".to_owned()).spawn(tick).ok()
        });
        let (manner, run, root) = (manner.clone(), run.clone(), root.to_owned());
        Self { manner, run, root, live, step_failed: false.into(), ticker: Mutex::new(ticker) }
    }

    /// Says what runs, or goes on, and where.
    pub(crate) fn begin(&self, flow: &str, directory: &Path, resumed: bool) {
        if self.manner.json {
            let event = serde_json::json!({
                "event": "began", "run": self.run.to_string(), "flow": flow, "directory": shown(directory),
            });
            crate::drive::println(&event.to_string());
        } else if !self.manner.quiet {
            let what = if resumed { "goes on with" } else { "runs" };
            self.line(&format!("{} {what} `{flow}` in {}", self.run, shown(directory)));
        }
    }

    /// Says something besides.
    pub(crate) fn say(&self, text: &str) {
        if self.manner.json {
            crate::drive::println(&serde_json::json!({ "event": "noted", "text": text }).to_string());
        } else {
            self.line(text);
        }
    }

    /// Takes the live area away.
    pub(crate) fn end(&self) {
        if let Some(live) = &self.live {
            lock(live).end();
        }
        let ticker = self.ticker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ticker) = ticker {
            ticker.thread().unpark();
            let _ = ticker.join();
        }
    }

    /// Whether a step failed for good while this looked on.
    pub(crate) fn saw_a_step_fail(&self) -> bool {
        self.step_failed.load(Ordering::Relaxed)
    }

    fn line(&self, text: &str) {
        match &self.live {
            Some(live) => lock(live).print(text),
            None => crate::drive::eprintln(text),
        }
    }

    fn short<'k>(&self, key: &'k str) -> &'k str {
        key.strip_prefix(&self.root).unwrap_or(key)
    }

    /// The line for something, and whether it matters even when little is to be said.
    fn words(&self, seen: &Seen) -> Option<(String, bool)> {
        Some(match seen {
            Seen::Replayed { steps } => (format!("  = {} from the journal", results(*steps)), false),
            Seen::Started { key, what, kind, attempt } => {
                if self.live.is_some() && *attempt == 1 {
                    return None;
                }
                let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
                (format!("  > {} ({} `{what}`{again})", self.short(key.as_str()), kind.word()), false)
            }
            Seen::Finished { key, milliseconds } => {
                (format!("  + {} after {}", self.short(key.as_str()), elapsed(*milliseconds)), false)
            }
            Seen::Failed { key, kind, message, again_in_milliseconds } => {
                let again = match again_in_milliseconds {
                    Some(ms) => format!("; again in {}", elapsed(*ms)),
                    None => String::new(),
                };
                // Whoever wants all of it finds it at the end of the run, or in `flow show`.
                let said = brief(message);
                (format!("  ! {} failed: {kind}: {said}{again}", self.short(key.as_str())), true)
            }
            Seen::Cancelled { key } => (format!("  - {} was cancelled", self.short(key.as_str())), false),
            Seen::Waiting { key, what } => {
                if self.live.is_some() {
                    return None;
                }
                (format!("  ? {} waits for {what}", self.short(key.as_str())), true)
            }
            Seen::Logged { text, .. } => (format!("    {text}"), false),
            Seen::Measured { name, value, .. } => (format!("    {name} = {value}"), false),
            Seen::Emitted { value, .. } => (format!("    event {value}"), false),
            Seen::Noted { text } => (format!("  ! {text}"), true),
        })
    }
}

impl Observer for Display {
    fn see(&self, seen: &Seen) {
        if matches!(seen, Seen::Failed { again_in_milliseconds: None, .. }) {
            self.step_failed.store(true, Ordering::Relaxed);
        }
        if self.manner.json {
            if let Ok(json) = serde_json::to_string(seen) {
                crate::drive::println(&json);
            }
            return;
        }
        if let Some(live) = &self.live {
            lock(live).follow(seen, |key| self.short(key).to_owned());
        }
        if let Some((text, matters)) = self.words(seen)
            && (matters || !self.manner.quiet)
        {
            self.line(&text);
        }
    }

    fn ask(&self, question: &str) -> Option<String> {
        let can_ask = std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !self.manner.json;
        if !can_ask {
            return None;
        }
        let _paused = self.live.as_ref().map(|live| {
            let mut live = lock(live);
            live.clear();
            live
        });
        crate::drive::eprintln(&format!("\n{question}"));
        read_line()
    }
}

/// Reads a line that somebody types; nothing at the end of input, or for an empty line.
pub(crate) fn read_line() -> Option<String> {
    let _ = write!(std::io::stderr(), "> ");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(count) if count > 0 && !line.trim().is_empty() => Some(line.trim().to_owned()),
        _ => None,
    }
}

fn lock(live: &Mutex<Live>) -> MutexGuard<'_, Live> {
    live.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many characters of a message are shown while a run works.
const BRIEF: usize = 160;

/// The first line of a message, cut if it is long.
fn brief(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    match first.char_indices().nth(BRIEF) {
        Some((end, _)) => format!("{}…", &first[..end]),
        None if message.lines().nth(1).is_some() => format!("{first} …"),
        None => first.to_owned(),
    }
}

/// A time for people.
pub(crate) fn elapsed(milliseconds: u64) -> String {
    span(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}
