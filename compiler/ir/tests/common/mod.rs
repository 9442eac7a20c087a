//! Programs that verify, and between them hold every construct of the format.
#![allow(dead_code, reason = "each test uses some")]

use flow_ir::build::*;
use flow_ir::*;

/// Every program, by name.
pub(crate) fn corpus() -> Vec<(&'static str, Program)> {
    vec![
        ("hello", hello()),
        ("poem_loop", poem_loop()),
        ("everything", everything()),
        ("pool", pool()),
        ("tests", tests()),
    ]
}

/// The program with the tables that follow from its bodies.
pub(crate) fn complete(mut program: Program) -> Program {
    on_deep_stack(|| program.fill_tables()).unwrap();
    program
}

/// A document of tests: stubs of every form, and all that a test asks.
pub(crate) fn tests() -> Program {
    let test = |op| node(Op::Test(op));
    let stub = |of, answers| test(TestOp::Stub { of, answers });
    let expect = |condition: Node| test(TestOp::Expect(condition.into()));
    let mut it = program("");
    it.agents.insert("a".into(), agent(frame([("x", Type::String)], Type::String, []), "Go."));
    it.humans.insert("h".into(), human(frame([], Type::Bool, []), "Sure?"));
    let argv = list([text("ls")]);
    it.commands.insert("c".into(), command(frame([], Type::Exec, []), argv, Output::Exec));
    let timeout = test(TestOp::NewFailure { kind: text("Timeout").into(), message: text("slow").into() });
    let file = test(TestOp::File {
        path: text("a.md").into(),
        text: text("x").into(),
        ty: Type::File(FileType::default()),
    });
    let late = test(TestOp::After { delay: node(Op::Duration(1)).into(), answer: bool(true).into() });
    let exec = test(TestOp::Exec { exit: int(1).into(), stdout: text("").into(), stderr: text("").into() });
    let a = || Double::Agent("a".into());
    let body = block([
        stub(a(), Answers::Closure { params: vec![0], body: local(0).into() }),
        stub(Double::Human("h".into()), Answers::Each(vec![late])),
        stub(Double::Command("c".into()), Answers::Each(vec![exec, node(Op::Fail(timeout.into()))])),
        stub(Double::Effect("env".into()), Answers::List(list([none()]).into())),
        bind(1, file),
        expect(binary(BinaryOp::Eq, call(Target::Agent("a".into()), [text("x")]), text("x"))),
        expect(binary(BinaryOp::Eq, method("list.len", test(TestOp::Calls(a())), []), int(1))),
        bind(2, test(TestOp::Failure(node(Op::Fail(text("no").into())).into()))),
    ]);
    it.tests.insert("all of it".into(), flow(frame([], Type::None, ["x", "file", "failure"]), body));
    complete(it)
}

/// `spawn`, events, endpoints, sessions and tools.
pub(crate) fn pool() -> Program {
    let process = |op| node(Op::Process(op));
    let mut program = program("main");
    let risks = vec![variant_def("Low", []), variant_def("HighRisk", [])];
    program.types.insert("Risk".into(), type_def(TypeBody::Enum(risks)));
    program
        .agents
        .insert("watcher".into(), agent(frame([("goal", Type::String)], Type::String, []), "watch"));

    let mut work = flow(
        frame([("spec", Type::String)], Type::String, ["summary"]),
        block([
            process(ProcessOp::Expose("finish".into())),
            node(Op::Emit { key: "emit".into(), value: variant("Risk", "Low", []).into() }),
            text("done"),
        ]),
    );
    work.emits = Some(named("Risk"));
    let finish = Endpoint {
        params: vec![param("summary", 1, Type::String)],
        result: Type::String,
        body: process(ProcessOp::Done(Some(local(1).into()))),
        doc: Some("Call when done.".into()),
        at: 0,
    };
    work.endpoints.insert("finish".into(), finish);
    program.flows.insert("work".into(), work);

    let spawn = process(ProcessOp::Spawn {
        key: "work".into(),
        name: "first".into(),
        target: Target::Flow("work".into()),
        args: vec![Some(text("a"))],
        options: [("timeout".into(), node(Op::Duration(5)))].into(),
    });
    let emitted = Pattern::Variant {
        variant: "Emitted".into(),
        fields: vec![
            ("from".into(), Pattern::Bind(3)),
            ("value".into(), Pattern::Variant { variant: "HighRisk".into(), fields: Vec::new() }),
        ],
    };
    let failed =
        Pattern::Variant { variant: "Failed".into(), fields: vec![("error".into(), Pattern::Bind(4))] };
    let watched = node(Op::Match {
        value: local(2).into(),
        arms: vec![
            Arm { pattern: emitted, guard: None, body: effect("log", [get(local(3), "name")], Type::None) },
            Arm {
                pattern: failed,
                guard: Some(binary(
                    BinaryOp::Lt,
                    effect("process.restarts", [get(local(2), "from")], Type::Int),
                    int(3),
                )),
                body: keyed(effect("log", [get(local(4), "message")], Type::None), "log~2"),
            },
            Arm { pattern: Pattern::Any, guard: None, body: none() },
        ],
    });
    let watch = process(ProcessOp::Watch {
        key: "events".into(),
        pattern: Pattern::Bind(2),
        source: local(1).into(),
        live: true,
        body: watched.into(),
    });
    let open = process(ProcessOp::Open { key: "watcher".into(), agent: "watcher".into() });
    let endpoint = |endpoint: &str| {
        process(ProcessOp::EndpointTool {
            process: Some(get_first(local(1)).into()),
            flow: "work".into(),
            endpoint: endpoint.into(),
        })
    };
    let said = process(ProcessOp::CallSession {
        key: "watcher~2".into(),
        session: local(5).into(),
        agent: "watcher".into(),
        args: vec![Some(text("go"))],
        options: [(
            "tools".into(),
            list([text("read"), process(ProcessOp::FlowTool("work".into())), endpoint("finish")]),
        )]
        .into(),
    });
    let asked = process(ProcessOp::CallEndpoint {
        key: "finish".into(),
        process: Some(local(0).into()),
        flow: "work".into(),
        endpoint: "finish".into(),
        args: vec![Some(text("enough"))],
    });
    let body = block([
        bind(0, spawn),
        bind(1, list([local(0)])),
        watch,
        bind(5, open),
        keyed(effect("connect", [local(5), local(0), text("one")], Type::None), "connect"),
        said,
        asked,
        effect("join", [local(0)], Type::String),
    ]);
    program
        .flows
        .insert("main".into(), flow(frame([], Type::String, ["p", "all", "e", "from", "error", "s"]), body));
    complete(program)
}

fn get_first(list: Node) -> Node {
    node(Op::Index { base: list.into(), index: int(0).into() })
}

/// The smallest useful one.
pub(crate) fn hello() -> Program {
    let mut program = program("hello");
    let greet = frame([("name", Type::String)], Type::String, []);
    program.commands.insert("greet".into(), command(greet, list([text("echo"), local(0)]), Output::Text));
    program.flows.insert("hello".into(), flow(frame([], Type::String, []), run("greet", [text("world")])));
    complete(program)
}

fn poem() -> Type {
    Type::Output(FileType { glob: Some("artifacts/*.md".into()) })
}

/// A cycle of typed handoffs.
pub(crate) fn poem_loop() -> Program {
    let mut program = program("poem_loop");
    let review = vec![variant_def("Accept", []), variant_def("Revise", [("finding", Type::String)])];
    program.types.insert("Review".into(), type_def(TypeBody::Union(review)));
    program.types.insert("Poem".into(), type_def(TypeBody::Alias(poem())));
    let muse = frame([("brief", Type::String), ("last", optional(named("Review")))], Type::String, []);
    program.agents.insert("muse".into(), agent(muse, "give a direction"));
    program
        .agents
        .insert("writer".into(), agent(frame([("direction", Type::String)], named("Poem"), []), "write"));
    program
        .agents
        .insert("critic".into(), agent(frame([("poem", named("Poem"))], named("Review"), []), "judge"));

    let frame = frame([("brief", Type::String)], named("Poem"), ["last", "direction", "poem", "review"]);
    let ask = |name: &str, arg| call(Target::Agent(name.into()), [arg]);
    let directed = call(Target::Agent("muse".into()), [local(0), local(1)]);
    let accept = Pattern::Variant { variant: "Accept".into(), fields: Vec::new() };
    let judged = node(Op::Match {
        value: ask("critic", local(3)).into(),
        arms: vec![
            Arm { pattern: accept, guard: None, body: return_(local(3)) },
            Arm { pattern: Pattern::Bind(4), guard: None, body: handoff("direct", [local(4)]) },
        ],
    });
    let mut root = flow(frame, handoff("direct", [none()]));
    root.code = "POM".into();
    let reason = || vec![flow_ir::Reason { why: "`ask` has no `timeout`".into(), at: 0 }];
    let most = flow_ir::Most::Depends("len(files) + 2".into());
    root.bounds.turns = flow_ir::Bound { least: 1, most };
    root.bounds.time.most = flow_ir::Most::Unbounded(reason());
    root.bounds.cost.most = flow_ir::Most::Unknown(reason());
    root.budget = Some(Budget { turns: Some(20), time: Some(14_400_000), ..Budget::default() });
    root.stages = [
        (
            "direct",
            stage(vec![param("last", 1, optional(named("Review")))], Some(6), handoff("draft", [directed])),
        ),
        (
            "draft",
            stage(
                vec![param("direction", 2, Type::String)],
                None,
                handoff("judge", [ask("writer", local(2))]),
            ),
        ),
        ("judge", stage(vec![param("poem", 3, named("Poem"))], None, judged)),
    ]
    .map(|(name, stage)| (name.into(), stage))
    .into();
    program.flows.insert("poem_loop".into(), root);
    complete(program)
}

/// One of each.
pub(crate) fn everything() -> Program {
    let mut program = program("main");
    types(&mut program);
    declarations(&mut program);
    let frame = frame(
        [("plan", named("Plan")), ("count", Type::Int)],
        Type::String,
        ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"],
    );
    let body = block([values(), methods(), patterns(), loops(), concurrency(), text("done")]);
    let mut root = flow(frame, body);
    root.emits = Some(named("Risk"));
    root.effects = Effects {
        tools: vec!["read".into()],
        network: vec!["ask".into()],
        reads: vec!["src/**".into()],
        writes: vec!["out/*.md".into()],
        ..Effects::default()
    };
    root.budget = Some(Budget { turns: Some(1), time: Some(2), cost: Some(3), tokens: Some(4) });
    root.frame.doc = Some("Does everything.".into());
    program.flows.insert("main".into(), root);
    complete(program)
}

fn types(program: &mut Program) {
    let positive = binary(BinaryOp::Ge, local(0), node(Op::Float(0.0)));
    let refinement = Refinement { text: "it >= 0.0".into(), predicate: positive, locals: 1 };
    let mut score = type_def(TypeBody::Alias(Type::Float));
    score.refinement = Some(refinement.clone());
    let risks = vec![variant_def("Low", []), variant_def("HighRisk", [])];
    let mut risk = type_def(TypeBody::Enum(risks));
    risk.doc = Some("How dangerous it is.".into());
    let verdict =
        vec![variant_def("Accept", []), variant_def("Revise", [("why", Type::String), ("n", Type::Int)])];
    let mut plan = vec![
        field("title", Type::String),
        field("risk", named("Risk")),
        field("score", named("Score")),
        field("next", optional(named("Plan"))),
    ];
    plan[1].default = Some(variant("Risk", "Low", []));
    plan[1].doc = Some("How dangerous.".into());
    plan[2].refinement = Some(refinement);
    let glob = || FileType { glob: Some("src/**/*.{rs,md}".into()) };
    let all = Type::Record(
        [
            ("a", Type::Bool),
            ("b", Type::Duration),
            ("c", Type::Time),
            ("d", Type::Money),
            ("e", Type::Json),
            ("f", Type::None),
            ("g", Type::Never),
            ("h", Type::Dir),
            ("i", Type::File(glob())),
            ("j", Type::Output(glob())),
            ("k", list_of(Type::Int)),
            ("l", Type::Map(Type::String.into(), Type::Int.into())),
            ("m", Type::Failure),
            ("n", Type::Exec),
            ("o", Type::Process(Type::Int.into(), named("Risk").into())),
            ("p", Type::Session("ask".into())),
            ("q", Type::Event(Type::Int.into(), Type::None.into())),
        ]
        .map(|(name, ty)| (name.into(), ty))
        .into(),
    );
    let defs = [
        ("Score", score),
        ("Risk", risk),
        ("Verdict", type_def(TypeBody::Union(verdict))),
        ("Plan", type_def(TypeBody::Record(plan))),
        ("All", type_def(TypeBody::Alias(all))),
    ];
    program.types = defs.map(|(name, def)| (name.into(), def)).into();
}

fn declarations(program: &mut Program) {
    let mark = Const { ty: named("Score"), value: node(Op::Float(0.7)), locals: vec!["unused".into()] };
    program.consts.insert("MARK".into(), mark);
    let body = node(Op::If {
        condition: binary(BinaryOp::Gt, local(0), node(Op::Const("MARK".into()))).into(),
        then: text("pass").into(),
        otherwise: Some(text("fail").into()),
    });
    program.fns.insert("grade".into(), function(frame([("score", named("Score"))], Type::String, []), body));

    let mut echo = command(
        frame([("words", list_of(Type::String)), ("loud", Type::Bool)], Type::String, []),
        list([text("echo"), local(0)]),
        Output::Text,
    );
    echo.frame.params[1].default = Some(bool(false));
    echo.frame.params[0].fresh = true;
    echo.frame.params[0].doc = Some("What is said.".into());
    program.secrets = vec!["T".into(), "TOKEN".into()];
    echo.stdin = Some(text("in"));
    echo.cwd = Some(text("."));
    echo.env = Some(node(Op::Map(vec![(text("TOKEN"), node(Op::Secret("TOKEN".into())))])));
    echo.timeout = Some(node(Op::Duration(60_000)));
    echo.retry = Some(int(2));
    echo.workspace = Some(text("worktree"));
    program.commands.insert("echo".into(), echo);
    let outputs = [
        ("lines", Output::Lines, list_of(Type::Int)),
        ("json", Output::Json, named("Plan")),
        ("quiet", Output::None, Type::None),
        ("file", Output::File(text("out.json")), named("Plan")),
        ("exec", Output::Exec, Type::Exec),
    ];
    for (name, output, result) in outputs {
        let mut item = command(frame([], result, []), none(), output);
        item.run = Run::Shell(vec![Part::Text("cat ".into()), Part::Value(text("a b"))]);
        program.commands.insert(name.into(), item);
    }

    let mut ask = agent(frame([("what", Type::String)], named("Verdict"), []), "do this");
    ask.provider = Some("claude".into());
    ask.prompt.push(Part::Value(local(0)));
    ask.settings = [("model".into(), text("opus")), ("timeout".into(), node(Op::Duration(1)))].into();
    program.agents.insert("ask".into(), ask);
    let mut approve = human(frame([], Type::Bool, []), "build it?");
    approve.settings.insert("timeout".into(), node(Op::Duration(1)));
    program.humans.insert("approve".into(), approve);
    program.flows.insert("sub".into(), flow(frame([("n", Type::Int)], Type::Int, []), local(0)));
}

fn values() -> Node {
    let anonymous = node(Op::Record { ty: None, fields: [("x".into(), int(1))].into() });
    let plan = record(
        "Plan",
        [
            ("title", text("t")),
            ("risk", variant("Risk", "HighRisk", [])),
            ("score", node(Op::ToFloat(local(1).into()))),
            ("next", none()),
        ],
    );
    let title = node(Op::Field { base: get(local(0), "next").into(), name: "title".into(), optional: true });
    block([
        bind(2, plan),
        bind(3, list([int(1), local(1)])),
        bind(4, node(Op::Map(vec![(text("k"), int(1))]))),
        bind(
            5,
            node(Op::Template(vec![
                Part::Text("t".into()),
                Part::Value(binary(BinaryOp::Coalesce, title, text(""))),
            ])),
        ),
        node(Op::Set { slot: 4, path: vec![Step::Index(text("k"))], ty: None, value: int(2).into() }),
        node(Op::Set { slot: 2, path: vec![Step::Field("title".into())], ty: None, value: local(5).into() }),
        node(Op::Set {
            slot: 2,
            path: vec![Step::Field("score".into())],
            ty: Some(named("Plan")),
            value: node(Op::Hold { value: node(Op::Float(0.5)).into(), ty: named("Score") }).into(),
        }),
        set(3, binary(BinaryOp::Range, int(1), node(Op::Neg(local(1).into())))),
        bind(6, get(anonymous, "x")),
        bind(6, node(Op::Index { base: local(3).into(), index: int(0).into() })),
        bind(7, call_fn("grade", [node(Op::Float(0.5))])),
        bind(8, node(Op::Money(2_500_000))),
        node(Op::Require { condition: node(Op::Not(bool(false).into())).into(), message: text("no").into() }),
        node(Op::Let { pattern: Pattern::Any, value: arithmetic().into() }),
    ])
}

/// Every operator.
fn arithmetic() -> Node {
    use BinaryOp::{Add, And, Div, Eq, In, Le, Lt, Mul, Ne, Or, Rem, Sub};
    let sum = [Add, Sub, Mul, Div, Rem].into_iter().fold(int(1), |sum, op| binary(op, sum, int(3)));
    let compared = [Eq, Ne, Lt, Le].into_iter().map(|op| binary(op, local(1), int(2)));
    let all = compared.fold(bool(true), |all, one| binary(And, all, one));
    binary(Or, binary(And, all, binary(In, int(1), local(3))), binary(Eq, sum, int(0)))
}

fn methods() -> Node {
    let big = closure([9], binary(BinaryOp::Gt, local(9), int(1)));
    let kept = method("list.filter", local(3), [big]);
    let folded =
        method("list.fold", kept, [int(0), closure([9, 10], binary(BinaryOp::Add, local(9), local(10)))]);
    let trimmed = node(Op::Method {
        method: "string.trim".into(),
        receiver: node(Op::Field {
            base: get(local(0), "next").into(),
            name: "title".into(),
            optional: true,
        })
        .into(),
        args: Vec::new(),
        optional: true,
    });
    block([bind(9, folded), bind(10, trimmed), run("echo", [list([text("a")]), bool(true)])])
}

fn patterns() -> Node {
    let variant = |name: &str, fields: &[(&str, Pattern)]| Pattern::Variant {
        variant: name.into(),
        fields: fields.iter().map(|(name, pattern)| ((*name).into(), pattern.clone())).collect(),
    };
    let arm = |pattern, body| Arm { pattern, guard: None, body };
    let reviewed = node(Op::Match {
        value: call(Target::Agent("ask".into()), [text("x")]).into(),
        arms: vec![
            arm(variant("Revise", &[("why", Pattern::Bind(11)), ("n", Pattern::Int(3))]), local(11)),
            Arm {
                guard: Some(bool(true)),
                ..arm(variant("Revise", &[("why", Pattern::Bind(11))]), local(11))
            },
            arm(Pattern::Or(vec![variant("Accept", &[]), variant("Revise", &[])]), text("")),
        ],
    });
    let optional = node(Op::Match {
        value: get(local(0), "next").into(),
        arms: vec![
            arm(
                Pattern::Some(Pattern::Record(vec![("title".into(), Pattern::String("a".into()))]).into()),
                none(),
            ),
            arm(Pattern::Some(Pattern::Any.into()), none()),
            arm(Pattern::None, none()),
        ],
    });
    let asked = call(Target::Human("approve".into()), []);
    let is = node(Op::Is { value: asked.into(), pattern: Pattern::Bool(true) });
    block([reviewed, optional, node(Op::If { condition: is.into(), then: none().into(), otherwise: None })])
}

fn loops() -> Node {
    let left = node(Op::If {
        condition: binary(BinaryOp::Eq, local(1), int(1)).into(),
        then: node(Op::Break(Some(text("left").into()))).into(),
        otherwise: Some(node(Op::Continue).into()),
    });
    let bounded = Op::Loop {
        key: "loop".into(),
        max: Some(int(3).into()),
        body: block([effect("log", [text("round")], Type::None), left]).into(),
        otherwise: Some(node(Op::Blocked { key: "blocked".into(), reason: text("why").into() }).into()),
    };
    let each = Op::For {
        key: "for".into(),
        parallel: false,
        pattern: Pattern::Bind(11),
        list: local(3).into(),
        max: None,
        body: call(Target::Flow("sub".into()), [local(11)]).into(),
    };
    let at_once = Op::For {
        key: "for~2".into(),
        parallel: true,
        pattern: Pattern::Bind(11),
        list: list([int(1)]).into(),
        max: Some(int(8).into()),
        body: keyed(run("echo", [list([text("x")]), bool(true)]), "echo").into(),
    };
    block([node(bounded), node(each), node(at_once)])
}

fn concurrency() -> Node {
    let mut patient = keyed(run("echo", [list([]), bool(false)]), "echo~2");
    if let Op::Call { args, options, .. } = &mut patient.op {
        args[1] = None;
        options.insert("timeout".into(), node(Op::Duration(10)));
        options.insert("env".into(), node(Op::Map(vec![(text("T"), node(Op::Secret("T".into())))])));
    }
    let caught = Op::Catch {
        body: patient.into(),
        binder: Some(12),
        handler: node(Op::Fail(get(local(12), "message").into())).into(),
    };
    let parallel = Op::Parallel {
        key: "parallel".into(),
        branches: vec![("one".into(), effect("now", [], Type::Time)), ("two".into(), int(2))],
    };
    let race = Op::Race {
        key: "race".into(),
        arms: vec![
            RaceArm { value: run("json", []), pattern: Pattern::Bind(13), body: get(local(13), "title") },
            RaceArm {
                value: effect("sleep", [node(Op::Duration(5))], Type::None),
                pattern: Pattern::Any,
                body: text(""),
            },
        ],
    };
    let mut wait = effect("wait_for", [text("*.md"), none()], Type::File(FileType::default()));
    if let Op::Effect { args, .. } = &mut wait.op {
        args[1] = None;
    }
    block([
        bind(2, node(parallel)),
        bind(3, node(race)),
        node(Op::Defer { key: "defer".into(), body: effect("sh", [text("true")], Type::Exec).into() }),
        node(Op::Emit { key: "emit".into(), value: variant("Risk", "Low", []).into() }),
        wait,
        node(caught),
        node(Op::If {
            condition: bool(false).into(),
            then: node(Op::Return(Some(text("early").into()))).into(),
            otherwise: None,
        }),
    ])
}
