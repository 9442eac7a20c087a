use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::time::Duration;

use flow_ir::build::*;
use flow_ir::{
    BinaryOp, Budget, Effects, Flow, Node, Op, Output, Pattern, Program, RaceArm, Stage, Target, Type,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::engine::{StepId, Work};
use crate::interp::stop::Halt;
use crate::journal::{Spent, StepKind};
use crate::process::Pending;
use crate::value::{Failure, Value, render};

/// What the outside world does for a step.
#[derive(Clone)]
enum Does {
    Yields(Value),
    Fails(&'static str),
    Takes(u64, Value),
    Hangs,
}

/// What is recorded of a step.
type Record = (crate::journal::StepHash, Result<Value, Rc<Failure>>);

type World = Box<dyn Fn(&StepId, &Work) -> Does>;

/// An engine in memory, whose records survive from one interpreter to the next.
struct Fake {
    world: World,
    began: Instant,
    /// What happened, in order: the keys of steps that were carried out, and of those that were cancelled.
    log: RefCell<Vec<String>>,
    records: RefCell<HashMap<String, Record>>,
    decisions: RefCell<BTreeMap<String, usize>>,
    turns: RefCell<Vec<String>>,
}

impl Fake {
    fn new(world: impl Fn(&StepId, &Work) -> Does + 'static) -> Self {
        Self {
            world: Box::new(world),
            began: Instant::now(),
            log: RefCell::default(),
            records: RefCell::default(),
            decisions: RefCell::default(),
            turns: RefCell::default(),
        }
    }

    fn forget(&self, keys: &[StepKey]) {
        for key in keys {
            self.records.borrow_mut().remove(key.as_str());
            self.decisions.borrow_mut().remove(key.as_str());
        }
    }

    fn take_log(&self) -> Vec<String> {
        self.log.take()
    }
}

impl Engine for Fake {
    fn content(&self, path: &str) -> Option<String> {
        Some(format!("content of {path}"))
    }

    fn recorded(&self, step: &StepId, _: &Type) -> Option<Out> {
        let records = self.records.borrow();
        let (hash, outcome) = records.get(step.key.as_str())?;
        if *hash != step.hash {
            return None;
        }
        Some(outcome.clone().map_err(|failure| Stop::fail((*failure).clone())))
    }

    fn perform<'a>(
        &'a self,
        step: &'a StepId,
        work: Work,
        _: &'a Type,
        cancel: &'a CancellationToken,
    ) -> Pending<'a, Out> {
        Box::pin(async move {
            self.log.borrow_mut().push(step.key.to_string());
            if step.kind == StepKind::Agent {
                self.turns.borrow_mut().push(step.key.to_string());
            }
            let outcome = match (&work, (self.world)(step, &work)) {
                (Work::Deadline(ms), _) => Ok(Value::Time(self.now() + ms)),
                (_, Does::Yields(value)) => Ok(value),
                (_, Does::Fails(why)) => Err(Failure::new("CommandFailed", why)),
                (_, does) => {
                    let (wait, value) = match does {
                        Does::Takes(ms, value) => (Duration::from_millis(ms), value),
                        _ => (Duration::from_secs(1 << 30), Value::None),
                    };
                    tokio::select! {
                        () = cancel.cancelled() => {
                            self.log.borrow_mut().push(format!("-{}", step.key));
                            return Err(Box::new(Stop::Cancelled));
                        }
                        () = tokio::time::sleep(wait) => Ok(value),
                    }
                }
            };
            let record = outcome.clone().map_err(Rc::new);
            self.records.borrow_mut().insert(step.key.to_string(), (step.hash, record));
            outcome.map_err(Stop::fail)
        })
    }

    fn decided(&self, key: &StepKey) -> Result<Option<usize>, Box<Stop>> {
        Ok(self.decisions.borrow().get(key.as_str()).copied())
    }

    fn decide(&self, key: &StepKey, branch: usize) -> Result<(), Box<Stop>> {
        self.decisions.borrow_mut().insert(key.to_string(), branch);
        Ok(())
    }

    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap()
    }

    fn until(&self, time: i64) -> Pending<'_, ()> {
        let at = self.began + Duration::from_millis(u64::try_from(time).unwrap_or(0));
        Box::pin(tokio::time::sleep_until(at))
    }

    fn spent(&self, under: &StepKey) -> Spent {
        let turns = self.turns.borrow();
        let turns = turns.iter().filter(|key| key.starts_with(under.as_str())).count() as u64;
        Spent { turns, ..Spent::default() }
    }
}

/// A program whose root flow has eight locals and calls the commands `a`, `b`, `c`, each of which takes and yields text.
fn main_with(body: Node) -> Program {
    let mut it = program("main");
    for name in ["a", "b", "c"] {
        let argv = list([text(name), local(0)]);
        let signature = frame([("x", Type::String)], Type::String, []);
        it.commands.insert(name.into(), command(signature, argv, Output::Text));
    }
    it.agents.insert("think".into(), agent(frame([], Type::String, []), "Think."));
    it.flows.insert("main".into(), flow(locals(), body));
    it
}

fn locals() -> flow_ir::Frame {
    frame([], Type::Json, ["l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7"])
}

/// A command of the program above with a text.
fn cmd(name: &str, argument: &str) -> Node {
    run(name, [text(argument)])
}

async fn go(program: &Program, engine: &Fake, cancel: CancellationToken) -> Out {
    let pure = Pure::with_depth(Rc::new(program.clone()), 400);
    Interpreter::new(&pure, engine).run(vec![], cancel).await
}

async fn outcome(program: &Program, engine: &Fake) -> String {
    match go(program, engine, CancellationToken::new()).await {
        Ok(value) => render::text(&value),
        Err(stop) => match *stop {
            Stop::Fail(fault) => fault.failure.to_string(),
            other => format!("{other:?}"),
        },
    }
}

async fn stop(program: &Program, engine: &Fake) -> Stop {
    *go(program, engine, CancellationToken::new()).await.unwrap_err()
}

fn echo() -> Fake {
    Fake::new(|step, work| match work {
        Work::Command(work) => match &work.program {
            crate::process::Program::Argv(argv) => Does::Yields(Value::string(argv.join(" "))),
            crate::process::Program::Shell(script) => Does::Yields(Value::string(script.as_str())),
        },
        _ => Does::Yields(Value::string(format!("{}!", step.what))),
    })
}

fn looped(max: i64, body: Node, otherwise: Option<Node>) -> Node {
    node(Op::Loop {
        key: "loop".into(),
        max: Some(int(max).into()),
        body: body.into(),
        otherwise: otherwise.map(Box::new),
    })
}

fn each(items: Node, parallel: bool, max: Option<i64>, body: Node) -> Node {
    node(Op::For {
        key: "for".into(),
        parallel,
        pattern: Pattern::Bind(0),
        list: items.into(),
        max: max.map(|max| int(max).into()),
        body: body.into(),
    })
}

fn both(branches: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    let branches = branches.into_iter().map(|(name, node)| (name.into(), node)).collect();
    node(Op::Parallel { key: "parallel".into(), branches })
}

fn race<const N: usize>(arms: [(Node, Node); N]) -> Node {
    let arm = |(value, body)| RaceArm { value, pattern: Pattern::Bind(1), body };
    node(Op::Race { key: "race".into(), arms: arms.map(arm).into() })
}

fn catch(body: Node, handler: Node) -> Node {
    node(Op::Catch { body: body.into(), binder: Some(2), handler: handler.into() })
}

fn blocked(reason: &str) -> Node {
    node(Op::Blocked { key: "blocked".into(), reason: text(reason).into() })
}

fn defer(body: Node) -> Node {
    node(Op::Defer { key: "defer".into(), body: body.into() })
}

fn fail(why: &str) -> Node {
    node(Op::Fail(text(why).into()))
}

fn sh(script: &str) -> Node {
    effect("sh", [text(script)], Type::Exec)
}

#[tokio::test(start_paused = true)]
async fn every_step_has_a_key_made_from_names() {
    let program = main_with(block([
        cmd("a", "1"),
        looped(
            2,
            block([cmd("b", "2"), each(list([text("x"), text("y")]), false, None, cmd("c", "3"))]),
            Some(cmd("c", "4")),
        ),
        both([("left", cmd("a", "5")), ("right", cmd("b", "6"))]),
        race([(cmd("a", "7"), cmd("a", "8"))]),
    ]));
    let engine = echo();
    outcome(&program, &engine).await;
    assert_eq!(
        engine.take_log(),
        [
            "main#1/a",
            "main#1/loop[1]/b",
            "main#1/loop[1]/for[1]/c",
            "main#1/loop[1]/for[2]/c",
            "main#1/loop[2]/b",
            "main#1/loop[2]/for[1]/c",
            "main#1/loop[2]/for[2]/c",
            "main#1/loop.else/c",
            "main#1/parallel/left/a",
            "main#1/parallel/right/b",
            "main#1/race[1]/a",
            "main#1/race[1].body/a",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn operands_are_computed_from_left_to_right() {
    // `[x, { x = "new"; a(x) }, x]`
    let program = main_with(block([
        set(0, text("old")),
        list([local(0), block([set(0, text("new")), run("a", [local(0)])]), local(0)]),
    ]));
    assert_eq!(outcome(&program, &echo()).await, "[\n  \"old\",\n  \"a new\",\n  \"new\"\n]");
}

#[tokio::test(start_paused = true)]
async fn the_right_side_runs_only_when_it_decides() {
    let truth = |name: &str| binary(BinaryOp::Eq, cmd(name, ""), text(&format!("{name} ")));
    for (op, ran) in [(BinaryOp::Or, 1), (BinaryOp::And, 2)] {
        let program = main_with(binary(op, truth("a"), truth("b")));
        let engine = echo();
        assert_eq!(outcome(&program, &engine).await, "true");
        assert_eq!(engine.take_log().len(), ran);
    }
    let program = main_with(binary(BinaryOp::Coalesce, cmd("a", ""), cmd("b", "")));
    let engine = echo();
    outcome(&program, &engine).await;
    assert_eq!(engine.take_log(), ["main#1/a"]);
}

#[tokio::test(start_paused = true)]
async fn values_in_a_shell_script_are_quoted() {
    let script = Op::Template(vec![
        flow_ir::Part::Text("echo ".to_owned()),
        flow_ir::Part::Value(list([text("it's"), text("a b")])),
    ]);
    let program = main_with(effect("sh", [node(script)], Type::Exec));
    assert_eq!(outcome(&program, &echo()).await, r"echo 'it'\''s' 'a b'");
}

#[tokio::test(start_paused = true)]
async fn a_recorded_step_never_runs_again_and_a_changed_one_does() {
    let engine = echo();
    let program = main_with(block([cmd("a", "1"), cmd("b", "2")]));
    outcome(&program, &engine).await;
    engine.take_log();
    outcome(&program, &engine).await;
    assert_eq!(engine.take_log(), [""; 0]);
    outcome(&main_with(block([cmd("a", "1"), cmd("b", "changed")])), &engine).await;
    assert_eq!(engine.take_log(), ["main#1/b"]);
    // A place in the source is no part of what a step is.
    let mut moved = program.clone();
    moved.commands.get_mut("a").unwrap().frame.at = 7;
    engine.forget(&[StepKey::new("main#1/b")]);
    outcome(&moved, &engine).await;
    assert_eq!(engine.take_log(), ["main#1/b"]);
}

#[tokio::test(start_paused = true)]
async fn parallel_for_runs_at_most_so_many_at_once_and_keeps_the_order() {
    let running = Rc::new(RefCell::new((0, 0)));
    let program = main_with(each(
        list([text("3"), text("1"), text("2"), text("skip")]),
        true,
        Some(2),
        node(Op::If {
            condition: binary(BinaryOp::Eq, local(0), text("skip")).into(),
            then: node(Op::Continue).into(),
            otherwise: Some(run("a", [local(0)]).into()),
        }),
    ));
    let engine = Fake::new({
        let running = Rc::clone(&running);
        move |_, work| {
            let Work::Command(work) = work else { return Does::Hangs };
            let crate::process::Program::Argv(argv) = &work.program else { return Does::Hangs };
            running.borrow_mut().0 += 1;
            Does::Takes(argv[1].parse::<u64>().unwrap() * 100, Value::string(argv[1].as_str()))
        }
    });
    assert_eq!(outcome(&program, &engine).await, "[\n  \"3\",\n  \"1\",\n  \"2\"\n]");
    assert_eq!(engine.now(), 300, "two at once: 3 beside 1 and 2");
    assert_eq!(running.borrow().0, 3);
}

#[tokio::test(start_paused = true)]
async fn one_failure_cancels_the_other_branches_and_is_replayed_without_them() {
    let body = || both([("slow", cmd("b", "")), ("bad", cmd("a", ""))]);
    let program = main_with(block([catch(body(), get(local(2), "message")), cmd("c", "")]));
    let world = |step: &StepId, _: &Work| match step.what.as_str() {
        "a" => Does::Fails("no"),
        "b" => Does::Hangs,
        _ => Does::Yields(Value::string("done")),
    };
    let engine = Fake::new(world);
    assert_eq!(outcome(&program, &engine).await, "done");
    assert_eq!(
        engine.take_log(),
        ["main#1/parallel/slow/b", "main#1/parallel/bad/a", "-main#1/parallel/slow/b", "main#1/c"]
    );
    // Resumed at the end, nothing starts again: not even the branch that was cancelled.
    assert_eq!(outcome(&program, &engine).await, "done");
    assert_eq!(engine.take_log(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_ended_the_run_is_tried_again_with_everything_beside_it() {
    let program = main_with(both([("good", cmd("b", "")), ("bad", cmd("a", ""))]));
    let mended = Rc::new(RefCell::new(false));
    let engine = Fake::new({
        let mended = Rc::clone(&mended);
        move |step, _| match step.what.as_str() {
            "a" if !*mended.borrow() => Does::Fails("no"),
            what => Does::Yields(Value::string(what)),
        }
    });
    let Stop::Fail(fault) = stop(&program, &engine).await else { panic!("it should fail") };
    assert_eq!(fault.failure.step, "main#1/parallel/bad/a");
    engine.take_log();
    // Without forgetting, the run fails again from its records.
    assert!(matches!(stop(&program, &engine).await, Stop::Fail(_)));
    assert_eq!(engine.take_log(), [""; 0]);
    engine.forget(&fault.trail);
    *mended.borrow_mut() = true;
    assert_eq!(outcome(&program, &engine).await, "{\n  \"bad\": \"a\",\n  \"good\": \"b\"\n}");
    assert_eq!(engine.take_log(), ["main#1/parallel/bad/a"]);
}

#[tokio::test(start_paused = true)]
async fn the_first_to_finish_wins_a_race_and_wins_it_again() {
    let program = main_with(race([
        (cmd("a", ""), list([text("a won"), local(1)])),
        (cmd("b", ""), list([text("b won"), local(1)])),
    ]));
    let engine = Fake::new(|step, _| match step.what.as_str() {
        "a" => Does::Takes(200, Value::string("slow")),
        _ => Does::Takes(100, Value::string("quick")),
    });
    assert_eq!(outcome(&program, &engine).await, "[\n  \"b won\",\n  \"quick\"\n]");
    assert_eq!(engine.take_log(), ["main#1/race[1]/a", "main#1/race[2]/b", "-main#1/race[1]/a"]);
    assert_eq!(outcome(&program, &engine).await, "[\n  \"b won\",\n  \"quick\"\n]");
    assert_eq!(engine.take_log(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn deferred_blocks_run_latest_first_however_the_flow_ends() {
    let body = |end: Node| block([defer(cmd("a", "")), keyed_defer("defer~2", cmd("b", "")), end]);
    let engine = echo();
    assert_eq!(outcome(&main_with(body(text("x"))), &engine).await, "x");
    assert_eq!(engine.take_log(), ["main#1/defer~2/b", "main#1/defer/a"]);
    let engine = echo();
    assert_eq!(outcome(&main_with(body(fail("no"))), &engine).await, "Failed: no");
    assert_eq!(engine.take_log(), ["main#1/defer~2/b", "main#1/defer/a"]);
    // A run that only pauses has not ended.
    let engine = echo();
    assert!(matches!(stop(&main_with(body(blocked("wait"))), &engine).await, Stop::Halt(_)));
    assert_eq!(engine.take_log(), [""; 0]);
}

fn keyed_defer(key: &str, body: Node) -> Node {
    keyed(defer(body), key)
}

#[tokio::test(start_paused = true)]
async fn a_deferred_block_sees_what_was_bound_there_and_what_was_assigned_since() {
    let program = main_with(block([
        set(3, text("first")),
        each(
            list([text("x"), text("y")]),
            false,
            None,
            defer(run("a", [binary(BinaryOp::Add, local(0), local(3))])),
        ),
        set(3, text("last")),
    ]));
    let engine = echo();
    outcome(&program, &engine).await;
    let seen: Vec<_> =
        engine.records.borrow().values().map(|(_, out)| render::text(out.as_ref().unwrap())).collect();
    assert!(seen.contains(&"a xlast".to_owned()) && seen.contains(&"a ylast".to_owned()), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_flow_ends_its_steps_and_runs_its_deferred_blocks() {
    let mut program =
        main_with(race([(call(Target::Flow("inner".into()), []), none()), (cmd("a", ""), text("won"))]));
    program.flows.insert("inner".into(), flow(locals(), block([defer(cmd("c", "")), cmd("b", "")])));
    let engine = Fake::new(|step, _| match step.what.as_str() {
        "b" => Does::Hangs,
        _ => Does::Takes(10, Value::string("x")),
    });
    assert_eq!(outcome(&program, &engine).await, "won");
    assert_eq!(
        engine.take_log(),
        [
            "main#1/race[1]/inner/b",
            "main#1/race[2]/a",
            "-main#1/race[1]/inner/b",
            "main#1/race[1]/inner/defer/c"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_ends_as_cancelled_after_its_cleanups() {
    let program = main_with(block([defer(cmd("a", "")), cmd("b", "")]));
    let engine = Fake::new(|step, _| if step.what == "b" { Does::Hangs } else { Does::Yields(Value::None) });
    let cancel = CancellationToken::new();
    let run = go(&program, &engine, cancel.clone());
    let (out, ()) = tokio::join!(run, async { cancel.cancel() });
    assert!(matches!(*out.unwrap_err(), Stop::Cancelled));
    assert_eq!(engine.take_log(), ["main#1/b", "-main#1/b", "main#1/defer/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_block_names_the_steps_that_led_to_it() {
    let program = main_with(block([
        cmd("a", "1"),
        effect("log", [text("words")], Type::None),
        both([("x", cmd("b", "2")), ("y", cmd("c", "3"))]),
        effect("log", [text("more")], Type::None),
        blocked("mend it"),
    ]));
    let Stop::Halt(halts) = stop(&program, &echo()).await else { panic!("it should block") };
    let expected = Halt::Blocked {
        key: StepKey::new("main#1/blocked"),
        reason: "mend it".to_owned(),
        retry: vec![StepKey::new("main#1/parallel/x/b"), StepKey::new("main#1/parallel/y/c")],
    };
    assert_eq!(halts, [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_block_in_one_branch_lets_the_others_finish() {
    let program = main_with(both([("stuck", blocked("mend it")), ("fine", cmd("a", ""))]));
    let engine = Fake::new(|_, _| Does::Takes(50, Value::string("x")));
    assert!(matches!(stop(&program, &engine).await, Stop::Halt(halts) if halts.len() == 1));
    assert!(engine.records.borrow().contains_key("main#1/parallel/fine/a"));
}

#[tokio::test(start_paused = true)]
async fn a_failure_in_a_handler_is_due_to_what_it_handled_too() {
    let program = main_with(catch(cmd("a", ""), fail("worse")));
    let engine = Fake::new(|_, _| Does::Fails("no"));
    let Stop::Fail(fault) = stop(&program, &engine).await else { panic!("it should fail") };
    assert!(fault.trail.contains(&StepKey::new("main#1/a")));
    assert_eq!(fault.failure.message, "worse");
}

fn staged() -> Program {
    // stage ask(n) max 2 { a(n); handoff ask(n) }
    let mut program = main_with(handoff("ask", [text("x")]));
    let ask = Stage {
        params: vec![param("n", 0, Type::String)],
        max: Some(int(2)),
        body: block([run("a", [local(0)]), handoff("ask", [local(0)])]),
        doc: None,
        at: 0,
    };
    let main: &mut Flow = program.flows.get_mut("main").unwrap();
    main.stages.insert("ask".into(), ask);
    program
}

#[tokio::test(start_paused = true)]
async fn a_stage_is_entered_as_often_as_it_may_be_and_numbers_its_steps() {
    let engine = echo();
    let said = outcome(&staged(), &engine).await;
    assert_eq!(said, "StageExhausted: the stage `ask` was entered 2 times, which is all that it may be");
    assert_eq!(engine.take_log(), ["main#1/ask#1/a", "main#1/ask#2/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_budget_of_turns_is_counted_over_all_runners() {
    let mut program = main_with(looped(5, keyed(call(Target::Agent("think".into()), []), "think"), None));
    program.flows.get_mut("main").unwrap().budget = Some(Budget { turns: Some(2), ..Budget::default() });
    let engine = echo();
    let said = outcome(&program, &engine).await;
    assert_eq!(said, "BudgetExhausted: the budget of `main` is used up: 2 turns of agents were taken");
    assert_eq!(engine.take_log(), ["main#1/loop[1]/think", "main#1/loop[2]/think"]);
    assert_eq!(outcome(&program, &engine).await, said);
    assert_eq!(engine.take_log(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_budget_of_time_ends_the_step_that_runs_over_it() {
    let mut program = main_with(cmd("a", ""));
    program.flows.get_mut("main").unwrap().budget = Some(Budget { time: Some(60_000), ..Budget::default() });
    let engine = Fake::new(|_, _| Does::Hangs);
    let said = outcome(&program, &engine).await;
    assert_eq!(said, "BudgetExhausted: the budget of `main` is used up: it has run for 1m");
    assert_eq!(engine.take_log(), ["main#1/budget", "main#1/a", "-main#1/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_of_a_flow_has_its_timeout_and_its_attempts() {
    let with = |options: &[(&str, Node)]| {
        let options = options.iter().map(|(name, node)| ((*name).into(), node.clone())).collect();
        let target = Target::Flow("inner".into());
        let mut program = main_with(node(Op::Call { key: "inner".into(), target, args: vec![], options }));
        program.flows.insert("inner".into(), flow(locals(), cmd("a", "")));
        program
    };
    let program = with(&[("timeout", node(Op::Duration(1_000)))]);
    let engine = Fake::new(|_, _| Does::Hangs);
    assert_eq!(outcome(&program, &engine).await, "Timeout: `inner` did not end within 1s");
    let program = with(&[("retry", int(1))]);
    let engine = Fake::new(|_, _| Does::Fails("no"));
    assert_eq!(outcome(&program, &engine).await, "CommandFailed: no");
    assert_eq!(engine.take_log(), ["main#1/inner/a", "main#1/inner#2/a"]);
    let program = with(&[("retry", int(-1))]);
    let said = "BadArgument: `retry` counts the attempts after the first, so it cannot be -1";
    assert_eq!(outcome(&program, &engine).await, said);
    assert!(engine.take_log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn flows_that_call_themselves_without_end_fail() {
    let mut program = main_with(call(Target::Flow("main".into()), []));
    program.flows.get_mut("main").unwrap().effects = Effects::default();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { outcome(&program, &echo()).await })
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap();
    assert_eq!(
        thread.join().unwrap(),
        "TooDeep: `main` is called 200 flows deep: does it call itself without end?"
    );
}

#[tokio::test(start_paused = true)]
async fn a_script_that_fails_does_not_fail_the_flow() {
    let engine = Fake::new(|_, _| {
        Does::Yields(Value::Exec(Rc::new(crate::value::Exec {
            exit: 3,
            stdout: "".into(),
            stderr: "".into(),
        })))
    });
    assert_eq!(outcome(&main_with(get(sh("false"), "exit")), &engine).await, "3");
}
