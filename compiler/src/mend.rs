//! Applies the fixes that are certain, in memory: whoever asked for it writes the texts, or shows how they differ.

use crate::check::check_all;
use crate::db::{Database, SourceFile};
use crate::diagnostics::{Diagnostic, Edit, Place, Severity};
use crate::lints;
use crate::syntax::syntax_errors;
use flow_grammar::span::Span;
use salsa::{Durability, Setter as _};
use std::collections::{BTreeMap, BTreeSet};

/// A fix may make way for another so many times.
const ROUNDS: usize = 10;

/// What was mended.
#[derive(Debug, Default)]
pub struct Mended {
    /// The files whose texts differ now, with their old texts, in the order of their paths.
    pub files: Vec<(SourceFile, String)>,
    /// How many fixes were applied.
    pub fixes: usize,
}

/// Applies every fix that is certain to files of a database, until none is left. A file that could be read before can be
/// read afterwards, and there are no more errors than before: what would break that is left alone.
pub fn mend(db: &mut Database, files: &[SourceFile]) -> Mended {
    let mut old: BTreeMap<SourceFile, String> = BTreeMap::new();
    let mut mended = Mended::default();
    let mut left_alone: BTreeSet<SourceFile> = BTreeSet::new();
    let mut found = check(db, files);
    for _ in 0..ROUNDS {
        let may = |file: &SourceFile| files.contains(file) && !left_alone.contains(file);
        let Choice { edits, fixes } = choose(&found, may);
        if edits.is_empty() {
            break;
        }
        let before: Vec<(SourceFile, String)> =
            edits.keys().map(|&file| (file, file.text(db).clone())).collect();
        let broken: Vec<SourceFile> = edits
            .into_iter()
            .filter(|(file, edits)| {
                let mistakes = syntax_errors(db, *file).len();
                let text = applied(file.text(db), edits);
                write(db, *file, text);
                syntax_errors(db, *file).len() > mistakes
            })
            .map(|(file, _)| file)
            .collect();
        let now = check(db, files);
        if !broken.is_empty() || errors(db, &now) > errors(db, &found) {
            // Nothing of this round counts; what broke is out of the next.
            let culprits =
                if broken.is_empty() { before.iter().map(|(file, _)| *file).collect() } else { broken };
            before.into_iter().for_each(|(file, text)| write(db, file, text));
            left_alone.extend(culprits);
            continue;
        }
        before.into_iter().for_each(|(file, text)| {
            old.entry(file).or_insert(text);
        });
        mended.fixes += fixes;
        found = now;
    }
    mended.files = old.into_iter().filter(|(file, text)| file.text(db) != text).collect();
    mended.files.sort_by(|(a, _), (b, _)| a.path(db).cmp(b.path(db)));
    mended
}

fn write(db: &mut Database, file: SourceFile, text: String) {
    file.set_text(db).with_durability(Durability::LOW).to(text);
}

fn check(db: &Database, files: &[SourceFile]) -> Vec<Diagnostic> {
    check_all(db, files).into_iter().flat_map(|(_, found)| found).collect()
}

fn errors(db: &Database, found: &[Diagnostic]) -> usize {
    found.iter().filter(|found| lints::severity(db, found) == Severity::Error).count()
}

/// Fixes that can be applied together.
#[derive(Default)]
struct Choice {
    edits: BTreeMap<SourceFile, Vec<(Span, String)>>,
    fixes: usize,
}

/// The certain fixes that touch only files that may change, and no place that an earlier one touches.
fn choose(found: &[Diagnostic], may: impl Fn(&SourceFile) -> bool) -> Choice {
    let mut choice = Choice::default();
    for diagnostic in found {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| fix.certain) else { continue };
        let edits: Option<Vec<(SourceFile, Span, &str)>> = fix.edits.iter().map(in_file).collect();
        let Some(edits) = edits else { continue };
        let is_free = |(file, span, _): &(SourceFile, Span, &str)| {
            let taken = choice.edits.get(file).into_iter().flatten();
            may(file) && taken.into_iter().all(|(other, _)| other.end < span.start || span.end < other.start)
        };
        if !edits.iter().all(is_free) {
            continue;
        }
        for (file, span, text) in edits {
            choice.edits.entry(file).or_default().push((span, text.to_owned()));
        }
        choice.fixes += 1;
    }
    choice
}

fn in_file(edit: &Edit) -> Option<(SourceFile, Span, &str)> {
    match &edit.place {
        Place::File(file, span) => Some((*file, *span, &edit.text)),
        Place::Item(..) => None,
    }
}

/// A text with its edits made; those that do not lie on letters are left out.
fn applied(text: &str, edits: &[(Span, String)]) -> String {
    let mut edits: Vec<&(Span, String)> = edits.iter().collect();
    edits.sort_by_key(|(span, _)| *span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, new) in edits {
        let (mut start, mut end) = (span.start as usize, span.end as usize);
        if new.is_empty() {
            (start, end) = with_line(text, start, end);
        }
        if let Some(kept) = text.get(at..start).filter(|_| text.is_char_boundary(end)) {
            out.push_str(kept);
            out.push_str(new);
            at = end;
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// What is removed, with its lines if nothing else stands on them, and at the start of a file with the blank ones below.
fn with_line(text: &str, start: usize, end: usize) -> (usize, usize) {
    let (Some(before), Some(behind)) = (text.get(..start), text.get(end..)) else { return (start, end) };
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = behind.find('\n').map_or(behind.len(), |newline| newline + 1);
    let is_blank = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
    if start == end || !is_blank(text.get(line..start)) || !is_blank(behind.get(..rest)) {
        return (start, end);
    }
    let blank = behind.len() - behind.trim_start_matches(['\n', '\r']).len();
    (line, end + if line == 0 { rest.max(blank) } else { rest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Files, Origin};
    use crate::diagnostics::{Code, Fix};

    fn mended(text: &str) -> (String, usize) {
        let mut db = Database::default();
        let file = SourceFile::new(&db, "a.flow".to_owned(), text.to_owned(), Origin::Project);
        Files::get(&db).set_by_path(&mut db).to(BTreeMap::from([("a.flow".to_owned(), file)]));
        let mended = mend(&mut db, &[file]);
        (file.text(&db).clone(), mended.fixes)
    }

    #[test]
    fn what_is_certain_is_mended_and_the_rest_stays() {
        let text = "fn f(x: bool) -> int {\n  var n = 1\n  let m = 2\n  if x == false { n } else { 0 }\n}\n";
        let wanted = "fn f(x: bool) -> int {\n  let n = 1\n  let m = 2\n  if not x { n } else { 0 }\n}\n";
        assert_eq!(mended(text), (wanted.to_owned(), 2));
        assert_eq!(mended(wanted), (wanted.to_owned(), 0));
    }

    #[test]
    fn one_fix_makes_way_for_the_next() {
        let text = "@allow(unused_value)\nfn f(x: string) -> string { \"${\"${x}\"}\" }\n";
        assert_eq!(mended(text), ("fn f(x: string) -> string { x }\n".to_owned(), 3));
    }

    #[test]
    fn what_is_removed_goes_with_its_line_if_it_stands_alone_there() {
        let cut = |text: &str, gone: &str| {
            let start = u32::try_from(text.find(gone).unwrap()).unwrap();
            applied(text, &[(Span::new(start, start + u32::try_from(gone.len()).unwrap()), String::new())])
        };
        assert_eq!(cut("import a\n\n\nfn f\n", "import a"), "fn f\n");
        assert_eq!(cut("a\n  b \nc\n", "b"), "a\nc\n");
        assert_eq!(cut("a\nb, c\n", ", c"), "a\nb\n");
        assert_eq!(cut("a\nb", "b"), "a\n");
    }

    #[test]
    fn edits_that_touch_are_not_applied_together() {
        let db = Database::default();
        let file = SourceFile::new(&db, "a.flow".to_owned(), "abc".to_owned(), Origin::Project);
        let found = |start, end, text: &str| {
            let place = Place::File(file, Span::new(start, end));
            let edits = vec![Edit { place: place.clone(), text: text.to_owned() }];
            Diagnostic::new(Code("W0101"), "x", place).fix(Fix { title: "x".into(), edits, certain: true })
        };
        let choice = choose(&[found(0, 1, "x"), found(1, 2, "y"), found(2, 3, "z")], |_| true);
        assert_eq!(choice.fixes, 2);
        assert_eq!(applied("abc", &choice.edits[&file]), "xbz");
    }
}
