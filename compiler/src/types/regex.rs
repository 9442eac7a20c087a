//! Regular expressions that are known before the program runs: which are none, and where. The library is the runtime's, so
//! that both take the same ones.

use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, ExprKind, TemplatePart};
use regex_lite::Regex;

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// In the words of the library.
    pub(super) why: String,
    /// The character with which it goes wrong, by its number.
    pub(super) at: usize,
}

/// The fault of a pattern, if it has one.
pub(super) fn fault(pattern: &str) -> Option<Fault> {
    let why = Regex::new(pattern).err()?.to_string();
    // The library does not say where: what comes before goes wrong in another way, or not at all.
    const LONGEST: usize = 400;
    let ends = pattern.char_indices().map(|(at, _)| at);
    let at = match pattern.len() {
        0..=LONGEST => {
            let kind = kind(&why);
            let goes_wrong = |end: usize| {
                Regex::new(&pattern[..end]).err().is_some_and(|error| self::kind(&error.to_string()) == kind)
            };
            ends.enumerate().filter(|(_, end)| !goes_wrong(*end)).last().map_or(0, |(number, _)| number)
        }
        _ => 0,
    };
    Some(Fault { why, at })
}

/// Messages that say the same of more and more of a pattern count as one.
fn kind(message: &str) -> &str {
    let has = |part: &str| message.contains(part);
    if has("class") && (has("closing bracket") || has("unclosed")) {
        "class"
    } else if has("counted repetition") && has("unclosed") {
        "repetition"
    } else {
        message
    }
}

/// Whether a text has a match; `None` if the pattern is none.
pub(super) fn matches(text: &str, pattern: &str) -> Option<bool> {
    Regex::new(pattern).ok().map(|regex| regex.is_match(text))
}

/// Where a character of a string without holes stands in the source, as far as the tree tells; else all of the string.
pub(super) fn place_in(string: &Expr, number: usize) -> Span {
    let whole = string.span;
    let ExprKind::Str(template) = &string.kind else { return whole };
    let [TemplatePart::Text(text, span)] = template.parts.as_slice() else { return whole };
    let written = |c: char| match c {
        '\\' | '"' | '\n' | '\t' | '\r' if !template.block => 2,
        other => other.len_utf8(),
    };
    let plainly = |c: char| c.len_utf8();
    let widths: [&dyn Fn(char) -> usize; 2] = [&plainly, &written];
    let length = usize::try_from(span.end.saturating_sub(span.start)).unwrap_or_default();
    let Some(width) = widths.into_iter().find(|width| text.chars().map(width).sum::<usize>() == length)
    else {
        return whole;
    };
    let before: usize = text.chars().take(number).map(width).sum();
    let Some(found) = text.chars().nth(number) else { return whole };
    let at =
        |offset: usize| u32::try_from(offset).map_or(span.end, |offset| span.start.saturating_add(offset));
    Span::new(at(before), at(before + width(found)))
}

#[cfg(test)]
mod tests {
    use super::{fault, matches};

    #[test]
    fn the_fault_is_where_the_pattern_goes_wrong() {
        let at = |pattern: &str| fault(pattern).map(|fault| fault.at);
        assert_eq!(at("^[a-z]+$"), None);
        assert_eq!(at("["), Some(0));
        assert_eq!(at("ab[cd"), Some(2));
        assert_eq!(at("a(b(c)"), Some(1));
        assert_eq!(at("(a)(b"), Some(3));
        assert_eq!(at("ab)c"), Some(2));
        assert_eq!(at("*a"), Some(0));
        assert_eq!(at("é\\q"), Some(2));
        assert_eq!(at("a{2"), Some(1));
        assert_eq!(at("a{3,2}"), Some(5));
        assert_eq!(at("[z-a]"), Some(3));
    }

    #[test]
    fn a_pattern_matches_anywhere_unless_it_is_anchored() {
        assert_eq!(matches("ship it", "p"), Some(true));
        assert_eq!(matches("ship it", "^p"), Some(false));
        assert_eq!(matches("ship it", "("), None);
    }
}
