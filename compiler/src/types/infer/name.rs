//! What a name stands for.

use super::Infer;
use super::messages::{control, names, variants};
use super::place::Purity;
use super::want::Want;
use crate::db::SourceFile;
use crate::resolve::{self, Def, DefKind, Entry};
use crate::types::body::Ref;
use crate::types::builtins;
use crate::types::decl::{self, TypeShape};
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::tree::{Expr, ExprKind, Name};
use smol_str::SmolStr;
use std::sync::Arc;

/// What a name, or a path of names and dots, stands for without being evaluated.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// An item.
    Item(Def),
    /// A module.
    Module(SourceFile),
    /// A variant of a declared type.
    Variant(Def, Name),
    /// Nothing; already reported.
    Nothing,
}

impl Infer<'_> {
    /// What a path of names stands for, if it is no value: `checks`, `checks.Plan`, `Verdict`, `Verdict.Accept`.
    pub(super) fn meaning(&mut self, expr: &Expr) -> Option<Meaning> {
        match &expr.kind {
            ExprKind::Lower(name) if self.find(&name.text).is_some() => None,
            ExprKind::Lower(name) | ExprKind::Upper(name) => {
                let meaning = match self.scope.get(&name.text)? {
                    Entry::Module { file, .. } => Meaning::Module(*file),
                    Entry::Def { def, .. } => Meaning::Item(def.clone()),
                    // Reported at the import.
                    Entry::Broken { .. } => Meaning::Nothing,
                };
                if let Meaning::Module(file) = meaning {
                    self.refer(expr.id, Ref::Module(file));
                }
                Some(meaning)
            }
            ExprKind::Field { base, name, optional: false } => match self.meaning(base)? {
                Meaning::Module(file) => Some(self.member(file, name)),
                Meaning::Item(def) if def.kind == DefKind::Type => Some(Meaning::Variant(def, name.clone())),
                Meaning::Nothing => Some(Meaning::Nothing),
                Meaning::Item(_) | Meaning::Variant(..) => None,
            },
            _ => None,
        }
    }

    /// `checks.name`
    fn member(&mut self, module: SourceFile, name: &Name) -> Meaning {
        if let Some(def) = resolve::exports(self.db, module).get(&name.text) {
            return Meaning::Item(def.clone());
        }
        let found = resolve::unknown_member(self.db, self.file, self.at(name.span), name, module, |_| true);
        self.report(found);
        Meaning::Nothing
    }

    /// `name`
    pub(super) fn lower_name(&mut self, expr: &Expr, name: &Name) -> Ty {
        if let Some(id) = self.find(&name.text) {
            self.refer(expr.id, Ref::Local(id));
            return self.shown(expr).map_or_else(|| self.declared(id), |shown| shown.ty.clone());
        }
        if self.own_endpoint(&name.text).is_some() {
            self.refer(expr.id, Ref::Endpoint(name.text.clone()));
            let found = super::messages::process::endpoint_as_value(self.at(name.span), &name.text);
            self.report(found);
            return Ty::Error;
        }
        match self.meaning(expr) {
            Some(meaning) => self.value_of(expr, name, &meaning),
            None if builtins::effect(&name.text).is_some() => {
                let found = names::uncalled(self.at(name.span), &name.text, "a built-in effect");
                self.report(found);
                Ty::Error
            }
            None => self.unknown(name),
        }
    }

    fn unknown(&mut self, name: &Name) -> Ty {
        if !name.text.is_empty() && !self.too_early(name) {
            if self.stages.has(&name.text) {
                let found = resolve::stage_as_value(self.at(name.span), &name.text);
                self.report(found);
                return Ty::Error;
            }
            let found =
                resolve::unknown_name(self.db, self.file, self.at(name.span), name, self.local_names());
            let in_setting = matches!(self.purity, Some(Purity::Setting)) && !self.in_hole;
            let found = if in_setting && found.fixes.is_empty() {
                names::unquoted(found, self.at(name.span), &name.text)
            } else {
                found
            };
            let found = match self.purity {
                Some(Purity::Predicate) if found.help.is_none() => {
                    found.help("the value that is checked is `it`")
                }
                _ => found,
            };
            self.report(found);
        }
        Ty::Error
    }

    /// The value of an item, if it has one without being called.
    pub(super) fn value_of(&mut self, expr: &Expr, name: &Name, meaning: &Meaning) -> Ty {
        match meaning {
            Meaning::Item(def) => match def.kind {
                DefKind::Const => {
                    self.refer(expr.id, Ref::Item(def.key.clone()));
                    decl::const_ty(self.db, def.key.clone())
                }
                DefKind::Secret => self.secret(expr, def),
                DefKind::Type => self.type_as_value(expr, def),
                kind => {
                    self.refer(expr.id, Ref::Item(def.key.clone()));
                    let found = names::uncalled(self.at(name.span), &name.text, kind.a_noun());
                    self.report(found);
                    Ty::Error
                }
            },
            Meaning::Module(_) => {
                let found = names::module_as_value(self.at(expr.span), &name.text);
                self.report(found);
                Ty::Error
            }
            Meaning::Variant(def, variant) => self.variant_alone(expr, &def.key.clone(), variant, Want::Any),
            Meaning::Nothing => Ty::Error,
        }
    }

    fn secret(&mut self, expr: &Expr, def: &Def) -> Ty {
        self.refer(expr.id, Ref::Item(def.key.clone()));
        if self.secrets_allowed {
            return Ty::Secret;
        }
        let found = control::misplaced_secret(self.at(expr.span), &def.key.name);
        self.report(found);
        Ty::Error
    }

    /// `Plan` without parentheses, `Verdict` without a variant.
    fn type_as_value(&mut self, expr: &Expr, def: &Def) -> Ty {
        self.refer(expr.id, Ref::Type(Ty::Named(def.key.clone(), TyArgs::default())));
        let shape = self.declared_shape(&def.key);
        let found = names::type_as_value(self.at(expr.span), &def.key.name, shape.as_deref());
        self.report(found);
        Ty::Error
    }

    /// The form of a declared type, aliases looked through, its type parameters left as they are.
    pub(super) fn declared_shape(&self, key: &crate::diagnostics::ItemKey) -> Option<Arc<TypeShape>> {
        self.shape(&self.open_type(key))
    }

    /// A declared type with its own parameters as arguments.
    fn open_type(&self, key: &crate::diagnostics::ItemKey) -> Ty {
        let params = decl::type_params(self.db, key.clone());
        let args = params.iter().flat_map(|params| params.iter().cloned().map(Ty::Param));
        Ty::Named(key.clone(), args.collect())
    }

    /// `Name` or `NAME`: a variant of the expected type, a constant, a secret.
    pub(super) fn upper_name(&mut self, expr: &Expr, name: &Name, want: Want<'_>) -> Ty {
        if let Some(ty) = self.expected_variant(&name.text, want) {
            return self.variant_of(expr, name, &ty);
        }
        match self.meaning(expr) {
            Some(meaning) => self.value_of(expr, name, &meaning),
            None => self.lost_variant(name, want),
        }
    }

    /// The expected type, if it has a variant of that name.
    pub(super) fn expected_variant(&self, name: &str, want: Want<'_>) -> Option<Ty> {
        let ty = self.unwrapped(want.hint()?);
        let Ty::Named(..) = &ty else { return None };
        self.shape(&ty)?.variant(name)?;
        Some(ty)
    }

    /// A variant whose type nothing says: looks for one that has it.
    pub(super) fn lost_variant(&mut self, name: &Name, want: Want<'_>) -> Ty {
        let hint = want.hint().map(|ty| self.vars.deep(&self.unwrapped(ty)));
        // It would be found by a type that is wrong itself.
        if hint == Some(Ty::Error) {
            return Ty::Error;
        }
        if let Some(event @ Ty::Event(..)) = &hint
            && self.shape(event).is_some_and(|shape| shape.variant(&name.text).is_some())
        {
            let found = super::messages::process::events_are_not_made(self.at(name.span), &name.text);
            self.report(found);
            return Ty::Error;
        }
        let shape = hint.as_ref().and_then(|ty| self.shape(ty));
        let owners = self.types_with_variant(&name.text);
        let place = self.at(name.span);
        let found = match (&hint, shape.as_deref()) {
            (Some(ty), Some(shape)) if shape.variants().is_some() => {
                variants::no_such_variant(place, ty, shape, name, &owners)
            }
            _ if !owners.is_empty() => {
                let found = variants::unqualified(place, name, &owners);
                self.report(found);
                return if let Want::Fit(..) = want { Ty::Error } else { self.meant(&owners) };
            }
            _ => return self.unknown(name),
        };
        self.report(found);
        Ty::Error
    }

    /// The only type that may be meant, so that what follows is held to it.
    fn meant(&self, owners: &[SmolStr]) -> Ty {
        let [only] = owners else { return Ty::Error };
        match self.scope.ty(only).map(|def| self.open_type(&def.key)) {
            Some(Ty::Named(key, args)) if args.is_empty() => Ty::Named(key, args),
            _ => Ty::Error,
        }
    }

    /// The types in scope that have a variant of that name, by their names: only to word an error.
    pub(super) fn types_with_variant(&self, name: &str) -> Vec<SmolStr> {
        let has = |entry: &Entry| match entry {
            Entry::Def { def, .. } if def.kind == DefKind::Type => {
                self.declared_shape(&def.key).is_some_and(|shape| shape.variant(name).is_some())
            }
            _ => false,
        };
        let mut owners: Vec<SmolStr> =
            self.scope.names().filter(|(_, entry)| has(entry)).map(|(name, _)| name.clone()).collect();
        owners.sort();
        owners
    }
}
