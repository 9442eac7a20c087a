//! Arguments that only stand in one another's places: one mistake, told once.

use super::Infer;
use super::call::{Callee, Formals};
use super::construct::Args;
use super::generic::Generic;
use super::messages::{MISMATCH, calls};
use super::vars::Fit;
use crate::diagnostics::{Diagnostic, Edit, Fix, Place};
use crate::syntax::find_item;
use crate::types::base::Base;
use crate::types::ty::Ty;
use flow_grammar::span::Span;

/// Of more arguments nobody would say that they are only mixed up.
const MOST: usize = 4;

/// An argument of a wrong type.
struct Misplaced {
    span: Span,
    ty: Ty,
    /// The parameter that it is for.
    formal: usize,
}

impl Infer<'_> {
    /// Where all arguments of a call that are of wrong types since `told` fit in one another's places, tells just that.
    pub(super) fn mixed_up<F: Formals + ?Sized>(
        &mut self,
        told: usize,
        callee: &Callee,
        formals: &F,
        generic: &Generic<'_>,
        args: Args<'_>,
        placed: &[Option<usize>],
    ) {
        let mut wrong: Vec<Misplaced> = Vec::new();
        for (formal, arg) in placed.iter().enumerate() {
            let Some(arg) = arg.and_then(|arg| args.list.get(arg)) else { continue };
            let place = self.at(arg.value.span);
            if self.body.diagnostics.iter().skip(told).any(|found| is_misfit_at(found, &place)) {
                let ty = self.vars.deep(self.body.expr(arg.value.id));
                wrong.push(Misplaced { span: arg.value.span, ty, formal });
            }
        }
        if !(2..=MOST).contains(&wrong.len()) || wrong.iter().any(|it| it.ty == Ty::Error) {
            return;
        }
        let Some(order) = self.order_that_fits(&wrong, formals, generic) else { return };
        let places: Vec<_> = wrong.iter().map(|it| self.at(it.span)).collect();
        let found = self.body.diagnostics.split_off(told);
        let is_of_order = |found: &Diagnostic| places.iter().any(|place| is_misfit_at(found, place));
        self.body.diagnostics.extend(found.into_iter().filter(|found| !is_of_order(found)));
        let each: Vec<_> = wrong
            .iter()
            .map(|it| {
                let wanted = self.vars.deep(&self.in_call(formals.ty(it.formal), generic));
                (self.at(it.span), it.ty.clone(), formals.name(it.formal).clone(), wanted)
            })
            .collect();
        let texts: Option<Vec<Edit>> = wrong
            .iter()
            .zip(&order)
            .map(|(it, by)| Some(Edit { place: self.at(it.span), text: self.source(wrong.get(*by)?.span)? }))
            .collect();
        let Some((first, others)) = each.split_first() else { return };
        let found = calls::mixed_up(callee, first, others);
        let found = match texts {
            Some(edits) => found.fix(Fix { title: "put them in order".to_owned(), edits, certain: false }),
            None => found,
        };
        self.report(found);
    }

    /// For each argument the one that fits in its place, if all of them do.
    fn order_that_fits<F: Formals + ?Sized>(
        &mut self,
        wrong: &[Misplaced],
        formals: &F,
        generic: &Generic<'_>,
    ) -> Option<Vec<usize>> {
        let fits: Vec<Vec<bool>> = wrong
            .iter()
            .map(|slot| {
                let expected = self.in_call(formals.ty(slot.formal), generic);
                let fits = wrong.iter().map(|it| {
                    let mark = self.vars.mark();
                    let fits = self.fits(&it.ty, &expected) != Fit::No;
                    self.vars.undo(mark);
                    fits
                });
                fits.collect()
            })
            .collect();
        let mut order = Vec::new();
        complete(&fits, &mut order).then_some(order)
    }

    /// The text of a place in what is checked.
    fn source(&self, span: Span) -> Option<String> {
        let (file, start) = match &self.base {
            Base::Item(key) => (key.file, find_item(self.db, key)?.start(self.db)),
            Base::File(file) => (*file, 0),
        };
        file.text(self.db).get(span.shifted(start).range()).map(str::to_owned)
    }
}

fn is_misfit_at(found: &Diagnostic, place: &Place) -> bool {
    found.code == MISMATCH && found.labels.first().is_some_and(|label| label.place == *place)
}

/// Gives each place one of those that fit and are not taken.
fn complete(fits: &[Vec<bool>], order: &mut Vec<usize>) -> bool {
    let Some(row) = fits.get(order.len()) else { return true };
    for (index, fits_here) in row.iter().enumerate() {
        if *fits_here && !order.contains(&index) {
            order.push(index);
            if complete(fits, order) {
                return true;
            }
            order.pop();
        }
    }
    false
}
