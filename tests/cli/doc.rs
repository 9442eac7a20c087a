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

/// The numbers in a text.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|letter: char| !letter.is_ascii_digit() && !"-.".contains(letter))
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// The value of an attribute in a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
    rest.split('"').next().unwrap()
}

/// Points on the way of an arrow: its first curve, and those that follow with a mirrored handle.
fn way(path: &str) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let all = numbers(attribute(path, "d"));
    let mut at: Vec<(f64, f64)> = all.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    let mut next = 4;
    while next <= at.len() {
        let [a, b, c, d] = [at[next - 4], at[next - 3], at[next - 2], at[next - 1]];
        for part in (0..=100).map(|part| f64::from(part) / 100.0) {
            let rest = 1.0 - part;
            let on = |a: f64, b: f64, c: f64, d: f64| {
                a * rest.powi(3)
                    + 3.0 * b * rest.powi(2) * part
                    + 3.0 * c * rest * part.powi(2)
                    + d * part.powi(3)
            };
            out.push((on(a.0, b.0, c.0, d.0), on(a.1, b.1, c.1, d.1)));
        }
        if next < at.len() {
            at.insert(next, (2.0 * d.0 - c.0, 2.0 * d.1 - c.1));
            at.insert(next, d);
        }
        next += 4;
    }
    out
}

#[test]
fn what_an_arrow_is_called_stands_beside_it_and_in_the_picture() {
    let flow = "type Review { good: bool, why: string }\n\
        agent writer(brief: string, last: Review?) -> string { prompt: \"x\" }\n\
        agent critic(text: string) -> Review { prompt: \"x\" }\n\
        flow poem(brief: string) -> string {\n  handoff draft(none)\n\
        \x20 stage draft(last: Review?) max 3 {\n    let text = writer(brief, last)\n    handoff judge(text)\n  }\n\
        \x20 stage judge(text: string) max 9 {\n    let review = critic(text)\n    if review.good { return text }\n\
        \x20   if text == \"\" { handoff judge(text + review.why) }\n    handoff draft(review)\n  }\n}\n";
    let bench = Bench::new(&[("poem.flow", flow)]);
    bench.flowc(["doc"]);
    let page = bench.read("reference/poem.html");
    let (_, picture) = page.split_once("<svg").unwrap();
    let (picture, _) = picture.split_once("</svg>").unwrap();
    let frame = numbers(attribute(picture, "viewBox"));
    let tags: Vec<&str> = picture.split('<').collect();
    let ways: Vec<_> = tags.iter().filter(|tag| tag.starts_with("path ")).map(|tag| way(tag)).collect();
    let labels = tags.iter().filter(|tag| tag.starts_with("text ") && !tag.contains("middle"));
    let mut called = Vec::new();
    for label in labels {
        let (x, y) = (numbers(attribute(label, "x"))[0], numbers(attribute(label, "y"))[0]);
        assert!(
            x >= frame[0] && x <= frame[0] + frame[2] && y >= frame[1] && y <= frame[1] + frame[3],
            "{label}"
        );
        let near =
            |way: &Vec<(f64, f64)>| way.iter().map(|(a, b)| (a - x).hypot(b - y)).fold(f64::MAX, f64::min);
        let (way, near) = ways.iter().map(near).enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert!(near < 8.0, "{label}: {near}");
        called.push(way);
    }
    called.sort_unstable();
    assert!(called.len() >= 7, "{picture}");
    assert!(called.windows(2).all(|pair| pair[0] != pair[1]), "one arrow is called twice: {picture}");
}
