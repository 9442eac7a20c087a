//! Telling expressions with effects from those without.

use std::collections::HashSet;

use flow_ir::{Node, Op, ProcessOp, Program, Slot, TestOp, children};

/// The expressions of a program that have an effect somewhere inside. The others are computed in place.
///
/// Expressions are told apart by their address: the program is shared and never changes or moves.
#[derive(Debug, Default)]
pub struct Effectful(HashSet<usize, rustc_hash::FxBuildHasher>);

impl Effectful {
    /// Looks through the bodies of a program's flows, stages and tests; everything else in it is pure.
    pub fn of(program: &Program) -> Self {
        let mut found = Self::default();
        for flow in program.flows.values().chain(program.tests.values()) {
            found.mark(&flow.body);
            for stage in flow.stages.values() {
                found.mark(&stage.body);
            }
        }
        found
    }

    fn mark(&mut self, node: &Node) -> bool {
        let mut effectful = match &node.op {
            Op::Process(op) => !matches!(op, ProcessOp::FlowTool(_)),
            op => matches!(
                op,
                Op::Call { .. }
                    | Op::Effect { .. }
                    | Op::Emit { .. }
                    | Op::Defer { .. }
                    | Op::Blocked { .. }
                    | Op::Test(
                        TestOp::Stub { .. } | TestOp::Expect(_) | TestOp::Calls(_) | TestOp::Failure(_)
                    )
            ),
        };
        children(node, &mut |child| effectful |= self.mark(child));
        if effectful {
            self.0.insert(address(node));
        }
        effectful
    }

    /// Whether an expression has an effect somewhere inside.
    pub fn contains(&self, node: &Node) -> bool {
        self.0.contains(&address(node))
    }
}

/// What tells an expression apart from every other of the same program.
pub fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

/// The variables that an expression assigns.
pub fn assigned(node: &Node, slots: &mut Vec<Slot>) {
    if let Op::Set { slot, .. } = node.op {
        slots.push(slot);
    }
    children(node, &mut |child| assigned(child, slots));
}
