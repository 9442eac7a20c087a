//! `loop` and `for`.

use super::Infer;
use super::branch::Leaves;
use super::messages::{control, process, values};
use super::place::{Frame, LoopFrame};
use super::want::{Want, Why};
use crate::types::constant::{Value, value};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Block, Expr, Pattern};
use std::sync::Arc;

impl Infer<'_> {
    /// `loop max n { … } else { … }`
    pub(super) fn repeat(
        &mut self,
        max: Option<&Expr>,
        body: &Block,
        otherwise: Option<&Block>,
        want: Want<'_>,
    ) -> Ty {
        self.limit(max, "the `max` of a loop");
        self.widen_for(body);
        let frame = LoopFrame {
            want: match want {
                Want::Fit(ty, why) => Some((ty.clone(), why.clone())),
                _ => None,
            },
            discard: matches!(want, Want::Discard),
            breaks: Vec::new(),
            ends: Vec::new(),
            fork: self.fork(),
        };
        let (_, frame) = self.any_number(|infer| {
            infer.maybe(|infer| infer.within(Frame::Loop(frame), |infer| infer.block(body, Want::Discard))).0
        });
        let mut leaves = Leaves::default();
        let (breaks, mut ends) = match frame {
            Some(Frame::Loop(LoopFrame { breaks, ends, .. })) => (breaks, ends),
            _ => (Vec::new(), Vec::new()),
        };
        let mut left = !breaks.is_empty();
        for (id, ty, span) in breaks {
            leaves.add(id, ty, span);
        }
        if let Some(block) = otherwise {
            let fork = self.fork();
            let (found, diverges) = self.maybe(|infer| infer.block(block, want));
            ends.push(self.end(fork, diverges));
            left |= !diverges;
            leaves.add(found.tail, found.ty, found.span);
        }
        self.meet(ends);
        match (left, want) {
            (false, _) => Ty::Never,
            (true, Want::Fit(ty, _)) => ty.clone(),
            (true, Want::Discard) => Ty::None,
            (true, Want::Any | Want::Like(_)) => self.join_leaves(leaves, values::branches_differ),
        }
    }

    /// A number of rounds, visits or branches.
    pub(super) fn limit(&mut self, max: Option<&Expr>, what: &'static str) {
        if let Some(max) = max {
            self.expr(max, Want::Fit(&Ty::Int, &Why::Language(what)));
            if let Some(Value::Int(bound @ ..1)) = value(self.db, self.file, max, None) {
                let found = control::bound_too_low(self.at(max.span), what, bound);
                self.report(found);
            }
        }
    }

    /// `for p in xs { … }`, `parallel for p in xs max n { … }`
    #[expect(clippy::too_many_arguments, reason = "the parts of one expression")]
    pub(super) fn for_each(
        &mut self,
        expr: &Expr,
        parallel: bool,
        pattern: &Pattern,
        iterable: &Expr,
        max: Option<&Expr>,
        body: &Block,
        want: Want<'_>,
    ) -> Ty {
        if parallel {
            self.refuse_if_pure(expr.span, || "`parallel for`".to_owned());
        }
        let element = match self.events(iterable) {
            Some(event) => {
                if parallel {
                    let keyword = Span::new(expr.span.start, expr.span.start + 8);
                    let found = process::events_at_once(self.at(iterable.span), self.at(keyword));
                    self.report(found);
                }
                event
            }
            None => self.elements_of(iterable),
        };
        self.limit(max, "the `max` of a `parallel for`");
        let expected = want.hint().and_then(|ty| match self.unwrapped(ty) {
            Ty::List(element) => Some(element),
            _ => None,
        });
        let why = match want {
            Want::Fit(whole, why) => {
                let of = self.vars.deep(whole);
                Some(Why::Part { of, what: "the value of a round", why: Box::new(why.clone()) })
            }
            _ => None,
        };
        let body_want = match (&expected, want) {
            (_, Want::Discard) => Want::Discard,
            (Some(element), _) if !self.vars.is_open(element) => match &why {
                Some(why) => Want::Fit(element, why),
                None => want.with(Some(element)),
            },
            _ => Want::Any,
        };
        let mark = self.enter(body.span);
        self.widen_for(body);
        let frame = Frame::For { parallel, span: expr.span };
        let ((found, _), _) = self.any_number(|infer| {
            infer.maybe(|infer| {
                infer.within(frame, |infer| {
                    let facts = infer.irrefutable(pattern, &element, "for");
                    infer.assume(&facts);
                    infer.block(body, body_want)
                })
            })
        });
        self.leave(mark);
        let value = match (body_want, found.ty) {
            (Want::Discard, _) => Ty::None,
            (Want::Fit(ty, _), _) => ty.clone(),
            // A body that never ends yields no element.
            (_, Ty::Never) => expected.map_or(Ty::None, |element| element.as_ref().clone()),
            (_, ty) => ty,
        };
        Ty::List(Arc::new(value))
    }

    /// The type of the elements that `for` goes through.
    fn elements_of(&mut self, iterable: &Expr) -> Ty {
        let ty = self.expr(iterable, Want::Any);
        match self.head(&ty) {
            Ty::List(element) => element.as_ref().clone(),
            Ty::Error | Ty::Never => Ty::Error,
            _ => {
                let found = values::no_list(self.at(iterable.span), &self.vars.deep(&ty));
                self.report(found);
                Ty::Error
            }
        }
    }
}
