//! The steps of a flow: every effectful node with its static key, the keys of all scopes around it in front.

use crate::{At, Flow, Node, Op, ProcessOp, Sources, StepInfo, children};

/// The steps of a flow or test in the order of its text, under the name that it has where it stands.
pub(super) fn steps(sources: &Sources, root: &str, flow: &Flow) -> Vec<StepInfo> {
    let mut finder = Finder { scope: format!("{root}/"), steps: Vec::new() };
    finder.visit(&flow.body);
    let line = |at: At| usize::try_from(at).ok().and_then(|at| sources.spans.get(at));
    let mut endpoints: Vec<_> = flow.endpoints.iter().collect();
    endpoints.sort_by_key(|(_, item)| line(item.at));
    endpoints.into_iter().for_each(|(name, item)| finder.scoped(name, &item.body));
    let mut stages: Vec<_> = flow.stages.iter().collect();
    stages.sort_by_key(|(_, item)| line(item.at));
    stages.into_iter().for_each(|(name, item)| finder.scoped(name, &item.body));
    finder.steps
}

struct Finder {
    /// The keys of the scopes around, each with `/` behind it.
    scope: String,
    steps: Vec<StepInfo>,
}

impl Finder {
    fn scoped(&mut self, key: &str, body: &Node) {
        let outer = self.scope.len();
        self.scope.push_str(key);
        self.scope.push('/');
        self.visit(body);
        self.scope.truncate(outer);
    }

    fn step(&mut self, key: &str, kind: &str, target: &str, at: At) {
        let key = format!("{}{key}", self.scope);
        self.steps.push(StepInfo { key, kind: kind.into(), target: target.into(), at });
    }

    fn visit(&mut self, node: &Node) {
        match &node.op {
            Op::Loop { key, max, body, otherwise } => {
                max.iter().for_each(|max| self.visit(max));
                self.scoped(key, body);
                otherwise.iter().for_each(|node| self.scoped(&format!("{key}.else"), node));
            }
            Op::For { key, list, max, body, .. } => {
                self.visit(list);
                max.iter().for_each(|max| self.visit(max));
                self.scoped(key, body);
            }
            Op::Process(ProcessOp::Watch { key, source, body, .. }) => {
                self.visit(source);
                self.scoped(key, body);
            }
            Op::Parallel { key, branches } => {
                branches.iter().for_each(|(name, node)| self.scoped(&format!("{key}/{name}"), node));
            }
            Op::Race { key, arms } => {
                for (arm, index) in arms.iter().zip(1..) {
                    self.scoped(&format!("{key}[{index}]"), &arm.value);
                    self.scoped(&format!("{key}[{index}].body"), &arm.body);
                }
            }
            Op::Defer { key, body } => self.scoped(key, body),
            op => {
                // What is evaluated first stands first.
                children(node, &mut |child| self.visit(child));
                match op {
                    Op::Call { key, target, .. } | Op::Process(ProcessOp::Spawn { key, target, .. }) => {
                        self.step(key, target.kind(), target.name(), node.at);
                    }
                    Op::Effect { key, effect, .. } => self.step(key, "effect", effect, node.at),
                    Op::Blocked { key, .. } => self.step(key, "blocked", "blocked", node.at),
                    Op::Process(ProcessOp::Open { key, agent }) => self.step(key, "session", agent, node.at),
                    Op::Process(ProcessOp::CallSession { key, agent, .. }) => {
                        self.step(key, "agent", agent, node.at);
                    }
                    Op::Process(ProcessOp::CallEndpoint { key, flow, endpoint, .. }) => {
                        self.step(key, "endpoint", &format!("{flow}.{endpoint}"), node.at);
                    }
                    _ => {}
                }
            }
        }
    }
}
