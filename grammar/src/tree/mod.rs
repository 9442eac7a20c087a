//! The syntax tree: what a program says, with a span for every node, before any meaning is known.
//!
//! Trees are values: comparable, cheap to share, without parents or positions of their file. Spans inside an
//! [`Item`] count from the item's first byte. Every expression of an item has an [`ExprId`], every pattern a
//! [`PatternId`], numbered from zero within the item, by which later phases keep tables beside the tree.

mod expr;
mod item;
mod ty;
pub mod visit;

pub use expr::*;
pub use item::*;
pub use ty::*;

use crate::span::Span;
use smol_str::SmolStr;

/// A name as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The text; empty where the parser had to make one up.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// A documentation comment, `///` or `//!`: its lines joined by `\n`, each without its marker and one leading space.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Docs {
    /// The text.
    pub text: String,
    /// From the first marker to the end of the last line.
    pub span: Span,
}
