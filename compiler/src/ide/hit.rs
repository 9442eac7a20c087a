//! What stands under the cursor.

use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_pattern, walk_stmt, walk_ty};
use flow_grammar::tree::{
    Arg, Attr, DoerKind, Expr, ExprId, ExprKind, Field, Item, ItemKind, Name, Param, Pattern, PatternField,
    PatternId, PatternKind, Setting, Stmt, StmtKind, TypeExpr, TypeExprKind,
};
use smol_str::SmolStr;

/// A name under the cursor, and what it is the name of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The name.
    pub(super) name: SmolStr,
    /// Its span in the item.
    pub(super) span: Span,
    /// What it is the name of.
    pub(super) kind: HitKind,
}

/// What a name is the name of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HitKind {
    /// A name in an expression, or one behind a dot; then `base` is what stands in front of it.
    Expr { id: ExprId, base: Option<ExprId> },
    /// A label of an argument.
    Label { call: ExprId, callee: ExprId },
    /// The stage of a handoff.
    Stage,
    /// An endpoint where it is declared, or between the braces behind a process, which `base` is.
    Endpoint { base: Option<ExprId> },
    /// What a test stubs.
    Stub,
    /// A name that a pattern binds.
    Bind(PatternId),
    /// The variant of a pattern.
    Variant(PatternId),
    /// The field that a pattern takes apart.
    PatternField(PatternId),
    /// A name bound outside of a pattern: parameters, `var`, `catch e`, closures.
    Binder,
    /// A declared type.
    Type { module: Option<SmolStr> },
    /// A built-in type.
    BuiltinType,
    /// A key of a setting.
    Setting(Owner),
    /// The name of an attribute.
    Attr,
    /// A name or path of an import.
    Import,
    /// The name that the item itself declares.
    Declared,
    /// A field of a declared type, at its declaration.
    FieldDecl,
}

/// Whose setting it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A declaration's.
    Doer(DoerKind),
    /// A call's, behind `with`; the call's callee.
    With(ExprId),
}

/// The innermost name of an item under a byte, counted from the item.
pub(super) fn hit(item: &Item, offset: u32) -> Option<Hit> {
    let owner = match &item.kind {
        ItemKind::Doer(decl) => Some(Owner::Doer(decl.kind)),
        _ => None,
    };
    let mut finder = Finder { offset, owner, found: None };
    if let Some(name) = item.kind.name() {
        finder.name(name, HitKind::Declared);
    }
    finder.attrs(&item.attrs);
    if let ItemKind::Import(import) = &item.kind {
        for name in import.names.iter().flatten().chain(&import.alias).chain(&import.path.segments) {
            finder.name(name, HitKind::Import);
        }
    }
    walk_item(&mut finder, item);
    finder.found
}

struct Finder {
    offset: u32,
    owner: Option<Owner>,
    found: Option<Hit>,
}

impl Finder {
    fn name(&mut self, name: &Name, kind: HitKind) {
        if name.span.touches(self.offset) && !name.text.is_empty() {
            self.found = Some(Hit { name: name.text.clone(), span: name.span, kind });
        }
    }

    fn attrs(&mut self, attrs: &[Attr]) {
        attrs.iter().for_each(|attr| self.name(&attr.name, HitKind::Attr));
    }

    fn labels(&mut self, args: &[Arg], call: ExprId, callee: ExprId) {
        for label in args.iter().filter_map(|arg| arg.label.as_ref()) {
            self.name(label, HitKind::Label { call, callee });
        }
    }

    fn pattern_fields(&mut self, fields: &[PatternField], pattern: PatternId) {
        for field in fields {
            if let PatternField::Named(name, _) = field {
                self.name(name, HitKind::PatternField(pattern));
            }
        }
    }
}

impl Visit for Finder {
    fn expr(&mut self, expr: &Expr) {
        if !expr.span.touches(self.offset) {
            return;
        }
        match &expr.kind {
            ExprKind::Lower(name) | ExprKind::Upper(name) => {
                self.name(name, HitKind::Expr { id: expr.id, base: None });
            }
            ExprKind::Field { base, name, .. } => {
                self.name(name, HitKind::Expr { id: expr.id, base: Some(base.id) });
            }
            ExprKind::Select { base, names } => {
                let base = Some(base.id);
                names.iter().for_each(|name| self.name(name, HitKind::Endpoint { base }));
            }
            ExprKind::Call { callee, args, .. } => self.labels(args, expr.id, callee.id),
            ExprKind::Handoff { stage, args, .. } => {
                self.name(stage, HitKind::Stage);
                self.labels(args, expr.id, expr.id);
            }
            ExprKind::Catch { binder, .. } => binder.iter().for_each(|name| self.name(name, HitKind::Binder)),
            ExprKind::Closure { params, .. } => {
                params.iter().flatten().for_each(|name| self.name(name, HitKind::Binder));
            }
            ExprKind::With { base, settings } => {
                self.expr(base);
                let callee = match &base.kind {
                    ExprKind::Call { callee, .. } => callee.id,
                    _ => base.id,
                };
                let outer = self.owner.replace(Owner::With(callee));
                settings.iter().for_each(|setting| self.setting(setting));
                self.owner = outer;
                return;
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn pattern(&mut self, pattern: &Pattern) {
        if !pattern.span.touches(self.offset) {
            return;
        }
        match &pattern.kind {
            PatternKind::Bind(name) => self.name(name, HitKind::Bind(pattern.id)),
            PatternKind::Variant { qualifier, name, fields } => {
                qualifier.iter().for_each(|name| self.name(name, HitKind::Type { module: None }));
                self.name(name, HitKind::Variant(pattern.id));
                self.pattern_fields(fields.as_deref().unwrap_or_default(), pattern.id);
            }
            PatternKind::Record(fields) => self.pattern_fields(fields, pattern.id),
            _ => {}
        }
        walk_pattern(self, pattern);
    }

    fn ty(&mut self, ty: &TypeExpr) {
        if !ty.span.touches(self.offset) {
            return;
        }
        match &ty.kind {
            TypeExprKind::Named { name, .. } => self.name(name, HitKind::Type { module: None }),
            TypeExprKind::Qualified { module, name, .. } => {
                self.name(name, HitKind::Type { module: Some(module.text.clone()) });
            }
            TypeExprKind::Builtin { name, .. } => self.name(name, HitKind::BuiltinType),
            _ => {}
        }
        walk_ty(self, ty);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if !stmt.span.touches(self.offset) {
            return;
        }
        match &stmt.kind {
            StmtKind::Var { name, .. } => self.name(name, HitKind::Binder),
            StmtKind::Stage(stage) => self.name(&stage.name, HitKind::Stage),
            StmtKind::Expose(expose) => self.name(&expose.name, HitKind::Endpoint { base: None }),
            StmtKind::Stub { name, .. } => self.name(name, HitKind::Stub),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn setting(&mut self, setting: &Setting) {
        if let Some(owner) = self.owner {
            self.name(&setting.name, HitKind::Setting(owner));
        }
        self.expr(&setting.value);
    }

    fn param(&mut self, param: &Param) {
        self.attrs(&param.attrs);
        self.name(&param.name, HitKind::Binder);
        self.ty(&param.ty);
        param.default.iter().for_each(|default| self.expr(default));
    }

    fn field(&mut self, field: &Field) {
        self.attrs(&field.attrs);
        self.name(&field.name, HitKind::FieldDecl);
        self.ty(&field.ty);
        field.predicate.iter().chain(&field.default).for_each(|expr| self.expr(expr));
    }
}

/// What stands in front of the dot of an expression of an item, by number.
pub(super) fn base_of(item: &Item, field: ExprId) -> Option<ExprId> {
    struct Bases {
        field: ExprId,
        found: Option<ExprId>,
    }
    impl Visit for Bases {
        fn expr(&mut self, expr: &Expr) {
            match &expr.kind {
                ExprKind::Field { base, .. } if expr.id == self.field => self.found = Some(base.id),
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut bases = Bases { field, found: None };
    walk_item(&mut bases, item);
    bases.found
}
