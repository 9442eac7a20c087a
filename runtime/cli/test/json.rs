//! What programs read: a JSON object a line, one for each test and one for all of them.

use serde_json::{Value, json};

use super::Outcome;
use super::coverage::Ways;
use super::pool::Ran;
use super::suite::{Place, Suite};
use crate::drive::println;

/// Prints the lines.
pub(crate) fn print(outcome: &Outcome<'_>, coverage: Option<&Ways>) {
    for ran in &outcome.ran {
        println(&test(outcome.suite(ran), ran).to_string());
    }
    let failed = outcome.failed();
    let mut summary = json!({
        "event": "summary",
        "passed": outcome.ran.len() - failed,
        "failed": failed,
        "seconds": outcome.seconds,
    });
    if let Some(coverage) = coverage {
        summary["coverage"] = coverage.json();
    }
    println(&summary.to_string());
}

fn test(suite: &Suite, ran: &Ran) -> Value {
    let mut out = json!({
        "event": "test",
        "name": ran.name,
        "file": suite.file,
        "line": suite.place_of(&ran.name).map(|place| place.line),
        "outcome": if ran.report.finding.is_some() { "failed" } else { "passed" },
        "seconds": ran.seconds,
        "virtual_milliseconds": ran.report.took,
        "calls": ran.report.calls,
        "log": ran.report.said,
    });
    if let Some(finding) = &ran.report.finding {
        let mut found = json!(finding);
        found["place"] = finding.at.and_then(|at| suite.place(at)).map_or(Value::Null, |it| place(&it));
        found["source"] = json!(finding.at.and_then(|at| suite.source(at)).map(|(_, part)| part));
        for (value, compared) in finding.values.iter().enumerate() {
            found["values"][value]["source"] = json!(suite.source(compared.at).map(|(_, part)| part));
        }
        out["finding"] = found;
    }
    if let Some(workspace) = &ran.workspace {
        out["workspace"] = json!(workspace);
    }
    out
}

/// A place, as every report of the project has it.
pub(crate) fn place(place: &Place) -> Value {
    json!({
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    })
}
