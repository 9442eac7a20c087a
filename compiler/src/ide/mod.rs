//! What an editor asks: pure functions over the database, in offsets and plain data. The protocol is somebody else's.
//!
//! - [`symbols`]: the outline of a file
//! - [`hover`]: what the thing under the cursor is
//! - [`definition`]: where it is declared
//! - [`hints`]: what a flow may use up, between the lines
//! - [`completions`]: what may stand at the cursor

mod completion;
mod definition;
mod describe;
mod hints;
mod hit;
mod hover;
mod symbols;

pub use completion::{Completion, CompletionKind, completions};
pub use definition::{Target, definition};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use symbols::{Symbol, SymbolKind, symbols};

use crate::db::{Db, SourceFile};
use crate::syntax::{Item, items};
use flow_grammar::span::Span;

/// The item that holds a byte of its file, or ends there.
fn item_at(db: &dyn Db, file: SourceFile, offset: u32) -> Option<Item<'_>> {
    items(db, file).iter().copied().rev().find(|item| span_of(db, *item).touches(offset))
}

/// The span of an item in its file.
fn span_of(db: &dyn Db, item: Item<'_>) -> Span {
    item.tree(db).span.shifted(item.start(db))
}
