//! Records and variants made by name.

use super::Infer;
use super::call::{Callee, Generic};
use super::messages::{calls, variants};
use super::vars::Unknown;
use super::want::Want;
use crate::diagnostics::ItemKey;
use crate::types::body::Ref;
use crate::types::decl::{self, TypeShape};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, Expr, Name};
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
    fn instance(&mut self, key: &ItemKey, span: Span, want: Want<'_>) -> Ty {
        let params = decl::type_params(self.db, key.clone());
        let params: &[SmolStr] = params.as_deref().unwrap_or_default();
        if let (false, Some(hint)) = (params.is_empty(), want.hint()) {
            let hint = self.unwrapped(hint);
            // As they are written: a refined type is not the type behind it.
            if let Ty::Named(of, args) = self.head(&hint)
                && of == *key
            {
                return Ty::Named(of, args);
            }
        }
        let param = |name: &SmolStr| Unknown::Param { of: key.name.clone(), name: name.clone() };
        Ty::Named(key.clone(), params.iter().map(|name| self.vars.fresh(span, param(name))).collect())
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
        let ty = self.instance(key, callee.span, want);
        let shape = self.shape(&ty);
        let Some(TypeShape::Record(fields)) = shape.as_deref() else {
            self.refer(callee.id, Ref::Type(ty));
            let found = calls::no_record(self.at(callee.span), &key.name, shape.as_deref());
            self.report(found);
            self.loose(args.list);
            return Ty::Error;
        };
        self.refer(callee.id, Ref::Type(ty.clone()));
        let owner = Callee::fields(key.name.clone(), self.owner(&ty));
        self.arguments(call, &owner, fields.as_slice(), &Generic::NONE, args);
        ty
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
        let ty = self.instance(key, callee.span, want);
        self.construct_variant(call, callee, name, ty, args)
    }

    /// `Verdict.Accept`
    pub(super) fn variant_alone(&mut self, expr: &Expr, key: &ItemKey, name: &Name, want: Want<'_>) -> Ty {
        let ty = self.instance(key, expr.span, want);
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
