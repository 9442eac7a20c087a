//! Operators between values that they are not for.

use super::mismatch::told_apart;
use super::values::NEVER_NONE;
use super::{counted, listed};
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::types::builtins::MethodScheme;
use crate::types::constant::Fault;
use crate::types::decl::{self, TypeShape};
use crate::types::ty::Ty;
use flow_grammar::tree::BinaryOp;

/// An operator is not for values of these types.
pub const NO_OPERATOR: Code = Code("E0312");
/// Values have no order, or cannot be added up.
pub const NO_ORDER: Code = Code("E0313");

/// An operation on values that are known fails whenever it is reached.
pub const ALWAYS_FAILS: Code = Code("E0344");

/// `1 / 0`, `[1][3]`: `at` is the operator, or the index.
pub(in super::super) fn always_fails(at: Place, (left, right): (Place, Place), fault: &Fault) -> Diagnostic {
    match fault {
        Fault::ByZero => Diagnostic::new(ALWAYS_FAILS, "this divides by zero, which always fails", at)
            .label(right, "this is zero")
            .help("divide by something else"),
        Fault::Overflow => Diagnostic::new(
            ALWAYS_FAILS,
            "the result of this is too large for its type, so it always fails",
            at,
        )
        .label(left, "this side is known")
        .label(right, "and so is this one")
        .help("take smaller values; a `float` holds larger ones, with less precision"),
        Fault::OutOfRange { index, length } => {
            let has = counted(*length, "element");
            let found = Diagnostic::new(
                ALWAYS_FAILS,
                format!("there is no element {index}, so this always fails"),
                at,
            )
            .label(left, format!("this has {has}"));
            match length {
                0 => found.help("`.first()` and `.get(…)` yield `none` where there is nothing"),
                1 => found.help("elements are counted from 0: the only one is `[0]`"),
                more => found.help(format!("elements are counted from 0: the last one is `[{}]`", more - 1)),
            }
        }
        Fault::Negative(index) => {
            let message = format!("there is no element {index}, so this always fails");
            Diagnostic::new(ALWAYS_FAILS, message, at)
                .help("elements are counted from 0; `.last()` yields the last one, or `none`")
        }
        Fault::NoKey(key) => {
            Diagnostic::new(ALWAYS_FAILS, format!("there is no key `{key}`, so this always fails"), at)
                .label(left, "in this map")
                .help("`.get(…)` yields `none` where there is nothing")
        }
    }
}

/// `xs.chunks(0)`, `text.repeat(-1)`: a count that a method cannot do anything with.
pub(in super::super) fn wrong_count(at: Place, method: Place, of: &MethodScheme, count: i64) -> Diagnostic {
    let (does, help) = match of.name {
        "chunks" => ("always fails", "a chunk holds at least 1 element"),
        "get" => ("is always `none`", "elements are counted from 0; `.last()` yields the last one"),
        "drop" => {
            ("leaves out nothing", "count from the front: `xs.take(xs.len() - 1)` leaves out the last one")
        }
        "take" => ("is always empty", "count from the front: `xs.drop(xs.len() - 1)` is the last one"),
        _ => ("is always empty", "take a count of at least 1"),
    };
    Diagnostic::new(ALWAYS_FAILS, format!("`{}` with {count} {does}", of.name), at)
        .label(method, "by this")
        .help(help)
}

fn sides(found: Diagnostic, left: (Place, &Ty), right: (Place, &Ty)) -> Diagnostic {
    found.label(left.0, format!("this is `{}`", left.1)).label(right.0, format!("this is `{}`", right.1))
}

/// `1 == "x"`
pub(in super::super) fn mismatched(
    db: &dyn Db,
    at: Place,
    op: BinaryOp,
    left: (Place, &Ty),
    right: (Place, &Ty),
) -> Diagnostic {
    let (a, b) = told_apart(db, left.1, right.1);
    let message = format!("`{}` compares values of one type, not `{a}` and `{b}`", op.text());
    let found = Diagnostic::new(NO_OPERATOR, message, at);
    let found = match (left.1, right.1) {
        (Ty::File(_) | Ty::Output(_), Ty::String) | (Ty::String, Ty::File(_) | Ty::Output(_)) => {
            found.help("compare the file's `.path`")
        }
        (Ty::Duration, Ty::Int) | (Ty::Int, Ty::Duration) => found.help("write the unit: `30s`, `15m`, `2h`"),
        (Ty::Int | Ty::Float, Ty::String) | (Ty::String, Ty::Int | Ty::Float) => {
            found.help("compare the same of both: `.to_string()` of the number, or `.to_int()` of the text")
        }
        (Ty::Time, Ty::Duration) | (Ty::Duration, Ty::Time) => {
            found.help("compare two points in time, `now() - 5m`, or two durations, `now() - start`")
        }
        (Ty::Exec, Ty::Int) | (Ty::Int, Ty::Exec) => found.help("compare its exit code: `.exit`"),
        (value @ Ty::Named(..), Ty::String) | (Ty::String, value @ Ty::Named(..)) => {
            match decl::shape(db, value).as_deref() {
                Some(TypeShape::Enum(variants)) => {
                    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
                    found.help(format!("a variant is written without quotes: {}", listed(&names)))
                }
                _ => found,
            }
        }
        _ => found,
    };
    found.label(left.0, format!("this is `{a}`")).label(right.0, format!("this is `{b}`"))
}

/// `3 == none`
pub(in super::super) fn compared_with_none(at: Place, value: Place, op: BinaryOp, ty: &Ty) -> Diagnostic {
    let always = if op == BinaryOp::Eq { "never" } else { "always" };
    Diagnostic::new(NEVER_NONE, format!("this {always} holds: `{ty}` cannot be `none`"), at)
        .label(value, format!("this is `{ty}`"))
        .help("remove the test")
}

/// `p == q` of processes.
pub(in super::super) fn no_equality(place: Place, op: BinaryOp, ty: &Ty) -> Diagnostic {
    Diagnostic::new(NO_OPERATOR, format!("`{}` cannot compare values of type `{ty}`", op.text()), place)
}

/// `plan < plan`
pub(in super::super) fn no_order(place: Place, at: Place, op: BinaryOp, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(
        NO_ORDER,
        format!("`{ty}` has no order, so `{}` cannot compare it", op.text()),
        place,
    )
    .here(format!("this is `{ty}`"))
    .label(at, "for this operator");
    match ty {
        Ty::Option(_) => found.help("say what to take where it is `none`: `… ?? …`"),
        _ => found.help("numbers, strings, durations, times, money, files and enums have an order"),
    }
}

/// `1 in 2`
pub(in super::super) fn no_container(place: Place, at: Place, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(
        NO_OPERATOR,
        format!("`in` looks into a list, a map or a string, not into `{ty}`"),
        place,
    )
    .here(format!("this is `{ty}`"))
    .label(at, "for this operator");
    match ty {
        Ty::Option(_) => found.help("say what to look into where it is `none`: `… ?? …`"),
        _ => found,
    }
}

/// `"a" + 1`
pub(in super::super) fn no_arithmetic(
    at: Place,
    op: BinaryOp,
    left: (Place, &Ty),
    right: (Place, &Ty),
) -> Diagnostic {
    let found = Diagnostic::new(
        NO_OPERATOR,
        format!("`{}` is not defined between `{}` and `{}`", op.text(), left.1, right.1),
        at,
    );
    let found = match (left.1, right.1, op) {
        (Ty::Option(_), _, _) | (_, Ty::Option(_), _) => {
            found.help("it may be `none`: say what to take then with `?? …`, or test it with `is none`")
        }
        (Ty::String, _, BinaryOp::Add) | (_, Ty::String, BinaryOp::Add) => {
            found.help("put both into one string: `\"…${…}\"`")
        }
        (Ty::List(element), other, BinaryOp::Add) if element.as_ref() == other => {
            found.help("add a list of one element: `+ […]`")
        }
        (Ty::Time, Ty::Int, _) | (Ty::Duration, Ty::Int, BinaryOp::Add | BinaryOp::Sub) => {
            found.help("write the unit: `30s`, `15m`, `2h`")
        }
        (Ty::Money, Ty::Money, BinaryOp::Mul) | (Ty::Duration, Ty::Duration, BinaryOp::Mul) => {
            found.help("an amount is multiplied by a number")
        }
        (Ty::Param(_), ..) | (_, Ty::Param(_), _) => found
            .note("nothing is known of a value whose type is a parameter")
            .help("name the type in its place"),
        _ => found,
    };
    sides(found, left, right)
}

/// `-"x"`
pub(in super::super) fn no_negation(place: Place, ty: &Ty) -> Diagnostic {
    let found =
        Diagnostic::new(NO_OPERATOR, format!("`-` negates numbers, durations and money, not `{ty}`"), place);
    if *ty == Ty::Bool { found.help("write `not`") } else { found }
}
