//! What a run does was promised: whom it calls and what it hands over stands in the tables of its program, and it takes no
//! more turns and no more time than the bounds allow, and no less than they ask for.

use crate::program::Program;
use crate::typed::every;
use flow_compiler::analyses::touch::reach;
use flow_compiler::lower::{flows, lower_flow};
use flow_ir::{Agent, Effects, Flow, Most, Name, Op, StepInfo, walk};
use flow_runtime::boundary::Workspace;
use flow_runtime::interp::pure::STACK;
use flow_runtime::testing::coverage::{Coverage, Kind};
use flow_runtime::testing::report::{Called, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Programs that go every way on which something could be forgotten; each test calls one flow, which is bounded.
const WRITTEN: &str = r#"
type Verdict = Good | Poor(why: string)
agent writer(topic: string, last: string? = none) -> string { prompt: "Write ${topic}, not ${last}.", timeout: 10m, turns: 3 }
agent judge(text: string) -> Verdict { prompt: "Judge ${text}.", timeout: 5m, retry: 2 }
agent quiet(text: string) { prompt: "Read ${text}.", timeout: 5m }
command count(text: string) -> int { run: ["wc", "-w", text], timeout: 1m }
human sure(text: string) -> bool { ask: "Is ${text} good?", timeout: 1h }
fn half(n: int) -> int { n / 2 }
flow page(topic: string) -> int {
  defer { quiet("ended") }
  let text = writer(topic)
  half(count(text))
}
flow passed_on<T>(value: T, topic: string) -> T {
  page(topic)
  value
}
flow judged(topic: string) -> string {
  var found = ""
  handoff draft(none)
  stage draft(last: string?) max 3 {
    found = writer(topic, last)
    handoff check(found)
  }
  stage check(text: string) {
    match judge(text) {
      Good => return text
      Poor(why) => handoff draft(why)
    }
  }
}
type Topics = [string] where it.len() <= 3
flow all(topics: Topics) -> [int] {
  let both = parallel {
    a: page("a") + page("b"),
    b: {
      sleep(2m)
      passed_on(1, "c")
    },
  }
  let texts = parallel for topic in topics max 2 { judged(topic) catch err { err.message } }
  let quick = race {
    asked = sure("it") => asked
    _ = sleep(1m) => {
      sleep(1m)
      false
    }
  }
  let tries = loop max 2 {
    if quick { break 1 }
    quiet("again")
  } else { 2 }
  sleep(3m)
  texts.map(|it| it.len()) + [both.a, both.b, tries]
}
test "all goes well" {
  stub writer = |topic, last| "about ${topic}"
  stub judge = |text| Good
  stub count = |text| text.len()
  stub sure = [true]
  stub quiet = |text| none
  let result = all(["x", "y"])
  log("${result}")
}
test "all goes badly" {
  stub writer = |topic, last| if topic == "y" { fail "no idea" } else { "about ${topic} ${last}" }
  stub judge = |text| Poor(why: "flat")
  stub count = |text| text.len()
  stub sure = [after(2m, true)]
  stub quiet = |text| none
  let result = all(["x", "y", "z"])
  log("${result}")
}
test "judged in the third round" {
  stub writer = |topic, last| topic
  stub judge = [Poor(why: "a"), Poor(why: "b"), Good]
  let result = judged("x")
  log(result)
}
"#;

/// A key without the numbers of rounds, visits and arms.
fn plain(key: &str) -> String {
    let mut out = String::new();
    let mut until = None;
    for letter in key.chars() {
        match until {
            Some(end) if letter == end => until = None,
            Some('/') | None if letter == '/' => until = None,
            Some(_) => continue,
            None => {}
        }
        match letter {
            '[' => until = Some(']'),
            '#' => until = Some('/'),
            ']' => {}
            letter => out.push(letter),
        }
    }
    out
}

/// A name where it is declared.
fn own(name: &str) -> &str {
    let plain = name.split('<').next().unwrap_or(name);
    plain.rsplit('.').next().unwrap_or(plain)
}

/// A call of a flow in a run: the key under which it stands, and the flow.
type Instance<'p> = (String, &'p Name, &'p Flow);

/// Follows the key of a call through the tables of steps, from the test on: the flows around it, and its own row.
fn follow<'p>(
    program: &'p flow_ir::Program,
    test: (&'p Name, &'p Flow),
    call: &Called,
) -> Option<(Vec<Instance<'p>>, &'p StepInfo)> {
    let mut around: Vec<Instance<'p>> = vec![("test".to_owned(), test.0, test.1)];
    let key = plain(&call.key);
    let mut way = key.clone();
    loop {
        let (.., flow) = *around.last()?;
        let is_call = |step: &&StepInfo| {
            plain(&step.key) == way && step.kind == call.kind && step.target == call.of.as_str()
        };
        if let Some(step) = flow.steps.iter().find(is_call) {
            return Some((around, step));
        }
        let inside = |step: &&StepInfo| {
            step.kind == "flow"
                && way.strip_prefix(&plain(&step.key)).is_some_and(|rest| rest.starts_with('/'))
        };
        let step = flow.steps.iter().filter(inside).max_by_key(|step| step.key.len())?;
        let rest = way[plain(&step.key).len()..].to_owned();
        let callee = program.flows.get_key_value(&step.target)?;
        // As many segments of the whole key as are before the rest.
        let segments = key.split('/').count() - rest.matches('/').count();
        let instance = call.key.split('/').take(segments).collect::<Vec<_>>().join("/");
        around.push((instance, callee.0, callee.1));
        way = format!("{}{rest}", own(&step.target));
    }
}

fn is_promised(effects: &Effects, call: &Called) -> bool {
    let list = match call.kind {
        "agent" => &effects.agents,
        "human" => &effects.humans,
        "command" => return !effects.programs.is_empty(),
        _ => &effects.builtins,
    };
    list.iter().any(|name| *name == call.of)
}

/// The most turns of a call of an agent, as its settings say it.
fn turns(agent: &Agent) -> i64 {
    let setting = |name: &str| match agent.settings.get(name).map(|node| &node.op) {
        Some(Op::Int(number)) => Some(*number),
        _ => None,
    };
    // An answer that does not fit goes back once, with `retry` as often as there are attempts.
    let attempts = setting("retry").map_or(1, |retry| retry + 1);
    let answers = if agent.frame.result == flow_ir::Type::None { 1 } else { attempts.max(2) };
    setting("turns").unwrap_or(attempts * answers)
}

/// Compares what a test did with what its program says.
fn compare(
    program: &flow_ir::Program,
    name: &Name,
    report: &Report,
    coverage: &Coverage,
) -> Result<(), String> {
    let test = program.tests.get_key_value(name).unwrap();
    // Options of a call change how many turns it may take.
    let mut has_options = false;
    let bodies = program
        .flows
        .values()
        .flat_map(|flow| [&flow.body].into_iter().chain(flow.stages.values().map(|stage| &stage.body)));
    bodies.for_each(|body| {
        walk(body, &mut |node| {
            has_options |= matches!(&node.op, Op::Call { options, .. } if !options.is_empty())
        });
    });
    let mut taken: BTreeMap<(String, &Name), i64> = BTreeMap::new();
    for call in &report.calls {
        // What only publishes is no step of its own.
        if matches!(call.of.as_str(), "emit") {
            continue;
        }
        let Some((around, step)) = follow(program, test, call) else {
            return Err(format!("no table has the step `{}` of the {} `{}`", call.key, call.kind, call.of));
        };
        for (instance, flow, known) in &around {
            if !is_promised(&known.effects, call) {
                return Err(format!("`{flow}` does not say that it uses `{}`", call.of));
            }
            if let Some(agent) = program.agents.get(call.of.as_str()).filter(|_| call.kind == "agent") {
                *taken.entry((instance.clone(), *flow)).or_default() +=
                    if has_options { 1 } else { turns(agent) };
            }
        }
        let (_, flow, _) = around.last().unwrap();
        let frame = match call.kind {
            "agent" => program.agents.get(call.of.as_str()).map(|it| &it.frame),
            "command" => program.commands.get(call.of.as_str()).map(|it| &it.frame),
            "human" => program.humans.get(call.of.as_str()).map(|it| &it.frame),
            _ => None,
        };
        for param in frame.iter().flat_map(|frame| &frame.params).filter(|param| param.default.is_none()) {
            let is_none = call.args.get(param.name.as_str()).is_none_or(serde_json::Value::is_null);
            let is_row = |row: &&flow_ir::HandoffEdge| {
                row.to == call.of.as_str() && row.param.as_ref() == Some(&param.name) && row.at == step.at
            };
            if around.len() > 1 && !is_none && !program.handoffs.iter().any(|row| is_row(&row)) {
                return Err(format!("no row says that `{flow}` hands `{}` to `{}`", param.name, call.of));
            }
        }
    }
    for ((instance, flow), turns) in &taken {
        let Some(Most::Known(most)) = program.flows.get(*flow).map(|flow| &flow.bounds.turns.most) else {
            continue;
        };
        if turns > most {
            return Err(format!("`{flow}` may take {turns} turns at `{instance}`, and promised {most}"));
        }
    }
    let points = coverage.points().iter().zip(&report.reached).filter(|(_, reached)| **reached);
    for (point, _) in points.filter(|(point, _)| point.kind == Kind::Handoff) {
        if !program.handoffs.iter().any(|row| row.flow == point.within && row.at == point.at) {
            return Err(format!("the {} is in no row", point.what));
        }
    }
    // The only flow that the test calls took all the time there was.
    let mut called = test.1.steps.iter().filter(|step| step.kind == "flow");
    if let (Some(step), None) = (called.next(), called.next())
        && let Some(flow) = program.flows.get(&step.target)
    {
        if let Most::Known(most) = flow.bounds.time.most
            && report.took > most
        {
            return Err(format!("`{}` took {} ms, and promised {most}", step.target, report.took));
        }
        let turns =
            taken.iter().filter(|((_, name), _)| **name == step.target).map(|(_, turns)| *turns).max();
        let least = (flow.bounds.time.least, flow.bounds.turns.least);
        if report.finding.is_none() && (report.took < least.0 || turns.unwrap_or(0) < least.1) {
            return Err(format!(
                "`{}` took {} ms and {} turns, and is said to need {} ms and {} turns",
                step.target,
                report.took,
                turns.unwrap_or(0),
                least.0,
                least.1
            ));
        }
    }
    Ok(())
}

/// Runs the tests of a program, and compares; how many steps there were.
pub(crate) fn keeps_its_promises(program: &Program) -> Result<usize, String> {
    let tests = program.tests()?;
    let work = move || {
        let tests = Rc::new(tests);
        let coverage = Coverage::of(&tests);
        let mut steps = 0;
        for name in tests.tests.keys() {
            let folder = tempfile::tempdir().unwrap();
            let workspace = Workspace::at(folder.path()).unwrap();
            let report = flow_runtime::testing::run(&tests, name, &workspace, Some(&coverage));
            compare(&tests, name, &report, &coverage).map_err(|why| format!("in \"{name}\": {why}"))?;
            steps += report.calls.len();
        }
        Ok(steps)
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    thread.join().unwrap_or_else(|_| Err("it panics".to_owned()))
}

#[test]
fn what_a_flow_of_a_program_that_is_right_does_was_promised() {
    every(120, |text, _| keeps_its_promises(&Program::new(&[("main.flow", text)])).map(drop));
}

#[test]
fn what_a_written_flow_does_was_promised() {
    let program = Program::new(&[("main.flow", WRITTEN)]);
    assert_eq!(program.errors(), [""; 0]);
    let steps = keeps_its_promises(&program).unwrap();
    assert!(steps > 40, "{steps}");
}

#[test]
fn a_table_that_promises_less_than_happens_is_found() {
    let program = Program::new(&[("main.flow", WRITTEN)]);
    let spoiled = |spoil: fn(&mut flow_ir::Program)| {
        let mut tests = program.tests().unwrap();
        spoil(&mut tests);
        let work = move || {
            let tests = Rc::new(tests);
            let coverage = Coverage::of(&tests);
            let folder = tempfile::tempdir().unwrap();
            let workspace = Workspace::at(folder.path()).unwrap();
            let name = Name::from("judged in the third round");
            let report = flow_runtime::testing::run(&tests, &name, &workspace, Some(&coverage));
            compare(&tests, &name, &report, &coverage).unwrap_err()
        };
        std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
    };
    let steps = spoiled(|it| it.flows.get_mut("judged").unwrap().steps.clear());
    assert!(steps.starts_with("no table has the step `test/judged/draft#1/writer`"), "{steps}");
    let effects = spoiled(|it| it.flows.get_mut("judged").unwrap().effects.agents.clear());
    assert_eq!(effects, "`judged` does not say that it uses `writer`");
    let bounds = spoiled(|it| it.flows.get_mut("judged").unwrap().bounds.turns.most = Most::Known(20));
    assert_eq!(bounds, "`judged` may take 36 turns at `test/judged`, and promised 20");
    let least = spoiled(|it| it.flows.get_mut("judged").unwrap().bounds.time.least = 1);
    assert_eq!(least, "`judged` took 0 ms and 36 turns, and is said to need 1 ms and 2 turns");
    let handoffs = spoiled(|it| it.handoffs.retain(|row| row.to != "judged.check"));
    assert_eq!(handoffs, "the handoff to `check` is in no row");
    let given = spoiled(|it| it.handoffs.retain(|row| row.to != "judge"));
    assert_eq!(given, "no row says that `judged` hands `text` to `judge`");
}

#[test]
fn what_is_audited_is_what_the_document_says() {
    every(60, |text, _| audited(&Program::new(&[("main.flow", text)])));
    audited(&Program::new(&[("main.flow", WRITTEN)])).unwrap();
}

/// Two analyses say what a flow may do: one of its outline, for `flowc audit`, and one of its document.
fn audited(program: &Program) -> Result<(), String> {
    let db = program.db();
    for key in flows(db, program.file("main.flow")) {
        let document = lower_flow(db, &key).map_err(|why| why.to_string())?;
        let said = &document.flows[&document.flow].effects;
        let reach = reach(db, &key).ok_or("nothing is known")?;
        let names = |list: &[Name]| list.iter().map(|name| own(name).to_owned()).collect::<BTreeSet<_>>();
        let known = |set: &BTreeSet<Name>| set.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        // What a process is asked for has the name of what is asked.
        let builtins = said.builtins.iter().map(ToString::to_string).collect();
        for (what, document, audit) in [
            ("agents", names(&said.agents), known(&reach.agents)),
            ("humans", names(&said.humans), known(&reach.humans)),
            ("programs", said.programs.iter().cloned().collect(), known(&reach.programs)),
            ("builtins", builtins, known(&reach.builtins)),
            ("providers", names(&said.providers), known(&reach.providers)),
            ("secrets", names(&said.secrets), known(&reach.secrets)),
        ] {
            if document != audit {
                return Err(format!(
                    "{what} of `{}`: {document:?} in the document, {audit:?} in the audit",
                    key.name
                ));
            }
        }
    }
    Ok(())
}
