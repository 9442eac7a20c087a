//! Values as people and line-oriented programs write them: text as it is, everything else as JSON.

use flow_ir::Type;
use serde_json::Value as Json;

use super::decode::Decoder;
use super::mismatch::Mismatches;
use crate::value::Value;

/// A value of a type from plain text: `hello`, `12`, `30m`, `{"title": "x"}`.
///
/// # Errors
/// What is wrong with it, in the form in which it comes nearest to the type.
pub fn read(decoder: &Decoder<'_>, text: &str, ty: &Type) -> Result<Value, Mismatches> {
    let as_text = match decoder.decode(&Json::from(text), ty) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let Ok(json) = serde_json::from_str::<Json>(text.trim()) else { return Err(as_text) };
    decoder.decode(&json, ty).map_err(|as_json| {
        // A number, an object or a list that has its own mistakes was meant as what it is.
        let is_about_json = as_json.0.iter().all(|it| it.path != "$" || !it.found.starts_with("the "));
        if is_about_json { as_json } else { as_text }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::rc::Rc;

    use flow_ir::build::{list_of, optional, program, record_type};

    use super::*;
    use crate::boundary::Extra;
    use crate::boundary::encode;
    use crate::interp::pure::Pure;

    fn spelled(text: &str, ty: &Type) -> Result<Json, String> {
        let mut program = program("main");
        program.types.insert("Ticket".into(), record_type([("id", Type::Int)]));
        let pure = Pure::with_depth(Rc::new(program), 100);
        let files = BTreeMap::new();
        let decoder = Decoder { pure: &pure, files: &files, extra: Extra::Refuse };
        read(&decoder, text, ty).map(|value| encode::json(&value)).map_err(|error| error.to_string())
    }

    #[test]
    fn text_is_text_and_the_rest_is_json() {
        let ticket = Type::Named("Ticket".into());
        for (text, ty, json) in [
            ("12", Type::String, serde_json::json!("12")),
            ("12", Type::Int, serde_json::json!(12)),
            ("true", Type::Bool, serde_json::json!(true)),
            ("30m", Type::Duration, serde_json::json!("PT30M")),
            ("$2.5", Type::Money, serde_json::json!("2.50")),
            ("null", optional(Type::Int), serde_json::json!(null)),
            ("[1, 2]", list_of(Type::Int), serde_json::json!([1, 2])),
            (r#"{"id": 3}"#, ticket, serde_json::json!({ "id": 3 })),
        ] {
            assert_eq!(spelled(text, &ty).unwrap(), json);
        }
    }

    #[test]
    fn a_mistake_is_told_where_it_is() {
        assert_eq!(spelled("x", &Type::Int).unwrap_err(), "expected `int`, found the text `\"x\"`");
        let ticket = Type::Named("Ticket".into());
        assert_eq!(
            spelled(r#"{"id": "x"}"#, &ticket).unwrap_err(),
            "$.id: expected `int`, found the text `\"x\"`"
        );
    }
}
