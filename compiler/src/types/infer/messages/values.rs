//! Values that do not go together, or not where they stand.

use crate::diagnostics::{Code, Diagnostic, Place};
use crate::types::ty::Ty;

/// Branches, elements or sides that yield different types.
pub const BRANCHES_DIFFER: Code = Code("E0319");
/// A value has no text.
pub const NO_TEXT: Code = Code("E0330");
/// Something goes through a list that is none.
pub const NOT_A_LIST: Code = Code("E0331");
/// A value that the predicate of its type or field refuses.
pub const REFUSED: Code = Code("E0338");
/// A text is taken for a regular expression and is none.
const NO_PATTERN: Code = Code("E0341");
/// Two entries of a map have one key.
const KEY_TWICE: Code = Code("E0340");
/// What can never be `none` is treated as if it could.
pub const NEVER_NONE: Code = Code("W0106");

fn differ(message: String, first: Place, a: &Ty, second: Place, b: &Ty) -> Diagnostic {
    Diagnostic::new(BRANCHES_DIFFER, message, second)
        .here(format!("this is `{b}`"))
        .label(first, format!("this is `{a}`"))
}

/// `if c { 1 } else { "x" }`
pub(in super::super) fn branches_differ(first: Place, a: &Ty, second: Place, b: &Ty) -> Diagnostic {
    differ(format!("the branches yield `{a}` and `{b}`"), first, a, second, b)
        .help("let all of them yield the same type")
}

/// `[1, "x"]`
pub(in super::super) fn elements_differ(first: Place, a: &Ty, second: Place, b: &Ty) -> Diagnostic {
    differ(format!("the elements are `{a}` and `{b}`"), first, a, second, b)
        .help("all elements of a list have one type; a union holds different things")
}

/// `work() catch e { 1 }`
pub(in super::super) fn handler_differs(first: Place, a: &Ty, second: Place, b: &Ty) -> Diagnostic {
    differ(format!("without a failure this is `{a}`, with one `{b}`"), first, a, second, b)
        .help("let the handler yield the same type, or leave with `fail`, `return` or `blocked`")
}

/// `name ?? 1`
pub(in super::super) fn default_differs(first: Place, a: &Ty, second: Place, b: &Ty) -> Diagnostic {
    differ(format!("this is `{a}`, and `{b}` where it is `none`"), first, a, second, b)
        .help("let both sides of `??` have the same type")
}

/// `x ?? 1` where `x` is never `none`.
pub(in super::super) fn never_none(value: Place, ty: &Ty, operator: Place, op: &str) -> Diagnostic {
    Diagnostic::new(NEVER_NONE, format!("`{op}` has nothing to do: this is never `none`"), value)
        .here(format!("this is `{ty}`"))
        .label(operator, "so this changes nothing")
        .help(if op == "?." { "write `.`" } else { "remove `??` and what follows it" })
}

/// `const S: Score = 5.0`, where `type Score = float where it <= 1.0`.
pub(in super::super) fn refused(place: Place, what: &str, predicate: &str, asked: Place) -> Diagnostic {
    Diagnostic::new(REFUSED, format!("{what} must satisfy `{predicate}`"), place)
        .here("this does not")
        .label(asked, "asked for here")
}

/// `name.matches("[")`; `why` is what the library of regular expressions says.
pub(in super::super) fn no_pattern(place: Place, pattern: &str, why: &str) -> Diagnostic {
    Diagnostic::new(NO_PATTERN, format!("`{pattern}` is no regular expression"), place)
        .here(why)
        .help(r"write `\` before a character that stands for itself, as in `\[`")
}

/// `"${process}"`
pub(in super::super) fn no_text(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(NO_TEXT, "this has no text", place)
        .here(format!("this is `{ty}`"))
        .help("put its name or its result into the string")
}

/// `"${TOKEN}"`
pub(in super::super) fn secret_in_text(place: Place) -> Diagnostic {
    Diagnostic::new(super::MISPLACED_SECRET, "a secret may not become part of a text", place)
        .note("prompts, logs, results and files are recorded")
        .help("hand it over in `env`")
}

/// `["a": 1, "a": 2]`
pub(in super::super) fn key_twice(place: Place, first: Place, key: &str) -> Diagnostic {
    Diagnostic::new(KEY_TWICE, format!("two entries of this map have the key `{key}`"), place)
        .label(first, "the first one, whose value would be lost")
        .help("remove one of the two, or give it another key")
}

/// `[1: "x"]`
pub(in super::super) fn bad_key(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(super::MISMATCH, format!("the keys of a map are strings or an enum, not `{ty}`"), place)
        .here(format!("this is `{ty}`"))
        .note("a map is an object in JSON, whose keys are text")
        .help("put it into a string: `\"${…}\"`")
}

/// `for x in 3 { }`
pub(in super::super) fn no_list(place: Place, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(NOT_A_LIST, format!("`for` goes through a list, not `{ty}`"), place)
        .here(format!("this is `{ty}`"));
    match ty {
        Ty::Map(..) => found.help("go through its `.entries()`, `.keys()` or `.values()`"),
        Ty::Int => found.help("write a range: `1..n`"),
        Ty::String => found.help("go through its `.lines()`, or `.split(…)` it"),
        Ty::Option(inner) if matches!(**inner, Ty::List(_)) => {
            found.help("say what to go through where it is `none`: `… ?? []`")
        }
        Ty::Process(..) | Ty::ProcessOf(..) => found.help("go through what it emits: `events(…)`"),
        _ => found,
    }
}

/// What a method asks of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Demand {
    /// That they have an order.
    Order,
    /// That they can be keys.
    Key,
    /// That they can be added up.
    Sum,
}

/// `plans.sort()`
pub(in super::super) fn demand(place: Place, method: &str, ty: &Ty, demand: Demand) -> Diagnostic {
    let (message, help) = match demand {
        Demand::Order => (
            format!("`{method}` needs values with an order, and `{ty}` has none"),
            "numbers, strings, times, money, files and enums have an order; `sort_by`, `max_by` and `min_by` take one of them",
        ),
        Demand::Key => (
            format!("`{method}` makes keys of a map, and `{ty}` cannot be one"),
            "the keys of a map are strings or an enum",
        ),
        Demand::Sum => (
            format!("`{method}` adds up numbers, durations or money, not `{ty}`"),
            "take what is to be added first: `.map(|x| …)`",
        ),
    };
    Diagnostic::new(super::NO_ORDER, message, place).help(help)
}
