//! What no run of an exploration follows, however many are made: it stands in the program.

use flow_ir::{At, Name, Node, Op, ProcessOp, Program, Target, walk};

/// Something that is never followed.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// What, and why.
    pub what: String,
    /// The flow; of what stands in the settings of an agent, the agent.
    pub within: Name,
    /// Where.
    pub at: At,
}

/// Why a route ends where it comes to a process or a session.
const ENDS: &str = "is not carried out yet: routes end there";
/// Why what an agent may call is not called.
const ANSWERS: &str = "is a tool: an agent answers at once, without calling it";

/// What is never followed of a program's flows and agents, in the order of its document.
pub fn left_out(program: &Program) -> Vec<LeftOut> {
    let mut out = Vec::new();
    for (name, agent) in &program.agents {
        agent.settings.values().for_each(|setting| of_body(name, setting, &mut out));
    }
    for (name, flow) in &program.flows {
        let stages = flow.stages.values().map(|stage| &stage.body);
        let endpoints = flow.endpoints.values().map(|endpoint| &endpoint.body);
        let bodies = std::iter::once(&flow.body).chain(stages).chain(endpoints);
        bodies.for_each(|body| of_body(name, body, &mut out));
    }
    out
}

fn of_body(within: &Name, body: &Node, out: &mut Vec<LeftOut>) {
    walk(body, &mut |node| {
        if let Op::Process(op) = &node.op {
            out.push(LeftOut { what: what(op), within: within.clone(), at: node.at });
        }
    });
}

/// What an operation is in the words of the language, and why it is not followed.
fn what(op: &ProcessOp) -> String {
    match op {
        ProcessOp::Spawn { target, .. } => {
            let (Target::Command(name) | Target::Agent(name) | Target::Human(name) | Target::Flow(name)) =
                target;
            format!("`spawn {}` {ENDS}", own(name))
        }
        ProcessOp::Watch { .. } => format!("`events` {ENDS}"),
        ProcessOp::Expose(name) => format!("`expose {name}` {ENDS}"),
        ProcessOp::Done(_) => "`done` is not reached: nobody calls its endpoint".to_owned(),
        ProcessOp::CallEndpoint { endpoint, .. } => format!("the endpoint `{endpoint}` {ENDS}"),
        ProcessOp::Open { agent, .. } => format!("`open {}` {ENDS}", own(agent)),
        ProcessOp::CallSession { agent, .. } => format!("the session of `{}` {ENDS}", own(agent)),
        ProcessOp::FlowTool(name) => format!("`{}` {ANSWERS}", own(name)),
        ProcessOp::EndpointTool { endpoint, .. } => format!("`{endpoint}` {ANSWERS}"),
    }
}

/// A name as it stands where it is declared.
fn own(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
