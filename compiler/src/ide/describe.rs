//! Declarations as people read them: one line of code, and what their authors say of them.

use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::syntax::find_item;
use crate::types::decl::{
    Endpoint, FieldDef, ParamSig, Signature, TypeShape, VariantDef, const_ty, signature, type_def,
};
use crate::types::ty::Ty;
use smol_str::SmolStr;

/// An item's head: `agent critic(brief: string, poem: Poem) -> Review`.
pub(super) fn item(db: &dyn Db, key: &ItemKey, kind: DefKind) -> String {
    let name = &key.name;
    match kind {
        DefKind::Type => declared_type(db, key),
        DefKind::Const => format!("const {name}: {}", const_ty(db, key.clone())),
        DefKind::Secret => format!("secret {name}"),
        _ => match signature(db, key.clone()) {
            Some(known) => format!("{} {name}{}", keyword(known.kind), head(&known)),
            None => name.to_string(),
        },
    }
}

/// An endpoint's head: `add_task(spec: Spec) -> string`.
pub(super) fn endpoint(endpoint: &Endpoint) -> String {
    let result = if endpoint.result == Ty::None { String::new() } else { format!(" -> {}", endpoint.result) };
    format!("{}({}){result}", endpoint.name, params(&endpoint.params).join(", "))
}

fn params(params: &[ParamSig]) -> Vec<String> {
    params
        .iter()
        .map(|param| {
            let default = if param.has_default { " = …" } else { "" };
            format!("{}: {}{default}", param.name, param.ty)
        })
        .collect()
}

/// Parameters and result: `(brief: string, last: Review?) -> Direction`.
pub(super) fn head(known: &Signature) -> String {
    let params = params(&known.params);
    let type_params = generic(&known.type_params);
    let result = if known.result == Ty::None { String::new() } else { format!(" -> {}", known.result) };
    let emits = known.emits.as_ref().map_or_else(String::new, |emits| format!(" emits {}", emits));
    let one_line = format!("{type_params}({}){result}{emits}", params.join(", "));
    if one_line.len() <= 90 || params.is_empty() {
        return one_line;
    }
    format!("{type_params}(\n  {},\n){result}{emits}", params.join(",\n  "))
}

fn generic(params: &[SmolStr]) -> String {
    if params.is_empty() { String::new() } else { format!("<{}>", params.join(", ")) }
}

fn declared_type(db: &dyn Db, key: &ItemKey) -> String {
    let Some(def) = type_def(db, key.clone()) else { return format!("type {}", key.name) };
    let head = format!("type {}{}", key.name, generic(&def.params));
    let refined = if def.refined { " where …" } else { "" };
    match &*def.body {
        TypeShape::Record(fields) if fields.is_empty() => format!("{head} {{}}"),
        TypeShape::Record(fields) => {
            let fields: Vec<String> = fields.iter().map(|it| format!("  {}", field(it))).collect();
            format!("{head} {{\n{}\n}}", fields.join("\n"))
        }
        TypeShape::Enum(variants) => {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
            format!("{head} = {}{refined}", names.join(" | "))
        }
        TypeShape::Union(variants) => {
            let variants: Vec<String> = variants.iter().map(variant).collect();
            format!("{head}\n  = {}{refined}", variants.join("\n  | "))
        }
        TypeShape::Alias(of) => format!("{head} = {}{refined}", of),
    }
}

/// `findings: [Finding] = …`
pub(super) fn field(field: &FieldDef) -> String {
    let refined = if field.refined { " where …" } else { "" };
    let default = if field.has_default { " = …" } else { "" };
    format!("{}: {}{refined}{default}", field.name, field.ty)
}

/// `Revise(findings: [Finding])`
pub(super) fn variant(variant: &VariantDef) -> String {
    if variant.fields.is_empty() {
        return variant.name.to_string();
    }
    let fields: Vec<String> = variant.fields.iter().map(field).collect();
    format!("{}({})", variant.name, fields.join(", "))
}

/// What an item's author says of it.
pub(super) fn docs(db: &dyn Db, key: &ItemKey) -> Option<String> {
    find_item(db, key)?.tree(db).docs.as_ref().map(|docs| docs.text.clone())
}

/// The keyword that declares it.
fn keyword(kind: DefKind) -> &'static str {
    match kind {
        DefKind::Type => "type",
        DefKind::Fn => "fn",
        DefKind::Flow => "flow",
        DefKind::Tool => "tool",
        DefKind::Command => "command",
        DefKind::Agent => "agent",
        DefKind::Human => "human",
        DefKind::Const => "const",
        DefKind::Secret => "secret",
    }
}
