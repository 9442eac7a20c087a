//! Branches of `parallel` and arms of `race` that have no name for what they yield.

use super::types::entries;
use super::{Mended, error, form, junk};
use crate::repair::{Failure, Repair};
use crate::token::Tok;
use std::ops::Range;

/// `parallel { a(), b() }`, `parallel [a(), b()]`, `race { a() => 1 }`
pub(super) fn without_name(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let behind_word = |index: usize| {
        index
            .checked_sub(1)
            .and_then(|word| repair.kind(word))
            .filter(|kind| matches!(kind, Tok::Parallel | Tok::Race))
    };
    let (open, word) = match behind_word(at) {
        Some(word) if matches!(repair.kind(at), Some(Tok::LBracket | Tok::LParen)) => (at, word),
        _ => {
            let open = repair.opener_before(at)?;
            (open, behind_word(open)?)
        }
    };
    let close = repair.next_closer(open + 1);
    let entries = entries(repair, open)?;
    let in_braces = repair.kind(open) == Some(Tok::LBrace);
    let first = entries.iter().find(|entry| !in_braces || !has_name(repair, entry, word))?.clone();
    let text = repair.text_of(first.clone());
    // What it calls may well be called that.
    let name = match (repair.kind(first.start), repair.kind(first.start + 1)) {
        (Some(Tok::Lower), Some(Tok::LParen)) => repair.text_at(first.start),
        _ => "made",
    };
    let value = if text.contains('\n') || text.len() > 60 { "…" } else { text };
    let kind = if word == Tok::Parallel {
        form(
            "each branch of `parallel` has a name",
            format!("write `{name}: {value}`: what comes of it is a record with a field for each branch"),
        )
    } else {
        let value = value.split("=>").next().unwrap_or(value).trim_end();
        form(
            "each arm of `race` says what it waits for, and what then",
            format!("write `{name} = {value} => {name}`, or `_ = {value} => …` where nothing is asked of it"),
        )
    };
    let span = repair.span_at(first.start).to(repair.span_at(first.end - 1));
    Some((junk(repair, open - 1, (close + 1).min(repair.tokens.len())), error(kind, span)))
}

/// Whether an entry has what belongs in front of its value.
fn has_name(repair: &Repair<'_>, entry: &Range<usize>, word: Tok) -> bool {
    if word == Tok::Parallel {
        return repair.kind(entry.start + 1) == Some(Tok::Colon);
    }
    let mut depth = 0_usize;
    for token in &repair.tokens[entry.clone()] {
        match token.kind {
            Tok::Eq if depth == 0 => return true,
            Tok::FatArrow if depth == 0 => return false,
            kind if kind.closer().is_some() => depth += 1,
            kind if kind.is_closer() => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
