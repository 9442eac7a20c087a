//! The settings of agents, commands and humans, and the options of calls: one table, used to check them, to type their
//! values, and by the editor for completion and hover.

mod attrs;
mod check;
mod messages;

pub use attrs::{ATTRIBUTES, AttributeSpec, Before, Owner, allowed, check_attrs};
pub use check::{OutputForm, check_options, check_settings, default_output, file_argument};
pub use messages::*;

use crate::resolve::DefKind;
use crate::types::ty::Ty;
use flow_grammar::tree::DoerKind;

/// A setting.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingSpec {
    /// Its key.
    pub key: &'static str,
    /// What may stand behind the colon.
    pub takes: Takes,
    /// What it does, for people.
    pub doc: &'static str,
    /// Whether a declaration must have it.
    pub required: bool,
    /// Whether a call may give it behind `with`.
    pub in_call: bool,
    /// Whether a secret may stand in its value.
    pub secrets: bool,
}

/// What may stand behind the colon of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum Takes {
    /// A value of that type.
    Value(Ty),
    /// A string whose holes take any value with a JSON form, or `file("…")`, whose text is one.
    Text,
    /// A list of strings.
    Texts,
    /// One of these lone words.
    Word(&'static [Word]),
    /// A lone word that the project's file or the adapter knows: a provider.
    Name,
    /// A list of such words: MCP servers.
    Names,
    /// A list of [`AGENT_TOOLS`], tools, flows, and endpoints.
    Tools,
    /// What a program is started with: a list of strings, numbers, files and lists of these, or a string for the shell.
    Run,
    /// How output becomes the result: one of [`OUTPUT_FORMS`], or `file("…")`.
    Output,
    /// A list of exit codes, 0 to 255.
    ExitCodes,
    /// A map from names of variables to strings, numbers, files and secrets.
    Env,
}

/// A lone word with what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: &'static str,
    /// What it means, for people.
    pub doc: &'static str,
}

const fn word(text: &'static str, doc: &'static str) -> Word {
    Word { text, doc }
}

/// The tools of a coding agent itself, by the names that every provider understands.
pub const AGENT_TOOLS: &[Word] = &[
    word("read", "Reads files of the workspace."),
    word("grep", "Searches the text of files."),
    word("glob", "Finds files by pattern."),
    word("edit", "Changes files."),
    word("write", "Creates files."),
    word("shell", "Runs programs."),
    word("web", "Searches and reads the web."),
];

/// How standard output becomes the result of a command.
pub const OUTPUT_FORMS: &[Word] = &[
    word("text", "All of it, without the last newline, as a `string`."),
    word("lines", "Its lines, each an element of the declared list."),
    word("json", "JSON of the declared type."),
    word("none", "It is not looked at."),
];

/// How hard an agent thinks.
pub const EFFORTS: &[Word] = &[
    word("low", "Answers soon."),
    word("medium", "As the provider does by itself."),
    word("high", "Thinks long."),
    word("max", "Thinks as long as the provider allows."),
];

/// What an agent may touch.
pub const SANDBOXES: &[Word] = &[
    word("read_only", "It may read, and change nothing."),
    word("workspace_write", "It may change the workspace and nothing else."),
    word("full", "It may do what its user may do."),
];

/// How long a conversation with an agent lasts.
pub const SESSIONS: &[Word] = &[
    word("call", "Each call begins a new conversation."),
    word("run", "All calls of a run go on with one conversation."),
    word("stage", "Each visit of a stage begins a new conversation."),
];

/// Where a step works.
pub const WORKSPACES: &[Word] = &[
    word("shared", "In the workspace of the run, beside other steps."),
    word("worktree", "In a git worktree of its own, so that steps at the same time do not meet."),
];

/// A setting that a declaration may have, and a call behind `with`.
const fn option(key: &'static str, takes: Takes, doc: &'static str) -> SettingSpec {
    SettingSpec { key, takes, doc, required: false, in_call: true, secrets: false }
}

/// A setting that only a declaration may have.
const fn fixed(key: &'static str, takes: Takes, doc: &'static str) -> SettingSpec {
    SettingSpec { key, takes, doc, required: false, in_call: false, secrets: false }
}

/// A setting that a declaration must have.
const fn required(key: &'static str, takes: Takes, doc: &'static str) -> SettingSpec {
    SettingSpec { key, takes, doc, required: true, in_call: false, secrets: false }
}

/// A setting whose value may hold a secret.
const fn secret(key: &'static str, takes: Takes, doc: &'static str) -> SettingSpec {
    SettingSpec { key, takes, doc, required: false, in_call: true, secrets: true }
}

static AGENT: [SettingSpec; 17] = [
    required(
        "prompt",
        Takes::Text,
        "What the agent is asked: a string, or a file beside this one, `file(\"prompts/x.md\")`. What it must answer follows from the return type and is added.",
    ),
    option("provider", Takes::Name, "Which coding agent works: `claude`, or one that the project names."),
    option("model", Takes::Value(Ty::String), "Which model it uses, by the provider's name for it."),
    option("effort", Takes::Word(EFFORTS), "How hard it thinks."),
    option("system", Takes::Text, "What is added to the agent's own instructions."),
    option(
        "tools",
        Takes::Tools,
        "What it may use: tools of the agent itself, tools and flows of the program, endpoints of a process.",
    ),
    option("mcp", Takes::Names, "The MCP servers that it reaches."),
    option("skills", Takes::Texts, "The skills that it is given."),
    option("sandbox", Takes::Word(SANDBOXES), "What it may touch."),
    option("network", Takes::Value(Ty::Bool), "Whether it reaches the network."),
    fixed("session", Takes::Word(SESSIONS), "How long a conversation with it lasts."),
    option("timeout", Takes::Value(Ty::Duration), "How long one call may take."),
    option("retry", Takes::Value(Ty::Int), "How many more attempts follow a failed one."),
    option(
        "turns",
        Takes::Value(Ty::Int),
        "How many turns one call may take, its attempts and corrections included: each prompt that it is sent is one.",
    ),
    option("cost", Takes::Value(Ty::Money), "What one call may cost, its attempts and corrections included."),
    secret("env", Takes::Env, "Environment variables that it gets besides."),
    option("workspace", Takes::Word(WORKSPACES), "Where it works."),
];

static COMMAND: [SettingSpec; 9] = [
    required(
        "run",
        Takes::Run,
        "The program and its arguments as a list, or a string for the shell, in which every value is quoted.",
    ),
    fixed("output", Takes::Output, "How its output becomes the result. Without it, the return type decides."),
    option("ok", Takes::ExitCodes, "The exit codes that are no failure; `[0]` without it."),
    option("stdin", Takes::Value(Ty::String), "What it reads on standard input."),
    option("cwd", Takes::Value(Ty::String), "The directory that it runs in, relative to the workspace."),
    secret("env", Takes::Env, "Environment variables that it gets besides."),
    option("timeout", Takes::Value(Ty::Duration), "How long one attempt may take."),
    option("retry", Takes::Value(Ty::Int), "How many more attempts follow a failed one."),
    option("workspace", Takes::Word(WORKSPACES), "Where it works."),
];

static HUMAN: [SettingSpec; 4] = [
    required("ask", Takes::Text, "The question. A form for the answer follows from the return type."),
    fixed("choices", Takes::Texts, "The answers to choose from, where the answer is a `string`."),
    option("timeout", Takes::Value(Ty::Duration), "How long to wait for the answer."),
    option("notify", Takes::Value(Ty::String), "Whom to tell that there is a question."),
];

static FLOW: [SettingSpec; 3] = [
    option("timeout", Takes::Value(Ty::Duration), "How long it may take in all."),
    option("retry", Takes::Value(Ty::Int), "How many more attempts follow a failed one."),
    option("workspace", Takes::Word(WORKSPACES), "Where its steps work."),
];

/// The settings of a kind of declaration, the most important first.
pub fn settings(kind: DoerKind) -> &'static [SettingSpec] {
    match kind {
        DoerKind::Agent => &AGENT,
        DoerKind::Command => &COMMAND,
        DoerKind::Human => &HUMAN,
    }
}

/// The setting of a kind of declaration.
pub fn setting(kind: DoerKind, key: &str) -> Option<&'static SettingSpec> {
    settings(kind).iter().find(|setting| setting.key == key)
}

/// The options of a call of such an item behind `with`.
pub fn options(kind: DefKind) -> impl Iterator<Item = &'static SettingSpec> {
    table(kind).iter().filter(|setting| setting.in_call)
}

/// The option of a call of such an item.
pub fn option_of_call(kind: DefKind, key: &str) -> Option<&'static SettingSpec> {
    options(kind).find(|setting| setting.key == key)
}

/// All settings that a call of such an item could be thought to take.
fn table(kind: DefKind) -> &'static [SettingSpec] {
    match kind {
        DefKind::Agent => &AGENT,
        DefKind::Command => &COMMAND,
        DefKind::Human => &HUMAN,
        DefKind::Flow | DefKind::Tool => &FLOW,
        DefKind::Type | DefKind::Fn | DefKind::Const | DefKind::Secret => &[],
    }
}

impl Takes {
    /// The lone words that may stand there.
    pub fn words(&self) -> &'static [Word] {
        match self {
            Self::Word(words) => words,
            Self::Tools => AGENT_TOOLS,
            Self::Output => OUTPUT_FORMS,
            _ => &[],
        }
    }

    /// What may stand there, in words for people.
    pub fn wanted(&self) -> String {
        match self {
            Self::Value(Ty::Bool) => "`true` or `false`".to_owned(),
            Self::Value(Ty::Int) => "an `int`".to_owned(),
            Self::Value(Ty::Duration) => "a `duration` such as `15m`".to_owned(),
            Self::Value(Ty::Money) => "`money` such as `$2.50`".to_owned(),
            Self::Value(_) => "a `string`".to_owned(),
            Self::Text => "a string, or `file(\"…\")`".to_owned(),
            Self::Texts => "a list of strings".to_owned(),
            Self::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.text)).collect();
                match words.split_last() {
                    Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
                    _ => words.join(""),
                }
            }
            Self::Name => "the name of a provider".to_owned(),
            Self::Names => "a list of names".to_owned(),
            Self::Tools => "a list of tools".to_owned(),
            Self::Run => "a list of strings, numbers and files, or a string for the shell".to_owned(),
            Self::Output => "`text`, `lines`, `json`, `none`, or `file(\"…\")`".to_owned(),
            Self::ExitCodes => "a list of exit codes".to_owned(),
            Self::Env => "a map such as `[\"NAME\": value]`".to_owned(),
        }
    }
}
