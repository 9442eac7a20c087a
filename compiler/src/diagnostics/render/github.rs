//! Annotations of GitHub Actions.

use crate::diagnostics::Severity;
use crate::diagnostics::report::{Finding, Report};
use std::fmt::Write as _;

pub(super) fn render(report: &Report) -> String {
    report.findings.iter().map(|finding| annotation(report, finding)).collect()
}

fn annotation(report: &Report, finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut out = format!("::{command} title=flowc ({})", finding.code);
    if let Some((source, span)) = report.primary(finding) {
        let (start, end) = source.range(span);
        // Writing to a string cannot fail.
        let _ = write!(out, ",file={},line={},endLine={}", property(&source.path), start.line, end.line);
        // GitHub ignores columns of places that span lines.
        if start.line == end.line {
            let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
        }
    }
    let mut text = finding.message.clone();
    for label in finding.labels.iter().filter(|label| !label.text.is_empty()) {
        if let Some(source) = report.sources.get(label.source) {
            let (start, _) = source.range(label.span);
            let _ = write!(text, "\n{}:{}:{}: {}", source.path, start.line, start.column, label.text);
        }
    }
    finding.notes.iter().for_each(|note| text.push_str(&format!("\nnote: {note}")));
    finding.help.iter().for_each(|help| text.push_str(&format!("\nhelp: {help}")));
    let _ = writeln!(out, "::{}", data(&text));
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
