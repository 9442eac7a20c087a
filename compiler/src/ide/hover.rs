//! What the thing under the cursor is: a line of code, and what its author says of it.

use super::hit::{Hit, HitKind, Owner, base_of, hit};
use super::{is_process, item_at, running};
use crate::analyses::cost::bounds;
use crate::db::{Db, SourceFile};
use crate::describe;
use crate::diagnostics::ItemKey;
use crate::resolve::{Entry, import, scope};
use crate::syntax::Item;
use crate::types::body::{Body, LocalId, LocalKind, Ref};
use crate::types::builtins;
use crate::types::decl::{Endpoint, PROCESS_MEMBERS, TypeShape, endpoint, resolve_alias, shape, signature};
use crate::types::infer::{check_body, testing};
use crate::types::settings::{ATTRIBUTES, SettingSpec, option_of_call, setting};
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::span::Span;
use flow_grammar::tree::ExprId;
use std::sync::Arc;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The name that it is about, in the file.
    pub span: Span,
    /// The text, in Markdown.
    pub markdown: String,
}

/// What the thing under the cursor is.
pub fn hover(db: &dyn Db, file: SourceFile, offset: u32) -> Option<Hover> {
    let item = item_at(db, file, offset)?;
    let found = hit(item.tree(db), offset.checked_sub(item.start(db))?)?;
    let (code, docs) = About { db, file, item, body: check_body(db, item) }.name(&found)?;
    let mut markdown = format!("```flow\n{code}\n```");
    if let Some(docs) = docs.filter(|docs| !docs.is_empty()) {
        markdown.push_str("\n\n");
        markdown.push_str(&docs);
    }
    Some(Hover { span: found.span.shifted(item.start(db)), markdown })
}

struct About<'db> {
    db: &'db dyn Db,
    file: SourceFile,
    item: Item<'db>,
    body: Arc<Body>,
}

type Text = (String, Option<String>);

fn effect(name: &str) -> Option<Text> {
    let known = builtins::effect(name)?;
    Some((format!("{name}{}", known.signature), Some(known.doc.to_owned())))
}

impl About<'_> {
    fn name(&self, found: &Hit) -> Option<Text> {
        let db = self.db;
        match &found.kind {
            HitKind::Expr { id, base } => match self.body.refs.get(*id)? {
                Ref::Local(local) => self.local(*local),
                Ref::Item(key) => self.entry(key.file, &key.name),
                Ref::Module(file) => self.module(*file),
                Ref::Type(ty) => self.ty(ty),
                Ref::Variant { ty, variant } => self.variant(ty, variant),
                Ref::Effect(name) => {
                    let known = builtins::effect(name)?;
                    match name.strip_prefix("process.") {
                        Some(member) => self.process_member(member),
                        None => Some((format!("{name}{}", known.signature), Some(known.doc.to_owned()))),
                    }
                }
                Ref::Testing(name) => {
                    let known = testing::function(name)?;
                    Some((format!("{name}{}", known.signature), Some(known.doc.to_owned())))
                }
                Ref::Method { on, name } => {
                    let known = builtins::method(on, name)?;
                    Some((format!("{on}.{name}{}", known.signature), Some(known.doc.to_owned())))
                }
                Ref::Field(name) if is_process(db, self.body.expr((*base)?)) => self.process_member(name),
                Ref::Field(name) => self.field(self.body.expr((*base)?), name).or_else(|| {
                    let ty = self.body.expr(*id);
                    Some((format!("{name}: {}", ty), self.property(self.body.expr((*base)?), name)))
                }),
                Ref::Word(word) => Some((word.to_string(), None)),
                Ref::Endpoint(name) => self.endpoint(*base, name),
                Ref::Stage(name) => Some((name.to_string(), None)),
            },
            HitKind::Endpoint { base } => self.endpoint(*base, &found.name),
            HitKind::Label { call, callee } => match self.body.refs.get(*callee)? {
                Ref::Item(key) => {
                    let known = signature(db, key.clone())?;
                    let param = known.params.iter().find(|param| param.name == found.name)?;
                    let doc = param.doc.as_ref().map(ToString::to_string);
                    Some((format!("{}: {}", param.name, param.ty), doc))
                }
                Ref::Endpoint(endpoint) => {
                    let known = self.known_endpoint(self.base_of(*callee), endpoint)?;
                    let param = known.params.into_iter().find(|param| param.name == found.name)?;
                    Some((format!("{}: {}", param.name, param.ty), param.doc.map(|doc| doc.to_string())))
                }
                _ => self.field(self.body.expr(*call), &found.name),
            },
            HitKind::Stub => match &self.body.stubs.get(&found.span)?.to {
                Ref::Item(key) => self.entry(key.file, &key.name),
                Ref::Effect(name) => effect(name),
                _ => None,
            },
            HitKind::Stage => Some((format!("stage {}", found.name), None)),
            HitKind::Bind(pattern) => self.local(*self.body.binds.get(pattern)?),
            HitKind::Binder => self.local(*self.body.binders.get(&found.span)?),
            HitKind::Variant(pattern) => self.variant(self.body.pattern(*pattern), &found.name),
            HitKind::PatternField(pattern) => self.field(self.body.pattern(*pattern), &found.name),
            HitKind::Type { module } => {
                let within = match module {
                    Some(module) => scope(db, self.file).module(module)?,
                    None => self.file,
                };
                self.entry(within, &found.name)
            }
            HitKind::BuiltinType => Some((found.name.to_string(), None)),
            HitKind::Setting(owner) => {
                let spec = self.setting(*owner, &found.name)?;
                Some((format!("{}: {}", spec.key, spec.takes.wanted()), Some(spec.doc.to_owned())))
            }
            HitKind::Attr => {
                let spec = ATTRIBUTES.iter().find(|spec| spec.name == found.name)?;
                Some((spec.usage.to_owned(), Some(spec.doc.to_owned())))
            }
            HitKind::Import => {
                let known = import(db, self.item);
                match known.names.iter().find(|def| def.key.name == found.name) {
                    Some(def) => Some((describe::item(db, &def.key, def.kind), describe::docs(db, &def.key))),
                    None => self.module(known.target?),
                }
            }
            HitKind::Declared => self.entry(self.file, &found.name),
            HitKind::FieldDecl => None,
        }
    }

    /// An endpoint of what a base runs, or of the flow around.
    fn endpoint(&self, base: Option<ExprId>, name: &str) -> Option<Text> {
        let known = self.known_endpoint(base, name)?;
        let doc = known.doc.as_ref().map(ToString::to_string);
        Some((format!("expose {}", describe::endpoint(&known)), doc))
    }

    fn known_endpoint(&self, base: Option<ExprId>, name: &str) -> Option<Endpoint> {
        let (key, args) = self.flow(base)?;
        endpoint(self.db, &key, &args, name)
    }

    /// The flow that a process runs; without one, the flow around.
    fn flow(&self, base: Option<ExprId>) -> Option<(ItemKey, TyArgs)> {
        match base {
            None => Some((self.item.key(self.db), TyArgs::default())),
            Some(base) => running(self.db, self.body.expr(base)),
        }
    }

    /// What stands in front of the dot of a callee.
    fn base_of(&self, callee: ExprId) -> Option<ExprId> {
        base_of(self.item.tree(self.db), callee)
    }

    fn process_member(&self, name: &str) -> Option<Text> {
        let member = PROCESS_MEMBERS.iter().find(|member| member.name == name)?;
        Some((format!("{name}: {}", member.ty), Some(member.doc.to_owned())))
    }

    fn local(&self, id: LocalId) -> Option<Text> {
        let local = self.body.locals.get(id.0 as usize)?;
        let word = match local.kind {
            LocalKind::Var => "var ",
            LocalKind::Let => "let ",
            LocalKind::Param | LocalKind::It => "",
        };
        Some((format!("{word}{}: {}", local.name, local.ty), None))
    }

    fn entry(&self, file: SourceFile, name: &str) -> Option<Text> {
        match scope(self.db, file).get(name)? {
            Entry::Def { def, .. } => {
                let docs = describe::docs(self.db, &def.key);
                // The bounds of a flow are as much a part of it as its type.
                let docs = match bounds(self.db, &def.key) {
                    Some(bounds) => Some(format!("{}{}", paragraph(docs), bounds.markdown())),
                    None => docs,
                };
                Some((describe::item(self.db, &def.key, def.kind), docs))
            }
            Entry::Module { file, .. } => self.module(*file),
            Entry::Broken { .. } => None,
        }
    }

    fn module(&self, file: SourceFile) -> Option<Text> {
        let docs = describe::module_docs(self.db, file);
        let path = file.path(self.db);
        Some((format!("import {}", path.strip_suffix(".flow").unwrap_or(path)), docs))
    }

    fn ty(&self, ty: &Ty) -> Option<Text> {
        match ty {
            Ty::Named(key, _) => self.entry(key.file, &key.name),
            Ty::Option(of) => self.ty(of),
            _ => Some((ty.to_string(), None)),
        }
    }

    fn shape(&self, ty: &Ty) -> Option<std::sync::Arc<TypeShape>> {
        match resolve_alias(self.db, ty) {
            Ty::Option(of) => shape(self.db, &of),
            ty => shape(self.db, &ty),
        }
    }

    fn variant(&self, ty: &Ty, name: &str) -> Option<Text> {
        let shape = self.shape(ty)?;
        let variant = shape.variant(name)?;
        let written = describe::Written::of_type(self.db, &resolve_alias(self.db, ty));
        Some((describe::variant(variant, &written), variant.doc.as_ref().map(ToString::to_string)))
    }

    fn field(&self, ty: &Ty, name: &str) -> Option<Text> {
        let shape = self.shape(ty)?;
        let own = shape.fields().into_iter().flatten().map(|field| ("", field));
        let payloads = shape.variants().into_iter().flatten();
        let payloads = payloads.flat_map(|it| it.fields.iter().map(|field| (it.name.as_str(), field)));
        let (owner, field) = own.chain(payloads).find(|(_, field)| field.name == name)?;
        let written = describe::Written::of_type(self.db, &resolve_alias(self.db, ty));
        Some((describe::field(field, owner, &written), field.doc.as_ref().map(ToString::to_string)))
    }

    fn property(&self, base: &Ty, name: &str) -> Option<String> {
        let kind = builtins::kind_of(&resolve_alias(self.db, base))?;
        builtins::method(kind, name).map(|known| known.doc.to_owned())
    }

    fn setting(&self, owner: Owner, key: &str) -> Option<&'static SettingSpec> {
        match owner {
            Owner::Doer(kind) => setting(kind, key),
            Owner::With(callee) => match self.body.refs.get(callee)? {
                Ref::Item(item) => option_of_call(signature(self.db, item.clone())?.kind, key),
                _ => None,
            },
        }
    }
}

fn paragraph(docs: Option<String>) -> String {
    docs.filter(|docs| !docs.is_empty()).map_or_else(String::new, |docs| format!("{docs}\n\n"))
}
