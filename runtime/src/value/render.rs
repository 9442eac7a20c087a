//! Values in templates: text as it is, plain things plainly, everything else as indented JSON.

use super::{Value, calendar, money};
use crate::boundary::encode;

/// What stands around a secret's name in text. The text itself takes its place only where a program is started, so it
/// never enters a value, a hash or a file.
pub const SECRET_MARK: char = '\u{0}';

/// Appends a value to a template's text.
pub fn push(out: &mut String, value: &Value) {
    use std::fmt::Write as _;
    // Writing to a string cannot fail.
    let _ = match value {
        Value::None => out.write_str("none"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) => write!(out, "{value:?}"),
        Value::String(text) | Value::Dir(text) => out.write_str(text),
        Value::Duration(ms) => out.write_str(&calendar::duration_literal(*ms)),
        Value::Time(ms) => out.write_str(&calendar::time_iso(*ms)),
        Value::Money(micros) => out.write_str(&money::dollars(*micros)),
        Value::File(file) => out.write_str(&file.path),
        Value::Variant(variant) if variant.plain => out.write_str(&variant.tag),
        Value::Secret(name) => write!(out, "{SECRET_MARK}{name}{SECRET_MARK}"),
        Value::Variant(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Record(_)
        | Value::Json(_)
        | Value::Failure(_)
        | Value::Exec(_) => write!(out, "{:#}", encode::json(value)),
    };
}

/// A value as a template shows it.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    push(&mut out, value);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_things_are_plain() {
        for (value, shown) in [
            (Value::None, "none"),
            (Value::Bool(true), "true"),
            (Value::Int(-3), "-3"),
            (Value::Float(1.0), "1.0"),
            (Value::string("a \"b\""), "a \"b\""),
            (Value::Duration(5_400_000), "90m"),
            (Value::Time(0), "1970-01-01T00:00:00Z"),
            (Value::Money(2_500_000), "$2.50"),
            (Value::file("src/a.rs", "00"), "src/a.rs"),
        ] {
            assert_eq!(text(&value), shown);
        }
    }

    #[test]
    fn everything_else_is_indented_json() {
        let list = Value::list(vec![Value::string("a"), Value::Int(1)]);
        assert_eq!(text(&list), "[\n  \"a\",\n  1\n]");
        let record = Value::anonymous([("name", Value::string("x")), ("wait", Value::Duration(60_000))]);
        assert_eq!(text(&record), "{\n  \"name\": \"x\",\n  \"wait\": \"PT1M\"\n}");
    }
}
