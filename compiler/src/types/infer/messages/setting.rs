//! Values that settings do not take.

use super::{listed, replace};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::resolve::suggest;
use crate::types::settings::{Takes, Word};
use crate::types::ty::Ty;
use flow_grammar::tree::{Expr, ExprKind};

/// A setting has a value that it does not take.
pub const SETTING_VALUE: Code = Code("E0327");
/// There is no such tool.
pub const UNKNOWN_TOOL: Code = Code("E0328");
/// Options of something that is no call.
pub const OPTIONS_OF_NO_CALL: Code = Code("E0329");

/// `sandbox: readonly`
pub(in super::super) fn wrong_word(
    place: Place,
    key: &str,
    value: &Expr,
    text: &str,
    words: &[Word],
) -> Diagnostic {
    let names: Vec<&str> = words.iter().map(|word| word.text).collect();
    // A word between quotes is a slip.
    let quoted = match &value.kind {
        ExprKind::Str(template) => template.plain().filter(|text| names.contains(text)),
        _ => None,
    };
    if let Some(word) = quoted {
        return Diagnostic::new(SETTING_VALUE, format!("`{key}` takes a word without quotes"), place.clone())
            .help(format!("write `{key}: {word}`"))
            .fix(replace(place, word));
    }
    let message = match text {
        "" => format!("`{key}` takes a word of its own"),
        text => format!("`{key}` does not take `{text}`"),
    };
    let found = Diagnostic::new(SETTING_VALUE, message, place.clone());
    match suggest(text, names.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None => found.help(format!("it takes {}", listed(&names))),
    }
}

/// `provider: 3`
pub(in super::super) fn no_name(place: Place, key: &str, takes: &Takes) -> Diagnostic {
    Diagnostic::new(SETTING_VALUE, format!("`{key}` takes {}", takes.wanted()), place)
        .help("write a name: letters without quotes")
}

/// `tools: read`
pub(in super::super) fn no_list(place: Place, key: &str, takes: &Takes) -> Diagnostic {
    Diagnostic::new(SETTING_VALUE, format!("`{key}` takes {}", takes.wanted()), place)
        .help("put it between `[` and `]`")
}

/// `tools: [reed]`
pub(in super::super) fn unknown_tool(place: Place, name: &str, near: Option<&str>) -> Diagnostic {
    let found = Diagnostic::new(UNKNOWN_TOOL, format!("there is no tool `{name}`"), place.clone());
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None => found.help("name a tool of the agent itself (`read`, `grep`, `edit`, …), or a `tool` or `flow` of the program"),
    }
}

/// `tools: [critic]`
pub(in super::super) fn no_tool(place: Place, what: &str) -> Diagnostic {
    Diagnostic::new(UNKNOWN_TOOL, format!("{what}, not a tool"), place)
        .help("wrap it in a `tool`, which an agent may call while it works")
}

/// `tools: ["read"]`
pub(in super::super) fn quoted_tool(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(UNKNOWN_TOOL, "tools are named without quotes", place.clone())
        .help("write `tools: [read, edit]`")
        .fix(super::replace(place, name))
}

/// `x with { … }`
pub(in super::super) fn options_of_no_call(place: Place) -> Diagnostic {
    Diagnostic::new(
        OPTIONS_OF_NO_CALL,
        "`with` gives options to a call of an agent, command, human or flow",
        place,
    )
    .here("this is no such call")
}

/// `run: 3`
pub(in super::super) fn no_program(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(
        SETTING_VALUE,
        format!("`run` takes a list of words, or a string for the shell, not `{ty}`"),
        place,
    )
    .here(format!("this is `{ty}`"))
    .help("write the program and its arguments: `[\"git\", \"status\"]`")
}

/// `run: ["a"] + "b"`
pub(in super::super) fn no_list_to_add(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(
        SETTING_VALUE,
        format!("a list is added to the arguments of a program, not `{ty}`"),
        place,
    )
    .here(format!("this is `{ty}`"))
    .help("put it between `[` and `]`")
}

/// `run: ["x", plan]`
pub(in super::super) fn no_words(place: Place, what: &str, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(
        SETTING_VALUE,
        format!("{what} is a string, a number, a file or a list of these, not `{ty}`"),
        place,
    )
    .here(format!("this is `{ty}`"));
    match ty {
        Ty::Option(_) => found.help("it may be `none`: say what to take then with `?? …`"),
        Ty::Secret => found.help("hand it over in `env`: the arguments of a program are visible to others"),
        _ => found
            .help("take the parts of it that are words, or put it into a string for its JSON: `\"${…}\"`"),
    }
}

/// `env: ["X": plan]`
pub(in super::super) fn no_variable(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(
        SETTING_VALUE,
        format!("an environment variable is a string, a number, a file or a secret, not `{ty}`"),
        place,
    )
    .here(format!("this is `{ty}`"))
    .help("put it into a string: `\"${…}\"`")
}
