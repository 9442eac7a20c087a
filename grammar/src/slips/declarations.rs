//! Declarations as other languages write them: `flow my-flow()`, `type P struct { … }`, `@budget turns: 3`, an `fn` in a
//! body, a body behind `:`.

use super::{Mended, error, form, is_attached, junk, remove};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

/// Whether a token begins a line.
fn begins_line(repair: &Repair<'_>, at: usize) -> bool {
    let (start, end) = (repair.end_before(at) as usize, repair.span_at(at).start as usize);
    at >= repair.tokens.len() || repair.text.get(start..end).is_some_and(|between| between.contains('\n'))
}

/// `if x > 1:` and the body on the lines below.
pub(super) fn block_behind_colon(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) == Some(Tok::Colon)
        && repair.kind(at + 1) == Some(Tok::LBrace)
        && failure.expects(Tok::LBrace)
    {
        let span = repair.span_at(at);
        let kind = form("`{` stands here without `:`", "leave `:` out");
        return Some((remove(at), error(kind, span).with_suggestion(span, "")));
    }
    let one_line = !begins_line(repair, at + 1) && repair.kind(at + 1) != Some(Tok::Nl);
    let fits = repair.kind(at) == Some(Tok::Colon)
        && failure.expects(Tok::LBrace)
        && !(one_line && failure.expects(Tok::Arrow));
    if !fits {
        return None;
    }
    let end = match repair.opener_before(at) {
        _ if one_line => repair.next_stop(at),
        Some(open) => repair.next_closer(open + 1),
        None => repair.tokens.len(),
    };
    let span = repair.span_at(at);
    let place = repair.end_before(end);
    let tokens = vec![
        Token::made(Tok::LBrace, span.start),
        Token { kind: Tok::Junk, start: span.start, end: place },
        Token::made(Tok::RBrace, place),
    ];
    let kind = form("a block stands in braces, not behind `:`", "write `{` here, and `}` behind the block");
    Some((Edit { range: at..end, tokens }, error(kind, span)))
}

/// `fn` and the like in a body or in a type.
pub(super) fn declared_inside(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let kind = repair.kind(at)?;
    let is_declaration = kind.is_item_keyword()
        && kind != Tok::Const
        && matches!(repair.kind(at + 1), Some(Tok::Lower | Tok::Upper | Tok::StrStart));
    let open = repair.opener_before(at)?;
    if !is_declaration || repair.kind(open) != Some(Tok::LBrace) {
        return None;
    }
    let word = repair.text_at(at);
    let in_type = super::types::declares_type(repair, open);
    let kind = if failure.expects(Tok::Let) {
        form(
            format!("`{word}` declares at the top level, not in a body"),
            "move it out, in front of this or behind it",
        )
    } else if in_type && failure.expects(Tok::Lower) {
        form("a type has fields, no methods", "declare `fn area(shape: Shape) -> float` beside it")
    } else {
        return None;
    };
    let stop = repair.next_stop(at);
    Some((junk(repair, at, stop), error(kind, repair.span_at(at))))
}

/// `flow my-flow()`
pub(super) fn dash_in_name(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let first = at.checked_sub(1)?;
    let declares = first.checked_sub(1).and_then(|before| repair.kind(before)).is_some_and(|before| {
        before.is_item_keyword() || matches!(before, Tok::Stage | Tok::Expose | Tok::Let | Tok::Var)
    });
    if repair.kind(at) != Some(Tok::Minus) || !declares {
        return None;
    }
    let mut end = at;
    while repair.kind(end) == Some(Tok::Minus)
        && is_attached(repair, end)
        && is_attached(repair, end + 1)
        && repair.kind(end + 1).is_some_and(|kind| kind == Tok::Lower || kind.is_name_like())
    {
        end += 2;
    }
    if end == at {
        return None;
    }
    let span = repair.span_at(first).to(repair.span_at(end - 1));
    let found = &repair.text[span.range()];
    let fixed = found.replace('-', "_");
    let kind = form(format!("`{found}` is no name: words are joined with `_`"), format!("write `{fixed}`"));
    let token = Token { kind: Tok::Lower, start: span.start, end: span.end };
    Some((Edit { range: first..end, tokens: vec![token] }, error(kind, span).with_suggestion(span, fixed)))
}

/// `type P struct { … }`
pub(super) fn word_behind_type(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let word = repair.text_at(at);
    let known = matches!(word, "struct" | "interface" | "enum" | "record" | "class" | "object" | "is");
    let named = at.checked_sub(2).and_then(|ty| repair.kind(ty)) == Some(Tok::Type);
    (known && named && failure.expects(Tok::Eq)).then(|| {
        let span = repair.span_at(at);
        let error = error(SyntaxErrorKind::ForeignWord(word.into(), ""), span);
        (remove(at), error.with_suggestion(span, ""))
    })
}

/// `@budget turns: 3`
pub(super) fn attribute_without_parentheses(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let is_attribute = at >= 2 && repair.kind(at - 2) == Some(Tok::At);
    if !is_attribute
        || begins_line(repair, at)
        || !matches!(repair.kind(at)?, Tok::Lower | Tok::StrStart | Tok::Int)
    {
        return None;
    }
    let mut end = at + 1;
    while end < repair.tokens.len() && !begins_line(repair, end) {
        end += 1;
    }
    let span = Span::new(repair.span_at(at).start, repair.end_before(end));
    let given = repair.text_of(at..end);
    let kind = form(
        "what an attribute is given stands in parentheses",
        format!("write `@{}({given})`", repair.text_at(at - 1)),
    );
    let place = Span::new(repair.end_before(at), span.end);
    let error = error(kind, span).with_suggestion(place, format!("({given})"));
    let mut tokens = vec![Token::made(Tok::LParen, span.start)];
    tokens.extend_from_slice(&repair.tokens[at..end]);
    tokens.push(Token::made(Tok::RParen, span.end));
    if end == repair.tokens.len() {
        // What it stands in front of is read as an item of its own.
        tokens.push(Token::made(Tok::Junk, span.end));
    }
    Some((Edit { range: at..end, tokens }, error))
}

/// `agent a() { "do it" }`
pub(super) fn setting_without_name(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let is_string = matches!(repair.kind(at), Some(Tok::StrStart | Tok::BlockStart));
    let in_settings =
        failure.expects(Tok::Lower) && !failure.expects(Tok::Float) && !failure.expects(Tok::Underscore);
    if !is_string || !in_settings || repair.kind(at.checked_sub(1)?) != Some(Tok::LBrace) {
        return None;
    }
    let doer = repair.tokens.iter().find(|token| token.kind.is_item_keyword())?;
    let name = match doer.kind {
        Tok::Agent => "prompt",
        Tok::Command => "run",
        Tok::Human => "ask",
        _ => return None,
    };
    let kind = form("this setting has no name", format!("write `{name}: \"…\"`"));
    let span = repair.span_at(at);
    let error = error(kind, span).with_suggestion(Span::new(span.start, span.start), format!("{name}: "));
    let stop = repair.next_stop(at);
    Some((junk(repair, at, stop), error))
}

/// `int x = 1`, `val x = 1` and `x := 1` for `let x = 1`
pub(super) fn declared_otherwise(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let before = at.checked_sub(1)?;
    let begins = |index: usize| {
        index
            .checked_sub(1)
            .and_then(|before| repair.kind(before))
            .is_some_and(|kind| matches!(kind, Tok::Nl | Tok::LBrace))
    };
    let name = repair.span_at(before);
    if repair.kind(at) == Some(Tok::ColonEq) && repair.kind(before) == Some(Tok::Lower) && begins(before) {
        let span = repair.span_at(at);
        let fixed = format!("let {} =", repair.text_at(before));
        let kind =
            form("a variable is declared with `let` or `var`, not with `:=`", format!("write `{fixed} …`"));
        let tokens = vec![
            Token::made(Tok::Let, name.start),
            repair.tokens[before],
            Token { kind: Tok::Eq, ..repair.tokens[at] },
        ];
        let error = error(kind, span).with_suggestion(name.to(span), fixed);
        return Some((Edit { range: before..at + 1, tokens }, error));
    }
    let declares = repair.kind(at) == Some(Tok::Lower)
        && matches!(repair.kind(at + 1), Some(Tok::Eq))
        && matches!(repair.kind(before), Some(Tok::Lower | Tok::Upper))
        && begins(before)
        && failure.expects(Tok::Star);
    declares.then(|| {
        let word = repair.text_at(before);
        let error = error(SyntaxErrorKind::ForeignWord(word.into(), "let"), name);
        let token = Token { kind: Tok::Let, ..repair.tokens[before] };
        (Edit { range: before..at, tokens: vec![token] }, error.with_suggestion(name, "let"))
    })
}

/// `const f = (a) => a + 1`, `const f = function(a) { … }`
pub(super) fn function_in_const(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let start = repair.tokens.iter().position(|token| token.kind != Tok::Doc)?;
    let is_const = repair.kind(start) == Some(Tok::Const) && repair.kind(start + 2) == Some(Tok::Eq);
    if !is_const || failure.at < start {
        return None;
    }
    let mut at = start + 3;
    if repair.text_at(at) == "async" {
        at += 1;
    }
    let close = repair.next_closer(at + 1);
    let is_function = matches!(repair.text_at(at), "function" | "fn" | "lambda" | "func")
        || repair.kind(at) == Some(Tok::LParen)
            && matches!(repair.kind(close + 1), Some(Tok::FatArrow | Tok::Arrow))
        || repair.kind(at) == Some(Tok::Lower) && repair.kind(at + 1) == Some(Tok::FatArrow);
    if !is_function {
        return None;
    }
    let name = repair.text_at(start + 1);
    let kind =
        form("a function is declared with `fn`", format!("write `fn {name}(n: int) -> int {{ n + 1 }}`"));
    let end = repair.tokens.len();
    let span = repair.span_at(start).to(repair.span_at(end - 1));
    Some((junk(repair, start, end), error(kind, span)))
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
