//! What people read.

use std::io::IsTerminal as _;

use super::Outcome;
use super::coverage::Ways;
use super::pool::Ran;
use super::suite::Suite;
use crate::drive::draw;

/// How many calls of a failed test are shown.
const MOST_CALLS: usize = 20;

/// Names the tests.
pub(crate) fn list(suites: &[Suite]) {
    for suite in suites {
        for name in &suite.tests {
            let place = suite.place_of(name).map(|place| place.to_string());
            draw(&format!("{}: {name}", place.unwrap_or_else(|| suite.file.clone())));
        }
    }
}

/// Tells how every test ended, and of those that failed why.
pub(crate) fn print(outcome: &Outcome<'_>, coverage: Option<&Ways>, quiet: bool) {
    let paint = Paint::new();
    let mut file = None;
    for ran in outcome.ran.iter().filter(|_| !quiet) {
        if file != Some(ran.suite) {
            draw(&outcome.suite(ran).file);
            file = Some(ran.suite);
        }
        let word = match ran.report.finding {
            None => paint.green("ok  "),
            Some(_) => paint.red("FAIL"),
        };
        draw(&format!("  {word} {}", ran.name));
    }
    for ran in outcome.ran.iter().filter(|ran| ran.report.finding.is_some()) {
        draw("");
        draw(failure(outcome.suite(ran), ran, &paint).trim_end());
    }
    if let Some(coverage) = coverage {
        draw("");
        draw(coverage.text().trim_end());
    }
    let failed = outcome.failed();
    let passed = outcome.ran.len() - failed;
    if !quiet {
        draw("");
    }
    let counts = match failed {
        0 => paint.green(&format!("{passed} passed")),
        _ => format!("{passed} passed, {}", paint.red(&format!("{failed} failed"))),
    };
    draw(&format!("{counts} in {:.2} s", outcome.seconds));
}

/// Everything that is told of a failed test.
pub(crate) fn failure(suite: &Suite, ran: &Ran, paint: &Paint) -> String {
    let mut out = String::new();
    let Some(finding) = &ran.report.finding else { return out };
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    let place = suite.place_of(&ran.name).map(|place| place.to_string());
    line(&format!("{} {} ({})", paint.red("FAIL"), ran.name, place.as_deref().unwrap_or(&suite.file)));
    match finding.at.and_then(|at| Some((suite.place(at)?, suite.source(at)?))) {
        Some((place, (whole, part))) => {
            line(&format!("  {place}: {}", finding.message));
            let number = place.line.to_string();
            let before: String = whole
                .chars()
                .take(usize::try_from(place.column.saturating_sub(1)).unwrap_or(0))
                .map(|letter| if letter == '\t' { '\t' } else { ' ' })
                .collect();
            let marks = "^".repeat(part.trim_end().chars().count().max(1));
            line(&format!("    {number} | {whole}"));
            line(&format!("    {} | {before}{}", " ".repeat(number.len()), paint.red(&marks)));
        }
        None => line(&format!("  {}", finding.message)),
    }
    let sides: &[&str] = match finding.values.len() {
        2 => &["left:  ", "right: "],
        _ => &["value: "],
    };
    for (side, value) in sides.iter().zip(&finding.values) {
        let text = value.text.replace('\n', "\n           ");
        match suite.source(value.at).map(|(_, part)| part) {
            Some(part) if part != value.text => line(&format!("    {side}{} is {text}", part.trim())),
            _ => line(&format!("    {side}{text}")),
        }
    }
    if let Some(note) = &finding.note {
        line(&format!("    note:  {note}"));
    }
    if let Some(help) = &finding.help {
        line(&format!("    help:  {help}"));
    }
    let calls = &ran.report.calls;
    if calls.is_empty() {
        line("  no calls were made");
    } else {
        line("  calls that were made:");
    }
    let skipped = calls.len().saturating_sub(MOST_CALLS);
    if skipped > 0 {
        line(&format!("    … {skipped} more before these"));
    }
    for (index, call) in calls.iter().enumerate().skip(skipped) {
        let end = call.outcome.as_deref().unwrap_or("(did not end)");
        line(&format!("    {}. {} → {end}", index + 1, call.text));
    }
    if !ran.report.said.is_empty() {
        line("  the log:");
        ran.report.said.iter().for_each(|said| line(&format!("    {said}")));
    }
    if let Some(workspace) = &ran.workspace {
        line(&format!("  the workspace is kept: {}", workspace.display()));
    }
    out
}

/// Colours, on terminals that have them.
pub(crate) struct Paint(bool);

impl Paint {
    fn new() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self(std::io::stdout().is_terminal() && !plain)
    }

    /// No colours.
    pub(crate) const fn none() -> Self {
        Self(false)
    }

    fn green(&self, text: &str) -> String {
        self.paint(text, "32")
    }

    fn red(&self, text: &str) -> String {
        self.paint(text, "31")
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
