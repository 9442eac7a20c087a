//! Whose answer may come too late: whoever is called in an arm of a `race`.

use std::collections::BTreeSet;

use flow_ir::{Double, Name, Node, Op, Program, Target, walk};

/// Whoever is called in an arm of a race with others, also through flows.
pub(super) fn racers(program: &Program) -> BTreeSet<Double> {
    let mut found = Found { program, flows: BTreeSet::new(), racers: BTreeSet::new() };
    for flow in program.flows.values() {
        let bodies = std::iter::once(&flow.body).chain(flow.stages.values().map(|stage| &stage.body));
        bodies.for_each(|body| walk(body, &mut |node| found.race(node)));
    }
    found.racers
}

struct Found<'p> {
    program: &'p Program,
    /// The flows that were gone through.
    flows: BTreeSet<Name>,
    racers: BTreeSet<Double>,
}

impl Found<'_> {
    fn race(&mut self, node: &Node) {
        if let Op::Race { arms, .. } = &node.op
            && arms.len() > 1
        {
            arms.iter().for_each(|arm| self.called(&arm.value));
        }
    }

    fn called(&mut self, node: &Node) {
        let mut flows = Vec::new();
        walk(node, &mut |node| {
            let called = match &node.op {
                Op::Call { target: Target::Agent(name), .. } => Double::Agent(name.clone()),
                Op::Call { target: Target::Command(name), .. } => Double::Command(name.clone()),
                Op::Call { target: Target::Human(name), .. } => Double::Human(name.clone()),
                Op::Effect { effect, .. } if matches!(effect.as_str(), "sh" | "signal") => {
                    Double::Effect(effect.clone())
                }
                Op::Call { target: Target::Flow(name), .. } => return flows.push(name.clone()),
                _ => return,
            };
            self.racers.insert(called);
        });
        for name in flows {
            let Some(flow) = self.program.flows.get(&name) else { continue };
            if self.flows.insert(name) {
                let bodies = std::iter::once(&flow.body).chain(flow.stages.values().map(|stage| &stage.body));
                bodies.for_each(|body| self.called(body));
            }
        }
    }
}
