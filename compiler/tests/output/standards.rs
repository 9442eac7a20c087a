//! The reports that other programs read have every key that their standards require, each of its type, and no other.

use crate::render::odd;
use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::diagnostics::report::Report;
use serde_json::{Value, json};

/// An object of these keys, of which those are required.
fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

fn some(items: Value) -> Value {
    json!({ "type": "array", "minItems": 1, "uniqueItems": true, "items": items })
}

fn at_least(minimum: i32) -> Value {
    json!({ "type": "integer", "minimum": minimum })
}

/// What SARIF 2.1.0 asks of the objects that a report has.
fn sarif() -> Value {
    let string = json!({ "type": "string" });
    let message = object(&["text"], json!({ "text": string, "markdown": string }));
    let region = object(
        &[],
        json!({
            "startLine": at_least(1), "startColumn": at_least(1), "endLine": at_least(1), "endColumn": at_least(1),
            "byteOffset": at_least(0), "byteLength": at_least(0),
        }),
    );
    let artifact =
        object(&["uri"], json!({ "uri": { "type": "string", "pattern": "^[A-Za-z0-9._~/%-]+$" } }));
    let physical = object(&["artifactLocation"], json!({ "artifactLocation": artifact, "region": region }));
    let location =
        object(&[], json!({ "id": at_least(0), "physicalLocation": physical, "message": message }));
    let replacement =
        object(&["deletedRegion"], json!({ "deletedRegion": region, "insertedContent": message }));
    let change = object(
        &["artifactLocation", "replacements"],
        json!({ "artifactLocation": artifact, "replacements": some(replacement) }),
    );
    let fix =
        object(&["artifactChanges"], json!({ "description": message, "artifactChanges": some(change) }));
    let result = object(
        &["message"],
        json!({
            "ruleId": string, "ruleIndex": at_least(0), "message": message,
            "level": { "enum": ["none", "note", "warning", "error"] },
            "locations": some(location.clone()), "relatedLocations": some(location), "fixes": some(fix),
        }),
    );
    let rule = object(
        &["id"],
        json!({ "id": string, "shortDescription": message, "help": message, "helpUri": { "type": "string", "format": "uri" } }),
    );
    let driver = object(
        &["name"],
        json!({
            "name": string, "version": string, "informationUri": string,
            "rules": { "type": "array", "uniqueItems": true, "items": rule },
        }),
    );
    let run = object(
        &["tool"],
        json!({
            "tool": object(&["driver"], json!({ "driver": driver })),
            "columnKind": { "enum": ["utf16CodeUnits", "unicodeCodePoints"] },
            "results": { "type": "array", "items": result },
        }),
    );
    let runs = json!({ "type": "array", "items": run });
    object(&["version", "runs"], json!({ "$schema": string, "version": { "const": "2.1.0" }, "runs": runs }))
}

/// What GitLab asks of a report of Code Quality.
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
    let validator = jsonschema::draft7::new(schema).unwrap();
    for report in [odd(), Report::default()] {
        let told: Value = serde_json::from_str(&render(&report, format, false)).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&told).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
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
