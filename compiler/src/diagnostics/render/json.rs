//! A JSON object a line. The form is stable and described in `docs/cli.md`.

use crate::diagnostics::lines::Position;
use crate::diagnostics::report::{Finding, Report};
use flow_grammar::span::Span;
use serde_json::{Value, json};

pub(super) fn render(report: &Report) -> String {
    report.findings.iter().map(|finding| format!("{}\n", object(report, finding))).collect()
}

fn object(report: &Report, finding: &Finding) -> Value {
    let labels: Vec<Value> = finding
        .labels
        .iter()
        .map(|label| {
            let mut value = place(report, label.source, label.span);
            value["text"] = json!(label.text);
            value
        })
        .collect();
    let fixes: Vec<Value> = finding
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<Value> = fix
                .edits
                .iter()
                .map(|(source, span, text)| {
                    let mut value = place(report, *source, *span);
                    value["text"] = json!(text);
                    value
                })
                .collect();
            json!({ "title": fix.title, "certain": fix.certain, "edits": edits })
        })
        .collect();
    json!({
        "code": finding.code.0,
        "severity": super::word(finding.severity),
        "message": finding.message,
        "labels": labels,
        "notes": finding.notes,
        "help": finding.help,
        "fixes": fixes,
    })
}

/// A place, in bytes and as people count.
fn place(report: &Report, source: usize, span: Span) -> Value {
    let Some(source) = report.sources.get(source) else { return json!({}) };
    let (start, end) = source.range(span);
    let position =
        |at: Position, offset: u32| json!({ "line": at.line, "column": at.column, "offset": offset });
    json!({ "path": source.path, "start": position(start, span.start), "end": position(end, span.end) })
}
