//! How long a list is as far as its type says: the predicates of the type, of what it stands for, and of the field that
//! holds the list. A value that breaks one never gets so far.

use super::facts::{Fact, Reader};
use crate::db::Db;
use crate::syntax::{Item, find_item};
use crate::types::decl::{TypeShape, resolve_alias, type_def};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::tree::{AltKind, BinaryOp, Expr, ExprKind, Field, ItemKind, TypeBody, UnaryOp};

/// How many names a type may have, one behind the other.
const DEEPEST: usize = 16;

/// From how many to how many elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) least: u64,
    pub(super) most: Option<u64>,
}

impl Limits {
    const fn new(least: u64, most: Option<u64>) -> Self {
        Self { least, most }
    }

    /// Both hold.
    pub(super) fn and(self, other: Self) -> Self {
        let most = match (self.most, other.most) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self::new(self.least.max(other.least), most)
    }

    /// One of them holds.
    fn or(self, other: Self) -> Self {
        Self::new(self.least.min(other.least), self.most.zip(other.most).map(|(a, b)| a.max(b)))
    }
}

/// What a type says of the length of its values.
pub(super) fn of_type(db: &dyn Db, ty: &Ty) -> Limits {
    let mut limits = Limits::default();
    let mut ty = ty.clone();
    for _ in 0..DEEPEST {
        let Ty::Named(key, _) = &ty else { break };
        if let Some(item) = find_item(db, key)
            && let ItemKind::Type(decl) = item.kind(db)
            && let TypeBody::Alts { predicate: Some(predicate), .. } = &decl.body
        {
            limits = limits.and(of_predicate(db, item, predicate));
        }
        let Some(definition) = type_def(db, key.clone()) else { break };
        let TypeShape::Alias(next) = &*definition.body else { break };
        ty = next.clone();
    }
    limits
}

/// What a declared type says of the length of a field: of a variant if one is known, else in whichever that is.
pub(super) fn of_field(db: &dyn Db, owner: &Ty, variant: Option<&str>, name: &str) -> Limits {
    let Ty::Named(key, _) = resolve_alias(db, owner) else { return Limits::default() };
    let Some(item) = find_item(db, &key) else { return Limits::default() };
    let ItemKind::Type(decl) = item.kind(db) else { return Limits::default() };
    let of = |field: &Field| match &field.predicate {
        Some(predicate) => of_predicate(db, item, predicate),
        None => Limits::default(),
    };
    let fields: Vec<&Field> = match &decl.body {
        TypeBody::Record(fields) => fields.iter().collect(),
        TypeBody::Alts { alts, .. } => alts
            .iter()
            .flat_map(|alt| match &alt.kind {
                AltKind::Variant { name, fields } if variant.is_none_or(|wanted| name.text == wanted) => {
                    fields.as_slice()
                }
                AltKind::Variant { .. } | AltKind::Type(_) => &[],
            })
            .collect(),
    };
    let found = fields.into_iter().filter(|field| field.name.text == name).map(of);
    found.reduce(Limits::or).unwrap_or_default()
}

fn of_predicate(db: &dyn Db, item: Item<'_>, predicate: &Expr) -> Limits {
    let body = check_body(db, item);
    asked(&Reader::new(db, &body), predicate)
}

/// What holds of `it.len()` where a predicate holds.
fn asked(reader: &Reader<'_>, predicate: &Expr) -> Limits {
    match &predicate.kind {
        ExprKind::Paren(inner) => asked(reader, inner),
        ExprKind::Binary { op: BinaryOp::And, left, right, .. } => {
            asked(reader, left).and(asked(reader, right))
        }
        ExprKind::Binary { op: BinaryOp::Or, left, right, .. } => {
            asked(reader, left).or(asked(reader, right))
        }
        ExprKind::Unary { op: UnaryOp::Not, operand } if is_of_it(operand, "is_empty") => {
            Limits::new(1, None)
        }
        ExprKind::Call { .. } if is_of_it(predicate, "is_empty") => Limits::new(0, Some(0)),
        ExprKind::Binary { op: BinaryOp::In, left, right, .. } if is_of_it(left, "len") => {
            let range = match &right.kind {
                ExprKind::Paren(inner) => inner,
                _ => right,
            };
            match &range.kind {
                ExprKind::Binary { op: BinaryOp::Range, left, right, .. } => {
                    Limits::new(number(reader, left).unwrap_or(0), number(reader, right))
                }
                _ => Limits::default(),
            }
        }
        ExprKind::Binary { op, left, right, .. } => match (is_of_it(left, "len"), is_of_it(right, "len")) {
            (true, false) => compared(*op, number(reader, right)),
            (false, true) => compared(turned(*op), number(reader, left)),
            _ => Limits::default(),
        },
        _ => Limits::default(),
    }
}

/// `it.len() OP number`
fn compared(op: BinaryOp, number: Option<u64>) -> Limits {
    let Some(number) = number else { return Limits::default() };
    match op {
        BinaryOp::Ge => Limits::new(number, None),
        BinaryOp::Gt => Limits::new(number.saturating_add(1), None),
        BinaryOp::Le => Limits::new(0, Some(number)),
        BinaryOp::Lt => Limits::new(0, Some(number.saturating_sub(1))),
        BinaryOp::Eq => Limits::new(number, Some(number)),
        _ => Limits::default(),
    }
}

/// The comparison with its sides changed.
const fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Ge => BinaryOp::Le,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Lt => BinaryOp::Gt,
        other => other,
    }
}

fn number(reader: &Reader<'_>, expr: &Expr) -> Option<u64> {
    match reader.fact(expr) {
        Fact::Int(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

/// `it.len()`
fn is_of_it(expr: &Expr, method: &str) -> bool {
    let ExprKind::Call { callee, args, .. } = &expr.kind else { return false };
    let ExprKind::Field { base, name, optional: false } = &callee.kind else { return false };
    args.is_empty() && name.text == method && matches!(&base.kind, ExprKind::Lower(name) if name.text == "it")
}
