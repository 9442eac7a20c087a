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
use crate::types::decl::{self, TypeShape};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arm, Pattern, PatternField, PatternKind};
use matrix::{Ctor, Matrix, Pat};

/// What is wrong with the arms of a `match` on a value of that type: patterns that are missing, arms that never match.
/// `filler` is what an arm that is missing may yield for the time being.
pub(crate) fn check_match(
    db: &dyn Db,
    base: &Base,
    whole: Span,
    scrutinee: Span,
    ty: &Ty,
    arms: &[Arm],
    filler: Option<&str>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if is_unknown(&decl::resolve_alias(db, ty)) {
        return found;
    }
    let mut matrix = Matrix::new(db, ty.clone());
    // Which arm each row came from, for the second label.
    let mut earlier: Vec<Span> = Vec::new();
    // A pattern that cannot match its value is reported; what was meant may cover anything.
    let mut is_broken = false;
    for arm in arms {
        let alternatives: &[Pattern] = match &arm.pattern.kind {
            PatternKind::Or(alternatives) => alternatives,
            _ => std::slice::from_ref(&arm.pattern),
        };
        for alternative in alternatives {
            let Some(pat) = lower(db, alternative, ty) else {
                is_broken = true;
                continue;
            };
            if !matrix.is_useful(&pat) {
                let all =
                    matrix.first_catch_all().and_then(|row| earlier.get(row)).map(|span| base.at(*span));
                let is_alternative = alternatives.len() > 1;
                found.push(messages::unreachable_arm(base.at(alternative.span), all, is_alternative));
            } else if arm.guard.is_none() {
                matrix.push(pat);
                earlier.push(arm.pattern.span);
            }
        }
    }
    let missing = if is_broken { Vec::new() } else { matrix.missing() };
    if !missing.is_empty() {
        let guarded = arms.iter().any(|arm| arm.guard.is_some());
        let end = Span::new(whole.end.saturating_sub(1), whole.end.saturating_sub(1));
        let missing =
            messages::not_exhaustive(base.at(scrutinee), ty, &missing, guarded, filler, base.at(end));
        found.push(missing);
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
    if is_unknown(&decl::resolve_alias(db, ty)) {
        return None;
    }
    let mut matrix = Matrix::new(db, ty.clone());
    matrix.push(lower(db, pattern, ty)?);
    let missing = matrix.missing();
    let first = missing.first()?;
    Some(messages::refutable(base.at(pattern.span), what, ty, first))
}

/// Whether a pattern matches every value of a type.
pub(crate) fn matches_all(db: &dyn Db, pattern: &Pattern, ty: &Ty) -> bool {
    match &pattern.kind {
        PatternKind::Bind(_) | PatternKind::Wildcard => true,
        // Nearly all others leave something out, which is seen at once.
        PatternKind::Int(_) | PatternKind::Str(_) | PatternKind::Bool(_) | PatternKind::Error => false,
        PatternKind::Variant { .. } if has_several_variants(db, ty) => false,
        _ if is_unknown(&decl::resolve_alias(db, ty)) => false,
        _ => {
            let mut matrix = Matrix::new(db, ty.clone());
            lower(db, pattern, ty).is_some_and(|pat| {
                matrix.push(pat);
                matrix.missing().is_empty()
            })
        }
    }
}

fn has_several_variants(db: &dyn Db, ty: &Ty) -> bool {
    decl::shape(db, ty).is_none_or(|shape| shape.variants().is_none_or(|variants| variants.len() > 1))
}

/// Whether `none` stands in a pattern for the whole value.
pub(crate) fn asks_for_none(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::None => true,
        PatternKind::Or(alternatives) => alternatives.iter().any(asks_for_none),
        _ => false,
    }
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
const fn is_unknown(head: &Ty) -> bool {
    matches!(head, Ty::Error | Ty::Never | Ty::Infer(_))
}

/// A pattern as the matrix sees it; `None` if it cannot match a value of its type.
fn lower(db: &dyn Db, pattern: &Pattern, ty: &Ty) -> Option<Pat> {
    if matches!(pattern.kind, PatternKind::Wildcard | PatternKind::Bind(_)) {
        return Some(Pat::Any);
    }
    // Mostly it is the type itself that has the form, and no option of one.
    if matches!(pattern.kind, PatternKind::Variant { .. } | PatternKind::Record(_))
        && let Some(shape) = decl::shape(db, ty)
    {
        return lower_shaped(db, pattern, &shape);
    }
    let head = decl::resolve_alias(db, ty);
    if is_unknown(&head) {
        return Some(Pat::Any);
    }
    let plain = |ctor| Some(Pat::Ctor(ctor, Vec::new()));
    match (&pattern.kind, &head) {
        (PatternKind::Or(alternatives), _) => {
            let lowered: Option<Vec<Pat>> =
                alternatives.iter().map(|alternative| lower(db, alternative, ty)).collect();
            Some(Pat::Or(lowered?))
        }
        (PatternKind::None, Ty::Option(_) | Ty::None) => plain(Ctor::None),
        (PatternKind::None | PatternKind::Error, _) => None,
        (_, Ty::Option(inner)) => Some(Pat::Ctor(Ctor::Some, vec![lower(db, pattern, inner)?])),
        (PatternKind::Int(value), Ty::Int) => plain(Ctor::Int(*value)),
        (PatternKind::Bool(value), Ty::Bool) => plain(Ctor::Bool(*value)),
        (PatternKind::Str(template), Ty::String) => plain(Ctor::Text(template.plain()?.into())),
        _ => None,
    }
}

/// A pattern of a variant or of a record, of a type of that form.
fn lower_shaped(db: &dyn Db, pattern: &Pattern, shape: &TypeShape) -> Option<Pat> {
    match &pattern.kind {
        PatternKind::Variant { name, fields, .. } => {
            let index = shape.variant_index(&name.text)?;
            let known = &shape.variants()?.get(index)?.fields;
            Some(Pat::Ctor(Ctor::Variant(index), lower_fields(db, known, fields.as_deref())?))
        }
        PatternKind::Record(fields) => {
            Some(Pat::Ctor(Ctor::Record, lower_fields(db, shape.fields()?, Some(fields))?))
        }
        _ => None,
    }
}

/// The fields in the order of declaration; those left out match anything.
fn lower_fields(db: &dyn Db, known: &[decl::FieldDef], fields: Option<&[PatternField]>) -> Option<Vec<Pat>> {
    let named = fields.unwrap_or_default().iter().filter_map(|field| match field {
        PatternField::Short(name, pattern) | PatternField::Named(name, pattern) => Some((name, pattern)),
        PatternField::Rest(_) => None,
    });
    let mut lowered = vec![Pat::Any; known.len()];
    for (name, pattern) in named {
        let index = known.iter().position(|field| field.name == name.text)?;
        *lowered.get_mut(index)? = lower(db, pattern, &known.get(index)?.ty)?;
    }
    Some(lowered)
}
