//! The way of a secret that is used where none may stand: from where it is read, through what it becomes part of, to where
//! it would be recorded or shown. The checker refuses the first step of it; the labels show where the rest would lead.

use crate::db::Db;
use crate::diagnostics::{Diagnostic, ItemKey, Label, Place};
use crate::prompts::{TextFile, template};
use crate::resolve::DefKind;
use crate::syntax::{Item, find_item};
use crate::types::body::{Body, LocalId, Ref};
use crate::types::decl::signature;
use crate::types::infer::{MISPLACED_SECRET, check_body};
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_stmt, walk_template};
use flow_grammar::tree::{Arg, BinaryOp, Expr, ExprKind, ItemKind, Param, Pattern, Setting, Stmt, StmtKind};
use smol_str::SmolStr;

/// How many steps of a way are shown.
const LONGEST: usize = 10;

/// What is found of a body, each misplaced secret with its way.
pub(crate) fn with_ways(db: &dyn Db, item: Item<'_>, found: &[Diagnostic]) -> Vec<Diagnostic> {
    found
        .iter()
        .map(|found| if found.code == MISPLACED_SECRET { with_way(db, item, found) } else { found.clone() })
        .collect()
}

fn with_way(db: &dyn Db, item: Item<'_>, found: &Diagnostic) -> Diagnostic {
    let mut out = found.clone();
    if let Some(Place::Item(key, span)) = found.labels.first().map(|label| &label.place)
        && *key == item.key(db)
    {
        let mut way = Way { db, labels: Vec::new(), seen: Vec::new() };
        let body = check_body(db, item);
        let mut around =
            Spans { body: &body, wanted: |it: &Ref| matches!(it, Ref::Item(_)), found: Vec::new() };
        walk_item(&mut around, item.tree(db));
        way.declared(&around.found, *span);
        way.from(item, *span, true);
        out = out.here("this reads it");
        out.labels.append(&mut way.labels);
    }
    out
}

/// What is found of a text in a file, each misplaced secret with the setting that it would go to.
pub(crate) fn with_settings(db: &dyn Db, item: Item<'_>, text: &TextFile, found: &Body) -> Vec<Diagnostic> {
    let mut read = Spans { body: found, wanted: |it: &Ref| matches!(it, Ref::Item(_)), found: Vec::new() };
    if let Some(file) = text.file {
        walk_template(&mut read, &template(db, file).template);
    }
    let goes_to = |found: &Diagnostic| {
        if found.code != MISPLACED_SECRET {
            // Another declaration may name the same file, and have other parameters.
            let whose = format!("this text is the `{}` of `{}`", text.key, item.name(db));
            return found.clone().label(item.place(db, text.span), whose);
        }
        let mut way = Way { db, labels: Vec::new(), seen: Vec::new() };
        if let Some(Place::File(_, span)) = found.labels.first().map(|label| &label.place) {
            way.declared(&read.found, *span);
        }
        let said = format!("it would become part of `{}` of `{}`", text.key, item.name(db));
        way.label(item, text.span, said);
        let mut out = found.clone().here("this reads it");
        out.labels.append(&mut way.labels);
        out
    };
    found.diagnostics.iter().map(goes_to).collect()
}

/// The way so far.
struct Way<'db> {
    db: &'db dyn Db,
    labels: Vec<Label>,
    seen: Vec<(ItemKey, LocalId)>,
}

impl Way<'_> {
    fn label(&mut self, item: Item<'_>, span: Span, text: String) {
        self.labels.push(Label { place: item.place(self.db, span), text });
    }

    /// Shows where the secret is declared that is read at that place, one of what is read around it.
    fn declared(&mut self, around: &[(Span, Ref)], read: Span) {
        if let Some((_, Ref::Item(key))) = around.iter().find(|(span, _)| *span == read)
            && let Some(secret) = find_item(self.db, key)
            && let Some(name) = secret.kind(self.db).name()
        {
            self.label(secret, name.span, format!("`{}` is a secret", name.text));
        }
    }

    /// Follows a value from an expression outwards; whether it comes to where it would be seen.
    fn from(&mut self, item: Item<'_>, read: Span, is_secret: bool) -> bool {
        let db = self.db;
        let body = check_body(db, item);
        let mut around = Around { db, body: &body, item: item.name(db), read, is_secret, found: Vec::new() };
        walk_item(&mut around, item.tree(db));
        for step in around.found.into_iter().rev() {
            if self.labels.len() >= LONGEST {
                return true;
            }
            if !step.text.is_empty() {
                self.label(item, step.span, step.text);
            }
            match step.next {
                Next::Outwards => {}
                Next::Seen => return true,
                Next::Local(local) => return self.local(item, &body, local),
                Next::Param(key, at) => {
                    self.param(&key, at);
                    return true;
                }
            }
        }
        let (block, name) = match item.kind(db) {
            ItemKind::Flow(decl) => (&decl.body, &decl.name),
            ItemKind::Fn(decl) => (&decl.body, &decl.name),
            ItemKind::Const(decl) => {
                self.label(item, decl.name.span, format!("the constant `{}` would hold it", decl.name.text));
                return true;
            }
            ItemKind::Type(decl) => {
                self.label(item, decl.name.span, format!("what is no `{}` would tell of it", decl.name.text));
                return true;
            }
            _ => return false,
        };
        let is_result = block.stmts.last().is_some_and(|last| last.span.holds(read));
        if is_result {
            self.label(item, name.span, format!("`{}` would yield it", name.text));
        }
        is_result
    }

    /// Follows a variable to the first of its uses from which it comes to where it would be seen.
    fn local(&mut self, item: Item<'_>, body: &Body, local: LocalId) -> bool {
        let known = (item.key(self.db), local);
        if self.seen.contains(&known) {
            return false;
        }
        self.seen.push(known);
        let mut uses = Spans { body, wanted: |it: &Ref| *it == Ref::Local(local), found: Vec::new() };
        walk_item(&mut uses, item.tree(self.db));
        let before = self.labels.len();
        uses.found.into_iter().any(|(used, _)| {
            self.labels.truncate(before);
            self.from(item, used, false)
        })
    }

    /// Follows an argument into what is called.
    fn param(&mut self, key: &ItemKey, at: usize) {
        let Some(item) = find_item(self.db, key) else { return };
        let params = match item.kind(self.db) {
            ItemKind::Flow(decl) => &decl.params,
            ItemKind::Doer(decl) => &decl.params,
            _ => return,
        };
        let body = check_body(self.db, item);
        if let Some(local) = params.get(at).and_then(|param| body.binders.get(&param.name.span)) {
            let before = self.labels.len();
            if !self.local(item, &body, *local) {
                self.labels.truncate(before);
            }
        }
    }
}

/// The expressions of an item that refer to something.
struct Spans<'b, W> {
    body: &'b Body,
    wanted: W,
    found: Vec<(Span, Ref)>,
}

impl<W: Fn(&Ref) -> bool> Visit for Spans<'_, W> {
    fn expr(&mut self, expr: &Expr) {
        let to = self.body.refs.get(expr.id).filter(|to| (self.wanted)(to));
        self.found.extend(to.map(|to| (expr.span, to.clone())));
        walk_expr(self, expr);
    }
}

/// A step of the way within an item.
struct Step {
    span: Span,
    text: String,
    next: Next,
}

/// Where the way goes on.
enum Next {
    /// To what stands around.
    Outwards,
    /// Nowhere: here it would be seen.
    Seen,
    /// Wherever a variable is used.
    Local(LocalId),
    /// Into what is called, as the parameter of that number.
    Param(ItemKey, usize),
}

/// What stands around an expression, the outermost first.
struct Around<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    item: &'a SmolStr,
    read: Span,
    /// Whether it is the secret itself, not what else would hold it.
    is_secret: bool,
    found: Vec<Step>,
}

impl Visit for Around<'_> {
    fn expr(&mut self, expr: &Expr) {
        if self.is_around(expr.span) {
            if expr.span != self.read {
                self.around(expr);
            }
            walk_expr(self, expr);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if self.is_around(stmt.span) {
            self.around_stmt(stmt);
            walk_stmt(self, stmt);
        }
    }

    fn param(&mut self, param: &Param) {
        if let Some(default) = param.default.as_deref().filter(|default| self.is_around(default.span)) {
            let text = format!("`{}` would hold it, and what is handed over is recorded", param.name.text);
            self.push(param.name.span, text, Next::Seen);
            self.expr(default);
        }
    }

    fn setting(&mut self, setting: &Setting) {
        if self.is_around(setting.value.span) {
            let text = match setting.name.text.as_str() {
                "prompt" | "system" => "the agent would be told it".to_owned(),
                "ask" | "choices" => "a person would be shown it".to_owned(),
                "run" => "it would stand on a command line, which is recorded".to_owned(),
                // What is handed over may well go there, and has been recorded before.
                "env" if !self.is_secret => return,
                "env" => "`env` takes its value only, as it is".to_owned(),
                key => format!("the setting `{key}` is recorded"),
            };
            self.push(setting.name.span, text, Next::Seen);
            self.expr(&setting.value);
        }
    }
}

impl Around<'_> {
    fn is_around(&self, span: Span) -> bool {
        span.holds(self.read)
    }

    fn push(&mut self, span: Span, text: impl Into<String>, next: Next) {
        self.found.push(Step { span, text: text.into(), next });
    }

    fn around(&mut self, expr: &Expr) {
        let at = expr.span;
        match &expr.kind {
            ExprKind::Str(_) => self.push(at, "it becomes part of this text", Next::Outwards),
            ExprKind::List(_) => self.push(at, "it becomes an element of this list", Next::Outwards),
            ExprKind::Map(_) => self.push(at, "it becomes part of this map", Next::Outwards),
            ExprKind::Binary { op: BinaryOp::Coalesce, .. } => {}
            ExprKind::Binary { .. } | ExprKind::Unary { .. } | ExprKind::Is { .. } => {
                self.push(at, "this is computed from it", Next::Outwards);
            }
            ExprKind::Call { callee, args, .. } => self.call(expr, callee, args),
            ExprKind::Handoff { stage, .. } => {
                let text = format!("the stage `{}` is handed it, and handoffs are recorded", stage.text);
                self.push(stage.span, text, Next::Seen);
            }
            ExprKind::Return(_) | ExprKind::Done(_) => {
                self.push(at, format!("`{}` would yield it", self.item), Next::Seen);
            }
            ExprKind::Fail(_) | ExprKind::Blocked(_) => {
                self.push(at, "the message of a failure is recorded", Next::Seen);
            }
            ExprKind::If { condition: asked, .. } | ExprKind::Match { scrutinee: asked, .. }
                if self.is_around(asked.span) =>
            {
                self.push(asked.span, "what the flow does would tell of it", Next::Seen);
            }
            ExprKind::For { pattern, iterable, .. } if self.is_around(iterable.span) => {
                self.bound(pattern);
            }
            _ => {}
        }
    }

    fn call(&mut self, expr: &Expr, callee: &Expr, args: &[Arg]) {
        if self.is_around(callee.span) {
            if let ExprKind::Field { name, .. } = &callee.kind {
                self.push(name.span, format!("`{}` computes with it", name.text), Next::Outwards);
            }
            return;
        }
        let Some(given) = args.iter().position(|arg| self.is_around(arg.value.span)) else { return };
        match self.body.refs.get(callee.id) {
            Some(Ref::Item(key)) => self.call_of(expr, key, callee.span, given),
            Some(Ref::Effect("write")) => {
                self.push(callee.span, "`write` would put it into a file", Next::Seen)
            }
            Some(Ref::Effect(name)) => {
                self.push(callee.span, format!("`{name}` is handed it, and records it"), Next::Seen);
            }
            Some(Ref::Type(ty)) => {
                self.push(callee.span, format!("it becomes part of a `{ty}`"), Next::Outwards)
            }
            Some(Ref::Variant { variant, .. }) => {
                self.push(callee.span, format!("it becomes part of a `{variant}`"), Next::Outwards);
            }
            Some(Ref::Method { name, .. }) => {
                self.push(callee.span, format!("`{name}` is handed it"), Next::Outwards);
            }
            Some(Ref::Endpoint(name)) => {
                self.push(callee.span, format!("`{name}` is handed it, and calls are recorded"), Next::Seen);
            }
            _ => {}
        }
    }

    fn call_of(&mut self, expr: &Expr, key: &ItemKey, at: Span, given: usize) {
        let Some(known) = signature(self.db, key.clone()) else { return };
        if known.kind == DefKind::Fn {
            self.push(at, format!("`{}` computes with it", key.name), Next::Outwards);
            return;
        }
        let order = self.body.args.get(&expr.id);
        let param = order.and_then(|order| order.iter().position(|arg| *arg == Some(given))).unwrap_or(given);
        let named = known.params.get(param).map(|param| format!(" as `{}`", param.name)).unwrap_or_default();
        let text = format!("`{}` is handed it{named}, and what is handed over is recorded", key.name);
        self.push(at, text, Next::Param(key.clone(), param));
    }

    fn around_stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { pattern, .. } => self.bound(pattern),
            StmtKind::Var { name, .. } => {
                let next = self.body.binders.get(&name.span).map_or(Next::Seen, |local| Next::Local(*local));
                self.push(name.span, format!("`{}` would hold it", name.text), next);
            }
            StmtKind::Assign { target, value } | StmtKind::AddAssign { target, value }
                if self.is_around(value.span) =>
            {
                let next = match self.body.refs.get(target.root().id) {
                    Some(Ref::Local(local)) => Next::Local(*local),
                    _ => Next::Seen,
                };
                self.push(target.span, "this would hold it", next);
            }
            StmtKind::Expose(expose)
                if expose.body.stmts.last().is_some_and(|last| self.is_around(last.span)) =>
            {
                self.push(expose.name.span, format!("`{}` would answer it", expose.name.text), Next::Seen);
            }
            StmtKind::Emit(_) => self.push(stmt.span, "events are recorded and passed on", Next::Seen),
            StmtKind::Require { condition, .. } => {
                let text = if self.is_around(condition.span) {
                    "what the flow does would tell of it"
                } else {
                    "the message of a failure is recorded"
                };
                self.push(stmt.span, text, Next::Seen);
            }
            _ => {}
        }
    }

    fn bound(&mut self, pattern: &Pattern) {
        let local = self.body.binds.get(&pattern.id);
        let name = local.and_then(|local| self.body.locals.get(local.0 as usize)).map(|local| &local.name);
        let text =
            name.map_or_else(|| "this would hold it".to_owned(), |name| format!("`{name}` would hold it"));
        self.push(pattern.span, text, local.map_or(Next::Seen, |local| Next::Local(*local)));
    }
}
