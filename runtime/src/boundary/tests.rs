use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::build::{self, binary, int, list_of, named, node, optional, record_type, type_def, variant_def};
use flow_ir::{BinaryOp, FileType, Op, Program, Refinement, Type, TypeBody};
use serde_json::{Value as Json, json};

use super::check::{check, output_globs};
use super::*;
use crate::interp::pure::Pure;
use crate::value::Value;

fn at_least_one() -> Refinement {
    let predicate = binary(BinaryOp::Ge, build::local(0), int(1));
    Refinement { text: "it >= 1".to_owned(), predicate, locals: 1 }
}

fn program() -> Program {
    let mut program = build::program("main");
    let severity = TypeBody::Enum(vec![variant_def("Low", []), variant_def("VeryHigh", [])]);
    program.types.insert("Severity".into(), type_def(severity));
    let mut finding = record_type([
        ("line", Type::Int),
        ("severity", named("Severity")),
        ("note", optional(Type::String)),
        ("weight", Type::Float),
    ]);
    if let TypeBody::Record(fields) = &mut finding.body {
        fields[0].refinement = Some(at_least_one());
        fields[3].default = Some(node(Op::Float(0.5)));
    }
    program.types.insert("Finding".into(), finding);
    let verdict = TypeBody::Union(vec![
        variant_def("Accept", []),
        variant_def("Revise", [("findings", list_of(named("Finding")))]),
    ]);
    program.types.insert("Verdict".into(), type_def(verdict));
    let mut count = type_def(TypeBody::Alias(Type::Int));
    count.refinement = Some(at_least_one());
    program.types.insert("Count".into(), count);
    program
}

fn decode(json: &Json, ty: &Type, extra: Extra) -> Result<Value, String> {
    let pure = Pure::with_depth(Rc::new(program()), 400);
    let files = BTreeMap::new();
    let decoder = Decoder { pure: &pure, files: &files, extra };
    decoder.decode(json, ty).map_err(|error| error.to_string())
}

fn refused(json: Json, ty: Type) -> String {
    decode(&json, &ty, Extra::Refuse).unwrap_err()
}

#[test]
fn a_value_survives_the_way_through_its_json_form() {
    let finding = json!({ "line": 3, "severity": "very_high", "note": null, "weight": 1.5 });
    let deep = Type::Map(Box::new(named("Severity")), Box::new(list_of(Type::Money)));
    for (json, ty) in [
        (finding.clone(), named("Finding")),
        (json!({ "kind": "accept" }), named("Verdict")),
        (json!({ "kind": "revise", "findings": [finding] }), named("Verdict")),
        (json!("PT1H30M"), Type::Duration),
        (json!("2026-08-01T12:00:00Z"), Type::Time),
        (json!({ "low": ["2.50"], "very_high": [] }), deep),
        (json!({ "any": [1, null] }), Type::Json),
        (json!(null), optional(Type::Int)),
        (json!({ "exit": 1, "stdout": "a", "stderr": "" }), Type::Exec),
        (json!({ "kind": "Failed", "message": "no", "step": "", "cause": null }), Type::Failure),
        (
            json!({ "a": 1, "b": "x" }),
            Type::Record([("a".into(), Type::Int), ("b".into(), Type::String)].into()),
        ),
    ] {
        let value = decode(&json, &ty, Extra::Refuse).unwrap();
        assert_eq!(encode::json(&value), json);
    }
}

#[test]
fn what_is_left_out_takes_its_default() {
    let value = decode(&json!({ "line": 1, "severity": "low" }), &named("Finding"), Extra::Refuse).unwrap();
    let expected = json!({ "line": 1, "severity": "low", "note": null, "weight": 0.5 });
    assert_eq!(encode::json(&value), expected);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let json = json!({ "kind": "revise", "findings": [
        { "line": 0, "severity": "low" },
        { "line": "2", "severity": "high", "extra": true },
    ] });
    assert_eq!(
        refused(json, named("Verdict")),
        "$.findings[0].line: expected `it >= 1`, found `0`\n\
         $.findings[1].line: expected `int`, found the text `\"2\"`\n\
         $.findings[1].severity: expected `\"low\"` or `\"very_high\"` (`Severity`), found the text `\"high\"`\n\
         $.findings[1].extra: expected only `line`, `severity`, `note`, `weight`, found `true`"
    );
}

#[test]
fn a_union_is_told_apart_by_its_kind() {
    assert_eq!(
        refused(json!({ "kind": "reject" }), named("Verdict")),
        "$.kind: expected `\"accept\"` or `\"revise\"`, found the text `\"reject\"`"
    );
    assert_eq!(
        refused(json!({}), named("Verdict")),
        "$.kind: expected `\"accept\"` or `\"revise\"`, found no such field"
    );
    assert_eq!(
        refused(json!("accept"), named("Verdict")),
        "expected `Verdict`, an object whose `kind` is `\"accept\"` or `\"revise\"`, found the text `\"accept\"`"
    );
}

#[test]
fn what_a_program_says_besides_is_left_out() {
    let json = json!({ "line": 1, "severity": "low", "column": 4 });
    assert!(decode(&json, &named("Finding"), Extra::Refuse).is_err());
    assert!(decode(&json, &named("Finding"), Extra::Ignore).is_ok());
}

#[test]
fn keys_that_are_no_plain_names_are_quoted_in_places() {
    let ty = Type::Map(Box::new(Type::String), Box::new(Type::Int));
    assert_eq!(refused(json!({ "a b": "x" }), ty), "$[\"a b\"]: expected `int`, found the text `\"x\"`");
}

#[test]
fn whole_numbers_may_be_written_with_a_point_but_not_with_a_fraction() {
    assert_eq!(decode(&json!(3.0), &Type::Int, Extra::Refuse).unwrap(), Value::Int(3));
    assert_eq!(refused(json!(3.5), Type::Int), "expected `int`, found `3.5`");
    assert_eq!(refused(json!(1e300), Type::Int), "expected `int`, found `1e+300`");
    assert_eq!(decode(&json!(3), &Type::Float, Extra::Refuse).unwrap(), Value::Float(3.0));
}

#[test]
fn a_record_that_is_made_satisfies_the_predicates_of_its_fields() {
    let pure = Pure::with_depth(Rc::new(program()), 400);
    let made = |line| {
        let severity = Op::Variant { ty: "Severity".into(), variant: "Low".into(), fields: BTreeMap::new() };
        let fields = [
            ("line".into(), int(line)),
            ("severity".into(), node(severity)),
            ("note".into(), node(Op::None)),
            ("weight".into(), node(Op::Float(0.5))),
        ];
        pure.standalone(&node(Op::Record { ty: Some("Finding".into()), fields: fields.into() }))
    };
    assert!(made(1).is_ok());
    let failure = made(0).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "ContractViolated: this `Finding`: $.line: expected `it >= 1`, found `0`"
    );
}

#[test]
fn values_are_checked_where_they_cross_over() {
    let pure = Pure::with_depth(Rc::new(program()), 400);
    let list = Value::list(vec![Value::Int(1), Value::Int(0)]);
    let error = check(&pure, list, &list_of(named("Count"))).unwrap_err().to_string();
    assert_eq!(error, "$[1]: expected `it >= 1`, found `0`");
    assert_eq!(check(&pure, Value::None, &optional(named("Count"))).unwrap(), Value::None);
    assert!(matches!(check(&pure, Value::Int(0), &Type::Money), Ok(Value::Money(0))));
    assert!(!pure.refined().demands(&named("Severity")));
}

#[test]
fn the_outputs_of_a_type_are_found_wherever_they_are() {
    let output = |glob: Option<&str>| Type::Output(FileType { glob: glob.map(str::to_owned) });
    let mut program = program();
    let drafted = TypeBody::Union(vec![
        variant_def(
            "Draft",
            [("poem", output(Some("artifacts/*.md"))), ("next", optional(named("Drafted")))],
        ),
        variant_def("Unclear", []),
    ]);
    program.types.insert("Drafted".into(), type_def(drafted));
    assert_eq!(output_globs(&program, &list_of(named("Drafted"))), [Some("artifacts/*.md".into())]);
    assert_eq!(output_globs(&program, &output(None)), [None]);
    assert_eq!(output_globs(&program, &named("Verdict")), []);
}
