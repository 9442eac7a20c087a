//! Endpoints: what a flow exposes, and how it is called, by the flow itself and by whoever holds a process of it.

use super::Infer;
use super::call::{Callee, Takes};
use super::construct::Args;
use super::generic::Generic;
use super::messages::{fields, process as say};
use super::place::Frame;
use super::want::{Want, Why};
use crate::diagnostics::{Diagnostic, ItemKey};
use crate::resolve::DefKind;
use crate::types::body::{LocalId, LocalKind, Ref};
use crate::types::decl::{self, PROCESS_MEMBERS, ParamSig};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Block, ExposeDecl, Expr, Name, StmtKind, TypeExpr};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::sync::Arc;

/// The endpoints of a flow while its body is checked.
#[derive(Debug, Default)]
pub(super) struct Endpoints {
    /// Where each is declared, in the flow's own block.
    declared: Vec<(SmolStr, Span)>,
    /// Those that take calls at the place being checked.
    exposed: Vec<Arc<Exposed>>,
    /// The variables that endpoints assign, which may change whenever the flow waits.
    assigned: FxHashSet<LocalId>,
    /// The endpoint whose body is being checked.
    inside: Option<Inside>,
}

/// An endpoint that takes calls.
#[derive(Debug)]
pub(super) struct Exposed {
    name: SmolStr,
    params: Vec<ParamSig>,
    result: Ty,
    pub(super) is_described: bool,
}

/// The endpoint whose body is being checked.
#[derive(Clone, Debug)]
struct Inside {
    /// The first local of its own: those before belong to the flow.
    first: u32,
    /// The result of the flow, which `done` yields.
    result: Option<(Ty, Why)>,
}

impl Endpoints {
    /// What `done` yields; `None` outside of endpoints.
    pub(super) fn ends_with(&self) -> Option<(Ty, Why)> {
        self.inside.as_ref().and_then(|inside| inside.result.clone())
    }

    /// How many take calls.
    pub(super) fn count(&self) -> usize {
        self.exposed.len()
    }

    /// Lets only the first of them take calls.
    pub(super) fn keep(&mut self, count: usize) {
        self.exposed.truncate(count);
    }

    /// The names of those that take calls.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.exposed.iter().map(|exposed| exposed.name.as_str())
    }
}

impl Infer<'_> {
    /// Takes note of what a flow declares in its own block.
    pub(super) fn declare_endpoints(&mut self, body: &Block) {
        let declared = body.stmts.iter().filter_map(|stmt| match &stmt.kind {
            StmtKind::Expose(expose) => Some((expose.name.text.clone(), expose.name.span)),
            _ => None,
        });
        self.endpoints.declared = declared.collect();
    }

    /// `expose name(params) -> T { … }`: from here on it takes calls.
    pub(super) fn expose(&mut self, expose: &ExposeDecl, is_described: bool) {
        let name = &expose.name;
        if !self.endpoints.declared.iter().any(|(_, span)| *span == name.span) {
            let found = say::misplaced(self.at(name.span), &name.text);
            self.report(found);
        }
        self.check_endpoint_name(name);
        let params: Vec<ParamSig> = expose
            .params
            .iter()
            .map(|param| ParamSig {
                name: param.name.text.clone(),
                ty: self.crossing(&param.ty),
                has_default: param.default.is_some(),
                fresh: false,
                doc: None,
                span: param.name.span,
            })
            .collect();
        let result = expose.result.as_ref().map_or(Ty::None, |result| self.crossing(result));
        self.endpoint_body(expose, &params, &result);
        let exposed = Exposed { name: name.text.clone(), params, result, is_described };
        self.endpoints.exposed.push(Arc::new(exposed));
    }

    /// A type of what an endpoint takes or answers.
    fn crossing(&mut self, written: &TypeExpr) -> Ty {
        let ty = self.written(written);
        if !decl::has_json_form(self.db, &ty) {
            let found = decl::no_json_form(self.at(written.span), "an endpoint");
            self.report(found);
        }
        ty
    }

    fn check_endpoint_name(&mut self, name: &Name) {
        if PROCESS_MEMBERS.iter().any(|member| member.name == name.text) {
            let found = say::named_like_member(self.at(name.span), &name.text);
            self.report(found);
        }
        if let Some(stage) = self.stage_span(&name.text) {
            let found = say::named_like_stage(self.at(name.span), self.at(stage), &name.text);
            self.report(found);
        }
        if let Some(first) =
            self.endpoint_span(&name.text).filter(|first| *first != name.span && !name.text.is_empty())
        {
            let found = say::declared_twice(self.at(name.span), self.at(first), &name.text);
            self.report(found);
        }
    }

    /// The body of an endpoint sees what the flow declared before it, and runs whenever it is called.
    fn endpoint_body(&mut self, expose: &ExposeDecl, params: &[ParamSig], result: &Ty) {
        let why = Why::Result {
            of: expose.name.text.clone(),
            declared: expose.result.as_ref().map(|result| result.span),
        };
        let first = u32::try_from(self.body.locals.len()).unwrap_or(u32::MAX);
        let of_flow = self.result.replace((result.clone(), why.clone()));
        let inside = self.endpoints.inside.replace(Inside { first, result: of_flow.clone() });
        let types: Vec<Ty> = params.iter().map(|param| param.ty.clone()).collect();
        let mark = self.enter(expose.body.span);
        self.at_another_time(|infer| {
            infer.maybe(|infer| {
                infer.within(Frame::Endpoint(expose.name.span), |infer| {
                    infer.params(&expose.params, &types);
                    let want = if *result == Ty::None { Want::Discard } else { Want::Fit(result, &why) };
                    infer.block(&expose.body, want);
                })
            })
        });
        self.leave(mark);
        self.endpoints.inside = inside;
        self.result = of_flow;
    }

    /// An endpoint that takes calls here.
    pub(super) fn own_endpoint(&self, name: &str) -> Option<Arc<Exposed>> {
        if self.endpoints.exposed.is_empty() || self.find(name).is_some() {
            return None;
        }
        self.endpoints.exposed.iter().find(|exposed| exposed.name == name).cloned()
    }

    /// Where an endpoint of the flow is declared.
    pub(super) fn endpoint_span(&self, name: &str) -> Option<Span> {
        self.endpoints.declared.iter().find(|(text, _)| text == name).map(|(_, span)| *span)
    }

    /// Reports an endpoint that is used before it takes calls; tells whether the name is one.
    pub(super) fn too_early(&mut self, name: &Name) -> bool {
        let Some(span) = self.endpoint_span(&name.text) else { return false };
        let found = say::not_yet_exposed(self.at(name.span), self.at(span), &name.text);
        self.report(found);
        true
    }

    /// `add_task(spec)` of the flow itself.
    pub(super) fn call_own_endpoint(
        &mut self,
        call: &Expr,
        callee: &Expr,
        name: &Name,
        args: Args<'_>,
    ) -> Option<Ty> {
        let exposed = self.own_endpoint(&name.text)?;
        self.refer(callee.id, Ref::Endpoint(name.text.clone()));
        self.refuse_endpoint_if_pure(callee);
        let owner = Callee { name: name.text.clone(), owner: Some(self.key.clone()), takes: Takes::Params };
        self.arguments(call, &owner, exposed.params.as_slice(), &Generic::NONE, args);
        self.waited();
        Some(exposed.result.clone())
    }

    fn refuse_endpoint_if_pure(&mut self, callee: &Expr) {
        self.refuse_if_pure(callee.span, || "a call of an endpoint".to_owned());
    }

    /// `pool.add_task(spec)` of a process.
    pub(super) fn call_endpoint(
        &mut self,
        call: &Expr,
        callee: &Expr,
        base: &Expr,
        name: &Name,
        process: &Ty,
        args: Args<'_>,
    ) -> Ty {
        if name.text.is_empty() {
            return self.loose(args.list);
        }
        if PROCESS_MEMBERS.iter().any(|member| member.name == name.text) {
            let found = super::messages::calls::not_callable(
                self.at(callee.span),
                &name.text,
                &format!("a field of `{}`", self.vars.deep(process)),
            );
            self.report(found);
            return self.loose(args.list);
        }
        let Some((flow, endpoint)) = self.endpoint_of(base, name, process) else {
            return self.loose(args.list);
        };
        self.refer(callee.id, Ref::Endpoint(name.text.clone()));
        self.refuse_endpoint_if_pure(callee);
        let owner = Callee { name: name.text.clone(), owner: None, takes: Takes::Params };
        let reported = self.body.diagnostics.len();
        self.arguments(call, &owner, endpoint.params.as_slice(), &Generic::NONE, args);
        // Where the endpoint stands in the other flow matters only where something is said of it.
        if self.body.diagnostics.len() > reported
            && let Some(place) = decl::endpoint_place(self.db, &flow, &name.text)
        {
            for found in self.body.diagnostics.iter_mut().skip(reported) {
                *found = found.clone().label(place.clone(), "the endpoint");
            }
        }
        self.waited();
        endpoint.result
    }

    /// The endpoint of a process; reports where there is none.
    pub(super) fn endpoint_of(
        &mut self,
        base: &Expr,
        name: &Name,
        process: &Ty,
    ) -> Option<(ItemKey, decl::Endpoint)> {
        let found = match self.vars.deep(process) {
            Ty::ProcessOf(key, args) => match decl::endpoint(self.db, &key, &args, &name.text) {
                Some(endpoint) => return Some((key, endpoint)),
                None => self.no_endpoint(&key, name),
            },
            ty => {
                let like = self.flow_like(&ty, &name.text);
                say::endpoints_unknown(
                    self.at(name.span),
                    self.at(base.span),
                    &name.text,
                    &ty,
                    like.as_deref(),
                )
            }
        };
        self.report(found);
        None
    }

    fn no_endpoint(&self, key: &ItemKey, name: &Name) -> Diagnostic {
        let known = decl::endpoints(self.db, key.clone());
        let known: Vec<&str> = known.iter().map(|endpoint| endpoint.name.as_str()).collect();
        let kind = decl::signature(self.db, key.clone()).map(|known| known.kind);
        let is_flow = matches!(kind, Some(DefKind::Flow | DefKind::Tool));
        say::no_endpoint(self.at(name.span), &key.name, name, &known, is_flow)
    }

    /// `p.name`: what every process has, or an endpoint that is not called.
    pub(super) fn member_of_process(&mut self, expr: &Expr, name: &Name, process: &Ty) -> Ty {
        if name.text.is_empty() {
            return Ty::Error;
        }
        if let Some(ty) = self.process_member(expr, name) {
            return ty;
        }
        let ty = self.vars.deep(process);
        let found = match &ty {
            Ty::ProcessOf(key, args) if decl::endpoint(self.db, key, args, &name.text).is_some() => {
                self.refer(expr.id, Ref::Endpoint(name.text.clone()));
                say::endpoint_as_value(self.at(name.span), &name.text)
            }
            Ty::ProcessOf(key, _) if !decl::endpoints(self.db, key.clone()).is_empty() => {
                self.no_endpoint(key, name)
            }
            _ => fields::no_such_field(self.at(name.span), name, &ty, None),
        };
        self.report(found);
        Ty::Error
    }

    /// A step that takes time: what endpoints assign meanwhile may have changed. Inside of an endpoint that is every
    /// variable of the flow, which goes on beside it.
    pub(super) fn waited(&mut self) {
        let changed: Vec<LocalId> = match &self.endpoints.inside {
            Some(Inside { first, .. }) => {
                let of_flow = self.body.locals.iter().take(*first as usize).enumerate();
                let vars = of_flow.filter(|(_, local)| local.kind == LocalKind::Var);
                vars.filter_map(|(index, _)| u32::try_from(index).ok().map(LocalId)).collect()
            }
            None if self.endpoints.assigned.is_empty() => return,
            None => self.endpoints.assigned.iter().copied().collect(),
        };
        changed.into_iter().for_each(|local| self.forget(local));
    }

    /// Whether variables may change whenever the flow waits.
    pub(super) fn is_changed_by_endpoints(&self) -> bool {
        self.endpoints.inside.is_some() || !self.endpoints.assigned.is_empty()
    }

    /// An assignment inside of an endpoint to a variable of the flow.
    pub(super) fn assigned_by_endpoint(&mut self, local: LocalId) {
        if self.endpoints.inside.as_ref().is_some_and(|inside| local.0 < inside.first) {
            self.endpoints.assigned.insert(local);
        }
    }

    /// Adds to what is said of a variable that it may have changed while the flow waited.
    pub(super) fn with_change(&self, expr: &Expr, found: Diagnostic) -> Diagnostic {
        let Some(path) = self.path(expr) else { return found };
        let may_change = match &self.endpoints.inside {
            Some(inside) => path.local.0 < inside.first,
            None => self.endpoints.assigned.contains(&path.local),
        };
        match self.body.locals.get(path.local.0 as usize) {
            Some(local) if may_change && local.kind == LocalKind::Var => {
                say::may_have_changed(found, &local.name, self.endpoints.inside.is_some())
            }
            _ => found,
        }
    }

    /// `emit value`
    pub(super) fn emit(&mut self, statement: Span, value: &Expr) {
        if self.purity.is_some() {
            self.refuse_if_pure(statement, || "`emit`".to_owned());
            self.quietly(|infer| infer.expr(value, Want::Any));
            return;
        }
        match self.emits.clone() {
            Some((ty, declared)) => {
                let why = Why::Emits { of: self.key.name.clone(), declared };
                self.expr(value, Want::Fit(&ty, &why));
            }
            None => {
                let ty = self.quietly(|infer| infer.expr(value, Want::Any));
                self.emits_nothing(value, "nothing can be emitted here", Some(ty));
            }
        }
        self.waited();
    }
}
