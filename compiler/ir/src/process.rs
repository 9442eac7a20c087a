//! Expressions of processes, sessions, and what agents are given of them.

use crate::{Name, Node, Pattern, Target};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an expression does with processes and sessions. What waits, cancels and the like are built-in effects,
/// [`builtins::PROCESS_EFFECTS`](crate::builtins::PROCESS_EFFECTS).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ProcessOp {
    /// `spawn f(args) with { … }`: starts it at once and yields the process, which belongs to the flow.
    Spawn {
        /// Its stable name among its siblings.
        key: Name,
        /// What the process is called where no key and no index says it: the name that it is bound to, or that of what it
        /// runs.
        name: Name,
        /// What it runs.
        target: Target,
        /// One for each parameter; `None` takes the default.
        args: Vec<Option<Node>>,
        /// `with { … }`
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        options: BTreeMap<Name, Node>,
    },
    /// `for p in events(source) { … }`: a round for each event, until every process has ended; yields the list of the body's
    /// values.
    Watch {
        /// Its stable name among its siblings.
        key: Name,
        /// What each event is bound to; irrefutable.
        pattern: Pattern,
        /// A process, a list of them, or a map to them.
        source: Box<Node>,
        /// Whether the source is read again before each wait, because it is a variable that may have grown.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        live: bool,
        /// The body.
        body: Box<Node>,
    },
    /// `expose name(…) { … }` where it stands: from here on the endpoint of the flow takes calls.
    Expose(Name),
    /// `done v`: ends the flow from inside one of its endpoints.
    Done(Option<Box<Node>>),
    /// `p.name(args)`
    CallEndpoint {
        /// Its stable name among its siblings.
        key: Name,
        /// The process; without one, the flow itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        process: Option<Box<Node>>,
        /// The flow that the process runs.
        flow: Name,
        /// The endpoint.
        endpoint: Name,
        /// One for each parameter; `None` takes the default.
        args: Vec<Option<Node>>,
    },
    /// `open agent`: begins a conversation, which belongs to the flow.
    Open {
        /// Its stable name among its siblings.
        key: Name,
        /// The agent.
        agent: Name,
    },
    /// `session(args) with { … }`: one more turn of a conversation.
    CallSession {
        /// Its stable name among its siblings.
        key: Name,
        /// The session.
        session: Box<Node>,
        /// Its agent.
        agent: Name,
        /// One for each parameter of the agent; `None` takes the default.
        args: Vec<Option<Node>>,
        /// `with { … }`
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        options: BTreeMap<Name, Node>,
    },
    /// A `tool` or `flow` that an agent may call; stands only in `tools`.
    FlowTool(Name),
    /// An endpoint that an agent may call; stands only in `tools`.
    EndpointTool {
        /// The process; without one, the flow itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        process: Option<Box<Node>>,
        /// The flow that the process runs.
        flow: Name,
        /// The endpoint.
        endpoint: Name,
    },
}

/// Calls `visit` for each expression directly inside, in the order of evaluation.
pub(crate) fn children<'a>(op: &'a ProcessOp, visit: &mut dyn FnMut(&'a Node)) {
    match op {
        ProcessOp::Expose(_)
        | ProcessOp::Done(None)
        | ProcessOp::Open { .. }
        | ProcessOp::FlowTool(_)
        | ProcessOp::EndpointTool { process: None, .. } => {}
        ProcessOp::Done(Some(value)) | ProcessOp::EndpointTool { process: Some(value), .. } => visit(value),
        ProcessOp::Spawn { args, options, .. } => {
            args.iter().flatten().for_each(&mut *visit);
            options.values().for_each(visit);
        }
        ProcessOp::Watch { source, body, .. } => {
            visit(source);
            visit(body);
        }
        ProcessOp::CallEndpoint { process, args, .. } => {
            process.iter().for_each(|process| visit(process));
            args.iter().flatten().for_each(visit);
        }
        ProcessOp::CallSession { session, args, options, .. } => {
            visit(session);
            args.iter().flatten().for_each(&mut *visit);
            options.values().for_each(visit);
        }
    }
}
