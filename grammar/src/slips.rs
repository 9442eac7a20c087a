//! What people write who come from other languages, or forget: recognised, answered in its own words, and read as meant.
//! Each function knows one slip, looks at the place where the parser could not go on, and yields a change and its reason.

mod bodies;
mod control;
mod declarations;
mod foreign_types;
mod imports;
mod types;
mod values;

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;
use smol_str::SmolStr;

type Mended = Option<(Edit, SyntaxError)>;

/// Mends the tokens if what is wrong is a known slip.
pub(crate) fn mend(repair: &mut Repair<'_>, failure: &Failure) -> bool {
    const SLIPS: [fn(&mut Repair<'_>, &Failure) -> Mended; 58] = [
        misplaced_docs,
        imports::import,
        declarations::function_in_const,
        declarations::text_behind_bar,
        declarations::attribute_without_parentheses,
        declarations::block_behind_colon,
        declarations::declared_inside,
        declarations::dash_in_name,
        declarations::word_behind_type,
        declarations::setting_without_name,
        declarations::declared_otherwise,
        foreign_types::type_before_name,
        foreign_types::option_before,
        foreign_types::foreign_container,
        foreign_types::union_in_place,
        foreign_types::no_type,
        bodies::closure_that_assigns,
        control::closure,
        control::if_let,
        control::for_head,
        control::arm,
        control::tuple_pattern,
        control::catch_head,
        control::loop_bound,
        values::slice,
        values::string_prefix,
        values::joined_operator,
        values::bang_behind,
        values::not_inside,
        values::cast,
        values::if_behind,
        values::comprehension,
        values::spread,
        bodies::spaced_unit,
        bodies::try_block,
        bodies::try_behind_colon,
        bodies::list_pattern,
        values::value_in_braces,
        types::variants_in_braces,
        types::unnamed_fields,
        foreign_sign,
        arrow_closure,
        braces_construct,
        another_assign_in_condition,
        wrong_sign,
        brace_on_own_line,
        else_if,
        let_mut,
        double_question,
        const_in_body,
        item_word,
        at_top,
        foreign_word,
        values::call_without_parentheses,
        named_argument,
        wrong_case,
        keyword_as_name,
        bodies::ternary,
    ];
    for slip in SLIPS {
        if let Some((edit, error)) = slip(repair, failure) {
            repair.apply(edit, Some(error));
            return true;
        }
    }
    false
}

fn replace(repair: &Repair<'_>, index: usize, kind: Tok) -> Edit {
    Edit { range: index..index + 1, tokens: vec![Token { kind, ..repair.tokens[index] }] }
}

fn remove(index: usize) -> Edit {
    Edit { range: index..index + 1, tokens: Vec::new() }
}

fn error(kind: SyntaxErrorKind, span: Span) -> SyntaxError {
    SyntaxError::new(kind, span)
}

/// A form of another language: what is said of it, and how it is written here.
fn form(message: impl Into<SmolStr>, help: impl Into<SmolStr>) -> SyntaxErrorKind {
    SyntaxErrorKind::ForeignForm { message: message.into(), help: help.into() }
}

/// `///` where nothing can be described, or in front of something that is not described.
fn misplaced_docs(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let is_docs = |index: usize| repair.kind(index) == Some(Tok::Doc);
    let mut start = failure.at;
    while start > 0 && is_docs(start - 1) {
        start -= 1;
    }
    let mut end = failure.at;
    while is_docs(end) {
        end += 1;
    }
    // `///` lines in the middle of something: what follows them goes on with what stands before them.
    if start == end && repair.kind(start) == Some(Tok::Nl) && is_docs(start + 1) {
        let docs = start + 1;
        end = docs;
        while is_docs(end) || repair.kind(end) == Some(Tok::Nl) {
            end += 1;
        }
        if !repair.kind(end).is_some_and(|kind| failure.expects(kind)) {
            return None;
        }
        let error = error(SyntaxErrorKind::DocsOfNothing, repair.span_at(docs));
        return Some((Edit { range: start..end, tokens: Vec::new() }, error));
    }
    if start == end {
        return None;
    }
    let span = repair.span_at(start).to(repair.span_at(end - 1));
    // Where another attribute, or the item itself, could stand.
    let behind_attribute = start > 0 && repair.kind(0) == Some(Tok::At) && failure.expects(Tok::Flow);
    let kind =
        if behind_attribute { SyntaxErrorKind::DocsBehindAttribute } else { SyntaxErrorKind::DocsOfNothing };
    Some((Edit { range: start..end, tokens: Vec::new() }, error(kind, span)))
}

/// `&&`, `===`, `:=` and the like.
fn foreign_sign(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let (found, span) = (SmolStr::new(repair.text_at(at)), repair.span_at(at));
    let assigns = repair.kind(at) == Some(Tok::AmpAmp) && repair.kind(at + 1) == Some(Tok::Eq);
    if assigns || repair.kind(at) == Some(Tok::MinusEq) {
        let last = if assigns { at + 1 } else { at };
        let whole = span.to(repair.span_at(last));
        let found = SmolStr::new(&repair.text[whole.range()]);
        let mut error = error(SyntaxErrorKind::ForeignOperator(found, ""), whole);
        if let Some(ours) = values::assigned(repair, at, last) {
            error = error.with_suggestion(whole, ours);
        }
        let token = Token { kind: Tok::Eq, start: whole.start, end: whole.end };
        return Some((Edit { range: at..last + 1, tokens: vec![token] }, error));
    }
    let (kind, ours) = match repair.kind(at)? {
        Tok::AmpAmp => (Tok::And, "and"),
        Tok::EqEqEq => (Tok::EqEq, "=="),
        Tok::NeEq => (Tok::Ne, "!="),
        Tok::PlusPlus => return Some((remove(at), error(SyntaxErrorKind::ForeignOperator(found, ""), span))),
        Tok::ColonEq => {
            let error = error(SyntaxErrorKind::WrongSign(":=", "="), span);
            return Some((replace(repair, at, Tok::Eq), error.with_suggestion(span, "=")));
        }
        _ => return None,
    };
    let mut error = error(SyntaxErrorKind::ForeignOperator(found, ours), span);
    if !ours.is_empty() {
        error = error.with_suggestion(span, ours);
    }
    Some((replace(repair, at, kind), error))
}

/// One of `:`, `->`, `=>`, `=` for another.
fn wrong_sign(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let found = match repair.kind(at)? {
        Tok::Colon => ":",
        Tok::Arrow => "->",
        Tok::FatArrow => "=>",
        Tok::Eq => "=",
        _ => return None,
    };
    // A comparison, turned around.
    let compares = found == "=>" && failure.expects(Tok::PlusEq);
    let first = if compares { (Tok::Ge, ">=") } else { (Tok::FatArrow, "=>") };
    for (kind, meant) in [first, (Tok::Arrow, "->"), (Tok::Colon, ":"), (Tok::Eq, "=")] {
        // After a complete expression `=` would assign.
        if meant == found
            || kind != Tok::Ge && !failure.expects(kind)
            || (kind == Tok::Eq && failure.expects(Tok::Star))
        {
            continue;
        }
        let edit = replace(repair, at, kind);
        if repair.progress(&edit.tokens, edit.range.clone()) >= 1 {
            let span = repair.span_at(at);
            let error = error(SyntaxErrorKind::WrongSign(found, meant), span);
            return Some((edit, error.with_suggestion(span, meant)));
        }
    }
    None
}

/// `=` in a condition that has one already, or that goes on behind it.
fn another_assign_in_condition(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if repair.kind(at) != Some(Tok::Eq) || !failure.expects(Tok::LBrace) && !failure.expects(Tok::RParen) {
        return None;
    }
    let edit = replace(repair, at, Tok::EqEq);
    if failure.expects(Tok::Colon) || repair.progress(&edit.tokens, edit.range.clone()) == 0 {
        return None;
    }
    let span = repair.span_at(at);
    let error = error(SyntaxErrorKind::AssignInCondition, span).with_suggestion(span, "==");
    Some((edit, error))
}

/// `{` on the line below its head.
fn brace_on_own_line(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let fits = repair.kind(at) == Some(Tok::Nl)
        && repair.kind(at + 1) == Some(Tok::LBrace)
        && failure.expects(Tok::LBrace);
    fits.then(|| (remove(at), error(SyntaxErrorKind::BraceOnOwnLine, repair.span_at(at + 1))))
}

/// `elif`
fn else_if(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
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
fn let_mut(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
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

/// `T??`
fn double_question(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let fits = repair.kind(at) == Some(Tok::Coalesce) && failure.expects(Tok::Question);
    fits.then(|| {
        (replace(repair, at, Tok::Question), error(SyntaxErrorKind::AlreadyOptional, repair.span_at(at)))
    })
}

/// `const x = 1` among statements.
fn const_in_body(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
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

/// Another language's word, or a misspelt one, where an item begins.
fn item_word(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
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

/// Anything else where an item begins: there is only one way out.
fn at_top(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let found = match repair.kind(at) {
        Some(Tok::Nl) | None => return None,
        Some(_) if !failure.expects(Tok::Import) || !failure.expects(Tok::Flow) => return None,
        Some(_) => crate::wording::found(repair.tokens[at].kind, repair.text_at(at)),
    };
    let end = repair.tokens.len();
    let junk = Token { kind: Tok::Junk, start: repair.tokens[at].start, end: repair.tokens[end - 1].end };
    let error = error(SyntaxErrorKind::StatementAtTop(found), repair.span_at(at));
    Some((Edit { range: at..end, tokens: vec![junk] }, error))
}

/// `x => e` for `|x| e`
fn arrow_closure(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    if !matches!(repair.kind(at), Some(Tok::FatArrow | Tok::Arrow))
        || repair.kind(at.checked_sub(1)?) != Some(Tok::Lower)
    {
        return None;
    }
    let in_call = repair.opener_before(at).and_then(|open| repair.kind(open)) == Some(Tok::LParen);
    if !in_call
        || !failure.expects(Tok::Star)
        || !matches!(repair.kind(at.checked_sub(2)?), Some(Tok::LParen | Tok::Comma | Tok::Colon))
    {
        return None;
    }
    let name = repair.tokens[at - 1];
    let span = repair.span_at(at - 1).to(repair.span_at(at));
    let fixed = format!("|{}|", repair.text_at(at - 1));
    let bar = |at| Token::made(Tok::Bar, at);
    let error = error(
        SyntaxErrorKind::ForeignWord(
            format!("{} {}", repair.text_at(at - 1), repair.text_at(at)).into(),
            "|x|",
        ),
        span,
    );
    let (end, body) = control::closure_body(repair, at + 1);
    let tokens = [bar(name.start), name, bar(name.end)].into_iter().chain(body).collect();
    Some((Edit { range: at - 1..end, tokens }, error.with_suggestion(span, fixed)))
}

/// Words that begin a statement in other languages: what they are here as a token, if they are, and in the message.
const STATEMENT_WORDS: [(&str, Option<Tok>, &str); 21] = [
    ("while", Some(Tok::Loop), "loop max N"),
    ("until", Some(Tok::Loop), "loop max N"),
    ("repeat", Some(Tok::Loop), "loop max N"),
    ("switch", Some(Tok::Match), "match"),
    ("case", Some(Tok::Match), "match"),
    ("when", Some(Tok::Match), "match"),
    ("unless", Some(Tok::If), "if not"),
    ("goto", Some(Tok::Handoff), "handoff"),
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
fn foreign_word(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
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

/// `f(a = 1)` for `f(a: 1)`
fn named_argument(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let label =
        at.checked_sub(2).is_some_and(|before| matches!(repair.kind(before), Some(Tok::LParen | Tok::Comma)));
    if repair.kind(at) != Some(Tok::Eq) || !label || repair.kind(at - 1) != Some(Tok::Lower) {
        return None;
    }
    let edit = replace(repair, at, Tok::Colon);
    if repair.progress(&edit.tokens, edit.range.clone()) == 0 {
        return None;
    }
    let span = repair.span_at(at);
    Some((edit, error(SyntaxErrorKind::WrongSign("=", ":"), span).with_suggestion(span, ":")))
}

/// `Plan { title: "x" }` for `Plan(title: "x")`; as a pattern, `A { x }` for `A(x)`, and `let Plan { title } = …` for
/// `let { title } = …`
fn braces_construct(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    // Where a block may follow, as in `if x == Plan { a: 1 }`, the first field's colon is what cannot stand.
    let mut open = failure.at;
    if repair.kind(open) == Some(Tok::Colon) {
        open = open.checked_sub(2)?;
    }
    let name = open.checked_sub(1)?;
    if repair.kind(open) != Some(Tok::LBrace) || repair.kind(name) != Some(Tok::Upper) {
        return None;
    }
    let close = repair.next_closer(open + 1);
    if close >= repair.tokens.len() {
        return None;
    }
    let mut tokens = repair.tokens[open..=close].to_vec();
    let mut depth = 0_usize;
    for token in &mut tokens {
        if token.kind.closer().is_some() {
            depth += 1;
        } else if token.kind.is_closer() {
            depth -= 1;
        } else if depth == 1 && token.kind == Tok::Nl {
            token.kind = Tok::Comma;
        }
    }
    let last = tokens.len() - 1;
    tokens[0].kind = Tok::LParen;
    tokens[last].kind = Tok::RParen;
    // Behind a pattern there may be another one, and behind a value what is added to it.
    let is_field = match repair.kind(open + 1) {
        Some(Tok::DotDot) => true,
        Some(Tok::Lower) => matches!(repair.kind(open + 2), Some(Tok::Comma | Tok::Colon | Tok::RBrace)),
        _ => false,
    };
    if failure.at == open && is_field && failure.expects(Tok::Bar) && !failure.expects(Tok::Plus) {
        let named = SyntaxErrorKind::BracesInPattern(repair.text_at(name).into());
        let error = error(named, repair.span_at(open));
        // What every value matches has no variants.
        return Some(match failure.expects(Tok::FatArrow) {
            true => (Edit { range: open..close + 1, tokens }, error),
            false => (remove(name), error),
        });
    }
    let named = repair.kind(open + 1) == Some(Tok::Lower) && repair.kind(open + 2) == Some(Tok::Colon);
    let empty = close == open + 1 && failure.at == open;
    let error = error(SyntaxErrorKind::BracesConstruct(repair.text_at(name).into()), repair.span_at(open));
    (named || empty).then_some((Edit { range: open..close + 1, tokens }, error))
}

/// `type plan`, `fn Count`
fn wrong_case(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let found = repair.text_at(at);
    let (kind, what, fixed) = match repair.kind(at)? {
        Tok::Lower if failure.expects(Tok::Upper) && !failure.expects(Tok::Lower) => {
            (Tok::Upper, "a type", upper_camel(found))
        }
        Tok::Upper if failure.expects(Tok::Lower) && !failure.expects(Tok::Upper) => {
            (Tok::Lower, "a value", lower_snake(found))
        }
        _ => return None,
    };
    let capitals = || lower_snake(found).to_ascii_uppercase();
    let (what, fixed) = match at.checked_sub(1).and_then(|before| repair.kind(before)) {
        Some(Tok::Const) => ("a constant", capitals()),
        Some(Tok::Secret) => ("a secret", capitals()),
        _ => (what, fixed),
    };
    let edit = replace(repair, at, kind);
    if repair.progress(&edit.tokens, edit.range.clone()) == 0 {
        return None;
    }
    let span = repair.span_at(at);
    let kind = SyntaxErrorKind::WrongCase { found: found.into(), what, fixed: fixed.as_str().into() };
    Some((edit, error(kind, span).with_suggestion(span, fixed)))
}

fn upper_camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    });
    words.collect()
}

fn lower_snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && after_small {
            out.push('_');
        }
        after_small = !letter.is_ascii_uppercase() && letter != '_';
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// `let agent = …`
fn keyword_as_name(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let kind = repair.kind(at)?;
    let between = &repair.text[repair.end_before(at) as usize..repair.span_at(at).start as usize];
    let fits = kind.is_name_like() && !kind.is_statement_keyword() && failure.expects(Tok::Lower);
    if !fits || between.contains('\n') {
        return None;
    }
    let edit = replace(repair, at, Tok::Lower);
    if repair.progress(&edit.tokens, edit.range.clone()) == 0 {
        return None;
    }
    let word = repair.text_at(at);
    let span = repair.span_at(at);
    let fixed = format!("{word}_");
    Some((edit, error(SyntaxErrorKind::KeywordAsName(word.into()), span).with_suggestion(span, fixed)))
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

    #[test]
    fn names_are_rewritten_in_the_other_case() {
        assert_eq!(upper_camel("poem_type"), "PoemType");
        assert_eq!(lower_snake("PoemType"), "poem_type");
        assert_eq!(lower_snake("HTTPServer2"), "httpserver2");
    }
}
