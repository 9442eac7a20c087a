//! Conditions: what holds where they do, and where they do not.

use super::Infer;
use super::messages::matching as say;
use super::narrow::{Facts, Known, Path, Shown};
use super::want::{Want, Why, peel};
use crate::types::body::Ref;
use crate::types::patterns;
use crate::types::ty::Ty;
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, Pattern, PatternField, PatternKind, UnaryOp};

impl Infer<'_> {
    /// The value of `a and b`, `a or b`, `not a`, `a is P` where nothing is guarded by it.
    pub(super) fn truth(&mut self, expr: &Expr) -> Ty {
        let mark = self.mark();
        self.condition(expr, "this");
        self.leave(mark);
        Ty::Bool
    }

    /// Checks a condition; `what` it is, for a message.
    pub(super) fn condition(&mut self, expr: &Expr, what: &'static str) -> Known {
        let secrets_allowed = std::mem::take(&mut self.secrets_allowed);
        let diverges = std::mem::take(&mut self.diverges);
        let known = self.conditions(expr, what);
        if self.diverges {
            self.record(expr.id, &Ty::Never);
        }
        self.diverges |= diverges;
        self.secrets_allowed = secrets_allowed;
        known
    }

    fn conditions(&mut self, expr: &Expr, what: &'static str) -> Known {
        let known = match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner, what),
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let Known { yes, no } = self.condition(operand, "what `not` negates");
                Known { yes: no, no: yes }
            }
            ExprKind::Binary { op: BinaryOp::And, left, right, .. } => self.both(left, right),
            ExprKind::Binary { op: BinaryOp::Or, left, right, .. } => self.either(left, right),
            ExprKind::Is { value, pattern } => self.is(value, pattern),
            _ => {
                self.expr(expr, Want::Fit(&Ty::Bool, &Why::Language(what)));
                // That there is a value is meant where an option stands alone, which is no condition.
                return match self.not_none(expr) {
                    Some(there) => {
                        Known { yes: Facts { shown: vec![there], ..Facts::default() }, ..Known::default() }
                    }
                    None => self.shown_by_value(expr),
                };
            }
        };
        self.record(expr.id, &Ty::Bool);
        known
    }

    /// `a and b`: `b` is reached where `a` holds.
    fn both(&mut self, left: &Expr, right: &Expr) -> Known {
        let left = self.condition(left, "the left side of `and`");
        let fork = self.fork();
        let (right, diverges) = self.maybe(|infer| {
            let mark = infer.mark();
            infer.assume(&left.yes);
            let known = infer.condition(right, "the right side of `and`");
            infer.leave(mark);
            known
        });
        let end = self.end(fork, diverges);
        self.meet_or(end, &left.no);
        Known { yes: left.yes.and(right.yes), no: Facts::default() }
    }

    /// `a or b`: `b` is reached where `a` does not hold.
    fn either(&mut self, left: &Expr, right: &Expr) -> Known {
        let left = self.condition(left, "the left side of `or`");
        let fork = self.fork();
        let (right, diverges) = self.maybe(|infer| {
            let mark = infer.mark();
            infer.assume(&left.no);
            let known = infer.condition(right, "the right side of `or`");
            infer.leave(mark);
            known
        });
        let end = self.end(fork, diverges);
        self.meet_or(end, &left.yes);
        Known { yes: Facts::default(), no: left.no.and(right.no) }
    }

    /// `e is Pattern`
    fn is(&mut self, value: &Expr, pattern: &Pattern) -> Known {
        let mut ty = self.expr(value, Want::Any);
        match self.declared_option(value).filter(|_| patterns::asks_for_none(pattern)) {
            Some(declared) => {
                self.record(value.id, &declared);
                ty = declared;
                if let PatternKind::None = pattern.kind {
                    let found = say::constant_test(self.at(pattern.span), false, false);
                    self.report(found);
                }
            }
            None => self.check_test(value, pattern, &ty),
        }
        let binds = self.check_pattern(pattern, &ty).binds;
        let mut known = self.shown_by(pattern, value);
        known.yes.binds = binds;
        known
    }

    /// Tells a test that always holds, or never does.
    fn check_test(&mut self, value: &Expr, pattern: &Pattern, ty: &Ty) {
        let shown = self.shown(value).and_then(|shown| shown.variant.clone());
        let holds = match (&pattern.kind, shown) {
            // That the last of several variants is left is often said all the same.
            (PatternKind::Variant { name, .. }, Some(shown)) => (name.text != shown).then_some(false),
            _ => patterns::matches_all(self.db, pattern, &self.vars.deep(ty)).then_some(true),
        };
        if let Some(holds) = holds {
            let is_option = matches!(self.head(ty), Ty::Option(_));
            let found = say::constant_test(self.at(pattern.span), holds, is_option);
            self.report(found);
        }
    }

    /// What it shows of a value that a pattern matches it, or does not.
    pub(super) fn shown_by(&self, pattern: &Pattern, value: &Expr) -> Known {
        let facts =
            |shown: Option<(Path, Shown)>| Facts { shown: shown.into_iter().collect(), ..Facts::default() };
        let nothing = Facts::default;
        match &pattern.kind {
            PatternKind::None => Known { yes: nothing(), no: facts(self.not_none(value)) },
            PatternKind::Variant { name, fields, .. } => Known {
                yes: facts(self.is_variant(value, &name.text)),
                no: facts(self.other_variant(value, &name.text, fields.as_deref())),
            },
            PatternKind::Int(_) | PatternKind::Str(_) | PatternKind::Bool(_) | PatternKind::Record(_) => {
                Known { yes: facts(self.not_none(value)), no: nothing() }
            }
            PatternKind::Or(alternatives) => {
                let has_none = alternatives.iter().any(|pattern| matches!(pattern.kind, PatternKind::None));
                let is_open =
                    |pattern: &Pattern| matches!(pattern.kind, PatternKind::Bind(_) | PatternKind::Wildcard);
                let all_say = !has_none && !alternatives.iter().any(is_open);
                Known {
                    yes: if all_say { facts(self.not_none(value)) } else { nothing() },
                    no: if has_none { facts(self.not_none(value)) } else { nothing() },
                }
            }
            PatternKind::Bind(_) | PatternKind::Wildcard | PatternKind::Error => Known::default(),
        }
    }

    /// Of two variants, what is not the one is the other.
    fn other_variant(
        &self,
        value: &Expr,
        name: &str,
        fields: Option<&[PatternField]>,
    ) -> Option<(Path, Shown)> {
        let ty = self.head(self.body.expr(value.id));
        let shape = self.shape(&ty).filter(|_| takes_any(fields))?;
        match shape.variants()? {
            [a, b] if a.name == name => self.is_variant(value, &b.name),
            [a, b] if b.name == name => self.is_variant(value, &a.name),
            _ => None,
        }
    }

    /// `x == none`, `x != none`, `x.is_none()`, `x.is_some()`
    fn shown_by_value(&self, expr: &Expr) -> Known {
        let not_none =
            |value: &Expr| Facts { shown: self.not_none(value).into_iter().collect(), ..Facts::default() };
        match &expr.kind {
            ExprKind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), left, right, .. } => {
                let tested = match (&peel(left).kind, &peel(right).kind) {
                    (_, ExprKind::None) => left,
                    (ExprKind::None, _) => right,
                    _ => return Known::default(),
                };
                let facts = not_none(tested);
                match op {
                    BinaryOp::Eq => Known { yes: Facts::default(), no: facts },
                    _ => Known { yes: facts, no: Facts::default() },
                }
            }
            // That an option has no order was told: where it holds, a value is meant.
            ExprKind::Binary {
                op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge,
                left,
                right,
                ..
            } => Known { yes: not_none(left).and(not_none(right)), no: Facts::default() },
            ExprKind::Call { callee, .. } => match (&callee.kind, self.body.refs.get(callee.id)) {
                (ExprKind::Field { base, .. }, Some(Ref::Method { on: "option", name: "is_some" })) => {
                    Known { yes: not_none(base), no: Facts::default() }
                }
                (ExprKind::Field { base, .. }, Some(Ref::Method { on: "option", name: "is_none" })) => {
                    Known { yes: Facts::default(), no: not_none(base) }
                }
                _ => Known::default(),
            },
            _ => Known::default(),
        }
    }
}

/// Whether the fields of a pattern take anything.
fn takes_any(fields: Option<&[PatternField]>) -> bool {
    fields.unwrap_or_default().iter().all(|field| match field {
        PatternField::Short(..) | PatternField::Rest(_) => true,
        PatternField::Named(_, pattern) => {
            matches!(pattern.kind, PatternKind::Bind(_) | PatternKind::Wildcard)
        }
    })
}
