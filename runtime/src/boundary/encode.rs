//! The JSON form of values: what agents, commands, inputs, journals and other programs see.

use std::collections::BTreeMap;

use flow_ir::Name;
use serde_json::{Map, Value as Json, json};

use crate::value::{Failure, Value, calendar, money};

/// A value's JSON form.
pub fn json(value: &Value) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::from(*value),
        Value::Float(value) => Json::from(*value),
        Value::String(text) | Value::Dir(text) => Json::from(&**text),
        Value::Duration(ms) => Json::String(calendar::duration_iso(*ms)),
        Value::Time(ms) => Json::String(calendar::time_iso(*ms)),
        Value::Money(micros) => Json::String(money::decimal(*micros)),
        Value::File(file) => Json::from(&*file.path),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key_text(key), json(value))).collect())
        }
        Value::Record(record) => Json::Object(fields(&record.fields)),
        Value::Variant(variant) if variant.plain => Json::from(variant.tag.as_str()),
        Value::Variant(variant) => {
            let mut object = fields(&variant.fields);
            object.insert("kind".to_owned(), Json::from(variant.tag.as_str()));
            Json::Object(object)
        }
        Value::Json(json) => (**json).clone(),
        Value::Failure(failure) => failure_json(failure),
        Value::Exec(exec) => json!({ "exit": exec.exit, "stdout": &*exec.stdout, "stderr": &*exec.stderr }),
        Value::Secret(name) => json!({ "secret": &**name }),
    }
}

/// The JSON form of a failure.
pub fn failure_json(failure: &Failure) -> Json {
    let cause = failure.cause.as_deref().map_or(Json::Null, failure_json);
    json!({ "kind": failure.kind.as_str(), "message": failure.message, "step": failure.step, "cause": cause })
}

/// The text of a map's key: strings and enums are the only ones.
pub fn key_text(key: &Value) -> String {
    crate::value::render::text(key)
}

fn fields(fields: &BTreeMap<Name, Value>) -> Map<String, Json> {
    fields.iter().map(|(name, value)| (name.to_string(), json(value))).collect()
}

/// Collects the hash of each file in a value under its path: what the JSON form leaves out.
pub fn files(value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::File(file) => {
            found.insert(file.path.to_string(), file.sha256.to_string());
        }
        Value::List(items) => items.iter().for_each(|item| files(item, found)),
        Value::Map(entries) => entries.values().for_each(|item| files(item, found)),
        Value::Record(record) => record.fields.values().for_each(|item| files(item, found)),
        Value::Variant(variant) => variant.fields.values().for_each(|item| files(item, found)),
        _ => {}
    }
}
