//! The code blocks of the documents are whole programs, and they check.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests may")]

use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::host::{Request, Session};
use flow_compiler::lints::LINTS;
use flow_compiler::types::builtins::effects;
use flow_compiler::types::decl::PROCESS_MEMBERS;
use flow_compiler::types::settings::{
    AGENT_TOOLS, ATTRIBUTES, EFFORTS, OUTPUT_FORMS, SANDBOXES, SESSIONS, WORKSPACES, settings,
};
use flow_grammar::tree::DoerKind;
use flow_ir::builtins::{EFFECTS, METHODS};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().canonicalize().unwrap()
}

/// The blocks of a Markdown text that are fenced as Flow, with the line that each begins at.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            Some(_) if line == "```" => out.extend(open.take()),
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None if line == "```flow" => open = Some((number + 2, String::new())),
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    out
}

#[test]
fn every_program_in_the_documents_checks() {
    let documents = [
        ("README.md", 2),
        ("docs/language.md", 5),
        ("docs/builtins.md", 4),
        ("docs/guarantees.md", 3),
        ("docs/testing.md", 1),
        ("docs/lints.md", 1),
        ("docs/tutorial.md", 4),
        ("docs/reference/text.md", 6),
        ("docs/reference/types.md", 6),
        ("docs/reference/declarations.md", 10),
        ("docs/reference/expressions.md", 6),
        ("docs/reference/patterns.md", 3),
        ("docs/reference/statements.md", 5),
        ("docs/reference/concurrency.md", 5),
        ("docs/reference/stages.md", 1),
    ];
    for (path, least) in documents {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        let found = blocks(&text);
        assert!(found.len() >= least, "{path} has {} programs", found.len());
        for (line, block) in found {
            let stdin = Some((format!("{path}:{line}"), block.into_bytes()));
            let session = Session::open(&Request { directory: root(), paths: Vec::new(), stdin }).unwrap();
            let report = session.check();
            assert!(!report.has_errors(), "{}", render(&report, Format::Rich, false));
        }
    }
}

#[test]
fn the_reference_names_every_setting_attribute_and_keyword() {
    let page = |name: &str| std::fs::read_to_string(root().join("docs/reference").join(name)).unwrap();
    let declarations = page("declarations.md");
    let settings = [DoerKind::Agent, DoerKind::Command, DoerKind::Human].into_iter().flat_map(settings);
    let words = [AGENT_TOOLS, OUTPUT_FORMS, EFFORTS, SANDBOXES, SESSIONS, WORKSPACES].into_iter().flatten();
    let names = settings.map(|setting| setting.key).chain(words.map(|word| word.text));
    let attributes = ATTRIBUTES.iter().map(|attribute| format!("`@{}", attribute.name));
    let mut missing: Vec<String> = names.map(|name| format!("`{name}`")).chain(attributes).collect();
    missing.retain(|written| !declarations.contains(written));
    assert!(missing.is_empty(), "not in the reference: {}", missing.join(", "));

    let text = page("text.md");
    let listed = text.split("are keywords:").nth(1).unwrap().split('`').nth(1).unwrap();
    let tokens = std::fs::read_to_string(root().join("grammar/src/token.rs")).unwrap();
    let mut keywords: Vec<&str> =
        tokens.split("#[token(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    keywords.retain(|token| token.bytes().all(|letter| letter.is_ascii_lowercase()));
    keywords.sort_unstable();
    assert_eq!(listed.split_whitespace().collect::<Vec<_>>(), keywords);
}

#[test]
fn every_example_checks_without_a_warning() {
    let request = Request { directory: root(), paths: vec!["examples".into(), "stdlib".into()], stdin: None };
    let session = Session::open(&request).unwrap();
    assert!(session.roots.len() >= 4);
    let report = session.check();
    assert!(report.findings.is_empty(), "{}", render(&report, Format::Rich, false));
}

/// What `docs/builtins.md` calls a kind of receiver, in the order of the page.
const KINDS: [(&str, &str); 13] = [
    ("string", "`string`"),
    ("list", "Lists, `[T]`"),
    ("map", "Maps, `{K: V}`"),
    ("option", "Options, `T?`"),
    ("int", "`int`"),
    ("float", "`float`"),
    ("duration", "`duration`"),
    ("time", "`time`"),
    ("money", "`money`"),
    ("file", "`file`, `output`"),
    ("json", "`json`"),
    ("failure", "`Failure`: what `catch` binds"),
    ("exec", "`Exec`: what a program left behind"),
];

/// A row of a Markdown table; `|` inside of code must be escaped there.
fn row(code: &str, words: &str) -> String {
    format!("| `{}` | {} |\n", code.replace('|', "\\|"), words.replace('|', "\\|"))
}

/// `docs/builtins.md`, from the tables that the checker and the runtime share, and from the standard library.
fn builtins_page() -> String {
    let mut page = String::from(
        "# What is built in\n\n\
         <!-- Made from `compiler/ir/src/builtins.rs` and `stdlib/`: `UPDATE_DOCS=1 cargo test -p flow-compiler --test docs` -->\n\n\
         In signatures, `T`, `U`, `K` and `V` stand for any type, `|T| -> U` for a closure such as `|it| it.name`, and a `?`\n\
         behind a parameter's name says that it may be left out.\n\n\
         ## Effects\n\n\
         They are called like functions, in flows only. Each call is a step: its result is recorded, and a resumed run sees it\n\
         again. Where a result is `T`, it is the type that is expected there: `let settings: Settings = read_json(path)`.\n\n\
         | effect | what it does |\n| --- | --- |\n",
    );
    for effect in EFFECTS {
        page += &row(&format!("{}{}", effect.name, effect.signature), effect.doc);
    }
    page += "\n## Processes and sessions\n\n| effect | what it does |\n| --- | --- |\n";
    for effect in effects().filter(|effect| EFFECTS.iter().all(|known| known.name != effect.name)) {
        page += &row(&format!("{}{}", effect.name, effect.signature), effect.doc);
    }
    page += "\n| of a process | what it is |\n| --- | --- |\n";
    for member in PROCESS_MEMBERS {
        page += &row(&format!("{}: {}", member.name, member.ty), member.doc);
    }
    page += "\n## Methods and properties\n\nThey are pure, and may stand anywhere.\n";
    for (on, title) in KINDS {
        page += &format!("\n### {title}\n\n| | |\n| --- | --- |\n");
        for method in METHODS.iter().filter(|method| method.on == on) {
            let property = !method.signature.starts_with('(');
            let code = format!("{}{}{}", method.name, if property { ": " } else { "" }, method.signature);
            page += &row(&code, method.doc);
        }
    }
    page += "\n## The standard library\n\nModules of Flow, taken by `import std/review.{Finding}`.\n";
    let mut modules: Vec<_> =
        std::fs::read_dir(root().join("stdlib/std")).unwrap().map(|it| it.unwrap().path()).collect();
    modules.sort();
    for module in modules {
        let text = std::fs::read_to_string(&module).unwrap();
        let name = module.file_stem().unwrap().to_str().unwrap();
        page += &format!("\n### `std/{name}`\n\n```flow\n{}\n```\n", text.trim_end());
    }
    page
}

#[test]
fn the_page_about_what_is_built_in_is_made_from_the_tables() {
    assert!(METHODS.iter().all(|method| KINDS.iter().any(|(on, _)| *on == method.on)));
    let path = root().join("docs/builtins.md");
    let wanted = builtins_page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/builtins.md is not what the tables say: run this test with UPDATE_DOCS=1");
}

#[test]
fn the_list_of_lints_is_made_from_the_table() {
    const HEAD: &str = "## Every lint\n";
    let path = root().join("docs/lints.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (prose, _) = page.split_once(HEAD).unwrap();
    let mut wanted = format!(
        "{prose}{HEAD}\n<!-- Made from `compiler/src/lints/`: `UPDATE_DOCS=1 cargo test -p flow-compiler --test docs` -->\n\n\
         | lint | what it tells | level |\n| --- | --- | --- |\n"
    );
    for lint in LINTS {
        let (code, title) = (lint.code, lint.page().unwrap().title);
        wanted +=
            &format!("| [`{}`](errors/{code}.md) | {code}: {title} | {} |\n", lint.name, lint.level.word());
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(found == wanted, "docs/lints.md is not what the table says: run this test with UPDATE_DOCS=1");
}
