//! Items: what stands at the top level of a file.

use super::doc::Flat;
use super::expressions::Sign;
use super::imports;
use super::writer::{INDENT, Style, Writer};
use crate::span::Span;
use crate::token::Tok;
use crate::tree::{
    Alt, AltKind, DoerDecl, ExposeDecl, Expr, FlowDecl, FnDecl, Import, Item, ItemKind, Name, StageDecl,
    TypeBody, TypeDecl,
};

impl Writer<'_, '_> {
    /// An item; false if its tokens are not those of its tree, which cannot be.
    pub(super) fn item(&mut self, item: &Item) -> bool {
        self.docs(item.docs.as_ref());
        for attr in &item.attrs {
            self.attr(attr);
            self.hard_line(false);
        }
        match &item.kind {
            ItemKind::Import(import) => self.import(import),
            ItemKind::Type(decl) => self.type_decl(decl),
            ItemKind::Doer(decl) => self.doer(decl),
            ItemKind::Fn(decl) => self.function(decl),
            ItemKind::Flow(decl) => self.flow(decl),
            ItemKind::Test(decl) => {
                self.token();
                self.space();
                self.string();
                self.space();
                self.block(&decl.body);
            }
            ItemKind::Secret(_) => {
                self.token();
                self.spaced_token();
            }
            ItemKind::Const(decl) => {
                self.token();
                self.spaced_token();
                self.annotation(decl.ty.as_deref());
                self.spaced_token();
                self.value(&decl.value, Sign::Equals);
            }
            ItemKind::Error => {}
        }
        self.cursor.kind().is_none() && !self.cursor.has_comments()
    }

    fn import(&mut self, import: &Import) {
        self.token();
        self.space();
        while !self.at(Tok::LBrace) && !self.at(Tok::As) && self.cursor.kind().is_some() {
            self.token();
        }
        if let Some(names) = &import.names {
            self.import_names(names);
        }
        if import.alias.is_some() {
            self.spaced_token();
            self.spaced_token();
        }
    }

    /// The names of an import in their order. Comments say something about the order that there is: with one, it stays.
    fn import_names(&mut self, names: &[Name]) {
        let commented = self.cursor.comment_before(Tok::RBrace);
        let mut sorted: Vec<&Name> = names.iter().collect();
        if !commented {
            sorted.sort_by(|a, b| imports::name_order(&a.text, &b.text));
        }
        self.list(Style::TIGHT, &sorted, |w, name| {
            w.comments();
            w.cursor.next();
            w.text(name.span.shifted(w.base), false);
        });
    }

    fn type_decl(&mut self, decl: &TypeDecl) {
        self.token();
        self.spaced_token();
        self.type_params(&decl.params);
        match &decl.body {
            TypeBody::Record(fields) => {
                self.space();
                self.list(Style::ENTRIES, fields, Self::field);
            }
            TypeBody::Alts { alts, predicate } => {
                if let [only] = alts.as_slice()
                    && only.docs.is_none()
                    && !self.cursor.has_comments()
                {
                    self.spaced_token();
                    self.leading_bar();
                    self.space();
                    self.alt(only);
                    predicate.iter().for_each(|predicate| self.predicate(predicate));
                    return;
                }
                self.union(alts, predicate.as_deref());
            }
        }
    }

    fn union(&mut self, alts: &[Alt], predicate: Option<&Expr>) {
        let documented = alts.first().is_some_and(|alt| alt.docs.is_some());
        self.group(|w| {
            if w.cursor.gap_ahead().has_newline() || w.second_is_on_a_line(alts) {
                w.doc.force();
            }
            if documented {
                // `=`, then each alternative below its documentation.
                w.spaced_token();
            }
            w.indented(INDENT, |w| {
                w.line(Flat::Space, false);
                for (index, alt) in alts.iter().enumerate() {
                    w.comments();
                    if index == 0 && documented {
                        w.doc_lines();
                        w.leading_bar();
                        w.doc_lines();
                        w.bar();
                    } else {
                        if index > 0 {
                            w.doc_lines();
                        }
                        // `=` or `|`
                        w.token();
                        if index == 0 {
                            w.leading_bar();
                        }
                    }
                    w.space();
                    w.indented(INDENT, |w| w.alt(alt));
                    if index + 1 < alts.len() {
                        w.line(Flat::Space, false);
                    }
                }
                if let Some(predicate) = predicate {
                    w.line(Flat::Space, false);
                    w.comments();
                    w.token();
                    w.space();
                    w.expr(predicate);
                }
            });
        });
    }

    /// The `|` that may stand before the first alternative.
    fn leading_bar(&mut self) {
        if self.at(Tok::Bar) {
            self.cursor.next();
        }
    }

    fn second_is_on_a_line(&self, alts: &[Alt]) -> bool {
        let [first, second, ..] = alts else { return false };
        let end = match &first.kind {
            AltKind::Type(ty) => ty.span.end,
            AltKind::Variant { .. } => first.span.end,
        };
        let between = Span::new(end, second.span.start).shifted(self.base);
        self.source.slice(between).contains('\n')
    }

    fn alt(&mut self, alt: &Alt) {
        // Documentation behind the bar.
        self.doc_lines();
        match &alt.kind {
            AltKind::Type(ty) => self.ty(ty),
            AltKind::Variant { fields, .. } => {
                self.token();
                self.list(Style::TIGHT, fields, Self::field);
            }
        }
    }

    fn doer(&mut self, decl: &DoerDecl) {
        self.token();
        self.spaced_token();
        self.type_params(&decl.type_params);
        self.params(&decl.params);
        self.result(decl.result.as_deref());
        self.space();
        self.list(Style::ENTRIES, &decl.settings, Self::setting);
    }

    fn function(&mut self, decl: &FnDecl) {
        self.token();
        self.spaced_token();
        self.type_params(&decl.type_params);
        self.params(&decl.params);
        self.result(decl.result.as_deref());
        self.space();
        self.block(&decl.body);
    }

    fn flow(&mut self, decl: &FlowDecl) {
        self.token();
        self.spaced_token();
        self.type_params(&decl.type_params);
        self.params(&decl.params);
        self.result(decl.result.as_deref());
        self.result(decl.emits.as_deref());
        self.space();
        self.block(&decl.body);
    }

    pub(super) fn stage(&mut self, decl: &StageDecl) {
        self.token();
        self.spaced_token();
        self.params(&decl.params);
        if let Some(max) = &decl.max {
            self.spaced_token();
            self.space();
            self.head(max);
        }
        self.space();
        self.block(&decl.body);
    }

    pub(super) fn expose(&mut self, decl: &ExposeDecl) {
        self.token();
        self.spaced_token();
        self.params(&decl.params);
        self.result(decl.result.as_deref());
        self.space();
        self.block(&decl.body);
    }

    fn type_params(&mut self, params: &[Name]) {
        self.angled(params, |w, _| w.token());
    }
}
