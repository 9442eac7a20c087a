//! Values as the language writes them, for people who compare two.

use std::fmt::Write as _;

use crate::value::{Value, calendar, money};

/// How long a line may be.
const WIDTH: usize = 88;

/// A value on one line.
pub fn line(value: &Value) -> String {
    let mut out = String::new();
    push(&mut out, value, None);
    out
}

/// A value on one line if it is short, else with its parts on lines of their own.
pub fn block(value: &Value) -> String {
    let short = line(value);
    if short.chars().count() <= WIDTH {
        return short;
    }
    let mut out = String::new();
    push(&mut out, value, Some(0));
    out
}

/// A value on one line, cut where it gets too long.
pub fn brief(value: &Value, most: usize) -> String {
    let text = line(value);
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn push(out: &mut String, value: &Value, indent: Option<usize>) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::None => out.write_str("none"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) => write!(out, "{value:?}"),
        Value::String(text) => {
            quoted(out, text);
            Ok(())
        }
        Value::Duration(ms) => out.write_str(&calendar::duration_literal(*ms)),
        Value::Time(ms) => out.write_str(&calendar::time_iso(*ms)),
        Value::Money(micros) => out.write_str(&money::dollars(*micros)),
        Value::File(file) => write!(out, "file(\"{}\")", file.path),
        Value::Dir(path) => write!(out, "dir(\"{path}\")"),
        Value::Secret(name) => out.write_str(name),
        Value::Json(json) => write!(out, "{json}"),
        Value::List(items) => {
            parts(out, "[", items.iter().map(|item| (None, item)), "]", indent);
            Ok(())
        }
        Value::Map(entries) if entries.is_empty() => out.write_str("[:]"),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (Some(line(key)), value));
            parts(out, "[", entries, "]", indent);
            Ok(())
        }
        Value::Record(record) => {
            let open = record.ty.as_deref().map_or_else(|| "{".to_owned(), |ty| format!("{}(", plain(ty)));
            let close = if record.ty.is_some() { ")" } else { "}" };
            let fields = record.fields.iter().map(|(name, value)| (Some(name.to_string()), value));
            parts(out, &open, fields, close, indent);
            Ok(())
        }
        Value::Variant(variant) if variant.fields.is_empty() => out.write_str(&variant.name),
        Value::Variant(variant) => {
            let fields = variant.fields.iter().map(|(name, value)| (Some(name.to_string()), value));
            parts(out, &format!("{}(", variant.name), fields, ")", indent);
            Ok(())
        }
        Value::Failure(failure) => write!(out, "Failure(kind: \"{}\", message: ", failure.kind).map(|()| {
            quoted(out, &failure.message);
            out.push(')');
        }),
        Value::Exec(exec) => write!(out, "Exec(exit: {}, stdout: ", exec.exit).map(|()| {
            quoted(out, &exec.stdout);
            out.push_str(", stderr: ");
            quoted(out, &exec.stderr);
            out.push(')');
        }),
    };
}

/// A type's name without its module.
fn plain(name: &str) -> &str {
    let base = name.split('<').next().unwrap_or(name);
    &name[base.rfind('.').map_or(0, |dot| dot + 1)..]
}

fn parts<'v>(
    out: &mut String,
    open: &str,
    items: impl Iterator<Item = (Option<String>, &'v Value)>,
    close: &str,
    indent: Option<usize>,
) {
    out.push_str(open);
    let mut first = true;
    for (name, value) in items {
        match (indent, first) {
            (Some(indent), _) => {
                out.push('\n');
                out.push_str(&"  ".repeat(indent + 1));
            }
            (None, false) => out.push_str(", "),
            (None, true) => {}
        }
        first = false;
        if let Some(name) = name {
            out.push_str(&name);
            out.push_str(": ");
        }
        let fits = indent.is_none_or(|indent| line(value).chars().count() + 2 * indent <= WIDTH);
        push(out, value, if fits { None } else { indent.map(|indent| indent + 1) });
    }
    if let (Some(indent), false) = (indent, first) {
        out.push('\n');
        out.push_str(&"  ".repeat(indent));
    }
    out.push_str(close);
}

/// Puts a text between quotes, with escapes where the language has them.
pub(super) fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{{{:X}}}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

/// Where two values first differ, if that lies inside of them: the way there, and both parts.
pub fn difference<'v>(a: &'v Value, b: &'v Value) -> Option<(String, &'v Value, &'v Value)> {
    let mut way = String::new();
    let (a, b) = descend(a, b, &mut way);
    if way.is_empty() { None } else { Some((way, a, b)) }
}

fn descend<'v>(a: &'v Value, b: &'v Value, way: &mut String) -> (&'v Value, &'v Value) {
    match (a, b) {
        (Value::List(left), Value::List(right)) if left.len() == right.len() => {
            for (index, (a, b)) in left.iter().zip(right.iter()).enumerate() {
                if a != b {
                    let _ = write!(way, "[{index}]");
                    return descend(a, b, way);
                }
            }
        }
        (Value::Record(left), Value::Record(right)) => {
            if let Some(found) = fields(&left.fields, &right.fields, way) {
                return found;
            }
        }
        (Value::Variant(left), Value::Variant(right)) if left.name == right.name => {
            if let Some(found) = fields(&left.fields, &right.fields, way) {
                return found;
            }
        }
        (Value::Map(left), Value::Map(right)) if left.keys().eq(right.keys()) => {
            for ((key, a), b) in left.iter().zip(right.values()) {
                if a != b {
                    let _ = write!(way, "[{}]", line(key));
                    return descend(a, b, way);
                }
            }
        }
        _ => {}
    }
    (a, b)
}

type Fields = std::collections::BTreeMap<flow_ir::Name, Value>;

fn fields<'v>(left: &'v Fields, right: &'v Fields, way: &mut String) -> Option<(&'v Value, &'v Value)> {
    for (name, a) in left {
        let b = right.get(name)?;
        if a != b {
            way.push('.');
            way.push_str(name);
            return Some(descend(a, b, way));
        }
    }
    None
}
