//! What is expected of an expression, and why: the second end of every mismatch.

use super::Infer;
use super::messages::mismatch;
use super::vars::Fit;
use crate::diagnostics::Place;
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, ExprId, ExprKind};
use smol_str::SmolStr;

/// What is expected of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) enum Want<'a> {
    /// Anything; its type matters.
    Any,
    /// Anything; its value is not used.
    Discard,
    /// Probably this type: lets variants be found, is not checked.
    Like(&'a Ty),
    /// This type.
    Fit(&'a Ty, &'a Why),
}

impl<'a> Want<'a> {
    /// The type, if one is known.
    pub(super) fn hint(self) -> Option<&'a Ty> {
        match self {
            Self::Like(ty) | Self::Fit(ty, _) => Some(ty),
            Self::Any | Self::Discard => None,
        }
    }

    /// The same for a part of the value, or for a value around it, of that type.
    pub(super) fn with<'b>(self, ty: Option<&'b Ty>) -> Want<'b>
    where
        'a: 'b,
    {
        match (self, ty) {
            (Self::Fit(_, why), Some(ty)) => Want::Fit(ty, why),
            (_, Some(ty)) => Want::Like(ty),
            (_, None) => Want::Any,
        }
    }

    /// The same, or probably that type if nothing is expected.
    pub(super) fn or_like(self, ty: Option<&'a Ty>) -> Self {
        match (self, ty) {
            (Self::Any, Some(ty)) => Self::Like(ty),
            (want, _) => want,
        }
    }

    /// Whether leaves that get this expectation need no further check.
    pub(super) const fn is_checked(self) -> bool {
        matches!(self, Self::Fit(..) | Self::Discard)
    }
}

/// Why a type is expected.
#[derive(Clone, Debug)]
pub(super) enum Why {
    /// A parameter takes it.
    Param {
        /// What is called, as written.
        callee: SmolStr,
        /// The parameter.
        param: SmolStr,
        /// Where it is declared.
        declared: Option<Place>,
    },
    /// A parameter of a stage takes it.
    Stage {
        /// The stage.
        stage: SmolStr,
        /// The parameter.
        param: SmolStr,
        /// Where it is declared.
        declared: Place,
    },
    /// A field of a record or variant holds it.
    Field {
        /// The record or variant.
        owner: SmolStr,
        /// The field.
        field: SmolStr,
        /// Where it is declared.
        declared: Option<Place>,
        /// Whether the record is being made; else the field is assigned.
        made: bool,
    },
    /// It is written at the declaration of a name.
    Declared {
        /// The name; empty for a pattern.
        name: SmolStr,
        /// Where the type is written.
        at: Span,
    },
    /// It is what the item returns.
    Result {
        /// The item.
        of: SmolStr,
        /// The item or endpoint where the result is declared; `None` if none is written.
        declared: Option<Span>,
    },
    /// It is what the flow emits.
    Emits {
        /// The flow.
        of: SmolStr,
        /// Where it is declared.
        declared: Span,
    },
    /// A variable has it.
    Variable {
        /// Its name.
        name: SmolStr,
        /// Where it is declared.
        declared: Span,
    },
    /// A place in a variable has it; what stands there: "the value of this place".
    Place(&'static str),
    /// What the other side of an operator asks for.
    Operand {
        /// The operator as written.
        op: &'static str,
        /// Where it stands.
        at: Span,
    },
    /// A setting takes it.
    Setting(SmolStr),
    /// Something that the language itself asks for: "a condition", "the message of `require`".
    Language(&'static str),
    /// A list or map is expected, so each part of it is checked.
    Part {
        /// The list or map.
        of: Ty,
        /// What the part is: "an element", "a key", "a value".
        what: &'static str,
        /// Why the whole is expected.
        why: Box<Why>,
    },
    /// It is what the stubbed thing yields.
    Stub {
        /// What is stubbed.
        of: SmolStr,
        /// Where it is declared.
        declared: Option<Place>,
    },
    /// The same, of a list with an answer for each call.
    Stubs {
        /// What is stubbed.
        of: SmolStr,
        /// Where it is declared.
        declared: Option<Place>,
    },
    /// A closure of a built-in method yields it.
    Closure(SmolStr),
    /// An index or key.
    Index {
        /// The type of the list or map.
        of: Ty,
        /// Where the list or map stands.
        at: Span,
        /// Whether what stands there is assigned: a map then gets the key.
        assigned: bool,
    },
}

impl Why {
    /// Whether a value is held to predicates at that very place when the program runs: calls, constructions and results hold
    /// what they are given by themselves, and what is only looked at is held to nothing.
    fn is_held_here(&self) -> bool {
        match self {
            Self::Declared { .. } | Self::Variable { .. } | Self::Place(_) | Self::Closure(_) => true,
            Self::Field { made, .. } => !made,
            Self::Index { assigned, .. } => *assigned,
            Self::Part { why, .. } => why.is_held_here(),
            _ => false,
        }
    }
}

impl Infer<'_> {
    /// Checks the type of an expression against what is expected of it; yields the type that counts from here on.
    pub(super) fn fit(&mut self, expr: &Expr, actual: Ty, want: Want<'_>) -> Ty {
        match want {
            Want::Fit(expected, why) => {
                // A value of the very type met its predicate where it was made.
                let before = (actual != *expected).then(|| actual.clone());
                let ty = self.meets(expr, actual, expected, why);
                if ty != Ty::Error {
                    let is_proven = self.refine(expr, before.is_some().then_some(expected), why);
                    if let Some(before) = before.filter(|_| why.is_held_here()) {
                        self.hold(expr.id, &before, expected, is_proven);
                    }
                }
                ty
            }
            _ => actual,
        }
    }

    /// Records that a value is to be held to the predicates of the type that it becomes one of, if it may break them.
    fn hold(&mut self, id: ExprId, actual: &Ty, expected: &Ty, is_proven: bool) {
        let (actual, expected) = (self.vars.deep(actual), self.vars.deep(expected));
        if !is_proven && decl::may_break(self.db, &actual, &expected) {
            self.changed.push(id);
            self.body.held.insert(id, expected);
        } else {
            // What is called with type parameters is looked at more than once.
            self.body.held.remove(&id);
        }
    }

    fn meets(&mut self, expr: &Expr, actual: Ty, expected: &Ty, why: &Why) -> Ty {
        match self.fits(&actual, expected) {
            Fit::Same if actual == Ty::Never || actual == Ty::Error => actual,
            Fit::Same => {
                if let Ty::Infer(_) = expected {
                    let (actual, param) = (self.vars.deep(&actual), self.vars.deep(expected));
                    self.may_break |= decl::may_break(self.db, &actual, &param);
                }
                expected.clone()
            }
            Fit::Changed(coercion) => {
                self.coerce(expr.id, coercion);
                expected.clone()
            }
            Fit::No => {
                let (actual, expected) = (self.vars.deep(&actual), self.vars.deep(expected));
                let found = mismatch::wrong_type(self.db, &self.base, expr, &actual, &expected, why);
                let found = if let Ty::Option(_) = actual { self.with_change(expr, found) } else { found };
                self.report(found);
                Ty::Error
            }
        }
    }

    /// Records that a value changes its form.
    pub(super) fn coerce(&mut self, id: ExprId, coercion: crate::types::body::Coercion) {
        self.changed.push(id);
        self.body.coercions.insert(id, coercion);
    }

    /// The expectation for the branches of an expression: none of a type that is still to be found, since the first
    /// branch would decide it for all.
    pub(super) fn settled<'a>(&self, want: Want<'a>) -> Want<'a> {
        match want {
            Want::Fit(ty, _) | Want::Like(ty) if matches!(self.vars.shallow(ty), Ty::Infer(_)) => Want::Any,
            want => want,
        }
    }
}

/// The expression inside of parentheses.
pub(super) fn peel(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => peel(inner),
        _ => expr,
    }
}
