//! Words of other languages, and misspelt ones: `elif`, `let mut`, `function`, `while`, `await`.

use super::{Mended, error, form, junk, remove, replace, types};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::token::Tok;

/// `elif`
pub(super) fn else_if(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    // On a line of its own, the newline stands between, and the word was taken for a name.
    let word = match repair.kind(at) {
        Some(_) if at >= 3 && repair.kind(at - 2) == Some(Tok::Nl) => at - 1,
        _ => at,
    };
    let from = if word < at { word - 1 } else { word };
    let known = matches!(repair.text_at(word), "elif" | "elsif" | "elseif");
    let behind_block = from.checked_sub(1).and_then(|before| repair.kind(before)) == Some(Tok::RBrace);
    if !known || !behind_block {
        return None;
    }
    let span = repair.span_at(word);
    let tokens = vec![
        Token { kind: Tok::Else, end: span.start, ..repair.tokens[word] },
        Token { kind: Tok::If, ..repair.tokens[word] },
    ];
    let error = error(SyntaxErrorKind::ForeignWord(repair.text_at(word).into(), "else if"), span);
    Some((Edit { range: from..word + 1, tokens }, error.with_suggestion(span, "else if")))
}

/// `let mut x`
pub(super) fn let_mut(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let start = failure.at.checked_sub(2)?;
    if repair.kind(start) != Some(Tok::Let)
        || repair.text_at(start + 1) != "mut"
        || repair.kind(start + 2) != Some(Tok::Lower)
    {
        return None;
    }
    let span = repair.span_at(start).to(repair.span_at(start + 1));
    let error = error(SyntaxErrorKind::ForeignWord("let mut".into(), "var"), span);
    let token = Token { kind: Tok::Var, start: span.start, end: span.end };
    Some((Edit { range: start..start + 2, tokens: vec![token] }, error.with_suggestion(span, "var")))
}

/// `const x = 1` among statements.
pub(super) fn const_in_body(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Const) || !failure.expects(Tok::Let) {
        return None;
    }
    let span = repair.span_at(at);
    let error = error(SyntaxErrorKind::ForeignWord("const".into(), "let"), span);
    Some((replace(repair, at, Tok::Let), error.with_suggestion(span, "let")))
}

/// Words that begin a declaration in other languages, and what they are here; `None` for those that are left out.
const ITEM_WORDS: [(&str, Option<(Tok, &str)>); 24] = [
    ("function", Some((Tok::Fn, "fn"))),
    ("func", Some((Tok::Fn, "fn"))),
    ("fun", Some((Tok::Fn, "fn"))),
    ("def", Some((Tok::Fn, "fn"))),
    ("task", Some((Tok::Flow, "flow"))),
    ("workflow", Some((Tok::Flow, "flow"))),
    ("pipeline", Some((Tok::Flow, "flow"))),
    ("prompt", Some((Tok::Agent, "agent"))),
    ("cmd", Some((Tok::Command, "command"))),
    ("class", Some((Tok::Type, "type"))),
    ("struct", Some((Tok::Type, "type"))),
    ("record", Some((Tok::Type, "type"))),
    ("interface", Some((Tok::Type, "type"))),
    ("enum", Some((Tok::Type, "type"))),
    ("data", Some((Tok::Type, "type"))),
    ("use", Some((Tok::Import, "import"))),
    ("include", Some((Tok::Import, "import"))),
    ("static", Some((Tok::Const, "const"))),
    ("pub", None),
    ("public", None),
    ("export", None),
    ("private", None),
    ("async", None),
    ("abstract", None),
];

/// What other languages declare and Flow does not have, and `class A:`, whose body is no block.
pub(super) fn foreign_item(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Lower) || !failure.expects(Tok::Import) || !failure.expects(Tok::Flow) {
        return None;
    }
    let word = repair.text_at(at);
    let kind = match word {
        "impl" | "trait" | "extension" => {
            form("types have no methods", "declare `fn area(shape: Shape) -> float` beside the type")
        }
        "module" | "mod" | "namespace" | "package" => form(
            "a module is a file",
            "leave this out; other files are imported: `import ./tickets.{Ticket}`",
        ),
        "class" | "def" | "interface"
            if !(at..repair.tokens.len()).any(|it| repair.kind(it) == Some(Tok::LBrace)) =>
        {
            match word {
                "def" => form(
                    "the word is `fn`, not `def`, and its body stands in braces",
                    "write `fn double(n: int) -> int { n * 2 }`",
                ),
                word => form(
                    format!("the word is `type`, not `{word}`, and its fields stand in braces"),
                    "write `type Plan { title: string, steps: [string] }`",
                ),
            }
        }
        _ => return None,
    };
    let end = repair.tokens.len();
    Some((junk(repair, at, end), error(kind, repair.span_at(at))))
}

/// Another language's word, or a misspelt one, where an item begins.
pub(super) fn item_word(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Lower) || !failure.expects(Tok::Import) || !failure.expects(Tok::Flow) {
        return None;
    }
    let word = repair.text_at(at);
    let span = repair.span_at(at);
    let known = ITEM_WORDS.iter().find(|(known, _)| *known == word).map(|(_, ours)| *ours);
    match known.or_else(|| near_item_word(word).map(Some)) {
        Some(Some((kind, ours))) => {
            let edit = replace(repair, at, kind);
            if repair.progress(&edit.tokens, edit.range.clone()) == 0 {
                return None;
            }
            let mut error = error(SyntaxErrorKind::ForeignWord(word.into(), ours), span);
            // `enum B { C, D }`
            if kind == Tok::Type
                && repair.kind(at + 2) == Some(Tok::LBrace)
                && let Some((range, variants)) = types::variants(repair, at + 2)
            {
                let name = repair.tokens[at + 1];
                let tokens = edit.tokens.into_iter().chain([name]).chain(variants).collect();
                error.kind = SyntaxErrorKind::VariantsInBraces(smol_str::format_smolstr!(
                    "type {} = {} | …",
                    repair.text_at(at + 1),
                    repair.text_at(at + 3),
                ));
                return Some((Edit { range: at..range.end, tokens }, error));
            }
            Some((edit, error.with_suggestion(span, ours)))
        }
        Some(None) => {
            let error = error(SyntaxErrorKind::ForeignWord(word.into(), ""), span);
            Some((remove(at), error.with_suggestion(span, "")))
        }
        None => None,
    }
}

/// The item keyword that a word differs from by one letter too many, too few, or wrong, or two in the wrong order.
fn near_item_word(word: &str) -> Option<(Tok, &'static str)> {
    const WORDS: [(Tok, &str); 10] = [
        (Tok::Import, "import"),
        (Tok::Type, "type"),
        (Tok::Agent, "agent"),
        (Tok::Command, "command"),
        (Tok::Human, "human"),
        (Tok::Flow, "flow"),
        (Tok::Tool, "tool"),
        (Tok::Test, "test"),
        (Tok::Secret, "secret"),
        (Tok::Const, "const"),
    ];
    WORDS.into_iter().find(|(_, ours)| one_slip_apart(word.as_bytes(), ours.as_bytes()))
}

fn one_slip_apart(word: &[u8], ours: &[u8]) -> bool {
    let start = word.iter().zip(ours).take_while(|(a, b)| a == b).count();
    let (word, ours) = (&word[start..], &ours[start..]);
    match (word, ours) {
        ([], []) => false,
        ([a, b, rest @ ..], [c, d, others @ ..]) if a == d && b == c && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) if rest == others => true,
        ([_, rest @ ..], others) if rest == others => true,
        (rest, [_, others @ ..]) => rest == others,
        _ => false,
    }
}

/// Words that begin a statement in other languages: what they are here as a token, if they are, and in the message.
const STATEMENT_WORDS: [(&str, Option<Tok>, &str); 22] = [
    ("while", Some(Tok::Loop), "loop max N"),
    ("until", Some(Tok::Loop), "loop max N"),
    ("repeat", Some(Tok::Loop), "loop max N"),
    ("switch", Some(Tok::Match), "match"),
    ("case", Some(Tok::Match), "match"),
    ("when", Some(Tok::Match), "match"),
    ("unless", Some(Tok::If), "if not"),
    ("goto", Some(Tok::Handoff), "handoff"),
    ("go", Some(Tok::Spawn), "spawn"),
    ("state", Some(Tok::Stage), "stage"),
    ("to", None, ""),
    ("try", None, ""),
    ("foreach", Some(Tok::For), "for"),
    ("throw", Some(Tok::Fail), "fail"),
    ("raise", Some(Tok::Fail), "fail"),
    ("yield", Some(Tok::Emit), "emit"),
    ("assert", Some(Tok::Require), "require"),
    ("await", None, ""),
    ("async", None, ""),
    ("new", None, ""),
    ("then", None, ""),
    ("do", None, ""),
];

/// A statement of another language: its word was taken for a name.
pub(super) fn foreign_word(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    // `if x then {`: the word itself is what cannot stand there. `while (x) {` was taken for a call.
    let before = failure.at.checked_sub(1);
    let called = before
        .filter(|paren| {
            repair.kind(failure.at) == Some(Tok::LBrace) && repair.kind(*paren) == Some(Tok::RParen)
        })
        .and_then(|paren| repair.opener_before(paren)?.checked_sub(1));
    for at in [before, Some(failure.at), called].into_iter().flatten() {
        if repair.kind(at) != Some(Tok::Lower) {
            continue;
        }
        let word = repair.text_at(at);
        if word == "to" && repair.kind(at.wrapping_sub(1)) != Some(Tok::Handoff) {
            continue;
        }
        let Some((_, kind, ours)) = STATEMENT_WORDS.into_iter().find(|(known, ..)| *known == word) else {
            continue;
        };
        let (range, tokens) = match kind {
            Some(Tok::Loop) => {
                // The condition goes: it belongs into the body.
                let mut brace = at + 1;
                while repair.kind(brace).is_some_and(|kind| !matches!(kind, Tok::LBrace | Tok::Nl)) {
                    brace += 1;
                }
                let end = repair.end_before(brace);
                let max = [Token::made(Tok::Max, end), Token::made(Tok::Junk, end)];
                (at..brace, [&[Token { kind: Tok::Loop, ..repair.tokens[at] }], &max[..]].concat())
            }
            Some(kind) => (at..at + 1, vec![Token { kind, ..repair.tokens[at] }]),
            None => (at..at + 1, Vec::new()),
        };
        if repair.progress(&tokens, range.clone()) == 0 {
            continue;
        }
        let error = error(SyntaxErrorKind::ForeignWord(word.into(), ours), repair.span_at(at));
        return Some((Edit { range, tokens }, error));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_one_slip_is_near_and_one_with_two_is_not() {
        for near in ["flo", "flowe", "flwo", "fl0w", "flw"] {
            assert_eq!(near_item_word(near), Some((Tok::Flow, "flow")), "{near}");
        }
        for far in ["f", "flaws", "blows", "let"] {
            assert_eq!(near_item_word(far), None, "{far}");
        }
    }
}
