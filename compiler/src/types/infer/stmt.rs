//! Blocks and statements.

use super::Infer;
use super::messages::mismatch;
use super::narrow::Path;
use super::place::Frame;
use super::want::{Want, Why};
use crate::types::body::LocalKind;
use crate::types::decl::without_predicates;
use crate::types::settings::{Owner, check_attrs};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Attr, Block, Expr, ExprId, Name, Pattern, Stmt, StmtKind, TypeExpr};

/// What a block yields.
#[derive(Clone, Debug)]
pub(super) struct BlockTy {
    /// The type.
    pub(super) ty: Ty,
    /// Its last expression, if the block yields the value of one.
    pub(super) tail: Option<ExprId>,
    /// What a message points at.
    pub(super) span: Span,
}

impl Infer<'_> {
    /// Checks a block in a scope of its own.
    pub(super) fn block(&mut self, block: &Block, want: Want<'_>) -> BlockTy {
        let mark = self.enter(block.span);
        let found = self.statements(block, want);
        self.leave(mark);
        found
    }

    /// Checks the statements of a block in the scope as it is.
    pub(super) fn statements(&mut self, block: &Block, want: Want<'_>) -> BlockTy {
        // Declarations are no part of the sequence: what stands before them is the last value.
        let is_declaration = |stmt: &Stmt| matches!(stmt.kind, StmtKind::Stage(_) | StmtKind::Expose(_));
        let last = block.stmts.iter().rposition(|stmt| !is_declaration(stmt));
        for (_, stmt) in block.stmts.iter().enumerate().filter(|(index, _)| Some(*index) != last) {
            self.before_statement(block);
            self.attributes(&stmt.attrs);
            self.statement(stmt);
        }
        let Some(last) = last.and_then(|last| block.stmts.get(last)) else {
            return self.ends_with_nothing(block, want);
        };
        self.before_statement(block);
        self.attributes(&last.attrs);
        match &last.kind {
            StmtKind::Expr(tail) => {
                let unreached = self.diverges;
                // Nothing is expected of what is never reached.
                let ty = self.expr(tail, if unreached { Want::Any } else { want });
                let ty = if unreached { Ty::Never } else { ty };
                BlockTy { ty, tail: Some(tail.id), span: tail.span }
            }
            _ => {
                self.statement(last);
                self.ends_with_nothing(block, want)
            }
        }
    }

    fn attributes(&mut self, attrs: &[Attr]) {
        if !attrs.is_empty() {
            let base = self.base.clone();
            check_attrs(attrs, Owner::Statement, &|span| base.at(span), &mut self.body.diagnostics);
        }
    }

    /// A block that ends with a statement, or with nothing at all.
    fn ends_with_nothing(&mut self, block: &Block, want: Want<'_>) -> BlockTy {
        let error = || block.stmts.iter().any(|stmt| matches!(stmt.kind, StmtKind::Error));
        let ty = if self.diverges {
            Ty::Never
        } else if error() {
            Ty::Error
        } else {
            self.nothing(block, want)
        };
        BlockTy { ty, tail: None, span: block.span }
    }

    fn nothing(&mut self, block: &Block, want: Want<'_>) -> Ty {
        if let Want::Fit(expected, why) = want
            && self.fits(&Ty::None, expected) == super::vars::Fit::No
        {
            let expected = self.vars.deep(expected);
            let found = mismatch::missing_value(&self.base, block, &expected, why);
            self.report(found);
            return Ty::Error;
        }
        Ty::None
    }

    fn statement(&mut self, stmt: &Stmt) {
        if self.gives_up() {
            return;
        }
        // What a statement binds or assigns may go anywhere.
        let secrets_allowed = std::mem::take(&mut self.secrets_allowed);
        self.statement_of(stmt);
        self.secrets_allowed = secrets_allowed;
    }

    fn statement_of(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { pattern, ty, value } => self.let_in(pattern, ty.as_deref(), value),
            StmtKind::Var { name, ty, value } => self.var(name, ty.as_deref(), value),
            StmtKind::Assign { target, value } => self.assign(target, value),
            StmtKind::AddAssign { target, value } => self.add_assign(target, value),
            StmtKind::Expr(expr) => {
                self.expr(expr, Want::Discard);
            }
            StmtKind::Require { condition, message } => {
                self.refuse_if_total(stmt.span, "`require`");
                self.require(condition, message);
            }
            StmtKind::Defer(block) => self.defer(stmt.span, block),
            StmtKind::Stage(stage) => self.stage_statement(stage),
            StmtKind::Emit(value) => self.emit(stmt.span, value),
            StmtKind::Expose(expose) => self.expose(expose, stmt.docs.is_some()),
            StmtKind::Stub { name, value } => self.stub(stmt, name, value),
            StmtKind::Expect(value) => self.expectation(stmt, value),
            StmtKind::Error => {}
        }
    }

    /// The value of a binding, checked against the written type if there is one.
    fn bound_value(&mut self, name: &str, ty: Option<&TypeExpr>, value: &Expr) -> Ty {
        let Some(written) = ty else { return self.expr(value, Want::Any) };
        let ty = self.written(written);
        let why = Why::Declared { name: name.into(), at: written.span };
        self.expr(value, Want::Fit(&ty, &why));
        ty
    }

    fn let_in(&mut self, pattern: &Pattern, ty: Option<&TypeExpr>, value: &Expr) {
        let name = match &pattern.kind {
            flow_grammar::tree::PatternKind::Bind(name) => name.text.as_str(),
            _ => "",
        };
        let ty = self.bound_value(name, ty, value);
        let facts = self.irrefutable(pattern, &ty, "let");
        self.assume(&facts);
    }

    fn var(&mut self, name: &Name, ty: Option<&TypeExpr>, value: &Expr) {
        let ty = match self.bound_value(&name.text, ty, value) {
            // `var x = none` says nothing of what `x` may become.
            Ty::None if ty.is_none() => {
                let inner = self.vars.fresh(name.span, super::vars::Unknown::Optional);
                self.optional(&inner)
            }
            value if ty.is_none() => without_predicates(self.db, &value),
            ty => ty,
        };
        let local = self.binder(name, ty.clone(), LocalKind::Var, value.span.end);
        self.show_value(Path { local, fields: Vec::new() }, &ty, value);
    }

    fn require(&mut self, condition: &Expr, message: &Expr) {
        let known = self.condition(condition, "the condition of `require`");
        // The message is made only where the condition does not hold.
        let fork = self.fork();
        self.maybe(|infer| {
            let mark = infer.mark();
            infer.assume(&known.no);
            infer.expr(message, Want::Fit(&Ty::String, &Why::Language("the message of `require`")));
            infer.leave(mark);
        });
        self.drop_branch(fork);
        self.assume(&known.yes);
    }

    fn defer(&mut self, span: Span, block: &Block) {
        self.refuse_if_pure(span, || "`defer`".to_owned());
        let frame = Frame::Defer(span);
        self.at_another_time(|infer| {
            infer.maybe(|infer| infer.within(frame, |infer| infer.block(block, Want::Discard)));
        });
    }
}
