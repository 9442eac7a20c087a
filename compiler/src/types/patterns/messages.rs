//! What is said of patterns that cover too little, or too late.

use super::matrix::Witness;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::types::ty::Ty;

/// A `match` leaves values out.
pub const NOT_EXHAUSTIVE: Code = Code("E0404");
/// A pattern that must match every value does not.
pub const REFUTABLE: Code = Code("E0405");
/// An arm never matches.
pub const UNREACHABLE_ARM: Code = Code("W0104");

/// `match verdict { Accept => … }`
pub(super) fn not_exhaustive(
    scrutinee: Place,
    ty: &Ty,
    missing: &[Witness],
    guarded: bool,
    filler: Option<&str>,
    end: Place,
) -> Diagnostic {
    let names: Vec<String> = missing.iter().map(|witness| format!("`{witness}`")).collect();
    let catch_all = missing.iter().all(|witness| *witness == Witness::Any);
    let message = match names.as_slice() {
        _ if catch_all => format!("this `match` does not cover every `{ty}`"),
        [one] => format!("this `match` does not cover {one}"),
        [others @ .., last] => format!("this `match` does not cover {} and {last}", others.join(", ")),
        [] => String::new(),
    };
    let found = Diagnostic::new(NOT_EXHAUSTIVE, message, scrutinee).here(format!("this is `{ty}`"));
    let found = if guarded { found.note("an arm with a guard covers nothing for sure") } else { found };
    let help = if catch_all {
        "add an arm `_ => …` for the others"
    } else {
        "add an arm for each, or `_ => …` for all others"
    };
    let found = found.help(help);
    let Some(filler) = filler else { return found };
    let text = missing.iter().map(|witness| format!("  {witness} => {filler}\n")).collect();
    let edits = vec![Edit { place: end, text }];
    found.fix(Fix { title: "add the missing arms".to_owned(), edits, certain: false })
}

/// `let Accept = verdict`
pub(super) fn refutable(pattern: Place, what: &str, ty: &Ty, missing: &Witness) -> Diagnostic {
    let found =
        Diagnostic::new(REFUTABLE, format!("the pattern of `{what}` does not match every `{ty}`"), pattern);
    let found = match missing {
        Witness::Any => found.here("other values have no place to go"),
        missing => found.here(format!("`{missing}` has no place to go")),
    };
    found.help("use `match`, or test it with `if … is …`")
}

/// An arm behind others that match all that it does.
pub(super) fn unreachable_arm(pattern: Place, catch_all: Option<Place>, alternative: bool) -> Diagnostic {
    let what = if alternative { "this alternative" } else { "this arm" };
    let found = Diagnostic::new(UNREACHABLE_ARM, format!("{what} never matches"), pattern);
    let found = match catch_all {
        Some(place) => found.label(place, "this already matches everything"),
        None => found.here("the arms before it match all of this"),
    };
    found.help("remove it, or move it up")
}
