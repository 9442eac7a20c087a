//! How tokens are called in messages.

use crate::token::Tok;
use logos::Logos;
use smol_str::SmolStr;

/// At most so many things are named as expected.
const MAX_NAMED: usize = 5;

/// The token that the generated parser names so in its list of expected ones.
pub(crate) fn token_of(name: &str) -> Option<Tok> {
    Some(match name {
        "LOWER" => Tok::Lower,
        "UPPER" => Tok::Upper,
        "INT" => Tok::Int,
        "FLOAT" => Tok::Float,
        "DURATION" => Tok::Duration,
        "MONEY" => Tok::Money,
        "TEXT" => Tok::Text,
        "STREND" => Tok::StrEnd,
        "SINGLE" => Tok::SingleQuoted,
        "NL" => Tok::Nl,
        "DOC" => Tok::Doc,
        "JUNK" => Tok::Junk,
        r#""\"""# => Tok::StrStart,
        r#""\"\"\"""# => Tok::BlockStart,
        r#""${""# => Tok::HoleStart,
        r#""}$""# => Tok::HoleEnd,
        // The rest is written as it is in a program.
        sign => return Tok::lexer(sign.trim_matches('"')).next()?.ok(),
    })
}

/// A token that stands where it should not.
pub(crate) fn found(kind: Tok, text: &str) -> SmolStr {
    match kind {
        Tok::Nl => "the end of the line".into(),
        Tok::Doc => "documentation".into(),
        Tok::Text | Tok::StrStart | Tok::BlockStart | Tok::SingleQuoted => "a string".into(),
        Tok::HoleEnd => "`}`".into(),
        _ if text.is_empty() => "nothing".into(),
        _ => smol_str::format_smolstr!("`{text}`"),
    }
}

/// What could stand there; empty when a list would not help.
pub(crate) fn expected(tokens: &[Tok]) -> SmolStr {
    let has = |kind| tokens.contains(&kind);
    let mut names: Vec<&str> = Vec::new();
    // A whole construct stands for the many tokens that it may begin with.
    let statement = has(Tok::Let) && has(Tok::Defer);
    let expression = has(Tok::Float) && has(Tok::LBracket);
    let item = has(Tok::Import) && has(Tok::Flow);
    let operator = has(Tok::Star) && has(Tok::EqEq);
    let ty = !expression && has(Tok::LBracket) && has(Tok::LBrace) && has(Tok::Upper);
    let pattern = !expression && has(Tok::Underscore) && has(Tok::Int);
    if statement {
        names.push("a statement");
    } else if expression {
        names.push("an expression");
    } else if pattern {
        names.push("a pattern");
    } else if ty {
        names.push("a type");
    }
    if item {
        names.push("an item");
    }
    let named = expression || pattern || ty;
    for &kind in tokens {
        let name = match kind {
            Tok::Lower if !named => "a name",
            Tok::Upper if !named && ty_name(tokens) => "a name with a capital letter",
            Tok::StrStart if !named => "a string",
            Tok::Nl if !statement => "a new line",
            Tok::Eq if operator => continue,
            Tok::Comma
            | Tok::Colon
            | Tok::Eq
            | Tok::Arrow
            | Tok::FatArrow
            | Tok::RParen
            | Tok::RBracket
            | Tok::RBrace => sign(kind),
            Tok::LParen | Tok::LBrace if !named && !operator => sign(kind),
            Tok::LBrace if operator => sign(kind),
            Tok::HoleEnd => "`}`",
            Tok::In if !operator => "`in`",
            Tok::For if !named => "`for`",
            Tok::Max if !named => "`max`",
            Tok::If if !named => "`if`",
            _ => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if operator && names.is_empty() {
        names.push("an operator");
    }
    join(&names)
}

fn ty_name(tokens: &[Tok]) -> bool {
    !tokens.contains(&Tok::Lower)
}

fn join(names: &[&str]) -> SmolStr {
    match names {
        [] => SmolStr::default(),
        [one] => (*one).into(),
        [start @ .., last] if names.len() <= MAX_NAMED => {
            smol_str::format_smolstr!("{} or {last}", start.join(", "))
        }
        _ => SmolStr::default(),
    }
}

/// A sign or a keyword as it is written.
pub(crate) fn sign(kind: Tok) -> &'static str {
    match kind {
        Tok::LParen => "`(`",
        Tok::RParen => "`)`",
        Tok::LBracket => "`[`",
        Tok::RBracket => "`]`",
        Tok::LBrace => "`{`",
        Tok::RBrace => "`}`",
        Tok::Comma => "`,`",
        Tok::Colon => "`:`",
        Tok::Eq => "`=`",
        Tok::Arrow => "`->`",
        Tok::FatArrow => "`=>`",
        Tok::Gt => "`>`",
        Tok::In => "`in`",
        Tok::Max => "`max`",
        Tok::Nl => "a new line",
        _ => "something else",
    }
}
