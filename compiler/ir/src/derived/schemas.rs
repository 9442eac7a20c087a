//! The schemas that agents and people answer to.

use crate::json_schema::{Dialect, json_schema};
use crate::{Name, Program};
use serde_json::Value;
use std::collections::BTreeMap;

/// The schemas of each agent's result by dialect, in order.
pub(super) fn of_agents(program: &Program) -> Vec<BTreeMap<Name, Value>> {
    let of = |result, dialect| json_schema(result, &program.types, dialect);
    let schemas = |result| Dialect::ALL.map(|dialect| (dialect.name().into(), of(result, dialect)));
    program.agents.values().map(|agent| schemas(&agent.frame.result).into()).collect()
}

/// The schema of each person's answer, in order.
pub(super) fn of_humans(program: &Program) -> Vec<Value> {
    let of = |result| json_schema(result, &program.types, Dialect::JsonSchema);
    program.humans.values().map(|human| of(&human.frame.result)).collect()
}
