//! Processes, sessions, endpoints, and the tools of agents.

use super::NotLowered;
use super::frame::Context;
use crate::types::body::{LocalKind, Ref};
use crate::types::decl::{self, resolve_alias};
use crate::types::ty::Ty;
use flow_grammar::tree::{Arg, Block, ExposeDecl, Expr, ExprKind, Name as Word, Pattern, Stmt, StmtKind};
use flow_ir::{Arm, Endpoint, Name, Node, Op, ProcessOp};
use std::collections::BTreeMap;

type Lowered<T = Node> = Result<T, NotLowered>;

impl Context<'_, '_> {
    /// `spawn f(args) with { … }`
    pub(super) fn spawn(&mut self, operand: &Expr) -> Lowered<Op> {
        let Op::Call { key, target, args, options } = self.expr(operand)?.op else {
            return Err(self.incomplete("a process of no call"));
        };
        let name = key.split('~').next().unwrap_or_default().into();
        Ok(Op::Process(ProcessOp::Spawn { key, name, target, args, options }))
    }

    /// Calls a process by the name that it is bound to.
    pub(super) fn named(mut value: Node, bound: &str) -> Node {
        if let Op::Process(ProcessOp::Spawn { name, .. }) = &mut value.op {
            *name = bound.into();
        }
        value
    }

    /// `open agent`
    pub(super) fn open(&mut self, expr: &Expr) -> Lowered<Op> {
        let Ty::Session(agent) = self.type_of(expr) else {
            return Err(self.incomplete("a session of no agent"));
        };
        let name = self.low.instance(&agent, &[]);
        let key = self.keys.key(&agent.name);
        Ok(Op::Process(ProcessOp::Open { key, agent: name }))
    }

    /// A call of a session; `None` if the callee is none.
    pub(super) fn call_session(&mut self, expr: &Expr, callee: &Expr, args: &[Arg]) -> Lowered<Option<Op>> {
        let Ty::Session(agent) = resolve_alias(self.low.db, &self.type_of(callee)) else { return Ok(None) };
        let session = self.boxed(callee)?;
        let args_given = self.given(expr.id, args)?;
        let name = self.low.instance(&agent, &[]);
        let key = self.keys.key(&agent.name);
        let options = BTreeMap::new();
        let call = ProcessOp::CallSession { key, session, agent: name, args: args_given, options };
        Ok(Some(Op::Process(call)))
    }

    /// `add_task(spec)`, `pool.add_task(spec)`
    pub(super) fn call_endpoint(
        &mut self,
        expr: &Expr,
        callee: &Expr,
        endpoint: Name,
        args: &[Arg],
    ) -> Lowered {
        let at = self.at(expr.span);
        let lower = |cx: &mut Self, process: Option<Node>, flow: Name| {
            let args = cx.given(expr.id, args)?;
            let key = cx.keys.key(&endpoint);
            let process = process.map(Box::new);
            let endpoint = endpoint.clone();
            Ok(Node { at, op: Op::Process(ProcessOp::CallEndpoint { key, process, flow, endpoint, args }) })
        };
        match &callee.kind {
            ExprKind::Field { base, optional, .. } => {
                let flow = self.flow_of(base)?;
                self.of_value(base, *optional, |cx, process| lower(cx, Some(process), flow))
            }
            _ => {
                let flow = self.name.clone();
                lower(self, None, flow)
            }
        }
    }

    /// `p.status`, `p.restarts`
    pub(super) fn process_effect(
        &mut self,
        expr: &Expr,
        base: &Expr,
        effect: &str,
        optional: bool,
    ) -> Lowered {
        let at = self.at(expr.span);
        let ty = match self.type_of(expr) {
            Ty::Option(ty) if optional || self.is_cut_short(base) => ty.as_ref().clone(),
            ty => ty,
        };
        let result = self.ty(&ty);
        self.of_value(base, optional, |cx, process| {
            let key = cx.keys.key(effect.rsplit('.').next().unwrap_or(effect));
            Ok(Node { at, op: Op::Effect { key, effect: effect.into(), args: vec![Some(process)], result } })
        })
    }

    /// Does something with a value; with `?.`, only if it is not `none`.
    fn of_value(
        &mut self,
        base: &Expr,
        optional: bool,
        lower: impl FnOnce(&mut Self, Node) -> Lowered,
    ) -> Lowered {
        let is_short = optional || self.is_cut_short(base);
        let value = self.expr(base)?;
        if !is_short {
            return lower(self, value);
        }
        let at = value.at;
        let slot = self.frame.add("_");
        let body = lower(self, Node { at, op: Op::Local(slot) })?;
        let arm = |pattern, body| Arm { pattern, guard: None, body };
        let some = flow_ir::Pattern::Some(Box::new(flow_ir::Pattern::Bind(slot)));
        let arms = vec![arm(flow_ir::Pattern::None, Node { at, op: Op::None }), arm(some, body)];
        Ok(Node { at, op: Op::Match { value: Box::new(value), arms } })
    }

    /// The flow that a process runs.
    fn flow_of(&mut self, process: &Expr) -> Lowered<Name> {
        let ty = match resolve_alias(self.low.db, &self.type_of(process)) {
            Ty::Option(ty) => resolve_alias(self.low.db, &ty),
            ty => ty,
        };
        match ty {
            Ty::ProcessOf(key, args) => Ok(self.low.instance(&key, &args)),
            _ => Err(self.incomplete("an endpoint of no flow")),
        }
    }

    /// A `tool` or `flow` that an agent is given.
    pub(super) fn flow_tool(&mut self, key: &crate::diagnostics::ItemKey) -> Op {
        Op::Process(ProcessOp::FlowTool(self.low.instance(key, &[])))
    }

    /// An endpoint that an agent is given; without a process, of the flow itself.
    pub(super) fn endpoint_tool(&mut self, process: Option<&Expr>, endpoint: Name) -> Lowered<Op> {
        let (flow, process) = match process {
            Some(process) => (self.flow_of(process)?, Some(self.boxed(process)?)),
            None => (self.name.clone(), None),
        };
        Ok(Op::Process(ProcessOp::EndpointTool { process, flow, endpoint }))
    }

    /// `pool.{add_task, tasks}`
    pub(super) fn selected(&mut self, expr: &Expr, base: &Expr, names: &[Word]) -> Lowered<Vec<Node>> {
        names
            .iter()
            .map(|name| {
                let op = self.endpoint_tool(Some(base), name.text.clone())?;
                Ok(self.node(expr.span, op))
            })
            .collect()
    }

    /// `for p in events(source) { … }`; `None` if it goes through something else.
    pub(super) fn watch(&mut self, pattern: &Pattern, iterable: &Expr, body: &Block) -> Lowered<Option<Op>> {
        let ExprKind::Call { callee, args, .. } = &super::doer::bare(iterable).kind else { return Ok(None) };
        let (Some(Ref::Effect("events")), [arg]) = (self.reference(callee.id), args.as_slice()) else {
            return Ok(None);
        };
        let live = self.is_variable(&arg.value);
        let source = self.boxed(&arg.value)?;
        let key = self.keys.key("events");
        let pattern = self.pattern(pattern)?;
        let body = Box::new(self.scoped(|cx| cx.block(body))?);
        Ok(Some(Op::Process(ProcessOp::Watch { key, pattern, source, live, body })))
    }

    /// Whether an expression names a `var`, or something in one.
    fn is_variable(&self, expr: &Expr) -> bool {
        match (&expr.kind, self.reference(expr.id)) {
            (ExprKind::Lower(_), Some(Ref::Local(local))) => {
                self.body.locals.get(local.0 as usize).is_some_and(|local| local.kind == LocalKind::Var)
            }
            (ExprKind::Paren(base) | ExprKind::Field { base, .. } | ExprKind::Index { base, .. }, _) => {
                self.is_variable(base)
            }
            _ => false,
        }
    }

    /// The endpoints of a flow.
    pub(super) fn endpoints(&mut self, body: &Block) -> Lowered<BTreeMap<Name, Endpoint>> {
        let mut endpoints = BTreeMap::new();
        for stmt in &body.stmts {
            if let StmtKind::Expose(expose) = &stmt.kind {
                endpoints.insert(expose.name.text.clone(), self.endpoint(stmt, expose)?);
            }
        }
        Ok(endpoints)
    }

    fn endpoint(&mut self, stmt: &Stmt, expose: &ExposeDecl) -> Lowered<Endpoint> {
        let Some(known) = decl::endpoint(self.low.db, &self.key, &[], &expose.name.text) else {
            return Err(self.incomplete("an endpoint that is not there"));
        };
        let types: Vec<Ty> = known.params.iter().map(|param| self.concrete(&param.ty)).collect();
        let params = self.params(&expose.params, &types)?;
        let result = self.ty(&known.result);
        let body = self.scoped(|cx| cx.body(&expose.body, &result))?;
        Ok(Endpoint {
            params,
            result,
            body,
            doc: stmt.docs.as_ref().map(|docs| docs.text.clone()),
            at: self.at(expose.name.span),
        })
    }
}
