//! Lints: their levels in `flow.toml`, and `@allow` before items and statements.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use flow_compiler::check::{check_file, has_errors};
use flow_compiler::diagnostics::Severity;
use flow_compiler::diagnostics::report::Report;
use support::{Project, project};

const UNUSED: &str = "fn f(text: string) -> int {\n  let trimmed = text.trim()\n  text.len()\n}\n";

/// The codes with their severities, with `[lint]` as given.
fn found(lints: &str, text: &str) -> Vec<(&'static str, Severity)> {
    let project = Project::new(&[("flow.toml", &format!("[lint]\n{lints}\n")), ("main.flow", text)]);
    let file = project.file("main.flow");
    let report = Report::of(&project.db, check_file(&project.db, file));
    assert_eq!(has_errors(&project.db, file), report.has_errors());
    report.findings.iter().map(|found| (found.code.0, found.severity)).collect()
}

#[test]
fn a_project_says_how_much_it_minds_a_lint() {
    assert_eq!(found("", UNUSED), [("W0101", Severity::Warning)]);
    assert_eq!(found("unused_binding = \"deny\"", UNUSED), [("W0101", Severity::Error)]);
    assert_eq!(found("W0101 = \"allow\"", UNUSED), []);
}

#[test]
fn an_allow_before_a_statement_covers_it_and_nothing_else() {
    let text = "fn f(text: string) -> int {\n  @allow(unused_binding)\n  let one = text.trim()\n  let two = text.trim()\n  text.len()\n}\n";
    assert_eq!(project(text).report().matches("W0101").count(), 1);
    let both = text.replace("  let two", "  @allow(W0101) let two");
    assert_eq!(project(&both).report(), "");
}

#[test]
fn an_allow_before_an_item_covers_all_of_it_even_what_is_denied() {
    let allowed = format!("@allow(unused_binding)\n{UNUSED}");
    assert_eq!(found("unused_binding = \"deny\"", &allowed), []);
    let stage = "flow f(x: int) -> int {\n  handoff a(x)\n  /// Does it.\n  @allow(unused_binding, unused_parameter)\n  stage a(n: int) { let m = 1; return 2 }\n}\n";
    assert_eq!(project(&stage.replace("; ", "\n")).report(), "");
}

#[test]
fn an_allow_that_nothing_needs_is_told_with_what_removes_it() {
    let text = "@allow(unused_binding, shadowed_name)\nfn f(text: string) -> int {\n  let trimmed = text.trim()\n  @allow(unused_value)\n  text.len()\n}\n";
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(support::snapshot(text));
    });
}

#[test]
fn an_allow_is_not_missed_where_the_lint_is_not_looked_for_or_something_is_wrong() {
    let text = "@allow(unused_binding)\nfn f(text: string) -> int { text.len() }\n";
    assert_eq!(found("unused_binding = \"allow\"", text), []);
    assert_eq!(found("unused_allow = \"allow\"", text), []);
    assert_eq!(found("", &text.replace("text.len()", "txt.len()")), [("E0106", Severity::Error)]);
}

#[test]
fn what_cannot_be_allowed_is_said_before_a_statement_too() {
    let text = "fn f(text: string) -> int {\n  @allow(E0301)\n  @allow(unused_bindng)\n  @budget(turns: 1)\n  text.len()\n}\n";
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(support::snapshot(text));
    });
}
