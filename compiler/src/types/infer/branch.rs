//! `if`, `match`, `catch`, `??`: one of several values.

use super::Infer;
use super::messages::{mismatch, values};
use super::narrow::{Facts, Known, Left};
use super::stmt::BlockTy;
use super::vars::Fit;
use super::want::Want;
use crate::diagnostics::{Diagnostic, Place};
use crate::types::body::{Coercion, LocalKind};
use crate::types::patterns;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arm, Block, Expr, ExprId, ExprKind, Name};

/// The values that several branches yield where nothing is expected of them.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    found: Vec<(Option<ExprId>, Ty, Span)>,
}

/// Words the message of two branches that yield different things.
pub(super) type Differ = fn(Place, &Ty, Place, &Ty) -> Diagnostic;

impl Leaves {
    /// The type of the last branch that yields something.
    pub(super) fn last(&self) -> Option<&Ty> {
        self.found
            .iter()
            .rev()
            .map(|(_, ty, _)| ty)
            .find(|ty| !matches!(ty, Ty::Never | Ty::Error | Ty::None))
    }

    /// Adds what a branch yields; `id` is its last expression, if it has one.
    pub(super) fn add(&mut self, id: Option<ExprId>, ty: Ty, span: Span) {
        self.found.push((id, ty, span));
    }
}

impl Infer<'_> {
    /// The type that all branches share; each whose form must change for it is recorded.
    pub(super) fn join_leaves(&mut self, leaves: Leaves, differ: Differ) -> Ty {
        let mut joined: Option<(Ty, Span)> = None;
        for (_, ty, span) in &leaves.found {
            joined = Some(match joined {
                None => (ty.clone(), *span),
                // The second end of a mismatch is a branch that yields something.
                Some((so_far, first)) => match self.join(&so_far, ty) {
                    Some(joint) => (joint, if so_far == Ty::Never { *span } else { first }),
                    None => {
                        let (a, b) = (self.vars.deep(&so_far), self.vars.deep(ty));
                        let found = differ(self.at(first), &a, self.at(*span), &b);
                        self.report(found);
                        return Ty::Error;
                    }
                },
            });
        }
        let joined = joined.map_or(Ty::None, |(ty, _)| ty);
        for (id, ty, _) in leaves.found {
            if let (Some(id), Fit::Changed(coercion)) = (id, self.fits(&ty, &joined)) {
                self.coerce(id, coercion);
            }
        }
        joined
    }

    /// What several branches yield together.
    pub(super) fn together(&mut self, leaves: Leaves, want: Want<'_>, differ: Differ) -> Ty {
        let never = !leaves.found.is_empty() && leaves.found.iter().all(|(_, ty, _)| *ty == Ty::Never);
        match want {
            _ if never => Ty::Never,
            Want::Fit(ty, _) => ty.clone(),
            Want::Discard => Ty::None,
            Want::Any | Want::Like(_) => self.join_leaves(leaves, differ),
        }
    }

    /// A block as one of several branches; what it leaves, if control comes back from it.
    fn leaf_block(
        &mut self,
        leaves: &mut Leaves,
        block: &Block,
        facts: &Facts,
        want: Want<'_>,
    ) -> Option<Left> {
        let before = leaves.last().cloned();
        let want = want.or_like(before.as_ref());
        let fork = self.fork();
        let (found, diverges) = self.maybe(|infer| {
            let mark = infer.enter(block.span);
            infer.assume(facts);
            let found = infer.block(block, want);
            infer.leave(mark);
            found
        });
        let BlockTy { ty, tail, span } = found;
        leaves.add(tail, ty, span);
        self.end(fork, diverges)
    }

    /// An expression as one of several branches; what it leaves, if control comes back from it.
    pub(super) fn leaf_expr(
        &mut self,
        leaves: &mut Leaves,
        expr: &Expr,
        facts: &Facts,
        want: Want<'_>,
    ) -> Option<Left> {
        if let ExprKind::Block(block) = &expr.kind {
            let end = self.leaf_block(leaves, block, facts, want);
            if let Some((_, ty, _)) = leaves.found.last() {
                let ty = ty.clone();
                self.record(expr.id, &ty);
            }
            return end;
        }
        let before = leaves.last().cloned();
        let want = want.or_like(before.as_ref());
        let fork = self.fork();
        let (ty, diverges) = self.maybe(|infer| {
            let mark = infer.mark();
            infer.assume(facts);
            let ty = infer.expr(expr, want);
            infer.leave(mark);
            ty
        });
        leaves.add(Some(expr.id), ty, expr.span);
        self.end(fork, diverges)
    }

    /// `if c { } else { }`
    pub(super) fn if_else(
        &mut self,
        condition: &Expr,
        then: &Block,
        otherwise: Option<&Expr>,
        want: Want<'_>,
    ) -> Ty {
        let Known { yes, no } = self.condition(condition, "the condition of `if`");
        let mut leaves = Leaves::default();
        let Some(otherwise) = otherwise else { return self.if_alone(then, &yes, &no, want) };
        let first = self.leaf_block(&mut leaves, then, &yes, want);
        let second = self.leaf_expr(&mut leaves, otherwise, &no, want);
        // Names bound in a branch stay in it.
        if first.is_none() && second.is_some() {
            self.show_all(&no.binds);
        }
        self.diverges |= first.is_none() && second.is_none();
        self.meet([first, second]);
        self.together(leaves, want, values::branches_differ)
    }

    /// `if c { }`: without the branch it yields `none`.
    fn if_alone(&mut self, then: &Block, yes: &Facts, no: &Facts, want: Want<'_>) -> Ty {
        let mut leaves = Leaves::default();
        let inner = match want {
            Want::Fit(ty, why)
                if !matches!(self.head(ty), Ty::Option(_) | Ty::None | Ty::Error | Ty::Infer(_)) =>
            {
                let found = mismatch::if_without_else(&self.base, then.span, &self.vars.deep(ty), why);
                self.report(found);
                Want::Like(ty)
            }
            want => want,
        };
        let end = self.leaf_block(&mut leaves, then, yes, inner);
        if end.is_none() {
            self.show_all(&no.binds);
        }
        self.meet_or(end, no);
        leaves.add(None, Ty::None, then.span);
        match (want, inner) {
            (Want::Fit(..), Want::Like(_)) => Ty::Error,
            _ => self.together(leaves, inner, values::branches_differ),
        }
    }

    /// `match e { … }`
    pub(super) fn match_arms(&mut self, whole: &Expr, scrutinee: &Expr, arms: &[Arm], want: Want<'_>) -> Ty {
        // Which arm is taken would tell of a secret.
        let secrets_allowed = std::mem::take(&mut self.secrets_allowed);
        let mut ty = self.expr(scrutinee, Want::Any);
        self.secrets_allowed = secrets_allowed;
        if let Some(declared) = self.declared_option(scrutinee)
            && arms.iter().any(|arm| patterns::asks_for_none(&arm.pattern))
        {
            self.record(scrutinee.id, &declared);
            ty = declared;
        }
        let looked_at = self.now();
        let (mut leaves, mut ends) = (Leaves::default(), Vec::with_capacity(arms.len()));
        let start = self.fork();
        let mut lacking = false;
        for arm in arms {
            let mark = self.enter(arm.span);
            let fork = self.fork();
            let told = self.body.diagnostics.len();
            let mut facts = self.check_pattern(&arm.pattern, &ty);
            self.told_of_arm(told, (&arm.pattern, scrutinee), &ty, &mut lacking);
            let Known { yes, no } = self.shown_by(&arm.pattern, scrutinee);
            facts.shown.extend(yes.shown);
            // A guard further up may have assigned what was looked at before it.
            facts.shown.iter_mut().for_each(|(_, shown)| shown.when = looked_at);
            self.assume(&facts);
            let before = self.now();
            let guard = arm
                .guard
                .as_ref()
                .map(|guard| self.condition(guard, "the guard of an arm").yes)
                .unwrap_or_default();
            let guarded = self.written_since(before);
            let end = self.leaf_expr(&mut leaves, &arm.body, &guard, want);
            ends.push(end.map(|end| {
                self.meet([Some(end)]);
                self.left(start)
            }));
            self.drop_branch(fork);
            self.leave(mark);
            self.forget_all(&guarded);
            if arm.guard.is_none() {
                // Behind an arm for `none` there is always a value.
                if patterns::matches_none(&arm.pattern) {
                    ty = self.unwrapped_once(ty);
                }
                let mut no = no;
                no.shown.iter_mut().for_each(|(_, shown)| shown.when = looked_at);
                self.assume(&no);
            }
        }
        self.drop_branch(start);
        let all_diverge = ends.iter().all(Option::is_none);
        self.meet(ends);
        let ty = self.vars.deep(self.body.expr(scrutinee.id));
        let filler = self.filler(want);
        let found = patterns::check_match(self.db, &self.base, whole.span, scrutinee.span, &ty, arms, filler);
        self.body.diagnostics.extend(found);
        self.diverges |= all_diverge && !arms.is_empty();
        self.together(leaves, want, values::branches_differ)
    }

    /// What an arm that is added may yield until somebody says more.
    fn filler(&self, want: Want<'_>) -> Option<&'static str> {
        if !self.is_total() {
            return Some("fail \"not handled\"");
        }
        Some(match self.head(want.hint()?) {
            Ty::Option(_) | Ty::None => "none",
            Ty::Bool => "false",
            Ty::Int => "0",
            Ty::Float => "0.0",
            Ty::String => "\"\"",
            Ty::List(_) => "[]",
            Ty::Map(..) => "[:]",
            _ => return None,
        })
    }

    /// `T` of `T?`, the name of an alias kept.
    fn unwrapped_once(&self, ty: Ty) -> Ty {
        match self.head(&ty) {
            Ty::Option(inner) => inner.as_ref().clone(),
            _ => ty,
        }
    }

    /// `e catch err { … }`
    pub(super) fn catch(
        &mut self,
        body: &Expr,
        binder: Option<&Name>,
        handler: &Block,
        want: Want<'_>,
    ) -> Ty {
        let mut leaves = Leaves::default();
        let then = self.now();
        let first = self.leaf_expr(&mut leaves, body, &Facts::default(), want);
        // It may have failed before an assignment or behind it.
        let facts = Facts { void: self.written_since(then), ..Facts::default() };
        let mark = self.enter(handler.span);
        if let Some(name) = binder {
            self.binder(name, Ty::Failure, LocalKind::Let, handler.span.start);
        }
        let second = self.leaf_block(&mut leaves, handler, &facts, want);
        self.leave(mark);
        self.diverges |= first.is_none() && second.is_none();
        self.meet([first, second]);
        self.together(leaves, want, values::handler_differs)
    }

    /// `a ?? b`
    pub(super) fn coalesce(&mut self, left: &Expr, op: Span, right: &Expr, want: Want<'_>) -> Ty {
        let expected = want.hint().map(|ty| self.optional(ty));
        let ty = match (&expected, want) {
            (Some(expected), Want::Fit(_, why)) => self.coalesced(left, expected, why),
            (expected, _) => self.expr(left, Want::Any.with(expected.as_ref())),
        };
        let inner = match self.head(&ty) {
            Ty::Option(inner) => inner.as_ref().clone(),
            Ty::None => Ty::Never,
            Ty::Error | Ty::Never | Ty::Infer(_) => ty.clone(),
            _ => {
                let found = values::never_none(self.at(left.span), &self.vars.deep(&ty), self.at(op), "??");
                self.report(found);
                ty.clone()
            }
        };
        let mut leaves = Leaves::default();
        leaves.add(Some(left.id), inner.clone(), left.span);
        // Where the right side leaves, there is a left one.
        let there = Facts { shown: self.not_none(left).into_iter().collect(), ..Facts::default() };
        match self.leaf_expr(&mut leaves, right, &Facts::default(), want) {
            None => self.assume(&there),
            end => self.meet_or(end, &Facts::default()),
        }
        let joined = self.together(leaves, want, values::default_differs);
        if let (Ty::Option(_), Some(coercion)) = (self.head(&ty), self.body.coercions.get_mut(&left.id)) {
            *coercion = Coercion::OptionIntToFloat;
        }
        joined
    }

    /// The left side of `??` where the value is expected: it meets the expectation, but for `none`.
    fn coalesced(&mut self, left: &Expr, expected: &Ty, why: &super::want::Why) -> Ty {
        let ty = self.expr(left, Want::Like(expected));
        if ty == Ty::Never || self.fit(left, ty.clone(), Want::Fit(expected, why)) == Ty::Error {
            return if ty == Ty::Never { ty } else { Ty::Error };
        }
        ty
    }
}
