//! Declarations as people read them: one line of code, and what their authors say of them.

use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::syntax::{find_item, parsed};
use crate::types::decl::{
    Endpoint, FieldDef, ParamSig, Signature, TypeShape, VariantDef, const_ty, signature, type_def,
};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{AltKind, Expr, Field, ItemKind, Param, TypeBody};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// An item's head: `agent critic(brief: string, poem: Poem) -> Review`.
pub(crate) fn item(db: &dyn Db, key: &ItemKey, kind: DefKind) -> String {
    let name = &key.name;
    match kind {
        DefKind::Type => declared_type(db, key),
        DefKind::Const => {
            let value = Written::of(db, key).whole.map_or_else(String::new, |value| format!(" = {value}"));
            format!("const {name}: {}{value}", const_ty(db, key.clone()))
        }
        DefKind::Secret => format!("secret {name}"),
        _ => match signature(db, key.clone()) {
            Some(known) => format!("{} {name}{}", keyword(known.kind), head(db, key, &known)),
            None => name.to_string(),
        },
    }
}

/// An endpoint's head: `add_task(spec: Spec) -> string`.
pub(crate) fn endpoint(endpoint: &Endpoint) -> String {
    let result = if endpoint.result == Ty::None { String::new() } else { format!(" -> {}", endpoint.result) };
    format!("{}({}){result}", endpoint.name, params(&endpoint.params, &Written::default()).join(", "))
}

fn params(params: &[ParamSig], written: &Written) -> Vec<String> {
    params
        .iter()
        .map(|param| {
            let default = written.default_of("", &param.name, param.has_default);
            format!("{}: {}{default}", param.name, param.ty)
        })
        .collect()
}

/// Parameters and result: `(brief: string, last: Review?) -> Direction`.
pub(crate) fn head(db: &dyn Db, key: &ItemKey, known: &Signature) -> String {
    let params = params(&known.params, &Written::of(db, key));
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
    let written = Written::of(db, key);
    let refined = match &written.whole {
        Some(predicate) if def.refined => format!(" where {predicate}"),
        _ => String::new(),
    };
    match &*def.body {
        TypeShape::Record(fields) if fields.is_empty() => format!("{head} {{}}"),
        TypeShape::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|it| format!("  {}", field(it, "", &written))).collect();
            format!("{head} {{\n{}\n}}", fields.join("\n"))
        }
        TypeShape::Enum(variants) => {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
            format!("{head} = {}{refined}", names.join(" | "))
        }
        TypeShape::Union(variants) => {
            let variants: Vec<String> = variants.iter().map(|it| variant(it, &written)).collect();
            format!("{head}\n  = {}{refined}", variants.join("\n  | "))
        }
        TypeShape::Alias(of) => format!("{head} = {}{refined}", of),
    }
}

/// `findings: [Finding] = []`; `owner` is the variant whose field it is, empty in a record.
pub(crate) fn field(field: &FieldDef, owner: &str, written: &Written) -> String {
    let refined = written.predicate_of(owner, &field.name, field.refined);
    let default = written.default_of(owner, &field.name, field.has_default);
    format!("{}: {}{refined}{default}", field.name, field.ty)
}

/// `Revise(findings: [Finding])`
pub(crate) fn variant(variant: &VariantDef, written: &Written) -> String {
    if variant.fields.is_empty() {
        return variant.name.to_string();
    }
    let fields: Vec<String> = variant.fields.iter().map(|it| field(it, &variant.name, written)).collect();
    format!("{}({})", variant.name, fields.join(", "))
}

/// What the text of an item says where its definition only knows that there is something: defaults and predicates.
#[derive(Default)]
pub(crate) struct Written {
    /// The value of a constant, or the predicate of a type.
    whole: Option<String>,
    /// Defaults and predicates by variant, empty for parameters and records, and name.
    parts: FxHashMap<(SmolStr, SmolStr), Part>,
}

#[derive(Default)]
struct Part {
    default: Option<String>,
    predicate: Option<String>,
}

/// Longer texts are shown as `…`.
const SHOWN: usize = 48;

impl Written {
    /// Reads the text of an item.
    pub(crate) fn of(db: &dyn Db, key: &ItemKey) -> Self {
        let Some(item) = find_item(db, key) else { return Self::default() };
        let (text, start) = (item.file(db).text(db), item.start(db));
        let slice = |span: Span| {
            let found = text.get(span.shifted(start).range()).unwrap_or("…");
            if found.contains('\n') || found.chars().count() > SHOWN { "…" } else { found }.to_owned()
        };
        let spell = |expr: Option<&Expr>| expr.map(|expr| slice(expr.span));
        let mut out = Self::default();
        let mut params = |params: &[Param]| {
            params.iter().map(|it| (it.name.text.clone(), spell(it.default.as_deref()))).for_each(
                |(name, default)| {
                    out.parts.insert((SmolStr::default(), name), Part { default, predicate: None });
                },
            );
        };
        match item.kind(db) {
            ItemKind::Doer(decl) => params(&decl.params),
            ItemKind::Fn(decl) => params(&decl.params),
            ItemKind::Flow(decl) => params(&decl.params),
            ItemKind::Const(decl) => out.whole = Some(slice(decl.value.span)),
            ItemKind::Type(decl) => {
                let mut fields = |owner: &SmolStr, fields: &[Field]| {
                    for it in fields {
                        let part = Part {
                            default: spell(it.default.as_deref()),
                            predicate: spell(it.predicate.as_deref()),
                        };
                        out.parts.insert((owner.clone(), it.name.text.clone()), part);
                    }
                };
                match &decl.body {
                    TypeBody::Record(it) => fields(&SmolStr::default(), it),
                    TypeBody::Alts { alts, predicate } => {
                        for alt in alts {
                            if let AltKind::Variant { name, fields: it } = &alt.kind {
                                fields(&name.text, it);
                            }
                        }
                        out.whole = spell(predicate.as_deref());
                    }
                }
            }
            _ => {}
        }
        out
    }

    /// That of the type, if it is a declared one.
    pub(crate) fn of_type(db: &dyn Db, ty: &Ty) -> Self {
        match ty {
            Ty::Named(key, _) => Self::of(db, key),
            Ty::Option(of) => Self::of_type(db, of),
            _ => Self::default(),
        }
    }

    /// ` = 3`, if there is a default.
    fn default_of(&self, owner: &str, name: &str, there: bool) -> String {
        self.part(owner, name, there, |part| part.default.as_deref(), "=")
    }

    /// ` where it > 0`, if there is a predicate.
    fn predicate_of(&self, owner: &str, name: &str, there: bool) -> String {
        self.part(owner, name, there, |part| part.predicate.as_deref(), "where")
    }

    fn part(
        &self,
        owner: &str,
        name: &str,
        there: bool,
        text: impl Fn(&Part) -> Option<&str>,
        word: &str,
    ) -> String {
        if !there {
            return String::new();
        }
        let part = self.parts.get(&(owner.into(), name.into()));
        format!(" {word} {}", part.and_then(text).unwrap_or("…"))
    }
}

/// The documentation of a module, as it is written at its top.
pub(crate) fn module_docs(db: &dyn Db, file: SourceFile) -> Option<String> {
    parsed(db, file).docs.as_ref().map(|docs| docs.text.clone())
}

/// What an item's author says of it.
pub(crate) fn docs(db: &dyn Db, key: &ItemKey) -> Option<String> {
    find_item(db, key)?.tree(db).docs.as_ref().map(|docs| docs.text.clone())
}

/// The keyword that declares it.
pub(crate) fn keyword(kind: DefKind) -> &'static str {
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
