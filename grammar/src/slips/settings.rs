//! Settings as they are written in YAML: words without quotes, text behind `|`, entries below their key, steps behind `-`.

use super::{Mended, begins_line, error, form, junk};
use crate::repair::{Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

/// `agent a() { "do it" }`
pub(super) fn setting_without_name(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let is_string = matches!(repair.kind(at), Some(Tok::StrStart | Tok::BlockStart | Tok::LBracket));
    let in_settings =
        failure.expects(Tok::Lower) && !failure.expects(Tok::Float) && !failure.expects(Tok::Underscore);
    if !is_string || !in_settings || repair.kind(at.checked_sub(1)?) != Some(Tok::LBrace) {
        return None;
    }
    let doer = repair.tokens.iter().find(|token| token.kind.is_item_keyword())?;
    let is_list = repair.kind(at) == Some(Tok::LBracket);
    let name = match doer.kind {
        Tok::Agent | Tok::Human if is_list => return None,
        Tok::Agent => "prompt",
        Tok::Command => "run",
        Tok::Human => "ask",
        _ => return None,
    };
    let kind = form(
        "this setting has no name",
        format!("write `{name}: {}`", if is_list { "[…]" } else { "\"…\"" }),
    );
    let span = repair.span_at(at);
    let error = error(kind, span).with_suggestion(Span::new(span.start, span.start), format!("{name}: "));
    let stop = repair.next_stop(at);
    Some((junk(repair, at, stop), error))
}

/// `prompt: |` and the text on the lines below, as in YAML
pub(super) fn text_behind_bar(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let is_bar = |at: usize| {
        repair.kind(at) == Some(Tok::Bar)
            && at > 0
            && repair.kind(at - 1) == Some(Tok::Colon)
            && begins_line(repair, at + 1)
    };
    let bar = (1..=2).filter_map(|back| failure.at.checked_sub(back)).find(|at| is_bar(*at))?;
    let open = repair.opener_before(bar)?;
    let end = repair.next_closer(open + 1);
    let kind = form(
        "text of several lines stands between `\"\"\"`",
        "write `prompt: \"\"\"`, the text, and `\"\"\"` behind it",
    );
    let span = Span::new(repair.span_at(bar).start, repair.end_before(end));
    Some((junk(repair, bar, end), error(kind, span)))
}

/// `run: make all`
pub(super) fn text_without_quotes(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let start = repair.entry_start(at);
    let is_setting = repair.kind(start) == Some(Tok::Lower)
        && repair.kind(start + 1) == Some(Tok::Colon)
        && matches!(repair.kind(start + 2), Some(Tok::Lower | Tok::Upper))
        && repair.opener_before(at).is_some_and(|open| in_settings(repair, open));
    let is_word = |index: usize| {
        repair.kind(index).is_some_and(|kind| {
            matches!(
                kind,
                Tok::Lower | Tok::Upper | Tok::Int | Tok::Float | Tok::Duration | Tok::LBrace | Tok::Dot
            ) || kind.is_name_like()
        })
    };
    if !is_setting || !failure.expects(Tok::Star) || begins_line(repair, at) || !is_word(at) {
        return None;
    }
    let mut end = at;
    while end < repair.tokens.len() && !begins_line(repair, end) && repair.kind(end) != Some(Tok::Nl) {
        end = match repair.kind(end) {
            Some(kind) if kind.closer().is_some() => repair.next_closer(end + 1) + 1,
            Some(kind) if kind.is_closer() => break,
            _ => end + 1,
        };
    }
    let end = end.min(repair.tokens.len());
    let text = repair.text_of(start + 2..end);
    let span = Span::new(repair.span_at(start + 2).start, repair.end_before(end));
    let quoted = format!("\"{text}\"");
    let kind = form("text stands in quotes", format!("write `{}: {quoted}`", repair.text_at(start)));
    let mut error = error(kind, span);
    if !text.contains(['"', '\\', '\n']) {
        error = error.with_suggestion(span, quoted);
    }
    Some((junk(repair, start + 2, end), error))
}

/// Whether a brace is that of a declaration whose entries are settings.
fn in_settings(repair: &Repair<'_>, open: usize) -> bool {
    let keyword = repair.tokens[..open].iter().find(|token| token.kind.is_item_keyword());
    let is_doer = keyword.is_some_and(|token| matches!(token.kind, Tok::Agent | Tok::Command | Tok::Human));
    let behind_with = open.checked_sub(1).and_then(|with| repair.kind(with)) == Some(Tok::With);
    repair.kind(open) == Some(Tok::LBrace) && (is_doer || behind_with)
}

/// `env:` and its entries on the lines below
pub(super) fn entries_below(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let key = at.checked_sub(1)?;
    let setting = at.checked_sub(3)?;
    let open = repair.opener_before(at)?;
    if repair.kind(at) != Some(Tok::Colon)
        || repair.kind(key - 1) != Some(Tok::Colon)
        || !begins_line(repair, key)
        || !in_settings(repair, open)
    {
        return None;
    }
    let end = repair.next_closer(open + 1);
    let (name, key_text) = (repair.text_at(setting), repair.text_at(key));
    let help = match repair.kind(key) {
        Some(Tok::Upper) => {
            format!("write `{name}: [\"{key_text}\": …]`; a secret is declared: `secret {key_text}`")
        }
        _ => format!("write `{name}: [\"{key_text}\": …]`"),
    };
    let span = repair.span_at(key);
    Some((
        junk(repair, key, end),
        error(form("a map stands in brackets, with its keys in quotes", help), span),
    ))
}

/// `steps:` and `- build()` on the lines below
pub(super) fn steps_behind_dashes(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let word = at.checked_sub(1)?;
    let begins = matches!(repair.kind(word.checked_sub(1)?), Some(Tok::Nl | Tok::LBrace));
    let dash = if repair.kind(at + 1) == Some(Tok::Nl) { at + 2 } else { at + 1 };
    if repair.kind(at) != Some(Tok::Colon)
        || !begins
        || repair.kind(word) != Some(Tok::Lower)
        || repair.kind(dash) != Some(Tok::Minus)
        || !begins_line(repair, dash)
    {
        return None;
    }
    let open = repair.opener_before(at)?;
    let end = repair.next_closer(open + 1);
    let word_text = repair.text_at(word);
    let kind = form(
        format!("steps stand one below the other, without `{word_text}:` and `-`"),
        "write each on a line of its own: `build()`",
    );
    let span = repair.span_at(word).to(repair.span_at(at));
    Some((junk(repair, word, end), error(kind, span)))
}
