//! What a program compares with: the values at which its ways part.

use std::collections::BTreeSet;

use flow_ir::{BinaryOp, Node, Op, Pattern, Program, walk};

/// The constants of a program's comparisons and patterns.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    /// Whole numbers.
    pub(super) ints: BTreeSet<i64>,
    /// Other numbers, as bits of what is not negative zero or no number, in the order of the text.
    pub(super) floats: Vec<f64>,
    /// Texts that are compared with, looked for, or matched.
    pub(super) texts: BTreeSet<String>,
    /// In milliseconds.
    pub(super) durations: BTreeSet<i64>,
    /// In millionths of a dollar.
    pub(super) amounts: BTreeSet<i64>,
}

impl Hints {
    /// Those of all that a program runs.
    pub(super) fn of(program: &Program) -> Self {
        let mut hints = Self::default();
        for flow in program.flows.values() {
            hints.look(&flow.body);
            flow.stages.values().for_each(|stage| hints.look(&stage.body));
        }
        program.fns.values().for_each(|function| hints.look(&function.body));
        hints
    }

    fn look(&mut self, body: &Node) {
        walk(body, &mut |node| match &node.op {
            Op::Binary { op, left, right } if compares(*op) => {
                self.constant(left);
                self.constant(right);
            }
            Op::Method { method, args, .. } if method.starts_with("string.") => {
                args.iter().for_each(|arg| self.constant(arg));
            }
            Op::Is { pattern, .. } => self.pattern(pattern),
            Op::Match { arms, .. } => arms.iter().for_each(|arm| self.pattern(&arm.pattern)),
            _ => {}
        });
    }

    fn constant(&mut self, node: &Node) {
        match &node.op {
            Op::Int(number) => drop(self.ints.insert(*number)),
            Op::Neg(inner) => {
                if let Op::Int(number) = inner.op {
                    self.ints.extend(number.checked_neg());
                }
            }
            Op::Float(number) if !self.floats.contains(number) => self.floats.push(*number),
            Op::String(text) => drop(self.texts.insert(text.clone())),
            Op::Duration(number) => drop(self.durations.insert(*number)),
            Op::Money(number) => drop(self.amounts.insert(*number)),
            Op::List(items) => items.iter().for_each(|item| self.constant(item)),
            Op::ToFloat(inner) => {
                if let Op::Int(number) = inner.op {
                    self.floats.push(number as f64);
                }
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Int(number) => drop(self.ints.insert(*number)),
            Pattern::String(text) => drop(self.texts.insert(text.clone())),
            Pattern::Some(inner) => self.pattern(inner),
            Pattern::Variant { fields, .. } | Pattern::Record(fields) => {
                fields.iter().for_each(|(_, inner)| self.pattern(inner));
            }
            Pattern::Or(all) => all.iter().for_each(|inner| self.pattern(inner)),
            Pattern::Any | Pattern::Bind(_) | Pattern::Bool(_) | Pattern::None => {}
        }
    }
}

const fn compares(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::In
    )
}
