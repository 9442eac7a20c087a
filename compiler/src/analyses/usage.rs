//! What is never used, and what is never reached.

use super::handoffs::leaves;
use super::messages as say;
use crate::diagnostics::Diagnostic;
use crate::lints::Look;
use crate::types::base::Base;
use crate::types::body::{Body, Local, LocalId, LocalKind, Ref};
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_block, walk_expr, walk_item, walk_stmt};
use flow_grammar::tree::{Block, Expr, ExprId, Item, ItemKind, Stmt, StmtKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// What of an item is never used or reached.
pub(super) fn check(base: &Base, item: &Item, body: &Body, found: &mut Vec<Diagnostic>) {
    let look = Look { base, body, is_deferred: false };
    let mut walk = Walk { look, found, written: Vec::new(), variables: FxHashMap::default() };
    if matches!(item.kind, ItemKind::Fn(_) | ItemKind::Flow(_) | ItemKind::Test(_)) {
        walk_item(&mut walk, item);
    }
    let (written, variables) = (walk.written, walk.variables);
    let written: FxHashSet<ExprId> = written.into_iter().collect();
    // The parameters of a declaration with settings are looked for with its prompt files.
    let settings_own_params = matches!(item.kind, ItemKind::Doer(_));
    let read: FxHashSet<LocalId> =
        body.refs.iter().filter_map(|(id, to)| local(to).filter(|_| !written.contains(&id))).collect();
    let assigned: FxHashSet<LocalId> = written.iter().filter_map(|id| local(body.refs.get(*id)?)).collect();
    let live: FxHashSet<LocalId> = body.binds.values().chain(body.binders.values()).copied().collect();
    for (index, variable) in body.locals.iter().enumerate() {
        let Ok(index) = u32::try_from(index) else { continue };
        let id = LocalId(index);
        if variable.kind == LocalKind::Var
            && read.contains(&id)
            && !assigned.contains(&id)
            && let Some(keyword) = variables.get(&variable.span)
        {
            found.push(say::unchanged_variable(base.at(variable.span), base.at(*keyword), &variable.name));
        }
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

/// `var`
const VAR_LENGTH: u32 = 3;

const fn local(reference: &Ref) -> Option<LocalId> {
    match reference {
        Ref::Local(id) => Some(*id),
        _ => None,
    }
}

/// Collects the names that are only written, tells what is never reached, and looks at each expression.
struct Walk<'a> {
    look: Look<'a>,
    found: &'a mut Vec<Diagnostic>,
    written: Vec<ExprId>,
    /// The `var` of each variable, by the place of its name.
    variables: FxHashMap<Span, Span>,
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
                let base = self.look.base;
                self.found.push(say::unreachable(base.at(stmt.span), base.at(left.span)));
                break;
            }
            if leaves(stmt, self.look.body) {
                left = Some(stmt);
            }
        }
        walk_block(self, block);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Assign { target, .. } | StmtKind::AddAssign { target, .. } = &stmt.kind {
            self.written.push(target.root().id);
        }
        if let StmtKind::Var { name, .. } = &stmt.kind {
            let start = stmt.span.start;
            self.variables.insert(name.span, Span::new(start, start + VAR_LENGTH));
        }
        let was_deferred = self.look.is_deferred;
        self.look.is_deferred |= matches!(stmt.kind, StmtKind::Defer(_));
        walk_stmt(self, stmt);
        self.look.is_deferred = was_deferred;
    }

    fn expr(&mut self, expr: &Expr) {
        self.look.expr(expr, self.found);
        walk_expr(self, expr);
    }
}
