//! What is declared: signatures and type definitions, as other items see them.
//!
//! These queries read one item's tree and the names of its file, never another item's content, so recursive types need no
//! care here. They are silent: what is wrong with a declaration is said by [`check`](check::check), once.

mod aliases;
pub mod check;
mod consts;
mod cycles;
mod growing;
mod held;
pub(crate) mod marks;
mod messages;
mod naming;
mod predicates;
mod process;
mod read;
mod recursion;
mod shape;
mod variants;

pub use consts::const_ty;
pub use cycles::const_cycle;
pub(crate) use growing::{has_grown, holds_param};
pub use messages::*;
pub use naming::json_tag;
pub use predicates::{is_refined, may_break, without_predicates};
pub use process::{
    Endpoint, PROCESS_MEMBERS, ProcessMember, endpoint, endpoint_place, endpoints, process_parts,
};
pub(crate) use read::bad_glob as why_bad_glob;
pub use read::{BUILTIN_TYPES, type_of_expr};
pub use shape::{field, has_json_form, holds_process, option_of, resolve_alias, shape, subst};
pub use variants::Variants;

use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::resolve::{DefKind, scope};
use crate::syntax::{Item, KeyId, Role, find_item};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{self, AltKind, Docs, ItemKind, TypeBody, TypeDecl, TypeExpr, TypeExprKind};
use read::Reader;
use smol_str::SmolStr;
use std::sync::Arc;

/// What a call of an item needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What is called.
    pub kind: DefKind,
    /// Its type parameters.
    pub type_params: Vec<SmolStr>,
    /// Its parameters.
    pub params: Vec<ParamSig>,
    /// What it returns; `none` where nothing is written.
    pub result: Ty,
    /// Where the result is written in the item; its name where none is.
    pub result_span: Span,
    /// What a flow emits.
    pub emits: Option<Ty>,
    /// Whether it has documentation.
    pub is_described: bool,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamSig {
    /// Its name.
    pub name: SmolStr,
    /// Its type.
    pub ty: Ty,
    /// Whether a call may leave it out.
    pub has_default: bool,
    /// Whether a file handed over must still have the content that it had (`@fresh`).
    pub fresh: bool,
    /// Its documentation.
    pub doc: Option<SmolStr>,
    /// Its name in the item.
    pub span: Span,
}

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDefinition {
    /// Its type parameters.
    pub params: Vec<SmolStr>,
    /// Its form.
    pub body: Arc<TypeShape>,
    /// Whether a predicate restricts its values.
    pub refined: bool,
    /// Its documentation.
    pub doc: Option<SmolStr>,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeShape {
    /// Fields by name.
    Record(Vec<FieldDef>),
    /// Variants without payload, ordered as written.
    Enum(Variants),
    /// Variants of which one has a payload.
    Union(Variants),
    /// Another name for a type, or a type with a predicate.
    Alias(Ty),
}

/// A field of a record or of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// Its name.
    pub name: SmolStr,
    /// Its type.
    pub ty: Ty,
    /// Whether a construction may leave it out.
    pub has_default: bool,
    /// Whether a predicate restricts its values.
    pub refined: bool,
    /// Its documentation.
    pub doc: Option<SmolStr>,
    /// Its name in the item that declares it.
    pub span: Span,
}

/// A variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantDef {
    /// Its name.
    pub name: SmolStr,
    /// Its payload.
    pub fields: Vec<FieldDef>,
    /// Its documentation.
    pub doc: Option<SmolStr>,
    /// Its name in the item that declares it.
    pub span: Span,
}

impl TypeShape {
    /// The fields of a record.
    pub fn fields(&self) -> Option<&[FieldDef]> {
        match self {
            Self::Record(fields) => Some(fields),
            _ => None,
        }
    }

    /// The ways to make a value, each by its fields: one of a record, one for each variant.
    pub fn ways(&self) -> impl Iterator<Item = &[FieldDef]> {
        let variants = self.variants().unwrap_or_default().iter();
        self.fields().into_iter().chain(variants.map(|variant| variant.fields.as_slice()))
    }

    /// The variants of an enum or a union.
    pub fn variants(&self) -> Option<&[VariantDef]> {
        match self {
            Self::Enum(variants) | Self::Union(variants) => Some(variants),
            _ => None,
        }
    }

    /// The place of the variant of that name among the variants.
    pub fn variant_index(&self, name: &str) -> Option<usize> {
        match self {
            Self::Enum(variants) | Self::Union(variants) => variants.index(name),
            _ => None,
        }
    }

    /// The variant of that name.
    pub fn variant(&self, name: &str) -> Option<&VariantDef> {
        self.variants()?.get(self.variant_index(name)?)
    }
}

/// The parts of a declaration that can be called.
pub(crate) struct Callable<'a> {
    pub(crate) type_params: &'a [tree::Name],
    pub(crate) params: &'a [tree::Param],
    pub(crate) result: Option<&'a TypeExpr>,
    pub(crate) emits: Option<&'a TypeExpr>,
}

/// What can be called of an item, if it can.
pub(crate) fn callable(kind: &ItemKind) -> Option<Callable<'_>> {
    match kind {
        ItemKind::Doer(tree::DoerDecl { type_params, params, result, .. })
        | ItemKind::Fn(tree::FnDecl { type_params, params, result, .. }) => {
            Some(Callable { type_params, params, result: result.as_deref(), emits: None })
        }
        ItemKind::Flow(tree::FlowDecl { type_params, params, result, emits, .. }) => {
            Some(Callable { type_params, params, result: result.as_deref(), emits: emits.as_deref() })
        }
        _ => None,
    }
}

/// The signature of a `fn`, `flow`, `tool`, `command`, `agent` or `human`.
pub fn signature(db: &dyn Db, key: ItemKey) -> Option<Arc<Signature>> {
    signature_of(db, KeyId::new(db, key))
}

#[salsa::tracked(returns(clone))]
fn signature_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<Signature>> {
    let key = key.key(db);
    let item = find_item(db, key)?;
    let Role::Declares(kind) = item.role(db) else { return None };
    let Callable { type_params, params, result, emits } = callable(item.kind(db))?;
    let type_params = texts(type_params);
    let mut reader = Reader::silent(db, key.file, &type_params);
    let params = params
        .iter()
        .map(|param| ParamSig {
            name: param.name.text.clone(),
            ty: reader.read(&param.ty),
            has_default: param.default.is_some(),
            fresh: param.attrs.iter().any(|attr| attr.name.text == "fresh"),
            doc: doc(param.docs.as_ref()),
            span: param.name.span,
        })
        .collect();
    let result_span = match result {
        Some(result) => result.span,
        None => item.kind(db).name().map_or_else(Span::default, |name| name.span),
    };
    let result = result.map_or(Ty::None, |result| reader.read(result));
    let emits = emits.map(|emits| reader.read(emits));
    let is_described = item.tree(db).docs.is_some();
    Some(Arc::new(Signature { kind, type_params, params, result, result_span, emits, is_described }))
}

/// The parameters of a `type`, by which its arguments are counted.
pub fn type_params(db: &dyn Db, key: ItemKey) -> Option<Arc<[SmolStr]>> {
    type_params_of(db, KeyId::new(db, key))
}

#[salsa::tracked(returns(clone))]
fn type_params_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<[SmolStr]>> {
    Some(texts(&type_decl(find_item(db, key.key(db))?, db)?.params).into())
}

/// The definition of a `type`.
pub fn type_def(db: &dyn Db, key: ItemKey) -> Option<Arc<TypeDefinition>> {
    type_def_of(db, KeyId::new(db, key))
}

#[salsa::tracked(returns(clone))]
fn type_def_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<TypeDefinition>> {
    let key = key.key(db);
    let item = find_item(db, key)?;
    let decl = type_decl(item, db)?;
    let params = texts(&decl.params);
    let mut reader = Reader::silent(db, key.file, &params);
    let (body, refined) = match &decl.body {
        TypeBody::Record(fields) => (TypeShape::Record(field_defs(&mut reader, fields)), false),
        TypeBody::Alts { alts, predicate } => {
            let body = match aliased(db, key.file, decl) {
                Some(aliased) => TypeShape::Alias(reader.read(aliased)),
                None => variants(&mut reader, alts),
            };
            (body, predicate.is_some())
        }
    };
    let doc = doc(item.tree(db).docs.as_ref());
    Some(Arc::new(TypeDefinition { params, body: Arc::new(body), refined, doc }))
}

fn type_decl<'db>(item: Item<'db>, db: &'db dyn Db) -> Option<&'db TypeDecl> {
    match item.kind(db) {
        ItemKind::Type(decl) => Some(decl),
        _ => None,
    }
}

/// The type for which a declaration is another name. A lone name is one only if there is such a type; else the
/// declaration is an enum of one variant.
pub(crate) fn aliased<'a>(db: &dyn Db, file: SourceFile, decl: &'a TypeDecl) -> Option<&'a TypeExpr> {
    let TypeBody::Alts { alts, predicate } = &decl.body else { return None };
    let [tree::Alt { kind: AltKind::Type(ty), .. }] = alts.as_slice() else { return None };
    let TypeExprKind::Named { name, args } = &ty.kind else { return Some(ty) };
    let names_a_type = !args.is_empty()
        || predicate.is_some()
        || BUILTIN_TYPES.contains(&name.text.as_str())
        || decl.params.iter().any(|param| param.text == name.text)
        || scope(db, file).get(&name.text).is_some();
    names_a_type.then_some(ty)
}

fn variants(reader: &mut Reader<'_>, alts: &[tree::Alt]) -> TypeShape {
    let mut variants = Vec::new();
    for alt in alts {
        let (name, fields) = match &alt.kind {
            AltKind::Variant { name, fields } => (name, field_defs(reader, fields)),
            AltKind::Type(TypeExpr { kind: TypeExprKind::Named { name, .. }, .. }) => (name, Vec::new()),
            // No variant; said by `check`.
            AltKind::Type(_) => continue,
        };
        let doc = doc(alt.docs.as_ref());
        variants.push(VariantDef { name: name.text.clone(), fields, doc, span: name.span });
    }
    if variants.iter().all(|variant| variant.fields.is_empty()) {
        TypeShape::Enum(variants.into())
    } else {
        TypeShape::Union(variants.into())
    }
}

fn field_defs(reader: &mut Reader<'_>, fields: &[tree::Field]) -> Vec<FieldDef> {
    fields
        .iter()
        .map(|field| FieldDef {
            name: field.name.text.clone(),
            ty: reader.read(&field.ty),
            has_default: field.default.is_some(),
            refined: field.predicate.is_some(),
            doc: doc(field.docs.as_ref()),
            span: field.name.span,
        })
        .collect()
}

fn texts(names: &[tree::Name]) -> Vec<SmolStr> {
    names.iter().map(|name| name.text.clone()).collect()
}

fn doc(docs: Option<&Docs>) -> Option<SmolStr> {
    docs.map(|docs| SmolStr::new(&docs.text))
}
