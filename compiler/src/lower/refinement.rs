//! What of a predicate JSON Schema can say. Only a conjunction of plain comparisons of `it` with literals is read; the
//! runtime checks the whole predicate anyway.

use flow_grammar::tree::{BinaryOp, Expr, ExprKind, UnaryOp};
use serde_json::{Map, Number, Value};

/// The keywords that a predicate implies.
pub(super) fn keywords(predicate: &Expr) -> Map<String, Value> {
    let mut out = Map::new();
    collect(predicate, &mut out);
    out
}

fn collect(predicate: &Expr, out: &mut Map<String, Value>) {
    match &predicate.kind {
        ExprKind::Paren(inner) => collect(inner, out),
        ExprKind::Binary { op: BinaryOp::And, left, right, .. } => {
            collect(left, out);
            collect(right, out);
        }
        ExprKind::Binary { op: BinaryOp::In, left, right, .. } if is_it(left) => {
            if let ExprKind::Binary { op: BinaryOp::Range, left, right, .. } = &right.kind {
                put(out, "minimum", number(left));
                put(out, "maximum", number(right));
            }
        }
        ExprKind::Binary { op, left, right, .. } => {
            if let Some(value) = number(right) {
                compare(*op, left, value, out);
            } else if let (Some(value), Some(op)) = (number(left), turned(*op)) {
                compare(op, right, value, out);
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
                put(out, "pattern", Some(Value::from(pattern)));
            }
        }
        _ => {}
    }
}

/// `it OP value` or `it.len() OP value`
fn compare(op: BinaryOp, subject: &Expr, value: Value, out: &mut Map<String, Value>) {
    if is_it(subject) {
        let keyword = match op {
            BinaryOp::Ge => "minimum",
            BinaryOp::Gt => "exclusiveMinimum",
            BinaryOp::Le => "maximum",
            BinaryOp::Lt => "exclusiveMaximum",
            BinaryOp::Eq => "const",
            _ => return,
        };
        put(out, keyword, Some(value));
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
        for (keywords, bound) in [(["minLength", "minItems"], least), (["maxLength", "maxItems"], most)] {
            if let Some(bound) = bound.filter(|bound| *bound >= 0) {
                keywords.iter().for_each(|keyword| put(out, keyword, Some(Value::from(bound))));
            }
        }
    }
}

fn put(out: &mut Map<String, Value>, keyword: &str, value: Option<Value>) {
    if let Some(value) = value {
        out.entry(keyword.to_owned()).or_insert(value);
    }
}

fn is_it(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Lower(name) if name.text == "it")
}

fn is_len_of_it(expr: &Expr) -> bool {
    let ExprKind::Call { callee, args, .. } = &expr.kind else { return false };
    args.is_empty()
        && matches!(&callee.kind, ExprKind::Field { base, name, optional: false } if is_it(base) && name.text == "len")
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
