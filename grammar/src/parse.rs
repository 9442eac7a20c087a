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
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The `//!` lines at the top.
    pub docs: Option<Docs>,
    /// The items in order.
    pub items: Vec<SplitItem>,
    /// What is wrong outside of items.
    pub errors: Vec<SyntaxError>,
    /// All tokens of the file.
    pub lexed: Lexed,
}

/// An item that is not yet parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitItem {
    /// Its text, documentation and attributes included, blanks and comments around it not.
    pub span: Span,
    /// Its tokens.
    pub tokens: ItemTokens,
}

/// The tokens of an item as the parser reads them, and what is wrong with them, counted from its first byte. The same
/// text has the same tokens wherever it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemTokens {
    tokens: Vec<Token>,
    errors: Vec<SyntaxError>,
    /// Where no further error is reported.
    quiet: Vec<Span>,
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
    let split = split(text);
    let parsed = |SplitItem { span, tokens }: &SplitItem| {
        let (item, errors) = parse_item(&text[span.range()], tokens);
        ParsedItem { start: span.start, item: Arc::new(item), errors }
    };
    let items = split.items.iter().map(parsed).collect();
    Parsed { docs: split.docs, items, errors: split.errors, lexed: split.lexed }
}

/// Cuts a file into items.
pub fn split(text: &str) -> Split {
    if let Some(error) = too_large(text) {
        return Split { docs: None, items: Vec::new(), errors: vec![error], lexed: Lexed::default() };
    }
    let Lexing { lexed, errors: found, quiet } = lexer::lex(text);
    let raw = layout::significant(text, &lexed);
    let ranges = split::split(&raw);
    let spans: Vec<Span> =
        ranges.iter().map(|range| Span::new(raw[range.start].start, raw[range.end - 1].end)).collect();
    let first = spans.first().map_or(u32::MAX, |span| span.start);
    let item_at = |offset: u32| spans.partition_point(|span| span.start <= offset).checked_sub(1);
    let mut errors = Vec::new();
    let mut inside = vec![(Vec::new(), Vec::new()); spans.len()];
    // Few files say anything of themselves, and to look for that in the text is quicker than in the tokens.
    let docs: Vec<Span> =
        if text.contains("//!") { lexed.of_kind(Tok::ModuleDoc).collect() } else { Vec::new() };
    let (docs, late) = docs.split_at(docs.partition_point(|span| span.start < first));
    for error in found.into_iter().chain(late.iter().map(|span| late_docs(*span))) {
        let at = error.span.start;
        match item_at(at) {
            Some(item) if at < spans[item].end || error.span.end <= spans[item].end => {
                inside[item].0.push(error.unshifted(spans[item].start));
            }
            _ => errors.push(error),
        }
    }
    for quiet in quiet {
        if let Some(item) = item_at(quiet.start).filter(|item| quiet.end <= spans[*item].end) {
            let start = spans[item].start;
            inside[item].1.push(Span::new(quiet.start - start, quiet.end - start));
        }
    }
    let items = ranges.into_iter().zip(&spans).zip(inside).map(|((range, &span), (mut errors, quiet))| {
        let tokens = lay_out(&raw[range], span.start, &mut errors);
        // There may be as many items as there are lines.
        errors.shrink_to_fit();
        SplitItem { span, tokens: ItemTokens { tokens, errors, quiet } }
    });
    let items = items.collect();
    sort(&mut errors);
    Split { docs: module_docs(text, docs), items, errors, lexed }
}

/// Parses an item from its text and its tokens, as [`split`] cuts it.
pub fn parse_item(text: &str, tokens: &ItemTokens) -> (Item, Vec<SyntaxError>) {
    let parsed = read(text, tokens);
    let mut errors = tokens.errors.clone();
    errors.extend(parsed.errors);
    sort(&mut errors);
    without_parts_of_forms(&mut errors);
    without_uses_of_keywords(text, &mut errors);
    errors.shrink_to_fit();
    (parsed.tree, errors)
}

/// Leaves out what is wrong within a form of another language, and the brace that closes a block whose own is missing.
fn without_parts_of_forms(errors: &mut Vec<SyntaxError>) {
    let is_form = |error: &SyntaxError| matches!(error.kind, SyntaxErrorKind::ForeignForm { .. });
    let forms: Vec<Span> = errors.iter().filter(|error| is_form(error)).map(|error| error.span).collect();
    let opens = |error: &SyntaxError| match &error.kind {
        SyntaxErrorKind::Unexpected { expected, .. } => expected.ends_with("`{`"),
        _ => false,
    };
    let open = errors.iter().find(|error| opens(error)).map(|error| error.span.start);
    errors.retain(|error| {
        let within = |form: &Span| form.start <= error.span.start && error.span.end <= form.end;
        let closes =
            error.kind == SyntaxErrorKind::Unopened("}") && open.is_some_and(|open| open < error.span.start);
        is_form(error) || !closes && !forms.iter().any(within)
    });
}

/// Leaves out what follows from a keyword that names something: from the line on where that is used and cannot be read,
/// which may be found at the beginning of the next one.
fn without_uses_of_keywords(text: &str, errors: &mut Vec<SyntaxError>) {
    let named = errors.iter().enumerate().find_map(|(at, error)| match &error.kind {
        SyntaxErrorKind::KeywordAsName(word) => Some((at, word.clone())),
        _ => None,
    });
    let Some((at, word)) = named else { return };
    let is_use = |error: &SyntaxError| {
        let start = text.floor_char_boundary(error.span.start as usize);
        let line = text[..start].trim_end().rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        text[line..end].split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
    };
    if let Some(first) = errors[at + 1..].iter().position(is_use) {
        errors.truncate(at + 1 + first);
    }
}

/// How many tokens the parser reads for a file, all attempts to mend it included: a measure of work that is the same on
/// every machine.
pub fn work(text: &str) -> usize {
    let items = split(text).items;
    items.iter().map(|SplitItem { span, tokens }| read(&text[span.range()], tokens).read).sum()
}

fn read(text: &str, ItemTokens { tokens, errors, quiet }: &ItemTokens) -> repair::Tree<Item> {
    repair::item(text, tokens, quiet, errors)
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
    let Lexing { lexed, mut errors, quiet } = lexer::lex_template(text);
    let raw = layout::significant(text, &lexed);
    let tokens = lay_out(&raw, 0, &mut errors);
    let parsed = repair::template(text, &tokens, &quiet, &errors);
    errors.extend(parsed.errors);
    sort(&mut errors);
    ParsedTemplate { template: parsed.tree, exprs: parsed.exprs, patterns: parsed.patterns, errors, lexed }
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

/// What is wrong with an item, or outside of items, in the order of the text, as far as it is worth listing.
fn sort(errors: &mut Vec<SyntaxError>) {
    // Too many brackets may make too high an expression: that is one mistake.
    if errors.iter().any(|error| error.kind == SyntaxErrorKind::BracketsTooDeep) {
        errors.retain(|error| error.kind != SyntaxErrorKind::TooDeep);
    }
    errors.sort_by_key(|error| error.span);
    if let Some(next) = errors.get(repair::MAX_ERRORS).map(|error| error.span) {
        errors.retain(|error| error.kind != SyntaxErrorKind::TooManyErrors(None));
        let more = errors.len().saturating_sub(repair::MAX_ERRORS);
        errors.truncate(repair::MAX_ERRORS);
        errors.push(SyntaxError::new(
            SyntaxErrorKind::TooManyErrors(Some(more).filter(|more| *more > 0)),
            next,
        ));
    }
}

/// The documentation that the `//!` lines before the first item make.
fn module_docs(text: &str, lines: &[Span]) -> Option<Docs> {
    let (start, more) = lines.split_first()?;
    let mut docs = Docs { text: doc_line(&text[start.range()]).to_owned(), span: *start };
    for span in more {
        docs.text.push('\n');
        docs.text.push_str(doc_line(&text[span.range()]));
        docs.span.end = span.end;
    }
    Some(docs)
}

/// A `//!` line behind the beginning of the first item.
fn late_docs(line: Span) -> SyntaxError {
    let sign = Span::new(line.start, line.start + 3);
    SyntaxError::new(SyntaxErrorKind::LateModuleDocs, line).with_suggestion(sign, "///")
}
