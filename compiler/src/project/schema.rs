//! The JSON Schema of `flow.toml`, for editors: they complete its keys and mark what is wrong.

use super::keys::{Key, TOP, Takes};
use super::{ADAPTERS, MOST_DOLLARS};
use crate::lints::{LINTS, Level};
use serde_json::{Map, Value, json};

/// The JSON Schema of `flow.toml`, in draft 7, which editors of TOML understand.
pub fn manifest_schema() -> Value {
    let mut schema = table(TOP);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("flow.toml");
    schema["description"] = json!("What a project of Flow says of itself.");
    schema
}

fn table(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut schema = taken(&key.takes);
            schema["description"] = json!(key.doc);
            (key.name.to_owned(), schema)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn taken(takes: &Takes) -> Value {
    match takes {
        Takes::Text => json!({ "type": "string" }),
        Takes::Adapter => json!({ "enum": ADAPTERS }),
        Takes::Truth => json!({ "type": "boolean" }),
        Takes::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Takes::Globs => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Takes::Dollars => json!({ "type": "number", "minimum": 0, "maximum": MOST_DOLLARS }),
        Takes::Table(keys) => table(keys),
        Takes::Whole(keys) => {
            let mut schema = table(keys);
            schema["required"] = keys.iter().map(|key| key.name).collect();
            schema
        }
        Takes::Tables(keys) => json!({ "type": "object", "additionalProperties": table(keys) }),
        Takes::Named => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Takes::Lints => lints(),
    }
}

/// A level for each lint, under its name or its code.
fn lints() -> Value {
    let levels = Level::ALL.map(Level::word);
    let mut properties = Map::new();
    for lint in LINTS {
        let title = lint.page().map_or("", |page| page.title);
        let doc = format!("{}: {title}", lint.code);
        for name in [lint.name, lint.code.0] {
            let level = json!({ "enum": levels, "default": lint.level.word(), "description": doc });
            properties.insert(name.to_owned(), level);
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}
