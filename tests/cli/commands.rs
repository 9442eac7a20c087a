//! `build`, `graph`, `schema`, `explain`, `completions`, and help.

use crate::bench::Bench;
use flow_tests::repository;
use serde_json::Value;
use std::fs;

const SHIP: &str = "\
//! Drafts and reviews.

import ./model.{Draft}

/// What is thought of it.
type Review = Accept | Revise(finding: string)

agent writer(brief: string, last: string?) -> Draft { prompt: \"${brief} ${last}\" }
agent critic(draft: Draft) -> Review { prompt: \"${draft}\" }

flow ship(brief: string) -> Draft {
  handoff draft(none)
  stage draft(last: string?) max 3 { handoff judge(writer(brief, last)) }
  stage judge(draft: Draft) {
    match critic(draft) {
      Accept => return draft
      Revise(finding) => handoff draft(finding)
    }
  }
}

flow twice(n: int) -> int { n * 2 }
";
const MODEL: &str = "type Draft { title: string where it.len() <= 80, body: string }\n";

fn bench() -> Bench {
    Bench::new(&[("ship.flow", SHIP), ("model.flow", MODEL), ("wrong.flow", "flow f() -> int { \"\" }\n")])
}

#[test]
fn build_writes_a_document_for_every_flow_and_names_them() {
    let bench = bench();
    let ended = bench.flowc(["build", "ship.flow", "-o", "out"]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (0, "out/ship.flow.json\nout/twice.flow.json\n"),
        "{ended:?}"
    );
    let document = bench.read("out/ship.flow.json");
    let program = flow_ir::Program::from_document(&document).unwrap();
    assert_eq!(program.verify(), Ok(()));
    assert_eq!(program.flow, "ship");
}

#[test]
fn build_gives_the_same_bytes_wherever_it_runs() {
    let one = bench().flowc(["build", "ship.flow", "ship", "-o", "-"]);
    let other = bench().flowc(["build", "./ship.flow", "ship", "--output", "-"]);
    assert_eq!(one.code, 0, "{}", one.err);
    assert!(one.out.len() > 1000);
    assert_eq!(one.out, other.out);
    assert!(!one.out.contains("/tmp"), "a path of this machine is in the document");
}

#[test]
fn build_refuses_what_does_not_check_and_writes_nothing() {
    let bench = bench();
    let ended = bench.flowc(["build", "wrong.flow", "-o", "out"]);
    assert_eq!(ended.code, 1);
    assert!(ended.out.starts_with("wrong.flow:1:19: error[E0301]"), "{}", ended.out);
    assert!(!bench.directory.path().join("out").exists());
}

#[test]
fn a_flow_that_is_not_there_gets_the_nearest_name() {
    let ended = bench().flowc(["build", "ship.flow", "shop"]);
    ended.refused("flowc: there is no flow `shop` in `ship.flow`; did you mean `ship`?\n");
    bench().flowc(["graph", "model.flow"]).refused("flowc: there is no flow in `model.flow`\n");
    let ended = bench().flowc(["build", "missing.flow"]);
    ended.refused("flowc: there is no file or directory `missing.flow`\n");
}

#[test]
fn graph_draws_stages_and_what_they_hand_over() {
    let ended = bench().flowc(["graph", "ship.flow", "ship"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.starts_with("flowchart TD\n"));
    let arrow = "n4_ship_judge -->|\"last: string?\"| n3_ship_draft";
    assert!(ended.out.contains(arrow), "{}", ended.out);
    let dot = bench().flowc(["graph", "ship.flow", "ship", "--as", "dot"]);
    assert!(dot.out.starts_with("digraph \"ship\" {\n") && dot.out.ends_with("}\n"), "{}", dot.out);
    assert!(
        dot.out.contains("\"ship.judge\" -> \"end\" [label=\"model.Draft\", style=solid];"),
        "{}",
        dot.out
    );
}

#[test]
fn schema_speaks_each_dialect() {
    let schema = |name: &str, dialect: &str| -> Value {
        let ended = bench().flowc(["schema", "ship.flow", name, "--dialect", dialect]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        serde_json::from_str(&ended.out).unwrap()
    };
    let exact = schema("Review", "json-schema");
    assert_eq!(exact["oneOf"][1]["properties"]["kind"]["const"], "revise");
    assert_eq!(exact["description"], "What is thought of it.");
    // What an agent yields is the schema of its result; both want an object at the root.
    assert_eq!(schema("critic", "anthropic")["required"], serde_json::json!(["value"]));
    assert_eq!(schema("writer", "anthropic")["properties"]["title"]["maxLength"], 80);
    assert_eq!(schema("writer", "openai")["properties"]["title"].get("maxLength"), None);
    let ended = bench().flowc(["schema", "ship.flow", "Reviw"]);
    ended.refused("flowc: there is no `Reviw` in `ship.flow`; did you mean `Review`?\n");
}

#[test]
fn explain_prints_the_page_of_a_code_however_it_is_written() {
    let bench = Bench::new(&[("a.flow", "")]);
    let page = fs::read_to_string(repository().join("docs/errors/E0104.md")).unwrap();
    for code in ["E0104", "e0104", "E104", "104"] {
        let ended = bench.flowc(["explain", code]);
        assert_eq!((ended.code, ended.out.as_str()), (0, page.as_str()));
    }
    let lint = fs::read_to_string(repository().join("docs/errors/W0101.md")).unwrap();
    for name in ["unused_binding", "unused-binding", "W0101"] {
        let ended = bench.flowc(["explain", name]);
        assert!(
            ended.out.starts_with(&lint) && ended.out.contains("[lint]\nunused_binding = \"deny\"\n"),
            "{name}"
        );
    }
    let ended = bench.flowc(["explain", "unused_bindin"]);
    ended.refused(
        "flowc: there is no code or lint `unused_bindin`; did you mean `unused_binding`?\n  `flowc explain` lists every one\n",
    );
    let ended = bench.flowc(["explain", "E01O4"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.err.starts_with("flowc: there is no code or lint `E01O4`; did you mean `E0"),
        "{}",
        ended.err
    );
    let list = bench.flowc(["explain"]);
    let title = page.lines().next().unwrap().split_once(": ").unwrap().1;
    assert!(list.out.contains(&format!("E0104  {title}\n")), "{}", list.out);
}

#[test]
fn completions_are_a_script_of_the_shell() {
    let bench = Bench::new(&[("a.flow", "")]);
    for (shell, sign) in
        [("bash", "complete -F _flowc"), ("fish", "complete -c flowc"), ("zsh", "#compdef flowc")]
    {
        let ended = bench.flowc(["completions", shell]);
        assert!(ended.code == 0 && ended.out.contains(sign), "{shell}");
    }
    assert_eq!(bench.flowc(["completions", "none"]).code, 2);
}

#[test]
fn help_is_no_failure_and_a_wrong_call_is_one() {
    let bench = Bench::new(&[("a.flow", "")]);
    for command in ["new", "init", "check", "build", "graph", "schema", "doc", "explain", "completions"] {
        let ended = bench.flowc([command, "--help"]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{command}");
        assert!(ended.out.contains("Examples:\n"), "{command} has no examples");
    }
    assert!(bench.flowc(["--version"]).out.starts_with("flowc "));
    for call in [&["chek"][..], &["check", "--formt", "json"], &["build"], &[]] {
        let ended = bench.flowc(call);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{call:?}");
    }
}

const BOUNDED: &str = "\
agent a(x: string) -> string { prompt: x, timeout: 10m }

@budget(turns: 3)
flow f(xs: [string]) {
  a(\"first\")
  for x in xs { a(x) }
}

flow g() { for _ in 1..2 { a(\"x\") } }
";

#[test]
fn check_prints_the_bounds_of_flows_as_a_table() {
    let bench = Bench::new(&[("f.flow", BOUNDED)]);
    let ended = bench.flowc(["check", "--bounds", "f.flow"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let expected = "\
f.flow: f
                at least   at most               budget
  agent turns   1          len(xs) × 2 + 2       3
  time          0s         len(xs) × 10m + 10m   –
  cost          $0         unknown               –
  cost is unknown: `a` has no `cost` (f.flow:1)
  nothing says how long `xs` may be (f.flow:6)

f.flow: g
                at least   at most   budget
  agent turns   2          4         –
  time          0s         20m       –
  cost          $0         unknown   –
  cost is unknown: `a` has no `cost` (f.flow:1)
";
    assert_eq!(ended.out, expected);
}

#[test]
fn check_prints_the_bounds_of_flows_as_json() {
    let bench = Bench::new(&[("f.flow", BOUNDED)]);
    let ended = bench.flowc(["check", "--bounds", "--format", "json", "f.flow"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines: Vec<Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{}", ended.out);
    assert_eq!(lines[0]["flow"], "f");
    assert_eq!(lines[0]["turns"]["text"], "len(xs) × 2 + 2");
    assert_eq!(lines[0]["turns"]["kind"], "depends");
    assert_eq!(lines[0]["turns"]["budget"], 3);
    assert_eq!(lines[1]["turns"]["most"], 4);
    assert_eq!(lines[1]["time"]["most"], 1_200_000);
    assert_eq!(lines[1]["cost"]["kind"], "unknown");
    assert_eq!(lines[1]["cost"]["reasons"][0]["line"], 1);
}

#[test]
fn bounds_of_a_program_with_errors_are_not_printed() {
    let ended = bench().flowc(["check", "--bounds", "wrong.flow"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(!ended.out.contains("at least"), "{}", ended.out);
}

const AUDITED: &str = "\
agent a(x: string) -> output(\"docs/*.md\") { prompt: x, tools: [read] }
command git() -> string { run: [\"git\", \"log\"] }

flow f() { a(git()) }
flow g(x: int) -> int { x }
";

#[test]
fn audit_says_what_flows_may_do() {
    let bench = Bench::new(&[("f.flow", AUDITED)]);
    let ended = bench.flowc(["audit"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let expected = "\
f.flow: f
  agents     a
  tools      read
  programs   git
  writes     docs/*.md

f.flow: g
  touches nothing
";
    assert_eq!(ended.out, expected);
    let ended = bench.flowc(["audit", "--format", "json", "f.flow"]);
    let first: Value = serde_json::from_str(ended.out.lines().next().unwrap()).unwrap();
    assert_eq!(first["programs"], serde_json::json!(["git"]));
    assert_eq!(first["secrets"], serde_json::json!([]));
}

#[test]
fn a_policy_is_held_against_every_flow_of_the_project() {
    let bench = Bench::new(&[("flow.toml", "[policy]\nprograms = [\"cargo\"]\n"), ("f.flow", AUDITED)]);
    let ended = bench.flowc(["check", "--format", "short"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(ended.out, "f.flow:2:32: error[E0620]: the project does not allow the program `git`\n");
}
