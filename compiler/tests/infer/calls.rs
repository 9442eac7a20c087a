//! Calls: labels, defaults, arguments that are wrong, missing, doubled or misplaced.

use crate::support;

reports! {
    by_order_and_by_label: "fn g(a: int, b: string = \"x\", c: bool = true) -> int { if c and b == \"x\" { a } else { 0 } }\nfn f() -> [int] { [g(1), g(1, \"y\"), g(1, c: false), g(c: false, a: 1), g(1, \"y\", false)] }";
    a_missing_argument: "fn g(a: int, b: string) -> int { if b == \"\" { a } else { 0 } }\nfn f() -> int { g(1) }";
    two_missing_arguments: "fn g(a: int, b: string) -> int { if b == \"\" { a } else { 0 } }\nfn f() -> int { g() }";
    one_argument_too_many: "fn g(a: int) -> int { a }\nfn f() -> int { g(1, 2) }";
    arguments_of_what_takes_none: "fn g() -> int { 1 }\nfn f() -> int { g(2) }";
    an_unknown_label: "fn g(count: int) -> int { count }\nfn f() -> int { g(cuont: 1) }";
    an_unknown_label_unlike_all_others: "fn g(count: int, size: int = 1) -> int { count * size }\nfn f() -> int { g(1, zzz: 1) }";
    an_argument_given_twice: "fn g(a: int) -> int { a }\nfn f() -> int { g(a: 1, a: 2) }";
    an_argument_given_by_order_and_by_label: "fn g(a: int, b: int) -> int { a + b }\nfn f() -> int { g(1, a: 2) }";
    an_argument_behind_a_label: "fn g(a: int, b: int) -> int { a + b }\nfn f() -> int { g(a: 1, 2) }";
    an_unknown_name: "fn compute(a: int) -> int { a }\nfn f() -> int { comptue(1) }";
    a_value_that_is_called: "const MARK = 1\nfn f(a: int) -> int { a(1) + MARK(2) }";
    a_type_that_is_no_record: "type Risk = Low | High\ntype Score = float where it > 0.0\nflow f() {\n  let a = Risk(1)\n  let b = Score(0.5)\n  log(\"${a} ${b}\")\n}";
    an_item_that_is_not_called: "agent critic(poem: string) -> string { prompt: \"Judge ${poem}\" }\nflow f() -> string { critic }";
    an_effect_that_is_not_called: "flow f() {\n  let t = now\n  log(\"${t}\")\n}";
    a_module_that_is_called: "// file: checks.flow\nfn one() -> int { 1 }\n// file: main.flow\nimport ./checks as checks\nfn f() -> int { checks() }\nfn g() -> int { checks }";
    members_of_a_module: "// file: checks.flow\nconst LIMIT = 3\ntype Plan { a: int }\ntype Risk = Low | High\nfn one() -> int { 1 }\n// file: main.flow\nimport ./checks as checks\nfn f() -> checks.Plan { checks.Plan(a: checks.one() + checks.LIMIT) }\nfn g(r: checks.Risk) -> bool { r == checks.Risk.High }";
    a_member_that_is_not_there: "// file: checks.flow\nfn suite() -> int { 1 }\n// file: main.flow\nimport ./checks as checks\nfn f() -> int { checks.siute() }";
    arguments_of_an_unknown_name_are_checked: "fn f() -> int { nothing(1 + \"a\") }";
    built_in_effects: "flow f(p: file) -> [file] {\n  sleep(1s)\n  let t = now() + 5m\n  let r = random() + 1\n  let e = env(\"HOME\") ?? \"/\"\n  let text = read(p)\n  let made = write(\"a.md\", text)\n  let found = wait_for(\"*.done\", timeout: 5m)\n  let ok = sh(\"true\").exit == 0 and exists(\"a.md\")\n  log(\"${t} ${r} ${e} ${ok}\")\n  metric(\"size\", text.len())\n  glob(\"*.md\") + [made, found]\n}";
    an_effect_with_wrong_arguments: "flow f() {\n  sleep(for: 1s)\n  sleep(duration: 1s)\n  log()\n  write(\"a.md\")\n}";
    json_is_read_as_the_expected_type: "type Metrics { loss: float }\nflow f(p: file) -> float {\n  let m: Metrics = read_json(p)\n  m.loss\n}";
    json_is_read_as_nobody_says_what: "flow f(p: file) {\n  let m = read_json(p)\n  log(\"${m}\")\n}";
    options_of_a_call: "agent a(x: string) -> int { prompt: x }\nflow f() -> int {\n  a(\"x\") with { timeout: 3h, retry: 2, model: \"haiku\", workspace: worktree, effort: high, tools: [read, grep] }\n}";
    options_that_are_wrong: "agent a(x: string) -> int { prompt: x }\nflow f() -> int {\n  a(\"x\") with { timout: 3h, retry: \"2\", workspace: worktre, timeout: 5, tools: [reed] }\n}";
    options_of_a_function: "fn g() -> int { 1 }\nflow f() -> int { g() with { timeout: 1s } }";
    options_of_no_call: "flow f(x: int) -> int { x with { timeout: 1s } }";
    a_closure_that_is_no_argument_of_a_method: "fn f() -> int {\n  let g = |x| x\n  1\n}";
    a_closure_with_the_wrong_parameters: "fn f(xs: [int]) -> int { xs.map(|a, b| a).len() }\nfn g(xs: [int]) -> int { xs.fold(0, |a| a) }";
    a_method_without_its_closure: "fn f(xs: [int]) -> [int] { xs.map(1) }";
}
