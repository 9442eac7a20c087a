//! Branches that run at once and meet in a file.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

/// Whom the flows of these tests call.
const WORKERS: &str = r#"
agent md(x: string) -> output("out/*.md") { prompt: x, timeout: 1m }
agent txt(x: string) -> output("out/*.txt") { prompt: x, timeout: 1m }
agent apart(x: string) -> output("out/*.md") { prompt: x, timeout: 1m, workspace: worktree }
agent fixer(x: string) { prompt: x, timeout: 1m, sandbox: workspace_write }
agent looker(x: string) { prompt: x, timeout: 1m, sandbox: workspace_write, tools: [read, grep] }
agent talker(x: string) { prompt: x, timeout: 1m }
agent judge(x: file("out/*.md")) -> bool { prompt: "${x}", timeout: 1m }
type Pair = Pair(name: string, made: [output("out/*.md")]) | Nothing
agent nested(x: string) -> Pair { prompt: x, timeout: 1m }
command render(x: string) -> output("out/*.html") { run: ["render", x], timeout: 1m }
command build() -> Exec { run: ["make"], timeout: 1m }
flow page(x: string) { write("out/${x}.md", x) }
flow fixed() { write("out/index.md", "x") }
flow inner() { md("x") }
"#;

/// What is said of a flow with this body, a line each; the path on which branches meet in brackets.
fn races(body: &str) -> Vec<String> {
    let text = format!(
        "flow f(xs: [string], made: file(\"out/*.md\"), mine: [file(\"src/**\")]) {{\n{body}\n}}{WORKERS}"
    );
    let report = support::project(&text).report();
    let wrong: Vec<&str> =
        report.lines().filter(|line| line.contains("`: E") && !line.contains("E0516")).collect();
    assert!(wrong.is_empty(), "{report}");
    let found = report.lines().filter(|line| line.contains("E0516"));
    found.map(|line| line.rsplit("such as ").next().unwrap().split(" (").next().unwrap().to_owned()).collect()
}

/// Tests, one a line: a sentence as the name, a body, and where its branches meet.
macro_rules! races {
    ($($name:ident: $text:expr => $expected:expr;)*) => {
        $(#[test]
        fn $name() {
            let expected: &[&str] = &$expected;
            assert_eq!(races($text), expected);
        })*
    };
}

races! {
    two_agents_that_write_the_same_pattern: "parallel { a: md(\"x\"), b: md(\"y\") }" => ["`out/a.md`"];
    two_agents_that_write_different_patterns: "parallel { a: md(\"x\"), b: txt(\"y\") }" => [];
    a_process_and_what_follows: "let p = spawn md(\"x\")\nmd(\"y\")\njoin(p)" => ["`out/a.md`"];
    a_process_that_was_joined: "let p = spawn md(\"x\")\njoin(p)\nmd(\"y\")" => [];
    a_process_that_was_cancelled: "let p = spawn md(\"x\")\ncancel(p)\nwrite(\"out/a.md\", \"\")" => [];
    two_processes: "let p = spawn md(\"x\")\nlet q = spawn md(\"y\")\njoin(p)\njoin(q)" => ["`out/a.md`"];
    two_processes_one_behind_the_other: "let p = spawn md(\"x\")\njoin(p)\nlet q = spawn md(\"y\")\njoin(q)" => [];
    two_processes_of_different_files: "let p = spawn md(\"x\")\nlet q = spawn txt(\"y\")\njoin(p)\njoin(q)" => [];
    a_process_in_a_worktree: "let p = spawn md(\"x\") with { workspace: worktree }\nmd(\"y\")\njoin(p)" => [];
    a_process_that_is_joined_on_one_way_only: "let p = spawn md(\"x\")\nif xs.is_empty() { join(p) }\nmd(\"y\")" => ["`out/a.md`"];
    a_process_that_is_joined_on_every_way: "let p = spawn md(\"x\")\nif xs.is_empty() { join(p) } else { cancel(p) }\nmd(\"y\")" => [];
    a_way_that_leaves_need_not_join: "let p = spawn md(\"x\")\nif xs.is_empty() { return } else { join(p) }\nmd(\"y\")" => [];
    a_process_whose_failure_is_caught: "let p = spawn md(\"x\")\njoin(p) catch e { log(e.message) }\nmd(\"y\")" => [];
    a_process_that_runs_a_flow: "let p = spawn page(\"x\")\nlet q = spawn inner()\njoin(p)\njoin(q)" => ["`out/a.md`"];
    a_reader_beside_a_process: "let p = spawn md(\"x\")\nlet ok = judge(made)\njoin(p)\nlog(\"${ok}\")" => ["`out/a.md`"];
    a_process_of_each_round: "let ps = for x in xs { spawn md(x) }\nfor p in ps { join(p) }" => ["`out/a.md`"];
    a_program_of_each_round_is_handed_different_things: "let ps = for x in xs { spawn render(x) }\nfor p in ps { join(p) }" => [];
    processes_of_a_list_that_are_all_joined: "let ps = for x in xs { spawn render(x) }\nfor p in ps { join(p) }\nrender(\"y\")" => [];
    processes_of_a_list_that_nobody_joins: "let ps = for x in xs { spawn render(x) }\nrender(\"y\")\nlog(\"${ps.len()}\")" => ["`out/a.html`"];
    a_process_that_is_joined_in_its_round: "for x in xs {\n  let p = spawn md(x)\n  join(p)\n}" => [];
    a_process_whose_events_have_ended: "let p = spawn inner()\nfor e in events(p) { log(\"${e is Failed}\") }\nmd(\"y\")" => [];
    a_process_that_is_joined_by_a_branch: "let p = spawn md(\"x\")\nparallel { a: join(p), b: sleep(1s) }\nmd(\"y\")" => [];
    a_process_beside_a_branch: "let p = spawn md(\"x\")\nparallel { a: join(p), b: md(\"y\") }" => ["`out/a.md`"];
    a_loop_that_is_left_behind_a_join: "let p = spawn md(\"x\")\nloop max 3 {\n  join(p)\n  break\n}\nmd(\"y\")" => [];
    a_loop_that_is_left_before_a_join: "let p = spawn md(\"x\")\nloop max 3 {\n  if xs.is_empty() { break }\n  join(p)\n}\nmd(\"y\")" => ["`out/a.md`"];
    a_process_under_another_name: "let p = spawn md(\"x\")\nlet q = p\njoin(q)\nmd(\"y\")" => [];
    a_process_that_runs_on_in_a_stage: "let p = spawn md(\"x\")\nhandoff one()\nstage one() {\n  md(\"y\")\n  join(p)\n  return\n}" => ["`out/a.md`"];
    a_process_that_ended_before_a_stage: "let p = spawn md(\"x\")\njoin(p)\nhandoff one()\nstage one() {\n  md(\"y\")\n  return\n}" => [];
    one_after_the_other_is_no_race: "md(\"x\")\nmd(\"y\")" => [];
    a_worktree_of_the_call: "parallel { a: md(\"x\"), b: md(\"y\") with { workspace: worktree } }" => [];
    a_worktree_of_the_declaration: "parallel { a: md(\"x\"), b: apart(\"y\") }" => [];
    an_output_deep_in_a_result: "parallel { a: nested(\"x\"), b: md(\"y\") }" => ["`out/a.md`"];
    one_reads_what_the_other_writes: "parallel { a: judge(made), b: md(\"y\") }" => ["`out/a.md`"];
    two_that_only_read: "parallel { a: judge(made), b: judge(made) }" => [];
    a_write_and_a_pattern: "parallel { a: write(\"out/x.md\", \"\"), b: md(\"y\") }" => ["`out/x.md`"];
    two_writes_of_one_path: "parallel { a: write(\"x\", \"1\"), b: write(\"x\", \"2\") }" => ["`x`"];
    two_writes_of_two_paths: "parallel { a: write(\"x\", \"1\"), b: write(\"y\", \"2\") }" => [];
    a_path_in_a_variable: "let path = \"out/x.md\"\nparallel { a: write(path, \"1\"), b: write(\"out/${\"x\"}.md\", \"2\") }" => ["`out/x.md`"];
    a_look_at_what_the_other_writes: "parallel { a: glob(\"out/*\"), b: write(\"out/x\", \"2\") }" => ["`out/x`"];
    waiting_for_a_file_is_how_branches_meet: "parallel { a: wait_for(\"out/x\", timeout: 1m), b: write(\"out/x\", \"2\") }" => [];
    an_agent_that_may_write_anything: "parallel { a: fixer(\"x\"), b: write(\"notes.txt\", \"2\") }" => ["`notes.txt`"];
    an_agent_that_may_write_and_has_no_pen: "parallel { a: looker(\"x\"), b: write(\"notes.txt\", \"2\") }" => [];
    an_agent_that_says_nothing_is_trusted: "parallel { a: talker(\"x\"), b: write(\"notes.txt\", \"2\") }" => [];
    a_program_that_says_nothing_is_trusted: "parallel { a: build(), b: write(\"notes.txt\", \"2\") }" => [];
    the_arms_of_a_race: "race {\n  x = md(\"x\") => x\n  y = md(\"y\") => y\n}" => ["`out/a.md`"];
    what_follows_a_victory_runs_alone: "race {\n  _ = talker(\"x\") => md(\"1\")\n  _ = sleep(1m) => md(\"2\")\n}" => [];
    rounds_of_an_agent_that_names_its_files: "parallel for x in xs { md(x) }" => ["`out/a.md`"];
    rounds_in_worktrees: "parallel for x in xs { md(x) with { workspace: worktree } }" => [];
    rounds_that_write_by_their_element: "parallel for x in xs { write(\"out/${x}.md\", x) }" => [];
    rounds_that_write_by_what_is_made_of_their_element: "parallel for x in xs {\n  let name = x.trim()\n  write(\"out/${name}.md\", x)\n}" => [];
    rounds_that_write_one_path: "parallel for x in xs { write(\"out/all.md\", x) }" => ["`out/all.md`"];
    rounds_of_a_program_with_their_element: "parallel for x in xs { render(x) }" => [];
    rounds_of_a_program_without_their_element: "parallel for _ in xs { render(\"x\") }" => ["`out/a.html`"];
    rounds_in_rounds_differ_by_both: "parallel for x in xs { parallel for y in xs { write(\"out/${x}${y}\", \"\") } }" => [];
    rounds_in_rounds_that_differ_by_the_outer_only: "parallel for x in xs { parallel for _ in xs { write(\"out/${x}\", \"\") } }" => ["`out/a`"];
    a_round_that_looks_at_what_all_write: "parallel for x in xs {\n  write(\"out/${x}.md\", x)\n  glob(\"out/*.md\")\n}" => ["`out/a.md`"];
    a_plain_loop_has_no_races: "for x in xs { md(x) }" => [];
    a_flow_that_writes_by_what_it_is_given: "parallel for x in xs { page(x) }" => [];
    a_flow_that_writes_one_path: "parallel for _ in xs { fixed() }" => ["`out/index.md`"];
    a_flow_whose_agent_names_its_files: "parallel { a: inner(), b: md(\"x\") }" => ["`out/a.md`"];
    files_that_are_handed_over_and_only_read: "parallel for path in mine { log(\"${path}\") }" => [];
}

reports! {
    two_places_and_a_path: "agent a() -> output(\"docs/*.md\") { prompt: \"x\", timeout: 1m }\nflow f() {\n  parallel {\n    one: a(),\n    two: write(\"docs/index.md\", \"x\"),\n  }\n}";
    rounds_meet_themselves: "agent a(x: string) -> output(\"docs/*.md\") { prompt: x, timeout: 1m }\nflow f(xs: [string]) { parallel for x in xs { a(x) } }";
    a_reader_is_told_second: "agent a(x: string) -> output(\"docs/*.md\") { prompt: x, timeout: 1m }\nflow f(x: file(\"docs/**\")) { parallel { one: read(x), two: a(\"x\") with { timeout: 2m } } }";
}
