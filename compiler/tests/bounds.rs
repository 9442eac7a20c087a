//! What flows may use up: at least and at most.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use flow_compiler::analyses::cost::bounds;
use flow_compiler::syntax::items;
use support::{Project, project};

/// Whom the flows of these tests call.
const WORKERS: &str = r#"
agent ask(x: string) -> string { prompt: x, timeout: 10m, cost: $1 }
agent asks(x: string, wait: duration = 5m) -> string { prompt: x, timeout: wait, retry: 2, cost: $1 }
agent act(x: string) { prompt: x, timeout: 10m, cost: $1 }
agent endless(x: string) -> string { prompt: x, turns: 3 }
command run(x: string) -> string { run: ["run", x], timeout: 1m }
command tries(x: string) -> string { run: ["run", x], timeout: 1m, retry: 3 }
command list() -> [string] { run: ["ls"], timeout: 1s }
human sign(x: string) -> bool { ask: x, timeout: 2d }
"#;

/// The bounds of flow `f`, in a line: `turns 1..2, time 0s..10m, cost $0..$1`.
fn of(text: &str) -> String {
    let project = project(&format!("{text}{WORKERS}"));
    let report = project.report();
    assert!(!report.contains("`: E"), "{report}");
    let file = project.file("main.flow");
    let item = items(&project.db, file).iter().find(|item| item.name(&project.db) == "f").unwrap();
    let found = bounds(&project.db, &item.key(&project.db)).unwrap();
    let rows = found.rows.iter().map(|row| {
        let reasons: Vec<&str> = row.reasons.iter().map(|(why, _)| why.as_str()).collect();
        let why =
            if reasons.is_empty() { String::new() } else { format!(" because {}", reasons.join(" and ")) };
        format!("{} {}..{}{why}", row.dimension.name(), row.least_text(), row.most_text())
    });
    rows.collect::<Vec<_>>().join(", ")
}

/// The bounds of a flow of one parameter, `xs`, with this body.
fn body(body: &str) -> String {
    of(&format!("flow f(xs: [string] = [], n: int = 2) {{\n{body}\n}}"))
}

/// Tests, one a line: a sentence as the name, a body, and its bounds.
macro_rules! bounds {
    ($($name:ident: $text:expr => $expected:expr;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(body($text), $expected);
        })*
    };
}

#[test]
fn what_bounds_two_lists_does_not_bound_both_together() {
    let text = "type P = [int] where it.len() <= 2\nflow f(a: P, b: P) { for y in a + b { act(\"${y}\") } }";
    assert_eq!(of(text), "turns 0..4, time 0s..40m, cost $0..$4");
}

bounds! {
    nothing_takes_nothing: "let x = 1\nlog(\"${x}\")" => "turns 0..0, time 0s..0s, cost $0..$0";
    a_process_may_be_cancelled_at_once: "let p = spawn act(\"x\")\ncancel(p)" => "turns 0..1, time 0s..10m, cost $0..$1";
    a_call_of_a_session_is_a_turn: "let s = open act\ns(\"x\")\ns(\"y\") with { timeout: 1m }" => "turns 2..2, time 0s..11m, cost $0..$2";
    an_endpoint_is_called_as_often_as_somebody_likes: "/// Asks.\nexpose more(x: string) {\n  if x == \"\" { return }\n  act(x)\n}\nmore(\"x\")" => "turns 0..calls of more, time 0s..calls of more × 10m, cost $0..calls of more × $1";
    a_restart_has_no_bound: "let p = spawn act(\"x\")\nrestart(p)" => "turns 0..unbounded because `restart` may begin again any number of times, time 0s..unbounded because `restart` may begin again any number of times, cost $0..unbounded because `restart` may begin again any number of times";
    an_agent_is_asked_once_more_for_an_answer_that_does_not_fit: "ask(\"x\")" => "turns 1..2, time 0s..10m, cost $0..$1";
    an_agent_without_a_result_is_asked_once: "act(\"x\")" => "turns 1..1, time 0s..10m, cost $0..$1";
    attempts_include_the_first_and_wait_between: "tries(\"x\")" => "turns 0..0, time 0s..4m 7s, cost $0..$0";
    a_default_of_the_callee_counts: "asks(\"x\")" => "turns 1..9, time 0s..15m 3s, cost $0..$1";
    an_argument_counts: "asks(\"x\", wait: 1m)" => "turns 1..9, time 0s..3m 3s, cost $0..$1";
    an_option_of_the_call_counts: "ask(\"x\") with { timeout: 1m, retry: 1, turns: 5, cost: $0.25 }" => "turns 1..5, time 0s..2m 1s, cost $0..$0.25";
    what_has_no_timeout_is_named: "endless(\"x\")" => "turns 1..3, time 0s..unbounded because `endless` has no `timeout`, cost $0..unknown because `endless` has no `cost`";
    steps_add_up: "ask(\"x\")\nrun(\"y\")\nact(\"z\")" => "turns 2..3, time 0s..21m, cost $0..$2";
    the_dearer_branch_is_the_worst_and_the_other_the_cheapest: "if xs.is_empty() { ask(\"x\") } else { act(\"x\")\n act(\"y\")\n act(\"z\") }" => "turns 1..3, time 0s..30m, cost $0..$3";
    an_if_without_else_may_be_skipped: "if xs.is_empty() { act(\"x\") }" => "turns 0..1, time 0s..10m, cost $0..$1";
    a_match_takes_one_arm: "match n { 1 => act(\"x\"), 2 => run(\"y\"), _ => \"\" }" => "turns 0..1, time 0s..10m, cost $0..$1";
    the_right_side_of_and_may_be_skipped: "if n > 1 and sign(\"x\") { log(\"y\") }" => "turns 0..0, time 0s..2d, cost $0..$0";
    a_loop_may_be_left_in_its_first_round: "loop max 3 {\n  let x = ask(\"x\")\n  if x == \"\" { break x }\n  act(x)\n} else { \"\" }" => "turns 1..9, time 0s..1h, cost $0..$6";
    a_loop_that_never_breaks_runs_to_its_bound: "loop max 3 { act(\"x\") } else { 1 }" => "turns 3..3, time 0s..30m, cost $0..$3";
    what_follows_the_bound_counts: "loop max 2 {\n  if xs.is_empty() { break 1 }\n  act(\"x\")\n} else {\n  act(\"y\")\n  2\n}" => "turns 0..3, time 0s..30m, cost $0..$3";
    a_loop_with_a_parameter_as_bound: "loop max n { act(\"x\") } else { 1 }" => "turns 0..n, time 0s..n × 10m, cost $0..n × $1";
    a_list_of_unknown_length_is_a_symbol: "for x in xs { act(x) }" => "turns 0..len(xs), time 0s..len(xs) × 10m, cost $0..len(xs) × $1";
    a_list_that_is_written_is_known: "for x in [\"a\", \"b\"] { act(x) }" => "turns 2..2, time 0s..20m, cost $0..$2";
    a_range_is_known: "for x in 1..4 { act(\"${x}\") }" => "turns 4..4, time 0s..40m, cost $0..$4";
    a_range_to_a_parameter: "for x in 1..n { act(\"${x}\") }" => "turns 0..n, time 0s..n × 10m, cost $0..n × $1";
    a_range_that_is_empty: "for x in 5..1 { act(\"${x}\") }" => "turns 0..0, time 0s..0s, cost $0..$0";
    a_list_that_is_empty: "for x in xs.take(0) { act(x) }\nparallel for x in xs.take(0) { act(x) }" => "turns 0..0, time 0s..0s, cost $0..$0";
    a_list_that_is_cut_is_bounded: "for x in xs.take(3) { act(x) }" => "turns 0..3, time 0s..30m, cost $0..$3";
    a_list_is_cut_at_a_parameter: "for x in xs.take(n) { act(x) }" => "turns 0..n, time 0s..n × 10m, cost $0..n × $1";
    a_chunk_is_no_longer_than_it_is_cut: "let parts = xs.take(10).chunks(4)\nfor part in parts { for x in part { act(x) } }" => "turns 0..12, time 0s..2h, cost $0..$12";
    chunks_that_are_joined_again: "for x in xs.take(4).chunks(2).flatten() { act(x) }" => "turns 0..4, time 0s..40m, cost $0..$4";
    lists_in_a_list: "for pair in [[\"a\"], [\"b\", \"c\"]] { for x in pair { act(x) } }" => "turns 2..4, time 0s..40m, cost $0..$4";
    a_list_that_is_chosen: "let ys = if n > 1 { [\"a\"] } else { [\"a\", \"b\"] }\nfor y in ys { act(y) }" => "turns 1..2, time 0s..20m, cost $0..$2";
    a_list_that_is_matched: "for y in match n { 1 => [\"a\"], 2 => fail \"no\", _ => [] } { act(y) }" => "turns 0..1, time 0s..10m, cost $0..$1";
    a_list_or_what_stands_for_it: "for y in list().take(2) catch _ { [\"a\", \"b\", \"c\"] } { act(y) }" => "turns 0..3, time 0s..30m 1s, cost $0..$3";
    the_places_of_a_list: "for at in 0..xs.take(3).len() { act(\"${at}\") }" => "turns 1..4, time 0s..40m, cost $0..$4";
    a_list_that_is_cut_is_no_longer_than_it_was: "for x in [\"a\", \"b\"].take(5) { act(x) }" => "turns 2..2, time 0s..20m, cost $0..$2";
    a_condition_says_how_long_a_list_is: "if xs.len() <= 3 { for x in xs { act(x) } }" => "turns 0..3, time 0s..30m, cost $0..$3";
    what_is_not_says_it_too: "if not (xs.len() > 3 or n > 1) { for x in xs { act(x) } }" => "turns 0..3, time 0s..30m, cost $0..$3";
    otherwise_the_contrary_holds: "if xs.len() >= 4 { log(\"x\") } else { for x in xs { act(x) } }" => "turns 0..3, time 0s..30m, cost $0..$3";
    behind_a_requirement_it_holds: "require xs.len() in 1..3, \"x\"\nfor x in xs.sort() { act(x) }" => "turns 1..3, time 0s..30m, cost $0..$3";
    behind_what_leaves_the_contrary_holds: "if xs.len() > 3 { fail \"x\" }\nfor x in xs { act(x) }" => "turns 0..3, time 0s..30m, cost $0..$3";
    behind_what_does_not_leave_nothing_holds: "if xs.len() > 3 { log(\"x\") }\nfor x in xs { act(x) }" => "turns 0..len(xs), time 0s..len(xs) × 10m, cost $0..len(xs) × $1";
    behind_the_block_nothing_holds: "if n > 1 { require xs.len() <= 3, \"x\" }\nfor x in xs { act(x) }" => "turns 0..len(xs), time 0s..len(xs) × 10m, cost $0..len(xs) × $1";
    one_of_two_conditions_says_nothing: "if xs.len() <= 3 or n > 1 { for x in xs { act(x) } }" => "turns 0..len(xs), time 0s..len(xs) × 10m, cost $0..len(xs) × $1";
    a_variable_may_have_changed_since: "var ys = xs\nif ys.len() <= 3 {\n  ys += xs\n  for y in ys { act(y) }\n}" => "turns 0..len(ys), time 0s..len(ys) × 10m, cost $0..len(ys) × $1";
    a_condition_holds_for_no_other_variable: "if xs.len() <= 3 {\n  var ys = [\"a\"]\n  for y in ys { act(y) }\n  log(\"${ys.len()}\")\n}\nvar zs = [\"a\"]\nzs = xs\nfor z in zs { act(z) }" => "turns 0..max(1, len(xs)) + 1, time 0s..max(1, len(xs)) × 10m + 10m, cost $0..max(1, len(xs)) × $1 + $1";
    what_keeps_the_length_keeps_the_symbol: "let ys = xs.sort().map(|x| x.trim())\nfor y in ys { act(y) }" => "turns 0..len(xs), time 0s..len(xs) × 10m, cost $0..len(xs) × $1";
    lists_that_are_joined_add_up: "for x in xs + [\"a\"] { act(x) }" => "turns 1..len(xs) + 1, time 0s..len(xs) × 10m + 10m, cost $0..len(xs) × $1 + $1";
    a_result_is_called_by_its_variable: "let files = list()\nfor x in files { act(x) }" => "turns 0..len(files), time 0s..len(files) × 10m + 1s, cost $0..len(files) × $1";
    chunks_are_fewer: "for part in [1, 2, 3, 4, 5].chunks(2) { act(\"${part}\") }" => "turns 3..3, time 0s..30m, cost $0..$3";
    loops_in_loops_multiply: "for x in xs { for y in 1..2 { act(\"${x}${y}\") } }" => "turns 0..len(xs) × 2, time 0s..len(xs) × 20m, cost $0..len(xs) × $2";
    branches_overlap_in_time_and_add_up_in_turns: "parallel { a: ask(\"x\"), b: run(\"y\"), c: asks(\"z\") }" => "turns 2..11, time 0s..15m 3s, cost $0..$2";
    workers_take_rounds: "parallel for x in 1..9 max 4 { act(\"${x}\") }" => "turns 9..9, time 0s..30m, cost $0..$9";
    without_max_all_run_at_once: "parallel for x in xs { act(x) }" => "turns 0..len(xs), time 0s..10m, cost $0..len(xs) × $1";
    rounds_of_a_list_of_unknown_length: "parallel for x in xs max 4 { act(x) }" => "turns 0..len(xs), time 0s..⌈len(xs) / 4⌉ × 10m, cost $0..len(xs) × $1";
    the_first_to_finish_ends_a_race: "race {\n  x = endless(\"x\") => x\n  _ = sleep(15m) => act(\"y\")\n}" => "turns 0..4, time 0s..25m, cost $0..unknown because `endless` has no `cost`";
    a_failure_may_come_at_the_end: "act(\"x\") catch e { log(e.message)\n act(\"y\") }" => "turns 1..2, time 0s..20m, cost $0..$2";
    what_is_deferred_counts: "defer { act(\"x\") }\nact(\"y\")" => "turns 1..2, time 0s..20m, cost $0..$2";
    what_is_deferred_may_last: "defer { sleep(7d) }\nact(\"y\")" => "turns 1..1, time 0s..7d 1h, cost $0..$1";
    what_is_deferred_may_have_no_end: "defer { wait_for(\"x\") }" => "turns 0..0, time 0s..unbounded because `wait_for` has no timeout, cost $0..$0";
    sleeping_takes_its_time: "sleep(5s)\nsleep(10s)" => "turns 0..0, time 15s..15s, cost $0..$0";
    waiting_without_a_timeout_has_no_end: "wait_for(\"x\")" => "turns 0..0, time 0s..unbounded because `wait_for` has no timeout, cost $0..$0";
    waiting_with_a_timeout_has: "wait_for(\"x\", timeout: 5m)" => "turns 0..0, time 0s..5m, cost $0..$0";
    a_least_is_rounded_down: "sleep(1h + 6s)" => "turns 0..0, time 1h..1h 1m, cost $0..$0";
    a_least_of_days_is_rounded_down: "sleep(7d + 3ms)" => "turns 0..0, time 7d..7d 1h, cost $0..$0";
    a_failure_leads_to_no_result: "if n > 1 { fail \"x\" }\nact(\"y\")" => "turns 1..1, time 0s..10m, cost $0..$1";
}

#[test]
fn a_loop_in_which_nothing_counts_takes_time_without_end() {
    let endless = "turns 0..0, time 0s..unbounded because the loop has no `max`, cost $0..$0";
    assert_eq!(of("@budget(time: 10m)\nflow f() { loop { log(\"x\") } }\n"), endless);
    assert_eq!(of("@budget(time: 10m)\nflow f(n: int) { loop { if n > 1 { break } } }\n"), endless);
    let text = "flow f() { g() }\n@budget(time: 10m)\nflow g() { loop { log(\"x\") } }\n";
    assert_eq!(of(text), "turns 0..0, time 0s..10m, cost $0..$0");
    let text = "@budget(time: 10m)\nflow f(n: int) {\nhandoff a()\nstage a() { if n > 1 { return }\nhandoff a() }\n}\n";
    assert_eq!(
        of(text),
        "turns 0..0, time 0s..unbounded because its stages hand off in a circle without `max`, cost $0..$0"
    );
}

#[test]
fn a_flow_that_is_called_counts_with_its_arguments() {
    let text = "flow f(files: [string]) { part(files, 3)\n part([\"a\"]) }\n\
                flow part(xs: [string], n: int = 2) { for x in xs { loop max n { act(x) } else { 1 } } }\n";
    assert_eq!(
        of(text),
        "turns 0..len(files) × 3 + 2, time 0s..len(files) × 30m + 20m, cost $0..len(files) × $3 + $2"
    );
}

#[test]
fn a_tool_of_the_program_counts_as_often_as_its_agent_calls_it() {
    let text = "flow f() { helped(\"x\") }\n/// Helps.\ntool help(x: string) -> string { ask(x) }\n\
                agent helped(x: string) { prompt: x, timeout: 10m, cost: $1, tools: [help] }\n";
    assert_eq!(of(text), "turns 1..calls of help × 2 + 1, time 0s..10m, cost $0..calls of help × $1 + $1");
    let text = "flow f() { act(\"x\") with { tools: [help] } }\n/// Helps.\ntool help(x: string) -> string { ask(x) }\n";
    assert_eq!(of(text), "turns 1..calls of help × 2 + 1, time 0s..10m, cost $0..calls of help × $1 + $1");
}

#[test]
fn what_a_tool_defers_runs_behind_a_timeout_and_a_budget() {
    let text = "flow f() { part() }\n@budget(turns: 2, time: 5m, cost: $2)\nflow part() { helped(\"x\") }\n\
                agent helped(x: string) { prompt: x, timeout: 10m, cost: $1, tools: [help] }\n\
                /// Helps.\ntool help() { defer { act(\"x\") }\n sleep(1m) }\n";
    assert_eq!(of(text), "turns 1..calls of help + 1, time 0s..15m, cost $0..calls of help × $1 + $1");
    let text = "flow f() { helped(\"x\") with { retry: 1 } }\n\
                agent helped(x: string) { prompt: x, timeout: 10m, cost: $1, tools: [help] }\n\
                /// Helps.\ntool help() { defer { sleep(3m) } }\n";
    assert_eq!(of(text), "turns 1..2, time 0s..26m 1s, cost $0..$1");
}

#[test]
fn the_bound_of_a_stage_may_take_steps_itself() {
    let text = "flow f() {\n  handoff s()\n  stage s() max ask(\"x\").len() { return }\n}\n";
    assert_eq!(of(text), "turns 1..2, time 0s..10m, cost $0..$1");
}

#[test]
fn what_only_a_called_flow_knows_is_called_by_its_name() {
    let text = "flow f() { part() }\nflow part() { let files = list()\n for x in files { act(x) } }\n";
    assert_eq!(
        of(text),
        "turns 0..len(part.files), time 0s..len(part.files) × 10m + 1s, cost $0..len(part.files) × $1"
    );
}

#[test]
fn the_budget_of_a_called_flow_bounds_its_part() {
    let text = "flow f(xs: [string]) { part(xs)\n act(\"y\") }\n\
                @budget(turns: 5, time: 1h)\nflow part(xs: [string]) { for x in xs { act(x) } }\n";
    assert_eq!(of(text), "turns 1..6, time 0s..1h 10m, cost $0..len(xs) × $1 + $1");
}

#[test]
fn a_call_of_a_flow_has_a_timeout_and_attempts() {
    let text =
        "flow f() { part() with { timeout: 15m, retry: 1 } }\nflow part() { act(\"x\")\n act(\"y\") }\n";
    assert_eq!(of(text), "turns 2..4, time 0s..30m, cost $0..$4");
}

/// What a call of `slow` takes at least and at most, with these options.
fn slow(options: &str) -> String {
    of(&format!(
        "flow f(n: int, t: duration) {{ slow() with {{ {options} }} }}\n\
         flow slow() {{ sleep(10m) }}\n"
    ))
}

#[test]
fn a_call_takes_no_more_at_least_than_its_timeout() {
    assert_eq!(slow("timeout: 5m"), "turns 0..0, time 5m..5m, cost $0..$0");
    assert_eq!(slow("timeout: 15m"), "turns 0..0, time 10m..10m, cost $0..$0");
    let text = "flow f() { some(5m) }\nflow slow() { sleep(10m)\n wait_for(\"x\") }\n\
                flow some(t: duration) { slow() with { timeout: t } }\n";
    assert_eq!(of(text), "turns 0..0, time 5m..5m, cost $0..$0");
}

#[test]
fn a_timeout_is_that_of_an_attempt() {
    assert_eq!(slow("timeout: 5m, retry: 1"), "turns 0..0, time 5m..10m, cost $0..$0");
    assert_eq!(slow("timeout: 5m, retry: n"), "turns 0..0, time 5m..n × 5m + 5m, cost $0..$0");
    assert_eq!(slow("timeout: t, retry: 1"), "turns 0..0, time 10m..20m, cost $0..$0");
}

#[test]
fn what_is_deferred_runs_behind_a_timeout_and_a_budget() {
    let whole = "flow whole() { defer { sleep(3m) }\n part() }\n\
                 flow part() { defer { ask(\"x\") }\n sleep(1h)\n ask(\"x\") }\n";
    assert_eq!(
        of(&format!("flow f() {{ whole() with {{ timeout: 5m }} }}\n{whole}")),
        "turns 1..4, time 5m..18m, cost $0..$2"
    );
    assert_eq!(
        of(&format!(
            "flow f() {{ last() }}\n@budget(turns: 2, time: 2h)\nflow last() {{ whole()\n whole() }}\n{whole}"
        )),
        "turns 2..6, time 2h..2h 26m, cost $0..$4"
    );
    assert_eq!(
        of(&format!("flow f() {{ race {{ _ = whole() => {{}}\n _ = sleep(1m) => {{}} }} }}\n{whole}")),
        "turns 0..4, time 1m..14m, cost $0..$2"
    );
}

#[test]
fn rounds_at_once_may_all_be_at_once_where_only_the_run_knows_how_many() {
    let text = "flow f(n: int) { parallel for x in [1, 2, 3] max n { sleep(1m) } }\n";
    assert_eq!(of(text), "turns 0..0, time 1m..⌈3 / n⌉ × 1m, cost $0..$0");
}

/// The time of a flow with this body, and that of one that calls it with 3, 2 minutes, a list of four and `false`.
fn computed(body: &str) -> [String; 2] {
    let part = format!("(n: int, d: duration, xs: [string], m: money) {{\n{body}\n}}\n");
    let time = |all: String| {
        let (_, rest) = all.split_once(", time ").unwrap();
        rest.split_once(", cost ").unwrap().0.split_once("..").unwrap().1.to_owned()
    };
    let caller = "flow f() { part(3, 2m, [\"a\", \"b\", \"c\", \"d\"], $3) }\n";
    [time(of(&format!("flow f{part}"))), time(of(&format!("{caller}flow part{part}")))]
}

#[test]
fn what_is_computed_of_parameters_is_a_number_for_a_caller_that_knows_them() {
    for (body, [own, called]) in [
        ("loop max n + 1 { sleep(1m) } else {}", ["n × 1m + 1m", "4m"]),
        ("loop max 2 * n - 1 { sleep(1m) } else {}", ["(n × 2 - 1) × 1m", "5m"]),
        ("loop max 10 - n { sleep(1m) } else {}", ["(10 - n) × 1m", "7m"]),
        ("loop max n - 10 { sleep(1m) } else {}", ["(n - 10) × 1m", "0s"]),
        ("loop max n / 2 { sleep(1m) } else {}", ["(n / 2) × 1m", "1m"]),
        ("loop max n * n { sleep(1m) } else {}", ["(n × n) × 1m", "9m"]),
        ("loop max n % 5 { sleep(1m) } else {}", ["4m", "4m"]),
        ("loop max n.min(5) { sleep(1m) } else {}", ["5m", "5m"]),
        ("loop max n.max(1) { sleep(1m) } else {}", ["max(n, 1) × 1m", "3m"]),
        ("loop max -n { sleep(1m) } else {}", ["(-n) × 1m", "0s"]),
        ("let k = n + 1\nloop max k * 2 { sleep(1m) } else {}", ["n × 2m + 2m", "8m"]),
        ("loop max (if n > 2 { 3 } else { 5 }) { sleep(1m) } else {}", ["5m", "5m"]),
        (
            "loop max (match n { 1 => n, 2 => fail \"x\", _ => 4 }) { sleep(1m) } else {}",
            ["max(n, 4) × 1m", "4m"],
        ),
        ("for _ in xs + xs { sleep(1m) }", ["len(xs) × 2m", "8m"]),
        ("loop max xs.len() { sleep(1m) } else {}", ["len(xs) × 1m", "4m"]),
        ("for _ in n..10 { sleep(1m) }", ["(11 - n) × 1m", "8m"]),
        ("for _ in 0..n { sleep(1m) }", ["n × 1m + 1m", "4m"]),
        ("for _ in 0..xs.len() - 1 { sleep(1m) }", ["len(xs) × 1m", "4m"]),
        ("for _ in n..xs.len() { sleep(1m) }", ["(len(xs) - n + 1) × 1m", "2m"]),
        ("for _ in xs.drop(n) { sleep(1m) }", ["(len(xs) - n) × 1m", "1m"]),
        ("for _ in xs.drop(1) { sleep(1m) }", ["(len(xs) - 1) × 1m", "3m"]),
        ("for _ in xs.take(n - 1) { sleep(1m) }", ["(n - 1) × 1m", "2m"]),
        ("for _ in 0..xs.take(3).len() { sleep(1m) }", ["4m", "4m"]),
        ("for _ in xs.take(3).len()..5 { sleep(1m) }", ["6m", "6m"]),
        ("for _ in xs.filter(|x| x != \"\").len()..5 { sleep(1m) }", ["6m", "6m"]),
        ("for at in 1..n { loop max at { sleep(1m) } else {} }", ["n × n × 1m", "9m"]),
        ("for at in 1..n { for _ in at..n { sleep(1m) } }", ["n × n × 1m", "9m"]),
        ("for at in 1..3 { sleep(at * 1m) }", ["9m", "9m"]),
        ("parallel for x in xs max n { sleep(1m) }", ["⌈len(xs) / n⌉ × 1m", "2m"]),
        ("parallel for x in xs max n - 1 { sleep(1m) }", ["⌈len(xs) / (n - 1)⌉ × 1m", "2m"]),
        ("sleep(n * 1s)", ["n × 1s", "3s"]),
        ("sleep(d * 2 + 1m)", ["d × 2 + 1m", "5m"]),
        ("sleep(1h - d)", ["1h - d", "58m"]),
        ("sleep(1h - n * 1m)", ["1h - n × 1m", "57m"]),
        ("sleep(d / n)", ["d / n", "40s"]),
        ("sleep(1h / n)", ["1h / n", "20m"]),
        ("sleep(d * n)", ["n × d", "6m"]),
        ("loop max n - 1 { sleep(1h - d) } else {}", ["(n - 1) × (1h - d)", "1h 56m"]),
        (
            "run(\"x\") with { timeout: d * 2, retry: n - 3 }",
            ["d × 2 + d × (n - 3) × 2 + (n - 3) × 1m", "4m"],
        ),
    ] {
        assert_eq!(computed(body), [own, called], "{body}");
    }
}

#[test]
fn a_number_that_only_the_run_knows_is_written_as_it_is_computed() {
    for (body, expected) in [
        ("var k = 1\nk += n\nloop max k + 1 { sleep(1m) } else {}", "k × 1m + 1m"),
        ("let k = run(\"x\").len()\nloop max k + 1 { sleep(1s) } else {}", "k × 1s + 1m 1s"),
        ("sleep(d * 1.5)", "d × 1.5"),
        ("loop max 2 { sleep((d + 1s) * 1.5) } else {}", "((d + 1s) × 1.5) × 2"),
        // Two numbers of one name need not be the same.
        (
            "let k = run(\"x\").len()\nlet j = k + 1\nif n > 0 {\n  let k = 0\n  let all = xs.len() + k\n  log(\"${all}\")\n}\nloop max j - k { sleep(1s) } else {}",
            "(j - k) × 1s + 1m",
        ),
    ] {
        assert_eq!(computed(body)[0], expected, "{body}");
    }
}

#[test]
fn a_default_and_a_setting_may_be_computed_of_parameters() {
    let text =
        "flow f() { part(2) }\nflow part(n: int, k: int = n * 3) { loop max k - 1 { act(\"x\") } else {} }\n";
    assert_eq!(of(text), "turns 0..5, time 0s..50m, cost $0..$5");
    let text = "flow f() { patient(2) }\nagent patient(n: int) { prompt: \"x\", timeout: n * 5m, retry: n - 1, cost: $1 }\n";
    assert_eq!(of(text), "turns 1..2, time 0s..20m 1s, cost $0..$1");
}

#[test]
fn numbers_that_grow_from_call_to_call_are_given_up() {
    let chain: String =
        (0..300).map(|n| format!("flow f{n}(n: int) {{ f{}(n * n + n / 2) }}\n", n + 1)).collect::<String>()
            + "flow f300(n: int) { loop max n { act(\"x\") } else {} }\n";
    let of = |first: &str| of(&format!("{first}\n{chain}")).split(", ").next().unwrap().to_owned();
    assert_eq!(of("flow f(n: int) { f0(n) }"), "turns 0..…");
    assert_eq!(of("flow f() { f0(1) }"), "turns 0..…");
}

#[test]
fn stages_are_visited_as_often_as_they_may() {
    let text = "flow f() -> string {\n  handoff draft(\"\")\n  stage draft(x: string) max 3 { handoff judge(ask(x)) }\n  \
                stage judge(x: string) { if sign(x) { handoff end(x) } else { handoff draft(x) } }\n  \
                stage end(x: string) {\n    act(x)\n    return x\n  }\n}\n";
    // Three drafts and verdicts, and one end.
    assert_eq!(of(text), "turns 2..7, time 0s..6d 1h, cost $0..$4");
    let text = "flow f() -> int {\n  handoff a()\n  stage a() max 2 {\n    act(\"a\")\n    handoff b()\n  }\n  \
                stage b() max 3 {\n    act(\"b\")\n    if sign(\"x\") { handoff a() }\n    \
                if sign(\"y\") { handoff b() }\n    handoff c()\n  }\n  stage c() {\n    act(\"c\")\n    return 1\n  }\n}\n";
    assert_eq!(of(text), "turns 3..6, time 0s..12d 1h, cost $0..$6");
}

#[test]
fn a_stage_on_no_circle_is_visited_once() {
    let text = "flow f() -> int {\n  handoff a()\n  stage a() max 9 {\n    act(\"x\")\n    handoff b()\n  }\n  \
                stage b() {\n    act(\"y\")\n    return 1\n  }\n}\n";
    assert_eq!(of(text), "turns 2..2, time 0s..20m, cost $0..$2");
}

#[test]
fn a_circle_that_only_a_budget_ends_has_no_bound_of_its_own() {
    let text = "@budget(turns: 5)\nflow f() -> int {\n  handoff a()\n  stage a() {\n    act(\"x\")\n    handoff b()\n  }\n  \
                stage b() { if sign(\"y\") { return 1 } else { handoff a() } }\n}\n";
    let why = "unbounded because its stages hand off in a circle without `max`";
    assert_eq!(of(text), format!("turns 1..{why}, time 0s..{why}, cost $0..{why}"));
}

#[test]
fn a_flow_that_calls_itself_has_no_bound_of_its_own() {
    let text = "@budget(time: 1h, turns: 5)\nflow f(n: int) { act(\"x\")\n if n > 0 { g(n - 1) } }\nflow g(n: int) { f(n) }\n";
    assert!(of(text).starts_with("turns 0..unbounded because `f` calls itself"), "{}", of(text));
}

/// What is said of two files with flows that call one another, and the bounds of these flows, when the files are made in
/// one order and looked at in another.
fn of_two(files: &[(&str, &str)], asked: &[&str]) -> String {
    let project = Project::new(files);
    for path in asked {
        flow_compiler::check::check_file(&project.db, project.file(path));
    }
    let mut out = project.report();
    for (path, flow) in [("a.flow", "f"), ("b.flow", "g")] {
        let item = items(&project.db, project.file(path)).iter().find(|item| item.name(&project.db) == flow);
        let found = bounds(&project.db, &item.unwrap().key(&project.db)).unwrap();
        out.push_str(&found.line());
        out.push('\n');
    }
    out
}

#[test]
fn flows_of_two_files_that_call_one_another_are_told_so_whichever_is_looked_at_first() {
    let a = (
        "a.flow",
        "import ./b.{g}\nagent act(x: string) { prompt: x }\nflow f(n: int) {\n  act(\"x\")\n  g(n)\n}\n",
    );
    let b = ("b.flow", "import ./a.{f}\nflow g(n: int) { if n > 0 { f(n - 1) } }\n");
    let expected = of_two(&[a, b], &["a.flow", "b.flow"]);
    assert_eq!(expected.matches("E0514").count(), 1, "{expected}");
    assert!(expected.contains("a.flow:5:3 `g(n)`: E0514"), "{expected}");
    for files in [[a, b], [b, a]] {
        for asked in [["a.flow", "b.flow"], ["b.flow", "a.flow"]] {
            assert_eq!(of_two(&files, &asked), expected);
        }
    }
}

#[test]
fn what_is_deferred_is_held_against_no_budget() {
    let text = "agent a() { prompt: \"x\", timeout: 1m }\nflow part() {\n  defer { a() }\n  a()\n}\n@budget(turns: 1)\nflow f() { part() }\n";
    let project = project(text);
    assert_eq!((project.report().as_str(), project.notes().as_str()), ("", ""));
}

reports! {
    a_budget_below_the_cheapest_path: "agent a() -> string { prompt: \"x\", timeout: 1m }\n@budget(turns: 2, time: 30s)\nflow f() {\n  for _ in 1..3 { a() }\n  sleep(1m)\n}";
    a_budget_that_covers_the_cheapest_path: "agent a() -> string { prompt: \"x\", timeout: 1m }\n@budget(turns: 3)\nflow f(b: bool) {\n  if b { for _ in 1..9 { a() } }\n}";
    flows_that_call_one_another: "flow f(n: int) { g(n) }\nflow g(n: int) { if n > 0 { f(n - 1) } }\nflow outside() { f(3) }";
    a_budget_bounds_flows_that_call_one_another: "flow f(n: int) { g(n) }\n@budget(time: 1h)\nflow g(n: int) { if n > 0 { f(n - 1) } }";
    a_budget_of_turns_bounds_only_what_calls_agents: "@budget(turns: 9)\nflow f(n: int) { if n > 0 { f(n - 1) } }";
}

#[test]
fn a_worst_case_above_the_budget_is_a_note_and_no_finding() {
    let text = "agent a() -> string { prompt: \"x\", timeout: 1h }\n@budget(turns: 3, time: 2h)\nflow f() { for _ in 1..3 { a() } }\n";
    let project = project(text);
    assert_eq!(project.report(), "");
    let expected = "main.flow:2:16 `3`: N0501: in the worst case `f` takes 6 turns of agents; its budget ends it at 3\n\
                    main.flow:2:25 `2h`: N0501: in the worst case `f` takes 3h; its budget ends it at 2h\n";
    assert_eq!(project.notes(), expected);
}

#[test]
fn what_depends_on_too_much_says_so() {
    let lists: String = (0..20).map(|n| format!("  for x in list() + xs{n} {{ act(x) }}\n")).collect();
    let params: Vec<String> = (0..20).map(|n| format!("xs{n}: [string]")).collect();
    let found = of(&format!("flow f({}) {{\n{lists}}}\n", params.join(", ")));
    assert!(found.contains("unbounded because it depends on too many lists"), "{found}");
}

#[test]
fn a_long_chain_of_calls_is_followed_to_its_end() {
    let chain: String = (0..300).map(|n| format!("flow f{n}() {{ f{}() }}\n", n + 1)).collect::<String>()
        + "flow f300() { act(\"x\") }\n";
    assert_eq!(of(&format!("flow f() {{ f0() }}\n{chain}")), "turns 1..1, time 0s..10m, cost $0..$1");
}

#[test]
fn a_name_that_comes_from_far_below_is_cut() {
    let chain: String = (0..300).map(|n| format!("flow f{n}() {{ f{}() }}\n", n + 1)).collect::<String>()
        + "flow f300() { let files = list()\n for x in files { act(x) } }\n";
    let of = of(&format!("flow f() {{ f0() }}\n{chain}"));
    assert!(of.starts_with("turns 0..len(….files), "), "{of}");
}

/// Types whose predicates say how long a list is, and who yields some.
const LISTS: &str = r#"
const MOST = 4
type Few = [string] where it.len() <= 5
type Fewer = Few where it.len() < MOST and not it.is_empty()
type Pair = [string] where 2 == it.len()
type Either = [string] where it.len() in 1..3 or it.len() == 7
type Id = string where it.len() <= 5
type Plan { steps: [string] where it.len() <= 6, more: Few, rest: [string] }
type Review = Accept | Revise(all: [string] where it.len() <= 2) | Reject(why: [string] where it.len() <= 9)
type Pages { all: [string] where it.len() <= 3 }
agent planned() -> Plan { prompt: "x", timeout: 1m, cost: $1 }
agent some() -> Few { prompt: "x", timeout: 1m, cost: $1 }
"#;

/// The turns of flow `f`: `0..3`.
fn turns_of(text: &str) -> String {
    let all = of(text);
    let turns = all.split(", time ").next().unwrap();
    turns.strip_prefix("turns ").unwrap().to_owned()
}

/// The turns of a flow with this body.
fn turns(body: &str) -> String {
    let all = of(&format!(
        "flow f(few: Few, fewer: Fewer, pair: Pair, either: Either, batches: [Pair], plan: Plan, id: Id, review: Review, pages: [Pages]) {{\n{body}\n}}{LISTS}"
    ));
    all.split(", ").next().unwrap().to_owned()
}

#[test]
fn the_predicate_of_a_type_bounds_the_length_of_a_list() {
    for (body, expected) in [
        ("for x in few { act(x) }", "0..5"),
        ("for x in fewer { act(x) }", "1..3"),
        ("parallel for x in pair max 2 { act(x) }", "2..2"),
        ("for x in either { act(x) }", "1..7"),
        ("for x in some() { act(x) }", "1..7"),
        ("for x in plan.steps { act(x) }", "0..6"),
        ("for x in plan.more { act(x) }", "0..5"),
        ("for x in plan.rest { act(x) }", "0..len(plan.rest)"),
        ("let steps = planned().steps\nfor x in steps { act(x) }", "1..8"),
        ("let all: [string] = few\nfor x in all { act(x) }", "0..5"),
        ("for x in few.filter(|x| x != \"\") + [\"y\"] { act(x) }", "1..6"),
        ("for pair in batches.take(2) { for x in pair { act(x) } }", "0..4"),
        ("var all = few\nall += [\"x\"]\nfor x in all { act(x) }", "0..len(all)"),
        ("var all: Few = few\nall += [\"x\"]\nfor x in all { act(x) }", "0..5"),
        ("let { steps, more, rest } = plan\nfor x in steps + more { act(x) }", "0..11"),
        ("let { rest } = plan\nfor x in rest { act(x) }", "0..len(rest)"),
        ("match review { Revise(all) => { for x in all { act(x) } }, _ => {} }", "0..2"),
        (
            "match review { Revise(all: found) | Reject(why: found) => { for x in found { act(x) } }, _ => {} }",
            "0..9",
        ),
        ("if review is Reject(why) { for x in why { act(x) } }", "0..9"),
        ("for { all } in pages { for x in all { act(x) } }", "0..len(pages) × 3"),
        ("for x in id.lines() { act(x) }", "0..len(id.lines())"),
    ] {
        assert_eq!(turns(body), format!("turns {expected}"), "{body}");
    }
}

#[test]
fn what_changes_from_round_to_round_is_no_bound() {
    let unknown = |name: &str, limit: &str| {
        let why =
            format!("`{name}` changes while the flow runs; a type with a limit would bound it: `{limit}`");
        format!("0..unknown because {why}")
    };
    let (count, length) = (unknown("k", "int where it <= 5"), unknown("ys", "[T] where it.len() <= 5"));
    for (text, expected) in [
        ("var k = 1\nloop max 3 {\n  for _ in 1..k { act(\"x\") }\n  k = k * 10\n} else { 1 }", &count),
        ("var k = 1\nfor _ in xs {\n  let m = k\n  for _ in 1..m { act(\"x\") }\n  k += n\n}", &count),
        ("var k = 1\nfor _ in xs {\n  loop max k { act(\"x\") } else { 1 }\n  k = times(k)\n}", &count),
        ("var ys = xs\nfor x in xs {\n  parallel for y in ys { act(y) }\n  ys = ys + [x]\n}", &length),
        ("var k = 1\nk = n * 2\nloop max k { act(\"x\") } else { 1 }\nk = times(k)", &count),
        ("var k = 1\ndefer { k = times(k) }\nloop max k { act(\"x\") } else { 1 }", &count),
    ] {
        let text = format!("fn times(n: int) -> int {{ n }}\nflow f(xs: [string], n: int) {{\n{text}\n}}\n");
        assert_eq!(turns_of(&text), *expected, "{text}");
    }
    let mentioned = unknown("times(…)", "int where it <= 5");
    let text =
        "var k = 1\nloop max 3 {\n  let m = times(k)\n  for _ in 1..m { act(\"x\") }\n  k = m\n} else { 1 }";
    let text = format!("fn times(n: int) -> int {{ n }}\nflow f() {{\n{text}\n}}\n");
    assert_eq!(turns_of(&text), mentioned);
    let text = "flow f() {\n  handoff a(1)\n  stage a(k: int) max 3 {\n    for _ in 1..k { act(\"x\") }\n    if k > 50 { return }\n    handoff a(k * 10)\n  }\n}\n";
    assert_eq!(turns_of(text), count);
    let text = "flow f() { g() }\nflow g() {\n  var k = 1m\n  loop max 3 {\n    act(\"x\") with { timeout: k }\n    k = k * 2\n  } else { 1 }\n}\n";
    let why = unknown("k", "duration where it <= 5m");
    assert_eq!(of(text), format!("turns 3..3, time {}, cost $0..$3", why.replace("0..", "0s..")));
}

#[test]
fn what_is_made_of_something_that_changes_is_no_bound() {
    let make = "fn num() -> int { 3 }\nfn more(x: string) -> string { x }\ntype Round { most: int, all: [string] }\n\
                type Next = Some(most: int) | Last\n";
    let begins = "0..unknown because `";
    for body in [
        // Texts.
        "var s = \"a\"\nloop max 3 {\n  for l in s.lines() { act(l) }\n  s = more(s)\n} else { 1 }",
        "var s = \"a\"\nloop max 3 {\n  for _ in 1..s.len() { act(\"x\") }\n  s = more(s)\n} else { 1 }",
        "handoff a(\"x\")\nstage a(t: string) max 3 {\n  for l in t.lines() { act(l) }\n  if t == \"\" { return }\n  handoff a(t + t)\n}",
        // What may be none.
        "var v: int? = n\nloop max 3 {\n  for _ in 1..(v ?? 2) { act(\"x\") }\n  v = num()\n} else { 1 }",
        "var ys = [xs]\nloop max 3 {\n  for y in ys.first() ?? [] { act(y) }\n  ys = [xs + xs]\n} else { 1 }",
        "handoff a(xs)\nstage a(t: [string]?) max 3 {\n  for l in t ?? [] { act(l) }\n  if n > 3 { return }\n  handoff a((t ?? []) + xs)\n}",
        // Records, maps, unions.
        "var r = Round(most: 1, all: xs)\nloop max 3 {\n  for _ in 1..r.most { act(\"x\") }\n  r.most = num()\n} else { 1 }",
        "var r = Round(most: 1, all: xs)\nloop max 3 {\n  for x in r.all { act(x) }\n  r = Round(most: 1, all: r.all + xs)\n} else { 1 }",
        "var m = [\"k\": 1]\nloop max 3 {\n  for _ in 1..(m[\"k\"] ?? 1) { act(\"x\") }\n  m = [\"k\": num()]\n} else { 1 }",
        "var m = [\"k\": xs]\nloop max 3 {\n  for k in m.keys() { act(k) }\n  m = [\"k\": xs, \"l\": xs]\n} else { 1 }",
        "var ks = [1]\nloop max 3 {\n  for _ in 1..(ks.last() ?? 1) { act(\"x\") }\n  ks = [num()]\n} else { 1 }",
    ] {
        let text = format!("{make}flow f(xs: [string], n: int) {{\n{body}\n}}\n");
        let found = turns_of(&text);
        assert!(found.starts_with(begins), "{found}\n{text}");
    }
}

#[test]
fn who_is_asked_may_answer_anything_whatever_is_asked() {
    let text = "agent find(x: string) -> [string] { prompt: x, timeout: 1m, cost: $1 }\n\
                fn more(x: string) -> string { x }\n\
                flow f() {\n  var s = \"a\"\n  loop max 3 {\n    for l in find(s) { act(l) }\n    s = more(s)\n  } else { 1 }\n}\n";
    assert_eq!(turns_of(text), "3..len(find(…)) × 3 + 6");
}

#[test]
fn what_may_be_none_is_no_more_than_what_it_is_given() {
    for (body, expected) in [
        ("var v: int? = none\nfor _ in 1..3 {\n  for _ in 1..(v ?? 2) { act(\"x\") }\n  v = 4\n}", "6..12"),
        (
            "var v: [string]? = none\nfor _ in 1..3 {\n  for x in v ?? [] { act(x) }\n  v = xs\n}",
            "0..len(xs) × 3",
        ),
    ] {
        let text = format!("flow f(xs: [string]) {{\n{body}\n}}\n");
        assert_eq!(turns_of(&text), expected, "{text}");
    }
}

#[test]
fn a_variable_of_a_round_changes_with_what_it_is_given() {
    for body in [
        "let m = j\n  var k = m\n  for _ in 1..k { act(\"x\") }",
        "let m = j\n  var k = m\n  for _ in 1..k { act(\"x\") }\n  k = k - 1",
        "var k = 1\n  k = times(j)\n  for _ in 1..k { act(\"x\") }",
    ] {
        let text = format!(
            "fn times(n: int) -> int {{ n }}\nflow f() {{\nvar j = 1\nloop max 3 {{\n  for _ in 1..j {{ times(1) }}\n  {body}\n  j = times(j)\n}} else {{ 1 }}\n}}\n"
        );
        let found = turns_of(&text);
        assert!(found.starts_with("0..unknown because `"), "{found}\n{text}");
    }
}

#[test]
fn what_is_computed_once_of_what_changes_stands_still() {
    for (body, expected) in [
        ("var k = n\nlet m = k + 1\nfor _ in 1..m { act(\"x\") }\nk = times(k)", "0..m"),
        ("var k = n\nlet m = 1..k\nfor _ in m { act(\"x\") }\nk = times(k)", "0..len(m)"),
        (
            "handoff a()\nstage a() {\n  var k = 1\n  k = times(n)\n  loop max 3 { for _ in 1..k { act(\"x\") } } else { 1 }\n  return\n}",
            "0..k × 3",
        ),
        (
            "handoff a()\nstage a() {\n  var k = 1\n  for _ in 1..2 { k = times(n) }\n  for _ in 1..k { act(\"x\") }\n  return\n}",
            "0..k",
        ),
    ] {
        let text = format!("fn times(n: int) -> int {{ n }}\nflow f(n: int) {{\n{body}\n}}\n");
        assert_eq!(turns_of(&text), expected, "{text}");
    }
}

#[test]
fn what_changes_is_bounded_by_its_type_and_by_what_it_is_given() {
    for (text, expected) in [
        // Its type says how large it gets.
        (
            "var k: Small = 1\nloop max 3 {\n  for _ in 1..k { act(\"x\") }\n  k = k * 2\n} else { 1 }",
            "3..15",
        ),
        ("var k: Small = 1\nfor _ in 1..(k + 1) { act(\"x\") }\nk = 3", "2..4"),
        (
            "var r = Round(most: 1)\nloop max 3 {\n  for _ in 1..r.most { act(\"x\") }\n  r.most = r.most + 1\n} else { 1 }",
            "0..12",
        ),
        // It gets smaller, or is one of some.
        ("var k = 9\nloop max 3 {\n  for _ in 1..k { act(\"x\") }\n  k = k - 2\n} else { 1 }", "0..27"),
        ("var k = 2\nif n > 1 { k = 4 }\nloop max k { act(\"x\") } else { 1 }", "2..4"),
        (
            "var ys = xs\nloop max 3 {\n  for y in ys { act(y) }\n  ys = ys.filter(|y| y != \"\")\n} else { 1 }",
            "0..len(xs) × 3",
        ),
        (
            "var ys = xs\nloop max 3 {\n  let zs = ys.filter(|y| y != \"\")\n  for y in ys { act(y) }\n  ys = zs\n} else { 1 }",
            "0..len(xs) × 3",
        ),
        // It stands still from its last assignment on.
        ("var ys = [\"a\"]\nfor x in xs { ys += [x] }\nfor y in ys { act(y) }", "0..len(ys)"),
        ("var k = n\nk = times(k)\nloop max 3 { for _ in 1..k { act(\"x\") } } else { 1 }", "0..k × 3"),
        // In each round it is another one.
        (
            "for x in xs {\n  var ys = [x]\n  if n > 1 { ys += [x] }\n  for y in ys { act(y) }\n}",
            "0..len(xs) × len(ys)",
        ),
        (
            "handoff work()\nstage work() max 3 {\n  var ys = [\"a\"]\n  ys += xs\n  for y in ys { act(y) }\n  if n > 1 { handoff work() }\n  return\n}",
            "0..len(ys) × 3",
        ),
        // What is bound once stands still.
        ("var k = n\nlet m = k\nloop max m { act(\"x\") } else { 1 }\nk = times(k)", "0..m"),
        // At least one works, however many do.
        (
            "var k = 1\nfor _ in 1..2 {\n  parallel for x in [\"a\", \"b\"] max k { act(x) }\n  k = times(k)\n}",
            "4..4",
        ),
    ] {
        let text = format!(
            "type Small = int where 1 <= it and it <= 5\ntype Round {{ most: int where it in 0..4 }}\n\
             fn times(n: int) -> int {{ n }}\nflow f(xs: [string], n: int) {{\n{text}\n}}\n"
        );
        assert_eq!(turns_of(&text), expected, "{text}");
    }
}

#[test]
fn a_parameter_of_a_stage_is_what_it_is_handed() {
    let of = |begin: &str, again: &str| {
        turns_of(&format!(
            "flow f(xs: [string], n: int) {{\n  {begin}\n  stage work(ys: [string]) max 3 {{\n    \
             for y in ys {{ act(y) }}\n    handoff check(ys)\n  }}\n  stage check(zs: [string]) {{\n    \
             if zs.is_empty() {{ return }}\n    {again}\n  }}\n}}\n"
        ))
    };
    assert_eq!(of("handoff work(xs)", "handoff work(zs)"), "0..len(xs) × 3");
    assert_eq!(
        of("let files = list()\nhandoff work(files)", "handoff work(zs.drop(1))"),
        "0..len(files) × 3"
    );
    assert_eq!(of("handoff work([\"a\"])", "handoff work([\"b\", \"c\"])"), "0..6");
    let grows = of("handoff work(xs)", "handoff work(zs + [\"x\"])");
    assert!(grows.starts_with("0..unknown because `ys` changes while the flow runs"), "{grows}");
    let new = of("handoff work(xs)", "let more = list()\nhandoff work(more)");
    assert!(new.starts_with("0..unknown because `ys` changes"), "{new}");
    assert_eq!(of("let files = list()\nhandoff work(files)", "fail \"x\""), "0..len(files)");
}

#[test]
fn a_length_that_nothing_bounds_is_told_with_its_place() {
    let text = "flow f(xs: [string], ys: [string]) {\n  act(\"x\")\n  for x in xs { act(x) }\n  part(ys.sort())\n}\n\
                flow part(ys: [string]) { parallel for y in ys max 4 { act(y) } }\n";
    let project = project(&format!("{text}{WORKERS}"));
    let item = items(&project.db, project.file("main.flow"))
        .iter()
        .find(|item| item.name(&project.db) == "f")
        .unwrap();
    let found = bounds(&project.db, &item.key(&project.db)).unwrap();
    let table = found.table(&|place| project.place(place));
    let told: Vec<&str> = table.lines().skip(4).map(str::trim).collect();
    assert_eq!(
        told,
        [
            "nothing says how long `xs` may be (main.flow:3:3 `for x in xs { act(x) }`)",
            "nothing says how long `ys` may be (main.flow:4:3 `part(ys.sort())`)"
        ]
    );
}
