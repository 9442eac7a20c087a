//! The reports that other programs read have every key that their standards require, each of its type, and no other.

use crate::render::odd;
use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::diagnostics::report::Report;
use serde_json::{Value, json};

/// An object of these keys, of which those are required.
fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

fn at_least(minimum: i32) -> Value {
    json!({ "type": "integer", "minimum": minimum })
}

/// The schema of SARIF 2.1.0 by those who make the standard.
fn sarif() -> Value {
    let mut schema: Value = serde_json::from_str(include_str!("schemas/sarif-schema-2.1.0.json")).unwrap();
    // It has a bracket too many, which not every engine of expressions takes for itself; no report names a language.
    for definition in schema["definitions"].as_object_mut().unwrap().values_mut() {
        if let Some(Value::Object(language)) = definition.pointer_mut("/properties/language") {
            language.remove("pattern");
        }
    }
    schema
}

/// What GitLab's documentation asks of a report of Code Quality, of which it publishes no schema.
fn gitlab() -> Value {
    let lines = object(&["begin"], json!({ "begin": at_least(1), "end": at_least(1) }));
    let location = object(
        &["path", "lines"],
        json!({ "path": { "type": "string", "pattern": "^[^/.]" }, "lines": lines }),
    );
    let finding = object(
        &["description", "check_name", "fingerprint", "severity", "location"],
        json!({
            "description": { "type": "string", "minLength": 1 },
            "check_name": { "type": "string", "minLength": 1 },
            "fingerprint": { "type": "string", "minLength": 1 },
            "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
            "location": location,
        }),
    );
    json!({ "type": "array", "uniqueItems": true, "items": finding })
}

fn holds(schema: &Value, format: Format) {
    let validator = jsonschema::draft7::options().should_validate_formats(true).build(schema).unwrap();
    for report in [odd(), Report::default()] {
        let told: Value = serde_json::from_str(&render(&report, format, false)).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&told).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn the_schema_of_sarif_refuses_what_is_none() {
    let validator = jsonschema::draft7::options().should_validate_formats(true).build(&sarif()).unwrap();
    let report: Value = serde_json::from_str(&render(&odd(), Format::Sarif, false)).unwrap();
    let spoiled = |pointer: &str, value: Value| {
        let mut report = report.clone();
        *report.pointer_mut(pointer).unwrap() = value;
        !validator.is_valid(&report)
    };
    assert!(spoiled("/version", json!("2.0.0")));
    assert!(spoiled("/runs/0/tool/driver", json!({})));
    assert!(spoiled("/runs/0/results/0/level", json!("bad")));
    assert!(spoiled("/runs/0/results/0/message", json!({ "txt": "x" })));
    assert!(spoiled("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri", json!("a b")));
    assert!(spoiled("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)));
}

#[test]
fn sarif_has_what_its_standard_requires_and_nothing_else() {
    holds(&sarif(), Format::Sarif);
}

#[test]
fn gitlab_gets_what_code_quality_requires_and_nothing_else() {
    holds(&gitlab(), Format::Gitlab);
}

/// An element of XML as it begins, with its attributes.
struct Element<'x> {
    name: &'x str,
    attributes: Vec<(&'x str, &'x str)>,
}

/// The elements of a document, which must be closed in the order in which they begin.
fn elements(xml: &str) -> Vec<Element<'_>> {
    let (mut all, mut open) = (Vec::new(), Vec::new());
    for part in xml.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap();
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{xml}");
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((key, value)) = rest.split_once("=\"") {
            let (value, behind) = value.split_once('"').unwrap();
            attributes.push((key, value));
            rest = behind.trim_start();
        }
        assert_eq!(rest, "", "{tag}");
        if !is_empty {
            open.push(name);
        }
        all.push(Element { name, attributes });
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

#[test]
fn junit_has_what_its_readers_require_and_counts_what_it_holds() {
    for report in [odd(), Report::default()] {
        let xml = render(&report, Format::Junit, false);
        let all = elements(&xml);
        for Element { name, attributes } in &all {
            let (required, numbers): (&[&str], &[&str]) = match *name {
                "testsuites" => (&["name", "tests", "failures", "errors"], &["tests", "failures", "errors"]),
                "testsuite" => (
                    &["name", "tests", "failures", "errors", "skipped"],
                    &["tests", "failures", "errors", "skipped"],
                ),
                "testcase" => (&["name", "classname"], &["line"]),
                "failure" => (&["message", "type"], &[]),
                other => panic!("`{other}` is no element of JUnit"),
            };
            for key in required {
                assert!(attributes.iter().any(|(known, _)| known == key), "`{name}` without `{key}`: {xml}");
            }
            for (key, value) in attributes {
                assert!(required.contains(key) || ["file", "line"].contains(key), "`{name}` has `{key}`");
                assert!(!numbers.contains(key) || value.parse::<u32>().is_ok(), "{key}={value}");
            }
        }
        let count = |wanted: &str| all.iter().filter(|element| element.name == wanted).count().to_string();
        let said = |key: &str| all[0].attributes.iter().find(|(known, _)| *known == key).unwrap().1;
        assert_eq!((said("tests"), said("failures")), (&*count("testcase"), &*count("failure")), "{xml}");
    }
}
