//! Lints of expressions: what says nothing, or says it twice. Each is asked once of each expression of a body.

use super::needless_catch;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::types::base::Base;
use crate::types::body::{Body, Ref};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{BinaryOp, Block, Expr, ExprKind, StmtKind, Template, TemplatePart};

/// A `catch` that makes of every failure the same value.
pub const SWALLOWED_FAILURE: Code = Code("W0301");
/// A condition that never changes.
pub const CONSTANT_CONDITION: Code = Code("W0302");
/// A comparison with `true` or `false`.
pub const BOOL_COMPARISON: Code = Code("W0303");
/// A text that is made of one text.
pub const NEEDLESS_TEXT: Code = Code("W0304");
/// Something at once with nothing.
pub const LONE_BRANCH: Code = Code("W0305");

/// Where expressions are looked at.
pub(crate) struct Look<'a> {
    pub(crate) base: &'a Base,
    pub(crate) body: &'a Body,
    /// Whether this runs when the flow ends: what fails there has no one to tell.
    pub(crate) is_deferred: bool,
}

impl Look<'_> {
    /// What is found of an expression, those in it left aside.
    pub(crate) fn expr(&self, expr: &Expr, found: &mut Vec<Diagnostic>) {
        match &expr.kind {
            ExprKind::Catch { body, handler, .. } => {
                match needless_catch::check(self.base, self.body, expr, body, handler) {
                    Some(needless) => found.push(needless),
                    None if self.is_deferred => {}
                    None => found.extend(self.swallowed(handler)),
                }
            }
            ExprKind::If { condition, .. } => {
                if let ExprKind::Bool(value) = &condition.kind {
                    found.push(self.constant(condition.span, *value));
                }
            }
            ExprKind::Binary { op, left, right, .. } => found.extend(self.binary(expr, *op, left, right)),
            ExprKind::Str(template) => found.extend(self.text(expr, template)),
            ExprKind::Parallel(branches) => {
                if let [only] = branches.as_slice() {
                    found.push(self.lone(only.name.span, "branch", "parallel"));
                }
            }
            ExprKind::Race(arms) => {
                if let [only] = arms.as_slice() {
                    found.push(self.lone(only.span, "arm", "race"));
                }
            }
            _ => {}
        }
    }

    /// `e catch _ { none }`
    fn swallowed(&self, handler: &Block) -> Option<Diagnostic> {
        let constant = match handler.stmts.as_slice() {
            [] => true,
            [only] => matches!(&only.kind, StmtKind::Expr(value) if self.is_constant(value)),
            _ => false,
        };
        constant.then(|| {
            Diagnostic::new(
                SWALLOWED_FAILURE,
                "whatever fails here is passed over in silence",
                self.base.at(handler.span),
            )
            .note("the run goes on as if nothing had happened, and nobody learns why it did not")
            .help("name the failure and log it, `catch e { log(e.message) … }`, or handle the kinds that you expect")
        })
    }

    fn is_constant(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) => true,
            ExprKind::Str(template) => template.plain().is_some(),
            ExprKind::List(items) => items.iter().all(|item| self.is_constant(item)),
            ExprKind::Map(entries) => entries.is_empty(),
            ExprKind::Paren(inner) => self.is_constant(inner),
            ExprKind::Upper(_) => matches!(self.body.refs.get(expr.id), Some(Ref::Variant { .. })),
            _ => false,
        }
    }

    fn binary(&self, expr: &Expr, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Diagnostic> {
        if let Some(truth) = constant_comparison(op, left, right) {
            return Some(self.constant(expr.span, truth));
        }
        let (value, truth) = match (op, &left.kind, &right.kind) {
            (BinaryOp::Eq, _, ExprKind::Bool(it)) => (left, *it),
            (BinaryOp::Ne, _, ExprKind::Bool(it)) => (left, !*it),
            _ => return None,
        };
        if *self.body.expr(value.id) != Ty::Bool {
            return None;
        }
        let found = Diagnostic::new(
            BOOL_COMPARISON,
            "a comparison with `true` or `false` says what stands there already",
            self.base.at(expr.span),
        );
        let behind =
            Edit { place: self.base.at(Span::new(value.span.end, right.span.end)), text: String::new() };
        let front = Edit {
            place: self.base.at(Span::new(value.span.start, value.span.start)),
            text: "not ".to_owned(),
        };
        let edits = if truth { vec![behind] } else { vec![front, behind] };
        let found =
            found.help(if truth { "leave the comparison out" } else { "write `not` in front instead" });
        let is_simple = matches!(
            value.kind,
            ExprKind::Lower(_) | ExprKind::Field { .. } | ExprKind::Call { .. } | ExprKind::Paren(_)
        );
        let title = if truth { "leave the comparison out" } else { "write `not`" }.to_owned();
        Some(if is_simple { found.fix(Fix { title, edits, certain: true }) } else { found })
    }

    fn constant(&self, span: Span, truth: bool) -> Diagnostic {
        Diagnostic::new(CONSTANT_CONDITION, format!("this is always `{truth}`"), self.base.at(span))
            .help("compare what was meant, or remove the test")
    }

    /// `"${text}"`
    fn text(&self, expr: &Expr, template: &Template) -> Option<Diagnostic> {
        let [TemplatePart::Hole(hole)] = template.parts.as_slice() else { return None };
        if *self.body.expr(hole.id) != Ty::String {
            return None;
        }
        let found = Diagnostic::new(
            NEEDLESS_TEXT,
            "this text is made of one text and nothing else",
            self.base.at(expr.span),
        )
        .help("leave out the quotes");
        let is_simple = matches!(
            hole.kind,
            ExprKind::Lower(_) | ExprKind::Upper(_) | ExprKind::Field { .. } | ExprKind::Call { .. }
        );
        let edit = |from, to| Edit { place: self.base.at(Span::new(from, to)), text: String::new() };
        let fix = Fix {
            title: "leave out the quotes".to_owned(),
            edits: vec![edit(expr.span.start, hole.span.start), edit(hole.span.end, expr.span.end)],
            certain: true,
        };
        Some(if is_simple { found.fix(fix) } else { found })
    }

    fn lone(&self, span: Span, part: &str, form: &str) -> Diagnostic {
        Diagnostic::new(LONE_BRANCH, format!("this is the only {part} of the `{form}`"), self.base.at(span))
            .note("nothing runs beside it")
            .help(format!("write it without `{form}`, or add another {part}"))
    }
}

/// What a comparison is whatever its operands are: of something with itself, or of a length with what it cannot be.
fn constant_comparison(op: BinaryOp, left: &Expr, right: &Expr) -> Option<bool> {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    let is_same = || is_path(left) && same(left, right);
    match op {
        Eq | Le | Ge if is_same() => Some(true),
        Ne | Lt | Gt if is_same() => Some(false),
        Ge if is_length(left) && is_zero(right) => Some(true),
        Lt if is_length(left) && is_zero(right) => Some(false),
        Le if is_zero(left) && is_length(right) => Some(true),
        Gt if is_zero(left) && is_length(right) => Some(false),
        _ => None,
    }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Int(0))
}

/// `xs.len()`
fn is_length(expr: &Expr) -> bool {
    let ExprKind::Call { callee, args, .. } = &expr.kind else { return false };
    args.is_empty()
        && matches!(&callee.kind, ExprKind::Field { name, optional: false, .. } if name.text == "len")
}

fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Lower(_) => true,
        ExprKind::Field { base, .. } => is_path(base),
        _ => false,
    }
}

/// Whether two paths are written alike.
fn same(left: &Expr, right: &Expr) -> bool {
    match (&left.kind, &right.kind) {
        (ExprKind::Lower(left), ExprKind::Lower(right)) => left.text == right.text,
        (
            ExprKind::Field { base: left, name: a, optional: x },
            ExprKind::Field { base: right, name: b, optional: y },
        ) => a.text == b.text && x == y && same(left, right),
        _ => false,
    }
}
