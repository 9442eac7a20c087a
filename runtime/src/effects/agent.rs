//! Turns of agents: prompt and contract, the adapter, validation, what it cost, and the session to go on with.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use flow_ir::Type;
use tokio_util::sync::CancellationToken;

use super::command::{Trouble, environment, keep_outputs, next};
use super::files::path_failure;
use crate::agents::contract::{CORRECTIONS, output_contract, resume_prompt};
use crate::agents::{
    FailureKind, Limits, Sandbox, Session, TurnFailure, TurnHost, TurnOutcome, TurnRequest, Usage, Violation,
    run_turn, session_id,
};
use crate::boundary::check::output_globs;
use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra, Snapshot};
use crate::engine::{AgentWork, StepId};
use crate::interp::stop::{Halt, Out, Stop};
use crate::journal::{AgentSession, Spent};
use crate::process::{Pending, Step};
use crate::run::record::Entry;
use crate::run::{Local, Seen};
use crate::value::failure::kind;
use crate::value::{Failure, Value, render};

/// Takes a turn, and more of them while it fails in ways that another attempt may mend.
pub(super) async fn turn(
    local: &Local<'_>,
    step: &StepId,
    work: AgentWork,
    result: &Type,
    cancel: &CancellationToken,
) -> Out {
    let mut attempt = local.next_attempt(step);
    let last = attempt.saturating_add(work.attempts - 1);
    let open = local.open.borrow_mut().remove(&step.key);
    if let Some(open) = &open {
        local.end_left(&step.key, open).await?;
    }
    // A session that was cut is gone on with, once.
    let mut cut = open.and_then(|open| open.session);
    let mut limits = limits(local, step, &work);
    loop {
        let began = Instant::now();
        let trouble = match once(local, step, attempt, &work, cut.take(), &mut limits, result, cancel).await {
            Ok((value, session)) => {
                keep_outputs(local, step, result, &value)?;
                let entry = Entry { session: session.clone(), ..Entry::of(&value) };
                local.finish(step, attempt, &entry).await?;
                if let Some(session) = session {
                    local.remember_session(step, &session);
                }
                let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                local.see(Seen::Finished { key: step.key.clone(), milliseconds });
                return Ok(value);
            }
            Err(trouble) if attempt < last => held(trouble, step, &limits),
            Err(trouble) => trouble,
        };
        attempt = next(local, step, attempt, last, trouble, cancel).await?;
    }
}

/// What the call may use up, and what its turns used before the last runner died.
fn limits(local: &Local<'_>, step: &StepId, work: &AgentWork) -> Limits {
    let turns = match work.settings.get("turns") {
        Some(Value::Int(turns)) => {
            Some(u32::try_from(*turns).unwrap_or(if *turns < 0 { 0 } else { u32::MAX }))
        }
        _ => None,
    };
    let cost = match work.settings.get("cost") {
        Some(Value::Money(micros)) => Some(u64::try_from(*micros).unwrap_or(0)),
        _ => None,
    };
    Limits { turns, cost, used: local.used_before(&step.key) }
}

/// There is no other attempt where the call has used up what it may.
fn held(trouble: Trouble, step: &StepId, limits: &Limits) -> Trouble {
    match (trouble, limits.no_other()) {
        (Trouble::Failed { failure, again: true, .. }, Some(why)) => {
            let text = format!("`{}`: {why}; the last one: {}", step.what, failure.message);
            Trouble::permanent(Failure::new(kind::BUDGET_EXHAUSTED, text))
        }
        (trouble, _) => trouble,
    }
}

#[allow(clippy::too_many_arguments, reason = "they are what an attempt is made of")]
async fn once(
    local: &Local<'_>,
    step: &StepId,
    attempt: u32,
    work: &AgentWork,
    cut: Option<smol_str::SmolStr>,
    limits: &mut Limits,
    result: &Type,
    cancel: &CancellationToken,
) -> Result<(Value, Option<String>), Trouble> {
    let halted = |error: &crate::store::StoreError| Trouble::Halted(crate::run::suspended(error));
    let workspace = &local.around.workspace;
    let globs = output_globs(local.pure.program(), result);
    let before = Snapshot::of(workspace, &globs).map_err(|error| Trouble::permanent(path_failure(&error)))?;
    let provider = work.provider.as_ref().map(flow_ir::Name::as_str);
    let adapter = local
        .around
        .providers
        .adapter(provider, &local.around.environment, local.around.executor.clone())
        .map_err(|error| Trouble::permanent(Failure::new(kind::CANNOT_START, error.to_string())))?;
    let dir = local.steps.create(&step.what).map_err(|error| halted(&error))?;
    let path = local.steps.path_of(&dir);
    let request = TurnRequest {
        limits: *limits,
        ..request(local, step, attempt, work, cut, result, &path).map_err(Trouble::permanent)?
    };
    keep(&path.join("prompt.md"), &request.prompt)?;
    // A turn costs money: that it began must not be forgotten.
    local.start(step, attempt, &dir, Vec::new(), true).await.map_err(Trouble::Halted)?;
    let host = Host { local, step, provider: adapter.name(), cancel, halt: RefCell::default() };
    let validate = |json: &serde_json::Value| {
        let files = Handover { workspace, before: Some(&before) };
        let decoder = Decoder { pure: local.pure, files: &files, extra: Extra::Refuse };
        let told = |error: crate::boundary::Mismatches| error.0.iter().map(ToString::to_string).collect();
        decoder.decode(json, result).map(drop).map_err(|error| Violation(told(error)))
    };
    let corrections = work.attempts.saturating_sub(1).max(CORRECTIONS);
    let ended = run_turn(&*adapter, &request, &host, corrections, validate).await;
    if let Some(halt) = host.halt.take() {
        return Err(Trouble::Halted(halt));
    }
    let usage = match &ended {
        Ok(outcome) => outcome.usage,
        Err(failure) => failure.usage,
    };
    limits.count(usage);
    spend(local, step, adapter.name(), request.model.as_deref(), limits.cost.is_some(), usage);
    let TurnOutcome { value, session, .. } = ended.map_err(|failure| trouble(step, &failure))?;
    keep(&path.join("result.json"), &format!("{value:#}\n"))?;
    if is_nothing(result) {
        return Ok((Value::None, session));
    }
    let files = Handover { workspace, before: Some(&before) };
    let decoder = Decoder { pure: local.pure, files: &files, extra: Extra::Refuse };
    let value = decoder.decode(&value, result).map_err(|error| {
        Trouble::permanent(Failure::new(kind::CONTRACT, format!("the result of `{}`: {error}", step.what)))
    })?;
    Ok((value, session))
}

/// Whether only the side effects count.
fn is_nothing(result: &Type) -> bool {
    *result == Type::None
}

/// Writes a file of a step, private to its owner.
fn keep(path: &Path, text: &str) -> Result<(), Trouble> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let why = format!("`{}` cannot be written: {error}", path.display());
        Trouble::Halted(Stop::halt(Halt::Suspended { why }))
    })
}

fn spend(local: &Local<'_>, step: &StepId, adapter: &str, model: Option<&str>, limited: bool, usage: Usage) {
    let has_budget = || {
        local
            .pure
            .program()
            .flows
            .values()
            .any(|flow| flow.budget.as_ref().is_some_and(|it| it.cost.is_some()))
    };
    if usage.unpriced > 0 && !local.told_unpriced.get() && (limited || has_budget()) {
        local.told_unpriced.set(true);
        let text = format!(
            "what turns of `{adapter}` cost is not known, so `cost` and budgets of money do not count them; \
             `price` of `[providers.{adapter}]` in flow.toml says it"
        );
        local.see(Seen::Noted { text });
    }
    let spent = Spent {
        turns: u64::from(usage.turns.max(1)),
        input_tokens: usage.input_tokens,
        cached_tokens: 0,
        output_tokens: usage.output_tokens,
        micro_dollars: usage.cost_micros,
        unpriced_turns: u64::from(usage.unpriced),
    };
    local.spend(&step.key, adapter, model, spent);
}

/// What a failed turn means for the step.
fn trouble(step: &StepId, failure: &TurnFailure) -> Trouble {
    let message = failure.message.clone();
    let failed = |kind, again, after| Trouble::Failed {
        failure: Failure::new(kind, format!("`{}`: {message}", step.what)),
        again,
        after,
    };
    match failure.kind {
        FailureKind::Transient { retry_after } => failed(kind::AGENT_FAILED, true, retry_after),
        FailureKind::NoSession => failed(kind::AGENT_FAILED, true, None),
        FailureKind::TimedOut => failed(kind::TIMEOUT, true, None),
        FailureKind::Exhausted => failed(kind::BUDGET_EXHAUSTED, false, None),
        FailureKind::Contract => failed(kind::CONTRACT, false, None),
        FailureKind::Permanent => failed(kind::AGENT_FAILED, false, None),
        FailureKind::Cancelled => Trouble::Cancelled,
        FailureKind::Runtime => Trouble::Halted(Stop::halt(Halt::Suspended { why: message })),
    }
}

/// The turn that is asked for.
fn request(
    local: &Local<'_>,
    step: &StepId,
    attempt: u32,
    work: &AgentWork,
    cut: Option<smol_str::SmolStr>,
    result: &Type,
    dir: &Path,
) -> Result<TurnRequest, Failure> {
    let setting = |name: &str| work.settings.get(name).filter(|value| !value.is_none());
    let text = |name: &str| setting(name).map(render::text);
    let schema = if is_nothing(result) { None } else { work.schemas.get("json-schema").cloned() };
    let mut prompt = work.prompt.clone();
    if let Some(schema) = &schema {
        prompt = format!("{}\n\n{}", prompt.trim_end(), output_contract(schema));
    }
    let (run, home) = {
        let run = local.run.borrow();
        (run.dir.id().to_string(), run.dir.path().join("home"))
    };
    let session = match (cut, local.session(step, text("session").as_deref())) {
        (Some(cut), _) => {
            prompt = resume_prompt(&prompt);
            Session::Resume(cut.to_string())
        }
        (None, Some(known)) => Session::Resume(known),
        (None, None) => Session::Fresh(session_id(&run, step.key.as_str(), attempt)),
    };
    let declared = match setting("env") {
        Some(Value::Map(entries)) => {
            entries.iter().map(|(name, value)| (render::text(name), render::text(value))).collect()
        }
        _ => BTreeMap::new(),
    };
    Ok(TurnRequest {
        step: Step { key: step.key.to_string(), attempt, dir: dir.to_owned() },
        prompt,
        result: schema,
        model: text("model"),
        effort: text("effort"),
        system: text("system"),
        tools: match setting("tools") {
            Some(Value::List(tools)) => Some(tools.iter().map(render::text).collect()),
            _ => None,
        },
        served: Vec::new(),
        sandbox: match text("sandbox").as_deref() {
            Some("read_only") => Sandbox::ReadOnly,
            Some("full") => Sandbox::Full,
            _ => Sandbox::WorkspaceWrite,
        },
        network: matches!(setting("network"), Some(Value::Bool(true))),
        session,
        workspace: local.around.workspace.root().to_owned(),
        home,
        env: environment(local, &declared)?,
        timeout: work.timeout,
        limits: Limits::default(),
        mask: local.mask().clone(),
    })
}

/// Follows a turn.
struct Host<'a, 'r> {
    local: &'a Local<'r>,
    step: &'a StepId,
    provider: &'a str,
    cancel: &'a CancellationToken,
    /// Why the run cannot go on, if something could not be recorded.
    halt: RefCell<Option<Box<Stop>>>,
}

impl TurnHost for Host<'_, '_> {
    fn cancel(&self) -> CancellationToken {
        self.cancel.clone()
    }

    fn session<'a>(&'a self, id: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let (key, provider) = (self.step.key.clone(), self.provider.into());
            if let Err(halt) = self.local.record(AgentSession { key, provider, session: id.into() }).await {
                *self.halt.borrow_mut() = Some(halt);
            }
        })
    }
}

impl Local<'_> {
    /// The session that a turn goes on with: the run's or the stage's, if the agent keeps one and it has begun.
    fn session(&self, step: &StepId, kept: Option<&str>) -> Option<String> {
        let scope = match kept {
            Some("run") => format!("{} run", step.what),
            Some("stage") => format!("{} {}", step.what, stage_of(step.key.as_str())),
            _ => return None,
        };
        self.sessions.borrow().get(&scope).cloned()
    }

    /// Keeps a session for later turns of the same agent.
    pub(crate) fn remember_session(&self, step: &StepId, session: &str) {
        let mut sessions = self.sessions.borrow_mut();
        sessions.insert(format!("{} run", step.what), session.to_owned());
        sessions.insert(format!("{} {}", step.what, stage_of(step.key.as_str())), session.to_owned());
    }
}

/// The part of a key up to the innermost stage.
fn stage_of(key: &str) -> &str {
    let end = key.rfind('#').and_then(|mark| Some(mark + key[mark..].find('/')?));
    &key[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::stage_of;

    #[test]
    fn the_stage_of_a_step_is_in_its_key() {
        assert_eq!(stage_of("poem#1/draft#2/writer"), "poem#1/draft#2");
        assert_eq!(stage_of("poem#1/draft#2/loop[1]/writer"), "poem#1/draft#2");
        assert_eq!(stage_of("poem#1/writer"), "poem#1");
    }
}
