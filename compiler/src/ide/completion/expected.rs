//! Which type is wanted at the cursor, and what stands in front of its dot.

use crate::db::Db;
use crate::ide::running;
use crate::syntax::Item;
use crate::types::body::{Body, Ref};
use crate::types::decl::{endpoint, shape, signature};
use crate::types::infer::check_body;
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_stmt};
use flow_grammar::tree::{Arg, BinaryOp, Expr, ExprId, ExprKind, ItemKind, Stmt, StmtKind};
use smol_str::SmolStr;
use std::sync::Arc;

/// What the checker knows of the cursor's surroundings.
#[derive(Clone, Debug, Default)]
pub(super) struct Expected {
    /// The type that is wanted.
    pub(super) ty: Option<Ty>,
    /// The type whose patterns may stand there.
    pub(super) scrutinee: Option<Ty>,
    /// The expression in front of the dot before the cursor.
    pub(super) base: Option<ExprId>,
    /// Whether the cursor stands between the braces behind that dot.
    pub(super) in_braces: bool,
    /// The labels that the call around the cursor still takes, with their types.
    pub(super) labels: Vec<(SmolStr, Ty)>,
    /// What the call in front of the `with` before the cursor calls.
    pub(super) callee: Option<ExprId>,
}

/// Asks what is wanted at a byte of an item.
pub(super) fn expected(db: &dyn Db, item: Item<'_>, offset: u32) -> Expected {
    let body = check_body(db, item);
    let mut finder =
        Finder { db, item, body, offset: behind_sign(db, item, offset), found: Expected::default() };
    walk_item(&mut finder, item.tree(db));
    let found = &finder.found;
    if found.ty.is_none() && found.base.is_none() && found.scrutinee.is_none() && found.callee.is_none() {
        finder.found.ty = result_at(db, item, offset);
    }
    finder.found
}

/// Where `let x: T = ` and `return ` end, if only blanks stand between that and the cursor: the tree ends there, too.
fn behind_sign(db: &dyn Db, item: Item<'_>, offset: u32) -> u32 {
    let before = item.file(db).text(db).get(Span::new(0, offset).shifted(item.start(db)).range());
    let before = before.unwrap_or_default();
    let trimmed = before.trim_end_matches([' ', '\t']);
    let is_sign = trimmed.ends_with(" =") || trimmed.ends_with("return");
    let blanks = u32::try_from(before.len() - trimmed.len()).unwrap_or_default();
    if is_sign { offset - blanks } else { offset }
}

/// What the body of a function or flow yields, where the cursor is behind its last statement.
fn result_at(db: &dyn Db, item: Item<'_>, offset: u32) -> Option<Ty> {
    let body = match item.kind(db) {
        ItemKind::Fn(decl) => &decl.body,
        ItemKind::Flow(decl) => &decl.body,
        _ => return None,
    };
    let is_last = body.stmts.last().is_none_or(|last| match &last.kind {
        StmtKind::Expr(expr) if matches!(expr.kind, ExprKind::Lower(_) | ExprKind::Upper(_)) => {
            last.span.start <= offset
        }
        _ => last.span.end < offset,
    });
    let has_stages = body.stmts.iter().any(|stmt| matches!(stmt.kind, StmtKind::Stage(_)));
    if !is_last || has_stages || body.span.start >= offset {
        return None;
    }
    let result = signature(db, item.key(db))?.result.clone();
    (result != Ty::None).then_some(result)
}

struct Finder<'db> {
    db: &'db dyn Db,
    item: Item<'db>,
    body: Arc<Body>,
    offset: u32,
    found: Expected,
}

impl Finder<'_> {
    /// What the parameter or field at the cursor takes.
    fn argument(&mut self, args: &[Arg], params: Vec<(SmolStr, Ty)>) {
        let before = args.iter().filter(|arg| arg.value.span.end < self.offset).count();
        let current = args.iter().find(|arg| {
            arg.value.span.touches(self.offset)
                || arg.label.as_ref().is_some_and(|it| it.span.touches(self.offset))
        });
        let label = current.and_then(|arg| arg.label.as_ref());
        self.found.ty = match label {
            Some(label) => params.iter().find(|(name, _)| *name == label.text).map(|(_, ty)| ty.clone()),
            None => params.get(before).map(|(_, ty)| ty.clone()),
        };
        let given = |name: &SmolStr| {
            args.iter().filter_map(|arg| arg.label.as_ref()).any(|label| label.text == *name)
        };
        let positional =
            args.iter().filter(|arg| arg.label.is_none() && arg.value.span.end < self.offset).count();
        self.found.labels = match label {
            Some(_) => Vec::new(),
            None => params.into_iter().skip(positional).filter(|(name, _)| !given(name)).collect(),
        };
    }

    fn params_of(&self, call: &Expr, callee: &Expr) -> Vec<(SmolStr, Ty)> {
        let db = self.db;
        let fields = |ty: &Ty, variant: Option<&str>| {
            let shape = shape(db, ty)?;
            let fields = match variant {
                Some(name) => shape.variant(name)?.fields.clone(),
                None => shape.fields()?.to_vec(),
            };
            Some(fields.into_iter().map(|field| (field.name, field.ty)).collect())
        };
        match self.body.refs.get(callee.id) {
            Some(Ref::Item(key)) => match signature(db, key.clone()) {
                Some(known) => {
                    known.params.iter().map(|param| (param.name.clone(), param.ty.clone())).collect()
                }
                None => Vec::new(),
            },
            Some(Ref::Endpoint(name)) => {
                let running = match &callee.kind {
                    ExprKind::Field { base, .. } => running(db, self.body.expr(base.id)),
                    _ => Some((self.item.key(db), TyArgs::default())),
                };
                let known = running.and_then(|(key, args)| endpoint(db, &key, &args, name));
                known.map(|it| it.params).into_iter().flatten().map(|it| (it.name, it.ty)).collect()
            }
            Some(Ref::Type(_)) => fields(self.body.expr(call.id), None).unwrap_or_default(),
            Some(Ref::Variant { ty, variant }) => fields(ty, Some(variant)).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn stage_params(&self, stage: &str) -> Vec<(SmolStr, Ty)> {
        let ItemKind::Flow(decl) = self.item.kind(self.db) else { return Vec::new() };
        let declared = decl.body.stmts.iter().find_map(|stmt| match &stmt.kind {
            StmtKind::Stage(it) if it.name.text == stage => Some(it),
            _ => None,
        });
        let params = declared.map(|stage| stage.params.as_slice()).unwrap_or_default();
        params
            .iter()
            .filter_map(|param| {
                let local = self.body.binders.get(&param.name.span)?;
                Some((param.name.text.clone(), self.body.locals.get(local.0 as usize)?.ty.clone()))
            })
            .collect()
    }

    fn inside(&self, span: Span) -> bool {
        span.start < self.offset && self.offset <= span.end
    }
}

impl Visit for Finder<'_> {
    fn expr(&mut self, expr: &Expr) {
        if !expr.span.touches(self.offset) {
            return;
        }
        match &expr.kind {
            ExprKind::Field { base, name, .. } if name.span.touches(self.offset) => {
                self.found.base = Some(base.id)
            }
            ExprKind::Select { base, .. } if self.offset > base.span.end => {
                self.found.base = Some(base.id);
                self.found.in_braces = true;
            }
            ExprKind::Call { callee, args, args_span } if self.inside(*args_span) => {
                let params = self.params_of(expr, callee);
                self.argument(args, params);
            }
            ExprKind::Handoff { stage, args, args_span } if self.inside(*args_span) => {
                let params = self.stage_params(&stage.text);
                self.argument(args, params);
            }
            ExprKind::Match { scrutinee, .. } => {
                self.found.scrutinee = Some(self.body.expr(scrutinee.id).clone());
                self.found.ty = None;
            }
            ExprKind::Is { value, .. } => self.found.scrutinee = Some(self.body.expr(value.id).clone()),
            ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right, .. }
                if right.span.touches(self.offset) =>
            {
                self.found.ty = Some(self.body.expr(left.id).clone());
            }
            ExprKind::Return(_) => {
                let known = signature(self.db, self.item.key(self.db));
                self.found.ty = known.map(|known| known.result.clone());
            }
            ExprKind::With { base, settings } => {
                if let ExprKind::Call { callee, .. } = &base.kind
                    && (settings.is_empty() || self.offset > base.span.end)
                {
                    self.found.callee = Some(callee.id);
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if !stmt.span.touches(self.offset) {
            return;
        }
        self.found.ty = None;
        self.found.labels.clear();
        if let StmtKind::Let { pattern, ty: Some(_), .. } = &stmt.kind
            && let Some(local) = self.body.binds.get(&pattern.id)
        {
            self.found.ty = self.body.locals.get(local.0 as usize).map(|local| local.ty.clone());
        }
        walk_stmt(self, stmt);
    }
}
