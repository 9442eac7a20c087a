//! What people write in bodies who come from other languages: `try`, `c ? a : b`, `30 s`, `[a, b]` and `5m` as patterns,
//! `x--`, `do … end`, closures that assign.

use super::{Mended, error, form, is_attached, junk, remove, start_of_value};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;
use smol_str::SmolStr;

/// `30 s` for `30s`
pub(super) fn spaced_unit(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let number = at.checked_sub(1)?;
    if !matches!(repair.kind(number), Some(Tok::Int | Tok::Float)) || repair.kind(at) != Some(Tok::Lower) {
        return None;
    }
    let unit = match repair.text_at(at) {
        unit @ ("ms" | "s" | "m" | "h" | "d") => unit,
        "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hour" | "hours" => "h",
        "day" | "days" => "d",
        _ => return None,
    };
    let (start, end) = (repair.span_at(number).start, repair.span_at(at).end);
    if repair.text[start as usize..end as usize].contains('\n') {
        return None;
    }
    let fixed = SmolStr::new(format!("{}{unit}", repair.text_at(number)));
    let span = Span::new(start, end);
    let error = error(SyntaxErrorKind::SpacedUnit(fixed.clone()), span).with_suggestion(span, fixed);
    let tokens = vec![Token { kind: Tok::Junk, start, end }];
    Some((Edit { range: number..at + 1, tokens }, error))
}

/// `try { … } catch e { … }`: what is tried is read, what would be done about it is not.
pub(super) fn try_block(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let open = failure.at;
    let word = open.checked_sub(1)?;
    if repair.kind(open) != Some(Tok::LBrace) || repair.text_at(word) != "try" {
        return None;
    }
    let close = repair.next_closer(open + 1);
    let mut end = (close + 1).min(repair.tokens.len());
    loop {
        let behind = if repair.kind(end) == Some(Tok::Nl) { end + 1 } else { end };
        let goes_on = repair.kind(behind) == Some(Tok::Catch)
            || matches!(repair.text_at(behind), "except" | "rescue" | "finally" | "else");
        let block = (behind..repair.tokens.len()).take(8).find(|at| repair.kind(*at) == Some(Tok::LBrace));
        match block.filter(|_| goes_on) {
            Some(block) => end = (repair.next_closer(block + 1) + 1).min(repair.tokens.len()),
            None => break,
        }
    }
    let is_line = |token: &&Token| token.kind == Tok::Nl;
    let inner = repair.tokens.get(open + 1..close)?;
    let from = inner.iter().take_while(is_line).count();
    let to = inner.len() - inner.iter().rev().take_while(is_line).count();
    let span = repair.span_at(word);
    let tokens = match inner.get(from..to) {
        Some(tried) if !tried.is_empty() => tried.to_vec(),
        _ => vec![Token { kind: Tok::Junk, start: span.start, end: repair.end_before(end) }],
    };
    Some((Edit { range: word..end, tokens }, error(SyntaxErrorKind::ForeignWord("try".into(), ""), span)))
}

/// `try:` and its `except:`, the bodies on the lines below
pub(super) fn try_behind_colon(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let word = failure.at.checked_sub(1)?;
    if repair.kind(failure.at) != Some(Tok::Colon) || repair.text_at(word) != "try" {
        return None;
    }
    let open = repair.opener_before(word)?;
    if !matches!(repair.kind(word.checked_sub(1)?), Some(Tok::Nl | Tok::LBrace)) {
        return None;
    }
    let edit = junk(repair, word, repair.next_closer(open + 1));
    Some((edit, error(SyntaxErrorKind::ForeignWord("try".into(), ""), repair.span_at(word))))
}

/// `[first, second] => …`, `{ "key": value } => …`: read as a pattern that binds the names in it, which are used further on.
pub(super) fn list_pattern(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    // Behind a pattern there may be another one, and behind a value what is added to it.
    let is_key = || {
        at.checked_sub(1).and_then(|key| repair.kind(key)) == Some(Tok::StrEnd)
            && failure.expects(Tok::Bar)
            && !failure.expects(Tok::Plus)
    };
    let open = match repair.kind(at)? {
        Tok::LBracket if failure.expects(Tok::Underscore) && failure.expects(Tok::True) => at,
        Tok::Colon if is_key() => repair.opener_before(at)?,
        _ => return None,
    };
    let close = repair.next_closer(open + 1);
    if !matches!(
        (repair.kind(open), repair.kind(close)),
        (Some(Tok::LBracket), Some(Tok::RBracket)) | (Some(Tok::LBrace), Some(Tok::RBrace))
    ) {
        return None;
    }
    let span = repair.span_at(open).to(repair.span_at(close));
    let token = |index: usize, kind: Tok| Token { kind, ..repair.tokens[index] };
    let mut tokens = vec![token(open, Tok::LBrace)];
    for index in open + 1..close {
        let is_label = matches!(repair.kind(index + 1), Some(Tok::Colon | Tok::LParen | Tok::Dot));
        if repair.kind(index) == Some(Tok::Lower) && !is_label {
            tokens.push(token(index, Tok::Lower));
            tokens.push(Token::made(Tok::Comma, repair.span_at(index).end));
        }
    }
    match tokens.len() {
        1 => tokens = vec![Token { kind: Tok::Junk, start: span.start, end: span.end }],
        _ => tokens.push(token(close, Tok::RBrace)),
    }
    Some((Edit { range: open..close + 1, tokens }, error(SyntaxErrorKind::ListPattern, span)))
}

/// `5m => …`, `2.5 => …`, `> 5 => …`, `1..5 => …`
pub(super) fn literal_pattern(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let wants_pattern = failure.expects(Tok::Int) && !failure.expects(Tok::Float);
    let behind_pattern = failure.expects(Tok::FatArrow) && failure.expects(Tok::Bar);
    let is_int = |index: Option<usize>| index.and_then(|index| repair.kind(index)) == Some(Tok::Int);
    let signed = wants_pattern && repair.kind(at.checked_sub(1)?) == Some(Tok::Minus);
    let start = if signed || behind_pattern { at - 1 } else { at };
    let help_for = |sign: &str| format!("ask in a guard: `n if n {sign} 5 => …`");
    // On a line of its own, it went on with the value of the arm above.
    if repair.kind(at) == Some(Tok::FatArrow)
        && let Some(sign) =
            (repair.entry_start(at)..at).rev().find(|index| is_comparison(repair.kind(*index)))
        && repair.text[repair.end_before(sign) as usize..repair.span_at(sign).start as usize].contains('\n')
    {
        let place = repair.end_before(sign);
        let mut edit = junk(repair, sign, at);
        edit.tokens.insert(0, Token::made(Tok::Nl, place));
        let kind = form("a pattern compares nothing", help_for(repair.text_at(sign)));
        return Some((edit, error(kind, repair.span_at(sign))));
    }
    let (message, help) = match repair.kind(at)? {
        kind @ (Tok::Float | Tok::Duration | Tok::Money) if wants_pattern => {
            let (of, name) = match kind {
                Tok::Float => ("numbers with a point", "n"),
                Tok::Duration => ("durations", "d"),
                _ => ("amounts of money", "m"),
            };
            let text = repair.text_of(start..at + 1);
            (
                format!("there are no patterns for {of}"),
                format!("ask in a guard: `{name} if {name} == {text} => …`"),
            )
        }
        Tok::DotDot if behind_pattern && is_int(Some(start)) => (
            "there are no patterns for ranges".to_owned(),
            "ask in a guard: `n if 1 <= n and n <= 5 => …`".to_owned(),
        ),
        kind if wants_pattern && is_comparison(Some(kind)) => {
            ("a pattern compares nothing".to_owned(), help_for(repair.text_at(at)))
        }
        _ => return None,
    };
    let ends = |kind: Tok| matches!(kind, Tok::FatArrow | Tok::If | Tok::Nl | Tok::Comma) || kind.is_closer();
    let end = (at + 1..repair.tokens.len()).find(|index| repair.kind(*index).is_none_or(ends))?;
    let span = Span::new(repair.span_at(start).start, repair.end_before(end));
    Some((junk(repair, start, end), error(form(message, help), span)))
}

const fn is_comparison(kind: Option<Tok>) -> bool {
    matches!(kind, Some(Tok::Lt | Tok::Le | Tok::Gt | Tok::Ge | Tok::EqEq | Tok::Ne))
}

/// `require a > 3`
pub(super) fn require_alone(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let ends = repair.kind(at).is_none_or(|kind| matches!(kind, Tok::Nl | Tok::RBrace));
    let start = repair.entry_start(at);
    if !ends || !failure.expects(Tok::Comma) || repair.kind(start) != Some(Tok::Require) {
        return None;
    }
    let condition = repair.text_of(start + 1..at);
    let end = repair.end_before(at);
    let kind = form(
        "this `require` does not say what is wrong where it does not hold",
        "write the message behind it: `require n > 0, \"n is ${n}\"`",
    );
    let mut error = error(kind, Span::new(repair.span_at(start).start, end));
    if !condition.contains(['"', '\\', '\n', '$']) {
        error = error.with_suggestion(Span::new(end, end), format!(", \"{condition} does not hold\""));
    }
    let tokens = vec![Token::made(Tok::Comma, end), Token::made(Tok::Junk, end)];
    Some((Edit { range: at..at, tokens }, error))
}

/// `x--`
pub(super) fn minus_minus(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let (at, first) = (failure.at, failure.at.checked_sub(2)?);
    let is_minus = |index: usize| repair.kind(index) == Some(Tok::Minus) && is_attached(repair, index);
    let ends = repair.kind(at).is_none_or(|kind| kind == Tok::Nl || kind.is_closer());
    if !ends || !is_minus(first) || !is_minus(first + 1) {
        return None;
    }
    let span = repair.span_at(first).to(repair.span_at(first + 1));
    let edit = Edit { range: first..at, tokens: Vec::new() };
    Some((edit, error(SyntaxErrorKind::ForeignOperator("--".into(), ""), span)))
}

/// What ends a block that begins with a word in other languages.
const BLOCK_ENDS: [&str; 8] = ["end", "fi", "done", "endif", "endfor", "endwhile", "od", "next"];

/// `for x in xs do … end`, `if c then … else … fi`
pub(super) fn block_of_words(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if !failure.expects(Tok::LBrace) || !matches!(repair.text_at(at), "do" | "then") {
        return None;
    }
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut index = at;
    let last = loop {
        let token = *repair.tokens.get(index)?;
        let put = |tokens: &mut Vec<Token>, kind: Tok| tokens.push(Token { kind, ..token });
        let behind = repair.kind(index + 1);
        let begins = index == at || repair.kind(index - 1) == Some(Tok::Nl);
        // What is in brackets of its own is no part of this.
        let is_bracket = token.kind.closer().is_some();
        match repair.text_at(index) {
            "do" | "then" if !matches!(token.kind, Tok::Text) && behind != Some(Tok::LBrace) => {
                depth += 1;
                put(&mut tokens, Tok::LBrace);
                index += usize::from(behind == Some(Tok::Nl));
            }
            word @ ("else" | "elif" | "elsif" | "elseif")
                if (begins || word == "else") && behind != Some(Tok::LBrace) =>
            {
                pop_newline(&mut tokens);
                put(&mut tokens, Tok::RBrace);
                put(&mut tokens, Tok::Else);
                if word == "else" && behind != Some(Tok::If) {
                    put(&mut tokens, Tok::LBrace);
                    index += usize::from(behind == Some(Tok::Nl));
                } else {
                    depth -= 1;
                    if word != "else" {
                        put(&mut tokens, Tok::If);
                    }
                }
            }
            word if BLOCK_ENDS.contains(&word)
                && behind.is_none_or(|kind| matches!(kind, Tok::Nl | Tok::Else) || kind.is_closer()) =>
            {
                pop_newline(&mut tokens);
                put(&mut tokens, Tok::RBrace);
                depth -= 1;
                if depth == 0 {
                    break index;
                }
            }
            _ if token.kind.is_closer() => return None,
            _ if is_bracket => {
                let close = repair.next_closer(index + 1);
                tokens.extend_from_slice(repair.tokens.get(index..=close)?);
                index = close;
            }
            _ => tokens.push(token),
        }
        index += 1;
    };
    let (begin, end) = (repair.text_at(at), repair.text_at(last));
    let kind = form(
        format!("a block stands in braces, not between `{begin}` and `{end}`"),
        format!("write `{{` for `{begin}`, and `}}` for `{end}`"),
    );
    Some((Edit { range: at..last + 1, tokens }, error(kind, repair.span_at(at))))
}

fn pop_newline(tokens: &mut Vec<Token>) {
    if tokens.last().is_some_and(|last| last.kind == Tok::Nl) {
        tokens.pop();
    }
}

/// `c ? a : b`
pub(super) fn ternary(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Question) || !failure.expects(Tok::Star) {
        return None;
    }
    let stop = repair.next_stop(at);
    let span = repair.span_at(at);
    let colon = (at..stop).find(|index| repair.kind(*index) == Some(Tok::Colon));
    // `a ?: b`
    if colon == Some(at + 1) && repair.span_at(at).end == repair.span_at(at + 1).start {
        let span = span.to(repair.span_at(at + 1));
        let token = Token { kind: Tok::Coalesce, start: span.start, end: span.end };
        let error = error(SyntaxErrorKind::ForeignOperator("?:".into(), "??"), span);
        return Some((Edit { range: at..at + 2, tokens: vec![token] }, error.with_suggestion(span, "??")));
    }
    // `build()?`
    if stop == at + 1 && colon.is_none() {
        let kind = form(
            "there is no `?` behind a value",
            "say what happens where it is `none`: `x ?? …`; a failure needs no sign to be passed on",
        );
        return Some((remove(at), error(kind, span)));
    }
    // What stands in front of it is a condition, whose type would only be wrong in its place.
    let start = start_of_value(repair, at);
    let mut error = error(SyntaxErrorKind::ForeignOperator("? :".into(), "if … { … } else { … }"), span);
    if let Some(colon) = colon {
        let fixed = format!(
            "if {} {{ {} }} else {{ {} }}",
            repair.text_of(start..at),
            repair.text_of(at + 1..colon),
            repair.text_of(colon + 1..stop)
        );
        error = error.with_suggestion(Span::new(repair.span_at(start).start, repair.end_before(stop)), fixed);
    }
    Some((junk(repair, start, stop), error))
}

/// `|x| total += x`, `|x| { total += x }`: the body is not read.
pub(super) fn closure_that_assigns(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    match repair.kind(at)? {
        Tok::Eq | Tok::PlusEq => {
            let start = (0..at).rev().find(|index| !is_place(repair.kind(*index)))? + 1;
            if !ends_parameters(repair, start) {
                return None;
            }
            let stop = repair.next_stop(at);
            let span = Span::new(repair.span_at(start).start, repair.end_before(stop));
            let kind = SyntaxErrorKind::ClosureAssigns(repair.text_of(start..at).into());
            Some((junk(repair, start, stop), error(kind, span)))
        }
        Tok::LBrace if ends_parameters(repair, at) => {
            let close = repair.next_closer(at + 1);
            let stop = (close + 1).min(repair.tokens.len());
            let assigns =
                (at..close).find(|index| matches!(repair.kind(*index), Some(Tok::Eq | Tok::PlusEq)));
            let start = |assigns| (at..assigns).rev().find(|index| !is_place(repair.kind(*index)));
            // `let x = …` assigns nothing.
            let target =
                assigns.and_then(|assigns| Some((start(assigns)?, assigns))).filter(|(before, assigns)| {
                    before + 1 < *assigns
                        && !matches!(repair.kind(*before), Some(Tok::Let | Tok::Var | Tok::Colon))
                });
            let (before, assigns) = target?;
            let span = Span::new(repair.span_at(before + 1).start, repair.end_before(assigns));
            let kind = SyntaxErrorKind::ClosureAssigns(repair.text_of(before + 1..assigns).into());
            Some((junk(repair, at, stop), error(kind, span)))
        }
        _ => None,
    }
}

/// Whether the parameters of a closure end in front of a token.
fn ends_parameters(repair: &Repair<'_>, at: usize) -> bool {
    let Some(end) = at.checked_sub(1).filter(|end| repair.kind(*end) == Some(Tok::Bar)) else { return false };
    let is_param = |kind: Option<Tok>| matches!(kind, Some(Tok::Lower | Tok::Underscore | Tok::Comma));
    let before = (0..end).rev().find(|index| !is_param(repair.kind(*index)));
    before.is_some_and(|start| {
        repair.kind(start) == Some(Tok::Bar)
            && start > 0
            && matches!(repair.kind(start - 1), Some(Tok::LParen | Tok::Comma | Tok::Colon))
    })
}

/// Whether a token may be a part of what is assigned.
const fn is_place(kind: Option<Tok>) -> bool {
    matches!(kind, Some(Tok::Lower | Tok::Dot | Tok::LBracket | Tok::RBracket | Tok::Int))
}
