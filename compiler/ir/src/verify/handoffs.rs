//! The tables that tools read: handoffs, effects, steps. They say what the bodies say, or they are refused.

use super::Verifier;
use super::path::Path;
use crate::builtins::find_effect;
use crate::{Bounds, Effects, Flow, HandoffEdge, Most, Name, Param, StepInfo, Type};

/// Where an edge leads.
enum Receiver<'p> {
    Params(&'p [Param]),
    Result(&'p Type),
}

impl<'p> Verifier<'p> {
    pub(super) fn handoffs(&self, path: &Path<'_>) {
        for (index, edge) in self.program.handoffs.iter().enumerate() {
            self.handoff(&path.index(index).standing(edge.at), edge);
        }
    }

    fn handoff(&self, path: &Path<'_>, edge: &'p HandoffEdge) {
        self.span(path, edge.at);
        self.ty(&path.key("type"), &edge.ty);
        let Some(flow) = self.find(&path.key("flow"), "flow", &self.program.flows, &edge.flow) else {
            return;
        };
        if !self.gives(flow, edge) {
            self.report(&path.key("from"), format!("there is no stage or declaration `{}`", edge.from));
        }
        let asked = match edge.to.as_str() {
            "return" => Some(Receiver::Result(&flow.frame.result)),
            to => self.receiver(flow, edge, to),
        };
        match asked {
            None => self.report(&path.key("to"), format!("there is no stage or declaration `{}`", edge.to)),
            Some(Receiver::Result(result)) => {
                if let Some(param) = &edge.param {
                    self.report(&path.key("param"), format!("`return` has no parameter `{param}`"));
                }
                // What is returned may be narrower than the result.
                if !self.types.agree(&edge.ty, result) {
                    self.wrong(path, edge, &format!("`{}` returns `{result}`", edge.flow));
                }
            }
            Some(Receiver::Params(params)) => self.received(path, edge, params),
        }
    }

    /// What a name in the table stands for: a stage of the flow, or a declaration.
    fn receiver(&self, flow: &'p Flow, edge: &HandoffEdge, name: &str) -> Option<Receiver<'p>> {
        let program = self.program;
        let stage = name.strip_prefix(edge.flow.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let params = stage
            .and_then(|stage| flow.stages.get(stage).map(|stage| &stage.params))
            .or_else(|| program.agents.get(name).map(|item| &item.frame.params))
            .or_else(|| program.commands.get(name).map(|item| &item.frame.params))
            .or_else(|| program.humans.get(name).map(|item| &item.frame.params))
            .or_else(|| program.flows.get(name).map(|item| &item.frame.params))
            .or_else(|| program.fns.get(name).map(|item| &item.frame.params));
        params.map(|params| Receiver::Params(params))
    }

    fn received(&self, path: &Path<'_>, edge: &HandoffEdge, params: &[Param]) {
        let param = match (&edge.param, params) {
            (Some(name), _) => params.iter().find(|param| param.name == *name),
            (None, [only]) => Some(only),
            (None, []) if edge.ty == Type::None => return,
            (None, _) => {
                let message = format!("`{}` has {} parameters, the edge names none", edge.to, params.len());
                return self.report(path, message);
            }
        };
        match (param, &edge.param) {
            (Some(param), _) => {
                if edge.ty != param.ty {
                    self.wrong(
                        path,
                        edge,
                        &format!("`{}` takes `{}` as `{}`", edge.to, param.ty, param.name),
                    );
                }
            }
            (None, name) => {
                let name = name.as_deref().unwrap_or_default();
                self.report(&path.key("param"), format!("`{}` has no parameter `{name}`", edge.to));
            }
        }
    }

    fn wrong(&self, path: &Path<'_>, edge: &HandoffEdge, asked: &str) {
        let message = format!("hands over the wrong type: {asked}, the edge carries `{}`", edge.ty);
        self.report(&path.key("type"), message);
    }

    /// Whether the giver is there: the flow itself, a stage, or a declaration whose value it is.
    fn gives(&self, flow: &'p Flow, edge: &HandoffEdge) -> bool {
        let program = self.program;
        edge.from == edge.flow
            || self.receiver(flow, edge, &edge.from).is_some()
            || program.types.contains_key(&edge.from)
            || program.consts.contains_key(&edge.from)
    }

    pub(super) fn effects(&self, path: &Path<'_>, effects: &'p Effects) {
        let program = self.program;
        self.listed(&path.key("agents"), &effects.agents, |name| program.agents.contains_key(name));
        self.listed(&path.key("humans"), &effects.humans, |name| program.humans.contains_key(name));
        self.listed(&path.key("builtins"), &effects.builtins, |name| find_effect(name).is_some());
        self.listed(&path.key("providers"), &effects.providers, |_| true);
        self.listed(&path.key("secrets"), &effects.secrets, |_| true);
        self.listed(&path.key("programs"), &effects.programs, |_| true);
        self.listed(&path.key("tools"), &effects.tools, |_| true);
        self.listed(&path.key("network"), &effects.network, |_| true);
        self.listed(&path.key("reads"), &effects.reads, |_| true);
        self.listed(&path.key("writes"), &effects.writes, |_| true);
    }

    pub(super) fn bounds(&self, path: &Path<'_>, bounds: &'p Bounds) {
        for (name, bound) in bounds.each() {
            let path = path.key(name);
            if bound.least < 0 {
                self.report(&path.key("least"), format!("{} is below 0", bound.least));
            }
            let path = path.key("most");
            match &bound.most {
                Most::Known(most) if *most < bound.least => {
                    self.report(&path, format!("the most is {most}, but the least is {}", bound.least));
                }
                Most::Known(_) | Most::Depends(_) => {}
                Most::Unknown(reasons) | Most::Unbounded(reasons) => {
                    for (index, reason) in reasons.iter().enumerate() {
                        self.span(&path.index(index), reason.at);
                    }
                }
            }
        }
    }

    fn listed<T: Ord + AsRef<str>>(&self, path: &Path<'_>, names: &[T], exists: impl Fn(&str) -> bool) {
        for (index, name) in names.iter().enumerate() {
            if !exists(name.as_ref()) {
                self.report(&path.index(index), format!("there is no `{}` in the program", name.as_ref()));
            }
            if index > 0 && names[index - 1] >= *name {
                self.report(
                    &path.index(index),
                    format!("`{}` is out of order or there twice", name.as_ref()),
                );
            }
        }
    }

    pub(super) fn steps(&self, path: &Path<'_>, steps: &'p [StepInfo]) {
        for (index, step) in steps.iter().enumerate() {
            let path = path.index(index).standing(step.at);
            self.span(&path, step.at);
            if step.key.is_empty() {
                self.report(&path.key("key"), "the key is empty");
            }
            if !self.is_target(&step.kind, &step.target) {
                self.report(&path.key("target"), format!("there is no {} `{}`", step.kind, step.target));
            }
        }
    }

    fn is_target(&self, kind: &str, name: &Name) -> bool {
        let program = self.program;
        match kind {
            "command" => program.commands.contains_key(name),
            "agent" | "session" => program.agents.contains_key(name),
            "human" => program.humans.contains_key(name),
            "flow" => program.flows.contains_key(name),
            "effect" => find_effect(name).is_some(),
            "endpoint" => name.rsplit_once('.').is_some_and(|(flow, endpoint)| {
                program.flows.get(flow).is_some_and(|flow| flow.endpoints.contains_key(endpoint))
            }),
            "blocked" => name == "blocked",
            _ => false,
        }
    }
}
