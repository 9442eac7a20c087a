//! What control never reaches. It may mean nothing (`(return 1).name`), so it is left out.

use super::frame::Context;
use crate::types::body::Ref;
use crate::types::ty::Ty;
use flow_grammar::tree::{Arg, BinaryOp, Expr, ExprId, ExprKind, TemplatePart};

impl Context<'_, '_> {
    /// Whether control never comes behind an expression.
    pub(super) fn is_never(&self, expr: &Expr) -> bool {
        *self.body.expr(expr.id) == Ty::Never
    }

    /// Where control leaves a part of an expression: the parts up to that one, in the order of their evaluation.
    pub(super) fn cut_short<'e>(&self, expr: &'e Expr) -> Option<Vec<&'e Expr>> {
        if !self.is_never(expr) {
            return None;
        }
        let mut parts = self.parts_of(expr);
        let last = parts.iter().position(|part| self.is_never(part))?;
        parts.truncate(last + 1);
        // A closure is no value by itself, and computes nothing.
        parts.retain(|part| !matches!(part.kind, ExprKind::Closure { .. }));
        Some(parts)
    }

    /// The parts of an expression that are evaluated whatever they yield, in order; none for what only leaves.
    fn parts_of<'e>(&self, expr: &'e Expr) -> Vec<&'e Expr> {
        match &expr.kind {
            ExprKind::Call { callee, args, .. } => {
                let mut parts: Vec<&Expr> = self.called_on(callee).into_iter().collect();
                parts.extend(self.in_order(expr.id, args));
                parts
            }
            ExprKind::Field { base: first, .. }
            | ExprKind::Is { value: first, .. }
            | ExprKind::Unary { operand: first, .. }
            | ExprKind::With { base: first, .. }
            | ExprKind::If { condition: first, .. }
            | ExprKind::Match { scrutinee: first, .. }
            | ExprKind::For { iterable: first, .. }
            | ExprKind::Binary {
                op: BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce, left: first, ..
            } => {
                vec![first]
            }
            ExprKind::Index { base: first, index: second }
            | ExprKind::Binary { left: first, right: second, .. } => vec![first, second],
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            ExprKind::Str(template) => {
                let hole = |part: &'e TemplatePart| match part {
                    TemplatePart::Hole(value) => Some(&**value),
                    TemplatePart::Text(..) => None,
                };
                template.parts.iter().filter_map(hole).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is evaluated before a call's arguments: the receiver of a method, or what is no name of an item.
    fn called_on<'e>(&self, callee: &'e Expr) -> Option<&'e Expr> {
        match (&callee.kind, self.reference(callee.id)) {
            (ExprKind::Field { base, .. }, Some(Ref::Method { .. })) => Some(base),
            (ExprKind::Field { base, .. }, _) if self.is_never(base) => Some(base),
            _ => self.is_never(callee).then_some(callee),
        }
    }

    fn in_order<'e>(&self, call: ExprId, args: &'e [Arg]) -> Vec<&'e Expr> {
        match self.body.args.get(&call) {
            Some(order) => {
                order.iter().flatten().filter_map(|index| Some(&*args.get(*index)?.value)).collect()
            }
            None => args.iter().map(|arg| &*arg.value).collect(),
        }
    }
}
