//! Values from their JSON form, directed by their type.

use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::{Field, FileType, Name, Refinement, Type, TypeBody, Variant};
use serde_json::{Map, Value as Json};

use super::mismatch::{Mismatches, describe, excerpt, one_of};
use crate::interp::pure::Pure;
use crate::value::{self, Exec, Failure, File, Record, Value, calendar, money};

/// What to do with fields that a type does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// They are a mistake: in inputs, and in results of agents, which know the schema.
    Refuse,
    /// They are left out: in what programs print, which often say more than one asks.
    Ignore,
}

/// The proof of files.
pub trait Files {
    /// The file at a path, if it exists, lies inside, and matches.
    ///
    /// # Errors
    /// What was found instead.
    fn file(&self, path: &str, ty: &FileType, output: bool) -> Result<File, String>;

    /// The directory at a path, likewise.
    ///
    /// # Errors
    /// What was found instead.
    fn dir(&self, path: &str) -> Result<String, String>;
}

/// Files as they were recorded: hashes by path, proven once already.
impl Files for BTreeMap<String, String> {
    fn file(&self, path: &str, _: &FileType, _: bool) -> Result<File, String> {
        let sha256 = self.get(path).map(String::as_str).unwrap_or_default();
        Ok(File { path: path.into(), sha256: sha256.into() })
    }

    fn dir(&self, path: &str) -> Result<String, String> {
        Ok(path.to_owned())
    }
}

/// Reads values.
#[derive(Clone, Copy)]
pub struct Decoder<'a> {
    /// The types, and the evaluator of their defaults and refinements.
    pub pure: &'a Pure,
    /// The proof of files.
    pub files: &'a dyn Files,
    /// What to do with fields that a type does not have.
    pub extra: Extra,
}

type Decoded = Result<Value, Mismatches>;

impl Decoder<'_> {
    /// The value of a type with this JSON form.
    ///
    /// # Errors
    /// Everything in it that is not as the type says.
    pub fn decode(&self, json: &Json, ty: &Type) -> Decoded {
        let value = match (ty, json) {
            (Type::Json, any) => Some(Value::Json(Rc::new(any.clone()))),
            (Type::Option(_) | Type::None, Json::Null) => Some(Value::None),
            (Type::Option(inner), any) => return self.decode(any, inner),
            (Type::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
            (Type::Int, Json::Number(number)) => whole(number).map(Value::Int),
            (Type::Float, Json::Number(number)) => number.as_f64().map(Value::Float),
            (Type::String, Json::String(text)) => Some(Value::string(text.as_str())),
            (Type::Duration, Json::String(text)) => calendar::parse_duration(text).map(Value::Duration),
            (Type::Time, Json::String(text)) => calendar::parse_time(text).map(Value::Time),
            (Type::Money, Json::String(text)) => money::parse(text).map(Value::Money),
            // The sum of no durations or amounts, see `Value`'s order.
            (Type::Duration, Json::Number(number)) if whole(number) == Some(0) => Some(Value::Duration(0)),
            (Type::Money, Json::Number(number)) if whole(number) == Some(0) => Some(Value::Money(0)),
            (Type::File(file), Json::String(path)) => return self.file(path, file, false),
            (Type::Output(file), Json::String(path)) => return self.file(path, file, true),
            (Type::Dir, Json::String(path)) => match self.files.dir(path) {
                Ok(path) => Some(Value::Dir(path.into())),
                Err(found) => return Err(Mismatches::one("a directory of the workspace", found)),
            },
            (Type::List(item), Json::Array(items)) => return self.list(items, item),
            (Type::Map(key, item), Json::Object(entries)) => return self.map(entries, key, item),
            (Type::Record(fields), Json::Object(object)) => return self.anonymous(object, fields),
            (Type::Named(name), any) => return self.named(any, name),
            (Type::Failure, Json::Object(object)) => failure(object).map(|it| Value::Failure(Rc::new(it))),
            (Type::Exec, Json::Object(object)) => exec(object).map(|it| Value::Exec(Rc::new(it))),
            _ => None,
        };
        value.ok_or_else(|| self.mismatch(ty, json))
    }

    fn mismatch(&self, ty: &Type, json: &Json) -> Mismatches {
        let example = match ty {
            Type::Duration => " such as `PT1H30M`",
            Type::Time => " such as `2026-08-01T12:00:00Z`",
            Type::Money => " such as `\"2.50\"`",
            _ => "",
        };
        Mismatches::one(describe(self.pure.program(), ty) + example, excerpt(json))
    }

    fn file(&self, path: &str, ty: &FileType, output: bool) -> Decoded {
        match self.files.file(path, ty, output) {
            Ok(file) => Ok(Value::File(Rc::new(file))),
            Err(found) => {
                let wanted = if output { Type::Output(ty.clone()) } else { Type::File(ty.clone()) };
                Err(Mismatches::one(describe(self.pure.program(), &wanted), found))
            }
        }
    }

    fn list(&self, items: &[Json], ty: &Type) -> Decoded {
        let mut found = Gather::default();
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            values.extend(found.keep(self.decode(item, ty).map_err(|error| error.in_element(index))));
        }
        found.finish(|| Value::list(values))
    }

    fn map(&self, entries: &Map<String, Json>, key: &Type, item: &Type) -> Decoded {
        let mut found = Gather::default();
        let mut map = BTreeMap::new();
        for (name, json) in entries {
            let key = found
                .keep(self.decode(&Json::from(name.as_str()), key).map_err(|error| error.in_field(name)));
            let value = found.keep(self.decode(json, item).map_err(|error| error.in_field(name)));
            map.extend(key.zip(value));
        }
        found.finish(|| Value::map(map))
    }

    fn anonymous(&self, object: &Map<String, Json>, fields: &BTreeMap<Name, Type>) -> Decoded {
        let fields: Vec<Field> = fields
            .iter()
            .map(|(name, ty)| Field {
                name: name.clone(),
                ty: ty.clone(),
                doc: None,
                default: None,
                refinement: None,
            })
            .collect();
        let fields = self.fields(object, &fields, None)?;
        Ok(Value::Record(Rc::new(Record { ty: None, fields })))
    }

    fn named(&self, json: &Json, name: &Name) -> Decoded {
        let Some(def) = self.pure.program().types.get(name) else {
            return Err(Mismatches::one(format!("`{name}`"), "no such type in the program"));
        };
        let value = match (&def.body, json) {
            (TypeBody::Alias(ty), any) => self.decode(any, ty)?,
            (TypeBody::Record(fields), Json::Object(object)) => {
                let fields = self.fields(object, fields, None)?;
                Value::Record(Rc::new(Record { ty: Some(name.clone()), fields }))
            }
            (TypeBody::Enum(variants), Json::String(tag)) => {
                match variants.iter().position(|variant| variant.tag == tag.as_str()) {
                    Some(index) => variant(name, &variants[index], index, true, BTreeMap::new()),
                    None => return Err(self.mismatch(&Type::Named(name.clone()), json)),
                }
            }
            (TypeBody::Union(variants), Json::Object(object)) => self.union(object, name, variants)?,
            (TypeBody::Union(variants), any) => {
                return Err(Mismatches::one(
                    format!("`{name}`, an object whose `kind` is {}", tags(variants)),
                    excerpt(any),
                ));
            }
            (_, any) => return Err(self.mismatch(&Type::Named(name.clone()), any)),
        };
        match &def.refinement {
            Some(refinement) => self.pure.judging(name, || refined(self.pure, value, refinement, json)),
            None => Ok(value),
        }
    }

    fn union(&self, object: &Map<String, Json>, name: &Name, variants: &[Variant]) -> Decoded {
        let kind = object.get("kind");
        let place = variants
            .iter()
            .position(|variant| kind.is_some_and(|kind| kind.as_str() == Some(variant.tag.as_str())));
        let Some(index) = place else {
            let found = kind.map_or_else(|| "no such field".to_owned(), excerpt);
            return Err(Mismatches::one(tags(variants), found).in_field("kind"));
        };
        let fields = self.fields(object, &variants[index].fields, Some("kind"))?;
        Ok(variant(name, &variants[index], index, false, fields))
    }

    fn fields(
        &self,
        object: &Map<String, Json>,
        fields: &[Field],
        besides: Option<&str>,
    ) -> Result<BTreeMap<Name, Value>, Mismatches> {
        let mut found = Gather::default();
        let mut values = BTreeMap::new();
        for field in fields {
            let value = found.keep(self.field(object.get(field.name.as_str()), field));
            values.extend(value.map(|value| (field.name.clone(), value)));
        }
        if self.extra == Extra::Refuse {
            let known = |name: &str| besides == Some(name) || fields.iter().any(|field| field.name == name);
            for (name, json) in object.iter().filter(|(name, _)| !known(name)) {
                let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
                let expected =
                    format!("only {}", if names.is_empty() { "`kind`".into() } else { names.join(", ") });
                found.add(Mismatches::one(expected, excerpt(json)).in_field(name));
            }
        }
        found.finish(|| values)
    }

    fn field(&self, json: Option<&Json>, field: &Field) -> Decoded {
        let value = match (json, &field.default) {
            // A program's output and an agent's answer say `null` where they have nothing to say.
            (None | Some(Json::Null), Some(default)) if !matches!(field.ty, Type::Option(_) | Type::Json) => {
                self.default(default, &field.name)?
            }
            (None, Some(default)) => self.default(default, &field.name)?,
            (None, None) if matches!(field.ty, Type::Option(_)) => Value::None,
            (None, None) => {
                let expected = describe(self.pure.program(), &field.ty);
                return Err(Mismatches::one(expected, "no such field").in_field(&field.name));
            }
            (Some(json), _) => self.decode(json, &field.ty).map_err(|error| error.in_field(&field.name))?,
        };
        match &field.refinement {
            Some(refinement) => refined(self.pure, value, refinement, json.unwrap_or(&Json::Null))
                .map_err(|error| error.in_field(&field.name)),
            None => Ok(value),
        }
    }

    fn default(&self, default: &flow_ir::Node, name: &str) -> Decoded {
        self.pure
            .standalone(default)
            .map_err(|failure| Mismatches::one("a default value", failure.message).in_field(name))
    }
}

/// The value, if it satisfies the refinement. `none` of an optional type satisfies any.
pub(super) fn refined(pure: &Pure, value: Value, refinement: &Refinement, json: &Json) -> Decoded {
    if value.is_none() {
        return Ok(value);
    }
    match pure.satisfies(refinement, &value) {
        Ok(true) => Ok(value),
        Ok(false) => Err(Mismatches::one(format!("`{}`", refinement.text), excerpt(json))),
        Err(failure) => Err(Mismatches::one(
            format!("`{}`", refinement.text),
            format!("{}, for which it cannot be told: {}", excerpt(json), failure.message),
        )),
    }
}

/// A variant's value.
pub(crate) fn variant(
    ty: &Name,
    variant: &Variant,
    index: usize,
    plain: bool,
    fields: BTreeMap<Name, Value>,
) -> Value {
    let (name, tag) = (variant.name.clone(), variant.tag.clone());
    Value::Variant(Rc::new(value::Variant { ty: ty.clone(), name, tag, index, plain, fields }))
}

fn tags(variants: &[Variant]) -> String {
    let tags: Vec<_> = variants.iter().map(|variant| format!("`\"{}\"`", variant.tag)).collect();
    one_of(&tags)
}

/// A whole number, also when it is written `3.0`.
fn whole(number: &serde_json::Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT);
    number.as_i64().or_else(|| float().map(|float| float as i64))
}

fn text(object: &Map<String, Json>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

/// A failure from its JSON form.
pub fn failure(object: &Map<String, Json>) -> Option<Failure> {
    let cause = match object.get("cause") {
        None | Some(Json::Null) => None,
        Some(cause) => Some(Rc::new(failure(cause.as_object()?)?)),
    };
    let step = text(object, "step").unwrap_or_default();
    Some(Failure { kind: text(object, "kind")?.into(), message: text(object, "message")?, step, cause })
}

fn exec(object: &Map<String, Json>) -> Option<Exec> {
    let exit = object.get("exit")?.as_i64()?;
    Some(Exec { exit, stdout: text(object, "stdout")?.into(), stderr: text(object, "stderr")?.into() })
}

/// Gathers mistakes while reading goes on.
#[derive(Default)]
struct Gather(Vec<super::Mismatch>);

impl Gather {
    fn keep(&mut self, result: Decoded) -> Option<Value> {
        result.map_err(|error| self.add(error)).ok()
    }

    fn add(&mut self, error: Mismatches) {
        self.0.extend(error.0);
    }

    fn finish<T>(self, value: impl FnOnce() -> T) -> Result<T, Mismatches> {
        if self.0.is_empty() { Ok(value()) } else { Err(Mismatches(self.0)) }
    }
}
