//! What a single step takes: a call of an agent, a program, a person, a flow, or a built-in effect.

use super::amount::{Amount, Root, Symbol};
use super::flow_cost;
use super::number::{Ends, Number, Unit};
use super::paths::Finder;
use super::range::{At, Dimension, Most, Range, Why, WhyKind, each, nothing, repeated, sum};
use crate::analyses::outline::{Call, Doer, Effect, Fact, Param, Size, Step, doer, tools};
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::types::ty::Ty;
use flow_grammar::tree::DoerKind;
use smol_str::SmolStr;

/// Names that are longer are not worth reading, in bytes.
const LONGEST_NAME: usize = 64;

/// What a call takes, and what of it neither a timeout nor a budget ends.
pub(super) fn call(finder: &Finder<'_>, step: &Step, call: &Call) -> (Range, [Most; 3]) {
    let (mut range, mut late) = match call.kind {
        DefKind::Flow | DefKind::Tool => flow(finder, call),
        DefKind::Agent | DefKind::Command | DefKind::Human => match doer(finder.db, &call.callee) {
            Some(doer) => (of_doer(&doer, call), nothing()),
            None => Default::default(),
        },
        _ => Default::default(),
    };
    for tool in tools(finder.db, call) {
        with_tool(finder, call, &tool, &mut range.most, &mut late);
    }
    let at = finder.at(step);
    range.most = range.most.map(|most| most.tidy(&at));
    (range, late.map(|most| most.tidy(&at)))
}

/// What a call of an agent, command or human takes: its attempts, the first included, each as long as its timeout.
fn of_doer(doer: &Doer, call: &Call) -> Range {
    let at = || At { key: call.callee.clone(), step: None };
    let lacks = |setting| vec![Why { kind: WhyKind::NoSetting(call.callee.name.clone(), setting), at: at() }];
    let (retry, attempts) = (retry(doer, call), attempts(doer, call));
    let time = match setting(doer, call, "timeout") {
        Some(timeout) => {
            let all = timeout.quantity().times(&attempts).plus(&pauses(&retry));
            Most::Known(all)
        }
        None => Most::Unbounded(lacks("timeout")),
    };
    let is_agent = doer.kind == DoerKind::Agent;
    let turns = match setting(doer, call, "turns").filter(|_| is_agent) {
        Some(turns) => turns.amount(),
        None if is_agent && doer.result == Ty::None => attempts,
        // In each attempt an answer of the wrong form goes back to the agent, as often as `retry` says.
        None if is_agent => {
            let asked = retry.or_more(&Amount::from(u64::from(flow_ir::CORRECTIONS))).plus(&Amount::from(1));
            attempts.times(&asked)
        }
        None => Amount::default(),
    };
    let cost = match setting(doer, call, "cost") {
        Some(cost) if is_agent => Most::Known(cost.quantity()),
        None if is_agent => Most::Unknown(lacks("cost")),
        _ => Most::default(),
    };
    Range { least: [u64::from(is_agent), 0, 0], most: [turns.into(), time, cost] }
}

/// What a callee takes, with every symbol replaced by what it is worth to its caller.
fn substituted(all: &[Most; 3], worth: &dyn Fn(&Symbol) -> Ends) -> [Most; 3] {
    all.each_ref().map(|most| match most {
        Most::Known(amount) => Most::Known(amount.substituted(worth)),
        other => other.clone(),
    })
}

/// What an agent takes that may use a tool of the program, as often as it likes. The time is its own: it waits for the tool. Only
/// what a tool defers runs behind the end of the attempt that called it, beside what other calls have deferred.
fn with_tool(finder: &Finder<'_>, call: &Call, tool: &ItemKey, most: &mut [Most; 3], late: &mut [Most; 3]) {
    let Some(cost) = flow_cost(finder.db, tool) else { return };
    let calls = Most::Known(Size::counted(format!("calls of {}", tool.name)).most);
    // Of what an agent hands over nothing is known.
    let unknown = |symbol: &Symbol| -> Ends {
        Number::of(match symbol {
            Symbol::Value(root) => Symbol::Value(of_tool(tool, root)),
            Symbol::Quantity(root) => Symbol::Quantity(of_tool(tool, root)),
            Symbol::Len(root) => Symbol::Len(of_tool(tool, root)),
            symbol => symbol.clone(),
        })
        .into()
    };
    let here = |all| substituted(all, &unknown);
    let attempts = doer(finder.db, &call.callee).map(|doer| attempts(&doer, call)).unwrap_or_default();
    let deferred = here(&cost.late);
    let behind = deferred[Dimension::Time as usize].times(&Most::Known(attempts));
    let [more_turns, _, more_cost] = repeated(&here(&cost.within), &calls);
    let [late_turns, _, late_cost] = repeated(&deferred, &calls);
    *most = sum(most, &[more_turns, behind.clone(), more_cost]);
    *late = sum(late, &[late_turns, behind, late_cost]);
}

/// How often a call is tried at most.
fn attempts(doer: &Doer, call: &Call) -> Amount {
    retry(doer, call).plus(&Amount::from(1))
}

fn retry(doer: &Doer, call: &Call) -> Amount {
    setting(doer, call, "retry").map_or_else(Amount::default, |fact| fact.amount())
}

fn of_tool(tool: &ItemKey, root: &Root) -> Root {
    Root::Named(named(tool, root.name()))
}

/// The pauses before the attempts that follow failed ones; of how many only the run knows, each is the longest.
fn pauses(retry: &Amount) -> Amount {
    match retry.known() {
        Some(retries) => Amount::from(flow_ir::longest_pauses(retries)),
        None => retry.times(&Amount::from(flow_ir::LONGEST_PAUSE)),
    }
}

/// A setting as a call finds it: its own, or else the declaration's with the arguments put in.
fn setting(doer: &Doer, call: &Call, key: &str) -> Option<Fact> {
    match call.option(key) {
        Some(fact) => Some(fact.clone()),
        None => Some(handed(doer.setting(key)?, call, &doer.params)),
    }
}

/// A fact of a callee in terms of its caller.
fn handed(fact: &Fact, call: &Call, params: &[Param]) -> Fact {
    match fact {
        Fact::Param(at, _) => argument(*at, call, params).unwrap_or_else(|| fact.clone()),
        Fact::Number(ends, unit) => {
            let worth = |symbol: &Symbol| worth(symbol, call, params);
            Fact::computed(&ends.substituted(&worth), *unit)
                .unwrap_or_else(|| Fact::Other(call.callee.name.clone()))
        }
        Fact::Other(name) => Fact::Other(named(&call.callee, name)),
        other => other.clone(),
    }
}

/// What a callee calls something, as its caller calls it: `part.files`. Of a long way only the end is told.
fn named(callee: &ItemKey, name: &str) -> SmolStr {
    let end = name.strip_prefix("….").unwrap_or(name);
    if end == "…" {
        end.into()
    } else if end.len() < name.len() || name.starts_with("calls of ") {
        name.into()
    } else if callee.name.len() + name.len() > LONGEST_NAME {
        format!("….{}", name.rsplit('.').next().unwrap_or(name)).into()
    } else {
        format!("{}.{name}", callee.name).into()
    }
}

/// What a call gives for a parameter.
fn argument(at: u32, call: &Call, params: &[Param]) -> Option<Fact> {
    match call.args.get(at as usize) {
        Some(Some(fact)) => Some(fact.clone()),
        _ => match params.get(at as usize)?.default.as_ref()? {
            // A default may use the parameters before it.
            Fact::Param(earlier, _) if *earlier < at => argument(*earlier, call, params),
            default @ Fact::Number(..) => Some(handed(default, call, params.get(..at as usize)?)),
            default => Some(default.clone()),
        },
    }
}

/// What a symbol of a callee is worth to its caller.
fn worth(symbol: &Symbol, call: &Call, params: &[Param]) -> Ends {
    let (root, of): (&Root, fn(&Fact) -> Ends) = match symbol {
        Symbol::Value(root) => (root, |fact| fact.ends(Unit::Count)),
        Symbol::Quantity(root) => (root, |fact| fact.ends(Unit::Quantity)),
        Symbol::Len(root) => (root, Fact::length),
        symbol => return Number::of(symbol.clone()).into(),
    };
    match root {
        Root::Param(at, name) => match argument(*at, call, params) {
            Some(fact) => of(&fact),
            None => of(&Fact::Other(named(&call.callee, name))),
        },
        Root::Named(name) => of(&Fact::Other(named(&call.callee, name))),
        Root::Changing(_) => Number::of(symbol.clone()).into(),
    }
}

/// What a call of a flow takes: its summary with the arguments put in, as often as there are attempts, each under the
/// timeout. What is deferred is not ended by it.
fn flow(finder: &Finder<'_>, call: &Call) -> (Range, [Most; 3]) {
    let Some(cost) = flow_cost(finder.db, &call.callee) else { return Default::default() };
    let worth = |symbol: &Symbol| worth(symbol, call, &cost.params);
    let (mut most, mut late) = (substituted(&cost.within, &worth), substituted(&cost.late, &worth));
    let mut least = cost.range.least;
    if let Some(timeout) = call.option("timeout") {
        let [_, time, _] = &mut most;
        let [_, after, _] = &late;
        *time = std::mem::take(time).either(Most::Known(timeout.quantity()).plus(after));
        let [_, time, _] = &mut least;
        *time = timeout.number().map_or(*time, |timeout| timeout.min(*time));
    }
    // A timeout that is only known here may end it before the least that it was said to take.
    let least = each(&least, &most, |least, most| most.known().map_or(*least, |most| most.min(*least)));
    if let Some(retry) = call.option("retry") {
        let attempts = Most::Known(retry.amount().plus(&Amount::from(1)));
        (most, late) = (repeated(&most, &attempts), repeated(&late, &attempts));
    }
    (Range { least, most }, late)
}

/// What a built-in effect takes. What only looks at or writes the workspace takes no time that counts.
pub(super) fn effect(finder: &Finder<'_>, step: &Step, effect: &Effect) -> Range {
    let time = |index: usize| effect.args.get(index).and_then(Option::as_ref);
    let endless = || Most::Unbounded(vec![Why { kind: WhyKind::Effect(effect.name), at: finder.at(step) }]);
    let (least, most) = match effect.name {
        "sleep" => match time(0) {
            Some(fact) => (fact.at_least(), Most::Known(fact.quantity())),
            None => (0, endless()),
        },
        "wait_for" => (0, time(1).map_or_else(endless, |fact| Most::Known(fact.quantity()))),
        "sh" | "signal" => (0, endless()),
        "restart" => {
            let why = Why { kind: WhyKind::Restart, at: finder.at(step) };
            let again = || Most::Unbounded(vec![why.clone()]);
            return Range { least: [0, 0, 0], most: [again(), again(), again()] };
        }
        _ => return Range::default(),
    };
    Range { least: [0, least, 0], most: [Most::default(), most.tidy(&finder.at(step)), Most::default()] }
}
