//! The names that may stand at the cursor, gathered from scopes, types and tables.

use super::expected::{Expected, expected};
use super::{Completion, CompletionKind};
use crate::db::{Db, Files, SourceFile};
use crate::describe;
use crate::diagnostics::ItemKey;
use crate::ide::{is_process, item_at, running};
use crate::resolve::{DefKind, Entry, exports, modules, path, scope};
use crate::stdlib;
use crate::syntax::Item;
use crate::types::body::{Body, LocalKind, Ref};
use crate::types::builtins::{self, MethodScheme};
use crate::types::decl::{
    BUILTIN_TYPES, Endpoint, PROCESS_MEMBERS, TypeShape, endpoint, endpoints, resolve_alias, shape, signature,
};
use crate::types::infer::{check_body, testing};
use crate::types::settings::{ATTRIBUTES, SettingSpec, Takes, options, setting, settings};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{DoerKind, ItemKind, StmtKind};
use std::sync::Arc;

/// How well a name fits; the first sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Wanted,
    Near,
    Visible,
    BuiltIn,
    Keyword,
}

/// Gathers completions for one cursor.
pub(super) struct Names<'db> {
    db: &'db dyn Db,
    file: SourceFile,
    item: Option<Item<'db>>,
    body: Option<Arc<Body>>,
    /// The cursor, counted from the item.
    offset: u32,
    replace: Span,
    snippets: bool,
    expected: Expected,
    found: Vec<(Fit, Completion)>,
}

/// Declarations as snippets: label, what it is for, text.
const ITEMS: &[(&str, &str, &str)] = &[
    (
        "agent",
        "a turn of a coding agent",
        "agent ${1:name}(${2:input}: ${3:string}) -> ${4:string} {\n  prompt: \"\"\"\n    $0\n    \"\"\"\n  timeout: 10m\n}",
    ),
    ("command", "a program", "command ${1:name}() -> ${2:string} {\n  run: [\"$0\"]\n}"),
    ("flow", "a composition of steps", "flow ${1:name}() -> ${2:string} {\n  $0\n}"),
    ("fn", "a pure function", "fn ${1:name}(${2:value}: ${3:string}) -> ${4:string} {\n  $0\n}"),
    ("type", "a record, enum, union or alias", "type ${1:Name} {\n  $0\n}"),
    ("human", "a question to a person", "human ${1:name}() -> ${2:bool} {\n  ask: \"$0\"\n}"),
    ("import", "names of another module", "import ${1:std/review}.{$0}"),
    ("const", "a constant", "const ${1:NAME} = $0"),
    ("secret", "a secret of the environment", "secret ${1:NAME}"),
    ("test", "a test", "test \"${1:what holds}\" {\n  $0\n}"),
    ("tool", "a flow that an agent may call", "tool ${1:name}() -> ${2:string} {\n  $0\n}"),
];

/// Statements and expressions as snippets.
const STATEMENTS: &[(&str, &str)] = &[
    ("let", "let ${1:name} = $0"),
    ("var", "var ${1:name} = $0"),
    ("require", "require ${1:condition}, \"${2:message}\""),
    ("defer", "defer {\n  $0\n}"),
    ("stage", "stage ${1:name}($2) {\n  $0\n}"),
    ("expose", "expose ${1:name}($2) {\n  $0\n}"),
    ("emit", "emit $0"),
];

/// Statements of tests as snippets.
const TEST_STATEMENTS: &[(&str, &str)] =
    &[("stub", "stub ${1:name} = [$0]"), ("expect", "expect ${1:condition}")];

const EXPRESSIONS: &[(&str, &str)] = &[
    ("if", "if ${1:condition} {\n  $0\n}"),
    ("match", "match ${1:value} {\n  $0\n}"),
    ("for", "for ${1:item} in ${2:items} {\n  $0\n}"),
    ("loop", "loop max ${1:3} {\n  $0\n}"),
    ("parallel", "parallel {\n  $0\n}"),
    ("parallel for", "parallel for ${1:item} in ${2:items} max ${3:4} {\n  $0\n}"),
    ("race", "race {\n  ${1:result} = $2 => $0\n}"),
    ("return", "return $0"),
    ("break", "break $0"),
    ("continue", "continue"),
    ("fail", "fail \"$0\""),
    ("blocked", "blocked \"$0\""),
    ("handoff", "handoff ${1:stage}($0)"),
    ("spawn", "spawn $0"),
    ("open", "open $0"),
    ("done", "done $0"),
    ("catch", "catch ${1:error} {\n  $0\n}"),
    ("not", "not $0"),
    ("true", "true"),
    ("false", "false"),
    ("none", "none"),
];

impl<'db> Names<'db> {
    pub(super) fn new(db: &'db dyn Db, file: SourceFile, offset: u32, replace: Span, snippets: bool) -> Self {
        let item = item_at(db, file, offset);
        let offset = item.map_or(offset, |item| offset.saturating_sub(item.start(db)));
        Self {
            db,
            file,
            item,
            body: item.map(|item| check_body(db, item)),
            offset,
            replace,
            snippets,
            expected: item.map(|item| expected(db, item, offset)).unwrap_or_default(),
            found: Vec::new(),
        }
    }

    /// Everything found, the most fitting first.
    pub(super) fn finish(mut self) -> Vec<Completion> {
        // What its author put in an order stays in it.
        let place = |index: &usize, it: &Completion| match it.kind {
            CompletionKind::Variant => (0, *index),
            CompletionKind::Field | CompletionKind::Setting => (1, *index),
            _ => (2, 0),
        };
        let mut found: Vec<_> = self.found.into_iter().enumerate().collect();
        found.sort_by(|(i, (a, x)), (j, (b, y))| (a, place(i, x), &x.label).cmp(&(b, place(j, y), &y.label)));
        self.found = found.into_iter().map(|(_, it)| it).collect();
        self.found.dedup_by(|(_, a), (_, b)| a.label == b.label && a.kind == b.kind);
        self.found.into_iter().map(|(_, completion)| completion).collect()
    }

    fn add(
        &mut self,
        fit: Fit,
        label: &str,
        kind: CompletionKind,
        detail: Option<String>,
        docs: Option<String>,
    ) {
        self.add_text(fit, label, kind, detail, docs, label.to_owned());
    }

    fn add_text(
        &mut self,
        fit: Fit,
        label: &str,
        kind: CompletionKind,
        detail: Option<String>,
        docs: Option<String>,
        text: String,
    ) {
        let snippet = text.contains('$') && self.snippets;
        let insert = if text.contains('$') && !self.snippets { label.to_owned() } else { text };
        let completion = Completion {
            label: label.to_owned(),
            kind,
            detail,
            docs,
            insert,
            snippet,
            replace: self.replace,
            more: Vec::new(),
        };
        self.found.push((fit, completion));
    }

    pub(super) fn item_keywords(&mut self) {
        for (label, detail, text) in ITEMS {
            let text = (*text).to_owned();
            self.add_text(
                Fit::Keyword,
                label,
                CompletionKind::Keyword,
                Some((*detail).to_owned()),
                None,
                text,
            );
        }
    }

    pub(super) fn attributes(&mut self) {
        for spec in ATTRIBUTES {
            let (detail, docs) = (Some(spec.usage.to_owned()), Some(spec.doc.to_owned()));
            self.add(Fit::BuiltIn, spec.name, CompletionKind::Keyword, detail, docs);
        }
    }

    pub(super) fn modules(&mut self) {
        let own = self.file.path(self.db);
        let std = stdlib::Std::get(self.db).modules(self.db).keys().cloned();
        let project =
            Files::get(self.db).by_path(self.db).keys().filter(|it| *it != own && it.ends_with(".flow"));
        let project = project.map(|target| path::written(own, target));
        for name in std.chain(project).collect::<Vec<_>>() {
            self.add(Fit::Visible, &name, CompletionKind::Module, None, None);
        }
    }

    pub(super) fn exports_of(&mut self, written: &str) {
        let module = match stdlib::module(self.db, written) {
            Some(module) => Some(module),
            None => {
                let own = self.file.path(self.db).clone();
                modules(self.db).find(|it| path::written(&own, it.path(self.db)) == written)
            }
        };
        let Some(module) = module else { return };
        for (_, def) in exports(self.db, module).iter() {
            self.def(Fit::Wanted, &def.key, def.kind, false);
        }
    }

    pub(super) fn types(&mut self) {
        for name in BUILTIN_TYPES {
            self.add(Fit::BuiltIn, name, CompletionKind::Type, None, None);
        }
        for name in ["Process", "Session", "Failure", "Event", "Exec"] {
            self.add(Fit::BuiltIn, name, CompletionKind::Type, None, None);
        }
        let scope = scope(self.db, self.file);
        for (name, entry) in scope.names() {
            match entry {
                Entry::Def { def, .. } if def.kind == DefKind::Type => {
                    self.def(Fit::Visible, &def.key, def.kind, false)
                }
                Entry::Module { .. } => self.add(Fit::Visible, name, CompletionKind::Module, None, None),
                Entry::Def { .. } | Entry::Broken { .. } => {}
            }
        }
    }

    pub(super) fn settings(&mut self, doer: DoerKind, present: &[String]) {
        for spec in settings(doer).iter().filter(|spec| !present.iter().any(|it| it == spec.key)) {
            self.setting(spec, if spec.required { Fit::Wanted } else { Fit::Visible });
        }
    }

    pub(super) fn options(&mut self, present: &[String]) {
        let kind = self.callee_kind().unwrap_or(DefKind::Agent);
        for spec in options(kind).filter(|spec| !present.iter().any(|it| it == spec.key)).collect::<Vec<_>>()
        {
            self.setting(spec, Fit::Visible);
        }
    }

    fn callee_kind(&self) -> Option<DefKind> {
        match self.body.as_ref()?.refs.get(self.expected.callee?)? {
            Ref::Item(key) => Some(signature(self.db, key.clone())?.kind),
            _ => None,
        }
    }

    fn setting(&mut self, spec: &SettingSpec, fit: Fit) {
        let (detail, docs) = (Some(spec.takes.wanted()), Some(spec.doc.to_owned()));
        self.add_text(fit, spec.key, CompletionKind::Setting, detail, docs, format!("{}: ", spec.key));
    }

    pub(super) fn setting_value(&mut self, doer: Option<DoerKind>, key: &str) {
        let spec = match doer {
            Some(doer) => setting(doer, key),
            None => {
                let kind = self.callee_kind().unwrap_or(DefKind::Agent);
                options(kind).find(|spec| spec.key == key)
            }
        };
        let Some(spec) = spec else { return self.expressions(false) };
        let words = spec.takes.words();
        for word in words {
            self.add(Fit::Wanted, word.text, CompletionKind::Word, None, Some(word.doc.to_owned()));
        }
        if spec.takes == Takes::Tools {
            self.tools();
        } else if words.is_empty() {
            self.expressions(false);
        }
    }

    /// What of the program an agent may be given: tools, flows, endpoints, and processes that have some.
    fn tools(&mut self) {
        self.own_endpoints(false);
        for (_, entry) in scope(self.db, self.file).names() {
            match entry {
                Entry::Def { def, .. } if matches!(def.kind, DefKind::Tool | DefKind::Flow) => {
                    self.def(Fit::Near, &def.key, def.kind, false);
                }
                _ => {}
            }
        }
        self.locals(None);
    }

    /// The endpoints of the flow around the cursor; `call` adds the parentheses of a call.
    fn own_endpoints(&mut self, call: bool) {
        let Some(item) = self.item else { return };
        for known in endpoints(self.db, item.key(self.db)).iter() {
            self.endpoint(Fit::Near, known, call);
        }
    }

    fn endpoint(&mut self, fit: Fit, known: &Endpoint, call: bool) {
        let hole = if known.params.is_empty() { "" } else { "$0" };
        let text = if call { format!("{}({hole})", known.name) } else { known.name.to_string() };
        let docs = known.doc.as_ref().map(ToString::to_string);
        let detail = Some(describe::endpoint(known));
        self.add_text(fit, &known.name, CompletionKind::Method, detail, docs, text);
    }

    /// What may stand behind the dot before the cursor.
    pub(super) fn members(&mut self) {
        let (Some(base), Some(body)) = (self.expected.base, self.body.clone()) else { return };
        match body.refs.get(base) {
            Some(Ref::Module(module)) => {
                for (_, def) in exports(self.db, *module).iter() {
                    self.def(Fit::Wanted, &def.key, def.kind, def.kind.is_callable());
                }
            }
            Some(Ref::Type(ty)) => self.variants(Fit::Wanted, &ty.clone(), false),
            _ => self.members_of(&body.expr(base).clone()),
        }
    }

    fn members_of(&mut self, ty: &Ty) {
        let ty = resolve_alias(self.db, ty);
        match (&ty, self.shape(&ty)) {
            (Ty::Record(fields), _) => {
                for (name, ty) in fields.iter() {
                    self.add(Fit::Wanted, name, CompletionKind::Field, Some(ty.to_string()), None);
                }
            }
            (_, Some(shape)) => {
                for field in shape.fields().unwrap_or_default() {
                    let docs = field.doc.as_ref().map(ToString::to_string);
                    self.add(
                        Fit::Wanted,
                        &field.name,
                        CompletionKind::Field,
                        Some(field.ty.to_string()),
                        docs,
                    );
                }
            }
            _ => {}
        }
        if is_process(self.db, &ty) {
            let members = if self.expected.in_braces { &[] } else { PROCESS_MEMBERS };
            for member in members {
                let (detail, docs) = (Some(member.ty.to_owned()), Some(member.doc.to_owned()));
                self.add(Fit::Near, member.name, CompletionKind::Field, detail, docs);
            }
            if let Some((key, args)) = running(self.db, &ty) {
                let names = endpoints(self.db, key.clone());
                for known in names.iter().filter_map(|it| endpoint(self.db, &key, &args, &it.name)) {
                    self.endpoint(Fit::Wanted, &known, !self.expected.in_braces);
                }
            }
        }
        if let Ty::Event(..) = ty {
            self.add(Fit::Wanted, "from", CompletionKind::Field, None, Some("The process.".to_owned()));
        }
        if let Some(kind) = builtins::kind_of(&ty) {
            for method in builtins::methods_of(kind) {
                self.method(method, &ty);
            }
        }
    }

    fn method(&mut self, method: &MethodScheme, receiver: &Ty) {
        let (detail, docs) = (Some(method.signature_on(receiver)), Some(method.doc.to_owned()));
        if method.property {
            self.add(Fit::Near, method.name, CompletionKind::Field, detail, docs);
        } else {
            let hole = if method.params.is_empty() { "" } else { "$0" };
            let text = format!("{}({hole})", method.name);
            self.add_text(Fit::Near, method.name, CompletionKind::Method, detail, docs, text);
        }
    }

    fn shape(&self, ty: &Ty) -> Option<Arc<TypeShape>> {
        match ty {
            Ty::Option(of) => shape(self.db, &resolve_alias(self.db, of)),
            ty => shape(self.db, ty),
        }
    }

    /// The variants of a type; as patterns they name the fields of their payload.
    fn variants(&mut self, fit: Fit, ty: &Ty, pattern: bool) {
        let ty = resolve_alias(self.db, ty);
        let Some(shape) = self.shape(&ty) else { return };
        let written = describe::Written::of_type(self.db, &ty);
        for variant in shape.variants().unwrap_or_default() {
            let fields: Vec<String> = match (pattern, variant.fields.is_empty()) {
                (_, true) => Vec::new(),
                (true, false) => variant.fields.iter().map(|field| field.name.to_string()).collect(),
                (false, false) => {
                    let slots = variant.fields.iter().enumerate();
                    slots.map(|(index, field)| format!("{}: ${}", field.name, index + 1)).collect()
                }
            };
            let text = if fields.is_empty() {
                variant.name.to_string()
            } else {
                format!("{}({})", variant.name, fields.join(", "))
            };
            let docs = variant.doc.as_ref().map(ToString::to_string);
            let detail = Some(describe::variant(variant, &written));
            self.add_text(fit, &variant.name, CompletionKind::Variant, detail, docs, text);
        }
    }

    pub(super) fn patterns(&mut self) {
        let Some(ty) = self.expected.scrutinee.clone() else { return };
        match resolve_alias(self.db, &ty) {
            Ty::Bool => ["true", "false"].iter().for_each(|word| {
                self.add(Fit::Wanted, word, CompletionKind::Keyword, None, None);
            }),
            Ty::Option(_) => self.add(Fit::Wanted, "none", CompletionKind::Keyword, None, None),
            _ => {}
        }
        self.variants(Fit::Wanted, &ty, true);
    }

    pub(super) fn stages(&mut self) {
        let Some(ItemKind::Flow(decl)) = self.item.map(|item| item.kind(self.db)) else { return };
        for stmt in &decl.body.stmts {
            if let StmtKind::Stage(stage) = &stmt.kind {
                let docs = stmt.docs.as_ref().map(|docs| docs.text.clone());
                let text = format!("{}($0)", stage.name.text);
                self.add_text(Fit::Wanted, &stage.name.text, CompletionKind::Stage, None, docs, text);
            }
        }
    }

    pub(super) fn expressions(&mut self, statement: bool) {
        let wanted = self.expected.ty.clone();
        for (name, ty) in std::mem::take(&mut self.expected.labels) {
            let text = format!("{name}: ");
            self.add_text(
                Fit::Wanted,
                &format!("{name}:"),
                CompletionKind::Field,
                Some(ty.to_string()),
                None,
                text,
            );
        }
        if let Some(ty) = &wanted {
            self.variants(Fit::Wanted, ty, false);
        }
        self.own_endpoints(true);
        self.locals(wanted.as_ref());
        let scope = scope(self.db, self.file);
        for (name, entry) in scope.names() {
            match entry {
                Entry::Def { def, .. } => {
                    let fits = wanted.as_ref().is_some_and(|wanted| self.yields(&def.key, def.kind, wanted));
                    let fit = if fits { Fit::Near } else { Fit::Visible };
                    self.def(fit, &def.key, def.kind, true);
                }
                Entry::Module { .. } => self.add(Fit::Visible, name, CompletionKind::Module, None, None),
                Entry::Broken { .. } => {}
            }
        }
        for effect in builtins::effects() {
            let (detail, docs) = (Some(effect.signature.to_owned()), Some(effect.doc.to_owned()));
            let hole = if effect.params.is_empty() { "" } else { "$0" };
            let text = format!("{}({hole})", effect.name);
            self.add_text(Fit::BuiltIn, effect.name, CompletionKind::Function, detail, docs, text);
        }
        if self.item.is_some_and(|item| matches!(item.kind(self.db), ItemKind::Test(_))) {
            self.of_tests(statement);
        }
        let words = STATEMENTS.iter().filter(|_| statement).chain(EXPRESSIONS);
        for (label, text) in words {
            self.add_text(Fit::Keyword, label, CompletionKind::Keyword, None, None, (*text).to_owned());
        }
    }

    /// What a test may stub.
    pub(super) fn stubbed(&mut self) {
        let scope = scope(self.db, self.file);
        for (_, entry) in scope.names() {
            if let Entry::Def { def, .. } = entry
                && matches!(def.kind, DefKind::Agent | DefKind::Command | DefKind::Human)
            {
                self.def(Fit::Wanted, &def.key, def.kind, false);
            }
        }
        for effect in testing::STUBBABLE.iter().filter_map(|name| builtins::effect(name)) {
            let (detail, docs) = (Some(effect.signature.to_owned()), Some(effect.doc.to_owned()));
            self.add(Fit::BuiltIn, effect.name, CompletionKind::Function, detail, docs);
        }
    }

    /// What only a test may say.
    fn of_tests(&mut self, statement: bool) {
        for known in testing::FUNCTIONS {
            let (detail, docs) = (Some(known.signature.to_owned()), Some(known.doc.to_owned()));
            let text = format!("{}($0)", known.name);
            self.add_text(Fit::BuiltIn, known.name, CompletionKind::Function, detail, docs, text);
        }
        for (label, text) in TEST_STATEMENTS.iter().filter(|_| statement) {
            self.add_text(Fit::Near, label, CompletionKind::Keyword, None, None, (*text).to_owned());
        }
    }

    fn locals(&mut self, wanted: Option<&Ty>) {
        let Some(body) = self.body.clone() else { return };
        for local in body.locals.iter().filter(|local| !local.name.is_empty()) {
            let declared_later = local.kind == LocalKind::Let && local.span.end >= self.offset;
            if declared_later || !local.scope.touches(self.offset) {
                continue;
            }
            let fit = if wanted == Some(&local.ty) { Fit::Wanted } else { Fit::Near };
            self.add(fit, &local.name, CompletionKind::Local, Some(local.ty.to_string()), None);
        }
    }

    fn yields(&self, key: &ItemKey, kind: DefKind, wanted: &Ty) -> bool {
        match kind {
            DefKind::Type => matches!(wanted, Ty::Named(it, _) if it == key),
            DefKind::Const => crate::types::decl::const_ty(self.db, key.clone()) == *wanted,
            _ => signature(self.db, key.clone()).is_some_and(|known| known.result == *wanted),
        }
    }

    /// An item; `call` adds the parentheses of a call.
    fn def(&mut self, fit: Fit, key: &ItemKey, def: DefKind, call: bool) {
        let kind = match def {
            DefKind::Type => CompletionKind::Type,
            DefKind::Fn | DefKind::Command => CompletionKind::Function,
            DefKind::Flow | DefKind::Tool => CompletionKind::Flow,
            DefKind::Agent | DefKind::Human => CompletionKind::Agent,
            DefKind::Const | DefKind::Secret => CompletionKind::Constant,
        };
        let known = signature(self.db, key.clone());
        let detail = match &known {
            Some(known) => Some(describe::head(self.db, key, known)),
            // A list shows one line.
            None => Some(describe::item(self.db, key, def).split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        let text = match &known {
            Some(known) if call && known.params.is_empty() => format!("{}()", key.name),
            Some(_) if call => format!("{}($0)", key.name),
            _ => key.name.to_string(),
        };
        let docs = describe::docs(self.db, key);
        self.add_text(fit, &key.name, kind, detail, docs, text);
    }
}
