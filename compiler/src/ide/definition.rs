//! Where the thing under the cursor is declared.

use super::hit::{Hit, HitKind, hit};
use super::{item_at, running};
use crate::db::{Db, SourceFile};
use crate::diagnostics::{ItemKey, Place};
use crate::resolve::{import, scope};
use crate::syntax::{Item, find_item};
use crate::types::body::{Body, LocalId, Ref};
use crate::types::decl::{endpoint_place, resolve_alias, signature, type_def};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{ExprId, ItemKind, StmtKind};

/// A place to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The file.
    pub file: SourceFile,
    /// The name there.
    pub span: Span,
}

/// Where the thing under the cursor is declared; `None` for what is built in, and where nothing is.
pub fn definition(db: &dyn Db, file: SourceFile, offset: u32) -> Option<Target> {
    let item = item_at(db, file, offset)?;
    let found = hit(item.tree(db), offset.checked_sub(item.start(db))?)?;
    let body = check_body(db, item);
    let here = |span: Span| Target { file, span: span.shifted(item.start(db)) };
    let local = |id: LocalId| body.locals.get(id.0 as usize).map(|local| here(local.span));
    match found.kind {
        HitKind::Expr { id, base } => match body.refs.get(id)? {
            Ref::Local(id) => local(*id),
            Ref::Item(key) => of_item(db, key),
            Ref::Module(file) => Some(Target { file: *file, span: Span::default() }),
            Ref::Type(ty) => of_type(db, ty),
            Ref::Variant { ty, variant } => of_variant(db, ty, variant),
            Ref::Field(name) => of_field(db, body.expr(base?), name),
            Ref::Stage(name) => stage(db, item, name).map(here),
            Ref::Endpoint(name) => of_endpoint(db, item, &body, base, name),
            Ref::Effect(_) | Ref::Testing(_) | Ref::Method { .. } | Ref::Word(_) => None,
        },
        HitKind::Endpoint { base } => of_endpoint(db, item, &body, base, &found.name),
        HitKind::Label { call, callee } => label(db, &body, call, callee, &found),
        HitKind::Stage => stage(db, item, &found.name).map(here),
        HitKind::Stub => match &body.stubs.get(&found.span)?.to {
            Ref::Item(key) => of_item(db, key),
            _ => None,
        },
        HitKind::Bind(pattern) => local(*body.binds.get(&pattern)?),
        HitKind::Binder => local(*body.binders.get(&found.span)?),
        HitKind::Variant(pattern) => of_variant(db, body.pattern(pattern), &found.name),
        HitKind::PatternField(pattern) => of_field(db, body.pattern(pattern), &found.name),
        HitKind::Type { module } => {
            let within = match module {
                Some(module) => scope(db, file).module(&module)?,
                None => file,
            };
            let def = scope(db, within).ty(&found.name)?.clone();
            of_item(db, &def.key)
        }
        HitKind::Import => {
            let known = import(db, item);
            match known.names.iter().find(|def| def.key.name == found.name) {
                Some(def) => of_item(db, &def.key),
                None => known.target.map(|file| Target { file, span: Span::default() }),
            }
        }
        HitKind::Declared | HitKind::FieldDecl => Some(here(found.span)),
        HitKind::BuiltinType | HitKind::Setting(_) | HitKind::Attr => None,
    }
}

/// The name of an item.
pub(super) fn of_item(db: &dyn Db, key: &ItemKey) -> Option<Target> {
    let item = find_item(db, key)?;
    let span = item.kind(db).name()?.span.shifted(item.start(db));
    Some(Target { file: key.file, span })
}

fn of_type(db: &dyn Db, ty: &Ty) -> Option<Target> {
    match ty {
        Ty::Named(key, _) => of_item(db, key),
        Ty::Option(of) => of_type(db, of),
        _ => None,
    }
}

fn within(db: &dyn Db, key: &ItemKey, span: Span) -> Option<Target> {
    Some(Target { file: key.file, span: span.shifted(find_item(db, key)?.start(db)) })
}

fn of_variant(db: &dyn Db, ty: &Ty, variant: &str) -> Option<Target> {
    let (key, def) = declared(db, ty)?;
    within(db, &key, def.body.variant(variant)?.span)
}

fn of_field(db: &dyn Db, ty: &Ty, field: &str) -> Option<Target> {
    let (key, def) = declared(db, ty)?;
    let fields = def.body.fields().into_iter().flatten();
    let payloads = def.body.variants().into_iter().flatten().flat_map(|variant| &variant.fields);
    let found = fields.chain(payloads).find(|it| it.name == field)?;
    within(db, &key, found.span)
}

fn declared(db: &dyn Db, ty: &Ty) -> Option<(ItemKey, std::sync::Arc<crate::types::decl::TypeDefinition>)> {
    match resolve_alias(db, ty) {
        Ty::Named(key, _) => type_def(db, key.clone()).map(|def| (key, def)),
        Ty::Option(of) => declared(db, &of),
        _ => None,
    }
}

fn label(db: &dyn Db, body: &Body, call: ExprId, callee: ExprId, found: &Hit) -> Option<Target> {
    match body.refs.get(callee)? {
        Ref::Item(key) => {
            let known = signature(db, key.clone())?;
            let param = known.params.iter().find(|param| param.name == found.name)?;
            within(db, key, param.span)
        }
        Ref::Type(_) | Ref::Variant { .. } => of_field(db, body.expr(call), &found.name),
        _ => None,
    }
}

/// The name of an endpoint of what a base runs; without one, of the flow around.
fn of_endpoint(db: &dyn Db, item: Item<'_>, body: &Body, base: Option<ExprId>, name: &str) -> Option<Target> {
    let key = match base {
        Some(base) => running(db, body.expr(base))?.0,
        None => item.key(db),
    };
    match endpoint_place(db, &key, name)? {
        Place::Item(key, span) => within(db, &key, span),
        Place::File(file, span) => Some(Target { file, span }),
    }
}

fn stage(db: &dyn Db, item: Item<'_>, name: &str) -> Option<Span> {
    let ItemKind::Flow(decl) = item.kind(db) else { return None };
    decl.body.stmts.iter().find_map(|stmt| match &stmt.kind {
        StmtKind::Stage(stage) if stage.name.text == name => Some(stage.name.span),
        _ => None,
    })
}
