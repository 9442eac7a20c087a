//! Each form of a report, standard input, and what decides the exit code.

use crate::bench::Bench;
use serde_json::Value;

const WRONG: &str = "fn f(count: int) -> int { cuont }\n";
const WARNED: &str = "fn f(x: int) -> int {\n  let y = 2\n  x\n}\n";

fn wrong() -> Bench {
    Bench::new(&[("100%, a:b.flow", WRONG)])
}

#[test]
fn nothing_wrong_is_silence_for_programs_and_a_line_for_people() {
    let bench = Bench::new(&[("a.flow", "fn f() -> int { 1 }\n")]);
    for format in ["short", "json", "github"] {
        let ended = bench.flowc(["check", "--format", format]);
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""), "{format}");
    }
    let ended = bench.flowc(["check", "--format", "rich"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "nothing wrong in 1 file\n"));
    let ended = bench.flowc(["check", "--format", "rich", "--quiet"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
}

#[test]
fn rich_draws_the_source_and_ends_with_the_help() {
    let ended = wrong().flowc(["check", "--format", "rich"]);
    assert_eq!(
        ended.out,
        "error[E0106]: there is nothing named `cuont`
   ╭─[ 100%, a:b.flow:1:27 ]
   │
 1 │ fn f(count: int) -> int { cuont }
   │                           ─────
   │
   │ help: did you mean `count`?
───╯

found 1 error
"
    );
    let coloured = wrong().flowc(["check", "--format", "rich", "--color", "always"]);
    assert!(coloured.out.contains('\u{1b}'));
}

#[test]
fn short_is_what_a_pipe_gets() {
    let ended = wrong().flowc(["check"]);
    ended.found(&["100%, a:b.flow:1:27: error[E0106]: there is nothing named `cuont`"]);
}

#[test]
fn json_has_an_object_a_line_with_places_and_fixes() {
    let ended = wrong().flowc(["check", "--format", "json"]);
    let found: Value = serde_json::from_str(ended.out.trim_end()).unwrap();
    assert_eq!((&found["code"], &found["severity"]), (&"E0106".into(), &"error".into()));
    let label = &found["labels"][0];
    assert_eq!(label["path"], "100%, a:b.flow");
    assert_eq!(label["start"], serde_json::json!({ "line": 1, "column": 27, "offset": 26 }));
    assert_eq!(label["end"], serde_json::json!({ "line": 1, "column": 32, "offset": 31 }));
    assert_eq!(found["fixes"][0]["edits"][0]["text"], "count");
    assert_eq!(ended.code, 1);
}

#[test]
fn sarif_is_one_valid_log_even_of_nothing() {
    let ended = wrong().flowc(["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let (rule, result) = (&run["tool"]["driver"]["rules"][0], &run["results"][0]);
    assert_eq!((&rule["id"], &result["ruleId"]), (&"E0106".into(), &"E0106".into()));
    assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# E0106"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "100%25%2C%20a%3Ab.flow");
    assert_eq!(place["region"]["startColumn"], 27);
    let clean = Bench::new(&[("a.flow", "")]).flowc(["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&clean.out).unwrap();
    assert_eq!((clean.code, &log["runs"][0]["results"]), (0, &serde_json::json!([])));
}

#[test]
fn github_gets_annotations_with_its_own_signs_escaped() {
    let ended = wrong().flowc(["check", "--format", "github"]);
    ended.found(&[
        "::error title=flowc (E0106),file=100%25%2C a%3Ab.flow,line=1,endLine=1,col=27,endColumn=32\
         ::there is nothing named `cuont`%0Ahelp: did you mean `count`?",
    ]);
}

#[test]
fn gitlab_gets_a_list_of_what_code_quality_asks_for() {
    let twice = "fn f() -> int { \"a\" }\nfn g() -> int { \"a\" }\nfn h(x: int) -> int { 1 }\n";
    let read = |text: &str| -> Vec<Value> {
        let ended = Bench::new(&[("sub/a.flow", text)]).flowc(["check", "--format", "gitlab"]);
        serde_json::from_str(&ended.out).unwrap()
    };
    let found = read(twice);
    assert_eq!(found.len(), 3);
    assert_eq!(found[0]["check_name"], "E0301");
    assert_eq!(found[0]["severity"], "critical");
    assert_eq!(found[2]["severity"], "minor");
    assert_eq!(
        found[2]["location"],
        serde_json::json!({ "path": "sub/a.flow", "lines": { "begin": 3, "end": 3 } })
    );
    assert!(found[0]["description"].as_str().unwrap().starts_with("E0301: "));
    let prints = |found: &[Value]| -> Vec<String> {
        found.iter().map(|it| it["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let (before, after) = (prints(&found), prints(&read(&format!("// A line above.\n{twice}"))));
    assert_eq!(before, after, "what only moved is the same finding");
    assert!(before[0] != before[1] && before.iter().all(|it| it.len() == 32), "{before:?}");
    assert_eq!(read("fn f() -> int { 1 }\n"), Vec::<Value>::new());
}

#[test]
fn junit_has_a_case_for_each_finding_and_one_that_passed_without() {
    let bench = Bench::new(&[("a<b>.flow", "fn f(x: [int]) -> string { x }\nfn g(x: int) -> int { 1 }\n")]);
    let ended = bench.flowc(["check", "--format", "junit"]);
    assert_eq!(ended.code, 1);
    assert_eq!(
        ended.out,
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="flowc check" tests="2" failures="2" errors="0">
  <testsuite name="a&lt;b&gt;.flow" tests="2" failures="2" errors="0" skipped="0">
    <testcase name="E0301:1:28" classname="a&lt;b&gt;.flow" file="a&lt;b&gt;.flow" line="1">
      <failure message="`f` returns `string`, not `[int]`" type="error">a&lt;b&gt;.flow:1:28: error[E0301]: `f` returns `string`, not `[int]`</failure>
    </testcase>
    <testcase name="W0102:2:6" classname="a&lt;b&gt;.flow" file="a&lt;b&gt;.flow" line="2">
      <failure message="the parameter `x` is never used" type="warning">a&lt;b&gt;.flow:2:6: warning[W0102]: the parameter `x` is never used
help: remove it, or call it `_x`</failure>
    </testcase>
  </testsuite>
</testsuites>
"#
    );
    let clean = Bench::new(&[("a.flow", "fn f() -> int { 1 }\n")]).flowc(["check", "--format", "junit"]);
    assert_eq!(clean.code, 0);
    assert!(
        clean.out.contains("<testsuites name=\"flowc check\" tests=\"1\" failures=\"0\" errors=\"0\">"),
        "{}",
        clean.out
    );
    assert!(clean.out.contains("<testcase name=\"check\" classname=\"flowc\"/>"), "{}", clean.out);
}

#[test]
fn standard_input_goes_by_the_name_that_it_is_given() {
    let bench = Bench::new(&[("shared.flow", "fn twice(n: int) -> int { n * 2 }\n")]);
    bench.fed(["check", "-"], WRONG).found(&["<stdin>:1:27: error[E0106]: there is nothing named `cuont`"]);
    let text = "import ../shared.{twice}\n\nfn f() -> string { twice(2) }\n";
    let ended = bench.fed(["check", "--stdin-filename", "sub/new.flow", "-"], text);
    assert!(ended.out.starts_with("sub/new.flow:3:20: error[E0301]"), "{}", ended.out);
    let ended = bench.fed(["check", "-"], b"\xff");
    assert_eq!(ended.code, 1);
    assert!(ended.out.starts_with("<stdin>:1:1: error[E0601]"), "{}", ended.out);
}

#[test]
fn warnings_fail_only_where_they_are_to() {
    let bench = Bench::new(&[("a.flow", WARNED)]);
    let ended = bench.flowc(["check"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "a.flow:2:7: warning[W0101]: `y` is never used\n"));
    assert_eq!(bench.flowc(["check", "--deny-warnings"]).code, 1);
    let quiet = bench.flowc(["check", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str()), (0, ""));
}

#[test]
fn paths_are_shown_from_where_one_stands() {
    let bench = Bench::new(&[
        ("flow.toml", "[project]\nname = \"p\"\n"),
        ("flows/a.flow", WRONG),
        ("flows/sub/b.flow", "import ../a.{f}\n\nfn g() -> int { f(1) + missing }\n"),
    ]);
    let ended = bench.flowc(["check", "flows/sub"]);
    ended.found(&["flows/sub/b.flow:3:24: error[E0106]: there is nothing named `missing`"]);
}

#[test]
fn what_git_ignores_is_left_out_of_a_directory_but_not_when_it_is_named() {
    let bench = Bench::new(&[(".gitignore", "gen/\n"), ("gen/a.flow", WRONG), ("b.flow", "")]);
    assert_eq!(bench.flowc(["check"]).code, 0);
    assert_eq!(bench.flowc(["check", "gen/a.flow"]).code, 1);
}
