//! Claude Code, driven over its stream-JSON input and output.
//!
//! Each turn is one process: it starts in about half a second, and a session that is resumed has everything that the
//! next one needs. Tools of ours, the one that takes the result above all, are served over the same two streams, and
//! so are the decisions about what the agent may do, so there is no socket, no port and no helper process.
//!
//! - [`policy`]: which tools it has and what it may do with them
//! - [`protocol`]: the messages
//! - [`result`]: the tool that takes the result, and what the end of a turn means
//! - [`turn`]: the conversation

mod policy;
mod protocol;
mod result;
mod turn;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use super::{Adapter, FailureKind, Session, TurnFailure, TurnHost, TurnOutcome, TurnRequest};
use crate::process::{Executor, Pending, ProcessSpec, Program, Stdin};
use policy::Policy;
use result::ResultTool;

/// How to get the program.
pub const INSTALL: &str = "install it with `npm install --global @anthropic-ai/claude-code`, or name its path as \
    `program` of the provider in flow.toml";

/// The variables that carry its credentials and the address of its service, taken from the environment of `flow` if
/// the provider's settings do not say otherwise.
pub const CREDENTIALS: &[&str] =
    &["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_BASE_URL"];

/// What keeps it to its task: no update, no telemetry, no memory of earlier runs, and not minutes of retries of its own
/// before the workflow's policy gets to decide.
const QUIET: &[(&str, &str)] = &[
    ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
    ("CLAUDE_CODE_DISABLE_AUTO_MEMORY", "1"),
    ("CLAUDE_CODE_MAX_RETRIES", "2"),
    ("DISABLE_AUTOUPDATER", "1"),
    ("DISABLE_TELEMETRY", "1"),
    ("DISABLE_ERROR_REPORTING", "1"),
    ("TERM", "dumb"),
];

/// A long transcript is no runaway program.
const OUTPUT_LIMIT: u64 = 4 * 1024 * 1024 * 1024;

/// The Claude Code program.
pub struct Claude {
    /// Who runs it.
    pub executor: Rc<dyn Executor>,
    /// What messages call it.
    pub name: String,
    /// A name or a path.
    pub program: String,
    /// What is added to its command line.
    pub args: Vec<String>,
    /// What is added to its environment, credentials included.
    pub env: BTreeMap<String, String>,
    /// The model, if the turn does not say.
    pub model: Option<String>,
    /// How long it may take to end itself after SIGTERM.
    pub grace: Duration,
}

impl Adapter for Claude {
    fn name(&self) -> &str {
        &self.name
    }

    fn turn<'a>(
        &'a self,
        request: &'a TurnRequest,
        host: &'a dyn TurnHost,
    ) -> Pending<'a, Result<TurnOutcome, TurnFailure>> {
        Box::pin(turn::take(self, request, host))
    }
}

impl Claude {
    fn spec(&self, request: &TurnRequest, policy: &Policy, result: Option<&ResultTool>) -> ProcessSpec {
        let mut argv = vec![self.program.clone()];
        argv.extend(arguments(request, policy, result, self.model.as_deref()));
        argv.extend(self.args.iter().cloned());
        let mut spec = ProcessSpec::new(request.step.clone(), Program::Argv(argv), request.workspace.clone());
        spec.stdin = Stdin::Live;
        spec.mask = request.mask.clone();
        spec.output_limit = OUTPUT_LIMIT;
        spec.end_daemons = true;
        spec.grace = self.grace;
        spec.env = request.env.clone();
        spec.env.extend(QUIET.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        spec.env.extend(self.env.clone());
        let home = request.home.join("claude");
        spec.env.insert("CLAUDE_CONFIG_DIR".to_owned(), home.to_string_lossy().into_owned());
        spec
    }

    fn start_failure(error: &crate::process::StartError) -> TurnFailure {
        TurnFailure::start(error, Some(INSTALL))
    }

    fn private_home(request: &TurnRequest) -> Result<(), TurnFailure> {
        let home = request.home.join("claude");
        super::transcript::make_private(&home).map_err(|error| {
            TurnFailure::new(FailureKind::Runtime, format!("{} cannot be created: {error}", home.display()))
        })
    }
}

fn arguments(
    request: &TurnRequest,
    policy: &Policy,
    result: Option<&ResultTool>,
    model: Option<&str>,
) -> Vec<String> {
    let mut args = Args::default();
    args.flag("--print").flag("--verbose");
    args.pair("--input-format", "stream-json").pair("--output-format", "stream-json");
    args.pair("--permission-prompt-tool", "stdio");
    // Neither the user's settings nor the project's: what an agent may do is said in the workflow.
    args.flag("--setting-sources=").flag("--disable-slash-commands");
    args.flag("--strict-mcp-config");
    args.pair("--mcp-config", &protocol::mcp_config());
    args.flag(&format!("--tools={}", policy.builtin().join(",")));
    let ours =
        result.map(|_| result::NAME).into_iter().chain(request.served.iter().map(|tool| tool.name.as_str()));
    let ours: Vec<String> = ours.map(protocol::full_name).collect();
    if !ours.is_empty() {
        args.flag(&format!("--allowedTools={}", ours.join(",")));
    }
    match &request.session {
        Session::Fresh(id) => args.pair("--session-id", id),
        Session::Resume(id) => args.pair("--resume", id),
    };
    if let Some(model) = request.model.as_deref().or(model) {
        args.pair("--model", model);
    }
    if let Some(effort) = &request.effort {
        args.pair("--effort", effort);
    }
    // Its own bound on turns counts every answer of the model; here they are all of one turn.
    if let Some(left) = request.limits.cost_left().filter(|left| *left > 0) {
        let left = i64::try_from(left).unwrap_or(i64::MAX);
        args.pair("--max-budget-usd", &crate::value::money::decimal(left));
    }
    let system = [request.system.as_deref(), result.map(|_| result::INSTRUCTION)];
    let system: Vec<&str> = system.into_iter().flatten().collect();
    if !system.is_empty() {
        args.pair("--append-system-prompt", &system.join("\n\n"));
    }
    args.0
}

#[derive(Default)]
struct Args(Vec<String>);

impl Args {
    fn flag(&mut self, flag: &str) -> &mut Self {
        self.0.push(flag.to_owned());
        self
    }

    fn pair(&mut self, flag: &str, value: &str) -> &mut Self {
        // In one word, so that a value that begins with `-` stays a value.
        self.0.push(format!("{flag}={value}"));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::testing::request;
    use crate::agents::{Limits, Sandbox, TurnRequest, Usage};

    fn arguments_of(request: &TurnRequest) -> Vec<String> {
        let policy = Policy::of(request);
        let result = request.result.as_ref().map(ResultTool::new);
        arguments(request, &policy, result.as_ref(), Some("default-model"))
    }

    #[test]
    fn a_turn_continues_the_session_that_it_is_told_to() {
        let resumed = TurnRequest { session: Session::Resume("abc".to_owned()), ..request() };
        assert!(arguments_of(&resumed).contains(&"--resume=abc".to_owned()));
        let Session::Fresh(id) = request().session else { panic!("a fresh session") };
        assert!(arguments_of(&request()).contains(&format!("--session-id={id}")));
    }

    #[test]
    fn what_the_turn_says_wins_over_the_provider() {
        assert!(arguments_of(&request()).contains(&"--model=default-model".to_owned()));
        let chosen = TurnRequest { model: Some("opus".to_owned()), ..request() };
        assert!(arguments_of(&chosen).contains(&"--model=opus".to_owned()));
    }

    #[test]
    fn a_turn_may_cost_what_the_turns_before_it_left() {
        let has = |args: &[String]| args.iter().find(|arg| arg.starts_with("--max-budget-usd")).cloned();
        assert_eq!(has(&arguments_of(&request())), None);
        let used = Usage { cost_micros: 150_000, ..Usage::default() };
        let limits = Limits { cost: Some(400_000), used, ..Limits::default() };
        let args = arguments_of(&TurnRequest { limits, ..request() });
        assert_eq!(has(&args).as_deref(), Some("--max-budget-usd=0.25"));
    }

    #[test]
    fn without_a_result_there_is_no_tool_for_it() {
        let request = TurnRequest { result: None, sandbox: Sandbox::ReadOnly, ..request() };
        let args = arguments_of(&request);
        assert!(!args.iter().any(|arg| arg.contains("finish")), "{args:?}");
    }
}
