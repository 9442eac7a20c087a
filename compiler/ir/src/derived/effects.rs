//! What each flow may do, itself or through what it calls.

use crate::{Effects, Flow, Name, Node, Op, Part, ProcessOp, Program, Run, Target, walk};
use std::collections::BTreeMap;

/// The effects of each flow and of each test, in order.
pub(super) fn effects(program: &Program) -> (Vec<Effects>, Vec<Effects>) {
    let mut effects: BTreeMap<&Name, Effects> = BTreeMap::new();
    let mut calls: BTreeMap<&Name, Vec<Name>> = BTreeMap::new();
    for (name, flow) in &program.flows {
        let (direct, called) = direct(program, flow);
        effects.insert(name, direct);
        calls.insert(name, called);
    }
    // A flow may call itself through others: go round until nothing changes.
    loop {
        let mut changed = false;
        for (name, called) in &calls {
            for callee in called {
                let Some(more) = effects.get(callee).cloned() else { continue };
                if let Some(mine) = effects.get_mut(name) {
                    changed |= merge(mine, more);
                }
            }
        }
        if !changed {
            break;
        }
    }
    let of_test = |test| {
        let (mut found, called) = direct(program, test);
        called.iter().filter_map(|flow| effects.get(flow)).for_each(|more| {
            merge(&mut found, more.clone());
        });
        found
    };
    let tests = program.tests.values().map(of_test).collect();
    (effects.into_values().collect(), tests)
}

/// What a flow does itself, and the flows that it calls.
fn direct(program: &Program, flow: &Flow) -> (Effects, Vec<Name>) {
    // What the bodies do not say is left as it is.
    let Effects { tools, network, reads, writes, .. } = flow.effects.clone();
    let effects = Effects { tools, network, reads, writes, ..Effects::default() };
    let mut found = Direct { program, effects, called: Vec::new() };
    let mut visit = |node: &Node| found.visit(&node.op);
    walk(&flow.body, &mut visit);
    flow.stages.values().for_each(|stage| walk(&stage.body, &mut visit));
    flow.endpoints.values().for_each(|endpoint| walk(&endpoint.body, &mut visit));
    (found.effects, found.called)
}

struct Direct<'p> {
    program: &'p Program,
    effects: Effects,
    called: Vec<Name>,
}

impl Direct<'_> {
    fn visit(&mut self, op: &Op) {
        match op {
            Op::Call { target, .. } | Op::Process(ProcessOp::Spawn { target, .. }) => match target {
                Target::Flow(name) => self.called.push(name.clone()),
                Target::Agent(name) => self.agent(name),
                Target::Human(name) => {
                    add(&mut self.effects.humans, name.clone());
                }
                Target::Command(name) => {
                    if let Some(command) = self.program.commands.get(name) {
                        add(&mut self.effects.programs, first_word(&command.run));
                        command.env.iter().for_each(|node| secrets(node, &mut self.effects.secrets));
                    }
                }
            },
            Op::Process(ProcessOp::Open { agent, .. } | ProcessOp::CallSession { agent, .. }) => {
                self.agent(agent)
            }
            Op::Process(ProcessOp::FlowTool(flow)) => self.called.push(flow.clone()),
            Op::Process(ProcessOp::Watch { .. }) => {
                add(&mut self.effects.builtins, "events".into());
            }
            Op::Effect { effect, .. } => {
                add(&mut self.effects.builtins, effect.clone());
                if effect == "sh" {
                    add(&mut self.effects.programs, "sh".to_owned());
                }
            }
            Op::Secret(name) => {
                add(&mut self.effects.secrets, name.clone());
            }
            _ => {}
        }
    }

    /// An agent may also do what the tools do that it is given.
    fn agent(&mut self, name: &Name) {
        add(&mut self.effects.agents, name.clone());
        let Some(agent) = self.program.agents.get(name) else { return };
        if let Some(provider) = agent.provider.clone() {
            add(&mut self.effects.providers, provider);
        }
        for setting in agent.settings.values() {
            secrets(setting, &mut self.effects.secrets);
            walk(setting, &mut |node| {
                if let Op::Process(ProcessOp::FlowTool(flow)) = &node.op {
                    self.called.push(flow.clone());
                }
            });
        }
    }
}

fn secrets(node: &Node, into: &mut Vec<Name>) {
    walk(node, &mut |node| {
        if let Op::Secret(name) = &node.op {
            add(into, name.clone());
        }
    });
}

/// The program that a command starts, as far as it stands in the text.
fn first_word(run: &Run) -> String {
    match run {
        Run::Shell(_) => "sh".to_owned(),
        Run::Argv(node) => first_element(node).unwrap_or_else(|| "*".to_owned()),
    }
}

fn first_element(node: &Node) -> Option<String> {
    match &node.op {
        Op::List(items) => items.first().and_then(first_element),
        Op::Binary { left, .. } => first_element(left),
        Op::String(text) => Some(text.clone()),
        Op::Template(parts) => match parts.first() {
            Some(Part::Text(text)) => Some(format!("{text}*")),
            _ => None,
        },
        _ => None,
    }
}

fn add<T: Ord>(list: &mut Vec<T>, item: T) -> bool {
    match list.binary_search(&item) {
        Ok(_) => false,
        Err(at) => {
            list.insert(at, item);
            true
        }
    }
}

fn merge(into: &mut Effects, from: Effects) -> bool {
    let mut changed = false;
    from.agents.into_iter().for_each(|it| changed |= add(&mut into.agents, it));
    from.providers.into_iter().for_each(|it| changed |= add(&mut into.providers, it));
    from.programs.into_iter().for_each(|it| changed |= add(&mut into.programs, it));
    from.humans.into_iter().for_each(|it| changed |= add(&mut into.humans, it));
    from.builtins.into_iter().for_each(|it| changed |= add(&mut into.builtins, it));
    from.secrets.into_iter().for_each(|it| changed |= add(&mut into.secrets, it));
    changed
}
