//! Walking over expressions, and telling those with effects from those without.

use std::collections::HashSet;

use flow_ir::{Node, Op, Part, Program, Slot, Step};

/// Calls `visit` for each expression directly inside of `node`, in the order of evaluation.
pub fn children<'a>(node: &'a Node, visit: &mut dyn FnMut(&'a Node)) {
    match &node.op {
        Op::None
        | Op::Bool(_)
        | Op::Int(_)
        | Op::Float(_)
        | Op::String(_)
        | Op::Duration(_)
        | Op::Money(_)
        | Op::Local(_)
        | Op::Const(_)
        | Op::Secret(_)
        | Op::Return(None)
        | Op::Break(None)
        | Op::Continue => {}
        Op::Template(parts) => parts.iter().for_each(|part| match part {
            Part::Text(_) => {}
            Part::Value(value) => visit(value),
        }),
        Op::List(items) | Op::Block(items) => items.iter().for_each(visit),
        Op::Map(entries) => entries.iter().for_each(|(key, value)| {
            visit(key);
            visit(value);
        }),
        Op::Record { fields, .. } | Op::Variant { fields, .. } => fields.values().for_each(visit),
        Op::Field { base: value, .. }
        | Op::Neg(value)
        | Op::Not(value)
        | Op::ToFloat(value)
        | Op::Is { value, .. }
        | Op::Let { value, .. }
        | Op::Emit { value, .. }
        | Op::Return(Some(value))
        | Op::Break(Some(value))
        | Op::Fail(value)
        | Op::Closure { body: value, .. }
        | Op::Defer { body: value, .. }
        | Op::Blocked { reason: value, .. } => visit(value),
        Op::Index { base: left, index: right }
        | Op::Binary { left, right, .. }
        | Op::Require { condition: left, message: right }
        | Op::Catch { body: left, handler: right, .. } => {
            visit(left);
            visit(right);
        }
        Op::Method { receiver, args, .. } => {
            visit(receiver);
            args.iter().for_each(visit);
        }
        Op::CallFn { args, .. } | Op::Effect { args, .. } | Op::Handoff { args, .. } => {
            args.iter().flatten().for_each(visit);
        }
        Op::Call { args, options, .. } => {
            args.iter().flatten().for_each(&mut *visit);
            options.values().for_each(visit);
        }
        Op::Set { path, value, .. } => {
            for step in path {
                if let Step::Index(index) = step {
                    visit(index);
                }
            }
            visit(value);
        }
        Op::If { condition, then, otherwise } => {
            visit(condition);
            visit(then);
            otherwise.iter().for_each(|node| visit(node));
        }
        Op::Match { value, arms } => {
            visit(value);
            for arm in arms {
                arm.guard.iter().for_each(&mut *visit);
                visit(&arm.body);
            }
        }
        Op::Loop { max, body, otherwise, .. } => {
            max.iter().for_each(|node| visit(node));
            visit(body);
            otherwise.iter().for_each(|node| visit(node));
        }
        Op::For { list, max, body, .. } => {
            visit(list);
            max.iter().for_each(|node| visit(node));
            visit(body);
        }
        Op::Parallel { branches, .. } => branches.iter().for_each(|(_, node)| visit(node)),
        Op::Race { arms, .. } => arms.iter().for_each(|arm| {
            visit(&arm.value);
            visit(&arm.body);
        }),
    }
}

/// The expressions of a program that have an effect somewhere inside. The others are computed in place.
///
/// Expressions are told apart by their address: the program is shared and never changes or moves.
#[derive(Debug, Default)]
pub struct Effectful(HashSet<usize, rustc_hash::FxBuildHasher>);

impl Effectful {
    /// Looks through the bodies of a program's flows and stages; everything else in it is pure.
    pub fn of(program: &Program) -> Self {
        let mut found = Self::default();
        for flow in program.flows.values() {
            found.mark(&flow.body);
            for stage in flow.stages.values() {
                found.mark(&stage.body);
            }
        }
        found
    }

    fn mark(&mut self, node: &Node) -> bool {
        let mut effectful = matches!(
            node.op,
            Op::Call { .. } | Op::Effect { .. } | Op::Emit { .. } | Op::Defer { .. } | Op::Blocked { .. }
        );
        children(node, &mut |child| effectful |= self.mark(child));
        if effectful {
            self.0.insert(address(node));
        }
        effectful
    }

    /// Whether an expression has an effect somewhere inside.
    pub fn contains(&self, node: &Node) -> bool {
        self.0.contains(&address(node))
    }
}

/// What tells an expression apart from every other of the same program.
pub fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

/// The variables that an expression assigns.
pub fn assigned(node: &Node, slots: &mut Vec<Slot>) {
    if let Op::Set { slot, .. } = node.op {
        slots.push(slot);
    }
    children(node, &mut |child| assigned(child, slots));
}
