//! What is said of settings and attributes that are wrong.

use super::{SettingSpec, Takes};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::prompts::Outside;
use crate::resolve::suggest;
use flow_grammar::tree::{DoerKind, Name};

/// There is no such setting or option.
pub const UNKNOWN_SETTING: Code = Code("E0210");
/// A setting that the declaration must have is missing.
pub const MISSING_SETTING: Code = Code("E0211");
/// Two settings contradict one another.
pub const CONFLICTING_SETTINGS: Code = Code("E0212");
/// A setting stands where only others may.
pub const MISPLACED_SETTING: Code = Code("E0213");
/// Output of that form cannot become a value of that type.
pub const OUTPUT_FORM: Code = Code("E0214");
/// A setting is given twice.
pub const REPEATED_SETTING: Code = Code("E0215");
/// The file of a text is not there.
pub const MISSING_TEXT: Code = Code("E0216");
/// A text in a file that is no part of the project.
pub const TEXT_OUTSIDE: Code = Code("E0228");
/// A setting has a value that can never work.
pub const BAD_SETTING_VALUE: Code = Code("E0217");
/// There is no such attribute.
pub const UNKNOWN_ATTRIBUTE: Code = Code("E0220");
/// An attribute stands where it means nothing.
pub const MISPLACED_ATTRIBUTE: Code = Code("E0221");
/// The arguments of an attribute are wrong.
pub const ATTRIBUTE_ARGS: Code = Code("E0222");
/// The prompt never uses a parameter.
pub const UNUSED_PARAMETER: Code = Code("W0201");

/// Something is checked, and then has no effect in this version.
pub const WITHOUT_EFFECT: Code = Code("W0901");

/// `@retain(runs: 20)`, `cost: $1`. `what` is it, `meant` what it would do.
pub(in crate::types) fn without_effect(place: Place, what: &str, meant: &str) -> Diagnostic {
    Diagnostic::new(WITHOUT_EFFECT, format!("{what} has no effect yet"), place)
        .note(format!("this version of Flow checks it, but {meant}"))
}

/// `promt: "…"`. `owner` is what has settings: `an agent`.
/// `meant` is the setting that it probably is.
pub(super) fn unknown_setting(
    place: Place,
    name: &Name,
    owner: &str,
    meant: Option<&str>,
    known: &[&'static str],
) -> Diagnostic {
    let found =
        Diagnostic::new(UNKNOWN_SETTING, format!("{owner} has no setting `{}`", name.text), place.clone());
    match meant {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None => found.help(format!("there are {}", listed(known))),
    }
}

/// `agent a() -> T { }`
pub(super) fn missing_setting(place: Place, kind: DoerKind, name: &str, spec: &SettingSpec) -> Diagnostic {
    let what = match spec.takes {
        Takes::Run => "which program to run",
        _ => "what to ask",
    };
    let found = format!("`{name}` does not say {what}: `{}` is missing", spec.key);
    Diagnostic::new(MISSING_SETTING, found, place).help(format!(
        "each {} needs it: `{}: {}`",
        kind.keyword(),
        spec.key,
        example(spec)
    ))
}

fn example(spec: &SettingSpec) -> &'static str {
    match spec.takes {
        Takes::Run => "[\"git\", \"status\"]",
        _ => "\"…\"",
    }
}

/// The same setting twice.
pub(super) fn repeated_setting(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(REPEATED_SETTING, format!("`{name}` is given twice"), place)
        .label(first, "given here first")
        .help("remove one of the two")
}

/// `with { prompt: … }`
pub(super) fn only_in_declarations(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(
        MISPLACED_SETTING,
        format!("`{name}` belongs to the declaration and cannot change from call to call"),
        place,
    )
    .help("make what changes a parameter")
}

/// A kind of item whose calls have no options.
pub(super) fn no_options(place: Place, what: &str) -> Diagnostic {
    Diagnostic::new(MISPLACED_SETTING, format!("a call of {what} takes no options"), place)
        .help("remove the `with`")
}

/// Two settings contradict one another.
pub(super) fn conflicting(place: Place, other: Place, message: &str, why: &str) -> Diagnostic {
    Diagnostic::new(CONFLICTING_SETTINGS, message, place).label(other, "contradicts this").note(why)
}

/// A form of output that cannot become the result.
pub(super) fn output_form(place: Place, result: Option<Place>, message: String, help: &str) -> Diagnostic {
    let found = Diagnostic::new(OUTPUT_FORM, message, place);
    let found = match result {
        Some(result) => found.label(result, "the type of the result"),
        None => found,
    };
    found.help(help)
}

/// The file of a prompt is not there.
pub(crate) fn missing_text(place: Place, path: &str, near: Option<&str>) -> Diagnostic {
    if path.is_empty() || path.ends_with('/') {
        return Diagnostic::new(MISSING_TEXT, "the path of this text is empty", place).help(
            "write the path of a file beside this one, `file(\"prompts/name.md\")`, or the text itself",
        );
    }
    let found = Diagnostic::new(MISSING_TEXT, format!("there is no file `{path}`"), place.clone())
        .note("the path of a prompt is relative to the file that names it");
    match near {
        Some(near) => {
            let mut fix = replace(place, near);
            fix.edits.iter_mut().for_each(|edit| edit.text = format!("\"{near}\""));
            found.help(format!("did you mean `{near}`?")).fix(fix)
        }
        None => found.help("create it"),
    }
}

/// A prompt that is there; `why` says what is wrong with it.
pub(crate) fn unreadable_text(place: Place, why: &str) -> Diagnostic {
    Diagnostic::new(MISSING_TEXT, why, place)
        .note("a prompt is a file of text in UTF-8, which is read and checked with the program")
        .help("name another file, or save this one as such")
}

/// `prompt: file("/etc/motd")`
pub(crate) fn text_outside(place: Place, path: &str, outside: &Outside, has_project: bool) -> Diagnostic {
    let message = match outside {
        Outside::Elsewhere => format!("`{path}` lies outside of the project"),
        Outside::Absolute(_) => format!("`{path}` is a path of this machine alone"),
        Outside::Link(target) => format!("`{path}` leads by a link to `{target}`, outside of the project"),
    };
    let found = Diagnostic::new(TEXT_OUTSIDE, message, place.clone());
    let found = found.note("what a program says comes with it: its prompts lie in the directory of its `flow.toml`, or where there is none, beside the file that names them or below");
    match outside {
        Outside::Absolute(relative) => {
            let mut fix = replace(place, relative);
            fix.edits.iter_mut().for_each(|edit| edit.text = format!("\"{relative}\""));
            found.help(format!("write `{relative}`, its path from here")).fix(fix)
        }
        Outside::Link(_) => found.help("put the file itself in place of the link"),
        Outside::Elsewhere if has_project => {
            found.help("move the file into the project, and write its path from here")
        }
        Outside::Elsewhere => {
            found.help("move the file, or put a `flow.toml` into the directory that holds both")
        }
    }
}

/// The path of a prompt must be written out.
pub(crate) fn text_path_is_no_plain_string(place: Place) -> Diagnostic {
    Diagnostic::new(MISSING_TEXT, "the path of a file of text is one plain string", place)
        .note("it is read and checked before the program runs, so it cannot depend on values")
        .help("write `file(\"prompts/name.md\")`")
}

/// A value that can never work.
pub(super) fn bad_value(place: Place, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(BAD_SETTING_VALUE, message, place).help(help)
}

/// `@budgt(…)`
pub(super) fn unknown_attribute(place: Place, name: &Name, known: &[&'static str]) -> Diagnostic {
    let found =
        Diagnostic::new(UNKNOWN_ATTRIBUTE, format!("there is no attribute `@{}`", name.text), place.clone());
    match suggest(&name.text, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `@{near}`?")).fix(replace(place, near)),
        None => {
            let known: Vec<String> = known.iter().map(|known| format!("`@{known}`")).collect();
            found.help(format!("there are {}", known.join(", ")))
        }
    }
}

/// `@budget(…)` before an `fn`.
pub(super) fn misplaced_attribute(place: Place, name: &str, owner: &str, belongs: &str) -> Diagnostic {
    Diagnostic::new(MISPLACED_ATTRIBUTE, format!("`@{name}` means nothing before {owner}"), place)
        .help(format!("it belongs before {belongs}"))
}

/// Twice the same attribute where once is enough.
pub(super) fn repeated_attribute(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(REPEATED_SETTING, format!("`@{name}` is given twice"), place)
        .label(first, "given here first")
        .help("remove one of the two")
}

/// Arguments of an attribute that are wrong.
pub(super) fn attribute_args(place: Place, message: String, usage: &str) -> Diagnostic {
    Diagnostic::new(ATTRIBUTE_ARGS, message, place).help(format!("write it as `{usage}`"))
}

/// A parameter that never reaches the agent.
pub(crate) fn unused_parameter(place: Place, name: &str, kind: DoerKind) -> Diagnostic {
    let (what, key) = reached(kind);
    Diagnostic::new(UNUSED_PARAMETER, format!("`{name}` never reaches {what}"), place)
        .note("no setting uses this parameter")
        .help(format!("use it in `{key}`, remove it, or begin its name with `_`"))
}

/// The same, where a text mentions it as if it were a hole: `plain` is `{name}` or `$name`.
pub(crate) fn plain_hole(place: Place, param: Place, name: &str, kind: DoerKind, plain: &str) -> Diagnostic {
    let (what, _) = reached(kind);
    let hole = format!("${{{name}}}");
    let message = format!("`{plain}` is plain text, so that `{name}` never reaches {what}");
    Diagnostic::new(UNUSED_PARAMETER, message, place.clone())
        .label(param, "this parameter")
        .help(format!("write `{hole}`"))
        .fix(replace(place, &hole))
}

/// Whom parameters reach, and by which setting.
const fn reached(kind: DoerKind) -> (&'static str, &'static str) {
    match kind {
        DoerKind::Agent => ("the agent", "prompt"),
        DoerKind::Command => ("the program", "run"),
        DoerKind::Human => ("the person", "ask"),
    }
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn replace(place: Place, by: &str) -> Fix {
    Fix {
        title: format!("change to `{by}`"),
        edits: vec![Edit { place, text: by.to_owned() }],
        certain: false,
    }
}
