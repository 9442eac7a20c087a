//! The tables that tools read: bounds, handoffs, effects, steps. They say what the bodies say, or they are refused.

use super::Verifier;
use super::path::Path;
use crate::derived::Tables;
use crate::{Bounds, Effects, Flow, HandoffEdge, Most, Name, StepInfo};
use std::collections::BTreeMap;

/// A row of a table.
trait Row: PartialEq {
    /// Its members, in order; one that is left out is empty.
    fn members(&self) -> Vec<(&'static str, String)>;
    /// What it says, after "the row".
    fn says(&self) -> String;
    /// The place that it tells of.
    fn at(&self) -> u32;
}

impl Row for HandoffEdge {
    fn members(&self) -> Vec<(&'static str, String)> {
        vec![
            ("flow", self.flow.to_string()),
            ("from", self.from.to_string()),
            ("to", self.to.to_string()),
            ("param", self.param.as_deref().unwrap_or_default().to_owned()),
            ("type", self.ty.to_string()),
            ("at", self.at.to_string()),
        ]
    }

    fn says(&self) -> String {
        let Self { flow, from, to, ty, .. } = self;
        let param = self.param.as_ref().map(|param| format!(" as `{param}`")).unwrap_or_default();
        format!("that `{from}` hands `{ty}` to `{to}`{param} in `{flow}`")
    }

    fn at(&self) -> u32 {
        self.at
    }
}

impl Row for StepInfo {
    fn members(&self) -> Vec<(&'static str, String)> {
        vec![
            ("key", self.key.clone()),
            ("kind", self.kind.to_string()),
            ("target", self.target.to_string()),
            ("at", self.at.to_string()),
        ]
    }

    fn says(&self) -> String {
        format!("of the {} `{}` under the key `{}`", self.kind, self.target, self.key)
    }

    fn at(&self) -> u32 {
        self.at
    }
}

impl<'p> Verifier<'p> {
    /// Compares everything that follows from the bodies and types with what they say.
    pub(super) fn tables(&self, root: &Path<'_>) {
        let tables = Tables::of(self.program);
        self.schemas(root, &tables);
        self.of_flows(&root.key("flows"), &self.program.flows, &tables.flows);
        self.of_flows(&root.key("tests"), &self.program.tests, &tables.tests);
        self.rows(&root.key("handoffs"), &self.program.handoffs, &tables.handoffs);
    }

    fn of_flows(&self, path: &Path<'_>, flows: &'p BTreeMap<Name, Flow>, said: &[(Effects, Vec<StepInfo>)]) {
        for ((name, flow), (effects, steps)) in flows.iter().zip(said) {
            let path = path.key(name).standing(flow.frame.at);
            self.effects(&path.key("effects"), &flow.effects, effects);
            self.rows(&path.key("steps"), &flow.steps, steps);
        }
    }

    /// Reports where two tables part: a row that is missing, one too many, or one that says something else. What follows
    /// from it is not told.
    fn rows<R: Row>(&self, path: &Path<'_>, found: &[R], said: &[R]) {
        let index = found.iter().zip(said).take_while(|(found, said)| found == said).count();
        let here = path.index(index);
        let extra = |row: &R| self.report(&here, format!("the row {} is not what a body says", row.says()));
        let lacks = |row: &R| {
            self.report(&path.standing(row.at()), format!("the row {} is missing", row.says()));
        };
        match (found.get(index), said.get(index)) {
            (None, None) => {}
            (Some(row), None) => extra(row),
            (None, Some(row)) => lacks(row),
            (Some(row), next) if found.get(index + 1) == next => extra(row),
            (next, Some(row)) if said.get(index + 1) == next => lacks(row),
            (Some(found), Some(said)) => {
                let here = here.standing(said.at());
                let pairs = found.members().into_iter().zip(said.members());
                for ((member, found), (_, said)) in pairs.filter(|(found, said)| found != said) {
                    self.differs(&here.key(member), &found, &said);
                }
            }
        }
    }

    fn differs(&self, path: &Path<'_>, found: &str, said: &str) {
        let message = match (found, said) {
            ("", said) => format!("this is left out, the body says `{said}`"),
            (found, "") => format!("this is `{found}`, the body leaves it out"),
            (found, said) => format!("this is `{found}`, the body says `{said}`"),
        };
        self.report(path, message);
    }

    /// What a flow may do. The lists that say more than the bodies are sorted and without repetition.
    fn effects(&self, path: &Path<'_>, found: &'p Effects, said: &Effects) {
        self.list(&path.key("agents"), &found.agents, &said.agents);
        self.list(&path.key("humans"), &found.humans, &said.humans);
        self.list(&path.key("builtins"), &found.builtins, &said.builtins);
        self.list(&path.key("providers"), &found.providers, &said.providers);
        self.list(&path.key("secrets"), &found.secrets, &said.secrets);
        self.list(&path.key("programs"), &found.programs, &said.programs);
        self.sorted(&path.key("tools"), &found.tools);
        self.sorted(&path.key("network"), &found.network);
        self.sorted(&path.key("reads"), &found.reads);
        self.sorted(&path.key("writes"), &found.writes);
    }

    fn list<T: Eq + AsRef<str>>(&self, path: &Path<'_>, found: &[T], said: &[T]) {
        if let Some(index) = found.iter().position(|name| !said.contains(name)) {
            let name = found.get(index).map(AsRef::as_ref).unwrap_or_default();
            self.report(&path.index(index), format!("no body uses `{name}`"));
        } else if let Some(lacks) = said.iter().find(|name| !found.contains(name)) {
            self.report(path, format!("`{}` is missing", lacks.as_ref()));
        } else if found != said {
            self.report(path, "the names are out of order or there twice");
        }
    }

    /// Reports names that are not sorted, or there twice.
    pub(super) fn sorted<T: Ord + AsRef<str>>(&self, path: &Path<'_>, names: &[T]) {
        for (index, pair) in names.windows(2).enumerate() {
            if let [before, name] = pair
                && before >= name
            {
                let message = format!("`{}` is out of order or there twice", name.as_ref());
                self.report(&path.index(index + 1), message);
            }
        }
    }

    pub(super) fn bounds(&self, path: &Path<'_>, bounds: &'p Bounds) {
        for (name, bound) in bounds.each() {
            let path = path.key(name);
            if bound.least < 0 {
                self.report(&path.key("least"), format!("{} is below 0", bound.least));
            }
            let path = path.key("most");
            match &bound.most {
                Most::Known(most) if *most < bound.least => {
                    self.report(&path, format!("the most is {most}, but the least is {}", bound.least));
                }
                Most::Known(_) | Most::Depends(_) => {}
                Most::Unknown(reasons) | Most::Unbounded(reasons) => {
                    for (index, reason) in reasons.iter().enumerate() {
                        self.span(&path.index(index), reason.at);
                    }
                }
            }
        }
    }
}
