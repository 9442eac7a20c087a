use std::rc::Rc;

use flow_ir::build::*;
use flow_ir::{Answers, BinaryOp, Double, Node, Op, Program, Target, TestOp, Type};

use super::report::Report;
use super::{run, run_for};
use crate::boundary::Workspace;

fn stub(of: Double, answers: Answers) -> Node {
    node(Op::Test(TestOp::Stub { of, answers }))
}

fn expect(condition: Node) -> Node {
    node(Op::Test(TestOp::Expect(condition.into())))
}

fn calls(of: Double) -> Node {
    node(Op::Test(TestOp::Calls(of)))
}

fn failure(of: Node) -> Node {
    node(Op::Test(TestOp::Failure(of.into())))
}

fn eq(left: Node, right: Node) -> Node {
    binary(BinaryOp::Eq, left, right)
}

fn agent_a() -> Double {
    Double::Agent("a".into())
}

/// A program with an agent `a(x: string) -> string`, and a test.
fn test_with(body: impl IntoIterator<Item = Node>) -> Program {
    let mut it = program("");
    let signature = frame([("x", Type::String)], Type::String, []);
    it.agents.insert("a".into(), agent(signature, "Go."));
    let statements: Vec<Node> = body.into_iter().collect();
    let mut test = flow(frame([], Type::None, ["l0", "l1"]), node(Op::Block(statements)));
    test.code = "TEST".into();
    it.tests.insert("t".into(), test);
    it
}

fn report(program: &Program) -> Report {
    let mut program = program.clone();
    program.fill_tables();
    program.verify().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::at(folder.path()).unwrap();
    run(&Rc::new(program), &"t".into(), &workspace, None)
}

fn message(program: &Program) -> String {
    report(program).finding.map_or_else(|| "passed".to_owned(), |finding| finding.message)
}

fn ask(argument: &str) -> Node {
    keyed(call(Target::Agent("a".into()), [text(argument)]), argument)
}

#[test]
fn answers_come_in_order_and_calls_are_known() {
    let program = test_with([
        stub(agent_a(), Answers::Each(vec![text("one"), text("two")])),
        expect(eq(ask("x"), text("one"))),
        expect(eq(ask("y"), text("two"))),
        expect(eq(method("list.len", calls(agent_a()), []), int(2))),
    ]);
    assert_eq!(message(&program), "passed");
    let texts: Vec<_> = report(&program).calls.into_iter().map(|call| call.text).collect();
    assert_eq!(texts, ["a(x: \"x\")", "a(x: \"y\")"]);
}

#[test]
fn an_expectation_that_does_not_hold_shows_both_sides() {
    let program =
        test_with([stub(agent_a(), Answers::Each(vec![text("one")])), expect(eq(ask("x"), text("two")))]);
    let finding = report(&program).finding.unwrap();
    assert_eq!(finding.kind, "expectation");
    assert_eq!(finding.values.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["\"one\"", "\"two\""]);
}

#[test]
fn what_is_not_stubbed_ends_the_test_and_no_catch_hides_it() {
    let caught = node(Op::Catch { body: ask("x").into(), binder: None, handler: text("caught").into() });
    let program = test_with([expect(eq(caught, text("caught")))]);
    assert_eq!(message(&program), "the agent `a` was called, which the test does not stub");
}

#[test]
fn a_stub_that_is_asked_too_often_says_so() {
    let program = test_with([stub(agent_a(), Answers::Each(vec![text("one")])), ask("x"), ask("y")]);
    assert_eq!(
        message(&program),
        "the agent `a` was called once more than its stub can answer: it has one answer"
    );
}

#[test]
fn a_stub_that_fails_makes_the_call_fail_as_such_a_call_fails() {
    let fails = node(Op::Fail(text("no network").into()));
    let kind = |of| get(of, "kind");
    let program = test_with([
        stub(agent_a(), Answers::Each(vec![fails])),
        expect(eq(kind(failure(ask("x"))), text("AgentFailed"))),
    ]);
    assert_eq!(message(&program), "passed");
    let program = test_with([expect(eq(kind(failure(text("fine"))), text("Failed")))]);
    assert_eq!(message(&program), "this was expected to fail, and did not");
}

#[test]
fn time_jumps_and_a_wait_for_nothing_is_told() {
    let hour = node(Op::Duration(3_600_000));
    let slept = report(&test_with([effect("sleep", [hour], Type::None)]));
    assert_eq!((slept.finding.map(|it| it.message), slept.took), (None, 3_600_000));
    let program = test_with([node(Op::Effect {
        key: "wait_for".into(),
        effect: "wait_for".into(),
        args: vec![Some(text("never.md")), None],
        result: file_type(),
    })]);
    let finding = report(&program).finding.unwrap();
    assert_eq!(finding.message, "it waits for something that never happens");
    assert_eq!(finding.note.unwrap(), "`test/wait_for` waits for a file that matches `never.md`");
}

#[test]
fn an_answer_takes_the_time_that_the_stub_says_and_a_race_may_be_over_before() {
    let after = |ms, answer: Node| {
        node(Op::Test(TestOp::After { delay: node(Op::Duration(ms)).into(), answer: answer.into() }))
    };
    let slow = || stub(agent_a(), Answers::Each(vec![after(60_000, text("y")), after(1_000, text("z"))]));
    let first = report(&test_with([slow(), expect(eq(ask("x"), text("y")))]));
    assert_eq!((first.finding.map(|it| it.message), first.took), (None, 60_000));

    let arm = |value: Node, body: &str| flow_ir::RaceArm {
        pattern: flow_ir::Pattern::Any,
        value,
        body: text(body),
    };
    let race = |key: &str| {
        let sleep = effect("sleep", [node(Op::Duration(5_000))], Type::None);
        let arms = vec![arm(ask("x"), "answered"), arm(sleep, "late")];
        node(Op::Race { key: key.into(), arms })
    };
    let raced = [slow(), expect(eq(race("one"), text("late"))), expect(eq(race("two"), text("answered")))];
    let raced = report(&test_with(raced));
    assert_eq!((raced.finding.map(|it| it.message), raced.took), (None, 6_000));
}

#[test]
fn an_answer_that_takes_longer_than_the_call_may_is_none() {
    let hour = node(Op::Duration(3_600_000));
    let late = node(Op::Test(TestOp::After { delay: hour.into(), answer: text("y").into() }));
    let minute = || Some(node(Op::Duration(60_000)));
    let mut program = test_with([
        stub(agent_a(), Answers::Each(vec![late])),
        expect(eq(get(failure(ask("x")), "kind"), text("Timeout"))),
    ]);
    program
        .agents
        .values_mut()
        .for_each(|agent| agent.settings.extend(minute().map(|it| ("timeout".into(), it))));
    let report = report(&program);
    assert_eq!((report.finding.map(|it| it.message), report.took), (None, 60_000));
}

#[test]
fn a_wait_for_a_file_ends_when_a_branch_writes_it() {
    let branch = |name: &str, node| (name.into(), node);
    let wait = node(Op::Effect {
        key: "wait_for".into(),
        effect: "wait_for".into(),
        args: vec![Some(text("a.md")), None],
        result: file_type(),
    });
    let later = block([
        effect("sleep", [node(Op::Duration(5_000))], Type::None),
        effect("write", [text("a.md"), text("x")], file_type()),
    ]);
    let both =
        node(Op::Parallel { key: "parallel".into(), branches: vec![branch("a", wait), branch("b", later)] });
    let report = report(&test_with([both]));
    assert_eq!((report.finding.map(|it| it.message), report.took), (None, 5_000));
}

fn file_type() -> Type {
    Type::File(flow_ir::FileType::default())
}

#[test]
fn a_test_statement_elsewhere_is_refused() {
    let mut program = test_with([]);
    let body = node(Op::Test(TestOp::Expect(node(Op::Bool(true)).into())));
    program.flows.insert("f".into(), flow(frame([], Type::None, []), body));
    let errors = program.verify().unwrap_err();
    assert_eq!(errors.first().unwrap().message, "this stands only in a test");
    program.flows.clear();
    program.flow = "f".into();
    assert_eq!(program.verify().unwrap_err()[0].message, "a document of tests has no root flow");
}

#[test]
fn a_computation_that_does_not_end_fails_its_test_and_no_catch_hides_that() {
    let round = set(0, binary(BinaryOp::Add, local(0), int(1)));
    let forever = node(Op::Loop {
        key: "loop".into(),
        max: Some(int(1_000_000_000_000).into()),
        body: round.into(),
        otherwise: None,
    });
    let caught = node(Op::Catch { body: forever.into(), binder: None, handler: int(0).into() });
    let mut program = test_with([bind(0, int(0)), caught, expect(node(Op::Bool(true)))]);
    program.fill_tables();
    program.verify().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::at(folder.path()).unwrap();
    let finding = run_for(5000, &Rc::new(program), &"t".into(), &workspace, None).finding.unwrap();
    assert_eq!(finding.kind, "endless");
    assert_eq!(finding.message, "the computation did not end within 5000 rounds");
    assert!(finding.at.is_some());
}
