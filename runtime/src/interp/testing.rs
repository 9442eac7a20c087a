//! What only tests do: stubs, expectations, questions about calls.

use flow_ir::{Answers, BinaryOp, Node, Op, TestOp};

use super::pure::control::elements;
use super::pure::{ops, pattern};
use super::stop::{Halt, Out, Stop};
use super::{Interpreter, Task};
use crate::engine::{Problem, Shown, Stub, Testing};
use crate::process::Pending;
use crate::value::failure::kind;
use crate::value::{Failure, Value};

impl<'p> Interpreter<'p> {
    pub(super) async fn testing(&self, node: &'p Node, op: &'p TestOp, task: &mut Task<'p>) -> Out {
        let Some(test) = self.engine.test() else {
            return Err(Stop::invalid("a test's statement stands outside of a test"));
        };
        match op {
            TestOp::Stub { of, answers } => {
                let stub = match answers {
                    Answers::Each(nodes) => Stub::Each(nodes.as_slice().into(), task.frame.fork()),
                    Answers::List(node) => Stub::List(elements(self.value(node, task).await?)?),
                    Answers::Closure { params, body } => {
                        Stub::Closure(params.as_slice().into(), (**body).clone().into(), task.frame.fork())
                    }
                };
                test.stub(of, stub);
                Ok(Value::None)
            }
            TestOp::Expect(condition) => self.expect(test, condition, task).await,
            TestOp::Calls(of) => Ok(test.calls(of)),
            TestOp::Failure(body) => self.failure(test, body, task).await,
            TestOp::File { .. } | TestOp::After { .. } | TestOp::Exec { .. } | TestOp::NewFailure { .. } => {
                self.strict(node, task).await
            }
        }
    }

    async fn expect(&self, test: &dyn Testing, condition: &'p Node, task: &mut Task<'p>) -> Out {
        let mut shown = Vec::new();
        let (holds, at) = self.witness(condition, &mut shown, task).await?;
        if holds { Ok(Value::None) } else { Err(test.end(Problem::Unmet { at, shown })) }
    }

    /// Whether a condition holds; the part of it that decided, and what its operands were.
    fn witness<'t>(
        &'t self,
        node: &'p Node,
        shown: &'t mut Vec<Shown>,
        task: &'t mut Task<'p>,
    ) -> Pending<'t, Result<(bool, flow_ir::At), Box<Stop>>> {
        Box::pin(async move {
            let holds = match &node.op {
                Op::Binary { op: BinaryOp::And, left, right } => {
                    let first = self.witness(left, shown, task).await?;
                    if !first.0 {
                        return Ok(first);
                    }
                    shown.clear();
                    return self.witness(right, shown, task).await;
                }
                Op::Binary { op: BinaryOp::Or, left, right } => {
                    self.witness(left, shown, task).await?.0 || self.witness(right, shown, task).await?.0
                }
                Op::Not(inner) => !self.witness(inner, shown, task).await?.0,
                Op::Binary {
                    op:
                        op @ (BinaryOp::Eq
                        | BinaryOp::Ne
                        | BinaryOp::Lt
                        | BinaryOp::Le
                        | BinaryOp::Gt
                        | BinaryOp::Ge
                        | BinaryOp::In),
                    left,
                    right,
                } => {
                    let (a, b) = (self.value(left, task).await?, self.value(right, task).await?);
                    shown.push(Shown { at: left.at, value: a.clone() });
                    shown.push(Shown { at: right.at, value: b.clone() });
                    ops::truth(&ops::binary(*op, a, b)?)?
                }
                Op::Is { value, pattern } => {
                    let found = self.value(value, task).await?;
                    shown.push(Shown { at: value.at, value: found.clone() });
                    pattern::matches(pattern, &found, &mut task.frame)?
                }
                // `xs.contains(x)`: what is asked decides.
                Op::Method { receiver, args, .. } if args.iter().all(|arg| !self.effectful.contains(arg)) => {
                    let found = self.value(receiver, task).await?;
                    shown.push(Shown { at: receiver.at, value: found.clone() });
                    let ready = task.frame.ready_count();
                    task.frame.make_ready(receiver, found);
                    let out = self.compute(node, task);
                    task.frame.drop_ready(ready);
                    ops::truth(&out?)?
                }
                _ => ops::truth(&self.value(node, task).await?)?,
            };
            Ok((holds, node.at))
        })
    }

    /// `failure(e)`
    async fn failure(&self, test: &dyn Testing, body: &'p Node, task: &mut Task<'p>) -> Out {
        let (ready, path) = (task.frame.ready_count(), task.path.clone());
        let stop = match self.value(body, task).await {
            Ok(value) => return Err(test.end(Problem::NotFailed { at: body.at, value })),
            Err(stop) => *stop,
        };
        task.path = path;
        task.frame.drop_ready(ready);
        match stop {
            Stop::Fail(fault) => Ok(Value::Failure(fault.failure)),
            Stop::Halt(halts) => match halts.as_slice() {
                [Halt::Blocked { key, reason, .. }, ..] => {
                    let failure = Failure::new(kind::BLOCKED, reason.as_str()).of_step(key.as_str());
                    Ok(Value::Failure(failure.into()))
                }
                _ => Err(Box::new(Stop::Halt(halts))),
            },
            other => Err(Box::new(other)),
        }
    }
}
