//! What is said of budgets and bounds.

use super::range::Dimension;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use smol_str::SmolStr;

/// Flows call one another in a circle without a bound.
pub const RECURSION: Code = Code("E0514");
/// A budget below the cheapest path.
pub const BUDGET_TOO_SMALL: Code = Code("E0515");
/// A budget above the worst case.
pub const SLACK_BUDGET: Code = Code("W0501");
/// A worst case above the budget.
pub const WORST_CASE: Code = Code("N0501");

/// `@budget(turns: 2)` on a flow that takes three at least.
pub(super) fn budget_too_small(place: Place, dimension: Dimension, limit: u64, least: u64) -> Diagnostic {
    let (limit, least) = (dimension.exact(limit), dimension.exact(least));
    let what = match dimension {
        Dimension::Turns => {
            format!("even the cheapest path takes {least} turns of agents, the budget allows {limit}")
        }
        Dimension::Time => format!("even the cheapest path takes {least}, the budget allows {limit}"),
        Dimension::Cost => format!("even the cheapest path costs {least}, the budget allows {limit}"),
    };
    let fix = Fix {
        title: format!("raise it to `{least}`"),
        edits: vec![Edit { place: place.clone(), text: least.replace(' ', "") }],
        certain: false,
    };
    let found = Diagnostic::new(BUDGET_TOO_SMALL, what, place)
        .note("no run could come to a result")
        .help(format!("allow at least {least}: `flowc check --bounds` shows how much it may take"));
    // A time in two units is written with an operator, which no attribute takes.
    if least.contains(' ') { found } else { found.fix(fix) }
}

/// `@budget(turns: 20)` on a flow that takes 6 at most.
pub(super) fn slack_budget(
    place: Place,
    flow: &str,
    dimension: Dimension,
    limit: u64,
    worst: u64,
) -> Diagnostic {
    let (limit, worst) = (dimension.exact(limit), dimension.number(worst));
    Diagnostic::new(
        SLACK_BUDGET,
        format!("`{flow}` takes {worst}{} at most, so a budget of {limit} ends nothing", unit(dimension)),
        place,
    )
    .note("`flowc check --bounds` shows how the worst case comes about")
    .help(format!("lower it to at most {worst}, or leave it out"))
}

/// What stands behind a number that does not say itself what it counts.
fn unit(dimension: Dimension) -> &'static str {
    if dimension == Dimension::Turns { " turns of agents" } else { "" }
}

/// `@budget(turns: 20)` on a flow that may take 36.
pub(super) fn worst_case_above_budget(
    place: Place,
    flow: &str,
    dimension: Dimension,
    limit: u64,
    worst: u64,
) -> Diagnostic {
    let (limit, worst) = (dimension.exact(limit), dimension.number(worst));
    Diagnostic::new(
        WORST_CASE,
        format!("in the worst case `{flow}` takes {worst}{}; its budget ends it at {limit}", unit(dimension)),
        place,
    )
}

/// Why nothing ends flows that call one another in a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unended {
    /// None of them has a budget.
    NoBudget,
    /// A budget of turns, tokens or cost counts nothing on some way round.
    CountsTurns,
    /// A call is deferred.
    Deferred,
}

/// Flows that call one another in a circle, each with the call that goes on.
pub(super) fn recursion(steps: Vec<(SmolStr, Place)>, why: Unended) -> Option<Diagnostic> {
    let names: Vec<String> = steps.iter().chain(steps.first()).map(|(name, _)| format!("`{name}`")).collect();
    let mut steps = steps.into_iter();
    let (first, place) = steps.next()?;
    let message = if names.len() == 2 {
        format!("`{first}` calls itself without a bound")
    } else {
        format!("flows call one another in a circle without a bound: {}", names.join(" → "))
    };
    let found = Diagnostic::new(RECURSION, message, place).here(format!("`{first}` calls on here"));
    let found = steps.fold(found, |found, (name, place)| found.label(place, format!("then `{name}` here")));
    let help = "give one of them a budget, `@budget(time: 4h)`, or make it a `loop max` or stages with `max`";
    Some(match why {
        Unended::NoBudget => found.help(help),
        Unended::CountsTurns => found
            .note("a budget of turns, tokens or cost counts what agents do, and some way round calls none")
            .help(help),
        Unended::Deferred => found
            .note("no budget ends what is deferred: it is called when a budget has ended the flow, too")
            .help("leave the call out of the `defer`, or make it a `loop max`"),
    })
}
