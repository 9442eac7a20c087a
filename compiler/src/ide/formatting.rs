//! Formatting as edits: small ones, so that cursors, marks and folds stay where they are.

use crate::db::{Db, Origin, SourceFile};
use crate::syntax::parsed;
use flow_grammar::format;
use flow_grammar::span::Span;
use similar::{DiffTag, TextDiff};

/// Longer pieces are not compared line by line: that takes long where much has changed.
const MOST_LINES: usize = 2_000;

/// What to change to format a file, or the items that a range touches: which bytes, and by what, in the order of the text.
/// Nothing in a file that is no program.
pub fn formatting(db: &dyn Db, file: SourceFile, range: Option<Span>) -> Vec<(Span, String)> {
    if file.origin(db) == Origin::Prompt {
        return Vec::new();
    }
    let text = file.text(db);
    let changes = format::changes(text, parsed(db, file), range);
    changes.iter().flat_map(|(span, new)| lines(*span, &text[span.range()], new)).collect()
}

/// The changes of lines that make a new text of an old one, which stands at a place.
fn lines(span: Span, old: &str, new: &str) -> Vec<(Span, String)> {
    if old.lines().count() + new.lines().count() > MOST_LINES {
        return vec![trimmed(span.start, old, new)];
    }
    let diff = TextDiff::from_lines(old, new);
    let (old_ends, new_ends) = (ends(diff.old_slices()), ends(diff.new_slices()));
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changed
        .map(|op| {
            let (from, to) = (op.old_range(), op.new_range());
            let (start, end) = (old_ends[from.start], old_ends[from.end]);
            let new = &new[new_ends[to.start]..new_ends[to.end]];
            trimmed(span.start + count(start), &old[start..end], new)
        })
        .collect()
}

/// Where lines begin, and the last one ends.
fn ends(lines: &[&str]) -> Vec<usize> {
    let mut at = 0;
    let ends = lines.iter().map(|line| {
        at += line.len();
        at
    });
    std::iter::once(0).chain(ends).collect()
}

/// A change without what is alike at its ends.
fn trimmed(start: u32, old: &str, new: &str) -> (Span, String) {
    let alike = |(a, b): &(char, char)| a == b;
    let width = |(a, _): (char, char)| a.len_utf8();
    let before: usize = old.chars().zip(new.chars()).take_while(alike).map(width).sum();
    let (old, new) = (&old[before..], &new[before..]);
    let behind: usize = old.chars().rev().zip(new.chars().rev()).take_while(alike).map(width).sum();
    let start = start + count(before);
    (Span::new(start, start + count(old.len() - behind)), new[..new.len() - behind].to_owned())
}

fn count(bytes: usize) -> u32 {
    // Texts of 4 GiB and more are refused before they come here.
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
