//! Records and variants made by name.

use super::Infer;
use super::call::Callee;
use super::generic::Generic;
use super::messages::{calls, variants};
use super::want::Want;
use crate::diagnostics::ItemKey;
use crate::types::body::Ref;
use crate::types::decl::{self, FieldDef, TypeShape};
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, Expr, ExprId, Name};
use smol_str::SmolStr;

/// The arguments of a call with their place.
#[derive(Clone, Copy)]
pub(super) struct Args<'a> {
    /// As written.
    pub(super) list: &'a [Arg],
    /// From `(` to `)`.
    pub(super) span: Span,
}

impl Infer<'_> {
    /// A declared type whose arguments are still to be found; those expected are taken over.
    fn instance(&mut self, made: ExprId, key: &ItemKey, span: Span, want: Want<'_>) -> Ty {
        let params = decl::type_params(self.db, key.clone());
        self.instance_of(made, (key, params.as_deref().unwrap_or_default()), span, want)
    }

    /// The same where the parameters of the type are known.
    fn instance_of(
        &mut self,
        made: ExprId,
        (key, params): (&ItemKey, &[SmolStr]),
        span: Span,
        want: Want<'_>,
    ) -> Ty {
        match self.expected_instance(key, params, want) {
            Some(ty) => ty,
            None => Ty::Named(key.clone(), self.generic_in(made, &key.name, params, span).args.into()),
        }
    }

    /// A declared type as it is expected.
    fn expected_instance(&self, key: &ItemKey, params: &[SmolStr], want: Want<'_>) -> Option<Ty> {
        if params.is_empty() {
            return None;
        }
        // As they are written: a refined type is not the type behind it.
        match self.unwrapped(want.hint()?) {
            Ty::Named(of, args) if of == *key => Some(Ty::Named(of, args)),
            _ => None,
        }
    }

    /// Makes a record, or a variant, of a declared type, which `check` is given with its arguments.
    fn make(
        &mut self,
        (call, callee, args): (&Expr, &Expr, Args<'_>),
        (key, variant): (&ItemKey, Option<&Name>),
        want: Want<'_>,
        mut check: impl FnMut(&mut Self, Ty) -> Ty,
    ) -> Ty {
        let params = decl::type_params(self.db, key.clone());
        let params: &[SmolStr] = params.as_deref().unwrap_or_default();
        if params.is_empty() {
            return check(self, Ty::Named(key.clone(), TyArgs::default()));
        }
        if let Some(expected) = self.expected_instance(key, params, want) {
            return check(self, expected);
        }
        let instance = |infer: &mut Self, want: Want<'_>| {
            let ty = infer.instance_of(call.id, (key, params), callee.span, want);
            check(infer, ty)
        };
        self.generic_call(call.id, true, want, instance, |infer| {
            let shape = infer.declared_shape(key)?;
            let fields: &[FieldDef] = match variant {
                Some(name) => &shape.variant(&name.text)?.fields,
                None => shape.fields()?,
            };
            infer.shared(call.id, params, fields, args, None)
        })
    }

    /// `Plan(title: "x")`
    pub(super) fn construct(
        &mut self,
        call: &Expr,
        callee: &Expr,
        key: &ItemKey,
        args: Args<'_>,
        want: Want<'_>,
    ) -> Ty {
        self.make((call, callee, args), (key, None), want, |infer, ty| {
            let shape = infer.shape(&ty);
            let Some(TypeShape::Record(fields)) = shape.as_deref() else {
                infer.refer(callee.id, Ref::Type(ty));
                let found = calls::no_record(infer.at(callee.span), &key.name, shape.as_deref());
                infer.report(found);
                infer.loose(args.list);
                return Ty::Error;
            };
            infer.refer(callee.id, Ref::Type(ty.clone()));
            let owner = Callee::fields(key.name.clone(), infer.owner(&ty));
            infer.arguments(call, &owner, fields.as_slice(), &Generic::NONE, args);
            ty
        })
    }

    /// The item that declares the fields of a type.
    fn owner(&self, ty: &Ty) -> Option<ItemKey> {
        match decl::resolve_alias(self.db, ty) {
            Ty::Named(key, _) => Some(key),
            _ => None,
        }
    }

    /// `Revise(findings: fs)` where the type is known.
    pub(super) fn construct_variant(
        &mut self,
        call: &Expr,
        callee: &Expr,
        name: &Name,
        ty: Ty,
        args: Args<'_>,
    ) -> Ty {
        let shape = self.shape(&ty);
        let Some(variant) = shape.as_deref().and_then(|shape| shape.variant(&name.text)) else {
            self.no_variant(name, &ty, shape.as_deref());
            self.loose(args.list);
            return Ty::Error;
        };
        self.refer(callee.id, Ref::Variant { ty: ty.clone(), variant: name.text.clone() });
        if variant.fields.is_empty() {
            let found = variants::no_payload(self.at(args.span), &name.text, args.list.is_empty());
            self.report(found);
            self.loose(args.list);
            return ty;
        }
        let owner = Callee::fields(name.text.clone(), self.owner(&ty));
        self.arguments(call, &owner, variant.fields.as_slice(), &Generic::NONE, args);
        ty
    }

    fn no_variant(&mut self, name: &Name, ty: &Ty, shape: Option<&TypeShape>) {
        let place = self.at(name.span);
        let found = match shape {
            Some(shape) if shape.variants().is_some() => {
                variants::no_such_variant(place, &self.vars.deep(ty), shape, name, &[])
            }
            _ => variants::no_variants(place, &self.vars.deep(ty), name),
        };
        self.report(found);
    }

    /// `Verdict.Revise(findings: fs)`
    pub(super) fn construct_qualified(
        &mut self,
        call: &Expr,
        callee: &Expr,
        (key, name): (&ItemKey, &Name),
        args: Args<'_>,
        want: Want<'_>,
    ) -> Ty {
        self.make((call, callee, args), (key, Some(name)), want, |infer, ty| {
            infer.construct_variant(call, callee, name, ty, args)
        })
    }

    /// `Verdict.Accept`
    pub(super) fn variant_alone(&mut self, expr: &Expr, key: &ItemKey, name: &Name, want: Want<'_>) -> Ty {
        let ty = self.instance(expr.id, key, expr.span, want);
        self.variant_of(expr, name, &ty)
    }

    /// `Accept` where the type is known.
    pub(super) fn variant_of(&mut self, expr: &Expr, name: &Name, ty: &Ty) -> Ty {
        let shape = self.shape(ty);
        let Some(variant) = shape.as_deref().and_then(|shape| shape.variant(&name.text)) else {
            self.no_variant(name, ty, shape.as_deref());
            return Ty::Error;
        };
        self.refer(expr.id, Ref::Variant { ty: ty.clone(), variant: name.text.clone() });
        if !variant.fields.is_empty() {
            let found = variants::payload_missing(self.at(expr.span), &name.text, &variant.fields);
            self.report(found);
            return Ty::Error;
        }
        ty.clone()
    }
}
