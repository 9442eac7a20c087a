//! Type parameters in one call: what stands for each.
//!
//! What is expected of the result says it first, then the arguments from the left. Where a later argument asks for more than
//! an earlier one said, a parameter stands for what all its arguments share, as the elements of a list do: the call is
//! checked again with that. So the order of arguments never matters.

use super::Infer;
use super::call::Formals;
use super::construct::Args;
use super::messages::{MISMATCH, REFUSED};
use super::vars::Unknown;
use super::want::{Want, peel};
use crate::diagnostics::{Diagnostic, Severity};
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, ExprId, ExprKind};
use smol_str::SmolStr;

/// Type parameters with what stands for them in one call.
pub(super) struct Generic<'a> {
    /// The parameters.
    pub(super) params: &'a [SmolStr],
    /// What stands for each.
    pub(super) args: Vec<Ty>,
}

impl Generic<'_> {
    /// No type parameters.
    pub(super) const NONE: Self = Self { params: &[], args: Vec::new() };
}

/// What arguments share, by type parameter.
type Shared = Vec<Option<Ty>>;

impl Infer<'_> {
    /// Variables for the type parameters of something called.
    pub(super) fn generic<'a>(&mut self, of: &SmolStr, params: &'a [SmolStr], span: Span) -> Generic<'a> {
        let param = |name: &SmolStr| Unknown::Param { of: of.clone(), name: name.clone() };
        let args = params.iter().map(|name| self.vars.fresh(span, param(name))).collect();
        Generic { params, args }
    }

    /// The same for a certain call, of whose arguments it may be known what they share.
    pub(super) fn generic_in<'a>(
        &mut self,
        call: ExprId,
        of: &SmolStr,
        params: &'a [SmolStr],
        span: Span,
    ) -> Generic<'a> {
        let generic = self.generic(of, params, span);
        if !self.shared.is_empty()
            && let Some(shared) = self.shared.get(&call)
        {
            for (arg, ty) in generic.args.iter().zip(shared) {
                if let Some(ty) = ty {
                    self.vars.settle(arg, ty);
                }
            }
        }
        generic
    }

    /// A declared type in one call.
    pub(super) fn in_call(&self, ty: &Ty, generic: &Generic<'_>) -> Ty {
        decl::subst(ty, generic.params, &generic.args)
    }

    /// Checks a call of something generic. What is expected of the result says what its type parameters are; where the
    /// arguments say otherwise, they win, and the result is what is wrong. `shared` finds what the arguments share.
    pub(super) fn generic_call<T>(
        &mut self,
        call: ExprId,
        is_generic: bool,
        want: Want<'_>,
        mut check: impl FnMut(&mut Self, Want<'_>) -> T,
        shared: impl FnOnce(&mut Self) -> Option<Shared>,
    ) -> T {
        // Once, so that calls inside of calls take no more than a few times the time.
        if !is_generic || self.retrying {
            return check(self, want);
        }
        let (vars, reported, asked) = (self.vars.mark(), self.body.diagnostics.len(), self.later.len());
        let (changed, fork) = (self.changed.len(), self.fork());
        let outer = std::mem::take(&mut self.may_break);
        let found = check(self, want);
        let may_break = std::mem::replace(&mut self.may_break, outer);
        let is_error = |found: &Diagnostic| found.code.severity() == Severity::Error;
        let is_wrong = |infer: &Self| infer.body.diagnostics.iter().skip(reported).any(is_error);
        if !may_break && !is_wrong(self) {
            return found;
        }
        let is_misfit = |found: &Diagnostic| [MISMATCH, REFUSED].contains(&found.code);
        let may_share = may_break || self.body.diagnostics.iter().skip(reported).any(is_misfit);
        let is_expected = matches!(want, Want::Fit(..));
        if !may_share && !is_expected {
            return found;
        }
        self.retrying = true;
        self.drop_branch(fork);
        let first =
            (self.vars.undo(vars), self.body.diagnostics.split_off(reported), self.later.split_off(asked));
        let shared = if may_share { shared(self) } else { None };
        self.vars.undo(vars);
        self.drop_branch(fork);
        self.forget_changed(changed);
        let mut again = None;
        if is_expected || shared.is_some() {
            self.shared.extend(shared.map(|shared| (call, shared)));
            again = Some(check(self, Want::Any)).filter(|_| !is_wrong(self));
        }
        self.retrying = false;
        again.unwrap_or_else(|| {
            self.shared.remove(&call);
            self.body.diagnostics.truncate(reported);
            self.later.truncate(asked);
            self.vars.undo(vars);
            self.vars.redo(first.0);
            self.body.diagnostics.extend(first.1);
            self.later.extend(first.2);
            found
        })
    }

    /// Forgets which values change their form or are held to predicates since there were so many.
    fn forget_changed(&mut self, to: usize) {
        for id in self.changed.drain(to..) {
            self.body.coercions.remove(&id);
            self.body.held.remove(&id);
        }
    }

    /// What is expected of a result says what its type parameters are.
    pub(super) fn expect_result(&mut self, result: &Ty, generic: &Generic<'_>, want: Want<'_>) {
        if let (false, Want::Fit(expected, _)) = (generic.params.is_empty(), want) {
            let result = self.in_call(result, generic);
            let expected = self.vars.shallow(expected);
            // A whole number may become a `float` once it is the result, so that says too little.
            let is_float = self.unwrapped(&expected) == Ty::Float;
            if !matches!(expected, Ty::Infer(_)) && !is_float {
                self.try_fits(&result, &expected);
            }
        }
    }

    /// What the arguments of a call share that was checked once, by type parameter; `None` if some share nothing. `receiver`
    /// is what a method takes and is called on.
    pub(super) fn shared<F: Formals + ?Sized>(
        &mut self,
        call: ExprId,
        params: &[SmolStr],
        formals: &F,
        args: Args<'_>,
        receiver: Option<(&Ty, &Ty)>,
    ) -> Option<Shared> {
        let placed = self.body.args.get(&call)?.clone();
        let mut known: Shared = vec![None; params.len()];
        if let Some((pattern, ty)) = receiver {
            self.unite(pattern, ty, params, &mut known)?;
        }
        let given = |is_closure: bool| {
            let all = placed.iter().enumerate();
            all.filter_map(|(formal, index)| Some((formal, &*args.list.get((*index)?)?.value)))
                .filter(move |(formal, _)| formals.closure(*formal).is_some() == is_closure)
        };
        // A closure gets what the others say.
        for (formal, value) in given(false).chain(given(true)) {
            let ty = self.quietly(|infer| infer.likely(params, &known, formals, formal, value));
            self.unite(formals.ty(formal), &ty, params, &mut known)?;
        }
        // What is not known of itself is left to the call.
        let is_known = |ty: &Ty| !self.vars.is_open(ty) && *ty != Ty::None;
        let known: Shared =
            known.iter().map(|ty| ty.as_ref().map(|ty| self.vars.deep(ty)).filter(is_known)).collect();
        known.iter().any(Option::is_some).then_some(known)
    }

    /// The type of an argument where nothing of it is checked; for a closure that of what it yields.
    fn likely<F: Formals + ?Sized>(
        &mut self,
        params: &[SmolStr],
        known: &[Option<Ty>],
        formals: &F,
        formal: usize,
        value: &Expr,
    ) -> Ty {
        let unknown = self.generic(formals.name(formal), params, value.span);
        let args = known.iter().zip(unknown.args).map(|(known, unknown)| known.clone().unwrap_or(unknown));
        let generic = Generic { params, args: args.collect() };
        let expected = self.in_call(formals.ty(formal), &generic);
        match (formals.closure(formal), &peel(value).kind) {
            (None, _) => self.expr(value, Want::Like(&expected)),
            (Some(of), ExprKind::Closure { params: names, body }) => {
                let of: Vec<Ty> = of.iter().map(|ty| self.in_call(ty, &generic)).collect();
                self.closure_body(value, names, &of, body, Want::Like(&expected))
            }
            (Some(_), _) => Ty::Error,
        }
    }

    /// Joins what an argument says of type parameters with what is known of them; `None` if that cannot be.
    fn unite(&mut self, formal: &Ty, actual: &Ty, params: &[SmolStr], known: &mut Shared) -> Option<()> {
        let head = self.head(actual);
        match (formal, &head) {
            (_, Ty::Error) => return None,
            (_, Ty::Never) => {}
            (Ty::Param(name), _) => {
                if let Some(slot) = params.iter().position(|param| param == name) {
                    let ty = self.vars.shallow(actual);
                    let joined = match known[slot].take() {
                        Some(before) => self.join(&before, &ty)?,
                        None => ty,
                    };
                    known[slot] = Some(joined);
                }
            }
            (Ty::Option(_), Ty::None) => {}
            (Ty::Option(formal), Ty::Option(actual)) | (Ty::List(formal), Ty::List(actual)) => {
                self.unite(formal, actual, params, known)?;
            }
            (Ty::Option(formal), _) => self.unite(formal, actual, params, known)?,
            (Ty::Map(key, value), Ty::Map(of, to)) => {
                self.unite(key, of, params, known)?;
                self.unite(value, to, params, known)?;
            }
            (Ty::Named(key, formals), Ty::Named(of, actuals)) if key == of => {
                for (formal, actual) in formals.iter().zip(actuals.iter()) {
                    self.unite(formal, actual, params, known)?;
                }
            }
            _ => {}
        }
        Some(())
    }
}
