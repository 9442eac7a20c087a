//! Imports as other languages write them: `from a import b`, `import { a } from "b"`, `use a::b`, `const a = require("b")`.

use super::{Mended, error, form, junk};
use crate::repair::{Failure, Repair};
use crate::token::Tok;

/// An import that is not written as Flow's are: it is told as a whole, with what would bring the same.
pub(super) fn import(repair: &mut Repair<'_>, failure: &Failure) -> Mended {
    let start = repair.tokens.iter().position(|token| token.kind != Tok::Doc)?;
    if failure.at < start || !is_foreign(repair, start) {
        return None;
    }
    let end = repair.tokens.len();
    let span = repair.span_at(start).to(repair.span_at(end - 1));
    let kind =
        form("this import is not written as Flow's are", "imports are written `import ./tickets.{Ticket}`");
    let mut error = error(kind, span);
    if let Some(ours) = rewritten(repair, start) {
        error = error.with_suggestion(span, ours);
    }
    Some((junk(repair, start, end), error))
}

fn is_foreign(repair: &Repair<'_>, start: usize) -> bool {
    let kind = |index: usize| repair.kind(index);
    let rest = start + 1..repair.tokens.len();
    if matches!(kind(start), Some(Tok::Const | Tok::Let | Tok::Var)) {
        let is_call = |at: usize| {
            kind(at) == Some(Tok::Require) && kind(at + 1) == Some(Tok::LParen) && is_string(repair, at + 2)
        };
        return rest.into_iter().any(is_call);
    }
    let word = repair.text_at(start);
    let known = kind(start) == Some(Tok::Import)
        || kind(start) == Some(Tok::Lower) && matches!(word, "use" | "from" | "include" | "using");
    known
        && rest.into_iter().any(|at| match kind(at) {
            Some(Tok::StrStart | Tok::SingleQuoted | Tok::Star | Tok::LParen | Tok::Import) => true,
            Some(Tok::Lower) => repair.text_at(at) == "from" && at > start + 1,
            Some(Tok::Colon) => kind(at + 1) == Some(Tok::Colon),
            Some(Tok::LBrace) => kind(at - 1) != Some(Tok::Dot),
            Some(Tok::Dot) => {
                at > start + 1
                    && matches!(kind(at + 1), Some(Tok::Lower | Tok::Upper))
                    && kind(at - 1) != Some(Tok::Dot)
            }
            _ => false,
        })
}

fn is_string(repair: &Repair<'_>, at: usize) -> bool {
    matches!(repair.kind(at), Some(Tok::StrStart | Tok::SingleQuoted))
}

/// The import as it is written here, if that can be told.
fn rewritten(repair: &Repair<'_>, start: usize) -> Option<String> {
    let mut quoted = None;
    let mut words: Vec<&str> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let (mut braces, mut colons, mut star, mut relative) = (false, false, false, false);
    let python = repair.text_at(start) == "from";
    let mut behind_import = false;
    for at in start + 1..repair.tokens.len() {
        let text = repair.text_at(at);
        match repair.kind(at)? {
            Tok::Text => quoted = Some(text),
            Tok::SingleQuoted => quoted = Some(text.trim_matches(['\'', '`'])),
            Tok::LBrace => braces = true,
            Tok::RBrace => braces = false,
            Tok::Colon => colons = true,
            Tok::Star => star = true,
            Tok::Import => behind_import = true,
            Tok::Dot | Tok::DotDot if words.is_empty() => relative = true,
            // What is renamed keeps the name that it has there.
            Tok::Lower | Tok::Upper if repair.kind(at - 1) == Some(Tok::As) => {}
            Tok::Lower if text == "from" => {}
            Tok::Lower | Tok::Upper if braces || python && behind_import => names.push(text),
            Tok::Lower | Tok::Upper => words.push(text),
            _ => {}
        }
    }
    let mut alias = None;
    let path = match quoted {
        Some(quoted) => {
            // `import a from "b"`
            alias = words.first().copied().filter(|_| names.is_empty());
            quoted.trim_end_matches(".flow").trim_end_matches(".js").trim_end_matches(".ts").to_owned()
        }
        None => {
            let last = words.last()?;
            if names.is_empty()
                && !star
                && words.len() > 1
                && (colons || last.starts_with(char::is_uppercase))
            {
                names.extend(words.pop());
            }
            words.join("/")
        }
    };
    let path = match path.strip_prefix("./") {
        Some(rest) => format!("./{rest}"),
        None if path.starts_with("std/") || path.starts_with("../") => path,
        None if relative || !path.starts_with('.') => format!("./{path}"),
        None => return None,
    };
    let is_name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let mut parts = path.split('/').skip_while(|part| matches!(*part, "." | ".."));
    if !parts.all(is_name) {
        return None;
    }
    if !names.is_empty() {
        return Some(format!("import {path}.{{{}}}", names.join(", ")));
    }
    let last = path.rsplit('/').next()?;
    match alias.filter(|alias| *alias != last) {
        Some(alias) if is_name(alias) => Some(format!("import {path} as {alias}")),
        _ => Some(format!("import {path}")),
    }
}
