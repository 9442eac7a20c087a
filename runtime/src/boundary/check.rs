//! What a type demands of a value that already has its shape: the refinements.
//!
//! The shape was proven by the compiler and, for a document edited by hand, by the verifier; whether a number is in its
//! range is only known here.

use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::{Field, Program, Refinement, Type, TypeBody};

use super::decode::refined;
use super::encode;
use super::mismatch::Mismatches;
use crate::interp::pure::Pure;
use crate::interp::pure::control::Way;
use crate::value::Value;

/// Which types have something to check, so that the others cost nothing.
#[derive(Debug, Default)]
pub struct Refined(BTreeMap<flow_ir::Name, bool>);

impl Refined {
    /// Looks through the types of a program.
    pub fn of(program: &Program) -> Self {
        let mut known = Self(program.types.keys().map(|name| (name.clone(), false)).collect());
        // Types may refer to one another in circles: spread until nothing changes.
        loop {
            let mut changed = false;
            for (name, def) in &program.types {
                if !known.0.get(name).copied().unwrap_or(false)
                    && (def.refinement.is_some() || known.in_body(&def.body))
                {
                    known.0.insert(name.clone(), true);
                    changed = true;
                }
            }
            if !changed {
                return known;
            }
        }
    }

    fn in_body(&self, body: &TypeBody) -> bool {
        let field = |field: &Field| field.refinement.is_some() || self.demands(&field.ty);
        match body {
            TypeBody::Alias(ty) => self.demands(ty),
            TypeBody::Record(fields) => fields.iter().any(field),
            TypeBody::Enum(variants) | TypeBody::Union(variants) => {
                variants.iter().any(|variant| variant.fields.iter().any(field))
            }
        }
    }

    /// Whether a type demands anything besides its shape.
    pub fn demands(&self, ty: &Type) -> bool {
        match ty {
            Type::Named(name) => self.0.get(name).copied().unwrap_or(false),
            Type::List(inner) | Type::Option(inner) => self.demands(inner),
            Type::Map(key, value) => self.demands(key) || self.demands(value),
            Type::Record(fields) => fields.values().any(|ty| self.demands(ty)),
            _ => false,
        }
    }
}

/// The value as the type has it: an `int` that stands for another number becomes that.
fn coerced(value: Value, ty: &Type) -> Value {
    match (ty, value) {
        (Type::Float, Value::Int(n)) => Value::Float(n as f64),
        (Type::Duration, Value::Int(n)) => Value::Duration(n),
        (Type::Money, Value::Int(n)) => Value::Money(n),
        (Type::Option(inner), value) => coerced(value, inner),
        (_, value) => value,
    }
}

/// Checks a value against a type.
///
/// # Errors
/// Everything in it that the type's refinements forbid.
pub fn check(pure: &Pure, value: Value, ty: &Type) -> Result<Value, Mismatches> {
    let value = coerced(value, ty);
    if pure.refined().demands(ty) {
        walk(pure, &value, ty)?;
    }
    Ok(value)
}

/// Checks the values on the way to a place that was assigned, and the field that is assigned. What was put there is not
/// looked into: it was held to its type before.
///
/// # Errors
/// The first predicate that does not hold.
pub(crate) fn check_along(pure: &Pure, value: &Value, ty: &Type, way: &[Way<'_>]) -> Result<(), Mismatches> {
    let Some((step, rest)) = way.split_first() else { return Ok(()) };
    match (ty, value, step) {
        (Type::Named(name), value, _) => {
            let Some(def) = pure.program().types.get(name) else { return Ok(()) };
            match (&def.body, value, step) {
                (TypeBody::Alias(ty), ..) => check_along(pure, value, ty, way)?,
                (TypeBody::Record(fields), Value::Record(record), Way::Field(name)) => {
                    let field = fields.iter().find(|field| field.name == **name);
                    if let (Some(field), Some(value)) = (field, record.fields.get(*name)) {
                        check_along(pure, value, &field.ty, rest)
                            .and_then(|()| holds(pure, value, field.refinement.as_ref()))
                            .map_err(|error| error.in_field(name))?;
                    }
                }
                _ => {}
            }
            pure.judging(name, || holds(pure, value, def.refinement.as_ref()))
        }
        (Type::List(item), Value::List(items), Way::Index(Value::Int(index))) => {
            let index = usize::try_from(*index).unwrap_or_default();
            match items.get(index) {
                Some(value) => check_along(pure, value, item, rest).map_err(|error| error.in_element(index)),
                None => Ok(()),
            }
        }
        (Type::Map(_, item), Value::Map(entries), Way::Index(key)) => match entries.get(key) {
            Some(value) => {
                check_along(pure, value, item, rest).map_err(|error| error.in_field(&encode::key_text(key)))
            }
            None => Ok(()),
        },
        (Type::Record(fields), Value::Record(record), Way::Field(name)) => {
            match (fields.get(*name), record.fields.get(*name)) {
                (Some(ty), Some(value)) => {
                    check_along(pure, value, ty, rest).map_err(|error| error.in_field(name))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn holds(pure: &Pure, value: &Value, refinement: Option<&Refinement>) -> Result<(), Mismatches> {
    match refinement {
        // Its JSON form is made only for the message.
        Some(refinement) if pure.satisfies(refinement, value) != Ok(true) => {
            refined(pure, value.clone(), refinement, &encode::json(value)).map(drop)
        }
        _ => Ok(()),
    }
}

fn walk(pure: &Pure, value: &Value, ty: &Type) -> Result<(), Mismatches> {
    if !pure.refined().demands(ty) {
        return Ok(());
    }
    match (ty, value) {
        (Type::Option(inner), value) if !value.is_none() => walk(pure, value, inner),
        (Type::List(item), Value::List(items)) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| walk(pure, value, item).map_err(|error| error.in_element(index))),
        (Type::Map(key, item), Value::Map(entries)) => entries.iter().try_for_each(|(name, value)| {
            walk(pure, name, key)
                .and_then(|()| walk(pure, value, item))
                .map_err(|error| error.in_field(&encode::key_text(name)))
        }),
        (Type::Record(fields), Value::Record(record)) => {
            fields.iter().try_for_each(|(name, ty)| match record.fields.get(name) {
                Some(value) => walk(pure, value, ty).map_err(|error| error.in_field(name)),
                None => Ok(()),
            })
        }
        (Type::Named(name), value) => {
            let Some(def) = pure.program().types.get(name) else { return Ok(()) };
            body(pure, value, &def.body)?;
            pure.judging(name, || holds(pure, value, def.refinement.as_ref()))
        }
        _ => Ok(()),
    }
}

fn body(pure: &Pure, value: &Value, body: &TypeBody) -> Result<(), Mismatches> {
    match (body, value) {
        (TypeBody::Alias(ty), value) => walk(pure, value, ty),
        (TypeBody::Record(fields), Value::Record(record)) => fields_of(pure, &record.fields, fields),
        (TypeBody::Enum(variants) | TypeBody::Union(variants), Value::Variant(value)) => {
            match variants.get(value.index) {
                Some(variant) => fields_of(pure, &value.fields, &variant.fields),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn fields_of(
    pure: &Pure,
    values: &BTreeMap<flow_ir::Name, Value>,
    fields: &[Field],
) -> Result<(), Mismatches> {
    for field in fields {
        let Some(value) = values.get(&field.name) else { continue };
        walk(pure, value, &field.ty)
            .and_then(|()| holds(pure, value, field.refinement.as_ref()))
            .map_err(|error| error.in_field(&field.name))?;
    }
    Ok(())
}

/// The globs of the `output` types in a type: what has to be looked at before a call that returns it. `None` in the
/// list stands for any file.
pub fn output_globs(program: &Program, ty: &Type) -> Vec<Option<Rc<str>>> {
    let mut globs = Vec::new();
    collect(program, ty, &mut Vec::new(), &mut globs);
    globs.sort();
    globs.dedup();
    globs
}

fn collect(program: &Program, ty: &Type, seen: &mut Vec<flow_ir::Name>, globs: &mut Vec<Option<Rc<str>>>) {
    match ty {
        Type::Output(file) => globs.push(file.glob.as_deref().map(Rc::from)),
        Type::List(inner) | Type::Option(inner) | Type::Map(_, inner) => collect(program, inner, seen, globs),
        Type::Record(fields) => fields.values().for_each(|ty| collect(program, ty, seen, globs)),
        Type::Named(name) if !seen.contains(name) => {
            seen.push(name.clone());
            match program.types.get(name).map(|def| &def.body) {
                Some(TypeBody::Alias(ty)) => collect(program, ty, seen, globs),
                Some(TypeBody::Record(fields)) => {
                    fields.iter().for_each(|field| collect(program, &field.ty, seen, globs));
                }
                Some(TypeBody::Enum(variants) | TypeBody::Union(variants)) => variants
                    .iter()
                    .flat_map(|variant| &variant.fields)
                    .for_each(|field| collect(program, &field.ty, seen, globs)),
                None => {}
            }
        }
        _ => {}
    }
}
