//! Reports as text: for people, for terminals, for other programs.

mod github;
mod gitlab;
mod json;
mod junit;
mod quiet;
mod rich;
mod sarif;
mod short;
mod visible;
mod window;

pub use visible::visible;

use super::Severity;
use super::report::Report;

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The source with what is said about it, for people.
    Rich,
    /// A line each: `path:line:column: error[E0301]: message`.
    Short,
    /// A JSON object a line.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Code Quality of GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
}

/// Renders a report.
pub fn render(report: &Report, format: Format, colour: bool) -> String {
    match format {
        Format::Rich => visible::drawn(&rich::render(&visible::sources(&visible::words(report)), colour)),
        Format::Short => short::render(&visible::words(report)),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(&visible::words(report)),
        Format::Gitlab => gitlab::render(report),
        Format::Junit => junit::render(&visible::words(report)),
    }
}

/// `found 3 errors and 1 warning in 2 files`, or nothing when there is nothing.
pub fn summary(report: &Report) -> Option<String> {
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .map(|(severity, word)| (report.count(severity), word));
    let parts: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| plural(count, word)).collect();
    let what = match parts.as_slice() {
        [] => return None,
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    };
    let mut files: Vec<usize> = report
        .findings
        .iter()
        .filter_map(|finding| finding.labels.first().map(|label| label.source))
        .collect();
    files.sort_unstable();
    files.dedup();
    Some(match files.len() {
        0 | 1 => format!("found {what}"),
        many => format!("found {what} in {many} files"),
    })
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
