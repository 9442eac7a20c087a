//! `parallel` and `race`.

use super::Infer;
use super::branch::Leaves;
use super::messages::{control, values};
use super::place::Frame;
use super::want::Want;
use crate::types::ty::Ty;
use flow_grammar::tree::{Branch, Expr, ExprKind, RaceArm};
use smol_str::SmolStr;

impl Infer<'_> {
    /// `parallel { a: e, b: e }`
    pub(super) fn parallel(&mut self, expr: &Expr, branches: &[Branch], want: Want<'_>) -> Ty {
        self.refuse_if_pure(expr.span, || "`parallel`".to_owned());
        if branches.is_empty() {
            let found = control::no_branches(self.at(expr.span), "parallel");
            self.report(found);
        }
        let expected = want.hint().map(|ty| self.unwrapped(ty));
        let mut fields: Vec<(SmolStr, Ty)> = Vec::with_capacity(branches.len());
        let mut never = false;
        for branch in branches {
            let hint = match &expected {
                Some(Ty::Record(fields)) => {
                    fields.iter().find(|(name, _)| *name == branch.name.text).map(|(_, ty)| ty)
                }
                _ => None,
            };
            let frame = Frame::Branch { of: "parallel", span: branch.span };
            let (ty, diverges) = self.beside(frame, &branch.body, want.with(hint));
            never |= diverges;
            match fields.iter().any(|(name, _)| *name == branch.name.text) {
                true => {
                    let first =
                        branches.iter().find(|first| first.name.text == branch.name.text).unwrap_or(branch);
                    let found = control::branch_twice(
                        self.at(branch.name.span),
                        self.at(first.name.span),
                        &branch.name.text,
                    );
                    self.report(found);
                }
                false => fields.push((branch.name.text.clone(), if ty == Ty::Never { Ty::None } else { ty })),
            }
        }
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        // A branch that never ends by itself ends all of them.
        if never { Ty::Never } else { Ty::Record(fields.into()) }
    }

    /// Something that runs beside others, in a scope of its own.
    fn beside(&mut self, frame: Frame, body: &Expr, want: Want<'_>) -> (Ty, bool) {
        let mark = self.mark();
        self.waited();
        let ((ty, _), diverges) = self.any_number(|infer| {
            infer.maybe(|infer| {
                infer.within(frame, |infer| match &body.kind {
                    ExprKind::Block(block) => {
                        let ty = infer.block(block, want).ty;
                        infer.record(body.id, &ty);
                        ty
                    }
                    _ => infer.expr(body, want),
                })
            })
        });
        self.leave(mark);
        (ty, diverges)
    }

    /// `race { p = e => body }`
    pub(super) fn race(&mut self, expr: &Expr, arms: &[RaceArm], want: Want<'_>) -> Ty {
        self.refuse_if_pure(expr.span, || "`race`".to_owned());
        if arms.is_empty() {
            let found = control::no_branches(self.at(expr.span), "race");
            self.report(found);
            return Ty::Error;
        }
        let (mut leaves, mut ends) = (Leaves::default(), Vec::with_capacity(arms.len()));
        for arm in arms {
            let frame = Frame::Branch { of: "race", span: arm.value.span };
            let (ty, _) = self.beside(frame, &arm.value, Want::Any);
            let mark = self.enter(arm.span);
            let facts = self.irrefutable(&arm.pattern, &ty, "race");
            ends.push(self.leaf_expr(&mut leaves, &arm.body, &facts, want));
            self.leave(mark);
        }
        self.diverges |= ends.iter().all(Option::is_none);
        self.meet(ends);
        self.together(leaves, want, values::branches_differ)
    }
}
