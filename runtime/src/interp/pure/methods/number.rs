//! Methods of `int`, `float` and `duration`.

use super::Args;
use crate::interp::pure::ops;
use crate::interp::stop::{Out, Stop};
use crate::value::failure::kind;
use crate::value::{Failure, Value};

fn overflow() -> Box<Stop> {
    Stop::fail(Failure::new(kind::OVERFLOW, "the result does not fit into `int`"))
}

pub(super) fn int(name: &str, value: i64, args: &mut Args<'_, '_>) -> Out {
    Ok(match name {
        "abs" => Value::Int(value.checked_abs().ok_or_else(overflow)?),
        "min" => Value::Int(value.min(args.int()?)),
        "max" => Value::Int(value.max(args.int()?)),
        "to_float" => Value::Float(value as f64),
        "to_string" => Value::string(value.to_string()),
        _ => return Err(args.unknown()),
    })
}

pub(super) fn float(name: &str, value: f64, args: &mut Args<'_, '_>) -> Out {
    let whole = |value: f64| ops::rounded(value).map(Value::Int).ok_or_else(overflow);
    Ok(match name {
        "abs" => Value::Float(value.abs()),
        "min" | "max" => {
            let Value::Float(other) = ops::to_float(&args.value()?)? else {
                return Err(Stop::invalid("`none` is no number"));
            };
            Value::Float(if name == "min" { value.min(other) } else { value.max(other) })
        }
        "round" => return whole(value.round()),
        "floor" => return whole(value.floor()),
        "ceil" => return whole(value.ceil()),
        "to_string" => Value::string(format!("{value:?}")),
        _ => return Err(args.unknown()),
    })
}

pub(super) fn duration(name: &str, ms: i64, args: &Args<'_, '_>) -> Out {
    let seconds = ms as f64 / 1e3;
    Ok(match name {
        "seconds" => Value::Float(seconds),
        "minutes" => Value::Float(seconds / 60.0),
        "hours" => Value::Float(seconds / 3_600.0),
        _ => return Err(args.unknown()),
    })
}
