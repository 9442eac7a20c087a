//! As what a flow knows its processes: by the `let` that names one, and those of a list by the `let` of the list. What is
//! taken out of a list, such as the process of an event, stands for all of it.

use crate::db::Db;
use crate::types::body::{Body, LocalId, Ref};
use crate::types::decl::holds_process;
use crate::types::ty::Ty;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_pattern, walk_stmt};
use flow_grammar::tree::{Expr, ExprKind, FlowDecl, Pattern, Stmt, StmtKind, UnaryOp};
use rustc_hash::{FxHashMap, FxHashSet};

/// A process, by the number of the variable that names it or its list; `None` for those that no variable names: they were put
/// into a `var`, or handed to a stage.
pub type Known = Option<u32>;

/// What the variables of one flow stand for.
pub(super) struct Processes<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    /// Whether there is a process in it at all.
    any: bool,
    /// What is put where it has no name.
    loose: FxHashSet<LocalId>,
    /// What each variable stands for.
    stand: FxHashMap<LocalId, Vec<Known>>,
    /// Variables that stand for one process each.
    single: FxHashSet<LocalId>,
    /// Variables that were taken out of others.
    parts: FxHashSet<LocalId>,
    /// Those of them that stand for one process in each round of a loop.
    elements: FxHashSet<LocalId>,
}

impl<'a> Processes<'a> {
    /// Those of a flow before its first statement.
    pub(super) fn of(db: &'a dyn Db, body: &'a Body, flow: &FlowDecl) -> Self {
        let is_process = |ty: &Ty| matches!(ty, Ty::Process(..) | Ty::ProcessOf(..));
        let params: Vec<LocalId> =
            flow.params.iter().filter_map(|param| body.binders.get(&param.name.span).copied()).collect();
        let mut out = Self {
            db,
            body,
            any: false,
            loose: FxHashSet::default(),
            stand: FxHashMap::default(),
            single: FxHashSet::default(),
            parts: FxHashSet::default(),
            elements: FxHashSet::default(),
        };
        let held: Vec<LocalId> = params.into_iter().filter(|local| out.may_hold(*local)).collect();
        out.any = !held.is_empty() || body.expr_types().any(is_process);
        if out.any {
            let mut loose = Loose { known: &out, found: FxHashSet::default() };
            loose.block(&flow.body);
            out.loose = loose.found;
            for local in held {
                let is_one = body.locals.get(local.0 as usize).is_some_and(|local| local.ty.is_owned());
                out.name(local, is_one);
            }
        }
        out
    }

    /// Whether there is a process in the flow at all.
    pub(super) fn any(&self) -> bool {
        self.any
    }

    /// As what the flow knows the process of a parameter; `None` if there is none.
    pub(super) fn held(&self, local: LocalId) -> Option<Known> {
        self.stand.get(&local)?.first().copied()
    }

    /// What a variable names from now on, if it may.
    pub(super) fn naming(&self, local: LocalId) -> Known {
        (!self.loose.contains(&local)).then_some(local.0)
    }

    /// Whether values of a type hold a process.
    pub(super) fn holds(&self, ty: &Ty) -> bool {
        holds_process(self.db, ty)
    }

    fn may_hold(&self, local: LocalId) -> bool {
        self.body.locals.get(local.0 as usize).is_some_and(|local| self.holds(&local.ty))
    }

    /// A variable names what it holds: a single process, or some.
    pub(super) fn name(&mut self, local: LocalId, is_one: bool) {
        let named = self.naming(local);
        let stand = self.stand.entry(local).or_default();
        stand.retain(Option::is_some);
        stand.insert(0, named);
        if is_one && named.is_some() {
            self.single.insert(local);
        }
    }

    /// What a pattern binds stands for what its value does, of which it may be a part.
    pub(super) fn bind(&mut self, pattern: &Pattern, value: &Expr, is_part: bool) {
        if !self.any {
            return;
        }
        let stands = self.of_value(value);
        let mut binds = Binds { body: self.body, found: Vec::new() };
        binds.pattern(pattern);
        for local in binds.found {
            if self.may_hold(local) {
                self.stand.insert(local, stands.clone());
                if is_part {
                    self.parts.insert(local);
                }
            }
        }
    }

    /// As what the rounds of a loop over processes know their own, if they do.
    pub(super) fn element(&mut self, pattern: &Pattern) -> Option<u32> {
        let local = *self.body.binds.get(&pattern.id)?;
        self.elements.insert(local);
        Some(local.0)
    }

    /// The processes that a value may be, or hold.
    pub(super) fn of_value(&self, value: &Expr) -> Vec<Known> {
        let mut within = Within { known: self, found: Vec::new() };
        within.expr(value);
        if within.found.is_empty() { vec![None] } else { within.found }
    }

    /// The processes of which it is certain that a value is all of them: a part tells nothing of the others, but where it was
    /// looked up in the list by its place or its key.
    pub(super) fn all_of(&self, value: &Expr) -> Vec<Known> {
        if let Some(element) = self.element_of(value) {
            return vec![Some(element)];
        }
        let stands = self.of_value(value);
        let is_single = |known: &Known| known.is_some_and(|local| self.single.contains(&LocalId(local)));
        match self.root(value) {
            Some(local) if self.parts.contains(&local) => match stands.as_slice() {
                [one] if is_single(one) => stands,
                _ => Vec::new(),
            },
            _ => stands,
        }
    }

    /// The processes that a value may be; in a loop over processes also as what the round knows its own.
    pub(super) fn any_of(&self, value: &Expr) -> Vec<Known> {
        let mut stands = self.of_value(value);
        stands.extend(self.element_of(value).map(Some));
        stands
    }

    fn element_of(&self, value: &Expr) -> Option<u32> {
        let local = self.local(value)?;
        self.elements.contains(&local).then_some(local.0)
    }

    /// The variable that a value is, or lies in.
    fn root(&self, value: &Expr) -> Option<LocalId> {
        match &value.kind {
            ExprKind::Paren(inner)
            | ExprKind::Field { base: inner, .. }
            | ExprKind::Index { base: inner, .. } => self.root(inner),
            _ => self.local(value),
        }
    }

    /// The variable that a value is.
    fn local(&self, value: &Expr) -> Option<LocalId> {
        match self.body.refs.get(value.id) {
            Some(Ref::Local(local)) => Some(*local),
            _ => None,
        }
    }
}

/// The processes in an expression.
struct Within<'k, 'a> {
    known: &'k Processes<'a>,
    found: Vec<Known>,
}

impl Within<'_, '_> {
    fn add(&mut self, known: Known) {
        if !self.found.contains(&known) {
            self.found.push(known);
        }
    }
}

impl Visit for Within<'_, '_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Unary { op: UnaryOp::Spawn, .. } => self.add(None),
            ExprKind::Closure { .. } => {}
            ExprKind::Lower(_) => {
                let stands = self.known.local(expr).and_then(|local| self.known.stand.get(&local));
                stands.into_iter().flatten().for_each(|known| self.add(*known));
            }
            _ => walk_expr(self, expr),
        }
    }
}

/// The variables whose processes are put where they have no name.
struct Loose<'k, 'a> {
    known: &'k Processes<'a>,
    found: FxHashSet<LocalId>,
}

impl Loose<'_, '_> {
    fn put(&mut self, value: &Expr) {
        struct Named<'k, 'a, 'l>(&'k Processes<'a>, &'l mut FxHashSet<LocalId>);
        impl Visit for Named<'_, '_, '_> {
            fn expr(&mut self, expr: &Expr) {
                self.1.extend(self.0.local(expr));
                walk_expr(self, expr);
            }
        }
        if self.known.holds(self.known.body.expr(value.id)) {
            Named(self.known, &mut self.found).expr(value);
        }
    }
}

impl Visit for Loose<'_, '_> {
    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Var { value, .. }
            | StmtKind::Assign { value, .. }
            | StmtKind::AddAssign { value, .. } => self.put(value),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Handoff { args, .. } = &expr.kind {
            args.iter().for_each(|arg| self.put(&arg.value));
        }
        walk_expr(self, expr);
    }
}

/// The variables that a pattern binds.
pub(super) struct Binds<'b> {
    pub(super) body: &'b Body,
    pub(super) found: Vec<LocalId>,
}

impl Visit for Binds<'_> {
    fn pattern(&mut self, pattern: &Pattern) {
        self.found.extend(self.body.binds.get(&pattern.id));
        walk_pattern(self, pattern);
    }
}
