//! The handoff table: who hands what to whom.
//!
//! The giver of a value is the declaration whose result it is, as far as names lead back to one call; else the flow or
//! stage that computes it.

use super::frame::Context;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::types::body::{LocalId, Ref};
use crate::types::decl::{signature, subst};
use crate::types::ty::Ty;
use flow_grammar::tree::{Arg, Expr, ExprId, ExprKind, Pattern, PatternField, PatternKind, StageDecl};
use flow_ir::{At, HandoffEdge, Name};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Whose result a local variable holds, and the stages of the flow.
#[derive(Default)]
pub(super) struct Producers {
    locals: FxHashMap<LocalId, Name>,
    stages: FxHashMap<SmolStr, Vec<(Name, Ty)>>,
}

impl Context<'_, '_> {
    /// Notes that what `pattern` binds comes from whoever makes `value`.
    pub(super) fn produced(&mut self, pattern: &Pattern, value: &Expr) {
        if let Some(producer) = self.producer(value) {
            self.note(pattern, &producer);
        }
    }

    fn note(&mut self, pattern: &Pattern, producer: &Name) {
        match &pattern.kind {
            PatternKind::Bind(_) => {
                if let Some(local) = self.body.binds.get(&pattern.id) {
                    self.producers.locals.insert(*local, producer.clone());
                }
            }
            PatternKind::Or(patterns) => patterns.iter().for_each(|it| self.note(it, producer)),
            PatternKind::Variant { fields: Some(fields), .. } | PatternKind::Record(fields) => {
                for field in fields {
                    if let PatternField::Short(_, it) | PatternField::Named(_, it) = field {
                        self.note(it, producer);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whose result an expression is.
    fn producer(&mut self, value: &Expr) -> Option<Name> {
        match &value.kind {
            ExprKind::Paren(inner)
            | ExprKind::With { base: inner, .. }
            | ExprKind::Catch { body: inner, .. } => self.producer(inner),
            ExprKind::Call { callee, .. } => match self.reference(callee.id)? {
                Ref::Item(key) => {
                    let type_args: Vec<Ty> = match self.body.type_args.get(&value.id) {
                        Some(found) => found.iter().map(|ty| self.concrete(ty)).collect(),
                        None => Vec::new(),
                    };
                    Some(self.low.instance(&key, &type_args))
                }
                _ => None,
            },
            ExprKind::Lower(_) => match self.reference(value.id)? {
                Ref::Local(local) => self.producers.locals.get(&local).cloned(),
                _ => None,
            },
            _ => None,
        }
    }

    fn giver(&mut self, value: &Expr) -> Name {
        self.producer(value).unwrap_or_else(|| self.place.clone())
    }

    fn edge(&mut self, from: Name, to: Name, param: Option<Name>, ty: &Ty, at: At) {
        let ty = self.ty(ty);
        self.low.program.handoffs.push(HandoffEdge { flow: self.name.clone(), from, to, param, ty, at });
    }

    /// What a call hands to a command, agent, human or flow.
    pub(super) fn handoff_to_item(&mut self, call: ExprId, key: &ItemKey, name: &Name, args: &[Arg], at: At) {
        let Some(known) = signature(self.low.db, key.clone()) else { return };
        let type_args: Vec<Ty> = match self.body.type_args.get(&call) {
            Some(found) => found.iter().map(|ty| self.concrete(ty)).collect(),
            None => Vec::new(),
        };
        let order = self.body.args.get(&call).cloned().unwrap_or_default();
        for (param, index) in known.params.iter().zip(order) {
            if let Some(arg) = index.and_then(|index| args.get(index)) {
                let ty = subst(&param.ty, &known.type_params, &type_args);
                let from = self.giver(&arg.value);
                self.edge(from, name.clone(), Some(param.name.clone()), &ty, at);
            }
        }
    }

    /// Notes the stages of the flow, so that handoffs to them know their parameters.
    pub(super) fn know_stage(&mut self, stage: &StageDecl, types: &[Ty]) {
        let params =
            stage.params.iter().map(|param| param.name.text.clone()).zip(types.iter().cloned()).collect();
        self.producers.stages.insert(stage.name.text.clone(), params);
    }

    /// What a handoff hands to a stage.
    pub(super) fn handoff_to_stage(&mut self, handoff: ExprId, stage: &str, args: &[Arg], at: At) {
        let params = self.producers.stages.get(stage).cloned().unwrap_or_default();
        let order = self.body.args.get(&handoff).cloned().unwrap_or_default();
        let to: Name = format!("{}.{stage}", self.name).into();
        let place = self.place.clone();
        if params.is_empty() {
            self.edge(place, to, None, &Ty::None, at);
            return;
        }
        for ((name, ty), index) in params.iter().zip(order) {
            let giver = index.and_then(|index| args.get(index)).and_then(|arg| self.producer(&arg.value));
            // Control always passes from place to place; who made the value is a second edge.
            if let Some(giver) = giver {
                self.edge(giver, to.clone(), Some(name.clone()), ty, at);
            }
            self.edge(place.clone(), to.clone(), Some(name.clone()), ty, at);
        }
    }

    /// What the flow returns. A function hands nothing over: it is no place of its own.
    pub(super) fn handoff_return(&mut self, value: &Expr) {
        let Some(known) = signature(self.low.db, self.key.clone()) else { return };
        if !matches!(known.kind, DefKind::Flow | DefKind::Tool) || self.is_never(value) {
            return;
        }
        let declared = self.concrete(&known.result);
        let from = self.giver(value);
        let at = self.at(value.span);
        self.edge(from, "return".into(), None, &declared, at);
    }
}
