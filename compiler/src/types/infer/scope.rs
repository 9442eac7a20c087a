//! Names of local variables, and where each is seen.

use super::Infer;
use super::vars::optional;
use crate::types::body::{Local, LocalId, LocalKind};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Name, PatternId};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The names in scope, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Names {
    visible: Vec<Visible>,
    /// The place of the innermost of each name among those.
    innermost: FxHashMap<SmolStr, u32>,
    /// Where the innermost block ends.
    end: u32,
    /// How many branches run beside the flow around each local's declaration.
    depths: Vec<u32>,
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
    end: u32,
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
        Mark { visible: self.names.visible.len(), end: self.names.end }
    }

    /// Closes every scope since the mark.
    pub(super) fn leave(&mut self, mark: Mark) {
        self.names.shorten(mark.visible);
        self.names.end = mark.end;
    }

    /// How many names are in scope.
    pub(super) const fn visible(&self) -> usize {
        self.names.visible.len()
    }

    /// Leaves only the outermost names visible, so many of them, with nothing shown of them.
    pub(super) fn restore(&mut self, visible: usize) {
        self.names.shorten(visible);
        self.narrowing.clear();
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

    /// Makes the names that patterns bound visible.
    pub(super) fn show_all(&mut self, binds: &[(SmolStr, LocalId)]) {
        binds.iter().for_each(|(name, id)| self.names.show(name.clone(), *id));
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

    /// `T?` of what a variable stands for.
    pub(super) fn optional(&self, ty: &Ty) -> Ty {
        optional(self.vars.shallow(ty))
    }
}
