//! `flowc check --bounds`: what flows may use up, as a table or as JSON.

use flow_compiler::analyses::cost::{Bounded, FlowBounds, Row, bounds};
use flow_compiler::db::SourceFile;
use flow_compiler::diagnostics::Place;
use flow_compiler::diagnostics::lines::LineIndex;
use flow_compiler::host::Session;
use flow_compiler::syntax::{DefKind, Role, in_file, items};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The bounds of every flow of the files that were asked for.
pub(crate) fn text(session: &Session, as_json: bool) -> String {
    let mut out = String::new();
    let places = Places { session, lines: RefCell::default() };
    for root in &session.roots {
        let flows = items(&session.db, *root)
            .iter()
            .filter(|item| matches!(item.role(&session.db), Role::Declares(DefKind::Flow | DefKind::Tool)));
        for flow in flows {
            let key = flow.key(&session.db);
            let Some(found) = bounds(&session.db, &key) else { continue };
            let path = session.shown(root.path(&session.db));
            if as_json {
                let _ = writeln!(out, "{}", object(&places, &path, &found));
            } else {
                let gap = if out.is_empty() { "" } else { "\n" };
                let table = found.table(&|place| places.shown(place));
                let _ = write!(out, "{gap}{path}: {}\n{table}", key.name);
            }
        }
    }
    out
}

/// Says where something stands. The lines of each file are counted once.
struct Places<'s> {
    session: &'s Session,
    lines: RefCell<BTreeMap<SourceFile, LineIndex>>,
}

impl Places<'_> {
    /// `poem.flow:22`
    fn shown(&self, place: &Place) -> String {
        let (path, line) = self.find(place);
        format!("{path}:{line}")
    }

    fn find(&self, place: &Place) -> (String, u32) {
        let db = &self.session.db;
        let Some((file, span)) = in_file(db, place) else { return (String::new(), 0) };
        let mut lines = self.lines.borrow_mut();
        let lines = lines.entry(file).or_insert_with(|| LineIndex::new(file.text(db)));
        (self.session.shown(file.path(db)), lines.line_of(span.start) + 1)
    }
}

fn object(places: &Places<'_>, path: &str, bounds: &FlowBounds) -> Value {
    let mut out = json!({ "flow": bounds.key.name.as_str(), "path": path });
    for row in &bounds.rows {
        out[row.dimension.name()] = row_object(places, row);
    }
    out
}

fn row_object(places: &Places<'_>, row: &Row) -> Value {
    let reasons = row.reasons.iter().map(|(why, place)| {
        let (path, line) = places.find(place);
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
