//! What a program needs that is not carried out, or not held: said before anything runs.

use std::collections::{BTreeMap, BTreeSet};

use flow_ir::builtins::PROCESS_EFFECTS;
use flow_ir::{At, Name, Node, Op, ProcessOp, Program, walk};

use crate::agents::Providers;

/// What stands in the way of running a program, in one line for people: the first such thing in the text, with its place.
pub fn missing(program: &Program) -> Option<String> {
    let mut bodies: Vec<&Node> = Vec::new();
    for flow in program.flows.values() {
        bodies.push(&flow.body);
        bodies.extend(flow.stages.values().map(|stage| &stage.body));
        bodies.extend(flow.endpoints.values().map(|endpoint| &endpoint.body));
    }
    bodies.extend(program.agents.values().flat_map(|agent| agent.settings.values()));
    let mut needs: Vec<Need<'_>> = Vec::new();
    for agent in program.agents.values() {
        settings(&agent.settings, &mut needs);
    }
    for command in program.commands.values() {
        needs.extend(command.workspace.as_ref().and_then(|value| setting("workspace", value)));
    }
    for body in bodies {
        walk(body, &mut |node| {
            needs.extend(operation(&node.op).map(|(what, name)| Need { at: node.at, what, name }));
            if let Op::Call { options, .. } = &node.op {
                settings(options, &mut needs);
            }
        });
    }
    let place = |need: &Need<'_>| {
        let span = usize::try_from(need.at).ok().and_then(|at| program.sources.spans.get(at));
        let (file, line, column, ..) = span.copied().unwrap_or_default();
        (file, line, column)
    };
    let first = needs.iter().min_by_key(|need| place(need))?;
    let (file, line, column) = place(first);
    let file = usize::try_from(file).ok().and_then(|file| program.sources.files.get(file));
    let file = file.map_or("?", |file| file.path.as_str());
    let Need { what, name, .. } = first;
    Some(format!("this version of the runtime does not {what} yet: `{name}` at {file}:{line}:{column}"))
}

/// Agents whose `cost` may go uncounted, in a line for each provider: it runs a program that may say what its turns cost or
/// not, and the project has no price.
pub fn uncounted(program: &Program, providers: &Providers) -> Vec<String> {
    let mut agents: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, agent) in &program.agents {
        let provider = providers.name(agent.provider.as_deref());
        if agent.settings.contains_key("cost") && !providers.tells_cost(provider) {
            agents.entry(provider).or_default().insert(name);
        }
    }
    let line = |(provider, agents): (&&str, &BTreeSet<&str>)| {
        let agents: Vec<String> = agents.iter().map(|agent| format!("`{agent}`")).collect();
        format!(
            "`cost` of {} counts only what `{provider}` says in the file that FLOW_USAGE names; \
             `price` of `[providers.{provider}]` in flow.toml says what it does not",
            agents.join(", ")
        )
    };
    agents.iter().map(line).collect()
}

/// Something that is not carried out, and where it stands.
struct Need<'p> {
    at: At,
    what: &'static str,
    name: &'p str,
}

const PROCESSES: &str = "run processes";
const SESSIONS: &str = "keep sessions open";
const TOOLS: &str = "give tools of the program to agents";

/// What an operation needs, and how it is written.
fn operation(op: &Op) -> Option<(&'static str, &str)> {
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

/// What settings need, of a declaration or of a call.
fn settings<'p>(settings: &'p BTreeMap<Name, Node>, needs: &mut Vec<Need<'p>>) {
    needs.extend(settings.iter().filter_map(|(name, value)| setting(name, value)));
}

fn setting<'p>(name: &'p str, value: &'p Node) -> Option<Need<'p>> {
    let is_empty = matches!(&value.op, Op::List(items) if items.is_empty());
    let what = match (name, &value.op) {
        ("mcp", _) if !is_empty => "connect agents to MCP servers",
        ("skills", _) if !is_empty => "give skills to agents",
        ("workspace", Op::String(word)) if word == "shared" => return None,
        ("workspace", _) => "run steps in worktrees",
        _ => return None,
    };
    Some(Need { at: value.at, what, name })
}

#[cfg(test)]
mod tests {
    use super::missing;
    use flow_ir::build::{agent, block, effect, flow, frame, node, program, text};
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
    fn a_setting_that_is_not_carried_out_is_in_the_way_and_one_that_asks_for_nothing_is_not() {
        let with = |name: &'static str, value: Op| {
            let mut program = program("main");
            let mut asked = agent(frame([], Type::None, []), "x");
            asked.settings.insert(name.into(), node(value));
            program.agents.insert("critic".into(), asked);
            missing(&program)
        };
        for (name, what) in [("mcp", "connect agents to MCP servers"), ("skills", "give skills to agents")] {
            let told = format!("this version of the runtime does not {what} yet: `{name}` at main.flow:1:1");
            assert_eq!(with(name, Op::List(vec![text("x")])), Some(told));
            assert_eq!(with(name, Op::List(Vec::new())), None);
        }
        let told =
            "this version of the runtime does not run steps in worktrees yet: `workspace` at main.flow:1:1";
        assert_eq!(with("workspace", Op::String("worktree".into())).as_deref(), Some(told));
        assert_eq!(with("workspace", Op::String("shared".into())), None);
        assert_eq!(with("timeout", Op::Duration(1)), None);
    }

    #[test]
    fn what_every_version_runs_is_not_in_the_way() {
        let mut program = program("main");
        let body = effect("log", [text("x")], Type::None);
        program.flows.insert("main".into(), flow(frame([], Type::None, []), body));
        assert_eq!(missing(&program), None);
    }
}
