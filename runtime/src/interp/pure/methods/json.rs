//! Methods of `json`.

use std::rc::Rc;

use serde_json::Value as Json;

use super::{Args, option};
use crate::interp::stop::Out;
use crate::value::Value;

pub(super) fn call(name: &str, json: &Json, args: &mut Args<'_, '_>) -> Out {
    let wrap = |json: &Json| Value::Json(Rc::new(json.clone()));
    Ok(match name {
        "get" => option(json.get(&*args.text()?).map(wrap)),
        "at" => {
            let index = args.int()?;
            option(usize::try_from(index).ok().and_then(|index| json.get(index)).map(wrap))
        }
        "as_string" => option(json.as_str().map(Value::string)),
        "as_int" => option(json.as_i64().map(Value::Int)),
        "as_float" => option(json.as_f64().map(Value::Float)),
        "as_bool" => option(json.as_bool().map(Value::Bool)),
        "as_list" => option(json.as_array().map(|items| Value::list(items.iter().map(wrap).collect()))),
        "to_string" => Value::string(json.to_string()),
        _ => return Err(args.unknown()),
    })
}
