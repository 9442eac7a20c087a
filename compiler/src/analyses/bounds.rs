//! Bounds: every loop, and every cycle of handoffs, ends by itself or by a budget, which ends nothing that is deferred. Whether a budget of turns, tokens or cost
//! ends one is found from the outlines, in `cost::check`: it depends on what is called.

use super::handoffs::Graph;
use super::messages::{self as say, Around};
use crate::diagnostics::Diagnostic;
use crate::knots::{is_circle, knots, shortest_circle};
use crate::types::base::Base;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_stmt};
use flow_grammar::tree::{Attr, Expr, ExprKind, Item, ItemKind, Stmt, StmtKind};

/// What the budget of a flow bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Budget {
    /// Nothing.
    None,
    /// What agents do: turns, tokens, cost. It ends only what calls them on every way round.
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

/// The loops of an item without a bound, which no budget could end.
pub(super) fn check_loops(base: &Base, item: &Item, found: &mut Vec<Diagnostic>) {
    struct Loops<'a> {
        base: &'a Base,
        budget: Budget,
        around: Around,
        found: &'a mut Vec<Diagnostic>,
    }
    impl Visit for Loops<'_> {
        fn expr(&mut self, expr: &Expr) {
            let outer = self.budget;
            match &expr.kind {
                ExprKind::Loop { max: None, .. } if outer == Budget::None => {
                    let place = self.base.at(keyword(expr.span));
                    self.found.push(say::unbounded_loop(place, self.around));
                }
                // What only computes takes no turn.
                ExprKind::Closure { .. } if outer == Budget::Turns => self.budget = Budget::None,
                _ => {}
            }
            walk_expr(self, expr);
            self.budget = outer;
        }

        fn stmt(&mut self, stmt: &Stmt) {
            if !matches!(stmt.kind, StmtKind::Defer(_)) {
                return walk_stmt(self, stmt);
            }
            let outer = (self.budget, self.around);
            (self.budget, self.around) = (Budget::None, Around::Defer);
            walk_stmt(self, stmt);
            (self.budget, self.around) = outer;
        }
    }
    let (budget, around) = match &item.kind {
        ItemKind::Fn(_) => (Budget::None, Around::Function),
        ItemKind::Flow(_) => (Budget::of(&item.attrs), Around::Flow),
        _ => return,
    };
    walk_item(&mut Loops { base, budget, around, found }, item);
}

/// The word `loop` of such an expression.
pub(super) const fn keyword(span: Span) -> Span {
    Span::new(span.start, span.start + 4)
}

/// The cycles of handoffs in a flow without a budget that lack a bound, one for each knot of them.
pub(super) fn check_cycles(base: &Base, attrs: &[Attr], graph: &Graph<'_>, found: &mut Vec<Diagnostic>) {
    if graph.stages.is_empty() || Budget::of(attrs) != Budget::None {
        return;
    }
    // A stage with a bound breaks every cycle that it is on.
    let reached = graph.reached();
    let stages = graph.stages.iter().zip(reached);
    let open: Vec<bool> = stages.map(|(stage, reached)| reached && stage.decl.max.is_none()).collect();
    let edges: Vec<Vec<(usize, Span)>> = graph
        .stages
        .iter()
        .map(|stage| stage.edges.iter().map(|edge| (edge.to, edge.span)).collect())
        .collect();
    for circle in open_circles(&open, &edges) {
        let steps = circle.iter().filter_map(|(stage, span)| {
            let name = graph.stages.get(*stage)?.decl.name.text.as_str();
            Some((name, base.at(*span)))
        });
        found.extend(say::unbounded_cycle(&steps.collect::<Vec<_>>(), false));
    }
}

/// The shortest circles through open stages alone, no stage on two of them; each stage with the handoff that goes on.
pub(super) fn open_circles(open: &[bool], edges: &[Vec<(usize, Span)>]) -> Vec<Vec<(usize, Span)>> {
    // Only stages of one knot lie on a circle.
    let is_open = |index: usize| open.get(index) == Some(&true);
    let ways: Vec<Vec<usize>> = edges
        .iter()
        .enumerate()
        .map(|(from, edges)| {
            edges.iter().map(|(to, _)| *to).filter(|to| is_open(from) && is_open(*to)).collect()
        })
        .collect();
    let knots = knots(&ways);
    let mut starts: Vec<usize> =
        knots.iter().filter(|knot| is_circle(knot, &ways)).flatten().copied().collect();
    starts.sort_unstable();
    let mut done = vec![false; open.len()];
    let mut found = Vec::new();
    for start in starts {
        if done.get(start) == Some(&true) {
            continue;
        }
        let handoffs = |stage: usize| {
            let edges = edges.get(stage).into_iter().flatten().copied();
            edges.filter(|(to, _)| is_open(*to))
        };
        if let Some(circle) = shortest_circle(start, handoffs) {
            for (stage, _) in &circle {
                if let Some(done) = done.get_mut(*stage) {
                    *done = true;
                }
            }
            found.push(circle);
        }
    }
    found
}
