//! Expressions that decide what happens next, and statements.

use super::NotLowered;
use super::frame::Context;
use crate::analyses::leaves;
use crate::types::decl::{field, is_refined};
use crate::types::ty::Ty;
use flow_grammar::tree::{Block, Branch, Expr, ExprKind, PatternKind, RaceArm, Stmt, StmtKind};
use flow_ir::{Name, Node, Op, Pattern, ProcessOp, Step, TestOp, Type};

type Lowered<T = Node> = Result<T, NotLowered>;

impl Context<'_, '_> {
    /// A block: its statements; stages are declarations and are lowered with their flow.
    pub(super) fn block(&mut self, block: &Block) -> Lowered {
        let mut nodes = Vec::with_capacity(block.stmts.len());
        // What stands before declarations at the end is the last value.
        let last = block.stmts.iter().rposition(|stmt| !is_declaration(stmt));
        let (before, behind) = block.stmts.split_at(last.unwrap_or(0));
        let tail = usize::from(last.is_some());
        for stmt in before.iter().chain(behind.iter().skip(tail)).chain(behind.iter().take(tail)) {
            if let Some(node) = self.stmt(stmt)? {
                nodes.push(node);
            }
            // What is never reached has no meaning that could be lowered.
            if leaves(stmt, &self.body) {
                break;
            }
        }
        // A block whose last statement binds or assigns yields `none`, which the runtime gives for those.
        Ok(match nodes.len() {
            1 => nodes.remove(0),
            _ => self.node(block.span, Op::Block(nodes)),
        })
    }

    /// The body of a function or flow. Where no result is declared, what the last expression yields is dropped.
    pub(super) fn body(&mut self, block: &Block, result: &Type) -> Lowered {
        let last = block.stmts.iter().rfind(|stmt| !is_declaration(stmt));
        let is_dropped = *result == Type::None
            && last.is_some_and(|last| match &last.kind {
                StmtKind::Expr(expr) => !matches!(self.body.expr(expr.id), Ty::None | Ty::Never),
                _ => false,
            });
        let body = self.block(block)?;
        if !is_dropped {
            return Ok(body);
        }
        let none = self.node(block.span, Op::None);
        Ok(self.node(block.span, Op::Block(vec![body, none])))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Lowered<Option<Node>> {
        let op = match &stmt.kind {
            StmtKind::Expr(expr) => return self.expr(expr).map(Some),
            StmtKind::Let { pattern, value, .. } => {
                let value = self.expr(value)?;
                let value = match &pattern.kind {
                    PatternKind::Bind(name) => Self::named(value, &name.text),
                    _ => value,
                };
                Op::Let { pattern: self.pattern(pattern)?, value: Box::new(value) }
            }
            StmtKind::Var { name, value, .. } => {
                let value = Box::new(Self::named(self.expr(value)?, &name.text));
                Op::Let { pattern: Pattern::Bind(self.binder(name.span)?), value }
            }
            StmtKind::Assign { target, value } => self.assign(target, value, false)?,
            StmtKind::AddAssign { target, value } => self.assign(target, value, true)?,
            StmtKind::Require { condition, message } => {
                Op::Require { condition: self.boxed(condition)?, message: self.boxed(message)? }
            }
            StmtKind::Defer(body) => {
                let key = self.keys.key("defer");
                let body = self.scoped(|cx| cx.block(body))?;
                Op::Defer { key, body: Box::new(body) }
            }
            StmtKind::Stage(_) => return Ok(None),
            StmtKind::Emit(value) => {
                let key = self.keys.key("emit");
                Op::Emit { key, value: self.boxed(value)? }
            }
            StmtKind::Expose(expose) => Op::Process(ProcessOp::Expose(expose.name.text.clone())),
            StmtKind::Stub { name, value } => self.stub(name.span, value)?,
            StmtKind::Expect(value) => Op::Test(TestOp::Expect(self.boxed(value)?)),
            StmtKind::Error => return Err(self.incomplete("a broken statement")),
        };
        Ok(Some(self.node(stmt.span, op)))
    }

    /// `x = e`, `x[k].f = e`, `x += e`
    fn assign(&mut self, target: &Expr, value: &Expr, add: bool) -> Lowered<Op> {
        let mut path = Vec::new();
        let slot = self.place(target, &mut path)?;
        let mut value = self.expr(value)?;
        if add {
            let (at, left) = (value.at, self.boxed(target)?);
            let op = Op::Binary { op: flow_ir::BinaryOp::Add, left, right: Box::new(value) };
            value = Node { at, op };
            let ty = self.type_of(target);
            if is_refined(self.low.db, &ty) {
                value = self.held(value, &ty);
            }
        }
        let ty = self.broken_along(target).map(|root| self.ty(&self.type_of(root)));
        Ok(Op::Set { slot, path, ty, value: Box::new(value) })
    }

    /// The variable in which a place lies, if something on the way to it, or the field that it is, has a predicate.
    fn broken_along<'t>(&self, target: &'t Expr) -> Option<&'t Expr> {
        let (mut place, mut is_held) = (target, false);
        loop {
            place = match &place.kind {
                ExprKind::Paren(inner) => inner,
                ExprKind::Field { base, name, .. } => {
                    let owner = self.type_of(base);
                    is_held |= is_refined(self.low.db, &owner)
                        || field(self.low.db, &owner, &name.text).is_some_and(|field| field.refined);
                    base
                }
                ExprKind::Index { base, .. } => {
                    is_held |= is_refined(self.low.db, &self.type_of(base));
                    base
                }
                _ => return is_held.then_some(place),
            }
        }
    }

    fn place(&mut self, target: &Expr, path: &mut Vec<Step>) -> Lowered<flow_ir::Slot> {
        match &target.kind {
            ExprKind::Paren(inner) => self.place(inner, path),
            ExprKind::Lower(_) => match self.reference(target.id) {
                Some(crate::types::body::Ref::Local(local)) => Ok(self.slot(local)),
                _ => Err(self.incomplete("an assignment to no variable")),
            },
            ExprKind::Field { base, name, .. } => {
                let slot = self.place(base, path)?;
                path.push(Step::Field(name.text.clone()));
                Ok(slot)
            }
            ExprKind::Index { base, index } => {
                let slot = self.place(base, path)?;
                path.push(Step::Index(self.expr(index)?));
                Ok(slot)
            }
            _ => Err(self.incomplete("an assignment to no variable")),
        }
    }

    /// Lowers something in a scope of keys.
    pub(super) fn scoped<T>(&mut self, lower: impl FnOnce(&mut Self) -> Lowered<T>) -> Lowered<T> {
        self.keys.enter();
        let result = lower(self);
        self.keys.leave();
        result
    }

    /// The expressions that [`Self::expr`] leaves over.
    pub(super) fn control(&mut self, expr: &Expr) -> Lowered {
        let op = match &expr.kind {
            ExprKind::Block(block) => return self.block(block),
            ExprKind::If { condition, then, otherwise } => Op::If {
                condition: self.boxed(condition)?,
                then: Box::new(self.block(then)?),
                otherwise: otherwise.as_ref().map(|otherwise| self.boxed(otherwise)).transpose()?,
            },
            ExprKind::Match { scrutinee, arms } => {
                let value = self.boxed(scrutinee)?;
                let mut lowered = Vec::with_capacity(arms.len());
                for arm in arms {
                    let pattern = self.pattern(&arm.pattern)?;
                    let guard = arm.guard.as_ref().map(|guard| self.expr(guard)).transpose()?;
                    lowered.push(flow_ir::Arm { pattern, guard, body: self.expr(&arm.body)? });
                }
                Op::Match { value, arms: lowered }
            }
            ExprKind::Loop { max, body, otherwise } => {
                let max = max.as_ref().map(|max| self.boxed(max)).transpose()?;
                let key = self.keys.key("loop");
                let body = Box::new(self.scoped(|cx| cx.block(body))?);
                let otherwise = otherwise
                    .as_ref()
                    .map(|otherwise| self.scoped(|cx| cx.block(otherwise)).map(Box::new))
                    .transpose()?;
                Op::Loop { key, max, body, otherwise }
            }
            ExprKind::For { parallel, pattern, iterable, max, body } => {
                if let Some(watch) = self.watch(pattern, iterable, body)? {
                    return Ok(self.node(expr.span, watch));
                }
                let list = self.boxed(iterable)?;
                let max = max.as_ref().map(|max| self.boxed(max)).transpose()?;
                let key = self.keys.key("for");
                let pattern = self.pattern(pattern)?;
                let body = Box::new(self.scoped(|cx| cx.block(body))?);
                Op::For { key, parallel: *parallel, pattern, list, max, body }
            }
            ExprKind::Parallel(branches) => self.parallel(branches)?,
            ExprKind::Race(arms) => self.race(arms)?,
            ExprKind::Catch { body, binder, handler } => {
                let body = self.boxed(body)?;
                let binder = binder.as_ref().map(|name| self.binder(name.span)).transpose()?;
                Op::Catch { body, binder, handler: Box::new(self.block(handler)?) }
            }
            ExprKind::Return(value) => Op::Return(self.optional(value.as_deref())?),
            ExprKind::Break(value) => Op::Break(self.optional(value.as_deref())?),
            ExprKind::Continue => Op::Continue,
            ExprKind::Fail(why) => Op::Fail(self.boxed(why)?),
            ExprKind::Blocked(why) => {
                let key = self.keys.key("blocked");
                Op::Blocked { key, reason: self.boxed(why)? }
            }
            ExprKind::Handoff { stage, args, .. } => {
                Op::Handoff { stage: stage.text.clone(), args: self.given(expr.id, args)? }
            }
            ExprKind::Done(value) => Op::Process(ProcessOp::Done(self.optional(value.as_deref())?)),
            _ => return Err(self.incomplete("a broken expression")),
        };
        Ok(self.node(expr.span, op))
    }

    fn optional(&mut self, value: Option<&Expr>) -> Lowered<Option<Box<Node>>> {
        value.map(|value| self.boxed(value)).transpose()
    }

    fn parallel(&mut self, branches: &[Branch]) -> Lowered<Op> {
        let key = self.keys.key("parallel");
        let mut lowered: Vec<(Name, Node)> = Vec::with_capacity(branches.len());
        for branch in branches {
            let name = branch.name.text.clone();
            let body = self.scoped(|cx| cx.expr(&branch.body))?;
            lowered.push((name, body));
        }
        Ok(Op::Parallel { key, branches: lowered })
    }

    fn race(&mut self, arms: &[RaceArm]) -> Lowered<Op> {
        let key = self.keys.key("race");
        let mut lowered = Vec::with_capacity(arms.len());
        for arm in arms {
            let value = self.scoped(|cx| cx.expr(&arm.value))?;
            let pattern = self.pattern(&arm.pattern)?;
            let body = self.scoped(|cx| cx.expr(&arm.body))?;
            lowered.push(flow_ir::RaceArm { value, pattern, body });
        }
        Ok(Op::Race { key, arms: lowered })
    }
}

/// Whether a statement declares something beside the sequence: what stands before it comes last.
pub(super) const fn is_declaration(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Stage(_) | StmtKind::Expose(_))
}
