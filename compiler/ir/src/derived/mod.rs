//! What follows from the rest of a program: the tables of handoffs, steps and effects, for tools, which would have to walk
//! every body otherwise, and the schemas that agents and people answer to. Lowering writes it, and the verifier refuses a
//! document that says anything else.

mod effects;
mod handoffs;
mod schemas;
mod steps;

use crate::{Effects, Flow, HandoffEdge, Name, Program, StepInfo};
use serde_json::Value;
use std::collections::BTreeMap;

impl Program {
    /// Fills in everything that follows from the rest. Of the effects these are all but `tools`, `network`, `reads` and
    /// `writes`, which say more than the bodies do and are left as they are. Walks bodies by recursion: for one that is no
    /// tree of the compiler's, on a [deep stack](crate::on_deep_stack).
    pub fn fill_tables(&mut self) {
        let tables = Tables::of(self);
        self.handoffs = tables.handoffs;
        let flows = self.flows.values_mut().zip(tables.flows);
        for (flow, (effects, steps)) in flows.chain(self.tests.values_mut().zip(tables.tests)) {
            (flow.effects, flow.steps) = (effects, steps);
        }
        for (agent, schemas) in self.agents.values_mut().zip(tables.agents) {
            agent.schemas = schemas;
        }
        for (human, schema) in self.humans.values_mut().zip(tables.humans) {
            human.schema = schema;
        }
    }
}

/// What the bodies and types of a program say.
pub(crate) struct Tables {
    /// [`Program::handoffs`]
    pub(crate) handoffs: Vec<HandoffEdge>,
    /// For each flow, in order.
    pub(crate) flows: Vec<(Effects, Vec<StepInfo>)>,
    /// For each test, in order.
    pub(crate) tests: Vec<(Effects, Vec<StepInfo>)>,
    /// For each agent, in order: [`Agent::schemas`](crate::Agent::schemas).
    pub(crate) agents: Vec<BTreeMap<Name, Value>>,
    /// For each human, in order: [`Human::schema`](crate::Human::schema).
    pub(crate) humans: Vec<Value>,
}

impl Tables {
    /// The tables of a program. A name in it that leads nowhere adds nothing to them.
    pub(crate) fn of(program: &Program) -> Self {
        let (flows, tests) = effects::effects(program);
        let steps = |root: &str, flow: &Flow| steps::steps(&program.sources, root, flow);
        let of_flows = program.flows.iter().map(|(name, flow)| steps(own_name(name), flow));
        let of_tests = program.tests.values().map(|test| steps("test", test));
        Self {
            handoffs: handoffs::handoffs(program),
            flows: flows.into_iter().zip(of_flows).collect(),
            tests: tests.into_iter().zip(of_tests).collect(),
            agents: schemas::of_agents(program),
            humans: schemas::of_humans(program),
        }
    }
}

/// A declaration's name where it stands: `review` of `shared/checks.review<string>`.
fn own_name(name: &str) -> &str {
    let plain = name.split('<').next().unwrap_or(name);
    plain.rsplit('.').next().unwrap_or(plain)
}
