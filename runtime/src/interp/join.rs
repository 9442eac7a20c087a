//! What runs at the same time: `parallel`, `parallel for`, `race`.
//!
//! Every branch is waited for, also when it is cancelled: nothing goes on behind the back of what started it. Which
//! branch decided is recorded before anything depends on it, so that a resumed run goes the same way without starting
//! the others again.

use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::{Name, Node, Pattern, RaceArm};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use super::pure::pattern;
use super::stop::{Fault, Halt, Out, Stop};
use super::{Interpreter, Task};
use crate::journal::StepKey;
use crate::process::Pending;
use crate::value::{Record, Value};

/// The end of a branch: its place, its outcome, and the steps that ran last in it.
type Ended = (usize, Out, Vec<StepKey>);

/// What the branches that ended so far add up to.
#[derive(Default)]
struct Ends {
    /// The branch that decided, and with what: a failure, or for a race the first end of any kind.
    decided: Option<(usize, Out)>,
    halts: Vec<Halt>,
    last: Vec<StepKey>,
}

impl Ends {
    fn halted(&mut self, halts: Vec<Halt>) {
        for halt in halts {
            if !self.halts.contains(&halt) {
                self.halts.push(halt);
            }
        }
    }

    /// Whether the run does not go on for reasons that have nothing to do with what its branches do.
    fn interrupted(&self) -> bool {
        self.halts.iter().any(|halt| matches!(halt, Halt::Stopped | Halt::Suspended { .. }))
    }
}

impl<'p> Interpreter<'p> {
    pub(super) async fn parallel(&self, key: &str, branches: &'p [(Name, Node)], task: &mut Task<'p>) -> Out {
        let scope = task.path.join(key);
        let start = |index: usize, task: &Task<'p>, cancel: &CancellationToken| {
            let (name, node): &'p (Name, Node) = &branches[index];
            (task.fork(scope.join(name), cancel), node)
        };
        let values = self.join(&scope, branches.len(), None, &start, task).await?;
        let fields = branches
            .iter()
            .zip(values)
            .map(|((name, _), value)| (name.clone(), value.unwrap_or(Value::None)));
        Ok(Value::Record(Rc::new(Record { ty: None, fields: fields.collect::<BTreeMap<_, _>>() })))
    }

    pub(super) async fn each_at_once(
        &self,
        key: &str,
        pattern: &'p Pattern,
        list: Rc<Vec<Value>>,
        max: Option<i64>,
        body: &'p Node,
        task: &mut Task<'p>,
    ) -> Out {
        let scope = task.path.join(key);
        self.pure.clean(task.trace.is_some());
        self.pure.walk(list.len(), body.at)?;
        // The element is bound before the frames are made, and again in each of them: a pattern that does not match is
        // told here.
        for item in list.iter() {
            pattern::bind(pattern, item, &mut task.frame)?;
        }
        let start = |index: usize, task: &Task<'p>, cancel: &CancellationToken| {
            let mut branch = task.fork(task.path.join_nth(key, index + 1), cancel);
            // It matched above.
            let _ = pattern::bind(pattern, &list[index], &mut branch.frame);
            (branch, body)
        };
        let at_once = max.map(|max| usize::try_from(max.max(1)).unwrap_or(usize::MAX));
        let values = self.join(&scope, list.len(), at_once, &start, task).await?;
        Ok(Value::list(values.into_iter().flatten().collect()))
    }

    /// Runs `count` branches, at most `at_once` at the same time. Yields their values in order; `None` for a branch that
    /// said `continue`.
    async fn join(
        &self,
        scope: &StepKey,
        count: usize,
        at_once: Option<usize>,
        start: &(dyn Fn(usize, &Task<'p>, &CancellationToken) -> (Task<'p>, &'p Node) + '_),
        task: &mut Task<'p>,
    ) -> Result<Vec<Option<Value>>, Box<Stop>> {
        let cancel = task.cancel.child_token();
        // What failed before fails again, without the others.
        if let Some(index) = self.engine.decided(scope)?.filter(|index| *index < count) {
            let (branch, node) = start(index, task, &cancel);
            let (_, out, _) = self.branch(index, branch, node).await;
            if let Err(stop) = out
                && !matches!(*stop, Stop::Continue)
            {
                return Err(passed(stop, scope));
            }
        }
        let mut values: Vec<Option<Value>> = Vec::new();
        values.resize(count, None);
        let mut ends = Ends::default();
        let mut running = FuturesUnordered::new();
        let mut next = 0;
        let at_once = at_once.unwrap_or(count).max(1);
        loop {
            let going_on = ends.decided.is_none() && !ends.interrupted() && !cancel.is_cancelled();
            while going_on && next < count && running.len() < at_once {
                let (branch, node) = start(next, task, &cancel);
                running.push(self.branch(next, branch, node));
                next += 1;
            }
            let Some((index, out, last)) = running.next().await else { break };
            ends.last.extend(last);
            match out.map_err(|stop| *stop) {
                Ok(value) => values[index] = Some(value),
                Err(Stop::Continue) => {}
                Err(Stop::Cancelled) => {}
                Err(Stop::Halt(halts)) => ends.halted(halts),
                // The first failure is the whole's; the others are ended.
                Err(other) if ends.decided.is_none() => {
                    ends.decided = Some((index, Err(Box::new(other))));
                    cancel.cancel();
                }
                Err(_) => {}
            }
        }
        drop(running);
        if !ends.last.is_empty() {
            task.last = ends.last.clone();
        }
        if task.cancel.is_cancelled() {
            return Err(Box::new(Stop::Cancelled));
        }
        if ends.interrupted() {
            return Err(Box::new(Stop::Halt(ends.halts)));
        }
        if let Some((index, Err(stop))) = ends.decided {
            self.engine.decide(scope, index)?;
            return Err(passed(stop, scope));
        }
        if ends.halts.is_empty() { Ok(values) } else { Err(Box::new(Stop::Halt(ends.halts))) }
    }

    fn branch<'t>(&'t self, index: usize, mut task: Task<'p>, node: &'p Node) -> Pending<'t, Ended> {
        Box::pin(async move {
            let out = self.eval(node, &mut task).await.map_err(|stop| task.settle(stop));
            (index, out, task.last)
        })
    }

    pub(super) async fn race(&self, key: &str, arms: &'p [RaceArm], task: &mut Task<'p>) -> Out {
        let scope = task.path.join(key);
        let cancel = task.cancel.child_token();
        let recorded = self.engine.decided(&scope)?.filter(|index| *index < arms.len());
        let started = match recorded {
            Some(index) => index..index + 1,
            None => 0..arms.len(),
        };
        let mut running: FuturesUnordered<_> = started
            .map(|index| {
                let branch = task.fork(arm_key(&task.path, key, index), &cancel);
                self.branch(index, branch, &arms[index].value)
            })
            .collect();
        let mut ends = Ends::default();
        while let Some((index, out, last)) = running.next().await {
            match out {
                Err(stop) if matches!(*stop, Stop::Cancelled) => {}
                Err(stop) if matches!(*stop, Stop::Halt(_)) => {
                    if let Stop::Halt(halts) = *stop {
                        ends.halted(halts);
                    }
                }
                end => {
                    if ends.decided.is_none() {
                        ends.decided = Some((index, end));
                        ends.last = last;
                        cancel.cancel();
                    }
                }
            }
        }
        drop(running);
        if task.cancel.is_cancelled() {
            return Err(Box::new(Stop::Cancelled));
        }
        let Some((index, out)) = ends.decided else {
            return Err(Box::new(if ends.halts.is_empty() {
                Stop::Cancelled
            } else {
                Stop::Halt(ends.halts)
            }));
        };
        if recorded.is_none() {
            self.engine.decide(&scope, index)?;
        }
        task.last = ends.last;
        let value = out.map_err(|stop| passed(stop, &scope))?;
        pattern::bind(&arms[index].pattern, &value, &mut task.frame)?;
        self.pure.reach(&arms[index].body);
        let body = StepKey::new(format!("{}.body", arm_key(&task.path, key, index)));
        let outside = task.enter(body);
        let out = self.eval(&arms[index].body, task).await;
        task.path = outside;
        out
    }
}

fn arm_key(path: &StepKey, key: &str, index: usize) -> StepKey {
    path.join_nth(key, index + 1)
}

/// A stop that passed a decision on its way: a failure remembers it.
fn passed(mut stop: Box<Stop>, scope: &StepKey) -> Box<Stop> {
    if let Stop::Fail(Fault { trail, .. }) = &mut *stop {
        trail.push(scope.clone());
    }
    stop
}
