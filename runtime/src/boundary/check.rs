//! What a type demands of a value that already has its shape: the refinements.
//!
//! The shape was proven by the compiler and, for a document edited by hand, by the verifier; whether a number is in its
//! range is only known here.

use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::{Field, Program, Type, TypeBody};

use super::decode::refined;
use super::encode;
use super::mismatch::Mismatches;
use crate::interp::pure::Pure;
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
            match &def.refinement {
                Some(refinement) => refined(pure, value.clone(), refinement, &encode::json(value)).map(drop),
                None => Ok(()),
            }
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
        let mut outcome = walk(pure, value, &field.ty);
        if let (Ok(()), Some(refinement)) = (&outcome, &field.refinement) {
            outcome = refined(pure, value.clone(), refinement, &encode::json(value)).map(drop);
        }
        outcome.map_err(|error| error.in_field(&field.name))?;
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
