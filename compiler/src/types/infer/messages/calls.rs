//! Calls of what cannot be called, and arguments that go nowhere.

use super::super::call::{Callee, Takes};
use super::super::construct::Args;
use super::{counted, listed, replace};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::resolve::suggest;
use crate::types::decl::TypeShape;
use crate::types::ty::Ty;
use flow_grammar::tree::Name;
use smol_str::SmolStr;

/// What is called cannot be called.
pub const NOT_CALLABLE: Code = Code("E0303");
/// An argument is missing.
pub const MISSING_ARGUMENT: Code = Code("E0304");
/// There is no parameter of that label.
pub const UNKNOWN_LABEL: Code = Code("E0305");
/// There are more arguments than parameters.
pub const TOO_MANY_ARGUMENTS: Code = Code("E0306");
/// A parameter gets two arguments.
pub const ARGUMENT_TWICE: Code = Code("E0307");
/// An argument needs a label.
pub const LABEL_NEEDED: Code = Code("E0308");
/// A closure stands where none may, is missing, or has the wrong parameters.
pub const CLOSURE: Code = Code("E0321");

/// `PASS_MARK(1)`
pub(in super::super) fn not_callable(place: Place, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(NOT_CALLABLE, format!("`{name}` cannot be called"), place).here(format!("this is {what}"))
}

/// `Verdict(…)` of what is no record.
pub(in super::super) fn no_record(place: Place, name: &str, shape: Option<&TypeShape>) -> Diagnostic {
    let found = Diagnostic::new(
        super::NOT_CONSTRUCTIBLE,
        format!("`{name}` is no record, so it is not made by its name"),
        place,
    );
    match shape.and_then(TypeShape::variants) {
        Some(variants) => {
            let names: Vec<String> =
                variants.iter().map(|variant| format!("{name}.{}", variant.name)).collect();
            found.help(format!("name one of its variants: {}", listed(&names)))
        }
        None => found.help("write the value itself: it has the same form"),
    }
}

fn noun(takes: Takes) -> &'static str {
    match takes {
        Takes::Params | Takes::Stage => "parameter",
        Takes::Fields => "field",
    }
}

fn subject(callee: &Callee) -> String {
    match callee.takes {
        Takes::Stage => format!("stage `{}`", callee.name),
        Takes::Params | Takes::Fields => format!("`{}`", callee.name),
    }
}

/// `writer(breif: x)`
pub(in super::super) fn unknown_label(
    place: Place,
    callee: &Callee,
    label: &Name,
    names: &[&str],
    free: &[&str],
) -> Diagnostic {
    let found = Diagnostic::new(
        UNKNOWN_LABEL,
        format!("{} has no {} `{}`", subject(callee), noun(callee.takes), label.text),
        place.clone(),
    );
    let near = suggest(&label.text, free.iter().copied()).or(match free {
        [only] => Some(only),
        _ => None,
    });
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None if names.is_empty() => found.help(format!("it has no {}s", noun(callee.takes))),
        None => found.help(format!("it has {}", listed(names))),
    }
}

/// `writer(a, b, c)` of two parameters.
pub(in super::super) fn too_many(place: Place, callee: &Callee, names: &[&str], given: usize) -> Diagnostic {
    let takes = counted(names.len(), "argument");
    let found = Diagnostic::new(
        TOO_MANY_ARGUMENTS,
        format!("{} takes {takes}, this call gives {given}", subject(callee)),
        place,
    )
    .here("this one goes nowhere");
    if names.is_empty() { found.help("remove it") } else { found.help(format!("it takes {}", listed(names))) }
}

/// `writer(brief: a, brief: b)`
pub(in super::super) fn doubled(place: Place, earlier: Place, callee: &str, name: &str) -> Diagnostic {
    Diagnostic::new(ARGUMENT_TWICE, format!("`{name}` of `{callee}` is given twice"), place)
        .label(earlier, "given here already")
        .help("remove one of the two, or label it as what it is meant for")
}

/// `writer(brief: a, b)`
pub(in super::super) fn behind_label(place: Place, callee: &Callee, free: &[&str]) -> Diagnostic {
    let found = Diagnostic::new(
        LABEL_NEEDED,
        format!("an argument behind a labelled one needs a label in the call of {}", subject(callee)),
        place.clone(),
    );
    label_help(found, place, free)
}

/// `Plan("x")`
pub(in super::super) fn label_needed(
    place: Place,
    callee: &Callee,
    free: &[&str],
    names: &[&str],
) -> Diagnostic {
    let found = Diagnostic::new(
        LABEL_NEEDED,
        format!("the fields of `{}` are given by name", callee.name),
        place.clone(),
    );
    match free {
        [] => found.help(format!("it has {}", listed(names))),
        _ => label_help(found, place, free),
    }
}

fn label_help(found: Diagnostic, place: Place, free: &[&str]) -> Diagnostic {
    match free {
        [] => found.help("remove it: every parameter has an argument already"),
        [only] => {
            let text = format!("{only}: ");
            found.help(format!("write `{only}: …`")).fix(super::insert(
                format!("add the label `{only}`"),
                place,
                text,
            ))
        }
        [first, ..] => found.help(format!("label it: `{first}: …`, or another of {}", listed(free))),
    }
}

/// `writer()`
pub(in super::super) fn missing(
    place: Place,
    callee: &Callee,
    missing: &[(&str, &Ty)],
    declared: Option<Place>,
    args: Args<'_>,
) -> Diagnostic {
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    let context = match callee.takes {
        Takes::Params => format!("in this call of `{}`", callee.name),
        Takes::Stage => format!("in this handoff to stage `{}`", callee.name),
        Takes::Fields => format!("in this `{}`", callee.name),
    };
    let message = format!("{} {are} missing {context}", listed(&names));
    let found = Diagnostic::new(MISSING_ARGUMENT, message, place.clone());
    let found = match (declared, missing.first()) {
        (Some(declared), Some((_, ty))) => found.label(declared, format!("declared here, `{ty}`")),
        _ => found,
    };
    let added: Vec<String> = names.iter().map(|name| format!("{name}: …")).collect();
    let edit = names.iter().map(|name| format!("{name}: {name}")).collect::<Vec<_>>().join(", ");
    let text = if args.list.is_empty() { edit } else { format!(", {edit}") };
    let at = match place {
        Place::Item(key, span) => Place::Item(key, inside_end(span)),
        Place::File(file, span) => Place::File(file, inside_end(span)),
    };
    let fix = Fix {
        title: format!("add {}", listed(&names)),
        edits: vec![Edit { place: at, text }],
        certain: false,
    };
    found.help(format!("add `{}`", added.join(", "))).fix(fix)
}

/// An argument: its place, its type, its parameter and what that takes.
pub(in super::super) type Slot = (Place, Ty, SmolStr, Ty);

/// `f("a", 1)` of `fn f(n: int, s: string)`
pub(in super::super) fn mixed_up(callee: &Callee, first: &Slot, others: &[Slot]) -> Diagnostic {
    let names: Vec<&str> =
        std::iter::once(first).chain(others).map(|(_, _, name, _)| name.as_str()).collect();
    let what = match callee.takes {
        Takes::Fields => "values",
        Takes::Params | Takes::Stage => "arguments",
    };
    let how = if others.len() == 1 { "swapped" } else { "mixed up" };
    let message = format!("the {what} for {} of {} are {how}", listed(&names), subject(callee));
    let said = |(_, ty, name, wanted): &Slot| format!("this is `{ty}`, and `{name}` is `{wanted}`");
    let found = Diagnostic::new(super::MISMATCH, message, first.0.clone()).here(said(first));
    others
        .iter()
        .fold(found, |found, other| found.label(other.0.clone(), said(other)))
        .help("each of them fits in the place of another: put them in order")
}

/// The empty place before a closing bracket.
fn inside_end(span: flow_grammar::span::Span) -> flow_grammar::span::Span {
    let end = span.end.saturating_sub(1);
    flow_grammar::span::Span::new(end, end)
}

/// `xs.map(1)`
pub(in super::super) fn closure_needed(place: Place, method: &str, params: usize) -> Diagnostic {
    let example = if params == 2 { "|a, b| …" } else { "|x| …" };
    Diagnostic::new(CLOSURE, format!("`{method}` takes a closure"), place)
        .help(format!("write `{method}({example})`"))
}

/// `xs.map(|a, b| a)`
pub(in super::super) fn closure_arity(place: Place, method: &str, wanted: usize, found: usize) -> Diagnostic {
    Diagnostic::new(
        CLOSURE,
        format!("the closure of `{method}` has {}, this one {found}", counted(wanted, "parameter")),
        place,
    )
    .help(if wanted == 2 { "write `|a, b| …`" } else { "write `|x| …`" })
}
