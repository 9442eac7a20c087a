//! What is known of values without running anything: literals, constants, parameters.

use super::brief::brief;
use super::changes::{Changes, Counted};
use super::files::parts;
use super::limits::Limits;
use super::{Files, Size};
use crate::analyses::cost::amount::{Amount, Root, Symbol};
use crate::analyses::cost::number::{Ends, Number, Unit};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::syntax::find_item;
use crate::types::body::{Body, LocalId, LocalKind, Ref};
use crate::types::decl::signature;
use crate::types::infer::check_body;
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, FlowDecl, ItemKind, Template, TemplatePart, UnaryOp};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::cell::{Cell, OnceCell};

/// How far names are followed to what they stand for.
const DEEPEST: u32 = 8;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// `12`
    Int(i64),
    /// `15m`, in milliseconds
    Duration(i64),
    /// `$2.50`, in millionths of a dollar
    Money(i64),
    /// `true`
    Bool(bool),
    /// A lone word of a setting.
    Word(SmolStr),
    /// A string.
    Text(Vec<Piece>),
    /// A list literal.
    List(Vec<Fact>),
    /// A parameter of the item, by its place and its name.
    Param(u32, SmolStr),
    /// A declaration: a tool, a flow, a secret.
    Item(ItemKey, DefKind),
    /// A list that is computed.
    Sized(Size),
    /// A number that is computed of what only a run knows, and what it counts.
    Number(Box<Ends>, Unit),
    /// Anything else, as people call it.
    Other(SmolStr),
    /// The same, where it is not always the same while the flow runs.
    Changing(SmolStr),
}

/// A piece of a string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// Text.
    Text(SmolStr),
    /// A parameter of the item, by its place.
    Param(u32),
    /// A value that is only known at run time.
    Hole,
}

impl Fact {
    /// A number between these ends; `None` if nothing is known of it.
    pub fn computed(ends: &Ends, unit: Unit) -> Option<Self> {
        match (ends.known(), unit) {
            (Some(number), Unit::Count) => Some(Self::Int(number)),
            // Which of both it is where it is used says.
            (Some(number), Unit::Quantity) => Some(Self::Duration(number)),
            (None, unit) => (!ends.is_unknown()).then(|| Self::Number(Box::new(ends.clone()), unit)),
        }
    }

    /// Between what the number lies.
    pub fn ends(&self, unit: Unit) -> Ends {
        let symbol = match unit {
            Unit::Count => Symbol::Value,
            Unit::Quantity => Symbol::Quantity,
        };
        match self {
            Self::Int(number) | Self::Duration(number) | Self::Money(number) => Ends::from(*number),
            Self::Number(ends, _) => Ends::clone(ends),
            _ => Number::of(symbol(self.root())).into(),
        }
    }

    /// Between what the length of the list lies.
    pub fn length(&self) -> Ends {
        match self {
            Self::Param(..) | Self::Other(_) | Self::Changing(_) => {
                Number::of(Symbol::Len(self.root())).into()
            }
            _ => self.size().ends(),
        }
    }

    /// The number that it is at most, numbers below 0 being none.
    pub fn amount(&self) -> Amount {
        self.at_most(Unit::Count)
    }

    /// The milliseconds or millionths of a dollar that it is at most.
    pub fn quantity(&self) -> Amount {
        self.at_most(Unit::Quantity)
    }

    fn at_most(&self, unit: Unit) -> Amount {
        match self.ends(unit).most {
            Some(most) => most.amount(unit),
            None => Self::Other("…".into()).at_most(unit),
        }
    }

    /// The number that it is at least, numbers below 0 being none.
    pub fn at_least(&self) -> u64 {
        self.ends(Unit::Count).at_least()
    }

    fn root(&self) -> Root {
        match self {
            Self::Param(at, name) => Root::Param(*at, name.clone()),
            Self::Other(name) => Root::Named(name.clone()),
            Self::Changing(name) => Root::Changing(name.clone()),
            _ => Root::Named("?".into()),
        }
    }

    /// Whether the most of it depends on what changes while the flow runs.
    fn changes(&self) -> bool {
        match self {
            Self::Changing(_) => true,
            Self::Sized(size) => size.most.changing().is_some(),
            Self::Number(ends, _) => **ends != ends.clone().unchanging(),
            _ => false,
        }
    }

    /// The same, where the most of it stands still under that name.
    fn still(self, name: SmolStr) -> Self {
        match self {
            Self::Sized(Size { least, .. }) => {
                Self::Sized(Size { least, most: Size::of(Root::Named(name)).most })
            }
            Self::Number(ends, unit) => {
                let Ends { least, most } = ends.unchanging();
                let most = most.or_else(|| Self::Other(name).ends(unit).most);
                Self::Number(Box::new(Ends { least, most }), unit)
            }
            _ => Self::Other(name),
        }
    }

    /// The number that it is, if it is written.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Int(number) | Self::Duration(number) | Self::Money(number) => {
                Some(u64::try_from(*number).unwrap_or(0))
            }
            _ => None,
        }
    }

    /// How long the list is.
    pub fn size(&self) -> Size {
        match self {
            Self::List(items) => Size::known(items.len()),
            Self::Sized(size) => size.clone(),
            other => Size::of(other.root()),
        }
    }

    /// The text that it is as a string.
    pub fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Text(pieces) => pieces.clone(),
            Self::Word(word) => vec![Piece::Text(word.clone())],
            Self::Int(number) => vec![Piece::Text(number.to_string().into())],
            Self::Param(at, _) => vec![Piece::Param(*at)],
            _ => vec![Piece::Hole],
        }
    }

    /// The text, if there is no hole in it.
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Text(pieces) => match pieces.as_slice() {
                [] => Some(""),
                [Piece::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Reads facts of one item's expressions.
pub(super) struct Reader<'a> {
    pub(super) db: &'a dyn Db,
    pub(super) body: &'a Body,
    /// What each `let` stands for.
    pub(super) lets: FxHashMap<LocalId, &'a Expr>,
    /// How long the lists are that loops go over, where the lists that hold them say it.
    pub(super) sizes: FxHashMap<LocalId, Size>,
    /// Between what the numbers lie that loops go over.
    pub(super) numbers: FxHashMap<LocalId, Ends>,
    /// The files that variables hold, each with the branch in which it holds them, or nothing for all of it.
    pub(super) files: FxHashMap<(LocalId, SmolStr), Vec<Files>>,
    /// Which parameter of the item a local is.
    pub(super) params: FxHashMap<LocalId, u32>,
    /// The flow, if it is one.
    pub(super) flow: Option<&'a FlowDecl>,
    /// Whether anything in it may change while it runs.
    pub(super) may_change: bool,
    /// What does.
    pub(super) changes: OnceCell<Changes>,
    /// Whether that is being found out.
    pub(super) collecting: Cell<bool>,
    /// Where the loops around begin, the outermost first.
    pub(super) repeats: Vec<u32>,
    /// How long lists are here, as far as the conditions say that hold here.
    pub(super) narrowed: FxHashMap<LocalId, Limits>,
}

impl<'a> Reader<'a> {
    /// One that knows no names yet.
    pub(super) fn new(db: &'a dyn Db, body: &'a Body) -> Self {
        let (lets, sizes, numbers, files, params) = Default::default();
        let (flow, may_change, changes, collecting, repeats, narrowed) = Default::default();
        Self {
            db,
            body,
            lets,
            sizes,
            numbers,
            files,
            params,
            flow,
            may_change,
            changes,
            collecting,
            repeats,
            narrowed,
        }
    }

    /// What is known of a value.
    pub(super) fn fact(&self, expr: &Expr) -> Fact {
        self.fact_within(expr, DEEPEST)
    }

    pub(super) fn fact_within(&self, expr: &Expr, deep: u32) -> Fact {
        let fact = self.plain_fact(expr, deep);
        let may_be_limited = matches!(
            fact,
            Fact::Param(..) | Fact::Other(_) | Fact::Changing(_) | Fact::Sized(_) | Fact::Number(..)
        );
        let of = if may_be_limited { self.limits(expr) } else { None };
        match (of, &fact) {
            (Some((limits, Counted::Length)), _) => Fact::Sized(fact.size().within(limits)),
            // Who calls the flow may know more of a parameter.
            (Some((limits, Counted::Value(unit))), Fact::Other(_) | Fact::Changing(_) | Fact::Number(..)) => {
                Fact::computed(&fact.ends(unit).within(limits.least, limits.most), unit).unwrap_or(fact)
            }
            _ => fact,
        }
    }

    fn plain_fact(&self, expr: &Expr, deep: u32) -> Fact {
        if deep == 0 {
            return self.other(expr);
        }
        match &expr.kind {
            ExprKind::Int(value) => Fact::Int(*value),
            ExprKind::Duration(value) => Fact::Duration(*value),
            ExprKind::Money(value) => Fact::Money(*value),
            ExprKind::Bool(value) => Fact::Bool(*value),
            ExprKind::Str(template) => Fact::Text(self.pieces(template, deep)),
            ExprKind::Paren(inner) => self.fact_within(inner, deep),
            ExprKind::List(items) => {
                Fact::List(items.iter().map(|item| self.fact_within(item, deep - 1)).collect())
            }
            ExprKind::Unary { op: UnaryOp::Neg, operand } => match self.fact_within(operand, deep) {
                Fact::Int(value) if matches!(operand.kind, ExprKind::Int(_)) => {
                    Fact::Int(value.wrapping_neg())
                }
                _ => self.negated(expr, operand, deep),
            },
            ExprKind::Lower(_) | ExprKind::Upper(_) | ExprKind::Field { .. } => self.named(expr, deep),
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => self.sum(expr, left, right, deep),
            ExprKind::Binary { op: BinaryOp::Range, .. } => Fact::Sized(self.size(expr, deep)),
            ExprKind::Binary {
                op: op @ (BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem),
                left,
                right,
                ..
            } => self.computed(*op, expr, left, right, deep),
            ExprKind::Call { callee, args, .. } => {
                self.called(expr, callee, args, deep).unwrap_or_else(|| Fact::Sized(self.size(expr, deep)))
            }
            ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Catch { .. }
            | ExprKind::Block(_)
            | ExprKind::Binary { op: BinaryOp::Coalesce, .. } => {
                let list = || self.chosen(expr, deep).map(Fact::Sized);
                self.chosen_number(expr, deep).or_else(list).unwrap_or_else(|| self.other(expr))
            }
            _ => self.other(expr),
        }
    }

    fn sum(&self, expr: &Expr, left: &Expr, right: &Expr, deep: u32) -> Fact {
        match (self.fact_within(left, deep), self.fact_within(right, deep)) {
            (Fact::Text(mut a), Fact::Text(b)) => {
                a.extend(b);
                Fact::Text(a)
            }
            (Fact::Text(mut a), b) => {
                a.extend(b.pieces());
                Fact::Text(a)
            }
            (a, Fact::Text(b)) => Fact::Text(a.pieces().into_iter().chain(b).collect()),
            (Fact::List(mut a), Fact::List(b)) => {
                a.extend(b);
                Fact::List(a)
            }
            (a, b) if self.is_list(expr) => {
                let (a, b) = (a.size(), b.size());
                Fact::Sized(Size { least: a.least.saturating_add(b.least), most: a.most.plus(&b.most) })
            }
            _ => self.computed(BinaryOp::Add, expr, left, right, deep),
        }
    }

    fn pieces(&self, template: &Template, deep: u32) -> Vec<Piece> {
        let mut out = Vec::with_capacity(template.parts.len());
        for part in &template.parts {
            match part {
                TemplatePart::Text(text, _) => out.push(Piece::Text(text.as_str().into())),
                TemplatePart::Hole(hole) => out.extend(self.fact_within(hole, deep - 1).pieces()),
            }
        }
        out
    }

    fn named(&self, expr: &Expr, deep: u32) -> Fact {
        match self.body.refs.get(expr.id) {
            Some(Ref::Local(local)) => match (self.params.get(local), self.lets.get(local)) {
                (Some(at), _) => Fact::Param(*at, brief(expr)),
                (None, Some(value)) => match self.fact_within(value, deep - 1) {
                    // What has no name of its own is called by the variable's.
                    Fact::Other(_) => Fact::Other(brief(expr)),
                    // What changes is bound once.
                    fact if fact.changes() && !self.is_again(value.span) => fact.still(brief(expr)),
                    Fact::Sized(Size { most, .. }) if most == Size::of(Root::Named(brief(value))).most => {
                        Fact::Other(brief(expr))
                    }
                    fact => fact,
                },
                (None, None) => match (self.sizes.get(local), self.numbers.get(local)) {
                    (Some(size), _) => Fact::Sized(size.clone()),
                    (None, Some(ends)) => {
                        Fact::computed(ends, Unit::Count).unwrap_or_else(|| Fact::Other(brief(expr)))
                    }
                    (None, None) => self.variable(*local, expr),
                },
            },
            Some(Ref::Word(word)) => Fact::Word(word.clone()),
            Some(Ref::Variant { variant, .. }) => Fact::Word(variant.clone()),
            Some(Ref::Item(key)) => self.item(key, expr, deep),
            _ => self.field(expr, deep).unwrap_or_else(|| self.other(expr)),
        }
    }

    /// What is known of a field of a record that was made here, and of the path of a file.
    fn field(&self, expr: &Expr, deep: u32) -> Option<Fact> {
        let ExprKind::Field { base, name, optional: false } = &expr.kind else { return None };
        if name.text == "path"
            && let Some(path) = self.path_of(base)
        {
            return Some(Fact::Text(path));
        }
        let mut made = &**base;
        loop {
            match (&made.kind, self.body.refs.get(made.id)) {
                (ExprKind::Paren(inner), _) => made = inner,
                (ExprKind::Lower(_), Some(Ref::Local(local))) => made = self.lets.get(local)?,
                _ => break,
            }
        }
        let part = parts(self.body, made).find(|(it, _)| **it == name.text)?.1;
        match self.fact_within(part, deep - 1) {
            Fact::Other(_) | Fact::Changing(_) => None,
            fact => Some(fact),
        }
    }

    fn item(&self, key: &ItemKey, expr: &Expr, deep: u32) -> Fact {
        let Some(item) = find_item(self.db, key) else { return Fact::Other(brief(expr)) };
        match item.kind(self.db) {
            ItemKind::Const(decl) => constant(self.db, key, &decl.value, deep - 1),
            ItemKind::Secret(_) => Fact::Item(key.clone(), DefKind::Secret),
            _ => match signature(self.db, key.clone()) {
                Some(known) => Fact::Item(key.clone(), known.kind),
                None => Fact::Other(brief(expr)),
            },
        }
    }
}

/// What is known of a constant.
fn constant(db: &dyn Db, key: &ItemKey, value: &Expr, deep: u32) -> Fact {
    let Some(item) = find_item(db, key).filter(|_| deep > 0) else { return Fact::Other(key.name.clone()) };
    let plain = matches!(
        value.kind,
        ExprKind::Int(_) | ExprKind::Duration(_) | ExprKind::Money(_) | ExprKind::Bool(_)
    );
    if plain {
        let body = Body::default();
        return Reader::new(db, &body).fact(value);
    }
    let body = check_body(db, item);
    let reader = Reader::new(db, &body);
    match reader.fact_within(value, deep) {
        Fact::Other(_) => Fact::Other(key.name.clone()),
        fact => fact,
    }
}

/// The variable that a name stands for, if it is one that never changes.
pub(super) fn settled(body: &Body, id: LocalId) -> bool {
    body.locals
        .get(id.0 as usize)
        .is_some_and(|local| matches!(local.kind, LocalKind::Let | LocalKind::Param))
}
