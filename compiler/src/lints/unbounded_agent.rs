//! Agents that may work for ever.

use super::settings::setting;
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::Item;
use flow_grammar::tree::DoerDecl;

/// An agent without a bound of its own.
pub const UNBOUNDED_AGENT: Code = Code("W0208");

/// The settings that bound a call.
const BOUNDS: [&str; 3] = ["timeout", "turns", "cost"];

pub(super) fn check(db: &dyn Db, item: Item<'_>, decl: &DoerDecl) -> Option<Diagnostic> {
    if decl.name.text.is_empty() || BOUNDS.iter().any(|key| setting(decl, key).is_some()) {
        return None;
    }
    let name = &decl.name.text;
    let found = format!("nothing bounds a call of `{name}`");
    Some(
        Diagnostic::new(UNBOUNDED_AGENT, found, item.place(db, decl.name.span))
            .note("an agent that hangs, or never finds an end, holds up all that waits for it")
            .help("give it a `timeout: 15m`, `turns` or a `cost`"),
    )
}
