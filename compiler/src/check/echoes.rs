//! One mistake, one message: what only follows from another mistake is left out.

use crate::analyses::{SECRET_READ, STAGE_FALLS_OFF, UNBOUNDED_LOOP, UNCHANGED_VARIABLE, UNREACHABLE_STAGE};
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic, ItemKey, Place};
use crate::lints::UNUSED_SECRET;
use crate::resolve;
use crate::syntax::find_item;
use crate::types::decl;
use crate::types::infer::{
    BRANCH_TWICE, MISSING_VALUE, NO_BRANCHES, PATTERN_VARIANT, SHADOWED, UNKNOWN_STAGE,
};
use crate::types::patterns::{NOT_EXHAUSTIVE, UNREACHABLE_ARM};
use crate::types::settings::{MISSING_SETTING, UNUSED_PARAMETER};
use flow_grammar::span::Span;
use rustc_hash::FxHashSet;

/// A `${` that is never closed.
const OPEN_HOLE: &str = "E0007";

/// A string of several lines that is never closed.
const OPEN_BLOCK: &str = "E0006";

/// Characters that mean nothing.
const UNKNOWN_TEXT: &str = "E0001";

/// A form of another language, whose line is read by guess.
const FOREIGN_FORM: &str = "E0061";

/// A keyword that names something.
const KEYWORD_AS_NAME: &str = "E0055";

/// Mistakes of syntax behind which the rest of their line is read by guess, or not at all.
const GUESSED: [&str; 14] = [
    "E0001", "E0005", "E0012", "E0033", "E0034", "E0040", "E0041", "E0042", "E0045", "E0050", "E0056",
    "E0057", "E0060", "E0061",
];

/// There is nothing, no type, no stage of a name.
const UNKNOWN: [Code; 3] = [resolve::UNKNOWN_TYPE, resolve::UNKNOWN_NAME, UNKNOWN_STAGE];

/// What is only missing where it cannot be read: a setting, a value, a branch, a case, a bound, a way out of a stage or into one.
const LACKING: [Code; 8] = [
    MISSING_SETTING,
    MISSING_VALUE,
    BRANCH_TWICE,
    NO_BRANCHES,
    NOT_EXHAUSTIVE,
    UNBOUNDED_LOOP,
    STAGE_FALLS_OFF,
    UNREACHABLE_STAGE,
];

/// Leaves out what only follows from text that could not be read: what stands behind a `${` that is never closed on its
/// line, what else is said of a line that was read by guess, the names that it may declare, the type of an expression
/// that is not all there, and what a broken item seems to lack. `items` are the spans of the items.
pub(super) fn of_unread_text(text: &str, items: &[Span], diagnostics: &mut Vec<Diagnostic>) {
    // Text that could not be read may use what seems to be unused.
    diagnostics.retain(|found| !is_of_use(found.code));
    let span = |found: &Diagnostic| match found.labels.first().map(|label| &label.place) {
        Some(Place::File(_, span)) => *span,
        _ => Span::default(),
    };
    let syntax: Vec<(Code, Span)> =
        diagnostics.iter().filter(|it| is_syntax(it)).map(|it| (it.code, span(it))).collect();
    let line_end = |at: u32| {
        let at = at as usize;
        text[at..].find('\n').map_or(text.len(), |newline| at + newline) as u32
    };
    let item_end = |at: u32| {
        items.iter().find(|item| item.start <= at && at <= item.end).map_or(u32::MAX, |item| item.end)
    };
    let holes: Vec<Span> = syntax
        .iter()
        .filter_map(|(code, it)| match code.0 {
            OPEN_HOLE => Some(Span::new(it.start, line_end(it.start))),
            OPEN_BLOCK => Some(Span::new(it.start, item_end(it.start))),
            _ => None,
        })
        .collect();
    let guesses: Vec<Guess<'_>> = syntax
        .iter()
        .filter(|(code, _)| GUESSED.contains(&code.0))
        .map(|(_, it)| Guess::at(text, items, *it))
        .collect();
    let forms: Vec<Span> =
        syntax.iter().filter(|(code, _)| code.0 == FOREIGN_FORM).map(|(_, it)| *it).collect();
    let holds = |at: u32, wanted: &dyn Fn(Code) -> bool| {
        let item = items.iter().find(|item| item.start <= at && at <= item.end);
        let within = |item: &Span, it: &Span| item.start <= it.start && it.start <= item.end;
        item.is_some_and(|item| syntax.iter().any(|(code, it)| wanted(*code) && within(item, it)))
    };
    diagnostics.retain(|found| {
        let own = span(found);
        if holes.iter().any(|hole| hole.start < own.start && own.start < hole.end) {
            return found.code.0 == OPEN_HOLE;
        }
        if is_syntax(found) {
            // Of words that should stand in quotes, signs mean nothing.
            return found.code.0 != UNKNOWN_TEXT
                || !forms.iter().any(|form| form.start < own.start && own.start < line_end(form.start));
        }
        let name = text.get(own.range()).filter(|_| UNKNOWN.contains(&found.code));
        if guesses.iter().any(|guess| guess.explains(own, name)) {
            return false;
        }
        let holds_broken = syntax.iter().any(|(_, it)| own.start <= it.start && it.start < own.end);
        // What a keyword names cannot be read where it is used.
        let is_of_type = found.code.0.starts_with("E03")
            && (holds_broken || holds(own.start, &|code| code.0 == KEYWORD_AS_NAME));
        let is_of_lack = LACKING.contains(&found.code) && holds(own.start, &|_| true);
        !is_of_type && !is_of_lack
    });
}

/// A line that was read by guess.
struct Guess<'t> {
    /// From the last comma in front of the mistake to the end of the line.
    rest: Span,
    /// Where the names that stand in them may be used: in the item, or anywhere if it is the item's head.
    scope: Span,
    text: &'t str,
}

impl<'t> Guess<'t> {
    fn at(text: &'t str, items: &[Span], place: Span) -> Self {
        let (from, to) = (place.start as usize, place.end as usize);
        let start = text.get(..from).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let end =
            text.get(to..).and_then(|behind| behind.find('\n')).map_or(text.len(), |newline| to + newline);
        let item = items.iter().find(|item| item.start <= place.start && place.start <= item.end);
        let is_head =
            |item: &&Span| text.get(item.start as usize..start).is_some_and(|head| head.contains('{'));
        let scope = item.filter(is_head).copied().unwrap_or(Span::new(0, u32::MAX));
        // What stands in front of a comma was read before.
        let before = text.get(start..from).unwrap_or_default();
        let from = before.rfind(',').map_or(start, |comma| start + comma);
        Self {
            rest: Span::new(from as u32, end as u32),
            scope,
            text: text.get(start..end).unwrap_or_default(),
        }
    }

    /// Whether something is said of a place only because of the guess; `name` is what is not known there.
    fn explains(&self, place: Span, name: Option<&str>) -> bool {
        let is_word =
            |name: &str| self.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
        self.rest.start <= place.start && place.start <= self.rest.end
            || self.scope.start <= place.start && place.start <= self.scope.end && name.is_some_and(is_word)
    }
}

/// Leaves out that the first of two of one name is not used.
pub(super) fn of_names_given_twice(diagnostics: &mut Vec<Diagnostic>) {
    let twice = diagnostics.iter().filter(|found| found.code == decl::DUPLICATE);
    let firsts: FxHashSet<Place> =
        twice.flat_map(|found| found.labels.iter().skip(1).map(|label| label.place.clone())).collect();
    let is_first =
        |found: &Diagnostic| found.labels.first().is_some_and(|label| firsts.contains(&label.place));
    diagnostics.retain(|found| firsts.is_empty() || !is_of_use(found.code) || !is_first(found));
}

/// Leaves out what follows from a name that hides another, or that was meant to be a variant: that the names are not used,
/// and that a pattern behind it never matches.
pub(super) fn of_names_in_patterns(diagnostics: &mut Vec<Diagnostic>) {
    let places = |code: Code, labels: usize| -> FxHashSet<Place> {
        let told = diagnostics.iter().filter(|found| found.code == code);
        told.flat_map(|found| found.labels.iter().take(labels).map(|label| label.place.clone())).collect()
    };
    let (hidden, meant) = (places(SHADOWED, 2), places(PATTERN_VARIANT, 1));
    if hidden.is_empty() && meant.is_empty() {
        return;
    }
    diagnostics.retain(|found| {
        let is_in = |places: &FxHashSet<Place>, nth: usize| {
            found.labels.get(nth).is_some_and(|label| places.contains(&label.place))
        };
        let is_unused = is_of_use(found.code) && found.code != SHADOWED && is_in(&hidden, 0);
        let never_matches = found.code == UNREACHABLE_ARM && (is_in(&hidden, 1) || is_in(&meant, 1));
        !is_unused && !never_matches
    });
}

/// Leaves out that a secret is not used which is read by `env`.
pub(super) fn of_secrets_read(diagnostics: &mut Vec<Diagnostic>) {
    let read = diagnostics.iter().filter(|found| found.code == SECRET_READ);
    let secrets: FxHashSet<Place> =
        read.flat_map(|found| found.labels.iter().skip(1).map(|label| label.place.clone())).collect();
    let is_read =
        |found: &Diagnostic| found.labels.first().is_some_and(|label| secrets.contains(&label.place));
    diagnostics.retain(|found| secrets.is_empty() || found.code != UNUSED_SECRET || !is_read(found));
}

/// Leaves out what else is said of an import by which a file imports itself.
pub(super) fn of_import_of_itself(db: &dyn Db, own: &ItemKey, diagnostics: &mut Vec<Diagnostic>) {
    let Some(item) = find_item(db, own) else { return };
    let import = item.tree(db).span.shifted(item.start(db));
    diagnostics.retain(|found| {
        !matches!(found.labels.first().map(|label| &label.place), Some(Place::File(_, at)) if import.holds(*at))
    });
}

/// Sorts by place, and leaves out what was said of the same place already.
pub(super) fn in_order(db: &dyn Db, diagnostics: &mut Vec<Diagnostic>) {
    let place = |diagnostic: &Diagnostic| {
        diagnostic.labels.first().and_then(|label| match &label.place {
            Place::File(file, span) => Some((file.path(db), span.start, span.end)),
            Place::Item(..) => None,
        })
    };
    diagnostics.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code)));
    diagnostics.dedup_by(|a, b| a.code == b.code && a.message == b.message && place(a) == place(b));
    // What is a mistake of syntax already has been told.
    let start = |diagnostic: &Diagnostic| place(diagnostic).map(|(path, start, _)| (path, start));
    diagnostics.dedup_by(|a, b| is_syntax(b) && !is_syntax(a) && start(a) == start(b));
}

/// Whether it is a mistake of syntax.
fn is_syntax(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.0.starts_with("E00")
}

/// Whether it says that something is not used, not reached or not changed.
fn is_of_use(code: Code) -> bool {
    code == UNUSED_PARAMETER
        || code == UNCHANGED_VARIABLE
        || code == decl::UNUSED_TYPE_PARAMETER
        || code.0.starts_with("W01")
        || code.0.starts_with("W08")
}
