//! The engine of tests: every effect is stubbed, or carried out in the scratch workspace and in virtual time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use flow_ir::builtins::{Signature, find_effect};
use flow_ir::{Double, Name, Type};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::answers::{Answering, Unanswered};
use super::clock::Clock;
use super::explore::{Reply, Script, Silent};
use super::report::Called;
use crate::boundary::Workspace;
use crate::effects::{files, fraction};
use crate::engine::{Engine, Problem, StepId, Stub, Testing, Work};
use crate::interp::pure::Pure;
use crate::interp::stop::{Halt, Out, Stop};
use crate::journal::{Spent, StepKey, StepKind};
use crate::mask::Mask;
use crate::process::Pending;
use crate::run::secrets::refused;
use crate::value::failure::kind;
use crate::value::{Failure, Record, Value, calendar};

/// How many steps a test may take: none should need as many, and one that never ends would.
const MOST_STEPS: u64 = 100_000;

/// When an answer comes.
#[derive(Clone, Copy)]
enum Due {
    /// When this many milliseconds have passed.
    In(i64),
    /// When nothing else can go on: the answer of that number in the script.
    Last(usize),
}

/// A call that was made, and how it ended.
struct Call {
    key: StepKey,
    of: Double,
    args: Vec<Value>,
    outcome: Option<Result<Value, Rc<Failure>>>,
}

/// The engine of one test.
pub(super) struct TestEngine<'t> {
    pure: &'t Pure,
    name: &'t Name,
    workspace: &'t Workspace,
    clock: &'t Clock,
    stubs: RefCell<BTreeMap<Double, Answering>>,
    calls: RefCell<Vec<Call>>,
    turns: RefCell<Vec<StepKey>>,
    steps: Cell<u64>,
    problem: RefCell<Option<Problem>>,
    /// What steps wait for.
    waits: RefCell<BTreeMap<StepKey, String>>,
    said: RefCell<Vec<String>>,
    /// Told whenever a step may have changed a file.
    changed: Notify,
    /// Who answers instead of stubs.
    script: Option<&'t Script<'t>>,
}

impl<'t> TestEngine<'t> {
    pub(super) fn new(pure: &'t Pure, name: &'t Name, workspace: &'t Workspace, clock: &'t Clock) -> Self {
        Self {
            pure,
            name,
            workspace,
            clock,
            stubs: RefCell::default(),
            calls: RefCell::default(),
            turns: RefCell::default(),
            steps: Cell::new(0),
            problem: RefCell::default(),
            waits: RefCell::default(),
            said: RefCell::default(),
            changed: Notify::new(),
            script: None,
        }
    }

    /// The same, with the answers of a script instead of stubs.
    pub(super) fn answered_by(mut self, script: &'t Script<'t>) -> Self {
        self.script = Some(script);
        self
    }

    /// Whether something ended the test.
    pub(super) fn is_over(&self) -> bool {
        self.problem.borrow().is_some()
    }

    /// What ended it.
    pub(super) fn problem(&self) -> Option<Problem> {
        self.problem.borrow().clone()
    }

    /// What is waited for.
    pub(super) fn waiting(&self) -> Vec<String> {
        self.waits.borrow().iter().map(|(key, what)| format!("`{key}` waits for {what}")).collect()
    }

    /// What the flow logged.
    pub(super) fn said(&self) -> Vec<String> {
        self.said.borrow().clone()
    }

    /// Every call with its end, as people read them.
    pub(super) fn calls_made(&self) -> Vec<Called> {
        let calls = self.calls.borrow();
        let called = |call: &Call| {
            let names = self.parameters(&call.of);
            let outcome = call.outcome.as_ref();
            Called::of(call.key.as_str(), &call.of, &names, &call.args, outcome)
        };
        calls.iter().map(called).collect()
    }

    /// The names of the parameters of what is called.
    fn parameters(&self, of: &Double) -> Vec<Name> {
        let program = self.pure.program();
        let frame = match of {
            Double::Agent(name) => program.agents.get(name).map(|it| &it.frame),
            Double::Command(name) => program.commands.get(name).map(|it| &it.frame),
            Double::Human(name) => program.humans.get(name).map(|it| &it.frame),
            Double::Effect(name) => {
                let signature = find_effect(name).and_then(|effect| Signature::parse(effect.signature));
                let params = signature.and_then(|signature| signature.params).unwrap_or_default();
                return params.iter().map(|param| param.name.into()).collect();
            }
        };
        frame.map(|frame| frame.params.iter().map(|param| param.name.clone()).collect()).unwrap_or_default()
    }

    /// What a step calls.
    fn double(&self, step: &StepId) -> Double {
        let name = step.what.clone();
        match step.kind {
            StepKind::Agent => Double::Agent(name),
            StepKind::Human => Double::Human(name),
            StepKind::Command if self.pure.program().commands.contains_key(&name) => Double::Command(name),
            _ => Double::Effect(name),
        }
    }

    async fn carry_out(
        &self,
        step: &StepId,
        of: &Double,
        work: Work,
        result: &Type,
        cancel: &CancellationToken,
    ) -> Out {
        // What only publishes and looks at the clock stands for nothing that could be stubbed.
        match &work {
            Work::Deadline(after) => return Ok(Value::Time(self.clock.now().saturating_add(*after))),
            Work::Emit(_) | Work::Metric { .. } => return Ok(Value::None),
            Work::Log(text) => {
                self.said.borrow_mut().push(text.to_string());
                return Ok(Value::None);
            }
            // As in a run, whatever a stub says.
            Work::Env(name) => {
                if let Some(failure) = refused(self.pure.program(), name) {
                    return Err(Stop::fail(failure));
                }
            }
            _ => {}
        }
        if let Some((answer, due)) = self.answer(step, of, result) {
            return self.when_due(step, answer, due, limit(&work), cancel).await;
        }
        match work {
            Work::Sleep(ms) => self.sleep(step, ms, cancel).await,
            Work::WaitFor { pattern, timeout } => self.wait_for(step, &pattern, timeout, cancel).await,
            Work::Now => Ok(Value::Time(self.clock.now())),
            Work::Random => {
                Ok(Value::Float(fraction(&[b"test", self.name.as_bytes(), step.key.as_str().as_bytes()])))
            }
            Work::Env(_) => Ok(Value::None),
            work => match files::perform(self.workspace, self.pure, &Mask::default(), &work, result) {
                Some(out) => out.map_err(Stop::fail),
                None => Err(self.end(Problem::Unstubbed(of.clone()))),
            },
        }
    }

    /// What a stub answers, if there is one, and when.
    fn answer(&self, step: &StepId, of: &Double, result: &Type) -> Option<(Out, Due)> {
        if let Some(script) = self.script {
            let carried_out = |name: &Name| !matches!(name.as_str(), "sh" | "signal" | "env");
            if matches!(of, Double::Effect(name) if carried_out(name)) {
                return None;
            }
            return Some(match script.answer(self.pure, self.workspace, of, result) {
                Ok(Reply { value, late }) => (Ok(value), late.map_or(Due::In(0), Due::Last)),
                Err(Silent::Fails(failure)) => (Err(Stop::fail(failure)), Due::In(0)),
                Err(Silent::Cut) => (Err(self.end(Problem::Endless(MOST_STEPS))), Due::In(0)),
            });
        }
        let mut stubs = self.stubs.borrow_mut();
        let answer = stubs.get_mut(of)?.next(self.pure, self.workspace, of, &step.args, result);
        let answer = answer.map_err(|why| match why {
            Unanswered::Fails(failure) => Stop::fail(failure),
            Unanswered::Ends(problem) => self.end(problem),
        });
        Some((answer, Due::In(self.pure.take_delay())))
    }

    /// An answer when it comes, unless the call may not take as long.
    async fn when_due(
        &self,
        step: &StepId,
        answer: Out,
        due: Due,
        limit: Option<i64>,
        cancel: &CancellationToken,
    ) -> Out {
        if matches!(due, Due::In(0)) {
            return answer;
        }
        self.wait(step, "its answer".to_owned());
        let begun = self.clock.now();
        let comes = async {
            match due {
                Due::In(ms) => self.clock.until(begun.saturating_add(ms)).await,
                Due::Last(_) => self.clock.last().await,
            }
        };
        let out = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Box::new(Stop::Cancelled)),
            () = comes => answer,
            () = self.clock.until(limit.map_or(i64::MAX, |ms| begun.saturating_add(ms))) => {
                let limit = calendar::duration_literal(limit.unwrap_or(0));
                let text = format!("`{}` did not answer within {limit}", step.what);
                Err(Stop::fail(Failure::new(kind::TIMEOUT, text)))
            }
        };
        if let (Due::Last(number), Some(script)) = (due, self.script) {
            script.took(number, self.clock.now().saturating_sub(begun));
        }
        out
    }

    async fn sleep(&self, step: &StepId, ms: i64, cancel: &CancellationToken) -> Out {
        let deadline = self.clock.now().saturating_add(ms.max(0));
        self.wait(step, format!("{} to pass", calendar::duration_literal(ms)));
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Box::new(Stop::Cancelled)),
            () = self.clock.until(deadline) => Ok(Value::None),
        }
    }

    async fn wait_for(
        &self,
        step: &StepId,
        pattern: &Rc<str>,
        timeout: Option<i64>,
        cancel: &CancellationToken,
    ) -> Out {
        let until = timeout.map_or(i64::MAX, |ms| self.clock.now().saturating_add(ms.max(0)));
        self.wait(step, format!("a file that matches `{pattern}`"));
        loop {
            let changed = self.changed.notified();
            match files::first(self.workspace, pattern) {
                Ok(Some(file)) => return Ok(Value::File(Rc::new(file))),
                Ok(None) => {}
                Err(failure) => return Err(Stop::fail(failure)),
            }
            if self.clock.now() >= until {
                let limit = calendar::duration_literal(timeout.unwrap_or(0));
                let text = format!("no file matched `{pattern}` within {limit}");
                return Err(Stop::fail(Failure::new(kind::TIMEOUT, text)));
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Box::new(Stop::Cancelled)),
                () = changed => {}
                () = self.clock.until(until) => {}
            }
        }
    }

    fn wait(&self, step: &StepId, what: String) {
        self.waits.borrow_mut().insert(step.key.clone(), what);
    }
}

/// How long a call may take with all its attempts, in milliseconds.
fn limit(work: &Work) -> Option<i64> {
    let all = |timeout: Option<Duration>, attempts: u32| {
        let ms = i64::try_from(timeout?.as_millis()).unwrap_or(i64::MAX);
        Some(ms.saturating_mul(i64::from(attempts.max(1))))
    };
    match work {
        Work::Command(work) => all(work.timeout, work.attempts),
        Work::Agent(work) => all(work.timeout, work.attempts),
        Work::Human(work) => work.timeout,
        _ => None,
    }
}

impl Engine for TestEngine<'_> {
    fn recorded(&self, _: &StepId, _: &Type) -> Option<Out> {
        None
    }

    fn perform<'a>(
        &'a self,
        step: &'a StepId,
        work: Work,
        result: &'a Type,
        cancel: &'a CancellationToken,
    ) -> Pending<'a, Out> {
        Box::pin(async move {
            self.steps.set(self.steps.get() + 1);
            if self.steps.get() > MOST_STEPS {
                return Err(self.end(Problem::Endless(MOST_STEPS)));
            }
            let of = self.double(step);
            // Deadlines are no calls.
            let number = (!matches!(work, Work::Deadline(_))).then(|| {
                let (key, args) = (step.key.clone(), step.args.clone());
                let mut calls = self.calls.borrow_mut();
                calls.push(Call { key, of: of.clone(), args, outcome: None });
                calls.len() - 1
            });
            let out = self.carry_out(step, &of, work, result, cancel).await;
            self.waits.borrow_mut().remove(&step.key);
            if step.kind == StepKind::Agent {
                self.turns.borrow_mut().push(step.key.clone());
            }
            let outcome = match &out {
                Ok(value) => Some(Ok(value.clone())),
                Err(stop) => match &**stop {
                    Stop::Fail(fault) => Some(Err(Rc::clone(&fault.failure))),
                    _ => None,
                },
            };
            if let (Some(number), Some(outcome)) = (number, outcome)
                && let Some(call) = self.calls.borrow_mut().get_mut(number)
            {
                call.outcome = Some(outcome);
            }
            self.changed.notify_waiters();
            out
        })
    }

    fn decided(&self, _: &StepKey) -> Result<Option<usize>, Box<Stop>> {
        Ok(None)
    }

    fn decide(&self, _: &StepKey, _: usize) -> Result<(), Box<Stop>> {
        Ok(())
    }

    fn now(&self) -> i64 {
        self.clock.now()
    }

    fn until(&self, time: i64) -> Pending<'_, ()> {
        Box::pin(self.clock.until(time))
    }

    fn content(&self, path: &str) -> Option<String> {
        self.workspace.file(path).ok().map(|file| file.sha256.to_string())
    }

    fn spent(&self, under: &StepKey) -> Spent {
        let inside = |key: &&StepKey| {
            let rest = key.as_str().strip_prefix(under.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Spent { turns: self.turns.borrow().iter().filter(inside).count() as u64, ..Spent::default() }
    }

    fn test(&self) -> Option<&dyn Testing> {
        Some(self)
    }
}

impl Testing for TestEngine<'_> {
    fn stub(&self, of: &Double, stub: Stub) {
        self.stubs.borrow_mut().insert(of.clone(), Answering::new(stub));
    }

    fn calls(&self, of: &Double) -> Value {
        let names = self.parameters(of);
        let calls = self.calls.borrow();
        let record = |call: &Call| {
            let fields = names.iter().cloned().zip(call.args.iter().cloned()).collect();
            Value::Record(Rc::new(Record { ty: None, fields }))
        };
        Value::list(calls.iter().filter(|call| call.of == *of).map(record).collect())
    }

    fn end(&self, problem: Problem) -> Box<Stop> {
        self.problem.borrow_mut().get_or_insert(problem);
        // Nothing may handle it: what runs is dropped.
        Stop::halt(Halt::Suspended { why: "the test is over".to_owned() })
    }
}
