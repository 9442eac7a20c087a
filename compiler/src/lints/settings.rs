//! Lints of agents and commands: what their settings say, and what they leave out.

use super::{is_on, needless_shell, restated_contract, unbounded_agent};
use crate::db::Db;
use crate::diagnostics::Diagnostic;
use crate::syntax::Item;
use flow_grammar::tree::{DoerDecl, DoerKind, Expr, ItemKind};

/// What lints find of an agent or a command.
pub(crate) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let ItemKind::Doer(decl) = item.kind(db) else { return found };
    match decl.kind {
        DoerKind::Agent => {
            restated_contract::check(db, item, decl, &mut found);
            if is_on(db, item.file(db), unbounded_agent::UNBOUNDED_AGENT) {
                found.extend(unbounded_agent::check(db, item, decl));
            }
        }
        DoerKind::Command => found.extend(needless_shell::check(db, item, decl)),
        DoerKind::Human => {}
    }
    found
}

/// The value of a setting.
pub(super) fn setting<'d>(decl: &'d DoerDecl, key: &str) -> Option<&'d Expr> {
    decl.settings.iter().find(|setting| setting.name.text == key).map(|setting| &*setting.value)
}
