//! The tool that takes an agent's result, and what the end of a turn means.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::protocol::End;
use crate::agents::FailureKind;

/// The tool's name.
pub(super) const NAME: &str = "finish";

/// What the agent is told about it besides its description.
pub(super) const INSTRUCTION: &str = "You work for a program. Nobody reads your text or answers questions; only the \
    result counts that you pass to the tool `mcp__flow__finish`. Call it once, when everything else is done.";

/// What the agent is told when it has called it.
pub(super) const RECORDED: &str = "Recorded. End your turn now: nothing that you write after this is read.";

/// The tool that takes a result of one type.
pub(super) struct ResultTool {
    input: Value,
    /// The result is not an object, so it is passed as the argument `value`.
    wrapped: bool,
}

impl ResultTool {
    /// The tool for results that fit this JSON Schema.
    pub(super) fn new(schema: &Value) -> Self {
        if is_plain_object(schema) {
            return Self { input: schema.clone(), wrapped: false };
        }
        let mut inner = schema.clone();
        let mut input = Map::new();
        // References are from the root: what they point at has to stay there.
        for shared in ["$defs", "definitions"] {
            if let Some(definitions) = inner.as_object_mut().and_then(|inner| inner.remove(shared)) {
                input.insert(shared.to_owned(), definitions);
            }
        }
        input.insert("type".to_owned(), json!("object"));
        input.insert("properties".to_owned(), json!({"value": inner}));
        input.insert("required".to_owned(), json!(["value"]));
        input.insert("additionalProperties".to_owned(), json!(false));
        Self { input: Value::Object(input), wrapped: true }
    }

    /// As it is listed for the agent.
    pub(super) fn listed(&self) -> Value {
        let description = if self.wrapped {
            "Deliver the result of your task, as `value`. Call this once, when everything else is done."
        } else {
            "Deliver the result of your task. Call this once, when everything else is done."
        };
        json!({"name": NAME, "description": description, "inputSchema": self.input})
    }

    /// The result in the arguments of a call.
    pub(super) fn unwrap(&self, arguments: &Value) -> Result<Value, String> {
        if !self.wrapped {
            return Ok(arguments.clone());
        }
        let value = arguments.get("value");
        value.cloned().ok_or_else(|| "the argument `value` is missing: the result goes there".to_owned())
    }
}

/// What tools accept as the schema of their arguments: an object, said at the root.
fn is_plain_object(schema: &Value) -> bool {
    schema["type"] == "object"
        && ["anyOf", "oneOf", "allOf", "$ref"].iter().all(|key| schema.get(key).is_none())
}

/// What Claude Code says of a session that it does not have.
const NO_SESSION: &str = "No conversation found";

/// Whether its words mean that the session to resume is gone.
pub(super) fn is_session_gone(said: &str) -> bool {
    said.contains(NO_SESSION)
}

/// What kind of failure the end of a turn reports, if it does.
pub(super) fn failure(end: &End, retry_after: Option<Duration>) -> Option<(FailureKind, String)> {
    if !end.is_error && end.subtype == "success" {
        return None;
    }
    let transient = FailureKind::Transient { retry_after };
    let said = end.result.clone().filter(|text| !text.is_empty());
    let said = said.unwrap_or_else(|| end.errors.join("; "));
    let said = if said.is_empty() { end.subtype.clone() } else { said };
    Some(match end.api_error_status {
        None if is_session_gone(&said) => (FailureKind::NoSession, said),
        Some(401 | 403) => (
            FailureKind::Permanent,
            format!(
                "the service refused the credentials: {said} (set ANTHROPIC_API_KEY, or `env` of the provider in flow.toml)"
            ),
        ),
        Some(status @ (408 | 409 | 425 | 429 | 500..)) => {
            (transient, format!("the service could not answer now (status {status}): {said}"))
        }
        Some(status) => {
            (FailureKind::Permanent, format!("the service refused the request (status {status}): {said}"))
        }
        None if end.subtype == "error_max_budget_usd" => {
            (FailureKind::Exhausted, "it was ended when it had cost what the call may cost".to_owned())
        }
        None if end.subtype.starts_with("error_max") => {
            (FailureKind::Permanent, format!("the turn reached a limit: {said}"))
        }
        // No status: the service was not reached, or Claude Code itself gave up.
        None => (transient, said),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_passed_as_it_is_and_anything_else_as_a_value() {
        let object = json!({"type": "object", "properties": {"score": {"type": "integer"}}});
        let tool = ResultTool::new(&object);
        assert_eq!(tool.listed()["inputSchema"], object);
        assert_eq!(tool.unwrap(&json!({"score": 1})), Ok(json!({"score": 1})));

        let tool = ResultTool::new(&json!({"type": "array", "items": {"type": "string"}}));
        assert_eq!(tool.unwrap(&json!({"value": ["a"]})), Ok(json!(["a"])));
        assert!(tool.unwrap(&json!({"values": ["a"]})).is_err());
    }

    #[test]
    fn a_union_at_the_root_is_wrapped_and_its_references_still_lead_somewhere() {
        let union = json!({
            "anyOf": [{"$ref": "#/$defs/Accept"}, {"type": "object"}],
            "$defs": {"Accept": {"type": "object"}},
        });
        let input = &ResultTool::new(&union).listed()["inputSchema"];
        assert_eq!(input["type"], "object");
        assert_eq!(input["properties"]["value"]["anyOf"][0]["$ref"], "#/$defs/Accept");
        assert_eq!(input["$defs"]["Accept"]["type"], "object");
        assert!(input["properties"]["value"].get("$defs").is_none());
    }

    #[test]
    fn failures_fall_into_classes_by_what_helps() {
        let end = |status, subtype: &str| End {
            is_error: true,
            api_error_status: status,
            subtype: subtype.to_owned(),
            result: Some("said".to_owned()),
            ..End::default()
        };
        let kind = |status| failure(&end(status, "success"), None).unwrap().0;
        let transient = FailureKind::Transient { retry_after: None };
        for status in [Some(429), Some(500), Some(529), None] {
            assert_eq!(kind(status), transient, "{status:?}");
        }
        for status in [Some(400), Some(401), Some(403), Some(404), Some(413)] {
            assert_eq!(kind(status), FailureKind::Permanent, "{status:?}");
        }
        let wait = Some(Duration::from_secs(3));
        assert_eq!(
            failure(&end(Some(529), "success"), wait).unwrap().0,
            FailureKind::Transient { retry_after: wait }
        );
        assert_eq!(failure(&End { subtype: "success".to_owned(), ..End::default() }, None), None);
    }
}
