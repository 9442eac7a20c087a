//! `flow test`: what it runs, what it tells, how it ends.

use serde_json::Value;

use crate::project::Project;
use flow_tests::repository;

const FLOW: &str = r#"type Verdict = Accept | Revise(why: string)
agent critic(poem: string) -> Verdict { prompt: poem, timeout: 1m }
human sure(question: string) -> bool { ask: question }

flow judged(poem: string) -> string {
  handoff judge(poem)
  stage judge(text: string) max 3 {
    match critic(text) {
      Accept => return text
      Revise(why) => handoff judge(text + why)
    }
  }
}

flow asked() -> int { if sure("?") { 1 } else { 2 } }
"#;

fn project(tests: &str) -> Project {
    Project::with(&format!("{FLOW}\n{tests}"))
}

const GOOD: &str = r#"test "it is judged again" {
  stub critic = [Revise(why: "!"), Accept]
  expect judged("tide") == "tide!"
}
"#;

#[test]
fn tests_that_pass_are_named_in_their_order_and_nothing_is_left_behind() {
    let project = project(&format!("{GOOD}\ntest \"another\" {{\n  expect 1 + 1 == 2\n}}\n"));
    let said = project.flow(&["test"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.starts_with("main.flow\n  ok   it is judged again\n  ok   another\n\n2 passed in "));
    let left: Vec<_> = std::fs::read_dir(project.root()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["main.flow"]);
}

#[test]
fn a_failed_expectation_shows_the_place_both_values_and_the_calls() {
    let project = project(
        "test \"wrong\" {\n  stub critic = [Revise(why: \"?\"), Accept]\n  expect judged(\"tide\") == \"tide!\"\n}\n",
    );
    let said = project.flow(&["test"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let wanted = r#"FAIL wrong (main.flow:17:6)
  main.flow:19:10: this does not hold
    19 |   expect judged("tide") == "tide!"
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^
    left:  judged("tide") is "tide?"
    right: "tide!"
  calls that were made:
    1. critic(poem: "tide") → Revise(why: "?")
    2. critic(poem: "tide?") → Accept
"#;
    assert!(said.out.contains(wanted), "{}", said.out);
    assert!(said.out.contains("0 passed, 1 failed"), "{}", said.out);
}

#[test]
fn what_a_test_does_not_stub_is_named_however_it_is_reached() {
    let project = project("test \"t\" {\n  let n = asked() catch _ { 3 }\n  expect n == 3\n}\n");
    let said = project.flow(&["test"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("W0802"), "{}", said.err);
    assert!(said.out.contains("the human `sure` was called, which the test does not stub"), "{}", said.out);
    assert!(said.out.contains("add `stub sure = [true]` to the test"), "{}", said.out);
}

#[test]
fn a_program_that_does_not_check_runs_no_test() {
    let project = project("test \"t\" { expect nothing == 1 }\n");
    let said = project.flow(&["test"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("E0106") && said.err.contains("no test ran"), "{}", said.err);
}

#[test]
fn a_filter_chooses_by_name_and_file_and_one_that_fits_nothing_is_told() {
    let project = project(&format!("{GOOD}\ntest \"fails\" {{\n  expect 1 == 2\n}}\n"));
    assert_eq!(project.flow(&["test", "--filter", "judged again"]).code, Some(0));
    assert_eq!(project.flow(&["test", "--filter", "main.flow"]).code, Some(1));
    let said = project.flow(&["test", "--filter", "nowhere"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("no test has `nowhere` in its name or file"), "{}", said.err);
    let listed = project.flow(&["test", "--list"]);
    assert_eq!(listed.out, "main.flow:17:6: it is judged again\nmain.flow:22:6: fails\n");
}

#[test]
fn each_test_has_a_workspace_of_its_own_and_a_failed_one_is_kept_on_demand() {
    let project = project(
        "test \"writes\" {\n  let f = write(\"a.txt\", \"x\")\n  expect read(f) == \"y\"\n}\n\
         test \"finds nothing\" {\n  expect glob(\"**/*\").is_empty() and not exists(\"main.flow\")\n}\n",
    );
    let said = project.flow(&["test", "--keep"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("ok   finds nothing"), "{}", said.out);
    let kept = said.out.lines().find_map(|line| line.split("the workspace is kept: ").nth(1)).unwrap();
    assert_eq!(std::fs::read_to_string(format!("{kept}/a.txt")).unwrap(), "x");
    std::fs::remove_dir_all(std::path::Path::new(kept).parent().unwrap()).unwrap();
}

#[test]
fn the_json_has_a_line_for_each_test_and_one_for_all() {
    let project = project(&format!("{GOOD}\ntest \"fails\" {{\n  expect 1 == 2\n}}\n"));
    let said = project.flow(&["test", "--json", "--coverage"]);
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [good, bad, summary] = lines.as_slice() else { panic!("{}", said.out) };
    assert_eq!(
        (good["name"].as_str(), good["outcome"].as_str()),
        (Some("it is judged again"), Some("passed"))
    );
    assert_eq!(good["calls"][1]["args"], serde_json::json!({ "poem": "tide!" }));
    assert_eq!(bad["finding"]["kind"], "expectation");
    assert_eq!(bad["finding"]["place"]["line"], 23);
    assert_eq!((summary["passed"].as_u64(), summary["failed"].as_u64()), (Some(1), Some(1)));
    assert_eq!(summary["coverage"]["kinds"]["handoffs"], serde_json::json!({ "all": 2, "reached": 2 }));
    assert_eq!(summary["coverage"]["missed"].as_array().map(Vec::len), Some(2));
}

#[test]
fn coverage_tells_what_no_test_reached_by_place() {
    let said = project(GOOD).flow(&["test", "--coverage"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let wanted = "coverage: 71.4 %, 5 of 7\n  100.0 %  1 of 1 stage\n  100.0 %  2 of 2 handoffs\n  \
        100.0 %  2 of 2 arms\n     0.0 %  0 of 2 branches\nno test reached:\n  \
        main.flow:15:38: `if` in `asked`\n  main.flow:15:49: `else` in `asked`\n";
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain(&said.out).contains(&plain(wanted)), "{}", said.out);
}

#[test]
fn the_junit_report_names_every_test_and_why_one_failed() {
    let project = project(&format!("{GOOD}\ntest \"a < b\" {{\n  expect 1 > 2\n}}\n"));
    assert_eq!(project.flow(&["test", "--junit", "report.xml", "--quiet"]).code, Some(1));
    let report = project.read("report.xml");
    assert!(report.starts_with("<?xml version=\"1.0\""), "{report}");
    assert!(report.contains("tests=\"2\" failures=\"1\""), "{report}");
    assert!(report.contains("<testcase name=\"a &lt; b\" classname=\"main.flow\""), "{report}");
    assert!(report.contains("<failure type=\"expectation\" message=\"this does not hold\">"), "{report}");
}

#[test]
fn a_test_that_waits_for_nothing_is_told_and_does_not_hang() {
    let project = project("test \"t\" {\n  sleep(30d)\n  let f = wait_for(\"never.md\")\n  log(f.path)\n}\n");
    let said = project.flow(&["test"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("it waits for something that never happens"), "{}", said.out);
    assert!(said.out.contains("waits for a file that matches `never.md`"), "{}", said.out);
}

#[test]
fn the_tests_of_the_examples_pass_in_less_than_a_second_each() {
    let examples = repository().join("examples").display().to_string();
    let said = Project::new().flow(&["test", &examples, "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tests: Vec<_> = lines.iter().filter(|line| line["event"] == "test").collect();
    for example in ["ci_gate", "poem_loop", "repo_report"] {
        let own: Vec<_> = tests.iter().filter(|it| it["file"].as_str().unwrap().contains(example)).collect();
        assert!(own.len() >= 3, "{example}: {}", said.out);
        assert!(own.iter().all(|it| it["seconds"].as_f64().unwrap() < 1.0), "{example}: {}", said.out);
    }
}

#[test]
fn the_tests_on_the_page_about_tests_pass() {
    let page = std::fs::read_to_string(repository().join("docs/testing.md")).unwrap();
    let program = page.split("```flow\n").nth(1).unwrap().split("```\n").next().unwrap();
    let project = Project::new();
    project.write("poem.flow", program);
    let said = project.flow(&["test"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let shown = page.split("$ flow test poem.flow\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert!(said.out.starts_with(shown), "{}", said.out);
    // The failure on the page is this one.
    project.write("poem.flow", &program.replace("== \"mended: too flat\"", "== \"mended: too long\""));
    let shown = page.split("```text\n").nth(2).unwrap().split("```\n").next().unwrap();
    let said = project.flow(&["test"]);
    assert!(said.out.contains(shown), "{}\n{shown}", said.out);
}
