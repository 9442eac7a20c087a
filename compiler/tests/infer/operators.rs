//! Operators and their types.

use crate::support;

reports! {
    arithmetic: "fn f(a: int, b: float, d: duration, t: time, m: money) -> string {\n  let n = a + 1 - 2 * 3 / 4 % 5\n  let x = a + b * 2 - -b\n  let time = t + d * 2 - (t - t) / 3\n  let ratio = d / 1h + m / $2.50\n  let cost = m * 2 + $1.00 * b\n  let text = \"a\" + \"b\"\n  let list = [1] + [2, a]\n  \"${n} ${x} ${time} ${ratio} ${cost} ${text} ${list} ${-d} ${d % 7s}\"\n}";
    text_and_a_number: "fn f(n: int) -> string { \"n: \" + n }";
    a_list_and_an_element: "fn f(xs: [int]) -> [int] { xs + 1 }";
    a_duration_and_a_number: "fn f(d: duration) -> duration { d + 5 }";
    two_times: "fn f(a: time, b: time) -> time { a + b }";
    money_times_money: "fn f(a: money) -> money { a * a }";
    a_number_that_may_be_none: "fn f(a: int?) -> int { a + 1 }";
    a_negation_of_text: "fn f(a: string) -> string { -a }\nfn g(a: bool) -> bool { -a }";
    comparisons: "type Risk = Low | High\nfn f(a: int, b: float, s: string, d: duration, r: Risk, p: file, o: int?) -> bool {\n  a < b and a == 1.0 and s <= \"x\" and d > 5m and r >= High and p == p and o == 3 and o != none and [1] == [2]\n}";
    a_comparison_of_different_types: "fn f(a: int, b: string) -> bool { a == b }\nfn g(a: duration) -> bool { a > 5 }\nfn h(p: file) -> bool { p == \"a.md\" }";
    a_comparison_without_an_order: "type Plan { a: int }\nfn f(a: Plan, b: Plan) -> bool { a < b }\nfn g(a: int?) -> bool { a < 3 }\nfn h(a: bool) -> bool { a < true }";
    a_comparison_with_none: "fn f(a: int) -> bool { a == none }\nfn g(a: int) -> bool { a != none }";
    membership: "fn f(xs: [int], m: {string: int}, s: string) -> bool { 1 in xs and \"a\" in m and \"b\" in s and 3 in 1..5 and 2 in [1.5] }";
    membership_in_what_holds_nothing: "fn f(n: int) -> bool { 1 in n }\nfn g(xs: [int]) -> bool { \"a\" in xs }\nfn h(xs: [int]?) -> bool { 1 in xs }";
    ranges: "fn f(n: int) -> [int] { 1..n }\nfn g() -> [int] { 1..2.5 }";
    logic: "fn f(a: bool, b: int) -> bool { a and b or not \"x\" }";
    defaults: "fn f(a: int?, b: int?) -> int { a ?? b ?? 3 }\nfn g(a: int?) -> float { a ?? 0.5 }\nflow h(a: int?) -> int { a ?? fail \"no\" }\nfn i(a: int?, b: int?) -> int? { a ?? b }";
    numbers_beside_a_default: "fn f(a: int?) -> string {\n  let x = a ?? 0.5\n  let y: float = x\n  \"${y}\"\n}";
    a_hole_without_text: "flow work() -> int { 1 }\nfn f(a: int, b: [int], c: none) -> string { \"${a} ${b} ${c}\" }";
    an_operator_of_what_is_wrong_already: "fn f() -> int { missing + 1 * other }";
    an_order_that_only_what_follows_says: "type P { n: int }\nfn f() -> int {\n  var xs = []\n  var ys = []\n  loop max 3 {\n    let a = xs.sort()\n    if xs.len() > 1 and xs[0] < xs[1] { break }\n    let b = xs.group_by(|x| x)\n    let c = [xs[0]: 1]\n    let d = ys.sort()\n    if a.len() + b.len() + c.len() + d.len() > 9 { break }\n    xs += [P(n: 1)]\n    ys += [1]\n  } else { }\n  xs.len()\n}";
}
