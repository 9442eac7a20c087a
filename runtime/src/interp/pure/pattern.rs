//! Matching values against patterns.

use flow_ir::{Name, Pattern};

use super::{Frame, ops};
use crate::interp::stop::Stop;
use crate::value::Value;

/// Whether a value matches, with the pattern's variables bound if it does.
///
/// # Errors
/// When the program is not well formed.
pub fn matches(pattern: &Pattern, value: &Value, frame: &mut Frame) -> Result<bool, Box<Stop>> {
    Ok(match pattern {
        Pattern::Any => true,
        Pattern::Bind(slot) => {
            frame.set(*slot, value.clone())?;
            true
        }
        Pattern::Int(wanted) => *value == Value::Int(*wanted),
        Pattern::String(wanted) => matches!(value, Value::String(text) if **text == **wanted),
        Pattern::Bool(wanted) => matches!(value, Value::Bool(truth) if truth == wanted),
        Pattern::None => value.is_none(),
        Pattern::Some(inner) => !value.is_none() && matches(inner, value, frame)?,
        Pattern::Variant { variant: wanted, fields } => match value {
            Value::Variant(variant) if variant.name == *wanted => all(fields, value, frame)?,
            _ => false,
        },
        Pattern::Record(fields) => all(fields, value, frame)?,
        Pattern::Or(patterns) => {
            for pattern in patterns {
                if matches(pattern, value, frame)? {
                    return Ok(true);
                }
            }
            false
        }
    })
}

fn all(fields: &[(Name, Pattern)], value: &Value, frame: &mut Frame) -> Result<bool, Box<Stop>> {
    for (name, pattern) in fields {
        let field = ops::field(value, name)?;
        if !matches(pattern, &field, frame)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Binds a pattern that matches whatever there is.
///
/// # Errors
/// When the program is not well formed: the pattern does not match.
pub fn bind(pattern: &Pattern, value: &Value, frame: &mut Frame) -> Result<(), Box<Stop>> {
    if matches(pattern, value, frame)? {
        Ok(())
    } else {
        Err(Stop::invalid(format!("a pattern that should always match does not match {}", value.describe())))
    }
}
