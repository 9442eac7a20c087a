//! What can be known of a value's type without the checker: enough to find a wrong hand-edit, never a false alarm.
//!
//! Every type worked out here is a *lower bound*: the value may be of a wider type, never of another one. So a lower bound
//! that does not agree with what is asked for proves that the value does not. [`Type::Never`] means that nothing is
//! known; it agrees with everything.

use crate::builtins::{METHODS, Signature};
use crate::{Field, Program, Type, TypeBody, TypeDef, Variant};
use std::collections::BTreeMap;

/// How many types one comparison looks at: recursive aliases end it, and what is not refuted agrees.
const FUEL: u32 = 10_000;

/// What a field's lookup found.
pub(super) enum Found {
    /// The field, and its type.
    Type(Type),
    /// Whether there is such a field cannot be told.
    Unknown,
    /// There is none.
    Missing,
}

/// The declared types, asked.
#[derive(Clone, Copy)]
pub(super) struct Types<'p> {
    types: &'p BTreeMap<crate::Name, TypeDef>,
}

impl<'p> Types<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self { types: &program.types }
    }

    /// What a declared type is.
    pub(super) fn get(self, name: &str) -> Option<&'p TypeDef> {
        self.types.get(name)
    }

    /// The type behind aliases; a cycle of them ends at some name in it.
    pub(super) fn resolve<'t>(self, ty: &'t Type) -> &'t Type
    where
        'p: 't,
    {
        let mut ty = ty;
        for _ in 0..=self.types.len() {
            match ty {
                Type::Named(name) => match self.get(name).map(|def| &def.body) {
                    Some(TypeBody::Alias(target)) => ty = target,
                    _ => return ty,
                },
                _ => return ty,
            }
        }
        ty
    }

    /// Whether a value of type `from` may stand where `to` is asked for, as far as it can be told.
    pub(super) fn agree(self, from: &Type, to: &Type) -> bool {
        self.compare(from, to, &mut { FUEL })
    }

    fn compare(self, from: &Type, to: &Type, fuel: &mut u32) -> bool {
        if *fuel == 0 {
            return true;
        }
        *fuel -= 1;
        if let (Type::Named(a), Type::Named(b)) = (from, to)
            && a == b
        {
            return true;
        }
        match (self.resolve(from), self.resolve(to)) {
            (Type::Never, _) | (_, Type::Never | Type::Json) => true,
            (Type::None, Type::Option(_)) => true,
            (Type::Option(a), Type::Option(b)) => self.compare(a, b, fuel),
            (a, Type::Option(b)) => self.compare(a, b, fuel),
            // An alias that does not end, or a type that is not there, is reported where it stands.
            (Type::Named(a), Type::Named(b)) => {
                a == b || self.opaque(a) || self.opaque(b) || self.instances(a, b, fuel)
            }
            (Type::Named(name), _) | (_, Type::Named(name)) => self.opaque(name),
            // Which files lie under a glob is known when they are there.
            (Type::File(_) | Type::Output(_), Type::File(_) | Type::Output(_)) => true,
            (Type::List(a), Type::List(b)) => self.compare(a, b, fuel),
            (Type::Map(a, x), Type::Map(b, y))
            | (Type::Process(a, x), Type::Process(b, y))
            | (Type::Event(a, x), Type::Event(b, y)) => self.compare(a, b, fuel) && self.compare(x, y, fuel),
            (Type::Record(a), Type::Record(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, x)| b.get(name).is_some_and(|y| self.compare(x, y, fuel)))
            }
            (a, b) => a == b,
        }
    }

    /// Whether both are one generic type whose arguments agree: `Box<int>` and `Box<Count>`. Arguments show in the bodies.
    fn instances(self, a: &str, b: &str, fuel: &mut u32) -> bool {
        let generic = |name: &'_ str| name.split_once('<').map(|(generic, _)| generic.to_owned());
        if generic(a).is_none() || generic(a) != generic(b) {
            return false;
        }
        let mut fields = |a: &[Field], b: &[Field]| {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| a.name == b.name && self.compare(&a.ty, &b.ty, fuel))
        };
        match (self.get(a).map(|def| &def.body), self.get(b).map(|def| &def.body)) {
            (Some(TypeBody::Record(a)), Some(TypeBody::Record(b))) => fields(a, b),
            (Some(TypeBody::Union(a)), Some(TypeBody::Union(b))) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| a.name == b.name && fields(&a.fields, &b.fields))
            }
            _ => false,
        }
    }

    fn opaque(self, name: &str) -> bool {
        self.get(name).is_none_or(|def| matches!(def.body, TypeBody::Alias(_)))
    }

    /// A lower bound of what is either the one or the other: the wider of both where that can be told.
    pub(super) fn join(self, one: Type, other: Type) -> Type {
        if one == Type::Never || (other != Type::Never && self.agree(&one, &other)) { other } else { one }
    }

    /// The fields of a record type.
    pub(super) fn record(self, name: &str) -> Option<&'p [Field]> {
        match self.resolve(&Type::Named(name.into())) {
            Type::Named(name) => match self.get(name).map(|def| &def.body) {
                Some(TypeBody::Record(fields)) => Some(fields),
                _ => None,
            },
            _ => None,
        }
    }

    /// The variants of an enum or union type.
    pub(super) fn variants(self, name: &str) -> Option<&'p [Variant]> {
        match self.resolve(&Type::Named(name.into())) {
            Type::Named(name) => match self.get(name).map(|def| &def.body) {
                Some(TypeBody::Enum(variants) | TypeBody::Union(variants)) => Some(variants),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether any type has a variant of that name.
    pub(super) fn any_variant(self, name: &str) -> bool {
        self.types.values().any(|def| match &def.body {
            TypeBody::Enum(variants) | TypeBody::Union(variants) => variants.iter().any(|it| it.name == name),
            TypeBody::Alias(_) | TypeBody::Record(_) => false,
        })
    }

    /// The type of `base.name`.
    pub(super) fn field(self, base: &Type, name: &str) -> Found {
        let base = self.resolve(base);
        let known = |found: Option<&Type>| found.map_or(Found::Missing, |ty| Found::Type(ty.clone()));
        match base {
            Type::Named(record) => match self.record(record) {
                Some(fields) => known(fields.iter().find(|field| field.name == name).map(|field| &field.ty)),
                None => Found::Unknown,
            },
            Type::Record(fields) => known(fields.get(name)),
            Type::File(_) | Type::Output(_) | Type::Failure | Type::Exec => {
                let kind = kind(base);
                let property = METHODS.iter().find(|method| Some(method.on) == kind && method.name == name);
                let signature = property.and_then(|method| Signature::parse(method.signature));
                known(
                    signature
                        .filter(|signature| signature.params.is_none())
                        .as_ref()
                        .map(|found| &found.result),
                )
            }
            Type::Process(..) => known((name == "name").then_some(&Type::String)),
            Type::Event(result, event) => match name {
                "from" => Found::Type(Type::Process(result.clone(), event.clone())),
                _ => Found::Missing,
            },
            _ => Found::Unknown,
        }
    }

    /// The fields of a variant of an event; `None` for what is no variant.
    pub(super) fn event_variant(
        self,
        variant: &str,
        result: &Type,
        event: &Type,
    ) -> Option<Vec<(&'static str, Type)>> {
        let from = ("from", Type::Process(result.clone().into(), event.clone().into()));
        Some(match variant {
            "Started" => vec![from],
            "Emitted" => vec![from, ("value", event.clone())],
            "Finished" => vec![from, ("value", result.clone())],
            "Failed" => vec![from, ("error", Type::Failure)],
            _ => return None,
        })
    }

    /// Binds the variables of a built-in's type to what stands in their places.
    pub(super) fn unify(self, pattern: &Type, actual: &Type, bound: &mut BTreeMap<crate::Name, Type>) {
        if let Type::Named(variable) = pattern {
            if *actual != Type::Never {
                let before = bound.remove(variable).unwrap_or(Type::Never);
                bound.insert(variable.clone(), self.join(before, actual.clone()));
            }
            return;
        }
        match (pattern, self.resolve(actual)) {
            (Type::Option(a), Type::Option(b)) | (Type::List(a), Type::List(b)) => self.unify(a, b, bound),
            (Type::Option(_), Type::None) => {}
            (Type::Option(a), b) => self.unify(a, b, bound),
            (Type::Map(a, x), Type::Map(b, y)) | (Type::Process(a, x), Type::Process(b, y)) => {
                self.unify(a, b, bound);
                self.unify(x, y, bound);
            }
            _ => {}
        }
    }
}

/// A built-in's type with its variables replaced; one that is not bound is not known.
pub(super) fn substitute(ty: &Type, bound: &BTreeMap<crate::Name, Type>) -> Type {
    let inner = |ty: &Type| Box::new(substitute(ty, bound));
    match ty {
        Type::Named(variable) => bound.get(variable).cloned().unwrap_or(Type::Never),
        Type::List(element) => Type::List(inner(element)),
        Type::Option(value) => Type::Option(inner(value)),
        Type::Map(key, value) => Type::Map(inner(key), inner(value)),
        Type::Process(result, event) => Type::Process(inner(result), inner(event)),
        Type::Record(fields) => {
            Type::Record(fields.iter().map(|(name, ty)| (name.clone(), substitute(ty, bound))).collect())
        }
        other => other.clone(),
    }
}

/// The kind of receiver that a type is in [`METHODS`]; `None` for one without methods.
pub(super) fn kind(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::String => "string",
        Type::List(_) => "list",
        Type::Map(..) => "map",
        Type::Option(_) => "option",
        Type::Int => "int",
        Type::Float => "float",
        Type::Duration => "duration",
        Type::Time => "time",
        Type::Money => "money",
        Type::File(_) | Type::Output(_) => "file",
        Type::Json => "json",
        Type::Failure => "failure",
        Type::Exec => "exec",
        _ => return None,
    })
}
