//! The outline of a flow: its steps and how control passes among them, without the expressions that only compute. What a
//! flow may use up, touch and do is found from outlines alone, so that a body is walked once, and a change that no step
//! sees ends here.

mod arithmetic;
mod brief;
mod build;
mod changes;
mod doer;
mod facts;
mod files;
mod known;
mod limits;
mod origins;
mod sizes;

pub use doer::{Doer, doer, tools};
pub use facts::{Fact, Piece};
pub use files::{Files, Read};
pub use known::Known;
pub use origins::{Depends, bit};
pub use sizes::Size;

use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::syntax::{Item, find_item};
use crate::types::infer::check_body;
use flow_grammar::span::Span;
use flow_grammar::tree::ItemKind;
use smol_str::SmolStr;
use std::sync::Arc;

/// The outline of a flow or tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The steps of its own block.
    pub steps: Vec<Step>,
    /// Its stages, in the order of the text.
    pub stages: Vec<Stage>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Which of its parameters hold processes, and as what it knows those.
    pub held: Vec<(usize, Known)>,
    /// Where each step stands, by its number, counted from the item.
    pub spans: Vec<Span>,
    /// Where the name of the flow stands.
    pub name: Span,
    /// `@budget(…)`
    pub budget: Budget,
}

/// What a run of a flow may use up, as written, each with its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Agent turns.
    pub turns: Option<(u64, Span)>,
    /// Milliseconds.
    pub time: Option<(u64, Span)>,
    /// Millionths of a dollar.
    pub cost: Option<(u64, Span)>,
    /// Tokens.
    pub tokens: Option<(u64, Span)>,
}

impl Budget {
    /// Whether it ends only what calls agents on every way round: it counts what they do, and no time.
    pub const fn needs_turns(&self) -> bool {
        self.time.is_none() && (self.turns.is_some() || self.cost.is_some() || self.tokens.is_some())
    }
}

/// A parameter, as far as steps depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: SmolStr,
    /// Its default.
    pub default: Option<Fact>,
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: SmolStr,
    /// How often it may be entered.
    pub max: Option<Fact>,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step, or what holds steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number in the flow, in the order of the text.
    pub number: u32,
    /// What it is.
    pub kind: StepKind,
}

/// The kinds of step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A call of an agent, command, human, flow or tool.
    Call(Box<Call>),
    /// A built-in effect.
    Effect(Box<Effect>),
    /// A secret that is used.
    Secret(SmolStr),
    /// `spawn`, which may be cancelled before it has done anything
    Spawn {
        /// As what the flow knows the process.
        process: Known,
        /// What the process does.
        body: Vec<Step>,
    },
    /// That process has ended.
    Ended(Known),
    /// That process is started anew.
    Restarted(Known),
    /// That process may outlive the flow.
    Detached(Known),
    /// An endpoint: from here on somebody may call it.
    Endpoint {
        /// How often.
        size: Size,
        /// What it does.
        body: Vec<Step>,
    },
    /// One of these.
    Choice(Vec<Vec<Step>>),
    /// `loop`
    Loop {
        /// How often.
        max: Option<Fact>,
        /// What is repeated.
        body: Vec<Step>,
        /// What follows the bound; a failure without it.
        otherwise: Option<Vec<Step>>,
    },
    /// `for`, `parallel for`
    For {
        /// Whether its rounds run at once.
        parallel: bool,
        /// The length of the list.
        size: Size,
        /// How many run at once.
        max: Option<Fact>,
        /// What is repeated.
        body: Vec<Step>,
        /// The processes that it goes over.
        each: Option<Box<Each>>,
    },
    /// `parallel`, each branch with its name
    Parallel(Vec<(SmolStr, Vec<Step>)>),
    /// `race`, each arm with what follows its victory
    Race(Vec<(Vec<Step>, Vec<Step>)>),
    /// `catch`
    Catch {
        /// What may fail.
        body: Vec<Step>,
        /// What happens then.
        handler: Vec<Step>,
    },
    /// `defer`
    Defer(Vec<Step>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `return`
    Return,
    /// `fail`, `blocked`
    Stop,
    /// `handoff`, by the index of the stage
    Handoff(usize),
}

/// The processes that a loop goes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each {
    /// As what a round knows its own; `None` where it goes over their events, which end with them.
    pub element: Option<u32>,
    /// As what the flow knows them.
    pub processes: Vec<Known>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub callee: ItemKey,
    /// Of which kind it is.
    pub kind: DefKind,
    /// One for each parameter; `None` takes the default.
    pub args: Vec<Option<Fact>>,
    /// `with { … }`
    pub options: Vec<(SmolStr, Fact)>,
    /// What tells each argument apart, by the place of its parameter; nothing where it is left out.
    pub depends: Vec<Depends>,
    /// The files that are handed over.
    pub reads: Vec<Read>,
    /// The processes that are handed over, each with the place of its parameter.
    pub handed: Vec<(usize, Known)>,
}

impl Call {
    /// What tells any of the arguments apart.
    pub fn depends(&self) -> Depends {
        self.depends.iter().copied().fold(Depends::default(), Depends::and)
    }

    /// What tells those arguments apart.
    pub fn depends_on(&self, params: u64) -> Depends {
        let given = self.depends.iter().zip(0..).filter(|(_, param)| params & bit(*param) != 0);
        given.fold(Depends::default(), |all, (depends, _)| all.and(*depends))
    }

    /// An option of the call.
    pub fn option(&self, key: &str) -> Option<&Fact> {
        self.options.iter().find(|(name, _)| name == key).map(|(_, fact)| fact)
    }
}

/// A built-in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Its name.
    pub name: &'static str,
    /// One for each parameter.
    pub args: Vec<Option<Fact>>,
    /// What tells the name of the file that it touches apart, or else what it is given.
    pub depends: Depends,
    /// As for a call.
    pub reads: Vec<Read>,
}

impl Outline {
    /// Where a step stands.
    pub fn span(&self, number: u32) -> Span {
        self.spans.get(number as usize).copied().unwrap_or(self.name)
    }

    /// Every step with those inside of it, parents first.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Step)) {
        each(&self.steps, visit);
        self.stages.iter().for_each(|stage| each(&stage.steps, visit));
    }
}

/// Every step with those inside of it, parents first.
pub fn each<'a>(steps: &'a [Step], visit: &mut dyn FnMut(&'a Step)) {
    for step in steps {
        visit(step);
        step.children(&mut |inner| each(inner, visit));
    }
}

impl Step {
    /// The sequences inside of a step.
    pub fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a [Step])) {
        match &self.kind {
            StepKind::Choice(ways) => ways.iter().for_each(|way| visit(way)),
            StepKind::Loop { body, otherwise, .. } => {
                visit(body);
                otherwise.iter().for_each(|steps| visit(steps));
            }
            StepKind::For { body, .. }
            | StepKind::Endpoint { body, .. }
            | StepKind::Defer(body)
            | StepKind::Spawn { body, .. } => visit(body),
            StepKind::Parallel(branches) => branches.iter().for_each(|(_, steps)| visit(steps)),
            StepKind::Race(arms) => arms.iter().for_each(|(value, body)| {
                visit(value);
                visit(body);
            }),
            StepKind::Catch { body, handler } => {
                visit(body);
                visit(handler);
            }
            StepKind::Call(_)
            | StepKind::Effect(_)
            | StepKind::Secret(_)
            | StepKind::Ended(_)
            | StepKind::Restarted(_)
            | StepKind::Detached(_)
            | StepKind::Break
            | StepKind::Continue
            | StepKind::Return
            | StepKind::Stop
            | StepKind::Handoff(_) => {}
        }
    }
}

/// The outline of an item; `None` if it is no flow or tool.
#[salsa::tracked(returns(clone))]
pub fn outline<'db>(db: &'db dyn Db, item: Item<'db>) -> Option<Arc<Outline>> {
    let ItemKind::Flow(flow) = item.kind(db) else { return None };
    let body = check_body(db, item);
    Some(Arc::new(build::build(db, flow, &item.tree(db).attrs, &body)))
}

/// The outline of the flow or tool of that key.
pub fn outline_of(db: &dyn Db, key: &ItemKey) -> Option<Arc<Outline>> {
    outline(db, find_item(db, key)?)
}
