//! Assignments.

use crate::support;

reports! {
    variables: "type P { n: int, xs: [int] }\nfn f() -> int {\n  var x = 1\n  var p = P(n: 1, xs: [1])\n  var m: {string: [int]} = [:]\n  x = 2\n  x += 3\n  p.n = x\n  p.xs[0] += 1\n  m[\"a\"] = [x]\n  m[\"a\"][0] = 4\n  p.n + m[\"a\"][0]\n}";
    what_is_added: "fn f(t: time, xs: [int]) -> string {\n  var at = t\n  at += 5m\n  var x = 1.5\n  x += 1\n  var text = \"a\"\n  text += \"b\"\n  var all = xs\n  all += [1]\n  \"${at} ${x} ${text} ${all}\"\n}";
    a_binding_that_is_assigned: "fn f(a: int) -> int {\n  let x = 1\n  x = 2\n  a = 3\n  a += 1\n  x\n}";
    a_value_of_the_wrong_type: "fn f() -> int {\n  var x = 1\n  x = \"a\"\n  x += \"b\"\n  var m: {string: int} = [:]\n  m[1] = 2\n  m[\"a\"] = \"b\"\n  x + m.len()\n}";
    a_field_that_is_not_there: "type P { n: int }\nfn f() -> int {\n  var p = P(n: 1)\n  p.m = 2\n  p.n\n}";
    what_is_no_place: "fn g() -> int { 1 }\nfn f(p: file) -> int {\n  g() = 1\n  1 = 2\n  var q = p\n  q.name = \"x\"\n  q.stem.len()\n}";
    an_unknown_variable: "fn f() -> int {\n  var count = 1\n  cuont = 2\n  count\n}";
    a_branch_may_not_assign: "command c() -> int { run: [\"c\"] }\nflow f(xs: [int]) -> int {\n  var n = 0\n  parallel for x in xs { n += x }\n  parallel { a: { n = c() }, b: c() }\n  race {\n    x = if n > 3 { n = 1 } else { n = 2 } => { n = 3 }\n    _ = sleep(1s) => { n = 2 }\n  }\n  n\n}";
    a_branch_may_assign_its_own: "command c(n: int) -> int { run: [\"c\", n] }\nflow f(xs: [int]) -> [int] {\n  parallel for x in xs {\n    var n = x\n    n += 1\n    c(n)\n  }\n}";
    a_closure_may_not_assign: "fn f(xs: [int]) -> int {\n  var n = 0\n  let ys = xs.map(|x| if x > 1 { n += 1 } else { n = 2 })\n  n + ys.len()\n}";
    nothing_to_add: "fn f(m: {string: int}, o: int?) -> string {\n  var a = m\n  a += m\n  var b = o\n  b += 1\n  \"${a} ${b}\"\n}";
}
