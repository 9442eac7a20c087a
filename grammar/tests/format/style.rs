//! What becomes of texts. The style itself is shown in `docs/style.md`; here is what is easily done wrong.

use crate::checked;
use flow_grammar::format::expression;
use flow_grammar::parse::parse;
use flow_grammar::tree::ItemKind;

/// What becomes of the text of a flow's body.
fn body(text: &str) -> String {
    let formatted = checked(&format!("flow f() {{\n{text}\n}}\n"));
    let inner = formatted.strip_prefix("flow f() {\n").and_then(|rest| rest.strip_suffix("}\n")).unwrap();
    inner.lines().map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned() + "\n").collect()
}

const LONG: &str = "a_name_that_is_so_long_that_two_of_them_do_not_fit_on_one_line";

#[test]
fn nothing_and_blanks_are_nothing() {
    assert_eq!(checked(""), "");
    assert_eq!(checked("\n \n\t\r\n"), "");
    assert_eq!(checked("\u{feff}\n// alone"), "// alone\n");
}

#[test]
fn newlines_of_windows_become_newlines() {
    let text = "//! m\r\n\r\n// c\r\nfn f() -> string {\r\n  \"\"\"\r\n  a\r\n    b\r\n  \"\"\"\r\n}\r\n";
    assert_eq!(checked(text), "//! m\n\n// c\nfn f() -> string {\n  \"\"\"\n  a\n    b\n  \"\"\"\n}\n");
}

#[test]
fn a_comment_on_the_first_line_of_a_script_stays_there() {
    let text = "#!/usr/bin/env flow\n//! m\nflow f() {}\n";
    assert_eq!(checked(text), "#!/usr/bin/env flow\n//! m\n\nflow f() {}\n");
}

#[test]
fn comments_stay_where_they_say_something() {
    let text = "\
// before
@code(\"X\") // attribute
// between
flow f( // parameters
  a: int, // a
  // b is next
  b: int
  // no more
) -> int { // body

  // first
  let x = [ // list
    1 // one
    , 2 // two
  ] // list ends

  // alone

  if a > b { // then
    a
    // last
  } // else comes
  else { b }
  // end
}
// behind
";
    let formatted = "\
// before
@code(\"X\") // attribute
// between
flow f( // parameters
  a: int, // a
  // b is next
  b: int,
  // no more
) -> int { // body
  // first
  let x = [ // list
    1, // one
    2, // two
  ] // list ends

  // alone

  if a > b { // then
    a
    // last
  } // else comes
  else {
    b
  }
  // end
}
// behind
";
    assert_eq!(checked(text), formatted);
}

#[test]
fn comments_stand_in_settings_arms_and_branches() {
    let text = "\
agent a(x: int) {
  // why
  prompt: \"${x}\" // text

  timeout: 5m
  // end
}

flow f(x: int) {
  match x {
    // one
    1 => 2 // two
    // rest

    _ => 3
  }
  parallel {
    // left
    a: g(), // a
    // right
    b: h(),
  }
  race { a = g() => a, // a
    _ = h() => 1 // b
  }
}
";
    let formatted = text.replace("race { a = g() => a, // a\n", "race {\n    a = g() => a // a\n");
    assert_eq!(checked(text), formatted);
}

#[test]
fn a_comment_that_is_in_the_way_moves_what_follows() {
    assert_eq!(body("let x = // why\n  f(1)"), "let x = // why\n  f(1)\n");
    assert_eq!(body("let x =\n// why\n  f(1)"), "let x =\n  // why\n  f(1)\n");
    assert_eq!(body("x(a + // why\n b)"), "x(\n  a\n    + // why\n      b,\n)\n");
    assert_eq!(body("xs.map(|x| // why\n x)"), "xs.map(|x| // why\n  x\n)\n");
    assert_eq!(body("[ // nothing\n]"), "[ // nothing\n]\n");
    assert_eq!(body("f(\n// nothing\n)"), "f(\n  // nothing\n)\n");
}

#[test]
fn blank_lines_are_kept_one_by_one() {
    assert_eq!(body("\n\n\na\n\n\n\nb\n// c\n\n\n\n// d\n\nc\n\n\n"), "a\n\nb\n// c\n\n// d\n\nc\n");
    assert_eq!(body("[1,\n\n\n2]"), "[1, 2]\n");
    assert_eq!(body("[1, // one\n\n\n2]"), "[\n  1, // one\n\n  2,\n]\n");
    assert_eq!(checked("type A {\n\n\n  a: int\n\n  b: int\n\n}\n"), "type A {\n  a: int\n\n  b: int\n}\n");
}

#[test]
fn items_over_several_lines_have_a_blank_line_around_them() {
    let text = "secret A\nsecret B\n// of f\nfn f() {\n  1\n}\nfn g() { 1 }\nfn h() { 1 } // h\n/// docs\nfn i() { 1 }\n";
    let formatted = "secret A\nsecret B\n\n// of f\nfn f() {\n  1\n}\n\nfn g() { 1 }\nfn h() { 1 } // h\n\n/// docs\nfn i() { 1 }\n";
    assert_eq!(checked(text), formatted);
    // A comment that stands apart from both has its blank line already.
    let text = "fn f() {\n  1\n}\n// of f\n\n// of g\nfn g() { 1 }\n";
    assert_eq!(checked(text), text);
}

#[test]
fn a_string_over_several_lines_keeps_its_value_wherever_it_goes() {
    let at_line = body("\"\"\"\n      a\n        ${b}\n\n    c\n      \"\"\"");
    assert_eq!(at_line, "\"\"\"\na\n  ${b}\n\nc\n\"\"\"\n");
    let behind = body("let x = \"\"\"\na\n  b\n\"\"\"");
    assert_eq!(behind, "let x = \"\"\"\n  a\n    b\n  \"\"\"\n");
    // The last line is text: nothing is indentation.
    let fixed = body("let x = \"\"\"\n a\nb\"\"\"");
    assert_eq!(fixed, "let x = \"\"\"\na\nb\"\"\"\n".replace("\na\n", "\n a\n").replace("  ", ""));
    let one_line = body("let x = \"\"\"a \"b\" \"\"\"");
    assert_eq!(one_line, "let x = \"\"\"a \"b\" \"\"\"\n");
    assert_eq!(body("f(1,\"\"\"\na\n\"\"\")"), "f(1, \"\"\"\n  a\n  \"\"\")\n");
    assert_eq!(body("f(\"\"\"\na\n\"\"\",1)"), "f(\n  \"\"\"\n  a\n  \"\"\",\n  1,\n)\n");
}

#[test]
fn the_blanks_of_a_string_are_its_own() {
    // Blanks at the ends of lines, tabs, and lines with less than the indentation.
    let text = "const A = \"\"\"\n    a  \n  \tb\n \n     c\n    \"\"\"\n";
    assert_eq!(checked(text), "const A = \"\"\"\n  a  \n  \tb\n\n   c\n  \"\"\"\n");
    assert_eq!(checked("const A = \"a   ${  b+c }\"\n"), "const A = \"a   ${  b+c }\"\n");
}

#[test]
fn literals_are_as_they_were_written() {
    let text = "[1_000, 0.50, 90s, 1_500ms, $2.50, $3, true, none, \"\\u{1F600}\", [:]]\n";
    assert_eq!(body(text), text);
}

#[test]
fn signs_have_their_blanks() {
    assert_eq!(body("x+=-1*( a-b )%2"), "x += -1 * (a - b) % 2\n");
    assert_eq!(body("a . b ?. c [ 0 ] ( )"), "a.b?.c[0]()\n");
    assert_eq!(body("spawn  p . run( x:1 ) with{timeout:1m}"), "spawn p.run(x: 1) with { timeout: 1m }\n");
    assert_eq!(body("for x in 1 .. n{x}"), "for x in 1..n { x }\n");
    assert_eq!(body("let {a,b}=pool.{ a,b , }"), "let { a, b } = pool.{a, b}\n");
    assert_eq!(body("f(||1,|a,b|a,|_,|1)"), "f(|| 1, |a, b| a, |_| 1)\n");
    assert_eq!(body("if a is B(c:d,..)or not e in f{}"), "if a is B(c: d, ..) or not e in f {}\n");
    assert_eq!(
        checked("fn f<A,B>(a:{string:[A?]},b:x.Y<B>)->file(\"a\"){a}"),
        "fn f<A, B>(a: {string: [A?]}, b: x.Y<B>) -> file(\"a\") { a }\n"
    );
}

#[test]
fn a_minus_never_begins_a_line() {
    let formatted = body(&format!("let x = {LONG} - {LONG}"));
    assert_eq!(formatted, format!("let x =\n  {LONG} -\n    {LONG}\n"));
    let formatted = body(&format!("let x = {LONG} + {LONG} - 1 + {LONG}"));
    assert_eq!(formatted, format!("let x =\n  {LONG}\n  + {LONG} - 1\n  + {LONG}\n"));
}

#[test]
fn a_closing_angle_stays_with_what_it_closes() {
    let text = "type A { a: Turn<int // c\n>, b: int }\n";
    assert_eq!(checked(text), "type A {\n  a: Turn<int // c\n    >,\n  b: int\n}\n");
}

#[test]
fn a_list_that_something_is_added_to_breaks_by_itself() {
    let formatted = body(&format!("let run = [\"{LONG}\", \"{LONG}\"] + files"));
    assert_eq!(formatted, format!("let run = [\n  \"{LONG}\",\n  \"{LONG}\",\n] + files\n"));
}

#[test]
fn with_and_catch_follow_what_they_belong_to() {
    let formatted = body(&format!(
        "let x = work({LONG}) with {{ timeout: 3h, retry: 2, model: \"haiku\" }} catch e {{\nfail e\n}}"
    ));
    assert_eq!(
        formatted,
        format!(
            "let x = work({LONG}) with {{\n  timeout: 3h\n  retry: 2\n  model: \"haiku\"\n}} catch e {{\n  fail e\n}}\n"
        )
    );
    let formatted = body(&format!("let x = a.first({LONG}).second({LONG}) catch e {{\nfail e\n}}"));
    assert_eq!(
        formatted,
        format!("let x = a\n  .first({LONG})\n  .second({LONG})\n  catch e {{\n    fail e\n  }}\n")
    );
}

#[test]
fn a_value_goes_to_the_next_line_if_it_then_fits() {
    let call = format!("f({LONG}, twenty_more_columns_x)");
    assert_eq!(body(&format!("let some_name = {call}")), format!("let some_name =\n  {call}\n"));
    assert_eq!(
        body(&format!("let some_name = f({LONG}, {LONG})")),
        format!("let some_name = f(\n  {LONG},\n  {LONG},\n)\n")
    );
    let arm = format!("Some(pattern) if {LONG} => \"and a text\"");
    assert_eq!(body(&format!("match x {{\n{arm}\n}}")), format!("match x {{\n  {arm}\n}}\n"));
    let arm = format!("Some(pattern) if {LONG} =>");
    assert_eq!(
        body(&format!("match x {{\n{arm} \"and a text that is longer\"\n}}")),
        format!("match x {{\n  {arm}\n    \"and a text that is longer\"\n}}\n")
    );
}

#[test]
fn columns_are_characters() {
    let fits = format!("f(\"{}\", 1)", "é".repeat(100 - 2 - 8));
    assert_eq!(body(&fits), fits.clone() + "\n");
    let too_wide = format!("f(\"{}\", 1)", "é".repeat(100 - 2 - 7));
    assert_eq!(body(&too_wide), format!("f(\n  \"{}\",\n  1,\n)\n", "é".repeat(91)));
}

#[test]
fn a_lone_string_stays_with_its_call() {
    let text = format!("log(\"{LONG} {LONG}\")\n");
    assert_eq!(body(&text), text);
}

#[test]
fn imports_are_sorted_in_their_groups() {
    let text = "\
import ./z.{b, a, B, A}
import std/text // of std
import ../up
import ../../farther
import std/review as review

import ./second.{
  z, // kept in this order
  a,
}
// a border
import ./first
";
    let formatted = "\
import std/review as review
import std/text // of std
import ../../farther
import ../up
import ./z.{A, B, a, b}

import ./second.{
  z, // kept in this order
  a,
}
// a border
import ./first
";
    assert_eq!(checked(text), formatted);
}

#[test]
fn deep_nesting_is_formatted_in_time_that_is_linear() {
    let depth = 80;
    let text = format!("const A = {}1{}\n", "f(a, [".repeat(depth), "], b)".repeat(depth));
    assert!(checked(&text).lines().count() > depth);
}

#[test]
fn an_expression_is_written_alike_whatever_its_blanks() {
    let written = |text: &str| {
        let parsed = parse(text);
        match &parsed.items[0].item.kind {
            ItemKind::Const(decl) => expression(text, &decl.value),
            _ => unreachable!(),
        }
    };
    let wanted = format!("0 <= it.len() and {LONG} in [1, 2] or \"{LONG} ${{ x }}\".matches(\"a\")");
    assert_eq!(written(&format!("const A = {wanted}")), wanted);
    let scruffy =
        wanted.replace(" and", "// one\n  and // c\n").replace("[1, 2]", "[\n1,2,\n]").replace(" <= ", "<=");
    assert_eq!(written(&format!("const A = {scruffy}")), wanted);
}
