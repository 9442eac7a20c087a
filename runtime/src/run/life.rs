//! From the first record of a runner to its last.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use flow_ir::{Name, Type};
use serde_json::{Map, Value as Json};

use super::inputs;
use super::local::{Control, Earlier, Local, Surroundings};
use super::needs;
use super::observe::{Observer, Seen};
use super::record::failure as record_failure;
use crate::interp::Interpreter;
use crate::interp::pure::Pure;
use crate::interp::pure::pulse::{Overseer, Wish};
use crate::interp::stop::{Fault, Halt, Stop};
use crate::journal::{
    Ending, Event, RunBlocked, RunFinished, RunPaused, RunUnblocked, Spent, StepFailed, StepFinished,
    StepHash, StepKey, StepReopened,
};
use crate::store::{Dropped, Message, OpenRun, Purpose, RunDir, StoreError};
use crate::value::Value;

/// How often the inbox is looked into, and how often a sign of life is given.
const LOOK: Duration = Duration::from_millis(300);
const LOOKS_PER_BEAT: u32 = 10;

/// How a runner's work on a run ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// With the result.
    Succeeded(Value),
    /// With a failure; resuming tries what failed again.
    Failed(Fault),
    /// Because somebody said so.
    Cancelled,
    /// Not yet: why it does not go on.
    Halted(Vec<Halt>),
}

/// Runs, or goes on with, a run that this process holds.
///
/// # Errors
/// In words: the program needs what is not carried out, the inputs do not fit, or the run's files cannot be used.
pub async fn drive(
    pure: &Pure,
    run: OpenRun,
    around: Surroundings,
    control: Control,
    observer: &dyn Observer,
) -> Result<Ended, String> {
    // Whoever starts a run looks before it; one that another version began may need it all the same.
    if let Some(missing) = needs::missing(pure.program()) {
        return Err(missing);
    }
    let earlier = earlier(&run).map_err(|error| error.to_string())?;
    let given: Map<String, Json> =
        serde_json::from_str(run.info.inputs.get()).map_err(|error| error.to_string())?;
    let resumed = !run.history.is_empty();
    let cancelled = run.journal.progress().cancel_requested.is_some();
    pure.oversee(overseer(run.dir.clone(), control.clone(), cancelled));
    let local = Local::new(pure, run, around, control.clone(), observer, earlier);
    let interpreter = Interpreter::new(pure, &local);
    let root = interpreter.root();
    let values = inputs(&local, &root, &given)?;
    local.write_state();
    local.log_taken();
    if !resumed {
        for text in needs::uncounted(pure.program(), &local.around.providers) {
            local.see(Seen::Noted { text });
        }
    }
    let work = async {
        // What was dropped while nobody was here counts before anything begins.
        if resumed {
            local.look().await?;
        }
        interpreter.run(values, control.cancel.child_token()).await
    };
    let out = tokio::select! {
        biased;
        out = work => out,
        halt = watch(&local) => Err(halt),
    };
    let ended = match out.map_err(|stop| *stop) {
        Ok(value) => Ended::Succeeded(value),
        Err(Stop::Fail(fault)) => Ended::Failed(fault),
        Err(Stop::Cancelled) => Ended::Cancelled,
        Err(Stop::Halt(halts)) => Ended::Halted(halts),
        Err(_) => return Err("the program is not well formed: control leaves its root flow".to_owned()),
    };
    // What asked a long computation to end is taken, so that it does not end the next runner, too.
    if matches!(&ended, Ended::Cancelled)
        || matches!(&ended, Ended::Halted(halts) if halts.contains(&Halt::Stopped))
    {
        // What cannot be read or recorded is told by the record of the end.
        let _ = local.look().await;
    }
    let ended = match local.end_all_left().await.map_err(|stop| *stop) {
        Err(Stop::Halt(halts)) => Ended::Halted(halts),
        _ => ended,
    };
    // Agents keep records of their own; with the last of them gone, nobody writes there.
    let home = local.run.borrow().dir.path().join("home");
    if let Err(error) = local.mask().sweep(&home) {
        let text = format!("secrets may be left in `{}`, which cannot be masked: {error}", home.display());
        local.observer.see(&Seen::Noted { text });
    }
    let ended = finish(&local, &root, ended).await;
    local.tell_replayed();
    local.log_ended(&ended);
    local.write_state();
    let why = match &ended {
        Ended::Succeeded(_) => "succeeded",
        Ended::Failed(_) => "failed",
        Ended::Cancelled => "cancelled",
        Ended::Halted(_) => "halted",
    };
    drop(interpreter);
    local.into_run().leave(why);
    Ok(ended)
}

/// Makes a run that ended, or stopped, ready to go on: what is tried again is marked. Nothing to do for a new one.
///
/// # Errors
/// In words, when it succeeded or was cancelled: there is nothing to go on with.
pub fn reopen(run: &OpenRun) -> Result<(), String> {
    let (id, progress) = (run.dir.id(), &run.history.progress);
    match progress.ending {
        Some(Ending::Succeeded) => {
            return Err(format!("run {id} has succeeded; `flow show {id}` shows its result"));
        }
        Some(Ending::Cancelled) => return Err(format!("run {id} was cancelled; start a new one")),
        Some(Ending::Failed) => {
            // What failed was marked when it failed; this mark says that the run goes on.
            let key = StepKey::new(format!("{}#1", run.info.flow));
            append(run, StepReopened { key, reason: "the run was resumed".to_owned() });
        }
        None => {}
    }
    for key in progress.blocked.keys() {
        append(run, RunUnblocked { key: key.clone() });
    }
    Ok(())
}

fn append(run: &OpenRun, event: impl Into<Event>) {
    // It becomes durable with the next record that must be.
    drop(run.journal.append(event, crate::journal::Durability::Relaxed));
}

/// Looks into the inbox and gives signs of life while the run is worked on.
async fn watch(local: &Local<'_>) -> Box<Stop> {
    let mut looks = 0_u32;
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(halt) = local.look().await {
            return halt;
        }
        if local.cancel_asked.get() {
            local.control.cancel.cancel();
        }
        looks += 1;
        if looks.is_multiple_of(LOOKS_PER_BEAT) {
            local.run.borrow_mut().beat();
            local.write_state();
        }
    }
}

/// Asks in the midst of a long computation whether the run is to end: nothing else of the runner goes on meanwhile.
/// `cancelled` says whether an earlier runner took note of a wish to cancel.
fn overseer(dir: RunDir, control: Control, cancelled: bool) -> Overseer {
    let looked = Cell::new(Instant::now());
    Box::new(move || {
        if looked.get().elapsed() >= LOOK {
            looked.set(Instant::now());
            if cancelled {
                control.cancel.cancel();
            }
            // They are only looked at here: who takes them records them.
            for it in dir.messages().unwrap_or_default() {
                match it {
                    Dropped::Message(Message { what: Purpose::Stop, .. }, _) => control.stop.cancel(),
                    Dropped::Message(Message { what: Purpose::Cancel, .. }, _) => control.cancel.cancel(),
                    _ => {}
                }
            }
        }
        if control.cancel.is_cancelled() {
            Some(Wish::Cancel)
        } else {
            control.stop.is_cancelled().then_some(Wish::Stop)
        }
    })
}

/// The inputs, with the hashes that their files had when the run began.
fn inputs(
    local: &Local<'_>,
    root: &StepKey,
    given: &Map<String, Json>,
) -> Result<Vec<Option<Value>>, String> {
    let key = StepKey::new(format!("{root}/inputs"));
    let words = |stop: Box<Stop>| format!("{stop:?}");
    let recorded = local.settled(&key).map_err(words)?;
    if let Some(Event::StepFinished(it)) = recorded.map(|record| record.event) {
        let entry = local.read_entry(&it.result).map_err(words)?;
        let params = &inputs::root(local.pure.program())?.frame.params;
        let fields =
            params.iter().map(|param| (param.name.clone(), Type::Option(Box::new(param.ty.clone()))));
        let fields: BTreeMap<Name, Type> =
            fields.filter(|(name, _)| given.contains_key(name.as_str())).collect();
        if let Value::Record(record) = entry.decode(local.pure, &Type::Record(fields))? {
            return Ok(params.iter().map(|param| input(&record.fields, &param.name, &param.ty)).collect());
        }
    }
    let values = inputs::decode(local.pure, &local.around.workspace, given)?;
    let params = &inputs::root(local.pure.program())?.frame.params;
    let fields =
        params.iter().zip(&values).filter_map(|(param, value)| Some((param.name.clone(), value.clone()?)));
    let fields: BTreeMap<Name, Value> = fields.collect();
    if !fields.is_empty() {
        let record = Value::Record(Rc::new(crate::value::Record { ty: None, fields }));
        local.finish_lightly(&key, StepHash::of([b"inputs".as_slice()]), &record).map_err(words)?;
    }
    Ok(values)
}

fn input(fields: &BTreeMap<Name, Value>, name: &Name, ty: &Type) -> Option<Value> {
    match fields.get(name) {
        Some(value) => Some(value.clone()),
        None if matches!(ty, Type::Option(_)) => Some(Value::None),
        None => None,
    }
}

/// What earlier runners spent, if they spent anything.
fn earlier(run: &OpenRun) -> Result<Earlier, StoreError> {
    let mut earlier = Earlier::default();
    if run.history.progress.spent != Spent::default() {
        run.dir.records(&mut |record, _| match record.event {
            Event::Usage(it) => {
                earlier.open.entry(it.key.clone()).or_default().add(&it.spent);
                earlier.spent.push((it.key, it.spent));
            }
            Event::StepFinished(StepFinished { key, .. })
            | Event::StepFailed(StepFailed { key, is_final: true, .. }) => drop(earlier.open.remove(&key)),
            _ => {}
        })?;
    }
    Ok(earlier)
}

/// Records how it ended. What is to be tried again is marked before.
async fn finish(local: &Local<'_>, root: &StepKey, ended: Ended) -> Ended {
    let recorded = match &ended {
        Ended::Succeeded(value) => match local.taken(root, value) {
            Ok(result) => {
                let event = RunFinished { status: Ending::Succeeded, result: Some(result), failure: None };
                local.record(event).await
            }
            Err(halt) => Err(halt),
        },
        Ended::Failed(fault) => {
            forget(local, &fault.trail, "it led to the failure of the run");
            let failure = Some(record_failure(&fault.failure));
            local.record(RunFinished { status: Ending::Failed, result: None, failure }).await
        }
        Ended::Cancelled => {
            local.record(RunFinished { status: Ending::Cancelled, result: None, failure: None }).await
        }
        Ended::Halted(halts) => halted(local, halts).await,
    };
    match recorded {
        Ok(()) => ended,
        // The end itself could not be recorded: it comes again when the run is resumed.
        Err(stop) => match *stop {
            Stop::Halt(halts) => Ended::Halted(halts),
            _ => ended,
        },
    }
}

async fn halted(local: &Local<'_>, halts: &[Halt]) -> Result<(), Box<Stop>> {
    let mut paused = None;
    for halt in halts {
        match halt {
            Halt::Blocked { key, reason, retry } => {
                forget(local, retry, "it led to the block");
                local.murmur(RunBlocked { key: key.clone(), reason: reason.clone() });
            }
            Halt::Stopped => paused = Some("somebody asked for it"),
            Halt::Waiting { .. } => {}
            // Nothing can be recorded.
            Halt::Suspended { why } => {
                local.observer.see(&Seen::Noted { text: why.clone() });
                return Ok(());
            }
        }
    }
    match paused {
        Some(reason) => local.record(RunPaused { reason: reason.to_owned() }).await,
        None => local.record(crate::journal::Note { text: "nothing more can be done now".to_owned() }).await,
    }
}

/// Marks steps and decisions, which are tried again when the run is resumed.
fn forget(local: &Local<'_>, keys: &[StepKey], reason: &str) {
    let mut seen = std::collections::BTreeSet::new();
    for key in keys.iter().filter(|key| seen.insert((*key).clone())) {
        for key in [key.clone(), Local::decision(key)] {
            local.murmur(StepReopened { key, reason: reason.to_owned() });
        }
    }
}
