//! Bounds, conditions and blocks that stand where, or as, they stand elsewhere: `max: 4`, `int >= 1`, `retry(3) { … }`,
//! `for parallel`, `or fail`, a stage among the items.

use super::{Mended, error, form, junk};
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

/// `max: 4`, `, max 4`
pub(super) fn sign_of_max(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if !failure.expects(Tok::Max) {
        return None;
    }
    // In front of a colon it is read as a name.
    let word = if repair.kind(at) == Some(Tok::Comma) { at + 1 } else { at };
    let colon = repair.kind(word + 1) == Some(Tok::Colon);
    if repair.text_at(word) != "max" || word == at && !colon {
        return None;
    }
    let end = word + 1 + usize::from(colon);
    let span = repair.span_at(at).to(repair.span_at(end - 1));
    let kind = form("`max` stands without `,` and `:`", format!("write `max {}`", repair.text_at(end)));
    let token = Token { kind: Tok::Max, ..repair.tokens[word] };
    let place = Span::new(repair.end_before(at), span.end);
    Some((Edit { range: at..end, tokens: vec![token] }, error(kind, span).with_suggestion(place, " max")))
}

/// `line: int >= 1` for a field or type
pub(super) fn condition_of_type(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let compares =
        matches!(repair.kind(at), Some(Tok::Lt | Tok::Le | Tok::Gt | Tok::Ge | Tok::EqEq | Tok::Ne));
    if !compares || failure.expects(Tok::Star) || !failure.expects(Tok::Where) {
        return None;
    }
    let stop = repair.next_stop(at);
    // `int<string>` compares nothing.
    if repair.kind(at) == Some(Tok::Lt) && (at..stop).any(|behind| repair.kind(behind) == Some(Tok::Gt)) {
        return None;
    }
    let condition = repair.text_of(at..stop);
    let span = Span::new(repair.span_at(at).start, repair.end_before(stop));
    let kind =
        form("what must hold of a value stands behind `where`", format!("write `where it {condition}`"));
    let error = error(kind, span).with_suggestion(span, format!("where it {condition}"));
    Some((Edit { range: at..stop, tokens: Vec::new() }, error))
}

/// `retry(3) { build() }`
pub(super) fn call_with_block(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let close = at.checked_sub(1)?;
    if repair.kind(at) != Some(Tok::LBrace) || repair.kind(close) != Some(Tok::RParen) {
        return None;
    }
    let word = repair.opener_before(close)?.checked_sub(1)?;
    let help = match repair.text_at(word) {
        "retry" | "retries" | "attempt" => "retries belong to the call: `build() with { retry: 3 }`",
        "timeout" | "with_timeout" | "deadline" => "time belongs to the call: `build() with { timeout: 5m }`",
        "step" | "stage" | "task" | "job" | "group" => {
            "steps stand one below the other, without a block around them"
        }
        _ => return None,
    };
    let end = (repair.next_closer(at + 1) + 1).min(repair.tokens.len());
    Some((junk(repair, word, end), error(form("no call takes a block", help), repair.span_at(word))))
}

/// `for parallel x in xs`
pub(super) fn words_of_for(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let before = at.checked_sub(1)?;
    if repair.kind(at) != Some(Tok::Parallel) || repair.kind(before) != Some(Tok::For) {
        return None;
    }
    let (word, parallel) = (repair.tokens[before], repair.tokens[at]);
    let span = word.span().to(parallel.span());
    let kind = form("the words are `parallel for`, in this order", "write `parallel for x in xs { … }`");
    let tokens = vec![Token { kind: Tok::Parallel, ..word }, Token { kind: Tok::For, ..parallel }];
    Some((Edit { range: before..at + 1, tokens }, error(kind, span).with_suggestion(span, "parallel for")))
}

/// `build() or fail "x"`
pub(super) fn or_leave(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let joins = matches!(repair.kind(at.checked_sub(1)?), Some(Tok::Or | Tok::And));
    let leaves = matches!(
        repair.kind(at),
        Some(Tok::Fail | Tok::Return | Tok::Blocked | Tok::Break | Tok::Continue | Tok::Handoff | Tok::Done)
    );
    if !joins || !leaves {
        return None;
    }
    let (word, leave) = (repair.text_at(at - 1), repair.text_at(at));
    let kind = form(
        format!("`{word}` joins two conditions, and `{leave}` is none"),
        format!(
            "what fails is caught, `build() catch error {{ {leave} … }}`; for what is `none` write `x ?? {leave} …`"
        ),
    );
    let stop = repair.next_stop(at);
    Some((junk(repair, at, stop), error(kind, repair.span_at(at))))
}

/// A stage among the items.
pub(super) fn stage_at_top(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Stage) || !failure.expects(Tok::Import) || !failure.expects(Tok::Flow) {
        return None;
    }
    let kind = form("a stage stands in its flow", "move it into the body of the flow that hands to it");
    let end = repair.tokens.len();
    Some((junk(repair, at, end), error(kind, repair.span_at(at))))
}
