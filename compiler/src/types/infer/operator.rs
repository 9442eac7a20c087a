//! Operators and what they work on.

use super::Infer;
use super::messages::operators;
use super::want::{Want, Why};
use crate::types::body::Coercion;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{BinaryOp, Expr, ExprKind};
use std::sync::Arc;

impl Infer<'_> {
    /// `-e`
    pub(super) fn negate(&mut self, expr: &Expr, operand: &Expr, want: Want<'_>) -> Ty {
        let hint = want.hint().cloned();
        let ty = self.expr(operand, Want::Any.with(hint.as_ref()));
        match self.head(&ty) {
            head @ (Ty::Int | Ty::Float | Ty::Duration | Ty::Money) => head,
            head @ (Ty::Error | Ty::Never) => head,
            _ => {
                let found = operators::no_negation(self.at(expr.span), &self.vars.deep(&ty));
                self.report(found);
                Ty::Error
            }
        }
    }

    /// An operator between two values; `and`, `or` and `??` have their own rules.
    pub(super) fn operate(
        &mut self,
        op: BinaryOp,
        at: Span,
        left: &Expr,
        right: &Expr,
        want: Want<'_>,
    ) -> Ty {
        match op {
            BinaryOp::Eq | BinaryOp::Ne => self.equal(op, at, left, right),
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => self.compare(op, at, left, right),
            BinaryOp::In => self.is_in(at, left, right),
            BinaryOp::Range => {
                let why = Why::Operand { op: "..", at };
                // What is wrong with one end is mostly wrong with the other, and with what the range is for.
                let found = self.body.diagnostics.len();
                self.expr(left, Want::Fit(&Ty::Int, &why));
                if self.body.diagnostics.len() > found {
                    self.quietly(|infer| infer.expr(right, Want::Any));
                    return Ty::Error;
                }
                self.expr(right, Want::Fit(&Ty::Int, &why));
                if self.body.diagnostics.len() > found { Ty::Error } else { Ty::List(Arc::new(Ty::Int)) }
            }
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                self.arithmetic(op, at, left, right, want)
            }
            // Forms of their own.
            BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce => Ty::Error,
        }
    }

    /// Both sides: the left one lets variants on the right be found, and the other way round.
    fn sides(&mut self, left: &Expr, right: &Expr) -> (Ty, Ty) {
        if is_variant(left) && !is_variant(right) {
            let b = self.expr(right, Want::Any);
            return (self.expr(left, Want::Like(&b)), b);
        }
        let a = self.expr(left, Want::Any);
        let b = self.expr(right, Want::Like(&a));
        (a, b)
    }

    /// Makes `float` of an `int` beside a `float`.
    fn level(&mut self, left: (&Expr, &Ty), right: (&Expr, &Ty)) {
        match (self.unwrapped(left.1), self.unwrapped(right.1)) {
            (Ty::Int, Ty::Float) => self.widen(left.0, left.1),
            (Ty::Float, Ty::Int) => self.widen(right.0, right.1),
            _ => {}
        }
    }

    fn widen(&mut self, expr: &Expr, ty: &Ty) {
        let is_option = matches!(self.head(ty), Ty::Option(_));
        self.coerce(expr.id, if is_option { Coercion::OptionIntToFloat } else { Coercion::IntToFloat });
    }

    /// `a == b`
    fn equal(&mut self, op: BinaryOp, at: Span, left: &Expr, right: &Expr) -> Ty {
        let (a, b) = self.sides(left, right);
        let joined = self.join(&a, &b);
        let (a_head, b_head) = (self.head(&a), self.head(&b));
        let found = match (&a_head, &b_head) {
            (Ty::Error | Ty::Never, _) | (_, Ty::Error | Ty::Never) => None,
            (Ty::None, Ty::Option(_) | Ty::None | Ty::Infer(_))
            | (Ty::Option(_) | Ty::Infer(_), Ty::None) => None,
            (Ty::None, _) => {
                Some(operators::compared_with_none(self.at(at), self.at(right.span), op, &self.vars.deep(&b)))
            }
            (_, Ty::None) => {
                Some(operators::compared_with_none(self.at(at), self.at(left.span), op, &self.vars.deep(&a)))
            }
            (Ty::Process(..) | Ty::ProcessOf(..) | Ty::Session(_) | Ty::Event(..) | Ty::Secret, _) => {
                Some(operators::no_equality(self.at(left.span), op, &a_head))
            }
            _ if joined.is_none() => Some(self.mismatched(op, at, (left, &a), (right, &b))),
            _ => None,
        };
        match found {
            Some(found) => self.report(found),
            None => self.level((left, &a), (right, &b)),
        }
        Ty::Bool
    }

    fn mismatched(
        &self,
        op: BinaryOp,
        at: Span,
        left: (&Expr, &Ty),
        right: (&Expr, &Ty),
    ) -> crate::diagnostics::Diagnostic {
        let (a, b) = (self.vars.deep(left.1), self.vars.deep(right.1));
        operators::mismatched(
            self.db,
            self.at(at),
            op,
            (self.at(left.0.span), &a),
            (self.at(right.0.span), &b),
        )
    }

    /// `a < b`
    fn compare(&mut self, op: BinaryOp, at: Span, left: &Expr, right: &Expr) -> Ty {
        let (a, b) = self.sides(left, right);
        let (a_head, b_head) = (self.head(&a), self.head(&b));
        if matches!(a_head, Ty::Error | Ty::Never) || matches!(b_head, Ty::Error | Ty::Never) {
            return Ty::Bool;
        }
        // `a < b < c` was told when it was read.
        if matches!(
            left.kind,
            ExprKind::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, .. }
        ) {
            return Ty::Bool;
        }
        for (side, ty, head) in [(left, &a, &a_head), (right, &b, &b_head)] {
            if !self.is_ordered(head) {
                let found = operators::no_order(self.at(side.span), self.at(at), op, &self.vars.deep(ty));
                self.report(found);
                return Ty::Bool;
            }
        }
        if let Ty::Infer(_) = a_head {
            let (side, place) = (self.at(left.span), self.at(at));
            self.once_known(&a, move |infer, ty| {
                if !infer.is_ordered(ty) {
                    infer.report(operators::no_order(side, place, op, ty));
                }
            });
        }
        if self.join(&a, &b).is_none() {
            let found = self.mismatched(op, at, (left, &a), (right, &b));
            self.report(found);
        } else {
            self.level((left, &a), (right, &b));
        }
        Ty::Bool
    }

    /// `a in list`, `key in map`, `part in text`
    fn is_in(&mut self, at: Span, left: &Expr, right: &Expr) -> Ty {
        // A list that is written out may hold variants of what is looked for; else it is the other way round.
        let (ty, container) = match &right.kind {
            ExprKind::List(_) if !is_variant(left) => {
                let ty = self.expr(left, Want::Any);
                let list = Ty::List(Arc::new(ty.clone()));
                (Some(ty), self.expr(right, Want::Like(&list)))
            }
            _ => (None, self.expr(right, Want::Any)),
        };
        let head = self.head(&container);
        let element = match &head {
            Ty::List(element) | Ty::Map(element, _) => element.as_ref().clone(),
            Ty::String => Ty::String,
            _ => Ty::Error,
        };
        let ty = ty.unwrap_or_else(|| self.expr(left, Want::Like(&element)));
        match head {
            Ty::List(_) | Ty::Map(..) | Ty::String => {
                let why = Why::Operand { op: "in", at };
                if self.join(&ty, &element).is_none() {
                    self.fit(left, ty, Want::Fit(&element, &why));
                } else if (self.unwrapped(&ty), self.head(&element)) == (Ty::Int, Ty::Float) {
                    self.widen(left, &ty);
                }
            }
            Ty::Error | Ty::Never => {}
            _ => {
                let found =
                    operators::no_container(self.at(right.span), self.at(at), &self.vars.deep(&container));
                self.report(found);
            }
        }
        Ty::Bool
    }

    /// `a + b` and its like.
    fn arithmetic(&mut self, op: BinaryOp, at: Span, left: &Expr, right: &Expr, want: Want<'_>) -> Ty {
        let hint = want.hint().cloned();
        let hint = if op == BinaryOp::Add { hint } else { None };
        let a = self.expr(left, Want::Any.with(hint.as_ref()));
        let list = matches!(self.head(&a), Ty::List(_)).then(|| a.clone());
        let b = self.expr(right, Want::Any.with(list.as_ref().or(hint.as_ref())));
        let (x, y) = (self.head(&a), self.head(&b));
        if x == Ty::Never || y == Ty::Never {
            return Ty::Never;
        }
        if x == Ty::Error || y == Ty::Error {
            return Ty::Error;
        }
        if let (BinaryOp::Add, Ty::List(_), Ty::List(_)) = (op, &x, &y) {
            // What holds of both need not hold of what they make together, as with texts and numbers.
            if let Some(joined) = self.join(&x, &y) {
                return joined;
            }
        } else if let Some(result) = arithmetic(op, &x, &y) {
            self.level((left, &x), (right, &y));
            if result != Ty::String {
                self.check_operation(op, at, left, right);
            }
            return result;
        }
        let found = operators::no_arithmetic(
            self.at(at),
            op,
            (self.at(left.span), &self.vars.deep(&a)),
            (self.at(right.span), &self.vars.deep(&b)),
        );
        self.report(found);
        Ty::Error
    }

    /// What `x += e` adds to a variable of that type.
    pub(super) fn addend(&mut self, target: &Ty) -> Option<Ty> {
        Some(match self.head(target) {
            Ty::Time => Ty::Duration,
            head
            @ (Ty::Int | Ty::Float | Ty::String | Ty::Duration | Ty::Money | Ty::List(_) | Ty::Error) => head,
            _ => return None,
        })
    }
}

/// Whether an expression may be a variant whose type only the other side says.
fn is_variant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Upper(_) => true,
        ExprKind::Call { callee, .. } => matches!(callee.kind, ExprKind::Upper(_)),
        _ => false,
    }
}

/// The type of an arithmetic operation; `None` if there is none between these two.
fn arithmetic(op: BinaryOp, left: &Ty, right: &Ty) -> Option<Ty> {
    use BinaryOp::{Add, Div, Mul, Rem, Sub};
    use Ty::{Duration, Float, Int, Money, String, Time};
    Some(match (op, left, right) {
        (Add | Sub | Mul | Div | Rem, Int, Int) => Int,
        (Add | Sub | Mul | Div | Rem, Int | Float, Int | Float) => Float,
        (Add, String, String) => String,
        (Add | Sub | Rem, Duration, Duration) | (Sub, Time, Time) => Duration,
        (Add | Sub, Time, Duration) | (Add, Duration, Time) => Time,
        (Add | Sub | Rem, Money, Money) => Money,
        (Mul | Div, Duration, Int | Float) | (Mul, Int | Float, Duration) => Duration,
        (Mul | Div, Money, Int | Float) | (Mul, Int | Float, Money) => Money,
        (Div, Duration, Duration) | (Div, Money, Money) => Float,
        _ => return None,
    })
}
