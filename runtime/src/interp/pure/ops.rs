//! Operators on values: total, or failing with a named kind.

use std::rc::Rc;

use flow_ir::BinaryOp;

use super::{LONGEST_LIST, LONGEST_TEXT};
use crate::interp::stop::{Out, Stop};
use crate::value::failure::kind;
use crate::value::{Failure, Value};

/// Whether a value is `true`.
///
/// # Errors
/// When the program is not well formed.
pub fn truth(value: &Value) -> Result<bool, Box<Stop>> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        other => Err(Stop::invalid(format!("{} stands where a `bool` is needed", other.describe()))),
    }
}

/// A float, if it is one that can be counted with.
pub(crate) fn finite(value: f64) -> Out {
    if value.is_finite() { Ok(Value::Float(value)) } else { Err(overflow("float")) }
}

fn overflow(ty: &str) -> Box<Stop> {
    Stop::fail(Failure::new(kind::OVERFLOW, format!("the result does not fit into `{ty}`")))
}

/// That text of this many bytes may exist.
pub(crate) fn text_fits(bytes: usize) -> Result<(), Box<Stop>> {
    fits(bytes, LONGEST_TEXT, "text", "bytes")
}

/// That a list of this many elements may exist.
pub(crate) fn list_fits(elements: usize) -> Result<(), Box<Stop>> {
    fits(elements, LONGEST_LIST, "a list", "elements")
}

fn fits(size: usize, limit: usize, what: &str, unit: &str) -> Result<(), Box<Stop>> {
    if size <= limit {
        return Ok(());
    }
    let text = format!("{what} of {size} {unit} is more than the {limit} that are kept in memory");
    Err(Stop::fail(Failure::new(kind::TOO_LARGE, text)))
}

/// `base.name`
///
/// # Errors
/// When the program is not well formed: there is no such field.
pub fn field(base: &Value, name: &str) -> Out {
    let found = match base {
        Value::Record(record) => record.fields.get(name).cloned(),
        Value::Variant(variant) => variant.fields.get(name).cloned(),
        Value::File(file) => super::methods::file::property(file, name),
        Value::Failure(failure) => match name {
            "kind" => Some(Value::string(failure.kind.as_str())),
            "message" => Some(Value::string(failure.message.as_str())),
            "step" => Some(Value::string(failure.step.as_str())),
            "cause" => Some(failure.cause.clone().map_or(Value::None, Value::Failure)),
            _ => None,
        },
        Value::Exec(exec) => match name {
            "exit" => Some(Value::Int(exec.exit)),
            "stdout" => Some(Value::String(Rc::clone(&exec.stdout))),
            "stderr" => Some(Value::String(Rc::clone(&exec.stderr))),
            _ => None,
        },
        _ => None,
    };
    found.ok_or_else(|| Stop::invalid(format!("{} has no field `{name}`", base.describe())))
}

/// `base[index]`
///
/// # Errors
/// `IndexOutOfRange`, `KeyNotFound`.
pub fn index(base: &Value, index: &Value) -> Out {
    match (base, index) {
        (Value::List(items), Value::Int(at)) => {
            match usize::try_from(*at).ok().and_then(|at| items.get(at)) {
                Some(value) => Ok(value.clone()),
                None => Err(out_of_range(*at, items.len())),
            }
        }
        (Value::Map(entries), key) => match entries.get(key) {
            Some(value) => Ok(value.clone()),
            None => Err(Stop::fail(Failure::new(
                kind::KEY_NOT_FOUND,
                format!("the map has no key `{}`", crate::boundary::encode::key_text(key)),
            ))),
        },
        (other, _) => Err(Stop::invalid(format!("{} has no elements", other.describe()))),
    }
}

/// The failure of an index that a list does not have.
pub(super) fn out_of_range(index: i64, length: usize) -> Box<Stop> {
    let has = match length {
        0 => "an empty list".to_owned(),
        1 => "a list of 1 element".to_owned(),
        more => format!("a list of {more} elements"),
    };
    Stop::fail(Failure::new(kind::INDEX_OUT_OF_RANGE, format!("index {index} is out of range of {has}")))
}

/// `-value`
///
/// # Errors
/// `Overflow`.
pub fn negate(value: &Value) -> Out {
    match value {
        Value::Float(number) => Ok(Value::Float(-number)),
        Value::Int(number) => number.checked_neg().map(Value::Int).ok_or_else(|| overflow("int")),
        Value::Duration(ms) => ms.checked_neg().map(Value::Duration).ok_or_else(|| overflow("duration")),
        Value::Money(micros) => micros.checked_neg().map(Value::Money).ok_or_else(|| overflow("money")),
        other => Err(Stop::invalid(format!("{} has no sign", other.describe()))),
    }
}

/// `int` to `float`, also inside of an optional.
///
/// # Errors
/// When the program is not well formed.
pub fn to_float(value: &Value) -> Out {
    match value {
        Value::Int(number) => Ok(Value::Float(*number as f64)),
        Value::Float(_) | Value::None => Ok(value.clone()),
        other => Err(Stop::invalid(format!("{} is no number", other.describe()))),
    }
}

/// An operator whose sides are both computed.
///
/// # Errors
/// `Overflow`, `DivisionByZero`, `TooLarge`.
pub fn binary(op: BinaryOp, left: Value, right: Value) -> Out {
    match op {
        BinaryOp::Eq => Ok(Value::Bool(left == right)),
        BinaryOp::Ne => Ok(Value::Bool(left != right)),
        BinaryOp::Lt => Ok(Value::Bool(left < right)),
        BinaryOp::Le => Ok(Value::Bool(left <= right)),
        BinaryOp::Gt => Ok(Value::Bool(left > right)),
        BinaryOp::Ge => Ok(Value::Bool(left >= right)),
        BinaryOp::In => contains(&left, &right),
        BinaryOp::Range => range(&left, &right),
        BinaryOp::Add => add(left, right),
        BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => arithmetic(op, &left, &right),
        BinaryOp::Coalesce => Ok(if left.is_none() { right } else { left }),
        BinaryOp::And => Ok(Value::Bool(truth(&left)? && truth(&right)?)),
        BinaryOp::Or => Ok(Value::Bool(truth(&left)? || truth(&right)?)),
    }
}

fn contains(part: &Value, whole: &Value) -> Out {
    match (part, whole) {
        (_, Value::List(items)) => Ok(Value::Bool(items.contains(part))),
        (_, Value::Map(entries)) => Ok(Value::Bool(entries.contains_key(part))),
        (Value::String(part), Value::String(text)) => Ok(Value::Bool(text.contains(&**part))),
        (_, other) => Err(Stop::invalid(format!("{} contains nothing", other.describe()))),
    }
}

fn range(from: &Value, to: &Value) -> Out {
    let (Value::Int(from), Value::Int(to)) = (from, to) else {
        return Err(Stop::invalid("a range is between two values of type `int`"));
    };
    if to < from {
        return Ok(Value::list(Vec::new()));
    }
    list_fits(usize::try_from(to.abs_diff(*from)).unwrap_or(usize::MAX).saturating_add(1))?;
    Ok(Value::list((*from..=*to).map(Value::Int).collect()))
}

/// `left + right`; extends a list in place if nobody else holds it.
pub(crate) fn add(left: Value, right: Value) -> Out {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            text_fits(left.len() + right.len())?;
            let mut text = String::with_capacity(left.len() + right.len());
            text.push_str(&left);
            text.push_str(&right);
            Ok(Value::string(text))
        }
        (Value::List(mut left), Value::List(right)) => {
            list_fits(left.len() + right.len())?;
            if left.is_empty() {
                return Ok(Value::List(right));
            }
            Rc::make_mut(&mut left).extend(right.iter().cloned());
            Ok(Value::List(left))
        }
        (Value::Time(time), Value::Duration(ms)) | (Value::Duration(ms), Value::Time(time)) => {
            time.checked_add(ms).map(Value::Time).ok_or_else(|| overflow("time"))
        }
        (left, right) => arithmetic(BinaryOp::Add, &left, &right),
    }
}

/// The kinds of numbers, and what whole number is inside.
#[derive(Clone, Copy)]
enum Number {
    Int(i64),
    Float(f64),
    Duration(i64),
    Money(i64),
    Time(i64),
}

fn number(value: &Value) -> Result<Number, Box<Stop>> {
    Ok(match value {
        Value::Int(number) => Number::Int(*number),
        Value::Float(number) => Number::Float(*number),
        Value::Duration(ms) => Number::Duration(*ms),
        Value::Money(micros) => Number::Money(*micros),
        Value::Time(ms) => Number::Time(*ms),
        other => return Err(Stop::invalid(format!("{} is no number", other.describe()))),
    })
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Out {
    use Number::{Duration, Float, Int, Money, Time};
    match (op, number(left)?, number(right)?) {
        (_, Int(a), Int(b)) => whole(op, a, b, "int", Value::Int),
        (_, Float(a), Float(b)) => floats(op, a, b),
        (_, Float(a), Int(b)) => floats(op, a, b as f64),
        (_, Int(a), Float(b)) => floats(op, a as f64, b),

        // A ratio.
        (BinaryOp::Div, Duration(a), Duration(b)) | (BinaryOp::Div, Money(a), Money(b)) => {
            floats(op, a as f64, b as f64)
        }
        (BinaryOp::Add | BinaryOp::Sub | BinaryOp::Rem, Duration(a), Duration(b)) => {
            whole(op, a, b, "duration", Value::Duration)
        }
        (BinaryOp::Add | BinaryOp::Sub | BinaryOp::Rem, Money(a), Money(b)) => {
            whole(op, a, b, "money", Value::Money)
        }
        (BinaryOp::Sub, Time(a), Time(b)) => whole(op, a, b, "duration", Value::Duration),
        (BinaryOp::Sub, Time(a), Duration(b)) => whole(op, a, b, "time", Value::Time),

        // Scaled by a number.
        (BinaryOp::Mul | BinaryOp::Div, Duration(a), Int(b)) => whole(op, a, b, "duration", Value::Duration),
        (BinaryOp::Mul | BinaryOp::Div, Money(a), Int(b)) => whole(op, a, b, "money", Value::Money),
        (BinaryOp::Mul, Int(a), Duration(b)) => whole(op, a, b, "duration", Value::Duration),
        (BinaryOp::Mul, Int(a), Money(b)) => whole(op, a, b, "money", Value::Money),
        (BinaryOp::Mul | BinaryOp::Div, Duration(a), Float(b)) => {
            scaled(op, a, b, "duration", Value::Duration)
        }
        (BinaryOp::Mul | BinaryOp::Div, Money(a), Float(b)) => scaled(op, a, b, "money", Value::Money),
        (BinaryOp::Mul, Float(a), Duration(b)) => scaled(op, b, a, "duration", Value::Duration),
        (BinaryOp::Mul, Float(a), Money(b)) => scaled(op, b, a, "money", Value::Money),

        // The sum of an empty list is the integer 0, whatever the list would hold.
        (BinaryOp::Add, Int(0), Duration(_) | Money(_)) => Ok(right.clone()),
        (BinaryOp::Add | BinaryOp::Sub, Duration(_) | Money(_), Int(0)) => Ok(left.clone()),
        (BinaryOp::Sub, Int(0), Duration(_) | Money(_)) => negate(right),
        _ => Err(Stop::invalid(format!("no operator between {} and {}", left.describe(), right.describe()))),
    }
}

fn whole(op: BinaryOp, a: i64, b: i64, ty: &str, make: fn(i64) -> Value) -> Out {
    let result = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div | BinaryOp::Rem if b == 0 => return Err(by_zero()),
        BinaryOp::Div => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    result.map(make).ok_or_else(|| overflow(ty))
}

fn floats(op: BinaryOp, a: f64, b: f64) -> Out {
    finite(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div | BinaryOp::Rem if b == 0.0 => return Err(by_zero()),
        BinaryOp::Div => a / b,
        _ => a % b,
    })
}

fn scaled(op: BinaryOp, amount: i64, by: f64, ty: &str, make: fn(i64) -> Value) -> Out {
    if op == BinaryOp::Div && by == 0.0 {
        return Err(by_zero());
    }
    let exact = if op == BinaryOp::Div { amount as f64 / by } else { amount as f64 * by };
    rounded(exact.round()).map(make).ok_or_else(|| overflow(ty))
}

/// A float without a fraction as a whole number, if it is in range.
pub(super) fn rounded(value: f64) -> Option<i64> {
    // 2^63 is exact as a float; everything below it, and down to -2^63, fits.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if (-END..END).contains(&value) { Some(value as i64) } else { None }
}

fn by_zero() -> Box<Stop> {
    Stop::fail(Failure::new(kind::DIVISION_BY_ZERO, "division by zero"))
}
