//! Calls of flows: stages, budgets, cleanups.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use flow_ir::{Budget, Flow, Name, Node, Type};
use tokio_util::sync::CancellationToken;

use super::call::attempts;
use super::pure::Frame;
use super::pure::control::bound;
use super::stop::{Fault, Out, Stop};
use super::{DEEPEST_FLOW, FlowCall, Interpreter, Task, tree};
use crate::boundary::check::check;
use crate::engine::{StepId, Work};
use crate::journal::{StepHash, StepKey, StepKind};
use crate::value::failure::kind;
use crate::value::{Failure, Value};

/// What a call of a flow gets from around it.
#[derive(Debug)]
pub struct Fresh {
    /// Fires when it is to end.
    pub cancel: CancellationToken,
    /// How deep it is nested.
    pub depth: u32,
    /// What the flows around it may use up.
    pub budget: Option<Rc<Budgeted>>,
    /// Collects the keys of all steps, in cleanups that may have to run again.
    pub trace: Option<Rc<RefCell<Vec<StepKey>>>>,
}

/// A cleanup that waits for the end of its flow.
pub(super) struct Deferred<'p> {
    pub(super) body: &'p Node,
    pub(super) path: StepKey,
    /// The variables where it was met.
    pub(super) frame: Frame,
    /// Whether it was met in a branch, whose variables are its own.
    pub(super) in_branch: bool,
}

/// What a flow may use up, and the flows around it.
#[derive(Debug)]
pub struct Budgeted {
    budget: Budget,
    /// Under which key it is spent.
    key: StepKey,
    name: Name,
    /// When its time is over, in milliseconds since 1970.
    deadline: Option<i64>,
    /// Turns that began and are not counted as spent yet.
    started: Cell<i64>,
    outer: Option<Rc<Budgeted>>,
}

impl Budgeted {
    /// This budget and those around it.
    pub(super) fn all(innermost: Option<&Rc<Self>>) -> impl Iterator<Item = &Rc<Self>> {
        std::iter::successors(innermost, |budget| budget.outer.as_ref())
    }

    /// The failure of a budget that is used up.
    fn exhausted(&self, what: &str) -> Failure {
        let text = format!("the budget of `{}` is used up: {what}", self.name);
        Failure::new(kind::BUDGET_EXHAUSTED, text)
    }

    pub(super) fn deadline(&self) -> Option<i64> {
        self.deadline
    }

    /// The failure of a flow whose time is over.
    pub(super) fn out_of_time(&self) -> Failure {
        let limit = crate::value::calendar::duration_literal(self.budget.time.unwrap_or(0));
        self.exhausted(&format!("it has run for {limit}"))
    }

    /// Counts a turn that begins or, with a negative number, one that is counted as spent from now on.
    pub(super) fn count(&self, turns: i64) {
        self.started.set(self.started.get() + turns);
    }
}

impl<'p> Interpreter<'p> {
    /// Runs a flow under `path`. Also yields the steps that ran last in it.
    pub(super) async fn flow(
        &self,
        name: &'p Name,
        path: StepKey,
        args: Vec<Option<Value>>,
        limits: &[(Name, Value)],
        fresh: Fresh,
    ) -> (Out, Vec<StepKey>) {
        match self.program.flows.get(name) {
            Some(flow) => self.body(name, flow, path, args, limits, fresh).await,
            None => (Err(Stop::invalid(format!("there is no flow `{name}`"))), Vec::new()),
        }
    }

    /// Runs what a flow, or a test, does.
    pub(super) async fn body(
        &self,
        name: &'p Name,
        flow: &'p Flow,
        path: StepKey,
        args: Vec<Option<Value>>,
        limits: &[(Name, Value)],
        fresh: Fresh,
    ) -> (Out, Vec<StepKey>) {
        if fresh.depth >= DEEPEST_FLOW {
            let text =
                format!("`{name}` is called {DEEPEST_FLOW} flows deep: does it call itself without end?");
            return (Err(Stop::fail(Failure::new(kind::TOO_DEEP, text))), Vec::new());
        }
        self.pure.clean(fresh.trace.is_some());
        let entered = self.pure.round(flow.frame.at).and_then(|()| self.pure.enter(name, &flow.frame, args));
        let frame = match entered {
            Ok(frame) => frame,
            Err(stop) => return (Err(stop), Vec::new()),
        };
        let budget = match self.budget(name, flow, &path, limits, &fresh).await {
            Ok(budget) => budget,
            Err(stop) => return (Err(stop), Vec::new()),
        };
        let call = FlowCall { name, flow, depth: fresh.depth, budget, defers: RefCell::default() };
        let mut task = Task {
            frame,
            path,
            cancel: fresh.cancel,
            last: Vec::new(),
            trace: fresh.trace,
            in_branch: false,
            flow: Rc::new(call),
        };
        let out = self.stages(flow, &mut task).await;
        let out = out.and_then(|value| {
            check(self.pure, value, &flow.frame.result).map_err(|error| {
                Stop::fail(Failure::new(kind::CONTRACT, format!("the result of `{name}`: {error}")))
            })
        });
        let out = out.map_err(|stop| task.settle(stop));
        let out = self.clean_up(out, &mut task).await;
        (out, task.last)
    }

    /// The body, then each stage that is handed over to.
    async fn stages(&self, flow: &'p Flow, task: &mut Task<'p>) -> Out {
        let mut visits: HashMap<&Name, i64> = HashMap::new();
        let root = task.path.clone();
        let mut out = self.eval(&flow.body, task).await;
        loop {
            let (name, args) = match out.map_err(|stop| *stop) {
                Err(Stop::Handoff(name, args)) => (name, args),
                Err(Stop::Return(value)) => return Ok(value),
                Err(Stop::Break(_) | Stop::Continue) => {
                    return Err(Stop::invalid("`break` or `continue` outside of a loop"));
                }
                Err(other) => return Err(Box::new(other)),
                Ok(value) => return Ok(value),
            };
            let Some((name, stage)) = flow.stages.get_key_value(&name) else {
                return Err(Stop::invalid(format!("there is no stage `{name}`")));
            };
            self.round(stage.at, task)?;
            self.pure.reach(&stage.body);
            let visit = visits.entry(name).or_insert(0);
            *visit += 1;
            let visit = *visit;
            if let Some(max) = &stage.max {
                let max = bound(&self.eval(max, task).await?, &format!("the stage `{name}`"), 1)?;
                if visit > max {
                    let text =
                        format!("the stage `{name}` was entered {max} times, which is all that it may be");
                    return Err(Stop::fail(Failure::new(kind::STAGE_EXHAUSTED, text)).at(stage.at));
                }
            }
            self.pure.bind(name, &stage.params, args, &mut task.frame)?;
            task.path = root.join(&format!("{name}#{visit}"));
            out = self.eval(&stage.body, task).await;
        }
    }

    /// Runs what was deferred, the latest first, unless the flow only pauses.
    async fn clean_up(&self, out: Out, task: &mut Task<'p>) -> Out {
        let mut out = out;
        if matches!(&out, Err(stop) if matches!(**stop, Stop::Halt(_))) {
            return out;
        }
        let deferred = task.flow.defers.take();
        if deferred.is_empty() {
            return out;
        }
        let mut vars = Vec::new();
        tree::assigned(&task.flow.flow.body, &mut vars);
        task.flow.flow.stages.values().for_each(|stage| tree::assigned(&stage.body, &mut vars));
        // What ran in a cleanup after a failure runs again when the run is resumed and fails or ends anew.
        let ran = Rc::new(RefCell::new(Vec::new()));
        for Deferred { body, path, mut frame, in_branch } in deferred.into_iter().rev() {
            if !in_branch {
                frame.refresh(&vars, &task.frame);
            }
            let call = FlowCall {
                name: task.flow.name,
                flow: task.flow.flow,
                depth: task.flow.depth,
                // A cleanup has an allowance of its own.
                budget: None,
                defers: RefCell::default(),
            };
            let mut cleanup = Task {
                frame,
                path,
                cancel: CancellationToken::new(),
                last: Vec::new(),
                trace: Some(Rc::clone(&ran)),
                in_branch: false,
                flow: Rc::new(call),
            };
            let end = self.eval(body, &mut cleanup).await.map_err(|stop| *cleanup.settle(stop));
            match end {
                Err(Stop::Halt(halts)) => return Err(Box::new(Stop::Halt(halts))),
                // The first failure is the one to tell.
                Err(Stop::Fail(fault)) if out.is_ok() => out = Err(Box::new(Stop::Fail(fault))),
                _ => {}
            }
        }
        let ran = ran.take();
        if let Some(trace) = &task.trace {
            trace.borrow_mut().extend(ran.iter().cloned());
        }
        if let Err(stop) = &mut out
            && let Stop::Fail(Fault { trail, .. }) = &mut **stop
        {
            trail.extend(ran);
        }
        out
    }

    /// The budget that a flow runs under: its own, as the call changed it, inside of those around it.
    async fn budget(
        &self,
        name: &Name,
        flow: &Flow,
        path: &StepKey,
        limits: &[(Name, Value)],
        fresh: &Fresh,
    ) -> Result<Option<Rc<Budgeted>>, Box<Stop>> {
        let mut budget = flow.budget.clone().unwrap_or_default();
        for (limit, value) in limits {
            let (Value::Int(number) | Value::Duration(number) | Value::Money(number)) = value else {
                continue;
            };
            match limit.as_str() {
                "turns" => budget.turns = Some(*number),
                "time" => budget.time = Some(*number),
                "cost" => budget.cost = Some(*number),
                "tokens" => budget.tokens = Some(*number),
                _ => {}
            }
        }
        if budget == Budget::default() {
            return Ok(fresh.budget.clone());
        }
        let deadline = match budget.time {
            Some(time) => Some(self.deadline(path.join("budget"), time, &fresh.cancel).await?),
            None => None,
        };
        Ok(Some(Rc::new(Budgeted {
            budget,
            key: path.clone(),
            name: name.clone(),
            deadline,
            started: Cell::new(0),
            outer: fresh.budget.clone(),
        })))
    }

    /// The time that lies `after` milliseconds behind when this was first asked.
    pub(super) async fn deadline(
        &self,
        key: StepKey,
        after: i64,
        cancel: &CancellationToken,
    ) -> Result<i64, Box<Stop>> {
        let hash = StepHash::of([b"deadline".as_slice(), &after.to_le_bytes()]);
        let id =
            StepId { key, hash, kind: StepKind::Builtin, what: Name::new_static("deadline"), args: vec![] };
        let out = match self.engine.recorded(&id, &Type::Time) {
            Some(out) => out,
            None => self.engine.perform(&id, Work::Deadline(after), &Type::Time, cancel).await,
        };
        match out? {
            Value::Time(time) => Ok(time),
            other => Err(Stop::invalid(format!("{} was recorded as a deadline", other.describe()))),
        }
    }

    /// That every budget around has something left for another step, or for a turn of an agent.
    pub(super) fn afford(&self, budget: Option<&Rc<Budgeted>>, turn: bool) -> Result<(), Box<Stop>> {
        for it in Budgeted::all(budget) {
            if it.deadline.is_some_and(|deadline| self.engine.now() >= deadline) {
                return Err(Stop::fail(it.out_of_time()));
            }
            if !turn {
                continue;
            }
            let spent = self.engine.spent(&it.key);
            let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            let turns = whole(spent.turns).saturating_add(it.started.get());
            let tokens = whole(spent.input_tokens.saturating_add(spent.output_tokens));
            let cost = whole(spent.micro_dollars);
            let what = if it.budget.turns.is_some_and(|most| turns >= most) {
                format!("{turns} turns of agents were taken")
            } else if it.budget.cost.is_some_and(|most| cost >= most) {
                format!("{} were spent", crate::value::money::dollars(cost))
            } else if it.budget.tokens.is_some_and(|most| tokens >= most) {
                format!("{tokens} tokens were used")
            } else {
                continue;
            };
            return Err(Stop::fail(it.exhausted(&what)));
        }
        Ok(())
    }

    /// Calls a flow from another one.
    pub(super) async fn call_flow(
        &self,
        name: &'p Name,
        key: StepKey,
        args: Vec<Option<Value>>,
        options: &BTreeMap<Name, Value>,
        task: &mut Task<'p>,
    ) -> Out {
        let limits: Vec<_> = options.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let attempts = match options.get("retry") {
            Some(more) => attempts(more)?,
            None => 1,
        };
        let mut trail = Vec::new();
        let mut attempt = 1;
        loop {
            let path = if attempt == 1 { key.clone() } else { StepKey::new(format!("{key}#{attempt}")) };
            let out =
                self.call_flow_once(name, path, args.clone(), &limits, options.get("timeout"), task).await;
            match out.map_err(|stop| *stop) {
                Err(Stop::Fail(fault)) if attempt < attempts => trail.extend(fault.trail),
                Err(Stop::Fail(mut fault)) => {
                    fault.trail.extend(trail);
                    return Err(Box::new(Stop::Fail(fault)));
                }
                other => return other.map_err(Box::new),
            }
            attempt += 1;
        }
    }

    async fn call_flow_once(
        &self,
        name: &'p Name,
        path: StepKey,
        args: Vec<Option<Value>>,
        limits: &[(Name, Value)],
        timeout: Option<&Value>,
        task: &mut Task<'p>,
    ) -> Out {
        let cancel = task.cancel.child_token();
        let deadline = match timeout {
            Some(Value::Duration(ms)) => {
                Some((self.deadline(path.join("timeout"), *ms, &cancel).await?, *ms))
            }
            _ => None,
        };
        let fresh = Fresh {
            cancel: cancel.clone(),
            depth: task.flow.depth + 1,
            budget: task.flow.budget.clone(),
            trace: task.trace.clone(),
        };
        let running = self.flow(name, path, args, limits, fresh);
        let (out, last, late) = match deadline {
            None => {
                let (out, last) = Box::pin(running).await;
                (out, last, None)
            }
            Some((deadline, ms)) => {
                let mut running = Box::pin(running);
                let mut late = None;
                let (out, last) = tokio::select! {
                    biased;
                    end = &mut running => end,
                    () = self.engine.until(deadline) => {
                        late = Some(ms);
                        cancel.cancel();
                        running.await
                    }
                };
                (out, last, late)
            }
        };
        if !last.is_empty() {
            task.last = last;
        }
        match (out, late) {
            (Err(stop), Some(ms)) if matches!(*stop, Stop::Cancelled) && !task.cancel.is_cancelled() => {
                let limit = crate::value::calendar::duration_literal(ms);
                Err(Stop::fail(Failure::new(kind::TIMEOUT, format!("`{name}` did not end within {limit}"))))
            }
            (out, _) => out,
        }
    }
}
