//! What is not checked yet, so that nothing passes unchecked.

use crate::diagnostics::{Code, Diagnostic, Place};

/// A form of the language that is not checked yet.
pub const NOT_YET: Code = Code("E0900");
/// A test, whose body is not checked yet.
pub const TESTS_NOT_YET: Code = Code("W0900");

/// The built-in functions of tests.
const PENDING: &[&str] = &["calls", "failure"];

/// Whether a name is one of a form that is not checked yet.
pub(in super::super) fn is_pending(name: &str) -> bool {
    PENDING.contains(&name)
}

/// `expect x`
pub(in super::super) fn not_yet(place: Place, what: &str) -> Diagnostic {
    let what = if what.contains(' ') { what.to_owned() } else { format!("`{what}`") };
    Diagnostic::new(NOT_YET, format!("not yet checked: {what}"), place)
        .note("this version of the compiler parses it, but does not check it, so it refuses to build it")
}

/// `test "…" { … }`
pub(in super::super) fn tests(place: Place) -> Diagnostic {
    Diagnostic::new(TESTS_NOT_YET, "not yet checked: the body of a test", place)
        .note("this version of the compiler parses tests, but does not check them")
}
