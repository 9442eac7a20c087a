//! On which parameters of its flow, and on which rounds of the concurrent loops around it, a value depends.

use super::known::Binds;
use crate::types::body::{Body, LocalId, Ref};
use flow_grammar::tree::visit::{Visit, walk_expr};
use flow_grammar::tree::{Expr, Pattern, PatternKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// A value that is made of more variables than this is taken to depend on everything.
const MOST: usize = 64;

/// On what a value depends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Depends {
    /// The concurrent loops around: a bit for each, the outermost lowest.
    pub rounds: u32,
    /// The parameters of the flow: a bit for each.
    pub params: u64,
}

impl Depends {
    /// It may depend on every parameter.
    pub const ON_ALL: u64 = u64::MAX;

    /// On what one or the other depends.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { rounds: self.rounds | other.rounds, params: self.params | other.params }
    }
}

/// The bit of a parameter; those behind the last bit share it.
pub const fn bit(param: u32) -> u64 {
    1 << if param < 63 { param } else { 63 }
}

/// What the variables of a flow were made of.
#[derive(Default)]
pub(super) struct Origins<'a> {
    values: FxHashMap<LocalId, Vec<&'a Expr>>,
}

impl<'a> Origins<'a> {
    /// What a pattern binds is made of that value.
    pub(super) fn bind(&mut self, body: &Body, pattern: &Pattern, value: &'a Expr) {
        let mut note = |local: LocalId| self.values.entry(local).or_default().push(value);
        if let PatternKind::Bind(_) = pattern.kind {
            body.binds.get(&pattern.id).copied().into_iter().for_each(note);
        } else {
            bound(body, pattern).into_iter().for_each(&mut note);
        }
    }

    /// A variable is made of that value as well.
    pub(super) fn add(&mut self, local: LocalId, value: &'a Expr) {
        self.values.entry(local).or_default().push(value);
    }

    /// On which parameters a value depends.
    pub(super) fn params(&self, body: &Body, params: &FxHashMap<LocalId, u32>, value: &'a Expr) -> u64 {
        if params.is_empty() {
            return 0;
        }
        let mut seen = FxHashSet::default();
        let mut open = vec![value];
        let mut found = 0;
        while let Some(value) = open.pop() {
            locals(body, value, |local| match params.get(&local) {
                Some(param) => found |= bit(*param),
                None if seen.len() == MOST => found = Depends::ON_ALL,
                None if seen.insert(local) => open.extend(self.values.get(&local).into_iter().flatten()),
                None => {}
            });
            if found == Depends::ON_ALL {
                break;
            }
        }
        found
    }
}

/// The variables that a pattern binds.
pub(super) fn bound(body: &Body, pattern: &Pattern) -> Vec<LocalId> {
    let mut binds = Binds { body, found: Vec::new() };
    binds.pattern(pattern);
    binds.found
}

/// Tells each variable that stands in an expression.
pub(super) fn locals(body: &Body, expr: &Expr, found: impl FnMut(LocalId)) {
    struct Locals<'b, F> {
        body: &'b Body,
        found: F,
    }
    impl<F: FnMut(LocalId)> Visit for Locals<'_, F> {
        fn expr(&mut self, expr: &Expr) {
            if let Some(Ref::Local(local)) = self.body.refs.get(expr.id) {
                (self.found)(*local);
            }
            walk_expr(self, expr);
        }
    }
    Locals { body, found }.expr(expr);
}
