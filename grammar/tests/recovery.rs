//! Half-typed and broken programs: one mistake gives one error, and whatever else was written is still understood.

mod support;

use support::report;

macro_rules! cases {
    ($($name:ident: $text:literal)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(report($text));
            }
        )*
    };
}

cases! {
    a_dot_at_the_end_of_a_line_leaves_the_value_and_the_next_statement: "\
flow a(x: int) -> int {
  let y = foo.
  let z = 3
  z
}"
    a_dot_before_the_closing_brace_leaves_the_value: "\
fn a(x: string) -> int { x. }"
    a_dot_inside_a_hole_leaves_the_value: "\
fn a(x: string) -> string { \"hello ${x.}\" }"
    a_call_that_is_not_closed_ends_with_its_line: "\
flow a(x: int) -> int {
  let y = f(a,
  return y
}
flow b() { }"
    a_call_without_its_end_does_not_swallow_the_next_call: "\
flow a() {
  foo(a, b, c
  bar(a)
  baz[3
  x
}"
    a_missing_brace_does_not_swallow_the_next_item: "\
flow a(x: int) -> int {
  let y = 1

/// The next one.
@code(\"B\")
flow b() { x() }"
    a_missing_brace_is_told_at_the_block_that_indentation_says: "\
flow a(x: int) -> int {
  if x > 3 {
    y()
  z()
}
flow b() { }"
    a_brace_too_many_is_told_and_left_out: "\
flow a() {
  if x { y() }
  }
  foo()
}
flow b() { }"
    brackets_of_different_kinds_are_told_at_the_one_that_is_not_closed: "\
flow a() { x([1, 2) }
flow b() { y]) }"
    a_value_that_is_missing_is_told_where_the_line_ends: "\
flow a() {
  let x =
  let y = 1 +
  var z
  x =
}"
    a_keyword_alone_on_its_line_leaves_the_other_statements: "\
flow a() {
  let x = match
  let y = if
  for x
  spawn
  stage
  done()
}"
    a_key_alone_is_a_setting_without_a_value: "\
agent a(x: int) -> string {
  prom
  timeout: 5m
  model:
  effort: high
}"
    a_setting_without_a_colon_keeps_its_value: "\
agent a(x: int) -> string {
  prompt \"hello\"
  timeout = 5m
}"
    a_broken_setting_leaves_the_others: "\
agent a(x: int) -> string {
  prompt: \"a\" \"b\"
  timeout: * 5m
  3 + 4
  model: \"opus\"
}"
    a_half_typed_head_has_its_name_and_parameters: "\
flow foo(a: int, b:
flow bar(c: string) ->
flow
agent baz"
    a_parameter_without_a_type_is_still_one: "\
flow a(x int, y, z: ) -> int { x }"
    a_broken_parameter_leaves_the_others: "\
flow a(x: int, 3 + 4, z: string) { x }"
    a_type_without_a_body_is_still_one: "\
type A
type B =
type C = |
type D { a: , b int, c: string }
const E
const F =
secret"
    an_import_that_is_not_finished_is_still_one: "\
import
import std/
import ./foo as
import std/review.{Verdict,
import std/review.
flow a() { }"
    an_arm_without_a_body_leaves_the_others: "\
flow a() {
  match x {
    A =>
    B(y) => y
    C
    D(z
    E if => 3
  }
}"
    text_that_is_no_item_leaves_the_items_around_it: "\
flow a() { }
hello world, this is no item
flow b() { }"
    a_statement_at_the_top_leaves_the_items_around_it: "\
let x = 3
flow b() { }
return 4"
    names_in_a_row_are_one_mistake: "\
flow a() {
  foo bar baz qux
  x
}"
    two_statements_on_a_line_are_both_kept: "\
flow a() {
  let x = 1 let y = 2
  x
}"
    a_missing_comma_is_put_in: "\
flow a() {
  f(a b)
  [1 2, 3]
  g(a: 1 b: 2)
}"
    a_comma_too_many_is_left_out: "\
flow a() {
  f(a, , b)
  [1, , 2]
}"
    an_unknown_operator_leaves_the_statement: "\
flow a() {
  x +* 3
  a b + 4
  y
}"
    an_unclosed_hole_ends_with_its_line_and_the_string: "\
flow a() {
  let s = \"hello ${foo
  let t = \"x ${f(1}\"
  t
}"
    an_unclosed_hole_in_a_block_ends_with_its_line: "\
agent b() -> string {
  prompt: \"\"\"
    hello ${foo bar, it's
    more ${x} text
    \"\"\"
  timeout: 5m
}"
    an_unclosed_string_ends_with_its_line: "\
flow a() {
  let t = \"abc
  f(\"x, y)
  t
}"
    an_unclosed_block_does_not_swallow_the_next_item: "\
agent b() -> string {
  prompt: \"\"\"
    hello
  timeout: 5m
}

agent c() -> string {
  prompt: \"\"\"
    it's \"fine\" (or not
    \"\"\"
}

type X { a: int }"
    attributes_without_an_item_are_told: "\
@budget(turns: 3)
@
/// docs

flow a() { }
/// nothing follows"
    a_test_that_is_not_finished_keeps_its_name: "\
test \"it works\"
test
test \"b\" { expect }"
    a_broken_type_leaves_the_signature: "\
fn a(x: [int, y: {string}) -> Turn<int { x }
fn b(x: int??) -> [] { x }"
    with_and_catch_are_kept_when_their_ends_are_missing: "\
flow a() {
  x() with
  x() with { timeout: }
  x() catch
  x() catch e
  y
}"
    an_else_without_a_block_is_told: "\
flow a() {
  if x { y() } else
  if { z() }
  if x
  y
}"
    loops_without_their_parts_are_still_loops: "\
flow a() {
  loop max { x() }
  loop 3 { x() }
  for x { y() }
  parallel for x in { y() }
  parallel
  race { x = }
}"
    braces_that_hold_nothing_readable_leave_the_rest: "\
flow a() {
  match x { ) ] , , }
  y
}
flow b() { }"
    garbage_is_one_mistake_a_line: "\
flow a() {
  § § §
  ) ]
  x
}
flow b() { }"
}
