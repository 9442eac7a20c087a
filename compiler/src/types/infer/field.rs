//! Fields, properties, indices, and chains of them with `?.`.

use super::Infer;
use super::construct::Args;
use super::expr::passes_on;
use super::messages::{fields, values};
use super::name::Meaning;
use super::want::{Want, Why};
use crate::resolve::DefKind;
use crate::types::body::Ref;
use crate::types::builtins;
use crate::types::decl::{self, FieldDef};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, Name};

/// A link of a chain `a?.b.c(d)[e]`.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Its type where the chain was not cut short.
    pub(super) ty: Ty,
    /// Whether a `?.` before it may have cut the chain short, which makes all of it `none`.
    pub(super) short: bool,
}

impl Link {
    const fn plain(ty: Ty) -> Self {
        Self { ty, short: false }
    }
}

impl Infer<'_> {
    /// A call, field access or index; the caller records its type.
    pub(super) fn chain(&mut self, expr: &Expr, want: Want<'_>) -> Ty {
        let link = self.link(expr, want);
        self.whole(&link)
    }

    /// The type of a chain that ends with this link.
    fn whole(&self, link: &Link) -> Ty {
        if link.short { self.optional(&link.ty) } else { link.ty.clone() }
    }

    fn link(&mut self, expr: &Expr, want: Want<'_>) -> Link {
        // What stands further left in a chain may do something with a secret: `sh("x ${TOKEN}").stdout`.
        let secrets_allowed = self.secrets_allowed;
        self.secrets_allowed &= passes_on(&expr.kind);
        let link = self.link_of(expr, want);
        self.secrets_allowed = secrets_allowed;
        link
    }

    fn link_of(&mut self, expr: &Expr, want: Want<'_>) -> Link {
        match &expr.kind {
            ExprKind::Call { callee, args, args_span } => {
                let args = Args { list: args, span: *args_span };
                match &callee.kind {
                    ExprKind::Field { base, name, optional } if self.is_value(callee) => {
                        self.method(expr, callee, base, name, *optional, args, want)
                    }
                    _ => Link::plain(self.call(expr, callee, args, want)),
                }
            }
            ExprKind::Field { base, name, optional } => self.field_link(expr, base, name, *optional, want),
            ExprKind::Index { base, index } => self.index(expr, base, index),
            _ => Link::plain(self.expr(expr, want)),
        }
    }

    /// Whether a path with dots is a value with fields, not a member of a module or type.
    fn is_value(&mut self, path: &Expr) -> bool {
        let ExprKind::Field { base, optional, .. } = &path.kind else { return false };
        // No name of an item stands before `?.`.
        *optional
            || !matches!(
                self.meaning_of_base(base),
                Some(Meaning::Module(_) | Meaning::Nothing | Meaning::Variant(..))
            ) && !matches!(self.meaning_of_base(base), Some(Meaning::Item(def)) if def.kind == DefKind::Type)
    }

    /// What stands before a dot, with nothing reported.
    fn meaning_of_base(&mut self, base: &Expr) -> Option<Meaning> {
        self.quietly(|infer| infer.meaning(base))
    }

    /// The part of a chain before a dot or bracket, recorded.
    pub(super) fn base(&mut self, base: &Expr) -> Link {
        match &base.kind {
            ExprKind::Call { .. } | ExprKind::Field { .. } | ExprKind::Index { .. } => {
                let link = self.link(base, Want::Any);
                let whole = self.whole(&link);
                self.record(base.id, &whole);
                self.diverges |= link.ty == Ty::Never;
                link
            }
            _ => Link::plain(self.expr(base, Want::Any)),
        }
    }

    /// What `.` or `?.` sees of the value before it.
    pub(super) fn before_dot(&mut self, base: &Expr, optional: bool, dot: Span) -> Link {
        let link = self.base(base);
        if !optional {
            return link;
        }
        match self.head(&link.ty) {
            Ty::Option(inner) => Link { ty: inner.as_ref().clone(), short: true },
            Ty::Error | Ty::Never | Ty::Infer(_) => link,
            Ty::None => Link { ty: Ty::None, short: true },
            _ => {
                let found =
                    values::never_none(self.at(base.span), &self.vars.deep(&link.ty), self.at(dot), "?.");
                self.report(found);
                link
            }
        }
    }

    /// `e.name`, `e?.name`, `checks.NAME`, `Verdict.Accept`
    fn field_link(&mut self, expr: &Expr, base: &Expr, name: &Name, optional: bool, want: Want<'_>) -> Link {
        if !self.is_value(expr) {
            let ty = match self.meaning(expr) {
                Some(Meaning::Variant(def, variant)) => self.variant_alone(expr, &def.key, &variant, want),
                Some(meaning) => self.value_of(expr, name, &meaning),
                None => Ty::Error,
            };
            return Link::plain(ty);
        }
        let before = self.before_dot(base, optional, dot(base, name));
        let ty = self.field_of(expr, base, name, &before.ty);
        Link { ty, short: before.short }
    }

    /// A field or property of a value of that type.
    fn field_of(&mut self, expr: &Expr, base: &Expr, name: &Name, ty: &Ty) -> Ty {
        let head = self.head(ty);
        if let Ty::Error | Ty::Never = head {
            return head;
        }
        if let Some(field) = self.declared_field(base, &head, &name.text) {
            self.refer(expr.id, Ref::Field(name.text.clone()));
            return self.shown(expr).map_or(field.ty, |shown| shown.ty.clone());
        }
        match &head {
            Ty::Event(result, emitted) if name.text == "from" => {
                self.refer(expr.id, Ref::Field(name.text.clone()));
                return Ty::Process(result.clone(), emitted.clone());
            }
            Ty::Process(..) | Ty::ProcessOf(..) => {
                return self.member_of_process(expr, name, &head);
            }
            _ => {}
        }
        let property = builtins::kind_of(&head).and_then(|on| builtins::method(on, &name.text));
        if let Some(property) = property.filter(|property| property.property) {
            self.refer(expr.id, Ref::Field(name.text.clone()));
            return property.result.clone();
        }
        self.no_field(base, name, &head, property.is_some());
        Ty::Error
    }

    /// Reports a field that a record does not have.
    pub(super) fn missing_member(&mut self, base: &Expr, name: &Name, head: &Ty) -> Ty {
        self.no_field(base, name, head, false);
        Ty::Error
    }

    /// The field of a record, or of the variant that a test has shown a local to be.
    pub(super) fn declared_field(&self, base: &Expr, head: &Ty, name: &str) -> Option<FieldDef> {
        let shape = self.shape(head)?;
        if let Some(fields) = shape.fields() {
            return fields.iter().find(|field| field.name == name).cloned();
        }
        let shown = self.shown(base)?;
        let variant = shape.variant(shown.variant.as_deref()?)?;
        variant.fields.iter().find(|field| field.name == name).cloned()
    }

    fn no_field(&mut self, base: &Expr, name: &Name, head: &Ty, is_method: bool) {
        if name.text.is_empty() {
            return;
        }
        let place = self.at(name.span);
        let ty = self.vars.deep(head);
        let found = match &ty {
            Ty::Option(inner) if self.has_member(inner, &name.text) => {
                let dot = dot(base, name);
                let found = fields::of_option(place, self.at(dot), self.at(base.span), name, &ty);
                self.with_change(base, found)
            }
            _ if is_method => fields::method_uncalled(place, name, &ty),
            _ => {
                let shape = self.shape(&ty);
                let variants = shape.as_deref().and_then(|shape| shape.variants());
                match variants.and_then(|variants| {
                    variants.iter().find(|v| v.fields.iter().any(|f| f.name == name.text))
                }) {
                    Some(variant) => fields::of_variant(place, self.at(base.span), name, &ty, &variant.name),
                    None => fields::no_such_field(place, name, &ty, shape.as_deref()),
                }
            }
        };
        self.report(found);
    }

    /// Whether a type has a field, property or method of that name.
    pub(super) fn has_member(&self, ty: &Ty, name: &str) -> bool {
        let head = self.head(ty);
        let of_process = |name: &str| decl::PROCESS_MEMBERS.iter().any(|member| member.name == name);
        match &head {
            Ty::ProcessOf(key, args) if decl::endpoint(self.db, key, args, name).is_some() => return true,
            Ty::ProcessOf(..) | Ty::Process(..) => return of_process(name),
            _ => {}
        }
        builtins::kind_of(&head).is_some_and(|on| builtins::method(on, name).is_some())
            || decl::field(self.db, &head, name).is_some()
    }

    /// `e[i]`
    fn index(&mut self, expr: &Expr, base: &Expr, index: &Expr) -> Link {
        let link = self.base(base);
        if link.short {
            self.expr(index, Want::Any);
            let found = fields::index_of_option(self.at(expr.span), self.at(base.span));
            self.report(found);
            return Link::plain(Ty::Error);
        }
        let ty = self.element(base, &link.ty, index, false);
        self.check_index(base, &link.ty, index);
        Link::plain(ty)
    }

    /// What stands in a list or map under an index or key, or is `assigned` there.
    pub(super) fn element(&mut self, base: &Expr, ty: &Ty, index: &Expr, assigned: bool) -> Ty {
        let why = || Why::Index { of: self.vars.deep(ty), at: base.span, assigned };
        match self.head(ty) {
            Ty::List(_) | Ty::String if is_range(index) => {
                self.quietly(|infer| infer.expr(index, Want::Any));
                let found = fields::no_slices(self.at(index.span), &self.vars.deep(ty));
                self.report(found);
                Ty::Error
            }
            Ty::List(element) => {
                let why = why();
                self.expr(index, Want::Fit(&Ty::Int, &why));
                element.as_ref().clone()
            }
            Ty::Map(key, value) => {
                let why = why();
                self.expr(index, Want::Fit(&key, &why));
                value.as_ref().clone()
            }
            head => {
                self.expr(index, Want::Any);
                if !matches!(head, Ty::Error | Ty::Never) {
                    let found = fields::no_index(self.at(base.span), &self.vars.deep(ty));
                    self.report(found);
                }
                if head == Ty::Never { Ty::Never } else { Ty::Error }
            }
        }
    }
}

fn is_range(index: &Expr) -> bool {
    matches!(super::want::peel(index).kind, ExprKind::Binary { op: BinaryOp::Range, .. })
}

/// Where the dot between a value and a name stands.
pub(super) fn dot(base: &Expr, name: &Name) -> Span {
    Span::new(base.span.end, name.span.start)
}
