//! Types as other languages write them: `int[]`, `Dict[string, int]`, `?string`, `int | none`, and `int a` for `a: int`.

use super::{Mended, error, form, junk};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

/// Whether a type is what is wanted.
fn wants_type(failure: &Failure) -> bool {
    failure.expects(Tok::LBracket) && failure.expects(Tok::Upper) && !failure.expects(Tok::Float)
}

/// Whether a type has been read, and no value.
fn is_behind_type(failure: &Failure) -> bool {
    failure.expects(Tok::Question) && !failure.expects(Tok::Star)
}

fn is_name(kind: Option<Tok>) -> bool {
    matches!(kind, Some(Tok::Lower | Tok::Upper))
}

/// The end of the type that begins at a token.
fn type_end(repair: &Repair<'_>, from: usize) -> usize {
    let mut at = match repair.kind(from) {
        Some(kind) if kind.closer().is_some() => repair.next_closer(from + 1) + 1,
        _ => from + 1,
    };
    if matches!(repair.kind(at), Some(Tok::LParen | Tok::LBracket)) {
        at = repair.next_closer(at + 1) + 1;
    } else if repair.kind(at) == Some(Tok::Lt) {
        at = closing_angle(repair, at).map_or(at, |close| close + 1);
    }
    at.min(repair.tokens.len())
}

/// The `>` that belongs to a `<`.
fn closing_angle(repair: &Repair<'_>, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in open..repair.tokens.len() {
        match repair.kind(at)? {
            Tok::Lt => depth += 1,
            Tok::Gt if depth == 1 => return Some(at),
            Tok::Gt => depth -= 1,
            Tok::Nl | Tok::LParen | Tok::RParen | Tok::RBrace => return None,
            _ => {}
        }
    }
    None
}

fn written(ours: &str, found: &str) -> SyntaxErrorKind {
    form(format!("this type is written `{ours}`, not `{found}`"), "")
}

/// `int a` for `a: int`, as a parameter or a field.
pub(super) fn type_before_name(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    // A type with a small letter is read as the name, one with a capital is what cannot stand there.
    let ty =
        if repair.kind(at) == Some(Tok::Upper) && failure.expects(Tok::Lower) && !failure.expects(Tok::Upper)
        {
            at
        } else if failure.expects(Tok::Colon)
            && !failure.expects(Tok::Star)
            && repair.kind(at) == Some(Tok::Lower)
        {
            at.checked_sub(1)?
        } else {
            return None;
        };
    let known = repair.kind(ty) == Some(Tok::Upper) || super::types::names_a_type(repair.text_at(ty));
    let begins =
        matches!(repair.kind(ty.checked_sub(1)?), Some(Tok::LParen | Tok::Comma | Tok::Nl | Tok::LBrace));
    let ends =
        matches!(repair.kind(ty + 2), Some(Tok::Comma | Tok::Nl | Tok::RParen | Tok::RBrace | Tok::Eq));
    if !known || !begins || !ends || !is_name(repair.kind(ty)) || repair.kind(ty + 1) != Some(Tok::Lower) {
        return None;
    }
    let name = repair.tokens[ty + 1];
    let fixed = format!("{}: {}", repair.text_at(ty + 1), repair.text_at(ty));
    let span = repair.span_at(ty).to(name.span());
    let kind = form("the name stands before its type", format!("write `{fixed}`"));
    let tokens = vec![name, Token::made(Tok::Colon, name.end), Token::made(Tok::Junk, name.end)];
    Some((Edit { range: ty..ty + 2, tokens }, error(kind, span).with_suggestion(span, fixed)))
}

/// `?string`, `x?: string`
pub(super) fn option_before(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Question) {
        return None;
    }
    let colon = repair.kind(at + 1) == Some(Tok::Colon) && failure.expects(Tok::Colon);
    let from = if colon { at + 2 } else { at + 1 };
    if !colon && !wants_type(failure) || from >= repair.tokens.len() {
        return None;
    }
    let end = type_end(repair, from);
    let ty = repair.text_of(from..end);
    let mut tokens = repair.tokens[at + 1..end].to_vec();
    tokens.push(Token::made(Tok::Question, repair.end_before(end)));
    let kind = form("`?` stands behind the type", format!("write `{ty}?`"));
    let span = repair.span_at(at);
    let whole = Span::new(span.start, repair.end_before(end));
    let fixed = if colon { format!(": {ty}?") } else { format!("{ty}?") };
    Some((Edit { range: at..end, tokens }, error(kind, span).with_suggestion(whole, fixed)))
}

/// `int[]`, `Dict[string, int]`, `map<string, int>`, `[]int`
pub(super) fn foreign_container(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let before = at.checked_sub(1)?;
    // `[]int`
    if repair.kind(at) == Some(Tok::RBracket)
        && repair.kind(before) == Some(Tok::LBracket)
        && wants_type(failure)
    {
        if !is_name(repair.kind(at + 1)) {
            return None;
        }
        let ty = repair.tokens[at + 1];
        let ours = format!("[{}]", repair.text_at(at + 1));
        let span = repair.span_at(before).to(ty.span());
        let error = error(written(&ours, &repair.text[span.range()]), span).with_suggestion(span, ours);
        let tokens = vec![ty, Token::made(Tok::RBracket, ty.end)];
        return Some((Edit { range: at..at + 2, tokens }, error));
    }
    if !is_behind_type(failure) || !is_name(repair.kind(before)) {
        return None;
    }
    let close = match repair.kind(at)? {
        Tok::LBracket => repair.next_closer(at + 1),
        Tok::Lt => closing_angle(repair, at)?,
        _ => return None,
    };
    if close >= repair.tokens.len() {
        return None;
    }
    let name = repair.tokens[before];
    let word = repair.text_at(before);
    let inner = &repair.tokens[at + 1..close];
    let comma = inner.iter().position(|token| token.kind == Tok::Comma).map(|comma| at + 1 + comma);
    let argument = repair.text_of(at + 1..close).to_owned();
    let last = repair.tokens[close];
    let made = |kind| Token::made(kind, name.start);
    let behind = |kind| Token::made(kind, last.end);
    let (tokens, ours) = match (word.to_ascii_lowercase().as_str(), comma) {
        (_, _) if inner.is_empty() => {
            (vec![made(Tok::LBracket), name, Token { kind: Tok::RBracket, ..last }], format!("[{word}]"))
        }
        ("dict" | "map" | "hashmap" | "record" | "mapping", Some(comma)) => {
            let (key, value) = (repair.text_of(at + 1..comma), repair.text_of(comma + 1..close));
            let mut tokens = vec![made(Tok::LBrace)];
            tokens.extend_from_slice(&repair.tokens[at + 1..comma]);
            tokens.push(Token { kind: Tok::Colon, ..repair.tokens[comma] });
            tokens.extend_from_slice(&repair.tokens[comma + 1..close]);
            tokens.push(behind(Tok::RBrace));
            (tokens, format!("{{{key}: {value}}}"))
        }
        ("list" | "array" | "vec" | "sequence" | "set" | "slice" | "iterable" | "tuple", None) => {
            let mut tokens = vec![made(Tok::LBracket)];
            tokens.extend_from_slice(inner);
            tokens.push(behind(Tok::RBracket));
            (tokens, format!("[{argument}]"))
        }
        ("optional" | "option" | "maybe", None) => {
            let mut tokens = inner.to_vec();
            tokens.push(behind(Tok::Question));
            (tokens, format!("{argument}?"))
        }
        _ if repair.kind(before) == Some(Tok::Lower) && super::types::names_a_type(word) => {
            let kind = form(format!("`{word}` takes no type arguments"), "leave them out");
            let span = name.span().to(last.span());
            let error = error(kind, span).with_suggestion(span, word);
            return Some((Edit { range: before..close + 1, tokens: vec![name] }, error));
        }
        _ => {
            (vec![Token { kind: Tok::Junk, start: name.start, end: last.end }], format!("{word}<{argument}>"))
        }
    };
    let span = name.span().to(last.span());
    let error = error(written(&ours, &repair.text[span.range()]), span).with_suggestion(span, ours);
    Some((Edit { range: before..close + 1, tokens }, error))
}

/// `int | none`, `string | int`
pub(super) fn union_in_place(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Bar) || !is_behind_type(failure) {
        return None;
    }
    let end = type_end(repair, at + 1);
    let other = repair.text_of(at + 1..end).to_owned();
    if matches!(other.as_str(), "none" | "null" | "None" | "undefined" | "nil") {
        let start = at.checked_sub(1)?;
        let span = Span::new(repair.span_at(at).start, repair.end_before(end));
        let kind = form(
            format!("a type that may be missing is written with `?`, not with `| {other}`"),
            format!("write `{}?`", repair.text_at(start)),
        );
        let begin = repair.end_before(at);
        let error = error(kind, span).with_suggestion(Span::new(begin, span.end), "?");
        let question = Token { kind: Tok::Question, start: span.start, end: span.end };
        return Some((Edit { range: at..end, tokens: vec![question] }, error));
    }
    let kind = form(
        "a type of several alternatives has a name",
        "declare it: `type Answer = Text(value: string) | Number(value: int)`",
    );
    let mut end = end;
    while repair.kind(end) == Some(Tok::Bar) {
        end = type_end(repair, end + 1);
    }
    Some((Edit { range: at..end, tokens: Vec::new() }, error(kind, repair.span_at(at))))
}

/// `(int, string)`, `(int) => int`, `"low" | "high"` where a type is wanted.
pub(super) fn no_type(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    // `let x: 1` is an `=` that is missing.
    let binds = at >= 3 && matches!(repair.kind(at - 3), Some(Tok::Let | Tok::Var));
    if !wants_type(failure) || binds {
        return None;
    }
    let mut end = match repair.kind(at)? {
        Tok::Fn if repair.kind(at + 1) == Some(Tok::LParen) => repair.next_closer(at + 2) + 1,
        Tok::LParen | Tok::StrStart => repair.next_closer(at + 1) + 1,
        Tok::SingleQuoted | Tok::Int => at + 1,
        _ => return None,
    };
    let kind = match repair.kind(at)? {
        Tok::StrStart | Tok::SingleQuoted | Tok::Int => {
            while repair.kind(end) == Some(Tok::Bar) {
                let next = end + 1;
                end = if repair.kind(next) == Some(Tok::StrStart) {
                    repair.next_closer(next + 1) + 1
                } else {
                    next + 1
                };
            }
            form("a value is no type", "name the values as variants: `type Risk = Low | High`")
        }
        Tok::LParen if end == at + 2 && !matches!(repair.kind(end), Some(Tok::FatArrow | Tok::Arrow)) => {
            form("there is no type `()`", "leave it out: what has no `->` yields nothing")
        }
        _ if repair.kind(at) == Some(Tok::Fn)
            || matches!(repair.kind(end), Some(Tok::FatArrow | Tok::Arrow)) =>
        {
            if matches!(repair.kind(end), Some(Tok::FatArrow | Tok::Arrow)) {
                end = type_end(repair, end + 1);
            }
            form(
                "there are no types of functions",
                "only built-in methods take a closure; call what you need by its name",
            )
        }
        _ => form("there are no tuples", "declare a record: `type Pair { first: int, second: string }`"),
    };
    let end = end.min(repair.tokens.len());
    let span = Span::new(repair.span_at(at).start, repair.end_before(end));
    Some((junk(repair, at, end), error(kind, span)))
}
