//! The handoff table: who hands what to whom.
//!
//! The giver of a value is the declaration whose result it is, as far as names lead back to one call; else the flow or
//! stage that computes it.

use crate::{
    At, Flow, HandoffEdge, Name, Node, Op, Pattern, ProcessOp, Program, Slot, Target, Type, children, walk,
};
use std::collections::{BTreeMap, BTreeSet};

/// The table of a whole program, sorted by flow, place, receiver and parameter.
pub(super) fn handoffs(program: &Program) -> Vec<HandoffEdge> {
    let mut rows = Vec::new();
    for (name, flow) in &program.flows {
        let mut finder = Finder::of(program, name, flow);
        // Where no result is declared, what the last expression yields is dropped.
        finder.visit(&flow.body, flow.frame.result != Type::None);
        finder.in_endpoint = true;
        flow.endpoints.values().for_each(|endpoint| finder.visit(&endpoint.body, false));
        finder.in_endpoint = false;
        for (stage, item) in &flow.stages {
            finder.place = format!("{name}.{stage}").into();
            finder.visit(&item.body, false);
        }
        rows.append(&mut finder.rows);
    }
    rows.sort_by_cached_key(|row| (row.flow.clone(), row.at, row.to.clone(), row.param.clone()));
    rows.dedup();
    rows
}

/// A walk through the bodies of one flow.
struct Finder<'p> {
    program: &'p Program,
    name: &'p Name,
    flow: &'p Flow,
    /// The flow, or the stage (`flow.stage`), whose body is walked.
    place: Name,
    /// Whether `return` answers a call instead of leaving the flow.
    in_endpoint: bool,
    /// For each loop around, whether its value is what the flow returns.
    loops: Vec<bool>,
    /// Whose result a local holds.
    givers: BTreeMap<Slot, Name>,
    /// The locals that get another value later: whose result they hold, nobody knows.
    assigned: BTreeSet<Slot>,
    rows: Vec<HandoffEdge>,
}

impl<'p> Finder<'p> {
    fn of(program: &'p Program, name: &'p Name, flow: &'p Flow) -> Self {
        let mut assigned = BTreeSet::new();
        let mut visit = |node: &Node| {
            if let Op::Set { slot, .. } = &node.op {
                assigned.insert(*slot);
            }
        };
        let stages = flow.stages.values().map(|stage| &stage.body);
        let endpoints = flow.endpoints.values().map(|endpoint| &endpoint.body);
        std::iter::once(&flow.body).chain(stages).chain(endpoints).for_each(|body| walk(body, &mut visit));
        Self {
            program,
            name,
            flow,
            place: name.clone(),
            in_endpoint: false,
            loops: Vec::new(),
            givers: BTreeMap::new(),
            assigned,
            rows: Vec::new(),
        }
    }

    fn row(&mut self, from: Name, to: Name, param: Option<Name>, ty: &Type, at: At) {
        self.rows.push(HandoffEdge { flow: self.name.clone(), from, to, param, ty: ty.clone(), at });
    }

    /// Walks a node; `is_result` where its value is what the flow returns.
    fn visit(&mut self, node: &'p Node, is_result: bool) {
        match &node.op {
            Op::Block(nodes) => {
                if let Some((last, before)) = nodes.split_last() {
                    before.iter().for_each(|node| self.visit(node, false));
                    self.visit(last, is_result);
                }
            }
            Op::Let { pattern, value } => {
                self.bind(pattern, value);
                self.visit(value, false);
            }
            Op::If { condition, then, otherwise } => {
                self.visit(condition, false);
                self.visit(then, is_result && otherwise.is_some());
                otherwise.iter().for_each(|node| self.visit(node, is_result));
            }
            Op::Match { value, arms } => {
                self.visit(value, false);
                for arm in arms {
                    self.bind(&arm.pattern, value);
                    arm.guard.iter().for_each(|guard| self.visit(guard, false));
                    self.visit(&arm.body, is_result);
                }
            }
            Op::Race { arms, .. } => {
                for arm in arms {
                    self.visit(&arm.value, false);
                    self.bind(&arm.pattern, &arm.value);
                    self.visit(&arm.body, is_result);
                }
            }
            Op::Catch { body, handler, .. } => {
                self.visit(body, is_result);
                self.visit(handler, is_result);
            }
            Op::Loop { max, body, otherwise, .. } => {
                max.iter().for_each(|max| self.visit(max, false));
                self.round(body, is_result);
                otherwise.iter().for_each(|node| self.visit(node, is_result));
            }
            Op::For { pattern, list, max, body, .. } => {
                self.visit(list, false);
                max.iter().for_each(|max| self.visit(max, false));
                self.bind(pattern, list);
                self.round(body, false);
                self.returned(node, is_result);
            }
            Op::Process(ProcessOp::Watch { source, body, .. }) => {
                self.visit(source, false);
                self.round(body, false);
                self.returned(node, is_result);
            }
            Op::Break(Some(value)) => {
                self.visit(value, self.loops.last().is_some_and(|is_result| *is_result))
            }
            Op::Return(Some(value)) => self.visit(value, !self.in_endpoint),
            Op::Process(ProcessOp::Done(Some(value))) => self.visit(value, true),
            Op::Handoff { stage, args } => {
                self.handed_to_stage(stage, args, node.at);
                args.iter().flatten().for_each(|arg| self.visit(arg, false));
            }
            _ => {
                self.handed_to_declaration(node);
                children(node, &mut |child| self.visit(child, false));
                self.returned(node, is_result);
            }
        }
    }

    fn round(&mut self, body: &'p Node, is_result: bool) {
        self.loops.push(is_result);
        self.visit(body, false);
        self.loops.pop();
    }

    /// Notes that what a pattern binds comes from whoever makes the value.
    fn bind(&mut self, pattern: &Pattern, value: &Node) {
        let giver = self.giver(value);
        each_slot(pattern, &mut |slot| match giver.clone().filter(|_| !self.assigned.contains(&slot)) {
            Some(giver) => drop(self.givers.insert(slot, giver)),
            None => drop(self.givers.remove(&slot)),
        });
    }

    /// The declaration whose result a value is.
    fn giver(&self, value: &Node) -> Option<Name> {
        match &value.op {
            Op::Call { target, .. } => Some(target.name().clone()),
            Op::CallFn { name, .. } | Op::Process(ProcessOp::CallSession { agent: name, .. }) => {
                Some(name.clone())
            }
            Op::Catch { body: inner, .. } | Op::ToFloat(inner) | Op::Hold { value: inner, .. } => {
                self.giver(inner)
            }
            Op::Local(slot) => self.givers.get(slot).cloned(),
            _ => None,
        }
    }

    /// What a call hands to a command, agent, human or flow. `none` is nothing to hand over.
    fn handed_to_declaration(&mut self, node: &Node) {
        let (target, args) = match &node.op {
            Op::Call { target, args, .. } | Op::Process(ProcessOp::Spawn { target, args, .. }) => {
                (target.clone(), args)
            }
            Op::Process(ProcessOp::CallSession { agent, args, .. }) => (Target::Agent(agent.clone()), args),
            _ => return,
        };
        let Some(frame) = self.program.frame(&target) else { return };
        for (param, arg) in frame.params.iter().zip(args) {
            if let Some(arg) = arg.as_ref().filter(|arg| arg.op != Op::None) {
                let from = self.giver(arg).unwrap_or_else(|| self.place.clone());
                self.row(from, target.name().clone(), Some(param.name.clone()), &param.ty, node.at);
            }
        }
    }

    /// What a handoff hands to a stage.
    fn handed_to_stage(&mut self, stage: &Name, args: &[Option<Node>], at: At) {
        let Some(known) = self.flow.stages.get(stage) else { return };
        let to: Name = format!("{}.{stage}", self.name).into();
        let place = self.place.clone();
        if known.params.is_empty() {
            return self.row(place, to, None, &Type::None, at);
        }
        for (param, arg) in known.params.iter().zip(args) {
            // Control always passes from place to place; who made the value is a second row.
            if let Some(giver) = arg.as_ref().and_then(|arg| self.giver(arg)) {
                self.row(giver, to.clone(), Some(param.name.clone()), &param.ty, at);
            }
            self.row(place.clone(), to.clone(), Some(param.name.clone()), &param.ty, at);
        }
    }

    /// What the flow returns.
    fn returned(&mut self, value: &Node, is_result: bool) {
        let yields_nothing = match &value.op {
            Op::Fail(_)
            | Op::Blocked { .. }
            | Op::Continue
            | Op::Return(None)
            | Op::Break(None)
            | Op::Set { .. }
            | Op::Require { .. }
            | Op::Defer { .. }
            | Op::Emit { .. }
            | Op::Process(ProcessOp::Done(None) | ProcessOp::Expose(_)) => true,
            Op::Call { target, .. } => self.program.frame(target).is_some_and(|it| it.result == Type::Never),
            Op::CallFn { name, .. } => {
                self.program.fns.get(name).is_some_and(|it| it.frame.result == Type::Never)
            }
            Op::Effect { result, .. } => *result == Type::Never,
            _ => false,
        };
        if is_result && !yields_nothing {
            let from = self.giver(value).unwrap_or_else(|| self.place.clone());
            let result = self.flow.frame.result.clone();
            self.row(from, "return".into(), None, &result, value.at);
        }
    }
}

fn each_slot(pattern: &Pattern, visit: &mut dyn FnMut(Slot)) {
    match pattern {
        Pattern::Bind(slot) => visit(*slot),
        Pattern::Some(inner) => each_slot(inner, visit),
        Pattern::Variant { fields, .. } | Pattern::Record(fields) => {
            fields.iter().for_each(|(_, field)| each_slot(field, visit));
        }
        Pattern::Or(patterns) => patterns.iter().for_each(|pattern| each_slot(pattern, visit)),
        Pattern::Any | Pattern::Int(_) | Pattern::String(_) | Pattern::Bool(_) | Pattern::None => {}
    }
}
