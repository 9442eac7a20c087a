//! Flows that need what this version of the runtime does not carry out: refused before anything runs.

use crate::project::Project;

/// A flow `main` that leaves a file behind, and then does this.
fn project(before: &str, then: &str) -> Project {
    Project::with(&format!(
        "{before}\ncommand mark() -> none {{ run: [\"touch\", \"ran\"] }}\n\nflow main() -> none {{\n  mark()\n  {then}\n}}\n"
    ))
}

#[track_caller]
fn refused(before: &str, then: &str, told: &str) {
    let project = project(before, then);
    let said = project.flow(&["run", "main.flow", "main"]);
    said.ends(2).tells(&[told]);
    assert!(!project.path("ran").exists(), "nothing ran");
    assert!(!project.path("runs").exists(), "there is no run");
    // What it would do can be looked at all the same.
    project.flow(&["run", "main.flow", "main", "--dry-run"]).ends(0);
}

#[test]
fn a_flow_that_spawns_is_refused_with_the_place() {
    refused(
        "command train() -> int { run: [\"true\"] }",
        "let p = spawn train()\n  log(\"${join(p)}\")",
        "this version of the runtime does not run processes yet: `spawn` at main.flow:6:11",
    );
}

#[test]
fn so_is_one_whose_flows_do_it() {
    refused(
        "command train() -> int { run: [\"true\"] }\nflow inner() -> int {\n  expose stop() { done 1 }\n  sleep(1h)\n  0\n}",
        "log(\"${inner()}\")",
        "this version of the runtime does not run processes yet: `expose` at main.flow:3:3",
    );
}

#[test]
fn so_is_one_whose_agents_or_calls_ask_for_what_they_do_not_get() {
    let agent = |setting: &str| {
        format!("agent critic(text: string) -> string {{\n  prompt: text\n  timeout: 1m\n  {setting}\n}}")
    };
    refused(
        &agent("mcp: [github]"),
        "log(critic(\"x\"))",
        "this version of the runtime does not connect agents to MCP servers yet: `mcp` at main.flow:4:8",
    );
    refused(
        &agent(""),
        "log(critic(\"x\") with { skills: [\"style\"] })",
        "this version of the runtime does not give skills to agents yet: `skills` at main.flow:",
    );
    refused(
        "command work() -> none { run: [\"true\"] }",
        "work() with { workspace: worktree }",
        "this version of the runtime does not run steps in worktrees yet: `workspace` at main.flow:6:28",
    );
}

#[test]
fn so_are_sessions_and_tools_of_the_program() {
    let agent = "agent critic(text: string) -> string {\n  prompt: text\n  timeout: 1m\n}";
    refused(
        agent,
        "let s = open critic\n  log(s(\"x\"))",
        "this version of the runtime does not keep sessions open yet: `open` at main.flow:9:11",
    );
    refused(
        &format!("{agent}\n/// Looks it up.\ntool lookup(x: string) -> string {{ x }}"),
        "log(critic(\"x\") with { tools: [lookup] })",
        "this version of the runtime does not give tools of the program to agents yet: `lookup` at main.flow:11:34",
    );
}
