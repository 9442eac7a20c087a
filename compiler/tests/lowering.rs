//! What of a checked body becomes of it in the IR.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod support;

use flow_compiler::lower::lower_flow;
use flow_compiler::syntax::items;
use serde_json::Value;

/// The body of the flow `f`.
fn body(source: &str) -> Value {
    let project = support::project(source);
    assert_eq!(project.report(), "");
    let file = project.file("main.flow");
    let item = *items(&project.db, file).iter().find(|item| item.name(&project.db) == "f").unwrap();
    let program = lower_flow(&project.db, &item.key(&project.db)).unwrap();
    serde_json::to_value(&program.flows[&program.flow].body).unwrap()
}

/// Every value under a key, wherever it stands.
fn all<'a>(value: &'a Value, key: &str, out: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    out.push(value);
                }
                all(value, key, out);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| all(value, key, out)),
        _ => {}
    }
}

#[test]
fn a_chain_that_is_cut_short_skips_each_of_its_links() {
    let body = body(
        "flow f(name: string?) -> string { name?.split(\" \").map(|part| part.trim()).join(\"\") ?? \"?\" }",
    );
    let mut methods = Vec::new();
    all(&body, "method", &mut methods);
    let skipped: Vec<(&str, bool)> = methods
        .iter()
        .filter_map(|method| {
            let optional = method.get("optional").is_some();
            Some((method.get("method")?.as_str()?, optional))
        })
        .collect();
    assert_eq!(
        skipped,
        [("list.join", true), ("list.map", true), ("string.trim", false), ("string.split", true)]
    );
}

#[test]
fn a_question_to_an_option_is_asked_of_none_too() {
    let body = body("flow f(name: string?) -> bool { (name?.trim()).is_none() }");
    let mut methods = Vec::new();
    all(&body, "method", &mut methods);
    let asked =
        methods.iter().find(|method| method.get("method").is_some_and(|name| name == "option.is_none"));
    assert!(asked.unwrap().get("optional").is_none());
}

#[test]
fn a_flow_without_a_result_yields_none_whatever_its_last_line_yields() {
    let ends_with_none = |source: &str| {
        let body = body(source);
        let block = body["op"]["block"].as_array().cloned().unwrap_or_default();
        block.last().is_some_and(|last| last["op"] == "none")
    };
    assert!(ends_with_none("command c() -> int { run: [\"c\"] }\nflow f() { c() }"));
    assert!(!ends_with_none("flow f() { log(\"x\") }"));
    assert!(!ends_with_none("flow f() -> int { 1 }"));
}
