//! What is said of stage graphs, bounds, and what is never used.

use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::types::ty::Ty;

/// A secret is read as a variable of the environment.
pub const SECRET_READ: Code = Code("E0343");
/// A loop has no bound.
pub const UNBOUNDED_LOOP: Code = Code("E0504");
/// A path of a stage ends without leaving it.
pub const STAGE_FALLS_OFF: Code = Code("E0507");
/// No handoff leads to a stage.
pub const UNREACHABLE_STAGE: Code = Code("E0508");
/// No path from a stage ends the flow.
pub const NO_END: Code = Code("E0509");
/// A cycle of handoffs has no bound.
pub const UNBOUNDED_CYCLE: Code = Code("E0510");
/// Functions call one another in a circle.
pub const ENDLESS_CALLS: Code = Code("E0517");
/// A generic flow leads to larger and larger instances of itself.
pub const GROWING_CALLS: Code = Code("E0525");
/// A binding is never used.
pub const UNUSED_BINDING: Code = Code("W0101");
/// A parameter is never used.
pub const UNUSED_PARAM: Code = Code("W0102");
/// Code that is never reached.
pub const UNREACHABLE: Code = Code("W0103");
/// A variable that never changes.
pub const UNCHANGED_VARIABLE: Code = Code("W0306");
/// A variable is assigned and never read.
pub const NEVER_READ: Code = Code("W0107");

/// Two tests of one name.
pub const TEST_TWICE: Code = Code("E0807");
/// A stub of what the test never reaches.
pub const UNUSED_STUB: Code = Code("W0801");
/// An effect that a test surely reaches and does not stub.
pub const UNSTUBBED: Code = Code("W0802");

/// Two tests of one name.
pub(super) fn test_twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(TEST_TWICE, format!("two tests are named \"{name}\""), place)
        .label(first, "the first one")
        .help("rename one of them: reports and filters find a test by its name")
}

/// `stub critic = [Accept]` where nothing calls `critic`.
pub(super) fn unused_stub(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(UNUSED_STUB, format!("nothing that this test does calls `{name}`"), place)
        .help("remove the stub")
}

/// A test that calls an agent and does not stub it.
pub(super) fn unstubbed(place: Place, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(UNSTUBBED, format!("this test calls the {what} `{name}` and does not stub it"), place)
        .note(
            "a test replaces every agent, command and person that it reaches; without a stub it fails there",
        )
        .help(format!("add `stub {name} = […]`"))
}

/// `stage draft() { log("x") }`
pub(super) fn stage_falls_off(place: Place, stage: Place, name: &str) -> Diagnostic {
    Diagnostic::new(STAGE_FALLS_OFF, format!("a path of stage `{name}` ends here without leaving it"), place)
        .label(stage, "this stage")
        .note("a stage ends with `handoff`, `return`, `fail` or `blocked` on every path")
        .help("say where it goes from here")
}

/// A flow with stages and no handoff to one.
pub(super) fn no_first_handoff(flow: Place, stage: Place, name: &str, first: &str) -> Diagnostic {
    Diagnostic::new(UNREACHABLE_STAGE, format!("`{name}` has stages, but never hands off to one"), flow)
        .label(stage, "never reached")
        .help(format!("begin with `handoff {first}(…)`"))
}

/// A stage that no handoff leads to.
pub(super) fn unreachable_stage(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(UNREACHABLE_STAGE, format!("stage `{name}` is never reached"), place)
        .note("no handoff that is reached itself leads to it")
        .help("hand off to it, or remove it")
}

/// Stages from which the flow never ends.
pub(super) fn no_end(first: Place, others: Vec<Place>, names: &[&str]) -> Diagnostic {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = match quoted.as_slice() {
        [one] => format!("no path from stage {one} ends the flow"),
        [many @ .., last] => format!("no path from the stages {} and {last} ends the flow", many.join(", ")),
        [] => String::new(),
    };
    let found = Diagnostic::new(NO_END, message, first);
    others
        .into_iter()
        .fold(found, |found, place| found.label(place, "nor from here"))
        .note("a flow ends with `return` or `fail`; `blocked` only waits for somebody")
        .help("let one of them `return` or `fail`")
}

/// Where a loop stands that has no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// An `fn`.
    Function,
    /// A flow without a budget.
    Flow,
    /// A flow with a budget that counts what agents do.
    Turns,
    /// A `defer`.
    Defer,
}

/// `loop { … }`; `budget` bounds only agents, and none is called in it.
pub(super) fn unbounded_loop(place: Place, around: Around) -> Diagnostic {
    let found = Diagnostic::new(UNBOUNDED_LOOP, "this loop has no bound", place.clone());
    let end = match &place {
        Place::Item(key, span) => Place::Item(key.clone(), flow_grammar::span::Span::new(span.end, span.end)),
        Place::File(file, span) => Place::File(*file, flow_grammar::span::Span::new(span.end, span.end)),
    };
    let fix = Fix {
        title: "add `max 10`".to_owned(),
        edits: vec![Edit { place: end, text: " max 10".to_owned() }],
        certain: false,
    };
    let found = match around {
        Around::Function => found.help("write how often it may run: `loop max 10 { … }`"),
        Around::Defer => found
            .note("no budget ends what is deferred: it runs when the flow has ended, also where a budget ended it")
            .help("write how often it may run: `loop max 10 { … }`"),
        Around::Turns => found
            .note("the budget of the flow counts what agents do, and some way round this loop calls none")
            .help("write how often it may run, `loop max 10 { … }`, or give the flow a `time` budget"),
        Around::Flow => found.help(
            "write how often it may run, `loop max 10 { … }`, or give the flow a budget: `@budget(time: 4h)`",
        ),
    };
    found.fix(fix)
}

/// Stages that hand off in a circle; each with the handoff to the next.
pub(super) fn unbounded_cycle(steps: &[(&str, Place)], budget: bool) -> Option<Diagnostic> {
    let ((first, place), others) = steps.split_first()?;
    let names: Vec<String> = steps.iter().chain(steps.first()).map(|(name, _)| format!("`{name}`")).collect();
    let found = Diagnostic::new(
        UNBOUNDED_CYCLE,
        format!("stages hand off in a circle without a bound: {}", names.join(" → ")),
        place.clone(),
    );
    let found = match others {
        [] => found.here(format!("`{first}` hands off to itself")),
        _ => found.here(format!("`{first}` hands off here")),
    };
    let found = others
        .iter()
        .fold(found, |found, (name, place)| found.label(place.clone(), format!("then `{name}` here")));
    let found = if budget {
        found.note("the budget of the flow counts what agents do, and some way round calls none")
    } else {
        found
    };
    Some(found.help(format!(
        "write how often one of them may be entered, `stage {first}(…) max 6 {{ … }}`, or give the flow a budget: `@budget(time: 4h)`"
    )))
}

/// Functions that call one another in a circle; each with the place where it calls the next.
pub(super) fn endless_calls(steps: &[(&str, Place)]) -> Option<Diagnostic> {
    let ((first, place), others) = steps.split_first()?;
    let names: Vec<String> = steps.iter().chain(steps.first()).map(|(name, _)| format!("`{name}`")).collect();
    let found = match others.first() {
        None if first.starts_with(char::is_uppercase) => {
            let message = format!("`{first}` needs another `{first}` to be made");
            Diagnostic::new(ENDLESS_CALLS, message, place.clone())
        }
        None => Diagnostic::new(ENDLESS_CALLS, format!("`{first}` calls itself"), place.clone()),
        Some((second, _)) => {
            let message = format!("functions call one another in a circle: {}", names.join(" → "));
            Diagnostic::new(ENDLESS_CALLS, message, place.clone())
                .here(format!("`{first}` needs `{second}` here"))
        }
    };
    let found = others.iter().fold(found, |found, (name, place)| {
        found.label(place.clone(), format!("then `{name}` goes on here"))
    });
    Some(
        found
            .note("an `fn` ends whatever it is given, so it never comes back to itself")
            .help("repeat with `for`, `loop max` or `fold`, or make it a `flow` with a budget"),
    )
}

/// A generic flow that leads to larger and larger instances of itself.
pub(super) fn growing_calls(place: Place, name: &str, to: &str, args: &[Ty]) -> Diagnostic {
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    let message = format!("`{name}` never ends: this leads to `{to}<{}>`", args.join(", "));
    Diagnostic::new(GROWING_CALLS, message, place)
        .note("each call has larger type arguments than the one before, so there would be endless flows to write")
        .help("call it with its own type parameters, or with types that have none")
}

/// `let x = 1`, and no `x` behind.
pub(super) fn unused_binding(place: Place, name: &str) -> Diagnostic {
    rename(Diagnostic::new(UNUSED_BINDING, format!("`{name}` is never used"), place.clone()), place, name)
}

/// The same, where a text has its name as other languages put it in.
pub(super) fn in_plain_text(found: Diagnostic, place: Place, text: &str, name: &str) -> Diagnostic {
    let mut found =
        found.label(place, format!("`{text}` is plain text here")).help(format!("write `${{{name}}}`"));
    found.fixes.clear();
    found
}

/// A parameter that the body never mentions.
pub(super) fn unused_param(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(UNUSED_PARAM, format!("the parameter `{name}` is never used"), place)
        .help(format!("remove it, or call it `_{name}`"))
}

/// `var x = 1`, `x = 2`, and no `x` behind.
pub(super) fn never_read(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(NEVER_READ, format!("`{name}` is assigned, but never read"), place)
        .help("remove it, or use its value")
}

/// `var x = 1`, and no assignment behind; `keyword` is the `var`.
pub(super) fn unchanged_variable(place: Place, keyword: Place, name: &str) -> Diagnostic {
    let fix = Fix {
        title: "write `let`".to_owned(),
        edits: vec![Edit { place: keyword, text: "let".to_owned() }],
        certain: true,
    };
    Diagnostic::new(UNCHANGED_VARIABLE, format!("`{name}` never changes"), place).help("write `let`").fix(fix)
}

fn rename(found: Diagnostic, place: Place, name: &str) -> Diagnostic {
    let fix = Fix {
        title: format!("call it `_{name}`"),
        edits: vec![Edit { place, text: format!("_{name}") }],
        certain: false,
    };
    found.help(format!("remove it, or call it `_{name}`")).fix(fix)
}

/// Statements behind one that leaves.
pub(super) fn unreachable(place: Place, left: Place) -> Diagnostic {
    Diagnostic::new(UNREACHABLE, "this is never reached", place)
        .label(left, "control leaves here")
        .help("remove it, or move it up")
}

/// `env("TOKEN")` where `TOKEN` is a secret.
pub(super) fn secret_read(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(SECRET_READ, format!("`env` reads the secret `{name}` as a plain text"), place)
        .here("this would be recorded")
        .note("what an effect yields is recorded, and a text may go anywhere: a secret is handed over, never read")
        .help(format!("use the secret itself, `env: [\"{name}\": {name}]`, in the command or agent that needs it"))
}
