//! What is said of expressions, statements and patterns that are wrong: each message a named function beside its siblings.

pub(super) mod assignment;
pub(super) mod calls;
pub(super) mod control;
pub(super) mod fields;
pub(super) mod jumps;
pub(super) mod matching;
pub(super) mod mismatch;
pub(super) mod names;
pub(super) mod operators;
pub(super) mod process;
pub(super) mod setting;
pub(super) mod stages;
pub(super) mod testing;
pub(super) mod values;
pub(super) mod variants;

pub use assignment::{ASSIGN_ACROSS, NOT_A_PLACE, NOT_A_VAR};
pub use calls::{
    ARGUMENT_TWICE, CLOSURE, LABEL_NEEDED, MISSING_ARGUMENT, NOT_CALLABLE, TOO_MANY_ARGUMENTS, UNKNOWN_LABEL,
};
pub use control::{BRANCH_TWICE, IMPURE, MISPLACED_SECRET, NO_BRANCHES};
pub use fields::{MAYBE_NONE, NO_FIELD, NO_INDEX};
pub use jumps::{JUMP_OUT, NO_RETURN, NO_VALUE, OUTSIDE_OF_LOOP, VALUE_OF_FOR};
pub use matching::{ALTERNATIVES_DIFFER, BOUND_TWICE, PATTERN_FIELD, PATTERN_TYPE, PATTERN_VARIANT};
pub use mismatch::{MISMATCH, MISSING_VALUE};
pub use names::{NOT_CALLED, SHADOWED, UNKNOWN_PART, UNUSED_EXIT, UNUSED_VALUE};
pub use operators::{ALWAYS_FAILS, NO_OPERATOR, NO_ORDER};
pub use process::{
    ENDPOINT_TWICE, MISPLACED_ENDPOINT, NO_ENDPOINT, NOT_A_PROCESS, NOT_OPENED, NOT_SPAWNED, NOT_YET_EXPOSED,
    NOTHING_EMITTED, STRAY_DONE, STRAY_EVENTS, TOOL_TWICE, UNDESCRIBED_TOOL,
};
pub use setting::{OPTIONS_OF_NO_CALL, SETTING_VALUE, UNKNOWN_TOOL};
pub use stages::{MISPLACED_STAGE, STAGE_TWICE, UNKNOWN_STAGE};
pub use testing::{NO_EFFECT, OUTSIDE_OF_TEST, STUB_PARAMETERS, STUB_TWICE, TEST_ARGUMENT, UNKNOWN_STUB};
pub use values::{BRANCHES_DIFFER, NEVER_NONE, NO_TEXT, NOT_A_LIST, REFUSED};
pub use variants::{NOT_CONSTRUCTIBLE, PAYLOAD, UNKNOWN_VARIANT, UNQUALIFIED};

use crate::diagnostics::{Edit, Fix, Place};

/// An edit that replaces a place.
pub(super) fn replace(place: Place, by: &str) -> Fix {
    Fix {
        title: format!("change to `{by}`"),
        edits: vec![Edit { place, text: by.to_owned() }],
        certain: false,
    }
}

/// An edit that inserts a text in front of a place.
pub(super) fn insert(title: impl Into<String>, before: Place, text: impl Into<String>) -> Fix {
    Fix {
        title: title.into(),
        edits: vec![Edit { place: start_of(before), text: text.into() }],
        certain: false,
    }
}

/// The empty place at the start of one.
fn start_of(place: Place) -> Place {
    let empty = |span: flow_grammar::span::Span| flow_grammar::span::Span::new(span.start, span.start);
    match place {
        Place::File(file, span) => Place::File(file, empty(span)),
        Place::Item(key, span) => Place::Item(key, empty(span)),
    }
}

/// The empty place behind one.
pub(super) fn end_of(place: Place) -> Place {
    let empty = |span: flow_grammar::span::Span| flow_grammar::span::Span::new(span.end, span.end);
    match place {
        Place::File(file, span) => Place::File(file, empty(span)),
        Place::Item(key, span) => Place::Item(key, empty(span)),
    }
}

/// "`a`, `b` and `c`"
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// "1 argument", "2 arguments"
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("one {what}"),
        more => format!("{more} {what}s"),
    }
}
