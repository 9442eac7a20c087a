//! Whatever checks can be lowered, and the verifier accepts it: forms that are easily forgotten.

use super::lower::{checks, proven};
use crate::support::project;

const TYPES: &str = "type R { n: int, s: string? }\ntype Box<T> { v: T, o: T? }\ncommand c() -> int { run: [\"c\"] }\ncommand rs() -> [R] { run: [\"c\"] }\nfn id<T>(x: T) -> T { x }\nfn g(x: int) -> int { x }\n";

macro_rules! accepted {
    ($($name:ident: $text:expr;)*) => {
        $(#[test]
        fn $name() {
            let project = project(&format!("{TYPES}{}", $text));
            let file = project.file("main.flow");
            assert!(checks(&project, file), "{}", project.report());
            assert!(!proven(&project.db, file).is_empty());
        })*
    };
}

accepted! {
    an_option_that_a_test_showed_to_be_there: "flow f(a: int?, r: R) -> [int] {\n  if a is none { return [] }\n  let b = g(a)\n  var m: {string: int} = [:]\n  m[\"a\"] = a\n  let y: int = a\n  let p = parallel { x: a, y: 1 }\n  if r.s != none { log(r.s.upper()) }\n  [a, b, y, p.x, m[\"a\"]]\n}";
    an_option_that_is_assigned_later: "flow f(on: bool) -> int {\n  var x: int? = none\n  var ys: [int?] = [none]\n  if on { x = 3 }\n  ys = [x]\n  let first = ys.first()\n  if x is none { return 1 }\n  g(x)\n}";
    a_flow_that_drops_what_its_last_call_yields: "flow f() { c() }\nflow h(on: bool) { if on { c() } else { g(1) } }\nflow k(xs: [int]) { for x in xs { log(\"${x}\") } }";
    a_function_that_returns_early: "fn h(a: int?) -> int {\n  if a is none { return 0 }\n  a + 1\n}\nflow f() -> int { h(3) }";
    a_function_with_two_loops: "fn h(xs: [int]) -> int {\n  var n = 0\n  for x in xs { n += x }\n  for x in xs { n += x }\n  loop max 3 { if n > 3 { break }\n n += 1 } else { }\n  loop max 3 { if n > 3 { break }\n n += 1 } else { }\n  n\n}\nflow f() -> int { h([1]) }";
    a_whole_number_that_may_be_missing_as_a_real_one: "fn h(a: int?) -> float? { a }\nflow f(r: R?, a: int?) -> float? {\n  let x: float? = r?.n\n  h(a) ?? x ?? 2\n}\nflow k() -> float { 1 }";
    a_question_mark_where_nothing_is_missing: "flow f(r: R) -> int { g(r?.n) }";
    statements_behind_one_that_leaves: "flow f(a: bool) -> int {\n  if a { return 1 } else { fail \"x\" }\n  let b = 2\n  b\n}\nflow h() -> [int] { var x = fail \"x\" }\nflow k() -> int {\n  let x = fail \"a\"\n  x.foo()\n}";
    parts_that_leave: "flow f() -> int { (return 1).v }\nflow h() -> int { (fail \"x\")() }\nflow k() -> int { let x = g(fail \"x\") }\nflow l() -> R {\n  var x = R(n: fail \"x\", s: none)\n  x = R(n: 1 + (fail \"y\"), s: none)\n}\nflow m() -> int { match fail \"x\" { A(y) => y.z } }\nflow n() -> [int] { for x in (fail \"x\") { x.y } }\nflow o() -> int { (parallel { k: fail \"x\", l: 1 }).l }\nflow p() -> R { Box(v: R(n: 1, s: none), o: return R(n: 2, s: none)).v }\nflow q() -> [int] { [(fail \"x\").z, 1][0].w.len() }\nflow r() -> R {\n  if (return R(n: 1, s: none)) { } else { }\n  c()\n}";
}
