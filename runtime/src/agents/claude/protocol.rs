//! The messages between us and Claude Code, one JSON object a line.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::agents::{ToolAnswer, Usage};

/// What our tool server is called.
const SERVER: &str = "flow";

/// A tool of ours as the agent sees it.
pub(super) fn full_name(tool: &str) -> String {
    format!("mcp__{SERVER}__{tool}")
}

/// Whether a tool is one of ours.
pub(super) fn is_ours(tool: &str) -> bool {
    tool.strip_prefix("mcp__")
        .and_then(|tool| tool.strip_prefix(SERVER))
        .is_some_and(|tool| tool.starts_with("__"))
}

/// Says that our tool server is at the other end of these streams.
pub(super) fn mcp_config() -> String {
    json!({"mcpServers": {SERVER: {"type": "sdk", "name": SERVER}}}).to_string()
}

/// A message from Claude Code.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Incoming {
    /// It wants something from us.
    ControlRequest {
        /// To be repeated in the answer.
        request_id: String,
        /// What it wants.
        request: Value,
    },
    /// News about itself.
    System {
        /// Which.
        subtype: Option<String>,
        /// The session.
        session_id: Option<String>,
        /// Before the next attempt at a request that failed.
        retry_delay_ms: Option<f64>,
        /// Of its tool servers.
        mcp_servers: Option<Vec<ServerStatus>>,
    },
    /// The model said something.
    Assistant {
        /// The message.
        message: AssistantMessage,
    },
    /// The turn has ended.
    Result(Box<End>),
    /// Anything else.
    #[serde(other)]
    Other,
}

/// Whether a tool server works.
#[derive(Debug, Deserialize)]
pub(super) struct ServerStatus {
    pub(super) name: String,
    pub(super) status: String,
}

/// A message of the model.
#[derive(Debug, Deserialize)]
pub(super) struct AssistantMessage {
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) usage: TokenUsage,
}

/// Tokens as the service counts them.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TokenUsage {
    input_tokens: u64,
    output_tokens: u64,
    cache_creation_input_tokens: u64,
    cache_read_input_tokens: u64,
}

impl TokenUsage {
    pub(super) fn add_to(self, usage: &mut Usage) {
        usage.input_tokens +=
            self.input_tokens + self.cache_creation_input_tokens + self.cache_read_input_tokens;
        usage.output_tokens += self.output_tokens;
    }
}

/// The end of a turn.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct End {
    pub(super) subtype: String,
    pub(super) is_error: bool,
    pub(super) api_error_status: Option<u16>,
    pub(super) result: Option<String>,
    pub(super) errors: Vec<String>,
    pub(super) total_cost_usd: f64,
    #[serde(rename = "modelUsage")]
    pub(super) models: std::collections::BTreeMap<String, ModelUsage>,
}

/// What one model used, the models of sub-agents included.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ModelUsage {
    input_tokens: u64,
    output_tokens: u64,
    cache_read_input_tokens: u64,
    cache_creation_input_tokens: u64,
}

impl End {
    pub(super) fn usage(&self) -> Usage {
        let mut usage = Usage { cost_micros: micros(self.total_cost_usd), turns: 1, ..Usage::default() };
        for model in self.models.values() {
            usage.input_tokens +=
                model.input_tokens + model.cache_read_input_tokens + model.cache_creation_input_tokens;
            usage.output_tokens += model.output_tokens;
        }
        // It has a list of prices, in which not every model is.
        let is_known = usage.cost_micros > 0 || usage.input_tokens + usage.output_tokens == 0;
        usage.unpriced = u32::from(!is_known);
        usage
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cost is small and not negative"
)]
fn micros(dollars: f64) -> u64 {
    (dollars.max(0.0) * 1e6).round() as u64
}

/// Opens the control channel.
pub(super) fn initialize() -> Value {
    json!({"type": "control_request", "request_id": "flow-initialize", "request": {"subtype": "initialize"}})
}

/// Asks for the end of the turn.
pub(super) fn interrupt() -> Value {
    json!({"type": "control_request", "request_id": "flow-interrupt", "request": {"subtype": "interrupt"}})
}

/// Says something to the agent.
pub(super) fn user(text: &str) -> Value {
    json!({"type": "user", "message": {"role": "user", "content": [{"type": "text", "text": text}]}})
}

/// Answers a control request.
pub(super) fn answer(request_id: &str, response: Value) -> Value {
    json!({
        "type": "control_response",
        "response": {"subtype": "success", "request_id": request_id, "response": response},
    })
}

/// Refuses a control request that we do not know.
pub(super) fn refuse(request_id: &str, why: &str) -> Value {
    json!({"type": "control_response", "response": {"subtype": "error", "request_id": request_id, "error": why}})
}

/// Allows or denies what the agent asked for.
pub(super) fn permission(decision: Result<(), String>, input: &Value) -> Value {
    match decision {
        Ok(()) => json!({"behavior": "allow", "updatedInput": input}),
        Err(why) => json!({"behavior": "deny", "message": why}),
    }
}

/// A message of the tool protocol (MCP, which is JSON-RPC) with its result.
pub(super) fn mcp(message: &Value, result: Value) -> Value {
    // A notification has no id, but the channel wants an answer all the same.
    let id = if message["id"].is_null() { json!(0) } else { message["id"].clone() };
    json!({"mcp_response": {"jsonrpc": "2.0", "id": id, "result": result}})
}

/// The same for a method that we do not have.
pub(super) fn mcp_unknown(message: &Value) -> Value {
    let why = format!("there is no method {}", message["method"]);
    json!({"mcp_response": {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": why}}})
}

/// What we say about our tool server.
pub(super) fn mcp_initialize(message: &Value) -> Value {
    json!({
        "protocolVersion": message["params"]["protocolVersion"],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": SERVER, "version": env!("CARGO_PKG_VERSION")},
    })
}

/// What a tool call yields, for the agent to read.
pub(super) fn tool_result(answer: &ToolAnswer) -> Value {
    let (text, is_error) = match answer {
        Ok(Value::String(text)) => (text.clone(), false),
        Ok(value) => (value.to_string(), false),
        Err(why) => (why.clone(), true),
    };
    json!({"content": [{"type": "text", "text": text}], "isError": is_error})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_tools_are_told_from_those_of_a_server_with_a_similar_name() {
        assert!(is_ours(&full_name("finish")));
        assert!(!is_ours("mcp__flowers__finish"));
        assert!(!is_ours("finish"));
    }

    #[test]
    fn an_unknown_message_is_let_through_and_a_known_one_may_have_more_fields() {
        let read = |text| serde_json::from_str::<Incoming>(text).unwrap();
        assert!(matches!(read(r#"{"type":"rate_limit_event","x":1}"#), Incoming::Other));
        let Incoming::Result(end) = read(
            r#"{"type":"result","subtype":"success","is_error":false,"api_error_status":null,"total_cost_usd":0.0045,
                "modelUsage":{"a":{"inputTokens":10,"cacheReadInputTokens":5,"outputTokens":2,"costUSD":1},
                "b":{"inputTokens":1,"outputTokens":1}},"new":[]}"#,
        ) else {
            panic!("a result")
        };
        assert_eq!(
            end.usage(),
            Usage { input_tokens: 16, output_tokens: 3, cost_micros: 4500, turns: 1, unpriced: 0 }
        );
    }
}
