//! What a single step takes: a call of an agent, a program, a person, a flow, or a built-in effect.

use super::amount::{Amount, Root, Symbol};
use super::flow_cost;
use super::paths::Finder;
use super::range::{At, Most, Range, Why, WhyKind, each, nothing, repeated};
use crate::analyses::outline::{Call, Doer, Effect, Fact, Param, Size, Step, doer, tools};
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::types::ty::Ty;
use flow_grammar::tree::DoerKind;

/// How many turns more an agent gets at least to mend an answer of the wrong form.
const CORRECTIONS: u64 = 1;

/// The pause before the second attempt and the longest, in milliseconds: it doubles with each.
const PAUSE: (u64, u64) = (1000, 60_000);

/// What a call takes, and what of it neither a timeout nor a budget ends.
pub(super) fn call(finder: &Finder<'_>, step: &Step, call: &Call) -> (Range, [Most; 3]) {
    let (mut range, late) = match call.kind {
        DefKind::Flow | DefKind::Tool => flow(finder, call),
        DefKind::Agent | DefKind::Command | DefKind::Human => match doer(finder.db, &call.callee) {
            Some(doer) => (of_doer(&doer, call), nothing()),
            None => Default::default(),
        },
        _ => Default::default(),
    };
    for tool in tools(finder.db, call) {
        range.most = with_tool(finder, &tool, range.most);
    }
    let at = finder.at(step);
    range.most = range.most.map(|most| most.tidy(&at));
    (range, late.map(|most| most.tidy(&at)))
}

/// What a call of an agent, command or human takes: its attempts, the first included, each as long as its timeout.
fn of_doer(doer: &Doer, call: &Call) -> Range {
    let at = || At { key: call.callee.clone(), step: None };
    let lacks = |setting| vec![Why { kind: WhyKind::NoSetting(call.callee.name.clone(), setting), at: at() }];
    let retry = setting(doer, call, "retry").map_or_else(Amount::default, |fact| fact.amount());
    let attempts = retry.plus(&Amount::from(1));
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
        // An answer of the wrong form goes back to the agent, as often as there are attempts.
        None if is_agent => {
            let asked = retry.or_more(&Amount::from(CORRECTIONS)).plus(&Amount::from(1));
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

/// What an agent takes that may use a tool of the program, as often as it likes. The time is its own: it waits for the tool.
fn with_tool(finder: &Finder<'_>, tool: &ItemKey, most: [Most; 3]) -> [Most; 3] {
    let Some(cost) = flow_cost(finder.db, tool) else { return most };
    let calls = Most::Known(Size::counted(format!("calls of {}", tool.name)).most);
    // Of what an agent hands over nothing is known.
    let unknown = |symbol: &Symbol| match symbol {
        Symbol::Value(root) => Amount::of(Symbol::Value(of_tool(tool, root))),
        Symbol::Quantity(root) => Amount::of(Symbol::Quantity(of_tool(tool, root))),
        Symbol::Len(root) => Amount::of(Symbol::Len(of_tool(tool, root))),
        Symbol::Rounds(..) => Amount::of(symbol.clone()),
    };
    let all = cost.within.clone().map(|most| match most {
        Most::Known(amount) => Most::Known(amount.substituted(&unknown)),
        other => other,
    });
    let [turns, time, money] = most;
    let [more_turns, _, more_money] = repeated(&all, &calls);
    [turns.plus(&more_turns), time, money.plus(&more_money)]
}

fn of_tool(tool: &ItemKey, root: &Root) -> Root {
    let (Root::Param(_, name) | Root::Named(name)) = root;
    Root::Named(format!("{}.{name}", tool.name).into())
}

/// The pauses before the attempts that follow failed ones.
fn pauses(retry: &Amount) -> Amount {
    match retry.known() {
        Some(retries) => {
            let short = (0..retries.min(6)).map(|nth| (PAUSE.0 << nth).min(PAUSE.1)).sum::<u64>();
            Amount::from(short.saturating_add(retries.saturating_sub(6).saturating_mul(PAUSE.1)))
        }
        None => retry.times(&Amount::from(PAUSE.1)),
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
        Fact::Other(name) => Fact::Other(format!("{}.{name}", call.callee.name).into()),
        other => other.clone(),
    }
}

/// What a call gives for a parameter.
fn argument(at: u32, call: &Call, params: &[Param]) -> Option<Fact> {
    match call.args.get(at as usize) {
        Some(Some(fact)) => Some(fact.clone()),
        _ => match params.get(at as usize)?.default.as_ref()? {
            // A default may use the parameters before it.
            Fact::Param(earlier, _) if *earlier < at => argument(*earlier, call, params),
            default => Some(default.clone()),
        },
    }
}

/// What a call of a flow takes: its summary with the arguments put in, as often as there are attempts, each under the
/// timeout. What is deferred is not ended by it.
fn flow(finder: &Finder<'_>, call: &Call) -> (Range, [Most; 3]) {
    let Some(cost) = flow_cost(finder.db, &call.callee) else { return Default::default() };
    let worth = |symbol: &Symbol| -> Amount {
        let (root, of): (&Root, fn(&Fact) -> Amount) = match symbol {
            Symbol::Value(root) => (root, Fact::amount),
            Symbol::Quantity(root) => (root, Fact::quantity),
            Symbol::Len(root) => (root, |fact| fact.size().most),
            Symbol::Rounds(..) => return Amount::of(symbol.clone()),
        };
        match root {
            Root::Param(at, name) => match argument(*at, call, &cost.params) {
                Some(fact) => of(&fact),
                None => of(&Fact::Other(format!("{}.{name}", call.callee.name).into())),
            },
            Root::Named(name) => of(&Fact::Other(format!("{}.{name}", call.callee.name).into())),
        }
    };
    let here = |all: &[Most; 3]| {
        all.clone().map(|most| match most {
            Most::Known(amount) => Most::Known(amount.substituted(&worth)),
            other => other,
        })
    };
    let (mut most, mut late) = (here(&cost.within), here(&cost.late));
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
            Some(fact) => (fact.number().unwrap_or(0), Most::Known(fact.quantity())),
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
    Range { least: [0, least, 0], most: [Most::default(), most, Most::default()] }
}
