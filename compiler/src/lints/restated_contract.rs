//! Prompts that ask for JSON, which the agent is told anyway.

use super::settings::setting;
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::prompts;
use crate::syntax::Item;
use crate::types::decl::signature;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{DoerDecl, Expr, ExprKind, Template, TemplatePart};

/// A prompt says in which form to answer.
pub const RESTATED_CONTRACT: Code = Code("W0209");

pub(super) fn check(db: &dyn Db, item: Item<'_>, decl: &DoerDecl, found: &mut Vec<Diagnostic>) {
    // Who is to answer with a text, and that text is JSON, must be told.
    let is_told = signature(db, item.key(db)).is_some_and(|known| {
        !matches!(known.result, Ty::None | Ty::String | Ty::Error | Ty::File(_) | Ty::Output(_))
    });
    if !is_told {
        return;
    }
    for key in ["prompt", "system"] {
        if let Some(Expr { kind: ExprKind::Str(template), span, .. }) = setting(decl, key)
            && let Some(phrase) = phrase(template, *span)
        {
            found.push(restated(item.place(db, phrase), &decl.name.text));
        }
    }
    for text in prompts::text_files(db, item) {
        let in_file = |file: SourceFile| {
            let template = &prompts::template(db, file).template;
            phrase(template, template.span).map(|span| Place::File(file, span))
        };
        found.extend(text.file.and_then(in_file).map(|place| restated(place, &decl.name.text)));
    }
}

fn restated(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(RESTATED_CONTRACT, format!("`{name}` is told the form of its answer anyway"), place)
        .note(
            "the schema of the return type is added to the prompt; two descriptions of one form drift apart",
        )
        .help("leave the form out, and say what the answer is to hold")
}

/// Where a text asks for JSON; `all` where that cannot be told exactly.
fn phrase(template: &Template, all: Span) -> Option<Span> {
    template.parts.iter().enumerate().find_map(|(index, part)| {
        let TemplatePart::Text(text, span) = part else { return None };
        let (from, to) = asks_for_json(text, index == 0)?;
        // With escapes or an indentation, the text is not what stands in the source.
        let is_exact = usize::try_from(span.end - span.start) == Ok(text.len());
        let at = |offset: usize| span.start + u32::try_from(offset).unwrap_or_default();
        Some(if is_exact { Span::new(at(from), at(to)) } else { all })
    })
}

const VERBS: [&str; 12] = [
    "respond",
    "reply",
    "answer",
    "return",
    "output",
    "responding",
    "replying",
    "answering",
    "returning",
    "produce",
    "emit",
    "print",
];

/// What may stand between the verb and the form that it asks for.
const BETWEEN: [&str; 22] = [
    "with", "in", "as", "a", "an", "the", "only", "just", "valid", "strict", "single", "one", "plain", "raw",
    "your", "answer", "response", "result", "results", "nothing", "but", "it",
];

/// What may stand before the verb; else it is no order, as in "whether it returns JSON".
const BEFORE: [&str; 16] = [
    ".", "!", "?", ":", ";", "\n", "please", "always", "only", "must", "should", "and", "then", "to", "just",
    "finally",
];

/// Behind these, JSON is no form of the answer.
const OTHERWISE: [&str; 8] = ["file", "files", "path", "paths", "document", "documents", "key", "keys"];

/// The bytes from the verb to `JSON` in a text that asks for an answer in JSON. `is_start` says that a sentence begins with
/// it.
fn asks_for_json(text: &str, is_start: bool) -> Option<(usize, usize)> {
    // Hardly any prompt speaks of it.
    memchr::memmem::find(text.as_bytes(), b"JSON")
        .or_else(|| memchr::memmem::find(text.as_bytes(), b"json"))?;
    let mut asked: Option<usize> = None;
    let mut before = if is_start { ".".to_owned() } else { String::new() };
    let mut words = words(text).peekable();
    while let Some((at, word)) = words.next() {
        let lower = word.to_ascii_lowercase();
        if lower == "json" {
            let next = words.peek().map(|(_, next)| next.to_ascii_lowercase());
            let otherwise = next.is_some_and(|next| OTHERWISE.contains(&next.as_str()));
            if let Some(from) = asked.filter(|_| !otherwise) {
                return Some((from, at + word.len()));
            }
            asked = None;
        } else if VERBS.contains(&lower.as_str())
            && (asked.is_some() || begins_sentence(word) || BEFORE.contains(&before.as_str()))
        {
            // "Output your answer as JSON": the first verb counts.
            asked = asked.or(Some(at));
        } else if !BETWEEN.contains(&lower.as_str()) {
            asked = None;
        }
        before = lower;
    }
    None
}

fn begins_sentence(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_uppercase())
}

/// The words of a text with their places; a sentence's end is a word of its own.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(|letter: char| letter.is_alphanumeric() || ".;!?:\n".contains(letter))?;
        let rest = text.get(start..)?;
        let length = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len());
        let length = length.max(rest.chars().next().map_or(1, char::len_utf8));
        at = start + length;
        Some((start, rest.get(..length)?))
    })
}

#[cfg(test)]
mod tests {
    use super::asks_for_json;

    #[test]
    fn a_text_that_asks_for_json_is_told_from_one_that_speaks_of_it() {
        let asked = |text: &'static str| asks_for_json(text, true).map(|(from, to)| &text[from..to]);
        assert_eq!(asked("Look. Respond with a JSON object."), Some("Respond with a JSON"));
        assert_eq!(asked("Return only valid json"), Some("Return only valid json"));
        assert_eq!(asked("Output your answer as JSON: {}"), Some("Output your answer as JSON"));
        for other in [
            "Return the path of the JSON file.",
            "Answer. JSON is what the file holds.",
            "Here is the plan as JSON: ${plan}",
            "Return a JSON file",
            "Mend the JSON parser",
            "Answer what this json means",
            "Find out whether it can return JSON",
        ] {
            assert_eq!(asked(other), None, "{other}");
        }
    }
}
