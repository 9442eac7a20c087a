//! Written types become types.

use super::{messages, option_of, resolve_alias, shape, signature, type_params};
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Diagnostic, Place, is_flooded};
use crate::resolve::{self, Def, DefKind, Entry, Scope, exports, foreign, scope};
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, ExprKind, Name, TypeExpr, TypeExprKind};
use smol_str::SmolStr;

/// The names of built-in types.
pub const BUILTIN_TYPES: &[&str] = &[
    "bool", "int", "float", "string", "duration", "time", "money", "json", "file", "output", "dir", "none",
    "Exec", "Failure", "Process", "Session", "Event",
];

/// Where complaints go, and how the places of a type become places of a diagnostic.
pub(super) struct Sink<'a> {
    pub(super) report: &'a mut Vec<Diagnostic>,
    pub(super) at: &'a dyn Fn(Span) -> Place,
}

/// Reads the types written in one item.
pub(super) struct Reader<'a> {
    db: &'a dyn Db,
    file: SourceFile,
    scope: &'a Scope,
    params: &'a [SmolStr],
    sink: Option<Sink<'a>>,
}

/// The type that is written, with what is wrong with it. `type_params` are those of the item around it.
pub fn type_of_expr(
    db: &dyn Db,
    file: SourceFile,
    type_params: &[SmolStr],
    ty: &TypeExpr,
    report: &mut Vec<Diagnostic>,
    at: impl Fn(Span) -> Place,
) -> Ty {
    Reader::reporting(db, file, type_params, Sink { report, at: &at }).read(ty)
}

impl<'a> Reader<'a> {
    /// A reader that says nothing and reads no other item's content.
    pub(super) fn silent(db: &'a dyn Db, file: SourceFile, params: &'a [SmolStr]) -> Self {
        Self { db, file, scope: scope(db, file), params, sink: None }
    }

    /// A reader that says what is wrong.
    pub(super) fn reporting(db: &'a dyn Db, file: SourceFile, params: &'a [SmolStr], sink: Sink<'a>) -> Self {
        Self { db, file, scope: scope(db, file), params, sink: Some(sink) }
    }

    /// The type that is written; [`Ty::Error`] where it is none.
    pub(super) fn read(&mut self, ty: &TypeExpr) -> Ty {
        match &ty.kind {
            TypeExprKind::Option(inner) => {
                let inner_ty = self.read(inner);
                self.check_option(ty, &inner_ty);
                option_of(inner_ty)
            }
            TypeExprKind::List(inner) => Ty::List(self.read(inner).into()),
            TypeExprKind::Map(key, _) if self.is_field(key) => {
                self.report(|at| messages::record_as_alias(at(ty.span), at(key.span)))
            }
            TypeExprKind::Map(key, value) => {
                let key_ty = self.read(key);
                self.check_key(key, &key_ty);
                Ty::Map(key_ty.into(), self.read(value).into())
            }
            TypeExprKind::Named { name, args } => self.named(ty, name, args),
            TypeExprKind::Qualified { module, name, args } => self.qualified(ty, module, name, args),
            TypeExprKind::Builtin { name, args } => self.builtin(ty, name, args.as_deref()),
            TypeExprKind::Error => Ty::Error,
        }
    }

    /// Whether the key of a map is no type, but looks like the name of a field: `{ title: string }`.
    fn is_field(&self, key: &TypeExpr) -> bool {
        let TypeExprKind::Builtin { name, args: None } = &key.kind else { return false };
        let text = name.text.as_str();
        self.scope.get(text).is_none()
            && !BUILTIN_TYPES.contains(&text)
            && !self.params.contains(&name.text)
            && resolve::suggest(text, BUILTIN_TYPES.iter().copied()).is_none()
            && foreign::a_type(text).is_none()
    }

    fn report(&mut self, diagnostic: impl FnOnce(&dyn Fn(Span) -> Place) -> Diagnostic) -> Ty {
        if let Some(sink) = self.sink.as_mut().filter(|sink| !is_flooded(sink.report)) {
            let diagnostic = diagnostic(sink.at);
            sink.report.push(diagnostic);
        }
        Ty::Error
    }

    fn named(&mut self, ty: &TypeExpr, name: &Name, args: &[TypeExpr]) -> Ty {
        // The parser has reported a name that it had to make up.
        if name.text.is_empty() {
            return Ty::Error;
        }
        if self.params.contains(&name.text) {
            self.check_count(ty, name, 0, args.len());
            return Ty::Param(name.text.clone());
        }
        if let Some(def) = self.scope.ty(&name.text) {
            return self.declared(ty, name, &def.clone(), args);
        }
        if BUILTIN_TYPES.contains(&name.text.as_str()) {
            return self.builtin_with_args(ty, name, args);
        }
        self.read_all(args);
        if self.scope.is_reported(&name.text) {
            return Ty::Error;
        }
        let (db, file, params) = (self.db, self.file, self.params);
        self.report(|at| resolve::unknown_type(db, file, at(name.span), name, params))
    }

    fn qualified(&mut self, ty: &TypeExpr, module: &Name, name: &Name, args: &[TypeExpr]) -> Ty {
        let (db, file) = (self.db, self.file);
        let Some(target) = self.scope.module(&module.text) else {
            self.read_all(args);
            if self.scope.is_reported(&module.text) {
                return Ty::Error;
            }
            return self.report(|at| messages::unknown_module_name(db, file, at(module.span), module));
        };
        match exports(db, target).get(&name.text) {
            Some(def) if def.kind == DefKind::Type => self.declared(ty, name, &def.clone(), args),
            Some(def) => {
                let entry = Entry::Def { def: def.clone(), import: None };
                self.report(|at| resolve::wrong_kind(db, at(name.span), &name.text, &entry, "a type"))
            }
            None => {
                let is_type = |kind| kind == DefKind::Type;
                self.report(|at| resolve::unknown_member(db, file, at(name.span), name, target, is_type))
            }
        }
    }

    fn declared(&mut self, ty: &TypeExpr, name: &Name, def: &Def, args: &[TypeExpr]) -> Ty {
        let wanted = type_params(self.db, def.key.clone()).map_or(0, |params| params.len());
        let mut read = self.read_all(args);
        self.check_count(ty, name, wanted, read.len());
        read.resize(wanted, Ty::Error);
        Ty::Named(def.key.clone(), read.into())
    }

    fn read_all(&mut self, args: &[TypeExpr]) -> Vec<Ty> {
        args.iter().map(|arg| self.read(arg)).collect()
    }

    fn builtin_with_args(&mut self, ty: &TypeExpr, name: &Name, args: &[TypeExpr]) -> Ty {
        if let ("Process", [item]) = (name.text.as_str(), args) {
            return self.process_of(ty, item);
        }
        let wanted = match name.text.as_str() {
            "Process" | "Event" => 2,
            "Session" => 1,
            _ => 0,
        };
        self.check_count(ty, name, wanted, args.len());
        match (name.text.as_str(), args) {
            ("Exec", _) => Ty::Exec,
            ("Failure", _) => Ty::Failure,
            ("Process", [result, emitted, ..]) => {
                Ty::Process(self.read(result).into(), self.emitted(emitted).into())
            }
            ("Event", [result, emitted, ..]) => {
                Ty::Event(self.read(result).into(), self.emitted(emitted).into())
            }
            ("Session", [agent, ..]) => self.session(agent),
            ("Process" | "Event" | "Session", _) => Ty::Error,
            // A lower-case built-in type that came this way has no arguments of its own.
            _ => self.builtin(ty, name, None),
        }
    }

    /// What a process emits: a type, or `never` where it emits nothing.
    fn emitted(&mut self, ty: &TypeExpr) -> Ty {
        match &ty.kind {
            TypeExprKind::Builtin { name, args: None } if name.text == "never" => Ty::Never,
            _ => self.read(ty),
        }
    }

    /// `Process<work>`
    fn process_of(&mut self, ty: &TypeExpr, item: &TypeExpr) -> Ty {
        let TypeExprKind::Builtin { name, args: None } = &item.kind else {
            self.read(item);
            return self.report(|at| messages::process_of_one(at(ty.span)));
        };
        let Some(def) = self.scope.value(&name.text).filter(|def| can_be_spawned(def.kind)).cloned() else {
            let scope = self.scope;
            let kind = scope.value(&name.text).map(|def| def.kind);
            return self.report(|at| {
                let runs = scope
                    .names()
                    .filter(|(text, _)| scope.value(text).is_some_and(|def| can_be_spawned(def.kind)));
                let near = resolve::suggest(&name.text, runs.map(|(text, _)| text.as_str()));
                messages::process_of_nothing(at(name.span), &name.text, kind, near)
            });
        };
        // Only where something is said of it: a signature must not need itself.
        if self.sink.is_some()
            && signature(self.db, def.key.clone()).is_some_and(|known| !known.type_params.is_empty())
        {
            return self.report(|at| messages::process_of_generic(at(name.span), &name.text));
        }
        Ty::ProcessOf(def.key, TyArgs::default())
    }

    fn session(&mut self, agent: &TypeExpr) -> Ty {
        if let TypeExprKind::Builtin { name, args: None } = &agent.kind
            && let Some(def) = self.scope.value(&name.text).filter(|def| def.kind == DefKind::Agent)
        {
            return Ty::Session(def.key.clone());
        }
        self.report(|at| messages::session_of_no_agent(at(agent.span)))
    }

    fn builtin(&mut self, ty: &TypeExpr, name: &Name, args: Option<&[Arg]>) -> Ty {
        let plain = match name.text.as_str() {
            "bool" => Ty::Bool,
            "int" => Ty::Int,
            "float" => Ty::Float,
            "string" => Ty::String,
            "duration" => Ty::Duration,
            "time" => Ty::Time,
            "money" => Ty::Money,
            "json" => Ty::Json,
            "dir" => Ty::Dir,
            "none" => Ty::None,
            "file" => return Ty::File(self.glob(name, args)),
            "output" => return Ty::Output(self.glob(name, args)),
            "" => return Ty::Error,
            other if self.scope.is_reported(other) => return Ty::Error,
            _ => {
                let (db, file, params) = (self.db, self.file, self.params);
                return self.report(|at| resolve::unknown_type(db, file, at(name.span), name, params));
            }
        };
        if args.is_some() {
            self.report(|at| messages::arguments_of_plain_type(at(ty.span), &name.text));
        }
        plain
    }

    /// The glob of `file("…")`: one plain string.
    fn glob(&mut self, name: &Name, args: Option<&[Arg]>) -> Option<SmolStr> {
        let args = args?;
        let text = match args {
            [Arg { label: None, value }] => match &value.kind {
                ExprKind::Str(template) => template.plain(),
                _ => None,
            },
            _ => None,
        };
        let Some(text) = text else {
            let span = args.iter().map(|arg| arg.value.span).reduce(Span::to).unwrap_or(name.span);
            self.report(|at| messages::glob_is_no_plain_string(at(span), &name.text));
            return None;
        };
        if let Some(why) = bad_glob(text) {
            let span = args.first().map_or(name.span, |arg| arg.value.span);
            self.report(|at| messages::bad_glob(at(span), text, why));
        }
        Some(text.into())
    }

    fn check_count(&mut self, ty: &TypeExpr, name: &Name, wanted: usize, found: usize) {
        if wanted != found {
            self.report(|at| messages::wrong_type_args(at(ty.span), &name.text, wanted, found));
        }
    }

    fn check_option(&mut self, ty: &TypeExpr, inner: &Ty) {
        if self.sink.is_some() && matches!(resolve_alias(self.db, inner), Ty::Option(_) | Ty::None) {
            self.report(|at| messages::option_of_option(at(ty.span)));
        }
    }

    fn check_key(&mut self, key: &TypeExpr, ty: &Ty) {
        if self.sink.is_none() {
            return;
        }
        let fits = match resolve_alias(self.db, ty) {
            Ty::String | Ty::Error | Ty::Param(_) => true,
            Ty::Named(..) => {
                shape(self.db, ty).is_some_and(|shape| matches!(*shape, super::TypeShape::Enum(_)))
            }
            _ => false,
        };
        if !fits {
            self.report(|at| messages::bad_map_key(at(key.span)));
        }
    }
}

/// Whether something can run as a process.
const fn can_be_spawned(kind: DefKind) -> bool {
    matches!(kind, DefKind::Flow | DefKind::Tool | DefKind::Command | DefKind::Agent | DefKind::Human)
}

/// Why a glob can match no file of a workspace.
pub(crate) fn bad_glob(glob: &str) -> Option<&'static str> {
    if glob.is_empty() {
        return Some("it is empty");
    }
    if glob.starts_with('/') {
        return Some("it begins with `/`, but files are named relative to the workspace");
    }
    if glob.split('/').any(|part| part == "..") {
        return Some("`..` leads out of the workspace");
    }
    let (mut class, mut group) = (false, 0_u32);
    for letter in glob.chars() {
        match letter {
            '[' if !class => class = true,
            ']' => class = false,
            '{' if !class => group += 1,
            '}' if !class && group == 0 => return Some("a `}` closes nothing"),
            '}' if !class => group -= 1,
            _ => {}
        }
    }
    if class {
        return Some("a `[` is not closed");
    }
    (group > 0).then_some("a `{` is not closed")
}
