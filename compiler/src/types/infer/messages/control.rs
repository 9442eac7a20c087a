//! Effects where none may happen, secrets where none may stand.

use super::super::place::Purity;
use crate::diagnostics::{Code, Diagnostic, Place};

/// An effect where none may happen.
pub const IMPURE: Code = Code("E0325");
/// A secret where none may stand.
pub const MISPLACED_SECRET: Code = Code("E0326");
/// What fails where there is always a value.
const PARTIAL: Code = Code("E0342");
/// Two branches of one name.
pub const BRANCH_TWICE: Code = Code("E0513");
/// A bound below one.
const BOUND_TOO_LOW: Code = Code("E0518");
/// Something at once without branches.
pub const NO_BRANCHES: Code = Code("E0519");

/// `loop max 0 { … }`; `what` is "the `max` of a loop".
pub(in super::super) fn bound_too_low(place: Place, what: &str, bound: i64) -> Diagnostic {
    Diagnostic::new(BOUND_TOO_LOW, format!("{what} is at least 1, not {bound}"), place)
        .note("nothing of it would ever run")
        .help("write how often it may run, or remove all of it")
}

/// `race { }`
pub(in super::super) fn no_branches(place: Place, what: &str) -> Diagnostic {
    let (has, one) = match what {
        "race" => ("arms", "value = work() => value"),
        _ => ("branches", "name: work()"),
    };
    Diagnostic::new(NO_BRANCHES, format!("this `{what}` has no {has}"), place)
        .help(format!("write what runs at the same time, as in `{one}`, or remove the `{what}`"))
}

/// `fn f() { log("x") }`; `what` has the effect.
pub(in super::super) fn impure(place: Place, what: &str, purity: Purity) -> Diagnostic {
    let found =
        Diagnostic::new(IMPURE, format!("{what} has an effect, and {} has none", purity.text()), place);
    match purity {
        Purity::Fn => found
            .note("an `fn` is pure: it computes the same from the same arguments, and nothing of it is recorded")
            .help("make it a `flow`, or hand the value over as a parameter"),
        Purity::Closure => found.help("use `for`, whose body may have effects"),
        Purity::Stub => found.help("compute it in the test, and use it here"),
        Purity::Const | Purity::Predicate => found.help("compute it in a flow"),
        Purity::Default | Purity::Setting => found.help("compute it in the flow, and hand it over as an argument"),
    }
}

/// `fn f() -> int { fail "why" }`; `what` fails.
pub(in super::super) fn partial(place: Place, what: &str, purity: Purity) -> Diagnostic {
    let found = Diagnostic::new(
        PARTIAL,
        format!("{what} fails the flow, and {} yields a value whatever it is given", purity.text()),
        place,
    );
    match purity {
        Purity::Predicate => found.help("let the predicate be `false` for what it refuses"),
        Purity::Default => found.help("leave out the default, so that a value must be given"),
        _ => found.help(
            "yield an option, `none` where there is nothing, or a union with a variant that says why; or make it a `flow`, which may fail",
        ),
    }
}

/// `log(TOKEN)`
pub(in super::super) fn misplaced_secret(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(MISPLACED_SECRET, format!("the secret `{name}` may not be used here"), place)
        .note("prompts, logs, results and files are recorded, so a secret may flow only into the settings of what needs it")
        .help(format!("hand it over in `env: [\"{name}\": {name}]` of a command or agent"))
}

/// `parallel { a: x, a: y }`
pub(in super::super) fn branch_twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(BRANCH_TWICE, format!("two branches are named `{name}`"), place)
        .label(first, "the first one")
        .help("rename one: the names become the fields of the result")
}
