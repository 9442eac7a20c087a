//! What is wrong in the same way at several places of one construct, told as the one mistake that it is.

use super::Infer;
use super::messages::matching as say;
use super::messages::mismatch::says;
use super::messages::{MISMATCH, PATTERN_VARIANT, SHADOWED};
use super::want::{Want, peel};
use crate::diagnostics::{Diagnostic, Label, Place};
use crate::types::ty::Ty;
use flow_grammar::tree::{Expr, ExprKind, Pattern, PatternKind};

/// Of more parts that are wrong in the same way there is nothing to learn.
const MOST_LABELS: usize = 5;

impl Infer<'_> {
    /// Makes one mistake of elements that are wrong in the same way.
    pub(super) fn told_of_parts<'e>(&mut self, told: usize, parts: impl Iterator<Item = &'e Expr>) {
        let places: Vec<Place> = parts.map(|part| self.at(part.span)).collect();
        self.told_alike(told, |found| {
            found.labels.first().is_some_and(|label| places.contains(&label.place))
        });
    }

    /// Makes one mistake of branches whose values are wrong in the same way.
    pub(super) fn told_of_branches(&mut self, told: usize, want: Want<'_>) {
        let Want::Fit(expected, why) = want else { return };
        let start = says(why, &self.vars.deep(expected).to_string(), "not `");
        self.told_alike(told, |found| found.message.starts_with(&start));
    }

    /// Makes one of those mismatches from `told` on that say the same and are told `of` the same construct.
    fn told_alike(&mut self, told: usize, of: impl Fn(&Diagnostic) -> bool) {
        let mut kept: Vec<Diagnostic> = Vec::new();
        for found in self.body.diagnostics.split_off(told) {
            let is_part = found.code == MISMATCH && of(&found);
            let is_alike =
                |it: &&mut Diagnostic| it.code == MISMATCH && it.message == found.message && of(it);
            match kept.iter_mut().find(is_alike).filter(|_| is_part) {
                Some(first) => {
                    for (fix, more) in first.fixes.iter_mut().zip(found.fixes) {
                        fix.edits.extend(more.edits);
                    }
                    if let Some(label) = found.labels.into_iter().next()
                        && first.labels.len() < MOST_LABELS
                    {
                        first.labels.push(Label { place: label.place, text: "and this".to_owned() });
                    }
                }
                None => kept.push(found),
            }
        }
        self.body.diagnostics.extend(kept);
    }

    /// Looks at what was told of the pattern of an arm, from `told` on. `lacking` is whether an arm before it asked for a
    /// variant of what has none.
    pub(super) fn told_of_arm(
        &mut self,
        told: usize,
        (pattern, scrutinee): (&Pattern, &Expr),
        ty: &Ty,
        lacking: &mut bool,
    ) {
        if let PatternKind::Bind(name) = &pattern.kind {
            let head = self.unwrapped(ty);
            let shape = self.shape(&head);
            let variants = shape.as_deref().and_then(|shape| shape.variants()).unwrap_or_default();
            if let Some(variant) = variants.iter().find(|it| is_spelled_like(&name.text, &it.name)) {
                let found = say::binds_like_variant(self.at(name.span), &name.text, &variant.name);
                self.body.diagnostics.truncate(told);
                self.report(found);
            } else if let Some(found) = self.body.diagnostics.get_mut(told)
                && found.code == SHADOWED
                && !matches!(&peel(scrutinee).kind, ExprKind::Lower(it) if it.text == name.text)
            {
                found.help = Some(say::compared_in_guard(&name.text));
            }
            return;
        }
        let of_none = |found: &Diagnostic| found.code == PATTERN_VARIANT;
        if !self.body.diagnostics.get(told..).is_some_and(|found| found.iter().any(of_none)) {
            return;
        }
        let head = self.unwrapped(ty);
        if self.shape(&head).is_none_or(|shape| shape.variants().is_none())
            && std::mem::replace(lacking, true)
        {
            self.body.diagnostics.truncate(told);
        }
    }
}

/// Whether a name has the letters of a variant: `to_do` and `todo` of `ToDo`.
fn is_spelled_like(name: &str, variant: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> {
        text.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
    }
    !name.starts_with('_') && letters(name).eq(letters(variant))
}
