use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::build::*;
use flow_ir::{BinaryOp, Node, Op, Program, Target, Type};

use super::{Explored, Kind, Limits, explore};
use crate::boundary::Workspace;

fn explored(program: &Program, runs: usize) -> Explored {
    let mut program = program.clone();
    program.fill_tables();
    program.verify().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Workspace::at(&path).unwrap()
    };
    let mut next = || {
        std::fs::remove_dir_all(folder.path().join("run")).unwrap_or_default();
        Ok(place("run"))
    };
    let limits = Limits { runs, answers: 20 };
    explore(&Rc::new(program), &BTreeMap::new(), limits, &place("aside"), &mut next).unwrap()
}

/// A program with the agents `a` and `b`, which answer with a truth.
fn program_with(body: Node) -> Program {
    let mut it = program("main");
    for name in ["a", "b"] {
        it.agents.insert(name.into(), agent(frame([], Type::Bool, []), "Go."));
    }
    it.flows.insert("main".into(), flow(frame([], Type::None, []), body));
    it
}

fn ask(name: &str) -> Node {
    keyed(call(Target::Agent(name.into()), []), name)
}

fn when(condition: Node, then: Node) -> Node {
    node(Op::If { condition: condition.into(), then: then.into(), otherwise: None })
}

fn fails(why: &str) -> Node {
    node(Op::Fail(text(why).into()))
}

fn kinds(explored: &Explored) -> Vec<(Kind, &str)> {
    explored.ends.iter().map(|end| (end.kind, end.message.as_str())).collect()
}

#[test]
fn every_answer_and_every_failure_is_tried_and_the_shortest_way_to_each_end_is_kept() {
    let found = explored(&program_with(when(ask("a"), fails("a said so"))), 100);
    assert_eq!(
        kinds(&found),
        [
            (Kind::Succeeds, "succeeds with none"),
            (Kind::Fails, "fails: a said so"),
            (Kind::CallFails, "fails because `a` does")
        ]
    );
    assert_eq!((found.runs, found.routes, found.left, found.alike), (3, 3, 0, 0));
    assert!(found.reached.iter().all(|reached| *reached));
    assert_eq!(found.ends[0].answers, [("a".to_owned(), "false".to_owned())]);
    let test = found.ends[1].test.as_deref().unwrap();
    assert!(
        test.contains("stub a = [true]\n") && test.contains("expect why.message == \"a said so\""),
        "{test}"
    );
}

#[test]
fn answers_that_change_nothing_by_themselves_are_combined_while_ways_are_missing() {
    let not = |inner: Node| node(Op::Not(inner.into()));
    // That `a` says no leads nowhere new, but only then `b` decides.
    let body = when(binary(BinaryOp::And, not(ask("a")), not(ask("b"))), fails("neither"));
    let found = explored(&program_with(body), 200);
    assert!(kinds(&found).contains(&(Kind::Fails, "fails: neither")), "{:?}", kinds(&found));
}

#[test]
fn a_limit_on_runs_is_told_with_what_is_left() {
    let body = block([when(ask("a"), text("x")), when(ask("b"), text("y"))]);
    let whole = explored(&program_with(body.clone()), 100);
    assert_eq!(whole.left, 0);
    let cut = explored(&program_with(body), 2);
    assert_eq!(cut.runs, 2);
    assert!(cut.left > 0 && cut.routes <= 2, "{cut:?}");
}

#[test]
fn a_loop_that_never_ends_is_cut_at_the_most_answers() {
    let body = node(Op::Loop {
        key: "loop".into(),
        max: Some(Box::new(node(Op::Int(1000)))),
        body: Box::new(when(ask("a"), node(Op::Continue))),
        otherwise: None,
    });
    let found = explored(&program_with(body), 5);
    let cut = found.ends.iter().find(|end| end.kind == Kind::Cut).unwrap();
    assert_eq!(cut.message, "not followed to the end: it asks for more than 20 answers");
    assert_eq!(cut.test, None);
}

#[test]
fn a_run_that_computes_without_end_is_cut_at_its_place() {
    let long = method("list.reverse", binary(BinaryOp::Range, int(1), int(3_000_000)), []);
    let found = explored(&program_with(when(ask("a"), block([long, text("x")]))), 20);
    let cut = found.ends.iter().find(|end| end.kind == Kind::Cut).unwrap();
    assert_eq!(cut.message, "not followed to the end: the computation does not end within 1000000 rounds");
    assert!(cut.at.is_some());
    assert!(found.ends.iter().any(|end| end.kind == Kind::Succeeds), "{:?}", kinds(&found));
}
