//! The type of an expression, form by form.

use super::Infer;
use super::messages::names;
use super::place::Frame;
use super::want::Want;
use crate::resolve::DefKind;
use crate::types::body::Ref;
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, UnaryOp};

impl Infer<'_> {
    /// The type of an expression, checked against what is expected. Records it and everything below.
    pub(super) fn expr(&mut self, expr: &Expr, want: Want<'_>) -> Ty {
        if self.gives_up() {
            return Ty::Error;
        }
        let secrets_allowed = self.secrets_allowed;
        self.secrets_allowed &= passes_on(&expr.kind);
        let diverges = std::mem::take(&mut self.diverges);
        let ty = match branching(&expr.kind) {
            // The leaves of these meet the expectation themselves, so that a mismatch is shown where it is.
            true => {
                let (settled, told) = (self.settled(want), self.body.diagnostics.len());
                let ty = self.branches(expr, settled);
                if self.body.diagnostics.len() > told + 1 {
                    self.told_of_branches(told, settled);
                }
                let ty = if self.diverges { Ty::Never } else { ty };
                self.secrets_allowed = secrets_allowed;
                self.record(expr.id, &ty);
                if settled.is_checked() { ty } else { self.fit(expr, ty, want) }
            }
            false => {
                let ty = self.leaf(expr, want);
                // Control that leaves a part of it leaves all of it.
                let ty = if self.diverges { Ty::Never } else { ty };
                self.secrets_allowed = secrets_allowed;
                self.record(expr.id, &ty);
                if let Want::Discard = want {
                    self.check_dropped(expr, &ty);
                }
                self.fit(expr, ty, want)
            }
        };
        self.diverges |= diverges || ty == Ty::Never;
        ty
    }

    fn branches(&mut self, expr: &Expr, want: Want<'_>) -> Ty {
        match &expr.kind {
            ExprKind::Paren(inner) => self.expr(inner, want),
            ExprKind::Block(block) => self.block(block, want).ty,
            ExprKind::If { condition, then, otherwise } => {
                self.if_else(condition, then, otherwise.as_deref(), want)
            }
            ExprKind::Match { scrutinee, arms } => self.match_arms(expr, scrutinee, arms, want),
            ExprKind::Catch { body, binder, handler } => self.catch(body, binder.as_deref(), handler, want),
            ExprKind::Loop { max, body, otherwise } => {
                self.repeat(max.as_deref(), body, otherwise.as_deref(), want)
            }
            ExprKind::Race(arms) => self.race(expr, arms, want),
            ExprKind::Binary { left, right, op_span, .. } => self.coalesce(left, *op_span, right, want),
            _ => self.leaf(expr, want),
        }
    }

    /// What yields one value at one place.
    fn leaf(&mut self, expr: &Expr, want: Want<'_>) -> Ty {
        match &expr.kind {
            ExprKind::Int(_) => Ty::Int,
            ExprKind::Float(_) => Ty::Float,
            ExprKind::Bool(_) => Ty::Bool,
            ExprKind::None => Ty::None,
            ExprKind::Duration(_) => Ty::Duration,
            ExprKind::Money(_) => Ty::Money,
            ExprKind::Str(template) => self.template(template),
            ExprKind::List(elements) => self.list(expr, elements, want),
            ExprKind::Map(entries) => self.map(expr, entries, want),
            ExprKind::Lower(name) => self.lower_name(expr, name),
            ExprKind::Upper(name) => self.upper_name(expr, name, want),
            ExprKind::Call { .. } | ExprKind::Field { .. } | ExprKind::Index { .. } => self.chain(expr, want),
            ExprKind::With { base, settings } => self.with_options(base, settings, want),
            ExprKind::Unary { op: UnaryOp::Neg, operand } => self.negate(expr, operand, want),
            ExprKind::Unary { op: UnaryOp::Not, .. } | ExprKind::Is { .. } => self.truth(expr),
            ExprKind::Unary { op: UnaryOp::Spawn, operand } => self.spawn(operand),
            ExprKind::Unary { op: UnaryOp::Open, operand } => self.open(expr, operand),
            ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => self.truth(expr),
            ExprKind::Binary { op, op_span, left, right } => self.operate(*op, *op_span, left, right, want),
            ExprKind::Closure { params, body } => self.stray_closure(expr, params, body),
            ExprKind::For { parallel, pattern, iterable, max, body } => {
                self.for_each(expr, *parallel, pattern, iterable, max.as_deref(), body, want)
            }
            ExprKind::Parallel(branches) => self.parallel(expr, branches, want),
            ExprKind::Return(value) => self.return_value(expr, value.as_deref()),
            ExprKind::Break(value) => self.break_loop(expr, value.as_deref()),
            ExprKind::Continue => self.continue_loop(expr),
            ExprKind::Fail(reason) => self.fail(expr, reason),
            ExprKind::Blocked(reason) => self.blocked(expr, reason),
            ExprKind::Handoff { stage, args, args_span } => self.handoff(expr, stage, args, *args_span),
            ExprKind::Done(value) => self.done(expr, value.as_deref()),
            ExprKind::Select { base, .. } => self.stray_select(expr, base),
            ExprKind::Error => Ty::Error,
            // Forms of `branches`.
            ExprKind::Paren(_)
            | ExprKind::Block(_)
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Catch { .. }
            | ExprKind::Loop { .. }
            | ExprKind::Race(_) => self.branches(expr, want),
        }
    }

    /// A value that nobody uses, of an expression that does nothing else. `none` says just that.
    fn check_dropped(&mut self, expr: &Expr, ty: &Ty) {
        if *ty == Ty::Exec && matches!(expr.kind, ExprKind::Call { .. } | ExprKind::With { .. }) {
            // What is deferred cleans up, and has no one to tell; a test may only let it run.
            let is_deferred = self.frames.iter().any(|frame| matches!(frame, Frame::Defer(_)));
            if !is_deferred && self.testing.is_none() {
                let found = names::unused_exit(self.at(expr.span));
                self.report(found);
            }
            return;
        }
        let is_idle = match &expr.kind {
            ExprKind::None | ExprKind::Error => false,
            ExprKind::Call { callee, .. } => match self.body.refs.get(callee.id) {
                Some(Ref::Method { .. }) => true,
                Some(Ref::Item(key)) => {
                    decl::signature(self.db, key.clone()).is_some_and(|it| it.kind == DefKind::Fn)
                }
                _ => false,
            },
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Duration(_)
            | ExprKind::Money(_) => true,
            ExprKind::Str(_)
            | ExprKind::List(_)
            | ExprKind::Map(_)
            | ExprKind::Lower(_)
            | ExprKind::Upper(_) => true,
            ExprKind::Field { .. } | ExprKind::Index { .. } => true,
            // A process that is not looked after still belongs to the flow.
            ExprKind::Unary { op, .. } => *op != UnaryOp::Spawn,
            ExprKind::Binary { .. } | ExprKind::Is { .. } => true,
            _ => false,
        };
        if is_idle && !matches!(ty, Ty::Error | Ty::Never) {
            let found = names::unused_value(self.at(expr.span), &expr.kind);
            self.report(found);
        }
    }

    /// Finds out types and meanings, and says nothing of what is wrong: it is part of something reported as a whole.
    pub(super) fn quietly<T>(&mut self, check: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.body.diagnostics.len(), self.later.len());
        let found = check(self);
        self.body.diagnostics.truncate(before.0);
        self.later.truncate(before.1);
        found
    }

    /// A closure that is no argument of a built-in method.
    fn stray_closure(&mut self, expr: &Expr, params: &[Option<flow_grammar::tree::Name>], body: &Expr) -> Ty {
        let found = names::stray_closure(self.at(expr.span));
        self.report(found);
        let unknown = vec![Ty::Error; params.len()];
        self.closure_body(expr, params, &unknown, body, Want::Any);
        Ty::Error
    }
}

/// Whether an expression yields the value of one of several places in it.
const fn branching(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Paren(_)
            | ExprKind::Block(_)
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Catch { .. }
            | ExprKind::Loop { .. }
            | ExprKind::Race(_)
            | ExprKind::Binary { op: BinaryOp::Coalesce, .. }
    )
}

/// Whether what stands in an expression goes nowhere but into its value: where a secret may stand, it may stand in these.
pub(super) const fn passes_on(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Paren(_)
            | ExprKind::Block(_)
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Catch { .. }
            | ExprKind::Str(_)
            | ExprKind::List(_)
            | ExprKind::Map(_)
            | ExprKind::Lower(_)
            | ExprKind::Upper(_)
            | ExprKind::Field { .. }
            | ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Coalesce, .. }
    )
}
