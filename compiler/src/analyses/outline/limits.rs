//! How long a list is, and how large a number, as far as its type says: the predicates of the type, of what it stands for, and
//! of the field that holds it. A value that breaks one never gets so far.

use super::facts::{Fact, Reader};
use crate::db::Db;
use crate::syntax::{Item, find_item};
use crate::types::decl::{TypeShape, resolve_alias, type_def};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::tree::{AltKind, BinaryOp, Expr, ExprKind, Field, ItemKind, TypeBody, UnaryOp};

/// How many names a type may have, one behind the other.
const DEEPEST: usize = 16;

/// No less and no more than these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) least: Option<i64>,
    pub(super) most: Option<i64>,
}

impl Limits {
    const fn new(least: Option<i64>, most: Option<i64>) -> Self {
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
        let least = self.least.zip(other.least).map(|(a, b)| a.min(b));
        Self::new(least, self.most.zip(other.most).map(|(a, b)| a.max(b)))
    }

    /// The length that a list has at least.
    pub(super) fn shortest(self) -> u64 {
        self.least.map_or(0, natural)
    }

    /// The length that a list has at most.
    pub(super) fn longest(self) -> Option<u64> {
        self.most.map(natural)
    }
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// What limits speak of.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// Whether an expression is the value.
    pub(super) is_it: &'a dyn Fn(&Expr) -> bool,
    /// Whether its length is meant, or it itself.
    pub(super) length: bool,
}

impl Subject<'_> {
    const fn it(length: bool) -> Self {
        Self { is_it: &|expr| matches!(&expr.kind, ExprKind::Lower(name) if name.text == "it"), length }
    }

    /// Whether an expression is what the limits speak of: `it`, or `it.len()`.
    fn is(self, expr: &Expr) -> bool {
        if self.length { self.is_asked(expr, "len") } else { (self.is_it)(bare(expr)) }
    }

    /// `it.len()`
    fn is_asked(self, expr: &Expr, method: &str) -> bool {
        let ExprKind::Call { callee, args, .. } = &bare(expr).kind else { return false };
        let ExprKind::Field { base, name, optional: false } = &callee.kind else { return false };
        args.is_empty() && name.text == method && (self.is_it)(base)
    }

    fn is_empty(self, expr: &Expr) -> bool {
        self.length && self.is_asked(expr, "is_empty")
    }
}

fn bare(mut expr: &Expr) -> &Expr {
    while let ExprKind::Paren(inner) = &expr.kind {
        expr = inner;
    }
    expr
}

/// What a type says of its values.
pub(super) fn of_type(db: &dyn Db, ty: &Ty, length: bool) -> Limits {
    let mut limits = Limits::default();
    let mut ty = ty.clone();
    for _ in 0..DEEPEST {
        let Ty::Named(key, _) = &ty else { break };
        if let Some(item) = find_item(db, key)
            && let ItemKind::Type(decl) = item.kind(db)
            && let TypeBody::Alts { predicate: Some(predicate), .. } = &decl.body
        {
            limits = limits.and(of_predicate(db, item, predicate, length));
        }
        let Some(definition) = type_def(db, key.clone()) else { break };
        let TypeShape::Alias(next) = &*definition.body else { break };
        ty = next.clone();
    }
    limits
}

/// What a declared type says of a field: of a variant if one is known, else in whichever that is.
pub(super) fn of_field(db: &dyn Db, owner: &Ty, variant: Option<&str>, name: &str, length: bool) -> Limits {
    let Ty::Named(key, _) = resolve_alias(db, owner) else { return Limits::default() };
    let Some(item) = find_item(db, &key) else { return Limits::default() };
    let ItemKind::Type(decl) = item.kind(db) else { return Limits::default() };
    let of = |field: &Field| match &field.predicate {
        Some(predicate) => of_predicate(db, item, predicate, length),
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

fn of_predicate(db: &dyn Db, item: Item<'_>, predicate: &Expr, length: bool) -> Limits {
    let body = check_body(db, item);
    asked(&Reader::new(db, &body), Subject::it(length), predicate, true)
}

/// What holds of the subject where a predicate holds, or where it does not.
pub(super) fn asked(reader: &Reader<'_>, of: Subject<'_>, predicate: &Expr, holds: bool) -> Limits {
    match &predicate.kind {
        ExprKind::Paren(inner) => asked(reader, of, inner, holds),
        ExprKind::Unary { op: UnaryOp::Not, operand } => asked(reader, of, operand, !holds),
        ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right, .. } => {
            let (left, right) = (asked(reader, of, left, holds), asked(reader, of, right, holds));
            if (*op == BinaryOp::And) == holds { left.and(right) } else { left.or(right) }
        }
        ExprKind::Call { .. } if of.is_empty(predicate) => {
            if holds {
                Limits::new(None, Some(0))
            } else {
                Limits::new(Some(1), None)
            }
        }
        ExprKind::Binary { op: BinaryOp::In, left, right, .. } if of.is(left) && holds => {
            match &bare(right).kind {
                ExprKind::Binary { op: BinaryOp::Range, left, right, .. } => {
                    Limits::new(number(reader, left), number(reader, right))
                }
                _ => Limits::default(),
            }
        }
        ExprKind::Binary { op, left, right, .. } => {
            let op = if holds { Some(*op) } else { negated(*op) };
            match (op, of.is(left), of.is(right)) {
                (Some(op), true, false) => compared(op, number(reader, right)),
                (Some(op), false, true) => compared(turned(op), number(reader, left)),
                _ => Limits::default(),
            }
        }
        _ => Limits::default(),
    }
}

/// `it OP number`
fn compared(op: BinaryOp, number: Option<i64>) -> Limits {
    let Some(number) = number else { return Limits::default() };
    match op {
        BinaryOp::Ge => Limits::new(Some(number), None),
        BinaryOp::Gt => Limits::new(Some(number.saturating_add(1)), None),
        BinaryOp::Le => Limits::new(None, Some(number)),
        BinaryOp::Lt => Limits::new(None, Some(number.saturating_sub(1))),
        BinaryOp::Eq => Limits::new(Some(number), Some(number)),
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

/// The comparison that holds where that one does not.
const fn negated(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Ge => BinaryOp::Lt,
        BinaryOp::Gt => BinaryOp::Le,
        BinaryOp::Le => BinaryOp::Gt,
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Ne => BinaryOp::Eq,
        _ => return None,
    })
}

fn number(reader: &Reader<'_>, expr: &Expr) -> Option<i64> {
    match reader.fact(expr) {
        Fact::Int(number) | Fact::Duration(number) | Fact::Money(number) => Some(number),
        _ => None,
    }
}
