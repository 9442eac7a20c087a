//! Patterns: whether they can match a value of a type, and what they bind.

use super::Infer;
use super::messages::matching as say;
use super::narrow::Facts;
use super::vars::Fit;
use crate::types::body::LocalId;
use crate::types::decl::{self, FieldDef};
use crate::types::patterns;
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::span::Span;
use flow_grammar::tree::{Name, Pattern, PatternField, PatternKind};
use smol_str::SmolStr;

/// What a pattern has bound so far.
type Binds = Vec<(SmolStr, LocalId)>;

impl Infer<'_> {
    /// Checks a pattern for values of a type; yields the names that it binds.
    pub(super) fn check_pattern(&mut self, pattern: &Pattern, ty: &Ty) -> Facts {
        let mut binds = Binds::new();
        self.pattern(pattern, ty, &mut binds);
        Facts { binds, ..Facts::default() }
    }

    /// The same where the pattern must match every value; `what` needs it.
    pub(super) fn irrefutable(&mut self, pattern: &Pattern, ty: &Ty, what: &'static str) -> Facts {
        let facts = self.check_pattern(pattern, ty);
        if !matches!(pattern.kind, PatternKind::Bind(_) | PatternKind::Wildcard) {
            let ty = self.vars.deep(ty);
            let found = patterns::check_irrefutable(self.db, &self.base, pattern, &ty, what);
            self.body.diagnostics.extend(found);
        }
        facts
    }

    fn pattern(&mut self, pattern: &Pattern, ty: &Ty, binds: &mut Binds) {
        self.record_pattern(pattern.id, ty);
        if self.gives_up() {
            return;
        }
        match &pattern.kind {
            PatternKind::Wildcard | PatternKind::Error => {}
            PatternKind::Bind(name) => self.bind_name(pattern, name, ty, binds),
            PatternKind::Int(_) => self.literal(pattern, ty, &Ty::Int),
            PatternKind::Bool(_) => self.literal(pattern, ty, &Ty::Bool),
            PatternKind::Str(template) => {
                // A hole in it is a mistake of syntax, reported as such.
                self.quietly(|infer| infer.template(template));
                self.literal(pattern, ty, &Ty::String);
            }
            PatternKind::None => {
                // What may be `none` is an option, whatever of.
                if self.head(ty) != Ty::Never && !self.fits_inside(&Ty::None, ty) {
                    let found = say::never_none(self.at(pattern.span), &self.vars.deep(ty));
                    self.report(found);
                }
            }
            PatternKind::Variant { qualifier, name, fields } => {
                self.variant(pattern, qualifier.as_deref(), name, fields.as_deref(), ty, binds);
            }
            PatternKind::Record(fields) => self.record_fields(pattern, fields, ty, binds),
            PatternKind::Or(alternatives) => self.alternatives(pattern, alternatives, ty, binds),
        }
    }

    fn bind_name(&mut self, pattern: &Pattern, name: &Name, ty: &Ty, binds: &mut Binds) {
        if name.text.is_empty() {
            return;
        }
        if let Some((_, first)) = binds.iter().find(|(text, _)| *text == name.text) {
            let first = self.body.locals.get(first.0 as usize).map(|local| local.span).unwrap_or_default();
            let found = say::bound_twice(self.at(name.span), self.at(first), &name.text);
            self.report(found);
        }
        let id = self.bound(pattern.id, name, ty.clone());
        binds.push((name.text.clone(), id));
    }

    fn literal(&mut self, pattern: &Pattern, ty: &Ty, literal: &Ty) {
        let head = self.unwrapped(ty);
        if head == Ty::Never || self.fits(&head, literal) != Fit::No {
            return;
        }
        let found = say::wrong_type(self.at(pattern.span), literal, &self.vars.deep(ty));
        self.report(found);
    }

    fn variant(
        &mut self,
        pattern: &Pattern,
        qualifier: Option<&Name>,
        name: &Name,
        fields: Option<&[PatternField]>,
        ty: &Ty,
        binds: &mut Binds,
    ) {
        let head = self.unwrapped(ty);
        if let (Some(qualifier), false) = (qualifier, matches!(head, Ty::Error | Ty::Never))
            && !self.qualifies(qualifier, &head)
        {
            self.anything(fields, binds);
            return;
        }
        let shape = self.shape(&head);
        let Some(variant) = shape.as_deref().and_then(|shape| shape.variant(&name.text)) else {
            if !matches!(head, Ty::Error | Ty::Never) && !name.text.is_empty() {
                let ty = self.vars.deep(&head);
                let found = say::no_such_variant(self.at(name.span), name, &ty, shape.as_deref());
                self.report(found);
            }
            self.anything(fields, binds);
            return;
        };
        let Some(fields) = fields else { return };
        if variant.fields.is_empty() && !fields.is_empty() {
            let found = say::no_payload(self.at(pattern.span), &name.text);
            self.report(found);
            self.anything(Some(fields), binds);
            return;
        }
        self.pattern_fields(&name.text, &variant.fields, fields, binds);
    }

    /// Whether the type in front of a variant is that of the value.
    fn qualifies(&mut self, qualifier: &Name, head: &Ty) -> bool {
        let found = match (self.scope.ty(&qualifier.text), head) {
            (Some(def), Ty::Named(key, _)) if def.key == *key => return true,
            (Some(def), Ty::Named(..)) => {
                // The name may be an alias of the value's type.
                let named = Ty::Named(def.key.clone(), TyArgs::default());
                match (decl::resolve_alias(self.db, &named), head) {
                    (Ty::Named(a, _), Ty::Named(b, _)) if a == *b => return true,
                    _ => {
                        say::wrong_qualifier(self.at(qualifier.span), &qualifier.text, &self.vars.deep(head))
                    }
                }
            }
            (Some(_), _) => {
                say::wrong_qualifier(self.at(qualifier.span), &qualifier.text, &self.vars.deep(head))
            }
            (None, _) => crate::resolve::unknown_type(
                self.db,
                self.file,
                self.at(qualifier.span),
                qualifier,
                &self.type_params,
            ),
        };
        self.report(found);
        false
    }

    /// Patterns whose values are not known.
    fn anything(&mut self, fields: Option<&[PatternField]>, binds: &mut Binds) {
        for field in fields.unwrap_or_default() {
            if let PatternField::Short(_, pattern) | PatternField::Named(_, pattern) = field {
                self.pattern(pattern, &Ty::Error, binds);
            }
        }
    }

    fn record_fields(&mut self, pattern: &Pattern, fields: &[PatternField], ty: &Ty, binds: &mut Binds) {
        let head = self.unwrapped(ty);
        match self.shape(&head).as_deref().and_then(|shape| shape.fields()) {
            Some(known) => {
                let owner = SmolStr::new(self.vars.deep(&head).to_string());
                self.pattern_fields(&owner, known, fields, binds);
            }
            None => {
                if !matches!(head, Ty::Error | Ty::Never) {
                    let found = say::no_record(self.at(pattern.span), &self.vars.deep(ty));
                    self.report(found);
                }
                self.anything(Some(fields), binds);
            }
        }
    }

    /// The fields of a payload or record. Those left out match anything.
    fn pattern_fields(
        &mut self,
        owner: &SmolStr,
        known: &[FieldDef],
        fields: &[PatternField],
        binds: &mut Binds,
    ) {
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for field in fields {
            let (PatternField::Short(name, pattern) | PatternField::Named(name, pattern)) = field else {
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(text, _)| *text == name.text) {
                let found = say::field_twice(self.at(name.span), self.at(*first), &name.text);
                self.report(found);
            }
            seen.push((&name.text, name.span));
            let ty = match known.iter().find(|known| known.name == name.text) {
                Some(known) => known.ty.clone(),
                None => {
                    if !name.text.is_empty() {
                        let short = matches!(field, PatternField::Short(..));
                        let found =
                            say::no_such_field(self.at(name.span), owner, name, known, short, seen.len());
                        self.report(found);
                    }
                    Ty::Error
                }
            };
            self.pattern(pattern, &ty, binds);
        }
    }

    /// `A | B`: each binds the same names, with types that fit together.
    fn alternatives(&mut self, pattern: &Pattern, alternatives: &[Pattern], ty: &Ty, binds: &mut Binds) {
        let Some((first, others)) = alternatives.split_first() else { return };
        let mut shared = Binds::new();
        self.pattern(first, ty, &mut shared);
        for other in others {
            let mut found = Binds::new();
            self.pattern(other, ty, &mut found);
            self.share(&shared, &found, (first, other));
        }
        for (name, id) in shared {
            if let Some((_, earlier)) = binds.iter().find(|(text, _)| *text == name) {
                let earlier =
                    self.body.locals.get(earlier.0 as usize).map(|local| local.span).unwrap_or_default();
                let found = say::bound_twice(self.at(pattern.span), self.at(earlier), &name);
                self.report(found);
            }
            binds.push((name, id));
        }
    }

    /// Makes the names of one alternative those of the first.
    fn share(&mut self, shared: &Binds, found: &Binds, (first, other): (&Pattern, &Pattern)) {
        let missing = |from: &Binds, of: &Binds| {
            of.iter()
                .find(|(name, _)| !from.iter().any(|(known, _)| known == name))
                .map(|(name, _)| name.clone())
        };
        if let Some(name) = missing(found, shared) {
            let found = say::binds_differ(self.at(other.span), self.at(first.span), &name);
            self.report(found);
        } else if let Some(name) = missing(shared, found) {
            let found = say::binds_differ(self.at(first.span), self.at(other.span), &name);
            self.report(found);
        }
        for (name, id) in found {
            let Some((_, shared_id)) = shared.iter().find(|(known, _)| known == name) else { continue };
            let (a, b) = (self.declared(*shared_id), self.declared(*id));
            match self.join(&a, &b) {
                // A pattern changes no form: what it binds is the value as it is.
                Some(joined) if self.fits_inside(&a, &joined) && self.fits_inside(&b, &joined) => {
                    if let Some(local) = self.body.locals.get_mut(shared_id.0 as usize) {
                        local.ty = joined;
                    }
                }
                _ => {
                    let (a, b) = (self.vars.deep(&a), self.vars.deep(&b));
                    let found =
                        say::bind_types_differ(name, (self.at(first.span), &a), (self.at(other.span), &b));
                    self.report(found);
                }
            }
            // All alternatives bind one local.
            for bound in self.body.binds.values_mut().filter(|bound| *bound == id) {
                *bound = *shared_id;
            }
        }
    }
}
