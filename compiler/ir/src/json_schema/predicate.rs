//! What of a predicate JSON Schema can say. Only a conjunction of plain comparisons of `it` with literals is read, the rest
//! is told in words; the runtime checks the whole predicate anyway.

use crate::{BinaryOp, Node, Op, Refinement};
use serde_json::{Map, Number, Value};

impl Refinement {
    /// The keywords of JSON Schema that the predicate implies (`minimum`, `pattern`, `minItems`, …); its text as a
    /// `description`, if they do not say all of it.
    pub fn keywords(&self) -> Map<String, Value> {
        let mut out = Map::new();
        if !collect(&self.predicate, &mut out) {
            let words = format!("`it`, the value, satisfies: {}", self.text);
            out.insert("description".to_owned(), Value::from(words));
        }
        out
    }
}

/// Whether the keywords say all of the predicate.
fn collect(predicate: &Node, out: &mut Map<String, Value>) -> bool {
    match &predicate.op {
        Op::Binary { op: BinaryOp::And, left, right } => {
            let left = collect(left, out);
            collect(right, out) && left
        }
        Op::Binary { op: BinaryOp::In, left, right } if is_it(left) => match &right.op {
            Op::Binary { op: BinaryOp::Range, left, right } => {
                let (least, most) = (put(out, "minimum", number(left)), put(out, "maximum", number(right)));
                least && most
            }
            Op::List(items) => put(out, "enum", items.iter().map(literal).collect()),
            _ => false,
        },
        Op::Binary { op, left, right } => {
            if let Some(value) = number(right) {
                compare(*op, left, value, out)
            } else if let (Some(value), Some(op)) = (number(left), turned(*op)) {
                compare(op, right, value, out)
            } else {
                false
            }
        }
        Op::Method { method, receiver, args, optional: false }
            if method == "string.matches" && is_it(receiver) =>
        {
            match args.as_slice() {
                [Node { op: Op::String(pattern), .. }] => {
                    put(out, "pattern", Some(Value::from(pattern.as_str())))
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// `it OP value` or `it.len() OP value`
fn compare(op: BinaryOp, subject: &Node, value: Value, out: &mut Map<String, Value>) -> bool {
    if is_it(subject) {
        let keyword = match op {
            BinaryOp::Ge => "minimum",
            BinaryOp::Gt => "exclusiveMinimum",
            BinaryOp::Le => "maximum",
            BinaryOp::Lt => "exclusiveMaximum",
            BinaryOp::Eq => "const",
            _ => return false,
        };
        return put(out, keyword, Some(value));
    }
    let (Some([least, most]), Some(value)) = (lengths(subject), value.as_i64()) else { return false };
    let (at_least, at_most) = match op {
        BinaryOp::Ge => (Some(value), None),
        BinaryOp::Gt => (value.checked_add(1), None),
        BinaryOp::Le => (None, Some(value)),
        BinaryOp::Lt => (None, value.checked_sub(1)),
        BinaryOp::Eq => (Some(value), Some(value)),
        _ => (None, None),
    };
    let mut says_all = at_least.is_some() || at_most.is_some();
    for (keyword, bound) in [(least, at_least), (most, at_most)] {
        if let Some(bound) = bound.filter(|bound| *bound >= 0) {
            says_all &= put(out, keyword, Some(Value::from(bound)));
        }
    }
    says_all
}

/// Whether the keyword has that value now: one that is there already stays.
fn put(out: &mut Map<String, Value>, keyword: &str, value: Option<Value>) -> bool {
    value.is_some_and(|value| *out.entry(keyword.to_owned()).or_insert_with(|| value.clone()) == value)
}

fn is_it(node: &Node) -> bool {
    node.op == Op::Local(0)
}

/// The keywords for the least and the most of `it.len()`.
fn lengths(node: &Node) -> Option<[&'static str; 2]> {
    let Op::Method { method, receiver, optional: false, .. } = &node.op else { return None };
    match method.as_str() {
        _ if !is_it(receiver) => None,
        "string.len" => Some(["minLength", "maxLength"]),
        "list.len" => Some(["minItems", "maxItems"]),
        "map.len" => Some(["minProperties", "maxProperties"]),
        _ => None,
    }
}

/// A number or a plain text.
fn literal(node: &Node) -> Option<Value> {
    match &node.op {
        Op::String(text) => Some(Value::from(text.as_str())),
        _ => number(node),
    }
}

fn number(node: &Node) -> Option<Value> {
    match &node.op {
        Op::Int(value) => Some(Value::from(*value)),
        Op::Float(value) => Number::from_f64(*value).map(Value::Number),
        _ => None,
    }
}

/// The comparison with its sides exchanged.
fn turned(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        BinaryOp::Eq => BinaryOp::Eq,
        _ => return None,
    })
}
