//! Everything that is wrong with an item, a file, a project.

use crate::db::{Database, Db, SourceFile};
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::resolve;
use crate::syntax::{Item, in_file, items};
use crate::types::decl;
use crate::types::settings::allowed;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is wrong with an item as a declaration: its name, its import, its signature, its settings and attributes. Places
/// are counted from the item.
#[salsa::tracked]
pub fn check_item<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<Diagnostic> {
    let mut out = resolve::import(db, item).diagnostics.clone();
    out.extend(resolve::check_name(db, item));
    out.extend(decl::check::check(db, item));
    out
}

/// Everything that is wrong with a file, in the order of its text, each thing once. Places are counted from the start of
/// their files.
#[salsa::tracked]
pub fn check_file(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    for &item in items(db, file) {
        let found = check_item(db, item).iter();
        let attrs = &item.tree(db).attrs;
        let is_allowed = |code: &str| !attrs.is_empty() && allowed(attrs).any(|allowed| allowed == code);
        for diagnostic in found {
            if diagnostic.code.severity() == Severity::Warning && is_allowed(diagnostic.code.0) {
                continue;
            }
            out.extend(placed(db, diagnostic));
        }
    }
    if let Some(cycle) = resolve::import_cycle(db, file) {
        out.extend(resolve::import_cycle_found(db, cycle).as_ref().and_then(|found| placed(db, found)));
    }
    tidy(db, &mut out);
    out
}

/// The diagnostic with places in files; `None` if its primary place is gone, which a diagnostic of this revision's never
/// is. Other places that are gone are left out.
pub fn placed(db: &dyn Db, diagnostic: &Diagnostic) -> Option<Diagnostic> {
    let settle = |place: &Place| in_file(db, place).map(|(file, span)| Place::File(file, span));
    settle(&diagnostic.labels.first()?.place)?;
    let mut out = diagnostic.clone();
    out.labels.retain_mut(|label| settle(&label.place).map(|place| label.place = place).is_some());
    out.fixes.retain_mut(|fix| {
        fix.edits.iter_mut().all(|edit| settle(&edit.place).map(|place| edit.place = place).is_some())
    });
    Some(out)
}

/// Sorts by place, and leaves out what was said of the same place with the same words.
fn tidy(db: &dyn Db, diagnostics: &mut Vec<Diagnostic>) {
    let place = |diagnostic: &Diagnostic| {
        diagnostic.labels.first().and_then(|label| match &label.place {
            Place::File(file, span) => Some((file.path(db), span.start, span.end)),
            Place::Item(..) => None,
        })
    };
    diagnostics.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code)));
    diagnostics.dedup_by(|a, b| a.code == b.code && a.message == b.message && place(a) == place(b));
}

/// Whether a file has an error.
pub fn has_errors(db: &dyn Db, file: SourceFile) -> bool {
    check_file(db, file).iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error)
}

/// Checks files on as many threads as the machine has processors. The answer is in the order of the files.
pub fn check_all(db: &Database, files: &[SourceFile]) -> Vec<(SourceFile, Vec<Diagnostic>)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    if threads > 1 {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let snapshot = db.clone();
                let next = &next;
                scope.spawn(move || {
                    while let Some(&file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                        check_file(&snapshot, file);
                    }
                });
            }
        });
    }
    files.iter().map(|&file| (file, check_file(db, file).clone())).collect()
}
