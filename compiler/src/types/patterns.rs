//! Whether patterns cover every value of a type, and whether each of them can match.
//!
//! The usual algorithm over a matrix of patterns (Maranget, "Warnings for pattern matching", 2007): a row per arm, a column
//! per value still to be matched. A column is taken apart by the constructors of its type.

mod matrix;
mod messages;

pub use messages::{NOT_EXHAUSTIVE, REFUTABLE, UNREACHABLE_ARM};

use crate::db::Db;
use crate::diagnostics::Diagnostic;
use crate::types::base::Base;
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arm, Pattern, PatternField, PatternKind};
use matrix::{Ctor, Matrix, Pat};

/// What is wrong with the arms of a `match` on a value of that type: patterns that are missing, arms that never match.
pub(crate) fn check_match(
    db: &dyn Db,
    base: &Base,
    whole: Span,
    scrutinee: Span,
    ty: &Ty,
    arms: &[Arm],
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if is_unknown(db, ty) {
        return found;
    }
    let at = |span| base.at(span);
    let mut matrix = Matrix::new(db, ty.clone());
    // Which arm each row came from, for the second label.
    let mut earlier: Vec<Span> = Vec::new();
    for arm in arms {
        let alternatives: &[Pattern] = match &arm.pattern.kind {
            PatternKind::Or(alternatives) => alternatives,
            _ => std::slice::from_ref(&arm.pattern),
        };
        for alternative in alternatives {
            let pat = lower(db, alternative, ty);
            if !matrix.is_useful(&pat) {
                let all = matrix.first_catch_all().and_then(|row| earlier.get(row)).map(|span| at(*span));
                found.push(messages::unreachable_arm(at(alternative.span), all, alternatives.len() > 1));
            } else if arm.guard.is_none() {
                matrix.push(pat);
                earlier.push(arm.pattern.span);
            }
        }
    }
    let missing = matrix.missing();
    if !missing.is_empty() {
        let guarded = arms.iter().any(|arm| arm.guard.is_some());
        let end = Span::new(whole.end.saturating_sub(1), whole.end.saturating_sub(1));
        found.push(messages::not_exhaustive(at(scrutinee), ty, &missing, guarded, at(end)));
    }
    found
}

/// What is wrong with a pattern that must match every value of a type.
pub(crate) fn check_irrefutable(
    db: &dyn Db,
    base: &Base,
    pattern: &Pattern,
    ty: &Ty,
    what: &str,
) -> Option<Diagnostic> {
    if is_unknown(db, ty) {
        return None;
    }
    let mut matrix = Matrix::new(db, ty.clone());
    matrix.push(lower(db, pattern, ty));
    let missing = matrix.missing();
    let first = missing.first()?;
    Some(messages::refutable(base.at(pattern.span), what, ty, first))
}

/// Whether a pattern matches `none`.
pub(crate) fn matches_none(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::None | PatternKind::Wildcard | PatternKind::Bind(_) => true,
        PatternKind::Or(alternatives) => alternatives.iter().any(matches_none),
        _ => false,
    }
}

/// Nothing is said of what is not known.
fn is_unknown(db: &dyn Db, ty: &Ty) -> bool {
    matches!(decl::resolve_alias(db, ty), Ty::Error | Ty::Never | Ty::Infer(_))
}

/// A pattern as the matrix sees it. One that cannot match its type is reported elsewhere, so here it matches anything.
fn lower(db: &dyn Db, pattern: &Pattern, ty: &Ty) -> Pat {
    if is_unknown(db, ty) {
        return Pat::Any;
    }
    let head = decl::resolve_alias(db, ty);
    match (&pattern.kind, &head) {
        (PatternKind::Or(alternatives), _) => {
            Pat::Or(alternatives.iter().map(|alternative| lower(db, alternative, ty)).collect())
        }
        (PatternKind::None, Ty::Option(_) | Ty::None) => Pat::Ctor(Ctor::None, Vec::new()),
        (PatternKind::Wildcard | PatternKind::Bind(_) | PatternKind::Error | PatternKind::None, _) => {
            Pat::Any
        }
        (_, Ty::Option(inner)) => Pat::Ctor(Ctor::Some, vec![lower(db, pattern, inner)]),
        (PatternKind::Int(value), Ty::Int) => Pat::Ctor(Ctor::Int(*value), Vec::new()),
        (PatternKind::Bool(value), Ty::Bool) => Pat::Ctor(Ctor::Bool(*value), Vec::new()),
        (PatternKind::Str(template), Ty::String) => match template.plain() {
            Some(text) => Pat::Ctor(Ctor::Text(text.into()), Vec::new()),
            None => Pat::Any,
        },
        (PatternKind::Variant { name, fields, .. }, _) => {
            let Some(shape) = decl::shape(db, &head) else { return Pat::Any };
            let Some(index) =
                shape.variants().and_then(|all| all.iter().position(|one| one.name == name.text))
            else {
                return Pat::Any;
            };
            let known = shape.variants().and_then(|all| all.get(index)).map(|one| one.fields.as_slice());
            Pat::Ctor(Ctor::Variant(index), lower_fields(db, known.unwrap_or_default(), fields.as_deref()))
        }
        (PatternKind::Record(fields), _) => {
            match decl::shape(db, &head).as_deref().and_then(|shape| shape.fields()) {
                Some(known) => Pat::Ctor(Ctor::Record, lower_fields(db, known, Some(fields))),
                None => Pat::Any,
            }
        }
        _ => Pat::Any,
    }
}

/// The fields in the order of declaration; those left out match anything.
fn lower_fields(db: &dyn Db, known: &[decl::FieldDef], fields: Option<&[PatternField]>) -> Vec<Pat> {
    let pattern_of = |wanted: &str| {
        fields.unwrap_or_default().iter().find_map(|field| match field {
            PatternField::Short(name, pattern) | PatternField::Named(name, pattern)
                if name.text == wanted =>
            {
                Some(pattern)
            }
            _ => None,
        })
    };
    known
        .iter()
        .map(|field| pattern_of(&field.name).map_or(Pat::Any, |pattern| lower(db, pattern, &field.ty)))
        .collect()
}
