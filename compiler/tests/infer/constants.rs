//! Constants, predicates, defaults.

use crate::support;

reports! {
    constants: "const A = 1\nconst B: float = A\nconst LABELS = [\"low\": 0.2, \"high\": 0.8]\nfn f() -> float { A + B + LABELS[\"low\"] }";
    a_constant_of_the_wrong_type: "const A: int = \"x\"\nconst B = A + 1\nfn f() -> int { B }";
    constants_made_of_themselves: "const A = B\nconst B = A + 1\nfn f() -> int { A }";
    a_constant_that_is_not_there: "const LIMIT = 3\nfn f() -> int { LIMTI }";
    predicates: "type Score = float where 0.0 <= it and it <= 1.0\ntype Slug = string where it.matches(\"^[a-z]+$\") and it.len() < 30\ntype P { n: int where it >= 1, of: [int] where it.len() > 0 and it.all(|x| x > 0), at: int where it in 0..100 = 3 }";
    a_predicate_that_is_no_condition: "type Score = float where it + 1\ntype P { n: int where it }";
    a_predicate_of_another_type: "type Slug = string where it > 3";
    it_stands_only_in_predicates: "fn f() -> int { it }";
    defaults: "type P { n: int = 1, m: float = 2, r: Risk = Low, xs: [Risk] = [High] }\ntype Risk = Low | High\nfn f(a: int, b: int = a + 1, r: Risk? = none) -> int { if r is none { a + b } else { 0 } }";
    a_default_of_the_wrong_type: "type P { n: int = \"x\" }\nfn f(a: string = 1) -> string { a }";
    a_default_that_sees_a_later_parameter: "fn f(a: int = b, b: int = 1) -> int { a + b }";
}
