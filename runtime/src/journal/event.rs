//! What can be recorded: one struct an event, its fields beside `seq`, `prev`, `time`, `epoch` and `event` in the record.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use smol_str::SmolStr;

use super::{Recorded, StepHash, StepKey, Time};

/// Declares the events: the enum over their structs, their names in the journal, and how each is read and written.
macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// One thing that happened to a run.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $variant($variant),)*
        }

        impl Event {
            /// Its name in the journal.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// Writes its fields as a JSON object.
            pub(super) fn write_fields(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
                match self { $(Self::$variant(it) => serde_json::to_writer(out, it),)* }
            }

            /// Reads the fields of the event called `name`, a JSON object; `None` when there is no such event.
            pub(super) fn read_fields(name: &str, fields: &str) -> Option<Result<Self, serde_json::Error>> {
                match name {
                    $($name => Some(serde_json::from_str(fields).map(Self::$variant)),)*
                    _ => None,
                }
            }
        }

        $(impl From<$variant> for Event {
            fn from(it: $variant) -> Self { Self::$variant(it) }
        })*
    };
}

events! {
    /// A runner took the run: its epoch is one more than the one before.
    RunOpened = "run_opened",
    /// An attempt at a step began.
    StepStarted = "step_started",
    /// A step has its result, and never runs again.
    StepFinished = "step_finished",
    /// An attempt at a step failed.
    StepFailed = "step_failed",
    /// What was recorded for a step no longer counts: somebody decided that it runs again.
    StepReopened = "step_reopened",
    /// A wait for a point in time began.
    TimerSet = "timer_set",
    /// The wait is over.
    TimerFired = "timer_fired",
    /// A person was asked.
    QuestionAsked = "question_asked",
    /// A person's answer was taken.
    AnswerTaken = "answer_taken",
    /// A wait for a signal began.
    SignalAwaited = "signal_awaited",
    /// A signal was taken; nobody need wait for it yet.
    SignalTaken = "signal_taken",
    /// A taken signal was handed to who waited for it.
    SignalDelivered = "signal_delivered",
    /// Something was published, and is not published again.
    Emitted = "emitted",
    /// The session of an agent became known.
    AgentSession = "agent_session",
    /// Something was spent.
    Usage = "usage",
    /// Somebody asked the run to stop at the next boundary.
    StopRequested = "stop_requested",
    /// Somebody asked the run to end.
    CancelRequested = "cancel_requested",
    /// The runner let go on purpose; the run can be resumed.
    RunPaused = "run_paused",
    /// A step cannot go on until something is mended.
    RunBlocked = "run_blocked",
    /// It was mended.
    RunUnblocked = "run_unblocked",
    /// The run is over.
    RunFinished = "run_finished",
    /// The journal ended in half a record, which was kept in a file and cut off.
    TornTailSetAside = "torn_tail_set_aside",
    /// Words for a reader.
    Note = "note",
}

/// See [`Event::RunOpened`]. The epoch is the record's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunOpened {
    /// Who holds the run, in words and numbers for messages.
    pub holder: crate::store::Holder,
    /// The version of the program that runs it.
    pub engine: SmolStr,
}

/// What a step is, for the reader and for the decision what to do after an unclean end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepKind {
    /// A program.
    Command,
    /// A turn of an agent.
    Agent,
    /// A question to a person.
    Human,
    /// A sub-flow.
    Flow,
    /// A built-in effect: the clock, chance, a file.
    Builtin,
}

impl StepKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Command, Self::Agent, Self::Human, Self::Flow, Self::Builtin];

    /// What it is called for readers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Agent => "agent",
            Self::Human => "person",
            Self::Flow => "flow",
            Self::Builtin => "effect",
        }
    }

    /// Its name in the journal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Agent => "agent",
            Self::Human => "human",
            Self::Flow => "flow",
            Self::Builtin => "builtin",
        }
    }
}

/// See [`Event::StepStarted`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepStarted {
    /// The step.
    pub key: StepKey,
    /// Of its definition and inputs.
    pub hash: StepHash,
    /// Counted from 1.
    pub attempt: u32,
    /// What it is.
    pub kind: StepKind,
    /// The name of what is called, for readers.
    pub what: SmolStr,
    /// What a program was started with, for readers: secrets masked, long texts cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub argv: Vec<String>,
    /// Its directory within the run's, such as `steps/0007-critic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<SmolStr>,
    /// Whether it must not run a second time unasked (`effect: once`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub once: bool,
}

/// See [`Event::StepFinished`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepFinished {
    /// The step.
    pub key: StepKey,
    /// Of its definition and inputs.
    pub hash: StepHash,
    /// The attempt that succeeded.
    pub attempt: u32,
    /// What it yields.
    pub result: Recorded,
}

/// See [`Event::StepFailed`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepFailed {
    /// The step.
    pub key: StepKey,
    /// Of its definition and inputs.
    pub hash: StepHash,
    /// The attempt that failed.
    pub attempt: u32,
    /// How.
    pub failure: Failure,
    /// Whether this is the step's outcome; else another attempt follows.
    #[serde(rename = "final")]
    pub is_final: bool,
}

/// A failure as it is recorded and shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// The kind by which programs tell failures apart, such as `ExitCode`.
    pub kind: SmolStr,
    /// For people.
    pub message: String,
    /// The whole failure as the language's value, where there is more to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Box<RawValue>>,
}

/// See [`Event::StepReopened`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepReopened {
    /// The step.
    pub key: StepKey,
    /// Who decided and why.
    pub reason: String,
}

/// See [`Event::TimerSet`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TimerSet {
    /// The step that waits.
    pub key: StepKey,
    /// When it is over.
    pub deadline: Time,
}

/// See [`Event::TimerFired`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TimerFired {
    /// The step that waited.
    pub key: StepKey,
}

/// See [`Event::QuestionAsked`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QuestionAsked {
    /// The step that waits.
    pub key: StepKey,
    /// The name by which it is answered.
    pub question: SmolStr,
    /// Who is asked.
    pub to: SmolStr,
    /// When the answer is too late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Time>,
}

/// See [`Event::AnswerTaken`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerTaken {
    /// The step that waited.
    pub key: StepKey,
    /// The answer's own name: taken once, however often it is dropped.
    pub id: SmolStr,
    /// Who gave it.
    pub by: SmolStr,
    /// What it says.
    pub value: Recorded,
}

/// See [`Event::SignalAwaited`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignalAwaited {
    /// The step that waits.
    pub key: StepKey,
    /// The signal's name.
    pub name: SmolStr,
    /// When it is too late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Time>,
}

/// See [`Event::SignalTaken`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignalTaken {
    /// The signal's own name: taken once, however often it is sent.
    pub id: SmolStr,
    /// What it is called in the program.
    pub name: SmolStr,
    /// Who sent it.
    pub by: SmolStr,
    /// What it carries.
    pub value: Recorded,
}

/// See [`Event::SignalDelivered`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignalDelivered {
    /// The step that waited.
    pub key: StepKey,
    /// The signal's id.
    pub id: SmolStr,
    /// What it carries, again, so that a replay finds it by the key.
    pub value: Recorded,
}

/// See [`Event::Emitted`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Emitted {
    /// The step that published.
    pub key: StepKey,
}

/// See [`Event::AgentSession`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgentSession {
    /// The step whose turn it is.
    pub key: StepKey,
    /// The provider by the project's name for it.
    pub provider: SmolStr,
    /// The provider's name for the session.
    pub session: SmolStr,
}

/// See [`Event::Usage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Agent turns.
    pub turns: u64,
    /// Tokens read, cached ones included.
    pub input_tokens: u64,
    /// Those of them that were read from a cache.
    pub cached_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Millionths of a US dollar, as far as known.
    pub micro_dollars: u64,
    /// Those of the turns whose cost is not known.
    #[serde(default)]
    pub unpriced_turns: u64,
}

impl Spent {
    /// Adds what was spent elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.turns = self.turns.saturating_add(other.turns);
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.cached_tokens = self.cached_tokens.saturating_add(other.cached_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.micro_dollars = self.micro_dollars.saturating_add(other.micro_dollars);
        self.unpriced_turns = self.unpriced_turns.saturating_add(other.unpriced_turns);
    }
}

/// See [`Event::Usage`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Usage {
    /// The step that spent it.
    pub key: StepKey,
    /// Which provider got it.
    pub provider: SmolStr,
    /// Which of its models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<SmolStr>,
    /// How much.
    pub spent: Spent,
}

/// See [`Event::StopRequested`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StopRequested {
    /// The id of the message that asked, which is taken once.
    #[serde(default)]
    pub id: SmolStr,
    /// Who.
    pub by: SmolStr,
}

/// See [`Event::CancelRequested`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelRequested {
    /// The id of the message that asked, which is taken once.
    #[serde(default)]
    pub id: SmolStr,
    /// Who.
    pub by: SmolStr,
}

/// See [`Event::RunPaused`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunPaused {
    /// Why.
    pub reason: String,
}

/// See [`Event::RunBlocked`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunBlocked {
    /// The step that cannot go on.
    pub key: StepKey,
    /// Why, and what to mend.
    pub reason: String,
}

/// See [`Event::RunUnblocked`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunUnblocked {
    /// The step that goes on.
    pub key: StepKey,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With its result.
    Succeeded,
    /// With a failure.
    Failed,
    /// Because somebody said so.
    Cancelled,
}

/// See [`Event::RunFinished`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunFinished {
    /// How.
    pub status: Ending,
    /// What it yields, when it succeeded. A result of `null` is one, too.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub result: Option<Recorded>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// See [`Event::TornTailSetAside`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TornTailSetAside {
    /// How many bytes.
    pub bytes: u64,
    /// The file beside the journal that holds them.
    pub file: SmolStr,
}

/// See [`Event::Note`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    /// The words.
    pub text: String,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Recorded>, D::Error> {
    Recorded::deserialize(deserializer).map(Some)
}

fn is_false(it: &bool) -> bool {
    !it
}
