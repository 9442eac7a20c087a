//! Strings with holes, lists and maps.

use super::Infer;
use super::branch::Leaves;
use super::messages::values;
use super::vars::Unknown;
use super::want::Want;
use crate::types::decl::{self, TypeShape};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, Template, TemplatePart};
use std::sync::Arc;

impl Infer<'_> {
    /// A string: each hole holds what has a text.
    pub(super) fn template(&mut self, template: &Template) -> Ty {
        for part in &template.parts {
            if let TemplatePart::Hole(hole) = part {
                let ty = self.expr(hole, Want::Any);
                self.check_hole(hole, &ty);
            }
        }
        Ty::String
    }

    fn check_hole(&mut self, hole: &Expr, ty: &Ty) {
        let found = match self.head(ty) {
            Ty::Secret if !self.secrets_allowed => values::secret_in_text(self.at(hole.span)),
            head @ (Ty::Process(..) | Ty::Session(_) | Ty::Event(..)) => {
                values::no_text(self.at(hole.span), &head)
            }
            _ => return,
        };
        self.report(found);
    }

    /// `[a, b]`
    pub(super) fn list(&mut self, list: &Expr, elements: &[Expr], want: Want<'_>) -> Ty {
        let expected = want.hint().and_then(|ty| match self.unwrapped(ty) {
            Ty::List(element) => Some(element),
            _ => None,
        });
        let element = match &expected {
            Some(element) => self.elements(elements.iter(), want, Some(element)),
            None => self.elements(elements.iter(), Want::Any, None),
        };
        let element = element.unwrap_or_else(|| match &expected {
            Some(element) => element.as_ref().clone(),
            None => self.vars.fresh(list.span, Unknown::Elements),
        });
        Ty::List(Arc::new(element))
    }

    /// `["k": v]`
    pub(super) fn map(&mut self, map: &Expr, entries: &[(Expr, Expr)], want: Want<'_>) -> Ty {
        let expected = want.hint().and_then(|ty| match self.unwrapped(ty) {
            Ty::Map(key, value) => Some((key, value)),
            _ => None,
        });
        let (key, value) = expected.as_ref().map(|(key, value)| (key, value)).unzip();
        let (keys, values) = (entries.iter().map(|entry| &entry.0), entries.iter().map(|entry| &entry.1));
        let found_key =
            self.elements(keys, if key.is_some() { want } else { Want::Any }, key.map(Arc::as_ref));
        let found_value =
            self.elements(values, if value.is_some() { want } else { Want::Any }, value.map(Arc::as_ref));
        if let (Some(ty), Some((first, _))) = (&found_key, entries.first())
            && !self.is_key(ty)
        {
            let found = values::bad_key(self.at(first.span), &self.vars.deep(ty));
            self.report(found);
        }
        let mut settle = |found: Option<Ty>, expected: Option<&Arc<Ty>>, span: Span| match (found, expected) {
            (Some(ty), _) => ty,
            (None, Some(ty)) => ty.as_ref().clone(),
            (None, None) => self.vars.fresh(span, Unknown::Entries),
        };
        let (key, value) = (settle(found_key, key, map.span), settle(found_value, value, map.span));
        Ty::Map(Arc::new(key), Arc::new(value))
    }

    /// The type that several expressions share; `None` if there are none.
    fn elements<'e>(
        &mut self,
        elements: impl Iterator<Item = &'e Expr>,
        want: Want<'_>,
        expected: Option<&Ty>,
    ) -> Option<Ty> {
        let mut leaves = Leaves::default();
        let want = match expected {
            Some(ty) if self.vars.is_open(ty) => Want::Like(ty),
            ty => want.with(ty),
        };
        let mut any = false;
        for element in elements {
            any = true;
            let ty = self.expr(element, want);
            if !want.is_checked() {
                leaves.add(Some(element.id), ty, element.span);
            }
        }
        match want {
            _ if !any => None,
            Want::Fit(ty, _) => Some(ty.clone()),
            _ => Some(self.join_leaves(leaves, values::elements_differ)),
        }
    }

    /// A type that is expected, without the `?` that a value of it does not have.
    pub(super) fn unwrapped(&self, ty: &Ty) -> Ty {
        match self.head(ty) {
            Ty::Option(inner) => self.head(&inner),
            head => head,
        }
    }

    /// Whether values of a type can be keys of a map.
    pub(super) fn is_key(&self, ty: &Ty) -> bool {
        match self.head(ty) {
            Ty::String | Ty::Error | Ty::Never | Ty::Param(_) | Ty::Infer(_) => true,
            head @ Ty::Named(..) => {
                decl::shape(self.db, &head).is_some_and(|shape| matches!(*shape, TypeShape::Enum(_)))
            }
            _ => false,
        }
    }
}
