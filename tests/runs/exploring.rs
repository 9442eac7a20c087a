//! `flow explore`: where the routes of a flow end, and that the tests which it writes go there.

use std::fs;

use flow_tests::repository;
use serde_json::Value;

use crate::project::Project;

const FLOW: &str = r#"/// How it went.
type Verdict = Accept | Revise(why: string, score: int) | Refuse

agent critic(poem: string) -> Verdict {
  prompt: poem
  timeout: 1m
}

human publish(poem: string) -> bool {
  ask: "Publish ${poem}?"
}

command words(poem: string) -> [string] {
  run: ["words", poem]
}

flow judged(poem: string, strict: bool = false) -> string {
  handoff judge(poem)

  stage judge(text: string) max 3 {
    match critic(text) {
      Accept => handoff ask(text)
      Revise(why, score) if score >= 7 => handoff judge(text + why)
      Revise => blocked "the score is too low"
      Refuse => {
        if strict {
          fail "refused"
        }
        return "refused"
      }
    }
  }

  stage ask(text: string) {
    let all = words(text)
    if publish(text) {
      return all[0]
    }
    return text
  }
}
"#;

/// The objects that it prints: those of ends, and the summary.
fn told(project: &Project, args: &[&str], code: i32) -> (Vec<Value>, Value) {
    let said = project.flow(&[&["explore", "main.flow", "--json"], args].concat());
    let mut lines: Vec<Value> =
        said.ends(code).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap();
    (lines, summary)
}

#[test]
fn every_end_of_a_flow_is_told_with_its_place_and_one_that_breaks_ends_it_with_1() {
    let project = Project::with(FLOW);
    let (ends, summary) = told(&project, &[], 1);
    let ends: Vec<(&str, &str)> =
        ends.iter().map(|end| (end["kind"].as_str().unwrap(), end["message"].as_str().unwrap())).collect();
    assert_eq!(
        ends,
        [
            ("succeeds", "succeeds"),
            // Once more, for a way that is not on the shortest route.
            ("succeeds", "succeeds"),
            ("blocked", "blocked: the score is too low"),
            ("fails", "fails: refused"),
            (
                "fails",
                "fails with StageExhausted: the stage `judge` was entered 3 times, which is all that it may be"
            ),
            ("call_fails", "fails because `critic` does"),
            ("call_fails", "fails because `words` does"),
            ("call_fails", "fails because `publish` does"),
            ("breaks", "fails with IndexOutOfRange: index 0 is out of range of an empty list"),
        ]
    );
    assert_eq!((&summary["left"], &summary["untaken"]), (&0.into(), &Value::Array(Vec::new())), "{summary}");

    let said = project.flow(&["explore", "main.flow"]);
    said.ends(1);
    for part in [
        "- succeeds (main.flow:36:5): 3 routes\n",
        "- blocked: the score is too low (main.flow:24:17): 3 routes\n",
        "! fails with IndexOutOfRange",
        "test \"explored: blocked: the score is too low\" {\n  stub critic = [Revise(why: \"why\", score: 1)]\n",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert!(!project.path("runs").exists(), "nothing ran");
}

#[test]
fn the_tests_that_it_adds_pass_are_formatted_and_are_added_once() {
    let project = Project::with(FLOW);
    let said = project.flow(&["explore", "main.flow", "--write", "main.flow", "--quiet"]);
    said.ends(1).tells(&["added 9 tests to main.flow"]);
    project.flow(&["explore", "main.flow", "--write", "main.flow"]).ends(1).tells(&["added 0 tests"]);
    let tested = project.flow(&["test", "--coverage"]);
    tested.ends(0);
    assert!(tested.out.contains("9 passed") && tested.out.contains("coverage: 100.0 %"), "{}", tested.out);
    let text = project.read("main.flow");
    assert_eq!(flow_grammar::format::format(&text).text, text);
}

#[test]
fn an_input_is_held_to_one_value_and_what_no_route_takes_then_is_told() {
    let project = Project::with(FLOW);
    let (ends, summary) = told(&project, &["judged", "-i", "strict=false", "-i", "poem=tide"], 1);
    assert!(ends.iter().all(|end| end["message"] != "fails: refused"), "{ends:?}");
    let untaken = summary["untaken"].as_array().unwrap();
    assert_eq!(untaken.len(), 1, "{untaken:?}");
    assert_eq!((&untaken[0]["kind"], &untaken[0]["place"]["line"]), (&"branch".into(), &27.into()));
    project.flow(&["explore", "main.flow", "-i", "poet=x"]).ends(2);
    project.flow(&["explore", "main.flow", "-i", "strict=perhaps"]).ends(2);
}

#[test]
fn a_flow_that_waits_for_ever_is_stuck_and_one_that_is_not_followed_says_so() {
    let project = Project::with("flow main() -> file { wait_for(\"never.txt\") }\n");
    let (ends, _) = told(&project, &[], 1);
    assert_eq!((&ends[0]["kind"], ends.len()), (&"stuck".into(), 1));

    let project = Project::with(
        "agent a() -> bool { prompt: \"Go.\", timeout: 1m }\nflow main() { loop max 1000 { if a() { break } } }\n",
    );
    let said = project.flow(&["explore", "main.flow", "--max-runs", "10", "--max-answers", "3", "-q"]);
    said.ends(0);
    assert!(said.out.contains("not followed to the end: it asks for more than 3 answers"), "{}", said.out);

    project.write("main.flow", "flow main( {\n");
    project.flow(&["explore", "main.flow"]).ends(2).tells(&["does not check"]);
}

#[test]
fn a_race_is_won_by_the_call_and_by_the_timer() {
    let project = Project::with(
        "agent a() -> bool { prompt: \"Go.\", timeout: 1h }\nflow main() -> string {\n  race {\n    \
         _ = asked() => \"answered\"\n    _ = sleep(1m) => \"late\"\n  }\n}\nflow asked() -> bool { a() }\n",
    );
    let (ends, summary) = told(&project, &[], 0);
    let late = "stub a = [after(2m, true)]\n  expect main() == \"late\"\n";
    assert!(ends.iter().any(|end| end["test"].as_str().unwrap().contains(late)), "{ends:?}");
    assert_eq!((&summary["untaken"], &summary["left_out"]), (&serde_json::json!([]), &serde_json::json!([])));
    project.flow(&["explore", "main.flow", "--write", "main.flow"]).ends(0);
    project.flow(&["test", "main.flow"]).ends(0);

    // One that may not take as long never is too late for the timer.
    let project = Project::with(
        "agent a() -> bool { prompt: \"Go.\", timeout: 1m }\nflow main() -> string {\n  race {\n    \
         _ = a() => \"answered\"\n    _ = sleep(1h) => \"late\"\n  }\n}\n",
    );
    let (ends, summary) = told(&project, &[], 0);
    assert!(
        ends.iter().any(|end| end["message"].as_str().unwrap().contains("did not answer within 1m")),
        "{ends:?}"
    );
    assert_eq!(summary["untaken"][0]["place"]["line"], 5, "{summary}");

    // Of two calls each is the first.
    let project = Project::with(
        "human a() -> int { ask: \"A?\" }\nhuman b() -> int { ask: \"B?\" }\nflow main() -> string {\n  race {\n    \
         _ = a() => \"a\"\n    _ = b() => \"b\"\n  }\n}\n",
    );
    let (_, summary) = told(&project, &[], 0);
    assert_eq!(summary["untaken"], serde_json::json!([]), "{summary}");
    project.flow(&["explore", "main.flow", "--write", "main.flow"]).ends(0);
    project.flow(&["test", "main.flow"]).ends(0);
}

#[test]
fn a_process_is_not_followed_and_that_is_said_with_its_place() {
    let project = Project::with(
        "command c() -> int { run: [\"c\"], timeout: 1m }\nflow main() -> int {\n  let p = spawn c()\n  join(p)\n}\n",
    );
    let (ends, summary) = told(&project, &[], 0);
    assert_eq!((&ends[0]["kind"], ends.len()), (&"cut".into(), 1));
    assert_eq!(summary["left_out"][0]["place"]["line"], 3, "{summary}");
    let what = "`spawn c` is not carried out yet: routes end there";
    assert_eq!(summary["left_out"][0]["what"], what);
    let said = project.flow(&["explore", "main.flow", "-q"]);
    let shown = format!("not followed:\n  main.flow:3:11: {what}, in `main`\n");
    assert!(said.ends(0).out.ends_with(&shown), "{}", said.out);
}

#[test]
fn an_agent_answers_without_its_tools_and_that_is_said() {
    let tool = "command c() -> int { run: [\"c\"], timeout: 1m }\n/// Counts.\ntool count() -> int { c() }\n";
    let given = |declared: &str, called: &str| {
        Project::with(&format!(
            "{tool}agent a() -> bool {{ prompt: \"Go.\", timeout: 1m{declared} }}\n\
             flow main() -> int {{ if a(){called} {{ 1 }} else {{ 2 }} }}\n"
        ))
    };
    for project in [given(", tools: [count]", ""), given("", " with { tools: [count] }")] {
        let (ends, summary) = told(&project, &[], 0);
        assert_eq!(ends[0]["kind"], "succeeds", "{ends:?}");
        assert_eq!(summary["untaken"], serde_json::json!([]), "{summary}");
        let what = "`count` is a tool: an agent answers at once, without calling it";
        assert_eq!(summary["left_out"][0]["what"], what);
        project.flow(&["explore", "main.flow", "--write", "main.flow"]).ends(0);
        project.flow(&["test", "main.flow"]).ends(0);
    }
}

#[test]
fn what_the_page_about_tests_shows_is_what_is_told() {
    let page = fs::read_to_string(repository().join("docs/testing.md")).unwrap();
    let program = page.split("```flow\n").nth(1).unwrap().split("```").next().unwrap();
    let project = Project::new();
    project.write("poem.flow", program);
    let said = project.flow(&["explore", "poem.flow"]);
    let shown = page.split("$ flow explore poem.flow\n").nth(1).unwrap().split("…").next().unwrap();
    let (mine, theirs) = (said.ends(0).out.split_once(", ").unwrap(), shown.split_once(", ").unwrap());
    assert_eq!(mine.0, theirs.0);
    // But for the time that it took.
    let after = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    assert!(after(mine.1).starts_with(&after(theirs.1)), "{}", said.out);
}

#[test]
fn every_example_is_explored_whole_and_its_tests_pass() {
    for example in ["ci_gate", "poem_loop", "repo_report"] {
        let project = Project::new();
        let from = repository().join("examples").join(example);
        for entry in fs::read_dir(&from).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), project.path(entry.file_name().to_str().unwrap())).unwrap();
            }
        }
        if from.join("prompts").exists() {
            fs::create_dir(project.path("prompts")).unwrap();
            fs::copy(from.join("prompts/writer.md"), project.path("prompts/writer.md")).unwrap();
        }
        let source = format!("{example}.flow");
        let said = project.flow(&["explore", &source, "--json", "--write", &source]);
        let summary: Value = serde_json::from_str(said.ends(0).out.lines().last().unwrap()).unwrap();
        assert_eq!((&summary["left"], &summary["alike"]), (&0.into(), &0.into()), "{summary}");
        // So it stays far below a second.
        assert!(summary["runs"].as_u64().unwrap() < 400, "{summary}");
        project.flow(&["test", &source]).ends(0);
    }
}
