//! Variants that the program looks for and nothing makes. This is asked of types that no answer from outside can be: their
//! values are made by expressions alone, and every expression of the project is known.

use super::is_on;
use crate::db::{Db, Rules, SourceFile};
use crate::diagnostics::{Code, Diagnostic, ItemKey};
use crate::resolve::{DefKind, is_private, modules};
use crate::syntax::{Item, Role, items};
use crate::types::decl::{TypeShape, VariantDef, endpoints, signature, type_def};
use crate::types::ty::Ty;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_pattern};
use flow_grammar::tree::{
    AltKind, Expr, ExprKind, ItemKind, Pattern, PatternKind, TypeBody, TypeDecl, TypeExprKind,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// A variant that is matched on and never made.
pub const UNPRODUCED_VARIANT: Code = Code("W0211");

/// The effects that yield what they are expected to, from outside.
const ANY: [&str; 2] = ["read_json", "signal"];

/// The variants of a type that nothing makes, though something asks for them.
pub(crate) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let known = || Rules::get(db).knows_all(db) || is_private(item.name(db));
    if item.role(db) != Role::Declares(DefKind::Type)
        || !is_on(db, item.file(db), UNPRODUCED_VARIANT)
        || !known()
    {
        return found;
    }
    let Some(def) = type_def(db, item.key(db)) else { return found };
    let Some(variants) = def.body.variants() else { return found };
    let fates = fates(db);
    let meets = |variant: &VariantDef, fate| fates.get(&variant.name) == Some(&fate);
    let missing: Vec<&VariantDef> = variants.iter().filter(|it| meets(it, Fate::Missing)).collect();
    // Of a type that nothing makes at all, a part of the program is not written yet.
    if missing.is_empty() || !variants.iter().any(|it| meets(it, Fate::Made)) {
        return found;
    }
    if arriving(db).as_ref().is_none_or(|arriving| arriving.contains(&item.key(db))) {
        return found;
    }
    for variant in missing {
        let message = format!("`{}` is asked for, but nothing makes one", variant.name);
        found.push(
            Diagnostic::new(UNPRODUCED_VARIANT, message, item.place(db, variant.span))
                .note(format!(
                    "no agent, command or person answers with `{}`, and no expression makes this variant",
                    item.name(db)
                ))
                .help("make it somewhere, or remove it with the arms that ask for it"),
        );
    }
    found
}

/// Looks through a file for what the lint will ask of every file, if it is going to.
pub(crate) fn prepare(db: &dyn Db, file: SourceFile) {
    if Rules::get(db).knows_all(db) && is_on(db, file, UNPRODUCED_VARIANT) {
        mentioned(db, file);
    }
}

/// Finds what becomes of the variants of all files, if the lint is going to ask for it.
pub(crate) fn prepare_all(db: &dyn Db) {
    if Rules::get(db).knows_all(db) && modules(db).any(|file| is_on(db, file, UNPRODUCED_VARIANT)) {
        fates(db);
    }
}

/// The variants that a file's expressions may make, and those that its patterns ask for, by name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Mentioned {
    made: FxHashSet<SmolStr>,
    asked: FxHashSet<SmolStr>,
    /// Those of its types, and of how many.
    declared: FxHashMap<SmolStr, u32>,
    /// Whether something comes from outside as whatever is expected there.
    any: bool,
}

/// The names with a capital that a file's expressions mention, secrets among them.
pub(super) fn capitals(db: &dyn Db, file: SourceFile) -> impl Iterator<Item = &SmolStr> {
    mentioned(db, file).made.iter()
}

#[salsa::tracked]
fn mentioned(db: &dyn Db, file: SourceFile) -> Mentioned {
    let mut out = Mentioned::default();
    for item in items(db, file) {
        walk_item(&mut out, item.tree(db));
        if let ItemKind::Type(TypeDecl { body: TypeBody::Alts { alts, .. }, .. }) = item.kind(db) {
            let names = alts.iter().filter_map(|alt| match &alt.kind {
                AltKind::Variant { name, .. } => Some(name),
                AltKind::Type(ty) => match &ty.kind {
                    TypeExprKind::Named { name, .. } => Some(name),
                    _ => None,
                },
            });
            names.for_each(|name| *out.declared.entry(name.text.clone()).or_default() += 1);
        }
    }
    out
}

/// What becomes of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Some expression may make it.
    Made,
    /// Something asks for it, and nothing makes it.
    Missing,
    /// Nothing makes it, and nothing asks for it, or its name alone does not say which variant is meant.
    Unknown,
}

/// The fates of all variants by name. Nothing need be known of types for this.
#[salsa::tracked]
fn fates(db: &dyn Db) -> FxHashMap<SmolStr, Fate> {
    #[derive(Default)]
    struct Seen {
        declared: u32,
        made: bool,
        asked: bool,
    }
    let mut seen: FxHashMap<&SmolStr, Seen> = FxHashMap::default();
    let files: Vec<&Mentioned> = modules(db).map(|file| mentioned(db, file)).collect();
    if files.iter().any(|of| of.any) {
        return FxHashMap::default();
    }
    for (name, count) in files.iter().flat_map(|of| &of.declared) {
        seen.entry(name).or_default().declared += count;
    }
    for of in files {
        for name in &of.made {
            seen.entry(name).and_modify(|it| it.made = true);
        }
        for name in &of.asked {
            seen.entry(name).and_modify(|it| it.asked = true);
        }
    }
    let fate = |seen: Seen| match seen {
        Seen { made: true, .. } => Fate::Made,
        Seen { declared: 1, asked: true, .. } => Fate::Missing,
        _ => Fate::Unknown,
    };
    seen.into_iter().map(|(name, seen)| (name.clone(), fate(seen))).collect()
}

impl Visit for Mentioned {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Upper(name) => {
                self.made.insert(name.text.clone());
            }
            ExprKind::Field { name, .. } if name.text.starts_with(|first: char| first.is_uppercase()) => {
                self.made.insert(name.text.clone());
            }
            ExprKind::Lower(name) => self.any |= ANY.contains(&name.text.as_str()),
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn pattern(&mut self, pattern: &Pattern) {
        if let PatternKind::Variant { name, .. } = &pattern.kind {
            self.asked.insert(name.text.clone());
        }
        walk_pattern(self, pattern);
    }
}

/// The types whose values come from outside: answers of agents, commands and people, inputs of flows, what an agent hands
/// to a tool or an endpoint; with all that they hold. `None` if it may be any.
#[salsa::tracked]
fn arriving(db: &dyn Db) -> Option<FxHashSet<ItemKey>> {
    let mut out = FxHashSet::default();
    for item in modules(db).flat_map(|file| items(db, file)) {
        let Role::Declares(kind) = item.role(db) else { continue };
        let is_flow = matches!(kind, DefKind::Flow | DefKind::Tool);
        if !is_flow && !matches!(kind, DefKind::Agent | DefKind::Command | DefKind::Human) {
            continue;
        }
        let Some(signature) = signature(db, item.key(db)) else { continue };
        if is_flow {
            signature.params.iter().for_each(|param| add(db, &param.ty, &mut out));
            for endpoint in endpoints(db, item.key(db)).iter() {
                endpoint.params.iter().for_each(|param| add(db, &param.ty, &mut out));
            }
        } else if signature.type_params.is_empty() {
            add(db, &signature.result, &mut out);
        } else {
            return None;
        }
    }
    Some(out)
}

/// Adds the declared types that a type holds.
fn add(db: &dyn Db, ty: &Ty, out: &mut FxHashSet<ItemKey>) {
    match ty {
        Ty::List(inner) | Ty::Option(inner) => add(db, inner, out),
        Ty::Map(key, value) => {
            add(db, key, out);
            add(db, value, out);
        }
        Ty::Record(fields) => fields.iter().for_each(|(_, ty)| add(db, ty, out)),
        Ty::Named(key, args) => {
            args.iter().for_each(|arg| add(db, arg, out));
            if !out.insert(key.clone()) {
                return;
            }
            let Some(def) = type_def(db, key.clone()) else { return };
            match &*def.body {
                TypeShape::Record(fields) => fields.iter().for_each(|field| add(db, &field.ty, out)),
                TypeShape::Enum(_) => {}
                TypeShape::Union(variants) => {
                    variants
                        .iter()
                        .flat_map(|variant| &variant.fields)
                        .for_each(|field| add(db, &field.ty, out));
                }
                TypeShape::Alias(of) => add(db, of, out),
            }
        }
        _ => {}
    }
}
