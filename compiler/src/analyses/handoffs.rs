//! The stage graph of a flow: every path of a stage leaves it, every stage is reached, and from every stage some path ends
//! the flow.

use super::messages as say;
use crate::diagnostics::Diagnostic;
use crate::types::base::Base;
use crate::types::body::Body;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_stmt};
use flow_grammar::tree::{Block, Expr, ExprKind, FlowDecl, StageDecl, Stmt, StmtKind};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Which stages there are, and which hand off to which.
pub(super) struct Graph<'a> {
    /// The stages, in the order of the text.
    pub(super) stages: Vec<Stage<'a>>,
    /// The handoffs of the flow's own block.
    entries: Vec<Edge>,
    /// Whether a handoff leads to a stage that there is not, so that little can be said.
    is_broken: bool,
}

/// A stage.
pub(super) struct Stage<'a> {
    /// Its declaration.
    pub(super) decl: &'a StageDecl,
    /// Where it goes.
    pub(super) edges: Vec<Edge>,
    /// Whether something in it ends the flow.
    ends: bool,
}

/// A handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The index of the stage that it leads to.
    pub(super) to: usize,
    /// Where it stands.
    pub(super) span: Span,
}

/// Collects the ways out of a block.
struct Exits<'a> {
    stages: &'a FxHashMap<&'a str, usize>,
    edges: Vec<Edge>,
    ends: bool,
    is_lost: bool,
    /// Whether what is looked at answers a call, so that `return` does not end the flow.
    in_endpoint: bool,
}

impl Visit for Exits<'_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Handoff { stage, .. } => {
                let to = self.stages.get(stage.text.as_str()).copied();
                self.edges.extend(to.map(|to| Edge { to, span: expr.span }));
                self.is_lost |= to.is_none();
            }
            ExprKind::Return(_) if self.in_endpoint => {}
            ExprKind::Return(_) | ExprKind::Done(_) | ExprKind::Fail(_) | ExprKind::Error => self.ends = true,
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Stage(_) => {}
            StmtKind::Expose(_) => {
                let outer = std::mem::replace(&mut self.in_endpoint, true);
                walk_stmt(self, stmt);
                self.in_endpoint = outer;
            }
            StmtKind::Error => self.ends = true,
            _ => walk_stmt(self, stmt),
        }
    }
}

impl<'a> Graph<'a> {
    /// The graph of a flow's body.
    pub(super) fn of(body: &'a Block) -> Self {
        let mut decls: Vec<&StageDecl> = Vec::new();
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        for stmt in &body.stmts {
            // A second stage of one name is reported as such.
            if let StmtKind::Stage(stage) = &stmt.kind
                && let Entry::Vacant(free) = known.entry(stage.name.text.as_str())
            {
                free.insert(decls.len());
                decls.push(stage);
            }
        }
        if decls.is_empty() {
            return Self { stages: Vec::new(), entries: Vec::new(), is_broken: false };
        }
        let exits = |block: &Block| {
            let mut exits =
                Exits { stages: &known, edges: Vec::new(), ends: false, is_lost: false, in_endpoint: false };
            exits.block(block);
            exits
        };
        let Exits { edges: entries, mut is_lost, .. } = exits(body);
        // An endpoint that ends the flow may do so in every stage.
        let ended_from_outside = body.stmts.iter().any(|stmt| match &stmt.kind {
            StmtKind::Expose(_) => {
                let mut exits = Exits {
                    stages: &known,
                    edges: Vec::new(),
                    ends: false,
                    is_lost: false,
                    in_endpoint: true,
                };
                exits.stmt(stmt);
                exits.ends
            }
            _ => false,
        });
        let mut stages = Vec::with_capacity(decls.len());
        for &decl in &decls {
            let found = exits(&decl.body);
            is_lost |= found.is_lost;
            stages.push(Stage { decl, edges: found.edges, ends: found.ends || ended_from_outside });
        }
        Self { stages, entries, is_broken: is_lost }
    }

    /// For each stage whether it is reached from the flow's own block.
    pub(super) fn reached(&self) -> Vec<bool> {
        let mut reached = vec![false; self.stages.len()];
        let mut todo: Vec<usize> = self.entries.iter().map(|edge| edge.to).collect();
        while let Some(next) = todo.pop() {
            match reached.get_mut(next) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            todo.extend(
                self.stages.get(next).into_iter().flat_map(|stage| stage.edges.iter().map(|edge| edge.to)),
            );
        }
        reached
    }

    /// For each stage whether some path from it ends the flow.
    fn ending(&self) -> Vec<bool> {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.stages.len()];
        for (index, stage) in self.stages.iter().enumerate() {
            for edge in &stage.edges {
                before.get_mut(edge.to).into_iter().for_each(|from| from.push(index));
            }
        }
        let mut ending = vec![false; self.stages.len()];
        let ends = |(index, stage): (usize, &Stage<'_>)| stage.ends.then_some(index);
        let mut todo: Vec<usize> = self.stages.iter().enumerate().filter_map(ends).collect();
        while let Some(next) = todo.pop() {
            match ending.get_mut(next) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            todo.extend(before.get(next).into_iter().flatten());
        }
        ending
    }
}

/// What is wrong with the graph of a flow.
pub(super) fn check(
    base: &Base,
    flow: &FlowDecl,
    graph: &Graph<'_>,
    body: &Body,
    found: &mut Vec<Diagnostic>,
) {
    let before = found.len();
    for stage in &graph.stages {
        for span in open_ends(&stage.decl.body, body) {
            found.push(say::stage_falls_off(
                base.at(span),
                base.at(stage.decl.name.span),
                &stage.decl.name.text,
            ));
        }
    }
    let falls_off = found.len() > before;
    let Some(first) = graph.stages.first().filter(|_| !graph.is_broken) else { return };
    if graph.entries.is_empty() && names_a_stage(flow, graph, body) {
        return;
    }
    if graph.entries.is_empty() {
        found.push(say::no_first_handoff(
            base.at(flow.name.span),
            base.at(first.decl.name.span),
            &flow.name.text,
            &first.decl.name.text,
        ));
        return;
    }
    let (reached, ending) = (graph.reached(), graph.ending());
    let mut endless = Vec::new();
    for ((stage, reached), ends) in graph.stages.iter().zip(&reached).zip(&ending) {
        if !reached {
            found.push(say::unreachable_stage(base.at(stage.decl.name.span), &stage.decl.name.text));
        } else if !ends {
            endless.push(stage.decl);
        }
    }
    // Where a path goes that leads nowhere yet, nobody knows.
    if let Some((first, others)) = endless.split_first().filter(|_| !falls_off) {
        let names: Vec<&str> = endless.iter().map(|stage| stage.name.text.as_str()).collect();
        let others: Vec<_> = others.iter().map(|stage| base.at(stage.name.span)).collect();
        found.push(say::no_end(base.at(first.name.span), others, &names));
    }
}

/// Whether the flow's own block calls a stage, which is reported as such: it is how the flow was to begin.
fn names_a_stage(flow: &FlowDecl, graph: &Graph<'_>, body: &Body) -> bool {
    struct Names<'a>(&'a Graph<'a>, &'a Body, bool);
    impl Visit for Names<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Lower(name) = &expr.kind {
                let is_stage = self.0.stages.iter().any(|stage| stage.decl.name.text == name.text);
                self.2 |= is_stage && self.1.refs.get(expr.id).is_none();
            }
            walk_expr(self, expr);
        }
    }
    let mut names = Names(graph, body, false);
    names.block(&flow.body);
    names.2
}

/// Where a block ends without having left; none if every path leaves.
fn open_ends(block: &Block, body: &Body) -> Vec<Span> {
    let mut found = Vec::new();
    block_ends(block, body, &mut found);
    found
}

/// Whether control never comes behind an expression, or nothing is known of it.
pub(super) fn never_ends(expr: &Expr, body: &Body) -> bool {
    matches!(body.expr(expr.id), Ty::Never | Ty::Error)
}

/// Whether control never comes behind a statement.
pub(crate) fn leaves(stmt: &Stmt, body: &Body) -> bool {
    match &stmt.kind {
        StmtKind::Expr(expr) | StmtKind::Let { value: expr, .. } | StmtKind::Var { value: expr, .. } => {
            *body.expr(expr.id) == Ty::Never
        }
        StmtKind::Assign { value, .. } | StmtKind::AddAssign { value, .. } => {
            *body.expr(value.id) == Ty::Never
        }
        _ => false,
    }
}

fn block_ends(block: &Block, body: &Body, found: &mut Vec<Span>) {
    if block.stmts.iter().any(|stmt| leaves(stmt, body) || matches!(stmt.kind, StmtKind::Error)) {
        return;
    }
    match block.stmts.last().map(|stmt| &stmt.kind) {
        Some(StmtKind::Expr(last)) => expr_ends(last, body, found),
        _ => found.push(Span::new(block.span.end.saturating_sub(1), block.span.end)),
    }
}

fn expr_ends(expr: &Expr, body: &Body, found: &mut Vec<Span>) {
    if never_ends(expr, body) {
        return;
    }
    let before = found.len();
    match &expr.kind {
        ExprKind::Paren(inner) => expr_ends(inner, body, found),
        ExprKind::Block(block) => block_ends(block, body, found),
        ExprKind::If { then, otherwise: Some(otherwise), .. } => {
            block_ends(then, body, found);
            expr_ends(otherwise, body, found);
        }
        ExprKind::Match { arms, .. } => arms.iter().for_each(|arm| expr_ends(&arm.body, body, found)),
        ExprKind::Catch { body: tried, handler, .. } => {
            expr_ends(tried, body, found);
            block_ends(handler, body, found);
        }
        _ => {}
    }
    if found.len() == before {
        found.push(expr.span);
    }
}
