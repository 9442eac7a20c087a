//! A walk over a node and all nodes below it.

use crate::{Node, Op, Part, Step};

/// Calls `visit` for `node` and every node below it, parents first, in the order of evaluation as far as one is fixed.
pub fn walk<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node)) {
    visit(node);
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
        | Op::Continue => {}
        Op::Template(parts) => {
            for part in parts {
                if let Part::Value(value) = part {
                    walk(value, visit);
                }
            }
        }
        Op::List(nodes) | Op::Block(nodes) => nodes.iter().for_each(|node| walk(node, visit)),
        Op::Map(entries) => {
            for (key, value) in entries {
                walk(key, visit);
                walk(value, visit);
            }
        }
        Op::Record { fields, .. } | Op::Variant { fields, .. } => {
            fields.values().for_each(|node| walk(node, visit));
        }
        Op::Field { base, .. } => walk(base, visit),
        Op::Index { base, index } => {
            walk(base, visit);
            walk(index, visit);
        }
        Op::Neg(value) | Op::Not(value) | Op::ToFloat(value) | Op::Fail(value) => walk(value, visit),
        Op::Binary { left, right, .. } => {
            walk(left, visit);
            walk(right, visit);
        }
        Op::Is { value, .. } | Op::Let { value, .. } | Op::Emit { value, .. } => walk(value, visit),
        Op::Method { receiver, args, .. } => {
            walk(receiver, visit);
            args.iter().for_each(|node| walk(node, visit));
        }
        Op::Closure { body, .. } | Op::Defer { body, .. } => walk(body, visit),
        Op::CallFn { args, .. } | Op::Effect { args, .. } | Op::Handoff { args, .. } => {
            args.iter().flatten().for_each(|node| walk(node, visit));
        }
        Op::Call { args, options, .. } => {
            args.iter().flatten().for_each(|node| walk(node, visit));
            options.values().for_each(|node| walk(node, visit));
        }
        Op::Set { path, value, .. } => {
            for step in path {
                if let Step::Index(index) = step {
                    walk(index, visit);
                }
            }
            walk(value, visit);
        }
        Op::If { condition, then, otherwise } => {
            walk(condition, visit);
            walk(then, visit);
            otherwise.iter().for_each(|node| walk(node, visit));
        }
        Op::Match { value, arms } => {
            walk(value, visit);
            for arm in arms {
                arm.guard.iter().for_each(|node| walk(node, visit));
                walk(&arm.body, visit);
            }
        }
        Op::Loop { max, body, otherwise, .. } => {
            max.iter().for_each(|node| walk(node, visit));
            walk(body, visit);
            otherwise.iter().for_each(|node| walk(node, visit));
        }
        Op::For { list, max, body, .. } => {
            walk(list, visit);
            max.iter().for_each(|node| walk(node, visit));
            walk(body, visit);
        }
        Op::Parallel { branches, .. } => branches.iter().for_each(|(_, node)| walk(node, visit)),
        Op::Race { arms, .. } => {
            for arm in arms {
                walk(&arm.value, visit);
                walk(&arm.body, visit);
            }
        }
        Op::Catch { body, handler, .. } => {
            walk(body, visit);
            walk(handler, visit);
        }
        Op::Require { condition, message } => {
            walk(condition, visit);
            walk(message, visit);
        }
        Op::Return(value) | Op::Break(value) => value.iter().for_each(|node| walk(node, visit)),
        Op::Blocked { reason, .. } => walk(reason, visit),
    }
}
