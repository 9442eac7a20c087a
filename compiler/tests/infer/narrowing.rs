//! What a test shows of a value in the branch that it guards.

use crate::support;

reports! {
    a_pattern_binds_where_it_holds: "type Loss = Known(value: float) | Diverged\nfn f(x: Loss) -> float {\n  if x is Known(value) and value < 0.1 { value } else { 1.0 }\n}";
    a_pattern_binds_nowhere_else: "type Loss = Known(value: float) | Diverged\nfn f(x: Loss) -> float {\n  if x is Known(value) or value < 0.1 { 2.0 } else { value }\n}";
    a_test_for_none: "fn f(a: string?) -> int {\n  if a is none { 0 } else { a.len() }\n}\nfn g(a: string?) -> int {\n  if a != none { a.len() } else { 0 }\n}\nfn h(a: string?) -> int {\n  if a.is_some() and a.len() > 3 { a.len() } else { 0 }\n}\nfn i(a: string?) -> bool { a == none or a.len() > 3 }";
    behind_a_branch_that_leaves: "fn f(a: string?) -> int {\n  if a is none { return 0 }\n  a.len()\n}\nflow g(a: string?) -> int {\n  require a != none, \"no\"\n  a.len()\n}\nfn h(a: int?) -> int {\n  if not (a is 3) { return 0 }\n  a + 1\n}";
    a_field_of_a_variant_that_is_shown: "type Review = Accept | Revise(finding: string) | Reject(reason: string)\nfn f(r: Review) -> string {\n  if r is Revise { r.finding } else if r is Reject { r.reason } else { \"fine\" }\n}\nfn g(r: Review) -> string {\n  match r {\n    Revise => r.finding\n    Reject => r.finding\n    Accept => \"\"\n  }\n}";
    of_two_variants_what_is_not_one_is_the_other: "type Loss = Known(value: float) | Diverged(at: int)\nfn f(x: Loss) -> float {\n  if x is Diverged { return 0.0 }\n  x.value\n}";
    an_assignment_undoes_it: "fn f(a: string?) -> int {\n  var x = a\n  if x is none { return 0 }\n  let n = x.len()\n  x = none\n  n + x.len()\n}";
    a_loop_undoes_it: "fn f(a: string?) -> int {\n  var x = a\n  if x is none { return 0 }\n  loop max 3 {\n    let n = x.len()\n    if n > 3 { break }\n    x = none\n  } else {}\n  1\n}";
    a_negated_test: "fn f(a: string?) -> int {\n  if not (a is none) { a.len() } else { 0 }\n}";
    a_test_of_a_field: "type A { b: string? }\nfn f(a: A) -> int {\n  if a.b is none { 0 } else { a.b.len() }\n}";
    a_test_of_a_field_of_a_variable: "type A { b: string?, c: int }\nfn f(a: A, o: A) -> int {\n  var x = a\n  if x.b is none or o.b is none { return 0 }\n  let n = x.b.len() + o.b.len()\n  x.b = none\n  n + x.b.len() + o.b.len()\n}";
    a_test_of_what_is_computed_shows_nothing: "fn g() -> string? { none }\nfn f(xs: [string?]) -> int {\n  if g() is none or xs[0] is none { 0 } else { g().len() + xs[0].len() }\n}";
    a_name_that_is_bound_stays_in_its_branch: "type Loss = Known(value: float) | Diverged\nflow f(x: Loss) -> float {\n  if x is Known(value) { require log_of(value) > 1.0, \"no\" } else { return 0.0 }\n  value\n}\nfn log_of(x: float) -> float { x }";
    an_assignment_in_the_branch_that_goes_on_undoes_it: "type V = A(x: int) | B(y: string)\nfn f(a: V) -> int {\n  var v = a\n  if v is A { v = B(y: \"s\") } else { return 0 }\n  v.x\n}\nfn g(a: int?) -> int {\n  var v = a\n  if v is none { return 0 } else { v = none }\n  v + 1\n}";
    an_assignment_within_the_condition_undoes_it: "type V = A(x: int) | B(y: string)\nfn f(a: V) -> int {\n  var v = a\n  if v is A and (if v.x > 1 { v = B(y: \"s\")\n true } else { false }) { v.x } else { 0 }\n}";
    an_assignment_in_a_guard_undoes_it_for_later_arms: "type V = A(x: int) | B(y: string)\nfn f(a: V) -> int {\n  var v = a\n  match v {\n    A if (if v.x > 1 { v = B(y: \"s\")\n false } else { false }) => 1\n    A => v.x\n    B => 2\n  }\n}";
}
