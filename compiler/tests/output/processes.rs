//! Processes, endpoints, sessions and tools in the IR.

use super::lower::{checks, proven};
use crate::support::project;
use flow_ir::{Node, Op, ProcessOp, Program, walk};

/// The programs of a text that checks, each proven by the verifier; that of the flow `f` first.
#[track_caller]
fn lowered(text: &str) -> Vec<Program> {
    let project = project(text);
    let file = project.modules()[0];
    assert!(checks(&project, file), "{}", project.report());
    let mut programs = proven(&project.db, file);
    programs.sort_by_key(|program| program.flow != "f");
    programs
}

/// What a program's root flow does with processes, in the order of the text.
fn operations(program: &Program) -> Vec<&ProcessOp> {
    let flow = &program.flows[&program.flow];
    let mut found = Vec::new();
    for body in std::iter::once(&flow.body).chain(flow.endpoints.values().map(|endpoint| &endpoint.body)) {
        walk(body, &mut |node: &Node| {
            if let Op::Process(op) = &node.op {
                found.push(op);
            }
        });
    }
    found
}

const WORK: &str = "type Progress = Low | High(n: int)\nflow work(n: int) -> int emits Progress {\n  /// Ends it.\n  expose finish(x: int, hard: bool = false) -> int {\n    if hard { return 0 }\n    done x\n  }\n  emit High(n: n)\n  sleep(1h)\n  n\n}\ncommand train(n: int) -> int { run: [\"t\", n] }\nagent coder(task: string) -> string { prompt: task }\n";

#[test]
fn a_process_is_called_by_the_name_that_it_is_bound_to() {
    let text = format!(
        "{WORK}flow f() -> int {{\n  let first = spawn work(1) with {{ timeout: 5m }}\n  var other = spawn work(2)\n  spawn train(3)\n  other = first\n  join(other)\n}}"
    );
    let program = &lowered(&text)[0];
    let names: Vec<&str> = operations(program)
        .iter()
        .filter_map(|op| match op {
            ProcessOp::Spawn { name, .. } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["first", "other", "train"]);
    assert!(program.flows["work"].emits.is_some());
}

#[test]
fn a_variable_is_followed_while_it_grows_and_what_is_bound_once_is_not() {
    let watch = |source: &str| {
        let text = format!(
            "{WORK}flow f() -> none {{\n  let fixed = [spawn train(1)]\n  var grows = [spawn train(2)]\n  for event in events({source}) {{ log(event.from.name) }}\n  grows = fixed\n}}"
        );
        let programs = lowered(&text);
        operations(&programs[0]).iter().find_map(|op| match op {
            ProcessOp::Watch { live, .. } => Some(*live),
            _ => None,
        })
    };
    assert_eq!(watch("fixed"), Some(false));
    assert_eq!(watch("grows"), Some(true));
    assert_eq!(watch("grows[0]"), Some(true));
    assert_eq!(watch("spawn train(3)"), Some(false));
}

#[test]
fn endpoints_are_called_by_the_flow_and_over_its_process() {
    let text = format!(
        "{WORK}flow f(ps: {{string: Process<work>}}) -> int {{\n  var sum = 0\n  expose add(n: int) -> int {{\n    sum += n\n    sum\n  }}\n  add(1)\n  let p = spawn work(1)\n  let a = ps.get(\"x\")\n  let b = a?.finish(1)\n  let c = a?.status\n  if c == Running {{ log(p.name) }}\n  p.finish(x: 2, hard: true) + (b ?? 0) + p.restarts\n}}"
    );
    let program = &lowered(&text)[0];
    let called: Vec<(bool, &str)> = operations(program)
        .iter()
        .filter_map(|op| match op {
            ProcessOp::CallEndpoint { process, flow, endpoint, .. } => {
                assert_eq!(flow == "f", process.is_none());
                Some((process.is_some(), endpoint.as_str()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(called, [(false, "add"), (true, "finish"), (true, "finish")]);
    let steps: Vec<&str> = program.flows["f"].steps.iter().map(|step| step.key.as_str()).collect();
    assert_eq!(steps, ["f/add", "f/work", "f/finish", "f/status", "f/log", "f/finish~2", "f/restarts"]);
}

#[test]
fn a_return_in_an_endpoint_answers_and_does_not_end_the_flow() {
    let program = &lowered(&format!("{WORK}flow f() -> int {{ join(spawn work(1)) }}"))[0];
    let returned = program.handoffs.iter().filter(|edge| edge.flow == "work" && edge.to == "return").count();
    // `done x` and the last line, not `return 0`.
    assert_eq!(returned, 2);
}

#[test]
fn tools_are_given_as_what_they_are() {
    let text = format!(
        "{WORK}/// Looks something up.\ntool lookup(x: string) -> string {{ x }}\nagent reader(task: string, p: Process<work>) -> string {{\n  prompt: task\n  tools: [read, lookup, p.finish]\n}}\nflow f() -> string {{\n  /// Ends it.\n  expose stop() {{ done \"x\" }}\n  let p = spawn work(1)\n  let a = coder(\"a\") with {{ tools: p.{{finish}} }}\n  a + reader(\"b\", p) + coder(\"c\") with {{ tools: [stop, p.{{finish}}, edit] }}\n}}"
    );
    let program = &lowered(&text)[0];
    let tools = operations(program).iter().filter(|op| matches!(op, ProcessOp::EndpointTool { .. })).count();
    assert_eq!(tools, 3);
    // What an agent may call is part of what the flow may do.
    assert!(program.flows.contains_key("lookup"));
}

#[test]
fn sessions_go_on_with_their_agent() {
    let text = format!(
        "{WORK}type Team {{ lead: Session<coder> }}\nflow f(other: Session<coder>) -> string {{\n  let own = open coder\n  let team = Team(lead: own)\n  connect(own, other, direction: one)\n  own(\"a\") + other(\"b\") with {{ model: \"haiku\" }} + team.lead(\"c\")\n}}\nflow g() -> string {{ f(open coder) }}"
    );
    for program in lowered(&text).iter().filter(|program| program.flow != "work") {
        assert_eq!(program.flows[&program.flow].effects.agents, ["coder"]);
    }
}

#[test]
fn generic_flows_run_as_processes_of_their_instances() {
    let text = "flow many<T>(xs: [T]) -> T? emits T {\n  expose first() -> T? { xs.first() }\n  for x in xs { emit x }\n  xs.first()\n}\nflow f() -> int {\n  let p = spawn many([1, 2])\n  for event in events(p) {\n    if event is Emitted(value) { log(\"${value + 1}\") }\n  }\n  let last: int? = p.first()\n  (join(p) ?? 0) + (last ?? 0)\n}\nflow g() -> string? { join(spawn many([\"x\"])) }";
    let programs = lowered(text);
    assert!(programs.iter().any(|program| program.flows.contains_key("many<int>")));
    assert!(programs.iter().any(|program| program.flows.contains_key("many<string>")));
}

#[test]
fn endpoints_behind_the_last_line_are_exposed_before_it() {
    let text = "flow f() -> int {\n  1\n  /// Ends it.\n  expose stop() { done 2 }\n}";
    let program = &lowered(text)[0];
    assert_eq!(operations(program).len(), 2);
}
