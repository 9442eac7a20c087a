//! What checking one item finds out: tables beside its tree, by the numbers of its expressions and patterns. Lowering and
//! the editor read them; nothing else knows how types were found.

use super::ty::Ty;
use crate::diagnostics::{Diagnostic, ItemKey};
use flow_grammar::span::Span;
use flow_grammar::tree::{ExprId, PatternId};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::borrow::Cow;

/// What is known of an item's body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The type of each expression, by [`ExprId`], before [`coercions`](Self::coercions).
    pub(super) exprs: Types,
    /// The type of the value at each pattern, by [`PatternId`].
    pub(super) patterns: Types,
    /// What each name, call, field access and construction refers to.
    pub refs: Refs,
    /// How the arguments of each call, construction and handoff meet its parameters or fields: for each of them, in the
    /// order of declaration, the index of the argument written, or `None` for the default.
    pub args: FxHashMap<ExprId, Vec<Option<usize>>>,
    /// The type arguments of each call of a generic item, in the order of its type parameters.
    pub type_args: FxHashMap<ExprId, Vec<Ty>>,
    /// Where a value changes its form.
    pub coercions: FxHashMap<ExprId, Coercion>,
    /// Where a value becomes one of a type with predicates and no call or construction holds it to them: that type.
    pub held: FxHashMap<ExprId, Ty>,
    /// The local variable that a binding pattern makes. Alternatives of an or-pattern share theirs.
    pub binds: FxHashMap<PatternId, LocalId>,
    /// The local variables, parameters first, in the order of declaration.
    pub locals: Vec<Local>,
    /// Which locals the binders outside of patterns make (`var`, `catch e`, closures, stage parameters), by the span of
    /// the name.
    pub binders: FxHashMap<Span, LocalId>,
    /// What each stub of a test stands for, and each argument of `calls`, by the span of the name.
    pub stubs: FxHashMap<Span, Stubbed>,
    /// What was found wrong, with places counted from the item.
    pub diagnostics: Vec<Diagnostic>,
}

impl Body {
    /// The type of an expression before coercion.
    pub fn expr(&self, id: ExprId) -> &Ty {
        self.exprs.get(id.0)
    }

    /// The types of all expressions, in the order of these.
    pub fn expr_types(&self) -> impl Iterator<Item = &Ty> {
        self.exprs.types.all().map(|(_, ty)| ty)
    }

    /// The type of the value at a pattern.
    pub fn pattern(&self, id: PatternId) -> &Ty {
        self.patterns.get(id.0)
    }

    /// Gives back what no table needs. A body is kept for as long as the program is open, and there are many.
    pub(super) fn shrink(&mut self) {
        self.exprs.types.shrink();
        self.patterns.types.shrink();
        self.refs.refs.shrink();
        exact(&mut self.locals);
    }
}

/// A type for each of many expressions or patterns, which share few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Types {
    types: Shared<Ty>,
}

impl Types {
    /// A table for so many, none of them known yet.
    pub(super) fn of(size: u32) -> Self {
        Self { types: Shared::of(size) }
    }

    /// The type of one; [`Ty::Error`] if there is none.
    fn get(&self, id: u32) -> &Ty {
        self.types.get(id).unwrap_or(&Ty::Error)
    }

    /// Sets the type of one.
    pub(super) fn set(&mut self, id: u32, ty: &Ty, recent: &mut Recent) {
        self.types.set(id, Cow::Borrowed(ty), recent);
    }

    /// The types, to be changed.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Ty> {
        self.types.values.iter_mut()
    }
}

/// What expressions refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs {
    refs: Shared<Ref>,
}

impl Refs {
    /// A table for so many expressions.
    pub(super) fn of(exprs: u32) -> Self {
        Self { refs: Shared::of(exprs) }
    }

    /// Sets what an expression refers to.
    pub(super) fn insert(&mut self, id: ExprId, to: Ref, recent: &mut Recent) {
        self.refs.set(id.0, Cow::Owned(to), recent);
    }

    /// What an expression refers to.
    pub fn get(&self, id: ExprId) -> Option<&Ref> {
        self.refs.get(id.0)
    }

    /// All, with their expressions, in the order of these.
    pub fn iter(&self) -> impl Iterator<Item = (ExprId, &Ref)> {
        self.refs.all().map(|(id, to)| (ExprId(id), to))
    }

    /// All, in the order of their expressions.
    pub fn values(&self) -> impl Iterator<Item = &Ref> {
        self.iter().map(|(_, to)| to)
    }

    /// All, to be changed.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Ref> {
        self.refs.values.iter_mut()
    }
}

/// Values by number, of which many are the same: a place for each number, and each value seldom more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shared<T> {
    /// For each number, how many stand before its own in `values`, and one; 0 where there is none.
    places: Vec<u32>,
    values: Vec<T>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { places: Vec::new(), values: Vec::new() }
    }
}

impl<T: Clone + PartialEq + Sorted> Shared<T> {
    fn of(size: u32) -> Self {
        // Few bodies have more.
        let values = Vec::with_capacity(size.min(16) as usize);
        Self { places: vec![0; size as usize], values }
    }

    fn set(&mut self, number: u32, value: Cow<'_, T>, recent: &mut Recent) {
        let Some(place) = self.places.get_mut(number as usize) else { return };
        let last = &mut recent.0[value.sort() % Recent::SORTS];
        if self.values.get((*last as usize).wrapping_sub(1)) != Some(&*value) {
            self.values.push(value.into_owned());
            *last = u32::try_from(self.values.len()).unwrap_or_default();
        }
        *place = *last;
    }

    fn get(&self, number: u32) -> Option<&T> {
        self.at(*self.places.get(number as usize)?)
    }

    /// Each number that has one, with its value.
    fn all(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.places).filter_map(|(number, place)| Some((number, self.at(*place)?)))
    }

    fn at(&self, place: u32) -> Option<&T> {
        self.values.get((place as usize).wrapping_sub(1))
    }

    fn shrink(&mut self) {
        exact(&mut self.values);
    }
}

/// Where the last value of each sort stands in a table while it is filled: most are the same as the last of theirs.
#[derive(Debug, Default)]
pub(super) struct Recent([u32; Self::SORTS]);

impl Recent {
    const SORTS: usize = 32;
}

/// Tells values apart roughly, and at little cost.
trait Sorted {
    /// Some number that is the same for equal values.
    fn sort(&self) -> usize;
}

impl Sorted for Ty {
    fn sort(&self) -> usize {
        match self {
            Self::Error => 0,
            Self::Never => 1,
            Self::None => 2,
            Self::Bool => 3,
            Self::Int => 4,
            Self::Float => 5,
            Self::String => 6,
            Self::Duration => 7,
            Self::Money => 8,
            Self::List(_) => 9,
            Self::Option(_) => 10,
            Self::Map(..) => 11,
            Self::Record(_) => 12,
            Self::Param(_) => 13,
            Self::Infer(_) => 14,
            Self::Named(key, _) => 16 + key.name.len() % 16,
            _ => 15,
        }
    }
}

impl Sorted for Ref {
    fn sort(&self) -> usize {
        match self {
            Self::Local(id) => id.0 as usize % 12,
            Self::Item(key) => 12 + key.name.len() % 8,
            Self::Variant { variant, .. } => 20 + variant.len() % 4,
            Self::Field(name) => 24 + name.len() % 4,
            Self::Method { name, .. } => 28 + name.len() % 2,
            Self::Type(_) => 30,
            _ => 31,
        }
    }
}

/// Gives back the room of a list that nothing stands in, where [`Vec::shrink_to_fit`] leaves up to a half.
fn exact<T>(list: &mut Vec<T>) {
    if list.capacity() > list.len() {
        let mut own = Vec::with_capacity(list.len());
        own.append(list);
        *list = own;
    }
}

/// What a test replaces, or asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stubbed {
    /// An agent, command or human ([`Ref::Item`]), or a built-in effect ([`Ref::Effect`]).
    pub to: Ref,
    /// Its type arguments.
    pub type_args: Vec<Ty>,
}

/// Numbers a local variable within its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub u32);

/// A local variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Its name.
    pub name: SmolStr,
    /// Its type.
    pub ty: Ty,
    /// Where it is declared.
    pub span: Span,
    /// Where it is visible: for completion.
    pub scope: Span,
    /// What made it.
    pub kind: LocalKind,
}

/// What made a local variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// A parameter of the item, a stage or an endpoint.
    Param,
    /// `let`, a pattern, a binder.
    Let,
    /// `var`
    Var,
    /// `it` in a refinement.
    It,
}

/// What a name or a call refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ref {
    /// A local variable.
    Local(LocalId),
    /// A function, command, agent, human, flow, constant or secret.
    Item(ItemKey),
    /// An imported module: stands before a dot.
    Module(crate::db::SourceFile),
    /// A declared type: before the dot of a qualified variant, or called to construct a record of that type.
    Type(Ty),
    /// A variant of a union or enum; called if it has a payload.
    Variant {
        /// The union or enum.
        ty: Ty,
        /// The variant's name.
        variant: SmolStr,
    },
    /// A built-in effect, [`flow_ir::builtins::EFFECTS`].
    Effect(&'static str),
    /// A function that only tests have: `calls`, `failure`, `file`.
    Testing(&'static str),
    /// A method of a built-in type, `list.filter`: stands at the field expression that is called.
    Method {
        /// The kind of receiver.
        on: &'static str,
        /// The method.
        name: &'static str,
    },
    /// A field of a record or of a variant known by narrowing, or a property of a built-in type.
    Field(SmolStr),
    /// A lone word of a setting: `worktree`, `read_only`, `high`, `claude`.
    Word(SmolStr),
    /// A stage of the flow around it.
    Stage(SmolStr),
    /// An endpoint of the flow around it, or of a process.
    Endpoint(SmolStr),
}

/// A change of a value's form that the language makes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coercion {
    /// `int` to `float`
    IntToFloat,
    /// `int?` to `float?`, `[int]` to `[float]` of a literal are made on the elements, so there is no other.
    /// `T` to `T?` changes no form and is not recorded.
    OptionIntToFloat,
}
