//! Expressions that yield values: literals, names, calls, constructions, operators.

use super::NotLowered;
use super::frame::Context;
use crate::types::body::{Coercion, Ref};
use crate::types::decl::{resolve_alias, shape};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, Attr, BinaryOp, Expr, ExprId, ExprKind, Template, TemplatePart, UnaryOp};
use flow_ir::{Name, Node, Op, Part, Target};
use std::collections::BTreeMap;

type Lowered<T = Node> = Result<T, NotLowered>;

impl Context<'_, '_> {
    /// An expression in the form that its surroundings want.
    pub(super) fn expr(&mut self, expr: &Expr) -> Lowered {
        let node = self.plain(expr)?;
        let node = match self.body.coercions.get(&expr.id) {
            Some(Coercion::IntToFloat | Coercion::OptionIntToFloat) => match node.op {
                #[expect(clippy::cast_precision_loss, reason = "what the language says of `int` to `float`")]
                Op::Int(value) => Node { at: node.at, op: Op::Float(value as f64) },
                _ => Node { at: node.at, op: Op::ToFloat(Box::new(node)) },
            },
            None => node,
        };
        match self.body.held.get(&expr.id).cloned() {
            Some(ty) => Ok(self.held(node, &ty)),
            None => Ok(node),
        }
    }

    /// A value that is held to the predicates of a type.
    pub(super) fn held(&mut self, value: Node, ty: &Ty) -> Node {
        let ty = self.ty(ty);
        Node { at: value.at, op: Op::Hold { value: Box::new(value), ty } }
    }

    pub(super) fn boxed(&mut self, expr: &Expr) -> Lowered<Box<Node>> {
        Ok(Box::new(self.expr(expr)?))
    }

    /// The elements of a list; several endpoints of a process are elements each.
    fn elements(&mut self, items: &[Expr]) -> Lowered<Vec<Node>> {
        let mut nodes = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                ExprKind::Select { base, names } => nodes.append(&mut self.selected(item, base, names)?),
                _ => nodes.push(self.expr(item)?),
            }
        }
        Ok(nodes)
    }

    fn plain(&mut self, expr: &Expr) -> Lowered {
        if let Some(parts) = self.cut_short(expr) {
            let mut nodes = parts.into_iter().map(|part| self.expr(part)).collect::<Lowered<Vec<_>>>()?;
            return Ok(match nodes.len() {
                1 => nodes.remove(0),
                _ => self.node(expr.span, Op::Block(nodes)),
            });
        }
        let op = match &expr.kind {
            ExprKind::Paren(inner) => return self.expr(inner),
            ExprKind::Int(value) => Op::Int(*value),
            ExprKind::Float(value) => Op::Float(*value),
            ExprKind::Bool(value) => Op::Bool(*value),
            ExprKind::None => Op::None,
            ExprKind::Duration(value) => Op::Duration(*value),
            ExprKind::Money(value) => Op::Money(*value),
            ExprKind::Str(template) => self.template(template)?,
            ExprKind::List(items) => Op::List(self.elements(items)?),
            ExprKind::Select { base, names } => Op::List(self.selected(expr, base, names)?),
            ExprKind::Map(entries) => Op::Map(
                entries
                    .iter()
                    .map(|(key, value)| Ok((self.expr(key)?, self.expr(value)?)))
                    .collect::<Lowered<_>>()?,
            ),
            ExprKind::Lower(name) => return self.name(expr, &name.text),
            ExprKind::Upper(name) => return self.name(expr, &name.text),
            ExprKind::Call { callee, args, .. } => return self.call(expr, callee, args),
            ExprKind::Field { base, name, optional } => return self.field(expr, base, &name.text, *optional),
            ExprKind::Index { base, index } => {
                Op::Index { base: self.boxed(base)?, index: self.boxed(index)? }
            }
            ExprKind::With { base, settings } => return self.with(base, settings),
            ExprKind::Unary { op: UnaryOp::Spawn, operand } => self.spawn(operand)?,
            ExprKind::Unary { op: UnaryOp::Open, .. } => self.open(expr)?,
            ExprKind::Unary { op, operand } => self.unary(*op, operand)?,
            ExprKind::Binary { op, left, right, .. } => {
                Op::Binary { op: binary(*op), left: self.boxed(left)?, right: self.boxed(right)? }
            }
            ExprKind::Is { value, pattern } => {
                let value = self.boxed(value)?;
                Op::Is { value, pattern: self.pattern(pattern)? }
            }
            ExprKind::Closure { params, body } => {
                let params = params
                    .iter()
                    .map(|param| match param {
                        Some(name) => self.binder(name.span),
                        None => Ok(self.frame.add("_")),
                    })
                    .collect::<Lowered<_>>()?;
                Op::Closure { params, body: self.boxed(body)? }
            }
            _ => return self.control(expr),
        };
        Ok(self.node(expr.span, op))
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Lowered<Op> {
        let value = self.boxed(operand)?;
        Ok(match (op, &value.op) {
            (UnaryOp::Neg, Op::Int(number))
                if *number != i64::MIN || matches!(operand.kind, ExprKind::Int(_)) =>
            {
                Op::Int(number.wrapping_neg())
            }
            (UnaryOp::Neg, Op::Float(number)) => Op::Float(-number),
            (UnaryOp::Neg, _) => Op::Neg(value),
            // The others have forms of their own.
            (UnaryOp::Not | UnaryOp::Spawn | UnaryOp::Open, _) => Op::Not(value),
        })
    }

    /// A string: one piece of text, or a template.
    pub(super) fn template(&mut self, template: &Template) -> Lowered<Op> {
        match template.plain() {
            Some(text) => Ok(Op::String(text.to_owned())),
            None => Ok(Op::Template(self.parts(template)?)),
        }
    }

    /// The pieces of a string.
    pub(super) fn parts(&mut self, template: &Template) -> Lowered<Vec<Part>> {
        template
            .parts
            .iter()
            .map(|part| {
                Ok(match part {
                    TemplatePart::Text(text, _) => Part::Text(text.clone()),
                    TemplatePart::Hole(value) => Part::Value(self.expr(value)?),
                })
            })
            .collect()
    }

    /// A name that stands alone.
    fn name(&mut self, expr: &Expr, text: &str) -> Lowered {
        let op = match self.reference(expr.id) {
            Some(Ref::Local(local)) => Op::Local(self.slot(local)),
            Some(Ref::Item(key)) => return self.item_value(expr.span, &key),
            Some(Ref::Variant { ty, variant }) => {
                let ty = self.concrete(&ty);
                self.variant(&ty, variant, BTreeMap::new())
            }
            Some(Ref::Word(word)) => Op::String(word.to_string()),
            Some(Ref::Endpoint(endpoint)) => self.endpoint_tool(None, endpoint)?,
            _ => return Err(self.incomplete(&format!("the name `{text}`"))),
        };
        Ok(self.node(expr.span, op))
    }

    /// A constant or a secret.
    fn item_value(&mut self, span: Span, key: &crate::diagnostics::ItemKey) -> Lowered {
        let op = match &crate::syntax::find_item(self.low.db, key)
            .map(|item| item.tree(self.low.db).kind.clone())
        {
            Some(flow_grammar::tree::ItemKind::Secret(name)) => Op::Secret(name.text.clone()),
            Some(flow_grammar::tree::ItemKind::Flow(_)) => self.flow_tool(key),
            Some(flow_grammar::tree::ItemKind::Const(_)) => Op::Const(self.low.instance(key, &[])),
            _ => return Err(self.incomplete(&format!("`{}` as a value", key.name))),
        };
        Ok(self.node(span, op))
    }

    fn field(&mut self, expr: &Expr, base: &Expr, text: &str, optional: bool) -> Lowered {
        let op = match self.reference(expr.id) {
            Some(Ref::Item(key)) => return self.item_value(expr.span, &key),
            Some(Ref::Variant { ty, variant }) => {
                let ty = self.concrete(&ty);
                self.variant(&ty, variant, BTreeMap::new())
            }
            Some(Ref::Effect(effect)) => return self.process_effect(expr, base, effect, optional),
            Some(Ref::Endpoint(endpoint)) => self.endpoint_tool(Some(base), endpoint)?,
            Some(Ref::Field(name)) => {
                let optional = optional || self.is_cut_short(base);
                Op::Field { base: self.boxed(base)?, name, optional }
            }
            _ => return Err(self.incomplete(&format!("the field `{text}`"))),
        };
        Ok(self.node(expr.span, op))
    }

    /// Whether a `?.` further left makes this link of a chain `none`: only there has an optional value members.
    pub(super) fn is_cut_short(&self, base: &Expr) -> bool {
        matches!(resolve_alias(self.low.db, &self.type_of(base)), Ty::Option(_))
    }

    fn variant(&mut self, ty: &Ty, variant: Name, fields: BTreeMap<Name, Node>) -> Op {
        let ty = match self.declared(ty) {
            Some((key, args)) => self.low.instance(&key, &args),
            None => Name::default(),
        };
        Op::Variant { ty, variant, fields }
    }

    /// The declared record or union behind aliases and options.
    fn declared(&self, ty: &Ty) -> Option<(crate::diagnostics::ItemKey, Vec<Ty>)> {
        match resolve_alias(self.low.db, ty) {
            Ty::Named(key, args) => Some((key, args.to_vec())),
            Ty::Option(of) => self.declared(&of),
            _ => None,
        }
    }

    fn call(&mut self, expr: &Expr, callee: &Expr, args: &[Arg]) -> Lowered {
        let at = self.at(expr.span);
        if let Some(op) = self.call_session(expr, callee, args)? {
            return Ok(Node { at, op });
        }
        let op = match self.reference(callee.id) {
            Some(Ref::Endpoint(endpoint)) => return self.call_endpoint(expr, callee, endpoint, args),
            Some(Ref::Item(key)) => self.call_item(expr, &key, args, at)?,
            Some(Ref::Effect(effect)) => self.call_effect(expr, effect, args)?,
            Some(Ref::Method { on, name }) => {
                let ExprKind::Field { base, optional, .. } = &callee.kind else {
                    return Err(self.incomplete("a method without a receiver"));
                };
                let optional = *optional || (on != "option" && self.is_cut_short(base));
                let receiver = self.boxed(base)?;
                let args = self.given(expr.id, args)?.into_iter().flatten().collect();
                Op::Method { method: format!("{on}.{name}").into(), receiver, args, optional }
            }
            Some(Ref::Testing(function)) => self.call_of_tests(expr, function, args)?,
            Some(Ref::Type(ty @ (Ty::Exec | Ty::Failure))) => self.made_by_hand(expr, &ty, args)?,
            Some(Ref::Type(ty)) => {
                let Some((key, type_args)) = self.declared(&self.concrete(&ty)) else {
                    return Err(self.incomplete("a construction of no record"));
                };
                let fields = self.construct(expr, &key, &type_args, None, args)?;
                Op::Record { ty: Some(self.low.instance(&key, &type_args)), fields }
            }
            Some(Ref::Variant { ty, variant }) => {
                let ty = self.concrete(&ty);
                let Some((key, type_args)) = self.declared(&ty) else {
                    return Err(self.incomplete("a variant of no union"));
                };
                let fields = self.construct(expr, &key, &type_args, Some(&variant), args)?;
                self.variant(&ty, variant, fields)
            }
            _ => return Err(self.incomplete("a call of something else")),
        };
        Ok(Node { at, op })
    }

    fn call_item(
        &mut self,
        expr: &Expr,
        key: &crate::diagnostics::ItemKey,
        args: &[Arg],
        at: u32,
    ) -> Lowered<Op> {
        use crate::resolve::DefKind;
        let type_args: Vec<Ty> = match self.body.type_args.get(&expr.id) {
            Some(found) => found.iter().map(|ty| self.concrete(ty)).collect(),
            None => Vec::new(),
        };
        let known = crate::types::decl::signature(self.low.db, key.clone());
        let mut given = self.given(expr.id, args)?;
        for (param, value) in known.iter().flat_map(|known| &known.params).zip(&mut given) {
            // An option that is left out is `none`.
            if value.is_none() && !param.has_default {
                *value = Some(Node { at, op: Op::None });
            }
        }
        let name = self.low.instance(key, &type_args);
        let target = match known.map(|known| known.kind) {
            Some(DefKind::Fn) => return Ok(Op::CallFn { name, args: given }),
            Some(DefKind::Flow | DefKind::Tool) => Target::Flow(name),
            Some(DefKind::Command) => Target::Command(name),
            Some(DefKind::Agent) => Target::Agent(name),
            Some(DefKind::Human) => Target::Human(name),
            _ => return Err(self.incomplete(&format!("a call of `{}`", key.name))),
        };
        let step = self.keys.key(&self.step_name(key));
        Ok(Op::Call { key: step, target, args: given, options: BTreeMap::new() })
    }

    /// What an item is called in the keys of steps: its name, or what `@id` pins.
    fn step_name(&self, key: &crate::diagnostics::ItemKey) -> Name {
        let pinned =
            crate::syntax::find_item(self.low.db, key).and_then(|item| pinned(&item.tree(self.low.db).attrs));
        pinned.unwrap_or_else(|| key.name.clone())
    }

    fn call_effect(&mut self, expr: &Expr, effect: &'static str, args: &[Arg]) -> Lowered<Op> {
        let args = self.given(expr.id, args)?;
        let step = self.keys.key(effect);
        let result = self.ty(&self.body.expr(expr.id).clone());
        Ok(Op::Effect { key: step, effect: effect.into(), args, result })
    }

    /// The arguments in the order of the parameters.
    pub(super) fn given(&mut self, call: ExprId, args: &[Arg]) -> Lowered<Vec<Option<Node>>> {
        match self.body.args.get(&call).cloned() {
            // Evaluated in the order of the parameters, which is also the order of their keys.
            Some(order) => order
                .into_iter()
                .map(|index| {
                    index.and_then(|index| args.get(index)).map(|arg| self.expr(&arg.value)).transpose()
                })
                .collect(),
            None => args.iter().map(|arg| self.expr(&arg.value).map(Some)).collect(),
        }
    }

    /// The fields of a record or variant, defaults put in.
    fn construct(
        &mut self,
        expr: &Expr,
        key: &crate::diagnostics::ItemKey,
        type_args: &[Ty],
        variant: Option<&str>,
        args: &[Arg],
    ) -> Lowered<BTreeMap<Name, Node>> {
        let ty = Ty::Named(key.clone(), type_args.into());
        let shape = shape(self.low.db, &ty);
        let fields = match (&shape, variant) {
            (Some(shape), None) => shape.fields().unwrap_or_default(),
            (Some(shape), Some(name)) => {
                shape.variant(name).map(|it| it.fields.as_slice()).unwrap_or_default()
            }
            (None, _) => &[],
        };
        let given = self.given(expr.id, args)?;
        let mut out = BTreeMap::new();
        for (field, value) in fields.iter().zip(given) {
            let value = match value {
                Some(value) => value,
                None => self.default_of(expr.span, key, type_args, variant, &field.name)?,
            };
            out.insert(field.name.clone(), value);
        }
        Ok(out)
    }

    /// The default of a field, as written at its type; `none` for an option without one.
    fn default_of(
        &mut self,
        span: Span,
        key: &crate::diagnostics::ItemKey,
        type_args: &[Ty],
        variant: Option<&str>,
        field: &str,
    ) -> Lowered {
        let default = self.within(key, type_args, |cx| {
            let tree = cx.tree.clone();
            let written = super::types::written_fields(&tree, variant);
            let default = written.iter().find(|it| it.name.text == field).and_then(|it| it.default.as_ref());
            default.map(|default| cx.expr(default)).transpose()
        })?;
        Ok(default.unwrap_or_else(|| self.node(span, Op::None)))
    }

    fn with(&mut self, base: &Expr, settings: &[flow_grammar::tree::Setting]) -> Lowered {
        let mut node = self.expr(base)?;
        let mut given = BTreeMap::new();
        for setting in settings {
            given.insert(setting.name.text.clone(), self.expr(&setting.value)?);
        }
        match &mut node.op {
            Op::Call { options, .. } | Op::Process(flow_ir::ProcessOp::CallSession { options, .. }) => {
                options.append(&mut given)
            }
            _ => return Err(self.incomplete("`with` behind something that is no call")),
        }
        Ok(node)
    }
}

/// `@id("review")`
fn pinned(attrs: &[Attr]) -> Option<Name> {
    let attr = attrs.iter().find(|attr| attr.name.text == "id")?;
    let [Arg { value, .. }] = attr.args.as_deref()? else { return None };
    match &value.kind {
        ExprKind::Str(template) => template.plain().map(Into::into),
        _ => None,
    }
}

fn binary(op: BinaryOp) -> flow_ir::BinaryOp {
    use flow_ir::BinaryOp as Ir;
    match op {
        BinaryOp::Coalesce => Ir::Coalesce,
        BinaryOp::Or => Ir::Or,
        BinaryOp::And => Ir::And,
        BinaryOp::Eq => Ir::Eq,
        BinaryOp::Ne => Ir::Ne,
        BinaryOp::Lt => Ir::Lt,
        BinaryOp::Le => Ir::Le,
        BinaryOp::Gt => Ir::Gt,
        BinaryOp::Ge => Ir::Ge,
        BinaryOp::In => Ir::In,
        BinaryOp::Range => Ir::Range,
        BinaryOp::Add => Ir::Add,
        BinaryOp::Sub => Ir::Sub,
        BinaryOp::Mul => Ir::Mul,
        BinaryOp::Div => Ir::Div,
        BinaryOp::Rem => Ir::Rem,
    }
}
