//! Strings with holes, lists and maps.

use super::Infer;
use super::branch::Leaves;
use super::messages::values;
use super::vars::Unknown;
use super::want::{Want, Why};
use crate::types::body::Ref;
use crate::types::constant::{Value, value};
use crate::types::decl::TypeShape;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, Template, TemplatePart};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

impl Infer<'_> {
    /// A string: each hole holds what has a text.
    pub(super) fn template(&mut self, template: &Template) -> Ty {
        for part in &template.parts {
            if let TemplatePart::Hole(hole) = part {
                let outer = std::mem::replace(&mut self.in_hole, true);
                let ty = self.expr(hole, Want::Any);
                self.in_hole = outer;
                self.check_hole(hole, &ty);
            }
        }
        Ty::String
    }

    fn check_hole(&mut self, hole: &Expr, ty: &Ty) {
        let found = match self.head(ty) {
            Ty::Secret if !self.secrets_allowed => values::secret_in_text(self.at(hole.span)),
            head @ (Ty::Process(..) | Ty::ProcessOf(..) | Ty::Session(_) | Ty::Event(..)) => {
                values::no_text(self.at(hole.span), &head)
            }
            _ => return,
        };
        self.report(found);
    }

    /// `[a, b]`
    pub(super) fn list(&mut self, list: &Expr, elements: &[Expr], want: Want<'_>) -> Ty {
        let expected = match want.hint().map(|ty| self.unwrapped(ty)) {
            Some(Ty::List(element)) => Some(element),
            _ => None,
        };
        let element = self.parts(elements.iter(), "an element", want, expected.as_deref());
        let element = element.unwrap_or_else(|| match &expected {
            Some(element) => element.as_ref().clone(),
            None => self.vars.fresh(list.span, Unknown::Elements),
        });
        Ty::List(Arc::new(element))
    }

    /// `["k": v]`
    pub(super) fn map(&mut self, map: &Expr, entries: &[(Expr, Expr)], want: Want<'_>) -> Ty {
        let (key, value) = match want.hint().map(|ty| self.unwrapped(ty)) {
            Some(Ty::Map(key, value)) => (Some(key), Some(value)),
            _ => (None, None),
        };
        // The names of variables of the environment are recorded, unlike their values.
        let secrets_allowed = std::mem::take(&mut self.secrets_allowed);
        let found_key = self.parts(entries.iter().map(|entry| &entry.0), "a key", want, key.as_deref());
        self.secrets_allowed = secrets_allowed;
        let found_value = self.parts(entries.iter().map(|entry| &entry.1), "a value", want, value.as_deref());
        // What is expected was refused where it is written.
        let asked_for = key.as_ref().is_some_and(|key| !self.is_key(key));
        if let (Some(ty), Some((first, _)), false) = (&found_key, entries.first(), asked_for) {
            let place = self.at(first.span);
            self.once_known(ty, |infer, ty| {
                if !infer.is_key(ty) {
                    infer.report(values::bad_key(place, ty));
                }
            });
        }
        self.keys_differ(entries);
        let mut settle = |found: Option<Ty>, expected: Option<Arc<Ty>>| match (found, expected) {
            (Some(ty), _) => ty,
            (None, Some(ty)) => ty.as_ref().clone(),
            (None, None) => self.vars.fresh(map.span, Unknown::Entries),
        };
        let (key, value) = (settle(found_key, key), settle(found_value, value));
        Ty::Map(Arc::new(key), Arc::new(value))
    }

    /// Tells keys that are known and equal.
    pub(super) fn keys_differ(&mut self, entries: &[(Expr, Expr)]) {
        let mut seen: FxHashMap<SmolStr, Span> = FxHashMap::default();
        for (key, _) in entries {
            let known = match self.body.refs.get(key.id) {
                Some(Ref::Variant { variant, .. }) => Some(variant.clone()),
                _ => match value(self.db, self.file, key, None) {
                    Some(Value::Text(text)) => Some(text.into()),
                    _ => None,
                },
            };
            let Some(known) = known else { continue };
            match seen.get(&known) {
                Some(first) => {
                    let found = values::key_twice(self.at(key.span), self.at(*first), &known);
                    self.report(found);
                }
                None => {
                    seen.insert(known, key.span);
                }
            }
        }
    }

    /// The type that the parts of a list or map share; `None` if there are none. `want` is that of the whole.
    fn parts<'e>(
        &mut self,
        mut parts: impl Iterator<Item = &'e Expr> + Clone,
        what: &'static str,
        want: Want<'_>,
        expected: Option<&Ty>,
    ) -> Option<Ty> {
        let first = parts.next()?;
        if let (Want::Fit(whole, why), Some(ty)) = (want, expected.filter(|ty| !self.vars.is_open(ty))) {
            let why = Why::Part { of: self.vars.deep(whole), what, why: Box::new(why.clone()) };
            let told = self.body.diagnostics.len();
            let all = std::iter::once(first).chain(parts);
            for part in all.clone() {
                self.expr(part, Want::Fit(ty, &why));
            }
            if self.body.diagnostics.len() > told + 1 {
                self.told_of_parts(told, all);
            }
            return Some(ty.clone());
        }
        let mut leaves = Leaves::default();
        for part in std::iter::once(first).chain(parts) {
            // Where nothing is expected, the parts before say what this one probably is.
            let before = leaves.last().cloned();
            let hint = expected.or(before.as_ref()).map_or(Want::Any, Want::Like);
            let ty = self.expr(part, hint);
            leaves.add(Some(part.id), ty, part.span);
        }
        Some(self.join_leaves(leaves, values::elements_differ))
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
                self.shape(&head).is_some_and(|shape| matches!(*shape, TypeShape::Enum(_)))
            }
            _ => false,
        }
    }
}
