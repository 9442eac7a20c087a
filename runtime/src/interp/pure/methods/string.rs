//! Methods of `string`.

use super::{Args, length, option};
use crate::interp::pure::{Pure, ops};
use crate::interp::stop::Out;
use crate::value::{Text, Value};

pub(super) fn call(pure: &Pure, name: &str, text: &Text, args: &mut Args<'_, '_>) -> Out {
    Ok(match name {
        "len" => length(text.chars().count()),
        "is_empty" => Value::Bool(text.is_empty()),
        "contains" => Value::Bool(text.contains(&*args.text()?)),
        "starts_with" => Value::Bool(text.starts_with(&*args.text()?)),
        "ends_with" => Value::Bool(text.ends_with(&*args.text()?)),
        "matches" => Value::Bool(pure.regex(&args.text()?)?.is_match(text)),
        "split" => split(text, &args.text()?),
        "lines" => Value::list(text.lines().map(Value::string).collect()),
        "trim" => Value::string(text.trim()),
        "upper" => Value::string(text.to_uppercase()),
        "lower" => Value::string(text.to_lowercase()),
        "replace" => {
            let (old, new) = (args.text()?, args.text()?);
            let count = if new.len() > old.len() { text.matches(&*old).count() } else { 0 };
            ops::text_fits(text.len().saturating_add(count.saturating_mul(new.len())))?;
            Value::string(text.replace(&*old, &new))
        }
        "take" => Value::string(&text[..place(text, args.count()?)]),
        "drop" => Value::string(&text[place(text, args.count()?)..]),
        "repeat" => {
            let count = args.count()?;
            ops::text_fits(text.len().saturating_mul(count))?;
            Value::string(text.repeat(if text.is_empty() { 0 } else { count }))
        }
        "before" => {
            let separator = args.text()?;
            text.split_once(&*separator)
                .map_or_else(|| Value::String(text.clone()), |(head, _)| Value::string(head))
        }
        "after" => {
            let separator = args.text()?;
            Value::string(text.split_once(&*separator).map_or("", |(_, tail)| tail))
        }
        "to_int" => option(text.trim().parse().ok().map(Value::Int)),
        "to_float" => {
            option(text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float))
        }
        "to_json" => option(serde_json::from_str(text).ok().map(|json| Value::Json(std::rc::Rc::new(json)))),
        _ => return Err(args.unknown()),
    })
}

fn split(text: &str, separator: &str) -> Value {
    let parts = if separator.is_empty() {
        text.chars().map(|c| Value::string(c.encode_utf8(&mut [0; 4]) as &str)).collect()
    } else {
        text.split(separator).map(Value::string).collect()
    };
    Value::list(parts)
}

/// Where the character number `count` begins, or the end.
fn place(text: &str, count: usize) -> usize {
    text.char_indices().nth(count).map_or(text.len(), |(place, _)| place)
}
