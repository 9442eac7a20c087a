//! Waiting: for time, files, people and signals. A wait is recorded with its deadline, so that a resumed run waits only for
//! what is left.

use std::time::Duration;

use flow_ir::Type;
use tokio_util::sync::CancellationToken;

use super::files;
use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra, spelled};
use crate::engine::{HumanWork, StepId};
use crate::interp::stop::{Halt, Out, Stop};
use crate::journal::{
    AnswerTaken, Event, Note, QuestionAsked, SignalAwaited, SignalDelivered, StepReopened, Time, TimerFired,
    TimerSet, Wait,
};
use crate::run::record::Entry;
use crate::run::{Local, Seen};
use crate::store::{Message, Purpose};
use crate::value::failure::kind;
use crate::value::{Failure, Value, calendar};

/// How often is looked for what is waited for.
const LOOK: Duration = Duration::from_millis(200);

/// Why a wait ended.
enum Woken {
    Due,
    Stopped,
    Cancelled,
}

/// Waits for a moment, or until a deadline if that comes first, unless the run is told to end.
async fn doze(local: &Local<'_>, until: i64, at_most: Option<Duration>, cancel: &CancellationToken) -> Woken {
    use crate::engine::Engine as _;
    let moment = async {
        match at_most {
            Some(moment) => tokio::time::sleep(moment).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Woken::Cancelled,
        () = local.stopped() => Woken::Stopped,
        () = local.until(until) => Woken::Due,
        () = moment => Woken::Due,
    }
}

/// Says that what was waited for is there.
fn done(local: &Local<'_>, step: &StepId, began: i64) {
    let waited = (local.around.clock)().millis().saturating_sub(began);
    let milliseconds = u64::try_from(waited).unwrap_or(0);
    local.see(Seen::Finished { key: step.key.clone(), milliseconds });
}

/// The end of a wait that is no longer wanted.
fn cancelled(local: &Local<'_>, step: &StepId) -> Box<Stop> {
    local.murmur(StepReopened { key: step.key.clone(), reason: "cancelled".to_owned() });
    local.see(Seen::Cancelled { key: step.key.clone() });
    Box::new(Stop::Cancelled)
}

fn stopped() -> Box<Stop> {
    Stop::halt(Halt::Stopped)
}

/// The recorded deadline of a wait, or one that lies `ms` milliseconds from now and is recorded.
fn deadline(local: &Local<'_>, step: &StepId, ms: i64) -> Result<i64, Box<Stop>> {
    if let Some(Event::TimerSet(it)) = local.settled(&step.key)?.map(|record| record.event) {
        return Ok(it.deadline.millis());
    }
    let deadline = (local.around.clock)().millis().saturating_add(ms.max(0));
    local.note(TimerSet { key: step.key.clone(), deadline: Time::from_millis(deadline) });
    Ok(deadline)
}

/// `sleep`
pub(super) async fn sleep(local: &Local<'_>, step: &StepId, ms: i64, cancel: &CancellationToken) -> Out {
    let began = (local.around.clock)().millis();
    let deadline = deadline(local, step, ms)?;
    let left = deadline.saturating_sub((local.around.clock)().millis());
    if left > 0 {
        let what = format!("{} to pass", calendar::span(left));
        local.see(Seen::Waiting { key: step.key.clone(), what });
    }
    match doze(local, deadline, None, cancel).await {
        Woken::Cancelled => Err(cancelled(local, step)),
        Woken::Stopped => Err(stopped()),
        Woken::Due => {
            local.note(TimerFired { key: step.key.clone() });
            done(local, step, began);
            Ok(Value::None)
        }
    }
}

/// `wait_for`
pub(super) async fn file(
    local: &Local<'_>,
    step: &StepId,
    pattern: &str,
    timeout: Option<i64>,
    cancel: &CancellationToken,
) -> Out {
    let until = match timeout {
        Some(ms) => deadline(local, step, ms)?,
        None => i64::MAX,
    };
    let began = (local.around.clock)().millis();
    local.see(Seen::Waiting { key: step.key.clone(), what: format!("a file that matches `{pattern}`") });
    loop {
        match files::first(&local.around.workspace, pattern) {
            Ok(Some(file)) => {
                let value = Value::file(file.path, file.sha256);
                local.finish(step, 1, &Entry::of(&value)).await?;
                done(local, step, began);
                return Ok(value);
            }
            Ok(None) => {}
            Err(failure) => return Err(local.fail(step, 1, failure).await),
        }
        if (local.around.clock)().millis() >= until {
            let limit = calendar::duration_literal(timeout.unwrap_or(0));
            let text = format!("no file matched `{pattern}` within {limit}");
            return Err(local.fail(step, 1, Failure::new(kind::TIMEOUT, text)).await);
        }
        match doze(local, until, Some(LOOK), cancel).await {
            Woken::Cancelled => return Err(cancelled(local, step)),
            Woken::Stopped => return Err(stopped()),
            Woken::Due => {}
        }
    }
}

/// `signal`
pub(super) async fn signal(
    local: &Local<'_>,
    step: &StepId,
    name: &str,
    result: &Type,
    cancel: &CancellationToken,
) -> Out {
    if !local.run.borrow().history.progress.waits.contains_key(&step.key) {
        local.note(SignalAwaited { key: step.key.clone(), name: name.into(), deadline: None });
    }
    let began = (local.around.clock)().millis();
    local.see(Seen::Waiting { key: step.key.clone(), what: format!("the signal `{name}`") });
    loop {
        local.look().await?;
        let place = local.inbox.borrow().signals.iter().position(|signal| signal.name == name);
        if let Some(signal) = place.and_then(|place| local.inbox.borrow_mut().signals.remove(place)) {
            let json = local.read_entry(&signal.value)?.value;
            let files = Handover { workspace: &local.around.workspace, before: None };
            let decoder = Decoder { pure: local.pure, files: &files, extra: Extra::Refuse };
            match decoder.decode(&json, result) {
                Ok(value) => {
                    let recorded = local.taken(&step.key, &value)?;
                    let event = SignalDelivered { key: step.key.clone(), id: signal.id, value: recorded };
                    local.record(event).await?;
                    done(local, step, began);
                    return Ok(value);
                }
                Err(error) => {
                    let text =
                        format!("the signal `{name}` from {} is not what is expected: {error}", signal.by);
                    return Err(local.fail(step, 1, Failure::new(kind::CONTRACT, text)).await);
                }
            }
        }
        let how = format!("flow send {} {name} VALUE", local.run.borrow().dir.id());
        if let Some(stop) = impatient(local, step, &format!("the signal `{name}`"), how) {
            return Err(stop);
        }
        match doze(local, i64::MAX, Some(LOOK), cancel).await {
            Woken::Cancelled => return Err(cancelled(local, step)),
            Woken::Stopped => return Err(stopped()),
            Woken::Due => {}
        }
    }
}

/// The end of the runner's work here, if it does not stay for what somebody may send one day.
fn impatient(local: &Local<'_>, step: &StepId, what: &str, answer: String) -> Option<Box<Stop>> {
    if local.around.patient {
        return None;
    }
    Some(Stop::halt(Halt::Waiting { key: step.key.clone(), what: what.to_owned(), answer }))
}

/// A call of a `human`.
pub(super) async fn answer(
    local: &Local<'_>,
    step: &StepId,
    work: HumanWork,
    result: &Type,
    cancel: &CancellationToken,
) -> Out {
    let until = ask(local, step, &work).await?;
    let what = format!("an answer to: {}", work.ask.trim());
    let began = (local.around.clock)().millis();
    local.see(Seen::Waiting { key: step.key.clone(), what: what.clone() });
    loop {
        local.look().await?;
        while let Some((message, file)) = next_answer(local, step, &work) {
            match read_answer(local, &message, result) {
                Ok(value) => {
                    take(local, step, &message.id, &message.by, &value).await?;
                    local.remove(&file)?;
                    done(local, step, began);
                    return Ok(value);
                }
                Err(why) => {
                    let text = format!("the answer from {} was not taken: {why}", message.by);
                    local.murmur(Note { text: text.clone() });
                    local.see(Seen::Noted { text });
                    local.remove(&file)?;
                }
            }
        }
        while let Some(text) = local.observer.ask(&question(&work, local, result)) {
            match read_text(local, &text, result) {
                Ok(value) => {
                    let id = format!("terminal-{}", (local.around.clock)().millis());
                    take(local, step, &id, "the terminal", &value).await?;
                    done(local, step, began);
                    return Ok(value);
                }
                Err(why) => local.see(Seen::Noted { text: why }),
            }
        }
        if (local.around.clock)().millis() >= until {
            let text =
                format!("nobody answered within {}", calendar::duration_literal(work.timeout.unwrap_or(0)));
            return Err(local.fail(step, 1, Failure::new(kind::TIMEOUT, text)).await);
        }
        let how = format!("flow answer {} {} VALUE", local.run.borrow().dir.id(), work.question);
        if let Some(stop) = impatient(local, step, &what, how) {
            return Err(stop);
        }
        match doze(local, until, Some(LOOK), cancel).await {
            Woken::Cancelled => return Err(cancelled(local, step)),
            Woken::Stopped => return Err(stopped()),
            Woken::Due => {}
        }
    }
}

/// Asks, unless an earlier runner did. Yields the time at which an answer is too late.
async fn ask(local: &Local<'_>, step: &StepId, work: &HumanWork) -> Result<i64, Box<Stop>> {
    if let Some(Wait::Answer { deadline, .. }) = local.run.borrow().history.progress.waits.get(&step.key) {
        return Ok(deadline.map_or(i64::MAX, Time::millis));
    }
    let dir = local.steps.create(&work.question).map_err(|error| crate::run::suspended(&error))?;
    let text = serde_json::json!({ "ask": work.ask, "schema": work.schema });
    let written = std::fs::write(local.steps.path_of(&dir).join("question.json"), format!("{text:#}\n"));
    written.map_err(|error| {
        Stop::halt(Halt::Suspended { why: format!("the question cannot be kept: {error}") })
    })?;
    local.start(step, 1, &dir, Vec::new(), false).await?;
    let now = (local.around.clock)().millis();
    let until = work.timeout.map(|ms| now.saturating_add(ms));
    let asked = QuestionAsked {
        key: step.key.clone(),
        question: work.question.clone(),
        to: "operator".into(),
        deadline: until.map(Time::from_millis),
    };
    // Durable before anybody is told.
    local.record(asked).await?;
    Ok(until.unwrap_or(i64::MAX))
}

async fn take(local: &Local<'_>, step: &StepId, id: &str, by: &str, value: &Value) -> Result<(), Box<Stop>> {
    let recorded = local.taken(&step.key, value)?;
    local
        .record(AnswerTaken { key: step.key.clone(), id: id.into(), by: by.into(), value: recorded })
        .await?;
    local.run.borrow_mut().history.learn(id);
    Ok(())
}

/// An answer to this question, by its name or key.
fn next_answer(local: &Local<'_>, step: &StepId, work: &HumanWork) -> Option<(Message, std::path::PathBuf)> {
    let mut inbox = local.inbox.borrow_mut();
    let is_ours = |message: &Message| matches!(&message.what, Purpose::Answer(name) if *name == work.question || *name == step.key.as_str());
    let place = inbox.answers.iter().position(|(message, _)| is_ours(message))?;
    Some(inbox.answers.remove(place))
}

fn read_answer(local: &Local<'_>, message: &Message, result: &Type) -> Result<Value, String> {
    let json = serde_json::from_str(message.value.get()).map_err(|error| error.to_string())?;
    let json = local.mask().json(json);
    let files = Handover { workspace: &local.around.workspace, before: None };
    let decoder = Decoder { pure: local.pure, files: &files, extra: Extra::Refuse };
    decoder.decode(&json, result).map_err(|error| error.to_string())
}

fn read_text(local: &Local<'_>, text: &str, result: &Type) -> Result<Value, String> {
    let files = Handover { workspace: &local.around.workspace, before: None };
    let decoder = Decoder { pure: local.pure, files: &files, extra: Extra::Refuse };
    spelled::read(&decoder, local.mask().text(text.trim()).as_ref(), result)
        .map_err(|error| error.to_string())
}

/// What is shown to whoever sits at the terminal.
fn question(work: &HumanWork, local: &Local<'_>, result: &Type) -> String {
    let expected = crate::boundary::outline::outline(local.pure.program(), result);
    format!("{}\n({expected})", work.ask.trim())
}
