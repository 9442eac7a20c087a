//! What a program needs that this version does not carry out yet: said before anything runs.

use flow_ir::builtins::PROCESS_EFFECTS;
use flow_ir::{Node, Op, ProcessOp, Program, walk};

/// What stands in the way of running a program, in one line for people: the first such thing in the text, with its place.
pub fn missing(program: &Program) -> Option<String> {
    let mut bodies: Vec<&Node> = Vec::new();
    for flow in program.flows.values() {
        bodies.push(&flow.body);
        bodies.extend(flow.stages.values().map(|stage| &stage.body));
        bodies.extend(flow.endpoints.values().map(|endpoint| &endpoint.body));
    }
    bodies.extend(program.agents.values().flat_map(|agent| agent.settings.values()));
    let mut found = Vec::new();
    for body in bodies {
        walk(body, &mut |node| {
            if let Some((what, name)) = need(&node.op) {
                let span = usize::try_from(node.at).ok().and_then(|at| program.sources.spans.get(at));
                let (file, line, column, ..) = span.copied().unwrap_or_default();
                found.push(((file, line, column), what, name));
            }
        });
    }
    let ((file, line, column), what, name) = found.into_iter().min()?;
    let file = usize::try_from(file).ok().and_then(|file| program.sources.files.get(file));
    let file = file.map_or("?", |file| file.path.as_str());
    Some(format!("this version of the runtime does not {what} yet: `{name}` at {file}:{line}:{column}"))
}

const PROCESSES: &str = "run processes";
const SESSIONS: &str = "keep sessions open";
const TOOLS: &str = "give tools of the program to agents";

/// What an operation needs, and how it is written.
fn need(op: &Op) -> Option<(&'static str, &str)> {
    Some(match op {
        Op::Process(op) => match op {
            ProcessOp::Spawn { .. } => (PROCESSES, "spawn"),
            ProcessOp::Watch { .. } => (PROCESSES, "events"),
            ProcessOp::Expose(_) => (PROCESSES, "expose"),
            ProcessOp::Done(_) => (PROCESSES, "done"),
            ProcessOp::CallEndpoint { endpoint, .. } => (PROCESSES, endpoint.as_str()),
            ProcessOp::Open { .. } => (SESSIONS, "open"),
            ProcessOp::CallSession { agent, .. } => (SESSIONS, agent.as_str()),
            ProcessOp::FlowTool(name) => (TOOLS, name.as_str()),
            ProcessOp::EndpointTool { endpoint, .. } => (TOOLS, endpoint.as_str()),
        },
        Op::Effect { effect, .. } if PROCESS_EFFECTS.iter().any(|known| known.name == effect) => {
            (PROCESSES, effect.rsplit('.').next().unwrap_or(effect))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::missing;
    use flow_ir::build::{block, effect, flow, frame, node, program, text};
    use flow_ir::{Op, ProcessOp, Target, Type};

    #[test]
    fn the_first_process_in_the_text_is_named_with_its_place() {
        let mut program = program("main");
        let spawn = node(Op::Process(ProcessOp::Spawn {
            key: "work".into(),
            name: "work".into(),
            target: Target::Flow("main".into()),
            args: Vec::new(),
            options: [].into(),
        }));
        program.flows.insert("main".into(), flow(frame([], Type::None, []), block([text("x"), spawn])));
        assert_eq!(
            missing(&program).as_deref(),
            Some("this version of the runtime does not run processes yet: `spawn` at main.flow:1:1")
        );
    }

    #[test]
    fn what_every_version_runs_is_not_in_the_way() {
        let mut program = program("main");
        let body = effect("log", [text("x")], Type::None);
        program.flows.insert("main".into(), flow(frame([], Type::None, []), body));
        assert_eq!(missing(&program), None);
    }
}
