//! What people write in declarations of types who come from other languages: fields without names, variants in braces.

use super::{Mended, error};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::token::Tok;
use std::ops::Range;

/// The types whose names begin with a small letter.
const BUILT_IN: [&str; 11] =
    ["int", "float", "string", "bool", "duration", "time", "money", "json", "file", "dir", "output"];

/// Whether a word with a small letter is a type, here or elsewhere, more likely than a name.
pub(super) fn names_a_type(word: &str) -> bool {
    BUILT_IN.contains(&word)
        || matches!(
            word,
            "str"
                | "integer"
                | "long"
                | "double"
                | "number"
                | "boolean"
                | "char"
                | "text"
                | "object"
                | "any"
                | "i32"
                | "i64"
                | "f64"
        )
}

/// `type P { int, string }`, `C(int)`: fields without names.
pub(super) fn unnamed_fields(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let is_type = matches!(repair.kind(at), Some(Tok::Upper | Tok::LBracket)) && failure.expects(Tok::Lower);
    if !is_type && !failure.expects(Tok::Colon) {
        return None;
    }
    let open = repair.opener_before(at)?;
    if !matches!(repair.kind(open), Some(Tok::LBrace | Tok::LParen)) || !declares_type(repair, open) {
        return None;
    }
    let entries = entries(repair, open)?;
    let first = entries.iter().find(|entry| is_unnamed(repair, entry))?.clone();
    let (start, end) = (repair.span_at(first.start).start, repair.end_before(first.end));
    let ty = &repair.text[start as usize..end as usize];
    let close = entries.last()?.end;
    let mut tokens = Vec::new();
    let mut from = open + 1;
    for entry in entries.iter().filter(|entry| is_unnamed(repair, entry)) {
        let place = repair.span_at(entry.start).start;
        tokens.extend_from_slice(&repair.tokens[from..entry.start]);
        tokens.extend([Token::made(Tok::Lower, place), Token::made(Tok::Colon, place)]);
        from = entry.start;
    }
    tokens.extend_from_slice(&repair.tokens[from..close]);
    let edit = Edit { range: open + 1..close, tokens };
    let span = repair.span_at(first.start).to(repair.span_at(first.end - 1));
    Some((edit, error(SyntaxErrorKind::UnnamedField(ty.into()), span)))
}

/// `type B { C, D }` for `type B = C | D`
pub(super) fn variants_in_braces(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Upper) || !failure.expects(Tok::Lower) {
        return None;
    }
    let open = repair.opener_before(at)?;
    if repair.kind(open) != Some(Tok::LBrace) || !declares_type(repair, open) {
        return None;
    }
    let (range, tokens) = variants(repair, open)?;
    let name = repair.text_at(open.checked_sub(1)?);
    let first = repair.text_at(at);
    let kind = SyntaxErrorKind::VariantsInBraces(smol_str::format_smolstr!("type {name} = {first} | …"));
    Some((Edit { range, tokens }, error(kind, repair.span_at(open))))
}

/// Variants in braces as they are read: from the opening brace to the closing one, and what stands there instead.
pub(super) fn variants(repair: &Repair<'_>, open: usize) -> Option<(Range<usize>, Vec<Token>)> {
    let entries = entries(repair, open)?;
    let close = entries.last()?.end;
    let mut tokens = vec![Token::made(Tok::Eq, repair.tokens[open].start)];
    for entry in &entries {
        let fields = repair.kind(entry.start + 1);
        let is_variant = repair.kind(entry.start) == Some(Tok::Upper)
            && (entry.len() == 1 || matches!(fields, Some(Tok::LParen | Tok::LBrace)));
        if !is_variant {
            return None;
        }
        if tokens.len() > 1 {
            tokens.push(Token::made(Tok::Bar, repair.tokens[entry.start].start));
        }
        let from = tokens.len();
        tokens.extend_from_slice(&repair.tokens[entry.clone()]);
        if let [_, open, .., close] = &mut tokens[from..]
            && open.kind == Tok::LBrace
        {
            (open.kind, close.kind) = (Tok::LParen, Tok::RParen);
        }
    }
    Some((open..repair.next_closer(close) + 1, tokens))
}

/// Whether what a bracket belongs to is the declaration of a type.
pub(super) fn declares_type(repair: &Repair<'_>, open: usize) -> bool {
    let keyword = repair.tokens[..open].iter().find(|token| token.kind.is_item_keyword());
    keyword.is_some_and(|token| token.kind == Tok::Type)
}

/// The entries in a bracket, without what separates and what documents them. None if there are none.
pub(super) fn entries(repair: &Repair<'_>, open: usize) -> Option<Vec<Range<usize>>> {
    let close = repair.next_closer(open + 1);
    if close >= repair.tokens.len() {
        return None;
    }
    let mut entries = Vec::new();
    let (mut start, mut depth) = (open + 1, 0_usize);
    for index in open + 1..=close {
        let kind = repair.tokens[index].kind;
        if depth == 0 && (index == close || matches!(kind, Tok::Comma | Tok::Nl)) {
            while start < index && repair.tokens[start].kind == Tok::Doc {
                start += 1;
            }
            if start < index {
                entries.push(start..index);
            }
            start = index + 1;
        }
        if kind.closer().is_some() {
            depth += 1;
        } else if kind.is_closer() {
            depth = depth.saturating_sub(1);
        }
    }
    if entries.is_empty() { None } else { Some(entries) }
}

/// Whether an entry is a type and nothing else.
fn is_unnamed(repair: &Repair<'_>, entry: &Range<usize>) -> bool {
    let tokens = &repair.tokens[entry.clone()];
    let tokens = match tokens {
        [ty @ .., last] if last.kind == Tok::Question => ty,
        all => all,
    };
    match tokens {
        [one] if one.kind == Tok::Lower => BUILT_IN.contains(&repair.text_at(entry.start)),
        [one] => one.kind == Tok::Upper,
        [first, .., last] => first.kind == Tok::LBracket && last.kind == Tok::RBracket,
        [] => false,
    }
}
