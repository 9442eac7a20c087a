//! A walk over a tree: implement [`Visit`] for the nodes that matter, and call the `walk_…` function of a node to go on
//! to what is in it. Nodes are visited in the order of the text.

use super::*;

/// What to do at each node. By default, to go on.
pub trait Visit {
    /// An expression.
    fn expr(&mut self, expr: &Expr) {
        walk_expr(self, expr);
    }

    /// A pattern.
    fn pattern(&mut self, pattern: &Pattern) {
        walk_pattern(self, pattern);
    }

    /// A written type.
    fn ty(&mut self, ty: &TypeExpr) {
        walk_ty(self, ty);
    }

    /// A statement.
    fn stmt(&mut self, stmt: &Stmt) {
        walk_stmt(self, stmt);
    }

    /// A block.
    fn block(&mut self, block: &Block) {
        walk_block(self, block);
    }

    /// An arm of a `match`.
    fn arm(&mut self, arm: &Arm) {
        walk_arm(self, arm);
    }

    /// A setting of a declaration or behind `with`.
    fn setting(&mut self, setting: &Setting) {
        self.expr(&setting.value);
    }

    /// A parameter.
    fn param(&mut self, param: &Param) {
        walk_attrs(self, &param.attrs);
        self.ty(&param.ty);
        walk_option(self, param.default.as_deref());
    }

    /// A field of a record or a variant.
    fn field(&mut self, field: &Field) {
        walk_attrs(self, &field.attrs);
        self.ty(&field.ty);
        walk_option(self, field.predicate.as_deref());
        walk_option(self, field.default.as_deref());
    }
}

/// Visits what is in an item.
pub fn walk_item<V: Visit + ?Sized>(visit: &mut V, item: &Item) {
    walk_attrs(visit, &item.attrs);
    match &item.kind {
        ItemKind::Import(_) | ItemKind::Secret(_) | ItemKind::Error => {}
        ItemKind::Type(decl) => match &decl.body {
            TypeBody::Record(fields) => fields.iter().for_each(|field| visit.field(field)),
            TypeBody::Alts { alts, predicate } => {
                for alt in alts {
                    match &alt.kind {
                        AltKind::Variant { fields, .. } => fields.iter().for_each(|field| visit.field(field)),
                        AltKind::Type(ty) => visit.ty(ty),
                    }
                }
                walk_option(visit, predicate.as_deref());
            }
        },
        ItemKind::Doer(decl) => {
            walk_signature(visit, &decl.params, decl.result.as_deref());
            decl.settings.iter().for_each(|setting| visit.setting(setting));
        }
        ItemKind::Fn(decl) => {
            walk_signature(visit, &decl.params, decl.result.as_deref());
            visit.block(&decl.body);
        }
        ItemKind::Flow(decl) => {
            walk_signature(visit, &decl.params, decl.result.as_deref());
            decl.emits.iter().for_each(|ty| visit.ty(ty));
            visit.block(&decl.body);
        }
        ItemKind::Test(decl) => {
            walk_template(visit, &decl.name);
            visit.block(&decl.body);
        }
        ItemKind::Const(decl) => {
            decl.ty.iter().for_each(|ty| visit.ty(ty));
            visit.expr(&decl.value);
        }
    }
}

/// Visits what is in an expression.
pub fn walk_expr<V: Visit + ?Sized>(visit: &mut V, expr: &Expr) {
    match &expr.kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Duration(_)
        | ExprKind::Money(_)
        | ExprKind::Lower(_)
        | ExprKind::Upper(_)
        | ExprKind::Continue
        | ExprKind::Error => {}
        ExprKind::Str(template) => walk_template(visit, template),
        ExprKind::List(items) => items.iter().for_each(|item| visit.expr(item)),
        ExprKind::Map(entries) => {
            for (key, value) in entries {
                visit.expr(key);
                visit.expr(value);
            }
        }
        ExprKind::Paren(inner)
        | ExprKind::Fail(inner)
        | ExprKind::Blocked(inner)
        | ExprKind::Closure { body: inner, .. }
        | ExprKind::Unary { operand: inner, .. }
        | ExprKind::Field { base: inner, .. }
        | ExprKind::Select { base: inner, .. } => visit.expr(inner),
        ExprKind::Call { callee, args, .. } => {
            visit.expr(callee);
            walk_args(visit, args);
        }
        ExprKind::Index { base, index } => {
            visit.expr(base);
            visit.expr(index);
        }
        ExprKind::With { base, settings } => {
            visit.expr(base);
            settings.iter().for_each(|setting| visit.setting(setting));
        }
        ExprKind::Binary { left, right, .. } => {
            visit.expr(left);
            visit.expr(right);
        }
        ExprKind::Is { value, pattern } => {
            visit.expr(value);
            visit.pattern(pattern);
        }
        ExprKind::Catch { body, handler, .. } => {
            visit.expr(body);
            visit.block(handler);
        }
        ExprKind::Block(block) => visit.block(block),
        ExprKind::If { condition, then, otherwise } => {
            visit.expr(condition);
            visit.block(then);
            walk_option(visit, otherwise.as_deref());
        }
        ExprKind::Match { scrutinee, arms } => {
            visit.expr(scrutinee);
            arms.iter().for_each(|arm| visit.arm(arm));
        }
        ExprKind::Loop { max, body, otherwise } => {
            walk_option(visit, max.as_deref());
            visit.block(body);
            otherwise.iter().for_each(|block| visit.block(block));
        }
        ExprKind::For { pattern, iterable, max, body, .. } => {
            visit.pattern(pattern);
            visit.expr(iterable);
            walk_option(visit, max.as_deref());
            visit.block(body);
        }
        ExprKind::Parallel(branches) => branches.iter().for_each(|branch| visit.expr(&branch.body)),
        ExprKind::Race(arms) => {
            for arm in arms {
                visit.pattern(&arm.pattern);
                visit.expr(&arm.value);
                visit.expr(&arm.body);
            }
        }
        ExprKind::Return(value) | ExprKind::Done(value) | ExprKind::Break(value) => {
            walk_option(visit, value.as_deref());
        }
        ExprKind::Handoff { args, .. } => walk_args(visit, args),
    }
}

/// Visits what is in a pattern.
pub fn walk_pattern<V: Visit + ?Sized>(visit: &mut V, pattern: &Pattern) {
    match &pattern.kind {
        PatternKind::Str(template) => walk_template(visit, template),
        PatternKind::Variant { fields: Some(fields), .. } | PatternKind::Record(fields) => {
            for field in fields {
                match field {
                    PatternField::Short(_, pattern) | PatternField::Named(_, pattern) => {
                        visit.pattern(pattern)
                    }
                    PatternField::Rest(_) => {}
                }
            }
        }
        PatternKind::Or(patterns) => patterns.iter().for_each(|pattern| visit.pattern(pattern)),
        PatternKind::Wildcard
        | PatternKind::Bind(_)
        | PatternKind::Int(_)
        | PatternKind::Bool(_)
        | PatternKind::None
        | PatternKind::Variant { fields: None, .. }
        | PatternKind::Error => {}
    }
}

/// Visits what is in a type.
pub fn walk_ty<V: Visit + ?Sized>(visit: &mut V, ty: &TypeExpr) {
    match &ty.kind {
        TypeExprKind::Option(inner) | TypeExprKind::List(inner) => visit.ty(inner),
        TypeExprKind::Map(key, value) => {
            visit.ty(key);
            visit.ty(value);
        }
        TypeExprKind::Named { args, .. } | TypeExprKind::Qualified { args, .. } => {
            args.iter().for_each(|arg| visit.ty(arg));
        }
        TypeExprKind::Builtin { args, .. } => args.iter().for_each(|args| walk_args(visit, args)),
        TypeExprKind::Error => {}
    }
}

/// Visits what is in a statement.
pub fn walk_stmt<V: Visit + ?Sized>(visit: &mut V, stmt: &Stmt) {
    match &stmt.kind {
        StmtKind::Let { pattern, ty, value } => {
            visit.pattern(pattern);
            ty.iter().for_each(|ty| visit.ty(ty));
            visit.expr(value);
        }
        StmtKind::Var { ty, value, .. } => {
            ty.iter().for_each(|ty| visit.ty(ty));
            visit.expr(value);
        }
        StmtKind::Assign { target, value } | StmtKind::AddAssign { target, value } => {
            visit.expr(target);
            visit.expr(value);
        }
        StmtKind::Expr(value)
        | StmtKind::Emit(value)
        | StmtKind::Expect(value)
        | StmtKind::Stub { value, .. } => {
            visit.expr(value);
        }
        StmtKind::Require { condition, message } => {
            visit.expr(condition);
            visit.expr(message);
        }
        StmtKind::Defer(block) => visit.block(block),
        StmtKind::Stage(stage) => {
            walk_signature(visit, &stage.params, None);
            walk_option(visit, stage.max.as_deref());
            visit.block(&stage.body);
        }
        StmtKind::Expose(expose) => {
            walk_signature(visit, &expose.params, expose.result.as_deref());
            visit.block(&expose.body);
        }
        StmtKind::Error => {}
    }
}

/// Visits what is in a block.
pub fn walk_block<V: Visit + ?Sized>(visit: &mut V, block: &Block) {
    block.stmts.iter().for_each(|stmt| visit.stmt(stmt));
}

/// Visits what is in an arm.
pub fn walk_arm<V: Visit + ?Sized>(visit: &mut V, arm: &Arm) {
    visit.pattern(&arm.pattern);
    walk_option(visit, arm.guard.as_deref());
    visit.expr(&arm.body);
}

/// Visits the holes of a string.
pub fn walk_template<V: Visit + ?Sized>(visit: &mut V, template: &Template) {
    for part in &template.parts {
        match part {
            TemplatePart::Text(..) => {}
            TemplatePart::Hole(hole) => visit.expr(hole),
        }
    }
}

/// Visits the values of arguments.
pub fn walk_args<V: Visit + ?Sized>(visit: &mut V, args: &[Arg]) {
    args.iter().for_each(|arg| visit.expr(&arg.value));
}

fn walk_attrs<V: Visit + ?Sized>(visit: &mut V, attrs: &[Attr]) {
    attrs.iter().filter_map(|attr| attr.args.as_deref()).for_each(|args| walk_args(visit, args));
}

fn walk_signature<V: Visit + ?Sized>(visit: &mut V, params: &[Param], result: Option<&TypeExpr>) {
    params.iter().for_each(|param| visit.param(param));
    result.into_iter().for_each(|ty| visit.ty(ty));
}

fn walk_option<V: Visit + ?Sized>(visit: &mut V, expr: Option<&Expr>) {
    expr.into_iter().for_each(|expr| visit.expr(expr));
}
