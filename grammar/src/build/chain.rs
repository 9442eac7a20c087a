//! Operators by precedence. The grammar yields `a op b op c` flat; here it becomes a tree.

use super::Build;
use crate::error::SyntaxErrorKind;
use crate::span::Span;
use crate::tree::{BinaryOp, Expr, ExprKind, Pattern, UnaryOp};

/// What stands between two operators: an expression, and the places of the `not`s in front of it.
pub(crate) struct Operand {
    nots: Vec<u32>,
    value: Box<Expr>,
}

impl Operand {
    pub(crate) fn new(value: Box<Expr>) -> Self {
        Self { nots: Vec::new(), value }
    }

    /// With one more `not` in front, which starts there.
    pub(crate) fn negated(mut self, start: u32) -> Self {
        self.nots.push(start);
        self
    }
}

/// Operands and the operators between them.
pub(crate) struct Chain {
    first: Operand,
    rest: Vec<Link>,
}

enum Link {
    Binary(BinaryOp, Span, Operand),
    Is(Box<Pattern>),
}

impl Chain {
    pub(crate) fn new(first: Operand) -> Self {
        Self { first, rest: Vec::new() }
    }

    pub(crate) fn push(&mut self, op: BinaryOp, span: Span, operand: Operand) {
        self.rest.push(Link::Binary(op, span, operand));
    }

    pub(crate) fn push_is(&mut self, pattern: Box<Pattern>) {
        self.rest.push(Link::Is(pattern));
    }
}

/// How tightly operators bind, and what may stand on their right.
const NOT: u8 = 3;
const COMPARISON: u8 = 4;

const fn level(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Coalesce => 0,
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Gt
        | BinaryOp::Ge
        | BinaryOp::In => COMPARISON,
        BinaryOp::Range => 5,
        BinaryOp::Add | BinaryOp::Sub => 6,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 7,
    }
}

/// An operator whose right operand is not complete yet.
enum Waiting {
    Binary(BinaryOp, Span, Box<Expr>),
    Not(u32),
}

impl Waiting {
    const fn level(&self) -> u8 {
        match self {
            Self::Binary(op, ..) => level(*op),
            Self::Not(_) => NOT,
        }
    }
}

fn is_comparison(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Binary { op, .. } => level(*op) == COMPARISON,
        ExprKind::Is { .. } => true,
        _ => false,
    }
}

impl Build<'_> {
    /// The tree of a chain.
    pub(crate) fn chain(&mut self, chain: Chain) -> Box<Expr> {
        if chain.rest.is_empty() && chain.first.nots.is_empty() {
            return chain.first.value;
        }
        let mut waiting = Vec::new();
        let mut value = self.operand(chain.first, &mut waiting);
        for link in chain.rest {
            match link {
                Link::Binary(op, span, operand) => {
                    value = self.fold(&mut waiting, value, level(op));
                    self.check_chained(op, span, &value);
                    waiting.push(Waiting::Binary(op, span, value));
                    value = self.operand(operand, &mut waiting);
                }
                Link::Is(pattern) => {
                    value = self.fold(&mut waiting, value, COMPARISON);
                    if is_comparison(&value) {
                        self.error(SyntaxErrorKind::ChainedOperator("is"), pattern.span);
                    }
                    let span = value.span.to(pattern.span);
                    let kind = ExprKind::Is { value, pattern };
                    value = self.expr(span.start, span.end, kind);
                }
            }
        }
        self.fold(&mut waiting, value, 0)
    }

    /// Puts an operand's `not`s aside, to be applied when what they negate is complete.
    fn operand(&mut self, operand: Operand, waiting: &mut Vec<Waiting>) -> Box<Expr> {
        if let Some(&start) = operand.nots.last()
            && let Some(Waiting::Binary(op, ..)) = waiting.last()
            && level(*op) > NOT
        {
            self.error(SyntaxErrorKind::NotNeedsParens, Span::new(start, start + 3));
        }
        waiting.extend(operand.nots.into_iter().rev().map(Waiting::Not));
        operand.value
    }

    /// Completes the operators that bind at least as tightly as `level`, innermost first.
    fn fold(&mut self, waiting: &mut Vec<Waiting>, mut value: Box<Expr>, level: u8) -> Box<Expr> {
        while let Some(last) = waiting.pop() {
            if last.level() < level {
                waiting.push(last);
                break;
            }
            value = match last {
                Waiting::Binary(op, span, left) => self.binary(op, span, left, value),
                Waiting::Not(start) => self.unary(start, value.span.end, UnaryOp::Not, value),
            };
        }
        value
    }

    /// Comparisons and ranges stand alone: `a < b < c` and `1..2..3` mean nothing.
    fn check_chained(&mut self, op: BinaryOp, span: Span, left: &Expr) {
        let chained = match op {
            BinaryOp::Range => matches!(&left.kind, ExprKind::Binary { op: BinaryOp::Range, .. }),
            _ => level(op) == COMPARISON && is_comparison(left),
        };
        if chained {
            self.error(SyntaxErrorKind::ChainedOperator(op.text()), span);
        }
    }
}
