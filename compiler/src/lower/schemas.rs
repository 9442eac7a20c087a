//! The schemas that agents and people answer to.

use crate::schema::{Dialect, json_schema};
use flow_ir::Program;

/// Fills in what depends on the declared types.
pub(super) fn fill(program: &mut Program) {
    let types = &program.types;
    for agent in program.agents.values_mut() {
        agent.schemas = Dialect::ALL
            .into_iter()
            .map(|dialect| (dialect.name().into(), json_schema(&agent.frame.result, types, dialect)))
            .collect();
    }
    for human in program.humans.values_mut() {
        human.schema = json_schema(&human.frame.result, types, Dialect::JsonSchema);
    }
}
