//! Names that stand for something that is no value.

use super::super::vars::Unknown;
use super::calls::CLOSURE;
use super::variants::NOT_CONSTRUCTIBLE;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::types::decl::TypeShape;
use flow_grammar::tree::{BinaryOp, ExprKind};

/// Something that is called stands without parentheses.
pub const NOT_CALLED: Code = Code("E0318");
/// Nothing says what a type is.
pub const UNKNOWN_PART: Code = Code("E0320");

/// A name hides another of the same item.
pub const SHADOWED: Code = Code("W0105");
/// A program runs, and nobody looks at its exit code.
pub const UNUSED_EXIT: Code = Code("W0112");
/// A value is computed and dropped.
pub const UNUSED_VALUE: Code = Code("W0108");

/// `model: opus`
pub(in super::super) fn unquoted(found: Diagnostic, place: Place, name: &str) -> Diagnostic {
    let text = format!("\"{name}\"");
    found.help(format!("text stands in quotes: `{text}`")).fix(Fix {
        title: format!("change to `{text}`"),
        edits: vec![Edit { place, text }],
        certain: false,
    })
}

/// `let x = 1`, and `let x = 2` behind it.
pub(in super::super) fn shadowed(place: Place, hidden: Place, name: &str) -> Diagnostic {
    Diagnostic::new(SHADOWED, format!("`{name}` hides another `{name}`"), place)
        .label(hidden, "this one cannot be reached from here on")
        .help("give one of them another name")
}

/// `sh("make")` as a statement.
pub(in super::super) fn unused_exit(place: Place) -> Diagnostic {
    let start = place.clone();
    Diagnostic::new(UNUSED_EXIT, "nobody looks whether this succeeds", place)
        .note("an `Exec` holds the exit code, whatever it is, so a failing program fails nothing")
        .help("look at its `.exit`, or call a command that yields something else and fails; if it does not matter, write `let _ = …`")
        .fix(super::insert("write `let _ =` in front", start, "let _ = "))
}

/// `x == 1` as a statement.
pub(in super::super) fn unused_value(place: Place, value: &ExprKind) -> Diagnostic {
    let found = Diagnostic::new(UNUSED_VALUE, "this value is not used", place);
    match value {
        ExprKind::Binary { op: BinaryOp::Eq, .. } => found.help("to assign, write `=`"),
        ExprKind::Str(_) => found.help(
            "to describe what is declared, write `///` in front of it; to tell whoever runs this, `log(…)`",
        ),
        _ => found.help("use it, or remove it: nothing else happens here"),
    }
}

/// `critic` where `critic(…)` is meant.
pub(in super::super) fn uncalled(place: Place, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(NOT_CALLED, format!("`{name}` is {what}, which is no value until it is called"), place)
        .help(format!("call it: `{name}(…)`"))
}

/// `checks` alone.
pub(in super::super) fn module_as_value(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(NOT_CALLED, format!("`{name}` is a module, not a value"), place)
        .help(format!("name something in it: `{name}.…`"))
}

/// `Plan` alone.
pub(in super::super) fn type_as_value(place: Place, name: &str, shape: Option<&TypeShape>) -> Diagnostic {
    let found = Diagnostic::new(NOT_CONSTRUCTIBLE, format!("`{name}` is a type, not a value"), place);
    match shape {
        Some(TypeShape::Record(fields)) => {
            let fields: Vec<String> = fields.iter().map(|field| format!("{}: …", field.name)).collect();
            found.help(format!("make one: `{name}({})`", fields.join(", ")))
        }
        Some(shape) => match shape.variants().and_then(<[_]>::first) {
            Some(first) => found.help(format!("name a variant: `{name}.{}`", first.name)),
            None => found,
        },
        None => found,
    }
}

/// A closure in the wrong place.
pub(in super::super) fn stray_closure(place: Place) -> Diagnostic {
    Diagnostic::new(CLOSURE, "a closure is no value: only built-in methods take one", place)
        .help("write an `fn` and call it")
}

/// `let x = []`
pub(in super::super) fn unknown_part(place: Place, what: &Unknown) -> Diagnostic {
    let (message, help) = match what {
        Unknown::Elements => (
            "nothing says what this list holds".to_owned(),
            "write its type: `let xs: [string] = []`".to_owned(),
        ),
        Unknown::Entries => (
            "nothing says what this map holds".to_owned(),
            "write its type: `let xs: {string: int} = [:]`".to_owned(),
        ),
        Unknown::Optional => {
            ("nothing says what this may be besides `none`".to_owned(), "write its type".to_owned())
        }
        Unknown::Param { of, name } => (
            format!("nothing says what `{name}` of `{of}` is here"),
            format!(
                "write where the value goes what it is: `let x: string = …`, with the type that `{name}` is"
            ),
        ),
    };
    Diagnostic::new(UNKNOWN_PART, message, place).help(help)
}
