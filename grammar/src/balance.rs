//! Brackets that do not pair, mended: what is missing is put in, what is too much left out, so that the parser always
//! sees pairs. Only items with such a mistake come here, so what is guessed from indentation never harms a right one.

use crate::error::{SyntaxError, SyntaxErrorKind, remember};
use crate::layout::{MAX_BRACKETS, Raw};
use crate::repair::starts_statement;
use crate::span::Span;
use crate::token::Tok;

struct Open {
    token: Raw,
    closer: Tok,
    /// Where the line that it stands on begins.
    indent: u32,
    line: u32,
}

struct Balancer<'e> {
    out: Vec<Raw>,
    open: Vec<Open>,
    errors: &'e mut Vec<SyntaxError>,
    base: u32,
    too_deep: bool,
    indent: u32,
    line: u32,
    /// The end of the last closer left out, and the line of the last opener reported: neighbours are said once.
    last_stray: u32,
    last_unclosed: u32,
    /// Where a string begins that swallows the rest: whatever is open there is not closed because of it.
    swallowed: u32,
    /// Where strings end that are not closed: what is open there may have its end in them.
    string_ends: Vec<u32>,
    /// Where holes begin that are not closed: they may have swallowed the end of what is open there.
    open_holes: Vec<u32>,
}

/// The tokens of an item, with brackets in pairs and not too deep. Errors count from `base`.
pub(crate) fn balance(tokens: &[Raw], base: u32, errors: &mut Vec<SyntaxError>) -> Vec<Raw> {
    let unclosed = errors.iter().find(|error| error.kind == SyntaxErrorKind::UnterminatedBlock);
    let swallowed = unclosed.map_or(0, |error| error.span.start + base);
    let unterminated = errors.iter().filter(|error| error.kind == SyntaxErrorKind::UnterminatedString);
    let string_ends = unterminated.map(|error| error.span.end + base).collect();
    let hole = |error: &SyntaxError| error.kind == SyntaxErrorKind::UnterminatedHole;
    let open_holes = errors.iter().filter(|error| hole(error)).map(|error| error.span.start + base).collect();
    let mut balancer = Balancer {
        out: Vec::with_capacity(tokens.len() + 8),
        open: Vec::new(),
        errors,
        base,
        too_deep: false,
        indent: 0,
        line: 0,
        last_stray: u32::MAX,
        last_unclosed: u32::MAX,
        swallowed,
        string_ends,
        open_holes,
    };
    for (index, token) in tokens.iter().enumerate() {
        // Where the item itself stands must not matter.
        let first = if index == 0 { Some(0) } else { token.first };
        balancer.take(Raw { first, ..*token });
    }
    balancer.close_down_to(0);
    balancer.out
}

impl Balancer<'_> {
    fn take(&mut self, token: Raw) {
        if let Some(column) = token.first {
            self.indent = column;
            self.line += 1;
            self.close_outdented(token, column);
        }
        // What is behind `->` never stands in the parentheses of a head.
        if token.kind == Tok::Arrow && matches!(&self.open[..], [only] if only.closer == Tok::RParen) {
            self.close_top();
        }
        if let Some(closer) = token.kind.closer() {
            if self.open.len() == MAX_BRACKETS {
                self.enter_depth(token);
            }
            self.open.push(Open { token, closer, indent: self.indent, line: self.line });
            self.emit(token, self.open.len());
        } else if token.kind.is_closer() {
            self.close(token);
        } else {
            self.emit(token, self.open.len());
        }
    }

    /// Passes a token on, unless it is nested too deep.
    fn emit(&mut self, token: Raw, depth: usize) {
        if depth <= MAX_BRACKETS {
            self.out.push(token);
        }
    }

    fn enter_depth(&mut self, token: Raw) {
        if !self.too_deep {
            let span = Span::new(token.start - self.base, token.end - self.base);
            remember(self.errors, SyntaxError::new(SyntaxErrorKind::BracketsTooDeep, span));
        }
        self.too_deep = true;
        self.out.push(Raw { kind: Tok::Junk, ..token });
    }

    /// A line that begins left of, or at, the line of an opener is not inside it.
    fn close_outdented(&mut self, token: Raw, column: u32) {
        while let Some(top) = self.open.last() {
            let bracket = matches!(top.closer, Tok::RParen | Tok::RBracket | Tok::RBrace);
            if !bracket
                || top.line == self.line
                || top.indent < column
                || top.closer == token.kind && top.indent == column
            {
                return;
            }
            if token.kind.is_closer() {
                // Let it close what began where it stands, if there is such a thing.
                let fits = self.reachable().any(|open| open.closer == token.kind && open.indent <= column);
                if !fits || top.closer == token.kind && top.indent == column {
                    return;
                }
            } else if top.indent == column
                && top.closer != Tok::RBrace
                && self.list_goes_on()
                && !starts_statement(token.kind)
            {
                // `)` is missing, or the arguments are not indented: only what cannot be an argument tells.
                return;
            }
            self.close_top();
        }
    }

    /// Whether the last token says that another argument or element follows.
    fn list_goes_on(&self) -> bool {
        self.out.last().is_none_or(|last| last.kind == Tok::Comma || last.kind.closer().is_some())
    }

    /// The open pairs that a closer may close: strings and holes bound them.
    fn reachable(&self) -> impl Iterator<Item = &Open> {
        self.open.iter().rev().take_while(|open| !matches!(open.closer, Tok::StrEnd | Tok::HoleEnd))
    }

    fn close(&mut self, token: Raw) {
        // The lexer gives every string and hole its end, so these always pair; what is open inside is closed first.
        let found = if matches!(token.kind, Tok::StrEnd | Tok::HoleEnd) {
            self.open.iter().rev().position(|open| open.closer == token.kind)
        } else {
            self.reachable().position(|open| open.closer == token.kind)
        };
        let outdented =
            |open: &Open| token.first.is_some_and(|column| open.line < self.line && column > open.indent);
        let Some(above) = found
            .filter(|above| token.kind != Tok::RBrace || !outdented(&self.open[self.open.len() - 1 - above]))
        else {
            return self.leave_out(token);
        };
        self.close_down_to(self.open.len() - above);
        self.open.pop();
        self.emit(token, self.open.len() + 1);
    }

    fn leave_out(&mut self, token: Raw) {
        let neighbour = self.last_stray == token.start;
        self.last_stray = token.end;
        if !neighbour && !self.too_deep {
            let span = Span::new(token.start - self.base, token.end - self.base);
            let kind = SyntaxErrorKind::Unopened(text(token.kind));
            remember(self.errors, SyntaxError::new(kind, span).with_suggestion(span, ""));
        }
    }

    fn close_down_to(&mut self, length: usize) {
        while self.open.len() > length {
            self.close_top();
        }
    }

    /// Puts in the closer that the innermost open bracket lacks.
    fn close_top(&mut self) {
        let Some(top) = self.open.pop() else { return };
        let last = self.out.last().map_or(top.token, |last| *last);
        let end = last.end;
        let depth = self.open.len() + 1;
        self.emit(Raw { kind: top.closer, start: end, end, first: None }, depth);
        let in_it = |hole: &u32| top.token.start < *hole && *hole < end;
        let explained = top.token.start < self.swallowed
            || self.string_ends.contains(&end)
            || self.open_holes.iter().any(in_it);
        if self.too_deep || self.last_unclosed == top.line || explained {
            return;
        }
        self.last_unclosed = top.line;
        let place = |token: Raw| Span::new(token.start - self.base, token.end - self.base);
        let mut error = SyntaxError::new(SyntaxErrorKind::Unclosed(text(top.token.kind)), place(top.token));
        if last.start > top.token.start && last.start < end {
            error = error.with_label(place(last), "expected its end behind this");
        }
        if top.closer != Tok::RBrace {
            let at = end - self.base;
            error = error.with_suggestion(Span::new(at, at), text(top.closer));
        }
        remember(self.errors, error);
    }
}

fn text(kind: Tok) -> &'static str {
    match kind {
        Tok::LParen => "(",
        Tok::RParen => ")",
        Tok::LBracket => "[",
        Tok::RBracket => "]",
        Tok::LBrace => "{",
        Tok::RBrace => "}",
        _ => "\"",
    }
}
