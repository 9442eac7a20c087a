//! What an expression is worth that needs no run to be known: literals, constants, and what operators and a few methods make
//! of them. Agrees with the runtime wherever it answers at all.

use crate::db::{Db, SourceFile};
use crate::resolve::{DefKind, scope};
use crate::syntax::find_item;
use crate::types::regex;
use flow_grammar::tree::{Arg, BinaryOp, Expr, ExprKind, ItemKind, UnaryOp};
use std::cmp::Ordering;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// In milliseconds.
    Duration(i64),
    /// In millionths of a dollar.
    Money(i64),
    /// A text.
    Text(String),
    /// A list, of whose elements some may not be known.
    List(Vec<Option<Self>>),
}

/// Constants may be made of constants; this is far more than people nest.
const DEEPEST: u32 = 16;

/// What an expression of a file is worth, if that is known. `it` is what that name stands for in a predicate.
pub fn value(db: &dyn Db, file: SourceFile, expr: &Expr, it: Option<&Value>) -> Option<Value> {
    Eval { db, file, it, depth: 0 }.expr(expr)
}

#[derive(Clone, Copy)]
struct Eval<'a> {
    db: &'a dyn Db,
    file: SourceFile,
    it: Option<&'a Value>,
    depth: u32,
}

impl Eval<'_> {
    fn expr(self, expr: &Expr) -> Option<Value> {
        Some(match &expr.kind {
            ExprKind::None => Value::None,
            ExprKind::Bool(truth) => Value::Bool(*truth),
            ExprKind::Int(number) => Value::Int(*number),
            ExprKind::Float(number) => Value::Float(*number),
            ExprKind::Duration(time) => Value::Duration(*time),
            ExprKind::Money(money) => Value::Money(*money),
            ExprKind::Str(template) => Value::Text(template.plain()?.to_owned()),
            ExprKind::List(elements) => {
                Value::List(elements.iter().map(|element| self.expr(element)).collect())
            }
            ExprKind::Paren(inner) => self.expr(inner)?,
            ExprKind::Lower(name) if name.text == "it" => self.it?.clone(),
            ExprKind::Upper(name) => self.constant(&name.text)?,
            ExprKind::Unary { op: UnaryOp::Not, operand } => Value::Bool(!self.truth(operand)?),
            ExprKind::Unary { op: UnaryOp::Neg, operand } => match self.expr(operand)? {
                Value::Int(number) if matches!(operand.kind, ExprKind::Int(_)) => {
                    Value::Int(number.wrapping_neg())
                }
                Value::Int(number) => Value::Int(number.checked_neg()?),
                Value::Float(number) => Value::Float(-number),
                Value::Duration(time) => Value::Duration(time.checked_neg()?),
                Value::Money(money) => Value::Money(money.checked_neg()?),
                _ => return None,
            },
            ExprKind::Binary { op, left, right, .. } => self.binary(*op, left, right)?,
            ExprKind::Call { callee, args, .. } => match &callee.kind {
                ExprKind::Field { base, name, optional: false } => {
                    self.method(&self.expr(base)?, &name.text, args)?
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    fn truth(self, expr: &Expr) -> Option<bool> {
        match self.expr(expr)? {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    fn constant(self, name: &str) -> Option<Value> {
        if self.depth == DEEPEST {
            return None;
        }
        let def = scope(self.db, self.file).value(name).filter(|def| def.kind == DefKind::Const)?;
        let ItemKind::Const(decl) = find_item(self.db, &def.key)?.kind(self.db) else { return None };
        Eval { file: def.key.file, it: None, depth: self.depth + 1, ..self }.expr(&decl.value)
    }

    fn binary(self, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Value> {
        Some(Value::Bool(match op {
            BinaryOp::And => self.truth(left)? && self.truth(right)?,
            BinaryOp::Or => self.truth(left)? || self.truth(right)?,
            BinaryOp::In => self.is_in(left, right)?,
            _ => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                match op {
                    BinaryOp::Eq => compare(&left, &right)?.is_eq(),
                    BinaryOp::Ne => compare(&left, &right)?.is_ne(),
                    BinaryOp::Lt => compare(&left, &right)?.is_lt(),
                    BinaryOp::Le => compare(&left, &right)?.is_le(),
                    BinaryOp::Gt => compare(&left, &right)?.is_gt(),
                    BinaryOp::Ge => compare(&left, &right)?.is_ge(),
                    BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                        return arithmetic(op, &left, &right);
                    }
                    _ => return None,
                }
            }
        }))
    }

    fn is_in(self, left: &Expr, right: &Expr) -> Option<bool> {
        let value = self.expr(left)?;
        if let ExprKind::Binary { op: BinaryOp::Range, left: from, right: to, .. } = &right.kind {
            let (Value::Int(from), Value::Int(to)) = (self.expr(from)?, self.expr(to)?) else { return None };
            let Value::Int(value) = value else { return None };
            return Some((from..=to).contains(&value));
        }
        let Value::List(elements) = self.expr(right)? else { return None };
        let mut all_known = true;
        for element in &elements {
            match element.as_ref().and_then(|element| compare(&value, element)) {
                Some(Ordering::Equal) => return Some(true),
                Some(_) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(false)
    }

    fn method(self, on: &Value, name: &str, args: &[Arg]) -> Option<Value> {
        let text = || match args {
            [arg] => match self.expr(&arg.value)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        };
        Some(match (on, name) {
            (Value::Text(on), "len") => Value::Int(i64::try_from(on.chars().count()).ok()?),
            (Value::Text(on), "is_empty") => Value::Bool(on.is_empty()),
            (Value::Text(on), "contains") => Value::Bool(on.contains(&text()?)),
            (Value::Text(on), "starts_with") => Value::Bool(on.starts_with(&text()?)),
            (Value::Text(on), "ends_with") => Value::Bool(on.ends_with(&text()?)),
            (Value::Text(on), "matches") => Value::Bool(regex::matches(on, &text()?)?),
            (Value::Text(on), "trim") => Value::Text(on.trim().to_owned()),
            (Value::Text(on), "upper") => Value::Text(on.to_uppercase()),
            (Value::Text(on), "lower") => Value::Text(on.to_lowercase()),
            (Value::List(on), "len") => Value::Int(i64::try_from(on.len()).ok()?),
            (Value::List(on), "is_empty") => Value::Bool(on.is_empty()),
            _ => return None,
        })
    }
}

/// How two values compare, if they can.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b))
        | (Value::Duration(a), Value::Duration(b))
        | (Value::Money(a), Value::Money(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        // A whole number that goes where a number is expected becomes one.
        (Value::Int(a), Value::Float(b)) => exact(*a)?.partial_cmp(b),
        (Value::Float(a), Value::Int(b)) => a.partial_cmp(&exact(*b)?),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::None, Value::None) => Some(Ordering::Equal),
        _ => None,
    }
}

/// A whole number as a number, where nothing is lost.
fn exact(number: i64) -> Option<f64> {
    i32::try_from(number).ok().map(f64::from)
}

fn arithmetic(op: BinaryOp, a: &Value, b: &Value) -> Option<Value> {
    use BinaryOp::{Add, Div, Mul, Rem, Sub};
    let whole = |a: i64, b: i64| match op {
        Add => a.checked_add(b),
        Sub => a.checked_sub(b),
        Mul => a.checked_mul(b),
        Div => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    let float = |a: f64, b: f64| {
        let result = match op {
            Add => a + b,
            Sub => a - b,
            Mul => a * b,
            Div => a / b,
            _ => a % b,
        };
        result.is_finite().then_some(Value::Float(result))
    };
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => Value::Int(whole(*a, *b)?),
        (Value::Float(a), Value::Float(b)) => float(*a, *b)?,
        (Value::Int(a), Value::Float(b)) => float(exact(*a)?, *b)?,
        (Value::Float(a), Value::Int(b)) => float(*a, exact(*b)?)?,
        (Value::Duration(a), Value::Duration(b)) if matches!(op, Add | Sub | Rem) => {
            Value::Duration(whole(*a, *b)?)
        }
        (Value::Money(a), Value::Money(b)) if matches!(op, Add | Sub | Rem) => Value::Money(whole(*a, *b)?),
        (Value::Duration(a), Value::Int(b)) if matches!(op, Mul | Div) => Value::Duration(whole(*a, *b)?),
        (Value::Money(a), Value::Int(b)) if matches!(op, Mul | Div) => Value::Money(whole(*a, *b)?),
        (Value::Int(a), Value::Duration(b)) if op == Mul => Value::Duration(whole(*a, *b)?),
        (Value::Int(a), Value::Money(b)) if op == Mul => Value::Money(whole(*a, *b)?),
        (Value::Text(a), Value::Text(b)) if op == Add => Value::Text(format!("{a}{b}")),
        _ => return None,
    })
}
