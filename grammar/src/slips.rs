//! What people write who come from other languages, or forget: recognised, answered in its own words, and read as meant.
//! Each function knows one slip, looks at the place where the parser could not go on, and yields a change and its reason.

mod bindings;
mod bodies;
mod bounds;
mod branches;
mod control;
mod declarations;
mod foreign_types;
mod imports;
mod settings;
mod types;
mod values;
mod words;

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::layout::Token;
use crate::repair::{Edit, Failure, Repair};
use crate::span::Span;
use crate::token::Tok;
use smol_str::SmolStr;

type Mended = Option<(Edit, SyntaxError)>;

/// Mends the tokens if what is wrong is a known slip.
pub(crate) fn mend(repair: &mut Repair<'_>, failure: &Failure) -> bool {
    const SLIPS: [fn(&mut Repair<'_>, &Failure) -> Mended; 87] = [
        misplaced_docs,
        imports::import,
        declarations::function_in_const,
        settings::text_behind_bar,
        declarations::attribute_without_parentheses,
        declarations::block_behind_colon,
        declarations::declared_inside,
        declarations::dash_in_name,
        declarations::word_behind_type,
        settings::setting_without_name,
        settings::text_without_quotes,
        settings::entries_below,
        settings::steps_behind_dashes,
        declarations::record_behind_sign,
        declarations::type_behind_name,
        declarations::body_behind_sign,
        declarations::record_in_place,
        declarations::variable_at_top,
        bindings::several_names,
        bindings::several_results,
        bindings::counting_for,
        bindings::block_of_with,
        bindings::defer_call,
        bindings::steps_in_a_row,
        bindings::double_colon,
        bindings::half_comparison,
        bindings::handoff_alone,
        bounds::sign_of_max,
        bounds::condition_of_type,
        bounds::call_with_block,
        bounds::words_of_for,
        bounds::or_leave,
        bounds::stage_at_top,
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
        bodies::literal_pattern,
        bodies::require_alone,
        bodies::minus_minus,
        bodies::block_of_words,
        branches::without_name,
        values::value_in_braces,
        types::variants_in_braces,
        types::unnamed_fields,
        foreign_sign,
        arrow_closure,
        braces_construct,
        another_assign_in_condition,
        wrong_sign,
        brace_on_own_line,
        words::else_if,
        words::let_mut,
        double_question,
        words::const_in_body,
        words::foreign_item,
        words::item_word,
        at_top,
        words::foreign_word,
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

/// What cannot be read in place of some tokens.
fn junk(repair: &Repair<'_>, start: usize, end: usize) -> Edit {
    let junk = Token { kind: Tok::Junk, start: repair.span_at(start).start, end: repair.end_before(end) };
    Edit { range: start..end, tokens: vec![junk] }
}

/// The first token of the value that a token stands behind.
fn start_of_value(repair: &Repair<'_>, at: usize) -> usize {
    let is_before = |kind: Tok| {
        use Tok::{Arrow, Bar, Colon, Comma, Eq, FatArrow, Nl, PlusEq, Return};
        kind.closer().is_some()
            || matches!(kind, Nl | Comma | Eq | PlusEq | Colon | Arrow | FatArrow | Bar | Return)
    };
    let mut start = at;
    let mut depth = 0_usize;
    while let Some(kind) = start.checked_sub(1).and_then(|before| repair.kind(before)) {
        if depth == 0 && is_before(kind) {
            break;
        }
        if kind.is_closer() {
            depth += 1;
        } else if kind.closer().is_some() {
            depth -= 1;
        }
        start -= 1;
    }
    start
}

/// Whether a token stands directly behind the one before it.
fn is_attached(repair: &Repair<'_>, at: usize) -> bool {
    at > 0 && repair.end_before(at) == repair.span_at(at).start
}

/// Whether a token begins a line.
fn begins_line(repair: &Repair<'_>, at: usize) -> bool {
    let (start, end) = (repair.end_before(at) as usize, repair.span_at(at).start as usize);
    at >= repair.tokens.len() || repair.text.get(start..end).is_some_and(|between| between.contains('\n'))
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

/// `T??`
fn double_question(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let at = failure.at;
    let fits = repair.kind(at) == Some(Tok::Coalesce) && failure.expects(Tok::Question);
    fits.then(|| {
        (replace(repair, at, Tok::Question), error(SyntaxErrorKind::AlreadyOptional, repair.span_at(at)))
    })
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
    Some((junk(repair, at, end), error(SyntaxErrorKind::StatementAtTop(found), repair.span_at(at))))
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
    // What begins a statement names nothing, but behind what declares.
    let declares = |before: Tok| {
        before.is_item_keyword() || matches!(before, Tok::Let | Tok::Var | Tok::Stage | Tok::Expose)
    };
    let declared = at.checked_sub(1).and_then(|before| repair.kind(before)).is_some_and(declares);
    let fits =
        kind.is_name_like() && (!kind.is_statement_keyword() || declared) && failure.expects(Tok::Lower);
    // Of an arm, it is the first of its line.
    if !fits || between.contains('\n') && repair.kind(at + 1) != Some(Tok::FatArrow) {
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
    fn names_are_rewritten_in_the_other_case() {
        assert_eq!(upper_camel("poem_type"), "PoemType");
        assert_eq!(lower_snake("PoemType"), "poem_type");
        assert_eq!(lower_snake("HTTPServer2"), "httpserver2");
    }
}
