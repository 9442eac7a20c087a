//! Habits from other languages: each is answered in its own words and read as it is meant.

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
    an_assignment_in_a_condition_is_a_comparison: "\
flow a() {
  if x = 3 { y() }
  require (x = 4), \"no\"
  expect x = y
  match z { A if x = 3 => 1 }
}"
    a_closure_that_assigns_or_holds_a_block_is_told_as_that: "\
flow a(xs: [int]) {
  xs.map(|x| total += x)
  xs.fold(0, |a, x| m.of[1] = x)
  let ys = xs.map(|x| { total = x })
  xs.filter(|x| {
    let y = x + 1
    y > 1
  })
  xs.map(|x| x == 1)
  m = [\"a\": xs.map(|_| n += 1)]
}"
    a_space_in_a_duration_is_one_mistake: "\
flow a() {
  sleep(30 s)
  let x = b() with { timeout: 5 minutes }
  x
}"
    variants_in_braces_are_read_as_they_are_meant: "\
enum A { B, C }
enum D {
  /// One.
  E(x: int)
  F { y: string }
}
type G { H, I }"
    fields_without_names_are_one_mistake: "\
type A { int, string? }
type B = C(int, [D]) | E
type F { a, b: int }"
    an_attempt_is_a_catch: "\
flow a() {
  try {
    b()
  } catch e {
    c()
  }
  try { d() }
}"
    documentation_in_the_middle_of_something_is_one_mistake: "\
const A
/// x
= 3
flow b() {
  let c
  /// y
  = 4
}
type D
/// One.
/// Two.
= E | F"
    a_condition_with_a_question_mark_is_one_mistake: "\
fn a(n: int) -> string { n > 3 ? \"b\" : \"c\" }
fn d(n: int) -> int {
  let x = f(n > 3 ? 1 : 2, 4)
  x
}"
    semicolons_are_not_needed: "\
flow a() {
  let x = 1;
  y(); z();
  w
};"
    operators_of_other_languages_are_known: "\
flow a() {
  a && b || !c
  a === b
  a !== b
  x := 3
  x -= 1
  x++
}"
    a_ternary_is_an_if: "\
flow a() {
  let x = c ? 1 : 2
  x
}"
    words_of_other_languages_are_known: "\
flow a() {
  let mut q = null
  const k = nil
  while x < 3 { y() }
  switch x { A => 1 }
  throw \"x\"
  await f()
  if x then { y() }
}"
    elif_is_else_if: "\
flow a() {
  if x { y() } elif z { w() }
  if x {
    y()
  }
  elif z { w() }
}"
    declarations_of_other_languages_are_known: "\
function foo(a: int) -> int { a }
def bar() { }
pub fn baz() { }
class Foo { a: int }
export const X = 1"
    a_misspelt_declaration_is_read: "\
flo main() { }
agnet x() -> string { prompt: \"x\" }
tpye Y { a: int }"
    signs_in_another_ones_place_are_told: "\
fn a(x -> int): int { x }
fn b(x: int) => int {
  match x {
    A -> 1
    B: 2
  }
}
const M = [\"a\" => 1, \"b\" = 2]
fn c() -> int { f(a = 1, b: 2) }"
    an_arrow_function_is_a_closure: "\
fn a(xs: [int]) -> [int] { xs.map(x => x + 1).filter(|x| x > 2) }"
    a_brace_on_its_own_line_belongs_to_the_line_above: "\
flow a(x: int) -> int
{
  if x > 3
  {
    y()
  }
}"
    a_record_is_built_with_parentheses: "\
flow a() {
  let p = Plan { title: \"x\", steps: [] }
  let q = Plan {
    title: \"x\"
    steps: [Step { a: 1 }]
  }
  if p == Plan { title: \"y\" } { q }
}"
    single_quotes_are_strings: "\
flow a() { f('hello', 'it \"is\"') }"
    comments_of_other_languages_are_comments: "\
# a comment
flow a() { x() } /* a block */
flow b() { x() } # another"
    a_keyword_cannot_be_a_name: "\
flow a(agent: string) {
  let flow = 3
  f(type)
  x.match
  y(for: 3)
}
fn test() { }"
    the_case_of_names_tells_types_from_values: "\
type plan { a: int }
fn Count(x: int) -> int { x }
const limit = 3
type A { Title: string }
flow b() { stage Draft() { } }"
    documentation_must_describe_something: "\
flow a() {
  /// of a let
  let x = 1
  y()
  /// of nothing
}"
    comparisons_and_ranges_cannot_be_chained: "\
flow a() {
  a < b < c
  1..2..3
  a == b != c
  x is A is B
}"
    not_binds_loosely: "\
flow a() {
  a + not b
  not a == b and not c
}"
    a_type_is_optional_once: "\
type A { x: int? ? }"
    a_plain_string_has_no_holes: "\
test \"x ${y}\" { match z { \"a ${b}\" => 1 } }"
    a_fence_of_markdown_is_told_once: "\
```flow
flow a() {
  b()
}
```"
    blocks_between_words_are_blocks: "\
flow a(xs: [int]) {
  for x in xs do
    if x > 2 then
      b()
    elsif x > 1 then c() else
      d()
    fi
  done
  e()
}"
    branches_without_a_name_are_one_mistake: "\
flow a() {
  let x = parallel { b(), c: d() }
  race {
    b() => 1
    _ = c() => 2
  }
}"
    patterns_that_compare_are_read_as_arms: "\
fn a(n: int) -> int {
  match n {
    5m => 1
    -2.5 => 2
    > 3 => 4
    1..2 if n => 5
    _ => 6
  }
}"
}
