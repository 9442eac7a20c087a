//! What mends a finding at a place: its fixes, and for a lint an `@allow`.

use super::span_of;
use crate::check::check_file;
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Place};
use crate::lints;
use crate::syntax::{Item, items};
use flow_grammar::span::Span;
use flow_grammar::tree::Stmt;
use flow_grammar::tree::visit::{Visit, walk_item, walk_stmt};

/// Something that an editor offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// The finding that it mends.
    pub code: Code,
    /// Where that stands in the file.
    pub span: Span,
    /// Files, places in them, and what they become.
    pub edits: Vec<(SourceFile, Span, String)>,
    /// Whether it is what was meant beyond doubt.
    pub certain: bool,
}

/// What is offered for the findings that a part of a file touches.
pub fn actions(db: &dyn Db, file: SourceFile, part: Span) -> Vec<Action> {
    let mut out = Vec::new();
    for found in check_file(db, file) {
        let Some(Place::File(of, span)) = found.labels.first().map(|label| &label.place) else { continue };
        if *of != file || span.end < part.start || part.end < span.start {
            continue;
        }
        for fix in &found.fixes {
            let edits: Option<Vec<_>> = fix
                .edits
                .iter()
                .map(|edit| match &edit.place {
                    Place::File(file, span) => Some((*file, *span, edit.text.clone())),
                    Place::Item(..) => None,
                })
                .collect();
            let Some(edits) = edits else { continue };
            let title = fix.title.clone();
            out.push(Action { title, code: found.code, span: *span, edits, certain: fix.certain });
        }
        out.extend(allow(db, file, found.code, *span));
    }
    out
}

/// `@allow` in front of the innermost statement around a finding, or else of its item.
fn allow(db: &dyn Db, file: SourceFile, code: Code, span: Span) -> Option<Action> {
    let lint = lints::of(code).filter(|lint| lint.code != lints::UNUSED_ALLOW)?;
    let item = items(db, file).iter().copied().find(|item| {
        let own = span_of(db, *item);
        own.start <= span.start && span.start < own.end
    })?;
    let at = before_statement(db, item, span).unwrap_or_else(|| before_item(db, item));
    let text = file.text(db);
    let before = text.get(..at as usize)?;
    let indent = before.get(before.rfind('\n').map_or(0, |newline| newline + 1)..)?;
    // Behind something else on its line, it stays on that line.
    let end = if indent.trim().is_empty() { format!("\n{indent}") } else { " ".to_owned() };
    Some(Action {
        title: format!("allow `{}` here", lint.name),
        code,
        span,
        edits: vec![(file, Span::new(at, at), format!("@allow({}){end}", lint.name))],
        certain: false,
    })
}

/// Where the innermost statement around a finding begins.
fn before_statement(db: &dyn Db, item: Item<'_>, span: Span) -> Option<u32> {
    struct Innermost {
        at: u32,
        found: Option<u32>,
    }
    impl Visit for Innermost {
        fn stmt(&mut self, stmt: &Stmt) {
            if stmt.span.start <= self.at && self.at < stmt.span.end {
                self.found = Some(stmt.span.start);
                walk_stmt(self, stmt);
            }
        }
    }
    let start = item.start(db);
    let mut innermost = Innermost { at: span.start - start, found: None };
    walk_item(&mut innermost, item.tree(db));
    innermost.found.map(|at| at + start)
}

/// Where an attribute of an item is written: behind its documentation.
fn before_item(db: &dyn Db, item: Item<'_>) -> u32 {
    let (tree, start) = (item.tree(db), item.start(db));
    if let Some(first) = tree.attrs.first() {
        return start + first.span.start;
    }
    let Some(docs) = &tree.docs else { return start };
    let behind = item.file(db).text(db).get((start + docs.span.end) as usize..).unwrap_or_default();
    let space = behind.len() - behind.trim_start().len();
    start + docs.span.end + u32::try_from(space).unwrap_or_default()
}
