//! Values of one type where another is expected: both ends, and the way forward.

use crate::support;

reports! {
    a_result_of_the_wrong_type: "fn f() -> int { \"x\" }";
    a_result_of_the_wrong_type_in_one_branch: "fn f(a: bool) -> int {\n  if a { 1 } else { \"x\" }\n}";
    a_result_of_the_wrong_type_in_one_arm: "fn f(a: int?) -> string {\n  match a {\n    none => \"nothing\"\n    n => n\n  }\n}";
    a_return_of_the_wrong_type: "fn f(a: bool) -> int {\n  if a { return \"x\" }\n  1\n}";
    a_declared_variable: "fn f() -> int {\n  let x: int = \"1\"\n  x\n}";
    an_argument: "fn g(count: int) -> int { count }\nfn f() -> int { g(\"1\") }";
    a_default: "fn f(count: int = \"1\") -> int { count }";
    an_element_of_a_list: "fn f() -> [int] { [1, \"2\", 3] }";
    a_value_of_a_map: "fn f() -> {string: int} { [\"a\": 1, \"b\": \"2\"] }";
    a_whole_number_is_a_float: "fn f(a: int) -> float {\n  let x: float = a\n  let ys: [float] = [1, a, 2.5]\n  let z: float? = a\n  x + (ys.first() ?? 0) + (z ?? 1)\n}";
    a_list_of_whole_numbers_is_no_list_of_floats: "fn f(xs: [int]) -> [float] { xs }";
    a_float_is_no_whole_number: "fn f(a: float) -> int { a }";
    a_value_is_an_option: "fn f(a: string) -> string? { a }\nfn g() -> int? { none }";
    an_option_is_no_value: "fn f(a: string?) -> string { a }";
    none_is_no_value: "fn f() -> string { none }";
    a_number_is_no_duration: "flow f() { sleep(30) }";
    a_number_is_no_text: "flow f(n: int) { log(n) }";
    a_file_is_no_text: "flow f(p: file) { log(p) }";
    text_is_no_file: "flow f() -> string { read(\"a.md\") }";
    an_output_is_a_file: "fn f(a: output(\"x/*.md\")) -> file { a }\nfn g(a: output(\"x/*.md\")) -> file(\"x/*.md\") { a }\nfn h(a: output(\"x/*.md\")) -> output { a }";
    a_file_is_no_output: "fn f(a: file) -> output(\"x/*.md\") { a }";
    a_file_of_another_pattern: "fn f(a: output(\"x/*.md\")) -> file(\"y/*.md\") { a }";
    one_where_a_list_is_expected: "fn f(a: int) -> [int] { a }";
    a_list_where_one_is_expected: "fn f(a: [int]) -> int { a }";
    a_condition_that_is_a_number: "fn f(a: int) -> int { if a { 1 } else { 2 } }";
    a_condition_that_may_be_none: "fn f(a: int?) -> int { if a { 1 } else { 2 } }";
    a_condition_that_is_a_list: "fn f(a: [int]) -> bool { not a }";
    branches_that_differ: "flow f(a: bool) {\n  let x = if a { 1 } else { \"x\" }\n  log(\"${x}\")\n}";
    arms_that_differ: "flow f(a: bool) {\n  let x = match a {\n    true => 1\n    false => [2]\n  }\n  log(\"${x}\")\n}";
    branches_of_numbers_become_floats: "fn f(a: bool) -> string {\n  let x = if a { 1 } else { 2.5 }\n  let y: float = x\n  \"${y}\"\n}";
    branches_with_none_become_optional: "fn f(a: bool) -> string? {\n  let x = if a { \"x\" } else { none }\n  x\n}";
    elements_that_differ: "flow f() {\n  let xs = [1, \"x\"]\n  log(\"${xs}\")\n}";
    a_handler_that_differs: "command c() -> int { run: [\"c\"] }\nflow f() {\n  let x = c() catch e { e.message }\n  log(\"${x}\")\n}";
    a_default_that_differs: "flow f(a: int?) {\n  let x = a ?? \"none\"\n  log(\"${x}\")\n}";
    an_if_without_else_yields_nothing: "fn f(a: bool) -> int {\n  if a { 1 }\n}";
    an_if_without_else_is_optional: "fn f(a: bool) -> int? {\n  if a { 1 }\n}";
    a_path_without_a_result: "fn f(a: bool) -> int {\n  if a {\n    let x = 1\n  } else {\n    2\n  }\n}";
    a_body_without_a_result: "fn f() -> int {\n}";
    a_body_that_ends_with_a_binding: "fn f() -> int {\n  let x = 1\n}";
    a_body_that_always_leaves: "fn f(a: bool) -> int {\n  if a { return 1 } else { return 2 }\n}\nflow g() -> int { fail \"no\" }";
    a_return_without_a_value: "fn f() -> int { return }";
    a_value_of_a_flow_that_returns_nothing: "flow f() { return 1 }\nflow g() { return none }";
    a_flow_without_a_result_drops_the_last_value: "command c() -> int { run: [\"c\"] }\nflow f() { c() }";
    one_mistake_gives_one_error: "fn f(a: int) -> string {\n  let x: string = a + \"1\"\n  let y = x.missing\n  let z = y.length + 1\n  z\n}";
    two_types_of_one_name: "// file: other.flow\ntype Plan { a: int }\nfn make() -> Plan { Plan(a: 1) }\n// file: main.flow\nimport ./other as other\ntype Plan { a: int }\nfn f() -> Plan { other.make() }";
    aliases_are_the_same_type: "type Score = float where it >= 0.0\ntype Mark = Score\nfn f(a: Score) -> Mark { a + 1.0 }\nfn g(a: float) -> Score { f(a) }";
    nothing_says_what_a_list_holds: "flow f() {\n  let xs = []\n  log(\"${xs}\")\n}";
    what_a_list_holds_is_found_later: "fn f() -> [int] {\n  var xs = []\n  xs = xs + [1]\n  xs\n}";
    a_variable_that_begins_as_none: "fn f() -> int? {\n  var x = none\n  x = 1\n  x\n}";
    a_secret_is_no_text: "secret TOKEN\nflow f() { log(TOKEN) }";
    a_string_for_an_enum: "type Risk = Low | High\nfn f() -> Risk { \"low\" }";
    the_type_is_as_the_user_wrote_it: "type Box<T> { value: T }\nfn f(a: {string: [Box<int>?]}) -> int { a }";
}
