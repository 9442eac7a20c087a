//! One mistake, one message: what only follows from another mistake is left out.

use crate::analyses::SECRET_READ;
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::lints::UNUSED_SECRET;
use crate::types::decl;
use crate::types::infer::{BRANCH_TWICE, MISSING_VALUE, NO_BRANCHES};
use crate::types::settings::{MISSING_SETTING, UNUSED_PARAMETER};
use flow_grammar::span::Span;
use rustc_hash::FxHashSet;

/// A `${` that is never closed.
const OPEN_HOLE: &str = "E0007";

/// A keyword that names something.
const KEYWORD_AS_NAME: &str = "E0055";

/// Leaves out what only follows from text that could not be read: what stands behind a `${` that is never closed on its
/// line, the type of an expression that is not all there, and what a broken item seems to lack. `items` are the spans of
/// the items.
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
    let holes: Vec<Span> = syntax
        .iter()
        .filter(|(code, _)| code.0 == OPEN_HOLE)
        .map(|(_, hole)| Span::new(hole.start, line_end(hole.start)))
        .collect();
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
            return true;
        }
        let holds_broken = syntax.iter().any(|(_, it)| own.start <= it.start && it.start < own.end);
        // What a keyword names cannot be read where it is used.
        let is_of_type = found.code.0.starts_with("E03")
            && (holds_broken || holds(own.start, &|code| code.0 == KEYWORD_AS_NAME));
        let is_of_lack = [MISSING_SETTING, MISSING_VALUE, BRANCH_TWICE, NO_BRANCHES].contains(&found.code)
            && holds(own.start, &|_| true);
        !is_of_type && !is_of_lack
    });
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

/// Leaves out that a secret is not used which is read by `env`.
pub(super) fn of_secrets_read(diagnostics: &mut Vec<Diagnostic>) {
    let read = diagnostics.iter().filter(|found| found.code == SECRET_READ);
    let secrets: FxHashSet<Place> =
        read.flat_map(|found| found.labels.iter().skip(1).map(|label| label.place.clone())).collect();
    let is_read =
        |found: &Diagnostic| found.labels.first().is_some_and(|label| secrets.contains(&label.place));
    diagnostics.retain(|found| secrets.is_empty() || found.code != UNUSED_SECRET || !is_read(found));
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
    diagnostics.dedup_by(|a, b| is_syntax(b) && !is_syntax(a) && place(a) == place(b));
}

/// Whether it is a mistake of syntax.
fn is_syntax(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.0.starts_with("E00")
}

/// Whether it says that something is not used, or not reached.
fn is_of_use(code: Code) -> bool {
    code == UNUSED_PARAMETER
        || code == decl::UNUSED_TYPE_PARAMETER
        || code.0.starts_with("W01")
        || code.0.starts_with("W08")
}
