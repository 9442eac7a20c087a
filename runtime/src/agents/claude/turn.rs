//! The conversation of one turn.
//!
//! A turn is done when Claude Code says so, without an error, and a result has been delivered: neither its exit code
//! nor the word `success` means anything by itself. Whatever goes wrong, its processes are ended before this returns.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Claude;
use super::policy::Policy;
use super::protocol::{self, AssistantMessage, End, Incoming};
use super::result::{self, ResultTool};
use crate::agents::transcript::{From, Transcript};
use crate::agents::{
    FailureKind, Session, ToolAnswer, ToolCall, TurnFailure, TurnHost, TurnOutcome, TurnRequest, Usage,
};
use crate::process::{Cut, Ended, Exit, Pending, Running};

/// How long each polite request to end may take to be heard.
const HEARD: Duration = Duration::from_secs(2);
/// How long Claude Code may take to end after its turn.
const LEAVE: Duration = Duration::from_secs(5);

/// Takes one turn.
pub(super) async fn take(
    claude: &Claude,
    request: &TurnRequest,
    host: &dyn TurnHost,
) -> Result<TurnOutcome, TurnFailure> {
    Claude::private_home(request)?;
    let transcript = Transcript::create(request, host)?;
    let (Session::Fresh(session) | Session::Resume(session)) = &request.session;
    host.session(session).await;
    let policy = Policy::of(request);
    let result_tool = request.result.as_ref().map(ResultTool::new);
    let spec = claude.spec(request, &policy, result_tool.as_ref());
    let running = claude.executor.start(spec).await.map_err(|error| Claude::start_failure(&error))?;
    let mut turn = Turn {
        name: &claude.name,
        request,
        host,
        policy,
        result_tool,
        running,
        transcript,
        session: None,
        heard: BTreeSet::new(),
        usage: Usage { turns: 1, ..Usage::default() },
        retry_after: None,
        result: None,
        end: None,
        calls: VecDeque::new(),
    };
    let outcome = turn.take().await;
    outcome.map_err(|failure| TurnFailure { session: turn.session, usage: turn.usage, ..failure })
}

struct Turn<'a> {
    name: &'a str,
    request: &'a TurnRequest,
    host: &'a dyn TurnHost,
    policy: Policy,
    result_tool: Option<ResultTool>,
    running: Box<dyn Running>,
    transcript: Transcript<'a>,
    /// Known to exist at the other end.
    session: Option<String>,
    /// The messages whose usage has been counted.
    heard: BTreeSet<String>,
    usage: Usage,
    retry_after: Option<Duration>,
    result: Option<Value>,
    end: Option<End>,
    /// Calls of tools that the run serves, in order.
    calls: VecDeque<Call>,
}

/// A call of a tool that the run serves, and how to answer it.
struct Call {
    request_id: String,
    message: Value,
    call: ToolCall,
}

/// What ended the conversation.
enum Stop {
    /// The turn has ended.
    End(End),
    /// The program has, without a word.
    Gone,
    /// It shall.
    Cut(Cut),
}

impl Turn<'_> {
    async fn take(&mut self) -> Result<TurnOutcome, TurnFailure> {
        self.say(&protocol::initialize())?;
        self.say(&protocol::user(&self.request.prompt))?;
        match self.converse().await? {
            Stop::End(end) => {
                self.leave().await?;
                self.outcome(&end)
            }
            Stop::Gone => {
                let exit = self.running.wait().await.map_err(|error| TurnFailure::process(&error))?;
                Err(self.gone(&exit))
            }
            Stop::Cut(cut) => {
                self.interrupt(cut).await?;
                Err(match cut {
                    Cut::TimedOut(limit) => TurnFailure::new(
                        FailureKind::TimedOut,
                        format!(
                            "`{}` was still at work after its timeout of {limit:?} and was ended",
                            self.name
                        ),
                    ),
                    _ => TurnFailure::new(FailureKind::Cancelled, format!("`{}` was cancelled", self.name)),
                })
            }
        }
    }

    /// Listens and answers until the turn ends, one way or the other.
    async fn converse(&mut self) -> Result<Stop, TurnFailure> {
        let (host, cancel) = (self.host, self.host.cancel());
        let timeout = self.request.timeout.map(|limit| (Instant::now() + limit, limit));
        let mut call: Option<(Call, Pending<'_, ToolAnswer>)> = None;
        loop {
            if call.is_none() {
                call = self.calls.pop_front().map(|next| {
                    let answer = host.call(next.call.clone());
                    (next, answer)
                });
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(Stop::Cut(Cut::Cancelled)),
                limit = at(timeout) => return Ok(Stop::Cut(Cut::TimedOut(limit))),
                answer = answered(&mut call) => if let Some((call, _)) = call.take() {
                    let result = protocol::tool_result(&answer);
                    self.say(&protocol::answer(&call.request_id, protocol::mcp(&call.message, result)))?;
                },
                line = self.running.line() => {
                    let line = line.map_err(|error| TurnFailure::process(&error))?;
                    let Some(line) = line else { return Ok(Stop::Gone) };
                    self.hear(&line)?;
                    if let Some(end) = self.end.take() {
                        return Ok(Stop::End(end));
                    }
                }
            }
        }
    }

    fn say(&mut self, message: &Value) -> Result<(), TurnFailure> {
        self.running.send(format!("{message}\n").as_bytes());
        self.transcript.add(From::Flow, message)
    }

    fn hear(&mut self, line: &[u8]) -> Result<(), TurnFailure> {
        let text = String::from_utf8_lossy(line);
        if text.trim().is_empty() {
            return Ok(());
        }
        // Not JSON: a stray word on standard output, kept for whoever looks.
        let Ok(message) = serde_json::from_str::<Value>(&text) else {
            return self.transcript.add(From::Agent, &Value::String(text.into_owned()));
        };
        self.transcript.add(From::Agent, &message)?;
        match serde_json::from_value(message) {
            Ok(Incoming::ControlRequest { request_id, request }) => self.control(request_id, &request),
            Ok(Incoming::System { subtype, session_id, retry_delay_ms, mcp_servers }) => {
                match subtype.as_deref() {
                    Some("init") => self.session = session_id,
                    Some("api_retry") => self.retry_after = retry_delay_ms.map(milliseconds),
                    _ => {}
                }
                let down = mcp_servers.into_iter().flatten().find(|server| server.status == "failed");
                down.map_or(Ok(()), |server| {
                    let message =
                        format!("`{}` could not reach its tools: server `{}` failed", self.name, server.name);
                    Err(TurnFailure::new(FailureKind::Transient { retry_after: None }, message))
                })
            }
            Ok(Incoming::Assistant { message }) => {
                self.count(message);
                Ok(())
            }
            Ok(Incoming::Result(end)) => {
                self.usage = end.usage();
                self.end = Some(*end);
                Ok(())
            }
            Ok(Incoming::Other) | Err(_) => Ok(()),
        }
    }

    /// Counts what a message used, in case the turn is cut before its account comes.
    fn count(&mut self, message: AssistantMessage) {
        if message.id.is_some_and(|id| self.heard.insert(id)) {
            self.usage.unpriced = 1;
            message.usage.add_to(&mut self.usage);
        }
    }

    fn control(&mut self, request_id: String, request: &Value) -> Result<(), TurnFailure> {
        let reply = match request["subtype"].as_str() {
            Some("mcp_message") => match self.tool_message(&request_id, &request["message"]) {
                Some(reply) => protocol::answer(&request_id, reply),
                None => return Ok(()),
            },
            Some("can_use_tool") => {
                let (tool, input) = (request["tool_name"].as_str().unwrap_or_default(), &request["input"]);
                let decision = self.policy.decide(tool, input, request["blocked_path"].as_str());
                protocol::answer(&request_id, protocol::permission(decision, input))
            }
            _ => protocol::refuse(&request_id, "not supported by flow"),
        };
        self.say(&reply)
    }

    /// Answers a message to our tool server, at once or, for a tool that the run serves, later.
    fn tool_message(&mut self, request_id: &str, message: &Value) -> Option<Value> {
        let result = match message["method"].as_str().unwrap_or_default() {
            "initialize" => protocol::mcp_initialize(message),
            "tools/list" => json!({"tools": self.listed()}),
            "tools/call" => {
                let params = &message["params"];
                let name = params["name"].as_str().unwrap_or_default();
                match &self.result_tool {
                    Some(tool) if name == result::NAME => {
                        let answer = tool.unwrap(&params["arguments"]).map(|value| {
                            self.result = Some(value);
                            json!(result::RECORDED)
                        });
                        protocol::tool_result(&answer)
                    }
                    _ => {
                        self.calls.push_back(Call {
                            request_id: request_id.to_owned(),
                            message: message.clone(),
                            call: ToolCall {
                                name: name.to_owned(),
                                arguments: params["arguments"].clone(),
                                id: params["_meta"]["claudecode/toolUseId"]
                                    .as_str()
                                    .unwrap_or_default()
                                    .to_owned(),
                            },
                        });
                        return None;
                    }
                }
            }
            "ping" | "notifications/initialized" | "notifications/cancelled" => json!({}),
            _ => return Some(protocol::mcp_unknown(message)),
        };
        Some(protocol::mcp(message, result))
    }

    fn listed(&self) -> Vec<Value> {
        let served = self.request.served.iter().map(
            |tool| json!({"name": tool.name, "description": tool.description, "inputSchema": tool.input}),
        );
        self.result_tool.iter().map(ResultTool::listed).chain(served).collect()
    }

    fn outcome(&mut self, end: &End) -> Result<TurnOutcome, TurnFailure> {
        if let Some((kind, why)) = result::failure(end, self.retry_after) {
            return Err(TurnFailure::new(kind, format!("`{}` failed: {why}", self.name)));
        }
        let value = match (self.result.take(), &self.result_tool) {
            (Some(value), _) => value,
            (None, None) => Value::Null,
            (None, Some(_)) => {
                let message = format!(
                    "`{}` ended its turn without a result: it did not call `{}`",
                    self.name,
                    result::NAME
                );
                return Err(TurnFailure::new(FailureKind::Contract, message));
            }
        };
        Ok(TurnOutcome {
            value,
            session: self.session.take(),
            usage: self.usage,
            transcript: self.transcript.path(),
        })
    }

    /// The program ended in the middle of its turn.
    fn gone(&mut self, exit: &Exit) -> TurnFailure {
        let stderr = exit.stderr.last_lines(5);
        let kind = match exit.ended {
            Ended::Signal(_) => FailureKind::Transient { retry_after: self.retry_after },
            Ended::Code(0) => FailureKind::Contract,
            Ended::Code(128..) => FailureKind::Transient { retry_after: self.retry_after },
            _ if result::is_session_gone(&stderr) => FailureKind::NoSession,
            _ => FailureKind::Permanent,
        };
        let said = if stderr.is_empty() { stderr } else { format!(":\n{stderr}") };
        TurnFailure::new(kind, format!("`{}` {} before it had answered{said}", self.name, exit.ended))
    }

    /// After its turn it ends when its input does.
    async fn leave(&mut self) -> Result<(), TurnFailure> {
        self.running.close_stdin();
        let left = match timeout_at(Instant::now() + LEAVE, self.running.wait()).await {
            Ok(exit) => exit,
            Err(_) => self.running.stop(Cut::Cancelled).await,
        };
        left.map(drop).map_err(|error| TurnFailure::process(&error))
    }

    /// Ends a turn early: asks, asks louder, then sees to it that nothing is left. Asking first lets the agent close
    /// its session well and end its own tools.
    async fn interrupt(&mut self, cut: Cut) -> Result<(), TurnFailure> {
        self.say(&protocol::interrupt())?;
        if self.ended_within(HEARD).await? {
            self.running.close_stdin();
        } else {
            self.running.signal(Signal::INT);
        }
        let exit = match timeout_at(Instant::now() + HEARD, self.running.wait()).await {
            Ok(exit) => exit,
            Err(_) => self.running.stop(cut).await,
        };
        exit.map(drop).map_err(|error| TurnFailure::process(&error))
    }

    /// Whether the turn ends by itself within this time.
    async fn ended_within(&mut self, limit: Duration) -> Result<bool, TurnFailure> {
        let until = Instant::now() + limit;
        while self.end.is_none() {
            match timeout_at(until, self.running.line()).await {
                Ok(Ok(Some(line))) => self.hear(&line)?,
                Ok(Ok(None)) | Err(_) => return Ok(false),
                Ok(Err(error)) => return Err(TurnFailure::process(&error)),
            }
        }
        Ok(true)
    }
}

async fn at(timeout: Option<(Instant, Duration)>) -> Duration {
    match timeout {
        Some((at, limit)) => {
            sleep_until(at).await;
            limit
        }
        None => std::future::pending().await,
    }
}

async fn answered(call: &mut Option<(Call, Pending<'_, ToolAnswer>)>) -> ToolAnswer {
    match call {
        Some((_, answer)) => answer.await,
        None => std::future::pending().await,
    }
}

fn milliseconds(delay: f64) -> Duration {
    Duration::try_from_secs_f64(delay / 1000.0).unwrap_or_default()
}
