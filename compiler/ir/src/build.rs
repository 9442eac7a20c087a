//! Programs for tests, built in a few lines. Everything comes from the one span of one made-up file.

use crate::{
    Agent, BinaryOp, Bounds, Command, Effects, Field, Flow, Frame, Function, HandoffEdge, Human, Name, Node,
    Op, Output, Param, Part, Pattern, Program, Run, Slot, SourceFile, Sources, Stage, Target, Type, TypeBody,
    TypeDef, VERSION, Variant,
};

/// A program without declarations, whose root flow is to be called `flow`.
pub fn program(flow: &str) -> Program {
    Program {
        ir: VERSION,
        flow: flow.into(),
        types: [].into(),
        consts: [].into(),
        fns: [].into(),
        commands: [].into(),
        agents: [].into(),
        humans: [].into(),
        tests: [].into(),
        flows: [].into(),
        secrets: Vec::new(),
        handoffs: Vec::new(),
        sources: Sources {
            files: vec![SourceFile { path: "main.flow".into(), sha256: "0".repeat(64) }],
            spans: vec![(0, 1, 1, 1, 2)],
        },
    }
}

/// A parameter without default.
pub fn param(name: &str, slot: Slot, ty: Type) -> Param {
    Param { name: name.into(), slot, ty, default: None, fresh: false, doc: None }
}

/// A frame: its parameters, its result, and the locals behind the parameters.
pub fn frame<const P: usize, const L: usize>(
    params: [(&str, Type); P],
    result: Type,
    locals: [&str; L],
) -> Frame {
    let names =
        params.iter().map(|(name, _)| Name::from(*name)).chain(locals.into_iter().map(Name::from)).collect();
    let params = params.into_iter().zip(0..).map(|((name, ty), slot)| param(name, slot, ty)).collect();
    Frame { params, result, locals: names, doc: None, at: 0 }
}

/// A function.
pub fn function(frame: Frame, body: Node) -> Function {
    Function { frame, body }
}

/// A command that runs an argument vector.
pub fn command(frame: Frame, argv: Node, output: Output) -> Command {
    Command {
        frame,
        run: Run::Argv(argv),
        output,
        ok: vec![0],
        stdin: None,
        cwd: None,
        env: None,
        timeout: None,
        retry: None,
        workspace: None,
    }
}

/// An agent with a prompt of one piece and no settings; [`Program::fill_tables`] gives it its schemas.
pub fn agent(frame: Frame, prompt: &str) -> Agent {
    let prompt = vec![Part::Text(prompt.to_owned())];
    Agent { frame, prompt, provider: None, settings: [].into(), schemas: [].into() }
}

/// A human with a question of one piece; [`Program::fill_tables`] gives it its schema.
pub fn human(frame: Frame, ask: &str) -> Human {
    Human {
        frame,
        ask: vec![Part::Text(ask.to_owned())],
        settings: [].into(),
        schema: serde_json::Value::Null,
    }
}

/// A flow without stages.
pub fn flow(frame: Frame, body: Node) -> Flow {
    Flow {
        frame,
        code: "RUN".into(),
        emits: None,
        body,
        stages: [].into(),
        endpoints: [].into(),
        budget: None,
        bounds: Bounds::default(),
        effects: Effects::default(),
        steps: Vec::new(),
    }
}

/// A stage.
pub fn stage(params: Vec<Param>, max: Option<i64>, body: Node) -> Stage {
    Stage { params, max: max.map(int), body, doc: None, at: 0 }
}

/// An edge of the handoff table, inside the flow `flow`.
pub fn edge(flow: &str, from: &str, to: &str, param: Option<&str>, ty: Type) -> HandoffEdge {
    HandoffEdge {
        flow: flow.into(),
        from: from.into(),
        to: to.into(),
        param: param.map(Name::from),
        ty,
        at: 0,
    }
}

/// A declared type.
pub fn type_def(body: TypeBody) -> TypeDef {
    TypeDef { doc: None, body, refinement: None }
}

/// A record type.
pub fn record_type<const N: usize>(fields: [(&str, Type); N]) -> TypeDef {
    type_def(TypeBody::Record(fields.into_iter().map(|(name, ty)| field(name, ty)).collect()))
}

/// A field without default.
pub fn field(name: &str, ty: Type) -> Field {
    Field { name: name.into(), ty, doc: None, default: None, refinement: None }
}

/// A variant with its tag.
pub fn variant_def<const N: usize>(name: &str, fields: [(&str, Type); N]) -> Variant {
    let fields = fields.into_iter().map(|(name, ty)| field(name, ty)).collect();
    Variant { name: name.into(), tag: crate::verify::snake_case(name).into(), doc: None, fields }
}

/// A declared type, by name.
pub fn named(name: &str) -> Type {
    Type::Named(name.into())
}

/// `[T]`
pub fn list_of(element: Type) -> Type {
    Type::List(element.into())
}

/// `T?`
pub fn optional(value: Type) -> Type {
    Type::Option(value.into())
}

/// An expression.
pub fn node(op: Op) -> Node {
    Node { at: 0, op }
}

/// `none`
pub fn none() -> Node {
    node(Op::None)
}

/// A literal.
pub fn bool(value: bool) -> Node {
    node(Op::Bool(value))
}

/// A literal.
pub fn int(value: i64) -> Node {
    node(Op::Int(value))
}

/// A literal.
pub fn text(value: &str) -> Node {
    node(Op::String(value.to_owned()))
}

/// A local.
pub fn local(slot: Slot) -> Node {
    node(Op::Local(slot))
}

/// A list.
pub fn list<const N: usize>(items: [Node; N]) -> Node {
    node(Op::List(items.into()))
}

/// A block.
pub fn block<const N: usize>(nodes: [Node; N]) -> Node {
    node(Op::Block(nodes.into()))
}

/// An operator between two values.
pub fn binary(op: BinaryOp, left: Node, right: Node) -> Node {
    node(Op::Binary { op, left: left.into(), right: right.into() })
}

/// `let slot = value`
pub fn bind(slot: Slot, value: Node) -> Node {
    node(Op::Let { pattern: Pattern::Bind(slot), value: value.into() })
}

/// `slot = value`
pub fn set(slot: Slot, value: Node) -> Node {
    node(Op::Set { slot, path: Vec::new(), ty: None, value: value.into() })
}

/// A record.
pub fn record<const N: usize>(ty: &str, fields: [(&str, Node); N]) -> Node {
    let fields = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
    node(Op::Record { ty: Some(ty.into()), fields })
}

/// A variant.
pub fn variant<const N: usize>(ty: &str, variant: &str, fields: [(&str, Node); N]) -> Node {
    let fields = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
    node(Op::Variant { ty: ty.into(), variant: variant.into(), fields })
}

/// `base.name`
pub fn get(base: Node, name: &str) -> Node {
    node(Op::Field { base: base.into(), name: name.into(), optional: false })
}

/// A method, `list.filter`.
pub fn method<const N: usize>(name: &str, receiver: Node, args: [Node; N]) -> Node {
    node(Op::Method { method: name.into(), receiver: receiver.into(), args: args.into(), optional: false })
}

/// A closure.
pub fn closure<const N: usize>(params: [Slot; N], body: Node) -> Node {
    node(Op::Closure { params: params.into(), body: body.into() })
}

/// A call of a function.
pub fn call_fn<const N: usize>(name: &str, args: [Node; N]) -> Node {
    node(Op::CallFn { name: name.into(), args: args.map(Some).into() })
}

/// A call of a command, agent, human or flow, under its own name as key.
pub fn call<const N: usize>(target: Target, args: [Node; N]) -> Node {
    let (Target::Command(key) | Target::Agent(key) | Target::Human(key) | Target::Flow(key)) = &target;
    node(Op::Call { key: key.clone(), target, args: args.map(Some).into(), options: [].into() })
}

/// A call of a command.
pub fn run<const N: usize>(name: &str, args: [Node; N]) -> Node {
    call(Target::Command(name.into()), args)
}

/// A built-in effect, under its own name as key.
pub fn effect<const N: usize>(name: &str, args: [Node; N], result: Type) -> Node {
    node(Op::Effect { key: name.into(), effect: name.into(), args: args.map(Some).into(), result })
}

/// `handoff stage(args)`
pub fn handoff<const N: usize>(stage: &str, args: [Node; N]) -> Node {
    node(Op::Handoff { stage: stage.into(), args: args.map(Some).into() })
}

/// `return value`
pub fn return_(value: Node) -> Node {
    node(Op::Return(Some(value.into())))
}

/// The same expression under another key.
pub fn keyed(mut node: Node, name: &str) -> Node {
    match &mut node.op {
        Op::Call { key, .. }
        | Op::Effect { key, .. }
        | Op::Loop { key, .. }
        | Op::For { key, .. }
        | Op::Parallel { key, .. }
        | Op::Race { key, .. }
        | Op::Defer { key, .. }
        | Op::Emit { key, .. }
        | Op::Blocked { key, .. } => *key = name.into(),
        _ => {}
    }
    node
}
