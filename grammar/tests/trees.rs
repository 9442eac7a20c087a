//! What right programs are understood as.

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
    operators_bind_by_precedence: "\
fn a() {
  a + b * c - d / e % f
  a == b + 1 and c in d or not e and f
  a ?? b or c ?? d
  1..n + 1
  -a.b(c)[d] * 2
  not a == b
  not not a
  a is Known(v) and v < 0.1
  x is A | B and y
  spawn f(x) with { timeout: 3h }
  open agent_name
  - - 3
}"
    statements_have_attributes: "\
flow a() {
  @allow(unused_binding)
  let x = 1
  @allow(W0101, \"b\") @allow(c) var y = 2
  /// Ends it.
  @allow(unused_parameter)
  stage end(x: int) { return }
  @allow(c)
  (y)
}"
    leaving_and_closures_reach_to_the_right: "\
fn a() {
  return a ?? b
  best(x) ?? fail \"none \" + y
  xs.sort_by(|a, _| -a.b + 1)
  f(|| 3)
  x catch e { return } catch _ { 3 }
  a + b ?? c catch e { d }
  break
  return
  done x
  continue
}"
    newlines_end_statements_unless_something_goes_on: "\
fn a() {
  foo
    .bar()
    ?.baz
  foo
  (bar)
  foo
  [1]
  a
    + b
    and c
  a
  - b
  a +
    b
  let x =
    3
  f(
    1,
    2
  )
  if a { b }
  else { c }
  x()
    catch e { y }
  z with {
    timeout: 3h
    retry: 2,
    model: \"x\" }
}"
    a_type_closed_at_the_end_of_a_line_ends_it: "\
type A {
  x: Turn<string>
  y: Process<int, Turn<bool>>
  z: string?
}
fn a() {
  a >
    b
}"
    alternatives_may_stand_on_lines_of_their_own: "\
type A
  = B(x: int)
  /// The second.
  | C

type D =
  | E
  | /// The last.
    F(
      /// A field.
      x: int where it > 0 = 3,
    )"
    keywords_may_name_fields_labels_and_settings: "\
type A { type: string, in: int, with: bool, else_: int }
agent a(from: int) -> string { prompt: \"x\", tool: x.match.for, max: max }
fn b() { f(if: 1, loop: 2).match }
import std/test.{flow_of}
import ./flow/type as kind"
    statements_of_every_form: "\
flow a(x: int = 3) -> {string: int} emits Progress<T> {
  let { style, security: s, .. } = parallel { style: lint(), security: { audit() } }
  let Draft(poem, inspiration: i, ..): Drafted = x
  var y: [checks.Plan?] = []
  y = [1]
  y[0] += 2
  emit Note(text: \"x\")
  defer { cleanup() }
  require a, \"message\"
  /// The stage.
  stage draft(d: Direction) max 6 { handoff judge(d, x: 1) }
  /// The tool.
  expose add(spec: Spec) -> string { done \"x\" }
  stub critic = [Accept]
  expect calls(critic).len() == 2
  tools(workers.{add_task, tasks})
}"
    expressions_of_every_form: "\
fn a() {
  match x {
    Revise(findings: f) if f.ok => 1
    Verdict.Accept | Reject => { 2 }
    -1 => 3, 2 => 4
    \"text\" => 5
    true | false => 6
    none => 7
    { a, b: c } => 8
    _ => 9
  }
  loop max 3 { break x } else { blocked \"no\" }
  for x in xs { x }
  parallel for i in 1..n max 8 { i }
  race { a = f() => a, _ = sleep(15m) => \"late\" }
  [\"a\": 1, \"b\": 2,]
  [:]
  [1, 2,]
}"
    items_of_every_form: "\
import std/review.{Verdict, Finding}
import ../../up/x
const P: Score = 0.7
secret TOKEN
type T<A, B> = Done(value: A) | Blocked(b: B)
type S = string where it.len() > 0
type F = file(\"src/**/*.rs\")
/// Docs
/// of two lines.
@budget(turns: 20, cost: $25) @fresh
tool t<A>(@fresh path: file, /// The x. ///
  x: [A]) -> none { }
human h() -> SignOff { ask: \"ok?\" }
command c(x: file) -> [string] { run: [\"a\", x] }
test \"it works\" { }"
    items_may_be_indented_and_stand_without_blank_lines: "  flow a() { }
  flow b() { }
    @code(\"C\")
  flow c() { }"
    module_documentation_is_of_the_file: "\
//! The module.
//!
//! More.

// a comment
/// The flow.
flow a() { }"
}
