//! Variants that are not there, not known, or made wrongly.

use super::{listed, replace};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::resolve::suggest;
use crate::types::decl::{FieldDef, TypeShape};
use crate::types::ty::Ty;
use flow_grammar::tree::Name;
use smol_str::SmolStr;

/// Nothing says of which type a variant is.
pub const UNQUALIFIED: Code = Code("E0314");
/// A type has no such variant.
pub const UNKNOWN_VARIANT: Code = Code("E0315");
/// A variant is made without its payload, or with one that it does not have.
pub const PAYLOAD: Code = Code("E0316");
/// A type cannot be made by its name.
pub const NOT_CONSTRUCTIBLE: Code = Code("E0317");

/// `let x = Accept`
pub(in super::super) fn unqualified(place: Place, name: &Name, owners: &[SmolStr]) -> Diagnostic {
    let found =
        Diagnostic::new(UNQUALIFIED, format!("nothing says of which type `{}` is", name.text), place.clone())
            .note("a variant is found by the type that is expected where it stands");
    let written: Vec<String> = owners.iter().map(|owner| format!("{owner}.{}", name.text)).collect();
    let help = match written.as_slice() {
        [one] => format!("write `{one}`"),
        [first, others @ ..] => format!("write `{first}`, or {}", listed(others)),
        [] => String::new(),
    };
    let found = found.help(help);
    written.iter().fold(found, |found, text| found.fix(replace(place.clone(), text)))
}

/// `Acept` where a `Verdict` is expected.
pub(in super::super) fn no_such_variant(
    place: Place,
    ty: &Ty,
    shape: &TypeShape,
    name: &Name,
    owners: &[SmolStr],
) -> Diagnostic {
    let found =
        Diagnostic::new(UNKNOWN_VARIANT, format!("`{ty}` has no variant `{}`", name.text), place.clone());
    let names: Vec<&str> =
        shape.variants().unwrap_or_default().iter().map(|variant| variant.name.as_str()).collect();
    let found = match owners {
        [] => found,
        owners => found.here(format!("`{}` is a variant of {}", name.text, listed(owners))),
    };
    match suggest(&name.text, names.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None => found.help(format!("it has {}", listed(&names))),
    }
}

/// `Plan.Accept` of a record.
pub(in super::super) fn no_variants(place: Place, ty: &Ty, name: &Name) -> Diagnostic {
    Diagnostic::new(UNKNOWN_VARIANT, format!("`{ty}` has no variants, so there is no `{}`", name.text), place)
}

/// `Revise` without parentheses.
pub(in super::super) fn payload_missing(place: Place, name: &str, fields: &[FieldDef]) -> Diagnostic {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let given: Vec<String> =
        fields.iter().filter(|field| !field.has_default).map(|field| format!("{}: …", field.name)).collect();
    Diagnostic::new(PAYLOAD, format!("`{name}` carries {}", listed(&names)), place)
        .help(format!("write `{name}({})`", given.join(", ")))
}

/// `Accept()`
pub(in super::super) fn no_payload(place: Place, name: &str, empty: bool) -> Diagnostic {
    let found = Diagnostic::new(PAYLOAD, format!("`{name}` carries nothing"), place.clone())
        .help(format!("write `{name}`"));
    let fix = Fix {
        title: "remove the parentheses".to_owned(),
        edits: vec![Edit { place, text: String::new() }],
        certain: empty,
    };
    found.fix(fix)
}
