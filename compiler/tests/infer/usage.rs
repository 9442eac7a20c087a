//! What is never used, never reached, hidden, or of no effect.

use crate::support;

reports! {
    an_unused_binding: "fn f() -> int {\n  let x = 1\n  2\n}";
    an_unused_parameter: "fn f(a: int, _b: int) -> int { 2 }\nflow g() -> int {\n  handoff s(1)\n  stage s(x: int) { return 1 }\n}";
    the_unused_parts_of_a_pattern: "type V = A(x: int, y: int) | B\nfn f(v: V) -> int { match v { A(x, y) => x, B => 0 } }\nfn g(v: V) -> int { match v { A(x: _, y: _y) => 1, w => 0 } }";
    an_unused_closure_parameter: "fn f(xs: [int]) -> [int] { xs.map(|x| 1) + xs.map(|_| 2) }";
    an_unused_failure: "command c() -> int { run: [\"c\"] }\nflow f() -> int { c() catch e { 0 } }";
    a_variable_that_is_never_read: "fn f(xs: [int]) -> int {\n  var n = 0\n  for x in xs { n += x }\n  1\n}";
    a_variable_whose_parts_are_assigned: "fn f() -> int {\n  var m: {string: int} = [:]\n  m[\"a\"] = 1\n  2\n}";
    code_that_is_never_reached: "flow f(a: bool) -> int {\n  if a { return 1 } else { fail \"x\" }\n  let b = 2\n  b\n}\nflow g() -> int {\n  handoff s()\n  log(\"x\")\n  stage s() { return 1 }\n}";
    code_behind_an_endless_loop: "fn f() -> int {\n  loop max 3 { return 1 }\n  2\n}";
    a_hidden_name: "fn f(x: int) -> int {\n  let x = x + 1\n  [1].map(|x| x).len() + x\n}";
    alternatives_hide_nothing: "type V = A(x: int) | B(x: int)\nfn f(v: V) -> int { match v { A(x) | B(x) => x } }";
    a_value_that_is_dropped: "fn f(xs: [int]) -> int {\n  xs.sort()\n  var n = 1\n  n == 2\n  \"x\"\n  g(xs)\n  n\n}\nfn g(xs: [int]) -> int { xs.len() }";
    nothing_is_said_of_what_is_unused_beside_a_mistake: "fn f(a: int) -> int {\n  let x = missing\n  1\n}";
    bindings_that_are_used: "type P { a: int }\nfn f(p: P, xs: [int]) -> string {\n  let { a } = p\n  var n = a\n  for x in xs { n += x }\n  let text = \"${n}\"\n  if text is \"x\" { text } else { \"y\" }\n}";
}
