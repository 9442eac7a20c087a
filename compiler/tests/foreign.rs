//! What is written as in another language is one mistake, in its own words, and nothing is said of what follows from it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use flow_compiler::diagnostics::Place;
use support::Project;

/// Programs with one mistake each, and what is said of it: line, column, code, message.
const PROGRAMS: &[(&str, &str)] = &[
    (
        r##"flow f(name: string) { log(f"hello ${name}") }"##,
        r##"1:28 E0061 a string has no prefix such as `f`"##,
    ),
    (
        r##"fn g(name: string) -> string { f"hello {name}" }"##,
        r##"1:32 E0061 a string has no prefix such as `f`"##,
    ),
    (
        r##"fn g(name: string) -> bool { name == r"x\d" }"##,
        r##"1:38 E0061 a string has no prefix such as `r`"##,
    ),
    (r##"fn g() -> string { b"x" }"##, r##"1:20 E0061 a string has no prefix such as `b`"##),
    (
        r##"from std/review import Finding
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"from x import y
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"from a.b import y, z
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import os.path
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import { a } from "b"
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import a from "b"
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import * as a from "b"
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import { Ticket, User } from "./tickets"
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"const x = require("fs")
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"const { x, y } = require("fs")
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"use a::b
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"use std::review::Finding
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import std::review.{Finding}
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import ("fmt")
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import std/review {Finding}
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import std/review.Finding
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"import std/review.*
fn g() -> int { 1 }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (r##"fn f(int a) -> int { a }"##, r##"1:6 E0061 the name stands before its type"##),
    (
        r##"type P { x: int }
fn f(P p) -> int { p.x }"##,
        r##"2:6 E0061 the name stands before its type"##,
    ),
    (r##"fn f(a: ?string) -> int { 1 }"##, r##"1:9 E0061 `?` stands behind the type"##),
    (
        r##"fn f(a: Dict[string, int]) -> int { a.len() }"##,
        r##"1:9 E0061 this type is written `{string: int}`, not `Dict[string, int]`"##,
    ),
    (
        r##"fn f(a: dict[str, int]) -> int { a.len() }"##,
        r##"1:9 E0061 this type is written `{str: int}`, not `dict[str, int]`"##,
    ),
    (
        r##"fn f(a: list[int]) -> int { a.len() }"##,
        r##"1:9 E0061 this type is written `[int]`, not `list[int]`"##,
    ),
    (r##"fn f(a: int[]) -> int { a.len() }"##, r##"1:9 E0061 this type is written `[int]`, not `int[]`"##),
    (r##"fn f(a: []int) -> int { a.len() }"##, r##"1:9 E0061 this type is written `[int]`, not `[]int`"##),
    (
        r##"fn f(a: Optional[int]) -> int { a ?? 1 }"##,
        r##"1:9 E0061 this type is written `int?`, not `Optional[int]`"##,
    ),
    (
        r##"fn f(a: map<string, int>) -> int { a.len() }"##,
        r##"1:9 E0061 this type is written `{string: int}`, not `map<string, int>`"##,
    ),
    (
        r##"fn f(a: int | none) -> int { a ?? 1 }"##,
        r##"1:13 E0061 a type that may be missing is written with `?`, not with `| none`"##,
    ),
    (
        r##"fn f(a: int | null) -> int { a ?? 1 }"##,
        r##"1:13 E0061 a type that may be missing is written with `?`, not with `| null`"##,
    ),
    (r##"fn f(a: string | int) -> int { 1 }"##, r##"1:16 E0061 a type of several alternatives has a name"##),
    (r##"fn f(a: (int, string)) -> int { 1 }"##, r##"1:9 E0061 there are no tuples"##),
    (r##"fn f(a: fn(int) -> int) -> int { 1 }"##, r##"1:9 E0061 there are no types of functions"##),
    (r##"fn f(a: (int) => int) -> int { 1 }"##, r##"1:9 E0061 there are no types of functions"##),
    (r##"type P<t> { x: t }"##, r##"1:8 E0056 `t` cannot name a type"##),
    (r##"fn f<t>(x: t) -> t { x }"##, r##"1:6 E0056 `t` cannot name a type"##),
    (r##"flow f() -> () { log("x") }"##, r##"1:13 E0061 there is no type `()`"##),
    (r##"type Risk = "low" | "high""##, r##"1:13 E0061 a value is no type"##),
    (r##"fn f(a: "low" | "high") -> int { 1 }"##, r##"1:9 E0061 a value is no type"##),
    (r##"fn f(a: int) -> bool { a <> 3 }"##, r##"1:26 E0044 the operator is `!=`, not `<>`"##),
    (
        r##"flow f() -> int {
  var x = 1
  x ??= 3
  x
}"##,
        r##"3:5 E0044 there is no operator `??=`"##,
    ),
    (
        r##"flow f() -> int {
  var x = 1
  x *= 2
  x
}"##,
        r##"3:5 E0044 there is no operator `*=`"##,
    ),
    (
        r##"flow f() -> int {
  var x = 1
  x /= 2
  x
}"##,
        r##"3:5 E0044 there is no operator `/=`"##,
    ),
    (
        r##"flow f() -> int {
  var x = 1
  x -= 2
  x
}"##,
        r##"3:5 E0044 there is no operator `-=`"##,
    ),
    (
        r##"flow f() -> bool {
  var x = false
  x ||= true
  x
}"##,
        r##"3:5 E0044 there is no operator `||=`"##,
    ),
    (
        r##"flow f() -> int {
  var x = 1
  x++
  x
}"##,
        r##"3:4 E0044 there is no operator `++`"##,
    ),
    (
        r##"flow f() -> int {
  var x = 1
  ++x
  x
}"##,
        r##"3:3 E0044 there is no operator `++`"##,
    ),
    (
        r##"fn f(a: bool) -> int { 1 if a else 2 }"##,
        r##"1:26 E0044 the operator is `if … { … } else { … }`, not `… if … else …`"##,
    ),
    (
        r##"fn f(a: bool) -> int {
  let x = 1 if a else 2
  x
}"##,
        r##"2:13 E0044 the operator is `if … { … } else { … }`, not `… if … else …`"##,
    ),
    (
        r##"fn f(a: bool, b: int, c: int) -> int { a ? b : c }"##,
        r##"1:42 E0044 the operator is `if … { … } else { … }`, not `? :`"##,
    ),
    (
        r##"fn f(a: bool, b: int, c: int) -> int {
  let d = a ? b : c
  d
}"##,
        r##"2:13 E0044 the operator is `if … { … } else { … }`, not `? :`"##,
    ),
    (
        r##"fn g(x: int) -> int { x }
fn f(a: bool, b: int, c: int) -> int { g(a ? b : c) }"##,
        r##"2:44 E0044 the operator is `if … { … } else { … }`, not `? :`"##,
    ),
    (
        r##"fn f(a: bool, b: int, c: int) -> int { a ? b : a ? b : c }"##,
        r##"1:42 E0044 the operator is `if … { … } else { … }`, not `? :`"##,
    ),
    (
        r##"fn f(a: bool) -> string { "x ${a ? "b" : "c"}" }"##,
        r##"1:34 E0044 the operator is `if … { … } else { … }`, not `? :`"##,
    ),
    (
        r##"@budget turns: 3
flow f() { log("x") }"##,
        r##"1:9 E0061 what an attribute is given stands in parentheses"##,
    ),
    (r##"fn f(xs: [int]) -> [int] { [x for x in xs] }"##, r##"1:31 E0061 there are no comprehensions"##),
    (
        r##"fn f(xs: [int]) -> [int] { [x * 2 for x in xs if x > 1] }"##,
        r##"1:35 E0061 there are no comprehensions"##,
    ),
    (r##"fn f(xs: [int]) -> int { sum(x for x in xs) }"##, r##"1:32 E0061 there are no comprehensions"##),
    (
        r##"fn f(xs: [string]) -> {string: int} { {x: 1 for x in xs} }"##,
        r##"1:39 E0061 a value is not written in braces"##,
    ),
    (
        r##"fn f(x: int) -> int {
  match x {
    case 1: 2
    case 2: 3
    default: 4
  }
}"##,
        r##"3:5 E0061 an arm begins with its pattern, not with `case`"##,
    ),
    (
        r##"fn f(x: int) -> int {
  match x {
    case 1 => 2
    case 2 => 3
    case _ => 4
  }
}"##,
        r##"3:5 E0061 an arm begins with its pattern, not with `case`"##,
    ),
    (
        r##"fn f(x: int) -> int {
  match x {
    1 => 2
    else => 4
  }
}"##,
        r##"4:5 E0061 the arm for the rest begins with `_`, not with `else`"##,
    ),
    (
        r##"fn f(x: int) -> int {
  switch x {
    1 => 2
    _ => 4
  }
}"##,
        r##"2:3 E0045 the word is `match`, not `switch`"##,
    ),
    (
        r##"fn f(x: int) -> int {
  when x {
    1 => 2
    _ => 4
  }
}"##,
        r##"2:3 E0045 the word is `match`, not `when`"##,
    ),
    (
        r##"fn f(x: int) -> int {
  match x:
    case 1: 2
    case _: 4
}"##,
        r##"2:10 E0061 a block stands in braces, not behind `:`"##,
    ),
    (
        r##"fn f(x: int?) -> int {
  if let y = x { y } else { 0 }
}"##,
        r##"2:3 E0061 there is no `if let`"##,
    ),
    (
        r##"fn f(x: int?) -> int {
  if let Some(y) = x { y } else { 0 }
}"##,
        r##"2:3 E0061 there is no `if let`"##,
    ),
    (
        r##"flow f(x: int?) -> int {
  while let y = x { log("x") }
  3
}"##,
        r##"2:3 E0045 the word is `loop max N`, not `while`"##,
    ),
    (
        r##"flow f(m: {string: int}) {
  for k, v in m { log("${k} ${v}") }
}"##,
        r##"2:7 E0061 `for` binds one name, or a pattern"##,
    ),
    (
        r##"flow f(m: {string: int}) {
  for (k, v) in m { log("${k} ${v}") }
}"##,
        r##"2:7 E0061 `for` binds one name, or a pattern"##,
    ),
    (
        r##"flow f(m: {string: int}) {
  for [k, v] in m { log("${k} ${v}") }
}"##,
        r##"2:7 E0060 there are no patterns for lists and maps"##,
    ),
    (
        r##"flow f(xs: [int]) {
  for (x in xs) { log("${x}") }
}"##,
        r##"2:7 E0061 what `for` goes through stands without parentheses"##,
    ),
    (
        r##"flow f(xs: [int]) {
  for (const x of xs) { log("${x}") }
}"##,
        r##"2:7 E0061 what `for` goes through stands without parentheses"##,
    ),
    (
        r##"flow f(xs: [int]) {
  for (let i = 0; i < 3; i++) { log("${i}") }
}"##,
        r##"2:7 E0061 `for` goes through a list"##,
    ),
    (
        r##"flow f(xs: [int]) {
  for x in xs: log("x")
}"##,
        r##"2:14 E0061 a block stands in braces, not behind `:`"##,
    ),
    (
        r##"flow f(xs: [int]) {
  for x in xs:
    log("${x}")
}"##,
        r##"2:14 E0061 a block stands in braces, not behind `:`"##,
    ),
    (
        r##"flow f() {
  for x in 0..=3 { log("${x}") }
}"##,
        r##"2:13 E0044 the operator is `..`, not `..=`"##,
    ),
    (
        r##"flow f() {
  for x in 0...3 { log("${x}") }
}"##,
        r##"2:13 E0044 the operator is `..`, not `...`"##,
    ),
    (
        r##"flow f() {
  for x in 0..<3 { log("${x}") }
}"##,
        r##"2:13 E0044 the operator is `..`, not `..<`"##,
    ),
    (
        r##"flow f(xs: [int]) {
  foreach x in xs { log("${x}") }
}"##,
        r##"2:3 E0045 the word is `for`, not `foreach`"##,
    ),
    (
        r##"flow f(xs: [int]) {
  for x of xs { log("${x}") }
}"##,
        r##"2:9 E0045 the word is `in`, not `of`"##,
    ),
    (r##"fn f(x: int?) -> int { x! }"##, r##"1:25 E0061 there is no `!` behind a value"##),
    (r##"fn f(x: int?) -> int { x!! }"##, r##"1:25 E0061 there is no `!` behind a value"##),
    (
        r##"type P { y: int }
fn f(x: P?) -> int { x!.y }"##,
        r##"2:23 E0061 there is no `!` behind a value"##,
    ),
    (r##"fn f(x: bool) -> bool { !x }"##, r##"1:25 E0044 the operator is `not`, not `!`"##),
    (
        r##"fn f(x: bool) -> int {
  if !x { 1 } else { 2 }
}"##,
        r##"2:6 E0044 the operator is `not`, not `!`"##,
    ),
    (r##"fn f(x: [int]) -> bool { !x.is_empty() }"##, r##"1:26 E0044 the operator is `not`, not `!`"##),
    (r##"fn f(a: bool, b: bool) -> bool { !(a and b) }"##, r##"1:34 E0044 the operator is `not`, not `!`"##),
    (
        r##"fn g(x: bool) -> bool { x }
fn f(a: bool) -> bool { g(!a) }"##,
        r##"2:27 E0044 the operator is `not`, not `!`"##,
    ),
    (r##"fn f(x: int?) -> int { x? }"##, r##"1:25 E0061 there is no `?` behind a value"##),
    (
        r##"command b() -> string { run: ["x"] }
flow f() -> string {
  let y = await b()
  y
}"##,
        r##"3:11 E0045 `await` is not used in Flow"##,
    ),
    (r##"async flow f() { log("x") }"##, r##"1:1 E0045 `async` is not used in Flow"##),
    (r##"export fn f() -> int { 1 }"##, r##"1:1 E0045 `export` is not used in Flow"##),
    (r##"pub fn f() -> int { 1 }"##, r##"1:1 E0045 `pub` is not used in Flow"##),
    (r##"func f(a: int) -> int { a }"##, r##"1:1 E0045 the word is `fn`, not `func`"##),
    (r##"fn f(xs: [int]) -> [int] { xs.map(x => x + 1) }"##, r##"1:35 E0045 the word is `|x|`, not `x =>`"##),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map((x) => x + 1) }"##,
        r##"1:35 E0061 a closure is written `|x| …`, not `(x) => …`"##,
    ),
    (
        r##"fn f(xs: [int]) -> int { xs.fold(0, (a, x) => a + x) }"##,
        r##"1:37 E0061 a closure is written `|x| …`, not `(a, x) => …`"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map(x => { x + 1 }) }"##,
        r##"1:35 E0045 the word is `|x|`, not `x =>`"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map(lambda x: x + 1) }"##,
        r##"1:35 E0061 a closure is written `|x| …`, not `lambda x: …`"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map(function(x) { return x + 1 }) }"##,
        r##"1:35 E0061 a closure is written `|x| …`, not `function(x) …`"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map(fn(x) { x + 1 }) }"##,
        r##"1:35 E0061 a closure is written `|x| …`, not `fn(x) …`"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map(fn(x) => x + 1) }"##,
        r##"1:35 E0061 a closure is written `|x| …`, not `fn(x) …`"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map { it + 1 } }"##,
        r##"1:35 E0061 a closure is an argument, in parentheses"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map({ x -> x + 1 }) }"##,
        r##"1:35 E0061 a closure is written `|x| …`, not `{ x -> … }`"##,
    ),
    (
        r##"fn f(xs: [int]) -> [int] { xs.map { |x| x + 1 } }"##,
        r##"1:35 E0061 a closure is an argument, in parentheses"##,
    ),
    (r##"const M = {"a": 1}"##, r##"1:11 E0061 a map is written in brackets, not in braces"##),
    (
        r##"fn f() -> {string: int} { {"a": 1, "b": 2} }"##,
        r##"1:27 E0061 a map is written in brackets, not in braces"##,
    ),
    (
        r##"fn f() -> {string: int} {
  let m = {"a": 1}
  m
}"##,
        r##"2:11 E0061 a map is written in brackets, not in braces"##,
    ),
    (
        r##"fn g(m: {string: int}) -> int { m.len() }
fn f() -> int { g({"a": 1}) }"##,
        r##"2:19 E0061 a map is written in brackets, not in braces"##,
    ),
    (
        r##"fn f() -> {string: int} {
  let m: {string: int} = {}
  m
}"##,
        r##"2:26 E0061 a map is written in brackets, not in braces"##,
    ),
    (
        r##"type P { x: int }
fn f() -> P { { x: 1 } }"##,
        r##"2:15 E0061 a value is not written in braces"##,
    ),
    (
        r##"type P { x: int }
fn f() -> P {
  let p: P = { x: 1 }
  p
}"##,
        r##"3:14 E0061 a value is not written in braces"##,
    ),
    (
        r##"type P { x: int }
fn g(p: P) -> int { p.x }
fn f() -> int { g({ x: 1 }) }"##,
        r##"3:19 E0061 a value is not written in braces"##,
    ),
    (
        r##"command b() -> string {
  run: ["x"]
  env: { A: "b" }
}"##,
        r##"3:8 E0061 a value is not written in braces"##,
    ),
    (
        r##"command b() -> string {
  run: ["x"]
  env: { "A": "b" }
}"##,
        r##"3:8 E0061 a map is written in brackets, not in braces"##,
    ),
    (
        r##"fn f() -> [int] {
  let s = {1, 2}
  s
}"##,
        r##"2:11 E0061 a list is written in brackets, not in braces"##,
    ),
    (r##"fn f(xs: [int]) -> [int] { [...xs, 1] }"##, r##"1:29 E0061 nothing is spread with `...`"##),
    (
        r##"fn g(a: int, b: int) -> int { a + b }
fn f(xs: [int]) -> int { g(...xs) }"##,
        r##"2:28 E0061 nothing is spread with `...`"##,
    ),
    (
        r##"type P { x: int, y: int }
fn f(p: P) -> P { P(...p, x: 1) }"##,
        r##"2:21 E0061 nothing is spread with `...`"##,
    ),
    (
        r##"fn g(a: int, b: int) -> int { a + b }
fn f(xs: [int]) -> int { g(*xs) }"##,
        r##"2:28 E0061 nothing is spread with `*`"##,
    ),
    (r##"fn g(...xs: [int]) -> int { 1 }"##, r##"1:6 E0061 the number of parameters is fixed"##),
    (r##"fn g(*xs: [int]) -> int { 1 }"##, r##"1:6 E0061 the number of parameters is fixed"##),
    (r##"fn f(a: bool, b: bool) -> bool { a && b }"##, r##"1:36 E0044 the operator is `and`, not `&&`"##),
    (
        r##"fn f(a: bool, b: bool) -> int { if a && b { 1 } else { 2 } }"##,
        r##"1:38 E0044 the operator is `and`, not `&&`"##,
    ),
    (r##"fn f(a: int, b: int) -> int { a ** b }"##, r##"1:33 E0044 there is no operator `**`"##),
    (r##"fn f(a: int, b: int) -> int { a << b }"##, r##"1:33 E0044 there is no operator `<<`"##),
    (r##"fn f(a: int, b: int) -> int { a >> b }"##, r##"1:33 E0044 there is no operator `>>`"##),
    (r##"fn f(a: int) -> bool { a === 1 }"##, r##"1:26 E0044 the operator is `==`, not `===`"##),
    (r##"fn f(a: int) -> bool { a !== 1 }"##, r##"1:26 E0044 the operator is `!=`, not `!==`"##),
    (r##"fn f(a: int) -> bool { a =< 1 }"##, r##"1:26 E0044 the operator is `<=`, not `=<`"##),
    (r##"fn f(a: int, xs: [int]) -> bool { a not in xs }"##, r##"1:37 E0044 there is no operator `not in`"##),
    (r##"fn f(a: int?) -> bool { a is not none }"##, r##"1:27 E0044 there is no operator `is not`"##),
    (
        r##"type V = A | B
fn f(v: V) -> bool { v instanceof A }"##,
        r##"2:24 E0045 the word is `is`, not `instanceof`"##,
    ),
    (r##"fn f(a: float) -> int { a as int }"##, r##"1:27 E0061 a value is not converted with `as`"##),
    (
        r##"fn f(a: int) -> int { if a > 1 { 1 } elif a > 0 { 2 } else { 3 } }"##,
        r##"1:38 E0045 the word is `else if`, not `elif`"##,
    ),
    (
        r##"fn f(a: int) -> int { if a > 1 { 1 } elseif a > 0 { 2 } else { 3 } }"##,
        r##"1:38 E0045 the word is `else if`, not `elseif`"##,
    ),
    (
        r##"fn f(a: int) -> int {
  if a > 1 { 1 }
  elsif a > 0 { 2 }
  else { 3 }
}"##,
        r##"3:3 E0045 the word is `else if`, not `elsif`"##,
    ),
    (
        r##"fn f(a: int) -> int {
  if a > 1:
    1
  else:
    2
}"##,
        r##"2:11 E0061 a block stands in braces, not behind `:`"##,
    ),
    (r##"flow f(a: bool) { unless a { log("x") } }"##, r##"1:19 E0045 the word is `if not`, not `unless`"##),
    (
        r##"flow f() {
  var i = 0
  while i < 3 { i += 1 }
}"##,
        r##"3:3 E0045 the word is `loop max N`, not `while`"##,
    ),
    (
        r##"flow f() {
  while true { break }
}"##,
        r##"2:3 E0045 the word is `loop max N`, not `while`"##,
    ),
    (
        r##"flow f() {
  var i = 0
  while (i < 3) { i += 1 }
}"##,
        r##"3:3 E0045 the word is `loop max N`, not `while`"##,
    ),
    (
        r##"flow f() {
  var i = 0
  until i > 3 { i += 1 }
}"##,
        r##"3:3 E0045 the word is `loop max N`, not `until`"##,
    ),
    (
        r##"flow f() {
  repeat 3 { log("x") }
}"##,
        r##"2:3 E0045 the word is `loop max N`, not `repeat`"##,
    ),
    (
        r##"command b() { run: ["x"] }
flow f() {
  try { b() } catch e { log(e.message) }
}"##,
        r##"3:3 E0045 `try` is not used in Flow"##,
    ),
    (
        r##"command b() { run: ["x"] }
flow f() {
  try {
    b()
  } catch (e) {
    log(e.message)
  } finally {
    log("x")
  }
}"##,
        r##"3:3 E0045 `try` is not used in Flow"##,
    ),
    (
        r##"command b() { run: ["x"] }
flow f() {
  try:
    b()
  except:
    log("x")
}"##,
        r##"3:3 E0045 `try` is not used in Flow"##,
    ),
    (
        r##"command b() { run: ["x"] }
flow f() {
  try {
    b()
  } except Error as e {
    log("x")
  }
}"##,
        r##"3:3 E0045 `try` is not used in Flow"##,
    ),
    (
        r##"command b() -> int { run: ["x"] }
flow f() -> int {
  let x = try b()
  x
}"##,
        r##"3:11 E0045 `try` is not used in Flow"##,
    ),
    (
        r##"command b() -> int { run: ["x"] }
flow f() -> int { b()? }"##,
        r##"2:22 E0061 there is no `?` behind a value"##,
    ),
    (
        r##"command b() { run: ["x"] }
flow f() {
  b() catch (e) { log(e.message) }
}"##,
        r##"3:13 E0061 the name behind `catch` stands without parentheses"##,
    ),
    (
        r##"command b() { run: ["x"] }
flow f() {
  b() catch { log("x") }
}"##,
        r##"3:13 E0061 `catch` names the failure"##,
    ),
    (
        r##"command b() { run: ["x"] }
flow f() {
  b().catch(e => log(e.message))
}"##,
        r##"3:13 E0045 the word is `|x|`, not `e =>`"##,
    ),
    (
        r##"flow f(n: int) -> int {
  if n < 0 { throw new Error("negative") }
  n
}"##,
        r##"2:14 E0045 the word is `fail`, not `throw`"##,
    ),
    (r##"fn f() -> int? { null }"##, r##"1:18 E0045 the word is `none`, not `null`"##),
    (r##"fn f() -> int? { nil }"##, r##"1:18 E0045 the word is `none`, not `nil`"##),
    (r##"fn f() -> int? { undefined }"##, r##"1:18 E0045 the word is `none`, not `undefined`"##),
    (r##"fn f(a: int?) -> bool { a == null }"##, r##"1:30 E0045 the word is `none`, not `null`"##),
    (
        r##"fn f() -> int {
  let mut x = 1
  x = 2
  x
}"##,
        r##"2:3 E0045 the word is `var`, not `let mut`"##,
    ),
    (
        r##"fn f() -> int {
  let mut x: int = 1
  x += 2
  x
}"##,
        r##"2:3 E0045 the word is `var`, not `let mut`"##,
    ),
    (
        r##"fn f() -> int {
  int x = 1
  x
}"##,
        r##"2:3 E0045 the word is `let`, not `int`"##,
    ),
    (
        r##"fn f() -> int {
  x := 1
  x
}"##,
        r##"2:5 E0061 a variable is declared with `let` or `var`, not with `:=`"##,
    ),
    (
        r##"fn f() -> int {
  val x = 1
  x
}"##,
        r##"2:3 E0045 the word is `let`, not `val`"##,
    ),
    (
        r##"fn f() -> int {
  const x = 1
  x
}"##,
        r##"2:3 E0045 the word is `let`, not `const`"##,
    ),
    (
        r##"fn f(xs: [int]) -> int {
  let [a, b] = xs
  a + b
}"##,
        r##"2:7 E0060 there are no patterns for lists and maps"##,
    ),
    (
        r##"fn f(xs: [int]) -> int {
  let a, b = xs
  a + b
}"##,
        r##"2:7 E0061 there are no tuples"##,
    ),
    (
        r##"fn f(xs: [int]) -> int {
  let (a, b) = xs
  a + b
}"##,
        r##"2:7 E0061 there are no tuples"##,
    ),
    (r##"fn f(a: int) -> int { if a = 1 { 1 } else { 2 } }"##, r##"1:28 E0042 `=` assigns; `==` compares"##),
    (
        r##"fn f(a: int) -> int { if (a = 1) { 1 } else { 2 } }"##,
        r##"1:29 E0042 `=` assigns; `==` compares"##,
    ),
    (r##"type P = int where it = 1"##, r##"1:23 E0042 `=` assigns; `==` compares"##),
    (r##"flow f(a: int) { require a = 1, "x" }"##, r##"1:28 E0042 `=` assigns; `==` compares"##),
    (r##"type P: { x: int }"##, r##"1:7 E0061 `{` stands here without `:`"##),
    (r##"struct P { x: int }"##, r##"1:1 E0045 the word is `type`, not `struct`"##),
    (
        r##"class P {
  x: int
}"##,
        r##"1:1 E0045 the word is `type`, not `class`"##,
    ),
    (r##"interface P { x: int }"##, r##"1:1 E0045 the word is `type`, not `interface`"##),
    (r##"type P { x?: int }"##, r##"1:11 E0061 `?` stands behind the type"##),
    (r##"fn f(x?: int) -> int { x ?? 1 }"##, r##"1:7 E0061 `?` stands behind the type"##),
    (r##"enum R = Low | High"##, r##"1:1 E0045 the word is `type`, not `enum`"##),
    (r##"agent a() -> string { "do it" }"##, r##"1:23 E0061 this setting has no name"##),
    (r##"command a() -> string { "ls" }"##, r##"1:25 E0061 this setting has no name"##),
    (r##"flow my-flow() { log("x") }"##, r##"1:6 E0061 `my-flow` is no name: words are joined with `_`"##),
    (r##"flow MyFlow() { log("x") }"##, r##"1:6 E0056 `MyFlow` cannot name a value"##),
    (
        r##"type P {
  x: int
  fn f() -> int { 1 }
}"##,
        r##"3:3 E0061 a type has fields, no methods"##,
    ),
    (
        r##"flow f() {
  fn g() -> int { 1 }
  log("${g()}")
}"##,
        r##"2:3 E0061 `fn` declares at the top level, not in a body"##,
    ),
    (
        r##"flow f(xs: [int]) {
  parallel for (x in xs) { log("x") }
}"##,
        r##"2:16 E0061 what `for` goes through stands without parentheses"##,
    ),
    (
        r##"flow f() -> int {
  goto a()
  stage a() { return 1 }
}"##,
        r##"2:3 E0045 the word is `handoff`, not `goto`"##,
    ),
    (
        r##"flow f() -> int {
  handoff to a()
  stage a() { return 1 }
}"##,
        r##"2:11 E0045 `to` is not used in Flow"##,
    ),
    (
        r##"flow f() -> int {
  handoff a()
  state a() { return 1 }
}"##,
        r##"3:3 E0045 the word is `stage`, not `state`"##,
    ),
    (
        r##"type P { x: int }
fn f() -> P { new P(x: 1) }"##,
        r##"2:15 E0045 `new` is not used in Flow"##,
    ),
    (r##"fn f(xs: [int]) -> [int] { xs[1:2] }"##, r##"1:32 E0061 a list has no slices"##),
    (r##"fn f(xs: [int]) -> [int] { xs[1:] }"##, r##"1:32 E0061 a list has no slices"##),
    (r##"flow f() { print "x" }"##, r##"1:18 E0061 what a call is given stands in parentheses"##),
    (r##"flow f() { log "x" }"##, r##"1:16 E0061 what a call is given stands in parentheses"##),
    (r##"flow f() { echo "x" }"##, r##"1:17 E0061 what a call is given stands in parentheses"##),
    (r##"fn f(a: bool, b: bool) -> bool { a and !b }"##, r##"1:40 E0044 the operator is `not`, not `!`"##),
    (r##"fn f(a: bool, b: bool) -> bool { a || b }"##, r##"1:36 E0044 the operator is `or`, not `||`"##),
    (
        r##"fn f(a: int) -> int { if a > 1: 1 else: 2 }"##,
        r##"1:31 E0061 a block stands in braces, not behind `:`"##,
    ),
    (r##"const f = (a) => a + 1"##, r##"1:1 E0061 a function is declared with `fn`"##),
    (r##"const f = async () => { return 1 }"##, r##"1:1 E0061 a function is declared with `fn`"##),
    (r##"flow f() { println!("x {}", 1) }"##, r##"1:19 E0061 there are no macros"##),
    (r##"fn f() -> [int] { vec![1, 2] }"##, r##"1:22 E0061 there are no macros"##),
    (
        r##"agent a() -> string:
  prompt: "x""##,
        r##"1:20 E0061 a block stands in braces, not behind `:`"##,
    ),
    (
        r##"agent a() -> string {
  prompt: |
    Do it.
    Well.
}"##,
        r##"2:11 E0061 text of several lines stands between `"""`"##,
    ),
    (r##"fn f(a: int?) -> int { a ?: 0 }"##, r##"1:26 E0044 the operator is `??`, not `?:`"##),
    (
        r##"flow f() { loop (max: 3) { break } }"##,
        r##"1:17 E0061 the bound of a loop stands without parentheses"##,
    ),
    (r##"fn f() -> (int, string) { return 1, "a" }"##, r##"1:11 E0061 there are no tuples"##),
    (
        r##"import { Ticket } from "./tickets"
fn f(t: Ticket) -> string { t.title }
type A { t: Ticket }"##,
        r##"1:1 E0061 this import is not written as Flow's are"##,
    ),
    (
        r##"flow f() { loop (3) { break } }"##,
        r##"1:17 E0061 the bound of a loop stands without parentheses"##,
    ),
];

fn told(text: &str) -> Vec<String> {
    let project = Project::new(&[("a.flow", text)]);
    let found = flow_compiler::check::check_file(&project.db, project.file("a.flow"));
    let place = |it: &flow_compiler::diagnostics::Diagnostic| {
        let Place::File(_, span) = it.labels[0].place else { panic!("{it:?}") };
        let before = &text[..span.start as usize];
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{}:{column} {} {}", before.matches('\n').count() + 1, it.code.0, it.message)
    };
    found.iter().map(place).collect()
}

#[test]
fn what_another_language_writes_is_one_mistake() {
    let wrong: Vec<String> = PROGRAMS
        .iter()
        .map(|(text, wanted)| (text, wanted, told(text)))
        .filter(|(_, wanted, told)| told != &[(*wanted).to_owned()])
        .map(|(text, wanted, told)| format!("{text}\n  wanted {wanted}\n  told {told:#?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
