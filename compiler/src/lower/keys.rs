//! Stable keys: made from names, never from positions, so that editing a comment, a prompt or another flow changes none.

use flow_ir::Name;
use rustc_hash::FxHashMap;

/// Gives out keys within nested scopes.
#[derive(Default)]
pub(super) struct Keys {
    /// For each scope around, how often each name was used in it.
    scopes: Vec<FxHashMap<Name, u32>>,
}

impl Keys {
    /// Enters a scope.
    pub(super) fn enter(&mut self) {
        self.scopes.push(FxHashMap::default());
    }

    /// Leaves the innermost scope.
    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// The key of the next node called `name` in the innermost scope: `name`, then `name~2`, `name~3`.
    pub(super) fn key(&mut self, name: &str) -> Name {
        let Some(used) = self.scopes.last_mut() else { return name.into() };
        let uses = used.entry(name.into()).or_insert(0);
        *uses += 1;
        if *uses == 1 { name.into() } else { format!("{name}~{uses}").into() }
    }
}
