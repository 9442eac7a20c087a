//! Processes, sessions and endpoints that are not what they should be, or not where they may be.

use super::names::NOT_CALLED;
use super::{listed, replace};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::resolve::suggest;
use crate::types::decl::NO_JSON_FORM;
use crate::types::ty::Ty;
use flow_grammar::tree::Name;

/// What is spawned is no call of something that can run beside the flow.
pub const NOT_SPAWNED: Code = Code("E0332");
/// What is opened is no agent.
pub const NOT_OPENED: Code = Code("E0333");
/// A process has no such endpoint, or its type does not say.
pub const NO_ENDPOINT: Code = Code("E0334");
/// Something else where a process must be.
pub const NOT_A_PROCESS: Code = Code("E0335");
/// Events somewhere else than behind the `in` of a `for`.
pub const STRAY_EVENTS: Code = Code("E0336");
/// Two tools of one name are given to an agent.
pub const TOOL_TWICE: Code = Code("E0337");
/// An endpoint is declared where none may be.
pub const MISPLACED_ENDPOINT: Code = Code("E0520");
/// Two endpoints of one name, or one named like a member of every process.
pub const ENDPOINT_TWICE: Code = Code("E0521");
/// An endpoint is used before it is exposed.
pub const NOT_YET_EXPOSED: Code = Code("E0522");
/// Events of a flow that emits nothing.
pub const NOTHING_EMITTED: Code = Code("E0523");
/// `done` outside of an endpoint.
pub const STRAY_DONE: Code = Code("E0524");
/// A tool whose purpose an agent is not told.
pub const UNDESCRIBED_TOOL: Code = Code("W0207");

/// `spawn grade(x)`, `spawn 3`; `what` it is instead.
pub(in super::super) fn not_spawned(place: Place, what: &str) -> Diagnostic {
    Diagnostic::new(NOT_SPAWNED, "`spawn` starts a call of a flow, command, agent or human", place)
        .here(format!("this is {what}"))
        .help("write `spawn work(…)`, where `work` is a flow that does it")
}

/// `open work`; `what` it is instead.
pub(in super::super) fn not_opened(place: Place, what: &str) -> Diagnostic {
    Diagnostic::new(NOT_OPENED, "`open` takes the name of an agent", place)
        .here(format!("this is {what}"))
        .help("write `open name`, and call what it yields: `let critic = open critic`, `critic(poem)`")
}

/// `pool.add_tsk(x)` of a process of a flow.
pub(in super::super) fn no_endpoint(
    place: Place,
    flow: &str,
    name: &Name,
    known: &[&str],
    is_flow: bool,
) -> Diagnostic {
    let found = Diagnostic::new(NO_ENDPOINT, format!("`{flow}` exposes no `{}`", name.text), place.clone());
    match suggest(&name.text, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None if !is_flow => found.note("only flows have endpoints"),
        None if known.is_empty() => {
            found.help(format!("declare it in `{flow}`: `expose {}(…) {{ … }}`", name.text))
        }
        None => found.help(format!("it exposes {}", listed(known))),
    }
}

/// `p.add_task(x)` where `p` is a `Process<T, E>`.
pub(in super::super) fn endpoints_unknown(
    place: Place,
    base: Place,
    name: &str,
    ty: &Ty,
    of: Option<&str>,
) -> Diagnostic {
    let found = Diagnostic::new(
        NO_ENDPOINT,
        format!("nothing says that this process exposes `{name}`"),
        place,
    )
    .label(base, format!("this is `{ty}`"))
    .note("a process of any flow that yields and emits that is a `Process<T, E>`; only the type that names the flow knows its endpoints");
    match of {
        Some(flow) => found.help(format!("write its type as `Process<{flow}>`")),
        None => found.help("write its type with the flow that it runs: `Process<flow>`"),
    }
}

/// `pool.add_task` where no value of that kind may stand.
pub(in super::super) fn endpoint_as_value(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(
        NOT_CALLED,
        format!("`{name}` is an endpoint, which is no value until it is called"),
        place,
    )
    .help(format!("call it, `{name}(…)`, or give it to an agent: `with {{ tools: [{name}] }}`"))
}

/// `pool.{add_task, tasks}` outside of `tools`.
pub(in super::super) fn stray_select(place: Place) -> Diagnostic {
    Diagnostic::new(NOT_CALLED, "endpoints are no values until they are called", place)
        .note("only `tools` takes them as they are: an agent reaches what it is given there")
        .help("call one of them, or give them to an agent: `with { tools: process.{…} }`")
}

/// `with { tools: [(spawn work()).finish] }`
pub(in super::super) fn unnamed_process(place: Place) -> Diagnostic {
    Diagnostic::new(NOT_A_PROCESS, "an endpoint that is given away is one of a process with a name", place)
        .help("bind the process first: `let p = …`")
}

/// `events(3)`, `connect(x, 3)`
pub(in super::super) fn not_a_process(place: Place, taker: &str, takes: &str, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(NOT_A_PROCESS, format!("`{taker}` takes {takes}, not `{ty}`"), place)
        .here(format!("this is `{ty}`"));
    match ty {
        Ty::Option(_) => found.help("it may be `none`: test it first, `if … is none`"),
        Ty::Session(_) => found.help("a session only answers: what it yields is the value of its call"),
        _ => found.help("start one: `spawn work(…)`"),
    }
}

/// `let xs = events(p)`
pub(in super::super) fn stray_events(place: Place) -> Diagnostic {
    Diagnostic::new(STRAY_EVENTS, "`events` stands only behind the `in` of a `for`", place)
        .note("events come as long as a process runs, so there is no list of them")
        .help("write `for event in events(…) { … }`")
}

/// `parallel for event in events(p) { … }`
pub(in super::super) fn events_at_once(place: Place, keyword: Place) -> Diagnostic {
    Diagnostic::new(STRAY_EVENTS, "events are taken one after another", place)
        .label(keyword, "this takes all at once")
        .help("write `for` without `parallel`, and `spawn` what takes long")
}

/// `Started(from: p)`
pub(in super::super) fn events_are_not_made(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(super::NOT_CONSTRUCTIBLE, format!("`{name}` of an event cannot be made"), place)
        .note("events come from processes: `for event in events(process) { … }`")
}

/// `tools: [read, read]`
pub(in super::super) fn tool_twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(TOOL_TWICE, format!("two tools are named `{name}`"), place)
        .label(first, "the first one")
        .note("an agent knows a tool by its name alone")
        .help("leave one of them out, or rename it where it is declared")
}

/// A flow with a parameter that an agent cannot give, or a result that it cannot be told.
pub(in super::super) fn tool_without_json(
    place: Place,
    declared: Option<Place>,
    name: &str,
    part: &str,
    ty: &Ty,
) -> Diagnostic {
    let found = Diagnostic::new(
        NO_JSON_FORM,
        format!("`{name}` cannot be a tool: {part} is `{ty}`, which has no JSON form"),
        place,
    );
    let found = match declared {
        Some(declared) => found.label(declared, format!("this is `{ty}`")),
        None => found,
    };
    found.help("an agent gives and gets what can be written as JSON: wrap it in a `tool` that takes and yields such values")
}

/// `tools: [best_of]` of a flow with type parameters.
pub(in super::super) fn generic_tool(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(
        super::UNKNOWN_TOOL,
        format!("`{name}` cannot be a tool: nothing says what its type parameters are"),
        place,
    )
    .help("wrap it in a `tool` that calls it with values of known types")
}

/// A tool without a line of documentation.
pub(in super::super) fn undescribed(place: Place, declared: Option<Place>, name: &str) -> Diagnostic {
    let found =
        Diagnostic::new(UNDESCRIBED_TOOL, format!("nothing tells the agent what `{name}` is for"), place);
    let found = match declared {
        Some(declared) => found.label(declared, "it has no documentation"),
        None => found,
    };
    found.help(format!("write a line in front of `{name}` where it is declared: `/// Call this when …`"))
}

/// An endpoint inside of a block, or of an `fn`.
pub(in super::super) fn misplaced(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(
        MISPLACED_ENDPOINT,
        format!("the endpoint `{name}` is not at the top level of a flow"),
        place,
    )
    .help("declare it in the flow's own block")
}

/// Two endpoints of one name.
pub(in super::super) fn declared_twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(ENDPOINT_TWICE, format!("two endpoints are named `{name}`"), place)
        .label(first, "the first one")
        .help("rename one of them")
}

/// A stage and an endpoint of one name.
pub(in super::super) fn named_like_stage(place: Place, stage: Place, name: &str) -> Diagnostic {
    Diagnostic::new(ENDPOINT_TWICE, format!("a stage and an endpoint are named `{name}`"), place)
        .label(stage, "the stage")
        .help("rename one of them")
}

/// `expose status() { … }`
pub(in super::super) fn named_like_member(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(ENDPOINT_TWICE, format!("every process has a `{name}` already"), place)
        .help("give the endpoint another name")
}

/// `add_task(x)` above `expose add_task`.
pub(in super::super) fn not_yet_exposed(place: Place, declared: Place, name: &str) -> Diagnostic {
    Diagnostic::new(NOT_YET_EXPOSED, format!("`{name}` is not exposed yet here"), place)
        .label(declared, "it takes calls from here on")
        .help(format!("move `expose {name}` up, in front of its first use"))
}

/// `emit x` in a flow without `emits`.
pub(in super::super) fn nothing_emitted(
    place: Place,
    flow: Option<Place>,
    name: &str,
    what: &str,
    ty: Option<&Ty>,
) -> Diagnostic {
    let found = Diagnostic::new(NOTHING_EMITTED, format!("`{name}` emits nothing, so {what}"), place);
    let found = match flow {
        Some(flow) => found.label(flow, "no `emits` here"),
        None => found,
    };
    match ty.filter(|ty| !matches!(ty, Ty::Error | Ty::Never | Ty::None)) {
        Some(ty) => found.help(format!("declare it behind the result: `emits {ty}`")),
        None => found.help("declare it behind the result: `emits T`"),
    }
}

/// `bubble(p)` of a process that emits something else.
pub(in super::super) fn emits_differ(
    place: Place,
    flow: &str,
    own: &Ty,
    declared: Place,
    other: &Ty,
) -> Diagnostic {
    Diagnostic::new(
        super::MISMATCH,
        format!("`{flow}` emits `{own}`, so it cannot publish what this process emits, `{other}`"),
        place,
    )
    .here(format!("this emits `{other}`"))
    .label(declared, "what the flow emits")
    .help("go through its events, and `emit` what they mean: `for event in events(…) { … }`")
}

/// `done x` outside of an endpoint.
pub(in super::super) fn stray_done(place: Place) -> Diagnostic {
    Diagnostic::new(STRAY_DONE, "`done` ends a flow from inside an endpoint, and this is none", place)
        .help("write `return`")
}

/// Adds to what is said of a variable why a test of it does not hold any longer.
pub(in super::super) fn may_have_changed(found: Diagnostic, name: &str, inside: bool) -> Diagnostic {
    let who = if inside { "the flow may assign" } else { "an endpoint of this flow assigns" };
    found.note(format!(
        "{who} `{name}` while this waits, so what a test shows of it holds only up to the next step that takes time"
    ))
}
