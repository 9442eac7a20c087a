//! Formatting as edits: small ones, so that cursors, marks and folds stay where they are.

use crate::db::{Db, Origin, SourceFile};
use crate::syntax::parsed;
use flow_grammar::format;
use flow_grammar::span::Span;
use similar::{DiffOp, DiffTag, TextDiff};
use std::ops::Range;

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
    let change = |(from, to): (Range<usize>, Range<usize>)| {
        let (start, end) = (old_ends[from.start], old_ends[from.end]);
        let new = &new[new_ends[to.start]..new_ends[to.end]];
        trimmed(span.start + count(start), &old[start..end], new)
    };
    changed(diff.ops()).into_iter().map(change).collect()
}

/// Which lines change, and by which. What is put in beside what is taken away may say of itself that it stands inside of
/// that: only how long each part is counts.
fn changed(ops: &[DiffOp]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut changes: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let (mut old, mut new) = (0, 0);
    for op in ops {
        let (from, to) = (old..old + op.old_range().len(), new..new + op.new_range().len());
        (old, new) = (from.end, to.end);
        match changes.last_mut() {
            _ if op.tag() == DiffTag::Equal => {}
            Some(last) if (last.0.end, last.1.end) == (from.start, to.start) => {
                *last = (last.0.start..from.end, last.1.start..to.end);
            }
            _ => changes.push((from, to)),
        }
    }
    changes
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
