//! Loops, branches at once, races, failures, jumps.

use crate::support;

reports! {
    a_loop_yields_what_breaks: "fn f(xs: [int]) -> int {\n  var n = 0\n  loop max 10 {\n    n += 1\n    if n in xs { break n }\n  } else {\n    -1\n  }\n}";
    a_loop_that_only_returns_never_ends: "fn f(n: int) -> int {\n  var i = n\n  loop max 10 {\n    i += 1\n    if i > 5 { return i }\n  }\n}";
    a_break_of_the_wrong_type: "fn f() -> int {\n  loop max 3 { break \"x\" }\n}";
    breaks_that_differ: "flow f(a: bool) {\n  let x = loop max 3 {\n    if a { break 1 }\n    break \"x\"\n  }\n  log(\"${x}\")\n}";
    a_break_without_a_value: "fn f() -> int {\n  loop max 3 { break }\n}";
    a_loop_without_a_bound: "command c() -> int { run: [\"c\"] }\nflow f() -> int {\n  loop { if c() > 1 { return 1 } }\n}\nfn g() -> int {\n  loop { return 1 }\n}";
    a_loop_with_a_budget: "agent a() -> int { prompt: \"x\" }\ncommand c() -> int { run: [\"c\"] }\n@budget(turns: 3)\nflow f() -> int {\n  loop { if a() > 1 { return 1 } }\n}\n@budget(turns: 3)\nflow g() -> int {\n  loop { if c() > 1 { return 1 } }\n}\n@budget(time: 1h)\nflow h() -> int {\n  loop { if c() > 1 { return 1 } }\n}";
    a_bound_that_is_no_number: "fn f() -> int {\n  loop max \"3\" { break 1 }\n}";
    a_for_yields_a_list: "fn f(xs: [int]) -> [string] {\n  for x in xs {\n    if x < 0 { continue }\n    if x > 9 { break }\n    \"${x}\"\n  }\n}";
    a_for_over_what_is_no_list: "flow f(m: {string: int}, n: int, o: [int]?) {\n  for x in m { log(\"${x}\") }\n  for x in n { log(\"${x}\") }\n  for x in o { log(\"${x}\") }\n}";
    a_break_of_a_for_has_no_value: "fn f(xs: [int]) -> [int] {\n  for x in xs { break x }\n}";
    jumps_outside_of_loops: "fn f() -> int {\n  break\n}\nfn g() -> int {\n  continue\n}";
    branches_at_once: "command c(n: int) -> int { run: [\"c\", \"${n}\"] }\nflow f() -> int {\n  let both = parallel {\n    one: c(1),\n    two: c(2) catch _ { 0 },\n  }\n  let { one, two } = both\n  let many = parallel for n in 1..3 max 2 { c(n) }\n  one + two + both.one + many.sum()\n}";
    two_branches_of_one_name: "command c() -> int { run: [\"c\"] }\nflow f() {\n  let both = parallel { a: c(), a: c() }\n  log(\"${both}\")\n}";
    jumps_out_of_branches: "command c() -> int { run: [\"c\"] }\nflow f(xs: [int]) -> int {\n  let a = parallel { one: { return 1 }, two: c() }\n  let b = parallel for x in xs {\n    if x > 1 { break }\n    if x > 2 { return 2 }\n    if x > 3 { continue }\n    x\n  }\n  let d = race {\n    x = if c() > 1 { return 3 } else { 1 } => return x\n    _ = sleep(1s) => 2\n  }\n  defer { return 4 }\n  a.two + b.len() + d\n}";
    a_race: "agent a() -> string { prompt: \"x\" }\nflow f() -> string {\n  race {\n    text = a() => text\n    _ = sleep(15m) => \"late\"\n  }\n}";
    a_race_that_yields_different_things: "agent a() -> string { prompt: \"x\" }\nflow f() {\n  let x = race {\n    text = a() => text\n    _ = sleep(15m) => 3\n  }\n  log(\"${x}\")\n}";
    failures: "command c() -> int { run: [\"c\"] }\nflow f() -> int {\n  let x = c() catch e { fail \"c: ${e.message}\" }\n  require x > 0, \"x is ${x}\"\n  c() catch _ { 0 }\n}";
    a_failure_fails_again: "command c() -> int { run: [\"c\"] }\nflow f() -> int {\n  c() catch e { fail e }\n}";
    a_requirement_that_is_no_condition: "flow f(n: int) { require n, 3 }";
    a_constant_returns_nothing: "const A: int = return 1";
    a_closure_cannot_return: "fn f(xs: [int]) -> [int] { xs.map(|x| return x) }";
    a_block_that_never_ends_needs_no_value: "flow f(a: bool) -> int {\n  if a {\n    blocked \"mend it\"\n  } else {\n    fail \"no\"\n  }\n}";
}
