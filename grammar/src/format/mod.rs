//! The formatter: text → text, in one style, with the same meaning.
//!
//! ```text
//! tokens and tree ─ writer ─► document ─ print ─► text ─ proof ─► text
//! ```
//!
//! The tree says what belongs together, the tokens say what is written: a [writer](writer) goes through the tree and takes
//! the tokens one by one, and the comments between them come along. The [document](doc) knows where lines may break;
//! [printing](mod@print) decides where they do. Whatever came out differently from what stood there is [proved](proof) to say
//! the same. `docs/style.md` describes the style.
//!
//! An item with an error in it stays as it is, byte for byte, and so does what stands between items and is none.

mod chains;
mod cursor;
mod doc;
mod expressions;
mod file;
mod imports;
mod items;
mod print;
mod proof;
mod statements;
mod strings;
mod types;
mod writer;

use crate::error::SyntaxError;
use crate::lexer;
use crate::parse::{Parsed, parse};
use crate::span::Span;
use crate::token::Tok;
use crate::tree::Expr;
use doc::Doc;
use print::print;
use writer::Writer;

/// How many columns a line has, where it can be broken.
pub const WIDTH: u32 = 100;

/// A formatted text.
#[derive(Clone, Debug, PartialEq)]
pub struct Formatted {
    /// The text.
    pub text: String,
    /// What is wrong with the text as it was; spans count from its start. The items concerned stand as they were.
    pub errors: Vec<SyntaxError>,
    /// Items that stand as they were although nothing is wrong with them, because formatting would have changed what they
    /// say: a defect of the formatter.
    pub defects: Vec<Span>,
}

/// Formats the text of a file.
pub fn format(text: &str) -> Formatted {
    let parsed = parse(text);
    let (formatted, defects) = file::all(text, &parsed);
    Formatted { text: formatted, errors: all_errors(&parsed), defects }
}

/// What formatting changes in a text: which bytes, and what stands there then, in the order of the text. Each change is an item,
/// a row of imports, or what stands between items. With a range, only the items that it touches, and what stands between
/// these, are formatted.
pub fn changes(text: &str, parsed: &Parsed, range: Option<Span>) -> Vec<(Span, String)> {
    file::changes(text, parsed, range)
}

/// An expression as the formatter writes it, without its comments and, as far as that can be, on one line: the same for every
/// text that differs only in its blanks. Spans of the expression count from the start of `text`.
pub fn expression(text: &str, expr: &Expr) -> String {
    let source = Source::new(text.get(expr.span.range()).unwrap_or_default());
    let mut tokens = lexer::lex(source.text).lexed.tokens;
    for comment in tokens.iter_mut().filter(|token| token.kind == Tok::Comment) {
        comment.kind = Tok::Space;
    }
    let mut doc = Doc::default();
    Writer::new(source, &tokens, 0, &mut doc).expr(expr);
    doc.finish();
    let mut out = String::new();
    print(&doc, source, u32::MAX, &mut out);
    out
}

fn all_errors(parsed: &Parsed) -> Vec<SyntaxError> {
    let inside = parsed
        .items
        .iter()
        .flat_map(|item| item.errors.iter().map(|error| error.clone().shifted(item.start)));
    let mut errors: Vec<_> = parsed.errors.iter().cloned().chain(inside).collect();
    errors.sort_by_key(|error| error.span);
    errors
}

/// The text that is formatted.
#[derive(Clone, Copy)]
struct Source<'t> {
    text: &'t str,
    ascii: bool,
}

impl<'t> Source<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, ascii: text.is_ascii() }
    }

    fn slice(self, span: Span) -> &'t str {
        &self.text[span.range()]
    }

    fn end(self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    /// How many columns a piece of the text takes.
    fn width(self, text: &str) -> u32 {
        let count = if self.ascii { text.len() } else { text.chars().count() };
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}
