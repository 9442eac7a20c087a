//! Walks over nodes.

use crate::{Node, Op, Part, Step, process, test};

/// Calls `visit` for `node` and every node below it, parents first, in the order of evaluation as far as one is fixed.
pub fn walk<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node)) {
    visit(node);
    children(node, &mut |child| walk(child, visit));
}

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
        | Op::Hold { value, .. }
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
        Op::Test(op) => test::children(op, visit),
        Op::Race { arms, .. } => arms.iter().for_each(|arm| {
            visit(&arm.value);
            visit(&arm.body);
        }),
        Op::Process(op) => process::children(op, visit),
    }
}
