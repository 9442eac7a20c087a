//! Texts with other blanks, lines and comments, as far as the language lets them say the same.

use crate::comments;
use crate::support::{errors, tree};
use flow_grammar::parse::parse;
use flow_grammar::token::Tok;
use proptest::prelude::*;
use proptest::sample::Index;
use std::ops::Range;

/// A change: between which tokens, and what stands there then.
pub(crate) type Change = (Index, &'static str);

/// What may stand between tokens. `c` becomes a comment that is unlike the others.
const CHANGES: [&str; 12] = [
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\n\n\n   ",
    " // c\n",
    "// c\n",
    "\n// c\n",
    "\n\n  //c \n\n",
    "\r\n",
];

/// Some changes.
pub(crate) fn changes(most: usize) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((any::<Index>(), prop::sample::select(CHANGES.to_vec())), 0..most)
}

/// A text after changes. Those that would change what it says are left out.
pub(crate) fn mangled(text: &str, changes: &[Change]) -> String {
    let mut text = text.to_owned();
    let before = meaning(&text);
    for (number, (place, what)) in changes.iter().enumerate() {
        let gaps = gaps(&text);
        let gap = gaps[place.index(gaps.len())].clone();
        let old = &text[gap.clone()];
        let new = what.replace('c', &format!("c{number}"));
        let new = if old.contains("//") { format!("{old}{new}") } else { new };
        let mut changed = text.clone();
        changed.replace_range(gap, &new);
        // Two comments on one line would be one.
        if meaning(&changed) == before && comments(&changed).len() >= comments(&text).len() {
            text = changed;
        }
    }
    text
}

fn meaning(text: &str) -> Option<String> {
    let parsed = parse(text);
    errors(text, &parsed).is_empty().then(|| tree(&parsed))
}

/// What stands between the tokens of a text, outside of strings.
fn gaps(text: &str) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut strings = 0;
    let mut start = 0;
    for (kind, span) in parse(text).lexed.iter() {
        let opens = matches!(kind, Tok::StrStart | Tok::BlockStart);
        strings += usize::from(opens);
        let inside = strings > 1 || (strings == 1 && !opens);
        if !inside && (!kind.is_trivia() || kind == Tok::ModuleDoc) {
            gaps.push(start..span.start as usize);
            start = span.end as usize;
        } else if kind == Tok::StrEnd {
            start = span.end as usize;
        }
        strings -= usize::from(kind == Tok::StrEnd);
    }
    gaps.push(start..text.len());
    gaps
}
