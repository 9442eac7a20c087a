//! What an editor asks: pure functions over the database, in offsets and plain data. The protocol is somebody else's.
//!
//! - [`actions`]: what mends a finding
//! - [`symbols`]: the outline of a file
//! - [`hover`]: what the thing under the cursor is
//! - [`definition`]: where it is declared
//! - [`hints`]: what a flow may use up, between the lines
//! - [`completions`]: what may stand at the cursor
//! - [`formatting`]: what to change to format a file, or a part of one

mod actions;
mod completion;
mod definition;
mod formatting;
mod hints;
mod hit;
mod hover;
mod symbols;

pub use actions::{Action, actions};
pub use completion::{Completion, CompletionKind, completions};
pub use definition::{Target, definition};
pub use formatting::formatting;
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use symbols::{Symbol, SymbolKind, symbols};

use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::syntax::{Item, items};
use crate::types::decl::resolve_alias;
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::span::Span;

/// The item that holds a byte of its file, or ends there.
fn item_at(db: &dyn Db, file: SourceFile, offset: u32) -> Option<Item<'_>> {
    items(db, file).iter().copied().rev().find(|item| span_of(db, *item).touches(offset))
}

/// The span of an item in its file.
fn span_of(db: &dyn Db, item: Item<'_>) -> Span {
    item.tree(db).span.shifted(item.start(db))
}

/// The flow, command, agent or human that a process runs, with its type arguments, where its type says so.
fn running(db: &dyn Db, ty: &Ty) -> Option<(ItemKey, TyArgs)> {
    match resolve_alias(db, ty) {
        Ty::ProcessOf(key, args) => Some((key, args)),
        Ty::Option(of) => running(db, &of),
        _ => None,
    }
}

/// Whether a type is that of a process.
fn is_process(db: &dyn Db, ty: &Ty) -> bool {
    match resolve_alias(db, ty) {
        Ty::Option(of) => is_process(db, &of),
        ty => matches!(ty, Ty::Process(..) | Ty::ProcessOf(..)),
    }
}
