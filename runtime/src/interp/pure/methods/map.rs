//! Methods of maps.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Args, length, option};
use crate::interp::pure::{Frame, Pure};
use crate::interp::stop::{Out, Stop};
use crate::value::Value;

pub(super) fn call(
    pure: &Pure,
    name: &str,
    entries: &Rc<BTreeMap<Value, Value>>,
    args: &mut Args<'_, '_>,
    frame: &mut Frame,
) -> Out {
    Ok(match name {
        "len" => length(entries.len()),
        "is_empty" => Value::Bool(entries.is_empty()),
        "keys" => Value::list(entries.keys().cloned().collect()),
        "values" => Value::list(entries.values().cloned().collect()),
        "entries" => {
            let pair = |(key, value): (&Value, &Value)| {
                Value::anonymous([("key", key.clone()), ("value", value.clone())])
            };
            Value::list(entries.iter().map(pair).collect())
        }
        "get" => option(entries.get(&args.value()?).cloned()),
        "contains" => Value::Bool(entries.contains_key(&args.value()?)),
        "without" => {
            let mut rest = Rc::clone(entries);
            Rc::make_mut(&mut rest).remove(&args.value()?);
            Value::Map(rest)
        }
        "merge" => match args.value()? {
            Value::Map(other) => {
                let mut merged = Rc::clone(entries);
                Rc::make_mut(&mut merged)
                    .extend(other.iter().map(|(key, value)| (key.clone(), value.clone())));
                Value::Map(merged)
            }
            other => return Err(Stop::invalid(format!("{} is no map", other.describe()))),
        },
        "map_values" => {
            let f = args.closure()?;
            let mut mapped = BTreeMap::new();
            for (key, value) in entries.iter() {
                mapped.insert(key.clone(), f.call(pure, frame, [value.clone()])?);
            }
            Value::map(mapped)
        }
        _ => return Err(args.unknown()),
    })
}
