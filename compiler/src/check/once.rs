//! What is the same mistake at several places, told once with all of them: a name that means nothing, a habit of another
//! language. For reports, which are read from the top; an editor shows each place for itself.

use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic, Label, Place};
use crate::resolve::{UNKNOWN_NAME, UNKNOWN_TYPE};
use crate::syntax::items;
use crate::types::infer::UNKNOWN_TOOL;
use rustc_hash::FxHashMap;

/// More places than this are only counted.
const MOST_PLACES: usize = 4;

/// What people write throughout a file who are used to it: semicolons, single quotes, comments with `#`; types of others.
const OF_FILES: [Code; 4] = [Code("E0013"), Code("E0014"), Code("E0043"), UNKNOWN_TYPE];

/// What is told once for an item: names that mean nothing; operators, words, patterns and forms of other languages; what is
/// no tool.
const OF_ITEMS: [Code; 6] =
    [Code("E0044"), Code("E0045"), Code("E0060"), Code("E0061"), UNKNOWN_NAME, UNKNOWN_TOOL];

/// The same mistakes, of those that say the same each told once in its file or item. Places are counted from the start of
/// their files.
pub fn told_once(db: &dyn Db, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if found.iter().filter(|found| is_repeated(found.code)).take(2).count() < 2 {
        return found;
    }
    let mut firsts: FxHashMap<(SourceFile, u32, Code, String), usize> = FxHashMap::default();
    let mut out: Vec<Diagnostic> = Vec::with_capacity(found.len());
    let mut places: FxHashMap<usize, Vec<Place>> = FxHashMap::default();
    for next in found {
        let place = next.labels.first().map(|label| label.place.clone());
        let more_labels = next.labels.iter().skip(1).cloned().collect::<Vec<_>>();
        let Some(Place::File(file, span)) = place.filter(|_| is_repeated(next.code)) else {
            out.push(next);
            continue;
        };
        let item = if OF_FILES.contains(&next.code) { 0 } else { item_at(db, file, span.start) };
        match firsts.entry((file, item, next.code, next.message.clone())) {
            std::collections::hash_map::Entry::Occupied(first) => {
                let (at, edits) = (*first.get(), next.fixes.into_iter());
                let is_told = |known: &Place| *known == Place::File(file, span);
                // A text in a file may be that of several declarations: it stands there once.
                let places = places.entry(at).or_default();
                if !out[at].labels.iter().map(|label| &label.place).chain(places.iter()).any(is_told) {
                    places.push(Place::File(file, span));
                }
                let new = more_labels.into_iter().filter(|label| !out[at].labels.contains(label));
                let new: Vec<Label> = new.collect();
                out[at].labels.extend(new);
                for (fix, more) in out[at].fixes.iter_mut().zip(edits) {
                    if fix.title == more.title {
                        let new = more.edits.into_iter().filter(|edit| !fix.edits.contains(edit));
                        let new: Vec<_> = new.collect();
                        fix.edits.extend(new);
                    }
                }
            }
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(out.len());
                out.push(next);
            }
        }
    }
    for (at, places) in places {
        let more = places.len().saturating_sub(MOST_PLACES);
        let first = &mut out[at];
        let shown = places.into_iter().take(MOST_PLACES);
        first.labels.extend(shown.map(|place| Label { place, text: "and here".into() }));
        if more > 0 {
            first.notes.push(format!("it stands in {more} more places"));
        }
    }
    out
}

fn is_repeated(code: Code) -> bool {
    OF_FILES.contains(&code) || OF_ITEMS.contains(&code)
}

/// The number of the item that holds a place.
fn item_at(db: &dyn Db, file: SourceFile, at: u32) -> u32 {
    let before = items(db, file).partition_point(|item| item.start(db) <= at);
    u32::try_from(before).unwrap_or(u32::MAX)
}
