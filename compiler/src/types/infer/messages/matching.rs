//! Patterns that can match nothing, and names that they bind wrongly.

use super::{listed, replace};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::lints::CONSTANT_CONDITION;
use crate::resolve::suggest;
use crate::types::decl::{FieldDef, TypeShape};
use crate::types::ty::Ty;
use flow_grammar::tree::Name;

/// A pattern is for values of another type.
pub const PATTERN_TYPE: Code = Code("E0401");
/// The type has no such variant.
pub const PATTERN_VARIANT: Code = Code("E0402");
/// The variant or record has no such field.
pub const PATTERN_FIELD: Code = Code("E0403");
/// The alternatives of a pattern bind different names.
pub const ALTERNATIVES_DIFFER: Code = Code("E0406");
/// A pattern binds a name twice.
pub const BOUND_TWICE: Code = Code("E0407");
/// `12` for a string.
pub(in super::super) fn wrong_type(place: Place, literal: &Ty, ty: &Ty) -> Diagnostic {
    Diagnostic::new(PATTERN_TYPE, format!("this pattern is for `{literal}`, but the value is `{ty}`"), place)
        .here("this never matches")
}

/// `none` for what is never `none`.
pub(in super::super) fn never_none(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(PATTERN_TYPE, format!("the value is `{ty}`, which is never `none`"), place)
        .here("this never matches")
}

/// `{ a, b }` for what is no record.
pub(in super::super) fn no_record(place: Place, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(
        PATTERN_TYPE,
        format!("this pattern is for a record, but the value is `{ty}`"),
        place,
    )
    .here("this never matches");
    match ty {
        Ty::Map(..) => found.help("there are no patterns for maps: take a value with `get`, as in `counts.get(\"a\") ?? 0`, or go through `entries()`"),
        Ty::List(_) => found.help("there are no patterns for lists: match the `len()`, and take elements with `xs[0]`, `first()` or `for`"),
        _ => found,
    }
}

/// `n is m`: the pattern matches whatever there is, or never.
pub(in super::super) fn constant_test(pattern: Place, holds: bool, is_option: bool) -> Diagnostic {
    let found = Diagnostic::new(CONSTANT_CONDITION, format!("this is always `{holds}`"), pattern);
    if holds && is_option {
        found.here("this takes `none` as well").help("test for a value with `!= none`")
    } else if holds {
        found
            .here("every value that comes here is one")
            .help("test for what was meant, or take the value with `let`")
    } else {
        found
            .here("the value is known to be another here")
            .help("test for what was meant, or remove the test")
    }
}

/// `Verdict.Accept` for a value of another type.
pub(in super::super) fn wrong_qualifier(place: Place, qualifier: &str, ty: &Ty) -> Diagnostic {
    Diagnostic::new(
        PATTERN_TYPE,
        format!("this pattern is for `{qualifier}`, but the value is `{ty}`"),
        place,
    )
    .here("this never matches")
}

/// `Acept` for a `Verdict`.
pub(in super::super) fn no_such_variant(
    place: Place,
    name: &Name,
    ty: &Ty,
    shape: Option<&TypeShape>,
) -> Diagnostic {
    match shape {
        Some(shape) if shape.variants().is_some() => {
            let found = Diagnostic::new(
                PATTERN_VARIANT,
                format!("`{ty}` has no variant `{}`", name.text),
                place.clone(),
            );
            let names: Vec<&str> =
                shape.variants().unwrap_or_default().iter().map(|variant| variant.name.as_str()).collect();
            let found = match ty {
                Ty::Event(_, emitted) if **emitted == Ty::Never && name.text == "Emitted" => {
                    found.note("what it is the event of emits nothing")
                }
                _ => found,
            };
            match suggest(&name.text, names.iter().copied()) {
                Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
                None => found.help(format!("it has {}", listed(&names))),
            }
        }
        Some(_) => Diagnostic::new(PATTERN_VARIANT, format!("`{ty}` is a record, not a union"), place)
            .help("take its fields out with `{ field, other: name }`"),
        None => {
            let message = format!("`{ty}` has no variants, so `{}` never matches", name.text);
            Diagnostic::new(PATTERN_VARIANT, message, place).help(match name.text.as_str() {
                "Some" | "None" | "Just" | "Nothing" => {
                    "where there may be none, `none` matches that, and a name takes what is there: `none => …`, `value => …`"
                }
                "Ok" | "Err" | "Error" => {
                    "what fails is caught behind the call: `build() catch error { … }`; what comes back is the value itself"
                }
                _ => "a name in small letters binds the value",
            })
        }
    }
}

/// `low => …` where `Low` is a variant.
pub(in super::super) fn binds_like_variant(place: Place, name: &str, variant: &str) -> Diagnostic {
    let message = format!("`{name}` binds every value: the variant is `{variant}`");
    Diagnostic::new(PATTERN_VARIANT, message, place.clone())
        .help(format!("write `{variant}`"))
        .fix(replace(place, variant))
}

/// What a name in a pattern is no way to do.
pub(in super::super) fn compared_in_guard(name: &str) -> String {
    format!(
        "a name in a pattern takes every value; to compare with `{name}`, ask in a guard: `other if other == {name} => …`"
    )
}

/// `Accept(x)` where `Accept` carries nothing.
pub(in super::super) fn no_payload(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(PATTERN_FIELD, format!("`{name}` carries nothing"), place).help(format!("write `{name}`"))
}

/// `Revise(finding)` where the field is `findings`.
pub(in super::super) fn no_such_field(
    place: Place,
    owner: &str,
    name: &Name,
    known: &[FieldDef],
    short: bool,
    nth: usize,
) -> Diagnostic {
    let found =
        Diagnostic::new(PATTERN_FIELD, format!("`{owner}` has no field `{}`", name.text), place.clone());
    let names: Vec<&str> = known.iter().map(|field| field.name.as_str()).collect();
    if let Some(near) = suggest(&name.text, names.iter().copied()) {
        return found.help(format!("did you mean `{near}`?")).fix(replace(place, near));
    }
    // A name of one's own is likely meant for the field at that place.
    match names.get(nth - 1).filter(|_| short) {
        Some(field) => {
            let text = format!("{field}: {}", name.text);
            found.help(format!("fields are named: write `{text}`")).fix(replace(place, &text))
        }
        None => found.help(format!("it has {}", listed(&names))),
    }
}

/// `Revise(keep, keep: k)`
pub(in super::super) fn field_twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(PATTERN_FIELD, format!("the field `{name}` is matched twice"), place)
        .label(first, "here already")
}

/// `Pair(a: x, b: x)`
pub(in super::super) fn bound_twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(BOUND_TWICE, format!("this pattern binds `{name}` twice"), place)
        .label(first, "bound here already")
        .help("give one of them another name, and compare them with `==` in a guard")
}

/// `Done(value) | Sleep`
pub(in super::super) fn binds_differ(place: Place, other: Place, name: &str) -> Diagnostic {
    Diagnostic::new(ALTERNATIVES_DIFFER, format!("this alternative does not bind `{name}`"), place)
        .label(other, format!("this one binds `{name}`"))
        .help("let each alternative bind the same names, or write two arms")
}

/// `Done(value) | Sleep(value)` of different types.
pub(in super::super) fn bind_types_differ(
    name: &str,
    first: (Place, &Ty),
    other: (Place, &Ty),
) -> Diagnostic {
    Diagnostic::new(
        ALTERNATIVES_DIFFER,
        format!("`{name}` is `{}` in one alternative and `{}` in another", first.1, other.1),
        other.0,
    )
    .here(format!("here it is `{}`", other.1))
    .label(first.0, format!("here it is `{}`", first.1))
    .help("write two arms")
}
