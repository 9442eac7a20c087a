//! `flowc check --bounds`: what flows may use up, as a table or as JSON.

use flow_compiler::analyses::cost::{Bounded, FlowBounds, Row, bounds};
use flow_compiler::diagnostics::Place;
use flow_compiler::diagnostics::lines::{LineIndex, Unit};
use flow_compiler::host::Session;
use flow_compiler::syntax::{DefKind, Role, in_file, items};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The bounds of every flow of the files that were asked for.
pub(crate) fn text(session: &Session, as_json: bool) -> String {
    let mut out = String::new();
    for root in &session.roots {
        let flows = items(&session.db, *root)
            .iter()
            .filter(|item| matches!(item.role(&session.db), Role::Declares(DefKind::Flow | DefKind::Tool)));
        for flow in flows {
            let key = flow.key(&session.db);
            let Some(found) = bounds(&session.db, &key) else { continue };
            let path = session.shown(root.path(&session.db));
            if as_json {
                let _ = writeln!(out, "{}", object(session, &path, &found));
            } else {
                let gap = if out.is_empty() { "" } else { "\n" };
                let _ =
                    write!(out, "{gap}{path}: {}\n{}", key.name, found.table(&|place| shown(session, place)));
            }
        }
    }
    out
}

/// `poem.flow:22`
fn shown(session: &Session, place: &Place) -> String {
    let (path, line) = where_is(session, place);
    format!("{path}:{line}")
}

fn where_is(session: &Session, place: &Place) -> (String, u32) {
    let Some((file, span)) = in_file(&session.db, place) else { return (String::new(), 0) };
    let text = file.text(&session.db);
    let line = LineIndex::new(text).position(text, span.start, Unit::Chars).line + 1;
    (session.shown(file.path(&session.db)), line)
}

fn object(session: &Session, path: &str, bounds: &FlowBounds) -> Value {
    let mut out = json!({ "flow": bounds.key.name.as_str(), "path": path });
    for row in &bounds.rows {
        out[row.dimension.name()] = row_object(session, row);
    }
    out
}

fn row_object(session: &Session, row: &Row) -> Value {
    let reasons = row.reasons.iter().map(|(why, place)| {
        let (path, line) = where_is(session, place);
        json!({ "why": why, "path": path, "line": line })
    });
    json!({
        "least": row.least,
        "most": row.most.known(),
        "kind": match row.kind() {
            Bounded::Known => "known",
            Bounded::Depends => "depends",
            Bounded::Unknown => "unknown",
            Bounded::Unbounded => "unbounded",
        },
        "text": row.most_text(),
        "budget": row.budget,
        "reasons": reasons.collect::<Vec<_>>(),
    })
}
