//! `doc`: reference pages.

use crate::bench::{Bench, Ended};
use std::collections::BTreeMap;
use std::path::Path;

const MODEL: &str = "\
/// What is proposed.
type Plan {
  title: string
  /// In the order of work.
  steps: [string] = []
}

type _Hidden { x: int }
";
const SHIP: &str = "\
//! Plans and reviews. Nothing is built here.
//!
//! A second paragraph, with <b>markup</b> and a [trap](javascript:alert(1)).

import ../model.{Plan}

type Review
  = Accept
  /// Once more.
  | Revise(
    /// The main finding.
    finding: string,
  )

/// Plans.
agent planner(
  /// In a sentence.
  goal: string,
  last: string?,
) -> Plan { prompt: \"${goal} ${last}\", timeout: 10m }

agent critic(plan: Plan) -> Review { prompt: \"${plan}\", timeout: 10m }

const MOST: int = 3

fn _helper() -> int { 1 }

@budget(turns: 8)
flow ship(goal: string) -> Plan {
  handoff draft(none)
  stage draft(last: string?) max MOST { handoff judge(planner(goal, last)) }
  stage judge(plan: Plan) {
    match critic(plan) {
      Accept => return plan
      Revise(finding) => handoff draft(finding)
    }
  }
}
";

fn bench() -> Bench {
    let manifest = "[project]\nname = \"Ships\"\n";
    Bench::new(&[("flow.toml", manifest), ("model.flow", MODEL), ("flows/ship.flow", SHIP)])
}

fn done(ended: &Ended, said: &str) {
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, said, ""));
}

#[test]
fn a_module_has_a_page_with_all_that_it_exports() {
    let bench = bench();
    done(&bench.flowc(["doc", "--as", "markdown", "-o", "out"]), "2 modules described: out/index.md\n");
    assert_eq!(
        bench.read("out/index.md"),
        "# Ships\n\n- [flows/ship](flows/ship.md): Plans and reviews.\n- [model](model.md)\n"
    );
    insta::assert_snapshot!(bench.read("out/flows/ship.md"));
    let model = bench.read("out/model.md");
    assert!(model.contains("- `steps`: In the order of work.\n"), "{model}");
    assert!(!model.contains("Hidden"), "{model}");
}

/// What a page calls its headings, as GitHub does it.
fn headings(page: &str) -> Vec<String> {
    let titles = page.lines().filter_map(|line| line.strip_prefix("### "));
    titles.map(|title| title.to_lowercase().replace(' ', "-")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let bench = bench();
    bench.flowc(["doc", "--as", "markdown", "-o", "out"]);
    let pages = ["index.md", "model.md", "flows/ship.md"];
    let pages: BTreeMap<&str, String> =
        pages.iter().map(|page| (*page, bench.read(&format!("out/{page}")))).collect();
    let mut links = 0;
    for (name, text) in &pages {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("javascript") {
                continue;
            }
            links += 1;
            let (page, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match (page, Path::new(name).parent().unwrap().to_str().unwrap()) {
                ("", _) => (*name).to_owned(),
                (page, "flows") => page.strip_prefix("../").unwrap().to_owned(),
                (page, _) => page.to_owned(),
            };
            let target = pages.get(target.as_str()).unwrap_or_else(|| panic!("{name}: {link}"));
            assert!(heading.is_empty() || headings(target).contains(&heading.to_owned()), "{name}: {link}");
        }
    }
    assert!(links >= 6, "{links}");
}

#[test]
fn a_page_for_browsers_loads_and_runs_nothing() {
    let bench = bench();
    done(&bench.flowc(["doc", "flows"]), "1 module described: reference/index.html\n");
    let page = bench.read("reference/flows/ship.html");
    for wanted in
        ["<svg", "id=\"flow-ship\"", "<span class=\"keyword\">agent</span>", "&lt;b&gt;markup&lt;/b&gt;"]
    {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    for unwanted in ["<script", "src=", "<link", "javascript:", "<?xml"] {
        assert!(!page.contains(unwanted), "{unwanted}: {page}");
    }
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{page}");
    // What is not documented has no page to lead to.
    assert!(!page.contains("model.html"), "{page}");
}

#[test]
fn what_a_module_passes_on_leads_to_where_it_is_declared() {
    let api = "@export\nimport ./model.{Plan}\n";
    let bench = Bench::new(&[("model.flow", MODEL), ("api.flow", api)]);
    bench.flowc(["doc", "--as", "markdown"]);
    let page = bench.read("reference/api.md");
    assert_eq!(page, "# api\n\n## Passed on\n\nDeclared elsewhere: [`Plan`](model.md#type-plan)\n");
}

#[test]
fn the_page_of_a_module_called_index_is_not_the_first_page() {
    let bench = Bench::new(&[("index.flow", "flow f() -> int { 1 }\n")]);
    bench.flowc(["doc", "--as", "markdown"]);
    assert_eq!(bench.read("reference/index.md"), "# Modules\n\n- [index](index-module.md)\n");
    assert!(bench.read("reference/index-module.md").contains("### flow f\n"));
}

#[test]
fn a_program_with_errors_has_no_pages() {
    let bench = Bench::new(&[("a.flow", "flow f() -> int { \"\" }\n")]);
    let ended = bench.flowc(["doc"]);
    assert_eq!((ended.code, ended.err.as_str()), (1, "flowc: there are no pages of programs with errors\n"));
    assert!(ended.out.contains("E0301"), "{}", ended.out);
    assert!(!bench.directory.path().join("reference").exists());
    bench.flowc(["doc", "nowhere"]).refused("flowc: there is no file or directory `nowhere`\n");
}
