//! Expressions of processes and sessions, the tools that agents are given, and endpoints.

use super::Verifier;
use super::body::{Body, Kind};
use super::path::Path;
use crate::{Endpoint, Flow, Frame, Name, Node, Op, ProcessOp, Target, Type};

impl<'p> Body<'_, 'p> {
    pub(super) fn process(&mut self, path: &Path<'_>, op: &'p ProcessOp) -> Type {
        match op {
            ProcessOp::Spawn { key, name, target, args, options } => {
                let path = path.key("spawn");
                self.effectful(&path, "`spawn`");
                self.key(&path, key);
                if name.is_empty() {
                    self.report(&path.key("name"), "the process has no name");
                }
                let (called, frame) = self.target(&path.key("target"), target);
                let result = self.called(&path.key("args"), called, frame, args);
                self.options(&path.key("options"), target, options);
                Type::Process(result.into(), self.emitted(target).into())
            }
            ProcessOp::Watch { key, pattern, source, body, .. } => {
                let path = path.key("watch");
                self.effectful(&path, "`events`");
                self.key(&path, key);
                let source = self.node(&path.key("source"), source);
                let event = self.event_of(&path.key("source"), &source);
                self.pattern(&path.key("pattern"), pattern, &event);
                let (yields, _) = self.rounds(&path.key("body"), body);
                Type::List(yields.into())
            }
            ProcessOp::Expose(name) => {
                let path = path.key("expose");
                let known = self.flow(&path).is_some_and(|flow| flow.endpoints.contains_key(name));
                if !known {
                    self.report(&path, format!("there is no endpoint `{name}`"));
                } else if !self.exposed.insert(name) {
                    self.report(&path, format!("the endpoint `{name}` is exposed twice"));
                }
                Type::None
            }
            ProcessOp::Done(value) => {
                let path = path.key("done");
                match (self.done, value) {
                    (None, _) => self.report(&path, "`done` stands only in an endpoint"),
                    (Some(result), Some(value)) => self.expect(&path, value, result),
                    (Some(_), None) => {}
                }
                Type::Never
            }
            ProcessOp::CallEndpoint { key, process, flow, endpoint, args } => {
                let path = path.key("call_endpoint");
                self.effectful(&path, "a call of an endpoint");
                self.key(&path, key);
                let found = self.endpoint(&path, process.as_deref(), flow, endpoint);
                let params = found.map(|found| found.params.as_slice());
                self.arguments(&path.key("args"), endpoint, params, args);
                found.map_or(Type::Never, |found| found.result.clone())
            }
            ProcessOp::Open { key, agent } => {
                let path = path.key("open");
                self.effectful(&path, "`open`");
                self.key(&path, key);
                self.agent(&path, agent);
                Type::Session(agent.clone())
            }
            ProcessOp::CallSession { key, session, agent, args, options } => {
                let path = path.key("call_session");
                self.effectful(&path, "a call of a session");
                self.key(&path, key);
                self.expect(&path.key("session"), session, &Type::Session(agent.clone()));
                let frame = self.agent(&path, agent);
                let result = self.called(&path.key("args"), agent, frame, args);
                self.options(&path.key("options"), &Target::Agent(agent.clone()), options);
                result
            }
            ProcessOp::FlowTool(name) => {
                let path = path.key("flow_tool");
                self.tool(&path);
                self.verifier.find(&path, "flow", &self.verifier.program.flows, name);
                Type::Never
            }
            ProcessOp::EndpointTool { process, flow, endpoint } => {
                let path = path.key("endpoint_tool");
                self.tool(&path);
                self.endpoint(&path, process.as_deref(), flow, endpoint);
                Type::Never
            }
        }
    }

    /// The flow that this is the body of; reports where it is none.
    fn flow(&self, path: &Path<'_>) -> Option<&'p Flow> {
        match self.kind {
            Kind::Flow(flow) => Some(flow),
            Kind::Pure(_) => {
                self.effectful(path, "an endpoint");
                None
            }
        }
    }

    fn tool(&self, path: &Path<'_>) {
        if !self.tools {
            self.report(path, "a tool stands only in the setting `tools`");
        }
    }

    fn agent(&self, path: &Path<'_>, name: &Name) -> Option<&'p Frame> {
        let agents = &self.verifier.program.agents;
        self.verifier.find(&path.key("agent"), "agent", agents, name).map(|agent| &agent.frame)
    }

    /// What a process that runs a target emits.
    fn emitted(&self, target: &Target) -> Type {
        match target {
            Target::Flow(name) => {
                let flow = self.verifier.program.flows.get(name);
                flow.and_then(|flow| flow.emits.clone()).unwrap_or(Type::Never)
            }
            Target::Command(_) | Target::Agent(_) | Target::Human(_) => Type::Never,
        }
    }

    /// The type of the events of what is watched.
    fn event_of(&self, path: &Path<'_>, source: &Type) -> Type {
        let types = self.verifier.types;
        let process = match types.resolve(source) {
            Type::List(process) | Type::Map(_, process) => types.resolve(process),
            process => process,
        };
        match process {
            Type::Process(result, event) => Type::Event(result.clone(), event.clone()),
            Type::Never => Type::Never,
            _ => {
                self.report(path, format!("`{source}` is no process, and no list or map of them"));
                Type::Never
            }
        }
    }

    /// The endpoint of a flow that is reached over a process, or of the flow itself.
    fn endpoint(
        &mut self,
        path: &Path<'_>,
        process: Option<&'p Node>,
        flow: &'p Name,
        endpoint: &Name,
    ) -> Option<&'p Endpoint> {
        let known = self.verifier.find(&path.key("flow"), "flow", &self.verifier.program.flows, flow);
        match process {
            Some(process) => {
                let found = self.node(&path.key("process"), process);
                let asked = known.map(|known| {
                    let emits = known.emits.clone().unwrap_or(Type::Never);
                    Type::Process(known.frame.result.clone().into(), emits.into())
                });
                self.agree(&path.key("process").standing(process.at), &found, &asked.unwrap_or(Type::Never));
            }
            None => {
                let own = self.flow(path);
                if own.zip(known).is_some_and(|(own, known)| !std::ptr::eq(own, known)) {
                    let message = format!("this is no endpoint of `{flow}`: a process is missing");
                    self.report(path, message);
                }
            }
        }
        let found = known.and_then(|known| known.endpoints.get(endpoint));
        if known.is_some() && found.is_none() {
            self.report(&path.key("endpoint"), format!("`{flow}` exposes no `{endpoint}`"));
        }
        found
    }

    /// What `connect` joins, and in which direction.
    pub(super) fn connected(&self, path: &Path<'_>, param: &str, node: &Node, found: &Type) {
        match (param, &node.op, self.verifier.types.resolve(found)) {
            ("direction", Op::String(word), _) if word == "one" || word == "both" => {}
            ("direction", ..) => self.report(path, "the direction is `one` or `both`"),
            (_, _, Type::Process(..) | Type::Session(_) | Type::Never) => {}
            _ => self.report(path, format!("`connect` takes sessions and processes, this is `{found}`")),
        }
    }
}

impl<'p> Verifier<'p> {
    /// An endpoint: its body answers calls, in the frame of the flow.
    pub(super) fn endpoint(
        &self,
        path: &Path<'_>,
        name: &'p str,
        endpoint: &'p Endpoint,
        body: &mut Body<'_, 'p>,
    ) {
        self.span(path, endpoint.at);
        self.own_locals(path, &endpoint.params, body);
        self.ty(&path.key("result"), &endpoint.result);
        if !body.exposed.contains(name) {
            self.report(path, format!("the endpoint `{name}` is never exposed"));
        }
        let (loops, result) = (std::mem::take(&mut body.loops), body.result);
        body.done = result;
        body.fresh_scope(|body| body.returns(&path.key("body"), &endpoint.body, &endpoint.result));
        (body.done, body.result, body.loops) = (None, result, loops);
    }
}
