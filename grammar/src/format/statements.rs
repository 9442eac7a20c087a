//! Blocks and statements.

use super::doc::Flat;
use super::expressions::Sign;
use super::writer::{INDENT, Style, Writer};
use crate::tree::{Block, Setting, Stmt, StmtKind, TypeExpr};

impl Writer<'_, '_> {
    /// `{ … }` on its own: a statement alone stays on the line of its braces, if it stands there and fits.
    pub(super) fn block(&mut self, block: &Block) {
        self.comments();
        self.group(|w| w.braces(block));
    }

    /// The same, whose lines are those of the group around.
    pub(super) fn braces(&mut self, block: &Block) {
        self.comments();
        if block.stmts.len() > 1 {
            self.doc.force();
        }
        self.bracketed(Style::ENTRIES, &block.stmts, Self::stmt);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        self.docs(stmt.docs.as_deref());
        for attr in &stmt.attrs {
            self.attr(attr);
            self.hard_line(false);
        }
        match &stmt.kind {
            StmtKind::Let { pattern, ty, value } => {
                self.token();
                self.space();
                self.pattern(pattern);
                self.annotation(ty.as_deref());
                self.spaced_token();
                self.value(value, Sign::Equals);
            }
            StmtKind::Var { ty, value, .. } => {
                self.token();
                self.spaced_token();
                self.annotation(ty.as_deref());
                self.spaced_token();
                self.value(value, Sign::Equals);
            }
            StmtKind::Assign { target, value } | StmtKind::AddAssign { target, value } => {
                self.expr(target);
                self.spaced_token();
                self.value(value, Sign::Equals);
            }
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Require { condition, message } => self.group(|w| {
                w.token();
                w.space();
                w.expr(condition);
                w.token();
                w.indented(INDENT, |w| {
                    w.line(Flat::Space, false);
                    w.comments();
                    w.expr(message);
                });
            }),
            StmtKind::Emit(value) | StmtKind::Expect(value) => {
                self.token();
                self.space();
                self.expr(value);
            }
            StmtKind::Defer(body) => {
                self.token();
                self.space();
                self.block(body);
            }
            StmtKind::Stage(decl) => self.stage(decl),
            StmtKind::Expose(decl) => self.expose(decl),
            StmtKind::Stub { value, .. } => {
                self.token();
                self.spaced_token();
                self.spaced_token();
                self.value(value, Sign::Equals);
            }
            StmtKind::Error => {}
        }
    }

    /// `: T`
    pub(super) fn annotation(&mut self, ty: Option<&TypeExpr>) {
        if let Some(ty) = ty {
            self.token();
            self.space();
            self.ty(ty);
        }
    }

    /// `name: value`
    pub(super) fn setting(&mut self, setting: &Setting) {
        self.docs(setting.docs.as_ref());
        self.token();
        self.token();
        self.value(&setting.value, Sign::Colon);
    }
}
