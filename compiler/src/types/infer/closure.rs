//! Closures: arguments of built-in methods, with parameter types that the method says.

use super::Infer;
use super::messages::{calls, values};
use super::place::{Frame, Purity};
use super::want::{Want, Why};
use crate::types::body::LocalKind;
use crate::types::ty::Ty;
use flow_grammar::tree::{Expr, ExprKind, Name};
use smol_str::SmolStr;

impl Infer<'_> {
    /// The argument for a parameter that takes a closure.
    pub(super) fn closure_argument(&mut self, method: &SmolStr, value: &Expr, params: &[Ty], result: &Ty) {
        let ExprKind::Closure { params: names, body } = &super::want::peel(value).kind else {
            let ty = self.expr(value, Want::Any);
            if ty != Ty::Error {
                let found = calls::closure_needed(self.at(value.span), method, params.len());
                self.report(found);
            }
            return;
        };
        if names.len() != params.len() {
            let found = calls::closure_arity(self.at(value.span), method, params.len(), names.len());
            self.report(found);
            let unknown = vec![Ty::Error; names.len()];
            self.closure_body(value, names, &unknown, body, Want::Any);
            return;
        }
        let why = Why::Closure(method.clone());
        let want = if self.vars.is_open(result) { Want::Like(result) } else { Want::Fit(result, &why) };
        let ty = self.closure_body(value, names, params, body, want);
        if !want.is_checked() {
            self.fit(body, ty, Want::Fit(result, &why));
        }
    }

    /// Checks a closure's body with parameters of these types; yields its type.
    pub(super) fn closure_body(
        &mut self,
        closure: &Expr,
        names: &[Option<Name>],
        params: &[Ty],
        body: &Expr,
        want: Want<'_>,
    ) -> Ty {
        let mark = self.enter(closure.span);
        let ((ty, _), _) = self.any_number(|infer| {
            infer.maybe(|infer| {
                infer.within(Frame::Closure(closure.span), |infer| {
                    for (name, ty) in names.iter().zip(params) {
                        if let Some(name) = name {
                            infer.binder(name, ty.clone(), LocalKind::Let, body.span.start);
                        }
                    }
                    infer.purely(Purity::Closure, |infer| infer.expr(body, want))
                })
            })
        });
        self.leave(mark);
        self.record(closure.id, &ty);
        ty
    }

    /// Whether values of a type have an order.
    pub(super) fn is_ordered(&self, ty: &Ty) -> bool {
        match self.head(ty) {
            Ty::Int
            | Ty::Float
            | Ty::String
            | Ty::Duration
            | Ty::Time
            | Ty::Money
            | Ty::File(_)
            | Ty::Output(_) => true,
            Ty::Error | Ty::Never | Ty::Infer(_) => true,
            head @ Ty::Named(..) => self
                .shape(&head)
                .is_some_and(|shape| matches!(*shape, crate::types::decl::TypeShape::Enum(_))),
            _ => false,
        }
    }

    /// What a method asks of the types that it works on, beyond their form.
    pub(super) fn check_demands(&mut self, on: &str, method: &'static str, call: &Expr, vars: &[(&str, Ty)]) {
        let (var, demand) = match (on, method) {
            ("list", "sort" | "max" | "min") => ("T", values::Demand::Order),
            ("list", "sort_by" | "max_by" | "min_by") => ("U", values::Demand::Order),
            ("list", "group_by" | "to_map") => ("K", values::Demand::Key),
            ("list", "sum") => ("T", values::Demand::Sum),
            _ => return,
        };
        let Some((_, ty)) = vars.iter().find(|(name, _)| *name == var) else { return };
        let place = self.at(call.span);
        self.once_known(ty, move |infer, ty| {
            let holds = match demand {
                values::Demand::Order => infer.is_ordered(ty),
                values::Demand::Key => infer.is_key(ty),
                values::Demand::Sum => infer.is_summed(ty),
            };
            if !holds {
                infer.report(values::demand(place, method, ty, demand));
            }
        });
    }

    fn is_summed(&self, ty: &Ty) -> bool {
        matches!(
            self.head(ty),
            Ty::Int | Ty::Float | Ty::Duration | Ty::Money | Ty::Error | Ty::Never | Ty::Infer(_)
        )
    }
}
