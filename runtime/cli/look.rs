//! Reading a run without holding it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flow_runtime::journal::{
    Event, Failure, Recorded, Spent, StepFinished, StepKey, StepKind, Time, system_clock,
};
use flow_runtime::run::record::Entry;
use flow_runtime::store::{LockState, RunDir, RunInfo, Runs, Status};
use flow_runtime::value::money::dollars;
use serde::{Deserialize, Serialize};

use crate::exit::{Exit, Failed};
use crate::place::{Defaults, me};
use flow_runtime::agents::ProviderConfig;
use flow_runtime::journal::{Progress, Tally};

/// What a run was started with besides its program and inputs, so that it can be resumed from anywhere. The paths are
/// relative to the run's directory.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Where it works.
    pub(crate) workspace: PathBuf,
    /// The directory to which the paths of its sources are relative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sources: Option<PathBuf>,
    /// The project's providers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) providers: BTreeMap<String, ProviderConfig>,
    /// The project's defaults.
    pub(crate) defaults: Defaults,
}

const SETTINGS: &str = "settings.json";

impl Settings {
    /// Writes them into a run's directory.
    pub(crate) fn write(&self, dir: &RunDir) -> Result<(), Failed> {
        let path = dir.path().join(SETTINGS);
        let text = serde_json::to_string_pretty(self).map_err(Failed::usage)? + "\n";
        let written = flow_runtime::disk::replace(
            &**dir.disk(),
            &path,
            text.as_bytes(),
            flow_runtime::disk::Reach::Derived,
        );
        written.map_err(|error| Failed {
            exit: Exit::Failed,
            message: format!("cannot write `{}`: {error}", path.display()),
        })
    }

    /// Reads them from a run's directory; nothing there is no mistake.
    pub(crate) fn read(dir: &RunDir) -> Result<Option<Self>, Failed> {
        let path = dir.path().join(SETTINGS);
        match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| Failed::usage(format!("`{}`: {error}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failed::usage(format!("cannot read `{}`: {error}", path.display()))),
        }
    }
}

/// What agents used.
pub(crate) fn spent(spent: &Spent) -> String {
    let turns = if spent.turns == 1 { "turn" } else { "turns" };
    let tokens = match (spent.input_tokens, spent.output_tokens) {
        // Whoever says nothing of tokens has used some.
        (0, 0) => String::new(),
        (read, wrote) => format!(", {read} tokens read, {wrote} written"),
    };
    format!("{} {turns} of agents{tokens}, {}", spent.turns, cost(spent))
}

/// What was paid, and what of it is not known.
fn cost(spent: &Spent) -> String {
    let known = dollars(i64::try_from(spent.micro_dollars).unwrap_or(i64::MAX));
    match (spent.micro_dollars, spent.unpriced_turns) {
        (_, 0) => known,
        (0, _) => "at a cost that is not known".to_owned(),
        (_, 1) => format!("{known} and what one turn cost, which is not known"),
        (_, turns) => format!("{known} and what {turns} turns cost, which is not known"),
    }
}

/// The way from one absolute directory to another path.
pub(crate) fn relative(from: &Path, to: &Path) -> PathBuf {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| std::path::Component::ParentDir);
    let way: PathBuf = up.chain(to[common..].iter().copied()).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

/// A run as it is now.
pub(crate) struct Look {
    pub(crate) dir: RunDir,
    pub(crate) info: RunInfo,
    pub(crate) progress: Progress,
    /// How its steps stand.
    pub(crate) steps: Tally,
    pub(crate) status: Status,
    pub(crate) lock: LockState,
}

impl Look {
    /// Looks at a run.
    pub(crate) fn at(runs: &Runs, name: &str) -> Result<Self, Failed> {
        let dir = runs.find(&crate::place::run_id(name)?)?;
        Self::into(dir)
    }

    /// Looks into a run's directory.
    pub(crate) fn into(dir: RunDir) -> Result<Self, Failed> {
        let info = dir.info()?;
        let (progress, steps) = dir.summary()?;
        let lock = dir.lock_state(&me())?;
        let status = Status::of(&progress, &lock, false);
        Ok(Self { dir, info, progress, steps, status, lock })
    }

    /// The pinned program.
    pub(crate) fn program(&self) -> Result<flow_ir::Program, Failed> {
        crate::load::parse(&self.dir.program(&self.info)?, &format!("the program of {}", self.dir.id()))
    }

    /// Whether a runner works on it.
    pub(crate) fn is_held(&self) -> bool {
        matches!(self.lock, LockState::Held { .. })
    }

    /// Whether a step that has no outcome yet still has somebody: a runner, or a person who is asked.
    pub(crate) fn is_alive(&self, key: &StepKey) -> bool {
        self.is_held() || self.progress.waits.contains_key(key)
    }

    /// The key of a step by all of it, its last part, or a part of it that only one step has.
    pub(crate) fn step(&self, wanted: &str) -> Result<StepView, Failed> {
        let mut found: BTreeMap<StepKey, StepView> = BTreeMap::new();
        self.dir.records(&mut |record, _| {
            if let Some((key, change)) = StepView::change(record.event)
                && matches(key.as_str(), wanted)
            {
                let view = found.entry(key.clone()).or_insert_with(|| StepView::new(key, record.time));
                view.take(change, record.time, record.epoch);
            }
        })?;
        if let Some(exact) = found.remove(&StepKey::new(wanted)) {
            return Ok(exact);
        }
        let last = |key: &StepKey| key.as_str().rsplit('/').next() == Some(wanted);
        if found.keys().filter(|key| last(key)).count() == 1 {
            found.retain(|key, _| last(key));
        }
        match found.len() {
            0 => {
                let text =
                    format!("run {0} has no step `{wanted}`; `flow show {0}` lists its steps", self.dir.id());
                Err(Failed::usage(text))
            }
            1 => found.into_values().next().ok_or_else(|| Failed::usage("no step")),
            _ => {
                let mut names: Vec<_> = found.keys().take(12).map(|key| format!("\n  {key}")).collect();
                if found.len() > names.len() {
                    names.push(format!("\n  and {} more", found.len() - names.len()));
                }
                Err(Failed::usage(format!("`{wanted}` may be several steps; say which:{}", names.concat())))
            }
        }
    }

    /// Every step, in the order in which they began.
    pub(crate) fn steps(&self) -> Result<Vec<StepView>, Failed> {
        let mut places: BTreeMap<StepKey, usize> = BTreeMap::new();
        let mut views: Vec<StepView> = Vec::new();
        self.dir.records(&mut |record, _| {
            if let Some((key, change)) = StepView::change(record.event) {
                let place = *places.entry(key.clone()).or_insert_with(|| {
                    views.push(StepView::new(key, record.time));
                    views.len() - 1
                });
                views[place].take(change, record.time, record.epoch);
            }
        })?;
        views.retain(|view| view.kind.is_some());
        Ok(views)
    }

    /// A recorded value in its JSON form.
    pub(crate) fn value(&self, recorded: &Recorded) -> Result<serde_json::Value, Failed> {
        let raw = self.dir.artifacts().value(recorded)?;
        let entry =
            Entry::read(&raw).map_err(|error| Failed::usage(format!("a record cannot be read: {error}")))?;
        Ok(entry.value)
    }

    /// How the run ended, if it did: the result of the last end.
    pub(crate) fn result(&self) -> Result<Option<serde_json::Value>, Failed> {
        let mut result = None;
        self.dir.records(&mut |record, _| {
            if let Event::RunFinished(it) = record.event {
                result = it.result;
            }
        })?;
        result.as_ref().map(|recorded| self.value(recorded)).transpose()
    }
}

/// Whether a key is meant by what was typed.
fn matches(key: &str, wanted: &str) -> bool {
    // Keys that end so are of decisions, which are no steps.
    !key.ends_with('?') && key.contains(wanted)
}

/// A step as its records tell.
pub(crate) struct StepView {
    pub(crate) key: StepKey,
    pub(crate) kind: Option<StepKind>,
    pub(crate) what: String,
    pub(crate) attempts: u32,
    /// When the runner that had it last began with it.
    pub(crate) began: Time,
    epoch: u64,
    pub(crate) ended: Option<Time>,
    pub(crate) dirs: Vec<String>,
    /// What its program was started with, as it was recorded; empty for what is no program.
    pub(crate) argv: Vec<String>,
    pub(crate) outcome: Outcome,
    pub(crate) spent: Spent,
    pub(crate) session: Option<String>,
}

/// Why a step runs again that was cancelled.
const CANCELLED: &str = "cancelled";

/// How a step stands.
pub(crate) enum Outcome {
    Running,
    Finished(Recorded),
    Failed(Failure),
    Again(String),
}

/// What a record says of a step.
enum Change {
    Started { kind: StepKind, what: String, attempt: u32, argv: Vec<String>, dir: Option<String> },
    Finished(Recorded),
    Failed { failure: Failure, is_final: bool },
    Reopened(String),
    Spent(Spent),
    Session(String),
}

impl StepView {
    fn new(key: StepKey, began: Time) -> Self {
        Self {
            key,
            kind: None,
            what: String::new(),
            attempts: 0,
            began,
            epoch: 0,
            ended: None,
            dirs: Vec::new(),
            argv: Vec::new(),
            outcome: Outcome::Running,
            spent: Spent::default(),
            session: None,
        }
    }

    fn change(event: Event) -> Option<(StepKey, Change)> {
        Some(match event {
            Event::StepStarted(it) => {
                let dir = it.dir.map(|dir| dir.to_string());
                let what = it.what.to_string();
                (it.key, Change::Started { kind: it.kind, what, attempt: it.attempt, argv: it.argv, dir })
            }
            Event::StepFinished(StepFinished { key, result, .. }) => (key, Change::Finished(result)),
            Event::StepFailed(it) => (it.key, Change::Failed { failure: it.failure, is_final: it.is_final }),
            Event::StepReopened(it) => (it.key, Change::Reopened(it.reason)),
            Event::AnswerTaken(it) => (it.key, Change::Finished(it.value)),
            Event::SignalDelivered(it) => (it.key, Change::Finished(it.value)),
            Event::Usage(it) => (it.key, Change::Spent(it.spent)),
            Event::AgentSession(it) => (it.key, Change::Session(it.session.to_string())),
            _ => return None,
        })
    }

    fn take(&mut self, change: Change, time: Time, epoch: u64) {
        match change {
            Change::Started { kind, what, attempt, argv, dir } => {
                if self.epoch != epoch {
                    (self.began, self.epoch) = (time, epoch);
                }
                (self.kind, self.what, self.attempts) = (Some(kind), what, attempt.max(self.attempts));
                self.argv = argv;
                self.dirs.extend(dir);
                (self.outcome, self.ended) = (Outcome::Running, None);
            }
            Change::Finished(result) => (self.outcome, self.ended) = (Outcome::Finished(result), Some(time)),
            Change::Failed { failure, is_final: true } => {
                (self.outcome, self.ended) = (Outcome::Failed(failure), Some(time));
            }
            Change::Failed { .. } => {}
            Change::Reopened(reason) => {
                let failed = matches!(self.outcome, Outcome::Failed(_));
                // What failed still says how, until it is tried again.
                if !failed {
                    self.outcome = Outcome::Again(reason);
                    self.ended.get_or_insert(time);
                }
            }
            Change::Spent(spent) => self.spent.add(&spent),
            Change::Session(session) => self.session = Some(session),
        }
    }

    /// How it stands, in a word.
    pub(crate) fn state(&self) -> &'static str {
        match self.outcome {
            Outcome::Running => "open",
            Outcome::Finished(_) => "done",
            Outcome::Failed(_) => "failed",
            Outcome::Again(ref reason) if reason == CANCELLED => "cancelled",
            Outcome::Again(_) => "to run again",
        }
    }

    /// How long it took, or takes.
    pub(crate) fn milliseconds(&self) -> u64 {
        let end = self.ended.unwrap_or_else(|| system_clock()());
        u64::try_from(end.since(self.began).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_two_places_goes_up_and_down() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(way("/p/runs/A-1", "/p"), "../..");
        assert_eq!(way("/p/runs/A-1", "/q/src"), "../../../q/src");
        assert_eq!(way("/p", "/p"), ".");
    }
}
