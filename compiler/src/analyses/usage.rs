//! What is never used, and what is never reached.

use super::handoffs::leaves;
use super::messages as say;
use crate::diagnostics::Diagnostic;
use crate::lints::Look;
use crate::types::base::Base;
use crate::types::body::{Body, Local, LocalId, LocalKind, Ref};
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_block, walk_expr, walk_item, walk_stmt};
use flow_grammar::tree::{Block, Expr, ExprId, ExprKind, Item, ItemKind, Stmt, StmtKind, TemplatePart};
use rustc_hash::FxHashMap;

/// What of an item is never used or reached.
pub(super) fn check(base: &Base, item: &Item, body: &Body, found: &mut Vec<Diagnostic>) {
    let look = Look { base, body, is_deferred: false };
    let mut walk =
        Walk { look, found, written: Vec::new(), variables: FxHashMap::default(), told: Vec::new() };
    if matches!(item.kind, ItemKind::Fn(_) | ItemKind::Flow(_) | ItemKind::Test(_)) {
        walk_item(&mut walk, item);
    }
    if body.locals.is_empty() {
        return;
    }
    let (mut written, variables, told) = (walk.written, walk.variables, walk.told);
    written.sort_unstable();
    // The parameters of a declaration with settings are looked for with its prompt files.
    let settings_own_params = matches!(item.kind, ItemKind::Doer(_));
    let mut uses = vec![Use::default(); body.locals.len()];
    let mut mark = |id: LocalId, how: fn(&mut Use)| {
        usize::try_from(id.0).ok().and_then(|at| uses.get_mut(at)).map(how);
    };
    for (id, to) in body.refs.iter() {
        match to {
            Ref::Local(local) if written.binary_search(&id).is_ok() => mark(*local, |it| it.assigned = true),
            Ref::Local(local) => mark(*local, |it| it.read = true),
            _ => {}
        }
    }
    for local in body.binds.values().chain(body.binders.values()) {
        mark(*local, |it| it.live = true);
    }
    for (variable, uses) in body.locals.iter().zip(uses) {
        if variable.kind == LocalKind::Var
            && uses.read
            && !uses.assigned
            && let Some(keyword) = variables.get(&variable.span)
        {
            found.push(say::unchanged_variable(base.at(variable.span), base.at(*keyword), &variable.name));
        }
        let skipped = variable.name.starts_with('_') || uses.read || !uses.live;
        if skipped
            || told.contains(&variable.span)
            || (settings_own_params && variable.kind == LocalKind::Param)
        {
            continue;
        }
        let unused = unused(base, variable, uses.assigned);
        found.extend(unused.map(|found| match plain_hole(item, &variable.name) {
            Some((span, text)) => say::in_plain_text(found, base.at(span), &text, &variable.name),
            None => found,
        }));
    }
}

/// The string that has `$name` or `{name}` outside of its holes, and what of both.
fn plain_hole(item: &Item, name: &str) -> Option<(Span, String)> {
    struct Finder<'w> {
        wanted: [String; 2],
        name: &'w str,
        found: Option<(Span, String)>,
    }
    impl Visit for Finder<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Str(template) = &expr.kind {
                for part in &template.parts {
                    let TemplatePart::Text(text, span) = part else { continue };
                    let wanted = self.wanted.iter().find(|wanted| {
                        let end = text.find(wanted.as_str()).map(|at| at + wanted.len());
                        let is_whole = |end: usize| {
                            !text[end..].starts_with(|next: char| next == '_' || next.is_alphanumeric())
                        };
                        end.is_some_and(|end| wanted.len() > self.name.len() + 1 || is_whole(end))
                    });
                    if let (None, Some(wanted)) = (&self.found, wanted) {
                        self.found = Some((*span, wanted.clone()));
                    }
                }
            }
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder { wanted: [format!("${name}"), format!("{{{name}}}")], name, found: None };
    walk_item(&mut finder, item);
    finder.found
}

/// What is done with a local.
#[derive(Clone, Copy, Default)]
struct Use {
    read: bool,
    assigned: bool,
    /// Whether a place of the tree declares it.
    live: bool,
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

/// Collects the names that are only written, tells what is never reached, and looks at each expression.
struct Walk<'a> {
    look: Look<'a>,
    found: &'a mut Vec<Diagnostic>,
    written: Vec<ExprId>,
    /// The `var` of each variable, by the place of its name.
    variables: FxHashMap<Span, Span>,
    /// The names of failures that are not looked at, where that was told.
    told: Vec<Span>,
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
        let found = self.found.len();
        self.look.expr(expr, self.found);
        if let ExprKind::Catch { binder: Some(name), .. } = &expr.kind
            && self.found.len() > found
        {
            self.told.push(name.span);
        }
        walk_expr(self, expr);
    }
}
