//! What of a predicate JSON Schema can say. Only a conjunction of plain comparisons of `it` with literals is read, the rest
//! is told in words; the runtime checks the whole predicate anyway.

use flow_grammar::tree::{BinaryOp, Expr, ExprKind, UnaryOp};
use serde_json::{Map, Number, Value};

/// The keywords that a predicate implies; its text as a description, if they do not say all of it.
pub(super) fn keywords(predicate: &Expr, text: &str) -> Map<String, Value> {
    let mut out = Map::new();
    if !collect(predicate, &mut out) {
        out.insert("description".to_owned(), Value::from(format!("`it`, the value, satisfies: {text}")));
    }
    out
}

/// Whether the keywords say all of the predicate.
fn collect(predicate: &Expr, out: &mut Map<String, Value>) -> bool {
    match &predicate.kind {
        ExprKind::Paren(inner) => collect(inner, out),
        ExprKind::Binary { op: BinaryOp::And, left, right, .. } => {
            let left = collect(left, out);
            collect(right, out) && left
        }
        ExprKind::Binary { op: BinaryOp::In, left, right, .. } if is_it(left) => match &right.kind {
            ExprKind::Binary { op: BinaryOp::Range, left, right, .. } => {
                let (least, most) = (put(out, "minimum", number(left)), put(out, "maximum", number(right)));
                least && most
            }
            ExprKind::List(items) => put(out, "enum", items.iter().map(literal).collect()),
            _ => false,
        },
        ExprKind::Binary { op, left, right, .. } => {
            if let Some(value) = number(right) {
                compare(*op, left, value, out)
            } else if let (Some(value), Some(op)) = (number(left), turned(*op)) {
                compare(op, right, value, out)
            } else {
                false
            }
        }
        ExprKind::Call { callee, args, .. } => {
            if let ExprKind::Field { base, name, optional: false } = &callee.kind
                && is_it(base)
                && name.text == "matches"
                && let [arg] = args.as_slice()
                && let ExprKind::Str(template) = &arg.value.kind
                && let Some(pattern) = template.plain()
            {
                put(out, "pattern", Some(Value::from(pattern)))
            } else {
                false
            }
        }
        _ => false,
    }
}

/// `it OP value` or `it.len() OP value`
fn compare(op: BinaryOp, subject: &Expr, value: Value, out: &mut Map<String, Value>) -> bool {
    if is_it(subject) {
        let keyword = match op {
            BinaryOp::Ge => "minimum",
            BinaryOp::Gt => "exclusiveMinimum",
            BinaryOp::Le => "maximum",
            BinaryOp::Lt => "exclusiveMaximum",
            BinaryOp::Eq => "const",
            _ => return false,
        };
        put(out, keyword, Some(value))
    } else if is_len_of_it(subject)
        && let Some(value) = value.as_i64()
    {
        // `it` may be a string or a list: both keywords are given, each speaks of its own kind only.
        let (least, most) = match op {
            BinaryOp::Ge => (Some(value), None),
            BinaryOp::Gt => (value.checked_add(1), None),
            BinaryOp::Le => (None, Some(value)),
            BinaryOp::Lt => (None, value.checked_sub(1)),
            BinaryOp::Eq => (Some(value), Some(value)),
            _ => (None, None),
        };
        let mut says_all = least.is_some() || most.is_some();
        for (keywords, bound) in [(["minLength", "minItems"], least), (["maxLength", "maxItems"], most)] {
            if let Some(bound) = bound.filter(|bound| *bound >= 0) {
                for keyword in keywords {
                    says_all &= put(out, keyword, Some(Value::from(bound)));
                }
            }
        }
        says_all
    } else {
        false
    }
}

/// Whether the keyword has that value now: one that is there already stays.
fn put(out: &mut Map<String, Value>, keyword: &str, value: Option<Value>) -> bool {
    value.is_some_and(|value| *out.entry(keyword.to_owned()).or_insert_with(|| value.clone()) == value)
}

fn is_it(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Lower(name) if name.text == "it")
}

fn is_len_of_it(expr: &Expr) -> bool {
    let ExprKind::Call { callee, args, .. } = &expr.kind else { return false };
    args.is_empty()
        && matches!(&callee.kind, ExprKind::Field { base, name, optional: false } if is_it(base) && name.text == "len")
}

/// A number or a plain text.
fn literal(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Str(template) => template.plain().map(Value::from),
        _ => number(expr),
    }
}

fn number(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Int(value) => Some(Value::from(*value)),
        ExprKind::Float(value) => Number::from_f64(*value).map(Value::Number),
        ExprKind::Paren(inner) => number(inner),
        ExprKind::Unary { op: UnaryOp::Neg, operand } => match number(operand)? {
            Value::Number(number) => match number.as_i64() {
                // The least number is written with digits that are too large without the `-`.
                Some(value) => Some(Value::from(value.wrapping_neg())),
                None => Number::from_f64(-number.as_f64()?).map(Value::Number),
            },
            _ => None,
        },
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
