//! The methods of built-in types, as [`flow_ir::builtins::METHODS`] lists them. One file for each kind of receiver that
//! has many.

pub mod file;
mod json;
mod list;
mod map;
mod number;
mod string;

use flow_ir::{At, Name};

use super::{Arg, Frame, Pure};
use crate::interp::stop::{Out, Stop};
use crate::value::{Text, Value};

/// Counts the work of a method on what may be long.
///
/// # Errors
/// As [`Pure::round`].
pub(super) fn weigh(pure: &Pure, method: &Name, receiver: &Value, at: At) -> Result<(), Box<Stop>> {
    let elements = match receiver {
        Value::String(text) => return pure.copy(text.len(), at),
        Value::List(items) => items.len(),
        Value::Map(entries) => entries.len(),
        _ => return Ok(()),
    };
    let name = method.split_once('.').map_or("", |(_, name)| name);
    let is_a_glance = matches!(name, "len" | "is_empty" | "first" | "last" | "get")
        || name == "contains" && matches!(receiver, Value::Map(_));
    if is_a_glance { Ok(()) } else { pure.walk(elements, at) }
}

/// Calls a method.
///
/// # Errors
/// The failures that its documentation names, and those of its closures.
pub fn call(pure: &Pure, method: &Name, receiver: Value, args: Vec<Arg<'_>>, frame: &mut Frame) -> Out {
    let Some((kind, name)) = method.split_once('.') else {
        return Err(Stop::invalid(format!("there is no method `{method}`")));
    };
    let mut args = Args { method, args: args.into_iter() };
    match (kind, &receiver) {
        ("option", value) => match name {
            "is_some" => Ok(Value::Bool(!value.is_none())),
            "is_none" => Ok(Value::Bool(value.is_none())),
            _ => Err(args.unknown()),
        },
        ("string", Value::String(text)) => string::call(pure, name, text, &mut args),
        ("list", Value::List(items)) => list::call(pure, name, items, &mut args, frame),
        ("map", Value::Map(entries)) => map::call(pure, name, entries, &mut args, frame),
        ("int", Value::Int(value)) => number::int(name, *value, &mut args),
        ("float", Value::Float(value)) => number::float(name, *value, &mut args),
        ("float", Value::Int(value)) => number::float(name, *value as f64, &mut args),
        ("duration", Value::Duration(ms) | Value::Int(ms)) => number::duration(name, *ms, &args),
        ("time", Value::Time(ms)) => match name {
            "iso" => Ok(Value::string(crate::value::calendar::time_iso(*ms))),
            _ => Err(args.unknown()),
        },
        ("money", Value::Money(micros) | Value::Int(micros)) => match name {
            "dollars" => Ok(Value::Float(*micros as f64 / 1e6)),
            _ => Err(args.unknown()),
        },
        ("json", Value::Json(value)) => json::call(name, value, &mut args),
        ("json", other) => json::call(name, &crate::boundary::encode::json(other), &mut args),
        (_, other) => Err(Stop::invalid(format!("{} has no method `{method}`", other.describe()))),
    }
}

/// The arguments of a method, taken one after the other.
pub(super) struct Args<'a, 'm> {
    method: &'m Name,
    args: std::vec::IntoIter<Arg<'a>>,
}

impl<'a> Args<'a, '_> {
    fn unknown(&self) -> Box<Stop> {
        Stop::invalid(format!("there is no method `{}`", self.method))
    }

    fn wrong(&self, what: &str) -> Box<Stop> {
        Stop::invalid(format!("`{}` is called without {what}", self.method))
    }

    fn value(&mut self) -> Out {
        match self.args.next() {
            Some(Arg::Value(value)) => Ok(value),
            _ => Err(self.wrong("a value")),
        }
    }

    fn text(&mut self) -> Result<Text, Box<Stop>> {
        match self.value()? {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong("text")),
        }
    }

    fn int(&mut self) -> Result<i64, Box<Stop>> {
        match self.value()? {
            Value::Int(number) => Ok(number),
            _ => Err(self.wrong("an `int`")),
        }
    }

    /// A count of things: a negative one is none.
    fn count(&mut self) -> Result<usize, Box<Stop>> {
        Ok(usize::try_from(self.int()?.max(0)).unwrap_or(usize::MAX))
    }

    fn closure(&mut self) -> Result<Closure<'a>, Box<Stop>> {
        match self.args.next() {
            Some(Arg::Closure(params, body)) => Ok(Closure { params, body }),
            _ => Err(self.wrong("a closure")),
        }
    }
}

/// A closure on its way through a list.
pub(super) struct Closure<'a> {
    params: &'a [flow_ir::Slot],
    body: &'a flow_ir::Node,
}

impl Closure<'_> {
    fn call<const N: usize>(&self, pure: &Pure, frame: &mut Frame, args: [Value; N]) -> Out {
        if self.params.len() != N {
            return Err(Stop::invalid(format!(
                "a closure takes {} instead of {N} arguments",
                self.params.len()
            )));
        }
        for (slot, value) in self.params.iter().zip(args) {
            frame.set(*slot, value)?;
        }
        pure.round(self.body.at)?;
        pure.eval(self.body, frame)
    }

    fn holds(&self, pure: &Pure, frame: &mut Frame, value: &Value) -> Result<bool, Box<Stop>> {
        super::ops::truth(&self.call(pure, frame, [value.clone()])?)
    }
}

/// `T?` from what Rust says.
fn option(value: Option<Value>) -> Value {
    value.unwrap_or(Value::None)
}

/// A length.
fn length(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}
