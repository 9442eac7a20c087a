//! Methods of lists.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Args, Closure, length, option};
use crate::interp::pure::{Frame, Pure, ops};
use crate::interp::stop::{Out, Stop};
use crate::value::failure::kind;
use crate::value::{Failure, Value};

pub(super) fn call(
    pure: &Pure,
    name: &str,
    items: &Rc<Vec<Value>>,
    args: &mut Args<'_, '_>,
    frame: &mut Frame,
) -> Out {
    Ok(match name {
        "len" => length(items.len()),
        "is_empty" => Value::Bool(items.is_empty()),
        "first" => option(items.first().cloned()),
        "last" => option(items.last().cloned()),
        "get" => option(usize::try_from(args.int()?).ok().and_then(|index| items.get(index).cloned())),
        "contains" => Value::Bool(items.contains(&args.value()?)),
        "index_of" => {
            let wanted = args.value()?;
            option(items.iter().position(|item| *item == wanted).map(length))
        }
        "flatten" => return flat(items.iter().cloned().map(Ok)),
        "compact" => Value::list(items.iter().filter(|item| !item.is_none()).cloned().collect()),
        "sort" => {
            let mut sorted = items.to_vec();
            sorted.sort();
            Value::list(sorted)
        }
        "reverse" => Value::list(items.iter().rev().cloned().collect()),
        "take" => Value::list(items.iter().take(args.count()?).cloned().collect()),
        "drop" => Value::list(items.iter().skip(args.count()?).cloned().collect()),
        "unique" => {
            let mut seen = BTreeSet::new();
            Value::list(items.iter().filter(|item| seen.insert(*item)).cloned().collect())
        }
        "chunks" => {
            let size = args.count()?;
            if size == 0 {
                let text = "the size of chunks must be at least 1";
                return Err(Stop::fail(Failure::new(kind::BAD_ARGUMENT, text)));
            }
            Value::list(items.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect())
        }
        "indexed" => {
            let pair = |(index, value): (usize, &Value)| {
                Value::anonymous([("index", length(index)), ("value", value.clone())])
            };
            Value::list(items.iter().enumerate().map(pair).collect())
        }
        "max" => option(extreme(items.iter().map(|item| Ok((item.clone(), item))), |new, best| new > best)?),
        "min" => option(extreme(items.iter().map(|item| Ok((item.clone(), item))), |new, best| new < best)?),
        "sum" => {
            let mut values = items.iter().cloned();
            let first = values.next().unwrap_or(Value::Int(0));
            return values.try_fold(first, ops::add);
        }
        "join" => return join(items, &args.text()?),
        _ => return with_closure(pure, name, items, args, frame),
    })
}

fn with_closure(pure: &Pure, name: &str, items: &[Value], args: &mut Args<'_, '_>, frame: &mut Frame) -> Out {
    if name == "fold" {
        let start = args.value()?;
        let f = args.closure()?;
        return items.iter().try_fold(start, |sum, item| f.call(pure, frame, [sum, item.clone()]));
    }
    if !KNOWN.contains(&name) {
        return Err(args.unknown());
    }
    let f = args.closure()?;
    Ok(match name {
        "map" => Value::list(mapped(pure, &f, items, frame)?),
        "flat_map" => return flat(items.iter().map(|item| f.call(pure, frame, [item.clone()]))),
        "filter" => {
            let mut kept = Vec::new();
            for item in items {
                if f.holds(pure, frame, item)? {
                    kept.push(item.clone());
                }
            }
            Value::list(kept)
        }
        "any" => Value::Bool(search(pure, &f, items, frame)?.is_some()),
        "find" => option(search(pure, &f, items, frame)?.cloned()),
        "all" => {
            for item in items {
                if !f.holds(pure, frame, item)? {
                    return Ok(Value::Bool(false));
                }
            }
            Value::Bool(true)
        }
        "count" => {
            let mut count = 0;
            for item in items {
                count += usize::from(f.holds(pure, frame, item)?);
            }
            length(count)
        }
        "sort_by" => {
            let mut keyed: Vec<_> = mapped(pure, &f, items, frame)?.into_iter().zip(items).collect();
            keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::list(keyed.into_iter().map(|(_, item)| item.clone()).collect())
        }
        "group_by" => {
            let mut groups: BTreeMap<Value, Vec<Value>> = BTreeMap::new();
            for (key, item) in mapped(pure, &f, items, frame)?.into_iter().zip(items) {
                groups.entry(key).or_default().push(item.clone());
            }
            Value::map(groups.into_iter().map(|(key, items)| (key, Value::list(items))).collect())
        }
        "to_map" => {
            Value::map(mapped(pure, &f, items, frame)?.into_iter().zip(items.iter().cloned()).collect())
        }
        // `max_by`, `min_by`
        _ => {
            let keyed = items.iter().map(|item| Ok((f.call(pure, frame, [item.clone()])?, item)));
            option(extreme(keyed, |new, best| if name == "max_by" { new > best } else { new < best })?)
        }
    })
}

/// The methods that take one closure and nothing else.
const KNOWN: &[&str] = &[
    "map", "flat_map", "filter", "any", "find", "all", "count", "sort_by", "group_by", "to_map", "max_by",
    "min_by",
];

fn mapped(pure: &Pure, f: &Closure<'_>, items: &[Value], frame: &mut Frame) -> Result<Vec<Value>, Box<Stop>> {
    items.iter().map(|item| f.call(pure, frame, [item.clone()])).collect()
}

fn search<'v>(
    pure: &Pure,
    f: &Closure<'_>,
    items: &'v [Value],
    frame: &mut Frame,
) -> Result<Option<&'v Value>, Box<Stop>> {
    for item in items {
        if f.holds(pure, frame, item)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn flat(lists: impl Iterator<Item = Out>) -> Out {
    let mut joined = Vec::new();
    for list in lists {
        match list? {
            Value::List(items) => {
                ops::list_fits(joined.len() + items.len())?;
                joined.extend(items.iter().cloned());
            }
            other => return Err(Stop::invalid(format!("{} is no list", other.describe()))),
        }
    }
    Ok(Value::list(joined))
}

/// The first item whose key beats all others.
fn extreme<'v>(
    keyed: impl Iterator<Item = Result<(Value, &'v Value), Box<Stop>>>,
    beats: impl Fn(&Value, &Value) -> bool,
) -> Result<Option<Value>, Box<Stop>> {
    let mut best: Option<(Value, &Value)> = None;
    for entry in keyed {
        let (key, item) = entry?;
        if best.as_ref().is_none_or(|(most, _)| beats(&key, most)) {
            best = Some((key, item));
        }
    }
    Ok(best.map(|(_, item)| item.clone()))
}

fn join(items: &[Value], separator: &str) -> Out {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        crate::value::render::push(&mut text, item);
        ops::text_fits(text.len())?;
    }
    Ok(Value::string(text))
}
