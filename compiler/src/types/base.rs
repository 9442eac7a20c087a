//! From where the spans of what is checked are counted.

use crate::db::SourceFile;
use crate::diagnostics::{ItemKey, Place};
use flow_grammar::span::Span;

/// From where spans are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// From the start of an item.
    Item(ItemKey),
    /// From the start of a file: a text with holes.
    File(SourceFile),
}

impl Base {
    /// The place of a span.
    pub(crate) fn at(&self, span: Span) -> Place {
        match self {
            Self::Item(key) => Place::Item(key.clone(), span),
            Self::File(file) => Place::File(*file, span),
        }
    }
}
