//! A walk over the tokens of an item, with the comments and newlines between them.

use crate::span::Span;
use crate::token::{Lexeme, Tok};

/// How far apart two things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Side by side.
    Nothing,
    /// On one line, with exactly one blank between them.
    Blank,
    /// On one line, with something else between them.
    Blanks,
    /// On neighbouring lines.
    Line,
    /// With at least one blank line between them.
    BlankLine,
}

impl Gap {
    /// What a newline of the source with the blank lines behind it is.
    pub(super) fn of_newline(text: &str) -> Self {
        let mut newlines = text.bytes().filter(|byte| *byte == b'\n');
        if newlines.nth(1).is_some() { Self::BlankLine } else { Self::Line }
    }

    pub(super) fn has_newline(self) -> bool {
        self >= Self::Line
    }
}

/// A comment before a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    /// Without blanks at its end.
    pub(super) span: Span,
    /// Between it and what stands before it. A comment on the line of the token before it stays there.
    pub(super) gap: Gap,
}

/// Where a walk over tokens is: before a token.
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// What is left, the next token first.
    tokens: &'t [Lexeme],
    /// The next token; `None` at the end.
    kind: Option<Tok>,
    span: Span,
    gap: Gap,
    /// The comments before the next token that were not taken yet.
    comments: Vec<Comment>,
}

impl<'t> Cursor<'t> {
    /// A walk over the tokens that begin at a byte of the text. The first is none that [is trivia](Tok::is_trivia).
    pub(super) fn new(text: &'t str, tokens: &'t [Lexeme], start: u32) -> Self {
        let mut new = Self {
            text,
            tokens,
            kind: None,
            span: Span::new(start, start),
            gap: Gap::Nothing,
            comments: vec![],
        };
        new.find(false);
        new
    }

    /// The next token; `None` at the end.
    pub(super) fn kind(&self) -> Option<Tok> {
        self.kind
    }

    pub(super) fn at(&self, kind: Tok) -> bool {
        self.kind == Some(kind)
    }

    /// Between the next token and the comment or token before it.
    pub(super) fn gap(&self) -> Gap {
        self.gap
    }

    /// Between the last token and what follows: a comment on a line of its own, or the next token.
    pub(super) fn gap_ahead(&self) -> Gap {
        self.comments.iter().map(|comment| comment.gap).find(|gap| gap.has_newline()).unwrap_or(self.gap)
    }

    pub(super) fn has_comments(&self) -> bool {
        !self.comments.is_empty()
    }

    /// Whether a comment stands between here and the next `closer` outside of strings.
    pub(super) fn comment_before(&self, closer: Tok) -> bool {
        let mut strings = 0_usize;
        let mut until = self.tokens.iter().take_while(|token| {
            match token.kind {
                Tok::StrStart | Tok::BlockStart => strings += 1,
                Tok::StrEnd => strings = strings.saturating_sub(1),
                _ => {}
            }
            strings > 0 || token.kind != closer
        });
        self.has_comments() || until.any(|token| token.kind == Tok::Comment)
    }

    /// The comment that stands on the line of the last token.
    pub(super) fn take_trailing(&mut self) -> Option<Comment> {
        let first = self.comments.first()?;
        (!first.gap.has_newline()).then(|| self.comments.remove(0))
    }

    /// All comments before the next token.
    pub(super) fn take_comments(&mut self) -> Vec<Comment> {
        std::mem::take(&mut self.comments)
    }

    /// Steps over the next token. Its comments are those of the token behind it, if nobody took them.
    pub(super) fn next(&mut self) -> Span {
        let span = self.span;
        if let Some((_, rest)) = self.tokens.split_first() {
            self.tokens = rest;
            let left = self.has_comments();
            self.find(left);
        }
        span
    }

    /// Steps over the `>` that ends the arguments of a type; of a `>=` the `=` is next.
    pub(super) fn next_angle(&mut self) -> Span {
        if !self.at(Tok::Ge) {
            return self.next();
        }
        let angle = Span::new(self.span.start, self.span.start + 1);
        (self.kind, self.span.start, self.gap) = (Some(Tok::Eq), angle.end, Gap::Nothing);
        angle
    }

    /// Steps over the string that begins with the next token, holes and all.
    pub(super) fn next_string(&mut self) -> Span {
        let mut span = self.span;
        let mut open = 0_usize;
        while let Some((token, rest)) = self.tokens.split_first() {
            match token.kind {
                Tok::StrStart | Tok::BlockStart => open += 1,
                Tok::StrEnd => open = open.saturating_sub(1),
                _ => {}
            }
            self.tokens = rest;
            span.end = token.end;
            if open == 0 {
                break;
            }
        }
        self.span = span;
        let left = self.has_comments();
        self.find(left);
        span
    }

    /// Finds the next token, and the comments before it. With comments `left` over, none of them can stand on the line of
    /// the last token.
    fn find(&mut self, left: bool) {
        let mut start = self.span.end;
        self.gap = Gap::Nothing;
        while let Some((token, rest)) = self.tokens.split_first() {
            let span = Span::new(start, token.end);
            start = token.end;
            match token.kind {
                Tok::Space => {
                    let one = self.gap == Gap::Nothing && &self.text[span.range()] == " ";
                    self.gap = self.gap.max(if one { Gap::Blank } else { Gap::Blanks });
                }
                Tok::Newline => self.gap = Gap::of_newline(&self.text[span.range()]),
                Tok::Comment => {
                    let text = self.text[span.range()].trim_end();
                    let end = span.start + u32::try_from(text.len()).unwrap_or(u32::MAX);
                    let gap = if left { self.gap.max(Gap::Line) } else { self.gap };
                    self.comments.push(Comment { span: Span::new(span.start, end), gap });
                    self.gap = Gap::Nothing;
                }
                kind => {
                    self.kind = Some(kind);
                    self.span = span;
                    return;
                }
            }
            self.tokens = rest;
        }
        self.kind = None;
        self.span = Span::new(start, start);
    }
}
