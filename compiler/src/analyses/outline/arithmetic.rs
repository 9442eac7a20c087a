//! Numbers that are computed: what operators and methods make of literals, constants, parameters and the lengths of lists.

use super::facts::{Fact, Reader};
use super::sizes::ways_of;
use crate::analyses::cost::number::{Ends, Unit};
use crate::types::body::Ref;
use crate::types::ty::Ty;
use flow_grammar::tree::{Arg, BinaryOp, Expr, ExprKind, Pattern};

impl Reader<'_> {
    /// What an expression counts, if it is a number without a fraction, or may be `none`.
    fn unit(&self, expr: &Expr) -> Option<Unit> {
        match &expr.kind {
            // Values of constants are read without their types.
            ExprKind::Int(_) => Some(Unit::Count),
            ExprKind::Duration(_) | ExprKind::Money(_) => Some(Unit::Quantity),
            _ => match self.held(expr) {
                Ty::Int => Some(Unit::Count),
                Ty::Duration | Ty::Money => Some(Unit::Quantity),
                _ => None,
            },
        }
    }

    fn ends(&self, expr: &Expr, deep: u32) -> Option<Ends> {
        let unit = self.unit(expr)?;
        Some(self.fact_within(expr, deep).ends(unit))
    }

    /// Notes between what the numbers of a range lie that a loop goes over.
    pub(super) fn bind_numbers(&mut self, pattern: &Pattern, iterable: &Expr) {
        let mut range = iterable;
        while let ExprKind::Paren(inner) = &range.kind {
            range = inner;
        }
        if let ExprKind::Binary { op: BinaryOp::Range, left, right, .. } = &range.kind
            && let Some(local) = self.body.binds.get(&pattern.id)
        {
            let end = |end| self.fact(end).ends(Unit::Count);
            self.numbers.insert(*local, Ends { least: end(left).least, most: end(right).most });
        }
    }

    /// `left + right` and the like.
    pub(super) fn computed(&self, op: BinaryOp, expr: &Expr, left: &Expr, right: &Expr, deep: u32) -> Fact {
        let of = || {
            let unit = self.unit(expr)?;
            let (a, b) = (self.ends(left, deep - 1)?, self.ends(right, deep - 1)?);
            let ends = match op {
                BinaryOp::Add => a.plus(&b),
                BinaryOp::Sub => a.minus(&b),
                BinaryOp::Mul => a.times(&b),
                BinaryOp::Div => a.over(&b, unit),
                BinaryOp::Rem => a.rest(&b),
                _ => return None,
            };
            self.number(expr, &ends)
        };
        of().unwrap_or_else(|| self.other(expr))
    }

    /// `-operand`
    pub(super) fn negated(&self, expr: &Expr, operand: &Expr, deep: u32) -> Fact {
        let of = || self.number(expr, &Ends::from(0).minus(&self.ends(operand, deep)?));
        of().unwrap_or_else(|| self.other(expr))
    }

    /// What one of several expressions yields, if that is a number.
    pub(super) fn chosen_number(&self, expr: &Expr, deep: u32) -> Option<Fact> {
        let unit = self.unit(expr)?;
        let mut ways = Vec::new();
        ways_of(expr, &mut ways);
        let yields = |way: &Expr| !matches!(self.body.expr(way.id), Ty::Never | Ty::None);
        let ways = ways.into_iter().filter(|way| yields(way) && way.id != expr.id);
        let ends = ways.map(|way| self.fact_within(way, deep - 1).ends(unit));
        self.number(expr, &ends.reduce(|all, way| all.or(&way, unit))?)
    }

    /// What a call yields, if that is a number; `None` if it may be a list.
    pub(super) fn called(&self, expr: &Expr, callee: &Expr, args: &[Arg], deep: u32) -> Option<Fact> {
        let unit = self.unit(expr)?;
        let of = || {
            let (Some(Ref::Method { on, name }), ExprKind::Field { base, .. }) =
                (self.body.refs.get(callee.id), &callee.kind)
            else {
                return None;
            };
            let first = || self.ends(&args.first()?.value, deep - 1);
            let ends = match (*on, *name) {
                ("list", "len") => self.fact_within(base, deep - 1).length(),
                ("int", "min") => self.ends(base, deep - 1)?.lesser(&first()?),
                ("int", "max") => self.ends(base, deep - 1)?.greater(&first()?, unit),
                _ => return None,
            };
            self.number(expr, &ends)
        };
        Some(of().unwrap_or_else(|| self.other(expr)))
    }

    fn number(&self, expr: &Expr, ends: &Ends) -> Option<Fact> {
        match (ends.known(), self.held(expr)) {
            (Some(number), Ty::Money) => Some(Fact::Money(number)),
            _ => Fact::computed(ends, self.unit(expr)?),
        }
    }
}
