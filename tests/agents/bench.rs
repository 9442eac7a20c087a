//! A place for one agent to work in, and a way to have it take turns.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use flow_runtime::agents::claude::Claude;
use flow_runtime::agents::contract::CORRECTIONS;
use flow_runtime::agents::{
    Adapter, CancelOnly, Limits, Sandbox, Session, TurnFailure, TurnHost, TurnOutcome, TurnRequest,
    Violation, run_turn, session_id,
};
use flow_runtime::mask::Mask;
use flow_runtime::process::{LocalExecutor, Step};
use flow_tests::model_server::{ModelServer, Turn};
use flow_tests::npm_tool;
use serde_json::{Value, json};

/// The version that these tests were written for.
const VERSION: &str = "2.1.197";

/// A workspace, a step directory and homes, all scratch.
pub(crate) struct Bench(tempfile::TempDir);

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        for dir in ["work", "user"] {
            fs::create_dir(bench.path(dir)).unwrap();
        }
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        // Resolved, as the agent sees it.
        self.0.path().canonicalize().unwrap().join(name)
    }

    /// A request for a `score` from 0 to 10.
    pub(crate) fn request(&self) -> TurnRequest {
        let path = std::env::var("PATH").unwrap_or_default();
        let home = self.path("user").to_string_lossy().into_owned();
        TurnRequest {
            step: Step { key: "judge".to_owned(), attempt: 1, dir: self.path("steps/0001-judge") },
            prompt: "Judge the poem.".to_owned(),
            result: Some(json!({
                "type": "object",
                "properties": {"score": {"type": "integer", "minimum": 0, "maximum": 10}},
                "required": ["score"],
                "additionalProperties": false,
            })),
            model: None,
            effort: None,
            system: None,
            tools: None,
            served: Vec::new(),
            sandbox: Sandbox::default(),
            network: false,
            session: Session::Fresh(session_id("R-1", "judge", 1)),
            workspace: self.path("work"),
            home: self.path("home"),
            env: [("PATH".to_owned(), path), ("HOME".to_owned(), home)].into(),
            timeout: Some(Duration::from_secs(120)),
            limits: Limits::default(),
            mask: Mask::default(),
        }
    }

    /// The real program, with the model of `server` behind it. `None` if it cannot be had here.
    pub(crate) fn claude(&self, server: &ModelServer) -> Option<Claude> {
        let program = npm_tool("@anthropic-ai/claude-code", VERSION, "claude")?;
        Some(claude(&program, &server.url()))
    }

    /// The processes that belong to this bench's steps.
    pub(crate) fn processes(&self) -> Vec<String> {
        let mark = format!("FLOW_STEP_DIR={}", self.path("steps").display());
        let marked = |pid: &str| {
            fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environ| {
                environ.split(|byte| *byte == 0).any(|variable| variable.starts_with(mark.as_bytes()))
            })
        };
        let all =
            fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
        all.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()) && marked(pid)).collect()
    }
}

/// Claude Code at a path, with a service at an address.
pub(crate) fn claude(program: &Path, url: &str) -> Claude {
    Claude {
        executor: Rc::new(LocalExecutor::new()),
        name: "claude".to_owned(),
        program: program.to_string_lossy().into_owned(),
        args: Vec::new(),
        env: BTreeMap::from([
            ("ANTHROPIC_API_KEY".to_owned(), "sk-ant-scripted".to_owned()),
            ("ANTHROPIC_BASE_URL".to_owned(), url.to_owned()),
            ("CLAUDE_CODE_MAX_RETRIES".to_owned(), "1".to_owned()),
        ]),
        model: Some("scripted-model".to_owned()),
        grace: Duration::from_secs(1),
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// One turn, not checked.
pub(crate) fn turn(adapter: &dyn Adapter, request: &TurnRequest) -> Result<TurnOutcome, TurnFailure> {
    block_on(adapter.turn(request, &CancelOnly::default()))
}

/// A turn whose result has to be a score from 0 to 10, with the usual corrections.
pub(crate) fn judged(adapter: &dyn Adapter, request: &TurnRequest) -> Result<TurnOutcome, TurnFailure> {
    block_on(run_turn(adapter, request, &CancelOnly::default(), CORRECTIONS, is_score))
}

/// A turn that is followed by `host`.
pub(crate) fn followed(
    adapter: &dyn Adapter,
    request: &TurnRequest,
    host: &dyn TurnHost,
) -> Result<TurnOutcome, TurnFailure> {
    block_on(adapter.turn(request, host))
}

fn is_score(value: &Value) -> Result<(), Violation> {
    match &value["score"] {
        Value::Number(score) if score.as_i64().is_some_and(|score| (0..=10).contains(&score)) => Ok(()),
        found => Err(Violation(vec![format!("`score`: expected an int from 0 to 10, found {found}")])),
    }
}

/// The agent calls the tool that takes its result.
pub(crate) fn finish(result: Value) -> Turn {
    Turn::tool("mcp__flow__finish", result)
}

/// The agent runs a shell command.
pub(crate) fn shell(command: &str) -> Turn {
    Turn::tool("Bash", json!({"command": command, "description": "scripted"}))
}

/// All text and tool results that the model was shown in the last message of a request.
pub(crate) fn last_message(request: &Value) -> String {
    request["messages"]
        .as_array()
        .and_then(|messages| messages.last())
        .map(Value::to_string)
        .unwrap_or_default()
}
