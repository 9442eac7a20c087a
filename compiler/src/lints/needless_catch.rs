//! A `catch` around what cannot fail. Whatever might is left alone: every call but of methods that are known to be total,
//! arithmetic, an index, a value that is made or becomes one of a type with a predicate.

use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::types::base::Base;
use crate::types::body::{Body, Ref};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_stmt};
use flow_grammar::tree::{BinaryOp, Block, Expr, ExprKind, Stmt, StmtKind, UnaryOp};

/// A `catch` around what cannot fail.
pub const NEEDLESS_CATCH: Code = Code("W0307");

/// Methods that yield something for every receiver and every argument.
const TOTAL: &[&str] = &[
    "all",
    "any",
    "compact",
    "contains",
    "count",
    "ends_with",
    "filter",
    "find",
    "first",
    "flat_map",
    "flatten",
    "get",
    "index_of",
    "indexed",
    "is_empty",
    "join",
    "keys",
    "last",
    "len",
    "lines",
    "lower",
    "map",
    "reverse",
    "split",
    "starts_with",
    "trim",
    "unique",
    "upper",
    "values",
];

/// `x.trim() catch _ { "" }`
pub(super) fn check(
    base: &Base,
    body: &Body,
    whole: &Expr,
    inner: &Expr,
    handler: &Block,
) -> Option<Diagnostic> {
    // What is fitted into another type may break a predicate.
    if body.expr(whole.id) != body.expr(inner.id) {
        return None;
    }
    let mut failures = Failures { body, may_fail: false };
    failures.expr(inner);
    if failures.may_fail {
        return None;
    }
    let behind = Edit { place: base.at(Span::new(inner.span.end, whole.span.end)), text: String::new() };
    let fix = Fix { title: "leave out the `catch`".to_owned(), edits: vec![behind], certain: true };
    let found = Diagnostic::new(
        NEEDLESS_CATCH,
        "this cannot fail, so there is nothing to catch",
        base.at(inner.span),
    )
    .label(base.at(handler.span), "this never runs")
    .help("leave out the `catch`")
    .fix(fix);
    Some(found)
}

struct Failures<'b> {
    body: &'b Body,
    may_fail: bool,
}

impl Visit for Failures<'_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Duration(_)
            | ExprKind::Money(_)
            | ExprKind::Str(_)
            | ExprKind::List(_)
            | ExprKind::Map(_)
            | ExprKind::Lower(_)
            | ExprKind::Upper(_)
            | ExprKind::Paren(_)
            | ExprKind::Is { .. }
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Block(_)
            | ExprKind::Closure { .. }
            | ExprKind::Unary { op: UnaryOp::Not, .. } => walk_expr(self, expr),
            // What an unknown value holds is unknown.
            ExprKind::Field { base, .. } if *self.body.expr(base.id) != Ty::Json => walk_expr(self, expr),
            ExprKind::Binary { op, .. } if self.is_total(*op, expr) => walk_expr(self, expr),
            ExprKind::Call { callee, .. }
                if matches!(
                    self.body.refs.get(callee.id),
                    Some(Ref::Method { on: "list" | "string" | "map", name }) if TOTAL.contains(name)
                ) =>
            {
                walk_expr(self, expr);
            }
            _ => self.may_fail = true,
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { ty: None, .. } | StmtKind::Expr(_) => walk_stmt(self, stmt),
            _ => self.may_fail = true,
        }
    }
}

impl Failures<'_> {
    fn is_total(&self, op: BinaryOp, expr: &Expr) -> bool {
        match op {
            BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Coalesce
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge => true,
            BinaryOp::Add => matches!(self.body.expr(expr.id), Ty::String | Ty::List(_)),
            _ => false,
        }
    }
}
