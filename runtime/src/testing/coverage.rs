//! Which ways through a program there are, and which of them tests took.

use std::collections::HashMap;

use flow_ir::{At, Name, Node, Op, Program, walk};
use serde::Serialize;

use crate::interp::tree::address;

/// What kind of way it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A stage that is entered.
    Stage,
    /// A handoff that is made.
    Handoff,
    /// An arm of a `match` or a `race` that is taken.
    Arm,
    /// A branch of an `if` that is taken, also where it has no `else`; the `else` of a `loop`; a handler of `catch`.
    Branch,
}

impl Kind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Stage, Self::Handoff, Self::Arm, Self::Branch];

    /// What it is called, for one and for many.
    pub const fn noun(self) -> (&'static str, &'static str) {
        match self {
            Self::Stage => ("stage", "stages"),
            Self::Handoff => ("handoff", "handoffs"),
            Self::Arm => ("arm", "arms"),
            Self::Branch => ("branch", "branches"),
        }
    }
}

/// A way through a program.
#[derive(Clone, Debug)]
pub struct Point {
    /// What it is.
    pub kind: Kind,
    /// More of what it is: "stage `judge`", "no `else`".
    pub what: String,
    /// The flow or function.
    pub within: Name,
    /// Where.
    pub at: At,
}

/// Every way through a program, in the order of its document.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    points: Vec<Point>,
}

/// A way with the expression whose evaluation means that it is taken.
struct Found<'p>(Point, &'p Node);

impl Coverage {
    /// The ways through a program's flows and functions.
    pub fn of(program: &Program) -> Self {
        Self { points: found(program).into_iter().map(|Found(point, _)| point).collect() }
    }

    /// The ways.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Which of them were taken, given the addresses of what was reached in a program like the one they are of.
    pub(super) fn reached(&self, program: &Program, addresses: &HashMap<usize, u32>) -> Vec<bool> {
        self.taken(program, addresses).iter().map(|times| *times > 0).collect()
    }

    /// How often each of them was taken.
    pub(super) fn taken(&self, program: &Program, addresses: &HashMap<usize, u32>) -> Vec<u32> {
        let times = |Found(_, node): &Found<'_>| addresses.get(&address(node)).copied().unwrap_or(0);
        found(program).iter().map(times).collect()
    }
}

fn found(program: &Program) -> Vec<Found<'_>> {
    let mut all = Vec::new();
    for (name, flow) in &program.flows {
        inside(name, &flow.body, &mut all);
        for (stage, it) in &flow.stages {
            let what = format!("stage `{stage}`");
            all.push(Found(Point { kind: Kind::Stage, what, within: name.clone(), at: it.at }, &it.body));
            inside(name, &it.body, &mut all);
        }
    }
    for (name, function) in &program.fns {
        inside(name, &function.body, &mut all);
    }
    all
}

fn inside<'p>(within: &Name, body: &'p Node, all: &mut Vec<Found<'p>>) {
    walk(body, &mut |node| {
        let mut add = |kind, what: String, at: At, node: &'p Node| {
            all.push(Found(Point { kind, what, within: within.clone(), at }, node));
        };
        match &node.op {
            Op::If { condition, then, otherwise } => {
                add(Kind::Branch, "`if`".to_owned(), then.at, then);
                match otherwise {
                    Some(otherwise) => add(Kind::Branch, "`else`".to_owned(), otherwise.at, otherwise),
                    None => add(Kind::Branch, "past the `if`".to_owned(), node.at, condition),
                }
            }
            Op::Match { arms, .. } => {
                arms.iter().for_each(|arm| add(Kind::Arm, "arm".to_owned(), arm.body.at, &arm.body));
            }
            Op::Race { arms, .. } => {
                arms.iter()
                    .for_each(|arm| add(Kind::Arm, "arm of `race`".to_owned(), arm.body.at, &arm.body));
            }
            Op::Catch { handler, .. } => add(Kind::Branch, "`catch`".to_owned(), handler.at, handler),
            Op::Loop { otherwise: Some(otherwise), .. } => {
                add(Kind::Branch, "`else` of `loop`".to_owned(), otherwise.at, otherwise);
            }
            Op::Handoff { stage, .. } => {
                add(Kind::Handoff, format!("handoff to `{stage}`"), node.at, node);
            }
            _ => {}
        }
    });
}
