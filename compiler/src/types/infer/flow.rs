//! Flows: their stages, and the handoffs between them.

use super::Infer;
use super::call::{Callee, Takes};
use super::construct::Args;
use super::generic::Generic;
use super::messages::stages as say;
use super::place::Frame;
use super::want::Want;
use crate::resolve::suggest;
use crate::types::body::{LocalKind, Ref};
use crate::types::decl::ParamSig;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, Block, Expr, Name, Param, StageDecl, Stmt, StmtKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// The stages of a flow.
#[derive(Debug, Default)]
pub(super) struct Stages {
    by_name: FxHashMap<SmolStr, Arc<StageSig>>,
    /// The flow's own block, where stages may be declared.
    own: Option<Span>,
    /// The names of the stages that are declared there.
    declared: FxHashSet<Span>,
    /// How many names were in scope before the statement of that block that is being checked.
    before: usize,
    /// How many names every stage sees: the flow's locals declared before its first handoff.
    seen: Option<usize>,
    /// How many endpoints were exposed by then.
    exposed: usize,
}

impl Stages {
    /// Whether the flow has a stage of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }
}

#[derive(Debug)]
struct StageSig {
    params: Vec<ParamSig>,
    name: Span,
}

impl Infer<'_> {
    /// The body of a flow: its own statements, then its stages, which see what was declared before the first handoff.
    pub(super) fn flow_body(&mut self, body: &Block, want: Want<'_>) {
        let stages: Vec<&StageDecl> = body.stmts.iter().filter_map(stage_of).collect();
        for stage in &stages {
            self.declare_stage(stage);
        }
        self.stages.declared = stages.iter().map(|stage| stage.name.span).collect();
        self.declare_endpoints(body);
        let mark = self.enter(body.span);
        if stages.is_empty() {
            self.statements(body, want);
            self.leave(mark);
            return;
        }
        self.stages.own = Some(body.span);
        self.statements(body, want);
        if self.stages.seen.is_none() {
            self.stages.exposed = self.endpoints.count();
        }
        let seen = self.stages.seen.take().unwrap_or_else(|| self.visible());
        self.endpoints.keep(self.stages.exposed);
        self.restore(seen);
        for stage in stages {
            self.diverges = false;
            self.narrowing.clear();
            self.stage(stage);
        }
        self.leave(mark);
    }

    fn declare_stage(&mut self, stage: &StageDecl) {
        let params = stage.params.iter().map(|param| self.stage_param(param)).collect();
        let signature = Arc::new(StageSig { params, name: stage.name.span });
        if let Some(first) = self.stages.by_name.get(&stage.name.text) {
            let found = say::declared_twice(self.at(stage.name.span), self.at(first.name), &stage.name.text);
            self.report(found);
            return;
        }
        self.stages.by_name.insert(stage.name.text.clone(), signature);
    }

    fn stage_param(&mut self, param: &Param) -> ParamSig {
        ParamSig {
            name: param.name.text.clone(),
            ty: self.written(&param.ty),
            has_default: param.default.is_some(),
            fresh: param.attrs.iter().any(|attr| attr.name.text == "fresh"),
            doc: None,
            span: param.name.span,
        }
    }

    fn stage(&mut self, stage: &StageDecl) {
        let mark = self.enter(stage.body.span);
        self.limit(stage.max.as_deref(), "the `max` of a stage");
        let types: Vec<Ty> = match self.stages.by_name.get(&stage.name.text) {
            Some(signature) => signature.params.iter().map(|param| param.ty.clone()).collect(),
            None => Vec::new(),
        };
        self.params(&stage.params, &types);
        self.within(Frame::Stage, |infer| infer.block(&stage.body, Want::Discard));
        self.leave(mark);
    }

    /// Declares parameters; a default sees those before it.
    pub(super) fn params(&mut self, params: &[Param], types: &[Ty]) {
        let first = self.body.locals.len();
        for (index, param) in params.iter().enumerate() {
            // Of two parameters of one name, which is reported, nobody knows which is meant.
            let is_second = self.find(&param.name.text).is_some_and(|known| known.0 as usize >= first);
            let ty = types.get(index).filter(|_| !is_second).cloned().unwrap_or(Ty::Error);
            if let Some(default) = &param.default {
                self.default(&param.name, &ty, param.ty.span, default);
            }
            self.binder(&param.name, ty, LocalKind::Param, param.span.end);
        }
    }

    /// Takes note of what is in scope before a statement of the flow's own block.
    pub(super) fn before_statement(&mut self, block: &Block) {
        if self.stages.own == Some(block.span) && self.stages.seen.is_none() {
            self.stages.before = self.visible();
        }
    }

    /// A stage where it stands among the statements: checked with the flow, wrong elsewhere.
    pub(super) fn stage_statement(&mut self, stage: &StageDecl) {
        if !self.stages.declared.contains(&stage.name.span) {
            let found = say::misplaced_stage(self.at(stage.name.span), &stage.name.text);
            self.report(found);
        }
    }

    /// `handoff judge(poem)`
    pub(super) fn handoff(&mut self, expr: &Expr, stage: &Name, args: &[Arg], args_span: Span) -> Ty {
        if self.stages.seen.is_none() && !self.frames.iter().any(|frame| matches!(frame, Frame::Stage)) {
            self.stages.seen = Some(self.stages.before);
            self.stages.exposed = self.endpoints.count();
        }
        if let Some(wall) = self.wall() {
            let found = super::messages::jumps::through_wall(
                self.at(expr.span),
                "handoff",
                self.at(wall.span),
                wall.what,
            );
            self.report(found);
            self.loose(args);
            return Ty::Never;
        }
        let Some(signature) = self.stages.by_name.get(&stage.text).cloned() else {
            self.unknown_stage(stage);
            self.loose(args);
            return Ty::Never;
        };
        self.refer(expr.id, Ref::Stage(stage.text.clone()));
        let callee = Callee { name: stage.text.clone(), owner: Some(self.key.clone()), takes: Takes::Stage };
        let args = Args { list: args, span: args_span };
        self.arguments(expr, &callee, signature.params.as_slice(), &Generic::NONE, args);
        Ty::Never
    }

    /// Where a stage of the flow is declared.
    pub(super) fn stage_span(&self, name: &str) -> Option<Span> {
        self.stages.by_name.get(name).map(|stage| stage.name)
    }

    fn unknown_stage(&mut self, stage: &Name) {
        if stage.text.is_empty() {
            return;
        }
        let place = self.at(stage.span);
        let known: Vec<&str> = self.stages.by_name.keys().map(SmolStr::as_str).collect();
        let near = suggest(&stage.text, known.iter().copied());
        let is_flow = self.scope.value(&stage.text).is_some_and(|def| def.kind.is_callable());
        let found = say::unknown_stage(place, &stage.text, near, known.is_empty(), is_flow);
        self.report(found);
    }
}

/// The stage that a statement declares.
const fn stage_of(stmt: &Stmt) -> Option<&StageDecl> {
    match &stmt.kind {
        StmtKind::Stage(stage) => Some(stage),
        _ => None,
    }
}
