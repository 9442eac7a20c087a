//! Private declarations that nothing in their file mentions.

use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic};
use crate::prompts;
use crate::resolve::is_private;
use crate::syntax::{Item, NamesUsed, Role, Unmentioned, items, names_used};

/// A private declaration that nothing uses.
pub const UNUSED_PRIVATE: Code = Code("W0110");

/// Tells each private declaration that no other item of the file mentions, with its place among them.
pub(crate) fn check(db: &dyn Db, file: SourceFile, tell: &mut impl FnMut(usize, &Diagnostic)) {
    let all = items(db, file);
    // What is called `_` alone, or stands twice, has been told.
    let private = |item: Item<'_>| is_private(item.name(db)) && item.nth(db) == 0;
    let declared = || {
        all.iter().enumerate().filter_map(|(at, &item)| match (item.role(db), item.kind(db).name()) {
            (Role::Declares(kind), Some(name)) if private(item) => Some((at, item, kind, name)),
            _ => None,
        })
    };
    let mut unused = Unmentioned::default();
    declared().for_each(|(at, _, _, name)| unused.seek(&name.text, at));
    for (at, &item) in all.iter().enumerate() {
        if unused.is_empty() {
            return;
        }
        unused.see(at, names_used(db, item));
        // The holes of a prompt in a file count too.
        prompts::templates(db, item).for_each(|text| unused.see(at, &NamesUsed::of_template(text)));
    }
    for (at, item, kind, name) in declared().filter(|(.., name)| unused.lacks(&name.text)) {
        let found = format!("the private {} `{}` is never used", kind.noun(), name.text);
        let found = Diagnostic::new(UNUSED_PRIVATE, found, item.place(db, name.span))
            .note("a name that begins with `_` is visible in its own file only")
            .help("use it, or remove it");
        tell(at, &found);
    }
}
