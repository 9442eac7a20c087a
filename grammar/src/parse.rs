//! The parser's front: a text, or an item of one, becomes a tree and a list of what is wrong with it.
//!
//! Parsing never fails: whatever the text is, there is a tree. An item is parsed on its own, and its spans count from its
//! first byte, so that it is equal to itself after text around it changed.

use crate::balance::balance;
use crate::build::doc_line;
use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::layout::{self, Raw, Token};
use crate::lexer::{self, Lexing};
use crate::repair;
use crate::span::Span;
use crate::split;
use crate::token::{Lexed, Tok};
use crate::tree::{Docs, Item, Template};
use std::ops::Range;
use std::sync::Arc;

/// How high an expression may be. Higher ones become [`ExprKind::Error`](crate::tree::ExprKind::Error), so that a tree
/// can be walked, compared and dropped by recursion.
pub const MAX_DEPTH: u16 = 256;

/// A parsed file.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The `//!` lines at the top; their span counts from the start of the file.
    pub docs: Option<Docs>,
    /// The items in order.
    pub items: Vec<ParsedItem>,
    /// What is wrong outside of items; spans count from the start of the file.
    pub errors: Vec<SyntaxError>,
    /// All tokens of the file.
    pub lexed: Lexed,
}

/// An item and its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedItem {
    /// Its first byte in the file.
    pub start: u32,
    /// The item.
    pub item: Arc<Item>,
    /// What is wrong in it; spans count from `start`.
    pub errors: Vec<SyntaxError>,
}

/// A file cut into items, not yet parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The `//!` lines at the top.
    pub docs: Option<Docs>,
    /// The text of each item, documentation and attributes included, blanks and comments around it not.
    pub items: Vec<Span>,
    /// What is wrong outside of items.
    pub errors: Vec<SyntaxError>,
    /// All tokens of the file.
    pub lexed: Lexed,
}

/// A parsed text that is a template as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedTemplate {
    /// The text and its holes.
    pub template: Template,
    /// How many expressions it holds.
    pub exprs: u32,
    /// How many patterns it holds.
    pub patterns: u32,
    /// What is wrong in it.
    pub errors: Vec<SyntaxError>,
    /// All its tokens.
    pub lexed: Lexed,
}

/// Parses a file.
pub fn parse(text: &str) -> Parsed {
    if let Some(error) = too_large(text) {
        return Parsed { docs: None, items: Vec::new(), errors: vec![error], lexed: Lexed::default() };
    }
    let file = File::cut(text);
    let mut items = Vec::with_capacity(file.items.len());
    for (index, tokens) in file.items.iter().enumerate() {
        let span = file.spans[index];
        let text = &text[span.range()];
        let found = Found { errors: file.item_errors[index].clone(), quiet: file.quiet_in(span) };
        let (item, errors) = parse_tokens(text, &file.tokens[tokens.clone()], span.start, found);
        items.push(ParsedItem { start: span.start, item: Arc::new(item), errors });
    }
    Parsed { docs: file.docs, items, errors: file.errors, lexed: file.lexing.lexed }
}

/// Cuts a file into items. `parse_item` of each one's text yields what [`parse`] yields.
pub fn split(text: &str) -> Split {
    if let Some(error) = too_large(text) {
        return Split { docs: None, items: Vec::new(), errors: vec![error], lexed: Lexed::default() };
    }
    let file = File::cut(text);
    Split { docs: file.docs, items: file.spans, errors: file.errors, lexed: file.lexing.lexed }
}

/// Parses the text of one item, without blanks around it, as [`split`] cuts it.
pub fn parse_item(text: &str) -> (Item, Vec<SyntaxError>) {
    if let Some(error) = too_large(text) {
        return (repair::no_item(0), vec![error]);
    }
    let lexing = lexer::lex(text);
    let raw = layout::significant(text, &lexing.lexed);
    let mut errors = lexing.errors;
    errors.extend(late_docs(&lexing.lexed, 0));
    parse_tokens(text, &raw, 0, Found { errors, quiet: lexing.quiet })
}

/// Parses a text that is a template as a whole, such as a prompt in a file of its own. Only `\${` is an escape in it.
pub fn parse_template(text: &str) -> ParsedTemplate {
    if let Some(error) = too_large(text) {
        let template = Template { parts: Vec::new(), span: Span::default(), block: true };
        return ParsedTemplate {
            template,
            exprs: 0,
            patterns: 0,
            errors: vec![error],
            lexed: Lexed::default(),
        };
    }
    let lexing = lexer::lex_template(text);
    let raw = layout::significant(text, &lexing.lexed);
    let mut found = Found { errors: lexing.errors, quiet: lexing.quiet };
    let tokens = lay_out(&raw, 0, &mut found.errors);
    let parsed = repair::template(text, tokens, &found.quiet, &found.errors);
    let mut errors = found.errors;
    errors.extend(parsed.errors);
    sort(&mut errors);
    ParsedTemplate {
        template: parsed.tree,
        exprs: parsed.exprs,
        patterns: parsed.patterns,
        errors,
        lexed: lexing.lexed,
    }
}

/// What the lexer has to say about an item, counted from the item's first byte.
struct Found {
    errors: Vec<SyntaxError>,
    quiet: Vec<Span>,
}

/// A file cut into items: their tokens and places, and what was found wrong so far, sorted by where it belongs.
struct File {
    docs: Option<Docs>,
    tokens: Vec<Raw>,
    /// Of `tokens`.
    items: Vec<Range<usize>>,
    spans: Vec<Span>,
    item_errors: Vec<Vec<SyntaxError>>,
    errors: Vec<SyntaxError>,
    lexing: Lexing,
}

impl File {
    fn cut(text: &str) -> Self {
        let lexing = lexer::lex(text);
        let raw = layout::significant(text, &lexing.lexed);
        let ranges = split::split(&raw);
        let spans: Vec<Span> =
            ranges.iter().map(|range| Span::new(raw[range.start].start, raw[range.end - 1].end)).collect();
        let first = spans.first().map_or(u32::MAX, |span| span.start);
        let docs = module_docs(text, &lexing.lexed, first);
        let mut errors = Vec::new();
        let mut item_errors = vec![Vec::new(); spans.len()];
        let all = lexing.errors.iter().cloned().chain(late_docs(&lexing.lexed, first));
        for error in all {
            let at = error.span.start;
            let item = spans.partition_point(|span| span.start <= at).checked_sub(1);
            match item {
                Some(item) if at < spans[item].end || error.span.end <= spans[item].end => {
                    item_errors[item].push(error.unshifted(spans[item].start));
                }
                _ => errors.push(error),
            }
        }
        Self { docs, tokens: raw, items: ranges, spans, item_errors, errors, lexing }
    }

    fn quiet_in(&self, item: Span) -> Vec<Span> {
        let inside = self.lexing.quiet.iter().filter(|span| item.start <= span.start && span.end <= item.end);
        inside.map(|span| Span::new(span.start - item.start, span.end - item.start)).collect()
    }
}

fn too_large(text: &str) -> Option<SyntaxError> {
    let fits = u32::try_from(text.len()).is_ok_and(|length| length < u32::MAX);
    (!fits).then(|| SyntaxError::new(SyntaxErrorKind::TextTooLarge, Span::default()))
}

/// Lays out an item's tokens, with brackets mended where that is needed.
fn lay_out(raw: &[Raw], base: u32, errors: &mut Vec<SyntaxError>) -> Vec<Token> {
    let before = errors.len();
    layout::lay_out(raw, base, errors)
        .or_else(|_| {
            errors.truncate(before);
            let balanced = balance(raw, base, errors);
            layout::lay_out(&balanced, base, errors)
        })
        // Balanced tokens always can be laid out; without them there is nothing to parse.
        .unwrap_or_default()
}

fn parse_tokens(text: &str, raw: &[Raw], base: u32, mut found: Found) -> (Item, Vec<SyntaxError>) {
    let tokens = lay_out(raw, base, &mut found.errors);
    let parsed = repair::item(text, tokens, &found.quiet, &found.errors);
    let mut errors = found.errors;
    errors.extend(parsed.errors);
    sort(&mut errors);
    (parsed.tree, errors)
}

fn sort(errors: &mut Vec<SyntaxError>) {
    // Too many brackets may make too high an expression: that is one mistake.
    if errors.iter().any(|error| error.kind == SyntaxErrorKind::BracketsTooDeep) {
        errors.retain(|error| error.kind != SyntaxErrorKind::TooDeep);
    }
    errors.sort_by_key(|error| error.span);
}

/// The `//!` lines before the first item.
fn module_docs(text: &str, lexed: &Lexed, first: u32) -> Option<Docs> {
    let mut lines =
        lexed.iter().take_while(|(_, span)| span.start < first).filter(|(kind, _)| *kind == Tok::ModuleDoc);
    let (_, start) = lines.next()?;
    let mut docs = Docs { text: doc_line(&text[start.range()]).to_owned(), span: start };
    for (_, span) in lines {
        docs.text.push('\n');
        docs.text.push_str(doc_line(&text[span.range()]));
        docs.span.end = span.end;
    }
    Some(docs)
}

/// The `//!` lines behind the beginning of the first item.
fn late_docs(lexed: &Lexed, first: u32) -> impl Iterator<Item = SyntaxError> + '_ {
    lexed.iter().filter(move |(kind, span)| *kind == Tok::ModuleDoc && span.start >= first).map(
        |(_, span)| {
            let sign = Span::new(span.start, span.start + 3);
            SyntaxError::new(SyntaxErrorKind::LateModuleDocs, span).with_suggestion(sign, "///")
        },
    )
}
