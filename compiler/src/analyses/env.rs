//! `env("TOKEN")` of what the project declares a secret: it would be a plain text, which is recorded and shown. A name that
//! only a run knows the runtime refuses, which is why a program says what its modules declare.

use super::messages;
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Diagnostic, ItemKey};
use crate::resolve::{DefKind, imported, modules};
use crate::syntax::{Item, Role, find_item, items};
use crate::types::body::{Body, LocalId, LocalKind, Ref};
use crate::types::constant::{Value, value};
use crate::types::infer::check_body;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_stmt};
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, Stmt, StmtKind, TemplatePart};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

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
    let mut calls = Calls { db, item, body: &body, texts: FxHashMap::default(), found: Vec::new() };
    walk_item(&mut calls, item.tree(db));
    calls.found
}

/// Finds the secrets, which every flow asks for.
pub(crate) fn prepare(db: &dyn Db) {
    secrets(db);
}

/// The secrets of all modules, by name.
#[salsa::tracked]
fn secrets(db: &dyn Db) -> FxHashMap<SmolStr, ItemKey> {
    modules(db)
        .flat_map(|file| declared(db, file))
        .map(|item| (item.name(db).clone(), item.key(db)))
        .collect()
}

/// The names of the secrets that a module declares, and those that it imports, and so on, in order.
pub(crate) fn declared_near(db: &dyn Db, file: SourceFile) -> Arc<[SmolStr]> {
    if secrets(db).is_empty() { Arc::default() } else { declared_by_imports(db, file) }
}

#[salsa::tracked(returns(clone))]
fn declared_by_imports(db: &dyn Db, file: SourceFile) -> Arc<[SmolStr]> {
    let (mut seen, mut open, mut found) = (FxHashSet::from_iter([file]), vec![file], BTreeSet::new());
    while let Some(file) = open.pop() {
        found.extend(declared(db, file).map(|item| item.name(db).clone()));
        open.extend(
            imported(db, file).iter().map(|(target, _)| *target).filter(|target| seen.insert(*target)),
        );
    }
    found.into_iter().collect()
}

fn declared<'db>(db: &'db dyn Db, file: SourceFile) -> impl Iterator<Item = Item<'db>> {
    items(db, file).iter().copied().filter(|item| item.role(db) == Role::Declares(DefKind::Secret))
}

struct Calls<'db> {
    db: &'db dyn Db,
    item: Item<'db>,
    body: &'db Body,
    /// The texts that variables stand for.
    texts: FxHashMap<LocalId, String>,
    found: Vec<Diagnostic>,
}

impl Visit for Calls<'_> {
    fn stmt(&mut self, stmt: &Stmt) {
        walk_stmt(self, stmt);
        if let StmtKind::Let { pattern, value, .. } = &stmt.kind
            && let Some(local) = self.body.binds.get(&pattern.id)
            && self.body.locals.get(local.0 as usize).is_some_and(|it| it.kind == LocalKind::Let)
            && let Some(text) = self.text(value)
        {
            self.texts.insert(*local, text);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Call { callee, args, .. } = &expr.kind
            && self.body.refs.get(callee.id) == Some(&Ref::Effect("env"))
            && let [name] = args.as_slice()
            && let Some(read) = self.text(&name.value)
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

impl Calls<'_> {
    /// The text that an expression is, as far as variables, constants and literals say it.
    fn text(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.text(inner),
            ExprKind::Lower(_) => match self.body.refs.get(expr.id)? {
                Ref::Local(local) => self.texts.get(local).cloned(),
                _ => None,
            },
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                Some(self.text(left)? + &self.text(right)?)
            }
            ExprKind::Str(template) => {
                let part = |part: &TemplatePart| match part {
                    TemplatePart::Text(text, _) => Some(text.clone()),
                    TemplatePart::Hole(hole) => self.text(hole),
                };
                template.parts.iter().map(part).collect()
            }
            _ => match value(self.db, self.item.file(self.db), expr, None)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
        }
    }
}
