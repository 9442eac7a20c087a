//! How long lists are: as their types say, as they are written, and as methods make them of others.

use super::changes::Counted;
use super::facts::{Fact, Reader, settled};
use super::limits::{self, Limits};
use crate::analyses::cost::amount::{Amount, Root, Symbol};
use crate::analyses::cost::number::{Ends, Number, Unit};
use crate::types::body::{Body, LocalId, Ref};
use crate::types::decl::resolve_alias;
use crate::types::ty::Ty;
use flow_grammar::tree::visit::{Visit, walk_expr};
use flow_grammar::tree::{BinaryOp, Block, Expr, ExprKind, Pattern, PatternField, PatternKind, StmtKind};

/// How far names are followed to what they stand for.
const DEEPEST: u32 = 8;

/// How long a list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// At least.
    pub least: u64,
    /// At most.
    pub most: Amount,
}

impl Size {
    pub(super) fn known(length: usize) -> Self {
        let length = length as u64;
        Self { least: length, most: Amount::from(length) }
    }

    /// One or the other.
    fn or(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.or_more(&other.most) }
    }

    /// No shorter and no longer than a type says.
    pub(super) fn within(self, limits: Limits) -> Self {
        let most = match (limits.longest(), self.most.known()) {
            (Some(limit), known) => Amount::from(known.map_or(limit, |known| known.min(limit))),
            (None, _) => self.most,
        };
        let least = self.least.max(limits.shortest());
        Self { least: most.known().map_or(least, |most| least.min(most)), most }
    }

    /// A list of as many as that, or none where it is below 0; `None` if nobody knows the most.
    pub(super) fn of_ends(ends: &Ends) -> Option<Self> {
        Some(Self { least: ends.at_least(), most: ends.most.as_ref()?.amount(Unit::Count) })
    }

    /// Between what the length lies.
    pub(super) fn ends(&self) -> Ends {
        let least = i64::try_from(self.least).unwrap_or(i64::MAX);
        Ends { least: Some(least.into()), most: Number::of_amount(&self.most) }
    }

    pub(super) fn of(root: Root) -> Self {
        Self { least: 0, most: Amount::of(Symbol::Len(root)) }
    }

    /// As many as people call it, or none.
    pub(in crate::analyses) fn counted(what: String) -> Self {
        Self { least: 0, most: Amount::of(Symbol::Value(Root::Named(what.into()))) }
    }
}

impl Reader<'_> {
    /// What the type of a list says of its length, and that of a number of its value, if it says anything.
    pub(super) fn limits(&self, expr: &Expr) -> Option<(Limits, Counted)> {
        let ty = self.body.expr(expr.id);
        let field = match (&expr.kind, self.body.refs.get(expr.id)) {
            (ExprKind::Field { base, name, .. }, Some(Ref::Field(_))) => Some((base, name)),
            _ => None,
        };
        let narrowed = match self.body.refs.get(expr.id) {
            // What is collected for the whole flow holds everywhere.
            Some(Ref::Local(local)) if !self.collecting.get() => self.narrowed.get(local).copied(),
            _ => None,
        };
        if field.is_none() && narrowed.is_none() && !matches!(ty, Ty::Named(..)) {
            return None;
        }
        let counted = self.counted(expr)?;
        let length = counted == Counted::Length;
        let of_type = limits::of_type(self.db, ty, length);
        let limits = match field {
            Some((base, name)) => {
                of_type.and(limits::of_field(self.db, self.body.expr(base.id), None, &name.text, length))
            }
            None => of_type,
        };
        let limits = limits.and(narrowed.unwrap_or_default());
        (limits != Limits::default()).then_some((limits, counted))
    }

    /// Notes how long the lists are that a pattern binds, as far as the fields say that hold them.
    pub(super) fn bind_sizes(&mut self, pattern: &Pattern) {
        let (variant, fields) = match &pattern.kind {
            PatternKind::Variant { name, fields: Some(fields), .. } => (Some(name.text.as_str()), fields),
            PatternKind::Record(fields) => (None, fields),
            PatternKind::Or(ways) => return ways.iter().for_each(|way| self.bind_sizes(way)),
            _ => return,
        };
        for field in fields {
            let (PatternField::Short(name, inner) | PatternField::Named(name, inner)) = field else {
                continue;
            };
            self.bind_sizes(inner);
            let Some(local) = self.body.binds.get(&inner.id) else { continue };
            if !matches!(resolve_alias(self.db, self.body.pattern(inner.id)), Ty::List(_)) {
                continue;
            }
            let owner = match self.body.pattern(pattern.id) {
                Ty::Option(inner) => inner,
                ty => ty,
            };
            let limits = limits::of_field(self.db, owner, variant, &name.text, true);
            let known = self.body.locals.get(local.0 as usize).map(|known| known.name.clone());
            if let (Some(name), true) = (known, limits != Limits::default()) {
                let size = Size::of(Root::Named(name)).within(limits);
                // Of several patterns that bind one name, any may have matched.
                let size = match self.sizes.get(local) {
                    Some(other) => size.or(other.clone()),
                    None => size,
                };
                self.sizes.insert(*local, size);
            }
        }
    }

    /// Notes how long the lists are of which a condition speaks, where it holds, or where it does not.
    pub(super) fn narrow(&mut self, condition: &Expr, holds: bool) {
        let mut asked = Asked { body: self.body, found: Vec::new() };
        asked.expr(condition);
        for local in asked.found {
            let is_it =
                |expr: &Expr| matches!(self.body.refs.get(expr.id), Some(Ref::Local(it)) if *it == local);
            let of = limits::Subject { is_it: &is_it, length: true };
            let limits = limits::asked(self, of, condition, holds);
            if limits != Limits::default() {
                let known = self.narrowed.get(&local).copied().unwrap_or_default();
                self.narrowed.insert(local, known.and(limits));
            }
        }
    }

    pub(super) fn is_list(&self, expr: &Expr) -> bool {
        matches!(resolve_alias(self.db, self.body.expr(expr.id)), Ty::List(_))
    }

    /// How long the list is that one of several expressions yields.
    pub(super) fn chosen(&self, expr: &Expr, deep: u32) -> Option<Size> {
        if !self.is_list(expr) {
            return None;
        }
        let mut ways = Vec::new();
        ways_of(expr, &mut ways);
        let ways = ways.into_iter().filter(|way| *self.body.expr(way.id) != Ty::Never);
        ways.map(|way| self.fact_within(way, deep - 1).size()).reduce(Size::or)
    }

    /// How long the lists in a list are at most, where that is known.
    pub(super) fn elements(&self, list: &Expr) -> Option<Size> {
        self.element_size(list, DEEPEST)
    }

    fn element_size(&self, list: &Expr, deep: u32) -> Option<Size> {
        if deep == 0 {
            return None;
        }
        let written = match &list.kind {
            ExprKind::Paren(inner) => self.element_size(inner, deep),
            ExprKind::Lower(_) => match self.body.refs.get(list.id) {
                Some(Ref::Local(local)) => {
                    self.lets.get(local).and_then(|value| self.element_size(value, deep - 1))
                }
                _ => None,
            },
            ExprKind::List(items) => {
                let of = |item| self.is_list(item).then(|| self.fact_within(item, deep - 1).size());
                items.iter().map(of).collect::<Option<Vec<Size>>>()?.into_iter().reduce(Size::or)
            }
            ExprKind::Call { callee, args, .. } => match (self.body.refs.get(callee.id), &callee.kind) {
                (Some(Ref::Method { on: "list", name: "chunks" }), _) => {
                    match self.fact_within(&args.first()?.value, deep - 1) {
                        Fact::Int(most @ 1..) => {
                            Some(Size { least: 1, most: Amount::from(most.unsigned_abs()) })
                        }
                        _ => None,
                    }
                }
                (
                    Some(Ref::Method {
                        on: "list",
                        name: "take" | "drop" | "filter" | "sort" | "sort_by" | "reverse" | "unique",
                    }),
                    ExprKind::Field { base, .. },
                ) => self.element_size(base, deep - 1),
                _ => None,
            },
            _ => None,
        };
        written.or_else(|| match resolve_alias(self.db, self.body.expr(list.id)) {
            Ty::List(element) => {
                let limits = limits::of_type(self.db, &element, true);
                Some(Size { least: limits.shortest(), most: Amount::from(limits.longest()?) })
            }
            _ => None,
        })
    }

    /// How long a list is.
    pub(super) fn size(&self, expr: &Expr, deep: u32) -> Size {
        let unknown = || self.other(expr).size();
        match &expr.kind {
            ExprKind::Binary { op: BinaryOp::Range, left, right, .. } => {
                let end = |end| self.fact_within(end, deep - 1).ends(Unit::Count);
                let length = end(right).minus(&end(left)).plus(&Ends::from(1));
                Size::of_ends(&length).unwrap_or_else(unknown)
            }
            ExprKind::Call { callee, args, .. } => {
                let (Some(Ref::Method { on: "list", name }), ExprKind::Field { base, .. }) =
                    (self.body.refs.get(callee.id), &callee.kind)
                else {
                    return unknown();
                };
                let whole = || self.fact_within(base, deep - 1).size();
                let number = || match args.first().map(|arg| self.fact_within(&arg.value, deep - 1)) {
                    Some(Fact::Int(number)) => u64::try_from(number).ok(),
                    _ => None,
                };
                match *name {
                    "map" | "sort" | "sort_by" | "reverse" | "indexed" => whole(),
                    "filter" | "compact" => Size { least: 0, ..whole() },
                    "drop" => {
                        let count = args.first().map(|arg| self.fact_within(&arg.value, deep - 1));
                        let rest = count.map(|count| {
                            self.fact_within(base, deep - 1).length().minus(&count.ends(Unit::Count))
                        });
                        rest.as_ref().and_then(Size::of_ends).unwrap_or_else(|| Size { least: 0, ..whole() })
                    }
                    "unique" => Size { least: whole().least.min(1), ..whole() },
                    "take" => match number() {
                        Some(most) => {
                            let whole = whole();
                            let most_known = whole.most.known().map_or(most, |known| known.min(most));
                            Size { least: whole.least.min(most), most: Amount::from(most_known) }
                        }
                        None => {
                            let Size { most, .. } = whole();
                            let count = args.first().map(|arg| self.fact_within(&arg.value, deep - 1));
                            let most = match count {
                                Some(count) if most.known().is_none() => count.amount(),
                                _ => most,
                            };
                            Size { least: 0, most }
                        }
                    },
                    "flatten" => match self.element_size(base, deep - 1) {
                        Some(element) => {
                            let Size { least, most } = whole();
                            Size {
                                least: least.saturating_mul(element.least),
                                most: most.times(&element.most),
                            }
                        }
                        None => unknown(),
                    },
                    "chunks" => match number() {
                        Some(length @ 1..) => {
                            let Size { least, most } = whole();
                            Size {
                                least: least.div_ceil(length),
                                most: most.rounds(&Ends::from(i64::try_from(length).unwrap_or(i64::MAX))),
                            }
                        }
                        _ => Size { least: whole().least.min(1), ..whole() },
                    },
                    _ => unknown(),
                }
            }
            _ => unknown(),
        }
    }
}

/// The lists that never change of which a condition asks the length.
struct Asked<'b> {
    body: &'b Body,
    found: Vec<LocalId>,
}

impl Visit for Asked<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Call { callee, .. } = &expr.kind
            && let Some(Ref::Method { on: "list", name: "len" | "is_empty" }) = self.body.refs.get(callee.id)
            && let ExprKind::Field { base, .. } = &callee.kind
            && let Some(Ref::Local(local)) = self.body.refs.get(base.id)
            && settled(self.body, *local)
            && !self.found.contains(local)
        {
            self.found.push(*local);
        }
        walk_expr(self, expr);
    }
}

/// The expressions of which one is the value of an expression that chooses.
pub(super) fn ways_of<'e>(expr: &'e Expr, out: &mut Vec<&'e Expr>) {
    let mut last = |block: &'e Block| match block.stmts.last().map(|last| &last.kind) {
        Some(StmtKind::Expr(value)) => ways_of(value, out),
        _ => out.push(expr),
    };
    match &expr.kind {
        ExprKind::Paren(inner) => ways_of(inner, out),
        ExprKind::Block(block) => last(block),
        ExprKind::If { then, otherwise, .. } => {
            last(then);
            otherwise.iter().for_each(|otherwise| ways_of(otherwise, out));
        }
        ExprKind::Match { arms, .. } => arms.iter().for_each(|arm| ways_of(&arm.body, out)),
        ExprKind::Catch { body, handler, .. } => {
            last(handler);
            ways_of(body, out);
        }
        ExprKind::Binary { op: BinaryOp::Coalesce, left, right, .. } => {
            ways_of(left, out);
            ways_of(right, out);
        }
        _ => out.push(expr),
    }
}
