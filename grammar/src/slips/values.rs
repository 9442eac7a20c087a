//! Values as other languages write them: `f"…"`, `{"a": 1}`, `[x for x in xs]`, `x!`, `x *= 2`, `a not in b`.

use super::{Mended, error, form, is_attached, junk, remove, replace, start_of_value};
use crate::error::{SyntaxErrorKind, assigning};
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

/// `f"…"`, `r"…"`
pub(super) fn string_prefix(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let prefix = at.checked_sub(1)?;
    let kind = repair.kind(at)?;
    let word = repair.text_at(prefix);
    let fits = matches!(kind, Tok::StrStart | Tok::BlockStart | Tok::SingleQuoted)
        && matches!(repair.kind(prefix), Some(Tok::Lower | Tok::Upper))
        && word.len() <= 3
        && is_attached(repair, at);
    if !fits {
        return None;
    }
    let span = repair.span_at(prefix);
    let raw = word.contains(['r', 'R']);
    let help = if raw {
        "leave it out, and write each `\\` twice"
    } else {
        "leave it out: every string takes `${name}`"
    };
    let error =
        error(form(format!("a string has no prefix such as `{word}`"), help), span).with_suggestion(span, "");
    if !raw && kind != Tok::SingleQuoted {
        return Some((remove(prefix), error));
    }
    let end = if kind == Tok::SingleQuoted { at } else { repair.next_closer(at + 1) };
    Some((junk(repair, prefix, (end + 1).min(repair.tokens.len())), error))
}

/// Operators of two tokens here that are one elsewhere: `<>`, `=<`, `**`, `..=`, `x *= 2`.
pub(super) fn joined_operator(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let first = at.checked_sub(1)?;
    if !is_attached(repair, at) {
        return None;
    }
    let span = repair.span_at(first).to(repair.span_at(at));
    let found = &repair.text[span.range()];
    let (kind, ours) = match found {
        "<>" => (Tok::Ne, "!="),
        "=<" => (Tok::Le, "<="),
        "..." | "..=" | "..<" => (Tok::DotDot, ".."),
        "<<" | ">>" => (Tok::Plus, ""),
        "**" => (Tok::Star, ""),
        "*=" | "/=" | "%=" | "??=" | "||=" => (Tok::Eq, ""),
        _ => return None,
    };
    let edit = Edit { range: first..at + 1, tokens: vec![Token { kind, start: span.start, end: span.end }] };
    if repair.progress(&edit.tokens, edit.range.clone()) == 0 {
        return None;
    }
    let mut error = error(SyntaxErrorKind::ForeignOperator(found.into(), ours), span);
    if !ours.is_empty() {
        error = error.with_suggestion(span, ours);
    } else if let Some(assigned) = assigned(repair, first, at) {
        error = error.with_suggestion(span, assigned);
    }
    Some((edit, error))
}

/// `= x *` for the `*=` from `first` to `last`, where that means the same.
pub(super) fn assigned(repair: &Repair<'_>, first: usize, last: usize) -> Option<String> {
    let target = first.checked_sub(1)?;
    let begins = target == 0 || matches!(repair.kind(target - 1), Some(Tok::Nl | Tok::LBrace));
    let one_behind = repair.next_stop(last + 1) == last + 2;
    let span = repair.span_at(first).to(repair.span_at(last));
    let operator = assigning(&repair.text[span.range()])?;
    (begins && one_behind && repair.kind(target) == Some(Tok::Lower))
        .then(|| format!("= {} {operator}", repair.text_at(target)))
}

/// `x!`
pub(super) fn bang_behind(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Bang) || !failure.expects(Tok::Star) || !is_attached(repair, at) {
        return None;
    }
    let mut end = at + 1;
    while repair.kind(end) == Some(Tok::Bang) {
        end += 1;
    }
    let span = repair.span_at(at).to(repair.span_at(end - 1));
    if matches!(repair.kind(end), Some(Tok::LParen | Tok::LBracket)) && is_attached(repair, end) {
        let kind = form("there are no macros", "leave `!` out: what is called is a function");
        return Some((
            Edit { range: at..end, tokens: Vec::new() },
            error(kind, span).with_suggestion(span, ""),
        ));
    }
    let kind = form(
        "there is no `!` behind a value",
        "say what happens where it is `none`: `x ?? …`, `x?.field`, or `if x != none { … }`",
    );
    Some((Edit { range: at..end, tokens: Vec::new() }, error(kind, span)))
}

/// `a not in b`, `a is not none`
pub(super) fn not_inside(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Not) {
        return None;
    }
    let before = at.checked_sub(1)?;
    let (span, found) = if repair.kind(at + 1) == Some(Tok::In) && failure.expects(Tok::In) {
        (repair.span_at(at).to(repair.span_at(at + 1)), "not in")
    } else if repair.kind(before) == Some(Tok::Is) {
        (repair.span_at(before).to(repair.span_at(at)), "is not")
    } else {
        return None;
    };
    Some((remove(at), error(SyntaxErrorKind::ForeignOperator(found.into(), ""), span)))
}

/// `x as int`, `x instanceof A`
pub(super) fn cast(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if !failure.expects(Tok::Star) {
        return None;
    }
    let span = repair.span_at(at);
    match repair.kind(at)? {
        Tok::Lower if repair.text_at(at) == "instanceof" => {
            let kind = SyntaxErrorKind::ForeignWord("instanceof".into(), "is");
            Some((replace(repair, at, Tok::Is), error(kind, span).with_suggestion(span, "is")))
        }
        Tok::As => {
            let (start, stop) = (start_of_value(repair, at), repair.next_stop(at));
            let kind = form(
                "a value is not converted with `as`",
                "an `int` is a `float` where one is wanted; other conversions are methods, as `x.round()`, `x.to_string()`, `x.to_int()`",
            );
            Some((junk(repair, start, stop), error(kind, span)))
        }
        _ => None,
    }
}

/// `a if c else b`
pub(super) fn if_behind(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::If) || !failure.expects(Tok::Star) {
        return None;
    }
    let stop = repair.next_stop(at);
    let mut depth = 0_usize;
    let mut otherwise = None;
    for index in at + 1..stop {
        let kind = repair.tokens[index].kind;
        if depth == 0 && kind == Tok::LBrace {
            return None;
        }
        if depth == 0 && kind == Tok::Else {
            otherwise = Some(index);
            break;
        }
        if kind.closer().is_some() {
            depth += 1;
        } else if kind.is_closer() {
            depth = depth.saturating_sub(1);
        }
    }
    let otherwise = otherwise?;
    let start = start_of_value(repair, at);
    let fixed = format!(
        "if {} {{ {} }} else {{ {} }}",
        repair.text_of(at + 1..otherwise),
        repair.text_of(start..at),
        repair.text_of(otherwise + 1..stop)
    );
    let kind = SyntaxErrorKind::ForeignOperator("… if … else …".into(), "if … { … } else { … }");
    let span = Span::new(repair.span_at(start).start, repair.end_before(stop));
    let error = error(kind, repair.span_at(at)).with_suggestion(span, fixed);
    Some((junk(repair, start, stop), error))
}

/// `[x for x in xs]`
pub(super) fn comprehension(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::For) || !failure.expects(Tok::Star) {
        return None;
    }
    let open = repair.opener_before(at)?;
    let close = repair.next_closer(open + 1);
    let is_list = repair.kind(open) == Some(Tok::LBracket);
    if !is_list && repair.kind(open) != Some(Tok::LParen) || close >= repair.tokens.len() {
        return None;
    }
    let kind = form(
        "there are no comprehensions",
        "`for x in xs { … }` yields the list of what its body yields, and `xs.filter(|x| …)` leaves some out",
    );
    let mut error = error(kind, repair.span_at(at));
    if is_list && !(at..close).any(|index| matches!(repair.kind(index), Some(Tok::If | Tok::Comma))) {
        let fixed = format!("{} {{ {} }}", repair.text_of(at..close), repair.text_of(open + 1..at));
        error = error.with_suggestion(repair.span_at(open).to(repair.span_at(close)), fixed);
    }
    let edit = if is_list { junk(repair, open, close + 1) } else { junk(repair, open + 1, close) };
    Some((edit, error))
}

/// `{"a": 1}`, `{ x: 1 }`, `{}` where a value is wanted.
pub(super) fn value_in_braces(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let open = failure.at;
    if repair.kind(open) != Some(Tok::LBrace) || !failure.expects(Tok::Float) {
        return None;
    }
    let close = repair.next_closer(open + 1);
    if close >= repair.tokens.len() {
        return None;
    }
    let span = repair.span_at(open).to(repair.span_at(close));
    let inner = repair.text_of(open + 1..close);
    let first = repair.kind(open + 1)?;
    let behind = match first {
        Tok::StrStart => repair.next_closer(open + 2) + 1,
        _ => open + 2,
    };
    let map = || {
        form(
            "a map is written in brackets, not in braces",
            "write `[\"key\": value]`, and `[:]` for one that is empty",
        )
    };
    match (first, repair.kind(behind)) {
        (Tok::RBrace, _) => {
            let brackets = [Tok::LBracket, Tok::Colon, Tok::RBracket];
            let tokens = brackets.map(|kind| Token {
                kind,
                ..repair.tokens[if kind == Tok::LBracket { open } else { close }]
            });
            let edit = Edit { range: open..close + 1, tokens: tokens.to_vec() };
            Some((edit, error(map(), span).with_suggestion(span, "[:]")))
        }
        (Tok::StrStart | Tok::SingleQuoted | Tok::Int, Some(Tok::Colon)) => {
            let error = error(map(), repair.span_at(open)).with_suggestion(span, format!("[{inner}]"));
            let mut tokens = repair.tokens[open..=close].to_vec();
            let mut depth = 0_usize;
            let mut comprehension = false;
            for token in &mut tokens {
                comprehension |= depth == 1 && token.kind == Tok::For;
                if token.kind.closer().is_some() {
                    depth += 1;
                } else if token.kind.is_closer() {
                    depth = depth.saturating_sub(1);
                } else if depth == 1 && token.kind == Tok::Nl {
                    token.kind = Tok::Comma;
                }
            }
            if comprehension {
                return Some((junk(repair, open, close + 1), error));
            }
            if let [first, .., last] = &mut tokens[..] {
                (first.kind, last.kind) = (Tok::LBracket, Tok::RBracket);
            }
            Some((Edit { range: open..close + 1, tokens }, error))
        }
        (Tok::Lower | Tok::Upper, Some(Tok::Colon)) => {
            let kind = form(
                "a value is not written in braces",
                "a record is written `Name(field: value)`, a map `[\"key\": value]`",
            );
            Some((junk(repair, open, close + 1), error(kind, repair.span_at(open))))
        }
        (Tok::Int | Tok::StrStart | Tok::Lower | Tok::Float, Some(Tok::Comma)) => {
            let kind = form("a list is written in brackets, not in braces", "write `[a, b]`");
            let error = error(kind, repair.span_at(open)).with_suggestion(span, format!("[{inner}]"));
            Some((junk(repair, open, close + 1), error))
        }
        _ => None,
    }
}

/// `[...xs, 1]`, `f(*xs)`, `f(...xs: [int])`
pub(super) fn spread(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if !matches!(repair.kind(at), Some(Tok::DotDot | Tok::Star)) {
        return None;
    }
    let mut end = at;
    while matches!(repair.kind(end), Some(Tok::DotDot | Tok::Star | Tok::Dot)) {
        end += 1;
    }
    let span = repair.span_at(at).to(repair.span_at(end - 1));
    let found = repair.text[span.range()].to_owned();
    let open = repair.opener_before(at)?;
    if failure.expects(Tok::Float) {
        let help = match repair.kind(open) {
            Some(Tok::LBracket) => "lists are joined with `+`: `xs + [1]`",
            Some(Tok::LParen) => "name each argument or field",
            _ => return None,
        };
        let stop = repair.next_stop(at);
        return Some((
            junk(repair, at, stop),
            error(form(format!("nothing is spread with `{found}`"), help), span),
        ));
    }
    let is_parameter = failure.expects(Tok::Lower) && repair.kind(open) == Some(Tok::LParen);
    if !is_parameter || repair.kind(end) != Some(Tok::Lower) {
        return None;
    }
    let kind = form("the number of parameters is fixed", "take a list: `names: [string]`");
    Some((Edit { range: at..end, tokens: Vec::new() }, error(kind, span)))
}

/// `log "x"`
pub(super) fn call_without_parentheses(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    const CALLED: [&str; 8] = ["log", "print", "println", "printf", "echo", "puts", "sleep", "sh"];
    let at = failure.at;
    let name = at.checked_sub(1)?;
    let begins = name == 0
        || matches!(
            repair.kind(name - 1),
            Some(Tok::Nl | Tok::LBrace | Tok::FatArrow | Tok::Eq | Tok::Return)
        );
    let word = repair.text_at(name);
    let known = CALLED.contains(&word)
        && matches!(repair.kind(at)?, Tok::Lower | Tok::Int | Tok::Duration | Tok::Upper);
    if !begins
        || !failure.expects(Tok::Star)
        || repair.kind(name) != Some(Tok::Lower)
        || !(known || repair.kind(at) == Some(Tok::StrStart))
    {
        return None;
    }
    let mut end = repair.next_stop(at);
    while repair.kind(end) == Some(Tok::Comma) {
        end = repair.next_stop(end + 1);
    }
    let (from, to) = (repair.span_at(at).start, repair.end_before(end));
    let mut tokens = vec![Token::made(Tok::LParen, from)];
    tokens.extend_from_slice(&repair.tokens[at..end]);
    tokens.push(Token::made(Tok::RParen, to));
    let given = repair.text_of(at..end);
    let kind = form("what a call is given stands in parentheses", format!("write `{word}(…)`"));
    let span = repair.span_at(at);
    let error =
        error(kind, span).with_suggestion(Span::new(repair.span_at(name).end, to), format!("({given})"));
    Some((Edit { range: at..end, tokens }, error))
}

/// `xs[1:2]`
pub(super) fn slice(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let open = repair.opener_before(at)?;
    let is_index = repair.kind(open) == Some(Tok::LBracket)
        && is_attached(repair, open)
        && matches!(repair.kind(open.checked_sub(1)?), Some(Tok::Lower | Tok::RParen | Tok::RBracket));
    if repair.kind(at) != Some(Tok::Colon) || !is_index {
        return None;
    }
    let close = repair.next_closer(open + 1);
    let start = start_of_value(repair, open);
    let kind = form("a list has no slices", "write `xs.drop(1).take(2)`");
    Some((junk(repair, start, (close + 1).min(repair.tokens.len())), error(kind, repair.span_at(at))))
}
