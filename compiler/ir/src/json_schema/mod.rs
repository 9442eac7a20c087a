//! JSON Schema of types, in the dialect of whoever is to answer.
//!
//! Providers accept less than JSON Schema says. A root that is no record is wrapped as `{"value": …}` for those that want
//! an object; what else a dialect cannot say is listed at [`Dialect`]. The runtime checks the declared type anyway.

mod predicate;

use crate::{Field, FileType, Name, Refinement, Type, TypeBody, TypeDef, Variant};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Who reads the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// JSON Schema, draft 2020-12: the language's JSON form exactly.
    JsonSchema,
    /// The input schema of an Anthropic tool: an object at the root.
    Anthropic,
    /// OpenAI's strict structured output: an object at the root that is no union, every property required (one that may
    /// be left out takes `null`), no lengths, maps as lists of entries, free JSON as text.
    OpenAi,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::JsonSchema, Self::Anthropic, Self::OpenAi];

    /// The name on command lines and in the IR.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonSchema => "json-schema",
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
        }
    }
}

/// The schema of a type.
pub fn json_schema(ty: &Type, types: &BTreeMap<Name, TypeDef>, dialect: Dialect) -> Value {
    let mut writer = Writer { types, dialect, names: BTreeMap::new(), defs: BTreeMap::new() };
    let mut root = match dialect {
        Dialect::JsonSchema => {
            let mut root = writer.root(ty);
            root.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
            root
        }
        Dialect::Anthropic | Dialect::OpenAi if writer.is_record(ty) => writer.root(ty),
        Dialect::Anthropic | Dialect::OpenAi => {
            let value = writer.schema(ty);
            object([("value".to_owned(), value)].into_iter().collect(), vec!["value".into()])
        }
    };
    if !writer.defs.is_empty() {
        root.insert("$defs".into(), Value::Object(writer.defs.into_iter().collect()));
    }
    Value::Object(root)
}

struct Writer<'t> {
    types: &'t BTreeMap<Name, TypeDef>,
    dialect: Dialect,
    /// Which type is meant by the name of a definition, in which some signs of the type's name are others.
    names: BTreeMap<String, &'t Name>,
    defs: BTreeMap<String, Value>,
}

type Object = Map<String, Value>;

impl<'t> Writer<'t> {
    fn is_record(&self, ty: &Type) -> bool {
        match ty {
            Type::Record(_) | Type::Exec => true,
            Type::Named(name) => match self.types.get(name).map(|def| &def.body) {
                Some(TypeBody::Record(_)) => true,
                Some(TypeBody::Alias(of)) => self.is_record(of),
                _ => false,
            },
            _ => false,
        }
    }

    /// The schema at the root: a declared type stands there itself, unless it contains itself.
    fn root(&mut self, ty: &'t Type) -> Object {
        let Type::Named(name) = ty else { return into_object(self.schema(ty)) };
        let Some(def) = self.types.get(name) else { return Object::new() };
        let schema = match &def.body {
            // What a name stands for is at the root too, where an object is wanted there.
            TypeBody::Alias(of) if self.dialect != Dialect::JsonSchema => {
                let of = self.root(of);
                self.alias(name, def, of)
            }
            _ => self.def(name, def),
        };
        let key = self.def_name(name);
        let this = json!(reference(&key));
        let contains_itself = self.defs.values().chain([&schema]).any(|part| mentions(part, &this));
        if contains_itself {
            self.defs.insert(key, schema.clone());
        }
        match self.dialect {
            Dialect::JsonSchema if contains_itself => into_object(json!({ "$ref": this })),
            // The others want to see the object at the root, though it stands among the definitions too.
            _ => into_object(schema),
        }
    }

    /// What a type is called among the definitions: its name, in the signs that every reader takes.
    fn def_name(&mut self, name: &'t Name) -> String {
        let sign = |ch: char| if ch.is_ascii_alphanumeric() || "_-.".contains(ch) { ch } else { '_' };
        let plain: String = name.chars().map(sign).collect();
        let mut key = plain.clone();
        let mut nth = 1;
        while self.names.get(&key).is_some_and(|taken| *taken != name) {
            nth += 1;
            key = format!("{plain}_{nth}");
        }
        self.names.insert(key.clone(), name);
        key
    }

    fn schema(&mut self, ty: &'t Type) -> Value {
        let openai = self.dialect == Dialect::OpenAi;
        match ty {
            Type::Bool => json!({ "type": "boolean" }),
            Type::Int => json!({ "type": "integer" }),
            Type::Float => json!({ "type": "number" }),
            Type::String => json!({ "type": "string" }),
            Type::Duration => {
                json!({ "type": "string", "format": "duration", "description": "ISO 8601, such as PT15M" })
            }
            Type::Time => json!({ "type": "string", "format": "date-time" }),
            Type::Money => {
                json!({ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,6})?$", "description": "dollars, such as 2.50" })
            }
            Type::Json if openai => json!({ "type": "string", "description": "JSON text" }),
            Type::Json => json!({}),
            Type::None => json!({ "type": "null" }),
            Type::Never => json!({ "not": {} }),
            Type::Dir => json!({ "type": "string", "description": "a directory, relative to the workspace" }),
            Type::File(file) => path("a file", file),
            Type::Output(file) => path("a file that this call created or changed", file),
            Type::List(of) => json!({ "type": "array", "items": self.schema(of) }),
            Type::Map(key, value) => self.map(key, value),
            Type::Option(of) => {
                let some = self.schema(of);
                json!({ "anyOf": [some, { "type": "null" }] })
            }
            Type::Named(name) => {
                let key = self.def_name(name);
                let reference = reference(&key);
                if !self.defs.contains_key(&key)
                    && let Some(def) = self.types.get(name)
                {
                    // Known before it is written, so that a type that contains itself ends.
                    self.defs.insert(key.clone(), Value::Null);
                    let schema = self.def(name, def);
                    self.defs.insert(key, schema);
                }
                json!({ "$ref": reference })
            }
            Type::Record(fields) => {
                let properties =
                    fields.iter().map(|(name, ty)| (name.to_string(), self.schema(ty))).collect();
                Value::Object(object(properties, fields.keys().map(|name| json!(name)).collect()))
            }
            Type::Failure => json!({ "type": "object" }),
            Type::Exec => json!({
                "type": "object",
                "properties": { "exit": { "type": "integer" }, "stdout": { "type": "string" }, "stderr": { "type": "string" } },
                "required": ["exit", "stdout", "stderr"],
                "additionalProperties": false,
            }),
            // Processes never leave the runtime.
            Type::Process(..) | Type::Session(_) | Type::Event(..) => json!({ "not": {} }),
        }
    }

    fn map(&mut self, key: &'t Type, value: &'t Type) -> Value {
        let key = self.schema(key);
        let value = self.schema(value);
        if self.dialect == Dialect::OpenAi {
            let properties = [("key".to_owned(), key), ("value".to_owned(), value)].into_iter().collect();
            let entry = object(properties, vec!["key".into(), "value".into()]);
            return json!({ "type": "array", "items": entry, "description": "the entries of a map" });
        }
        let mut map = json!({ "type": "object", "additionalProperties": value });
        if key != json!({ "type": "string" }) {
            map["propertyNames"] = key;
        }
        map
    }

    fn def(&mut self, name: &Name, def: &'t TypeDef) -> Value {
        let mut schema = match &def.body {
            TypeBody::Alias(ty) => {
                let of = into_object(self.schema(ty));
                return self.alias(name, def, of);
            }
            TypeBody::Record(fields) => self.record(fields, None),
            TypeBody::Enum(variants) => {
                let tags: Vec<&str> = variants.iter().map(|variant| variant.tag.as_str()).collect();
                let mut schema = into_object(json!({ "type": "string", "enum": tags }));
                let lines: Vec<String> = variants
                    .iter()
                    .filter_map(|variant| Some(format!("{}: {}", variant.tag, variant.doc.as_ref()?)))
                    .collect();
                describe(&mut schema, (!lines.is_empty()).then(|| lines.join("\n")).as_deref());
                schema
            }
            TypeBody::Union(variants) => {
                let schemas: Vec<Value> = variants.iter().map(|variant| self.variant(variant)).collect();
                let word = if self.dialect == Dialect::OpenAi { "anyOf" } else { "oneOf" };
                [(word.to_owned(), Value::Array(schemas))].into_iter().collect()
            }
        };
        schema.insert("title".to_owned(), json!(name));
        describe(&mut schema, def.doc.as_deref());
        Value::Object(schema)
    }

    /// A type that is another by name, or one of its values.
    fn alias(&self, name: &Name, def: &TypeDef, mut of: Object) -> Value {
        if let Some(refinement) = &def.refinement {
            self.refine(&mut of, refinement);
        }
        of.insert("title".to_owned(), json!(name));
        describe(&mut of, def.doc.as_deref());
        Value::Object(of)
    }

    fn variant(&mut self, variant: &'t Variant) -> Value {
        let mut schema = self.record(&variant.fields, Some(&variant.tag));
        schema.insert("title".into(), json!(variant.name));
        describe(&mut schema, variant.doc.as_deref());
        Value::Object(schema)
    }

    fn record(&mut self, fields: &'t [Field], kind: Option<&str>) -> Object {
        let mut properties = Object::new();
        let mut required = Vec::new();
        if let Some(kind) = kind {
            properties.insert("kind".into(), json!({ "type": "string", "const": kind }));
            required.push(json!("kind"));
        }
        for field in fields {
            let may_miss = field.default.is_some() || self.is_option(&field.ty);
            let mut schema = self.field(field);
            if may_miss && self.dialect == Dialect::OpenAi {
                if !self.is_option(&field.ty) {
                    schema = json!({ "anyOf": [schema, { "type": "null" }] });
                }
                required.push(json!(field.name));
            } else if !may_miss {
                required.push(json!(field.name));
            }
            properties.insert(field.name.to_string(), schema);
        }
        object(properties, required)
    }

    fn is_option(&self, ty: &Type) -> bool {
        match ty {
            Type::Option(_) => true,
            Type::Named(name) => {
                matches!(self.types.get(name).map(|def| &def.body), Some(TypeBody::Alias(of)) if self.is_option(of))
            }
            _ => false,
        }
    }

    fn field(&mut self, field: &'t Field) -> Value {
        let mut schema = into_object(self.schema(&field.ty));
        if let Some(refinement) = &field.refinement {
            self.refine(&mut schema, refinement);
        }
        if field.doc.is_some() && self.dialect == Dialect::OpenAi && schema.contains_key("$ref") {
            // Strict mode allows nothing beside a reference.
            schema = into_object(json!({ "anyOf": [schema] }));
        }
        describe(&mut schema, field.doc.as_deref());
        Value::Object(schema)
    }

    /// Adds what a predicate says, as far as the dialect knows it.
    fn refine(&self, schema: &mut Object, refinement: &Refinement) {
        for (keyword, value) in refinement.keywords() {
            match (keyword.as_str(), self.dialect) {
                ("description", _) => describe(schema, value.as_str()),
                ("minLength" | "maxLength", Dialect::OpenAi) => {}
                // There a map is a list of entries.
                ("minProperties", Dialect::OpenAi) => drop(schema.insert("minItems".to_owned(), value)),
                ("maxProperties", Dialect::OpenAi) => drop(schema.insert("maxItems".to_owned(), value)),
                _ => drop(schema.insert(keyword, value)),
            }
        }
    }
}

fn path(what: &str, file: &FileType) -> Value {
    let description = match &file.glob {
        Some(glob) => format!("{what}, as a path relative to the workspace that matches {glob}"),
        None => format!("{what}, as a path relative to the workspace"),
    };
    json!({ "type": "string", "description": description })
}

fn object(properties: Object, required: Vec<Value>) -> Object {
    into_object(
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false }),
    )
}

fn into_object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

fn describe(schema: &mut Object, doc: Option<&str>) {
    let Some(doc) = doc else { return };
    let text = match schema.get("description").and_then(Value::as_str) {
        Some(more) if more != doc => format!("{doc}\n{more}"),
        _ => doc.to_owned(),
    };
    schema.insert("description".into(), json!(text));
}

fn reference(key: &str) -> String {
    format!("#/$defs/{key}")
}

fn mentions(schema: &Value, reference: &Value) -> bool {
    match schema {
        Value::Object(object) => {
            object.get("$ref") == Some(reference) || object.values().any(|value| mentions(value, reference))
        }
        Value::Array(items) => items.iter().any(|item| mentions(item, reference)),
        _ => false,
    }
}
