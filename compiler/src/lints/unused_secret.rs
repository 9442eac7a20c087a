//! Secrets that nothing in the project hands over.

use super::unproduced_variant::capitals;
use crate::db::{Db, Rules, SourceFile};
use crate::diagnostics::{Code, Diagnostic};
use crate::prompts;
use crate::resolve::{DefKind, is_private, modules};
use crate::syntax::{Item, NamesUsed, Role, Unmentioned, items};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// A secret that nothing uses.
pub const UNUSED_SECRET: Code = Code("W0111");

/// Tells each secret of a file that no module mentions, with its place among the items. A private one is told as such.
pub(crate) fn check(db: &dyn Db, file: SourceFile, tell: &mut impl FnMut(usize, &Diagnostic)) {
    let all = items(db, file);
    // What has no name, or stands twice, has been told.
    let is_told = |item: Item<'_>, name: &str| name.is_empty() || is_private(name) || item.nth(db) > 0;
    let declared = || {
        all.iter().enumerate().filter_map(|(at, &item)| match (item.role(db), item.kind(db).name()) {
            (Role::Declares(DefKind::Secret), Some(name)) if !is_told(item, &name.text) => {
                Some((at, item, name))
            }
            _ => None,
        })
    };
    if declared().next().is_none() || !Rules::get(db).knows_all(db) {
        return;
    }
    let used = used(db);
    let mut unused = Unmentioned::default();
    let missing = || declared().filter(|(.., name)| !used.contains(&name.text));
    missing().for_each(|(at, _, name)| unused.seek(&name.text, at));
    if unused.is_empty() {
        return;
    }
    // One in the holes of a prompt is told there.
    for (at, &item) in all.iter().enumerate() {
        prompts::templates(db, item).for_each(|text| unused.see(at, &NamesUsed::of_template(text)));
    }
    for (at, item, name) in missing().filter(|(.., name)| unused.lacks(&name.text)) {
        let found = format!("the secret `{}` is never used", name.text);
        let found = Diagnostic::new(UNUSED_SECRET, found, item.place(db, name.span))
            .note("nothing in the project hands it over")
            .help("hand it over in `env` of what needs it, or remove it");
        tell(at, &found);
    }
}

/// The names in capitals that expressions of any module mention.
#[salsa::tracked]
fn used(db: &dyn Db) -> FxHashSet<SmolStr> {
    let names = modules(db).flat_map(|file| capitals(db, file));
    names.filter(|name| !name.contains(|letter: char| letter.is_ascii_lowercase())).cloned().collect()
}
