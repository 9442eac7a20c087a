//! Looking through names: aliases, type arguments, fields.

use super::aliases::{Alias, alias};
use super::process::event_shape;
use super::{FieldDef, TypeDefinition, TypeShape, VariantDef, type_def};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::types::ty::Ty;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::sync::Arc;

/// A type with its parameters replaced by arguments.
pub fn subst(ty: &Ty, params: &[SmolStr], args: &[Ty]) -> Ty {
    if params.is_empty() {
        return ty.clone();
    }
    let go = |ty: &Ty| subst(ty, params, args);
    match ty {
        Ty::Param(name) => match params.iter().position(|param| param == name) {
            Some(index) => args.get(index).cloned().unwrap_or(Ty::Error),
            None => ty.clone(),
        },
        Ty::List(inner) => Ty::List(go(inner).into()),
        Ty::Map(key, value) => Ty::Map(go(key).into(), go(value).into()),
        Ty::Option(inner) => option_of(go(inner)),
        Ty::Named(key, inner) if !inner.is_empty() => Ty::Named(key.clone(), inner.iter().map(go).collect()),
        Ty::Record(fields) => Ty::Record(fields.iter().map(|(name, ty)| (name.clone(), go(ty))).collect()),
        Ty::Process(result, emitted) => Ty::Process(go(result).into(), go(emitted).into()),
        Ty::Event(result, emitted) => Ty::Event(go(result).into(), go(emitted).into()),
        Ty::ProcessOf(key, inner) if !inner.is_empty() => {
            Ty::ProcessOf(key.clone(), inner.iter().map(go).collect())
        }
        _ => ty.clone(),
    }
}

/// `T?`, which is `T` itself where `T` is an option, or another name for one, already.
pub fn option_of(ty: Ty) -> Ty {
    match ty {
        Ty::Option(_) | Ty::None | Ty::Error | Ty::Never => ty,
        ty => Ty::Option(Arc::new(ty)),
    }
}

/// What an alias stands for in the end, predicates forgotten: the type itself if it is none. Only the outermost name is
/// looked through. An alias that leads back to itself is [`Ty::Error`].
pub fn resolve_alias(db: &dyn Db, ty: &Ty) -> Ty {
    if !matches!(ty, Ty::Named(..)) {
        return ty.clone();
    }
    look_through(db, ty.clone()).0
}

/// What a type stands for in the end, and its definition if that is a declared type.
fn look_through(db: &dyn Db, mut ty: Ty) -> (Ty, Option<Arc<TypeDefinition>>) {
    while let Ty::Named(key, args) = &ty {
        let Some(definition) = type_def(db, key.clone()) else { return (Ty::Error, None) };
        let TypeShape::Alias(_) = &*definition.body else { return (ty, Some(definition)) };
        let Some(Alias::Of(end)) = alias(db, key) else { return (Ty::Error, None) };
        ty = subst(end, &definition.params, args);
    }
    (ty, None)
}

/// The form of a type with its arguments filled in and aliases looked through: of records, enums and unions, declared or
/// anonymous, and of events. `None` for all others.
pub fn shape(db: &dyn Db, ty: &Ty) -> Option<Arc<TypeShape>> {
    if !matches!(ty, Ty::Named(..) | Ty::Record(_) | Ty::Event(..)) {
        return None;
    }
    match look_through(db, ty.clone()) {
        (Ty::Event(result, emitted), _) => Some(Arc::new(event_shape(&result, &emitted))),
        (Ty::Named(_, args), Some(definition)) if args.is_empty() => Some(Arc::clone(&definition.body)),
        (Ty::Named(_, args), Some(definition)) => {
            Some(Arc::new(subst_shape(&definition.body, &definition.params, &args)))
        }
        (Ty::Record(fields), _) => Some(Arc::new(TypeShape::Record(
            fields.iter().map(|(name, ty)| anonymous_field(name, ty)).collect(),
        ))),
        _ => None,
    }
}

/// The field of a record.
pub fn field(db: &dyn Db, ty: &Ty, name: &str) -> Option<FieldDef> {
    shape(db, ty)?.fields()?.iter().find(|field| field.name == name).cloned()
}

fn anonymous_field(name: &SmolStr, ty: &Ty) -> FieldDef {
    FieldDef {
        name: name.clone(),
        ty: ty.clone(),
        has_default: false,
        refined: false,
        doc: None,
        span: flow_grammar::span::Span::default(),
    }
}

fn subst_shape(shape: &TypeShape, params: &[SmolStr], args: &[Ty]) -> TypeShape {
    let fields = |fields: &[FieldDef]| -> Vec<FieldDef> {
        fields.iter().map(|field| FieldDef { ty: subst(&field.ty, params, args), ..field.clone() }).collect()
    };
    let variants = |variants: &[VariantDef]| -> Vec<VariantDef> {
        variants
            .iter()
            .map(|variant| VariantDef { fields: fields(&variant.fields), ..variant.clone() })
            .collect()
    };
    match shape {
        TypeShape::Record(inner) => TypeShape::Record(fields(inner)),
        TypeShape::Enum(inner) => TypeShape::Enum(variants(inner).into()),
        TypeShape::Union(inner) => TypeShape::Union(variants(inner).into()),
        TypeShape::Alias(ty) => TypeShape::Alias(subst(ty, params, args)),
    }
}

/// Whether values of a type can be written as JSON, so that they can cross to agents, commands and other programs:
/// all but running processes, conversations, events, failures and secrets. A type parameter counts as one that can.
pub fn has_json_form(db: &dyn Db, ty: &Ty) -> bool {
    !holds(db, ty, |ty| ty.is_owned() || matches!(ty, Ty::Event(..) | Ty::Secret | Ty::Failure))
}

/// Whether values of a type hold a process or a session, which end with the flow that began them.
pub fn holds_process(db: &dyn Db, ty: &Ty) -> bool {
    holds(db, ty, |ty| ty.is_owned() || matches!(ty, Ty::Event(..)))
}

/// Whether values of a type hold one of a type that passes a test.
fn holds(db: &dyn Db, ty: &Ty, test: fn(&Ty) -> bool) -> bool {
    let mut open = vec![ty.clone()];
    let mut seen: FxHashSet<ItemKey> = FxHashSet::default();
    while let Some(ty) = open.pop() {
        match resolve_alias(db, &ty) {
            ty if test(&ty) => return true,
            Ty::List(inner) | Ty::Option(inner) => open.push((*inner).clone()),
            Ty::Map(key, value) => open.extend([(*key).clone(), (*value).clone()]),
            Ty::Record(fields) => open.extend(fields.iter().map(|(_, ty)| ty.clone())),
            Ty::Named(key, args) => {
                open.extend(args.iter().cloned());
                // What its own fields hold does not depend on the arguments.
                if let Some(definition) = type_def(db, key.clone()).filter(|_| seen.insert(key)) {
                    let shape = &definition.body;
                    let payloads =
                        shape.variants().unwrap_or_default().iter().flat_map(|variant| &variant.fields);
                    let fields = shape.fields().unwrap_or_default().iter().chain(payloads);
                    open.extend(fields.map(|field| field.ty.clone()));
                }
            }
            _ => {}
        }
    }
    false
}
