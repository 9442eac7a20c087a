//! Expressions in a few words, for bounds that depend on them.

use crate::analyses::cost::Dimension;
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, UnaryOp};
use smol_str::SmolStr;
use std::fmt::Write as _;

/// What is longer is not worth reading, in characters.
const LONGEST: usize = 48;

/// How far expressions are written out.
const DEEPEST: u32 = 6;

/// An expression in a few words: `files.take(…)`, `plan.rounds × 2`.
pub(super) fn brief(expr: &Expr) -> SmolStr {
    let mut out = String::new();
    write(expr, DEEPEST, &mut out);
    if out.chars().count() > LONGEST { "…".into() } else { out.into() }
}

fn write(expr: &Expr, deep: u32, out: &mut String) {
    if deep == 0 {
        return out.push('…');
    }
    let quantity = |number: i64, of: Dimension| of.number(u64::try_from(number).unwrap_or(0));
    match &expr.kind {
        ExprKind::Lower(name) | ExprKind::Upper(name) => out.push_str(&name.text),
        ExprKind::Int(number) => _ = write!(out, "{number}"),
        ExprKind::Float(number) => _ = write!(out, "{number}"),
        ExprKind::Duration(number) => out.push_str(&quantity(*number, Dimension::Time)),
        ExprKind::Money(number) => out.push_str(&quantity(*number, Dimension::Cost)),
        ExprKind::Field { base, name, .. } => {
            write(base, deep, out);
            out.push('.');
            out.push_str(&name.text);
        }
        ExprKind::Call { callee, args, .. } => {
            write(callee, deep, out);
            out.push_str(if args.is_empty() { "()" } else { "(…)" });
        }
        ExprKind::Unary { op: UnaryOp::Neg, operand } => {
            out.push('-');
            write_operand(operand, deep - 1, out);
        }
        ExprKind::Binary { op, left, right, .. } => match operator(*op) {
            Some(operator) => {
                write_operand(left, deep - 1, out);
                out.push_str(operator);
                write_operand(right, deep - 1, out);
            }
            None => out.push('…'),
        },
        ExprKind::Paren(inner) | ExprKind::With { base: inner, .. } => write(inner, deep, out),
        ExprKind::Catch { body, .. } => write(body, deep, out),
        ExprKind::Index { base, .. } => {
            write(base, deep, out);
            out.push_str("[…]");
        }
        _ => out.push('…'),
    }
}

/// What stands beside an operator, in the parentheses that it is written with.
fn write_operand(expr: &Expr, deep: u32, out: &mut String) {
    match &expr.kind {
        ExprKind::Paren(inner) if matches!(inner.kind, ExprKind::Binary { .. }) => {
            out.push('(');
            write(inner, deep, out);
            out.push(')');
        }
        _ => write(expr, deep, out),
    }
}

const fn operator(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Add => " + ",
        BinaryOp::Sub => " - ",
        BinaryOp::Mul => " × ",
        BinaryOp::Div => " / ",
        BinaryOp::Rem => " % ",
        BinaryOp::Range => "..",
        BinaryOp::Coalesce => " ?? ",
        _ => return None,
    })
}
