//! What is never used, and what is never reached.

use super::handoffs::leaves;
use super::messages as say;
use crate::diagnostics::Diagnostic;
use crate::types::base::Base;
use crate::types::body::{Body, Local, LocalId, LocalKind, Ref};
use flow_grammar::tree::visit::{Visit, walk_block, walk_item, walk_stmt};
use flow_grammar::tree::{Block, Expr, ExprId, ExprKind, Item, ItemKind, Stmt, StmtKind};
use rustc_hash::FxHashSet;

/// What of an item is never used or reached.
pub(super) fn check(base: &Base, item: &Item, body: &Body, found: &mut Vec<Diagnostic>) {
    let mut walk = Walk { base, body, found, written: Vec::new() };
    if matches!(item.kind, ItemKind::Fn(_) | ItemKind::Flow(_) | ItemKind::Test(_)) {
        walk_item(&mut walk, item);
    }
    let written: FxHashSet<ExprId> = walk.written.into_iter().collect();
    // The parameters of a declaration with settings are looked for with its prompt files.
    let settings_own_params = matches!(item.kind, ItemKind::Doer(_));
    let read: FxHashSet<LocalId> =
        body.refs.iter().filter_map(|(id, to)| local(to).filter(|_| !written.contains(id))).collect();
    let assigned: FxHashSet<LocalId> = written.iter().filter_map(|id| local(body.refs.get(id)?)).collect();
    let live: FxHashSet<LocalId> = body.binds.values().chain(body.binders.values()).copied().collect();
    for (index, variable) in body.locals.iter().enumerate() {
        let Ok(index) = u32::try_from(index) else { continue };
        let id = LocalId(index);
        let skipped = variable.name.starts_with('_') || read.contains(&id) || !live.contains(&id);
        if skipped || (settings_own_params && variable.kind == LocalKind::Param) {
            continue;
        }
        found.extend(unused(base, variable, assigned.contains(&id)));
    }
}

fn unused(base: &Base, variable: &Local, assigned: bool) -> Option<Diagnostic> {
    let place = base.at(variable.span);
    match variable.kind {
        LocalKind::It => None,
        LocalKind::Param => Some(say::unused_param(place, &variable.name)),
        LocalKind::Var if assigned => Some(say::never_read(place, &variable.name)),
        LocalKind::Let | LocalKind::Var => Some(say::unused_binding(place, &variable.name)),
    }
}

const fn local(reference: &Ref) -> Option<LocalId> {
    match reference {
        Ref::Local(id) => Some(*id),
        _ => None,
    }
}

/// Collects the names that are only written, and tells what is never reached.
struct Walk<'a> {
    base: &'a Base,
    body: &'a Body,
    found: &'a mut Vec<Diagnostic>,
    written: Vec<ExprId>,
}

impl Visit for Walk<'_> {
    fn block(&mut self, block: &Block) {
        let mut left: Option<&Stmt> = None;
        for stmt in &block.stmts {
            // A stage is declared, not reached one statement after another.
            if matches!(stmt.kind, StmtKind::Stage(_)) {
                continue;
            }
            if let Some(left) = left {
                self.found.push(say::unreachable(self.base.at(stmt.span), self.base.at(left.span)));
                break;
            }
            if leaves(stmt, self.body) {
                left = Some(stmt);
            }
        }
        walk_block(self, block);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Assign { target, .. } | StmtKind::AddAssign { target, .. } = &stmt.kind {
            self.written.push(root(target).id);
        }
        walk_stmt(self, stmt);
    }
}

/// The variable that a target lies in.
fn root(target: &Expr) -> &Expr {
    match &target.kind {
        ExprKind::Index { base, .. } | ExprKind::Field { base, .. } => root(base),
        ExprKind::Paren(inner) => root(inner),
        _ => target,
    }
}
