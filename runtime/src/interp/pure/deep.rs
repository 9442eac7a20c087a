//! Work on values that lie in one another. They share their parts, so what takes little room may be walked without end: each
//! part that holds others counts as a round whenever it is walked.

use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::{At, Name};

use super::{Pure, ops};
use crate::interp::stop::Stop;
use crate::value::Value;

impl Pure {
    /// Whether two values are equal.
    ///
    /// # Errors
    /// As [`round`](Self::round).
    pub(super) fn alike(&self, left: &Value, right: &Value, at: At) -> Result<bool, Box<Stop>> {
        match (left, right) {
            (Value::List(left), Value::List(right)) => {
                if Rc::ptr_eq(left, right) || left.len() != right.len() {
                    return Ok(left.len() == right.len());
                }
                self.round(at)?;
                for (left, right) in left.iter().zip(right.iter()) {
                    if !self.alike(left, right, at)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Map(left), Value::Map(right)) => {
                if Rc::ptr_eq(left, right) || left.len() != right.len() {
                    return Ok(left.len() == right.len());
                }
                self.round(at)?;
                for ((key, left), (other, right)) in left.iter().zip(right.iter()) {
                    if key != other || !self.alike(left, right, at)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Record(left), Value::Record(right)) => {
                Ok(Rc::ptr_eq(left, right) || self.fields_alike(&left.fields, &right.fields, at)?)
            }
            (Value::Variant(left), Value::Variant(right)) => Ok(Rc::ptr_eq(left, right)
                || (left.index, &left.name) == (right.index, &right.name)
                    && self.fields_alike(&left.fields, &right.fields, at)?),
            _ => Ok(left == right),
        }
    }

    fn fields_alike(
        &self,
        left: &BTreeMap<Name, Value>,
        right: &BTreeMap<Name, Value>,
        at: At,
    ) -> Result<bool, Box<Stop>> {
        if left.len() != right.len() {
            return Ok(false);
        }
        if !left.is_empty() {
            self.round(at)?;
        }
        for ((name, left), (other, right)) in left.iter().zip(right) {
            if name != other || !self.alike(left, right, at)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Counts what is shown of a value, before it is: each part of it is at least a byte of text.
    ///
    /// # Errors
    /// As [`round`](Self::round), or `TooLarge`.
    pub(super) fn survey(&self, value: &Value, at: At) -> Result<(), Box<Stop>> {
        self.parts(value, &mut 0, at)
    }

    fn parts(&self, value: &Value, seen: &mut usize, at: At) -> Result<(), Box<Stop>> {
        let mut inside = |parts: &mut dyn Iterator<Item = &Value>| {
            *seen += 1;
            ops::text_fits(*seen)?;
            self.round(at)?;
            for part in parts {
                self.parts(part, seen, at)?;
            }
            Ok(())
        };
        match value {
            Value::List(items) => inside(&mut items.iter()),
            Value::Map(entries) => inside(&mut entries.values()),
            Value::Record(record) => inside(&mut record.fields.values()),
            Value::Variant(variant) if !variant.plain => inside(&mut variant.fields.values()),
            _ => Ok(()),
        }
    }
}
