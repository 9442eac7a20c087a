//! What an expression is worth that needs no run to be known: literals, constants, and what operators and a few methods make
//! of them; also which of them fail. Agrees with the runtime wherever it answers at all.

use crate::db::{Db, SourceFile};
use crate::resolve::{DefKind, scope};
use crate::syntax::find_item;
use crate::types::regex;
use flow_grammar::tree::{Arg, BinaryOp, Expr, ExprKind, ItemKind, Template, TemplatePart, UnaryOp};
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
    /// The keys of a map with their values, of which some may not be known.
    Map(Vec<(Option<Self>, Option<Self>)>),
}

/// Why an operation on values that are known fails whenever it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It divides by zero.
    ByZero,
    /// No value of the type is large enough, or small enough.
    Overflow,
    /// A list has no such element.
    OutOfRange {
        /// Which.
        index: i64,
        /// How many it has.
        length: usize,
    },
    /// An index below zero.
    Negative(i64),
    /// A map has no such key.
    NoKey(String),
}

/// Constants may be made of constants; this is far more than people nest.
const DEEPEST: u32 = 16;

/// What an expression of a file is worth, if that is known. `it` is what that name stands for in a predicate.
pub fn value(db: &dyn Db, file: SourceFile, expr: &Expr, it: Option<&Value>) -> Option<Value> {
    Eval { db, file, it, depth: 0 }.expr(expr)
}

/// Why an operator fails for these values whatever the left one is, if it is not known.
pub fn operator_fault(op: BinaryOp, left: Option<&Value>, right: &Value) -> Option<Fault> {
    let is_zero =
        matches!(right, Value::Int(0) | Value::Duration(0) | Value::Money(0)) || *right == Value::Float(0.0);
    if is_zero && matches!(op, BinaryOp::Div | BinaryOp::Rem) {
        return Some(Fault::ByZero);
    }
    arithmetic(op, left?, right)?.err()
}

/// Why there is nothing at that index, or under that key.
pub fn index_fault(base: &Value, index: &Value) -> Option<Fault> {
    element(base, index)?.err()
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
            ExprKind::Str(template) => Value::Text(match template.plain() {
                Some(text) => text.to_owned(),
                None => self.template(template)?,
            }),
            ExprKind::List(elements) => {
                Value::List(elements.iter().map(|element| self.expr(element)).collect())
            }
            ExprKind::Map(entries) => {
                Value::Map(entries.iter().map(|(key, value)| (self.expr(key), self.expr(value))).collect())
            }
            ExprKind::Index { base, index } => element(&self.expr(base)?, &self.expr(index)?)?.ok()??,
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

    /// The text of a template into which nothing but texts go.
    fn template(self, template: &Template) -> Option<String> {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Text(text, _) => Some(text.clone()),
            TemplatePart::Hole(hole) => match self.expr(hole)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
        };
        template.parts.iter().map(part).collect()
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
                        return arithmetic(op, &left, &right)?.ok();
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
            (Value::Map(on), "len") => Value::Int(i64::try_from(on.len()).ok()?),
            (Value::Map(on), "is_empty") => Value::Bool(on.is_empty()),
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

/// What stands at an index, or under a key, if that is known; `None` if it is not known whether there is anything.
fn element(base: &Value, index: &Value) -> Option<Result<Option<Value>, Fault>> {
    match (base, index) {
        (Value::List(elements), Value::Int(at)) => {
            let found = usize::try_from(*at).ok().and_then(|at| elements.get(at)).cloned();
            Some(found.ok_or(Fault::OutOfRange { index: *at, length: elements.len() }))
        }
        (Value::Map(entries), Value::Text(key)) => {
            let is_it = |entry: &Option<Value>| Some(compare(entry.as_ref()?, index)?.is_eq());
            for (known, value) in entries {
                if is_it(known)? {
                    return Some(Ok(value.clone()));
                }
            }
            Some(Err(Fault::NoKey(key.clone())))
        }
        _ => None,
    }
}

/// What an operator makes of two numbers, amounts or texts; `None` if that is not known.
fn arithmetic(op: BinaryOp, a: &Value, b: &Value) -> Option<Result<Value, Fault>> {
    use BinaryOp::{Add, Div, Mul, Rem, Sub};
    let whole = |a: i64, b: i64, make: fn(i64) -> Value| {
        let result = match op {
            Add => a.checked_add(b),
            Sub => a.checked_sub(b),
            Mul => a.checked_mul(b),
            Div | Rem if b == 0 => return Err(Fault::ByZero),
            Div => a.checked_div(b),
            _ => a.checked_rem(b),
        };
        result.map(make).ok_or(Fault::Overflow)
    };
    let float = |a: f64, b: f64| {
        let result = match op {
            Add => a + b,
            Sub => a - b,
            Mul => a * b,
            Div | Rem if b == 0.0 => return Err(Fault::ByZero),
            Div => a / b,
            _ => a % b,
        };
        if result.is_finite() { Ok(Value::Float(result)) } else { Err(Fault::Overflow) }
    };
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => whole(*a, *b, Value::Int),
        (Value::Float(a), Value::Float(b)) => float(*a, *b),
        (Value::Int(a), Value::Float(b)) => float(exact(*a)?, *b),
        (Value::Float(a), Value::Int(b)) => float(*a, exact(*b)?),
        (Value::Duration(a), Value::Duration(b)) if matches!(op, Add | Sub | Rem) => {
            whole(*a, *b, Value::Duration)
        }
        (Value::Money(a), Value::Money(b)) if matches!(op, Add | Sub | Rem) => whole(*a, *b, Value::Money),
        (Value::Duration(a), Value::Int(b)) if matches!(op, Mul | Div) => whole(*a, *b, Value::Duration),
        (Value::Money(a), Value::Int(b)) if matches!(op, Mul | Div) => whole(*a, *b, Value::Money),
        (Value::Int(a), Value::Duration(b)) if op == Mul => whole(*a, *b, Value::Duration),
        (Value::Int(a), Value::Money(b)) if op == Mul => whole(*a, *b, Value::Money),
        (Value::Text(a), Value::Text(b)) if op == Add => Ok(Value::Text(format!("{a}{b}"))),
        _ => return None,
    })
}
