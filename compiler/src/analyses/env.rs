//! `env("TOKEN")` of what the project declares a secret: it would be a plain text, which is recorded and shown.

use super::messages;
use crate::db::Db;
use crate::diagnostics::Diagnostic;
use crate::resolve::{DefKind, modules};
use crate::syntax::{Item, Role, find_item, items};
use crate::types::body::{Body, Ref};
use crate::types::constant::{Value, value};
use crate::types::infer::check_body;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item};
use flow_grammar::tree::{Expr, ExprKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Tells each variable of the environment that an item reads, and that any module declares a secret.
pub(crate) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let has_effects = matches!(item.role(db), Role::Declares(DefKind::Flow | DefKind::Tool) | Role::Test);
    if !has_effects || secrets(db).is_empty() {
        return Vec::new();
    }
    let body = check_body(db, item);
    if !body.refs.values().any(|to| *to == Ref::Effect("env")) {
        return Vec::new();
    }
    let mut calls = Calls { db, item, body: &body, found: Vec::new() };
    walk_item(&mut calls, item.tree(db));
    calls.found
}

/// Finds the secrets, which every flow asks for.
pub(crate) fn prepare(db: &dyn Db) {
    secrets(db);
}

/// The secrets of all modules, by name.
#[salsa::tracked]
fn secrets(db: &dyn Db) -> FxHashMap<SmolStr, crate::diagnostics::ItemKey> {
    let all = modules(db).flat_map(|file| items(db, file));
    let declared = all.filter(|item| item.role(db) == Role::Declares(DefKind::Secret));
    declared.map(|item| (item.name(db).clone(), item.key(db))).collect()
}

struct Calls<'db> {
    db: &'db dyn Db,
    item: Item<'db>,
    body: &'db Body,
    found: Vec<Diagnostic>,
}

impl Visit for Calls<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Call { callee, args, .. } = &expr.kind
            && self.body.refs.get(callee.id) == Some(&Ref::Effect("env"))
            && let [name] = args.as_slice()
            && let Some(Value::Text(read)) = value(self.db, self.item.file(self.db), &name.value, None)
            && let Some(key) = secrets(self.db).get(read.as_str())
        {
            let found = messages::secret_read(self.item.place(self.db, expr.span), &read);
            let secret = find_item(self.db, key);
            let declared = secret.and_then(|it| Some(it.place(self.db, it.kind(self.db).name()?.span)));
            self.found.push(match declared {
                Some(place) => found.label(place, format!("`{read}` is a secret")),
                None => found,
            });
        }
        walk_expr(self, expr);
    }
}
