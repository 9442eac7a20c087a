//! Fields, properties, methods, indices, chains.

use crate::support;

reports! {
    fields_and_properties: "type Plan { title: string, next: Plan? }\nfn f(p: Plan, x: file) -> string { p.title + x.stem + (p.next?.next?.title ?? \"\") }";
    an_unknown_field: "type Plan { title: string }\nfn f(p: Plan) -> string { p.titel }";
    an_unknown_field_unlike_all_others: "type Plan { title: string, risk: int }\nfn f(p: Plan) -> string { p.zzz }";
    a_field_of_a_built_in_type: "fn f(p: file) -> string { p.nmae }\nfn g(n: int) -> string { n.zzz }";
    a_method_that_is_not_called: "fn f(xs: [int]) -> int { xs.len }";
    a_field_that_is_called: "type Plan { title: string }\nfn f(p: Plan, x: file) -> string { p.title() + x.name() }";
    an_unknown_method: "fn f(xs: [int]) -> [int] { xs.fliter(|x| x > 1) }\nfn g(p: Plan) -> int { p.compute() }\ntype Plan { a: int }";
    a_field_of_what_may_be_none: "type Plan { title: string }\nfn f(p: Plan?) -> string { p.title }";
    a_method_of_what_may_be_none: "fn f(s: string?) -> int { s.len() }";
    a_chain_is_cut_short_as_a_whole: "fn f(name: string?) -> string { name?.split(\" \").map(|part| part.take(1)).join(\"\") ?? \"?\" }";
    a_chain_does_not_hide_another_none: "type A { b: B? }\ntype B { c: int }\nfn f(a: A?) -> int? { a?.b.c }\nfn g(a: A?) -> int? { a?.b?.c }";
    a_question_mark_that_does_nothing: "fn f(s: string) -> int { s?.len() ?? 0 }";
    a_default_that_does_nothing: "fn f(s: string) -> string { s ?? \"x\" }";
    a_field_of_one_variant: "type Loss = Known(value: float) | Diverged\nfn f(x: Loss) -> float { x.value }";
    indices: "fn f(xs: [int], m: {string: [int]}) -> int { xs[0] + m[\"a\"][1] }";
    an_index_of_the_wrong_type: "fn f(xs: [int], m: {string: int}) -> int { xs[\"a\"] + m[1] }";
    an_index_of_what_has_no_elements: "fn f(n: int, s: string, j: json, o: [int]?) -> int { n[0] + s[0] + j[0] + o[0] }";
    an_index_in_a_chain: "type A { xs: [int] }\nfn f(a: A?) -> int? { a?.xs[0] }\nfn g(a: A?) -> int? { a?.xs.get(0) }";
    methods_of_lists: "type Item { name: string, size: int }\nfn f(xs: [Item]) -> string {\n  let big = xs.filter(|x| x.size > 10).sort_by(|x| -x.size).take(3)\n  let names = big.map(|x| x.name).unique().join(\", \")\n  let total = xs.map(|x| x.size).sum()\n  let most = xs.max_by(|x| x.size)?.name ?? \"none\"\n  let groups = xs.group_by(|x| x.name).map_values(|group| group.len())\n  let folded = xs.fold(0, |sum, x| sum + x.size)\n  let indexed = xs.indexed().map(|pair| \"${pair.index}: ${pair.value.name}\")\n  \"${names} ${total} ${most} ${groups} ${folded} ${indexed} ${[[1], [2]].flatten()} ${[1, none].compact()}\"\n}";
    methods_of_other_types: "fn f(m: {string: int}, o: int?, d: duration, j: json) -> string {\n  let keys = m.entries().filter(|e| e.value > 1).map(|e| e.key)\n  let known = o.is_some() or m.get(\"a\").is_none()\n  \"${keys} ${known} ${d.minutes().round()} ${j.get(\"a\")?.as_int() ?? 1} ${3.max(4)} ${\"3\".to_int() ?? 0}\"\n}";
    a_method_for_other_elements: "fn f(xs: [int]) -> string { xs.join(\",\") }\nfn g(xs: [int]) -> [int] { xs.flatten() }\nfn h(xs: [int]) -> [int] { xs.compact() }";
    elements_without_an_order: "type Plan { a: int }\nfn f(xs: [Plan]) -> [Plan] { xs.sort() }\nfn g(xs: [Plan]) -> Plan? { xs.max_by(|x| x) }\nfn h(xs: [Plan]) -> {string: [Plan]} { xs.group_by(|x| x.a) }\nfn i(xs: [string]) -> string { xs.sum() }";
    a_closure_that_yields_the_wrong_type: "fn f(xs: [int]) -> [int] { xs.filter(|x| x + 1) }\nfn g(xs: [int]) -> [string] { xs.map(|x| x + 1) }";
    a_closure_may_yield_variants: "type Risk = Low | High\nfn f(xs: [int]) -> [Risk] { xs.map(|x| if x > 3 { High } else { Low }) }";
    a_fold_that_begins_with_none: "fn f(xs: [int]) -> int? { xs.fold(none, |best, x| if x > (best ?? 0) { x } else { best }) }";
    properties_of_failures: "command c() -> int { run: [\"c\"] }\nflow f() -> string {\n  let x = c() catch e { return \"${e.kind}: ${e.message} at ${e.step}, ${e.cause?.message}\" }\n  \"${x}\"\n}";
    a_question_mark_behind_what_is_no_value: "type E = Low | High\nfn f() -> string? { E?.s }\nfn g() -> string? { none?.s }";
}
