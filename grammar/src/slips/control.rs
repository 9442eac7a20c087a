//! Control as other languages write it: `if let`, `for (x of xs)`, `for k, v in m`, `case` in a `match`, closures.

use super::{Mended, error, form, junk, remove};
use crate::error::SyntaxErrorKind;
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;

/// `if let y = x { … }`
pub(super) fn if_let(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let before = at.checked_sub(1)?;
    if repair.kind(at) != Some(Tok::Let) || repair.kind(before) != Some(Tok::If) {
        return None;
    }
    let mut end = at;
    while repair.kind(end).is_some_and(|kind| !matches!(kind, Tok::LBrace | Tok::Nl) && !kind.is_closer()) {
        end = match repair.kind(end) {
            Some(kind) if kind.closer().is_some() => repair.next_closer(end + 1) + 1,
            _ => end + 1,
        };
    }
    let kind = form(
        "there is no `if let`",
        "what is compared is known in the branch: `if x != none { … }`, and `if x is Done(value) { … }` for a variant",
    );
    let end = end.min(repair.tokens.len());
    Some((junk(repair, at, end), error(kind, repair.span_at(before).to(repair.span_at(at)))))
}

/// What stands between `for` and its block where that is not `x in xs`.
pub(super) fn for_head(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let before = at.checked_sub(1)?;
    let is_for = |index: Option<usize>| index.and_then(|index| repair.kind(index)) == Some(Tok::For);
    let span = repair.span_at(at);
    let pair = || {
        form(
            "`for` binds one name, or a pattern",
            "write `for { key, value } in counts.entries()`, or `for { index, value } in names.indexed()`",
        )
    };
    match repair.kind(at)? {
        // `for x of xs`
        Tok::Lower if repair.text_at(at) == "of" && is_for(before.checked_sub(1)) => {
            let error =
                error(SyntaxErrorKind::ForeignWord("of".into(), "in"), span).with_suggestion(span, "in");
            Some((super::replace(repair, at, Tok::In), error))
        }
        // `for k, v in m`
        Tok::Comma if is_for(before.checked_sub(1)) => {
            let end = (at..repair.tokens.len()).find(|index| {
                repair.kind(*index).is_none_or(|kind| matches!(kind, Tok::In | Tok::LBrace | Tok::Nl))
            })?;
            Some((
                junk(repair, before, end),
                error(pair(), repair.span_at(before).to(repair.span_at(end - 1))),
            ))
        }
        // `for let x of xs`
        Tok::Let | Tok::Const | Tok::Var if is_for(Some(before)) => {
            let word = repair.text_at(at);
            Some((
                remove(at),
                error(SyntaxErrorKind::ForeignWord(word.into(), ""), span).with_suggestion(span, ""),
            ))
        }
        Tok::LParen if is_for(Some(before)) => {
            let close = repair.next_closer(at + 1);
            if close >= repair.tokens.len() {
                return None;
            }
            if repair.kind(close + 1) == Some(Tok::In) {
                return Some((junk(repair, at, close + 1), error(pair(), span.to(repair.span_at(close)))));
            }
            let inner = &repair.tokens[at + 1..close];
            let skipped = inner
                .iter()
                .take_while(|token| matches!(token.kind, Tok::Let | Tok::Const | Tok::Var))
                .count();
            let (head, rest) = inner[skipped..].split_at_checked(2)?;
            let joins = head[1].kind == Tok::In || &repair.text[head[1].span().range()] == "of";
            if head[0].kind == Tok::Lower && joins {
                let mut tokens = vec![head[0], Token { kind: Tok::In, ..head[1] }];
                tokens.extend_from_slice(rest);
                let fixed = format!(
                    "{} in {}",
                    &repair.text[head[0].span().range()],
                    repair.text_of(close - rest.len()..close)
                );
                let kind = form(
                    "what `for` goes through stands without parentheses",
                    format!("write `for {fixed} {{ … }}`"),
                );
                let whole = span.to(repair.span_at(close));
                return Some((
                    Edit { range: at..close + 1, tokens },
                    error(kind, whole).with_suggestion(whole, fixed),
                ));
            }
            let kind = form(
                "`for` goes through a list",
                "write `for i in 0..9 { … }`, or `for name in names { … }`",
            );
            let (from, to) = (span.start, repair.span_at(close).end);
            let junk = Token { kind: Tok::Junk, start: from, end: to };
            let tokens = vec![Token::made(Tok::Junk, from), Token::made(Tok::In, from), junk];
            Some((Edit { range: at..close + 1, tokens }, error(kind, Span::new(from, to))))
        }
        _ => None,
    }
}

/// `case 1: …`, `default: …`, `else => …`, `1, 2 => …` in a `match`
pub(super) fn arm(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let behind_pattern =
        failure.expects(Tok::FatArrow) && failure.expects(Tok::Bar) && !failure.expects(Tok::Star);
    if repair.kind(at) == Some(Tok::Comma) && behind_pattern {
        let edit = super::replace(repair, at, Tok::Bar);
        if repair.progress(&edit.tokens, edit.range.clone()) == 0 {
            return None;
        }
        let span = repair.span_at(at);
        return Some((edit, error(SyntaxErrorKind::WrongSign(",", "|"), span).with_suggestion(span, " |")));
    }
    let is_word = |index: usize| {
        repair.kind(index) == Some(Tok::Else) || matches!(repair.text_at(index), "case" | "default" | "when")
    };
    let first = [at.checked_sub(1), Some(at)].into_iter().flatten().find(|index| is_word(*index))?;
    let open = repair.opener_before(first)?;
    let close = repair.next_closer(open + 1);
    if !is_match(repair, open) || close >= repair.tokens.len() {
        return None;
    }
    let mut tokens = Vec::new();
    let mut begins = true;
    let mut waits = false;
    let mut depth = 0_usize;
    for index in first..close {
        let token = repair.tokens[index];
        let kind = token.kind;
        if depth == 0 && begins && is_word(index) {
            (begins, waits) = (false, true);
            if repair.text_at(index) != "case" && repair.text_at(index) != "when" {
                tokens.push(Token { kind: Tok::Underscore, ..token });
            }
            continue;
        }
        let separates = depth == 0 && matches!(kind, Tok::Nl | Tok::Comma);
        if depth == 0 && waits && matches!(kind, Tok::Colon | Tok::Arrow | Tok::FatArrow) {
            tokens.push(Token { kind: Tok::FatArrow, ..token });
            // The body may stand on the line below.
            waits = false;
            begins = false;
            continue;
        }
        begins = separates;
        if kind.closer().is_some() {
            depth += 1;
        } else if kind.is_closer() {
            depth = depth.saturating_sub(1);
        }
        tokens.push(token);
    }
    let span = repair.span_at(first);
    let word = repair.text_at(first);
    let rest = word == "else" || word == "default";
    let kind = if rest {
        form(format!("the arm for the rest begins with `_`, not with `{word}`"), "write `_ => …`")
    } else {
        form(
            format!("an arm begins with its pattern, not with `{word}`"),
            "write `1 => …`, and `_ => …` for the rest",
        )
    };
    let mut error = error(kind, span);
    if rest {
        error = error.with_suggestion(span, "_");
    }
    Some((Edit { range: first..close, tokens }, error))
}

/// Whether a brace is that of a `match`.
fn is_match(repair: &Repair<'_>, open: usize) -> bool {
    if repair.kind(open) != Some(Tok::LBrace) {
        return false;
    }
    let mut depth = 0_usize;
    for index in (0..open).rev() {
        match repair.tokens[index].kind {
            Tok::Match if depth == 0 => return true,
            Tok::Nl | Tok::LBrace | Tok::RBrace if depth == 0 => return false,
            kind if kind.is_closer() => depth += 1,
            kind if kind.closer().is_some() => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    false
}

/// The body of a closure from a token on, up to where it ends: its tokens, and how it is written. A body in braces is
/// read as what it holds, if that is one expression.
pub(super) fn closure_body(repair: &Repair<'_>, from: usize) -> (usize, Vec<Token>) {
    if repair.kind(from) != Some(Tok::LBrace) {
        return (from, Vec::new());
    }
    let close = repair.next_closer(from + 1).min(repair.tokens.len().saturating_sub(1));
    let mut start = from + 1;
    if repair.kind(start) == Some(Tok::Return) {
        start += 1;
    }
    let simple = start < close
        && !(start..close).any(|at| matches!(repair.kind(at), Some(Tok::Nl | Tok::Let | Tok::Var)));
    let tokens = || repair.tokens[start..close].to_vec();
    (close + 1, if simple { tokens() } else { junk(repair, from, close + 1).tokens })
}

/// `(a, b) => e`, `lambda x: e`, `|x| { e }`, `fn(x) { e }`, `map { e }`
pub(super) fn closure(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let before = at.checked_sub(1)?;
    let one_form = |found: &str| form(format!("a closure is written `|x| …`, not `{found}`"), "");
    // `|x| { e }`
    if repair.kind(at) == Some(Tok::LBrace)
        && matches!(repair.kind(before), Some(Tok::Bar | Tok::BarBar))
        && failure.expects(Tok::Float)
    {
        let (end, tokens) = closure_body(repair, at);
        let kind = form(
            "the body of a closure is one expression, without braces",
            "write `|x| x + 1`; what needs statements is a `for`",
        );
        return Some((Edit { range: at..end, tokens }, error(kind, repair.span_at(at))));
    }
    // `xs.map { … }`
    if repair.kind(at) == Some(Tok::LBrace)
        && repair.kind(before) == Some(Tok::Lower)
        && matches!(before.checked_sub(1).and_then(|dot| repair.kind(dot)), Some(Tok::Dot | Tok::QuestionDot))
    {
        let close = repair.next_closer(at + 1);
        let (start, end) = (repair.span_at(at).start, repair.span_at(close).end);
        let kind = form(
            "a closure is an argument, in parentheses",
            format!("write `{}(|x| …)`", repair.text_at(before)),
        );
        let tokens = vec![
            Token::made(Tok::LParen, start),
            Token { kind: Tok::Junk, start, end },
            Token::made(Tok::RParen, end),
        ];
        return Some((
            Edit { range: at..(close + 1).min(repair.tokens.len()), tokens },
            error(kind, repair.span_at(at)),
        ));
    }
    let in_call = |index: usize| {
        index
            .checked_sub(1)
            .and_then(|before| repair.kind(before))
            .is_some_and(|kind| matches!(kind, Tok::LParen | Tok::Comma | Tok::Colon))
    };
    // `fn(x) { e }`, `function(x) { e }`, `{ x -> e }`
    let word = match repair.kind(at)? {
        Tok::Fn if repair.kind(at + 1) == Some(Tok::LParen) => Some(at),
        Tok::LBrace if repair.kind(before) == Some(Tok::RParen) => {
            repair.opener_before(before).and_then(|open| open.checked_sub(1))
        }
        Tok::LBrace
            if repair.kind(at + 1) == Some(Tok::Lower) && matches!(repair.kind(at + 2), Some(Tok::Arrow)) =>
        {
            Some(at)
        }
        _ => None,
    };
    if let Some(word) = word
        .filter(|word| in_call(*word) && matches!(repair.text_at(*word), "fn" | "function" | "func" | "{"))
    {
        let stop = repair.next_stop(if word == at && repair.kind(at) == Some(Tok::Fn) { at + 1 } else { at });
        let found = if repair.text_at(word) == "{" {
            "{ x -> … }".to_owned()
        } else {
            format!("{}(x) …", repair.text_at(word))
        };
        return Some((junk(repair, word, stop), error(one_form(&found), repair.span_at(word))));
    }
    // `lambda x: e`
    if repair.text_at(before) == "lambda" && in_call(before) {
        let colon =
            (at..repair.tokens.len()).take(16).find(|index| repair.kind(*index) == Some(Tok::Colon))?;
        let names = parameters(repair, at, colon)?;
        let tokens = bars(repair, before, names, colon);
        return Some((
            Edit { range: before..colon + 1, tokens },
            error(one_form("lambda x: …"), repair.span_at(before)),
        ));
    }
    // `(a, b) => e`
    let open = match repair.kind(before) {
        Some(Tok::RParen) => repair.opener_before(before)?,
        _ => repair.opener_before(at)?,
    };
    let close = repair.next_closer(open + 1);
    let arrow = close + 1;
    if repair.kind(open) != Some(Tok::LParen)
        || !matches!(repair.kind(arrow), Some(Tok::FatArrow | Tok::Arrow))
        || !in_call(open)
    {
        return None;
    }
    let names = parameters(repair, open + 1, close)?;
    let mut tokens = bars(repair, open, names, arrow);
    let (end, body) = closure_body(repair, arrow + 1);
    tokens.extend(body);
    let span = repair.span_at(open).to(repair.span_at(arrow));
    let found = repair.text[span.range()].to_owned();
    Some((Edit { range: open..end, tokens }, error(one_form(&format!("{found} …")), span)))
}

/// The names of parameters, commas between them, without their types.
fn parameters(repair: &Repair<'_>, from: usize, to: usize) -> Option<Vec<Token>> {
    let mut names = Vec::new();
    for index in from..to {
        match repair.kind(index)? {
            Tok::Lower if repair.kind(index - 1) == Some(Tok::Colon) => {}
            Tok::Lower | Tok::Underscore | Tok::Comma => names.push(repair.tokens[index]),
            Tok::Colon | Tok::Upper => {}
            _ => return None,
        }
    }
    Some(names)
}

fn bars(repair: &Repair<'_>, from: usize, names: Vec<Token>, to: usize) -> Vec<Token> {
    let bar = |place| Token { kind: Tok::Bar, ..place };
    let mut tokens = vec![bar(repair.tokens[from])];
    tokens.extend(names);
    tokens.push(bar(repair.tokens[to]));
    tokens
}

/// `let (a, b) = …`, `let a, b = …`
pub(super) fn tuple_pattern(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let before = at.checked_sub(1)?;
    let is_let = |index: Option<usize>| index.and_then(|index| repair.kind(index)) == Some(Tok::Let);
    let (start, end) = match repair.kind(at)? {
        Tok::LParen if is_let(Some(before)) => (at, repair.next_closer(at + 1) + 1),
        Tok::Comma if is_let(before.checked_sub(1)) => {
            let eq = (at..repair.tokens.len()).find(|index| {
                repair.kind(*index).is_none_or(|kind| matches!(kind, Tok::Eq | Tok::Nl) || kind.is_closer())
            })?;
            (before, eq)
        }
        _ => return None,
    };
    if repair.kind(end) != Some(Tok::Eq) {
        return None;
    }
    let span = Span::new(repair.span_at(start).start, repair.end_before(end));
    let kind = form(
        "there are no tuples",
        "bind one value at a time, or the fields of a record: `let { title, lines } = notes`",
    );
    Some((junk(repair, start, end), error(kind, span)))
}

/// `catch (e) { … }`, `catch { … }`
pub(super) fn catch_head(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at.checked_sub(1)?) != Some(Tok::Catch) {
        return None;
    }
    let span = repair.span_at(at);
    match repair.kind(at)? {
        Tok::LParen
            if repair.kind(at + 1) == Some(Tok::Lower) && repair.kind(at + 2) == Some(Tok::RParen) =>
        {
            let name = repair.tokens[at + 1];
            let kind = form(
                "the name behind `catch` stands without parentheses",
                format!("write `catch {} {{ … }}`", repair.text_at(at + 1)),
            );
            let span = span.to(repair.span_at(at + 2));
            let error = error(kind, span).with_suggestion(span, repair.text_at(at + 1));
            Some((Edit { range: at..at + 3, tokens: vec![name] }, error))
        }
        Tok::LBrace => {
            let kind = form(
                "`catch` names the failure",
                "write `catch error { … }`, or `catch _ { … }` if nothing is asked of it",
            );
            let error = error(kind, span).with_suggestion(Span::new(span.start, span.start), "_ ");
            Some((Edit { range: at..at, tokens: vec![Token::made(Tok::Underscore, span.start)] }, error))
        }
        _ => None,
    }
}

/// `loop (3) { … }`, `loop(max: 3) { … }`
pub(super) fn loop_bound(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let before = failure.at.checked_sub(1)?;
    // `loop (3)` is read up to its end, for the bound of a loop may stand in parentheses.
    let open = match repair.kind(failure.at)? {
        Tok::LParen if repair.kind(before) == Some(Tok::Loop) => failure.at,
        _ => return None,
    };
    let close = repair.next_closer(open + 1);
    let mut from = open + 1;
    if repair.text_at(from) == "max" {
        from += 1;
    }
    if matches!(repair.kind(from), Some(Tok::Colon | Tok::Eq)) {
        from += 1;
    }
    if from >= close || close >= repair.tokens.len() {
        return None;
    }
    let mut tokens = vec![Token { kind: Tok::Max, ..repair.tokens[open] }];
    tokens.extend_from_slice(&repair.tokens[from..close]);
    let span = repair.span_at(open).to(repair.span_at(close));
    let fixed = format!("max {}", repair.text_of(from..close));
    let kind =
        form("the bound of a loop stands without parentheses", format!("write `loop {fixed} {{ … }}`"));
    Some((Edit { range: open..close + 1, tokens }, error(kind, span).with_suggestion(span, fixed)))
}
