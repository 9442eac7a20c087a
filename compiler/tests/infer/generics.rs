//! Generic types and items.

use crate::support;

reports! {
    a_generic_function: "type Pair<A, B> { a: A, b: B }\nfn swap<A, B>(p: Pair<A, B>) -> Pair<B, A> { Pair(a: p.b, b: p.a) }\nfn first<T>(xs: [T], other: T) -> T { xs.first() ?? other }\nfn f() -> Pair<int, string> { swap(Pair(a: \"x\", b: 1)) }\nfn g() -> float { first([1.5], 2) }\nfn h() -> string? { first([none, \"a\"], none) }";
    a_type_argument_that_differs: "fn first<T>(xs: [T], other: T) -> T { xs.first() ?? other }\nfn f() -> int { first([1], \"x\") }";
    a_result_that_differs: "fn same<T>(x: T) -> T { x }\nfn f() -> int { same(\"x\") }";
    a_type_parameter_has_no_members: "fn f<T>(x: T) -> int { x.len() + x.size }";
    a_type_parameter_is_only_itself: "fn f<T>(x: T) -> T { 1 }\nfn g<T, U>(x: T) -> U { x }\nfn h<T>(x: T, y: T) -> bool { x == y and x < y }";
    generic_variants: "type Turn<T> = Done(value: T) | Blocked(reason: string)\nfn f() -> Turn<string> { Done(value: \"a\") }\nfn g() -> Turn<int> { Done(value: \"a\") }\nfn h(t: Turn<int>) -> int { match t { Done(value) => value, Blocked => 0 } }\nfn i() -> string {\n  let a = Turn.Done(value: 1)\n  \"${a}\"\n}";
    a_type_argument_that_nobody_says: "type Turn<T> = Done(value: T) | Blocked(reason: string)\nflow f() {\n  let a = Turn.Blocked(reason: \"x\")\n  log(\"${a}\")\n}";
    a_generic_type_inside_of_another: "type Box<T> { value: T }\nfn wrap<T>(x: T) -> Box<[T]> { Box(value: [x]) }\nfn f() -> Box<[int]> { wrap(1) }\nfn g() -> Box<[string]> { wrap(1) }";
    a_generic_flow: "agent a(x: string) -> string { prompt: x }\nflow twice<T>(x: T, y: T) -> [T] { [x, y] }\nflow f() -> [string] { twice(a(\"x\"), a(\"y\")) }";
}
