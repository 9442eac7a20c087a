//! The newline layer: which newlines end something, and what else the parser should not have to know.
//!
//! A newline ends a statement, an entry or an item unless it is inside `( )`, `[ ]` or `${ }`, or the line's last token
//! cannot end one, or the next line begins with a token that goes on (`.`, `else`, an operator other than `-`, …).

use crate::error::{SyntaxError, SyntaxErrorKind, remember};
use crate::span::Span;
use crate::token::{Lexed, Part, Tok};

/// A token that the parser may see, before the layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw {
    pub(crate) kind: Tok,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The column where it stands if it is the first of its line.
    pub(crate) first: Option<u32>,
}

/// A token as the parser sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Tok,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    pub(crate) fn span(self) -> Span {
        Span::new(self.start, self.end)
    }

    /// A token that is not in the text.
    pub(crate) fn made(kind: Tok, at: u32) -> Self {
        Self { kind, start: at, end: at }
    }
}

/// The tokens without trivia, and where lines begin.
pub(crate) fn significant(text: &str, lexed: &Lexed) -> Vec<Raw> {
    let mut out = Vec::with_capacity(lexed.tokens.len());
    // The column behind the last newline; `None` when another token stood since.
    let mut line_start = Some(0);
    for (kind, span) in lexed.iter() {
        if kind.part() != Part::Trivia {
            let first = line_start.take().map(|line| span.start - line);
            out.push(Raw { kind, start: span.start, end: span.end, first });
        } else if kind == Tok::Newline {
            line_start = text.as_bytes()[span.range()]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map(|at| span.start + to_u32(at) + 1);
        }
    }
    out
}

fn to_u32(offset: usize) -> u32 {
    // Texts of 4 GiB and more are refused before they come here.
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Brackets may be nested so deep.
pub(crate) const MAX_BRACKETS: usize = 256;

/// What the fast way through the layout cannot handle: brackets that do not pair, or too many in one another.
#[derive(Debug)]
pub(crate) struct Unbalanced;

/// Whether newlines mean something inside these brackets.
fn lines_count(open: &[Tok]) -> bool {
    matches!(open.last(), None | Some(Tok::LBrace))
}

/// Lays out the tokens of an item, counted from `base`.
pub(crate) fn lay_out(
    tokens: &[Raw],
    base: u32,
    errors: &mut Vec<SyntaxError>,
) -> Result<Vec<Token>, Unbalanced> {
    let lines = tokens.iter().filter(|token| token.first.is_some()).count();
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + lines);
    let mut open: Vec<Tok> = Vec::new();
    let import = tokens.first().is_some_and(|token| token.kind == Tok::Import);
    for (index, token) in tokens.iter().enumerate() {
        let (start, end) = (token.start - base, token.end - base);
        let part = token.kind.part();
        if part == Part::Plain && token.first.is_none() {
            // Most are like that.
            out.push(Token { kind: token.kind, start, end });
            continue;
        }
        if token.first.is_some()
            && index > 0
            && part != Part::Closer
            && lines_count(&open)
            && ends(tokens, index, !open.is_empty())
        {
            out.push(Token::made(Tok::Nl, tokens[index - 1].end - base));
        }
        let mut kind = token.kind;
        match part {
            Part::Plain | Part::Trivia => {}
            Part::Opener => {
                open.push(kind);
                if open.len() > MAX_BRACKETS {
                    return Err(Unbalanced);
                }
            }
            Part::Closer => {
                if open.pop().and_then(Tok::closer) != Some(kind) {
                    return Err(Unbalanced);
                }
            }
            Part::NameLike => {
                // Of a field behind a dot, or of a field, setting, label or parameter before a colon.
                let before = index.checked_sub(1).map(|before| tokens[before].kind.part());
                let behind = tokens.get(index + 1).map(|token| token.kind);
                let field = token.first.is_none() && before == Some(Part::Dot);
                if field
                    || (behind == Some(Tok::Colon) && kind != Tok::Else)
                    || (import && index > 0 && kind != Tok::As)
                {
                    kind = Tok::Lower;
                }
            }
            Part::Semicolon => {
                let span = Span::new(start, end);
                remember(
                    errors,
                    SyntaxError::new(SyntaxErrorKind::Semicolon, span).with_suggestion(span, ""),
                );
                let next = tokens.get(index + 1);
                let line_ends = next.is_none_or(|next| next.first.is_some() || next.kind.is_closer());
                if line_ends || !lines_count(&open) {
                    continue;
                }
                kind = Tok::Nl;
            }
            Part::Dot if name_is_missing(tokens, index) => {
                out.push(Token { kind, start, end });
                remember(errors, nothing_behind(&out, Span::new(start, end)));
                out.push(Token::made(Tok::Junk, end));
                continue;
            }
            Part::Dot => {}
        }
        out.push(Token { kind, start, end });
    }
    if open.is_empty() { Ok(out) } else { Err(Unbalanced) }
}

/// A dot with no name behind it; `tokens` end with it. Behind a number it is the point of one.
fn nothing_behind(tokens: &[Token], dot: Span) -> SyntaxError {
    match tokens {
        [.., number, _] if number.kind == Tok::Int && number.end == dot.start => {
            let span = Span::new(number.start, dot.end);
            let kind = SyntaxErrorKind::NoDigitsBehindPoint;
            SyntaxError::new(kind, span).with_suggestion(Span::new(dot.end, dot.end), "0")
        }
        _ => SyntaxError::new(SyntaxErrorKind::MissingName, dot),
    }
}

/// Whether the newline before the token at `index` ends what stands before it. `in_braces` says whether it is between
/// braces, not at the top level.
pub(crate) fn ends(tokens: &[Raw], index: usize, in_braces: bool) -> bool {
    if can_end(tokens, index - 1) {
        return !goes_on(tokens, index);
    }
    // Something is missing at the line's end. What cannot go on there in any program must not be swallowed.
    in_braces
        && tokens[index - 1].kind.wants_more()
        && (begins_another(tokens, index) || !may_follow(tokens, index))
}

impl Tok {
    /// Whether something has to follow it, be it on the next line.
    const fn wants_more(self) -> bool {
        !matches!(self, Self::LBrace | Self::LParen | Self::LBracket | Self::Comma | Self::Doc)
    }
}

fn begins_another(tokens: &[Raw], index: usize) -> bool {
    let kind = tokens[index].kind;
    let behind = tokens.get(index + 1).map(|token| token.kind);
    let entry = (kind == Tok::Lower || kind.is_name_like()) && behind == Some(Tok::Colon);
    let arm = tokens[index - 1].kind == Tok::FatArrow && line_is_arm(&tokens[index..]);
    entry || arm || kind.is_statement_keyword()
}

/// Whether the token, first of its line, can be what the keyword before it waits for.
fn may_follow(tokens: &[Raw], index: usize) -> bool {
    let kind = tokens[index].kind;
    match tokens[index - 1].kind {
        Tok::Parallel => matches!(kind, Tok::For | Tok::LBrace),
        Tok::With | Tok::Defer => kind == Tok::LBrace,
        Tok::Else => matches!(kind, Tok::LBrace | Tok::If),
        Tok::Let | Tok::For => !kind.is_name_like(),
        Tok::Var | Tok::Stage | Tok::Expose | Tok::Stub | Tok::Handoff => kind == Tok::Lower,
        Tok::Catch => tokens.get(index + 1).is_some_and(|behind| behind.kind == Tok::LBrace),
        _ => kind != Tok::At,
    }
}

/// Whether a line has a `=>` outside of the brackets that it opens.
fn line_is_arm(line: &[Raw]) -> bool {
    let mut depth = 0_usize;
    for (index, token) in line.iter().enumerate() {
        if index > 0 && token.first.is_some() || depth == 0 && token.kind.is_closer() {
            return false;
        }
        if token.kind.closer().is_some() {
            depth += 1;
        } else if token.kind.is_closer() {
            depth -= 1;
        } else if depth == 0 && token.kind == Tok::FatArrow {
            return true;
        }
    }
    false
}

/// Whether the token can be the last of a statement, an entry or an item.
fn can_end(tokens: &[Raw], index: usize) -> bool {
    let token = tokens[index];
    let before = index.checked_sub(1).map(|before| tokens[before]);
    match token.kind {
        Tok::Lower
        | Tok::Upper
        | Tok::Int
        | Tok::Float
        | Tok::Duration
        | Tok::Money
        | Tok::StrEnd
        | Tok::SingleQuoted
        | Tok::True
        | Tok::False
        | Tok::None
        | Tok::Underscore
        | Tok::Junk
        | Tok::RParen
        | Tok::RBracket
        | Tok::RBrace
        | Tok::Question
        | Tok::Semicolon
        | Tok::Return
        | Tok::Done
        | Tok::Break
        | Tok::Continue
        | Tok::Max => true,
        // `Turn<string>` ends; `a > ` goes on. A type's `>` stands directly behind it.
        Tok::Gt => before.is_some_and(|before| before.end == token.start),
        // `x--` of other languages
        Tok::Minus => before.is_some_and(|before| before.kind == Tok::Minus && before.end == token.start),
        // `foo.` is half-typed
        Tok::Dot | Tok::QuestionDot => name_is_missing(tokens, index),
        kind => {
            kind.is_name_like()
                && before.is_some_and(|before| matches!(before.kind, Tok::Dot | Tok::QuestionDot))
        }
    }
}

/// Whether the token, first of its line, goes on with what stands before it.
fn goes_on(tokens: &[Raw], mut index: usize) -> bool {
    // Documentation of an alternative stands before its `|`.
    while tokens[index].kind == Tok::Doc && index + 1 < tokens.len() {
        index += 1;
    }
    let documented = index > 0 && tokens[index - 1].kind == Tok::Doc;
    let kind = tokens[index].kind;
    if documented {
        return matches!(kind, Tok::Bar);
    }
    match kind {
        Tok::Dot
        | Tok::QuestionDot
        | Tok::Bar
        | Tok::BarBar
        | Tok::AmpAmp
        | Tok::Coalesce
        | Tok::FatArrow
        | Tok::Arrow
        | Tok::Eq
        | Tok::PlusEq
        | Tok::ColonEq
        | Tok::Comma
        | Tok::Plus
        | Tok::Star
        | Tok::Slash
        | Tok::Percent
        | Tok::EqEq
        | Tok::Ne
        | Tok::EqEqEq
        | Tok::NeEq
        | Tok::Lt
        | Tok::Le
        | Tok::Gt
        | Tok::Ge
        | Tok::DotDot => true,
        Tok::Else
        | Tok::Catch
        | Tok::With
        | Tok::And
        | Tok::Or
        | Tok::Is
        | Tok::In
        | Tok::Emits
        | Tok::Where => tokens.get(index + 1).is_none_or(|behind| behind.kind != Tok::Colon),
        kind => kind.is_closer(),
    }
}

/// Whether a dot behind a value has no name behind it on its line.
fn name_is_missing(tokens: &[Raw], index: usize) -> bool {
    // `./tickets`, and a dot without a value before it, are something else.
    let value = index.checked_sub(1).map(|before| tokens[before].kind).is_some_and(|before| {
        matches!(
            before,
            Tok::Lower
                | Tok::Upper
                | Tok::Int
                | Tok::StrEnd
                | Tok::RParen
                | Tok::RBracket
                | Tok::RBrace
                | Tok::Junk
        ) || (before.is_name_like()
            && index > 1
            && matches!(tokens[index - 2].kind, Tok::Dot | Tok::QuestionDot))
    });
    let named = tokens.get(index + 1).is_some_and(|behind| {
        behind.first.is_none()
            && (matches!(behind.kind, Tok::Lower | Tok::Upper | Tok::LBrace) || behind.kind.is_name_like())
    });
    value && !named
}
