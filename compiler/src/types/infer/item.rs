//! Items: what each kind holds of expressions, and what is expected of them.

use super::Infer;
use super::messages::jumps;
use super::place::Purity;
use super::want::{Want, Why};
use crate::types::body::LocalKind;
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{
    AltKind, Block, ConstDecl, DoerDecl, Expr, Field, FlowDecl, FnDecl, Item, ItemKind, Name, Param,
    Template, TypeBody, TypeDecl, TypeExpr,
};
use std::sync::Arc;

impl Infer<'_> {
    /// Checks every expression of an item.
    pub(super) fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Fn(decl) => self.function(decl),
            ItemKind::Flow(decl) => self.flow(decl),
            ItemKind::Doer(decl) => self.doer(decl),
            ItemKind::Const(decl) => self.constant(decl),
            ItemKind::Type(decl) => self.type_decl(decl),
            ItemKind::Test(decl) => self.test(decl),
            ItemKind::Import(_) | ItemKind::Secret(_) | ItemKind::Error => {}
        }
    }

    fn function(&mut self, decl: &FnDecl) {
        self.type_params = texts(&decl.type_params);
        let result = self.signature(&decl.name, &decl.params, decl.result.as_deref());
        self.purity = Some(Purity::Fn);
        self.body_of(&decl.body, &result, Self::plain_body);
    }

    fn flow(&mut self, decl: &FlowDecl) {
        self.type_params = texts(&decl.type_params);
        let result = self.signature(&decl.name, &decl.params, decl.result.as_deref());
        let emitted = decl::signature(self.db, self.key.clone()).and_then(|known| known.emits.clone());
        self.emits = emitted.zip(decl.emits.as_ref().map(|emits| emits.span));
        self.body_of(&decl.body, &result, Self::flow_body);
    }

    fn plain_body(&mut self, body: &Block, want: Want<'_>) {
        self.block(body, want);
    }

    /// Declares the parameters; yields the type of the result.
    fn signature(&mut self, name: &Name, params: &[Param], result: Option<&TypeExpr>) -> Ty {
        self.declared = Some(name.span);
        let signature = decl::signature(self.db, self.key.clone());
        let types: Vec<Ty> = signature
            .iter()
            .flat_map(|signature| signature.params.iter().map(|param| param.ty.clone()))
            .collect();
        self.params(params, &types);
        let ty = signature.map_or(Ty::Error, |signature| signature.result.clone());
        let why = Why::Result { of: name.text.clone(), declared: result.map(|result| result.span) };
        self.result = Some((ty.clone(), why));
        ty
    }

    /// Checks a body against the result; what a body without a result yields is dropped.
    fn body_of(&mut self, body: &Block, result: &Ty, check: fn(&mut Self, &Block, Want<'_>)) {
        match self.result.clone() {
            Some((_, why)) if *result != Ty::None => check(self, body, Want::Fit(result, &why)),
            _ => check(self, body, Want::Discard),
        }
    }

    /// The default of a parameter or field.
    pub(super) fn default(&mut self, name: &Name, ty: &Ty, written: Span, default: &Expr) {
        let why = Why::Declared { name: name.text.clone(), at: written };
        let outer = self.result.take();
        self.purely(Purity::Default, |infer| infer.expr(default, Want::Fit(ty, &why)));
        self.result = outer;
        self.diverges = false;
    }

    fn doer(&mut self, decl: &DoerDecl) {
        self.type_params = texts(&decl.type_params);
        self.signature(&decl.name, &decl.params, decl.result.as_deref());
        self.result = None;
        let mark = self.enter(decl.body);
        self.purely(Purity::Setting, |infer| infer.settings(decl.kind, &decl.settings));
        self.leave(mark);
    }

    /// A text with holes that a declaration names: it sees the parameters.
    pub(super) fn text(&mut self, decl: &DoerDecl, template: &Template) {
        self.type_params = texts(&decl.type_params);
        let signature = decl::signature(self.db, self.key.clone());
        let mark = self.enter(template.span);
        for (param, known) in decl.params.iter().zip(signature.iter().flat_map(|signature| &signature.params))
        {
            let id = self.local(
                &param.name.text,
                param.name.span,
                known.ty.clone(),
                LocalKind::Param,
                template.span.start,
            );
            self.show(&param.name.text, id);
        }
        self.purely(Purity::Setting, |infer| infer.template(template));
        self.leave(mark);
    }

    fn constant(&mut self, decl: &ConstDecl) {
        self.purity = Some(Purity::Const);
        let found = match &decl.ty {
            Some(written) => {
                let ty = decl::const_ty(self.db, self.key.clone());
                let why = Why::Declared { name: decl.name.text.clone(), at: written.span };
                self.expr(&decl.value, Want::Fit(&ty, &why))
            }
            None => self.expr(&decl.value, Want::Any),
        };
        if found == Ty::Never && self.body.diagnostics.is_empty() {
            let found = jumps::no_value(self.at(decl.value.span), &decl.name.text);
            self.report(found);
        }
    }

    fn type_decl(&mut self, decl: &TypeDecl) {
        self.type_params = texts(&decl.params);
        let Some(definition) = decl::type_def(self.db, self.key.clone()) else { return };
        match &decl.body {
            TypeBody::Record(fields) => {
                let types = definition
                    .body
                    .fields()
                    .map(|fields| fields.iter().map(|field| field.ty.clone()).collect());
                self.fields(fields, types.unwrap_or_default());
            }
            TypeBody::Alts { alts, predicate } => {
                for alt in alts {
                    if let AltKind::Variant { name, fields } = &alt.kind {
                        let variant = definition.body.variant(&name.text);
                        let types = variant
                            .map(|variant| variant.fields.iter().map(|field| field.ty.clone()).collect());
                        self.fields(fields, types.unwrap_or_default());
                    }
                }
                if let Some(predicate) = predicate {
                    let params = self.type_params.iter().cloned().map(Ty::Param).collect();
                    let ty = decl::resolve_alias(self.db, &Ty::Named(self.key.clone(), params));
                    self.predicate(predicate, ty);
                }
            }
        }
    }

    fn fields(&mut self, fields: &[Field], types: Vec<Ty>) {
        for (field, ty) in fields.iter().zip(types.into_iter().chain(std::iter::repeat(Ty::Error))) {
            if let Some(default) = &field.default {
                self.default(&field.name, &ty, field.ty.span, default);
                self.refine_default(field, default);
            }
            if let Some(predicate) = &field.predicate {
                self.predicate(predicate, ty);
            }
        }
    }

    /// `where it >= 1`: `it` is the value.
    fn predicate(&mut self, predicate: &Expr, ty: Ty) {
        let mark = self.enter(predicate.span);
        let it = smol_str::SmolStr::new_static("it");
        let id = self.local(
            &it,
            Span::new(predicate.span.start, predicate.span.start),
            ty,
            LocalKind::It,
            predicate.span.start,
        );
        self.show(&it, id);
        self.purely(Purity::Predicate, |infer| infer.condition(predicate, "a predicate"));
        self.diverges = false;
        self.leave(mark);
    }
}

fn texts(names: &[Name]) -> Vec<smol_str::SmolStr> {
    names.iter().map(|name| name.text.clone()).collect()
}

/// The types of a list that all elements share.
pub(super) fn list_of(ty: Ty) -> Ty {
    Ty::List(Arc::new(ty))
}
