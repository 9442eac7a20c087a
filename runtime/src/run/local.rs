//! The reference engine: one run in this process, its truth in a journal on this machine.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use flow_ir::Type;
use tokio_util::sync::CancellationToken;

use super::inbox::Inbox;
use super::log::Log;
use super::observe::{Observer, Seen};
use super::record::{Entry, failure as record_failure, recorded_failure};
use super::secrets::Secrets;
use crate::agents::{Providers, Usage};
use crate::boundary::Workspace;
use crate::engine::{Engine, StepId, Work};
use crate::interp::pure::Pure;
use crate::interp::stop::{Halt, Out, Stop};
use crate::journal::{
    Clock, Durability, Event, Record, Recorded, Spent, StepFailed, StepFinished, StepHash, StepKey,
    StepStarted,
};
use crate::mask::Mask;
use crate::process::{Executor, Pending};
use crate::store::{Artifacts, Lineage, OpenRun, StepDirs, StoreError};
use crate::value::{Failure, Value};

/// What a run finds around it: everything that the edge of the program hands in.
#[derive(Clone)]
pub struct Surroundings {
    /// Where it works.
    pub workspace: Workspace,
    /// The environment of the runner: for secrets, credentials of providers, and the effect `env`.
    pub environment: BTreeMap<String, String>,
    /// Who starts programs.
    pub executor: Rc<dyn Executor>,
    /// The project's providers of agents.
    pub providers: Providers,
    /// The time.
    pub clock: Clock,
    /// Whether a step that waits for a person or a signal keeps the runner waiting.
    pub patient: bool,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("workspace", &self.workspace).finish_non_exhaustive()
    }
}

/// What earlier runners of a run spent.
#[derive(Debug, Default)]
pub struct Earlier {
    /// By step, in order.
    pub spent: Vec<(StepKey, Spent)>,
    /// Of that, on steps that have not ended: what they may use up is counted over the death of a runner.
    pub open: BTreeMap<StepKey, Spent>,
}

/// How a run is told to end.
#[derive(Clone, Debug, Default)]
pub struct Control {
    /// Fires when no more steps are to begin.
    pub stop: CancellationToken,
    /// Fires when everything is to end.
    pub cancel: CancellationToken,
}

/// The engine of one run.
pub struct Local<'r> {
    pub(crate) pure: &'r Pure,
    pub(crate) run: RefCell<OpenRun>,
    pub(crate) around: Surroundings,
    pub(crate) control: Control,
    /// Whether the run is to be cancelled: once what is recorded has been played back.
    pub(crate) cancel_asked: Cell<bool>,
    pub(crate) observer: &'r dyn Observer,
    pub(crate) secrets: Secrets,
    pub(crate) steps: StepDirs,
    pub(crate) artifacts: Artifacts,
    /// The environment that every step starts with.
    pub(crate) inherited: BTreeMap<String, String>,
    /// Sessions of agents that can be gone on with, by agent and scope.
    pub(crate) sessions: RefCell<BTreeMap<String, String>>,
    /// The attempt at which each step goes on that was open when the last runner ended, and its directory and session.
    pub(crate) open: RefCell<BTreeMap<StepKey, crate::journal::OpenStep>>,
    /// What other processes dropped.
    pub(crate) inbox: RefCell<Inbox>,
    /// Whether something was recorded since the last sync that a program may depend on.
    unsynced: Cell<bool>,
    /// Whether `state.json` says of something that it is durable.
    is_witnessed: Cell<bool>,
    /// How many steps are being carried out.
    pub(crate) busy: Cell<u32>,
    /// How many results were taken from the journal; nothing once that was told.
    replayed: Cell<Option<u64>>,
    /// Whether it was told that a budget of money does not count everything.
    pub(crate) told_unpriced: Cell<bool>,
    /// What was spent, by step.
    spent: RefCell<Vec<(StepKey, Spent)>>,
    /// What earlier runners spent on steps that have not ended.
    spent_before: BTreeMap<StepKey, Spent>,
    log: Log,
}

impl std::fmt::Debug for Local<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Local").finish_non_exhaustive()
    }
}

/// A halt because something cannot be recorded or read any more.
pub(crate) fn suspended(error: &StoreError) -> Box<Stop> {
    Stop::halt(Halt::Suspended { why: error.to_string() })
}

impl<'r> Local<'r> {
    /// An engine that goes on where the journal ends.
    pub fn new(
        pure: &'r Pure,
        run: OpenRun,
        around: Surroundings,
        control: Control,
        observer: &'r dyn Observer,
        earlier: Earlier,
    ) -> Self {
        let secrets = Secrets::of_program(pure.program(), &around.providers, &around.environment);
        let steps = run.dir.steps();
        steps.start_after(run.history.progress.seq);
        let inherited = crate::process::environment::allowed(around.environment.clone());
        let artifacts = run.dir.artifacts();
        let log = Log::new(run.dir.clone());
        let cancel_asked = Cell::new(run.journal.progress().cancel_requested.is_some());
        let open = RefCell::new(run.history.progress.open.clone());
        let inbox = Inbox::with(run.history.signals().cloned().collect());
        Self {
            pure,
            run: RefCell::new(run),
            around,
            control,
            cancel_asked,
            observer,
            secrets,
            steps,
            artifacts,
            inherited,
            sessions: RefCell::default(),
            open,
            inbox: RefCell::new(inbox),
            unsynced: Cell::new(false),
            is_witnessed: Cell::new(false),
            busy: Cell::new(0),
            replayed: Cell::new(Some(0)),
            told_unpriced: Cell::new(false),
            spent: RefCell::new(earlier.spent),
            spent_before: earlier.open,
            log,
        }
    }

    /// Gives the run back when all is done.
    pub fn into_run(self) -> OpenRun {
        self.run.into_inner()
    }

    /// Queues a record that need not be durable yet, although a program that is started later may depend on it.
    pub(crate) fn note(&self, event: impl Into<Event>) {
        self.unsynced.set(true);
        self.murmur(event);
    }

    /// Queues a record that nothing depends on.
    pub(crate) fn murmur(&self, event: impl Into<Event>) {
        // If it cannot be written, the next durable record cannot either, and tells.
        drop(self.run.borrow().journal.append(event, Durability::Relaxed));
    }

    /// Records durably.
    pub(crate) async fn record(&self, event: impl Into<Event>) -> Result<(), Box<Stop>> {
        let written = self.write(event, Durability::Synced).await;
        self.unsynced.set(false);
        if written.is_ok() && !self.is_witnessed.replace(true) {
            self.write_state();
        }
        written
    }

    async fn write(&self, event: impl Into<Event>, durability: Durability) -> Result<(), Box<Stop>> {
        let written = if self.busy.get() <= 1 {
            // Nothing else wants to run: the way to the writer thread and back is saved.
            self.run.borrow().journal.write(event, durability)
        } else {
            let ticket = self.run.borrow().journal.append(event, durability);
            ticket.await
        };
        written.map(drop).map_err(|error| suspended(&error))
    }

    /// Records the start of an attempt: durably if the attempt must not be forgotten, or if something that it may depend on
    /// is not durable yet. Otherwise it outlives this process, so that the next runner can end what this one leaves.
    pub(crate) async fn start(
        &self,
        step: &StepId,
        attempt: u32,
        dir: &str,
        argv: Vec<String>,
        durable: bool,
    ) -> Result<(), Box<Stop>> {
        let (what, kind) = (step.what.clone(), step.kind);
        let seen = Seen::Started { key: step.key.clone(), what: what.to_string(), kind, attempt };
        let dir = Some(dir.into());
        let event = StepStarted {
            key: step.key.clone(),
            hash: step.hash,
            attempt,
            kind,
            what,
            argv,
            dir,
            once: false,
        };
        if durable || self.unsynced.get() {
            self.record(event).await?;
        } else {
            self.write(event, Durability::Relaxed).await?;
        }
        self.see(seen);
        Ok(())
    }

    /// The number of a step's next attempt.
    pub(crate) fn next_attempt(&self, step: &StepId) -> u32 {
        let open = self.open.borrow();
        open.get(&step.key)
            .filter(|open| open.hash == step.hash)
            .map_or(1, |open| open.attempt.saturating_add(1))
    }

    /// A value as it goes into a record.
    pub(crate) fn entry(&self, key: &StepKey, entry: &Entry) -> Result<Recorded, Box<Stop>> {
        let raw = entry.raw().map_err(|error| Stop::invalid(error.to_string()))?;
        let from = Lineage { time: (self.around.clock)(), step: key, name: "result" };
        self.artifacts.record(raw, &from).map_err(|error| suspended(&error))
    }

    /// Records a result; durable when this resolves.
    pub(crate) async fn finish(&self, step: &StepId, attempt: u32, entry: &Entry) -> Result<(), Box<Stop>> {
        let result = self.entry(&step.key, entry)?;
        self.record(StepFinished { key: step.key.clone(), hash: step.hash, attempt, result }).await
    }

    /// Records the result of a step that is done again if a power failure takes it.
    pub(crate) fn finish_lightly(
        &self,
        key: &StepKey,
        hash: StepHash,
        value: &Value,
    ) -> Result<(), Box<Stop>> {
        let result = self.entry(key, &Entry::of(value))?;
        self.note(StepFinished { key: key.clone(), hash, attempt: 1, result });
        Ok(())
    }

    /// Records a value that was taken from elsewhere, in a record of its own kind.
    pub(crate) fn taken(&self, key: &StepKey, value: &Value) -> Result<Recorded, Box<Stop>> {
        self.entry(key, &Entry::of(value))
    }

    /// Records a failure that is the step's outcome, and yields it.
    pub(crate) async fn fail(&self, step: &StepId, attempt: u32, failure: Failure) -> Box<Stop> {
        let failure = failure.of_step(step.key.as_str());
        self.see(Seen::failed(&step.key, &failure, None));
        let (key, hash) = (step.key.clone(), step.hash);
        let event = StepFailed { key, hash, attempt, failure: record_failure(&failure), is_final: true };
        match self.record(event).await {
            Ok(()) => Stop::fail(failure),
            Err(halt) => halt,
        }
    }

    /// Shows something, once it was told what came from the journal.
    pub(crate) fn see(&self, seen: Seen) {
        self.tell_replayed();
        self.tell(&seen);
    }

    /// Tells what came from the journal, if that was not told yet.
    pub(crate) fn tell_replayed(&self) {
        if let Some(steps) = self.replayed.take()
            && steps > 0
        {
            self.tell(&Seen::Replayed { steps });
        }
    }

    fn tell(&self, seen: &Seen) {
        self.log.see((self.around.clock)(), seen);
        self.observer.see(seen);
    }

    /// Tells the log that this runner has the run now.
    pub(super) fn log_taken(&self) {
        let run = self.run.borrow();
        let before = (!run.history.is_empty()).then(|| run.before());
        if let Some(holder) = &run.journal.progress().holder {
            self.log.taken((self.around.clock)(), &run.info.flow, holder, before);
        }
    }

    /// Tells the log how this runner's work on the run ended.
    pub(super) fn log_ended(&self, ended: &super::Ended) {
        self.log.ended((self.around.clock)(), ended, self.pure.program());
    }

    /// Whether the run stops here: it was asked to, and is not being cancelled, which runs cleanups.
    pub(crate) fn stopping(&self) -> bool {
        self.control.stop.is_cancelled() && !self.control.cancel.is_cancelled()
    }

    /// Resolves when the run is to stop.
    pub(crate) async fn stopped(&self) {
        self.control.stop.cancelled().await;
        if self.control.cancel.is_cancelled() {
            std::future::pending::<()>().await;
        }
    }

    /// What the turns of a call used that an earlier runner began and did not end.
    pub(crate) fn used_before(&self, key: &StepKey) -> Usage {
        let spent = self.spent_before.get(key).cloned().unwrap_or_default();
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Usage {
            input_tokens: spent.input_tokens,
            output_tokens: spent.output_tokens,
            cost_micros: spent.micro_dollars,
            turns: small(spent.turns),
            unpriced: small(spent.unpriced_turns),
        }
    }

    /// Counts what a step spent.
    pub(crate) fn spend(&self, key: &StepKey, provider: &str, model: Option<&str>, spent: Spent) {
        let (provider, model) = (provider.into(), model.map(Into::into));
        self.murmur(crate::journal::Usage { key: key.clone(), provider, model, spent: spent.clone() });
        self.spent.borrow_mut().push((key.clone(), spent));
    }

    /// The outcome in a record, if it is one of this step.
    fn outcome(&self, step: &StepId, record: Record, result: &Type) -> Option<Out> {
        let value = |recorded: &Recorded| -> Out {
            let broken = |why: String| {
                Stop::halt(Halt::Suspended {
                    why: format!("the record of `{}` cannot be used: {why}", step.key),
                })
            };
            let entry = self.read_entry(recorded)?;
            if let Some(session) = &entry.session {
                self.remember_session(step, session);
            }
            entry.decode(self.pure, result).map_err(broken)
        };
        match record.event {
            Event::StepFinished(it) => (it.hash == step.hash).then(|| value(&it.result)),
            Event::StepFailed(it) => {
                (it.hash == step.hash).then(|| Err(Stop::fail(recorded_failure(&it.failure))))
            }
            Event::TimerFired(_) | Event::Emitted(_) => Some(Ok(Value::None)),
            Event::AnswerTaken(it) => Some(value(&it.value)),
            Event::SignalDelivered(it) => Some(value(&it.value)),
            _ => None,
        }
    }

    /// Reads a value in a record, or the artifact that holds it.
    pub(crate) fn read_entry(&self, recorded: &Recorded) -> Result<Entry, Box<Stop>> {
        let raw = self.artifacts.value(recorded).map_err(|error| suspended(&error))?;
        Entry::read(&raw).map_err(|error| {
            Stop::halt(Halt::Suspended { why: format!("a record of the journal cannot be used: {error}") })
        })
    }

    /// Replaces the summary for readers. That it cannot be written is no reason to stop.
    pub(crate) fn write_state(&self) {
        let run = self.run.borrow();
        let _ = run.dir.write_state(&run.journal);
    }

    /// The last record that an earlier runner left under a key.
    pub(crate) fn settled(&self, key: &StepKey) -> Result<Option<Record>, Box<Stop>> {
        let run = self.run.borrow();
        if run.history.is_empty() {
            return Ok(None);
        }
        run.history.settled(key).map_err(|error| suspended(&error))
    }

    /// Hides secrets in what comes from outside.
    pub(crate) fn mask(&self) -> &Mask {
        self.secrets.mask()
    }

    /// The key of `decided`: apart from those of steps.
    pub(crate) fn decision(key: &StepKey) -> StepKey {
        StepKey::new(format!("{key}?"))
    }
}

impl Engine for Local<'_> {
    fn recorded(&self, step: &StepId, result: &Type) -> Option<Out> {
        let out = match self.settled(&step.key) {
            Ok(record) => self.outcome(step, record?, result),
            Err(halt) => Some(Err(halt)),
        };
        if out.is_some() {
            self.replayed.set(self.replayed.get().map(|steps| steps + 1));
        }
        out
    }

    fn perform<'a>(
        &'a self,
        step: &'a StepId,
        work: Work,
        result: &'a Type,
        cancel: &'a CancellationToken,
    ) -> Pending<'a, Out> {
        Box::pin(async move {
            // What is recorded has been played back here, so the cleanups that are due are known.
            if self.cancel_asked.get() && !self.control.cancel.is_cancelled() {
                self.control.cancel.cancel();
                self.end_all_left().await?;
            }
            if cancel.is_cancelled() {
                return Err(Box::new(Stop::Cancelled));
            }
            self.busy.set(self.busy.get() + 1);
            let out = crate::effects::perform(self, step, work, result, cancel).await;
            self.busy.set(self.busy.get() - 1);
            out
        })
    }

    fn content(&self, path: &str) -> Option<String> {
        self.around.workspace.file(path).ok().map(|file| file.sha256.to_string())
    }

    fn decided(&self, key: &StepKey) -> Result<Option<usize>, Box<Stop>> {
        match self.settled(&Self::decision(key))?.map(|record| record.event) {
            Some(Event::StepFinished(it)) => {
                let entry = self.read_entry(&it.result)?;
                Ok(entry.value.as_u64().and_then(|branch| usize::try_from(branch).ok()))
            }
            _ => Ok(None),
        }
    }

    fn decide(&self, key: &StepKey, branch: usize) -> Result<(), Box<Stop>> {
        let value = Value::Int(i64::try_from(branch).unwrap_or(i64::MAX));
        self.finish_lightly(&Self::decision(key), StepHash::of([b"decision".as_slice()]), &value)
    }

    fn now(&self) -> i64 {
        (self.around.clock)().millis()
    }

    fn until(&self, time: i64) -> Pending<'_, ()> {
        Box::pin(wait_until(&self.around.clock, time))
    }

    fn spent(&self, under: &StepKey) -> Spent {
        let mut sum = Spent::default();
        let inside = |key: &StepKey| {
            let rest = key.as_str().strip_prefix(under.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        for (_, spent) in self.spent.borrow().iter().filter(|(key, _)| inside(key)) {
            sum.add(spent);
        }
        sum
    }
}

/// Waits until the clock shows a time. The clock is looked at again and again, because it may be set, and because a
/// machine that sleeps does not count.
fn wait_until(clock: &Clock, time: i64) -> impl Future<Output = ()> + '_ {
    const LOOK: Duration = Duration::from_secs(30);
    async move {
        loop {
            let left = time.saturating_sub(clock().millis());
            if left <= 0 {
                return;
            }
            let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }
}
