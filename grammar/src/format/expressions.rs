//! Expressions.

use super::chains::is_short;
use super::doc::{Flat, Line, When};
use super::writer::{DEEP_INDENT, INDENT, Style, Writer};
use crate::token::Tok;
use crate::tree::{Arm, BinaryOp, Branch, Expr, ExprKind, Pattern, RaceArm, UnaryOp};

impl Writer<'_, '_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.expr_indented(expr, INDENT);
    }

    /// An expression in front of a block.
    pub(super) fn head(&mut self, expr: &Expr) {
        self.expr_indented(expr, DEEP_INDENT);
    }

    /// What stands behind a sign: on its line as far as it fits, or on lines of its own.
    pub(super) fn value(&mut self, expr: &Expr, sign: Sign) {
        let moves = if self.cursor.has_comments() { Moves::Always } else { moves(expr, sign) };
        if moves == Moves::Never {
            self.space();
            return self.expr(expr);
        }
        self.group(|w| {
            if moves == Moves::Whole {
                w.doc.shift();
            }
            w.indented(INDENT, |w| {
                w.line(Flat::Space, false);
                w.comments();
                w.expr_indented(expr, if moves == Moves::Always { 0 } else { INDENT });
            });
        });
    }

    /// An expression, and how far the lines on which it goes on are indented.
    fn expr_indented(&mut self, expr: &Expr, indent: u8) {
        match &expr.kind {
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Duration(_)
            | ExprKind::Money(_)
            | ExprKind::Lower(_)
            | ExprKind::Upper(_)
            | ExprKind::Continue
            | ExprKind::Error => self.token(),
            ExprKind::Str(_) => self.string(),
            ExprKind::List(items) => {
                let style =
                    if items.len() == 1 && is_open(&items[0]) { Style::HUGGING } else { Style::TIGHT };
                self.list(style, items, Self::expr);
            }
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::Paren(inner) => self.parenthesized(inner),
            ExprKind::Call { .. }
            | ExprKind::Field { .. }
            | ExprKind::Select { .. }
            | ExprKind::Index { .. }
            | ExprKind::With { .. }
            | ExprKind::Catch { .. } => self.chain(expr, indent),
            ExprKind::Unary { op, operand } => {
                self.token();
                if *op != UnaryOp::Neg {
                    self.space();
                }
                self.expr_indented(operand, indent);
            }
            ExprKind::Binary { .. } | ExprKind::Is { .. } => self.operation(expr, indent),
            ExprKind::Closure { body, .. } => self.closure(body),
            ExprKind::Block(block) => self.block(block),
            ExprKind::If { .. } => {
                self.comments();
                self.group(|w| w.branches(expr));
            }
            ExprKind::Match { scrutinee, arms } => {
                self.token();
                self.space();
                self.head(scrutinee);
                self.space();
                self.list(Style::ENTRIES, arms, Self::arm);
            }
            ExprKind::Loop { max, body, otherwise } => {
                self.comments();
                self.group(|w| {
                    w.token();
                    if let Some(max) = max {
                        w.spaced_token();
                        w.space();
                        w.head(max);
                    }
                    w.space();
                    w.braces(body);
                    if let Some(otherwise) = otherwise {
                        w.otherwise();
                        w.braces(otherwise);
                    }
                });
            }
            ExprKind::For { parallel, pattern, iterable, max, body } => {
                self.token();
                if *parallel {
                    self.spaced_token();
                }
                self.space();
                self.pattern(pattern);
                self.spaced_token();
                self.space();
                self.head(iterable);
                if let Some(max) = max {
                    self.spaced_token();
                    self.space();
                    self.head(max);
                }
                self.space();
                self.block(body);
            }
            ExprKind::Parallel(branches) => {
                self.token();
                self.space();
                self.list(Style::BRANCHES, branches, Self::branch);
            }
            ExprKind::Race(arms) => {
                self.token();
                self.space();
                self.list(Style::ENTRIES, arms, Self::race_arm);
            }
            ExprKind::Return(value) | ExprKind::Done(value) | ExprKind::Break(value) => {
                self.token();
                if let Some(value) = value {
                    self.space();
                    self.expr_indented(value, indent);
                }
            }
            ExprKind::Fail(value) | ExprKind::Blocked(value) => {
                self.token();
                self.space();
                self.expr_indented(value, indent);
            }
            ExprKind::Handoff { args, .. } => {
                self.token();
                self.spaced_token();
                self.args(args);
            }
        }
    }

    fn map(&mut self, entries: &[(Expr, Expr)]) {
        if entries.is_empty() {
            // `[:]`
            (0..3).for_each(|_| self.token());
            return;
        }
        self.list(Style::TIGHT, entries, |w, (key, value)| {
            w.expr(key);
            w.token();
            w.value(value, Sign::Colon);
        });
    }

    fn parenthesized(&mut self, inner: &Expr) {
        self.comments();
        self.group(|w| {
            w.token();
            w.indented(INDENT, |w| {
                w.line(Flat::Nothing, false);
                w.comments();
                w.expr_indented(inner, 0);
                w.last_comments(false);
            });
            w.line(Flat::Nothing, false);
            w.token();
        });
    }

    /// `a and b or c`. Operators of one level break all or none, each in front of its line; but a line that begins with `-`
    /// would be a statement of its own, so that one stays behind.
    fn operation(&mut self, expr: &Expr, indent: u8) {
        self.comments();
        let (first, links) = links(expr);
        if is_literal(first) {
            // `["cargo", "test"] + args`: the list breaks, and what is added to it follows its bracket.
            self.expr(first);
            for link in links {
                self.spaced_token();
                self.space();
                self.operand(link);
            }
            return;
        }
        self.group(|w| {
            // It goes on farther in than what follows it.
            w.expr_indented(first, indent + INDENT);
            w.indented(indent, |w| {
                for link in links {
                    match link {
                        Link::Operator(BinaryOp::Range, operand) => {
                            w.token();
                            w.expr(operand);
                        }
                        Link::Operator(BinaryOp::Sub, operand) => {
                            w.spaced_token();
                            w.group(|w| {
                                w.indented(INDENT, |w| {
                                    w.line(Flat::Space, false);
                                    w.comments();
                                    w.expr(operand);
                                });
                            });
                        }
                        link => {
                            w.line(Flat::Space, false);
                            w.comments();
                            w.token();
                            w.space();
                            w.operand(link);
                        }
                    }
                }
            });
        });
    }

    fn operand(&mut self, link: Link<'_>) {
        match link {
            Link::Operator(_, operand) => self.expr(operand),
            Link::Is(pattern) => self.pattern(pattern),
        }
    }

    /// `|x| body`. An operation, or a row of calls, that does not fit has lines of its own.
    fn closure(&mut self, body: &Expr) {
        if self.at(Tok::BarBar) {
            self.token();
        } else {
            self.token();
            while !self.at(Tok::Bar) && self.cursor.kind().is_some() {
                self.token();
                if self.at(Tok::Comma) {
                    self.cursor.next();
                    if !self.at(Tok::Bar) {
                        self.doc.comma(When::Always);
                        self.space();
                    }
                }
            }
            self.token();
        }
        let moves = if self.cursor.has_comments() || self.is_long_chain(body) {
            Moves::Always
        } else {
            moves(body, Sign::Arrow)
        };
        if moves == Moves::Never {
            self.space();
            return self.expr(body);
        }
        self.group(|w| {
            if moves == Moves::Whole {
                w.doc.shift();
            }
            w.indented(INDENT, |w| {
                w.line(Flat::Space, false);
                w.comments();
                w.expr_indented(body, if moves == Moves::Always { 0 } else { INDENT });
            });
            w.doc.line(Line { flat: Flat::Hugged, blank: false });
        });
    }

    /// `if c { } else if d { } else { }`: all on one line, or each block on its own.
    fn branches(&mut self, expr: &Expr) {
        let ExprKind::If { condition, then, otherwise } = &expr.kind else { return };
        self.token();
        self.space();
        self.head(condition);
        self.space();
        self.braces(then);
        let Some(otherwise) = otherwise else { return };
        self.otherwise();
        match &otherwise.kind {
            ExprKind::Block(block) => self.braces(block),
            _ => self.branches(otherwise),
        }
    }

    /// `else`, behind the brace of the block before it or behind comments on that.
    fn otherwise(&mut self) {
        if self.cursor.has_comments() {
            self.hard_line(false);
        } else {
            self.space();
        }
        self.token();
        self.space();
    }

    fn arm(&mut self, arm: &Arm) {
        self.pattern(&arm.pattern);
        if let Some(guard) = &arm.guard {
            self.spaced_token();
            self.space();
            self.head(guard);
        }
        self.spaced_token();
        self.value(&arm.body, Sign::Arrow);
    }

    fn branch(&mut self, branch: &Branch) {
        self.token();
        self.token();
        self.value(&branch.body, Sign::Colon);
    }

    fn race_arm(&mut self, arm: &RaceArm) {
        self.pattern(&arm.pattern);
        self.spaced_token();
        self.value(&arm.value, Sign::Colon);
        self.spaced_token();
        self.value(&arm.body, Sign::Arrow);
    }
}

/// An operator with what stands on its right.
#[derive(Clone, Copy)]
enum Link<'e> {
    Operator(BinaryOp, &'e Expr),
    Is(&'e Pattern),
}

/// The first operand of an operation, and what follows it on the same level, in the order of the source.
fn links(expr: &Expr) -> (&Expr, Vec<Link<'_>>) {
    let level = level(expr);
    let mut links = Vec::new();
    let mut first = expr;
    loop {
        let (link, left) = match &first.kind {
            ExprKind::Binary { op, left, right, .. } => (Link::Operator(*op, right), left),
            ExprKind::Is { value, pattern } => (Link::Is(pattern), value),
            _ => break,
        };
        if self::level(first) != level {
            break;
        }
        links.push(link);
        first = left;
    }
    links.reverse();
    (first, links)
}

/// Which operators stand in one row.
fn level(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Binary { op, .. } => match op {
            BinaryOp::Coalesce => 0,
            BinaryOp::Or => 1,
            BinaryOp::And => 2,
            BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::In => 3,
            BinaryOp::Range => 4,
            BinaryOp::Add | BinaryOp::Sub => 5,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 6,
        },
        ExprKind::Is { .. } => 3,
        _ => u8::MAX,
    }
}

/// What a value stands behind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Equals,
    Colon,
    /// `=>`, or the parameters of a closure
    Arrow,
}

/// Whether a value that does not fit behind its sign goes to lines of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moves {
    Never,
    /// If it fits on one line there.
    Whole,
    Always,
}

fn moves(expr: &Expr, sign: Sign) -> Moves {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Range, .. } => Moves::Never,
        ExprKind::Binary { .. } | ExprKind::Is { .. } if is_literal(links(expr).0) => Moves::Never,
        ExprKind::Binary { .. } | ExprKind::Is { .. } => Moves::Always,
        ExprKind::List(_) | ExprKind::Map(_) | ExprKind::Block(_) => Moves::Never,
        _ if is_block_like(expr) => Moves::Never,
        _ => match sign {
            Sign::Arrow => Moves::Whole,
            Sign::Equals if !is_short(expr) => Moves::Whole,
            Sign::Equals | Sign::Colon => Moves::Never,
        },
    }
}

/// Whether it is a list or map with something in it.
fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::List(items) => !items.is_empty(),
        ExprKind::Map(entries) => !entries.is_empty(),
        _ => false,
    }
}

/// Whether it can stay open at the end of a line: `f(`, `[`, `match x {`.
pub(super) fn is_open(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call { callee, .. } => is_name(callee),
        _ => is_block_like(expr),
    }
}

/// The same, without calls.
pub(super) fn is_block_like(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Str(template) => template.block,
        ExprKind::If { .. }
        | ExprKind::Match { .. }
        | ExprKind::Loop { .. }
        | ExprKind::For { .. }
        | ExprKind::Parallel(_)
        | ExprKind::Race(_)
        | ExprKind::Closure { .. } => true,
        _ => is_literal(expr),
    }
}

/// Whether it is a name, qualified or not.
fn is_name(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Lower(_) | ExprKind::Upper(_) => true,
        ExprKind::Field { base, .. } => is_name(base),
        _ => false,
    }
}
