//! What changes while a flow runs: its variables, and the parameters of stages that may be entered again. One that is only
//! given what stands still, or no more than it was before, is no more than the greatest of that; one that is assigned for the
//! last time before it is looked at stands still from there on. Of any other nobody knows how large it gets.

use super::facts::{Fact, Reader};
use super::sizes::{Size, ways_of};
use crate::analyses::cost::amount::Root;
use crate::analyses::cost::number::{Ends, Number, Unit};
use crate::knots::{is_circle, knots};
use crate::syntax::DefKind;
use crate::types::body::{LocalId, LocalKind, Ref};
use crate::types::decl::{resolve_alias, signature};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_stmt};
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, StageDecl, Stmt, StmtKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// What changes in one flow.
#[derive(Debug, Default)]
pub(super) struct Changes {
    locals: FxHashMap<LocalId, Changing>,
    /// The stages that may be entered again, from the first letter to the last.
    circling: Vec<Span>,
    /// All stages.
    stages: Vec<Span>,
}

/// What is given to a variable or a parameter of a stage.
#[derive(Debug, Default)]
struct Changing {
    given: Vec<Given>,
    /// The names in what it is given, each with its place, and whether it begins with that.
    reads: Vec<(LocalId, Span, bool)>,
    /// Where it is assigned for the first and for the last time, as far as that is in the order of the text.
    assigned: Option<Span>,
    /// Whether it is assigned at another time than it is declared: in a stage, in what is deferred, in an endpoint.
    at_any_time: bool,
    /// Where a variable is declared: the statement, in which stage, and whether in what runs aside.
    declared: (Span, Option<usize>, bool),
    /// The stage whose parameter it is.
    stage: Option<Span>,
}

#[derive(Debug)]
enum Given {
    /// No more than something that stands still.
    Most(Ends),
    /// No more than what that one has.
    NoMore(LocalId),
    /// Nobody knows.
    Anything,
}

/// What is counted of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// How long a list is.
    Length,
    /// What a number is.
    Value(Unit),
}

impl Reader<'_> {
    /// The type of an expression, or of what it holds if it may be `none`.
    pub(super) fn held(&self, expr: &Expr) -> Ty {
        match resolve_alias(self.db, self.body.expr(expr.id)) {
            Ty::Option(inner) => resolve_alias(self.db, &inner),
            ty => ty,
        }
    }

    /// What is counted of the value of an expression, if anything is.
    pub(super) fn counted(&self, expr: &Expr) -> Option<Counted> {
        match self.held(expr) {
            Ty::List(_) => Some(Counted::Length),
            Ty::Int => Some(Counted::Value(Unit::Count)),
            Ty::Duration | Ty::Money => Some(Counted::Value(Unit::Quantity)),
            _ => None,
        }
    }

    fn changes(&self) -> Option<&Changes> {
        // What is collected is not yet there to look at.
        if self.collecting.get() {
            return None;
        }
        Some(self.changes.get_or_init(|| {
            self.collecting.set(true);
            let changes = self.collect();
            self.collecting.set(false);
            changes
        }))
    }

    /// Whether what is bound at that place may be bound again.
    pub(super) fn is_again(&self, span: Span) -> bool {
        self.repeats.first().is_some_and(|around| span.start >= *around)
            || self.changes().is_none_or(|changes| changes.circling.iter().any(|stage| stage.holds(span)))
    }

    /// What is known of an expression that only has a name, or of a variable.
    pub(super) fn other(&self, expr: &Expr) -> Fact {
        let name = super::brief::brief(expr);
        if !self.may_change || self.counted(expr).is_none() {
            return Fact::Other(name);
        }
        let mut read = Read::new(self);
        read.expr(expr);
        if read.changes { Fact::Changing(name) } else { Fact::Other(name) }
    }

    /// What is known of a variable, or of a parameter of a stage.
    pub(super) fn variable(&self, local: LocalId, expr: &Expr) -> Fact {
        if !self.may_change || !self.is_variable(local) {
            return Fact::Other(super::brief::brief(expr));
        }
        let Some(counted) = self.counted(expr) else { return Fact::Other(super::brief::brief(expr)) };
        let most = self.changes().and_then(|changes| changes.most(local, counted));
        let most = most.filter(|(_, begin)| {
            let mut read = Read::new(self);
            begin.iter().for_each(|local| read.given(*local, true));
            !read.changes
        });
        let most = most.map(|(ends, _)| ends);
        let known = most.and_then(|ends| match counted {
            Counted::Length => {
                Size::of_ends(&Ends { least: Some(Number::default()), ..ends }).map(Fact::Sized)
            }
            Counted::Value(unit) => Fact::computed(&ends, unit),
        });
        known.unwrap_or_else(|| self.other(expr))
    }

    /// Whether an agent, a command or a human is called.
    fn is_asked(&self, callee: &Expr) -> bool {
        let Some(Ref::Item(key)) = self.body.refs.get(callee.id) else { return false };
        let kind = signature(self.db, key.clone()).map(|known| known.kind);
        matches!(kind, Some(DefKind::Agent | DefKind::Command | DefKind::Human))
    }

    fn is_variable(&self, local: LocalId) -> bool {
        self.body.locals.get(local.0 as usize).is_some_and(|known| {
            known.kind == LocalKind::Var
                || known.kind == LocalKind::Param && !self.params.contains_key(&local)
        })
    }

    /// Whether a variable has another value at another time than where that expression reads it.
    fn is_changing(&self, local: LocalId, at: Span) -> bool {
        self.is_variable(local)
            && self.changes().is_none_or(|changes| changes.changes(local, at, &self.repeats))
    }

    fn collect(&self) -> Changes {
        let Some(flow) = self.flow else { return Changes::default() };
        let mut stages: Vec<&StageDecl> = Vec::new();
        let mut spans = Vec::new();
        for stmt in &flow.body.stmts {
            if let StmtKind::Stage(stage) = &stmt.kind {
                stages.push(stage);
                spans.push(stmt.span);
            }
        }
        let mut out = Changes { stages: spans, ..Changes::default() };
        for (stage, span) in stages.iter().zip(&out.stages) {
            for param in &stage.params {
                if let Some(local) = self.body.binders.get(&param.name.span) {
                    out.locals.insert(*local, Changing { stage: Some(*span), ..Changing::default() });
                }
            }
        }
        let targets = vec![Vec::new(); stages.len()];
        let mut writes = Writes { reader: self, stages, targets, out, stage: None, aside: false };
        writes.block(&flow.body);
        let Writes { targets, mut out, .. } = writes;
        let circles = knots(&targets).into_iter().filter(|knot| is_circle(knot, &targets));
        out.circling = circles.flatten().filter_map(|stage| out.stages.get(stage).copied()).collect();
        out
    }

    /// The variable of which a value has no more than it had: `todo.filter(…)`, `tries - 1`.
    fn no_more_than(&self, value: &Expr) -> Option<LocalId> {
        match &value.kind {
            ExprKind::Paren(inner) => self.no_more_than(inner),
            ExprKind::Lower(_) => match self.body.refs.get(value.id) {
                Some(Ref::Local(local)) if self.is_variable(*local) => Some(*local),
                Some(Ref::Local(local)) => self.no_more_than(self.lets.get(local)?),
                _ => None,
            },
            ExprKind::Call { callee, .. } => match (self.body.refs.get(callee.id), &callee.kind) {
                (
                    Some(Ref::Method {
                        on: "list",
                        name:
                            "map" | "sort" | "sort_by" | "reverse" | "indexed" | "filter" | "compact" | "drop"
                            | "unique" | "take" | "chunks",
                    }),
                    ExprKind::Field { base, .. },
                ) => self.no_more_than(base),
                _ => None,
            },
            ExprKind::Binary { op: BinaryOp::Sub, left, right, .. } => match self.fact(right) {
                Fact::Int(0..) | Fact::Duration(0..) | Fact::Money(0..) => self.no_more_than(left),
                _ => None,
            },
            _ => None,
        }
    }

    /// What is given where a value is; `begins` says that it is given once, before the others.
    fn given(&self, value: &Expr, begins: bool, out: &mut Vec<Given>) {
        let mut ways = Vec::new();
        ways_of(value, &mut ways);
        // There is nothing to count of `none`.
        for way in ways.into_iter().filter(|way| !matches!(self.body.expr(way.id), Ty::Never | Ty::None)) {
            let Some(counted) = self.counted(way) else {
                out.push(Given::Anything);
                continue;
            };
            let stands_still = |root: &Root| match root {
                Root::Param(..) => true,
                Root::Named(_) => begins,
                Root::Changing(_) => false,
            };
            out.push(if let Some(local) = self.no_more_than(way) {
                Given::NoMore(local)
            } else {
                let fact = self.fact(way);
                let ends = match counted {
                    Counted::Length => fact.length(),
                    Counted::Value(unit) => fact.ends(unit),
                };
                match &ends.most {
                    Some(most) if !most.any_root(&|root| !stands_still(root)) => Given::Most(ends),
                    _ => Given::Anything,
                }
            });
        }
    }
}

impl Changes {
    /// The most that a variable has at any time, if that is known, and the least; and the variables of which it is known by
    /// the names of what they begin with.
    fn most(&self, local: LocalId, counted: Counted) -> Option<(Ends, Vec<LocalId>)> {
        let unit = match counted {
            Counted::Length => Unit::Count,
            Counted::Value(unit) => unit,
        };
        let (mut open, mut seen) = (vec![local], FxHashSet::from_iter([local]));
        let mut all: Option<Ends> = None;
        let (mut shrinks, mut named) = (false, Vec::new());
        while let Some(local) = open.pop() {
            for given in &self.locals.get(&local)?.given {
                match given {
                    Given::Most(ends) => {
                        let is_named = |root: &Root| matches!(root, Root::Named(_));
                        if ends.most.as_ref().is_some_and(|most| most.any_root(&is_named)) {
                            named.push(local);
                        }
                        all = Some(all.map_or_else(|| ends.clone(), |all| all.or(ends, unit)))
                    }
                    Given::NoMore(other) => {
                        shrinks = true;
                        if seen.insert(*other) {
                            open.push(*other);
                        }
                    }
                    Given::Anything => return None,
                }
            }
        }
        let all = all.filter(|all| all.most.is_some())?;
        Some((if shrinks { Ends { least: None, ..all } } else { all }, named))
    }

    fn changes(&self, local: LocalId, at: Span, repeats: &[u32]) -> bool {
        let Some(changing) = self.locals.get(&local) else { return false };
        if let Some(stage) = changing.stage {
            return self.circling.contains(&stage);
        }
        let Some(assigned) = changing.assigned else { return changing.at_any_time };
        // The flow's own steps are over when a stage begins.
        let (declared, stage, _) = changing.declared;
        let in_stage = stage.is_none() && self.stages.iter().any(|stage| stage.holds(at));
        // In each round of a loop that it is declared in it is another one.
        let around = repeats.iter().copied().find(|around| *around > declared.start);
        let is_over = assigned.end <= at.start && around.is_none_or(|around| assigned.end <= around);
        changing.at_any_time || !(in_stage || is_over)
    }
}

/// Finds out whether an expression reads what changes.
struct Read<'r, 'a> {
    reader: &'r Reader<'a>,
    /// The `let`s and variables that were looked into.
    seen: FxHashSet<LocalId>,
    /// The variables that are being looked into.
    within: Vec<LocalId>,
    changes: bool,
}

impl<'r, 'a> Read<'r, 'a> {
    fn new(reader: &'r Reader<'a>) -> Self {
        Self { reader, seen: FxHashSet::default(), within: Vec::new(), changes: false }
    }

    fn expr(&mut self, expr: &Expr) {
        let reader = self.reader;
        each_name(reader, expr, &mut |local, at| self.name(local, at));
    }

    /// A name at that place.
    fn name(&mut self, local: LocalId, at: Span) {
        match self.reader.lets.get(&local) {
            // What is bound once stands still.
            Some(value) if self.reader.is_again(value.span) && self.seen.insert(local) => self.expr(value),
            Some(_) => {}
            None if self.within.contains(&local) => {}
            None if self.reader.is_changing(local, at) => self.changes = true,
            None if self.reader.is_variable(local) && self.seen.insert(local) => self.given(local, false),
            None => {}
        }
    }

    /// What a variable is given in each round anew, or only what it begins with.
    fn given(&mut self, local: LocalId, begins: bool) {
        let Some(changing) = self.reader.changes().and_then(|changes| changes.locals.get(&local)) else {
            return;
        };
        if changing.stage.is_none() && self.reader.is_again(changing.declared.0) {
            self.within.push(local);
            for (name, at, begin) in &changing.reads {
                if *begin || !begins {
                    self.name(*name, *at);
                }
            }
            self.within.pop();
        }
    }
}

/// Calls back with each name that the value of an expression is made of, and its place.
fn each_name(reader: &Reader<'_>, expr: &Expr, name: &mut dyn FnMut(LocalId, Span)) {
    struct Names<'n, 'r, 'a>(&'r Reader<'a>, &'n mut dyn FnMut(LocalId, Span));
    impl Visit for Names<'_, '_, '_> {
        fn expr(&mut self, expr: &Expr) {
            match &expr.kind {
                // Who is asked may answer anything each time, whatever is asked: that stands for the greatest.
                ExprKind::Call { callee, .. } if self.0.is_asked(callee) => return,
                ExprKind::With { base, .. } => return self.expr(base),
                _ => {}
            }
            if let Some(Ref::Local(local)) = self.0.body.refs.get(expr.id) {
                (self.1)(*local, expr.span);
            }
            walk_expr(self, expr);
        }
    }
    Names(reader, name).expr(expr);
}

/// Collects what variables and parameters of stages are given.
struct Writes<'r, 'a> {
    reader: &'r Reader<'a>,
    stages: Vec<&'a StageDecl>,
    targets: Vec<Vec<usize>>,
    out: Changes,
    /// The stage around.
    stage: Option<usize>,
    /// Whether it runs at another time than where it stands.
    aside: bool,
}

impl Writes<'_, '_> {
    fn aside(&mut self, stmt: &Stmt) {
        let outer = std::mem::replace(&mut self.aside, true);
        walk_stmt(self, stmt);
        self.aside = outer;
    }

    fn assigned(&mut self, target: &Expr, span: Span, value: &Expr, is_whole: bool) {
        let Some(Ref::Local(local)) = self.reader.body.refs.get(target.root().id) else { return };
        let changing = self.out.locals.entry(*local).or_default();
        if is_whole {
            self.reader.given(value, false, &mut changing.given);
        } else {
            changing.given.push(Given::Anything);
        }
        each_name(self.reader, value, &mut |local, at| changing.reads.push((local, at, false)));
        let (_, stage, aside) = changing.declared;
        changing.at_any_time |= (self.stage, self.aside) != (stage, aside);
        changing.assigned = Some(changing.assigned.map_or(span, |known| known.to(span)));
    }
}

impl Visit for Writes<'_, '_> {
    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Stage(_) => {
                self.stage = self.out.stages.iter().position(|span| *span == stmt.span);
                walk_stmt(self, stmt);
                self.stage = None;
            }
            StmtKind::Defer(_) | StmtKind::Expose(_) => self.aside(stmt),
            StmtKind::Var { name, value, .. } => {
                if let Some(local) = self.reader.body.binders.get(&name.span) {
                    let changing = self.out.locals.entry(*local).or_default();
                    changing.declared = (stmt.span, self.stage, self.aside);
                    self.reader.given(value, true, &mut changing.given);
                    each_name(self.reader, value, &mut |local, at| changing.reads.push((local, at, true)));
                }
                walk_stmt(self, stmt);
            }
            StmtKind::Assign { target, value } => {
                self.assigned(target, stmt.span, value, matches!(target.kind, ExprKind::Lower(_)));
                walk_stmt(self, stmt);
            }
            StmtKind::AddAssign { target, value } => {
                self.assigned(target, stmt.span, value, false);
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Handoff { stage, args, .. } = &expr.kind
            && let Some(to) = self.stages.iter().position(|known| known.name.text == stage.text)
        {
            if let Some(targets) = self.stage.and_then(|from| self.targets.get_mut(from)) {
                targets.push(to);
            }
            let order = self.reader.body.args.get(&expr.id);
            for (index, param) in self.stages[to].params.iter().enumerate() {
                let Some(local) = self.reader.body.binders.get(&param.name.span) else { continue };
                let written = order.map_or(Some(index), |order| order.get(index).copied().flatten());
                let value = match written {
                    Some(at) => args.get(at).map(|arg| &*arg.value),
                    None => param.default.as_deref(),
                };
                let changing = self.out.locals.entry(*local).or_default();
                match value {
                    Some(value) => self.reader.given(value, self.stage.is_none(), &mut changing.given),
                    None => changing.given.push(Given::Anything),
                }
            }
        }
        walk_expr(self, expr);
    }
}
