//! Private declarations that nothing in their file mentions.

use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic};
use crate::prompts;
use crate::resolve::is_private;
use crate::syntax::{Item, Role, items, names_used};

/// A private declaration that nothing uses.
pub const UNUSED_PRIVATE: Code = Code("W0110");

/// Tells each private declaration that no other item of the file mentions, with its place among them.
pub(crate) fn check(db: &dyn Db, file: SourceFile, tell: &mut impl FnMut(usize, &Diagnostic)) {
    let all = items(db, file);
    for (at, &item) in all.iter().enumerate() {
        let (Role::Declares(kind), Some(name)) = (item.role(db), item.kind(db).name()) else { continue };
        // What is called `_` alone, or stands twice, has been told.
        if !is_private(&name.text) || item.nth(db) > 0 {
            continue;
        }
        let uses =
            |other: Item<'_>| names_used(db, other).mentions(&name.text) || is_in_text(db, other, &name.text);
        if !all.iter().any(|&other| other != item && uses(other)) {
            let found = format!("the private {} `{}` is never used", kind.noun(), name.text);
            tell(
                at,
                &Diagnostic::new(UNUSED_PRIVATE, found, item.place(db, name.span))
                    .note("a name that begins with `_` is visible in its own file only")
                    .help("use it, or remove it"),
            );
        }
    }
}

/// Whether the holes of a prompt in a file mention a name.
fn is_in_text(db: &dyn Db, item: Item<'_>, name: &str) -> bool {
    prompts::text_files(db, item).iter().filter_map(|text| text.file).any(|file| {
        let mut names = crate::syntax::NamesUsed::default();
        names.add_template(&prompts::template(db, file).template);
        names.mentions(name)
    })
}
