//! Statements of other languages that bind, count or join more than ours: `a, err := f()`, `return a, b`,
//! `for i := 0; i < n; i++`, `with open(f) as x`, `a() -> b()`, `Risk::High`.

use super::{Mended, error, form, junk};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

/// Whether a statement begins at a token.
fn begins_statement(repair: &Repair<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| repair.kind(before));
    matches!(before, Some(Tok::Nl | Tok::LBrace))
}

/// `out, err := build()`, `a, b = f()`
pub(super) fn several_names(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let first = at.checked_sub(1)?;
    if repair.kind(at) != Some(Tok::Comma) || !begins_statement(repair, first) {
        return None;
    }
    let is_name = |kind: Option<Tok>| matches!(kind, Some(Tok::Lower | Tok::Underscore | Tok::Comma));
    let sign = (first..repair.tokens.len()).find(|index| !is_name(repair.kind(*index)))?;
    if !matches!(repair.kind(sign), Some(Tok::ColonEq | Tok::Eq)) {
        return None;
    }
    let span = repair.span_at(first).to(repair.span_at(sign - 1));
    let name = repair.text_at(first);
    let fails = matches!(repair.text_at(sign - 1), "err" | "error" | "ok" | "e");
    let help = if fails {
        format!("what fails is caught behind the call: `let {name} = build() catch error {{ … }}`")
    } else {
        format!("bind one after the other, or the fields of a record: `let {{ {name}, … }} = …`")
    };
    let tokens = vec![
        Token::made(Tok::Let, span.start),
        Token { kind: Tok::Junk, start: span.start, end: span.end },
        Token { kind: Tok::Eq, ..repair.tokens[sign] },
    ];
    Some((Edit { range: first..sign + 1, tokens }, error(form("there are no tuples", help), span)))
}

/// `return a, b`
pub(super) fn several_results(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let start = repair.entry_start(at);
    if repair.kind(at) != Some(Tok::Comma) || repair.kind(start) != Some(Tok::Return) {
        return None;
    }
    let mut stop = repair.next_stop(at + 1);
    while repair.kind(stop) == Some(Tok::Comma) {
        stop = repair.next_stop(stop + 1);
    }
    let span = Span::new(repair.span_at(start + 1).start, repair.end_before(stop));
    let help = "yield a record: declare `type Pair { first: int, second: string }`, and write `Pair(first: …, second: …)`";
    Some((junk(repair, start + 1, stop), error(form("there are no tuples", help), span)))
}

/// `for i := 0; i < n; i++ { … }`
pub(super) fn counting_for(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let name = at.checked_sub(1)?;
    let before = name.checked_sub(1)?;
    let is_for = repair.kind(before) == Some(Tok::For)
        || matches!(repair.kind(before), Some(Tok::Let | Tok::Var))
            && before.checked_sub(1).and_then(|word| repair.kind(word)) == Some(Tok::For);
    if !is_for || !matches!(repair.kind(at), Some(Tok::ColonEq | Tok::Eq)) {
        return None;
    }
    let brace = (at..repair.tokens.len()).find(|index| repair.kind(*index) == Some(Tok::LBrace))?;
    let (start, end) = (repair.span_at(before + 1).start, repair.end_before(brace));
    if repair.text.get(start as usize..end as usize).is_none_or(|head| head.contains('\n')) {
        return None;
    }
    let kind = form("`for` goes through a list", "write `for i in 0..9 { … }`, or `for name in names { … }`");
    let range = repair.kind(at + 1) == Some(Tok::Lower) && repair.text_at(at + 1) == "range";
    let from = if range { name } else { before + 1 };
    let tokens = vec![
        Token { kind: Tok::Lower, ..repair.tokens[name] },
        Token::made(Tok::In, end),
        Token { kind: Tok::Junk, start: end, end },
    ];
    Some((Edit { range: from..brace, tokens }, error(kind, Span::new(start, end))))
}

/// `with open(path) as file { … }`
pub(super) fn block_of_with(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::With) || !failure.expects(Tok::Let) {
        return None;
    }
    let stop = repair.next_stop(at);
    let kind = form(
        "nothing has to be opened and closed",
        "`read(path)` yields the text of a file, `write(path, text)` writes one; `defer { … }` cleans up",
    );
    Some((junk(repair, at, stop), error(kind, repair.span_at(at))))
}

/// `defer cleanup()`
pub(super) fn defer_call(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at.checked_sub(1)?) != Some(Tok::Defer)
        || !matches!(repair.kind(at), Some(Tok::Lower | Tok::Upper))
    {
        return None;
    }
    let stop = repair.next_stop(at);
    let (start, end) = (repair.span_at(at).start, repair.end_before(stop));
    let fixed = format!("{{ {} }}", repair.text_of(at..stop));
    let mut tokens = vec![Token::made(Tok::LBrace, start)];
    tokens.extend_from_slice(&repair.tokens[at..stop]);
    tokens.push(Token::made(Tok::RBrace, end));
    let kind = form("what is deferred stands in braces", format!("write `defer {fixed}`"));
    let span = Span::new(start, end);
    Some((Edit { range: at..stop, tokens }, error(kind, span).with_suggestion(span, fixed)))
}

/// `build() -> test()`, `build() >> test()`
pub(super) fn steps_in_a_row(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let start = repair.entry_start(at);
    let is_step = begins_statement(repair, start) && repair.kind(at.checked_sub(1)?) == Some(Tok::RParen);
    let goes_on = repair
        .kind(at + 1)
        .is_some_and(|kind| matches!(kind, Tok::Lower | Tok::LBracket) || kind.is_name_like());
    if repair.kind(at) != Some(Tok::Arrow) || !is_step || !goes_on {
        return None;
    }
    let stop = repair.next_stop(at);
    let kind = form(
        "steps are not joined with `->`: they stand one below the other",
        "write each on a line of its own; what one yields is bound for the next: `let built = build()`",
    );
    Some((junk(repair, start, stop), error(kind, repair.span_at(at))))
}

/// `Risk::High`
pub(super) fn double_colon(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = [Some(failure.at), failure.at.checked_sub(1)].into_iter().flatten().find(|at| {
        repair.kind(*at) == Some(Tok::Colon)
            && repair.kind(at + 1) == Some(Tok::Colon)
            && super::is_attached(repair, at + 1)
            && matches!(repair.kind(at.wrapping_sub(1)), Some(Tok::Lower | Tok::Upper))
    })?;
    let span = repair.span_at(at).to(repair.span_at(at + 1));
    let token = Token { kind: Tok::Dot, start: span.start, end: span.end };
    let error = error(SyntaxErrorKind::WrongSign("::", "."), span).with_suggestion(span, ".");
    Some((Edit { range: at..at + 2, tokens: vec![token] }, error))
}

/// `x > 3 and < 5`
pub(super) fn half_comparison(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let joins = matches!(repair.kind(at.checked_sub(1)?), Some(Tok::And | Tok::Or));
    let compares =
        matches!(repair.kind(at), Some(Tok::Lt | Tok::Le | Tok::Gt | Tok::Ge | Tok::EqEq | Tok::Ne));
    if !joins || !compares || !failure.expects(Tok::Float) {
        return None;
    }
    let place = repair.span_at(at);
    let (word, sign) = (repair.text_at(at - 1), repair.text_at(at));
    let kind = form(
        format!("nothing stands in front of `{sign}`"),
        format!("a comparison has two sides: `x > 3 {word} x {sign} 5`"),
    );
    let tokens = vec![Token::made(Tok::Junk, place.start)];
    Some((Edit { range: at..at, tokens }, error(kind, place)))
}

/// `handoff judge`
pub(super) fn handoff_alone(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let stage = at.checked_sub(1)?;
    let ends = repair.kind(at).is_none_or(|kind| kind == Tok::Nl || kind.is_closer());
    if !ends || repair.kind(stage.checked_sub(1)?) != Some(Tok::Handoff) || !failure.expects(Tok::LParen) {
        return None;
    }
    let span = repair.span_at(stage);
    let kind = form(
        "a stage is handed to with parentheses, also without arguments",
        format!("write `handoff {}()`", repair.text_at(stage)),
    );
    let error = error(kind, span).with_suggestion(Span::new(span.end, span.end), "()");
    let tokens = vec![Token::made(Tok::LParen, span.end), Token::made(Tok::RParen, span.end)];
    Some((Edit { range: at..at, tokens }, error))
}
