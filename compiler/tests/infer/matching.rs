//! `match` and patterns: what is covered, what can match, what is bound.

use crate::support;

const TYPES: &str = "type Risk = Low | Medium | High\ntype Verdict = Accept | Revise(findings: [string], risk: Risk) | Reject(reason: string)\ntype Plan { title: string, done: bool, risk: Risk }\n";

macro_rules! with_types {
    ($($name:ident: $text:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(support::snapshot(&format!("{TYPES}{}", $text)));
            });
        })*
    };
}

with_types! {
    everything_is_covered: "fn f(v: Verdict) -> string {\n  match v {\n    Accept => \"a\"\n    Revise(risk: High) => \"b\"\n    Revise(findings, risk: Low | Medium) => findings.join(\",\")\n    Verdict.Reject(reason) => reason\n  }\n}";
    a_variant_is_missing: "fn f(v: Verdict) -> int {\n  match v {\n    Accept => 1\n    Reject => 2\n  }\n}";
    two_variants_are_missing: "fn f(r: Risk) -> int {\n  match r { Low => 1 }\n}";
    a_part_of_a_variant_is_missing: "fn f(v: Verdict) -> int {\n  match v {\n    Accept | Reject => 1\n    Revise(risk: Low) => 2\n    Revise(risk: High) => 3\n  }\n}";
    a_guard_covers_nothing: "fn f(v: Risk, n: int) -> int {\n  match v {\n    Low => 1\n    Medium => 2\n    High if n > 3 => 3\n  }\n}";
    booleans: "fn f(a: bool) -> int { match a { true => 1 } }";
    numbers_need_a_catch_all: "fn f(n: int) -> int { match n { 1 => 1, -2 => 2 } }\nfn g(s: string) -> int { match s { \"a\" => 1, \"b\" => 2, _ => 3 } }";
    options: "fn f(v: Verdict?) -> int {\n  match v {\n    none => 0\n    Accept => 1\n    Revise => 2\n  }\n}";
    an_option_behind_none_is_a_value: "fn f(n: int?) -> int { match n { none => 0, m => m + 1 } }";
    the_value_of_an_option_is_missing: "fn f(n: int?) -> int { match n { none => 0 } }\nfn g(n: int?) -> int { match n { 1 => 1, none => 0 } }";
    records: "fn f(p: Plan) -> string {\n  match p {\n    { done: true, title } => title\n    { risk: Low } => \"low\"\n    { done: false, risk: Medium | High } => \"open\"\n  }\n}";
    a_part_of_a_record_is_missing: "fn f(p: Plan) -> int {\n  match p {\n    { done: true } => 1\n    { done: false, risk: Low } => 2\n  }\n}";
    an_arm_that_never_matches: "fn f(v: Verdict) -> int {\n  match v {\n    Accept => 1\n    _ => 2\n    Reject => 3\n  }\n}\nfn g(r: Risk) -> int { match r { Low | Medium | Low => 1, High => 2, Medium => 3 } }";
    no_arms: "fn f(r: Risk) -> int { match r { } }";
    an_unknown_variant: "fn f(v: Verdict) -> int { match v { Acept => 1, _ => 2 } }\nfn g(v: Verdict) -> int { match v { Low => 1, _ => 2 } }";
    a_variant_for_what_has_none: "fn f(n: int) -> int { match n { Low => 1, _ => 2 } }\nfn g(p: Plan) -> int { match p { Plan(title) => 1, _ => 2 } }";
    a_variant_of_another_type: "fn f(v: Verdict) -> int { match v { Risk.Low => 1, _ => 2 } }";
    an_unknown_field: "fn f(v: Verdict) -> string { match v { Reject(resaon) => \"x\", _ => \"y\" } }\nfn g(v: Verdict) -> string { match v { Reject(why) => why, _ => \"y\" } }\nfn h(p: Plan) -> string { match p { { zzz: x } => x } }";
    a_field_twice: "fn f(v: Verdict) -> string { match v { Reject(reason, reason: r) => reason + r, _ => \"y\" } }";
    a_payload_that_is_not_there: "fn f(v: Verdict) -> string { match v { Accept(x) => x, _ => \"y\" } }";
    literals_of_another_type: "fn f(n: int) -> int { match n { \"a\" => 1, true => 2, _ => 3 } }\nfn g(s: string) -> int { match s { 1 => 1, none => 2, _ => 3 } }\nfn h(s: string) -> int { match s { { a } => 1, _ => 3 } }";
    a_hole_in_a_pattern: "fn f(s: string, t: string) -> int { match s { \"a${t}\" => 1, _ => 2 } }";
    alternatives_that_bind_different_names: "fn f(v: Verdict) -> string { match v { Reject(reason) | Accept => reason, _ => \"x\" } }";
    alternatives_that_bind_different_types: "fn f(v: Verdict) -> string { match v { Reject(reason: x) | Revise(findings: x) => \"${x}\", _ => \"x\" } }";
    alternatives_that_bind_the_same: "type Turn = Blocked(reason: string) | Sleep(for: duration, reason: string) | Done\nfn f(t: Turn) -> string { match t { Blocked(reason) | Sleep(reason) => reason, Done => \"done\" } }";
    a_name_bound_twice: "fn f(v: Plan) -> string { match v { { title: x, risk: x } => \"${x}\" } }";
    a_binding_that_may_not_match: "fn f(v: Verdict) -> string {\n  let Reject(reason) = v\n  reason\n}\nfn g(xs: [int?]) -> [int] { for 1 in xs { 2 } }";
    a_binding_that_always_matches: "fn f(p: Plan) -> string {\n  let { title, done: _ } = p\n  title\n}";
    a_scrutinee_that_is_wrong_already: "fn f() -> int { match missing { Accept => 1, Other(x) => x } }";
    arms_that_leave: "flow f(v: Verdict) -> int {\n  let n = match v {\n    Accept => 1\n    Revise => return 2\n    Reject(reason) => fail reason\n  }\n  n + 1\n}";
    many_columns_end: "type Four { a: Risk, b: Risk, c: Risk, d: Risk }\nfn f(x: Four) -> int {\n  match x {\n    { a: Low, b: Low, c: Low, d: Low } => 1\n    { a: High, b: Medium } => 2\n    { c: High, d: Medium } => 3\n  }\n}";
    alternatives_that_bind_numbers_of_two_forms: "type Num = Whole(n: int) | Real(n: float) | Maybe(n: float?)\nfn f(x: Num) -> float { match x { Whole(n) | Real(n) => n, Maybe => 0.0 } }\nfn g(x: Num) -> float { match x { Whole(n) | Maybe(n) => n ?? 0.0, Real(n) => n } }\nfn h(x: Num) -> float { match x { Real(n) | Maybe(n) => n ?? 0.0, Whole(n) => n } }";
    none_of_what_only_what_follows_says: "fn f() -> int {\n  var xs = []\n  let n = match xs[0] { none => 1 }\n  xs += [2]\n  n\n}\nfn g() -> int {\n  var xs = []\n  let n = match xs[0] { none => 1, x => x }\n  xs += [2]\n  n\n}";
}
