//! What tells the rounds of the concurrent loops around a value, and the calls of its flow, apart: whether the value holds the
//! element of a loop, or a parameter, in such a way that another element makes another value.
//!
//! It does where the element is all of it, or stands in a text with constant parts, or apart from other values; where it is a
//! field that may be of any text or number; where a whole number is added to it. What is computed of an element otherwise may
//! be the same for two.

use super::Piece;
use super::facts::Reader;
use super::files::Files;
use super::known::Binds;
use crate::resolve::DefKind;
use crate::syntax::find_item;
use crate::types::body::{Body, LocalId, Ref};
use crate::types::decl::{resolve_alias, shape, signature};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::tree::visit::{Visit, walk_expr};
use flow_grammar::tree::{
    Arg, BinaryOp, Block, Expr, ExprKind, ItemKind, Pattern, PatternKind, StmtKind, TemplatePart, UnaryOp,
};
use rustc_hash::FxHashMap;
use std::cell::Cell;

/// How many expressions are looked at for one value; one that is made of more holds nothing for sure.
const MOST: u32 = 256;

/// What tells the values of different rounds and calls apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Depends {
    /// The concurrent loops around whose elements do: a bit for each, the outermost lowest.
    pub rounds: u32,
    /// The parameters of the flow that do: a bit for each.
    pub params: u64,
}

impl Depends {
    const ON_ALL: Self = Self { rounds: u32::MAX, params: u64::MAX };

    /// What one or the other depends on.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { rounds: self.rounds | other.rounds, params: self.params | other.params }
    }

    /// What both depend on.
    const fn both(self, other: Self) -> Self {
        Self { rounds: self.rounds & other.rounds, params: self.params & other.params }
    }

    /// What is left of it beside something that may differ as that does. Calls differ in all of their arguments.
    const fn beside(self, moves: Self) -> Self {
        let params = if moves.params == 0 { self.params } else { 0 };
        Self { rounds: self.rounds & !moves.rounds, params }
    }
}

/// The bit of a parameter; those behind the last bit have none, and tell nothing apart.
pub const fn bit(param: u32) -> u64 {
    if param < 64 { 1 << param } else { 0 }
}

/// What the variables of a flow stand for.
#[derive(Default)]
pub(super) struct Origins<'a> {
    /// The elements of concurrent loops, each with the number of its loop.
    elements: FxHashMap<LocalId, u32>,
    /// What variables that never change are bound to, and in how many concurrent loops.
    values: FxHashMap<LocalId, Bound<'a>>,
}

#[derive(Clone, Copy)]
struct Bound<'a> {
    value: &'a Expr,
    /// Whether the variable is the whole value.
    is_whole: bool,
    loops: u32,
}

impl<'a> Origins<'a> {
    /// A pattern binds that value, or parts of it, within so many concurrent loops.
    pub(super) fn bind(&mut self, body: &Body, pattern: &Pattern, value: &'a Expr, loops: u32) {
        let is_whole = matches!(pattern.kind, PatternKind::Bind(_));
        for local in bound(body, pattern) {
            self.values.insert(local, Bound { value, is_whole, loops });
        }
    }

    /// A pattern binds the element of the concurrent loop of that number, or parts of it.
    pub(super) fn element(&mut self, reader: &Reader<'_>, pattern: &Pattern, number: u32) {
        let is_whole = matches!(pattern.kind, PatternKind::Bind(_));
        for local in bound(reader.body, pattern) {
            if is_whole || ty(reader, local).is_some_and(|ty| tells_apart(reader, ty)) {
                self.elements.insert(local, number);
            }
        }
    }

    /// What tells a value of one round or call from that of another.
    pub(super) fn depends(&self, reader: &Reader<'_>, value: &Expr) -> Depends {
        if self.elements.is_empty() && reader.params.is_empty() {
            return Depends::default();
        }
        Look { origins: self, reader, left: &Cell::new(MOST) }.held(value)
    }
}

/// The variables that a pattern binds.
fn bound(body: &Body, pattern: &Pattern) -> Vec<LocalId> {
    let mut binds = Binds { body, found: Vec::new() };
    binds.pattern(pattern);
    binds.found
}

fn ty<'b>(reader: &Reader<'b>, local: LocalId) -> Option<&'b Ty> {
    reader.body.locals.get(local.0 as usize).map(|local| &local.ty)
}

/// Whether a field of that type may be another one for each element: a text or a number, not one of a few values.
fn tells_apart(reader: &Reader<'_>, ty: &Ty) -> bool {
    match resolve_alias(reader.db, ty) {
        Ty::String
        | Ty::Int
        | Ty::Float
        | Ty::Duration
        | Ty::Time
        | Ty::Money
        | Ty::Json
        | Ty::Dir
        | Ty::File(_)
        | Ty::Output(_)
        | Ty::Record(_) => true,
        Ty::Option(of) => tells_apart(reader, &of),
        named @ Ty::Named(..) => shape(reader.db, &named).is_some_and(|shape| match shape.variants() {
            Some(variants) => variants.iter().any(|variant| !variant.fields.is_empty()),
            None => true,
        }),
        _ => false,
    }
}

/// A look at one value.
#[derive(Clone, Copy)]
struct Look<'l, 'a> {
    origins: &'l Origins<'l>,
    reader: &'l Reader<'a>,
    /// How many expressions may still be looked at.
    left: &'l Cell<u32>,
}

/// A part of a text.
enum Part<'e> {
    Value(&'e Expr),
    /// What keeps the values before and behind it apart.
    Between,
}

impl Look<'_, '_> {
    fn may_go_on(self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    fn refers(&self, expr: &Expr) -> Option<&Ref> {
        self.reader.body.refs.get(expr.id)
    }

    fn is_never(&self, expr: &Expr) -> bool {
        *self.reader.body.expr(expr.id) == Ty::Never
    }

    fn is(&self, expr: &Expr, ty: &Ty) -> bool {
        resolve_alias(self.reader.db, self.reader.body.expr(expr.id)) == *ty
    }

    /// What of it another value would be another for.
    fn held(self, expr: &Expr) -> Depends {
        let none = Depends::default();
        if !self.may_go_on() {
            return none;
        }
        match &expr.kind {
            ExprKind::Paren(inner) => self.held(inner),
            ExprKind::Lower(_) => match self.refers(expr) {
                Some(Ref::Local(local)) => self.held_by(*local),
                _ => none,
            },
            ExprKind::Field { base, name, optional: false } => self.of_field(expr, base, &name.text),
            ExprKind::Str(_) => self.of_text(expr),
            ExprKind::Binary { op: BinaryOp::Add, .. } if self.is(expr, &Ty::String) => self.of_text(expr),
            ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, right, .. }
                if self.is(expr, &Ty::Int) =>
            {
                let (l, r) = (self.held(left), self.held(right));
                if l == none && r == none {
                    return none;
                }
                l.beside(self.moved(right)).and(r.beside(self.moved(left)))
            }
            ExprKind::Unary { op: UnaryOp::Neg, operand } => self.held(operand),
            ExprKind::Binary { op: BinaryOp::Coalesce, left, right, .. } if self.is_never(right) => {
                self.held(left)
            }
            ExprKind::With { base, .. } if matches!(base.kind, ExprKind::Call { .. }) => self.held(base),
            ExprKind::List(items) => items.iter().fold(none, |all, item| all.and(self.held(item))),
            ExprKind::Block(block) => self.of_block(block),
            ExprKind::If { condition, then, otherwise: Some(otherwise) } => {
                let then = (!self.leaves(then)).then(|| self.of_block(then));
                let otherwise = (!self.is_never(otherwise)).then(|| self.held(otherwise));
                self.of_ways(&[&**condition], then.into_iter().chain(otherwise).collect())
            }
            ExprKind::Match { scrutinee, arms } => {
                let mut by = vec![&**scrutinee];
                by.extend(arms.iter().filter_map(|arm| arm.guard.as_deref()));
                let ways = arms.iter().filter(|arm| !self.is_never(&arm.body));
                self.of_ways(&by, ways.map(|arm| self.held(&arm.body)).collect())
            }
            ExprKind::Catch { body, handler, .. } if self.leaves(handler) => self.held(body),
            ExprKind::Call { callee, args, .. } => self.of_call(expr, callee, args),
            _ => none,
        }
    }

    fn held_by(self, local: LocalId) -> Depends {
        if let Some(param) = self.reader.params.get(&local) {
            return Depends { params: bit(*param), rounds: 0 };
        }
        if let Some(number) = self.origins.elements.get(&local) {
            return Depends { rounds: 1_u32.checked_shl(*number).unwrap_or(0), params: 0 };
        }
        match self.origins.values.get(&local) {
            Some(Bound { value, is_whole: true, .. }) => self.held(value),
            Some(Bound { value, .. })
                if ty(self.reader, local).is_some_and(|ty| tells_apart(self.reader, ty)) =>
            {
                self.held(value)
            }
            _ => Depends::default(),
        }
    }

    fn of_field(self, expr: &Expr, base: &Expr, name: &str) -> Depends {
        let of = resolve_alias(self.reader.db, self.reader.body.expr(base.id));
        let is_told = match of {
            Ty::File(_) | Ty::Output(_) => match name {
                "path" => true,
                "name" | "stem" => self.lie_together(base, name == "stem"),
                _ => false,
            },
            of if shape(self.reader.db, &of).is_some() => {
                tells_apart(self.reader, self.reader.body.expr(expr.id))
            }
            _ => false,
        };
        if is_told { self.held(base) } else { Depends::default() }
    }

    /// Whether the files that a value may hold lie in one directory, and end alike.
    fn lie_together(self, file: &Expr, alike: bool) -> bool {
        let Ok([Files::Pattern(pieces)]) = <[Files; 1]>::try_from(self.reader.files(file)) else {
            return false;
        };
        let [Piece::Text(glob)] = pieces.as_slice() else { return false };
        let (directory, name) = glob.rsplit_once('/').unwrap_or(("", glob));
        let is_plain = |text: &str| !text.contains(['*', '?', '[', ']', '{', '}']);
        is_plain(directory)
            && name != "**"
            && (!alike || name.rsplit_once('.').is_some_and(|(_, end)| is_plain(end)))
    }

    /// What values hold that stand in a text: those that nothing keeps apart may be the same text in other places.
    fn of_text(self, expr: &Expr) -> Depends {
        let mut parts = Vec::new();
        self.parts(expr, &mut parts);
        let together = parts.split(|part| matches!(part, Part::Between));
        together.fold(Depends::default(), |all, values| {
            let values = || {
                values.iter().enumerate().filter_map(|(index, part)| match part {
                    Part::Value(value) => Some((index, *value)),
                    Part::Between => None,
                })
            };
            values().fold(all, |all, (index, value)| {
                let held = self.held(value);
                if held == Depends::default() {
                    return all;
                }
                let others = values().filter(|(other, _)| *other != index);
                all.and(held.beside(others.fold(Depends::default(), |all, (_, it)| all.and(self.moved(it)))))
            })
        })
    }

    fn parts<'e>(self, expr: &'e Expr, out: &mut Vec<Part<'e>>) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.parts(inner, out),
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } if self.is(expr, &Ty::String) => {
                self.parts(left, out);
                self.parts(right, out);
            }
            ExprKind::Str(template) => template.parts.iter().for_each(|part| match part {
                TemplatePart::Text(text, _) if text.chars().all(char::is_alphanumeric) => {}
                TemplatePart::Text(..) => out.push(Part::Between),
                TemplatePart::Hole(hole) => self.parts(hole, out),
            }),
            _ => out.push(Part::Value(expr)),
        }
    }

    fn of_block(self, block: &Block) -> Depends {
        match block.stmts.last().map(|last| &last.kind) {
            Some(StmtKind::Expr(last)) => self.held(last),
            _ => Depends::default(),
        }
    }

    fn leaves(self, block: &Block) -> bool {
        matches!(block.stmts.last().map(|last| &last.kind), Some(StmtKind::Expr(last)) if self.is_never(last))
    }

    /// What is chosen holds what all ways do, if the same way is gone by all.
    fn of_ways(self, by: &[&Expr], ways: Vec<Depends>) -> Depends {
        let is_one = ways.len() == 1;
        let held = ways.into_iter().reduce(Depends::both).unwrap_or_default();
        if is_one || held == Depends::default() {
            return held;
        }
        held.beside(by.iter().fold(Depends::default(), |all, it| all.and(self.moved(it))))
    }

    fn of_call(self, expr: &Expr, callee: &Expr, args: &[Arg]) -> Depends {
        let none = Depends::default();
        let order = self.reader.body.args.get(&expr.id);
        let given = |param: usize| match order {
            Some(order) => args.get((*order.get(param)?)?),
            None => args.get(param),
        };
        match (self.refers(callee), &callee.kind) {
            (Some(Ref::Effect("write")), _) => given(0).map_or(none, |path| self.held(&path.value)),
            (Some(Ref::Method { name: "to_string", .. }), ExprKind::Field { base, .. }) => self.held(base),
            (Some(Ref::Item(key)), _) => match signature(self.reader.db, key.clone()).map(|known| known.kind)
            {
                // It names its files of what it is given.
                Some(DefKind::Command) => match resolve_alias(self.reader.db, self.reader.body.expr(expr.id))
                {
                    Ty::File(_) | Ty::Output(_) => {
                        args.iter().fold(none, |all, arg| all.and(self.held(&arg.value)))
                    }
                    _ => none,
                },
                Some(DefKind::Fn) => {
                    let params = self.of_function(key);
                    let held = (0_u32..64).filter(|param| params & bit(*param) != 0);
                    let args = held.filter_map(|param| given(param as usize));
                    args.fold(none, |all, arg| all.and(self.held(&arg.value)))
                }
                _ => none,
            },
            _ => none,
        }
    }

    /// The parameters that the result of a function holds.
    fn of_function(self, key: &crate::diagnostics::ItemKey) -> u64 {
        let Some(item) = find_item(self.reader.db, key) else { return 0 };
        let ItemKind::Fn(decl) = item.kind(self.reader.db) else { return 0 };
        let body = check_body(self.reader.db, item);
        let params = decl.params.iter().zip(0_u32..);
        let params =
            params.filter_map(|(param, at)| Some((*body.binders.get(&param.name.span)?, at))).collect();
        let reader = Reader { params, ..Reader::new(self.reader.db, &body) };
        let mut origins = Origins::default();
        for stmt in &decl.body.stmts {
            if let StmtKind::Let { pattern, value, .. } = &stmt.kind {
                origins.bind(&body, pattern, value, 0);
            }
        }
        Look { origins: &origins, reader: &reader, left: self.left }.of_block(&decl.body).params
    }

    /// In which rounds and calls it may be another.
    fn moved(self, expr: &Expr) -> Depends {
        let mut moves = Moves { look: self, found: Depends::default() };
        moves.expr(expr);
        moves.found
    }

    fn moved_by(self, local: LocalId) -> Depends {
        if let Some(param) = self.reader.params.get(&local) {
            return Depends { params: bit(*param).max(1), rounds: 0 };
        }
        if let Some(number) = self.origins.elements.get(&local) {
            // Each round of a loop around has them all.
            return Depends { rounds: u32::MAX >> (31 - number.min(&31)), params: 0 };
        }
        match self.origins.values.get(&local) {
            Some(Bound { value, loops, .. }) => {
                let within = 1_u32.checked_shl(*loops).map_or(u32::MAX, |bit| bit - 1);
                let Depends { rounds, params } = self.moved(value);
                Depends { rounds: rounds & within, params }
            }
            None => Depends::ON_ALL,
        }
    }
}

/// What a value may differ with: any variable in it, and whatever is called that is no function.
struct Moves<'l, 'a> {
    look: Look<'l, 'a>,
    found: Depends,
}

impl Visit for Moves<'_, '_> {
    fn expr(&mut self, expr: &Expr) {
        let more = match self.look.refers(expr) {
            _ if !self.look.may_go_on() => Depends::ON_ALL,
            Some(Ref::Local(local)) => self.look.moved_by(*local),
            Some(Ref::Effect(_) | Ref::Testing(_) | Ref::Endpoint(_)) => Depends::ON_ALL,
            Some(Ref::Item(key)) => match signature(self.look.reader.db, key.clone()).map(|known| known.kind)
            {
                Some(DefKind::Fn | DefKind::Const) | None => Depends::default(),
                Some(_) => Depends::ON_ALL,
            },
            _ => Depends::default(),
        };
        self.found = self.found.and(more);
        walk_expr(self, expr);
    }
}
