//! What the thing under the cursor is: a line of code, and what its author says of it.

use super::hit::{Hit, HitKind, Owner, hit};
use super::{describe, item_at};
use crate::analyses::cost::bounds;
use crate::db::{Db, SourceFile};
use crate::resolve::{Entry, import, scope};
use crate::syntax::Item;
use crate::types::body::{Body, LocalId, LocalKind, Ref};
use crate::types::builtins;
use crate::types::decl::{TypeShape, resolve_alias, shape, signature};
use crate::types::infer::check_body;
use crate::types::settings::{ATTRIBUTES, SettingSpec, option_of_call, setting};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
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

impl About<'_> {
    fn name(&self, found: &Hit) -> Option<Text> {
        let db = self.db;
        match &found.kind {
            HitKind::Expr { id, base } => match self.body.refs.get(id)? {
                Ref::Local(local) => self.local(*local),
                Ref::Item(key) => self.entry(key.file, &key.name),
                Ref::Module(file) => self.module(*file),
                Ref::Type(ty) => self.ty(ty),
                Ref::Variant { ty, variant } => self.variant(ty, variant),
                Ref::Effect(name) => {
                    let known = builtins::effect(name)?;
                    Some((format!("{name}{}", known.signature), Some(known.doc.to_owned())))
                }
                Ref::Method { on, name } => {
                    let known = builtins::method(on, name)?;
                    Some((format!("{on}.{name}{}", known.signature), Some(known.doc.to_owned())))
                }
                Ref::Field(name) => self.field(self.body.expr((*base)?), name).or_else(|| {
                    let ty = self.body.expr(*id);
                    Some((format!("{name}: {}", ty), self.property(self.body.expr((*base)?), name)))
                }),
                Ref::Word(word) => Some((word.to_string(), None)),
                Ref::Stage(name) | Ref::Endpoint(name) => Some((name.to_string(), None)),
            },
            HitKind::Label { call, callee } => match self.body.refs.get(callee)? {
                Ref::Item(key) => {
                    let known = signature(db, key.clone())?;
                    let param = known.params.iter().find(|param| param.name == found.name)?;
                    let doc = param.doc.as_ref().map(ToString::to_string);
                    Some((format!("{}: {}", param.name, param.ty), doc))
                }
                _ => self.field(self.body.expr(*call), &found.name),
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
        let docs = flow_grammar::parse::split(file.text(self.db)).docs.map(|docs| docs.text);
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
        Some((describe::variant(variant), variant.doc.as_ref().map(ToString::to_string)))
    }

    fn field(&self, ty: &Ty, name: &str) -> Option<Text> {
        let shape = self.shape(ty)?;
        let payloads = shape.variants().into_iter().flatten().flat_map(|variant| &variant.fields);
        let field = shape.fields().into_iter().flatten().chain(payloads).find(|field| field.name == name)?;
        Some((describe::field(field), field.doc.as_ref().map(ToString::to_string)))
    }

    fn property(&self, base: &Ty, name: &str) -> Option<String> {
        let kind = builtins::kind_of(&resolve_alias(self.db, base))?;
        builtins::method(kind, name).map(|known| known.doc.to_owned())
    }

    fn setting(&self, owner: Owner, key: &str) -> Option<&'static SettingSpec> {
        match owner {
            Owner::Doer(kind) => setting(kind, key),
            Owner::With(callee) => match self.body.refs.get(&callee)? {
                Ref::Item(item) => option_of_call(signature(self.db, item.clone())?.kind, key),
                _ => None,
            },
        }
    }
}

fn paragraph(docs: Option<String>) -> String {
    docs.filter(|docs| !docs.is_empty()).map_or_else(String::new, |docs| format!("{docs}\n\n"))
}
