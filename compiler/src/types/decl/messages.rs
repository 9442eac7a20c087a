//! What is said of declarations and written types that are wrong.

use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::resolve::{Entry, scope, suggest};
use flow_grammar::tree::Name;

/// A type has too many or too few arguments.
pub const WRONG_TYPE_ARGS: Code = Code("E0203");
/// The pattern of a file type is no pattern.
pub const BAD_GLOB: Code = Code("E0204");
/// The keys of a map are neither strings nor an enum.
pub const BAD_MAP_KEY: Code = Code("E0205");
/// An optional type is made optional again.
pub const OPTION_OF_OPTION: Code = Code("W0204");
/// What stands before the dot of a type is no module.
pub const NO_MODULE: Code = Code("E0110");
/// A session is not of an agent.
pub const SESSION_OF_NO_AGENT: Code = Code("E0218");

/// `Turn<int, int>` of a type with one parameter.
pub(super) fn wrong_type_args(place: Place, name: &str, wanted: usize, found: usize) -> Diagnostic {
    let count = |count: usize| match count {
        0 => "no type arguments".to_owned(),
        1 => "one type argument".to_owned(),
        more => format!("{more} type arguments"),
    };
    Diagnostic::new(
        WRONG_TYPE_ARGS,
        format!("`{name}` takes {}, this gives {}", count(wanted), count(found)),
        place,
    )
}

/// `int("x")`
pub(super) fn arguments_of_plain_type(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(WRONG_TYPE_ARGS, format!("`{name}` takes no arguments"), place)
        .note("only `file` and `output` take one: the pattern that the path must match")
}

/// `file(12)`
pub(super) fn glob_is_no_plain_string(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(
        BAD_GLOB,
        format!("`{name}` takes one plain string, the pattern that the path must match"),
        place,
    )
    .help(format!("write `{name}(\"artifacts/*.md\")`, or `{name}` alone for any file"))
}

/// `file("../x")`
pub(super) fn bad_glob(place: Place, glob: &str, why: &str) -> Diagnostic {
    Diagnostic::new(BAD_GLOB, format!("`{glob}` can match no file of the workspace"), place).here(why)
}

/// `{int: string}`
pub(super) fn bad_map_key(place: Place) -> Diagnostic {
    Diagnostic::new(BAD_MAP_KEY, "the keys of a map are strings or an enum", place)
        .note("a map is an object in JSON, whose keys are text")
}

/// `T??`
pub(super) fn option_of_option(place: Place) -> Diagnostic {
    Diagnostic::new(
        OPTION_OF_OPTION,
        "this `?` changes nothing: the type in front of it can be `none` already",
        place,
    )
    .help("remove it")
}

/// `checks.Plan` where `checks` is no module.
pub(super) fn unknown_module_name(db: &dyn Db, file: SourceFile, place: Place, module: &Name) -> Diagnostic {
    let scope = scope(db, file);
    let found = Diagnostic::new(NO_MODULE, format!("no module is imported as `{}`", module.text), place);
    let modules = scope
        .names()
        .filter(|(_, entry)| matches!(entry, Entry::Module { .. }))
        .map(|(name, _)| name.as_str());
    match suggest(&module.text, modules) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("import one: `import ./path/to/{0} as {0}`", module.text)),
    }
}

/// `Session<string>`
pub(super) fn session_of_no_agent(place: Place) -> Diagnostic {
    Diagnostic::new(SESSION_OF_NO_AGENT, "a `Session` is a conversation with an agent of this file", place)
        .help("write the agent's name between the angle brackets: `Session<reviewer>`")
}
