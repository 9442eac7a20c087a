//! SARIF 2.1.0.

use crate::diagnostics::Severity;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Finding, Report, Source};
use flow_grammar::span::Span;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn render(report: &Report) -> String {
    let used: BTreeSet<&str> = report.findings.iter().map(|finding| finding.code.0).collect();
    let rules: Vec<Value> = used.iter().map(|code| rule(code)).collect();
    let index = |code: &str| used.iter().position(|it| *it == code);
    let results: Vec<Value> =
        report.findings.iter().map(|finding| result(report, finding, index(finding.code.0))).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "flowc",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: &str) -> Value {
    let mut rule = json!({ "id": code });
    if let Some(known) = codes::find(code) {
        rule["shortDescription"] = json!({ "text": known.title });
        rule["help"] = json!({ "text": known.page, "markdown": known.page });
        rule["helpUri"] = json!(format!("{}/blob/main/docs/errors/{code}.md", env!("CARGO_PKG_REPOSITORY")));
    }
    rule
}

fn result(report: &Report, finding: &Finding, index: Option<usize>) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = finding.message.clone();
    finding.notes.iter().for_each(|note| text.push_str(&format!("\nnote: {note}")));
    finding.help.iter().for_each(|help| text.push_str(&format!("\nhelp: {help}")));
    let mut result = json!({ "ruleId": finding.code.0, "level": level, "message": { "text": text } });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    let mut places = finding.labels.iter().enumerate().filter_map(|(id, label)| {
        let source = report.sources.get(label.source)?;
        let mut place = location(source, label.span);
        if !label.text.is_empty() {
            place["message"] = json!({ "text": label.text });
        }
        if id > 0 {
            place["id"] = json!(id);
        }
        Some(place)
    });
    if let Some(first) = places.next() {
        result["locations"] = json!([first]);
    }
    let related: Vec<Value> = places.collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    let fixes: Vec<Value> = finding.fixes.iter().map(|fix| fixed(report, fix)).collect();
    if !fixes.is_empty() {
        result["fixes"] = json!(fixes);
    }
    result
}

fn location(source: &Source, span: Span) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&source.path) },
        "region": region(source, span),
    }})
}

fn region(source: &Source, span: Span) -> Value {
    let (start, end) = source.range(span);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": span.start,
        "byteLength": span.end.saturating_sub(span.start),
    })
}

fn fixed(report: &Report, fix: &crate::diagnostics::report::FindingFix) -> Value {
    let changes: Vec<Value> = fix
        .edits
        .iter()
        .filter_map(|(source, span, text)| {
            let source = report.sources.get(*source)?;
            Some(json!({
                "artifactLocation": { "uri": uri(&source.path) },
                "replacements": [{ "deletedRegion": region(source, *span), "insertedContent": { "text": text } }],
            }))
        })
        .collect();
    json!({ "description": { "text": fix.title }, "artifactChanges": changes })
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
