//! A file from its items: what stands between them, and the order of imports.

use super::cursor::Gap;
use super::doc::Doc;
use super::imports;
use super::print::print;
use super::proof;
use super::writer::Writer;
use super::{Source, WIDTH};
use crate::parse::{Parsed, ParsedItem};
use crate::span::Span;
use crate::token::Tok;
use crate::tree::{Import, ItemKind};
use std::ops::Range;

/// The whole file, and the items that could not be formatted though they are right.
pub(super) fn all(text: &str, parsed: &Parsed) -> (String, Vec<Span>) {
    if parsed.lexed.tokens.is_empty() {
        // Empty, or too large to be parsed.
        return (text.to_owned(), Vec::new());
    }
    let mut file = File::new(text, parsed);
    file.write(0..parsed.items.len(), true);
    (file.out, file.defects)
}

/// What formatting changes, piece by piece.
pub(super) fn changes(text: &str, parsed: &Parsed, range: Option<Span>) -> Vec<(Span, String)> {
    if parsed.lexed.tokens.is_empty() {
        return Vec::new();
    }
    let mut file = File::new(text, parsed);
    match range {
        None => file.write(0..parsed.items.len(), true),
        Some(range) => {
            let first = parsed.items.iter().position(|item| range.start <= end_of(item));
            let last = parsed.items.iter().rposition(|item| item.start <= range.end);
            if let (Some(first), Some(last)) = (first, last)
                && first <= last
            {
                file.write(first..last + 1, false);
            }
        }
    }
    let pieces = file.pieces.iter().map(|(span, made)| (*span, &file.out[made.clone()]));
    let changed = pieces.filter(|(span, made)| &text[span.range()] != *made);
    changed.map(|(span, made)| (span, made.to_owned())).collect()
}

fn end_of(item: &ParsedItem) -> u32 {
    item.start + item.item.span.end
}

/// What stands before an item, or behind the last one.
#[derive(Default)]
struct Between {
    /// The comment on the last line of the item before.
    trailing: Option<Span>,
    /// The other comments, the documentation of the module among them, with what stands before each.
    comments: Vec<(Gap, Tok, Span)>,
    /// Before the item.
    gap: Option<Gap>,
    /// There is something in it that does not belong there.
    wrong: bool,
}

/// How an item looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Import,
    /// Something else on one line.
    Low,
    /// Something else over several lines.
    Tall,
    /// Broken: nobody knows what belongs to it.
    Broken,
}

struct File<'t> {
    source: Source<'t>,
    parsed: &'t Parsed,
    /// For each item its tokens, by number.
    tokens: Vec<Range<usize>>,
    /// One more than there are items.
    gaps: Vec<Between>,
    doc: Doc,
    out: String,
    /// Which piece of the text became which of `out`.
    pieces: Vec<(Span, Range<usize>)>,
    defects: Vec<Span>,
}

impl<'t> File<'t> {
    fn new(text: &'t str, parsed: &'t Parsed) -> Self {
        let mut new = Self {
            source: Source::new(text),
            parsed,
            tokens: Vec::with_capacity(parsed.items.len()),
            gaps: Vec::with_capacity(parsed.items.len() + 1),
            doc: Doc::default(),
            out: String::with_capacity(text.len() + text.len() / 8),
            pieces: Vec::with_capacity(2 * parsed.items.len() + 1),
            defects: Vec::new(),
        };
        new.divide();
        new
    }

    /// Finds out which tokens are those of items, and what stands between these.
    fn divide(&mut self) {
        let mut items = self.parsed.items.iter();
        let mut item = items.next();
        let mut gap = Between::default();
        let mut first = 0;
        for (number, (kind, span)) in self.parsed.lexed.iter().enumerate() {
            match item {
                Some(inside) if span.start >= inside.start => {
                    if span.start == inside.start {
                        self.gaps.push(std::mem::take(&mut gap));
                        first = number;
                    }
                    if span.end == end_of(inside) {
                        self.tokens.push(first..number + 1);
                        item = items.next();
                    }
                }
                _ => gap.add(self.source, kind, span, !self.gaps.is_empty()),
            }
        }
        self.gaps.push(gap);
    }

    /// Writes items and what stands between them; for the `whole` file also what stands before and behind them.
    fn write(&mut self, range: Range<usize>, whole: bool) {
        let mut before: Option<Shape> = None;
        let mut index = range.start;
        let mut text = String::new();
        let mut end = 0;
        while index < range.end {
            let run = self.run(index..range.end);
            let start = self.parsed.items[index].start;
            for (nth, number) in self.sorted(run.clone()).into_iter().enumerate() {
                text.clear();
                let shape = self.item(number, &mut text);
                if nth > 0 {
                    self.out.push('\n');
                } else if whole || index > range.start {
                    self.piece(Span::new(end, start), |file| file.between(index, before, Some(shape)));
                }
                self.out.push_str(&text);
                if let Some(comment) = self.gaps[number + 1].trailing {
                    self.out.push(' ');
                    self.out.push_str(self.source.slice(comment));
                }
                before = Some(shape);
            }
            index = run.end;
            let last = end_of(&self.parsed.items[index - 1]);
            end = self.gaps[index].trailing.map_or(last, |comment| comment.end);
            let made = self.pieces.last().map_or(0, |(_, made)| made.end)..self.out.len();
            self.pieces.push((Span::new(start, end), made));
        }
        if whole {
            self.piece(Span::new(end, self.source.end()), |file| file.between(index, before, None));
        }
    }

    /// Writes what becomes of a piece of the text.
    fn piece(&mut self, span: Span, write: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        write(self);
        self.pieces.push((span, start..self.out.len()));
    }

    /// Writes what stands before an item.
    fn between(&mut self, index: usize, before: Option<Shape>, next: Option<Shape>) {
        let gap = &self.gaps[index];
        if gap.wrong {
            let start = index.checked_sub(1).map_or(0, |before| end_of(&self.parsed.items[before]));
            let end = self.parsed.items.get(index).map_or(self.source.end(), |item| item.start);
            self.out.push_str(self.source.slice(Span::new(start, end)));
            return;
        }
        let mut airy = match (before, next) {
            (Some(Shape::Broken), _) | (_, Some(Shape::Broken)) | (None, _) | (_, None) => false,
            (before, next) => before == Some(Shape::Tall) || next == Some(Shape::Tall),
        };
        // A blank line anywhere between them is enough.
        airy &= !gap.comments.iter().map(|(gap, ..)| *gap).chain(gap.gap).any(|gap| gap == Gap::BlankLine);
        let mut docs = false;
        for (gap, kind, span) in &gap.comments {
            let blank = *gap == Gap::BlankLine || airy || (docs && *kind != Tok::ModuleDoc);
            line(&mut self.out, blank);
            self.out.push_str(self.source.slice(*span));
            airy = false;
            docs = *kind == Tok::ModuleDoc;
        }
        if next.is_some() {
            line(&mut self.out, gap.gap == Some(Gap::BlankLine) || airy || docs);
        } else if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Writes an item.
    fn item(&mut self, number: usize, out: &mut String) -> Shape {
        let ParsedItem { start, item, errors } = &self.parsed.items[number];
        let span = Span::new(*start, start + item.span.end);
        let text = self.source.slice(span);
        if errors.is_empty() && !matches!(item.kind, ItemKind::Error) {
            let tokens = &self.parsed.lexed.tokens[self.tokens[number].clone()];
            let mut writer = Writer::new(self.source, tokens, *start, &mut self.doc);
            let complete = writer.item(item);
            self.doc.finish();
            print(&self.doc, self.source, WIDTH, out);
            if !complete || (out != text && !proof::says_the_same(text, out)) {
                self.defects.push(span);
                out.clear();
                out.push_str(text);
            }
        } else {
            out.push_str(text);
            return Shape::Broken;
        }
        match item.kind {
            ItemKind::Import(_) => Shape::Import,
            _ if out.contains('\n') => Shape::Tall,
            _ => Shape::Low,
        }
    }

    /// The imports from an item on that may change places, or the item alone.
    fn run(&self, range: Range<usize>) -> Range<usize> {
        let first = range.start;
        if self.movable(first).is_none() {
            return first..first + 1;
        }
        let more = range.skip(1).take_while(|index| {
            let gap = &self.gaps[*index];
            gap.comments.is_empty()
                && !gap.wrong
                && gap.gap == Some(Gap::Line)
                && self.movable(*index).is_some()
        });
        first..first + 1 + more.count()
    }

    fn sorted(&self, run: Range<usize>) -> Vec<usize> {
        let mut order: Vec<usize> = run.collect();
        order.sort_by(|a, b| match (self.movable(*a), self.movable(*b)) {
            (Some(a), Some(b)) => imports::order(a, b),
            _ => std::cmp::Ordering::Equal,
        });
        order
    }

    /// An import that nothing is said about.
    fn movable(&self, index: usize) -> Option<&Import> {
        let ParsedItem { item, errors, .. } = &self.parsed.items[index];
        match &item.kind {
            ItemKind::Import(import) if errors.is_empty() && item.docs.is_none() && item.attrs.is_empty() => {
                Some(import)
            }
            _ => None,
        }
    }
}

impl Between {
    /// Adds a token that is of no item. `behind` says that an item stands before it.
    fn add(&mut self, source: Source<'_>, kind: Tok, span: Span, behind: bool) {
        match kind {
            Tok::Space => {}
            Tok::Newline => self.gap = Some(Gap::of_newline(source.slice(span))),
            Tok::Comment | Tok::ModuleDoc if kind == Tok::Comment || !behind => {
                let text = source.slice(span).trim_end();
                let end = span.start + u32::try_from(text.len()).unwrap_or_default();
                let span = Span::new(span.start, end);
                match self.gap.take() {
                    None if behind && self.comments.is_empty() => self.trailing = Some(span),
                    gap => self.comments.push((gap.unwrap_or(Gap::Line), kind, span)),
                }
            }
            _ => self.wrong = true,
        }
        if self.wrong {
            self.trailing = None;
        }
    }
}

/// Goes to the next line, or leaves one blank; not at the beginning.
fn line(out: &mut String, blank: bool) {
    if !out.is_empty() {
        out.push_str(if blank { "\n\n" } else { "\n" });
    }
}
