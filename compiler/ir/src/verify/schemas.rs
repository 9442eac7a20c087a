//! The schemas of answers: they say what the types say, or they are refused.

use super::Verifier;
use super::path::Path;
use crate::derived::Tables;
use serde_json::Value;

/// A value longer than this is not shown.
const LONGEST: usize = 80;

impl Verifier<'_> {
    /// Compares the schemas of agents and people with their results.
    pub(super) fn schemas(&self, root: &Path<'_>, tables: &Tables) {
        let agents = root.key("agents");
        for ((name, agent), said) in self.program.agents.iter().zip(&tables.agents) {
            let path = agents.key(name).standing(agent.frame.at);
            let path = path.key("schemas");
            for dialect in agent.schemas.keys().filter(|dialect| !said.contains_key(*dialect)) {
                self.report(&path.key(dialect), format!("there is no dialect `{dialect}`"));
            }
            for (dialect, said) in said {
                self.schema(&path.key(dialect), agent.schemas.get(dialect), Some(said));
            }
        }
        let humans = root.key("humans");
        for ((name, human), said) in self.program.humans.iter().zip(&tables.humans) {
            let path = humans.key(name).standing(human.frame.at);
            self.schema(&path.key("schema"), Some(&human.schema), Some(said));
        }
    }

    /// Reports the first place where a schema is not what the type of the result says.
    fn schema(&self, path: &Path<'_>, found: Option<&Value>, said: Option<&Value>) {
        match (found, said) {
            (found, said) if found == said => {}
            (Some(Value::Object(found)), Some(Value::Object(said))) => {
                let mut members = found.keys().chain(said.keys());
                if let Some(name) = members.find(|name| found.get(*name) != said.get(*name)) {
                    self.schema(&path.key(name), found.get(name), said.get(name));
                }
            }
            (Some(Value::Array(found)), Some(Value::Array(said))) => {
                let index = found.iter().zip(said).take_while(|(found, said)| found == said).count();
                self.schema(&path.index(index), found.get(index), said.get(index));
            }
            (Some(_), None) => self.report(path, "the type of the result does not say this"),
            (None, Some(said)) => {
                self.report(path, format!("this is missing, the type of the result says {}", shown(said)));
            }
            (Some(found), Some(said)) => {
                let message =
                    format!("this is {}, the type of the result says {}", shown(found), shown(said));
                self.report(path, message);
            }
            (None, None) => {}
        }
    }
}

/// `"integer"` in backquotes, or what kind of thing it is where that is long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match value {
        _ if text.len() <= LONGEST => format!("`{text}`"),
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        _ => "another text".to_owned(),
    }
}
