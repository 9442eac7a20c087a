//! What is said of declarations and written types that are wrong.

use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic, ItemKey, Place};
use crate::resolve::UNKNOWN_TYPE;
use crate::resolve::{Def, DefKind, Entry, name_place, scope, suggest};
use crate::types::ty::Ty;
use flow_grammar::tree::Name;
use smol_str::SmolStr;

/// Two fields, parameters, variants or type parameters have one name.
pub const DUPLICATE: Code = Code("E0201");
/// A name is not written as names of its kind are.
pub const BAD_NAME: Code = Code("E0202");
/// A type stands for itself.
pub const ALIAS_CYCLE: Code = Code("E0206");
/// No value of the type can ever be built.
pub const ENDLESS_TYPE: Code = Code("E0207");
/// An alternative of a union is no variant.
pub const NOT_A_VARIANT: Code = Code("E0208");
/// Two things in a type have the same name in JSON.
pub const JSON_CLASH: Code = Code("E0209");
/// The type has no JSON form, but needs one.
pub const NO_JSON_FORM: Code = Code("E0219");
/// The name is that of a built-in type.
pub const BUILT_IN_NAME: Code = Code("E0223");
/// A question does not say of what type its answer is.
pub const ANSWER_WITHOUT_TYPE: Code = Code("E0224");
/// A type holds itself with arguments that grow.
pub const GROWING_TYPE: Code = Code("E0225");
/// Too many constants without a type hang on one another.
pub const CHAIN_TOO_LONG: Code = Code("E0231");
/// Two declarations have one `@id` or `@code`.
pub const MARKED_TWICE: Code = Code("E0232");
/// A constant is made of itself.
pub const CONST_CYCLE: Code = Code("E0230");
/// An enum of one variant is probably a misspelt type.
pub const LONE_VARIANT: Code = Code("W0202");
/// A type parameter is never used.
pub const UNUSED_TYPE_PARAMETER: Code = Code("W0203");
/// A parameter that is no file is to be fresh.
pub const FRESH_WITHOUT_FILE: Code = Code("W0205");

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

/// What a `Process` is said to run is nothing that runs.
pub const PROCESS_OF_NOTHING: Code = Code("E0226");
/// A flow returns a process or a session, which ends with it.
pub const PROCESS_LEAVES: Code = Code("E0227");

/// `Turn<int, int>` of a type with one parameter.
pub(super) fn wrong_type_args(place: Place, name: &str, wanted: usize, found: usize) -> Diagnostic {
    let count = |count: usize| match count {
        0 => "no type arguments".to_owned(),
        1 => "one type argument".to_owned(),
        2 => "two type arguments".to_owned(),
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
    if glob.is_empty() {
        return Diagnostic::new(BAD_GLOB, "an empty pattern matches no file", place)
            .help("write one, as in `file(\"src/**/*.rs\")`, or `file` alone for any file");
    }
    Diagnostic::new(BAD_GLOB, format!("`{glob}` can match no file of the workspace"), place).here(why)
}

/// `type Plan = { title: string }`, or such a thing where a type is wanted.
pub(super) fn record_as_alias(place: Place, field: Place) -> Diagnostic {
    Diagnostic::new(UNKNOWN_TYPE, "a record is declared with a name of its own", place)
        .label(field, "this is no type, but looks like a field")
        .note("behind `=` and in signatures, `{string: int}` is a map")
        .help("write `type Plan { title: string }`, without `=`")
}

/// `{int: string}`
pub(super) fn bad_map_key(place: Place) -> Diagnostic {
    Diagnostic::new(BAD_MAP_KEY, "the keys of a map are strings or an enum", place)
        .note("a map is an object in JSON, whose keys are text")
        .help("take `string`, and put what it is into one: `\"${…}\"`")
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

/// `Process<string>`
pub(super) fn process_of_one(place: Place) -> Diagnostic {
    Diagnostic::new(
        PROCESS_OF_NOTHING,
        "a `Process` is of what it runs, or of what it yields and emits",
        place,
    )
    .help(
        "write `Process<work>` of a flow `work`, or both types: `Process<string, never>` if it emits nothing",
    )
}

/// `Process<wrok>`
pub(super) fn process_of_nothing(
    place: Place,
    name: &str,
    kind: Option<DefKind>,
    near: Option<&str>,
) -> Diagnostic {
    let found = Diagnostic::new(
        PROCESS_OF_NOTHING,
        format!("`{name}` is nothing of this file that could run as a process"),
        place.clone(),
    );
    match (kind, near) {
        (None, Some(near)) => {
            return found.help(format!("did you mean `{near}`?")).fix(crate::diagnostics::Fix {
                title: format!("change to `{near}`"),
                edits: vec![crate::diagnostics::Edit { place, text: near.to_owned() }],
                certain: false,
            });
        }
        (Some(kind), _) => found.here(format!("this is {}", kind.a_noun())),
        (None, None) => found,
    }
    .help("name a flow, command, agent or human, or write what the process yields and emits: `Process<string, never>`")
}

/// `Process<best_of>` of a flow with type parameters.
pub(super) fn process_of_generic(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(
        PROCESS_OF_NOTHING,
        format!("`{name}` has type parameters, which a `Process<{name}>` does not say"),
        place,
    )
    .help("write what the process yields and emits: `Process<string, never>`")
}

/// `flow start() -> Process<work>`
pub(super) fn process_leaves(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(PROCESS_LEAVES, format!("`{name}` cannot return what ends with it"), place)
        .note("a process or a session belongs to the flow that began it, and ends when that flow ends")
        .help("start it where it is needed and hand it over as an argument, or return its result: `join(…)`")
}

/// Two fields, parameters, variants or type parameters of one name.
pub(super) fn duplicate(place: Place, first: Place, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(DUPLICATE, format!("there are two {what}s named `{name}`"), place)
        .here("declared again here")
        .label(first, "declared here first")
        .help("rename or remove one of the two")
}

/// `const passMark`. `what` is what it names, `style` how such names are written, `better` the name in that style.
pub(super) fn bad_name(place: Place, name: &str, what: &str, style: &str, better: &str) -> Diagnostic {
    Diagnostic::new(BAD_NAME, format!("the name of {what} is written in `{style}`, unlike `{name}`"), place)
        .help(format!("rename it to `{better}` here and wherever it is used"))
}

/// `type Event { … }`
pub(super) fn built_in_name(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(BUILT_IN_NAME, format!("`{name}` is built into the language"), place)
        .help("choose another name")
}

/// `@id("review")` before two declarations.
pub(super) fn marked_twice(place: Place, other: Place, mark: &str, text: &str) -> Diagnostic {
    let why = match mark {
        "id" => "recorded results are found by it: those of one would be taken for those of the other",
        _ => "runs are named after it, and would not tell which flow they are of",
    };
    Diagnostic::new(MARKED_TWICE, format!("two declarations go by `{text}` as their `@{mark}`"), place)
        .label(other, format!("this one goes by `{text}` too"))
        .note(why)
        .help("give one of them another")
}

/// `import ./log`, behind which `log(…)` would be the module.
pub(super) fn hiding_module(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(BUILT_IN_NAME, format!("`{name}` is built into the language"), place)
        .help("import the module under another name, as in `import ./notes as kept`, or only what you need of it: `./notes.{…}`")
}

/// A type parameter that nothing mentions.
pub(super) fn unused_type_param(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(UNUSED_TYPE_PARAMETER, format!("the type parameter `{name}` is never used"), place)
        .help("remove it")
}

/// `@fresh` before a parameter that holds no file.
pub(super) fn fresh_without_file(place: Place, ty: Place) -> Diagnostic {
    Diagnostic::new(FRESH_WITHOUT_FILE, "`@fresh` means nothing for a parameter that is no file", place)
        .label(ty, "this is no file")
        .note("it makes a file whose content changed since it was produced a failure")
        .help("remove `@fresh`")
}

/// A type that cannot cross to a program, an agent or a person.
pub(crate) fn no_json_form(place: Place, who: &str) -> Diagnostic {
    Diagnostic::new(NO_JSON_FORM, format!("values of this type cannot cross to or from {who}"), place)
        .note(
            "processes, sessions, events, failures and secrets exist only inside a run and have no JSON form",
        )
        .help("hand over the data in them that is needed")
}

/// `human ask_them() { … }`
pub(super) fn answer_without_type(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(ANSWER_WITHOUT_TYPE, format!("`{name}` does not say what the answer is"), place)
        .help("write the type of the answer: `-> string`, or `-> none` if it is enough that there is one")
}

/// `type A = Low | int`
pub(super) fn not_a_variant(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(
        NOT_A_VARIANT,
        format!("each alternative of `{name}` must be a variant with a name"),
        place,
    )
    .note("a value of a union says by its variant's name which alternative it is")
    .help("give it a name: `Text(value: string)`")
}

/// `type A = Plan | Report`, of types with these names
pub(super) fn type_as_variant(place: Place, of: &str, name: &str) -> Diagnostic {
    Diagnostic::new(NOT_A_VARIANT, format!("`{name}` is a type, and no variant of `{of}`"), place)
        .note("a value of a union says by its variant's name which alternative it is")
        .help(format!("give the variant a name of its own: `Is{name}(value: {name})`"))
}

/// `type Colour = Strng`
pub(super) fn lone_variant(place: Place, ty: &str, variant: &str, near: &str) -> Diagnostic {
    Diagnostic::new(
        LONE_VARIANT,
        format!("there is no type `{variant}`, so `{ty}` is an enum of one variant"),
        place.clone(),
    )
    .help(format!("did you mean `{near}`? An enum of one on purpose is written `{variant}()`"))
    .fix(crate::diagnostics::Fix {
        title: format!("change to `{near}`"),
        edits: vec![crate::diagnostics::Edit { place, text: near.to_owned() }],
        certain: false,
    })
}

/// A field `kind` in a payload.
pub(super) fn kind_field(place: Place, variant: &str) -> Diagnostic {
    Diagnostic::new(JSON_CLASH, format!("a field of `{variant}` cannot be named `kind`"), place)
        .note("in JSON, `kind` holds the name of the variant")
        .help("choose another name")
}

/// Two variants of one name in JSON.
pub(super) fn same_in_json(
    place: Place,
    first: Place,
    name: &str,
    other: &str,
    tag: &str,
    is_union: bool,
) -> Diagnostic {
    let form = if is_union { format!("{{\"kind\": \"{tag}\"}}") } else { format!("\"{tag}\"") };
    Diagnostic::new(JSON_CLASH, format!("`{name}` and `{other}` are the same in JSON: `{form}`"), place)
        .label(first, "the other one")
        .help("rename one of the two")
}

/// `type A = B`, `type B = A`
pub(super) fn alias_cycle(db: &dyn Db, place: Place, cycle: &[ItemKey]) -> Diagnostic {
    let found = Diagnostic::new(ALIAS_CYCLE, format!("this type stands for itself: {}", chain(cycle)), place);
    others(db, found, cycle)
        .note("only a record, or a union, can hold values of its own type")
        .help("make one of them a record or a variant with a field")
}

/// `const A = B`, `const B = A`
pub(super) fn const_cycle(db: &dyn Db, place: Place, cycle: &[ItemKey]) -> Diagnostic {
    let found =
        Diagnostic::new(CONST_CYCLE, format!("this constant is made of itself: {}", chain(cycle)), place);
    others(db, found, cycle).help("give one of them a value of its own")
}

/// A record that needs itself.
pub(super) fn endless(place: Place, name: &str, way: &[SmolStr]) -> Diagnostic {
    let way = way.join(".");
    Diagnostic::new(
        ENDLESS_TYPE,
        format!("no value of `{name}` can ever be built: its `{way}` needs another `{name}`"),
        place,
    )
    .help("make a field on the way optional (`?`) or a list")
}

/// A generic type that holds itself with arguments that grow.
pub(super) fn growing(place: Place, name: &str, ty: &Ty) -> Diagnostic {
    Diagnostic::new(GROWING_TYPE, format!("`{name}` never ends: it holds `{ty}`"), place)
        .note("each step down has larger type arguments than the one before, so there would be endless types to know")
        .help("hold it with its own type parameters, or with types that have none")
}

/// A constant whose type hangs on too many others.
pub(super) fn chain_too_long(place: Place, name: &str) -> Diagnostic {
    let found = format!(
        "the type of `{name}` hangs on a chain of more than {} constants",
        super::cycles::LONGEST_CHAIN
    );
    Diagnostic::new(CHAIN_TOO_LONG, found, place).help(format!("write its type: `const {name}: …`"))
}

/// Of a longer circle so many are named from its beginning.
const NAMED: usize = 8;

fn chain(cycle: &[ItemKey]) -> String {
    let named = cycle.iter().take(NAMED).map(|key| format!("`{}`", key.name));
    let left_out = cycle.len().checked_sub(NAMED).filter(|more| *more > 0).map(|more| format!("{more} more"));
    let back = cycle.first().map(|first| format!("`{}`", first.name));
    named.chain(left_out).chain(back).collect::<Vec<_>>().join(" → ")
}

fn others(db: &dyn Db, found: Diagnostic, cycle: &[ItemKey]) -> Diagnostic {
    cycle.iter().take(NAMED).skip(1).fold(found, |found, key| {
        let def = Def { key: key.clone(), kind: DefKind::Type };
        found.label(name_place(db, &def), "and is declared here")
    })
}
