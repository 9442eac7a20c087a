//! The published JSON Schema says what the format is: no more, no less.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test")]

mod common;

use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(flow_ir::JSON_SCHEMA).unwrap()
}

fn documents() -> Vec<(&'static str, Value)> {
    let document = |program: flow_ir::Program| serde_json::from_str(&program.to_document().unwrap()).unwrap();
    common::corpus().into_iter().map(|(name, program)| (name, document(program))).collect()
}

#[test]
fn every_document_of_the_corpus_satisfies_the_schema() {
    assert!(jsonschema::meta::is_valid(&schema()));
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for (name, document) in documents() {
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{name}");
    }
}

#[test]
fn the_corpus_holds_every_construct_that_the_schema_names() {
    let schema = schema();
    let text = documents().iter().map(|(_, document)| document.to_string()).collect::<String>();
    let mut names = Vec::new();
    for definition in schema["$defs"].as_object().unwrap().values() {
        for form in definition["oneOf"].as_array().into_iter().flatten() {
            names.extend(form["required"].as_array().into_iter().flatten().chain(form.get("const")));
            names.extend(form["enum"].as_array().into_iter().flatten());
        }
        names.extend(definition["properties"].as_object().into_iter().flat_map(|members| {
            members.keys().map(|name| Box::leak(Box::new(Value::from(name.as_str()))) as &Value)
        }));
    }
    assert!(names.len() > 150, "the schema was not understood: {names:?}");
    let missing: Vec<_> = names.iter().filter(|name| !text.contains(&name.to_string())).collect();
    assert!(missing.is_empty(), "no document holds {missing:?}");
}

#[test]
fn a_document_that_is_not_of_the_format_fails_the_schema() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let changes: [(&str, Value); 9] = [
        ("/ir", json!(2)),
        ("/flow", json!(["poem_loop"])),
        ("/flows", json!(null)),
        ("/flows/poem_loop/later", json!(true)),
        ("/flows/poem_loop/body/op", json!({ "jump": 1 })),
        ("/flows/poem_loop/body/at", json!(-1)),
        ("/handoffs/0/type", json!("text")),
        ("/sources/spans/0", json!([0, 1, 1])),
        ("/types/Review/body", json!({ "enum": [], "union": [] })),
    ];
    for (place, value) in changes {
        let mut document = documents().into_iter().find(|(name, _)| *name == "poem_loop").unwrap().1;
        let (parent, member) = place.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.insert(member.to_owned(), value)),
            Value::Array(items) => items[member.parse::<usize>().unwrap()] = value,
            _ => panic!("nothing stands at {parent}"),
        }
        assert!(!validator.is_valid(&document), "{place}");
        assert!(flow_ir::Program::from_document(&document.to_string()).is_err(), "{place}");
    }
}

#[test]
fn each_member_that_the_schema_requires_is_required() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for member in schema()["required"].as_array().unwrap() {
        let mut document = documents().remove(0).1;
        document.as_object_mut().unwrap().remove(member.as_str().unwrap());
        assert!(!validator.is_valid(&document), "{member}");
    }
}
