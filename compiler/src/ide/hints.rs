//! What an editor writes between the lines: the bounds of a flow behind the brace that opens it.

use crate::analyses::cost::bounds;
use crate::check::has_errors;
use crate::db::{Db, SourceFile};
use crate::syntax::items;
use flow_grammar::span::Span;
use flow_grammar::tree::ItemKind;

/// A hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The byte that it stands in front of.
    pub offset: u32,
    /// The text.
    pub label: String,
    /// More of it, in Markdown.
    pub tooltip: String,
}

/// The hints of a part of a file. A file with errors has none: its bounds would be those of another program.
pub fn hints(db: &dyn Db, file: SourceFile, part: Span) -> Vec<Hint> {
    let flows = items(db, file).iter().filter_map(|&item| match item.kind(db) {
        ItemKind::Flow(flow) => Some((item, flow.body.span.shifted(item.start(db)).start + 1)),
        _ => None,
    });
    let mut seen = flows.filter(|(_, offset)| part.start <= *offset && *offset <= part.end).peekable();
    if seen.peek().is_none() || has_errors(db, file) {
        return Vec::new();
    }
    seen.filter_map(|(item, offset)| {
        let bounds = bounds(db, &item.key(db))?;
        let label = bounds.line();
        (!label.is_empty()).then(|| Hint { offset, label, tooltip: bounds.markdown() })
    })
    .collect()
}
