//! Assignments: only to a `var`, and to what lies in one.

use super::Infer;
use super::messages::{MISMATCH, assignment as say};
use super::place::Frame;
use super::want::{Want, Why, peel};
use crate::diagnostics::{Diagnostic, Place};
use crate::types::body::{LocalId, LocalKind, Ref};
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, ExprKind};
use smol_str::SmolStr;

impl Infer<'_> {
    /// `x = e`, `x[k] = e`, `x.f = e`
    pub(super) fn assign(&mut self, target: &Expr, value: &Expr) {
        match self.target(target) {
            Some((local, ty)) => {
                let why = self.why_there(target, local);
                let told = self.body.diagnostics.len();
                self.expr(value, Want::Fit(&ty, &why));
                self.told_of_guess(told, local);
                self.assigned(target, &ty, value);
                self.assigned_by_endpoint(local);
            }
            None => {
                // What the place would hold is not known, and so neither are variants of it.
                self.expr(value, Want::Like(&Ty::Error));
            }
        }
    }

    /// `x += e`
    pub(super) fn add_assign(&mut self, target: &Expr, value: &Expr) {
        let Some((local, ty)) = self.read_target(target) else {
            self.expr(value, Want::Any);
            return;
        };
        match self.addend(&ty) {
            Some(addend) => {
                let why = if self.head(&ty) == addend {
                    self.why_there(target, local)
                } else {
                    Why::Place("what is added here")
                };
                let told = self.body.diagnostics.len();
                self.expr(value, Want::Fit(&addend, &why));
                self.told_of_guess(told, local);
            }
            None => {
                self.expr(value, Want::Any);
                let found = say::nothing_to_add(self.at(target.span), &self.vars.deep(&ty));
                self.report(found);
            }
        }
        self.added(target);
        self.assigned_by_endpoint(local);
    }

    /// Looks at what was told, from `told` on, of a value that goes into a variable: where its type was only guessed from what
    /// went into it first, that is what is to be mended, and nothing more is said of the variable.
    fn told_of_guess(&mut self, told: usize, local: LocalId) {
        let Some(variable) = self.body.locals.get(local.0 as usize) else { return };
        let declared = self.at(variable.span);
        let found = self.body.diagnostics.get(told..).unwrap_or_default();
        let is_of_it = |found: &Diagnostic| {
            found.code == MISMATCH && found.labels.iter().skip(1).any(|label| label.place == declared)
        };
        let Some(at) = found.iter().position(is_of_it).filter(|_| self.vars.is_guess(&variable.ty)) else {
            return;
        };
        let name = variable.name.clone();
        if let Some(found) = self.body.diagnostics.get_mut(told + at) {
            say::guessed(found, &name);
        }
        if let Some(variable) = self.body.locals.get_mut(local.0 as usize) {
            variable.ty = Ty::Error;
        }
    }

    /// The same as [`target`](Self::target) where the value that is there is looked at: what was shown of it counts.
    fn read_target(&mut self, target: &Expr) -> Option<(LocalId, Ty)> {
        let (local, ty) = self.target(target)?;
        let Some(shown) = self.shown(target) else { return Some((local, ty)) };
        let ty = shown.ty.clone();
        self.record(target.id, &ty);
        Some((local, ty))
    }

    /// Why a place that is assigned has its type.
    fn why_there(&self, target: &Expr, local: LocalId) -> Why {
        match (&peel(target).kind, self.body.locals.get(local.0 as usize)) {
            (ExprKind::Lower(_), Some(local)) => {
                Why::Variable { name: local.name.clone(), declared: local.span }
            }
            (ExprKind::Index { base, .. }, Some(local)) if matches!(peel(base).kind, ExprKind::Lower(_)) => {
                let what = match self.head(&local.ty) {
                    Ty::Map(..) => "a value",
                    _ => "an element",
                };
                let why = Why::Variable { name: local.name.clone(), declared: local.span };
                Why::Part { of: self.vars.deep(&local.ty), what, why: Box::new(why) }
            }
            (ExprKind::Field { base, name, .. }, _) => self.field_place(base, &name.text),
            _ => Why::Place("the value of this place"),
        }
    }

    fn field_place(&self, base: &Expr, name: &str) -> Why {
        let owner = self.head(self.body.expr(base.id));
        let found = decl::field(self.db, &owner, name);
        match (owner, found) {
            (Ty::Named(key, _), Some(field)) => Why::Field {
                owner: key.name.clone(),
                field: field.name,
                declared: Some(Place::Item(key, field.span)),
                made: false,
            },
            _ => Why::Place("the value of this place"),
        }
    }

    /// The variable that a target lies in, and the type of the place; `None` if nothing can be assigned there.
    fn target(&mut self, target: &Expr) -> Option<(LocalId, Ty)> {
        let ty = match &target.kind {
            ExprKind::Lower(name) if self.find(&name.text).is_some() => {
                let local = self.find(&name.text)?;
                self.refer(target.id, Ref::Local(local));
                let ty = self.declared(local);
                self.record(target.id, &ty);
                return self.is_var(target, local).then_some((local, ty));
            }
            ExprKind::Index { base, index } => {
                let (local, ty) = self.read_target(base)?;
                (local, self.element(base, &ty, index, true))
            }
            ExprKind::Field { base, name, optional: false } => {
                if let Some(ty) = self.process_at(base) {
                    let found = say::field_of_process(self.at(target.span), &ty);
                    self.report(found);
                    return None;
                }
                let (local, ty) = self.read_target(base)?;
                (local, self.target_field(target, base, name, &ty))
            }
            ExprKind::Paren(inner) => self.target(inner)?,
            ExprKind::Error => return None,
            _ => {
                // Names that mean nothing are reported as such, other things as no place.
                let before = self.body.diagnostics.len();
                self.expr(target, Want::Any);
                if let (Some(found), ExprKind::Lower(name)) =
                    (self.body.diagnostics.get_mut(before), &target.kind)
                    && found.help.is_none()
                {
                    found.help = Some(format!("declare it before it is assigned: `var {} = …`", name.text));
                } else if self.body.diagnostics.len() == before {
                    let place = self.at(target.span);
                    self.report(match &target.kind {
                        ExprKind::Upper(name) => say::constant(place, &name.text),
                        _ => say::no_place(place),
                    });
                }
                return None;
            }
        };
        self.record(target.id, &ty.1);
        Some(ty)
    }

    /// The type of a local that is a process.
    fn process_at(&mut self, base: &Expr) -> Option<Ty> {
        let ExprKind::Lower(name) = &base.kind else { return None };
        let local = self.find(&name.text)?;
        let ty = self.vars.deep(&self.declared(local));
        if !matches!(self.head(&ty), Ty::Process(..) | Ty::ProcessOf(..)) {
            return None;
        }
        self.refer(base.id, Ref::Local(local));
        self.record(base.id, &ty);
        Some(ty)
    }

    fn target_field(&mut self, target: &Expr, base: &Expr, name: &flow_grammar::tree::Name, ty: &Ty) -> Ty {
        let head = self.head(ty);
        let shape = self.shape(&head);
        match shape.as_deref().and_then(|shape| shape.fields()) {
            Some(fields) => match fields.iter().find(|field| field.name == name.text) {
                Some(field) => {
                    self.refer(target.id, Ref::Field(name.text.clone()));
                    field.ty.clone()
                }
                None => self.missing_member(base, name, &head),
            },
            None => {
                if !matches!(head, Ty::Error | Ty::Never) {
                    let found = say::no_field_place(self.at(target.span), &self.vars.deep(ty));
                    self.report(found);
                }
                Ty::Error
            }
        }
    }

    /// Whether a local may be assigned here.
    fn is_var(&mut self, target: &Expr, local: LocalId) -> bool {
        let Some(declared) = self.body.locals.get(local.0 as usize) else { return false };
        let (name, kind, span): (SmolStr, LocalKind, Span) =
            (declared.name.clone(), declared.kind, declared.span);
        let place = self.at(target.span);
        if kind != LocalKind::Var {
            let found = say::not_a_var(place, self.at(span), &name, kind);
            self.report(found);
            return false;
        }
        let found = match self.barrier(local) {
            None => return true,
            Some(Frame::Closure(closure)) => say::in_closure(place, self.at(*closure), self.at(span), &name),
            Some(frame) => {
                let (what, at) =
                    frame.wall().map_or(("a branch", target.span), |wall| (wall.what, wall.span));
                say::in_branch(place, what, self.at(at), self.at(span), &name)
            }
        };
        self.report(found);
        false
    }
}
