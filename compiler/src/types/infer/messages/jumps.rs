//! Jumps that lead nowhere, or out of what they may not leave.

use super::super::want::Why;
use super::mismatch::{MISMATCH, MISSING_VALUE, other_end, says};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::types::base::Base;
use crate::types::ty::Ty;
use flow_grammar::span::Span;

/// A constant that never has a value.
pub const NO_VALUE: Code = Code("E0339");
/// `break` or `continue` outside of a loop.
pub const OUTSIDE_OF_LOOP: Code = Code("E0501");
/// A jump would leave something that it may not leave.
pub const JUMP_OUT: Code = Code("E0502");
/// The `break` of a `for` has a value.
pub const VALUE_OF_FOR: Code = Code("E0503");
/// `return` where there is nothing to return from.
pub const NO_RETURN: Code = Code("E0512");

/// `parallel { a: { return 1 } }`
pub(in super::super) fn through_wall(place: Place, jump: &str, wall: Place, what: &str) -> Diagnostic {
    let found = Diagnostic::new(JUMP_OUT, format!("`{jump}` cannot leave {}", named(what)), place);
    let found = found.label(wall, format!("inside of {}", named(what)));
    match (what, jump) {
        ("a closure", _) => {
            found.help("a closure yields the value of its expression; use `for` to leave early")
        }
        ("`defer`", _) => {
            found.note("what is deferred runs when the flow has ended, so there is nothing left to leave")
        }
        ("an endpoint", _) => found
            .note("an endpoint answers a call, and the flow around it goes on")
            .help("answer with `return`, or end the flow with `done`"),
        (_, "break") => found
            .note("the other rounds run at the same time")
            .help("use `continue` to leave out this one, or `for`"),
        _ => found
            .note("the other branches run at the same time")
            .help("let the branch yield a value and decide with it behind; `fail` ends all branches"),
    }
}

fn named(what: &str) -> String {
    match what {
        "parallel" | "race" => format!("a branch of `{what}`"),
        what => what.to_owned(),
    }
}

/// `break` with no loop around it.
pub(in super::super) fn outside_of_loop(place: Place, jump: &str) -> Diagnostic {
    let found = Diagnostic::new(OUTSIDE_OF_LOOP, format!("`{jump}` stands outside of a loop"), place);
    if jump == "break" { found.help("use `return` to leave the flow") } else { found.help("remove it") }
}

/// `for x in xs { break 1 }`
pub(in super::super) fn value_of_for(place: Place) -> Diagnostic {
    Diagnostic::new(VALUE_OF_FOR, "the `break` of a `for` has no value", place)
        .note("a `for` yields the list of what its rounds yield; `break` ends it with those so far")
        .help("use `loop max n { … break value }`, or set a `var`")
}

/// `return` in a constant.
pub(in super::super) fn no_return(place: Place) -> Diagnostic {
    Diagnostic::new(NO_RETURN, "there is nothing to return from here", place).help("write the value itself")
}

/// `const X = fail "x"`
pub(in super::super) fn no_value(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(NO_VALUE, format!("the constant `{name}` never has a value"), place)
        .help("write the value itself, or a `fn` that fails when it is called")
}

/// `return 1` in a flow without a result.
pub(in super::super) fn returns_nothing(base: &Base, value: Span, ty: &Ty, why: &Why) -> Diagnostic {
    let of = match why {
        Why::Result { of, .. } => of.as_str(),
        _ => "this",
    };
    Diagnostic::new(MISMATCH, format!("`{of}` returns nothing, but this returns `{ty}`"), base.at(value))
        .here(format!("this is `{ty}`"))
        .help(format!("declare the result: `-> {ty}`, or write `return` alone"))
}

/// `return` in a flow with a result.
pub(in super::super) fn value_missing(base: &Base, jump: Span, word: &str, ty: &Ty, why: &Why) -> Diagnostic {
    let e = ty.to_string();
    let found = Diagnostic::new(
        MISSING_VALUE,
        says(why, &e, &format!("but this `{word}` has no value")),
        base.at(jump),
    );
    other_end(found, base, why, &e).help(format!("write `{word} …`"))
}
