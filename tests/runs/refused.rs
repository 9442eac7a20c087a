//! What is refused before anything runs: flows that need what this version of the runtime does not carry out, inputs
//! that do not fit, and what is no program. And output that nothing takes.

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

#[test]
fn inputs_that_do_not_fit_are_told_with_how_they_are_written() {
    let project = Project::with(
        "flow main(n: int = 2, xs: [int] = [], m: {string: int} = [:]) -> int {\n  n + xs.len() + m.len()\n}\n",
    );
    let wrong = |inputs: &[&str], told: &str| {
        let given = inputs.iter().flat_map(|input| ["--input", input]);
        let args: Vec<&str> = ["run", "main.flow"].into_iter().chain(given).collect();
        project.flow(&args).ends(2).tells(&[told]);
    };
    wrong(&["n"], "error: `--input n` is not of the form NAME=VALUE");
    wrong(&["n=1", "n=2"], "error: the input `n` is given twice");
    wrong(&["xs=1,2"], "found the text `\"1,2\"`; a list is written as JSON: `--input 'xs=[…, …]'`");
    wrong(&["m=a"], "a map is written as JSON: `--input 'm={\"key\": …}'`");
    wrong(&["xs=[1,"], "it is not JSON: EOF while parsing a value at line 1 column 3");
    assert!(!project.path("runs").exists(), "there is no run");
}

#[test]
fn a_pipe_or_a_device_is_no_program_and_not_waited_for() {
    let project = Project::new();
    let made = std::process::Command::new("mkfifo").arg("pipe").current_dir(project.root()).status();
    assert!(made.unwrap().success());
    for path in ["pipe", "/dev/zero"] {
        let told = format!("error: cannot read `{path}`: it is no regular file\n");
        project.flow(&["run", path]).ends(2).tells(&[&told]);
    }
}

#[test]
fn a_mistake_in_the_manifest_is_told_with_its_place() {
    let project = Project::with("flow main() -> int { 1 }\n");
    project.write("flow.toml", "[project]\nname = \"x\"\n[[[\n");
    let said = project.flow(&["status"]);
    said.ends(2).tells(&["flow.toml:3:"]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_told_and_a_reader_that_went_away_is_no_failure() {
    let project = Project::with("flow main() -> int { 1 }\n");
    project.flow(&["run", "main.flow"]).ends(0);
    for args in [
        &["--help"][..],
        &["--version"],
        &["status"],
        &["show", "MAIN-1"],
        &["logs", "MAIN-1"],
        &["completions", "bash"],
    ] {
        let run = |to: std::process::Stdio| {
            let ended = project.command(args).stdout(to).output().unwrap();
            (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
        };
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let told = "error: cannot write to standard output: No space left on device (os error 28)\n";
        assert_eq!(run(full.into()), (Some(1), told.to_owned()), "{args:?}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(run(writer.into()), (Some(0), String::new()), "{args:?}");
    }
}
