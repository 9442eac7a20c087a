//! What is wrong with a declaration, apart from its expressions: names, duplicates, written types, settings, attributes.

use super::aliases::{Alias, alias};
use super::naming::{Style, json_tag};
use super::read::{BUILTIN_TYPES, Reader, Sink};
use super::recursion::{self, Trouble};
use super::{
    Callable, aliased, callable, cycles, has_json_form, holds_process, marks, messages as say, resolve_alias,
    signature, texts, type_def,
};
use crate::db::Db;
use crate::diagnostics::{Diagnostic, Place};
use crate::resolve::{DefKind, nearby, scope, suggest};
use crate::syntax::{Item, Role};
use crate::types::builtins;
use crate::types::settings::{Owner, check_attrs, check_settings, without_effect};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{
    Alt, AltKind, Attr, ConstDecl, DoerDecl, DoerKind, Field, FlowDecl, Import, ItemKind, Name, Param,
    StmtKind, TypeBody, TypeDecl, TypeExpr, TypeExprKind,
};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::hash_map::Entry;

/// So many names are quicker compared with one another than put into a table.
const FEW: usize = 8;

/// What is wrong with a declaration.
pub fn check<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<Diagnostic> {
    let at = |span: Span| item.place(db, span);
    let mut check = Check { db, item, at: &at, out: Vec::new() };
    let tree = item.tree(db);
    check.attrs(&tree.attrs, owner(item.role(db), &tree.kind));
    check.out.extend(marks::check(db, item));
    match &tree.kind {
        ItemKind::Type(decl) => check.type_decl(decl),
        ItemKind::Doer(decl) => {
            check.callable(&tree.kind, &decl.name);
            check.doer(decl);
        }
        ItemKind::Fn(decl) => check.callable(&tree.kind, &decl.name),
        ItemKind::Flow(decl) => {
            check.callable(&tree.kind, &decl.name);
            check.flow(decl);
        }
        ItemKind::Const(decl) => check.constant(decl),
        ItemKind::Secret(name) => check.name(name, Style::Upper, "a secret"),
        ItemKind::Import(_) => check.module_name(&tree.kind),
        ItemKind::Test(_) | ItemKind::Error => {}
    }
    check.out
}

fn owner(role: Role, kind: &ItemKind) -> Owner {
    match role {
        Role::Declares(DefKind::Flow) => Owner::Flow,
        Role::Declares(DefKind::Tool) => Owner::Tool,
        Role::Declares(kind) if kind.is_callable() => Owner::Callable(kind.a_noun()),
        Role::Declares(kind) => Owner::Item(kind.a_noun()),
        Role::Import => match kind {
            ItemKind::Import(import) if import.names.is_some() => Owner::Names,
            _ => Owner::Item("an import of a whole module"),
        },
        Role::Test => Owner::Item("a test"),
        Role::Broken => Owner::Item("this"),
    }
}

struct Check<'a> {
    db: &'a dyn Db,
    item: Item<'a>,
    at: &'a dyn Fn(Span) -> Place,
    out: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    fn attrs(&mut self, attrs: &[Attr], owner: Owner) {
        check_attrs(attrs, owner, self.at, &mut self.out);
    }

    /// The parser has reported a name that it had to make up, which is empty, and one whose first letter is of the wrong
    /// case.
    fn name(&mut self, name: &Name, style: Style, what: &str) {
        let first = name.text.trim_start_matches('_').chars().next();
        let readable = first.is_some_and(|first| first.is_uppercase() == (style != Style::Snake));
        if readable && !style.fits(&name.text) {
            self.out.push(say::bad_name(
                (self.at)(name.span),
                &name.text,
                what,
                style.name(),
                &style.apply(&name.text),
            ));
        }
    }

    fn distinct<'n>(&mut self, names: impl Iterator<Item = &'n Name> + Clone, what: &str) {
        // Mostly there are few, and no two are the same.
        let same = |(at, name): (usize, &Name)| names.clone().take(at).any(|other| other.text == name.text);
        if names.clone().nth(FEW).is_none() && !names.clone().enumerate().any(same) {
            return;
        }
        let mut seen: FxHashMap<&SmolStr, Span> = FxHashMap::default();
        for name in names.filter(|name| !name.text.is_empty()) {
            match seen.entry(&name.text) {
                Entry::Occupied(first) => self.out.push(say::duplicate(
                    (self.at)(name.span),
                    (self.at)(*first.get()),
                    &name.text,
                    what,
                )),
                Entry::Vacant(free) => {
                    free.insert(name.span);
                }
            }
        }
    }

    fn ty(&mut self, params: &[SmolStr], ty: &TypeExpr) -> Ty {
        let sink = Sink { report: &mut self.out, at: self.at };
        Reader::reporting(self.db, self.item.file(self.db), params, sink).read(ty)
    }

    fn type_params(&mut self, params: &[Name]) -> Vec<SmolStr> {
        self.distinct(params.iter(), "type parameter");
        for param in params {
            self.name(param, Style::Camel, "a type parameter");
            if BUILTIN_TYPES.contains(&param.text.as_str()) {
                self.out.push(say::built_in_name((self.at)(param.span), &param.text));
            }
        }
        texts(params)
    }

    fn callable(&mut self, kind: &ItemKind, name: &Name) {
        let Role::Declares(def) = self.item.role(self.db) else { return };
        let Some(Callable { type_params, params, result, emits }) = callable(kind) else { return };
        self.not_an_effect(name);
        self.name(name, Style::Snake, def.a_noun());
        let type_names = self.type_params(type_params);
        let param_types = self.params(&type_names, params);
        if matches!(def, DefKind::Fn | DefKind::Flow | DefKind::Tool) {
            self.fresh_without_effect(params, def.a_noun());
        }
        let result_ty = result.map(|result| (result, self.ty(&type_names, result)));
        let emitted_ty = emits.map(|emits| (emits, self.ty(&type_names, emits)));

        // What crosses to a program, an agent or a person has a JSON form.
        if matches!(def, DefKind::Command | DefKind::Human | DefKind::Tool) {
            for (param, ty) in params.iter().zip(&param_types) {
                self.crosses(&param.ty, ty, def);
            }
        }
        if let Some((written, ty)) = &result_ty {
            let is_exec = def == DefKind::Command && resolve_alias(self.db, ty) == Ty::Exec;
            if matches!(def, DefKind::Command | DefKind::Human | DefKind::Agent | DefKind::Tool) && !is_exec {
                self.crosses(written, ty, def);
            }
        }
        if let Some((written, ty)) = &result_ty
            && def == DefKind::Flow
            && holds_process(self.db, ty)
        {
            self.out.push(say::process_leaves((self.at)(written.span), &name.text));
        }
        if let Some((written, ty)) = &emitted_ty {
            self.crosses(written, ty, def);
        }

        let types = params.iter().map(|param| &*param.ty).chain(result).chain(emits);
        let used = types.fold(Vec::new(), |mut used, ty| {
            mentioned(ty, &mut used);
            used
        });
        for param in type_params.iter().filter(|param| !param.text.is_empty() && !used.contains(&&param.text))
        {
            self.out.push(say::unused_type_param((self.at)(param.span), &param.text));
        }
    }

    /// What can be called by its name alone would hide the effect.
    fn not_an_effect(&mut self, name: &Name) {
        if builtins::effect(&name.text).is_some() {
            self.out.push(say::built_in_name((self.at)(name.span), &name.text));
        }
    }

    /// The name under which an import brings a whole module.
    fn module_name(&mut self, import: &ItemKind) {
        let ItemKind::Import(Import { path, names, alias }) = import else { return };
        match (alias, names) {
            (Some(alias), _) => self.not_an_effect(alias),
            (None, None) => {
                let hides = path.segments.last().filter(|last| builtins::effect(&last.text).is_some());
                self.out.extend(hides.map(|last| say::hiding_module((self.at)(last.span), &last.text)));
            }
            (None, Some(_)) => {}
        }
    }

    fn params(&mut self, type_params: &[SmolStr], params: &[Param]) -> Vec<Ty> {
        self.distinct(params.iter().map(|param| &param.name), "parameter");
        for param in params {
            self.name(&param.name, Style::Snake, "a parameter");
            self.attrs(&param.attrs, Owner::Parameter);
        }
        let types: Vec<Ty> = params.iter().map(|param| self.ty(type_params, &param.ty)).collect();
        for (param, ty) in params.iter().zip(&types) {
            let fresh = param.attrs.iter().find(|attr| attr.name.text == "fresh");
            if let Some(fresh) = fresh
                && !holds_files(self.db, ty)
            {
                self.out.push(say::fresh_without_file((self.at)(fresh.span), (self.at)(param.ty.span)));
            }
        }
        types
    }

    /// Files are held to what they were where a command, an agent or a person is called.
    fn fresh_without_effect(&mut self, params: &[Param], of: &str) {
        for attr in params.iter().flat_map(|param| &param.attrs).filter(|attr| attr.name.text == "fresh") {
            let what = format!("`@fresh` on a parameter of {of}");
            let meant = "only commands, agents and humans hold files to what they were";
            self.out.push(without_effect((self.at)(attr.span), &what, meant));
        }
    }

    fn crosses(&mut self, written: &TypeExpr, ty: &Ty, def: DefKind) {
        if !has_json_form(self.db, ty) {
            self.out.push(say::no_json_form((self.at)(written.span), def.a_noun()));
        }
    }

    fn doer(&mut self, decl: &DoerDecl) {
        let Some(signature) = signature(self.db, self.item.key(self.db)) else { return };
        self.out.extend(check_settings(self.db, self.item.file(self.db), decl, &signature, self.at));
        if decl.kind == DoerKind::Human && decl.result.is_none() {
            self.out.push(say::answer_without_type((self.at)(decl.name.span), &decl.name.text));
        }
    }

    /// The parameters of stages and endpoints; their types belong to the body.
    fn flow(&mut self, decl: &FlowDecl) {
        for stmt in &decl.body.stmts {
            let (name, params, what) = match &stmt.kind {
                StmtKind::Stage(stage) => (&stage.name, &stage.params, "a stage"),
                StmtKind::Expose(expose) => (&expose.name, &expose.params, "an endpoint"),
                _ => continue,
            };
            // A stage is only ever named behind `handoff`.
            if matches!(stmt.kind, StmtKind::Expose(_)) {
                self.not_an_effect(name);
            }
            self.name(name, Style::Snake, what);
            self.distinct(params.iter().map(|param| &param.name), "parameter");
            for param in params {
                self.name(&param.name, Style::Snake, "a parameter");
                self.attrs(&param.attrs, Owner::Parameter);
            }
            self.fresh_without_effect(params, what);
        }
    }

    fn constant(&mut self, decl: &ConstDecl) {
        self.name(&decl.name, Style::Upper, "a constant");
        if let Some(ty) = &decl.ty {
            self.ty(&[], ty);
        }
        let key = self.item.key(self.db);
        if let Some(cycle) =
            cycles::const_cycle(self.db, &key).filter(|cycle| cycle.iter().min() == Some(&key))
        {
            self.out.push(say::const_cycle(self.db, (self.at)(decl.name.span), &cycle));
        } else if cycles::hangs_too_deep(self.db, &key) {
            self.out.push(say::chain_too_long((self.at)(decl.name.span), &decl.name.text));
        }
    }

    fn type_decl(&mut self, decl: &TypeDecl) {
        self.name(&decl.name, Style::Camel, "a type");
        if BUILTIN_TYPES.contains(&decl.name.text.as_str()) {
            self.out.push(say::built_in_name((self.at)(decl.name.span), &decl.name.text));
        }
        let params = self.type_params(&decl.params);
        let mut used = Vec::new();
        match &decl.body {
            TypeBody::Record(fields) => self.fields(&params, fields, &mut used),
            TypeBody::Alts { alts, .. } => match aliased(self.db, self.item.file(self.db), decl) {
                Some(ty) => {
                    self.ty(&params, ty);
                    mentioned(ty, &mut used);
                }
                None => self.alts(&params, decl, alts, &mut used),
            },
        }
        for param in decl.params.iter().filter(|param| !param.text.is_empty() && !used.contains(&&param.text))
        {
            self.out.push(say::unused_type_param((self.at)(param.span), &param.text));
        }
        self.recursion(decl);
    }

    fn fields<'t>(&mut self, params: &[SmolStr], fields: &'t [Field], used: &mut Vec<&'t SmolStr>) {
        self.distinct(fields.iter().map(|field| &field.name), "field");
        for field in fields {
            self.name(&field.name, Style::Snake, "a field");
            self.attrs(&field.attrs, Owner::Field);
            self.ty(params, &field.ty);
            mentioned(&field.ty, used);
        }
    }

    fn alts<'t>(
        &mut self,
        params: &[SmolStr],
        decl: &TypeDecl,
        alts: &'t [Alt],
        used: &mut Vec<&'t SmolStr>,
    ) {
        let is_union =
            alts.iter().any(|alt| matches!(&alt.kind, AltKind::Variant { fields, .. } if !fields.is_empty()));
        let mut variants: Vec<&Name> = Vec::new();
        if let [Alt { kind: AltKind::Type(TypeExpr { kind: TypeExprKind::Named { name, .. }, .. }), .. }] =
            alts
        {
            self.lone_variant(decl, name);
        }
        for alt in alts {
            match &alt.kind {
                AltKind::Variant { name, fields } => {
                    self.fields(params, fields, used);
                    if let Some(field) = fields.iter().find(|field| field.name.text == "kind") {
                        self.out.push(say::kind_field((self.at)(field.name.span), &name.text));
                    }
                    variants.push(name);
                }
                AltKind::Type(TypeExpr { kind: TypeExprKind::Named { name, args }, .. })
                    if args.is_empty() =>
                {
                    let names = scope(self.db, self.item.file(self.db));
                    if alts.len() > 1 && names.ty(&name.text).is_some() && name.text != decl.name.text {
                        self.out.push(say::type_as_variant(
                            (self.at)(name.span),
                            &decl.name.text,
                            &name.text,
                        ));
                    }
                    variants.push(name);
                }
                AltKind::Type(TypeExpr { kind: TypeExprKind::Error, .. }) => {}
                AltKind::Type(ty) => {
                    self.out.push(say::not_a_variant((self.at)(ty.span), &decl.name.text));
                    mentioned(ty, used);
                }
            }
        }
        for variant in &variants {
            self.name(variant, Style::Camel, "a variant");
        }
        self.distinct(variants.iter().copied(), "variant");
        self.tags(&variants, is_union);
    }

    /// `type Colour = Strng`: an enum of one variant, or a type that is misspelt.
    fn lone_variant(&mut self, decl: &TypeDecl, alone: &Name) {
        let file = self.item.file(self.db);
        let names = scope(self.db, file);
        let types = nearby(self.db, file).to(&alone.text).filter(|name| names.ty(name).is_some());
        let types = types.filter(|name| *name != decl.name.text).chain(BUILTIN_TYPES.iter().copied());
        if let Some(near) = suggest(&alone.text, types) {
            self.out.push(say::lone_variant((self.at)(alone.span), &decl.name.text, &alone.text, near));
        }
    }

    /// Variants whose names differ but are the same in JSON.
    fn tags(&mut self, variants: &[&Name], is_union: bool) {
        let alike = |(at, name): (usize, &&Name)| {
            variants[..at].iter().any(|other| other.text.eq_ignore_ascii_case(&name.text))
        };
        if variants.len() <= FEW && !variants.iter().enumerate().any(alike) {
            return;
        }
        let mut seen: FxHashMap<(String, String), &Name> = FxHashMap::default();
        for &variant in variants {
            let tag = json_tag(&variant.text);
            let first = *seen.entry((tag.clone(), variant.text.to_ascii_lowercase())).or_insert(variant);
            // One name twice is told as that.
            if first.text != variant.text {
                let (place, other) = ((self.at)(variant.span), (self.at)(first.span));
                self.out.push(say::same_in_json(place, other, &variant.text, &first.text, &tag, is_union));
            }
        }
    }

    fn recursion(&mut self, decl: &TypeDecl) {
        let key = self.item.key(self.db);
        // Only the item that the name means in its file has a definition.
        if type_def(self.db, key.clone()).is_none() {
            return;
        }
        let place = (self.at)(decl.name.span);
        if let Some(Alias::Circular(way)) = alias(self.db, &key) {
            self.out.extend(way.as_ref().map(|way| say::alias_cycle(self.db, place, way)));
            return;
        }
        match recursion::trouble(self.db, &key) {
            Some(Trouble::Endless(way)) => self.out.push(say::endless(place, &decl.name.text, way)),
            Some(Trouble::Growing(ty)) => self.out.push(say::growing(place, &decl.name.text, ty)),
            None => {}
        }
    }
}

/// The lone names in a written type: type parameters among them.
fn mentioned<'t>(ty: &'t TypeExpr, out: &mut Vec<&'t SmolStr>) {
    match &ty.kind {
        TypeExprKind::Option(inner) | TypeExprKind::List(inner) => mentioned(inner, out),
        TypeExprKind::Map(key, value) => {
            mentioned(key, out);
            mentioned(value, out);
        }
        TypeExprKind::Named { name, args } => {
            out.push(&name.text);
            args.iter().for_each(|arg| mentioned(arg, out));
        }
        TypeExprKind::Qualified { args, .. } => args.iter().for_each(|arg| mentioned(arg, out)),
        TypeExprKind::Builtin { .. } | TypeExprKind::Error => {}
    }
}

/// Whether a parameter of that type is a file, or files.
fn holds_files(db: &dyn Db, ty: &Ty) -> bool {
    match resolve_alias(db, ty) {
        Ty::File(_) | Ty::Output(_) | Ty::Error => true,
        Ty::List(inner) | Ty::Option(inner) | Ty::Map(_, inner) => holds_files(db, &inner),
        _ => false,
    }
}
