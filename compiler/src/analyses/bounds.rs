//! Bounds: every loop, and every cycle of handoffs, ends by itself or by a budget.

use super::handoffs::Graph;
use super::messages as say;
use crate::db::Db;
use crate::diagnostics::{Diagnostic, ItemKey};
use crate::knots::{is_circle, knots, shortest_circle};
use crate::resolve::DefKind;
use crate::types::base::Base;
use crate::types::body::{Body, Ref};
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item};
use flow_grammar::tree::{Attr, Block, Expr, ExprKind, Item, ItemKind};

/// What the budget of a flow bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Budget {
    /// Nothing.
    None,
    /// What agents do: turns, tokens, cost. It ends only what calls them.
    Turns,
    /// Time, which ends everything.
    Time,
}

impl Budget {
    fn of(attrs: &[Attr]) -> Self {
        let labels = attrs
            .iter()
            .filter(|attr| attr.name.text == "budget")
            .flat_map(|attr| attr.args.iter().flatten());
        let labels: Vec<&str> = labels.filter_map(|arg| Some(arg.label.as_ref()?.text.as_str())).collect();
        if labels.contains(&"time") {
            Self::Time
        } else if labels.is_empty() {
            Self::None
        } else {
            Self::Turns
        }
    }
}

/// Whether something that an agent may do happens in a piece of the tree.
struct Turns<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    found: bool,
}

impl Visit for Turns<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Call { callee, .. } = &expr.kind {
            self.found |= match self.body.refs.get(callee.id) {
                Some(Ref::Item(key)) => takes_turns(self.db, key),
                // What an endpoint does may take turns, as what a flow does.
                Some(Ref::Endpoint(_)) => true,
                _ => matches!(self.body.expr(callee.id), Ty::Session(_)),
            };
        }
        walk_expr(self, expr);
    }
}

/// Whether a call can take turns of an agent. A flow may call one in turn.
fn takes_turns(db: &dyn Db, key: &ItemKey) -> bool {
    let kind = decl::signature(db, key.clone()).map(|signature| signature.kind);
    matches!(kind, Some(DefKind::Agent | DefKind::Flow | DefKind::Tool))
}

fn has_turns(db: &dyn Db, body: &Body, block: &Block) -> bool {
    let mut turns = Turns { db, body, found: false };
    turns.block(block);
    turns.found
}

/// The loops of an item without a bound.
pub(super) fn check_loops(db: &dyn Db, base: &Base, item: &Item, body: &Body, found: &mut Vec<Diagnostic>) {
    struct Loops<'a> {
        db: &'a dyn Db,
        base: &'a Base,
        body: &'a Body,
        budget: Budget,
        in_fn: bool,
        found: &'a mut Vec<Diagnostic>,
    }
    impl Visit for Loops<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Loop { max: None, body, .. } = &expr.kind {
                let bounded = match self.budget {
                    Budget::Time => true,
                    Budget::Turns => has_turns(self.db, self.body, body),
                    Budget::None => false,
                };
                if !bounded {
                    let keyword = Span::new(expr.span.start, expr.span.start + 4);
                    let place = self.base.at(keyword);
                    self.found.push(say::unbounded_loop(place, self.in_fn, self.budget == Budget::Turns));
                }
            }
            walk_expr(self, expr);
        }
    }
    let in_fn = match &item.kind {
        ItemKind::Fn(_) => true,
        ItemKind::Flow(_) => false,
        _ => return,
    };
    let budget = if in_fn { Budget::None } else { Budget::of(&item.attrs) };
    walk_item(&mut Loops { db, base, body, budget, in_fn, found }, item);
}

/// The cycles of handoffs without a bound, one for each knot of them.
pub(super) fn check_cycles(
    db: &dyn Db,
    base: &Base,
    attrs: &[Attr],
    graph: &Graph<'_>,
    body: &Body,
    found: &mut Vec<Diagnostic>,
) {
    let budget = Budget::of(attrs);
    if budget == Budget::Time || graph.stages.is_empty() {
        return;
    }
    let reached = graph.reached();
    // A stage with a bound breaks every cycle that it is on; so does one that takes turns, if turns are bounded.
    let is_bound = |index: usize| {
        graph.stages.get(index).is_none_or(|stage| {
            stage.decl.max.is_some() || (budget == Budget::Turns && has_turns(db, body, &stage.decl.body))
        })
    };
    let open: Vec<bool> =
        reached.iter().enumerate().map(|(index, reached)| *reached && !is_bound(index)).collect();
    // Only stages of one knot lie on a circle.
    let is_open = |index: usize| open.get(index) == Some(&true);
    let edges: Vec<Vec<usize>> = graph
        .stages
        .iter()
        .enumerate()
        .map(|(from, stage)| {
            stage.edges.iter().map(|edge| edge.to).filter(|to| is_open(from) && is_open(*to)).collect()
        })
        .collect();
    let knots = knots(&edges);
    let mut starts: Vec<usize> =
        knots.iter().filter(|knot| is_circle(knot, &edges)).flatten().copied().collect();
    starts.sort_unstable();
    let mut done = vec![false; open.len()];
    for start in starts {
        if done.get(start) == Some(&true) {
            continue;
        }
        let handoffs = |stage: usize| {
            let edges = graph.stages.get(stage).into_iter().flat_map(|stage| &stage.edges);
            edges.filter(|edge| is_open(edge.to)).map(|edge| (edge.to, edge.span))
        };
        if let Some(cycle) = shortest_circle(start, handoffs) {
            for (stage, _) in &cycle {
                if let Some(done) = done.get_mut(*stage) {
                    *done = true;
                }
            }
            let steps = cycle.iter().filter_map(|(stage, span)| {
                let name = graph.stages.get(*stage)?.decl.name.text.as_str();
                Some((name, base.at(*span)))
            });
            found.extend(say::unbounded_cycle(&steps.collect::<Vec<_>>(), budget == Budget::Turns));
        }
    }
}
