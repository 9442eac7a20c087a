//! Assignments to what cannot be assigned.

use crate::diagnostics::{Code, Diagnostic, Place};
use crate::types::body::LocalKind;
use crate::types::ty::Ty;

/// Something that is no `var` is assigned.
pub const NOT_A_VAR: Code = Code("E0322");
/// A branch or closure assigns a variable of the outside.
pub const ASSIGN_ACROSS: Code = Code("E0323");
/// What is assigned is no place for a value.
pub const NOT_A_PLACE: Code = Code("E0324");

/// `let x = 1`, then `x = 2`
pub(in super::super) fn not_a_var(place: Place, declared: Place, name: &str, kind: LocalKind) -> Diagnostic {
    let (what, help) = match kind {
        LocalKind::Param => ("a parameter", format!("copy it into a variable: `var copy = {name}`")),
        LocalKind::It => ("the value that is checked", "a predicate only looks at it".to_owned()),
        LocalKind::Let | LocalKind::Var => ("bound once", format!("declare it with `var {name} = …`")),
    };
    Diagnostic::new(NOT_A_VAR, format!("`{name}` is {what} and cannot be assigned"), place)
        .label(declared, "declared here")
        .help(help)
}

/// `LIMIT = 4`
pub(in super::super) fn constant(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(NOT_A_VAR, format!("`{name}` is a constant and cannot be assigned"), place)
        .help("declare a `var` where the value changes")
}

/// `parallel { a: { x = 1 } }`
pub(in super::super) fn in_branch(
    place: Place,
    what: &str,
    branch: Place,
    declared: Place,
    name: &str,
) -> Diagnostic {
    let what = what.trim_matches('`');
    Diagnostic::new(
        ASSIGN_ACROSS,
        format!("a branch of `{what}` may read `{name}`, but not assign it"),
        place,
    )
    .label(branch, "this runs beside other branches")
    .label(declared, "declared outside of it")
    .note("the order in which branches finish would decide its value")
    .help(format!("let the branch yield the value, and assign `{name}` from the result of `{what}`"))
}

/// `xs.map(|x| { y = x })`
pub(in super::super) fn in_closure(place: Place, closure: Place, declared: Place, name: &str) -> Diagnostic {
    Diagnostic::new(ASSIGN_ACROSS, format!("a closure may read `{name}`, but not assign it"), place)
        .label(closure, "in this closure")
        .label(declared, "declared outside of it")
        .help("use `for`, or `fold`, which hands a value from element to element")
}

/// `f(x) = 1`
pub(in super::super) fn no_place(place: Place) -> Diagnostic {
    let equals = Diagnostic::new(NOT_A_PLACE, "nothing can be assigned to this", place);
    equals.help("only a `var`, its fields and its elements are assigned; to compare, write `==`")
}

/// `x.path = "a"` of something without fields.
pub(in super::super) fn no_field_place(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(NOT_A_PLACE, format!("no field of `{ty}` can be assigned"), place)
        .note("only the fields of records and the elements of lists and maps are places of their own")
        .help("assign a whole new value to the variable")
}

/// `p.status = Running` of a process.
pub(in super::super) fn field_of_process(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(NOT_A_PLACE, format!("nothing of a `{ty}` can be assigned: it runs on its own"), place)
        .note("what `status`, `restarts` and `name` say of a process is looked up where they stand")
        .help("act on it: `cancel(p)`, `restart(p)`, or an endpoint that it exposes")
}

/// `x += 1` where `x` has no addition.
pub(in super::super) fn nothing_to_add(place: Place, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(super::NO_OPERATOR, format!("nothing can be added to `{ty}`"), place.clone())
        .here(format!("this is `{ty}`"));
    match ty {
        Ty::Map(..) => found.help("set an entry: `x[key] = value`"),
        Ty::Option(_) => found.help("it may be `none`: write `x = (x ?? …) + …`"),
        _ => found,
    }
}

/// Another value than those that went into `var xs = []` before.
pub(in super::super) fn guessed(found: &mut Diagnostic, name: &str) {
    found.notes.push(format!("what `{name}` holds was found from what went into it first"));
    found.help = Some(format!(
        "say what it holds where it is declared, as in `var {name}: [float] = []`; for values of several types, declare a type with a variant for each"
    ));
    found.fixes.clear();
}
