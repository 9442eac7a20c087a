//! What a process is: what it yields and emits, how it is reached, and the events that come from it.

use super::{Callable, FieldDef, ParamSig, TypeShape, VariantDef, callable, doc, signature, subst, texts};
use crate::db::Db;
use crate::diagnostics::{ItemKey, Place};
use crate::syntax::{Item, KeyId, find_item};
use crate::types::decl::read::Reader;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{ExposeDecl, ItemKind, Stmt, StmtKind};
use smol_str::SmolStr;
use std::sync::Arc;

/// An endpoint of a flow, as whoever holds a process of it sees it. It holds no places, so that an edit elsewhere in the
/// flow's body changes nothing for others; [`endpoint_place`] knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name.
    pub name: SmolStr,
    /// Its parameters.
    pub params: Vec<ParamSig>,
    /// What it answers; `none` where nothing is written.
    pub result: Ty,
    /// Its documentation.
    pub doc: Option<SmolStr>,
}

/// A member of every process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessMember {
    /// Its name.
    pub name: &'static str,
    /// Its type, for people.
    pub ty: &'static str,
    /// What it is, for people.
    pub doc: &'static str,
}

/// The members of every process, which no endpoint may be named like.
pub const PROCESS_MEMBERS: &[ProcessMember] = &[
    ProcessMember {
        name: "name",
        ty: "string",
        doc: "Its key in the map, or its index in the list, whose events are followed; else the name that it was given.",
    },
    ProcessMember {
        name: "status",
        ty: "Status",
        doc: "How it stands: `Running`, `Succeeded`, `Failed` or `Cancelled`.",
    },
    ProcessMember { name: "restarts", ty: "int", doc: "How often it was started anew." },
];

/// What a process yields and emits: the arguments of its `Process<T, E>`. `None` for what is no process; aliases must be
/// looked through before.
pub fn process_parts(db: &dyn Db, ty: &Ty) -> Option<(Ty, Ty)> {
    match ty {
        Ty::Process(result, emitted) => Some((result.as_ref().clone(), emitted.as_ref().clone())),
        Ty::ProcessOf(key, args) => {
            let known = signature(db, key.clone())?;
            let part = |ty: &Ty| subst(ty, &known.type_params, args);
            Some((part(&known.result), known.emits.as_ref().map_or(Ty::Never, part)))
        }
        _ => None,
    }
}

/// The endpoint of a process of that item, its type parameters replaced.
pub fn endpoint(db: &dyn Db, key: &ItemKey, args: &[Ty], name: &str) -> Option<Endpoint> {
    let found = endpoints(db, key.clone()).iter().find(|endpoint| endpoint.name == name)?.clone();
    if args.is_empty() {
        return Some(found);
    }
    let known = signature(db, key.clone())?;
    let part = |ty: &Ty| subst(ty, &known.type_params, args);
    let params = found.params.iter().map(|param| ParamSig { ty: part(&param.ty), ..param.clone() });
    Some(Endpoint { params: params.collect(), result: part(&found.result), ..found })
}

/// The endpoints of a flow or tool, in the order of the text.
pub fn endpoints(db: &dyn Db, key: ItemKey) -> Arc<[Endpoint]> {
    endpoints_of(db, KeyId::new(db, key))
}

#[salsa::tracked(returns(clone))]
fn endpoints_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Arc<[Endpoint]> {
    let key = key.key(db);
    let Some(item) = find_item(db, key) else { return Arc::default() };
    let type_params =
        callable(item.kind(db)).map_or_else(Vec::new, |Callable { type_params, .. }| texts(type_params));
    let mut reader = Reader::silent(db, key.file, &type_params);
    let mut found: Vec<Endpoint> = Vec::new();
    for (stmt, decl) in exposed(db, item) {
        // A second one of the same name is reported as such.
        if found.iter().all(|known| known.name != decl.name.text) {
            found.push(read(&mut reader, stmt, decl));
        }
    }
    found.into()
}

fn read(reader: &mut Reader<'_>, stmt: &Stmt, decl: &ExposeDecl) -> Endpoint {
    let param = |param: &flow_grammar::tree::Param| ParamSig {
        name: param.name.text.clone(),
        ty: reader.read(&param.ty),
        has_default: param.default.is_some(),
        fresh: false,
        doc: doc(param.docs.as_ref()),
        span: Span::default(),
    };
    let params = decl.params.iter().map(param).collect();
    let result = decl.result.as_ref().map_or(Ty::None, |result| reader.read(result));
    Endpoint { name: decl.name.text.clone(), params, result, doc: doc(stmt.docs.as_deref()) }
}

/// What a flow exposes in its own block.
fn exposed<'db>(db: &'db dyn Db, item: Item<'db>) -> impl Iterator<Item = (&'db Stmt, &'db ExposeDecl)> {
    let stmts = match item.kind(db) {
        ItemKind::Flow(decl) => decl.body.stmts.as_slice(),
        _ => &[],
    };
    stmts.iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Expose(decl) => Some((stmt, &**decl)),
        _ => None,
    })
}

/// Where an endpoint is declared. Reads the flow's text: only for messages and editors.
pub fn endpoint_place(db: &dyn Db, key: &ItemKey, name: &str) -> Option<Place> {
    let item = find_item(db, key)?;
    let (_, decl) = exposed(db, item).find(|(_, decl)| decl.name.text == name)?;
    Some(Place::Item(key.clone(), decl.name.span))
}

/// The variants of `Event<T, E>`. What emits nothing has no `Emitted`.
pub(super) fn event_shape(result: &Ty, emitted: &Ty) -> TypeShape {
    let process = Ty::Process(Arc::new(result.clone()), Arc::new(emitted.clone()));
    let field = |name: &'static str, ty: &Ty, doc: &'static str| FieldDef {
        name: SmolStr::new_static(name),
        ty: ty.clone(),
        has_default: false,
        refined: false,
        doc: Some(SmolStr::new_static(doc)),
        span: Span::default(),
    };
    let variant = |name: &'static str, doc: &'static str, more: Option<FieldDef>| VariantDef {
        name: SmolStr::new_static(name),
        fields: std::iter::once(field("from", &process, "The process.")).chain(more).collect(),
        doc: Some(SmolStr::new_static(doc)),
        span: Span::default(),
    };
    let mut variants = vec![variant("Started", "A process has begun, or begun anew.", None)];
    if *emitted != Ty::Never {
        let value = field("value", emitted, "What it emitted.");
        variants.push(variant("Emitted", "A process has emitted something.", Some(value)));
    }
    let value = field("value", result, "Its result.");
    variants.push(variant("Finished", "A process has ended with a result.", Some(value)));
    let error = field("error", &Ty::Failure, "Why.");
    variants.push(variant("Failed", "A process has ended without a result.", Some(error)));
    TypeShape::Union(variants.into())
}
