//! What was edited by hand is refused with the place, in words that say what is wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test")]

mod common;

use flow_ir::build::*;
use flow_ir::{BinaryOp, Node, Op, Program, Type, TypeBody};
use serde_json::{Value, json};

/// A document after one edit: the member or element at the pointer becomes the value.
fn edited(program: &Program, place: &str, value: Value) -> Program {
    let mut document: Value = serde_json::from_str(&program.to_document().unwrap()).unwrap();
    let (parent, member) = place.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("nothing stands at {parent}")) {
        Value::Object(members) => drop(members.insert(member.replace("~1", "/"), value)),
        Value::Array(items) => match member.parse::<usize>() {
            Ok(index) => items[index] = value,
            Err(_) => items.push(value),
        },
        _ => panic!("{parent} has no members"),
    }
    Program::from_document(&document.to_string()).unwrap_or_else(|error| panic!("{place}: {error}"))
}

fn told(program: &Program) -> Vec<String> {
    let errors = program.verify().err().unwrap_or_default();
    errors.iter().map(|error| format!("{}: {}", error.path, error.message)).collect()
}

/// One edit, and the error that it must lead to.
#[track_caller]
fn refused(program: &Program, place: &str, value: Value, expected: &str) {
    let told = told(&edited(program, place, value));
    assert!(told.iter().any(|line| line == expected), "{place}\nexpected {expected}\nfound {told:#?}");
}

/// A program whose root flow is this body.
fn of_body(body: Node) -> Program {
    let mut program = common::everything();
    let frame = program.flows["main"].frame.clone();
    program.flows.insert("main".into(), flow(frame, body));
    common::complete(program)
}

#[track_caller]
fn body_refused(body: Node, expected: &str) {
    let told = told(&of_body(body));
    assert_eq!(told, [expected]);
}

#[test]
fn the_corpus_is_accepted() {
    for (name, program) in common::corpus() {
        assert_eq!(told(&program), [""; 0], "{name}");
    }
}

#[test]
fn a_wrong_type_on_a_stages_parameter_is_refused_at_the_handoff() {
    let program = edited(&common::poem_loop(), "/flows/poem_loop/stages/judge/params/0/type", json!("int"));
    let told = told(&program);
    let expected = [
        "/flows/poem_loop/stages/draft/body/op/handoff/args/0: \
         hands over the wrong type: `judge` takes `int` as `poem`, this is `Poem`",
        "/flows/poem_loop/stages/judge/body/op/match/value/op/call/args/0: \
         hands over the wrong type: `critic` takes `Poem` as `poem`, this is `int`",
    ];
    for line in expected {
        assert!(told.iter().any(|found| found == line), "{line}\nnot in {told:#?}");
    }
}

#[test]
fn a_wrong_type_of_an_agents_result_is_refused_where_it_is_handed_over() {
    refused(
        &common::poem_loop(),
        "/agents/writer/frame/result",
        json!({ "list": "string" }),
        "/flows/poem_loop/stages/draft/body/op/handoff/args/0: \
         hands over the wrong type: `judge` takes `Poem` as `poem`, this is `[string]`",
    );
}

/// Every member of every table that follows from the bodies, with its place.
fn rows(program: &Program, of: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(&program.to_document().unwrap()).unwrap();
    document.pointer(of).unwrap().as_array().unwrap().clone()
}

#[test]
fn a_row_that_is_missing_is_refused_and_told() {
    let program = common::poem_loop();
    let of = "/flows/poem_loop/steps";
    for (of, count, first) in [
        ("/handoffs", 12, "the row that `poem_loop.judge` hands `Poem` to `critic` as `poem` in `poem_loop`"),
        (of, 3, "the row of the agent `muse` under the key `poem_loop/direct/muse`"),
    ] {
        let all = rows(&program, of);
        assert_eq!(all.len(), count, "{all:#?}");
        for index in 0..all.len() {
            let mut fewer = all.clone();
            fewer.remove(index);
            let told = told(&edited(&program, of, fewer.into()));
            assert!(
                matches!(told.as_slice(), [one] if one.starts_with(&format!("{of}: the row ")) && one.ends_with(" is missing")),
                "{told:#?}"
            );
            if index == 0 {
                assert_eq!(told, [format!("{of}: {first} is missing")]);
            }
        }
    }
}

#[test]
fn a_row_that_no_body_says_or_that_is_there_twice_is_refused() {
    let program = common::poem_loop();
    for of in ["/handoffs", "/flows/poem_loop/steps"] {
        let all = rows(&program, of);
        for index in 0..all.len() {
            let mut twice = all.clone();
            twice.insert(index, all[index].clone());
            let told = told(&edited(&program, of, twice.into()));
            let place = format!("{of}/{}: the row ", index + 1);
            assert!(
                matches!(told.as_slice(), [one] if one.starts_with(&place) && one.ends_with(" is not what a body says")),
                "{told:#?}"
            );
        }
        let mut swapped = all.clone();
        swapped.swap(0, all.len() - 1);
        assert_ne!(told(&edited(&program, of, swapped.into())), [""; 0]);
    }
}

#[test]
fn a_row_that_says_something_else_is_refused_at_the_member() {
    let program = common::poem_loop();
    let cases = [
        ("/handoffs/0/from", json!("nobody"), "this is `nobody`, the body says `poem_loop.judge`"),
        ("/handoffs/0/to", json!("poem_loop.x"), "this is `poem_loop.x`, the body says `critic`"),
        ("/handoffs/0/flow", json!("x"), "this is `x`, the body says `poem_loop`"),
        ("/handoffs/0/param", json!("x"), "this is `x`, the body says `poem`"),
        ("/handoffs/0/param", Value::Null, "this is left out, the body says `poem`"),
        ("/handoffs/0/type", json!("string"), "this is `string`, the body says `Poem`"),
        ("/handoffs/0/at", json!(7), "this is `7`, the body says `0`"),
        ("/flows/poem_loop/steps/0/key", json!("x"), "this is `x`, the body says `poem_loop/direct/muse`"),
        ("/flows/poem_loop/steps/0/kind", json!("human"), "this is `human`, the body says `agent`"),
        ("/flows/poem_loop/steps/0/target", json!("x"), "this is `x`, the body says `muse`"),
        ("/flows/poem_loop/effects/agents/0", json!("x"), "no body uses `x`"),
    ];
    for (place, value, message) in cases {
        assert_eq!(told(&edited(&program, place, value)), [format!("{place}: {message}")]);
    }
    let fewer = told(&edited(&program, "/flows/poem_loop/effects/agents", json!(["critic", "muse"])));
    assert_eq!(fewer, ["/flows/poem_loop/effects/agents: `writer` is missing"]);
    let moved =
        told(&edited(&program, "/flows/poem_loop/effects/agents", json!(["critic", "writer", "muse"])));
    assert_eq!(moved, ["/flows/poem_loop/effects/agents: the names are out of order or there twice"]);
}

#[test]
fn references_to_what_does_not_exist_are_refused() {
    let program = common::everything();
    let cases = [
        ("/flow", json!("x"), "/flow: there is no flow `x`"),
        (
            "/commands/echo/frame/result",
            json!({ "named": "X" }),
            "/commands/echo/frame/result/named: there is no type `X`",
        ),
        (
            "/types/All/body/alias/record/p",
            json!({ "session": "x" }),
            "/types/All/body/alias/record/p/session: there is no agent `x`",
        ),
        (
            "/fns/grade/body/op/if/condition/op/binary/right/op/const",
            json!("X"),
            "/fns/grade/body/op/if/condition/op/binary/right/op/const: there is no constant `X`",
        ),
        (
            "/flows/sub/body/op",
            json!({ "call_fn": { "fn": "x", "args": [] } }),
            "/flows/sub/body/op/call_fn/fn: there is no function `x`",
        ),
        (
            "/flows/sub/body/op",
            json!({ "handoff": { "stage": "x", "args": [] } }),
            "/flows/sub/body/op/handoff/stage: there is no stage `x`",
        ),
        ("/flows/sub/body/op", json!({ "const": "X" }), "/flows/sub/body/op/const: there is no constant `X`"),
        (
            "/flows/sub/body/op",
            json!({ "local": 1 }),
            "/flows/sub/body/op/local: there is no local 1, the frame has 1",
        ),
        ("/flows/sub/body/at", json!(9), "/flows/sub/body/at: there is no span 9, the source map has 1"),
        ("/flows/sub/frame/at", json!(9), "/flows/sub/frame/at: there is no span 9, the source map has 1"),
        ("/sources/spans/0/0", json!(4), "/sources/spans/0/0: there is no file 4, the source map has 1"),
        (
            "/sources/files/0/path",
            json!("/etc/passwd"),
            "/sources/files/0/path: `/etc/passwd` is not relative to the project",
        ),
        (
            "/flows/main/effects/tools/-",
            json!("a"),
            "/flows/main/effects/tools/1: `a` is out of order or there twice",
        ),
    ];
    for (place, value, expected) in cases {
        refused(&program, place, value, expected);
    }
}

#[test]
fn calls_of_what_does_not_exist_are_refused_at_their_target() {
    for kind in ["command", "agent", "human", "flow"] {
        let call = json!({ "call": { "key": "k", "target": { kind: "x" }, "args": [] } });
        let expected = format!("/flows/sub/body/op/call/target/{kind}: there is no {kind} `x`");
        refused(&common::everything(), "/flows/sub/body/op", call, &expected);
    }
}

#[test]
fn another_version_is_refused() {
    let mut program = common::hello();
    program.ir = 2;
    assert_eq!(told(&program), ["/ir: the format's version is 2, this program reads 1"]);
}

#[test]
fn a_parameters_slot_is_its_place() {
    let program = common::everything();
    refused(
        &program,
        "/flows/sub/frame/params/0/slot",
        json!(3),
        "/flows/sub/frame/params/0/slot: the parameter `n` is local 0, not 3",
    );
    refused(
        &common::poem_loop(),
        "/flows/poem_loop/stages/judge/params/0/slot",
        json!(99),
        "/flows/poem_loop/stages/judge/params/0/slot: there is no local 99 for the parameter `poem`, the frame has 5",
    );
    refused(
        &common::poem_loop(),
        "/flows/poem_loop/stages/judge/params/0/slot",
        json!(0),
        "/flows/poem_loop/stages/judge/params/0/slot: the local 0 belongs to a parameter of the flow",
    );
}

#[test]
fn a_default_uses_only_the_parameters_before_it() {
    let mut program = common::everything();
    let echo = program.commands.get_mut("echo").unwrap();
    echo.frame.params[0].default = Some(list([node(Op::Template(vec![flow_ir::Part::Value(local(1))]))]));
    assert_eq!(
        told(&program),
        ["/commands/echo/frame/params/0/default/op/list/0/op/template/0/value/op/local: \
          a default may use only the parameters before it"]
    );
}

#[test]
fn siblings_have_keys_of_their_own() {
    let twice = block([run("quiet", []), run("quiet", []), text("")]);
    body_refused(
        twice,
        "/flows/main/body/op/block/1/op/call/key: the key `quiet` is there twice in one scope",
    );
    body_refused(
        block([keyed(run("file", []), ""), text("")]),
        "/flows/main/body/op/block/0/op/call/key: the key is empty",
    );
    let branches = |second: &str| {
        let branches = vec![("a".into(), run("quiet", [])), (second.into(), run("quiet", []))];
        block([node(Op::Parallel { key: "p".into(), branches }), run("quiet", []), text("")])
    };
    assert_eq!(told(&of_body(branches("b"))), [""; 0]);
    body_refused(
        branches("a"),
        "/flows/main/body/op/block/0/op/parallel/branches/1/0: the branch `a` is there twice",
    );
}

#[test]
fn arguments_are_counted_and_typed() {
    let echo = |args: Vec<Option<Node>>| {
        let target = flow_ir::Target::Command("echo".into());
        node(Op::Call { key: "echo".into(), target, args, options: [].into() })
    };
    let words = || Some(list([text("a")]));
    let place = "/flows/main/body/op/call/args";
    body_refused(echo(vec![words()]), &format!("{place}: `echo` takes 2 arguments, this gives 1"));
    body_refused(
        echo(vec![None, None]),
        &format!("{place}/0: `words` of `echo` is left out and has no default"),
    );
    body_refused(
        echo(vec![Some(int(1)), None]),
        &format!("{place}/0: hands over the wrong type: `echo` takes `[string]` as `words`, this is `int`"),
    );
    body_refused(
        echo(vec![words(), Some(none())]),
        &format!("{place}/1: hands over the wrong type: `echo` takes `bool` as `loud`, this is `none`"),
    );
}

#[test]
fn call_results_records_and_fields_are_checked_wherever_they_go() {
    let grade = |score| call_fn("grade", [score]);
    let place = "/flows/main/body/op/call_fn/args/0";
    let wrong = |found: &str| {
        format!("{place}: hands over the wrong type: `grade` takes `Score` as `score`, this is `{found}`")
    };
    body_refused(grade(call_fn("grade", [node(Op::Float(0.5))])), &wrong("string"));
    body_refused(grade(run("json", [])), &wrong("Plan"));
    body_refused(grade(get(local(0), "title")), &wrong("string"));
    body_refused(grade(local(1)), &wrong("int"));
    body_refused(grade(method("list.len", list([]), [])), &wrong("int"));
    body_refused(grade(binary(BinaryOp::Add, int(1), int(2))), &wrong("int"));
    body_refused(
        grade(node(Op::If {
            condition: bool(true).into(),
            then: text("").into(),
            otherwise: Some(text("").into()),
        })),
        &wrong("string"),
    );
    assert_eq!(told(&of_body(grade(get(local(0), "score")))), [""; 0]);
}

#[test]
fn a_local_is_of_the_type_that_was_put_into_it() {
    let body = block([bind(2, text("a")), call_fn("grade", [local(2)])]);
    body_refused(
        body,
        "/flows/main/body/op/block/1/op/call_fn/args/0: \
         hands over the wrong type: `grade` takes `Score` as `score`, this is `string`",
    );
}

#[test]
fn records_and_variants_have_all_their_fields_and_no_other() {
    let body = |node| block([bind(2, node), text("")]);
    let place = "/flows/main/body/op/block/0/op/let/value/op";
    let revise = |fields: [(&str, Node); 2]| body(variant("Verdict", "Revise", fields));
    body_refused(
        body(variant("Verdict", "Revise", [("why", text(""))])),
        &format!("{place}/variant: `Revise` lacks its field `n`"),
    );
    body_refused(
        revise([("why", text("")), ("n", text(""))]),
        &format!("{place}/variant/fields/n: this is `string`, but `int` is asked for"),
    );
    body_refused(
        body(variant("Verdict", "Accept", [("why", text(""))])),
        &format!("{place}/variant/fields/why: `Accept` has no field `why`"),
    );
    body_refused(
        body(variant("Verdict", "Maybe", [])),
        &format!("{place}/variant/variant: `Verdict` has no variant `Maybe`"),
    );
    body_refused(
        body(variant("Plan", "Maybe", [])),
        &format!("{place}/variant/type: there is no enum or union `Plan`"),
    );
    body_refused(
        body(record("Verdict", [])),
        &format!("{place}/record/type: there is no record type `Verdict`"),
    );
    body_refused(body(get(local(0), "size")), &format!("{place}/field/name: `Plan` has no field `size`"));
}

#[test]
fn operands_are_of_types_that_can_be_calculated_with() {
    let refused = |op, left, right, types| {
        let place = "/flows/main/body/op/binary";
        body_refused(binary(op, left, right), &format!("{place}: this takes no {types}"));
    };
    refused(BinaryOp::Add, int(1), text("a"), "`int` and `string`");
    refused(BinaryOp::Sub, text("a"), text("a"), "`string` and `string`");
    refused(BinaryOp::Mul, node(Op::Duration(1)), node(Op::Duration(1)), "`duration` and `duration`");
    refused(BinaryOp::Add, list([int(1)]), int(1), "`[int]` and `int`");
}

#[test]
fn what_only_the_checker_can_know_is_no_error() {
    // The elements are `int?`, the start of the fold `string?`: neither can be seen here.
    let found = method("list.contains", list([int(1)]), [none()]);
    let folded = method("list.fold", list([int(1)]), [none(), closure([3, 4], text("last"))]);
    let mut later = vec![bind(2, found), bind(5, none()), set(5, folded), bind(6, list([]))];
    later.push(call_fn("grade", [node(Op::Index { base: local(6).into(), index: int(0).into() })]));
    assert_eq!(told(&of_body(node(Op::Block(later)))), [""; 0]);
}

#[test]
fn methods_and_effects_are_those_of_the_language() {
    let body = |node| block([bind(2, node), text("")]);
    let place = "/flows/main/body/op/block/0/op/let/value/op";
    let bools = closure([3], bool(true));
    body_refused(
        body(method("list.shuffle", list([]), [])),
        &format!("{place}/method/method: there is no method `list.shuffle`"),
    );
    body_refused(
        body(method("list.len", list([]), [int(1)])),
        &format!("{place}/method/args: `list.len` takes no argument, this gives 1"),
    );
    body_refused(
        body(method("list.len", text(""), [])),
        &format!("{place}/method/receiver: `list.len` is a method of `[T]`, this is `string`"),
    );
    body_refused(
        body(method("list.filter", list([]), [bool(true)])),
        &format!("{place}/method/args/0: `list.filter` takes a closure here"),
    );
    body_refused(
        body(method("list.filter", list([]), [closure([3], int(1))])),
        &format!("{place}/method/args/0: this closure yields `int`, `list.filter` asks for `bool`"),
    );
    body_refused(
        body(method("list.fold", list([]), [int(0), bools.clone()])),
        &format!("{place}/method/args/1/op/closure/params: the closure is given 2 arguments, it has 1"),
    );
    body_refused(
        body(bools),
        &format!("{place}/closure: a closure stands only among the arguments of a method"),
    );
    body_refused(
        body(effect("fly", [], Type::None)),
        &format!("{place}/effect/effect: there is no built-in effect `fly`"),
    );
    body_refused(
        body(effect("log", [], Type::None)),
        &format!("{place}/effect/args: `log` takes 1 argument, this gives 0"),
    );
    body_refused(
        body(effect("log", [int(1)], Type::None)),
        &format!("{place}/effect/args/0: this is `int`, but `string` is asked for"),
    );
    body_refused(
        body(effect("now", [], Type::Int)),
        &format!("{place}/effect/result: `now` yields `time`, not `int`"),
    );
}

#[test]
fn pure_bodies_have_no_effects() {
    let mut program = common::everything();
    program.fns.get_mut("grade").unwrap().body = run("file", []);
    assert!(
        told(&program)
            .contains(&"/fns/grade/body/op/call: a call has an effect, and a function has none".to_owned())
    );
    let mapped = method("list.map", list([int(1)]), [closure([3], run("quiet", []))]);
    body_refused(
        block([bind(2, mapped), text("")]),
        "/flows/main/body/op/block/0/op/let/value/op/method/args/0/op/closure/body/op/call: \
         a call has an effect, and a closure has none",
    );
    let mut program = common::everything();
    program.commands.get_mut("echo").unwrap().cwd = Some(effect("read", [local(0)], Type::String));
    assert!(told(&program).contains(
        &"/commands/echo/cwd/op/effect: a built-in effect has an effect, and a setting has none".to_owned()
    ));
}

#[test]
fn a_secret_stands_only_where_it_may() {
    let secret = || node(Op::Secret("TOKEN".into()));
    let why = "the secret `TOKEN` may not stand here, only in `env`, `mcp` and `provider`";
    body_refused(
        block([effect("log", [secret()], Type::None), text("")]),
        &format!("/flows/main/body/op/block/0/op/effect/args/0/op/secret: {why}"),
    );
    let mut program = common::everything();
    program.agents.get_mut("ask").unwrap().prompt.push(flow_ir::Part::Value(secret()));
    assert_eq!(told(&program), [format!("/agents/ask/prompt/2/value/op/secret: {why}")]);
}

#[test]
fn the_secrets_of_a_program_are_all_that_it_uses_in_order() {
    let everything = common::everything();
    refused(
        &everything,
        "/secrets",
        json!(["T"]),
        "/commands/echo/env/op/map/0/1/op/secret: there is no secret `TOKEN`",
    );
    refused(&everything, "/secrets", json!(["TOKEN", "T"]), "/secrets/1: `T` is out of order or there twice");
    refused(
        &everything,
        "/secrets",
        json!(["T", "TOKEN", "TOKEN"]),
        "/secrets/2: `TOKEN` is out of order or there twice",
    );
    let mut unused = everything;
    unused.secrets.insert(0, "A".into());
    assert_eq!(told(&unused), [""; 0], "one that nothing uses is declared all the same");
}

#[test]
fn aliases_end() {
    let mut program = common::hello();
    let alias = |ty| type_def(TypeBody::Alias(ty));
    program.types.insert("A".into(), alias(named("B")));
    program.types.insert("B".into(), alias(optional(named("A"))));
    program.types.insert("C".into(), alias(named("A")));
    program.types.insert("Tree".into(), alias(list_of(named("Tree"))));
    program.types.insert("Twig".into(), alias(list_of(named("Twig"))));
    program.fns.insert("f".into(), function(frame([("x", named("Tree"))], named("Twig"), []), local(0)));
    program.fns.insert("g".into(), function(frame([("x", named("C"))], named("A"), []), local(0)));
    assert_eq!(
        told(&program),
        [
            "/types/A/body/alias: the type never ends: `A` is `B` is `A`",
            "/types/B/body/alias: the type never ends: `B` is `A` is `B`",
        ]
    );
}

#[test]
fn declared_types_are_of_their_kind() {
    let program = common::everything();
    let cases = [
        (
            "/types/Risk/body/enum/1/tag",
            json!("highrisk"),
            "/types/Risk/body/enum/1/tag: the tag of `HighRisk` is `high_risk`, not `highrisk`",
        ),
        (
            "/types/Risk/body/enum/1/name",
            json!("Low"),
            "/types/Risk/body/enum/1/name: the variant `Low` is there twice",
        ),
        (
            "/types/Risk/body",
            json!({ "enum": [] }),
            "/types/Risk/body/enum: a type of variants has at least one",
        ),
        (
            "/types/Risk/body",
            json!({ "union": [{ "name": "A", "tag": "a" }] }),
            "/types/Risk/body/union: no variant of this union has fields; it is an enum",
        ),
        (
            "/types/Plan/body/record/0/name",
            json!("risk"),
            "/types/Plan/body/record/1/name: the field `risk` is there twice",
        ),
        (
            "/types/Plan/body/record/1/default/op",
            json!({ "int": 3 }),
            "/types/Plan/body/record/1/default: this is `int`, but `Risk` is asked for",
        ),
        (
            "/types/Score/refinement/predicate/op",
            json!({ "int": 3 }),
            "/types/Score/refinement/predicate: this is `int`, but `bool` is asked for",
        ),
        (
            "/types/Score/refinement/locals",
            json!(0),
            "/types/Score/refinement/locals: a refinement has at least one local, `it`",
        ),
        (
            "/types/Score/refinement/locals",
            json!(u32::MAX),
            "/types/Score/refinement/locals: 4294967295 locals are too many",
        ),
        (
            "/types/All/body/alias/record/l/map/0",
            json!("float"),
            "/types/All/body/alias/record/l/map/0: a map's keys are strings or of an enum, not `float`",
        ),
        (
            "/types/All/body/alias/record/i/file/glob",
            json!("../*"),
            "/types/All/body/alias/record/i/file/glob: `../*` is no glob of the workspace: `..` leads out of the workspace",
        ),
        (
            "/flows/main/code",
            json!("../x"),
            "/flows/main/code: `../x` cannot begin a run id: letters, digits, `_` and `-` can",
        ),
        (
            "/agents/ask/settings/sandbx",
            json!({ "at": 0, "op": "none" }),
            "/agents/ask/settings/sandbx: an agent has no setting `sandbx`",
        ),
        (
            "/agents/ask/settings/timeout/op",
            json!({ "int": 3 }),
            "/agents/ask/settings/timeout: this is `int`, but `duration` is asked for",
        ),
        (
            "/commands/lines/frame/result",
            json!("string"),
            "/commands/lines/output: lines are a list, the result is `string`",
        ),
        (
            "/commands/exec/frame/result",
            json!("string"),
            "/commands/exec/output: this yields `Exec`, the result is `string`",
        ),
        (
            "/consts/MARK/value/op",
            json!({ "string": "x" }),
            "/consts/MARK/value: this is `string`, but `Score` is asked for",
        ),
        (
            "/flows/sub/body/op",
            json!({ "string": "x" }),
            "/flows/sub/body: this is `string`, but `int` is asked for",
        ),
        (
            "/flows/sub/body/op",
            json!({ "return": { "at": 0, "op": "none" } }),
            "/flows/sub/body/op/return: this is `none`, but `int` is asked for",
        ),
    ];
    for (place, value, expected) in cases {
        refused(&program, place, value, expected);
    }
}

#[test]
fn a_schema_says_what_the_type_of_the_result_says() {
    let program = common::everything();
    let revise = "/agents/ask/schemas/json-schema/oneOf/1";
    let cases = [
        (
            format!("{revise}/properties/n/type"),
            json!("string"),
            format!("{revise}/properties/n/type: this is `\"string\"`, the type of the result says `\"integer\"`"),
        ),
        (
            format!("{revise}/required"),
            json!(["kind", "why"]),
            format!("{revise}/required/2: this is missing, the type of the result says `\"n\"`"),
        ),
        (
            "/agents/ask/schemas/anthropic/properties/value/default".to_owned(),
            json!(1),
            "/agents/ask/schemas/anthropic/properties/value/default: the type of the result does not say this"
                .to_owned(),
        ),
        (
            "/agents/ask/schemas/openai".to_owned(),
            json!(true),
            "/agents/ask/schemas/openai: this is `true`, the type of the result says an object".to_owned(),
        ),
        (
            "/agents/ask/schemas".to_owned(),
            json!({ "anthropic": {} }),
            "/agents/ask/schemas/json-schema: this is missing, the type of the result says an object".to_owned(),
        ),
        (
            "/agents/ask/schemas/mistral".to_owned(),
            json!({}),
            "/agents/ask/schemas/mistral: there is no dialect `mistral`".to_owned(),
        ),
        (
            "/humans/approve/schema/type".to_owned(),
            json!("string"),
            "/humans/approve/schema/type: this is `\"string\"`, the type of the result says `\"boolean\"`"
                .to_owned(),
        ),
    ];
    for (place, value, expected) in cases {
        refused(&program, &place, value, &expected);
    }
}

#[test]
fn leaving_stands_inside_what_it_leaves() {
    let place = "/flows/main/body/op";
    body_refused(node(Op::Break(None)), &format!("{place}/break: there is no loop around it"));
    body_refused(node(Op::Continue), &format!("{place}: there is no loop around it"));
    let emits = node(Op::Emit { key: "e".into(), value: int(1).into() });
    body_refused(block([emits, text("")]), &format!("{place}/block/0/op/emit: this flow emits nothing"));
    let mut program = common::everything();
    program.commands.get_mut("file").unwrap().cwd = Some(return_(text("")));
    assert_eq!(told(&program), ["/commands/file/cwd/op/return: there is nothing here to return from"]);
}

#[test]
fn an_error_names_the_place_in_the_source() {
    let mut program = common::hello();
    program.sources.files[0].path = "flows/hello.flow".into();
    program.sources.spans.push((0, 7, 3, 7, 9));
    let root = program.flows.get_mut("hello").unwrap();
    root.body = Node { at: 1, op: Op::Local(5) };
    let errors = program.verify().unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "there is no local 5, the frame has 0, at `/flows/hello/body/op/local` (from flows/hello.flow:7:3)"
    );
}

#[test]
fn a_flood_of_errors_is_cut_off() {
    let wrong = (0..1_000).map(|_| local(900)).collect();
    assert_eq!(told(&of_body(node(Op::Block(wrong)))).len(), 100);
}

#[test]
fn bounds_are_of_one_mind_and_their_reasons_stand_somewhere() {
    let program = common::everything();
    let flow = program.flow.clone();
    let cases = [
        ("turns/least", json!(-1), format!("/flows/{flow}/bounds/turns/least: -1 is below 0")),
        (
            "turns",
            json!({ "least": 3, "most": { "known": 2 } }),
            format!("/flows/{flow}/bounds/turns/most: the most is 2, but the least is 3"),
        ),
        (
            "time/most",
            json!({ "unbounded": [{ "why": "x", "at": 999_999 }] }),
            format!(
                "/flows/{flow}/bounds/time/most/0/at: there is no span 999999, the source map has {}",
                program.sources.spans.len()
            ),
        ),
    ];
    for (place, value, expected) in cases {
        refused(&program, &format!("/flows/{flow}/bounds/{place}"), value, &expected);
    }
}
