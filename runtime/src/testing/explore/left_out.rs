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

/// Why a wait is never the first of a race.
const WAIT: &str = "an arm of `race` that waits beside a call: whoever is called answers at once";

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
        let mut add = |what, at| out.push(LeftOut { what, within: within.clone(), at });
        match &node.op {
            Op::Process(_) => add(PROCESS, node.at),
            Op::Race { arms, .. } if arms.iter().any(|arm| !waits(&arm.value)) => {
                arms.iter().filter(|arm| waits(&arm.value)).for_each(|arm| add(WAIT, arm.value.at));
            }
            _ => {}
        }
    });
}

/// Whether time passes until there is a value: something in it sleeps or waits.
fn waits(value: &Node) -> bool {
    let mut found = false;
    walk(value, &mut |node| {
        found |=
            matches!(&node.op, Op::Effect { effect, .. } if matches!(effect.as_str(), "sleep" | "wait_for"));
    });
    found
}
