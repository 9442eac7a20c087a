//! What is said of tests: stubs that stand for nothing, and what belongs in a test and stands elsewhere.

use super::listed;
use crate::diagnostics::{Code, Diagnostic, Place};

/// A statement or function of tests outside of one.
pub const OUTSIDE_OF_TEST: Code = Code("E0801");
/// There is nothing of that name to stub.
pub const UNKNOWN_STUB: Code = Code("E0802");
/// What is stubbed, or asked about, is no effect that a test can replace.
pub const NO_EFFECT: Code = Code("E0803");
/// The same thing is stubbed twice.
pub const STUB_TWICE: Code = Code("E0804");
/// The closure of a stub does not take what is handed over.
pub const STUB_PARAMETERS: Code = Code("E0805");
/// `calls`, `failure` or `after` without what it takes.
pub const TEST_ARGUMENT: Code = Code("E0806");

/// `stub` in a flow.
pub(in super::super) fn outside(place: Place, what: &str) -> Diagnostic {
    let found = Diagnostic::new(OUTSIDE_OF_TEST, format!("`{what}` stands outside of a test"), place);
    match what {
        "expect" => found.help("in a flow or a function, write `require condition, \"message\"`"),
        "file" => found.help("a flow makes a file with `write(path, text)`"),
        "failure" => found.help("a flow handles a failure with `… catch err { … }`"),
        _ => found.help("it belongs into `test \"…\" { … }`"),
    }
}

/// `Exec(exit: 0)` in a flow.
pub(in super::super) fn made_outside(place: Place, what: &str) -> Diagnostic {
    Diagnostic::new(OUTSIDE_OF_TEST, format!("only a test makes a value of `{what}` by hand"), place).help(
        match what {
            "Exec" => "a command that is declared with `-> Exec` yields one",
            _ => "`fail \"why\"` fails, and `… catch err { … }` handles a failure",
        },
    )
}

/// `if c { stub a = [1] }`
pub(in super::super) fn nested_stub(place: Place) -> Diagnostic {
    Diagnostic::new(OUTSIDE_OF_TEST, "`stub` stands inside of a block of the test", place)
        .note("a stub holds for the whole test from where it stands")
        .help("move it into the test's own block; a closure may decide what it answers")
}

/// `stub critc = [Accept]`
pub(in super::super) fn unknown(place: Place, name: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("there is no agent, command or human `{name}`");
    let found = Diagnostic::new(UNKNOWN_STUB, message, place.clone());
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(super::replace(place, near)),
        None => found.help("declare it in this file, or import it by its name"),
    }
}

/// `stub flow = [1]`
pub(in super::super) fn no_effect(place: Place, name: &str, what: &str, stubbing: bool) -> Diagnostic {
    let doing = if stubbing { "stubbed" } else { "asked for its calls" };
    let message = format!("`{name}` is {what}, which cannot be {doing}");
    let found = Diagnostic::new(NO_EFFECT, message, place);
    match what {
        "a flow" | "a tool" => found
            .note("a test runs flows as they are")
            .help("stub the agents, commands and people that the flow calls"),
        _ => found
            .help("agents, commands and people can be stubbed, and `sh`, `env`, `now`, `random`, `signal`"),
    }
}

/// `stub read = ["x"]`
pub(in super::super) fn real_effect(place: Place, name: &str) -> Diagnostic {
    let why = match name {
        "sleep" | "wait_for" => "time passes at once in a test",
        "log" | "metric" => "a test records what is logged and measured",
        _ => "a test has a workspace of its own, where files are real",
    };
    Diagnostic::new(NO_EFFECT, format!("`{name}` is carried out in a test and cannot be stubbed"), place)
        .note(why)
        .help(match name {
            "sleep" | "wait_for" | "log" | "metric" => {
                format!("remove the stub; `calls({name})` tells what was asked of it")
            }
            _ => "make the files that it needs with `file(path, text)`".to_owned(),
        })
}

/// Two stubs of one thing.
pub(in super::super) fn twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(STUB_TWICE, format!("`{name}` is stubbed twice"), place)
        .label(first, "the first one")
        .help("give one list with every answer in order, or one closure that decides")
}

/// `stub critic = |x| Accept` where `critic` takes two.
pub(in super::super) fn parameters(
    place: Place,
    name: &str,
    params: &[&str],
    declared: Option<Place>,
) -> Diagnostic {
    let takes = if params.is_empty() { "no argument".to_owned() } else { listed(params) };
    let message = format!("`{name}` takes {takes}, the stub's closure does not take the same");
    let found = Diagnostic::new(STUB_PARAMETERS, message, place);
    let found = match declared {
        Some(declared) => found.label(declared, format!("`{name}` is declared here")),
        None => found,
    };
    found.help(format!("write `|{}| …`", params.join(", ")))
}

/// `let late = after(2h, 3)`
pub(in super::super) fn outside_of_answer(place: Place) -> Diagnostic {
    Diagnostic::new(OUTSIDE_OF_TEST, "`after` stands outside of a stub's answer", place)
        .note("it is the call that takes the time")
        .help("write it into the stub: `stub x = [after(2h, answer)]`; elsewhere, `sleep(2h)` lets time pass")
}

/// `calls(a, b)`
pub(in super::super) fn wrong_arguments(place: Place, function: &str) -> Diagnostic {
    let (message, help) = match function {
        "calls" => ("`calls` takes the name of one agent, command or human", "write `calls(critic)`"),
        "after" => (
            "`after` takes a duration and an answer",
            "write `after(2h, answer)`, without labels; the answer may be `fail \"why\"`",
        ),
        _ => ("`failure` takes one expression, which is to fail", "write `failure(work(1))`"),
    };
    Diagnostic::new(TEST_ARGUMENT, message, place).help(help)
}
