//! Written types, patterns, and what is declared with a name and a type.

use super::doc::Flat;
use super::expressions::Sign;
use super::writer::{INDENT, Style, Writer};
use crate::token::Tok;
use crate::tree::{
    Attr, Docs, Expr, Field, Param, Pattern, PatternField, PatternKind, TypeExpr, TypeExprKind,
};

impl Writer<'_, '_> {
    pub(super) fn ty(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeExprKind::Option(inner) => {
                self.ty(inner);
                self.token();
            }
            TypeExprKind::List(inner) => {
                self.token();
                self.ty(inner);
                self.token();
            }
            TypeExprKind::Map(key, value) => {
                self.token();
                self.ty(key);
                self.token();
                self.space();
                self.ty(value);
                self.token();
            }
            TypeExprKind::Named { args, .. } => {
                self.token();
                self.angled(args, Self::ty);
            }
            TypeExprKind::Qualified { args, .. } => {
                self.token();
                self.token();
                self.token();
                self.angled(args, Self::ty);
            }
            TypeExprKind::Builtin { args, .. } => {
                self.token();
                if let Some(args) = args {
                    self.args(args);
                }
            }
            TypeExprKind::Error => self.token(),
        }
    }

    /// `<T, E>`, if it stands here. On one line, whatever stands in it: a `>` that does not stand right behind what it
    /// closes compares.
    pub(super) fn angled<T>(&mut self, entries: &[T], mut entry: impl FnMut(&mut Self, &T)) {
        if !self.at(Tok::Lt) {
            return;
        }
        self.token();
        for (index, each) in entries.iter().enumerate() {
            entry(self, each);
            if index + 1 < entries.len() {
                self.token();
                self.space();
            } else if self.at(Tok::Comma) {
                self.cursor.next();
            }
        }
        self.closing_angle();
    }

    /// `-> T`
    pub(super) fn result(&mut self, result: Option<&TypeExpr>) {
        if let Some(result) = result {
            self.spaced_token();
            self.space();
            self.ty(result);
        }
    }

    pub(super) fn docs(&mut self, docs: Option<&Docs>) {
        if docs.is_some() {
            self.doc_lines();
        }
    }

    /// The lines of documentation that stand here.
    pub(super) fn doc_lines(&mut self) {
        while self.at(Tok::Doc) {
            self.comments();
            let mut span = self.cursor.next();
            let blanks = self.source.slice(span).len() - self.source.slice(span).trim_end().len();
            span.end -= u32::try_from(blanks).unwrap_or_default();
            self.text(span, false);
            self.hard_line(false);
        }
    }

    /// `@name(args)`
    pub(super) fn attr(&mut self, attr: &Attr) {
        self.token();
        self.token();
        if let Some(args) = &attr.args {
            self.args(args);
        }
    }

    pub(super) fn params(&mut self, params: &[Param]) {
        self.list(Style::TIGHT, params, |w, param| {
            w.docs(param.docs.as_ref());
            w.named_type(&param.attrs, &param.ty);
            w.default(param.default.as_deref());
        });
    }

    pub(super) fn field(&mut self, field: &Field) {
        self.docs(field.docs.as_ref());
        self.named_type(&field.attrs, &field.ty);
        if let Some(predicate) = &field.predicate {
            self.predicate(predicate);
        }
        self.default(field.default.as_deref());
    }

    /// `@attr name: T`
    fn named_type(&mut self, attrs: &[Attr], ty: &TypeExpr) {
        for attr in attrs {
            self.attr(attr);
            self.space();
        }
        self.token();
        self.token();
        self.space();
        self.ty(ty);
    }

    fn default(&mut self, default: Option<&Expr>) {
        if let Some(default) = default {
            self.spaced_token();
            self.value(default, Sign::Equals);
        }
    }

    /// `where it >= 1`, on a line of its own where it does not fit.
    pub(super) fn predicate(&mut self, predicate: &Expr) {
        self.group(|w| {
            w.indented(INDENT, |w| {
                w.line(Flat::Space, false);
                w.token();
                w.space();
                w.expr(predicate);
            });
        });
    }

    // patterns

    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Int(_) => {
                if self.at(Tok::Minus) {
                    self.token();
                }
                self.token();
            }
            PatternKind::Str(_) => self.string(),
            PatternKind::Variant { qualifier, fields, .. } => {
                if qualifier.is_some() {
                    self.token();
                    self.token();
                }
                self.token();
                if let Some(fields) = fields {
                    self.list(Style::TIGHT, fields, Self::pattern_field);
                }
            }
            PatternKind::Record(fields) => self.list(Style::PADDED, fields, Self::pattern_field),
            PatternKind::Or(patterns) => self.alternatives(patterns),
            PatternKind::Wildcard
            | PatternKind::Bind(_)
            | PatternKind::Bool(_)
            | PatternKind::None
            | PatternKind::Error => self.token(),
        }
    }

    /// `A | B`
    fn alternatives(&mut self, patterns: &[Pattern]) {
        self.comments();
        self.group(|w| {
            for (index, pattern) in patterns.iter().enumerate() {
                if index > 0 {
                    w.line(Flat::Space, false);
                    w.token();
                    w.space();
                }
                w.pattern(pattern);
            }
        });
    }

    fn pattern_field(&mut self, field: &PatternField) {
        match field {
            PatternField::Named(name, pattern) => {
                // `_` alone has no name.
                if !name.text.is_empty() {
                    self.token();
                    self.token();
                    self.space();
                }
                self.pattern(pattern);
            }
            PatternField::Short(..) | PatternField::Rest(_) => self.token(),
        }
    }
}
