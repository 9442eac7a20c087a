//! Derives the published JSON Schema from the types, so that it never says anything else than they do.

use crate::{JSON_SCHEMA, Program};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/flow-ir-1.schema.json");

/// The schema as the types say it.
fn derived() -> String {
    let mut schema = schemars::schema_for!(Program);
    schema.insert(
        "$id".to_owned(),
        "https://github.com/flow-lang/flow/blob/main/compiler/ir/schema/flow-ir-1.schema.json".into(),
    );
    schema.insert("title".to_owned(), "The intermediate representation of a Flow program, version 1".into());
    // A reader of another version of the format reads another schema.
    if let Some(ir) = schema.pointer_mut("/properties/ir") {
        *ir = serde_json::json!({ "description": "The version of the format.", "const": crate::VERSION });
    }
    let mut schema = schema.to_value();
    for_readers_of_json(&mut schema);
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    text
}

/// Links between our types mean nothing outside: only their words stay.
fn for_readers_of_json(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => members.iter_mut().for_each(|(name, member)| match member {
            serde_json::Value::String(text) if name == "description" => *text = without_links(text),
            member => for_readers_of_json(member),
        }),
        serde_json::Value::Array(items) => items.iter_mut().for_each(for_readers_of_json),
        _ => {}
    }
}

/// ``[`Op::Field`](crate::Op::Field)`` becomes `` `Op::Field` ``.
fn without_links(text: &str) -> String {
    let mut pieces = text.split("[`");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push('`');
        match piece.split_once(']') {
            Some((word, rest)) if rest.starts_with('(') => {
                plain.push_str(word);
                plain.push_str(rest.split_once(')').map_or("", |(_, rest)| rest));
            }
            Some((word, rest)) => {
                plain.push_str(word);
                plain.push_str(rest);
            }
            None => plain.push_str(piece),
        }
    }
    plain
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test writes the file that it checks when it is told to")]
fn the_published_schema_is_what_the_types_say() {
    let derived = derived();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(PATH, &derived).unwrap();
    } else {
        assert!(
            derived == JSON_SCHEMA,
            "run `UPDATE_SCHEMA=1 cargo test -p flow-ir schema` and look at what changed"
        );
    }
}
