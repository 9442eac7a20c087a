//! Types and declared types.

use super::frame::Context;
use super::{Lowerer, NotLowered};
use crate::types::decl::{FieldDef, TypeShape, json_tag, process_parts, type_def};
use crate::types::ty::Ty;
use flow_grammar::tree::{AltKind, Docs, Expr, Field, TypeBody, TypeDecl};
use flow_ir::{FileType, Type, TypeDef};

impl Lowerer<'_> {
    /// A concrete type in the document's form; the declared types in it will be lowered.
    pub(super) fn ty(&mut self, ty: &Ty) -> Type {
        let file =
            |glob: &Option<smol_str::SmolStr>| FileType { glob: glob.as_ref().map(ToString::to_string) };
        match ty {
            // Neither is left in a program that checks; `json` takes whatever comes.
            Ty::Error | Ty::Infer(_) | Ty::Param(_) => Type::Json,
            Ty::Never => Type::Never,
            Ty::None => Type::None,
            Ty::Bool => Type::Bool,
            Ty::Int => Type::Int,
            Ty::Float => Type::Float,
            Ty::String | Ty::Secret => Type::String,
            Ty::Duration => Type::Duration,
            Ty::Time => Type::Time,
            Ty::Money => Type::Money,
            Ty::Json => Type::Json,
            Ty::Dir => Type::Dir,
            Ty::File(glob) => Type::File(file(glob)),
            Ty::Output(glob) => Type::Output(file(glob)),
            Ty::List(of) => Type::List(Box::new(self.ty(of))),
            Ty::Map(key, value) => Type::Map(Box::new(self.ty(key)), Box::new(self.ty(value))),
            Ty::Option(of) => Type::Option(Box::new(self.ty(of))),
            Ty::Named(key, args) => Type::Named(self.instance(key, args)),
            Ty::Record(fields) => {
                Type::Record(fields.iter().map(|(name, ty)| (name.clone(), self.ty(ty))).collect())
            }
            Ty::Failure => Type::Failure,
            Ty::Exec => Type::Exec,
            Ty::Process(result, event) => Type::Process(Box::new(self.ty(result)), Box::new(self.ty(event))),
            Ty::ProcessOf(..) => match process_parts(self.db, ty) {
                Some((result, event)) => Type::Process(Box::new(self.ty(&result)), Box::new(self.ty(&event))),
                None => Type::Json,
            },
            Ty::Session(agent) => Type::Session(self.instance(agent, &[])),
            Ty::Event(result, event) => Type::Event(Box::new(self.ty(result)), Box::new(self.ty(event))),
        }
    }
}

impl Context<'_, '_> {
    /// A declared type.
    pub(super) fn type_def(
        &mut self,
        decl: &TypeDecl,
        docs: Option<&Docs>,
        _args: &[Ty],
    ) -> Result<TypeDef, NotLowered> {
        let Some(known) = type_def(self.low.db, self.key.clone()) else {
            return Err(self.incomplete("a type without a definition"));
        };
        let doc = docs.map(|docs| docs.text.clone());
        let (body, predicate) = match (&*known.body, &decl.body) {
            (TypeShape::Record(fields), TypeBody::Record(written)) => {
                (flow_ir::TypeBody::Record(self.fields(fields, written)?), None)
            }
            (TypeShape::Alias(ty), TypeBody::Alts { predicate, .. }) => {
                (flow_ir::TypeBody::Alias(self.ty(ty)), predicate.as_ref())
            }
            (TypeShape::Enum(variants), TypeBody::Alts { predicate, .. }) => {
                let variants = variants.iter().map(|variant| flow_ir::Variant {
                    name: variant.name.clone(),
                    tag: json_tag(&variant.name).into(),
                    doc: variant.doc.as_ref().map(ToString::to_string),
                    fields: Vec::new(),
                });
                (flow_ir::TypeBody::Enum(variants.collect()), predicate.as_ref())
            }
            (TypeShape::Union(variants), TypeBody::Alts { alts, predicate }) => {
                let mut out = Vec::with_capacity(variants.len());
                for (variant, alt) in variants.iter().zip(alts) {
                    let fields = match &alt.kind {
                        AltKind::Variant { fields, .. } => self.fields(&variant.fields, fields)?,
                        AltKind::Type(_) => Vec::new(),
                    };
                    out.push(flow_ir::Variant {
                        name: variant.name.clone(),
                        tag: json_tag(&variant.name).into(),
                        doc: variant.doc.as_ref().map(ToString::to_string),
                        fields,
                    });
                }
                (flow_ir::TypeBody::Union(out), predicate.as_ref())
            }
            _ => return Err(self.incomplete("a type whose definition does not fit its text")),
        };
        let refinement = predicate.map(|predicate| self.refinement(predicate)).transpose()?;
        Ok(TypeDef { doc, body, refinement })
    }

    fn fields(&mut self, known: &[FieldDef], written: &[Field]) -> Result<Vec<flow_ir::Field>, NotLowered> {
        known
            .iter()
            .zip(written)
            .map(|(known, written)| {
                let default = match &written.default {
                    Some(default) => Some(self.apart(|cx| cx.expr(default))?.0),
                    None => None,
                };
                let refinement = written.predicate.as_ref().map(|it| self.refinement(it)).transpose()?;
                Ok(flow_ir::Field {
                    name: known.name.clone(),
                    ty: self.ty(&known.ty),
                    doc: known.doc.as_ref().map(ToString::to_string),
                    default,
                    refinement,
                })
            })
            .collect()
    }

    /// A predicate in a frame of its own, whose local 0 is `it`.
    fn refinement(&mut self, predicate: &Expr) -> Result<flow_ir::Refinement, NotLowered> {
        let text = self.written(predicate);
        let (predicate_node, locals) = self.apart(|cx| {
            cx.it(predicate.span);
            cx.expr(predicate)
        })?;
        Ok(flow_ir::Refinement { text, predicate: predicate_node, locals: locals.max(1) })
    }

    /// Makes the `it` of a predicate local 0.
    fn it(&mut self, predicate: flow_grammar::span::Span) {
        use crate::types::body::{LocalId, LocalKind};
        let found = self.body.locals.iter().position(|local| {
            local.kind == LocalKind::It
                && local.scope.start <= predicate.start
                && predicate.end <= local.scope.end
        });
        match found {
            Some(index) => {
                self.slot(LocalId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
            None => {
                self.frame.add("it");
            }
        }
    }
}

/// The fields of a record, or of one variant of a union, as written.
pub(super) fn written_fields<'t>(tree: &'t flow_grammar::tree::Item, variant: Option<&str>) -> &'t [Field] {
    let flow_grammar::tree::ItemKind::Type(decl) = &tree.kind else { return &[] };
    match (&decl.body, variant) {
        (TypeBody::Record(fields), None) => fields,
        (TypeBody::Alts { alts, .. }, Some(wanted)) => alts
            .iter()
            .find_map(|alt| match &alt.kind {
                AltKind::Variant { name, fields } if name.text == wanted => Some(fields.as_slice()),
                _ => None,
            })
            .unwrap_or_default(),
        _ => &[],
    }
}
