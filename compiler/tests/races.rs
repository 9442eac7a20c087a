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
command stamp(n: string) -> output("out/stamp.md") { run: ["stamp", n], timeout: 1m }
command train(n: int) -> [int] { run: ["train", n], output: file("metrics.json") }
command measure(name: string, n: int = 1) -> [int] { run: ["measure", name], output: file("out/" + name + "-${n}.json") }
command look(x: file, n: int = 1) -> bool { run: ["look", x, n], output: json }
flow looks(x: file) { read(x) }
flow awaits(pattern: string) -> string { read(wait_for(pattern, timeout: 1m)) }
flow asks(path: string) -> bool { exists(path) }
command build() -> Exec { run: ["make"], timeout: 1m }
flow page(x: string) { write("out/${x}.md", x) }
flow titled(name: string, text: string) { write("out/${name}.md", text) }
flow made_of(name: string, text: string) {
  let short = "a-${name}"
  write("out/${short}.md", text)
}
flow made_short(name: string, text: string) {
  let short = name.trim().lower()
  write("out/${short}.md", text)
}
flow together(a: string, b: string) { write("out/${a}${b}", "") }
@budget(time: 4h)
flow down(n: int) {
  if n > 0 { down(n - 1) }
  write("out/${n}", "")
}
type Shown { bright: bool, name: string }
fn sheet(name: string) -> string { "out/${name}.md" }
fn short(name: string) -> string {
  let begin = name.take(3)
  "out/${begin}.md"
}
/// Notes it.
tool noted(name: string) { write("out/${name}.md", "") }
flow behind(name: string, text: string) { titled(name, text) }
flow by_default(text: string, name: string = "index") { titled(name, text) }
flow rendered(name: string, text: string) {
  log(text)
  render(name)
}
flow found(pattern: string) { glob(pattern) }
type Sheet { file: file, name: string }
flow fixed() { write("out/index.md", "x") }
flow inner() { md("x") }
/// Notes it.
tool note() { fixed() }
agent helped(x: string) { prompt: x, timeout: 1m, tools: [note] }
flow quiet() { txt("x") }
flow ended(p: Process<none, never>) { join(p) }
flow waits(p: Process<inner>) {
  join(p)
  md("y")
}
flow beside(p: Process<inner>) {
  md("y")
  join(p)
}
flow beside_all(ps: [Process<inner>]) {
  for p in ps { join(p) }
  md("y")
}
flow again(p: Process<inner>) { restart(p) }
flow passes_on(p: Process<inner>) { waits(p) }
flow leaves() {
  let p = spawn inner()
  detach(p)
}
flow leaves_and_fails() {
  let p = spawn inner()
  detach(p)
  fail "x"
}
/// Leaves one.
tool leave() { leaves() }
@budget(time: 4h)
flow one_leaves(n: int) { if n > 0 { other_leaves(n - 1) } }
flow other_leaves(n: int) { if n > 0 { one_leaves(n) } else { leaves() } }
flow waits_at_last(p: Process<inner>) {
  defer { join(p) }
  sleep(1s)
}
flow writes_at_last(p: Process<inner>) {
  defer { md("y") }
  join(p)
}
@budget(time: 4h)
flow calls_back(p: Process<inner>, n: int) {
  if n > 0 { calls_back(p, n - 1) }
  md("y")
}
flow board() {
  /// Adds it.
  expose add(x: string) { md(x) }
  sleep(1d)
}
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
    rounds_of_a_program_with_one_result_file: "parallel for n in 1..5 max 2 { train(n) }" => ["`metrics.json`"];
    branches_of_a_program_with_one_result_file: "parallel { a: train(1), b: train(2) }" => ["`metrics.json`"];
    a_result_file_that_the_flow_writes: "parallel { a: train(1), b: write(\"metrics.json\", \"x\") }" => ["`metrics.json`"];
    a_result_file_beside_a_process: "let p = spawn train(1)\ntrain(2)\njoin(p)" => ["`metrics.json`"];
    result_files_with_names_of_their_own: "parallel { a: measure(\"a\"), b: measure(\"b\"), c: measure(\"a\", 2) }" => [];
    result_files_of_the_same_name: "parallel { a: measure(\"a\"), b: measure(\"a\", 1) }" => ["`out/a-1.json`"];
    result_files_of_rounds_with_names_of_their_own: "parallel for x in xs { measure(x) }" => [];
    result_files_of_rounds_that_do_not_hang_on_them: "parallel for n in 1..5 { measure(\"a\") }" => ["`out/a-1.json`"];
    a_result_file_in_a_worktree: "parallel { a: train(1) with { workspace: worktree }, b: train(2) }" => [];
    a_file_that_was_written_is_read: "let d = write(\"a.md\", \"\")\nparallel { a: read(d), b: write(\"a.md\", \"x\") }" => ["`a.md`"];
    a_file_that_was_written_is_handed_to_a_program: "let d = write(\"a.md\", \"\")\nparallel { a: look(d), b: write(\"a.md\", \"x\") }" => ["`a.md`"];
    a_file_that_was_written_is_handed_to_a_flow: "let d = write(\"a.md\", \"\")\nparallel { a: looks(d), b: write(\"a.md\", \"x\") }" => ["`a.md`"];
    a_file_that_was_written_beside_another: "let d = write(\"a.md\", \"\")\nparallel { a: read(d), b: write(\"b.md\", \"x\") }" => [];
    a_file_that_was_found_is_read: "let all = glob(\"a/*.md\")\nparallel {\n  a: for x in all { read(x) }\n  b: write(\"a/x.md\", \"\")\n}" => ["`a/x.md`"];
    a_file_that_was_found_beside_another: "let all = glob(\"a/*.md\")\nparallel {\n  a: for x in all { read(x) }\n  b: write(\"b/x.md\", \"\")\n}" => [];
    a_file_of_a_list_is_read: "let all = glob(\"a/*.md\").take(2) + [write(\"b.md\", \"\")]\nparallel {\n  a: read(all[0])\n  b: write(\"b.md\", \"\")\n}" => ["`b.md`"];
    one_of_two_files_is_read: "let d = if xs.is_empty() { write(\"a.md\", \"\") } else { write(\"b.md\", \"\") }\nparallel { a: read(d), b: write(\"b.md\", \"\") }" => ["`b.md`"];
    a_file_of_a_branch_is_read: "let r = parallel { one: write(\"a.md\", \"\"), two: write(\"b.md\", \"\") }\nlet { one, two } = r\nparallel { a: read(r.two), b: write(\"b.md\", \"\") }\nparallel { a: [read(r.one), read(one)], b: write(two.path, \"\"), c: write(\"c.md\", \"\") }" => ["`b.md`"];
    a_file_whose_written_type_says_less: "let d: file = made\nparallel { a: look(d), b: md(\"x\") }" => ["`out/a.md`"];
    a_file_that_is_not_known_beside_a_name: "let d = write(xs[0], \"\")\nparallel { a: read(d), b: write(\"a.md\", \"\") }" => [];
    a_file_that_is_not_known_beside_any: "let d = write(xs[0], \"\")\nparallel { a: read(d), b: write(d.path, \"\") }" => ["`a`"];
    a_file_that_is_not_known_beside_an_agent_with_a_pen: "let d = write(xs[0], \"\")\nparallel { a: look(d), b: fixer(\"x\") }" => ["`a`"];
    files_of_rounds_that_are_read_and_written: "parallel for x in glob(\"a/*.md\") { write(x.path, read(x)) }" => [];
    a_file_that_each_round_reads_and_one_may_write: "let d = write(\"a/1.md\", \"\")\nparallel for n in 1..3 { if look(d, n) { write(\"a/${n}.md\", \"\") } }" => ["`a/1.md`"];
    a_file_that_each_round_writes_and_reads: "parallel for x in xs {\n  let d = write(\"a/${x}.md\", \"\")\n  look(d)\n}" => [];
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
    a_process_that_runs_a_flow: "let p = spawn page(\"x\")\nlet q = spawn inner()\njoin(p)\njoin(q)" => ["`out/x.md`"];
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
    a_process_that_is_started_anew: "let p = spawn inner()\njoin(p)\nrestart(p)\nmd(\"y\")" => ["`out/a.md`"];
    a_process_that_is_started_anew_and_joined: "let p = spawn inner()\njoin(p)\nrestart(p)\njoin(p)\nmd(\"y\")" => [];
    a_process_that_is_started_anew_on_one_way: "let p = spawn inner()\njoin(p)\nif xs.is_empty() { restart(p) }\nmd(\"y\")" => ["`out/a.md`"];
    a_process_that_is_started_anew_beside_another: "let p = spawn inner()\njoin(p)\nlet q = spawn inner()\nrestart(p)\njoin(q)\njoin(p)" => ["`out/a.md`"];
    another_process_is_started_anew: "let p = spawn inner()\njoin(p)\nlet q = spawn txt(\"x\")\nrestart(q)\nmd(\"y\")\njoin(q)" => [];
    one_branch_starts_anew_beside_the_other: "let p = spawn inner()\njoin(p)\nparallel {\n  a: {\n    restart(p)\n    join(p)\n  }\n  b: md(\"y\")\n}" => ["`out/a.md`"];
    a_process_that_its_events_start_anew: "let p = spawn inner()\nfor e in events(p) {\n  match e {\n    Failed(from) => restart(from)\n    _ => continue\n  }\n}\nmd(\"y\")" => [];
    events_of_one_process_start_no_other_anew: "let q = spawn inner()\njoin(q)\nlet p = spawn txt(\"x\")\nfor e in events(p) {\n  match e {\n    Failed(from) => restart(from)\n    _ => md(\"y\")\n  }\n}" => [];
    events_that_are_left_before_they_end: "let p = spawn inner()\nfor e in events(p) { if e is Failed { break } }\nmd(\"y\")" => ["`out/a.md`"];
    a_step_among_the_events: "let p = spawn inner()\nfor e in events(p) { if e is Failed { md(\"y\") } }" => ["`out/a.md`"];
    processes_of_a_written_list: "let p = spawn inner()\nlet q = spawn txt(\"x\")\nfor one in [p] { join(one) }\nmd(\"y\")\njoin(q)" => [];
    one_of_a_list_is_joined_in_a_loop: "let ps = [spawn inner(), spawn txt(\"x\")]\nfor p in ps {\n  join(p)\n  md(\"y\")\n}" => ["`out/a.md`"];
    a_loop_that_joins_some: "let ps = [spawn inner()]\nfor p in ps { if p.name == \"x\" { join(p) } }\nmd(\"y\")" => ["`out/a.md`"];
    a_loop_that_joins_all_in_two_ways: "let ps = [spawn inner()]\nfor p in ps { if p.name == \"x\" { join(p) } else { cancel(p) } }\nmd(\"y\")" => [];
    a_loop_that_goes_on_before_it_joins: "let ps = [spawn inner()]\nfor p in ps {\n  if p.name == \"x\" { continue }\n  join(p)\n}\nmd(\"y\")" => ["`out/a.md`"];
    two_lists_are_two: "let ps = [spawn inner()]\nlet qs = [spawn txt(\"x\")]\nfor p in ps { join(p) }\nfor q in qs { restart(q) }\nmd(\"y\")\nfor q in qs { join(q) }" => [];
    all_of_a_list_are_started_anew: "let ps = [spawn inner()]\nfor p in ps { join(p) }\nfor p in ps { restart(p) }\nmd(\"y\")\nfor p in ps { join(p) }" => ["`out/a.md`"];
    a_flow_waits_for_what_it_is_handed: "let p = spawn inner()\nended(p)\nmd(\"y\")" => [];
    a_flow_waits_before_it_writes: "let p = spawn inner()\nwaits(p)\nmd(\"z\")" => [];
    a_flow_writes_before_it_waits: "let p = spawn inner()\nbeside(p)" => ["`out/a.md`"];
    a_flow_is_handed_what_has_ended: "let p = spawn inner()\njoin(p)\nbeside(p)" => [];
    a_flow_is_handed_a_list: "let ps = [spawn inner()]\nbeside_all(ps)\nmd(\"z\")" => [];
    a_flow_hands_on_what_it_was_handed: "let p = spawn inner()\npasses_on(p)\nmd(\"z\")" => [];
    a_flow_starts_anew_what_it_is_handed: "let p = spawn inner()\njoin(p)\nagain(p)\nmd(\"z\")" => ["`out/a.md`"];
    a_flow_is_handed_one_and_meets_another: "let p = spawn inner()\nlet q = spawn quiet()\nended(q)\nmd(\"z\")\njoin(p)" => ["`out/a.md`"];
    a_flow_in_a_worktree_starts_anew_what_it_is_handed: "let p = spawn inner()\njoin(p)\nagain(p) with { workspace: worktree }\nmd(\"z\")" => ["`out/a.md`"];
    a_flow_that_calls_itself_is_handed_one: "let p = spawn inner()\ncalls_back(p, 3)\njoin(p)" => ["`out/a.md`"];
    a_process_is_handed_one: "let p = spawn inner()\nlet q = spawn waits(p)\njoin(q)" => [];
    a_process_is_handed_one_and_writes: "let p = spawn inner()\nlet q = spawn beside(p)\njoin(q)" => ["`out/a.md`"];
    a_process_outlives_its_flow: "leaves()\nmd(\"y\")" => ["`out/a.md`"];
    a_process_outlives_the_process_that_spawned_it: "let p = spawn leaves()\njoin(p)\nmd(\"y\")" => ["`out/a.md`"];
    a_process_outlives_a_tool_of_an_agent: "talker(\"x\") with { tools: [leave] }\nmd(\"y\")" => ["`out/a.md`"];
    a_process_outlives_a_tool_of_an_agent_that_is_spawned: "let p = spawn talker(\"x\") with { tools: [leave] }\njoin(p)\nmd(\"y\")" => ["`out/a.md`"];
    a_process_outlives_flows_that_call_one_another: "one_leaves(3)\nmd(\"y\")" => ["`out/a.md`"];
    a_process_outlives_a_flow_that_fails: "let p = spawn txt(\"x\")\nleaves_and_fails() catch _ { md(\"y\") }\njoin(p)" => ["`out/a.md`"];
    what_is_deferred_and_a_process_that_runs_on: "let p = spawn md(\"x\")\ndefer { write(\"out/z.md\", \"\") }\nsleep(1h)\nlog(p.name)" => ["`out/z.md`"];
    what_is_deferred_and_a_process_that_nobody_has_joined_yet: "defer { md(\"y\") }\nlet p = spawn md(\"x\")\njoin(p)" => ["`out/a.md`"];
    what_is_deferred_behind_a_join: "let p = spawn md(\"x\")\njoin(p)\ndefer { md(\"y\") }\nsleep(1h)" => [];
    what_is_deferred_and_a_process_of_other_files: "defer { txt(\"y\") }\nlet p = spawn md(\"x\")\njoin(p)" => [];
    what_is_deferred_cancels_first: "let p = spawn md(\"x\")\ndefer {\n  cancel(p)\n  md(\"y\")\n}\njoin(p)" => [];
    what_is_deferred_last_runs_first: "let p = spawn md(\"x\")\ndefer { md(\"y\") }\ndefer { cancel(p) }\njoin(p)" => [];
    what_is_deferred_first_runs_last: "let p = spawn md(\"x\")\ndefer { cancel(p) }\ndefer { md(\"y\") }\njoin(p)" => ["`out/a.md`"];
    what_is_deferred_on_one_way_only_may_not_run: "let p = spawn md(\"x\")\ndefer { md(\"y\") }\nif xs.is_empty() { defer { cancel(p) } }\njoin(p)" => ["`out/a.md`"];
    what_is_deferred_runs_behind_the_stages: "defer { md(\"y\") }\nhandoff one()\nstage one() {\n  let p = spawn md(\"x\")\n  join(p)\n  return\n}" => ["`out/a.md`"];
    what_is_deferred_begins_a_process: "defer {\n  let p = spawn md(\"x\")\n  write(\"out/z.md\", p.name)\n}\nsleep(1s)" => ["`out/z.md`"];
    a_flow_waits_at_last_for_what_it_is_handed: "let p = spawn inner()\nwaits_at_last(p)\nmd(\"z\")" => [];
    a_flow_writes_at_last_beside_what_it_is_handed: "let p = spawn inner()\nwrites_at_last(p)" => ["`out/a.md`"];
    an_endpoint_and_what_is_deferred: "expose add(x: string) { md(x) }\ndefer { md(\"y\") }\nsleep(1h)" => ["`out/a.md`"];
    a_failure_before_a_join: "let p = spawn inner()\nif xs.is_empty() {\n  log(\"x\")\n  join(p)\n} else { join(p) } catch e { log(e.message) }\nmd(\"y\")" => ["`out/a.md`"];
    a_step_beside_an_endpoint: "expose add(x: string) { md(x) }\nmd(\"y\")" => ["`out/a.md`"];
    a_step_before_an_endpoint: "md(\"y\")\nexpose add(x: string) { md(x) }\nsleep(1h)" => [];
    two_endpoints_are_answered_one_at_a_time: "expose add(x: string) { md(x) }\nexpose drop(x: string) { md(x) }\nsleep(1h)" => [];
    an_endpoint_that_its_flow_calls: "expose add(x: string) { md(x) }\nadd(\"y\")" => [];
    a_process_beside_an_endpoint: "let p = spawn inner()\nexpose add(x: string) { md(x) }\njoin(p)" => ["`out/a.md`"];
    a_process_that_ended_before_an_endpoint: "let p = spawn inner()\njoin(p)\nexpose add(x: string) { md(x) }\nsleep(1h)" => [];
    an_endpoint_spawns: "expose add(x: string) {\n  let p = spawn md(x)\n  log(p.name)\n}\nwrite(\"out/y.md\", \"y\")" => ["`out/a.md`", "`out/y.md`"];
    an_endpoint_spawns_and_joins: "expose add(x: string) {\n  let p = spawn md(x)\n  join(p)\n}\nsleep(1h)" => [];
    an_endpoint_starts_anew: "let p = spawn inner()\nexpose again() { restart(p) }\njoin(p)\nmd(\"y\")" => ["`out/a.md`"];
    an_endpoint_joins_for_nobody_else: "let p = spawn inner()\nexpose wait() { join(p) }\nmd(\"y\")" => ["`out/a.md`"];
    a_process_with_an_endpoint: "let p = spawn board()\np.add(\"x\")\nmd(\"y\")\ncancel(p)" => ["`out/a.md`"];
    a_process_with_an_endpoint_that_ended: "let p = spawn board()\np.add(\"x\")\ncancel(p)\nmd(\"y\")" => [];
    an_agent_with_a_tool_that_writes: "parallel { a: talker(\"x\") with { tools: [note] }, b: fixed() }" => ["`out/index.md`"];
    an_agent_with_a_tool_by_its_declaration: "parallel { a: helped(\"x\"), b: fixed() }" => ["`out/index.md`"];
    an_agent_whose_tool_is_replaced: "parallel { a: helped(\"x\") with { tools: [read] }, b: fixed() }" => [];
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
    one_path_in_three_pieces: "let to = \"out\"\nparallel { a: write(to + \"/../\" + \"x.md\", \"1\"), b: write(\"x.md\", \"2\") }" => ["`x.md`"];
    one_path_in_two_spellings: "parallel { a: write(\"out/q/.././x.md\", \"1\"), b: write(\"out//x.md\", \"2\") }" => ["`out/x.md`"];
    a_look_at_what_the_other_writes: "parallel { a: glob(\"out/*\"), b: write(\"out/x\", \"2\") }" => ["`out/x`"];
    waiting_for_a_file_is_how_branches_meet: "parallel { a: wait_for(\"out/x\", timeout: 1m), b: write(\"out/x\", \"2\") }" => [];
    waiting_for_a_file_and_reading_it: "parallel { a: read(wait_for(\"out/x\", timeout: 1m)), b: write(\"out/x\", \"2\") }" => [];
    waiting_for_a_file_and_reading_it_later: "parallel {\n  a: {\n    let d = wait_for(\"out/*\", timeout: 1m)\n    sleep(1s)\n    look(d)\n  }\n  b: write(\"out/x\", \"2\")\n}" => [];
    waiting_for_a_file_in_a_flow: "parallel { a: awaits(\"out/x\"), b: write(\"out/x\", \"2\") }" => [];
    a_file_that_was_waited_for_before: "let d = wait_for(\"out/x\", timeout: 1m)\nparallel { a: read(d), b: write(\"out/x\", \"2\") }" => ["`out/x`"];
    a_file_that_another_branch_waits_for: "parallel {\n  a: wait_for(\"out/x\", timeout: 1m)\n  b: write(\"out/x\", \"2\")\n  c: for d in glob(\"out/x\") { read(d) }\n}" => ["`out/x`"];
    waiting_for_what_a_process_writes: "let p = spawn fixed()\nlet d = wait_for(\"out/index.md\", timeout: 1m)\nread(d)\njoin(p)" => [];
    a_file_that_was_waited_for_before_a_process: "let d = wait_for(\"out/index.md\", timeout: 1m)\nlet p = spawn fixed()\nread(d)\njoin(p)" => ["`out/index.md`"];
    a_process_that_waits_for_what_its_flow_writes: "let p = spawn awaits(\"out/x\")\nwrite(\"out/x\", \"2\")\njoin(p)" => [];
    asking_for_a_directory_that_the_other_makes: "parallel { a: exists(\"out\"), b: write(\"out/x/y.md\", \"2\") }" => ["`out/x/y.md`"];
    asking_for_a_file_beside_what_the_other_makes: "parallel { a: exists(\"out/x\"), b: write(\"out/y\", \"2\"), c: write(\"out/xy/z\", \"\") }" => [];
    a_flow_that_asks_for_a_directory: "parallel { a: asks(\"out\"), b: asks(\"in\"), c: write(\"out/x\", \"2\") }" => ["`out/x`"];
    rounds_that_ask_for_their_own_directory: "parallel for x in xs { if not exists(\"out/${x}\") { write(\"out/${x}/a.md\", \"\") } }" => [];
    an_agent_that_may_write_anything: "parallel { a: fixer(\"x\"), b: write(\"notes.txt\", \"2\") }" => ["`notes.txt`"];
    an_agent_that_may_write_and_has_no_pen: "parallel { a: looker(\"x\"), b: write(\"notes.txt\", \"2\") }" => [];
    an_agent_that_says_nothing_is_trusted: "parallel { a: talker(\"x\"), b: write(\"notes.txt\", \"2\") }" => [];
    a_program_that_says_nothing_is_trusted: "parallel { a: build(), b: write(\"notes.txt\", \"2\") }" => [];
    the_arms_of_a_race: "race {\n  x = md(\"x\") => x\n  y = md(\"y\") => y\n}" => ["`out/a.md`"];
    what_follows_a_victory_runs_alone: "race {\n  _ = talker(\"x\") => md(\"1\")\n  _ = sleep(1m) => md(\"2\")\n}" => [];
    rounds_of_an_agent_that_names_its_files: "parallel for x in xs { md(x) }" => ["`out/a.md`"];
    rounds_in_worktrees: "parallel for x in xs { md(x) with { workspace: worktree } }" => [];
    rounds_that_write_by_their_element: "parallel for x in xs { write(\"out/${x}.md\", x) }" => [];
    rounds_that_write_by_what_is_made_of_their_element: "parallel for x in xs {\n  let name = \"a-\" + x\n  let path = \"out/${name}.md\"\n  write(path, x)\n}" => [];
    rounds_that_write_by_what_two_elements_may_share: "parallel for x in xs {\n  let name = x.trim()\n  write(\"out/${name}.md\", x)\n}" => ["`out/a.md`"];
    rounds_whose_element_chooses_the_path: "parallel for x in xs { write(if x == \"a\" { \"b\" } else { \"c\" }, x) }" => ["`a`"];
    rounds_whose_element_chooses_what_stands_before_it: "parallel for x in xs { write(if x == \"a\" { \"a-${x}\" } else { x }, x) }" => ["`a`"];
    rounds_that_all_go_one_way: "let flat = xs.is_empty()\nparallel for x in xs { write(if flat { \"a-${x}\" } else { \"b/${x}\" }, x) }" => [];
    rounds_that_fail_on_the_other_way: "parallel for x in xs {\n  let name = if x == \"\" { fail \"x\" } else { x }\n  write(name, x)\n}" => [];
    rounds_that_write_by_what_is_left_of_their_element: "parallel for n in 1..5 { write(\"o${n % 2}\", \"\") }" => ["`oa`"];
    rounds_that_write_by_half_of_their_element: "parallel for n in 1..5 { write(\"o${n / 2}\", \"\") }" => ["`oa`"];
    rounds_that_count_from_one: "parallel for n in 0..5 { write(\"o${n + 1}\", \"\") }" => [];
    rounds_that_write_the_difference_of_their_element_to_itself: "parallel for n in 1..5 { write(\"o${n - n}\", \"\") }" => ["`oa`"];
    rounds_that_write_by_the_length_of_their_element: "parallel for x in xs { write(\"out${x.len()}.md\", x) }" => ["`outa.md`"];
    rounds_that_write_by_what_holds_of_their_element: "parallel for x in xs { write(\"o${x.is_empty()}\", x) }" => ["`oa`"];
    rounds_that_write_by_the_beginning_of_their_element: "parallel for x in xs { write(\"o/${x.take(3)}\", x) }" => ["`o/a`"];
    rounds_that_write_by_a_field_of_their_element: "parallel for x in xs.indexed() { write(\"o/${x.index}.md\", x.value) }" => [];
    rounds_that_take_their_element_apart: "parallel for { index, value } in xs.indexed() { write(\"o/${index}.md\", value) }" => [];
    rounds_that_write_by_a_field_with_few_values: "parallel for s in [Shown(bright: true, name: \"a\"), Shown(bright: false, name: \"b\")] { write(\"o/${s.bright}.md\", s.name) }" => ["`o/a.md`"];
    rounds_that_write_by_a_field_with_many_values: "parallel for s in [Shown(bright: true, name: \"a\"), Shown(bright: false, name: \"b\")] { write(\"o/${s.name}.md\", \"\") }" => [];
    rounds_that_write_by_a_record_that_holds_something_else: "parallel for x in xs {\n  let s = Shown(bright: true, name: x.trim())\n  write(\"o/${s.name}.md\", \"\")\n}" => ["`o/a.md`"];
    rounds_of_a_function_that_holds_their_element: "parallel for x in xs { write(sheet(x), x) }" => [];
    rounds_of_a_function_that_does_not: "parallel for x in xs { write(short(x), x) }" => ["`a`"];
    rounds_that_write_beside_their_files: "parallel for d in glob(\"a/*.md\") { write(\"b/${d.stem}.html\", read(d)) }" => [];
    rounds_that_write_beside_files_of_many_directories: "parallel for d in glob(\"a/**/*.md\") { write(\"b/${d.stem}.html\", read(d)) }" => ["`b/a.html`"];
    rounds_that_write_beside_files_of_many_kinds: "parallel for d in glob(\"a/*\") { write(\"b/${d.stem}.html\", read(d)) }" => ["`b/a.html`"];
    rounds_in_rounds_whose_elements_run_together: "parallel for x in xs { parallel for y in xs { write(\"out/${x}${y}\", \"\") } }" => ["`out/a`"];
    rounds_that_write_what_they_were_told_behind_their_element: "parallel for x in xs {\n  let more = env(x) ?? \"\"\n  write(\"out/${x}${more}\", \"\")\n}" => ["`out/a`"];
    rounds_that_write_their_element_behind_what_all_share: "let before = env(\"X\") ?? \"\"\nparallel for x in xs { write(\"${before}${x}\", \"\") }" => [];
    rounds_over_parts_of_the_outer_element: "parallel for part in [xs, xs] { for x in part { write(\"out/${x}\", \"\") } }" => ["`out/a`"];
    rounds_of_a_program_with_what_two_elements_may_share: "parallel for x in xs { render(x.lower()) }" => ["`out/a.html`"];
    rounds_that_write_what_a_program_made_of_their_element: "parallel for x in xs {\n  let page = render(x)\n  write(page.path, \"\")\n}" => [];
    rounds_of_a_flow_that_runs_two_parameters_together: "parallel for n in 1..5 { together(\"${n}\", \"${n}\") }" => ["`out/a`"];
    rounds_of_a_flow_that_calls_itself: "parallel for n in 1..5 { down(n) }" => ["`out/a`"];
    rounds_of_an_agent_with_a_tool_that_writes_by_what_it_is_given: "parallel for x in xs { talker(x) with { tools: [noted] } }" => ["`out/a.md`"];
    rounds_that_write_one_path: "parallel for x in xs { write(\"out/all.md\", x) }" => ["`out/all.md`"];
    rounds_that_write_their_element_to_one_path: "parallel for x in xs { write(\"out/${xs.len()}.md\", x) }" => ["`out/a.md`"];
    rounds_in_rounds_that_write_the_outer_element: "parallel for x in xs { parallel for y in [\"a\", \"b\"] { write(\"out/${y}.md\", x) } }" => ["`out/a.md`"];
    rounds_of_a_program_with_their_element: "parallel for x in xs { render(x) }" => [];
    rounds_of_a_program_whose_output_has_one_name: "parallel for x in xs { stamp(x) }" => ["`out/stamp.md`"];
    rounds_of_a_program_without_their_element: "parallel for _ in xs { render(\"x\") }" => ["`out/a.html`"];
    rounds_in_rounds_differ_by_both: "parallel for x in xs { parallel for y in xs { write(\"out/${x}/${y}\", \"\") } }" => [];
    rounds_in_rounds_that_differ_by_the_outer_only: "parallel for x in xs { parallel for _ in xs { write(\"out/${x}\", \"\") } }" => ["`out/a`"];
    a_round_that_looks_at_what_all_write: "parallel for x in xs {\n  write(\"out/${x}.md\", x)\n  glob(\"out/*.md\")\n}" => ["`out/a.md`"];
    a_plain_loop_has_no_races: "for x in xs { md(x) }" => [];
    a_flow_that_writes_by_what_it_is_given: "parallel for x in xs { page(x) }" => [];
    a_flow_that_is_given_one_name_in_each_round: "parallel for x in xs { titled(\"same\", x) }" => ["`out/same.md`"];
    a_flow_that_is_given_a_name_of_its_own_in_each_round: "parallel for x in xs { titled(x, \"same\") }" => [];
    a_flow_that_is_given_a_name_that_is_made_of_the_element: "parallel for x in xs {\n  let name = \"b-${x}\"\n  titled(\"a-${name}\", x)\n}" => [];
    a_flow_that_makes_the_name_of_what_it_is_given: "parallel for x in xs { made_of(x, \"y\") }" => [];
    a_flow_that_makes_the_name_of_less_than_it_is_given: "parallel for x in xs { made_short(x, \"y\") }" => ["`out/a.md`"];
    a_flow_that_makes_the_name_of_something_else_that_it_is_given: "parallel for x in xs { made_of(\"y\", x) }" => ["`out/a-y.md`"];
    a_flow_behind_a_flow_that_is_given_one_name: "parallel for x in xs { behind(\"same\", x) }" => ["`out/same.md`"];
    a_flow_behind_a_flow_that_is_given_the_element: "parallel for x in xs { behind(x, \"same\") }" => [];
    a_flow_whose_default_is_the_name: "parallel for x in xs { by_default(x) }" => ["`out/index.md`"];
    a_flow_that_hands_a_program_what_it_is_given: "parallel for x in xs { rendered(\"y\", x) }" => ["`out/a.html`"];
    a_flow_that_hands_a_program_the_element: "parallel for x in xs { rendered(x, \"y\") }" => [];
    a_flow_that_reads_what_each_round_writes: "parallel for x in xs {\n  write(\"out/same.md\", x)\n}\nparallel { a: found(\"out/*.md\"), b: titled(\"same\", \"x\") }" => ["`out/same.md`", "`out/same.md`"];
    flows_that_are_given_different_names: "parallel { a: titled(\"a\", \"x\"), b: titled(\"b\", \"x\") }" => [];
    flows_that_are_given_the_same_name: "parallel { a: titled(\"a\", \"x\"), b: behind(\"a\", \"y\") }" => ["`out/a.md`"];
    processes_of_flows_that_are_given_different_names: "let p = spawn titled(\"a\", \"x\")\ntitled(\"b\", \"x\")\njoin(p)" => [];
    processes_of_a_flow_that_is_given_one_name: "let ps = for x in xs { spawn titled(\"same\", x) }\nfor p in ps { join(p) }" => ["`out/same.md`"];
    a_name_in_a_variable_that_may_be_another_by_then: "parallel for x in xs {\n  var name = x\n  if x == \"a\" { name = \"b\" }\n  titled(name, \"y\")\n}" => ["`out/a.md`"];
    a_file_in_a_variable: "var d = write(\"a.md\", \"\")\nif xs.is_empty() { d = write(\"b.md\", \"\") }\nparallel { a: read(d), b: write(\"a.md\", \"\"), c: write(\"b.md\", \"\"), d: write(\"c.md\", \"\") }" => ["`a.md`", "`b.md`"];
    files_in_a_variable: "var all = [write(\"a.md\", \"\")]\nall += [write(\"b.md\", \"\")]\nparallel { a: read(all[0]), b: write(\"b.md\", \"\"), c: write(\"c.md\", \"\") }" => ["`b.md`"];
    a_file_in_a_record: "let made = Sheet(file: write(\"a.md\", \"\"), name: \"b\")\nparallel { a: read(made.file), b: write(\"a.md\", \"\"), c: write(\"c.md\", \"\") }" => ["`a.md`"];
    a_name_in_a_record: "let made = Sheet(file: write(\"a.md\", \"\"), name: \"b\")\nparallel { a: write(made.name, \"\"), b: write(\"b\", \"\"), c: write(\"c\", \"\") }" => ["`b`"];
    the_path_of_a_file_that_was_written: "let d = write(\"a.md\", \"\")\nparallel { a: write(d.path, \"\"), b: write(\"a.md\", \"\"), c: write(\"c.md\", \"\") }" => ["`a.md`"];
    a_flow_that_writes_one_path: "parallel for _ in xs { fixed() }" => ["`out/index.md`"];
    a_flow_whose_agent_names_its_files: "parallel { a: inner(), b: md(\"x\") }" => ["`out/a.md`"];
    files_that_are_handed_over_and_only_read: "parallel for path in mine { log(\"${path}\") }" => [];
}

reports! {
    two_places_and_a_path: "agent a() -> output(\"docs/*.md\") { prompt: \"x\", timeout: 1m }\nflow f() {\n  parallel {\n    one: a(),\n    two: write(\"docs/index.md\", \"x\"),\n  }\n}";
    rounds_meet_themselves: "agent a(x: string) -> output(\"docs/*.md\") { prompt: x, timeout: 1m }\nflow f(xs: [string]) { parallel for x in xs { a(x) } }";
    a_reader_is_told_second: "agent a(x: string) -> output(\"docs/*.md\") { prompt: x, timeout: 1m }\nflow f(x: file(\"docs/**\")) { parallel { one: read(x), two: a(\"x\") with { timeout: 2m } } }";
}
