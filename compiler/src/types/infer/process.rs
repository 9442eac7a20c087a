//! Processes and sessions: starting them, their members, their events.

use super::Infer;
use super::call::{Callee, Takes};
use super::construct::Args;
use super::generic::Generic;
use super::messages::process as say;
use super::want::{Want, peel};
use crate::diagnostics::ItemKey;
use crate::resolve::{DefKind, exports};
use crate::stdlib;
use crate::types::body::Ref;
use crate::types::builtins;
use crate::types::decl;
use crate::types::ty::{Ty, TyArgs};
use flow_grammar::tree::{Expr, ExprKind, Name};
use smol_str::SmolStr;
use std::sync::Arc;

impl Infer<'_> {
    /// `spawn f(args) with { … }`
    pub(super) fn spawn(&mut self, operand: &Expr) -> Ty {
        let ty = self.expr(operand, Want::Any);
        let call = match &peel(operand).kind {
            ExprKind::With { base, .. } => peel(base),
            _ => peel(operand),
        };
        let ExprKind::Call { callee, .. } = &call.kind else {
            return self.not_spawned(operand, &ty, "no call");
        };
        match self.body.refs.get(callee.id) {
            Some(Ref::Item(key)) => {
                let key = key.clone();
                match decl::signature(self.db, key.clone()).map(|known| known.kind) {
                    Some(DefKind::Fn) => {
                        self.not_spawned(operand, &ty, "a call of an `fn`, which takes no time")
                    }
                    Some(_) => {
                        let args = self.body.type_args.get(&call.id).cloned().unwrap_or_default();
                        Ty::ProcessOf(key, args.into())
                    }
                    None => Ty::Error,
                }
            }
            Some(Ref::Effect(_)) => self.not_spawned(operand, &ty, "a call of a built-in effect"),
            Some(Ref::Endpoint(_)) => self.not_spawned(operand, &ty, "a call of an endpoint"),
            _ if matches!(self.head(self.body.expr(callee.id)), Ty::Session(_)) => {
                self.not_spawned(operand, &ty, "a call of a session")
            }
            _ => self.not_spawned(operand, &ty, "a call of something else"),
        }
    }

    fn not_spawned(&mut self, operand: &Expr, ty: &Ty, what: &str) -> Ty {
        if *ty != Ty::Error {
            let found = say::not_spawned(self.at(operand.span), what);
            self.report(found);
        }
        Ty::Error
    }

    /// `open agent`
    pub(super) fn open(&mut self, expr: &Expr, operand: &Expr) -> Ty {
        self.refuse_if_pure(expr.span, || "`open`".to_owned());
        let what = match self.meaning(peel(operand)) {
            Some(super::name::Meaning::Item(def)) => {
                self.refer(peel(operand).id, Ref::Item(def.key.clone()));
                let is_generic = decl::signature(self.db, def.key.clone())
                    .is_some_and(|known| !known.type_params.is_empty());
                match def.kind {
                    DefKind::Agent if is_generic => "an agent with type parameters".to_owned(),
                    DefKind::Agent => {
                        self.waited();
                        let ty = Ty::Session(def.key);
                        self.record(operand.id, &ty);
                        return ty;
                    }
                    kind => kind.a_noun().to_owned(),
                }
            }
            Some(super::name::Meaning::Nothing) => return Ty::Error,
            Some(_) => "no agent".to_owned(),
            None => {
                let ty = self.expr(operand, Want::Any);
                if let Ty::Error | Ty::Never = ty {
                    // A name that means nothing, or an agent that is called, which is a session by itself.
                    return Ty::Error;
                }
                match &peel(operand).kind {
                    ExprKind::Call { .. } => "a call".to_owned(),
                    _ => format!("a value of type `{}`", self.vars.deep(&ty)),
                }
            }
        };
        let found = say::not_opened(self.at(operand.span), &what);
        self.report(found);
        Ty::Error
    }

    /// A call of a session: one more turn of its agent.
    pub(super) fn call_session(&mut self, call: &Expr, callee: &Expr, agent: &ItemKey, args: Args<'_>) -> Ty {
        self.refuse_if_pure(callee.span, || "a call of a session".to_owned());
        let Some(known) = decl::signature(self.db, agent.clone()) else { return self.loose(args.list) };
        let owner = Callee { name: agent.name.clone(), owner: Some(agent.clone()), takes: Takes::Params };
        self.arguments(call, &owner, known.params.as_slice(), &Generic::NONE, args);
        self.waited();
        known.result.clone()
    }

    /// What is given to `connect`: sessions and processes.
    pub(super) fn check_connected(&mut self, ends: &[&Expr]) {
        for end in ends {
            let ty = self.body.expr(end.id).clone();
            let head = self.head(&ty);
            let fits = matches!(
                head,
                Ty::Process(..) | Ty::ProcessOf(..) | Ty::Session(_) | Ty::Error | Ty::Never | Ty::Infer(_)
            );
            if !fits {
                let ty = self.vars.deep(&ty);
                let found = say::not_a_process(self.at(end.span), "connect", "sessions and processes", &ty);
                self.report(found);
            }
        }
    }

    /// `bubble(process)`: what the process emits is what the flow emits.
    pub(super) fn check_bubbled(&mut self, call: &Expr, process: Option<&Expr>) {
        let emitted = process.and_then(|process| {
            let head = self.head(self.body.expr(process.id));
            Some((process.span, decl::process_parts(self.db, &head)?.1))
        });
        match (self.emits.clone(), emitted) {
            (None, emitted) => self.emits_nothing(call, "nothing can be published", emitted.map(|it| it.1)),
            (Some((own, declared)), Some((span, other))) => {
                if self.fits(&other, &own) != super::vars::Fit::Same {
                    let other = self.vars.deep(&other);
                    let found = say::emits_differ(
                        self.at(span),
                        &self.key.name.clone(),
                        &own,
                        self.at(declared),
                        &other,
                    );
                    self.report(found);
                }
            }
            (Some(_), None) => {}
        }
    }

    /// Reports an event of a flow that declares none.
    pub(super) fn emits_nothing(&mut self, expr: &Expr, what: &str, ty: Option<Ty>) {
        let flow = self.declared.map(|name| self.at(name));
        let ty = ty.map(|ty| self.vars.deep(&ty));
        let found = say::nothing_emitted(self.at(expr.span), flow, &self.key.name.clone(), what, ty.as_ref());
        self.report(found);
    }

    /// The type of the events that `for` goes through: `None` if its iterable is no call of `events`.
    pub(super) fn events(&mut self, iterable: &Expr) -> Option<Ty> {
        let ExprKind::Call { callee, args, args_span } = &peel(iterable).kind else { return None };
        let ExprKind::Lower(name) = &callee.kind else { return None };
        if name.text != "events" || self.find(&name.text).is_some() || self.scope.get(&name.text).is_some() {
            return None;
        }
        let effect = builtins::effect("events")?;
        self.refer(callee.id, Ref::Effect(effect.name));
        self.refuse_if_pure(callee.span, || "`events`".to_owned());
        let generic = self.generic(&effect.name.into(), &effect.vars, callee.span);
        let owner = Callee { name: effect.name.into(), owner: None, takes: Takes::Params };
        let args_of = Args { list: args, span: *args_span };
        self.arguments(peel(iterable), &owner, effect.params.as_slice(), &generic, args_of);
        self.waited();
        let ty = generic.args.first().map_or(Ty::Error, |ty| self.vars.shallow(ty));
        let event = match args.first() {
            Some(arg) => self.event_of(&arg.value, &ty),
            None => Ty::Error,
        };
        self.record(iterable.id, &Ty::List(Arc::new(event.clone())));
        self.record(peel(iterable).id, &Ty::List(Arc::new(event.clone())));
        Some(event)
    }

    /// The type of the events of a process, or of several.
    fn event_of(&mut self, source: &Expr, ty: &Ty) -> Ty {
        let process = match self.head(ty) {
            Ty::List(process) | Ty::Map(_, process) => self.head(&process),
            head => head,
        };
        match decl::process_parts(self.db, &process) {
            Some((result, emitted)) => Ty::Event(Arc::new(result), Arc::new(emitted)),
            None => {
                if !matches!(process, Ty::Error | Ty::Never | Ty::Infer(_)) {
                    let ty = self.vars.deep(ty);
                    let takes = "a process, a list of processes or a map to processes";
                    let found = say::not_a_process(self.at(source.span), "events", takes, &ty);
                    self.report(found);
                }
                Ty::Error
            }
        }
    }

    /// `p.status`, `p.restarts`, `p.name`: a member that every process has.
    pub(super) fn process_member(&mut self, expr: &Expr, name: &Name) -> Option<Ty> {
        let ty = match name.text.as_str() {
            "name" => {
                self.refer(expr.id, Ref::Field(name.text.clone()));
                return Some(Ty::String);
            }
            "status" => self.status(),
            "restarts" => Ty::Int,
            _ => return None,
        };
        let what = || format!("`{}` of a process changes while it runs: looking it up", name.text);
        self.refuse_if_pure(name.span, what);
        let effect = if name.text == "status" { "process.status" } else { "process.restarts" };
        self.refer(expr.id, Ref::Effect(effect));
        self.waited();
        Some(ty)
    }

    /// `Status` of the standard library.
    fn status(&self) -> Ty {
        let module = stdlib::module(self.db, "std/process");
        let status = module.and_then(|module| exports(self.db, module).get("Status").cloned());
        status.map_or(Ty::Error, |status| Ty::Named(status.key, TyArgs::default()))
    }

    /// A flow that is in scope and yields and emits what a process does: for messages.
    pub(super) fn flow_like(&self, process: &Ty, endpoint: &str) -> Option<SmolStr> {
        let mut fitting: Vec<&SmolStr> = self
            .scope
            .names()
            .filter(|(_, entry)| match entry {
                crate::resolve::Entry::Def { def, .. }
                    if matches!(def.kind, DefKind::Flow | DefKind::Tool) =>
                {
                    let of = Ty::ProcessOf(def.key.clone(), TyArgs::default());
                    let parts = decl::process_parts(self.db, &of);
                    parts == decl::process_parts(self.db, process)
                        && decl::endpoint(self.db, &def.key, &[], endpoint).is_some()
                }
                _ => false,
            })
            .map(|(name, _)| name)
            .collect();
        fitting.sort();
        fitting.first().map(|name| (*name).clone())
    }
}
