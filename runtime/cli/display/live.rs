//! The live area: a line for each step that runs, below everything that was printed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use flow_compiler::diagnostics::render::visible;
use flow_runtime::run::Seen;

/// How many running steps have a line of their own.
const LINES: usize = 8;

/// The frames of a spinner.
const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// A live area on standard error.
pub(super) struct Live {
    running: BTreeMap<String, Step>,
    /// Lines that are printed above the area with the next frame.
    pending: String,
    /// How many lines the area has on the screen.
    drawn: usize,
    frame: usize,
    done: u64,
    is_over: bool,
}

struct Step {
    name: String,
    since: Instant,
    order: u64,
}

impl Live {
    pub(super) fn new() -> Self {
        Self { running: BTreeMap::new(), pending: String::new(), drawn: 0, frame: 0, done: 0, is_over: false }
    }

    /// Takes in what happened.
    pub(super) fn follow(&mut self, seen: &Seen, short: impl Fn(&str) -> String) {
        let mut begin = |key: &str, name: String| {
            let order = self.done + self.running.len() as u64;
            self.running.insert(key.to_owned(), Step { name, since: Instant::now(), order });
        };
        match seen {
            Seen::Started { key, .. } => begin(key.as_str(), short(key.as_str())),
            Seen::Waiting { key, what } => {
                let name = visible(&format!("{} waits for {what}", short(key.as_str()))).into_owned();
                begin(key.as_str(), name.replace('\n', " "));
            }
            Seen::Finished { key, .. } | Seen::Failed { key, .. } | Seen::Cancelled { key } => {
                self.done += 1;
                self.running.remove(key.as_str());
            }
            _ => {}
        }
    }

    /// Prints a line above the area.
    pub(super) fn print(&mut self, text: &str) {
        self.pending.push_str(&visible(text));
        self.pending.push('\n');
    }

    /// Draws a frame; false when there will be no more.
    pub(super) fn draw(&mut self) -> bool {
        if self.is_over {
            return false;
        }
        self.frame += 1;
        let width = width();
        let mut steps: Vec<_> = self.running.values().collect();
        steps.sort_by_key(|step| step.order);
        let mut lines: Vec<String> = steps
            .iter()
            .take(LINES)
            .map(|step| {
                let time = match step.since.elapsed() {
                    // Always with its tenths, so that what stands behind does not jump.
                    short if short.as_secs() < 60 => format!("{:.1} s", short.as_secs_f64()),
                    long => super::elapsed(u64::try_from(long.as_millis()).unwrap_or(u64::MAX)),
                };
                let spinner = FRAMES[self.frame % FRAMES.len()];
                cut(&format!("  {spinner} {} {time}", step.name), width)
            })
            .collect();
        if steps.len() > LINES {
            lines.push(cut(&format!("    and {} more at once", steps.len() - LINES), width));
        }
        let mut out = self.erase();
        out.push_str(&std::mem::take(&mut self.pending));
        for line in &lines {
            out.push_str(line);
            out.push('\n');
        }
        self.drawn = lines.len();
        emit(&out);
        true
    }

    /// Takes the area off the screen until the next frame.
    pub(super) fn clear(&mut self) {
        let out = self.erase() + &std::mem::take(&mut self.pending);
        emit(&out);
    }

    /// Takes the area off the screen for good.
    pub(super) fn end(&mut self) {
        self.clear();
        self.is_over = true;
    }

    fn erase(&mut self) -> String {
        match std::mem::take(&mut self.drawn) {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\x1b[J"),
        }
    }
}

/// Writes to the terminal at once. One that is gone does not matter.
fn emit(text: &str) {
    if !text.is_empty() {
        let mut terminal = std::io::stderr().lock();
        let _ = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush());
    }
}

/// The columns of the terminal.
fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok();
    // A terminal that does not know its width says 0.
    size.map(|size| usize::from(size.ws_col)).filter(|width| *width > 0).unwrap_or(80).max(20)
}

/// A line that does not wrap.
fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width.saturating_sub(1)) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow_runtime::journal::{StepKey, StepKind};

    #[test]
    fn a_step_is_in_the_area_while_it_runs() {
        let mut live = Live::new();
        let key = StepKey::new("main#1/a");
        let started =
            Seen::Started { key: key.clone(), what: "a".to_owned(), kind: StepKind::Command, attempt: 1 };
        live.follow(&started, str::to_owned);
        assert_eq!(live.running.len(), 1);
        live.follow(&Seen::Finished { key, milliseconds: 1 }, str::to_owned);
        assert_eq!((live.running.len(), live.done), (0, 1));
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        let mut live = Live::new();
        live.print("\u{1b}[2Jgone");
        assert_eq!(live.pending, "\\u{1b}[2Jgone\n");
    }

    #[test]
    fn a_long_line_is_cut_at_the_edge() {
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("äöü", 5), "äöü");
    }
}
