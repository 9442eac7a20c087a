//! Where a running program holds values to the predicates of their types.

use crate::project::Project;

const FLOW: &str = r#"type Score = float where 0.0 <= it and it <= 1.0
type Id = string where it.matches("^[a-z]+$")
type Few = [string] where it.len() <= 2
type Range { from: int, to: int where it < 100 }
type Rising = Range where it.from <= it.to
type Pair<A, B> { first: A, second: B }

fn declared(x: float) -> float {
  let score: Score = x * 2.0
  score
}

fn assigned(x: float) -> float {
  var score: Score = 0.5
  score = x
  score += x
  score
}

fn listed(x: float) -> float {
  var scores: [Score] = [x]
  scores += [x + 0.5]
  scores[0] = x + 0.1
  scores.sum()
}

fn mapped(xs: [float]) -> [float] {
  let scores: [Score] = xs.map(|x| x + 0.5)
  scores
}

fn keyed(key: string) -> int {
  var counts: {Id: int} = [:]
  counts[key] = 1
  counts.len()
}

fn grown(name: string) -> [string] {
  var names: Few = [name]
  names += [name]
  names += [name]
  names
}

fn doubled(names: Few) -> Few {
  let twice: Few = names + names
  twice
}

fn field(to: int) -> Range {
  var range = Range(from: 1, to: 5)
  range.to = to
  range
}

fn around(from: int, more: int) -> Range {
  var range: Rising = Range(from: 1, to: 5)
  range.from = from
  range.to += more
  range
}

fn generic(first: float) -> float {
  let pair: Pair<Score, int> = Pair(first: first, second: 1)
  pair.first
}

// A predicate may compare with values of its own type.
type Risk = Low | Medium | High where it != Low

fn risk(name: string) -> Risk { if name == "low" { Low } else { High } }

// A variable that could not be assigned is as it was.
flow unchanged(to: int) -> int {
  var range: Rising = Range(from: 3, to: 5)
  (if to > 0 { range.to = to }) catch e { log(e.kind) }
  range.to
}
"#;

#[test]
fn a_value_is_held_to_its_type_where_it_is_declared_or_assigned() {
    let score = "this `Score`: expected `0.0 <= it and it <= 1.0`, found";
    let cases = [
        ("declared(1.0)", format!("{score} `2.0`")),
        ("assigned(2.0)", format!("{score} `2.0`")),
        ("assigned(0.75)", format!("{score} `1.5`")),
        ("listed(1.5)", format!("{score} `1.5`")),
        ("listed(0.75)", format!("{score} `1.25`")),
        (
            "mapped([0.25, 0.75])",
            "this `[Score]`: $[1]: expected `0.0 <= it and it <= 1.0`, found `1.25`".into(),
        ),
        ("keyed(\"A\")", "this `Id`: expected `it.matches(\"^[a-z]+$\")`, found the text `\"A\"`".into()),
        ("grown(\"a\")", "this `Few`: expected `it.len() <= 2`, found the list `[\"a\",\"a\",\"a\"]`".into()),
        (
            "doubled([\"a\", \"b\"])",
            "this `Few`: expected `it.len() <= 2`, found the list `[\"a\",\"b\",\"a\",\"b\"]`".into(),
        ),
        ("field(400)", "this `Range`: $.to: expected `it < 100`, found `400`".into()),
        (
            "around(7, 1)",
            "this `Rising`: expected `it.from <= it.to`, found the object `{\"from\":7,\"to\":5}`".into(),
        ),
        ("around(2, 95)", "this `Rising`: $.to: expected `it < 100`, found `100`".into()),
        (
            "generic(2.0)",
            "this `Pair<Score, int>`: $.first: expected `0.0 <= it and it <= 1.0`, found `2.0`".into(),
        ),
    ];
    let cases = cases
        .into_iter()
        .chain([("risk(\"low\")", "this `Risk`: expected `it != Low`, found the text `\"low\"`".into())]);
    let cases: Vec<(&str, String)> = cases.collect();
    let mut text = FLOW.to_owned();
    for (index, (call, message)) in cases.iter().enumerate() {
        let message = message.replace('"', "\\\"").replace('$', "\\$");
        text += &format!("\nflow f{index}() {{ let found = {call}\n  log(\"${{found}}\") }}\n");
        text += &format!("test \"{index}\" {{ expect failure(f{index}()).message == \"{message}\" }}\n");
    }
    let fine = [
        "declared(0.5) == 1.0",
        "assigned(0.5) == 1.0",
        "listed(0.5) == 1.6",
        "keyed(\"a\") == 1",
        "field(99).to == 99",
        "risk(\"high\") == Risk.High",
        "around(2, 94).to == 99",
        "unchanged(99) == 99",
        "unchanged(2) == 5",
        "unchanged(100) == 5",
    ];
    for (index, holds) in fine.iter().enumerate() {
        text += &format!("test \"fine {index}\" {{ expect {holds} }}\n");
    }
    let said = Project::with(&text).flow(&["test"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains(&format!("{} passed", cases.len() + fine.len())), "{}", said.out);
}

#[test]
fn the_failure_points_at_the_value() {
    let project = Project::with(
        "type Score = float where it <= 1.0\nflow f(x: float) -> float {\n  let score: Score = x + 0.5\n  score\n}\n",
    );
    let said = project.flow(&["run", "main.flow", "--input", "x=2.0"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let told = said.out + &said.err;
    assert!(told.contains("main.flow:3:22"), "{told}");
    assert!(told.contains("this `Score`: expected `it <= 1.0`, found `2.5`"), "{told}");
}
