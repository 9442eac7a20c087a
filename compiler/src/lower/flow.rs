//! Flows and their stages.

use super::NotLowered;
use super::frame::Context;
use crate::analyses::cost::{Dimension, FlowBounds, Most, bounds};
use crate::analyses::touch::reach;
use crate::diagnostics::ItemKey;
use crate::syntax::in_file;
use crate::types::ty::Ty;
use flow_grammar::tree::{Arg, Attr, ExprKind, FlowDecl, Item, StageDecl, Stmt, StmtKind};
use flow_ir::{Bound, Bounds, Budget, Effects, Flow, Name, Reason, Stage};
use std::collections::BTreeMap;

impl Context<'_, '_> {
    /// A flow or tool.
    pub(super) fn flow(&mut self, key: &ItemKey, decl: &FlowDecl, item: &Item) -> Result<Flow, NotLowered> {
        let mut frame = self.signature(key, &decl.params, item.docs.as_ref(), decl.name.span)?;
        let known = crate::types::decl::signature(self.low.db, key.clone());
        let emits = known.and_then(|known| known.emits.clone()).map(|emits| self.ty(&emits));
        self.keys.enter();
        let declared: Vec<(&Stmt, &StageDecl, Vec<Ty>)> = decl
            .body
            .stmts
            .iter()
            .filter_map(|stmt| match &stmt.kind {
                StmtKind::Stage(stage) => Some((stmt, &**stage, self.stage_types(stage))),
                _ => None,
            })
            .collect();
        let body = self.body(&decl.body, &frame.result)?;
        let endpoints = self.endpoints(&decl.body)?;
        let mut stages = BTreeMap::new();
        for (stmt, stage, types) in declared {
            let lowered = self.stage(stmt, stage, &types)?;
            stages.insert(stage.name.text.clone(), lowered);
        }
        self.keys.leave();
        frame.locals = self.frame.names();
        Ok(Flow {
            frame,
            code: code(&item.attrs, &decl.name.text),
            emits,
            body,
            stages,
            endpoints,
            budget: budget(&item.attrs),
            bounds: self.bounds(key),
            effects: self.touched(key),
            steps: Vec::new(),
        })
    }

    /// What the flow may touch, through all that it calls.
    fn touched(&self, key: &ItemKey) -> Effects {
        let Some(reach) = reach(self.low.db, key) else { return Effects::default() };
        Effects {
            tools: reach.tools.iter().cloned().collect(),
            network: reach.network.iter().cloned().collect(),
            reads: reach.files(false).into_iter().collect(),
            writes: reach.files(true).into_iter().collect(),
            ..Effects::default()
        }
    }

    /// What a run of the flow may use up under its budget.
    fn bounds(&mut self, key: &ItemKey) -> Bounds {
        let Some(FlowBounds { rows: [turns, time, cost], .. }) = bounds(self.low.db, key) else {
            return Bounds::default();
        };
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut bound = |dimension: Dimension, row: crate::analyses::cost::Row| {
            let mut reasons = Vec::new();
            // A budget ends what would not end by itself.
            if row.within.known().is_none() {
                for (why, place) in row.reasons {
                    if let Some((file, span)) = in_file(self.low.db, &place) {
                        reasons.push(Reason { why, at: self.low.sources.at(self.low.db, file, span) });
                    }
                }
            }
            let most = match &row.within {
                Most::Known(amount) => match amount.known() {
                    Some(number) => flow_ir::Most::Known(whole(number)),
                    None => flow_ir::Most::Depends(row.within.text(dimension)),
                },
                Most::Unknown(_) => flow_ir::Most::Unknown(reasons),
                Most::Unbounded(_) => flow_ir::Most::Unbounded(reasons),
            };
            Bound { least: whole(row.least), most }
        };
        Bounds {
            turns: bound(Dimension::Turns, turns),
            time: bound(Dimension::Time, time),
            cost: bound(Dimension::Cost, cost),
        }
    }

    fn stage_types(&self, stage: &StageDecl) -> Vec<Ty> {
        stage
            .params
            .iter()
            .map(|param| {
                let local = self
                    .body
                    .binders
                    .get(&param.name.span)
                    .and_then(|id| self.body.locals.get(id.0 as usize));
                local.map_or(Ty::Error, |local| self.concrete(&local.ty))
            })
            .collect()
    }

    fn stage(&mut self, stmt: &Stmt, stage: &StageDecl, types: &[Ty]) -> Result<Stage, NotLowered> {
        let params = self.params(&stage.params, types)?;
        let max = stage.max.as_ref().map(|max| self.expr(max)).transpose()?;
        let body = self.scoped(|cx| cx.block(&stage.body))?;
        Ok(Stage {
            params,
            max,
            body,
            doc: stmt.docs.as_ref().map(|docs| docs.text.clone()),
            at: self.at(stage.name.span),
        })
    }
}

/// The prefix of run ids: `@code("POM")`, or the consonants of the name as far as they go.
fn code(attrs: &[Attr], name: &str) -> Name {
    let written =
        attrs.iter().find(|attr| attr.name.text == "code").and_then(|attr| match attr.args.as_deref() {
            Some([Arg { value, .. }]) => match &value.kind {
                ExprKind::Str(template) => template.plain(),
                _ => None,
            },
            _ => None,
        });
    match written {
        Some(code) => code.into(),
        None => default_code(name),
    }
}

/// `poem_loop` → `POEM`, `ship` → `SHIP`, `ci_gate` → `CI`: the first word, at most twelve letters.
fn default_code(name: &str) -> Name {
    let word = name.split('_').find(|word| !word.is_empty()).unwrap_or("run");
    word.chars().take(12).flat_map(char::to_uppercase).collect::<String>().into()
}

/// `@budget(turns: 20, time: 4h, cost: $25, tokens: 1_000_000)`; its values are literals, as the checker made sure.
fn budget(attrs: &[Attr]) -> Option<Budget> {
    let attr = attrs.iter().find(|attr| attr.name.text == "budget")?;
    let mut budget = Budget::default();
    for arg in attr.args.as_deref().unwrap_or_default() {
        let value = match &arg.value.kind {
            ExprKind::Int(value) | ExprKind::Duration(value) | ExprKind::Money(value) => Some(*value),
            _ => None,
        };
        match arg.label.as_ref().map(|label| label.text.as_str()) {
            Some("turns") => budget.turns = value,
            Some("time") => budget.time = value,
            Some("cost") => budget.cost = value,
            Some("tokens") => budget.tokens = value,
            _ => {}
        }
    }
    Some(budget)
}
