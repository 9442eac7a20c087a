//! Records and variants made by name.

use crate::support;

const TYPES: &str = "type Plan { title: string, steps: [string] = [], risk: Risk = Low }\ntype Risk = Low | Medium | High\ntype Verdict = Accept | Revise(findings: [string], keep: bool = true) | Reject(reason: string)\n";

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
    a_record: "fn f() -> Plan { Plan(title: \"x\", steps: [\"a\"], risk: High) }\nfn g() -> Plan { Plan(title: \"x\") }";
    a_record_without_labels: "fn f() -> Plan { Plan(\"x\") }\nfn g() -> Plan { Plan(title: \"x\", []) }";
    a_record_without_a_field: "fn f() -> Plan { Plan(steps: []) }";
    a_record_with_an_unknown_field: "fn f() -> Plan { Plan(titel: \"x\") }";
    a_record_with_a_field_of_the_wrong_type: "fn f() -> Plan { Plan(title: 1) }";
    a_record_with_a_field_twice: "fn f() -> Plan { Plan(title: \"a\", title: \"b\") }";
    a_record_that_is_not_made: "fn f() -> Plan { Plan }";
    variants_by_the_expected_type: "fn f(a: bool) -> Verdict {\n  if a { Accept } else { Revise(findings: [\"x\"]) }\n}\nfn g(v: Verdict, r: Risk) -> bool { v == Accept or Reject(reason: \"x\") == v or r >= Medium or r in [Low, Risk.High] }\nfn h() -> [Verdict?] { [Accept, none] }";
    variants_with_their_type: "fn f() -> string {\n  let a = Verdict.Accept\n  let b = Verdict.Reject(reason: \"x\")\n  let c = [Risk.Low, High]\n  \"${a} ${b} ${c}\"\n}";
    a_variant_of_which_nobody_says_the_type: "fn f() -> string {\n  let a = Accept\n  let b = Reject(reason: \"x\")\n  \"${a} ${b}\"\n}";
    an_unknown_variant: "fn f() -> Verdict { Acept }\nfn g() -> Verdict { Verdict.Nothing }";
    a_variant_of_another_type: "fn f() -> Verdict { High }";
    a_variant_without_its_payload: "fn f() -> Verdict { Reject }\nfn g() -> Verdict { Verdict.Revise }";
    a_variant_with_a_payload_that_it_does_not_have: "fn f() -> Verdict { Accept() }\nfn g() -> Verdict { Accept(reason: \"x\") }";
    a_variant_with_a_field_of_the_wrong_type: "fn f() -> Verdict { Reject(reason: 3) }";
    a_variant_without_a_field: "fn f() -> Verdict { Revise(keep: false) }";
    a_variant_without_a_label: "fn f() -> Verdict { Reject(\"x\") }";
    a_variant_of_a_record: "fn f() -> string {\n  let a = Plan.Accept\n  \"${a}\"\n}";
    a_variant_for_what_is_no_union: "fn f() -> string { Accept }";
    a_type_as_a_value: "fn f() -> Risk { Risk }";
}
