//! Expressions with effects.
//!
//! Where only a part of an expression has an effect, that part is computed here, and the expression around it in place:
//! the operands up to the last one with an effect are made ready from left to right, then [`Pure`](super::pure::Pure)
//! does the rest.

use flow_ir::{Arm, At, BinaryOp, Node, Op, Pattern};

use super::flow::Deferred;
use super::pure::control::{bound, elements, exhausted};
use super::pure::{ops, pattern};
use super::stop::{Halt, Out, Stop};
use super::{Interpreter, Task};
use crate::process::Pending;
use crate::value::failure::kind;
use crate::value::{Failure, Value};

impl<'p> Interpreter<'p> {
    /// The value of an expression.
    pub(super) fn eval<'t>(&'t self, node: &'p Node, task: &'t mut Task<'p>) -> Pending<'t, Out> {
        if !self.effectful.contains(node) {
            return Box::pin(std::future::ready(self.compute(node, task)));
        }
        Box::pin(async move { self.dispatch(node, task).await.map_err(|stop| stop.at(node.at)) })
    }

    /// The value of an expression, without a detour for those that have no effect.
    pub(super) async fn value(&self, node: &'p Node, task: &mut Task<'p>) -> Out {
        if self.effectful.contains(node) { self.eval(node, task).await } else { self.compute(node, task) }
    }

    /// The value of an expression without effects, or whose operands with effects are ready.
    pub(super) fn compute(&self, node: &Node, task: &mut Task<'p>) -> Out {
        self.pure.clean(task.trace.is_some());
        self.pure.eval(node, &mut task.frame)
    }

    /// Counts a round that may have no step.
    pub(super) fn round(&self, at: At, task: &Task<'p>) -> Result<(), Box<Stop>> {
        self.pure.clean(task.trace.is_some());
        self.pure.round(at)
    }

    async fn dispatch(&self, node: &'p Node, task: &mut Task<'p>) -> Out {
        match &node.op {
            Op::Test(op) => self.testing(node, op, task).await,
            Op::Call { key, target, args, options } => self.call(key, target, args, options, task).await,
            Op::Effect { key, effect, args, result } => self.effect(key, effect, args, result, task).await,
            Op::Emit { key, value } => {
                let value = self.value(value, task).await?;
                self.emit(key, value, task).await
            }
            Op::Blocked { key, reason } => {
                let reason = self.value(reason, task).await?;
                Err(Stop::halt(Halt::Blocked {
                    key: task.path.join(key),
                    reason: crate::value::render::text(&reason),
                    retry: task.last.clone(),
                }))
            }
            Op::Defer { key, body } => {
                let (path, frame) = (task.path.join(key), task.frame.fork());
                let deferred = Deferred { body, path, frame, in_branch: task.in_branch };
                task.flow.defers.borrow_mut().push(deferred);
                Ok(Value::None)
            }
            // A run that needs them is refused before it begins.
            Op::Process(_) => Err(Stop::fail(Failure::new(
                kind::UNSUPPORTED,
                "processes and sessions are not carried out yet",
            ))),
            Op::Block(nodes) => self.block(nodes, task).await,
            Op::If { condition, then, otherwise } => {
                let holds = self.value(condition, task).await?;
                if ops::truth(&holds)? {
                    self.pure.reach(then);
                    self.value(then, task).await
                } else {
                    self.pure.reach(otherwise.as_deref().unwrap_or(condition));
                    self.optional(otherwise.as_deref(), task).await
                }
            }
            Op::Match { value, arms } => {
                let value = self.value(value, task).await?;
                self.choose(&value, arms, task).await
            }
            Op::Loop { key, max, body, otherwise } => {
                self.repeat(key, max.as_deref(), body, otherwise.as_deref(), task).await
            }
            Op::For { key, parallel, pattern, list, max, body } => {
                let list = elements(self.value(list, task).await?)?;
                if !*parallel {
                    return self.each(key, pattern, &list, body, task).await;
                }
                let max = match max {
                    Some(max) => Some(bound(&self.value(max, task).await?, "a `parallel for`", 1)?),
                    None => None,
                };
                self.each_at_once(key, pattern, list, max, body, task).await
            }
            Op::Parallel { key, branches } => self.parallel(key, branches, task).await,
            Op::Race { key, arms } => self.race(key, arms, task).await,
            Op::Catch { body, binder, handler } => self.catch(body, *binder, handler, task).await,
            Op::Require { condition, message } => {
                let holds = self.value(condition, task).await?;
                if ops::truth(&holds)? {
                    return Ok(Value::None);
                }
                let ready = task.frame.ready_count();
                task.frame.make_ready(condition, holds);
                if self.effectful.contains(message) {
                    let text = self.eval(message, task).await?;
                    task.frame.make_ready(message, text);
                }
                let out = self.compute(node, task);
                task.frame.drop_ready(ready);
                out
            }
            Op::Binary { op: op @ (BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce), left, right } => {
                let first = self.value(left, task).await?;
                let decided = match op {
                    BinaryOp::Coalesce => !first.is_none(),
                    other => ops::truth(&first)? == (*other == BinaryOp::Or),
                };
                if decided { Ok(first) } else { self.value(right, task).await }
            }
            _ => self.strict(node, task).await,
        }
    }

    pub(super) async fn optional(&self, node: Option<&'p Node>, task: &mut Task<'p>) -> Out {
        match node {
            Some(node) => self.value(node, task).await,
            None => Ok(Value::None),
        }
    }

    /// An expression that computes all of its operands.
    pub(super) async fn strict(&self, node: &'p Node, task: &mut Task<'p>) -> Out {
        let mut operands = Vec::new();
        flow_ir::children(node, &mut |child| operands.push(child));
        let end =
            operands.iter().rposition(|child| self.effectful.contains(child)).map_or(0, |last| last + 1);
        let before = task.frame.ready_count();
        for (index, operand) in operands[..end].iter().enumerate() {
            // Closures are pure and run when the method calls them.
            if matches!(operand.op, Op::Closure { .. }) {
                continue;
            }
            match self.value(operand, task).await {
                Ok(Value::None) if index == 0 && skips_on_none(node) => {
                    task.frame.drop_ready(before);
                    return Ok(Value::None);
                }
                Ok(value) => task.frame.make_ready(operand, value),
                Err(stop) => {
                    task.frame.drop_ready(before);
                    return Err(stop);
                }
            }
        }
        let out = self.compute(node, task);
        task.frame.drop_ready(before);
        out
    }

    async fn block(&self, nodes: &'p [Node], task: &mut Task<'p>) -> Out {
        let mut last = Value::None;
        for node in nodes {
            last = self.value(node, task).await?;
        }
        Ok(last)
    }

    async fn choose(&self, value: &Value, arms: &'p [Arm], task: &mut Task<'p>) -> Out {
        for arm in arms {
            if !pattern::matches(&arm.pattern, value, &mut task.frame)? {
                continue;
            }
            let taken = match &arm.guard {
                Some(guard) => ops::truth(&self.value(guard, task).await?)?,
                None => true,
            };
            if taken {
                self.pure.reach(&arm.body);
                return self.value(&arm.body, task).await;
            }
        }
        Err(Stop::invalid("no arm of a `match` matches"))
    }

    async fn repeat(
        &self,
        key: &str,
        max: Option<&'p Node>,
        body: &'p Node,
        otherwise: Option<&'p Node>,
        task: &mut Task<'p>,
    ) -> Out {
        let max = match max {
            Some(max) => Some(bound(&self.value(max, task).await?, "a loop", 0)?),
            None => None,
        };
        let mut round = 0;
        while max.is_none_or(|max| round < max) {
            round += 1;
            self.round(body.at, task)?;
            let outside = task.enter(task.path.join_nth(key, round));
            let out = self.value(body, task).await;
            task.path = outside;
            match out.map_err(|stop| *stop) {
                Ok(_) | Err(Stop::Continue) => {}
                Err(Stop::Break(value)) => return Ok(value),
                Err(other) => return Err(Box::new(other)),
            }
        }
        let Some(otherwise) = otherwise else { return Err(exhausted(round)) };
        self.pure.reach(otherwise);
        let outside = task.enter(task.path.join(&format!("{key}.else")));
        let out = self.value(otherwise, task).await;
        task.path = outside;
        out
    }

    async fn each(
        &self,
        key: &str,
        pattern: &'p Pattern,
        list: &[Value],
        body: &'p Node,
        task: &mut Task<'p>,
    ) -> Out {
        let mut values = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            self.round(body.at, task)?;
            pattern::bind(pattern, item, &mut task.frame)?;
            let outside = task.enter(task.path.join_nth(key, index + 1));
            let out = self.value(body, task).await;
            task.path = outside;
            match out.map_err(|stop| *stop) {
                Ok(value) => values.push(value),
                Err(Stop::Continue) => {}
                Err(Stop::Break(_)) => break,
                Err(other) => return Err(Box::new(other)),
            }
        }
        Ok(Value::list(values))
    }

    async fn catch(
        &self,
        body: &'p Node,
        binder: Option<flow_ir::Slot>,
        handler: &'p Node,
        task: &mut Task<'p>,
    ) -> Out {
        let (ready, path) = (task.frame.ready_count(), task.path.clone());
        let stop = match self.value(body, task).await {
            Ok(value) => return Ok(value),
            Err(stop) => task.settle(stop),
        };
        let Stop::Fail(caught) = *stop else { return Err(stop) };
        // The failure may have come from deep inside.
        task.path = path;
        task.frame.drop_ready(ready);
        if let Some(slot) = binder {
            task.frame.set(slot, Value::Failure(caught.failure.clone()))?;
        }
        self.pure.reach(handler);
        self.value(handler, task).await.map_err(|stop| {
            // A failure in the handler is also due to what it handled.
            let mut stop = task.settle(stop);
            if let Stop::Fail(fault) = &mut *stop {
                fault.trail.extend(caught.trail);
            }
            stop
        })
    }
}

/// Whether an expression is `none` when its first operand is.
fn skips_on_none(node: &Node) -> bool {
    matches!(node.op, Op::Method { optional: true, .. } | Op::Field { optional: true, .. })
}
