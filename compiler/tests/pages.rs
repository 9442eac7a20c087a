//! Every page of explanation is right: its bad example gives its code and no other, its mended one gives nothing.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may read the repository")]

mod support;

use flow_compiler::diagnostics::codes;
use flow_compiler::lints::{self, Level};
use std::collections::BTreeSet;
use std::fs;

/// Pages of what no example on a page can show: limits, and files that are not Flow.
const WITHOUT_EXAMPLE: [&str; 9] =
    ["E0030", "E0031", "E0032", "E0036", "E0601", "E0602", "E0610", "E0611", "E0612"];

struct Page {
    code: &'static str,
    bad: Vec<String>,
    good: Vec<String>,
}

fn pages() -> Vec<Page> {
    codes::all()
        .map(|page| Page {
            code: page.code,
            bad: blocks(page.page, "```flow,error\n"),
            good: blocks(page.page, "```flow\n"),
        })
        .collect()
}

fn blocks(page: &str, fence: &str) -> Vec<String> {
    page.split(fence).skip(1).map(|rest| rest.split("```\n").next().unwrap().to_owned()).collect()
}

/// What is found of an example, with the lint of its page on.
fn report(code: &str, example: &str) -> String {
    let project = match lints::find(code) {
        Ok(lint) if lint.level == Level::Allow => {
            let levels = format!("[lint]\n{} = \"warn\"\n", lint.name);
            support::Project::new(&[("flow.toml", &levels), ("main.flow", example)])
        }
        _ => support::project(example),
    };
    format!("{}{}", project.report(), project.notes())
}

/// The codes in a report, whose findings begin `place: CODE: message`.
fn codes_of(report: &str) -> BTreeSet<&str> {
    let findings = report.lines().filter(|line| !line.starts_with(' '));
    findings.map(|line| line.split("`: ").nth(1).unwrap_or(line).split(':').next().unwrap()).collect()
}

#[test]
fn every_bad_example_gives_the_code_of_its_page_and_no_other() {
    let wrong: Vec<String> = pages()
        .iter()
        .flat_map(|page| page.bad.iter().map(move |example| (page, report(page.code, example))))
        .filter(|(page, report)| codes_of(report) != BTreeSet::from([page.code]))
        .map(|(page, report)| format!("{}:\n{report}", page.code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_wrong_with_a_mended_example() {
    let wrong: Vec<String> = pages()
        .iter()
        .flat_map(|page| page.good.iter().map(move |example| (page, report(page.code, example))))
        .filter(|(_, report)| !report.is_empty())
        .map(|(page, report)| format!("{}:\n{report}", page.code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_shows_a_bad_example_and_a_mended_one() {
    for page in pages() {
        let shows = !page.bad.is_empty() && !page.good.is_empty();
        assert_eq!(shows, !WITHOUT_EXAMPLE.contains(&page.code), "{}", page.code);
    }
}

/// The index beside the pages. `FLOW_UPDATE=1` writes it anew.
#[test]
fn the_index_of_the_pages_is_fresh() {
    let mut index = String::from(
        "# What the compiler may say\n\nEach code has a page: what it means, why, and how to mend it. \
         `flowc explain CODE` prints it.\n",
    );
    let mut phase = "";
    for page in codes::all() {
        let next = phase_of(page.code);
        if next != phase {
            phase = next;
            index.push_str(&format!("\n## {phase}\n\n"));
        }
        index.push_str(&format!("- [{0}]({0}.md): {1}\n", page.code, page.title));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors/README.md");
    if std::env::var_os("FLOW_UPDATE").is_some() {
        fs::write(path, &index).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), index, "run the test again with FLOW_UPDATE=1");
}

fn phase_of(code: &str) -> &'static str {
    match &code[..3] {
        "E00" => "Text and syntax",
        "E01" => "Imports and names",
        "E02" => "Declarations, types and settings",
        "E03" => "Expressions and calls",
        "E04" => "Patterns",
        "E05" => "Loops, stages and handoffs",
        "E06" => "Files and the project",
        "E08" => "Tests",
        "N05" => "Notes: loops, stages and handoffs",
        "W01" => "Warnings: never used, never reached",
        "W02" => "Warnings: declarations",
        "W03" => "Warnings: expressions",
        "W05" => "Warnings: loops, stages and handoffs",
        "W08" => "Warnings: tests",
        other => other.to_owned().leak(),
    }
}
