//! The height of trees: how deep a walk by recursion will go. Each expression keeps its own, so that measuring one looks
//! at its direct children only.

use crate::tree::*;

/// The height of the highest expression right below.
pub(super) fn below(kind: &ExprKind) -> u16 {
    match kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Duration(_)
        | ExprKind::Money(_)
        | ExprKind::Lower(_)
        | ExprKind::Upper(_)
        | ExprKind::Continue
        | ExprKind::Error => 0,
        ExprKind::Str(value) => template(value),
        ExprKind::List(items) => highest(items, |item| item.depth),
        ExprKind::Map(entries) => highest(entries, |(key, value)| key.depth.max(value.depth)),
        ExprKind::Paren(inner)
        | ExprKind::Fail(inner)
        | ExprKind::Blocked(inner)
        | ExprKind::Closure { body: inner, .. }
        | ExprKind::Unary { operand: inner, .. }
        | ExprKind::Field { base: inner, .. }
        | ExprKind::Select { base: inner, .. } => inner.depth,
        ExprKind::Call { callee, args: list, .. } => callee.depth.max(args(list)),
        ExprKind::Index { base, index } => base.depth.max(index.depth),
        ExprKind::With { base, settings } => base.depth.max(highest(settings, |setting| setting.value.depth)),
        ExprKind::Binary { left, right, .. } => left.depth.max(right.depth),
        ExprKind::Is { value, pattern: tested } => value.depth.max(pattern(tested)),
        ExprKind::Catch { body, handler, .. } => body.depth.max(block(handler)),
        ExprKind::Block(inner) => block(inner),
        ExprKind::If { condition, then, otherwise } => {
            condition.depth.max(block(then)).max(boxed(otherwise.as_deref()))
        }
        ExprKind::Match { scrutinee, arms } => scrutinee.depth.max(highest(arms, |arm| {
            pattern(&arm.pattern).max(boxed(arm.guard.as_deref())).max(arm.body.depth)
        })),
        ExprKind::Loop { max, body, otherwise } => {
            boxed(max.as_deref()).max(block(body)).max(otherwise.as_deref().map_or(0, block))
        }
        ExprKind::For { pattern: bound, iterable, max, body, .. } => {
            pattern(bound).max(iterable.depth).max(boxed(max.as_deref())).max(block(body))
        }
        ExprKind::Parallel(branches) => highest(branches, |branch| branch.body.depth),
        ExprKind::Race(arms) => {
            highest(arms, |arm| pattern(&arm.pattern).max(arm.value.depth).max(arm.body.depth))
        }
        ExprKind::Return(value) | ExprKind::Done(value) | ExprKind::Break(value) => boxed(value.as_deref()),
        ExprKind::Handoff { args: list, .. } => args(list),
    }
}

fn highest<T>(items: &[T], height: impl Fn(&T) -> u16) -> u16 {
    items.iter().map(height).max().unwrap_or(0)
}

fn boxed(value: Option<&Expr>) -> u16 {
    value.map_or(0, |value| value.depth)
}

fn args(list: &[Arg]) -> u16 {
    highest(list, |arg| arg.value.depth)
}

fn template(value: &Template) -> u16 {
    highest(&value.parts, |part| match part {
        TemplatePart::Text(..) => 0,
        TemplatePart::Hole(hole) => hole.depth,
    })
}

// Blocks, types and patterns keep no height. Between two expressions they nest only in brackets, whose number is limited.

fn block(block: &Block) -> u16 {
    highest(&block.stmts, stmt)
}

fn stmt(stmt: &Stmt) -> u16 {
    let below = in_stmt(&stmt.kind);
    if stmt.attrs.is_empty() { below } else { below.max(attrs(&stmt.attrs)) }
}

fn in_stmt(kind: &StmtKind) -> u16 {
    match kind {
        StmtKind::Let { pattern: bound, ty: written, value } => {
            pattern(bound).max(opt_ty(written)).max(value.depth)
        }
        StmtKind::Var { ty: written, value, .. } => opt_ty(written).max(value.depth),
        StmtKind::Assign { target, value } | StmtKind::AddAssign { target, value } => {
            target.depth.max(value.depth)
        }
        StmtKind::Expr(value)
        | StmtKind::Emit(value)
        | StmtKind::Expect(value)
        | StmtKind::Stub { value, .. } => value.depth,
        StmtKind::Require { condition, message } => condition.depth.max(message.depth),
        // A block in a block without an expression between them counts too.
        StmtKind::Defer(body) => block(body) + 1,
        StmtKind::Stage(stage) => {
            params(&stage.params).max(boxed(stage.max.as_deref())).max(block(&stage.body)) + 1
        }
        StmtKind::Expose(expose) => {
            params(&expose.params).max(opt_ty(&expose.result)).max(block(&expose.body)) + 1
        }
        StmtKind::Error => 0,
    }
}

fn params(params: &[Param]) -> u16 {
    highest(params, |param| attrs(&param.attrs).max(ty(&param.ty)).max(boxed(param.default.as_deref())))
}

fn attrs(list: &[Attr]) -> u16 {
    highest(list, |attr| attr.args.as_deref().map_or(0, args))
}

fn opt_ty(written: &Option<Box<TypeExpr>>) -> u16 {
    written.as_deref().map_or(0, ty)
}

fn ty(written: &TypeExpr) -> u16 {
    match &written.kind {
        TypeExprKind::Option(inner) | TypeExprKind::List(inner) => ty(inner),
        TypeExprKind::Map(key, value) => ty(key).max(ty(value)),
        TypeExprKind::Named { args, .. } | TypeExprKind::Qualified { args, .. } => highest(args, ty),
        TypeExprKind::Builtin { args: list, .. } => list.as_deref().map_or(0, args),
        TypeExprKind::Error => 0,
    }
}

fn pattern(pattern: &Pattern) -> u16 {
    match &pattern.kind {
        PatternKind::Str(value) => template(value),
        PatternKind::Variant { fields: Some(fields), .. } | PatternKind::Record(fields) => {
            highest(fields, field)
        }
        PatternKind::Or(list) => highest(list, self::pattern),
        _ => 0,
    }
}

fn field(field: &PatternField) -> u16 {
    match field {
        PatternField::Short(_, inner) | PatternField::Named(_, inner) => pattern(inner),
        PatternField::Rest(_) => 0,
    }
}
