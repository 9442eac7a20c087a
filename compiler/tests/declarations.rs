//! Types, signatures, constants.

mod support;

reports! {
    names_of_every_kind_have_their_style: "type badType { Field1: int }\ntype Other_Type = lower\nconst camelCase: int = 1\nsecret Token\nfn goodName(badParam: int) -> int { badParam }\nflow f<t>() -> int { 1 }";
    union_types_have_their_style: "type Kind = Low_level | ALLCAPS | Fine";
    duplicates_in_a_record: "type A { x: int, y: int, x: string }";
    duplicates_in_a_union: "type A = One | Two(x: int, x: int) | One";
    duplicates_among_parameters: "fn f<T, T>(a: T, a: int) -> int { a }";
    duplicates_among_the_parameters_of_a_stage: "flow f() -> int {\n  handoff s(1, 2)\n  stage s(a: int, a: int) { return a }\n}";
    wrong_numbers_of_type_arguments: "type Box<T> { content: T }\ntype A { a: Box, b: Box<int, int>, c: int<string>, d: Process<int>, e: Box<int> }";
    a_type_parameter_takes_no_arguments: "type Box<T> { content: T<int> }";
    files_take_one_plain_pattern: "type A { a: file(1), b: file(\"a\", \"b\"), c: output(\"/abs\"), d: output(\"../up\"), e: file(\"a{b\"), f: file(\"[a\"), g: file(\"a}\"), h: file(\"\"), i: string(\"x\"), j: file(\"src/**/*.{rs,toml}\") }";
    keys_of_maps: "type Level = Low | High\ntype Name = string\ntype P { x: int }\ntype A { a: {string: int}, b: {Level: int}, c: {Name: int}, d: {int: int}, e: {P: int}, f: {string?: int} }";
    an_alias_of_itself: "type A = A\n";
    a_circle_of_aliases_is_reported_once: "type A = [B]\ntype B = C?\ntype C = {string: A}\ntype D = [A]";
    a_recursive_record_is_fine: "type Tree { name: string, children: [Tree], parent: Tree? }\ntype List<T> = End | More(head: T, tail: List<T>)";
    a_record_that_needs_itself: "type A { b: B }\ntype B { c: C }\ntype C { a: A }\ntype D { a: A }";
    a_union_that_never_ends: "type A = One(a: A) | Two(x: int, a: A)\ntype B = Ok2 | More(b: B)";
    a_generic_record_that_needs_itself: "type Box<T> { content: T }\ntype A { a: Box<A> }\ntype B { a: Box<[B]> }";
    a_type_in_a_union_needs_a_name: "type A = Low | string | [int] | High";
    a_lone_name_is_an_alias_or_an_enum: "type Poem = output(\"a.md\")\ntype B = Poem\ntype C = Only\ntype D = Poem2\ntype E = Poen()";
    a_predicate_wants_a_type: "type Score = Flaot where it > 0.0";
    payload_fields_that_clash_in_json: "type A = One(kind: string) | Two\ntype B { kind: string }\ntype C = HttpError | HTTPError";
    built_in_types_cannot_be_declared_again: "type Exec { code: int }\ntype Failure = Bad | Worse\ntype A<Event> { e: Event }";
    unused_type_parameters: "type Box<T, U> { content: T }\nfn f<T>(x: int) -> int { x }\ntype Alias<T> = [int]";
    options_of_options: "type Name = string?\ntype A { a: int??, b: Name?, c: none? }";
    types_that_cannot_cross: "type P { process: Process<int, none> }\nagent a(x: string) -> P { prompt: \"${x}\" }\ncommand c(f: Failure) -> [Failure] { run: [\"x\", f.message] }\ncommand ok() -> Exec { run: [\"x\"] }\nhuman h() -> Exec { ask: \"?\" }";
    an_answer_has_a_type: "human h() { ask: \"?\" }";
    constants_made_of_themselves: "const A: int = B\nconst B: int = C + 1\nconst C: int = A\nconst D: int = D\nconst E: int = A";
    sessions_are_of_agents: "agent helper(q: string) -> string { prompt: q }\nflow f(a: Session<helper>, b: Session<string>, c: Session<helpr>) -> none { log(\"x\") }";
    fresh_stands_before_files: "fn f(@fresh a: file, @fresh b: [file(\"x\")], @fresh c: int) -> int { c }";
    a_missing_type_is_reported_where_it_is_written: "type A { x: Missing }\nfn f(a: A) -> int { 1 }\nfn g(m: Missing) -> Missing { m }";
    constants_of_other_modules_made_of_themselves: "// file: a.flow\nimport ./b as b\nconst A = b.B\n// file: b.flow\nimport ./a as a\nconst B = a.A";
    a_generic_type_whose_arguments_grow: "type Box<T> { value: T }\ntype A<T> { next: A<[T]>? }\ntype B<T> { next: C<T>? }\ntype C<T> { next: B<Box<T>>? }\ntype D { a: A<int> }\ntype E<T> { same: E<T>?, other: E<int>? }";
    a_record_that_needs_itself_in_one_of_many_ways: "type A = One(b: B) | Two(c: C)\ntype B { a: A }\ntype C { a: A, d: D = D() }\ntype D { x: int = 1 }";
}

#[test]
fn a_type_with_many_levels_below_it_is_checked_in_no_time() {
    let levels: Vec<String> =
        (0..300).map(|n| format!("type T{n} {{ a: T{0}, b: T{0}, c: [T{0}] }}", n + 1)).collect();
    let text =
        format!("{}\ntype T300 {{ x: int }}\nagent a() -> T0 {{ prompt: \"x\" }}\n", levels.join("\n"));
    assert_eq!(support::project(&text).report(), "");
}

#[test]
fn a_chain_of_aliases_is_followed_once_however_long_it_is() {
    const LENGTH: usize = 10_000;
    let chain = |other: fn(usize) -> usize| -> String {
        (0..LENGTH).map(|n| format!("type A{n}<T> = A{}<T>\n", other(n))).collect()
    };
    let forwards = chain(|n| n + 1);
    let ends = format!("type A{LENGTH}<T> = [T]\nfn f(a: A0<int>) -> string {{ a }}\n");
    let report = support::project(&format!("{forwards}{ends}")).report();
    assert!(report.contains("`f` returns `string`, not `A0<int>`"), "{report}");
    assert_eq!(report.matches("E0").count(), 1, "{report}");
    let round = support::project(&chain(|n| (n + 1) % LENGTH)).report();
    assert_eq!(round.matches("this type stands for itself").count(), 1);
    assert!(round.contains("`A6` → `A7` → 9992 more → `A0`"), "{round}");
}

#[test]
fn a_long_chain_of_constants_is_refused_and_not_followed() {
    let chain: Vec<String> = (1..3000).map(|n| format!("const C{n} = C{} + 1", n - 1)).collect();
    let report = support::project(&format!("const C0 = 1\n{}\n", chain.join("\n"))).report();
    assert!(
        report.contains("E0231: the type of `C16` hangs on a chain of more than 16 constants"),
        "{report}"
    );
    assert!(!report.contains("`C15`"), "{report}");
}
