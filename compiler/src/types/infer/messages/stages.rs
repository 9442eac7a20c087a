//! Stages that are not there, or not where they may be.

use super::replace;
use crate::diagnostics::{Code, Diagnostic, Place};

/// There is no stage of that name.
pub const UNKNOWN_STAGE: Code = Code("E0505");
/// A stage is declared where none may be.
pub const MISPLACED_STAGE: Code = Code("E0506");
/// Two stages of one name.
pub const STAGE_TWICE: Code = Code("E0511");

/// `handoff jugde(poem)`
pub(in super::super) fn unknown_stage(
    place: Place,
    name: &str,
    near: Option<&str>,
    none: bool,
    is_flow: bool,
) -> Diagnostic {
    let found =
        Diagnostic::new(UNKNOWN_STAGE, format!("there is no stage `{name}` in this flow"), place.clone());
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None if is_flow => found.help(format!("`{name}` is not a stage: call it, `{name}(…)`")),
        None if none => {
            found.note("`handoff` gives control to a stage of the flow around it; this one has none")
        }
        None => found.help(format!("declare it: `stage {name}(…) {{ … }}`")),
    }
}

/// A stage inside of a block.
pub(in super::super) fn misplaced_stage(place: Place, name: &str) -> Diagnostic {
    Diagnostic::new(MISPLACED_STAGE, format!("stage `{name}` is not at the top level of a flow"), place)
        .help("declare it in the flow's own block, beside the others")
}

/// Two stages of one name.
pub(in super::super) fn declared_twice(place: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::new(STAGE_TWICE, format!("two stages are named `{name}`"), place)
        .label(first, "the first one")
        .help("rename one of them")
}
