//! The formatter: what it makes of texts, and what holds for all of them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "the corpus is read, or the test stops")]

#[path = "../support/mod.rs"]
mod support;

mod broken;
mod mangle;
mod properties;
mod style;

use flow_grammar::format::{Formatted, format};
use flow_grammar::parse::parse;
use flow_grammar::span::Span;
use flow_grammar::token::Tok;
use flow_grammar::tree::ItemKind;
use support::{errors, tree};

/// Formats a right text, and holds the result to everything that must hold: it says the same, with every comment, it stays
/// as it is when it is formatted again, and it has no blanks where nobody sees them.
fn checked(text: &str) -> String {
    let before = parse(text);
    let wrong = errors(text, &before);
    assert!(wrong.is_empty(), "{text}\n{wrong}");
    let Formatted { text: formatted, errors: found, defects } = format(text);
    assert!(found.is_empty());
    let refused: Vec<&str> = defects.iter().map(|span| &text[span.range()]).collect();
    assert!(refused.is_empty(), "{text}\n---\n{refused:?}");
    let after = parse(&formatted);
    let wrong = errors(&formatted, &after);
    assert!(wrong.is_empty(), "{text}\n---\n{formatted}\n---\n{wrong}");
    assert_eq!(items(&tree(&before)), items(&tree(&after)), "{text}\n---\n{formatted}");
    assert_eq!(comments(text), comments(&formatted), "{text}\n---\n{formatted}");
    let again = format(&formatted).text;
    assert!(again == formatted, "{text}\n---\n{formatted}\n---\n{again}");
    looks_well(&formatted);
    formatted
}

/// Items as shown. Imports, and the names in each, may change places.
fn items(shown: &str) -> Vec<String> {
    let mut lines: Vec<String> = shown.lines().map(str::to_owned).collect();
    for line in lines.iter_mut().filter(|line| line.starts_with("import ")) {
        let mut words: Vec<&str> = line.split([' ', ',', '{', '}']).filter(|word| !word.is_empty()).collect();
        words[1..].sort_unstable();
        *line = words.join(" ");
    }
    let mut runs: Vec<&mut [String]> =
        lines.chunk_by_mut(|a, b| a.starts_with("import ") && b.starts_with("import ")).collect();
    runs.iter_mut().for_each(|run| run.sort());
    lines
}

/// The comments in their order; those up to the last import, which may change places, sorted.
fn comments(text: &str) -> Vec<&str> {
    let parsed = parse(text);
    let last_import = parsed.items.iter().rfind(|item| matches!(item.item.kind, ItemKind::Import(_)));
    let end = last_import.map_or(0, |item| item.start + item.item.span.end) as usize;
    let end = end + text[end..].find('\n').unwrap_or(0);
    let all = parsed.lexed.iter().filter(|(kind, _)| matches!(kind, Tok::Comment | Tok::ModuleDoc));
    let (mut first, rest): (Vec<_>, Vec<_>) = all.partition(|(_, span)| (span.start as usize) < end);
    let text_of = |(_, span): &(Tok, Span)| text[span.range()].trim_end();
    first.sort_by_key(text_of);
    first.iter().chain(&rest).map(text_of).collect()
}

/// Outside of strings: no blanks at the ends of lines, no two blank lines, none at the ends of the text.
fn looks_well(text: &str) {
    for (kind, span) in parse(text).lexed.iter() {
        if kind == Tok::Newline {
            let newline = &text[span.range()];
            assert!(newline.matches('\n').count() <= 2, "{text}");
            assert!(newline.trim_start_matches('\n').bytes().all(|byte| byte == b' '), "{text}");
            assert!(!text[..span.start as usize].ends_with([' ', '\t', '\r']), "{text}");
        }
    }
    let ends_well = text.ends_with('\n') && !text.ends_with("\n\n");
    assert!(text.is_empty() || ends_well && !text.starts_with('\n'), "{text}");
}
