//! Jumps: their type is never, and they may not leave what runs beside or later.

use super::Infer;
use super::messages::{jumps, process};
use super::place::Frame;
use super::want::{Want, Why};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::Expr;

/// What a jump would leave, but may not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wall {
    /// What stands around the jump.
    pub(super) what: &'static str,
    /// Where.
    pub(super) span: Span,
}

impl Frame {
    /// Whether no jump leads out of it.
    pub(super) const fn wall(&self) -> Option<Wall> {
        match self {
            Self::For { parallel: true, span } => Some(Wall { what: "`parallel for`", span: *span }),
            Self::Branch { of, span } => Some(Wall { what: of, span: *span }),
            Self::Closure(span) => Some(Wall { what: "a closure", span: *span }),
            Self::Defer(span) => Some(Wall { what: "`defer`", span: *span }),
            Self::Endpoint(span) => Some(Wall { what: "an endpoint", span: *span }),
            Self::Loop(_) | Self::For { .. } | Self::Stage => None,
        }
    }
}

impl Infer<'_> {
    /// What keeps a jump from leaving the item.
    pub(super) fn wall(&self) -> Option<Wall> {
        self.frames.iter().rev().find_map(Frame::wall)
    }

    /// `return e`
    pub(super) fn return_value(&mut self, expr: &Expr, value: Option<&Expr>) -> Ty {
        match self.result.clone() {
            result if self.may_leave(expr, "return", value) => self.leave_with(expr, "return", result, value),
            _ => {}
        }
        Ty::Never
    }

    /// `done e`
    pub(super) fn done(&mut self, expr: &Expr, value: Option<&Expr>) -> Ty {
        match self.endpoints.ends_with() {
            None => {
                let found = process::stray_done(self.at(expr.span));
                self.report(found);
                self.any_value(value);
            }
            result if self.may_leave(expr, "done", value) => self.leave_with(expr, "done", result, value),
            Some(_) => {}
        }
        Ty::Never
    }

    /// Whether no branch that runs beside others, or later, stands around a jump; reports it.
    fn may_leave(&mut self, expr: &Expr, jump: &str, value: Option<&Expr>) -> bool {
        let around = self.frames.iter().rev().find(|frame| frame.wall().is_some());
        match around.filter(|frame| !matches!(frame, Frame::Endpoint(_))).and_then(Frame::wall) {
            None => true,
            Some(wall) => {
                let found = jumps::through_wall(self.at(expr.span), jump, self.at(wall.span), wall.what);
                self.report(found);
                self.any_value(value);
                false
            }
        }
    }

    /// The value that a jump leaves with, against the result that it is.
    fn leave_with(&mut self, expr: &Expr, jump: &str, result: Option<(Ty, Why)>, value: Option<&Expr>) {
        match (result, value) {
            (None, _) => {
                let found = jumps::no_return(self.at(expr.span));
                self.report(found);
                self.any_value(value);
            }
            (Some((Ty::None, why)), Some(value)) => {
                let ty = self.expr(value, Want::Any);
                if !matches!(ty, Ty::None | Ty::Error | Ty::Never) {
                    let found = jumps::returns_nothing(&self.base, value.span, &self.vars.deep(&ty), &why);
                    self.report(found);
                }
            }
            (Some((ty, why)), Some(value)) => {
                self.expr(value, Want::Fit(&ty, &why));
            }
            (Some((ty, why)), None) => {
                if self.fits(&Ty::None, &ty) == super::vars::Fit::No {
                    let found = jumps::value_missing(&self.base, expr.span, jump, &ty, &why);
                    self.report(found);
                }
            }
        }
    }

    fn any_value(&mut self, value: Option<&Expr>) {
        if let Some(value) = value {
            self.expr(value, Want::Any);
        }
    }

    /// `break e`
    pub(super) fn break_loop(&mut self, expr: &Expr, value: Option<&Expr>) -> Ty {
        let around = self
            .frames
            .iter()
            .rposition(|frame| matches!(frame, Frame::Loop(_) | Frame::For { .. }) || frame.wall().is_some());
        let place = self.at(expr.span);
        match around.and_then(|index| self.frames.get(index).map(|frame| (index, frame.clone()))) {
            Some((index, Frame::Loop(frame))) => self.break_value(index, &frame, expr, value),
            Some((_, Frame::For { parallel: false, .. })) => {
                if let Some(value) = value {
                    let found = jumps::value_of_for(self.at(value.span));
                    self.report(found);
                    self.expr(value, Want::Any);
                }
            }
            Some((_, frame)) => {
                if let Some(wall) = frame.wall() {
                    let found = jumps::through_wall(place, "break", self.at(wall.span), wall.what);
                    self.report(found);
                }
                self.any_value(value);
            }
            None => {
                let found = jumps::outside_of_loop(place, "break");
                self.report(found);
                self.any_value(value);
            }
        }
        Ty::Never
    }

    fn break_value(
        &mut self,
        index: usize,
        frame: &super::place::LoopFrame,
        expr: &Expr,
        value: Option<&Expr>,
    ) {
        let found = match (value, &frame.want) {
            (Some(value), Some((ty, why))) => {
                (Some(value.id), self.expr(value, Want::Fit(ty, why)), value.span)
            }
            (Some(value), None) => {
                let want = if frame.discard { Want::Discard } else { Want::Any };
                (Some(value.id), self.expr(value, want), value.span)
            }
            (None, Some((ty, why))) => {
                if self.fits(&Ty::None, ty) == super::vars::Fit::No {
                    let found =
                        jumps::value_missing(&self.base, expr.span, "break", &self.vars.deep(ty), why);
                    self.report(found);
                }
                (None, Ty::None, expr.span)
            }
            (None, None) => (None, Ty::None, expr.span),
        };
        let end = self.left(frame.fork);
        if let Some(Frame::Loop(frame)) = self.frames.get_mut(index) {
            frame.ends.push(Some(end));
            frame.breaks.push(found);
        }
    }

    /// `continue`
    pub(super) fn continue_loop(&mut self, expr: &Expr) -> Ty {
        let around = self
            .frames
            .iter()
            .rev()
            .find(|frame| matches!(frame, Frame::Loop(_) | Frame::For { .. }) || frame.wall().is_some());
        let found = match around {
            Some(Frame::Loop(_) | Frame::For { .. }) => return Ty::Never,
            Some(frame) => frame.wall().map(|wall| {
                jumps::through_wall(self.at(expr.span), "continue", self.at(wall.span), wall.what)
            }),
            None => Some(jumps::outside_of_loop(self.at(expr.span), "continue")),
        };
        self.body.diagnostics.extend(found);
        Ty::Never
    }

    /// `fail e`
    pub(super) fn fail(&mut self, expr: &Expr, reason: &Expr) -> Ty {
        self.refuse_if_total(expr.span, "`fail`");
        let why = Why::Language("the reason of `fail`");
        let ty = self.expr(reason, Want::Like(&Ty::String));
        // A failure fails again as it is.
        if self.head(&ty) != Ty::Failure {
            self.fit(reason, ty, Want::Fit(&Ty::String, &why));
        }
        Ty::Never
    }

    /// `blocked e`
    pub(super) fn blocked(&mut self, expr: &Expr, reason: &Expr) -> Ty {
        self.refuse_if_pure(expr.span, || "`blocked`".to_owned());
        self.expr(reason, Want::Fit(&Ty::String, &Why::Language("the reason of `blocked`")));
        Ty::Never
    }
}
