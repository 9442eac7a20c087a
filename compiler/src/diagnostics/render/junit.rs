//! JUnit XML: a suite for each file in which something was found, a case for each finding. What has no findings is one case
//! that passed, for a report without cases is taken for one that was never made.

use crate::diagnostics::Severity;
use crate::diagnostics::report::{Finding, Report};
use std::fmt::Write as _;

pub(super) fn render(report: &Report) -> String {
    let mut suites: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in &report.findings {
        let path = report.primary(finding).map_or("flow.toml", |(source, _)| source.path.as_str());
        match suites.iter_mut().find(|(known, _)| *known == path) {
            Some((_, findings)) => findings.push(finding),
            None => suites.push((path, vec![finding])),
        }
    }
    let tests = report.findings.len().max(1);
    let failures = failures(&report.findings.iter().collect::<Vec<_>>());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"flowc check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n"
    );
    if suites.is_empty() {
        out.push_str(
            "  <testsuite name=\"flowc check\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n",
        );
        out.push_str("    <testcase name=\"check\" classname=\"flowc\"/>\n  </testsuite>\n");
    }
    for (path, findings) in &suites {
        suite(report, path, findings, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

/// Errors and warnings; a note is no failure.
fn failures(findings: &[&Finding]) -> usize {
    findings.iter().filter(|finding| finding.severity != Severity::Note).count()
}

fn suite(report: &Report, path: &str, findings: &[&Finding], out: &mut String) {
    let (path, tests, failures) = (escaped(path), findings.len(), failures(findings));
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    );
    for finding in findings {
        let start = report.primary(finding).map(|(source, span)| source.range(span).0);
        let (line, column) = start.map_or((1, 1), |start| (start.line, start.column));
        let name = format!("{}:{line}:{column}", finding.code);
        let _ =
            write!(out, "    <testcase name=\"{name}\" classname=\"{path}\" file=\"{path}\" line=\"{line}\"");
        if finding.severity == Severity::Note {
            out.push_str("/>\n");
            continue;
        }
        let (kind, message) = (super::word(finding.severity), escaped(&finding.message));
        let mut text = format!("{path}:{line}:{column}: {kind}[{}]: {message}", finding.code);
        finding.notes.iter().for_each(|note| text.push_str(&format!("\nnote: {}", escaped(note))));
        finding.help.iter().for_each(|help| text.push_str(&format!("\nhelp: {}", escaped(help))));
        let _ = writeln!(
            out,
            ">\n      <failure message=\"{message}\" type=\"{kind}\">{text}</failure>\n    </testcase>"
        );
    }
    out.push_str("  </testsuite>\n");
}

/// Text for XML; what XML cannot hold becomes a replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}
