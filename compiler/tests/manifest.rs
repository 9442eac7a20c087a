//! The JSON Schema of `flow.toml` says what the compiler reads: no more, no less.

#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests may")]

use flow_compiler::project::{manifest_schema, parse};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What the compiler and the schema find wrong with a text.
fn judged(text: &str) -> (Vec<String>, Vec<String>) {
    let value: Value = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    let validator = jsonschema::draft7::new(&manifest_schema()).unwrap();
    let by_schema = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    (parse(text).1.into_iter().map(|finding| finding.message).collect(), by_schema)
}

#[test]
fn every_key_takes_the_same_by_the_schema_as_by_the_compiler() {
    let values = [
        "\"x\"",
        "1",
        "0.5",
        "-1",
        "2000000",
        "true",
        "[\"x\"]",
        "[1]",
        "[]",
        "{}",
        "{ x = \"y\" }",
        "{ x = 1 }",
        "\"deny\"",
        "{ input = 1, output = 2.5 }",
        "{ input = 1 }",
        "{ input = 1, output = 2, more = 3 }",
    ];
    let tables = ["project", "defaults", "policy", "providers.claude", "providers.claude.price", "lint"];
    let keys = |table: &str| -> Vec<String> {
        let mut schema = manifest_schema();
        for part in table.split('.').filter(|part| !part.is_empty()) {
            let of =
                if schema["properties"].get(part).is_some() { "properties" } else { "additionalProperties" };
            schema = if of == "properties" { schema[of][part].take() } else { schema[of].take() };
        }
        let known = schema["properties"].as_object().unwrap().keys().cloned();
        known.chain(["unknown".to_owned()]).collect()
    };
    let mut accepted = 0;
    for table in tables.into_iter().chain([""]) {
        for key in keys(table) {
            for value in values {
                // Which providers there are stands elsewhere in the file.
                if (table, key.as_str()) == ("defaults", "provider") && value.starts_with('"') {
                    continue;
                }
                let head = if table.is_empty() { String::new() } else { format!("[{table}]\n") };
                let text = format!("{head}{key} = {value}\n");
                let (by_compiler, by_schema) = judged(&text);
                assert_eq!(
                    by_compiler.is_empty(),
                    by_schema.is_empty(),
                    "{text}the compiler: {by_compiler:?}\nthe schema: {by_schema:?}"
                );
                accepted += usize::from(by_schema.is_empty());
            }
        }
    }
    assert!(accepted > 60, "{accepted}");
}

#[test]
fn the_schema_in_the_repository_is_the_one_that_is_printed() {
    let path = root().join("editors/flow.schema.json");
    let wanted = format!("{:#}\n", manifest_schema());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "editors/flow.schema.json is stale: run this test with UPDATE_DOCS=1");
    assert!(jsonschema::meta::is_valid(&manifest_schema()));
}

#[test]
fn every_flow_toml_of_the_documents_and_tests_is_right_by_the_schema() {
    let mut count = 0;
    let workspace = std::fs::read_to_string(root().join("tests/editors/workspace/flow.toml")).unwrap();
    let mut texts = vec![workspace];
    for page in ["docs/guarantees.md", "docs/lints.md", "docs/errors/E0612.md", "docs/errors/E0611.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        texts.extend(
            text.split("```toml\n").skip(1).map(|rest| rest.split("```\n").next().unwrap().to_owned()),
        );
    }
    for text in texts {
        assert_eq!(judged(&text), (Vec::new(), Vec::new()), "{text}");
        count += 1;
    }
    assert!(count >= 5, "{count}");
}

#[test]
fn what_is_not_toml_is_one_mistake() {
    for (text, place, help) in [
        ("[[[\n", 2, None),
        ("[project\nname = \"x\"\n", 8, None),
        ("[project]\nname = None\n", 17, Some("text stands in double quotes: `name = \"poems\"`")),
        ("project:\n  name: x\n", 7, Some("between a key and its value stands `=`: `name = \"poems\"`")),
        (
            "[project]\nname = \"x\"\n[project]\nversion = 1\n",
            22,
            Some("each key and each `[table]` stands once: put them together"),
        ),
    ] {
        let (_, found) = flow_compiler::project::parse(text);
        let found: Vec<_> =
            found.iter().map(|it| (it.code.0, it.labels[0].span.start, it.help.as_deref())).collect();
        assert_eq!(found, [("E0610", place, help)], "{text}");
    }
}

#[test]
fn what_is_wrong_with_it_is_told_in_the_order_of_its_text() {
    let text = "[lint]\nnothing = 1\n[defaults]\nprovider = 2\n[project]\nversion = 3\nname = 4\n";
    let places = parse(text).1.into_iter().map(|finding| finding.labels[0].span.start).collect::<Vec<_>>();
    assert_eq!(places.len(), 4);
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn names_and_patterns_that_mean_nothing_are_told_with_what_was_meant() {
    let told = |text: &str| -> Vec<String> {
        let found = parse(text).1.into_iter();
        let words = found.map(|it| {
            let span = it.labels[0].span;
            format!("{} `{}`: {} ({})", it.code, &text[span.range()], it.message, it.help.unwrap_or_default())
        });
        words.collect()
    };
    assert_eq!(
        told("[defaults]\nprovider = \"locl\"\n[providers.local]\nadapter = \"comand\"\n"),
        [
            "E0612 `\"locl\"`: there is no provider `locl` (did you mean `local`?)",
            "E0612 `\"comand\"`: there is no adapter `comand` (did you mean `command`?)",
        ]
    );
    assert_eq!(
        told("[providers.house]\nprogram = \"./agent\"\n"),
        [
            "E0612 `house`: `providers.house` does not say how it is driven (add `adapter`: there are `claude` and `command`)"
        ]
    );
    assert_eq!(
        told("[defaults]\nprovider = \"house\"\n"),
        ["E0612 `\"house\"`: there is no provider `house` (add `[providers.house]`)"]
    );
    assert_eq!(
        told("[policy]\nwrite = [\"out/**\", \"../x\", \"/etc/*\", \"[a\", \"\"]\n"),
        [
            "E0612 `\"../x\"`: `../x` can match no file of the workspace: `..` leads out of the workspace ()",
            "E0612 `\"/etc/*\"`: `/etc/*` can match no file of the workspace: it begins with `/`, but files are named relative to the workspace ()",
            "E0612 `\"[a\"`: `[a` can match no file of the workspace: a `[` is not closed ()",
            "E0612 `\"\"`: `` can match no file of the workspace: it is empty ()",
        ]
    );
}
