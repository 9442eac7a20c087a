//! The summary of a flow: whom it may call and which files it may touch, itself or through what it calls.

use super::access::{Access, IN_A_CALL, InRounds, Namer, of_call, of_effect};
use super::network::openings;
use crate::analyses::calls::{calls_itself, flows_of};
use crate::analyses::depth::{below, summary};
use crate::analyses::outline::{
    Call, Depends, Doer, Fact, Outline, Piece, Step, StepKind, doer, each, outline, outline_of,
};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::syntax::{KeyId, find_item};
use flow_grammar::tree::DoerKind;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

type Names = BTreeSet<SmolStr>;

/// What a flow may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Agents called.
    pub agents: Names,
    /// People asked.
    pub humans: Names,
    /// Providers that agents name.
    pub providers: Names,
    /// Programs started, by their first word; `sh` for the shell form.
    pub programs: Names,
    /// Tools that agents are given.
    pub tools: Names,
    /// Built-in effects used.
    pub builtins: Names,
    /// Secrets used.
    pub secrets: Names,
    /// Agents that may reach the network.
    pub network: Names,
    /// Files read and written.
    pub accesses: BTreeSet<Access>,
}

impl Reach {
    /// Patterns of the files that may be read, or written, as far as the program says.
    pub fn files(&self, write: bool) -> BTreeSet<String> {
        let named =
            self.accesses.iter().filter(|it| it.write == write && !it.glob.is_unnamed() && !it.is_below);
        named.map(|it| it.glob.text()).collect()
    }

    /// What may be used, by kind, for people to read.
    pub fn rows(&self) -> [(&'static str, Vec<String>); 10] {
        let names = |set: &Names| set.iter().map(ToString::to_string).collect::<Vec<String>>();
        let files = |write: bool| self.files(write).into_iter().collect();
        [
            ("agents", names(&self.agents)),
            ("providers", names(&self.providers)),
            ("tools", names(&self.tools)),
            ("network", names(&self.network)),
            ("people", names(&self.humans)),
            ("programs", names(&self.programs)),
            ("reads", files(false)),
            ("writes", files(true)),
            ("builtins", names(&self.builtins)),
            ("secrets", names(&self.secrets)),
        ]
    }
}

/// What the flow or tool of that key may do.
pub fn reach(db: &dyn Db, key: &ItemKey) -> Option<Arc<Reach>> {
    summary(db, key, |key| reach_of(db, KeyId::new(db, key.clone())))
}

#[salsa::tracked(returns(clone))]
fn reach_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<Reach>> {
    let key = key.key(db);
    let outline = outline(db, find_item(db, key)?)?;
    if calls_itself(db, key) {
        return Some(Arc::new(of_circle(db, key)));
    }
    let mut out = Reach::default();
    outline.each(&mut |step| out.step(db, step));
    out.accesses = flow_accesses(db, &outline, &mut |flow| reach(db, flow));
    let mut flows = Vec::new();
    outline.each(&mut |step| {
        if let StepKind::Call(call) = &step.kind {
            flows.extend(flows_of(db, call));
        }
    });
    for flow in flows {
        if let Some(more) = reach(db, &flow) {
            out.add(&more);
        }
    }
    Some(Arc::new(out))
}

/// A flow that calls itself may do whatever one of those on the way does.
fn of_circle(db: &dyn Db, key: &ItemKey) -> Reach {
    let mut out = Reach::default();
    for flow in below(db, key).into_iter().chain([key.clone()]) {
        let Some(outline) = find_item(db, &flow).and_then(|item| outline(db, item)) else { continue };
        outline.each(&mut |step| out.step(db, step));
        // Of which flow a parameter is does not matter any more, and nothing says what it is in the next round.
        let accesses = flow_accesses(db, &outline, &mut |_| None).into_iter();
        out.accesses.extend(accesses.map(|access| access.handed(&|_| vec![Piece::Hole], 0)));
    }
    out
}

fn flow_accesses(
    db: &dyn Db,
    outline: &Outline,
    of_flow: &mut dyn FnMut(&ItemKey) -> Option<Arc<Reach>>,
) -> BTreeSet<Access> {
    let mut out = Vec::new();
    outline.each(&mut |step| of_step(db, step, of_flow, &mut out));
    out.into_iter().map(|(access, _)| access).collect()
}

/// What a single step may read and write in the workspace of its flow.
fn of_step(
    db: &dyn Db,
    step: &Step,
    of_flow: &mut dyn FnMut(&ItemKey) -> Option<Arc<Reach>>,
    out: &mut Vec<InRounds>,
) {
    match &step.kind {
        StepKind::Call(call) if is_apart(db, call) => {}
        StepKind::Call(call) => {
            for flow in flows_of(db, call) {
                if let Some(reach) = of_flow(&flow) {
                    out.extend(handed(db, call, &flow, &reach.accesses));
                }
            }
            of_call(db, call, out);
        }
        StepKind::Effect(effect) => of_effect(effect, out),
        _ => {}
    }
}

/// What a flow touches, as its caller sees it: with the arguments in the names. What an agent hands to its tools nobody knows.
pub(super) fn handed(db: &dyn Db, call: &Call, flow: &ItemKey, accesses: &BTreeSet<Access>) -> Vec<InRounds> {
    let is_direct = *flow == call.callee;
    let callee = if is_direct { outline_of(db, flow) } else { None };
    let given = |at: u32| {
        let at = at as usize;
        let default = || callee.as_ref()?.params.get(at)?.default.as_ref();
        match call.args.get(at).filter(|_| is_direct) {
            Some(Some(fact)) => fact.pieces(),
            // A default may use the parameters before it.
            Some(None) => match default().map(Fact::pieces) {
                Some(pieces) if !pieces.iter().any(|piece| matches!(piece, Piece::Param(_))) => pieces,
                _ => vec![Piece::Hole],
            },
            None => vec![Piece::Hole],
        }
    };
    let accesses = accesses.iter().map(|access| {
        let depends = if is_direct { call.depends_on(access.params) } else { Depends::default() };
        let access = access.handed(&given, depends.params);
        let rounds = if access.namer == Namer::Given { depends.rounds } else { 0 };
        (access, rounds)
    });
    accesses.collect()
}

/// An access with the step that makes it, and whether its name differs from round to round of a concurrent loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Touched {
    pub(super) access: Access,
    pub(super) step: u32,
    /// On which concurrent loops around the step the name depends.
    pub(super) varies: u32,
}

impl Touched {
    pub(super) fn new((access, rounds): InRounds, step: u32) -> Self {
        Self { varies: if access.namer == Namer::Given { rounds } else { 0 }, step, access }
    }
}

/// What steps may read and write in the workspace of their flow.
pub(super) fn touched(db: &dyn Db, steps: &[Step]) -> Vec<Touched> {
    let mut out = Vec::new();
    let mut inside = BTreeSet::from([IN_A_CALL]);
    each(steps, &mut |step| {
        inside.insert(step.number);
        let mut found = Vec::new();
        of_step(db, step, &mut |flow| reach(db, flow), &mut found);
        out.extend(found.into_iter().map(|access| Touched::new(access, step.number)));
    });
    // Who waits for a file while another writes it reads it behind that.
    out.retain(|touched: &Touched| touched.access.waited.is_none_or(|step| !inside.contains(&step)));
    out
}

/// Whether a call works in a workspace of its own.
pub(super) fn is_apart(db: &dyn Db, call: &Call) -> bool {
    let declared = || doer(db, &call.callee).and_then(|doer| doer.setting("workspace").cloned());
    let workspace = call.option("workspace").cloned().or_else(declared);
    workspace.as_ref().and_then(Fact::plain) == Some("worktree")
}

impl Reach {
    fn add(&mut self, more: &Self) {
        self.agents.extend(more.agents.iter().cloned());
        self.humans.extend(more.humans.iter().cloned());
        self.providers.extend(more.providers.iter().cloned());
        self.programs.extend(more.programs.iter().cloned());
        self.tools.extend(more.tools.iter().cloned());
        self.builtins.extend(more.builtins.iter().cloned());
        self.secrets.extend(more.secrets.iter().cloned());
        self.network.extend(more.network.iter().cloned());
    }

    fn step(&mut self, db: &dyn Db, step: &Step) {
        match &step.kind {
            StepKind::Call(call) => {
                if let Some(doer) = doer(db, &call.callee) {
                    self.doer(&call.callee.name, &doer, &call.options);
                }
            }
            StepKind::Effect(effect) => {
                self.builtins.insert(effect.name.into());
                if effect.name == "sh" {
                    self.programs.insert("sh".into());
                }
            }
            StepKind::Secret(name) => {
                self.secrets.insert(name.clone());
            }
            _ => {}
        }
    }

    /// What a call of an agent, command or human may do.
    pub fn doer(&mut self, name: &SmolStr, doer: &Doer, options: &[(SmolStr, Fact)]) {
        self.secrets.extend(doer.secrets.iter().cloned());
        let given = |key: &str| options.iter().find(|(name, _)| name == key).map(|(_, fact)| fact);
        let setting = |key: &str| given(key).or_else(|| doer.setting(key));
        match doer.kind {
            DoerKind::Human => {
                self.humans.insert(name.clone());
            }
            DoerKind::Command => {
                self.programs.insert(program(doer));
            }
            DoerKind::Agent => {
                self.agents.insert(name.clone());
                self.providers.extend(setting("provider").and_then(Fact::plain).map(SmolStr::new));
                if let Some(Fact::List(tools)) = setting("tools") {
                    self.tools.extend(tools.iter().filter_map(tool));
                }
                if let Some(Fact::List(servers)) = setting("mcp") {
                    self.tools
                        .extend(servers.iter().filter_map(Fact::plain).map(|it| format!("mcp {it}").into()));
                }
                if !openings(&setting).is_empty() {
                    self.network.insert(name.clone());
                }
            }
        }
    }
}

fn tool(fact: &Fact) -> Option<SmolStr> {
    match fact {
        Fact::Item(key, _) => Some(key.name.clone()),
        fact => fact.plain().map(SmolStr::new),
    }
}

/// The program that a command starts, as far as it stands in the text.
pub fn program(doer: &Doer) -> SmolStr {
    match doer.setting("run") {
        Some(Fact::Text(_)) => "sh".into(),
        Some(Fact::List(words)) => match words.first() {
            Some(fact @ (Fact::Text(_) | Fact::Word(_))) => match (fact.plain(), fact) {
                (Some(word), _) => word.into(),
                (None, Fact::Text(pieces)) => match pieces.first() {
                    Some(Piece::Text(text)) => format!("{text}*").into(),
                    _ => "*".into(),
                },
                _ => "*".into(),
            },
            _ => "*".into(),
        },
        _ => "*".into(),
    }
}
