//! `flowc check --watch`: looks again whenever a file changes.

use crate::{Outcome, complain, print};
use anyhow::Context as _;
use flow_compiler::host::{self, Request, Session, read_text};
use std::collections::BTreeMap;
use std::fs;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// How often the files are looked at. A look asks the system for times and lengths and reads no content.
const EVERY: Duration = Duration::from_millis(200);

/// When a file was last changed, and how long it is; `None` where there is none.
type Stamp = Option<(SystemTime, u64)>;

/// Checks at once, and whenever something changed, until the process is ended. `look` checks and prints.
pub(crate) fn run(paths: &[PathBuf], mut look: impl FnMut(&mut Session)) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        paths.iter().all(|path| path.as_os_str() != "-"),
        "standard input cannot be watched: name a file"
    );
    let directory = std::env::current_dir().context("cannot tell the current directory")?;
    let request = Request { directory, paths: paths.to_vec(), stdin: None };
    let mut again: Option<Seen> = None;
    loop {
        if std::io::stdout().is_terminal() {
            // The screen, what was scrolled off it, and the cursor.
            print("\x1b[2J\x1b[3J\x1b[H");
        }
        let mut texts: BTreeMap<PathBuf, Option<String>> = BTreeMap::new();
        match Session::open(&request) {
            Ok(mut session) => {
                texts = session.read_files();
                look(&mut session);
                let count = session.roots.len();
                let files = if count == 1 { "file" } else { "files" };
                complain(&format!("watching {count} {files}; Ctrl-C ends"));
            }
            // It may come back.
            Err(error) => complain(&format!("{error}; waiting for it")),
        }
        let seen = Seen::of(&request, texts.keys());
        // What was changed while it was checked has its new stamp already. Once is enough: what is no text in UTF-8, say, is
        // never what was read of it.
        if again.as_ref() != Some(&seen) && texts.iter().any(|(path, text)| read_text(path) != *text) {
            again = Some(seen);
            continue;
        }
        while Seen::of(&request, texts.keys()) == seen {
            std::thread::sleep(EVERY);
        }
    }
}

/// What can be seen of files without reading them.
#[derive(PartialEq, Eq)]
struct Seen {
    /// Those of the request.
    found: Vec<PathBuf>,
    stamps: Vec<Stamp>,
}

impl Seen {
    fn of<'p>(request: &Request, read: impl Iterator<Item = &'p PathBuf>) -> Self {
        let found = host::find(request).unwrap_or_default();
        let stamp = |path: &PathBuf| {
            let known = fs::metadata(path).ok()?;
            Some((known.modified().ok()?, known.len()))
        };
        let stamps = read.map(stamp).collect();
        Self { found, stamps }
    }
}
