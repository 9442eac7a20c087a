//! JSON Schema of types, in each dialect.

use crate::support::project;
use flow_compiler::diagnostics::ItemKey;
use flow_compiler::lower::lower_type;
use flow_compiler::types::ty::{Ty, TyArgs};
use flow_ir::json_schema::{Dialect, json_schema};
use serde_json::Value;

/// The schema of the type `Root` of a text.
fn schema(text: &str, dialect: Dialect) -> Value {
    let project = project(text);
    let report = project.report();
    assert!(!report.contains(": E"), "{report}");
    let key = ItemKey { file: project.file("main.flow"), name: "Root".into(), nth: 0 };
    let (ty, types) = lower_type(&project.db, &key, &Ty::Named(key.clone(), TyArgs::default())).unwrap();
    json_schema(&ty, &types, dialect)
}

fn kept(name: &str, text: &str) {
    let mut shown = text.to_owned();
    for dialect in Dialect::ALL {
        shown.push_str(&format!("\n── {}\n{:#}", dialect.name(), schema(text, dialect)));
    }
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, shown) });
}

#[test]
fn a_union_with_payloads_refinements_and_docs() {
    kept(
        "union",
        "/// What is thought of it.\ntype Root\n  = Accept\n  | Revise(\n      /// The main one first.\n      \
         findings: [Finding] where 0 < it.len() and it.len() <= 5,\n      note: string?,\n    )\n\n\
         type Finding { text: string where it.matches(\"^[a-z]\"), risk: Risk = Low }\n\n\
         /// How bad.\ntype Risk\n  = Low\n  /// A person must say.\n  | UserDecisionRequired",
    );
}

#[test]
fn a_type_that_contains_itself() {
    kept("recursion", "type Root { name: string, children: [Root], above: Root? }");
}

#[test]
fn values_of_every_kind() {
    kept(
        "kinds",
        "type Score = float where 0.0 <= it and it <= 1.0\n\ntype Level = Low | High\n\n\
         type Root { score: Score, count: int where it > 0, wait: duration, at: time, cost: money, rest: json,\n  \
         report: output(\"out/*.md\"), source: file, by_level: {Level: int}, names: {string: [string]}, \
         maybe: int? }",
    );
}

#[test]
fn openai_wants_every_property_and_nothing_it_does_not_know() {
    let text = "type Root { a: string where it.len() > 3, b: int = 2, c: Root?, d: {string: int} }";
    let schema = schema(text, Dialect::OpenAi);
    let mut objects = 0;
    every(&schema, &mut |value| {
        assert!(value.get("minLength").is_none());
        if value.get("type") == Some(&"object".into()) {
            objects += 1;
            assert_eq!(value["additionalProperties"], false);
            let names: Vec<&String> = value["properties"].as_object().unwrap().keys().collect();
            let required: Vec<&str> =
                value["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            let mut sorted = required.clone();
            sorted.sort_unstable();
            let mut wanted: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            wanted.sort_unstable();
            assert_eq!(sorted, wanted);
        }
    });
    assert!(objects >= 2);
}

#[test]
fn types_whose_names_differ_in_a_sign_alone_have_schemas_of_their_own() {
    let text = "type Box<T> { it: T }\ntype Root { a: Box<file(\"a-?.md\")>, b: Box<file(\"a-*.md\")>, c: Box<file(\"a-?.md\")> }";
    for dialect in Dialect::ALL {
        let schema = schema(text, dialect);
        let described = |field: &str| {
            let reference = schema["properties"][field]["$ref"].as_str().unwrap();
            let ty = schema.pointer(reference.strip_prefix('#').unwrap()).unwrap();
            ty["properties"]["it"]["description"].to_string()
        };
        assert!(described("a").contains("a-?.md"), "{schema:#}");
        assert!(described("b").contains("a-*.md"), "{schema:#}");
        assert_eq!(described("c"), described("a"));
    }
}

#[test]
fn a_record_by_another_name_stands_at_the_root_for_those_that_want_an_object() {
    let text = "type Plan { title: string }\ntype Middle = Plan\n/// The best.\ntype Root = Middle where it.title.len() > 3";
    for dialect in [Dialect::Anthropic, Dialect::OpenAi] {
        let schema = schema(text, dialect);
        assert_eq!(schema["type"], "object", "{schema:#}");
        assert_eq!(schema["required"], serde_json::json!(["title"]));
        assert_eq!(schema["title"], "Root");
        let words = "The best.\n`it`, the value, satisfies: it.title.len() > 3";
        assert_eq!(schema["description"], words);
    }
}

#[test]
fn how_many_entries_a_map_has_is_said_in_the_words_for_maps() {
    let text = "type Root { all: {string: int} where 0 < it.len() and it.len() <= 9 }";
    let all = |dialect| schema(text, dialect)["properties"]["all"].clone();
    for dialect in [Dialect::JsonSchema, Dialect::Anthropic] {
        assert_eq!((&all(dialect)["minProperties"], &all(dialect)["maxProperties"]), (&1.into(), &9.into()));
    }
    let entries = all(Dialect::OpenAi);
    assert_eq!(
        (&entries["type"], &entries["minItems"], &entries["maxItems"]),
        (&"array".into(), &1.into(), &9.into())
    );
}

#[test]
fn a_root_that_is_no_record_is_wrapped_for_those_that_want_one() {
    let text = "type Root = A | B";
    assert!(schema(text, Dialect::JsonSchema).get("properties").is_none());
    for dialect in [Dialect::Anthropic, Dialect::OpenAi] {
        assert_eq!(schema(text, dialect)["required"], serde_json::json!(["value"]));
    }
}

fn every(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Object(object) => object.values().for_each(|value| every(value, visit)),
        Value::Array(items) => items.iter().for_each(|value| every(value, visit)),
        _ => {}
    }
}

#[test]
fn what_no_keyword_says_of_a_predicate_is_said_in_words() {
    let schema = schema(
        "type Root {\n  /// How many.\n  odd: int where it % 2 == 1\n  pick: string where it in [\"a\", \"b\"]\n  plain: int where it >= 1\n}\n",
        Dialect::JsonSchema,
    );
    let of = |field: &str| &schema["properties"][field];
    assert_eq!(of("odd")["description"], "How many.\n`it`, the value, satisfies: it % 2 == 1");
    assert_eq!(of("pick")["enum"], serde_json::json!(["a", "b"]));
    assert_eq!(of("plain"), &serde_json::json!({ "type": "integer", "minimum": 1 }));
}
