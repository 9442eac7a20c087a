//! Types still to be found: the variables, and how two types are brought together.

use super::Infer;
use crate::diagnostics::ItemKey;
use crate::types::body::Coercion;
use crate::types::decl::{self, TypeShape};
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::span::Span;
use smol_str::SmolStr;
use std::sync::Arc;

/// The type variables of one body.
#[derive(Debug, Default)]
pub(super) struct Vars {
    slots: Vec<Var>,
    /// Those that were settled, in that order, each with what it was before.
    settled: Vec<(u32, Option<Ty>)>,
}

/// A state of the variables that can be gone back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    slots: usize,
    settled: usize,
}

/// What came up behind a mark.
#[derive(Debug)]
pub(super) struct Undone {
    slots: Vec<Var>,
    /// In the order in which they were settled, each with what it became.
    settled: Vec<(u32, Option<Ty>)>,
}

#[derive(Debug)]
struct Var {
    ty: Option<Ty>,
    origin: Origin,
}

/// Why there is a variable: for the message when nothing says what it is.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// Where it came up.
    pub(super) span: Span,
    /// What is not known.
    pub(super) what: Unknown,
}

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unknown {
    /// The elements of `[]`.
    Elements,
    /// The keys or values of `[:]`.
    Entries,
    /// What a `none` is an option of; `none` alone if nothing says.
    Optional,
    /// A type parameter of something called or constructed.
    Param {
        /// Whose.
        of: SmolStr,
        /// Its name.
        name: SmolStr,
    },
}

impl Vars {
    /// A new variable.
    pub(super) fn fresh(&mut self, span: Span, what: Unknown) -> Ty {
        let id = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.push(Var { ty: None, origin: Origin { span, what } });
        Ty::Infer(id)
    }

    /// Whether there is none, so that no type needs another look.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Follows variables at the head of a type.
    pub(super) fn shallow(&self, ty: &Ty) -> Ty {
        self.found(ty).clone()
    }

    fn found<'t>(&'t self, mut ty: &'t Ty) -> &'t Ty {
        while let Ty::Infer(id) = ty {
            match self.slots.get(*id as usize).and_then(|var| var.ty.as_ref()) {
                Some(found) => ty = found,
                None => break,
            }
        }
        ty
    }

    /// Follows variables everywhere in a type; one that is not known stays.
    pub(super) fn deep(&self, ty: &Ty) -> Ty {
        if self.slots.is_empty() || !has(ty, &|part| matches!(part, Ty::Infer(_))) {
            return ty.clone();
        }
        map_parts(&self.shallow(ty), &mut |part| self.deep(part))
    }

    /// Whether a type holds a variable that is not known yet.
    pub(super) fn is_open(&self, ty: &Ty) -> bool {
        !self.slots.is_empty() && self.any(ty, &|part| matches!(part, Ty::Infer(_)))
    }

    fn occurs(&self, id: u32, ty: &Ty) -> bool {
        self.any(ty, &|part| *part == Ty::Infer(id))
    }

    /// Whether a test holds for a type or a part of it, variables followed.
    fn any(&self, ty: &Ty, test: &dyn Fn(&Ty) -> bool) -> bool {
        has(ty, &|part| match part {
            Ty::Infer(_) => match self.found(part) {
                Ty::Infer(id) => test(&Ty::Infer(*id)),
                found => self.any(found, test),
            },
            _ => test(part),
        })
    }

    /// Whether a part of a type was found from how it is used.
    pub(super) fn is_guess(&self, ty: &Ty) -> bool {
        !self.slots.is_empty() && has(ty, &|part| matches!(part, Ty::Infer(_)))
    }

    fn is_param(&self, id: u32) -> bool {
        let var = self.slots.get(id as usize);
        var.is_some_and(|var| matches!(var.origin.what, Unknown::Param { .. }))
    }

    fn bind(&mut self, id: u32, ty: &Ty) -> bool {
        if *ty == Ty::Infer(id) {
            return true;
        }
        if self.occurs(id, ty) {
            return false;
        }
        self.set(id, Some(ty.clone()));
        true
    }

    fn set(&mut self, id: u32, ty: Option<Ty>) {
        if let Some(var) = self.slots.get_mut(id as usize) {
            self.settled.push((id, std::mem::replace(&mut var.ty, ty)));
        }
    }

    /// The state as it is now.
    pub(super) fn mark(&self) -> Mark {
        Mark { slots: self.slots.len(), settled: self.settled.len() }
    }

    /// Goes back to a state.
    pub(super) fn undo(&mut self, mark: Mark) -> Undone {
        let mut settled = Vec::new();
        for (id, before) in self.settled.drain(mark.settled..).rev() {
            if let Some(var) = self.slots.get_mut(id as usize) {
                settled.push((id, std::mem::replace(&mut var.ty, before)));
            }
        }
        settled.reverse();
        Undone { slots: self.slots.split_off(mark.slots), settled }
    }

    /// Goes forth again from the state that was gone back to.
    pub(super) fn redo(&mut self, undone: Undone) {
        self.slots.extend(undone.slots);
        undone.settled.into_iter().for_each(|(id, ty)| self.set(id, ty));
    }

    /// Makes every variable in a type that is not known yet one of which nothing more is to be said.
    fn poison(&mut self, ty: &Ty) {
        let mut open = vec![ty.clone()];
        while let Some(ty) = open.pop() {
            match self.shallow(&ty) {
                Ty::Infer(id) => {
                    self.bind(id, &Ty::Error);
                }
                ty => {
                    map_parts(&ty, &mut |part| {
                        open.push(part.clone());
                        part.clone()
                    });
                }
            }
        }
    }

    /// Every variable that nothing determined, with the reason for its being.
    pub(super) fn unknown(&self) -> impl Iterator<Item = (Ty, &Origin)> {
        let open = |(id, var): (usize, &'_ Var)| var.ty.is_none().then_some(id);
        let ids: Vec<usize> = self.slots.iter().enumerate().filter_map(open).collect();
        ids.into_iter()
            .filter_map(|id| Some((Ty::Infer(u32::try_from(id).ok()?), &self.slots.get(id)?.origin)))
    }

    /// Settles a variable that nothing determined.
    pub(super) fn settle(&mut self, var: &Ty, ty: &Ty) {
        if let Ty::Infer(id) = var {
            self.bind(*id, ty);
        }
    }
}

/// Whether a test holds for a type or a part of it, as it is written.
fn has(ty: &Ty, test: &dyn Fn(&Ty) -> bool) -> bool {
    test(ty)
        || match ty {
            Ty::List(part) | Ty::Option(part) => has(part, test),
            Ty::Map(one, other) | Ty::Process(one, other) | Ty::Event(one, other) => {
                has(one, test) || has(other, test)
            }
            Ty::Named(_, args) | Ty::ProcessOf(_, args) => args.iter().any(|part| has(part, test)),
            Ty::Record(fields) => fields.iter().any(|(_, part)| has(part, test)),
            _ => false,
        }
}

/// The same type with each part, one level down, replaced by what `change` makes of it.
pub(super) fn map_parts(ty: &Ty, change: &mut dyn FnMut(&Ty) -> Ty) -> Ty {
    match ty {
        Ty::List(element) => Ty::List(Arc::new(change(element))),
        Ty::Map(key, value) => Ty::Map(Arc::new(change(key)), Arc::new(change(value))),
        Ty::Option(inner) => optional(change(inner)),
        Ty::Named(_, args) if args.is_empty() => ty.clone(),
        Ty::Named(key, args) => Ty::Named(key.clone(), args.iter().map(change).collect()),
        Ty::Record(fields) => {
            Ty::Record(fields.iter().map(|(name, ty)| (name.clone(), change(ty))).collect())
        }
        Ty::Process(result, event) => Ty::Process(Arc::new(change(result)), Arc::new(change(event))),
        Ty::Event(result, event) => Ty::Event(Arc::new(change(result)), Arc::new(change(event))),
        Ty::ProcessOf(_, args) if args.is_empty() => ty.clone(),
        Ty::ProcessOf(key, args) => Ty::ProcessOf(key.clone(), args.iter().map(change).collect()),
        _ => ty.clone(),
    }
}

/// `T?`; an option of an option is that option, and of `none` it is `none`.
pub(super) fn optional(ty: Ty) -> Ty {
    match ty {
        Ty::Option(_) | Ty::None | Ty::Error | Ty::Never => ty,
        _ => Ty::Option(Arc::new(ty)),
    }
}

/// Whether a type goes where another is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It does not.
    No,
    /// It does, as it is.
    Same,
    /// It does, with a change of form.
    Changed(Coercion),
}

impl Infer<'_> {
    /// A type without variables or aliases at its head.
    pub(super) fn head(&self, ty: &Ty) -> Ty {
        match self.vars.shallow(ty) {
            Ty::Named(key, args) => self.end_of(key, args),
            // What a variable stands for may turn out to be optional itself: `first()` of `[string?]`.
            Ty::Option(inner) if matches!(*inner, Ty::Infer(_)) => optional(self.head(&inner)),
            ty => ty,
        }
    }

    /// What a declared type stands for.
    fn end_of(&self, key: ItemKey, args: TyArgs) -> Ty {
        match self.own_shape(&key) {
            Some(_) => Ty::Named(key, args),
            None => decl::resolve_alias(self.db, &Ty::Named(key, args)),
        }
    }

    /// The form of a type, as [`decl::shape`].
    pub(super) fn shape(&self, ty: &Ty) -> Option<Arc<TypeShape>> {
        let own = match ty {
            Ty::Named(key, args) if args.is_empty() => self.own_shape(key),
            _ => None,
        };
        own.or_else(|| decl::shape(self.db, ty))
    }

    /// The form that a declared type has of its own, whatever its arguments are; `None` for an alias. Of a few it is
    /// remembered: one body asks for the same again and again.
    fn own_shape(&self, key: &ItemKey) -> Option<Arc<TypeShape>> {
        if let Some((_, shape)) = self.shapes.borrow().iter().find(|(known, _)| known == key) {
            return Some(Arc::clone(shape));
        }
        let definition = decl::type_def(self.db, key.clone())?;
        if matches!(&*definition.body, TypeShape::Alias(_)) {
            return None;
        }
        let mut shapes = self.shapes.borrow_mut();
        if shapes.len() < 16 {
            shapes.push((key.clone(), Arc::clone(&definition.body)));
        }
        Some(Arc::clone(&definition.body))
    }

    /// Whether `actual` goes where `expected` is, which may settle variables in both.
    pub(super) fn fits(&mut self, actual: &Ty, expected: &Ty) -> Fit {
        if actual == expected {
            return Fit::Same;
        }
        let (a, e) = (self.head(actual), self.head(expected));
        match (&a, &e) {
            (Ty::Int, Ty::Float) => Fit::Changed(Coercion::IntToFloat),
            (Ty::Option(inner), Ty::Option(outer)) => match self.fits(inner, outer) {
                Fit::Changed(Coercion::IntToFloat) => Fit::Changed(Coercion::OptionIntToFloat),
                fit => fit,
            },
            (Ty::None, Ty::Option(_)) => Fit::Same,
            (Ty::Infer(_) | Ty::Error | Ty::Never, _) => self.same(&a, &e),
            (_, Ty::Option(inner)) => self.fits(&a, inner),
            _ => self.same(&a, &e),
        }
    }

    /// Whether `actual` goes where `expected` is without changing its form, as it must inside of lists and records.
    pub(super) fn fits_inside(&mut self, actual: &Ty, expected: &Ty) -> bool {
        if actual == expected {
            return true;
        }
        let (a, e) = (self.head(actual), self.head(expected));
        self.same(&a, &e) == Fit::Same
    }

    /// [`fits_inside`](Self::fits_inside) of two heads.
    fn same(&mut self, a: &Ty, e: &Ty) -> Fit {
        let fits = match (a, e) {
            // What is open in there would follow from what is wrong.
            (Ty::Error, _) => {
                self.vars.poison(e);
                true
            }
            (Ty::Never, _) | (_, Ty::Error) | (Ty::None, Ty::Option(_)) => true,
            (Ty::None, Ty::Infer(id)) => {
                let inner = self.vars.fresh(self.var_span(*id), Unknown::Optional);
                self.vars.bind(*id, &Ty::Option(Arc::new(inner)))
            }
            // Of two, the one stays whose reason people see in their text: `[]`, not a parameter of a method.
            (Ty::Infer(param), Ty::Infer(id)) | (Ty::Infer(id), Ty::Infer(param))
                if self.vars.is_param(*param) && !self.vars.is_param(*id) =>
            {
                self.vars.bind(*param, &Ty::Infer(*id))
            }
            // Of two parameters, the one that was there before.
            (Ty::Infer(_), Ty::Infer(later)) => self.vars.bind(*later, a),
            (Ty::Infer(id), other) | (other, Ty::Infer(id)) => self.vars.bind(*id, other),
            (Ty::Option(a), Ty::Option(e)) | (Ty::List(a), Ty::List(e)) => self.fits_inside(a, e),
            (Ty::Map(ak, av), Ty::Map(ek, ev)) => self.fits_inside(ak, ek) && self.fits_inside(av, ev),
            (Ty::Process(ar, ae), Ty::Process(er, ee)) | (Ty::Event(ar, ae), Ty::Event(er, ee)) => {
                self.fits_inside(ar, er) && self.emits_inside(ae, ee)
            }
            (Ty::ProcessOf(..), Ty::Process(er, ee)) => match decl::process_parts(self.db, a) {
                Some((ar, ae)) => self.fits_inside(&ar, er) && self.emits_inside(&ae, ee),
                None => true,
            },
            (Ty::Named(a, a_args), Ty::Named(e, e_args))
            | (Ty::ProcessOf(a, a_args), Ty::ProcessOf(e, e_args)) => {
                a == e && a_args.iter().zip(e_args.iter()).all(|(a, e)| self.fits_inside(a, e))
            }
            (Ty::Record(a), Ty::Record(e)) => {
                a.len() == e.len()
                    && a.iter().zip(e.iter()).all(|(a, e)| a.0 == e.0 && self.fits_inside(&a.1, &e.1))
            }
            (Ty::File(_) | Ty::Output(_), Ty::File(None)) | (Ty::Output(_), Ty::Output(None)) => true,
            (Ty::Output(a) | Ty::File(a), Ty::File(e)) => a == e,
            (Ty::Secret, Ty::String) => self.secrets_allowed,
            (_, Ty::Option(inner)) => self.fits_inside(a, inner),
            _ => a == e,
        };
        if fits { Fit::Same } else { Fit::No }
    }

    /// [`fits_inside`](Self::fits_inside) of what processes emit: that a process emits nothing is known, too.
    fn emits_inside(&mut self, actual: &Ty, expected: &Ty) -> bool {
        match (self.vars.shallow(actual), self.vars.shallow(expected)) {
            (Ty::Never, Ty::Infer(id)) => self.vars.bind(id, &Ty::Never),
            (actual, expected) => self.fits_inside(&actual, &expected),
        }
    }

    fn var_span(&self, id: u32) -> Span {
        self.vars.slots.get(id as usize).map(|var| var.origin.span).unwrap_or_default()
    }

    /// [`fits`](Self::fits), but a failed attempt leaves no trace.
    pub(super) fn try_fits(&mut self, actual: &Ty, expected: &Ty) -> bool {
        let before = self.vars.mark();
        let fits = self.fits(actual, expected) != Fit::No;
        if !fits {
            self.vars.undo(before);
        }
        fits
    }

    /// The least type that both fit, if there is one.
    pub(super) fn join(&mut self, a: &Ty, b: &Ty) -> Option<Ty> {
        if a == b {
            return Some(a.clone());
        }
        let (x, y) = (self.head(a), self.head(b));
        Some(match (&x, &y) {
            (Ty::Error, _) | (_, Ty::Error) => Ty::Error,
            (Ty::Never, _) => b.clone(),
            (_, Ty::Never) => a.clone(),
            (Ty::None, Ty::None) => Ty::None,
            (Ty::None, _) => optional(self.vars.shallow(b)),
            (_, Ty::None) => optional(self.vars.shallow(a)),
            (Ty::Option(x), Ty::Option(y)) => optional(self.join(x, y)?),
            (Ty::Option(x), _) => optional(self.join(x, b)?),
            (_, Ty::Option(y)) => optional(self.join(a, y)?),
            (Ty::Int, Ty::Float) | (Ty::Float, Ty::Int) => Ty::Float,
            (Ty::List(x), Ty::List(y)) => Ty::List(Arc::new(self.join_inside(x, y)?)),
            (Ty::Map(xk, xv), Ty::Map(yk, yv)) => {
                Ty::Map(Arc::new(self.join_inside(xk, yk)?), Arc::new(self.join_inside(xv, yv)?))
            }
            (Ty::ProcessOf(..), Ty::ProcessOf(..) | Ty::Process(..))
            | (Ty::Process(..), Ty::ProcessOf(..) | Ty::Process(..)) => {
                let (one, other) = (decl::process_parts(self.db, &x)?, decl::process_parts(self.db, &y)?);
                let result = self.join_inside(&one.0, &other.0)?;
                Ty::Process(Arc::new(result), Arc::new(self.join_inside(&one.1, &other.1)?))
            }
            (Ty::Output(_), Ty::Output(_)) => Ty::Output(None),
            (Ty::File(_) | Ty::Output(_), Ty::File(_) | Ty::Output(_))
                if !self.try_fits(&x, &y) && !self.try_fits(&y, &x) =>
            {
                Ty::File(None)
            }
            _ if self.try_fits(a, b) => self.looser(a, b),
            _ if self.try_fits(b, a) => a.clone(),
            _ => return None,
        })
    }

    /// Of two types, the first of which fits the second, the one that holds values of both: the other may be refined.
    fn looser(&self, a: &Ty, b: &Ty) -> Ty {
        let (a, b) = (self.vars.deep(a), self.vars.deep(b));
        match (decl::may_break(self.db, &a, &b), decl::may_break(self.db, &b, &a)) {
            (false, _) => b,
            (true, false) => a,
            (true, true) => decl::without_predicates(self.db, &b),
        }
    }

    /// [`join`](Self::join) where no form may change.
    fn join_inside(&mut self, a: &Ty, b: &Ty) -> Option<Ty> {
        match (self.head(a), self.head(b)) {
            (Ty::Int, Ty::Float) | (Ty::Float, Ty::Int) => None,
            _ => self.join(a, b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ty, Unknown, Vars};
    use flow_grammar::span::Span;
    use std::sync::Arc;

    #[test]
    fn an_attempt_keeps_what_it_changed_and_nothing_of_what_was_there() {
        let mut vars = Vars::default();
        let fresh = |vars: &mut Vars| vars.fresh(Span::default(), Unknown::Elements);
        let all: Vec<Ty> = (0..1000).map(|_| fresh(&mut vars)).collect();
        vars.settle(&all[3], &Ty::Bool);
        let mark = vars.mark();
        let new = fresh(&mut vars);
        vars.settle(&all[7], &Ty::List(Arc::new(new.clone())));
        vars.settle(&new, &Ty::Int);
        let ints = Ty::List(Arc::new(Ty::Int));
        assert_eq!(vars.deep(&all[7]), ints);
        let undone = vars.undo(mark);
        assert_eq!((undone.slots.len(), undone.settled.len()), (1, 2));
        assert!(vars.is_open(&all[7]) && !vars.is_open(&all[3]));
        vars.redo(undone);
        assert_eq!(vars.deep(&all[7]), ints);
        // What was done again can be undone again.
        vars.undo(mark);
        assert!(vars.is_open(&all[7]));
    }
}
