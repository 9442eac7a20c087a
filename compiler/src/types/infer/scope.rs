//! Names of local variables, and what a test has shown of them (narrowing).

use super::Infer;
use super::vars::optional;
use crate::types::body::{Local, LocalId, LocalKind, Ref};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, ExprKind, Name, PatternId};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The names in scope, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Names {
    visible: Vec<Visible>,
    /// The place of the innermost of each name among those.
    innermost: FxHashMap<SmolStr, u32>,
    narrowed: Vec<Narrowed>,
    /// Where the innermost block ends.
    end: u32,
    /// How many branches run beside the flow around each local's declaration.
    depths: Vec<u32>,
    /// The last assignment to each local, by number; 0 without one.
    assigned: Vec<u32>,
    /// What the assignments so far replaced in there, the latest last.
    replaced: Vec<(LocalId, u32)>,
    /// How many assignments there were so far.
    assignments: u32,
}

/// A name in scope.
#[derive(Debug)]
struct Visible {
    name: SmolStr,
    local: LocalId,
    /// The place of the same name further out, which it hides.
    hides: Option<u32>,
}

impl Names {
    fn show(&mut self, name: SmolStr, local: LocalId) {
        let hides =
            self.innermost.insert(name.clone(), u32::try_from(self.visible.len()).unwrap_or(u32::MAX));
        self.visible.push(Visible { name, local, hides });
    }

    /// Leaves only so many names in scope.
    fn shorten(&mut self, to: usize) {
        while self.visible.len() > to
            && let Some(Visible { name, hides, .. }) = self.visible.pop()
        {
            match hides {
                Some(place) => self.innermost.insert(name, place),
                None => self.innermost.remove(&name),
            };
        }
    }
}

/// How far the scope went, to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    visible: usize,
    narrowed: usize,
    end: u32,
}

/// A local, or a field in one: what a test can show something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The local.
    pub(super) local: LocalId,
    /// The fields on the way.
    pub(super) fields: Vec<SmolStr>,
}

/// What is known of a local or a field where it is used.
#[derive(Clone, Debug)]
struct Narrowed {
    path: Path,
    /// `None` once an assignment made it void.
    known: Option<Shown>,
}

/// What a test shows of a value.
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
}

impl Facts {
    /// Both.
    pub(super) fn and(mut self, mut other: Self) -> Self {
        self.binds.append(&mut other.binds);
        self.shown.append(&mut other.shown);
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

impl Infer<'_> {
    /// Opens a scope that ends with `span`.
    pub(super) fn enter(&mut self, span: Span) -> Mark {
        let mark = self.mark();
        self.names.end = span.end;
        mark
    }

    /// Where the scope stands.
    pub(super) fn mark(&self) -> Mark {
        Mark { visible: self.names.visible.len(), narrowed: self.names.narrowed.len(), end: self.names.end }
    }

    /// Closes every scope since the mark.
    pub(super) fn leave(&mut self, mark: Mark) {
        self.names.shorten(mark.visible);
        self.names.narrowed.truncate(mark.narrowed);
        self.names.end = mark.end;
    }

    /// How many names are in scope.
    pub(super) const fn visible(&self) -> usize {
        self.names.visible.len()
    }

    /// Leaves only the outermost names visible, so many of them, with nothing shown of them.
    pub(super) fn restore(&mut self, visible: usize) {
        self.names.shorten(visible);
        self.names.narrowed.clear();
    }

    /// Declares a local, visible from `from` on; the caller says by which name with [`show`](Self::show).
    pub(super) fn local(
        &mut self,
        name: &SmolStr,
        span: Span,
        ty: Ty,
        kind: LocalKind,
        from: u32,
    ) -> LocalId {
        if kind != LocalKind::Param {
            self.check_shadowing(name, span);
        }
        let id = LocalId(u32::try_from(self.body.locals.len()).unwrap_or(u32::MAX));
        let scope = Span::new(from, self.names.end.max(from));
        self.body.locals.push(Local { name: name.clone(), ty, span, scope, kind });
        self.names.depths.push(self.concurrency());
        self.names.assigned.push(0);
        id
    }

    /// A name that hides another of the same item is probably not meant.
    fn check_shadowing(&mut self, name: &str, span: Span) {
        let hidden = self.find(name).filter(|_| !name.starts_with('_'));
        if let Some(hidden) = hidden.and_then(|id| self.body.locals.get(id.0 as usize)) {
            let found = super::messages::names::shadowed(self.at(span), self.at(hidden.span), name);
            self.report(found);
        }
    }

    /// Makes a local visible.
    pub(super) fn show(&mut self, name: &SmolStr, id: LocalId) {
        self.names.show(name.clone(), id);
    }

    /// Declares a binder outside of patterns and makes it visible.
    pub(super) fn binder(&mut self, name: &Name, ty: Ty, kind: LocalKind, from: u32) -> LocalId {
        let id = self.local(&name.text, name.span, ty, kind, from);
        self.body.binders.insert(name.span, id);
        self.show(&name.text, id);
        id
    }

    /// The local that a pattern binds.
    pub(super) fn bound(&mut self, pattern: PatternId, name: &Name, ty: Ty) -> LocalId {
        let id = self.local(&name.text, name.span, ty, LocalKind::Let, name.span.end);
        self.body.binds.insert(pattern, id);
        id
    }

    /// The local of a name.
    pub(super) fn find(&self, name: &str) -> Option<LocalId> {
        let visible = &self.names.visible;
        // A few are sooner looked through than hashed.
        let found = if visible.len() <= 16 {
            visible.iter().rev().find(|visible| visible.name == name)
        } else {
            visible.get(*self.names.innermost.get(name)? as usize)
        };
        found.map(|visible| visible.local)
    }

    /// The names in scope, for did-you-mean.
    pub(super) fn local_names(&self) -> impl Iterator<Item = &str> {
        self.names.visible.iter().map(|visible| visible.name.as_str())
    }

    /// Whether branches that run at once lie between a local's declaration and here.
    pub(super) fn is_outside_of_branch(&self, id: LocalId) -> bool {
        self.names.depths.get(id.0 as usize).is_some_and(|depth| *depth < self.concurrency())
    }

    /// The type of a local, as declared.
    pub(super) fn declared(&self, id: LocalId) -> Ty {
        self.body.locals.get(id.0 as usize).map_or(Ty::Error, |local| local.ty.clone())
    }

    /// What tests have shown here of what an expression names.
    pub(super) fn shown(&self, expr: &Expr) -> Option<&Shown> {
        if self.names.narrowed.is_empty() {
            return None;
        }
        let path = self.path(expr)?;
        self.names.narrowed.iter().rev().find(|narrowed| narrowed.path == path)?.known.as_ref()
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
        facts.binds.iter().for_each(|(name, id)| self.names.show(name.clone(), *id));
        let Names { narrowed, assigned, .. } = &mut self.names;
        let holds = |path: &Path, shown: &Shown| {
            assigned.get(path.local.0 as usize).is_none_or(|last| *last <= shown.when)
        };
        let shown = facts.shown.iter().filter(|(path, shown)| holds(path, shown));
        narrowed
            .extend(shown.map(|(path, shown)| Narrowed { path: path.clone(), known: Some(shown.clone()) }));
    }

    /// How many assignments there were so far.
    pub(super) const fn now(&self) -> u32 {
        self.names.assignments
    }

    /// An assignment: what was shown of the local no longer holds.
    pub(super) fn forget(&mut self, id: LocalId) {
        self.names.assignments += 1;
        if let Some(last) = self.names.assigned.get_mut(id.0 as usize) {
            self.names.replaced.push((id, *last));
            *last = self.names.assignments;
        }
        for narrowed in self.names.narrowed.iter_mut().filter(|narrowed| narrowed.path.local == id) {
            narrowed.known = None;
        }
    }

    /// How many assignments are remembered, for [`unassign`](Self::unassign).
    pub(super) const fn assigned(&self) -> usize {
        self.names.replaced.len()
    }

    /// Takes back the assignments since then, where control never comes here from them.
    pub(super) fn unassign(&mut self, since: usize) {
        for (id, last) in self.names.replaced.drain(since..).rev() {
            if let Some(assigned) = self.names.assigned.get_mut(id.0 as usize) {
                *assigned = last;
            }
        }
    }

    /// Where a body runs again or later: nothing shown of a `var` need hold there. Undone by [`leave`](Self::leave).
    pub(super) fn forget_vars(&mut self) {
        let is_var = |id: LocalId| {
            self.body.locals.get(id.0 as usize).is_some_and(|local| local.kind == LocalKind::Var)
        };
        let is_void = |narrowed: &&Narrowed| narrowed.known.is_some() && is_var(narrowed.path.local);
        let void: Vec<Narrowed> = (self.names.narrowed.iter().filter(is_void))
            .map(|narrowed| Narrowed { path: narrowed.path.clone(), known: None })
            .collect();
        self.names.narrowed.extend(void);
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

    /// `T?` of what a variable stands for.
    pub(super) fn optional(&self, ty: &Ty) -> Ty {
        optional(self.vars.shallow(ty))
    }
}
