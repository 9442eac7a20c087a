//! The matrix of patterns: what it does not cover, and whether a row adds anything.

use crate::db::Db;
use crate::types::decl::{self, FieldDef, TypeShape};
use crate::types::ty::Ty;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Pat {
    /// Matches anything.
    Any,
    /// Matches what is made with the constructor, and whose parts match.
    Ctor(Ctor, Vec<Pat>),
    /// Matches what one of them matches.
    Or(Vec<Pat>),
}

/// What makes a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ctor {
    /// The variant of that index.
    Variant(usize),
    /// The one form of a record.
    Record,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Text(SmolStr),
    /// `none`
    None,
    /// A value of an option that is not `none`.
    Some,
}

/// A value that nothing matches, as a pattern for people.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Witness {
    /// Any value that the other arms leave.
    Any,
    /// `Accept`, `Revise(class: Hard, ..)`
    Variant(SmolStr, Vec<(SmolStr, Witness)>),
    /// `{ ok: false, .. }`
    Record(Vec<(SmolStr, Witness)>),
    /// `true`, `none`
    Plain(&'static str),
}

/// How many missing patterns are named.
const NAMED: usize = 4;

/// How many steps a question may take. Patterns that need more are so intertwined that a catch-all is asked for.
const FUEL: u32 = 100_000;

/// Rows of patterns for values of one type.
pub(super) struct Matrix<'db> {
    db: &'db dyn Db,
    ty: Ty,
    rows: Vec<Vec<Pat>>,
    /// Where the rows begin with what.
    column: Column,
}

/// Which rows begin with what, so that one question does not look at all of them.
#[derive(Debug, Default)]
struct Column {
    /// The rows that begin with a constructor.
    by: FxHashMap<Ctor, Vec<usize>>,
    /// Those that begin with anything.
    any: Vec<usize>,
}

impl Column {
    fn of(rows: &[&[Pat]]) -> Self {
        let mut column = Self::default();
        rows.iter().enumerate().for_each(|(index, row)| column.push(index, row));
        column
    }

    fn push(&mut self, index: usize, row: &[Pat]) {
        row.iter().take(1).for_each(|pat| self.begins(index, pat));
    }

    fn begins(&mut self, index: usize, pat: &Pat) {
        let rows = match pat {
            Pat::Or(alternatives) => return alternatives.iter().for_each(|pat| self.begins(index, pat)),
            Pat::Any => &mut self.any,
            Pat::Ctor(ctor, _) => self.by.entry(ctor.clone()).or_default(),
        };
        if rows.last() != Some(&index) {
            rows.push(index);
        }
    }

    /// The rows that say something of values made with a constructor.
    fn rows<'r>(&self, ctor: &Ctor, rows: &[&'r [Pat]]) -> Vec<&'r [Pat]> {
        let own = self.by.get(ctor).map(Vec::as_slice).unwrap_or_default();
        let others = self.any.iter().filter(|index| own.binary_search(index).is_err());
        own.iter().chain(others).filter_map(|index| rows.get(*index).copied()).collect()
    }
}

/// All that make a value of a type, if they can be listed.
type Ctors = Option<Vec<Ctor>>;

impl<'db> Matrix<'db> {
    /// No rows, for values of a type.
    pub(super) fn new(db: &'db dyn Db, ty: Ty) -> Self {
        Self { db, ty, rows: Vec::new(), column: Column::default() }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, pat: Pat) {
        let row = vec![pat];
        self.column.push(self.rows.len(), &row);
        self.rows.push(row);
    }

    /// The first row that matches everything.
    pub(super) fn first_catch_all(&self) -> Option<usize> {
        self.rows.iter().position(|row| matches!(row.as_slice(), [Pat::Any]))
    }

    /// Whether a pattern matches something that no row matches.
    pub(super) fn is_useful(&self, pat: &Pat) -> bool {
        let row = |index: &usize| self.rows.get(*index).map(Vec::as_slice);
        let rows: Vec<&[Pat]> = match pat {
            Pat::Ctor(ctor, _) => {
                let own = self.column.by.get(ctor).into_iter().flatten();
                own.chain(&self.column.any).filter_map(row).collect()
            }
            Pat::Any | Pat::Or(_) => self.rows.iter().map(Vec::as_slice).collect(),
        };
        self.useful(&rows, std::slice::from_ref(pat), std::slice::from_ref(&self.ty), &mut FUEL.clone())
    }

    /// What no row matches; the first few.
    pub(super) fn missing(&self) -> Vec<Witness> {
        let rows: Vec<&[Pat]> = self.rows.iter().map(Vec::as_slice).collect();
        let found = self.uncovered(&rows, std::slice::from_ref(&self.ty), &mut FUEL.clone());
        found.into_iter().filter_map(|mut row| row.pop()).collect()
    }

    fn ctors(&self, ty: &Ty) -> Ctors {
        match decl::shape(self.db, ty).as_deref() {
            Some(TypeShape::Record(_)) => return Some(vec![Ctor::Record]),
            Some(shape) => return Some((0..shape.variants()?.len()).map(Ctor::Variant).collect()),
            None => {}
        }
        match decl::resolve_alias(self.db, ty) {
            Ty::Bool => Some(vec![Ctor::Bool(true), Ctor::Bool(false)]),
            Ty::Option(_) => Some(vec![Ctor::None, Ctor::Some]),
            Ty::None => Some(vec![Ctor::None]),
            _ => None,
        }
    }

    /// The types of the parts of what a constructor makes.
    fn parts(&self, ty: &Ty, ctor: &Ctor) -> Vec<Ty> {
        let types = |fields: &[FieldDef]| fields.iter().map(|field| field.ty.clone()).collect();
        let shape = || decl::shape(self.db, ty);
        let found = match ctor {
            Ctor::Record => shape().and_then(|shape| shape.fields().map(types)),
            Ctor::Variant(index) => {
                shape().and_then(|shape| Some(types(&shape.variants()?.get(*index)?.fields)))
            }
            Ctor::Some => match decl::resolve_alias(self.db, ty) {
                Ty::Option(inner) => Some(vec![inner.as_ref().clone()]),
                _ => None,
            },
            Ctor::Bool(_) | Ctor::Int(_) | Ctor::Text(_) | Ctor::None => None,
        };
        found.unwrap_or_default()
    }

    fn useful(&self, rows: &[&[Pat]], row: &[Pat], tys: &[Ty], fuel: &mut u32) -> bool {
        let (Some((pat, rest)), Some((ty, rest_tys))) = (row.split_first(), tys.split_first()) else {
            return rows.is_empty();
        };
        if rows.iter().any(|row| matches_all(row)) {
            return false;
        }
        if rows.is_empty() || !spend(fuel) {
            return true;
        }
        match pat {
            Pat::Or(alternatives) => alternatives.iter().any(|alternative| {
                let row: Vec<Pat> =
                    std::iter::once(alternative.clone()).chain(rest.iter().cloned()).collect();
                self.useful(rows, &row, tys, fuel)
            }),
            Pat::Ctor(ctor, parts) => {
                let part_tys = self.parts(ty, ctor);
                let row: Vec<Pat> = parts.iter().chain(rest).cloned().collect();
                self.with_ctor(rows, ctor, &part_tys, rest_tys, |infer, rows, tys| {
                    infer.useful(rows, &row, tys, fuel)
                })
            }
            Pat::Any => match self.complete(rows, ty) {
                Some(ctors) => {
                    let column = Column::of(rows);
                    ctors.iter().any(|ctor| {
                        let part_tys = self.parts(ty, ctor);
                        let row: Vec<Pat> = std::iter::repeat_n(Pat::Any, part_tys.len())
                            .chain(rest.iter().cloned())
                            .collect();
                        let rows = column.rows(ctor, rows);
                        self.with_ctor(&rows, ctor, &part_tys, rest_tys, |infer, rows, tys| {
                            infer.useful(rows, &row, tys, fuel)
                        })
                    })
                }
                None => {
                    let rows = defaults(rows);
                    self.useful(&slices(&rows), rest, rest_tys, fuel)
                }
            },
        }
    }

    /// The constructors of a type, if the first column names each of them.
    fn complete(&self, rows: &[&[Pat]], ty: &Ty) -> Ctors {
        let ctors = self.ctors(ty)?;
        let used = used(rows);
        ctors.iter().all(|ctor| used.contains(ctor)).then_some(ctors)
    }

    /// The rows for values made with a constructor, and what becomes of their types.
    fn with_ctor<T>(
        &self,
        rows: &[&[Pat]],
        ctor: &Ctor,
        part_tys: &[Ty],
        rest_tys: &[Ty],
        go: impl FnOnce(&Self, &[&[Pat]], &[Ty]) -> T,
    ) -> T {
        let mut kept = Vec::new();
        for row in rows {
            specialise(row, ctor, part_tys.len(), &mut kept);
        }
        let tys: Vec<Ty> = part_tys.iter().chain(rest_tys).cloned().collect();
        go(self, &slices(&kept), &tys)
    }

    fn uncovered(&self, rows: &[&[Pat]], tys: &[Ty], fuel: &mut u32) -> Vec<Vec<Witness>> {
        let Some((ty, rest_tys)) = tys.split_first() else {
            return if rows.is_empty() { vec![Vec::new()] } else { Vec::new() };
        };
        if rows.iter().any(|row| matches_all(row)) {
            return Vec::new();
        }
        if !spend(fuel) {
            return vec![vec![Witness::Any; tys.len()]];
        }
        let used = used(rows);
        let listed = self.ctors(ty);
        // Where nothing is told apart, or values cannot be listed, what is left is what the catch-alls leave.
        let Some(ctors) = listed.filter(|_| !used.is_empty()) else {
            let rows = defaults(rows);
            let mut found = self.uncovered(&slices(&rows), rest_tys, fuel);
            found.iter_mut().for_each(|row| row.insert(0, Witness::Any));
            return found;
        };
        let column = Column::of(rows);
        let mut found = Vec::new();
        for ctor in &ctors {
            let rows = column.rows(ctor, rows);
            if rows.iter().any(|row| matches_all_parts(row)) {
                continue;
            }
            let part_tys = self.parts(ty, ctor);
            let left = self.with_ctor(&rows, ctor, &part_tys, rest_tys, |this, rows, tys| {
                this.uncovered(rows, tys, fuel)
            });
            for mut row in left {
                let rest = row.split_off(part_tys.len().min(row.len()));
                let mut whole = vec![self.witness(ty, ctor, row)];
                whole.extend(rest);
                found.push(whole);
                if found.len() >= NAMED {
                    return found;
                }
            }
        }
        found
    }

    fn witness(&self, ty: &Ty, ctor: &Ctor, mut parts: Vec<Witness>) -> Witness {
        let shape = decl::shape(self.db, ty);
        let named = |fields: &[decl::FieldDef], parts: Vec<Witness>| {
            fields.iter().map(|field| field.name.clone()).zip(parts).collect()
        };
        match ctor {
            Ctor::Bool(true) => Witness::Plain("true"),
            Ctor::Bool(false) => Witness::Plain("false"),
            Ctor::None => Witness::Plain("none"),
            Ctor::Some => parts.pop().unwrap_or(Witness::Any),
            Ctor::Int(_) | Ctor::Text(_) => Witness::Any,
            Ctor::Variant(index) => match shape.as_deref().and_then(|shape| shape.variants()?.get(*index)) {
                Some(variant) => Witness::Variant(variant.name.clone(), named(&variant.fields, parts)),
                None => Witness::Any,
            },
            Ctor::Record => match shape.as_deref().and_then(|shape| shape.fields()) {
                Some(fields) => Witness::Record(named(fields, parts)),
                None => Witness::Any,
            },
        }
    }
}

const fn spend(fuel: &mut u32) -> bool {
    *fuel = fuel.saturating_sub(1);
    *fuel > 0
}

/// Whether a row matches whatever there is, so that no type need be taken apart.
fn matches_all(row: &[Pat]) -> bool {
    row.iter().all(|pat| matches!(pat, Pat::Any))
}

/// Whether a row matches whatever is made with the constructor that it begins with.
fn matches_all_parts(row: &[Pat]) -> bool {
    matches!(row.split_first(), Some((Pat::Ctor(_, parts), rest)) if matches_all(parts) && matches_all(rest))
}

fn slices(rows: &[Vec<Pat>]) -> Vec<&[Pat]> {
    rows.iter().map(Vec::as_slice).collect()
}

/// The constructors that the first column names.
fn used<'r>(rows: &[&'r [Pat]]) -> FxHashSet<&'r Ctor> {
    fn collect<'r>(pat: &'r Pat, used: &mut FxHashSet<&'r Ctor>) {
        match pat {
            Pat::Any => {}
            Pat::Ctor(ctor, _) => drop(used.insert(ctor)),
            Pat::Or(alternatives) => alternatives.iter().for_each(|alternative| collect(alternative, used)),
        }
    }
    let mut used_so_far = FxHashSet::default();
    for pat in rows.iter().filter_map(|row| row.first()) {
        collect(pat, &mut used_so_far);
    }
    used_so_far
}

/// What a row says of values made with a constructor: the parts in place of the first column.
fn specialise(row: &[Pat], ctor: &Ctor, arity: usize, kept: &mut Vec<Vec<Pat>>) {
    let Some((pat, rest)) = row.split_first() else { return };
    match pat {
        Pat::Any => kept.push(std::iter::repeat_n(Pat::Any, arity).chain(rest.iter().cloned()).collect()),
        Pat::Ctor(other, parts) if other == ctor => kept.push(parts.iter().chain(rest).cloned().collect()),
        Pat::Ctor(..) => {}
        Pat::Or(alternatives) => {
            for alternative in alternatives {
                let row: Vec<Pat> = std::iter::once(alternative).chain(rest).cloned().collect();
                specialise(&row, ctor, arity, kept);
            }
        }
    }
}

/// What the rows whose first column matches anything say of the rest.
fn defaults(rows: &[&[Pat]]) -> Vec<Vec<Pat>> {
    fn matches_any(pat: &Pat) -> bool {
        match pat {
            Pat::Any => true,
            Pat::Ctor(..) => false,
            Pat::Or(alternatives) => alternatives.iter().any(matches_any),
        }
    }
    let kept = rows.iter().filter_map(|row| row.split_first()).filter(|(pat, _)| matches_any(pat));
    kept.map(|(_, rest)| rest.to_vec()).collect()
}

impl std::fmt::Display for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("_"),
            Self::Plain(text) => f.write_str(text),
            Self::Variant(name, fields) if fields.is_empty() => f.write_str(name),
            Self::Variant(name, fields) => {
                write!(f, "{name}(")?;
                write_fields(f, fields)?;
                f.write_str(")")
            }
            Self::Record(fields) => {
                f.write_str("{ ")?;
                write_fields(f, fields)?;
                f.write_str(" }")
            }
        }
    }
}

/// The fields of which something is asked, and `..` for the others.
fn write_fields(f: &mut std::fmt::Formatter<'_>, fields: &[(SmolStr, Witness)]) -> std::fmt::Result {
    let asked: Vec<&(SmolStr, Witness)> =
        fields.iter().filter(|(_, witness)| *witness != Witness::Any).collect();
    for (index, (name, witness)) in asked.iter().enumerate() {
        write!(f, "{}{name}: {witness}", if index == 0 { "" } else { ", " })?;
    }
    match asked.len() {
        all if all == fields.len() => Ok(()),
        0 => f.write_str(".."),
        _ => f.write_str(", .."),
    }
}
