//! Narrowing: what tests and assignments have shown of locals and of fields in them, kept as control branches and joins.
//!
//! What holds at the place being checked is a set of facts. A branch begins with [`Infer::fork`] and ends with
//! [`Infer::end`], which takes back what the branch changed and yields it; where branches meet, [`Infer::meet`] keeps what
//! all those that come back agree on. What a loop assigns is widened at its head, before the body is looked at.

use super::Infer;
use super::want::peel;
use crate::types::body::{LocalId, LocalKind, Ref};
use crate::types::ty::Ty;
use flow_grammar::tree::visit::{Visit, walk_stmt};
use flow_grammar::tree::{Arg, Block, Expr, ExprKind, Stmt, StmtKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// A local, or a field in one: what a test can show something of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Path {
    /// The local.
    pub(super) local: LocalId,
    /// The fields on the way.
    pub(super) fields: Vec<SmolStr>,
}

/// What is shown of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    /// Its type, without `?` where it cannot be `none`.
    pub(super) ty: Ty,
    /// The variant that it is.
    pub(super) variant: Option<SmolStr>,
    /// How many assignments there were when it was looked at.
    pub(super) when: u32,
}

/// What holds in a branch.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Names that patterns bound.
    pub(super) binds: Vec<(SmolStr, LocalId)>,
    /// What is shown of locals and fields.
    pub(super) shown: Vec<(Path, Shown)>,
    /// Locals of which nothing is known, because they may have been assigned.
    pub(super) void: Vec<LocalId>,
}

impl Facts {
    /// Both.
    pub(super) fn and(mut self, mut other: Self) -> Self {
        self.binds.append(&mut other.binds);
        self.shown.append(&mut other.shown);
        self.void.append(&mut other.void);
        self
    }
}

/// What holds where a condition holds, and where it does not.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Where it holds.
    pub(super) yes: Facts,
    /// Where it does not.
    pub(super) no: Facts,
}

/// What holds at the place being checked, and how that came to be.
#[derive(Debug, Default)]
pub(super) struct Narrowing {
    /// By local: fields in it, and what is shown of them.
    facts: FxHashMap<LocalId, Vec<(Vec<SmolStr>, Shown)>>,
    /// The last assignment to each local, by number.
    assigned: FxHashMap<LocalId, u32>,
    /// What was changed, the latest last, as it was before.
    trail: Vec<Change>,
    /// The locals that were assigned, whether or not control comes here from there.
    written: Vec<LocalId>,
}

#[derive(Debug)]
enum Change {
    Shown(Path, Option<Shown>),
    Assigned(LocalId, Option<u32>),
}

/// Where a branch began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fork(usize);

/// What a branch leaves, where it differs from what held before.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    shown: FxHashMap<Path, Option<Shown>>,
    assigned: FxHashMap<LocalId, u32>,
}

impl Narrowing {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        let locals: Vec<LocalId> = self.facts.keys().copied().collect();
        locals.into_iter().for_each(|local| self.void(local, &[]));
    }

    fn get(&self, path: &Path) -> Option<&Shown> {
        let facts = self.facts.get(&path.local)?;
        facts.iter().find(|(fields, _)| *fields == path.fields).map(|(_, shown)| shown)
    }

    /// Puts what is known of a path in the place of what was; yields that.
    fn put(&mut self, path: &Path, shown: Option<Shown>) -> Option<Shown> {
        let facts = self.facts.entry(path.local).or_default();
        let before =
            facts.iter().position(|(fields, _)| *fields == path.fields).map(|at| facts.swap_remove(at).1);
        if let Some(shown) = shown {
            facts.push((path.fields.clone(), shown));
        }
        if facts.is_empty() {
            self.facts.remove(&path.local);
        }
        before
    }

    fn set(&mut self, path: Path, shown: Option<Shown>) {
        if self.get(&path) == shown.as_ref() {
            return;
        }
        let before = self.put(&path, shown);
        self.trail.push(Change::Shown(path, before));
    }

    /// Forgets what is known of these fields of a local, and of what lies in them.
    fn void(&mut self, local: LocalId, fields: &[SmolStr]) {
        let Some(facts) = self.facts.get(&local) else { return };
        let within = facts.iter().filter(|(of, _)| of.starts_with(fields));
        let paths: Vec<Path> = within.map(|(fields, _)| Path { local, fields: fields.clone() }).collect();
        paths.into_iter().for_each(|path| self.set(path, None));
    }

    fn assign(&mut self, local: LocalId, number: u32) {
        let before = self.assigned.insert(local, number);
        self.trail.push(Change::Assigned(local, before));
    }

    fn left(&self, fork: Fork) -> Left {
        let mut left = Left::default();
        for change in self.trail.iter().skip(fork.0) {
            match change {
                Change::Shown(path, _) if !left.shown.contains_key(path) => {
                    left.shown.insert(path.clone(), self.get(path).cloned());
                }
                Change::Assigned(local, _) => {
                    left.assigned.extend(self.assigned.get(local).map(|number| (*local, *number)));
                }
                Change::Shown(..) => {}
            }
        }
        left
    }

    fn undo(&mut self, fork: Fork) {
        while self.trail.len() > fork.0 {
            match self.trail.pop() {
                Some(Change::Shown(path, before)) => {
                    self.put(&path, before);
                }
                Some(Change::Assigned(local, Some(before))) => {
                    self.assigned.insert(local, before);
                }
                Some(Change::Assigned(local, None)) => {
                    self.assigned.remove(&local);
                }
                None => return,
            }
        }
    }

    fn meet(&mut self, branches: Vec<Left>) {
        let count = branches.len();
        let mut met: FxHashMap<Path, (usize, Option<Shown>)> = FxHashMap::default();
        let mut assigned: FxHashMap<LocalId, u32> = FxHashMap::default();
        for branch in branches {
            for (path, shown) in branch.shown {
                match met.get_mut(&path) {
                    Some((seen, so_far)) => {
                        *seen += 1;
                        *so_far = both(so_far.as_ref(), shown.as_ref());
                    }
                    None => {
                        met.insert(path, (1, shown));
                    }
                }
            }
            for (local, number) in branch.assigned {
                let last = assigned.entry(local).or_default();
                *last = number.max(*last);
            }
        }
        for (path, (seen, shown)) in met {
            // The others left it as it was.
            let shown = if seen < count { both(shown.as_ref(), self.get(&path)) } else { shown };
            self.set(path, shown);
        }
        for (local, number) in assigned {
            let last = self.assigned.get(&local).copied().unwrap_or_default();
            self.assign(local, number.max(last));
        }
    }
}

/// What is known of a value that comes from one branch or the other.
fn both(one: Option<&Shown>, other: Option<&Shown>) -> Option<Shown> {
    let (one, other) = (one?, other?);
    (one.ty == other.ty).then(|| Shown {
        ty: one.ty.clone(),
        variant: one.variant.clone().filter(|variant| other.variant.as_ref() == Some(variant)),
        when: one.when.max(other.when),
    })
}

impl Infer<'_> {
    /// What is shown here of what an expression names.
    pub(super) fn shown(&self, expr: &Expr) -> Option<&Shown> {
        if self.narrowing.facts.is_empty() {
            return None;
        }
        self.narrowing.get(&self.path(expr)?)
    }

    /// The optional type that a value was declared with, where it is known to be no `none`: what asks for `none` all the
    /// same asks it of that.
    pub(super) fn declared_option(&self, expr: &Expr) -> Option<Ty> {
        let shown = self.shown(expr)?;
        let declared = match &peel(expr).kind {
            ExprKind::Lower(_) => self.declared(self.path(expr)?.local),
            ExprKind::Field { base, name, .. } => {
                self.declared_field(base, &self.head(self.body.expr(base.id)), &name.text)?.ty
            }
            _ => return None,
        };
        (declared != shown.ty && matches!(self.head(&declared), Ty::Option(_))).then_some(declared)
    }

    /// The local that an expression names, or the field in one. Its meaning must be known.
    pub(super) fn path(&self, expr: &Expr) -> Option<Path> {
        match (&expr.kind, self.body.refs.get(expr.id)) {
            (ExprKind::Paren(inner), _) => self.path(inner),
            (ExprKind::Lower(_), Some(Ref::Local(local))) => Some(Path { local: *local, fields: Vec::new() }),
            (ExprKind::Field { base, name, optional: false }, Some(Ref::Field(_))) => {
                let mut path = self.path(base)?;
                path.fields.push(name.text.clone());
                Some(path)
            }
            _ => None,
        }
    }

    /// Brings what holds in a branch into scope, but for what an assignment since made void.
    pub(super) fn assume(&mut self, facts: &Facts) {
        self.show_all(&facts.binds);
        self.hold_true(facts);
    }

    /// The same without the names.
    fn hold_true(&mut self, facts: &Facts) {
        self.forget_all(&facts.void);
        for (path, shown) in &facts.shown {
            if self.narrowing.assigned.get(&path.local).is_none_or(|last| *last <= shown.when) {
                self.narrowing.set(path.clone(), Some(shown.clone()));
            }
        }
    }

    /// Begins a branch.
    pub(super) const fn fork(&self) -> Fork {
        Fork(self.narrowing.trail.len())
    }

    /// What changed since a branch began.
    pub(super) fn left(&self, fork: Fork) -> Left {
        self.narrowing.left(fork)
    }

    /// Ends a branch: takes back what changed in it.
    pub(super) fn drop_branch(&mut self, fork: Fork) {
        self.narrowing.undo(fork);
    }

    /// The same; yields what changed, unless control does not come here from there.
    pub(super) fn end(&mut self, fork: Fork, diverges: bool) -> Option<Left> {
        let left = (!diverges).then(|| self.left(fork));
        self.drop_branch(fork);
        left
    }

    /// Control comes here from those of these branches that come back, and from nowhere else.
    pub(super) fn meet(&mut self, branches: impl IntoIterator<Item = Option<Left>>) {
        let branches: Vec<Left> = branches.into_iter().flatten().collect();
        if branches.iter().any(|left| !left.shown.is_empty() || !left.assigned.is_empty()) {
            self.narrowing.meet(branches);
        }
    }

    /// Control comes here from a branch, or past it, where something else holds.
    pub(super) fn meet_or(&mut self, branch: Option<Left>, otherwise: &Facts) {
        if branch.is_none() {
            self.hold_true(otherwise);
            return;
        }
        let fork = self.fork();
        self.hold_true(otherwise);
        let past = self.end(fork, false);
        self.meet([branch, past]);
    }

    /// Checks what may run any number of times, or end midway: afterwards nothing is known of what it assigns.
    pub(super) fn any_number<T>(&mut self, check: impl FnOnce(&mut Self) -> T) -> T {
        let (fork, then) = (self.fork(), self.now());
        let found = check(self);
        self.drop_branch(fork);
        let written = self.written_since(then);
        self.forget_all(&written);
        found
    }

    /// Checks what runs at another time: nothing shown of a `var` need hold there, and nothing of it holds here.
    pub(super) fn at_another_time<T>(&mut self, check: impl FnOnce(&mut Self) -> T) -> T {
        let fork = self.fork();
        self.forget_vars();
        let found = check(self);
        self.drop_branch(fork);
        found
    }

    /// How many assignments there were so far.
    pub(super) fn now(&self) -> u32 {
        u32::try_from(self.narrowing.written.len()).unwrap_or(u32::MAX)
    }

    /// The locals that were assigned since then, in whatever branch.
    pub(super) fn written_since(&self, then: u32) -> Vec<LocalId> {
        let mut written = self.narrowing.written.get(then as usize..).unwrap_or_default().to_vec();
        written.sort_unstable();
        written.dedup();
        written
    }

    /// Locals may have been assigned: nothing that was shown of them holds any longer.
    pub(super) fn forget_all(&mut self, locals: &[LocalId]) {
        locals.iter().for_each(|local| self.forget(*local));
    }

    /// The same of one.
    pub(super) fn forget(&mut self, local: LocalId) {
        self.wrote(local, &[]);
    }

    fn wrote(&mut self, local: LocalId, fields: &[SmolStr]) {
        self.narrowing.written.push(local);
        let number = self.now();
        self.narrowing.assign(local, number);
        self.narrowing.void(local, fields);
    }

    /// An assignment: what was shown of the place no longer holds, what the value shows does.
    pub(super) fn assigned(&mut self, target: &Expr, declared: &Ty, value: &Expr) {
        // An element of a list or map says nothing of what holds it, and nothing is kept of it.
        if let Some(path) = self.path(target) {
            self.wrote(path.local, &path.fields);
            self.show_value(path, declared, value);
        }
    }

    /// An addition: what it is added to was there, and still is.
    pub(super) fn added(&mut self, target: &Expr) {
        let Some(path) = self.path(target) else { return };
        let before = self.narrowing.get(&path).map(|shown| shown.ty.clone());
        self.wrote(path.local, &path.fields);
        if let Some(ty) = before {
            let shown = Shown { ty, variant: None, when: self.now() };
            self.narrowing.set(path, Some(shown));
        }
    }

    /// What a value shows of the place that it is put into.
    pub(super) fn show_value(&mut self, path: Path, declared: &Ty, value: &Expr) {
        let ty = match self.head(declared) {
            Ty::Option(inner) if self.is_a_value(value) => inner.as_ref().clone(),
            Ty::Option(_) => return,
            _ => declared.clone(),
        };
        let variant = self.variant_in(value);
        if ty != *declared || variant.is_some() {
            let shown = Shown { ty, variant, when: self.now() };
            self.narrowing.set(path, Some(shown));
        }
    }

    /// Whether an expression that was checked never yields `none`.
    fn is_a_value(&self, expr: &Expr) -> bool {
        let tail = |block: &Block| match block.stmts.last().map(|stmt| &stmt.kind) {
            Some(StmtKind::Expr(tail)) => self.is_a_value(tail),
            _ => false,
        };
        let found = self.head(self.body.expr(expr.id));
        if found == Ty::Never {
            return true;
        }
        match &expr.kind {
            ExprKind::Paren(inner) => self.is_a_value(inner),
            ExprKind::Block(block) => tail(block),
            ExprKind::If { then, otherwise: Some(otherwise), .. } => tail(then) && self.is_a_value(otherwise),
            ExprKind::Match { arms, .. } => arms.iter().all(|arm| self.is_a_value(&arm.body)),
            ExprKind::Catch { body, handler, .. } => self.is_a_value(body) && tail(handler),
            ExprKind::Binary { op: flow_grammar::tree::BinaryOp::Coalesce, right, .. } => {
                self.is_a_value(right)
            }
            ExprKind::If { .. } | ExprKind::Loop { .. } | ExprKind::Race(_) => false,
            _ => !matches!(found, Ty::Option(_) | Ty::None | Ty::Infer(_)),
        }
    }

    /// The variant that an expression surely yields.
    fn variant_in(&self, expr: &Expr) -> Option<SmolStr> {
        match (&expr.kind, self.body.refs.get(expr.id)) {
            (ExprKind::Paren(inner), _) => self.variant_in(inner),
            (ExprKind::Call { callee, .. }, _) => match self.body.refs.get(callee.id) {
                Some(Ref::Variant { variant, .. }) => Some(variant.clone()),
                _ => None,
            },
            (_, Some(Ref::Variant { variant, .. })) => Some(variant.clone()),
            _ => self.shown(expr)?.variant.clone(),
        }
    }

    /// Where a body runs later: nothing shown of a `var` need hold there.
    pub(super) fn forget_vars(&mut self) {
        let is_var = |id: LocalId| {
            self.body.locals.get(id.0 as usize).is_some_and(|local| local.kind == LocalKind::Var)
        };
        let vars: Vec<LocalId> = self.narrowing.facts.keys().copied().filter(|id| is_var(*id)).collect();
        vars.into_iter().for_each(|local| self.narrowing.void(local, &[]));
    }

    /// Where a body runs again: nothing shown of what it assigns need hold at its head.
    pub(super) fn widen_for(&mut self, body: &Block) {
        if self.narrowing.facts.is_empty() {
            return;
        }
        // What endpoints assign changes whenever the flow waits.
        if self.is_changed_by_endpoints() {
            self.forget_vars();
            return;
        }
        let mut assigned = Assigned::default();
        assigned.block(body);
        self.void_names(&assigned);
    }

    /// Where closures among arguments run after the others: nothing shown of what those assign need hold there.
    pub(super) fn widen_among(&mut self, args: &[Arg]) {
        let is_closure = |arg: &Arg| matches!(arg.value.kind, ExprKind::Closure { .. });
        if self.narrowing.facts.is_empty() || !args.iter().any(is_closure) {
            return;
        }
        let mut assigned = Assigned::default();
        args.iter().for_each(|arg| assigned.expr(&arg.value));
        self.void_names(&assigned);
    }

    fn void_names(&mut self, assigned: &Assigned) {
        let locals: Vec<LocalId> = assigned.names.iter().filter_map(|name| self.find(name)).collect();
        locals.into_iter().for_each(|local| self.narrowing.void(local, &[]));
    }

    /// That what an expression names is not `none`.
    pub(super) fn not_none(&self, expr: &Expr) -> Option<(Path, Shown)> {
        let Ty::Option(inner) = self.head(self.body.expr(expr.id)) else { return None };
        let variant = self.shown(expr).and_then(|shown| shown.variant.clone());
        Some((self.path(expr)?, Shown { ty: inner.as_ref().clone(), variant, when: self.now() }))
    }

    /// That what an expression names is a variant.
    pub(super) fn is_variant(&self, expr: &Expr, variant: &SmolStr) -> Option<(Path, Shown)> {
        let ty = self.body.expr(expr.id);
        let ty = match self.head(ty) {
            Ty::Option(inner) => inner.as_ref().clone(),
            _ => ty.clone(),
        };
        Some((self.path(expr)?, Shown { ty, variant: Some(variant.clone()), when: self.now() }))
    }
}

/// The names of what a body assigns.
#[derive(Default)]
struct Assigned {
    names: FxHashSet<SmolStr>,
}

impl Visit for Assigned {
    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Assign { target, .. } | StmtKind::AddAssign { target, .. } = &stmt.kind
            && let ExprKind::Lower(name) = &target.root().kind
        {
            self.names.insert(name.text.clone());
        }
        walk_stmt(self, stmt);
    }
}
