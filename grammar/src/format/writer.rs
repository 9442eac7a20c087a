//! Tokens → document. Whoever writes a construct takes its tokens one by one in the order of the source; the comments
//! between them come along by themselves, so no token and no comment is ever lost or changes its place.

use super::Source;
use super::cursor::{Comment, Cursor, Gap};
use super::doc::{Doc, Flat, Line, When};
use crate::span::Span;
use crate::token::{Lexeme, Tok};

/// How far a block is indented, and what goes on on the next line.
pub(super) const INDENT: u8 = 2;

/// How far what goes on is indented in front of a block: in `if a⏎and b {`, it must not look like the block.
pub(super) const DEEP_INDENT: u8 = 4;

/// How the entries of a list stand between its brackets.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// A blank inside of the brackets, on one line.
    pub(super) padded: bool,
    /// Lines alone separate the entries when each has its own.
    pub(super) by_lines: bool,
    /// A newline behind the opening bracket is kept.
    pub(super) kept: bool,
    /// The last entry may begin on the line of the opening bracket and end on that of the closing one.
    pub(super) hugs: bool,
}

impl Style {
    /// `(a, b)`, `[a, b]`, `.{a, b}`
    pub(super) const TIGHT: Self = Self { padded: false, by_lines: false, kept: false, hugs: false };
    /// The same, with the last entry hugged.
    pub(super) const HUGGING: Self = Self { hugs: true, ..Self::TIGHT };
    /// `{ a, b }`, a pattern
    pub(super) const PADDED: Self = Self { padded: true, ..Self::TIGHT };
    /// `{ a: b, c: d }`, with commas at the ends of lines
    pub(super) const BRANCHES: Self = Self { padded: true, kept: true, ..Self::TIGHT };
    /// `{ a: b, c: d }`, without them
    pub(super) const ENTRIES: Self = Self { by_lines: true, ..Self::BRANCHES };
}

/// Writes the document of one item.
pub(super) struct Writer<'t, 'd> {
    pub(super) source: Source<'t>,
    pub(super) cursor: Cursor<'t>,
    pub(super) doc: &'d mut Doc,
    /// Where spans of the item count from.
    pub(super) base: u32,
    /// Nothing stands on the line yet.
    at_line_start: bool,
    /// The last token closes arguments of a type, but its line goes on.
    loose: bool,
}

impl<'t, 'd> Writer<'t, 'd> {
    /// Writes the item whose tokens begin at `start`.
    pub(super) fn new(source: Source<'t>, tokens: &'t [Lexeme], start: u32, doc: &'d mut Doc) -> Self {
        doc.clear();
        Self {
            source,
            cursor: Cursor::new(source.text, tokens, start),
            doc,
            base: start,
            at_line_start: true,
            loose: false,
        }
    }

    /// The next token.
    pub(super) fn token(&mut self) {
        self.comments();
        let spaced = self.cursor.gap() == Gap::Blank;
        let span = self.cursor.next();
        self.text(span, spaced);
    }

    /// The `>` that closes arguments of a type. Behind a blank or a comment it compares, so that its line goes on; where a
    /// comment takes advantage of that, it stays so.
    pub(super) fn closing_angle(&mut self) {
        let commented = self.cursor.has_comments();
        self.comments();
        let apart = self.cursor.gap() != Gap::Nothing;
        let span = self.cursor.next_angle();
        let goes_on = self.cursor.kind().is_some_and(|next| next != Tok::Comma && !next.is_closer());
        let loose = commented || (apart && goes_on && self.cursor.has_comments());
        if loose {
            self.space();
        }
        self.text(span, false);
        self.loose = loose;
    }

    /// Blank and token.
    pub(super) fn spaced_token(&mut self) {
        self.space();
        self.token();
    }

    /// The string that begins with the next token.
    pub(super) fn string(&mut self) {
        self.comments();
        let spaced = self.cursor.gap() == Gap::Blank;
        let block = self.cursor.at(Tok::BlockStart);
        let span = self.cursor.next_string();
        if block && self.source.slice(span).contains('\n') {
            self.doc.block(span);
            self.at_line_start = false;
        } else {
            self.text(span, spaced);
        }
    }

    /// Text of the source, on one line.
    pub(super) fn text(&mut self, span: Span, spaced: bool) {
        let width = self.source.width(self.source.slice(span));
        self.doc.source(span, width, spaced);
        self.at_line_start = false;
        self.loose = false;
    }

    /// The `|` in front of the first alternative.
    pub(super) fn bar(&mut self) {
        self.doc.bar();
        self.at_line_start = false;
    }

    /// A blank, but not at the beginning of a line that breaks.
    pub(super) fn space(&mut self) {
        if !self.at_line_start {
            self.doc.space();
        }
    }

    pub(super) fn at(&self, kind: Tok) -> bool {
        self.cursor.at(kind)
    }

    /// A line that is `flat` when it does not break. Blank lines are kept if `blank` lines may stand there.
    pub(super) fn line(&mut self, flat: Flat, blank: bool) {
        if let Some(comment) = self.cursor.take_trailing() {
            self.trailing(comment);
        }
        let blank = blank && self.cursor.gap_ahead() == Gap::BlankLine;
        self.doc.line(Line { flat, blank });
        self.at_line_start = true;
    }

    /// A line that breaks.
    pub(super) fn hard_line(&mut self, blank: bool) {
        self.doc.force();
        self.line(Flat::Space, blank);
    }

    /// `body`, indented.
    pub(super) fn indented(&mut self, by: u8, body: impl FnOnce(&mut Self)) {
        self.doc.indent(by);
        body(self);
        self.doc.dedent();
    }

    /// `body`, whose lines break all or none.
    pub(super) fn group(&mut self, body: impl FnOnce(&mut Self)) {
        self.doc.open();
        body(self);
        self.doc.close();
    }

    /// The comments before the next token, if there are any. To be called before the group opens that begins with the
    /// token, which else would have to break.
    pub(super) fn comments(&mut self) {
        if !self.cursor.has_comments() {
            return;
        }
        if let Some(comment) = self.cursor.take_trailing() {
            self.trailing(comment);
        }
        let own = self.cursor.take_comments();
        if self.at_line_start {
            return self.own_lines(&own);
        }
        // What goes on behind a comment goes on farther in.
        self.doc.indent(INDENT);
        self.hard_line(false);
        self.own_lines(&own);
        self.doc.dedent();
    }

    /// Comments on lines of their own, at the beginning of a line.
    fn own_lines(&mut self, comments: &[Comment]) {
        for (index, comment) in comments.iter().enumerate() {
            self.text(comment.span, false);
            let next = comments.get(index + 1).map_or(self.cursor.gap(), |next| next.gap);
            self.doc.force();
            self.doc.line(Line { flat: Flat::Space, blank: next == Gap::BlankLine });
            self.at_line_start = true;
        }
    }

    fn trailing(&mut self, comment: Comment) {
        self.doc.force();
        if !self.at_line_start {
            self.doc.space();
        }
        self.text(comment.span, false);
    }

    /// The comments before a closing bracket, as the last lines between the brackets. `first` says that nothing else stands
    /// there.
    pub(super) fn last_comments(&mut self, first: bool) {
        if let Some(comment) = self.cursor.take_trailing() {
            self.trailing(comment);
        }
        for (index, comment) in self.cursor.take_comments().into_iter().enumerate() {
            self.doc.force();
            let blank = comment.gap == Gap::BlankLine && !(first && index == 0);
            self.doc.line(Line { flat: Flat::Space, blank });
            self.text(comment.span, false);
        }
    }

    /// A list: brackets and the entries between them; `entry` writes one.
    pub(super) fn list<T>(&mut self, style: Style, entries: &[T], entry: impl FnMut(&mut Self, &T)) {
        self.comments();
        self.group(|w| w.bracketed(style, entries, entry));
    }

    /// The same, whose lines are those of the group around.
    pub(super) fn bracketed<T>(&mut self, style: Style, entries: &[T], mut entry: impl FnMut(&mut Self, &T)) {
        self.token();
        let Some(last) = entries.len().checked_sub(1) else { return self.nothing_but_comments() };
        if style.kept && self.cursor.gap_ahead().has_newline() {
            self.doc.force();
        }
        let edge = if style.padded { Flat::Space } else { Flat::Nothing };
        self.indented(INDENT, |w| {
            w.line(edge, false);
            for (index, each) in entries.iter().enumerate() {
                w.comments();
                if index == last && style.hugs {
                    w.doc.hug();
                    w.group(|w| entry(w, each));
                } else {
                    entry(w, each);
                }
                if w.at(Tok::Comma) {
                    w.cursor.next();
                }
                match (style.by_lines, index == last) {
                    (true, true) => {}
                    (true, false) if w.loose => w.doc.comma(When::Always),
                    (true, false) => w.doc.comma(When::Flat),
                    (false, true) => w.doc.comma(When::Broken),
                    (false, false) => w.doc.comma(When::Always),
                }
                if index < last {
                    w.line(Flat::Space, true);
                }
            }
            w.last_comments(false);
        });
        self.line(edge, false);
        self.token();
    }

    /// Behind an opening bracket, with no entry before the closing one.
    fn nothing_but_comments(&mut self) {
        if self.cursor.has_comments() {
            self.indented(INDENT, |w| w.last_comments(true));
            self.hard_line(false);
        }
        self.token();
    }
}
