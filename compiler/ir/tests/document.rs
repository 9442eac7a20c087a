//! Documents are written and read without loss, at any depth that is allowed, and refused clearly beyond it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test")]

mod common;

use flow_ir::build::*;
use flow_ir::{MAX_DEPTH, Op, Program, ReadError, Type, WriteError};

/// A program whose body is `not not … true`: two levels of the document for each, seven around them.
fn nested(times: usize) -> Program {
    let mut program = program("deep");
    let body = (0..times).fold(bool(true), |inner, _| node(Op::Not(inner.into())));
    program.flows.insert("deep".into(), flow(frame([], Type::Bool, []), body));
    common::complete(program)
}

#[test]
fn a_program_comes_back_as_it_was_written() {
    for (name, program) in common::corpus() {
        let document = program.to_document().unwrap();
        assert_eq!(Program::from_document(&document).unwrap(), program, "{name}");
    }
}

#[test]
fn the_same_program_always_gives_the_same_bytes_with_sorted_keys() {
    for (name, program) in common::corpus() {
        let document = program.to_document().unwrap();
        let again = Program::from_document(&document).unwrap().to_document().unwrap();
        assert_eq!(document, again, "{name}");
        assert!(document.starts_with("{\"agents\":") && document.ends_with("}\n"), "{name}");
    }
}

#[test]
fn a_float_comes_back_to_the_last_bit_and_one_that_is_not_finite_is_refused() {
    let with = |value: f64| {
        let mut program = program("main");
        program.flows.insert("main".into(), flow(frame([], Type::Float, []), node(Op::Float(value))));
        program
    };
    for value in [0.1 + 0.2, 1.0 / 3.0, f64::MIN_POSITIVE, f64::MAX, -0.0, 2.225_073_858_507_201e-308] {
        let program = with(value);
        let read = Program::from_document(&program.to_document().unwrap()).unwrap();
        let Op::Float(back) = read.flows["main"].body.op else { panic!("no float") };
        assert_eq!(back.to_bits(), value.to_bits());
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = with(value).to_document().unwrap_err();
        assert_eq!(error.to_string(), "the program cannot be written: a `float` in it is not finite");
        assert!(with(value).verify().is_err());
    }
}

#[test]
fn an_expression_of_a_thousand_levels_is_written_read_and_verified() {
    let program = nested(1_000);
    let document = program.to_document().unwrap();
    let back = Program::from_document(&document).unwrap();
    assert_eq!(back.to_document().unwrap(), document);
    assert_eq!(back.verify(), Ok(()));
}

#[test]
fn the_limit_of_the_depth_can_be_reached_but_not_passed() {
    let at_limit = nested((MAX_DEPTH - 5) / 2);
    let document = at_limit.to_document().unwrap();
    assert_eq!(Program::from_document(&document).unwrap().verify(), Ok(()));
    let beyond = nested((MAX_DEPTH - 5) / 2 + 1);
    assert!(matches!(beyond.to_document(), Err(WriteError::TooDeep)));
}

#[test]
fn a_document_that_is_nested_too_deeply_is_refused_with_its_depth() {
    let document = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let error = Program::from_document(&document).unwrap_err();
    assert_eq!(error.to_string(), "the program is nested 10000 levels deep, at most 4096 can be read");
    let open = "{\"a\":".repeat(10_000);
    assert!(matches!(Program::from_document(&open), Err(ReadError::TooDeep { depth: 10_000 })));
}

#[test]
fn deep_rubbish_below_the_limit_is_refused_as_rubbish() {
    for document in
        ["[".repeat(MAX_DEPTH), "{\"ir\":".repeat(4_000), format!("{{\"ir\":1,\"x\":{}", "[".repeat(4_000))]
    {
        assert!(matches!(Program::from_document(&document), Err(ReadError::Shape { .. })));
    }
}

#[test]
fn rubbish_is_refused_with_line_and_column() {
    for text in [
        "",
        "\u{0}",
        "nonsense",
        "[]",
        "{}",
        "{\"ir\":1}",
        "{\"ir\":1}}",
        "\"\\ud800\"",
        "1e999",
        "{\"ir\":\"1\"}",
    ] {
        let error = Program::from_document(text).unwrap_err().to_string();
        assert!(error.starts_with("not a program: ") && error.contains(" at line "), "{text:?}: {error}");
    }
}

#[test]
fn another_version_is_refused_by_name_whatever_else_the_document_holds() {
    let error = Program::from_document("{\"ir\":2,\"new\":[1]}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the program is written in version 2 of the format, this program reads version 1"
    );
}

#[test]
fn a_member_that_the_format_does_not_know_is_refused() {
    let document = common::hello().to_document().unwrap();
    let error =
        Program::from_document(&document.replacen("\"ir\":1", "\"ir\":1,\"later\":true", 1)).unwrap_err();
    assert!(error.to_string().contains("unknown field `later`"), "{error}");
}
