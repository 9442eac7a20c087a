//! Declarations as other languages write them: `flow my-flow()`, `type P struct { … }`, `@budget turns: 3`, an `fn` in a
//! body, a body behind `:`.

use super::{Mended, begins_line, error, form, is_attached, junk, remove};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

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

/// `type Plan = { title: string, … }`
pub(super) fn record_behind_sign(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let open = repair.opener_before(failure.at)?;
    let sign = open.checked_sub(1)?;
    let declares = sign.checked_sub(2).and_then(|ty| repair.kind(ty)) == Some(Tok::Type);
    if !declares || repair.kind(sign) != Some(Tok::Eq) || repair.kind(open) != Some(Tok::LBrace) {
        return None;
    }
    let edit = remove(sign);
    if repair.progress(&edit.tokens, edit.range.clone()) == 0 {
        return None;
    }
    let name = repair.text_at(sign - 1);
    let span = repair.span_at(sign);
    let kind = form(
        "the fields of a record stand directly behind its name, without `=`",
        format!("write `type {name} {{ … }}`"),
    );
    let gap = Span::new(repair.end_before(sign), repair.end_before(sign + 1));
    Some((edit, error(kind, span).with_suggestion(gap, "")))
}

/// `Title string`, `Steps []string` in a type, as Go has it.
pub(super) fn type_behind_name(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let begins =
        matches!(repair.kind(at.checked_sub(1)?), Some(Tok::Nl | Tok::LBrace | Tok::Comma | Tok::LParen));
    let is_type = match repair.kind(at + 1)? {
        Tok::Lower => super::types::names_a_type(repair.text_at(at + 1)),
        Tok::LBracket => true,
        _ => false,
    };
    if repair.kind(at) != Some(Tok::Upper)
        || !failure.expects(Tok::Lower)
        || failure.expects(Tok::Upper)
        || !begins
        || !is_type
        || begins_line(repair, at + 1)
    {
        return None;
    }
    let name = repair.tokens[at];
    let fixed = super::lower_snake(repair.text_at(at));
    let kind = form(
        "a field begins with a small letter, and `:` stands in front of its type",
        format!("write `{fixed}: {}`", repair.text_of(at + 1..repair.next_stop(at + 1))),
    );
    let tokens = vec![Token { kind: Tok::Lower, ..name }, Token::made(Tok::Colon, name.end)];
    let error = error(kind, name.span()).with_suggestion(name.span(), format!("{fixed}:"));
    Some((Edit { range: at..at + 1, tokens }, error))
}

/// `fn f(x: int) -> int = x + 1`, `=> x + 1`
pub(super) fn body_behind_sign(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let is_sign = matches!(repair.kind(at), Some(Tok::Eq | Tok::FatArrow));
    // Where a result may follow, `->` is meant.
    let is_body = failure.expects(Tok::LBrace) && !failure.expects(Tok::Arrow);
    let item = repair.tokens.iter().find(|token| token.kind.is_item_keyword())?;
    if !is_sign
        || !is_body
        || !matches!(item.kind, Tok::Fn | Tok::Flow | Tok::Tool)
        || repair.opener_before(at).is_some()
    {
        return None;
    }
    let (sign, end) = (repair.span_at(at), repair.tokens.len());
    let place = repair.end_before(end);
    let body = repair.text_of(at + 1..end);
    let kind = form(
        format!("a body stands in braces, not behind `{}`", repair.text_at(at)),
        format!("write `{{ {body} }}`"),
    );
    let mut error = error(kind, sign);
    if !body.contains('\n') {
        error = error.with_suggestion(Span::new(sign.start, place), format!("{{ {body} }}"));
    }
    let mut tokens = vec![Token { kind: Tok::LBrace, ..repair.tokens[at] }];
    tokens.extend_from_slice(&repair.tokens[at + 1..end]);
    tokens.push(Token::made(Tok::RBrace, place));
    Some((Edit { range: at..end, tokens }, error))
}

/// `{name: string, age: int}` where a type is wanted.
pub(super) fn record_in_place(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let open = repair.opener_before(at)?;
    let is_record = repair.kind(open) == Some(Tok::LBrace)
        && repair.kind(open + 1) == Some(Tok::Lower)
        && repair.kind(open + 2) == Some(Tok::Colon);
    let behind_type =
        failure.expects(Tok::Question) && failure.expects(Tok::RBrace) && !failure.expects(Tok::Star);
    let close = repair.next_closer(open + 1);
    if !is_record || !behind_type || repair.kind(at) != Some(Tok::Comma) || close >= repair.tokens.len() {
        return None;
    }
    let fields = repair.text_of(open..close + 1);
    let help = match fields.contains('\n') {
        false => format!("declare it, `type Person {fields}`, and write its name here"),
        true => "declare it, `type Person { … }`, and write its name here".to_owned(),
    };
    let span = repair.span_at(open).to(repair.span_at(close));
    Some((
        junk(repair, open, close + 1),
        error(form("a record is declared with a name of its own", help), span),
    ))
}

/// `let limit = 3` among the items
pub(super) fn variable_at_top(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let is_variable = matches!(repair.kind(at), Some(Tok::Let | Tok::Var));
    if !is_variable || !failure.expects(Tok::Import) || !failure.expects(Tok::Flow) {
        return None;
    }
    let name = super::lower_snake(repair.text_at(at + 1)).to_ascii_uppercase();
    let kind = form(
        "what a whole file knows is a constant",
        format!("write `const {name} = …`; what changes is a `var` in a flow"),
    );
    let end = repair.tokens.len();
    Some((junk(repair, at, end), error(kind, repair.span_at(at))))
}
