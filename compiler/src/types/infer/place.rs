//! What stands around an expression: which jumps are possible there, and which effects.

use super::Infer;
use super::messages::control;
use super::narrow::{Fork, Left};
use super::want::Why;
use crate::types::body::LocalId;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::ExprId;

/// What stands around a place, within the item.
#[derive(Clone, Debug)]
pub(super) enum Frame {
    /// `loop`
    Loop(LoopFrame),
    /// `for`, `parallel for`
    For {
        /// Whether its rounds run at once.
        parallel: bool,
        /// The keyword.
        span: Span,
    },
    /// A branch of `parallel`, or what an arm of `race` runs.
    Branch {
        /// `parallel`, `race`
        of: &'static str,
        /// The branch.
        span: Span,
    },
    /// `|x| e`
    Closure(Span),
    /// `defer { … }`
    Defer(Span),
    /// A stage.
    Stage,
    /// An endpoint.
    Endpoint(Span),
}

/// What is known of a `loop` while its body is checked.
#[derive(Clone, Debug)]
pub(super) struct LoopFrame {
    /// What its value is checked against.
    pub(super) want: Option<(Ty, Why)>,
    /// Whether its value is used.
    pub(super) discard: bool,
    /// The values of each `break`: the expression, its type and its place.
    pub(super) breaks: Vec<(Option<ExprId>, Ty, Span)>,
    /// Where its rounds began.
    pub(super) fork: Fork,
    /// What is known at each `break` beyond that.
    pub(super) ends: Vec<Option<Left>>,
}

/// Why no effect may happen at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purity {
    /// The body of an `fn`.
    Fn,
    /// A constant.
    Const,
    /// A closure.
    Closure,
    /// A refinement.
    Predicate,
    /// The default of a parameter or field.
    Default,
    /// A setting of a declaration.
    Setting,
    /// What stands for an effect in a test.
    Stub,
}

impl Purity {
    /// What it is called in a message.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Fn => "an `fn`",
            Self::Const => "a constant",
            Self::Closure => "a closure",
            Self::Predicate => "a predicate",
            Self::Default => "a default",
            Self::Setting => "a setting",
            Self::Stub => "a stub",
        }
    }
}

impl Infer<'_> {
    /// How many branches that run beside others stand around this place.
    pub(super) fn concurrency(&self) -> u32 {
        let beside = |frame: &&Frame| {
            matches!(frame, Frame::For { parallel: true, .. } | Frame::Branch { .. } | Frame::Closure(_))
        };
        u32::try_from(self.frames.iter().filter(beside).count()).unwrap_or(u32::MAX)
    }

    /// Checks something inside of a frame.
    pub(super) fn within<T>(
        &mut self,
        frame: Frame,
        check: impl FnOnce(&mut Self) -> T,
    ) -> (T, Option<Frame>) {
        self.frames.push(frame);
        let found = check(self);
        (found, self.frames.pop())
    }

    /// Reports something that may not stand where no effect may happen, unless what holds it was reported already.
    pub(super) fn refuse_if_pure(&mut self, span: Span, what: impl FnOnce() -> String) {
        self.refuse_all_if_pure(span, span, what);
    }

    /// The same, where what has the effect is a part of `all`; whether it is refused.
    pub(super) fn refuse_all_if_pure(
        &mut self,
        span: Span,
        all: Span,
        what: impl FnOnce() -> String,
    ) -> bool {
        let Some(purity) = self.purity else { return false };
        let outer = self.refused;
        if outer != all && outer.holds(all) {
            return true;
        }
        self.refused = all;
        let found = control::impure(self.at(span), &what(), purity);
        self.report(found);
        true
    }

    /// Checks something where no effect may happen.
    pub(super) fn purely<T>(&mut self, why: Purity, check: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.purity.replace(why);
        let around = self.around_closure;
        if why == Purity::Closure && before != Some(Purity::Closure) {
            self.around_closure = before;
        }
        let found = check(self);
        (self.purity, self.around_closure) = (before, around);
        found
    }

    /// Reports something that fails by itself where there is always a value.
    pub(super) fn refuse_if_total(&mut self, span: Span, what: &str) {
        if let Some(purity) = self.total() {
            let found = control::partial(self.at(span), what, purity);
            self.report(found);
        }
    }

    /// Whether what stands here yields a value whatever it is given.
    pub(super) fn is_total(&self) -> bool {
        self.total().is_some()
    }

    fn total(&self) -> Option<Purity> {
        let purity = match self.purity {
            Some(Purity::Closure) => self.around_closure,
            purity => purity,
        };
        purity.filter(|purity| matches!(purity, Purity::Fn | Purity::Predicate | Purity::Default))
    }

    /// Checks something that control may skip: where it never ends, what follows may still be reached.
    pub(super) fn maybe<T>(&mut self, check: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let before = std::mem::take(&mut self.diverges);
        let found = check(self);
        (found, std::mem::replace(&mut self.diverges, before))
    }

    /// The frame that keeps a concurrent branch or a closure from assigning a local.
    pub(super) fn barrier(&self, id: LocalId) -> Option<&Frame> {
        if !self.is_outside_of_branch(id) {
            return None;
        }
        let beside = |frame: &&Frame| {
            matches!(frame, Frame::For { parallel: true, .. } | Frame::Branch { .. } | Frame::Closure(_))
        };
        self.frames.iter().rev().find(beside)
    }
}
