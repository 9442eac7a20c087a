//! What an edit makes run again, read from the database's own log.

mod support;

use support::Project;

const MAIN: &str = r#"import ./writers.{Draft, compose}

type Poem { draft: Draft, title: string }

fn shout(text: string) -> string {
  text.upper()
}

flow poem(topic: string) -> Poem {
  let draft = compose(topic)
  Poem(draft: draft, title: shout(topic))
}
"#;

const WRITERS: &str = r#"type Draft { text: string }

agent compose(topic: string) -> Draft {
  prompt: "Write about ${topic}."
}

fn unrelated(n: int) -> int {
  n + 1
}
"#;

const ALONE: &str = "fn alone(n: int) -> int { n }\n";

fn project() -> Project {
    let project = Project::new(&[("alone.flow", ALONE), ("main.flow", MAIN), ("writers.flow", WRITERS)]);
    project.ran();
    project
}

#[test]
fn nothing_changed_runs_nothing() {
    let project = project();
    assert_eq!(project.ran(), []);
}

#[test]
fn an_edited_body_checks_that_item_alone() {
    let mut project = project();
    project.edit("writers.flow", "n + 1", "n + 2 + 3");
    let ran = project.ran();
    assert_eq!(count(&ran, "parse_piece"), 1, "{ran:?}");
    assert_eq!(count(&ran, "kept_body"), 1, "{ran:?}");
    assert_eq!(count(&ran, "check_item"), 1, "{ran:?}");
    assert_eq!(count(&ran, "check_alone"), 1, "{ran:?}");
    for unchanged in ["exports", "scope", "type_def_of"] {
        assert_eq!(count(&ran, unchanged), 0, "{ran:?}");
    }
}

#[test]
fn a_comment_on_top_checks_no_item() {
    let mut project = project();
    project.edit("writers.flow", "type Draft", "// a note\n\ntype Draft");
    assert_eq!(
        project.ran(),
        [("check_alone", 1), ("cut", 1), ("items", 1)].map(|(name, n)| (name.to_owned(), n))
    );
}

#[test]
fn a_changed_signature_checks_the_item_and_its_users_alone() {
    let mut project = project();
    project.edit(
        "writers.flow",
        "compose(topic: string)",
        "compose(topic: string, style: string = \"${topic}\")",
    );
    let ran = project.ran();
    assert_eq!(count(&ran, "signature_of"), 1, "{ran:?}");
    assert_eq!(count(&ran, "kept_body"), 2, "the agent and the one flow that calls it: {ran:?}");
    assert_eq!(count(&ran, "check_item"), 2, "{ran:?}");
    assert_eq!(count(&ran, "scope"), 0, "{ran:?}");
}

#[test]
fn a_renamed_import_reaches_only_the_files_that_use_it() {
    let mut project = project();
    project.edit("writers.flow", "fn unrelated", "fn renamed");
    let ran = project.ran();
    // Its own file has another set of names; what the importing file sees of it is as before.
    assert_eq!(count(&ran, "scope"), 1, "{ran:?}");
    assert_eq!(count(&ran, "check_alone"), 1, "{ran:?}");
}

const CALLS: &str = r#"agent a(x: string) -> string { prompt: x, timeout: 5m }

@budget(time: 24h)
flow top(xs: [string]) { middle(xs) }

flow middle(xs: [string]) {
  for x in xs { bottom(x) }
}

flow bottom(x: string) {
  log("a" + x)
  a(x)
}

flow beside(x: string) { a(x) }
"#;

#[test]
fn an_edit_that_no_step_sees_leaves_the_bounds_of_its_callers() {
    let mut project = Project::new(&[("calls.flow", CALLS)]);
    project.ran();
    project.edit("calls.flow", "\"a\" + x", "\"a longer text \" + x");
    let ran = project.ran();
    assert_eq!(count(&ran, "kept_body"), 1, "{ran:?}");
    assert_eq!(count(&ran, "outline"), 1, "{ran:?}");
    assert_eq!(count(&ran, "flow_cost_of"), 1, "what stands around the step has moved: {ran:?}");
    assert!(count(&ran, "reach_of") <= 1, "{ran:?}");
    assert_eq!(count(&ran, "check_item"), 1, "{ran:?}");
}

#[test]
fn an_edit_of_a_bound_reaches_what_reads_it_and_nothing_else() {
    let mut project = Project::new(&[("calls.flow", CALLS)]);
    project.ran();
    project.edit("calls.flow", "  a(x)\n", "  a(x) with { timeout: 1h }\n");
    let ran = project.ran();
    assert_eq!(count(&ran, "kept_body"), 1, "{ran:?}");
    assert_eq!(count(&ran, "outline"), 1, "{ran:?}");
    assert_eq!(count(&ran, "flow_cost_of"), 3, "the flow, its caller, and the caller of that: {ran:?}");
    assert_eq!(count(&ran, "check_item"), 2, "the flow, and the one whose budget it may break: {ran:?}");
}

#[test]
fn bounds_are_found_where_a_budget_is_held_against_them() {
    let project = Project::new(&[("calls.flow", CALLS)]);
    let ran = project.ran();
    assert_eq!(count(&ran, "outline"), 4, "{ran:?}");
    assert_eq!(count(&ran, "flow_cost_of"), 3, "`beside` has no budget, and none calls it: {ran:?}");
}

#[test]
fn an_edited_prompt_checks_the_agents_that_name_it() {
    let mut project = Project::new(&[
        ("a.flow", "agent a(x: string) -> string { prompt: file(\"x.md\") }\nfn f() -> int { 1 }\n"),
        ("b.flow", "fn g() -> int { 2 }\n"),
        ("x.md", "Write about ${x}."),
    ]);
    project.ran();
    project.edit("x.md", "about", "of");
    let ran = project.ran();
    assert_eq!(
        count(&ran, "check_file"),
        0,
        "an agent whose prompt says the same of its holes stays as it is: {ran:?}"
    );
    project.edit("x.md", "${x}", "nothing");
    assert_eq!(count(&project.ran(), "check_alone"), 1);
    assert!(project.report().contains("W0201"), "{}", project.report());
}

#[test]
fn a_new_file_mends_the_import_that_waited_for_it() {
    let mut project = Project::new(&[("a.flow", "import ./b.{B}\ntype A { b: B }\n"), ("c.flow", ALONE)]);
    assert!(project.report().contains("E0101"), "{}", project.report());
    project.add("b.flow", "type B { id: string }\n");
    assert_eq!(project.report(), "");
}

#[test]
fn files_are_checked_side_by_side_with_the_same_result() {
    let files: Vec<(String, String)> = (0..40)
        .map(|n| {
            (
                format!("m{n}.flow"),
                format!("import ./m{}.{{T{}}}\ntype T{n} {{ x: Missing, y: T{}? }}\n", n / 2, n / 2, n / 2),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (side, alone) = (Project::new(&files), Project::new(&files));
    let modules = side.modules();
    let found = flow_compiler::check::check_all(&side.db, &modules);
    assert_eq!(found.iter().map(|(file, _)| *file).collect::<Vec<_>>(), modules);
    assert_eq!(side.report(), alone.report());
    assert!(found.iter().all(|(_, found)| found.iter().any(|found| found.code.0 == "E0105")));
}

fn count(ran: &[(String, usize)], name: &str) -> usize {
    ran.iter().find(|(ran, _)| ran == name).map_or(0, |(_, count)| *count)
}

const POOL: &str = "flow pool() -> int {
  var count = 0
  /// Adds tasks.
  expose add(n: int) -> int {
    count += n
    count
  }
  sleep(1h)
  count
}
";

const USER: &str =
    "import ./pool.{pool}\n\nflow using() -> int {\n  let p = spawn pool()\n  p.add(1) + join(p)\n}\n";

#[test]
fn an_edit_in_a_flow_with_endpoints_checks_those_who_hold_its_process_only_if_an_endpoint_changed() {
    let mut project = Project::new(&[("pool.flow", POOL), ("user.flow", USER)]);
    project.ran();
    project.edit("pool.flow", "var count = 0\n", "var count = 0\n  log(\"begun\")\n");
    assert_eq!(count(&project.ran(), "kept_body"), 1);
    project.edit("pool.flow", "count += n", "count += n + 1");
    assert_eq!(count(&project.ran(), "kept_body"), 1);
    project.edit("pool.flow", "add(n: int)", "add(n: int, twice: bool = false)");
    assert_eq!(count(&project.ran(), "kept_body"), 2);
}
