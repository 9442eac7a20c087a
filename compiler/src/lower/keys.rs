//! Stable keys: made from names, never from positions, so that editing a comment, a prompt or another flow changes none.

use flow_ir::{Name, StepInfo};
use rustc_hash::FxHashMap;

/// Gives out keys within nested scopes and remembers every step.
#[derive(Default)]
pub(super) struct Keys {
    scopes: Vec<Scope>,
    steps: Vec<StepInfo>,
}

struct Scope {
    segment: String,
    used: FxHashMap<Name, u32>,
}

impl Keys {
    /// Enters a scope, whose name is already a key of the scope around it.
    pub(super) fn enter(&mut self, segment: &str) {
        self.scopes.push(Scope { segment: segment.to_owned(), used: FxHashMap::default() });
    }

    /// Leaves the innermost scope.
    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// The key of the next node called `name` in the innermost scope: `name`, then `name~2`, `name~3`.
    pub(super) fn key(&mut self, name: &str) -> Name {
        let Some(scope) = self.scopes.last_mut() else { return name.into() };
        let uses = scope.used.entry(name.into()).or_insert(0);
        *uses += 1;
        if *uses == 1 { name.into() } else { format!("{name}~{uses}").into() }
    }

    /// Notes a step with its whole static key.
    pub(super) fn step(&mut self, key: &str, kind: &str, target: &str, at: u32) {
        let mut path = String::new();
        for scope in &self.scopes {
            path.push_str(&scope.segment);
            path.push('/');
        }
        path.push_str(key);
        self.steps.push(StepInfo { key: path, kind: kind.into(), target: target.into(), at });
    }

    /// Every step, in source order.
    pub(super) fn finish(self) -> Vec<StepInfo> {
        self.steps
    }
}
