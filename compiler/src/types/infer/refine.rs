//! What is asked of values that are known: predicates, operators and indices that would fail at run time whenever they are
//! reached are told now.

use super::Infer;
use super::messages::{operators, values};
use super::want::{Why, peel};
use crate::diagnostics::{ItemKey, Place};
use crate::syntax::find_item;
use crate::types::builtins::MethodScheme;
use crate::types::constant::{Fault, Value, index_fault, operator_fault, value};
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::format;
use flow_grammar::span::Span;
use flow_grammar::tree::{AltKind, Arg, BinaryOp, Expr, ExprKind, Field, ItemKind, TypeBody, UnaryOp};

impl Infer<'_> {
    /// Checks a value against the predicates of the type that it becomes one of, and of the field that it is for. Whether
    /// those of the type are known to hold, or known not to.
    pub(super) fn refine(&mut self, expr: &Expr, becomes: Option<&Ty>, why: &Why) -> bool {
        if !may_be_known(expr) {
            return false;
        }
        let is_known = match becomes.and_then(named) {
            Some(key) => self.refine_by_type(expr, key.clone()),
            None => false,
        };
        let Why::Field { declared: Some(Place::Item(owner, at)), .. } = why else { return is_known };
        if let Some(item) = find_item(self.db, owner)
            && let ItemKind::Type(declared) = item.kind(self.db)
            && let Some(field) = field_at(&declared.body, *at)
            && let Some(predicate) = &field.predicate
        {
            self.refine_by(expr, predicate, owner, &format!("`{}`", field.name.text));
        }
        is_known
    }

    /// Checks the default of a field against the field's own predicate.
    pub(super) fn refine_default(&mut self, field: &Field, default: &Expr) {
        if let Some(predicate) = field.predicate.as_deref().filter(|_| may_be_known(default)) {
            let key = self.key.clone();
            self.refine_by(default, predicate, &key, &format!("`{}`", field.name.text));
        }
    }

    /// A type may stand for one that has a predicate too. Whether all of them are known to hold, or one not to.
    fn refine_by_type(&mut self, expr: &Expr, mut key: ItemKey) -> bool {
        let mut all_hold = true;
        // Names that stand for one another are reported where they are declared.
        for _ in 0..8 {
            let Some(item) = find_item(self.db, &key) else { return false };
            let ItemKind::Type(declared) = item.kind(self.db) else { return false };
            let TypeBody::Alts { predicate, .. } = &declared.body else { return false };
            if let Some(predicate) = predicate {
                match self.refine_by(expr, predicate, &key, &format!("a `{}`", key.name)) {
                    Some(true) => {}
                    Some(false) => return true,
                    None => all_hold = false,
                }
            }
            let Some(definition) = decl::type_def(self.db, key.clone()) else { return false };
            let decl::TypeShape::Alias(of) = &*definition.body else { return false };
            let Some(next) = named(of) else { return all_hold && is_plain(of) };
            key = next.clone();
        }
        false
    }

    /// Whether the predicate holds, if that is known; that it does not is reported.
    fn refine_by(&mut self, expr: &Expr, predicate: &Expr, owner: &ItemKey, what: &str) -> Option<bool> {
        let given = value(self.db, self.key.file, expr, None)?;
        // `none` is no value of what an option is made of.
        if given == Value::None {
            return Some(true);
        }
        let Some(Value::Bool(holds)) = value(self.db, owner.file, predicate, Some(&given)) else {
            return None;
        };
        if !holds {
            let asked = Place::Item(owner.clone(), predicate.span);
            let text = find_item(self.db, owner).map_or_else(String::new, |item| {
                let text = owner.file.text(self.db).get(item.start(self.db) as usize..);
                format::expression(text.unwrap_or_default(), predicate)
            });
            let found = values::refused(self.at(expr.span), what, &text, asked);
            self.report(found);
        }
        Some(holds)
    }
}

impl Infer<'_> {
    /// Tells an operation that fails whatever its left side is, or whose sides are both known.
    pub(super) fn check_operation(&mut self, op: BinaryOp, at: Span, left: &Expr, right: &Expr) {
        let divides = matches!(op, BinaryOp::Div | BinaryOp::Rem);
        if !may_be_known(right) || !(divides || may_be_known(left)) {
            return;
        }
        let Some(by) = value(self.db, self.file, right, None) else { return };
        let of = if may_be_known(left) { value(self.db, self.file, left, None) } else { None };
        if let Some(fault) = operator_fault(op, of.as_ref(), &by) {
            let sides = (self.at(left.span), self.at(right.span));
            let found = operators::always_fails(self.at(at), sides, &fault);
            self.report(found);
        }
    }

    /// Tells a count that is known, with which a method always fails or does nothing.
    pub(super) fn check_count(&mut self, method: &'static MethodScheme, callee: Span, args: &[Arg]) {
        let least = match (method.on, method.name) {
            ("list", "chunks") => 1,
            ("list" | "string", "take" | "drop") | ("string", "repeat") | ("list", "get") => 0,
            _ => return,
        };
        let [arg] = args else { return };
        if !may_be_known(&arg.value) {
            return;
        }
        if let Some(Value::Int(count)) = value(self.db, self.file, &arg.value, None)
            && count < least
        {
            let found = operators::wrong_count(self.at(arg.value.span), self.at(callee), method, count);
            self.report(found);
        }
    }

    /// Tells an index or key that is known, of a list or map that is known and has nothing there.
    pub(super) fn check_index(&mut self, base: &Expr, ty: &Ty, index: &Expr) {
        if !may_be_known(index) {
            return;
        }
        let known = |expr: &Expr| value(self.db, self.file, expr, None);
        let Some(at) = known(index) else { return };
        let of = if may_be_known(base) { known(base) } else { None };
        let fault = match (of, &at) {
            (Some(of), at) => index_fault(&of, at),
            (None, Value::Int(index @ ..0)) if matches!(self.head(ty), Ty::List(_)) => {
                Some(Fault::Negative(*index))
            }
            _ => None,
        };
        if let Some(fault) = fault {
            let sides = (self.at(base.span), self.at(index.span));
            let found = operators::always_fails(self.at(index.span), sides, &fault);
            self.report(found);
        }
    }
}

/// Whether nothing inside of a value of the type could have a predicate.
fn is_plain(ty: &Ty) -> bool {
    match ty {
        Ty::List(of) => is_plain(of),
        Ty::Bool | Ty::Int | Ty::Float | Ty::String | Ty::Duration | Ty::Money => true,
        _ => false,
    }
}

/// The declared type behind a `?`.
fn named(ty: &Ty) -> Option<&ItemKey> {
    match ty {
        Ty::Named(key, _) => Some(key),
        Ty::Option(of) => named(of),
        _ => None,
    }
}

/// Whether it is one of the forms that [`value`] knows something of: nearly all others are not worth asking.
pub(super) fn may_be_known(expr: &Expr) -> bool {
    match &peel(expr).kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Duration(_)
        | ExprKind::Money(_)
        | ExprKind::Str(_)
        | ExprKind::List(_)
        | ExprKind::Map(_)
        | ExprKind::Upper(_) => true,
        ExprKind::Unary { op: UnaryOp::Neg, operand } => may_be_known(operand),
        ExprKind::Binary { op, left, right, .. } => {
            let is_sum =
                matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem);
            is_sum && may_be_known(left) && may_be_known(right)
        }
        _ => false,
    }
}

/// The field whose name stands there.
fn field_at(body: &TypeBody, at: Span) -> Option<&Field> {
    let within = |fields: &'_ [Field]| fields.iter().position(|field| field.name.span == at);
    match body {
        TypeBody::Record(fields) => within(fields).map(|index| &fields[index]),
        TypeBody::Alts { alts, .. } => alts.iter().find_map(|alt| match &alt.kind {
            AltKind::Variant { fields, .. } => within(fields).map(|index| &fields[index]),
            AltKind::Type(_) => None,
        }),
    }
}
