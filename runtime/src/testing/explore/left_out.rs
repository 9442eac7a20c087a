//! What no run of an exploration follows, however many are made: it stands in the program.

use flow_ir::{At, Name, Node, Op, Program, walk};

/// Something that is never followed.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// What, and why.
    pub what: &'static str,
    /// The flow.
    pub within: Name,
    /// Where.
    pub at: At,
}

/// Why a route ends where it comes to a process.
const PROCESS: &str = "a process or a session: routes end where they come to it";

/// What is never followed of a program's flows, in the order of its document.
pub fn left_out(program: &Program) -> Vec<LeftOut> {
    let mut out = Vec::new();
    for (name, flow) in &program.flows {
        let bodies = std::iter::once(&flow.body).chain(flow.stages.values().map(|stage| &stage.body));
        bodies.for_each(|body| of_body(name, body, &mut out));
    }
    out
}

fn of_body(within: &Name, body: &Node, out: &mut Vec<LeftOut>) {
    walk(body, &mut |node| {
        if matches!(node.op, Op::Process(_)) {
            out.push(LeftOut { what: PROCESS, within: within.clone(), at: node.at });
        }
    });
}
