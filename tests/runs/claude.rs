//! The example with three agents, with the real Claude Code and a scripted model.

use flow_tests::model_server::{ModelServer, Turn};
use flow_tests::{npm_tool, repository};
use serde_json::{Value, json};

use crate::project::Project;

/// The version that these tests were written for.
const VERSION: &str = "2.1.197";

/// A project with Claude Code for its agents. `None` if it cannot be had here.
pub(crate) fn project(server: &ModelServer) -> Option<Project> {
    let claude = npm_tool("@anthropic-ai/claude-code", VERSION, "claude")?;
    let project = Project::new();
    let toml = format!(
        "[providers.claude]\nprogram = {claude:?}\nmodel = \"scripted-model\"\nbase_url = \"{}\"\n\
         env = {{ ANTHROPIC_API_KEY = \"sk-ant-scripted\", CLAUDE_CODE_MAX_RETRIES = \"1\" }}\n",
        server.url()
    );
    project.write("flow.toml", &toml);
    Some(project)
}

fn example() -> String {
    repository().join("examples/poem_loop").display().to_string()
}

/// The agent delivers its result and ends its turn.
fn finish(result: Value) -> [Turn; 2] {
    [Turn::tool("mcp__flow__finish", result), Turn::text("done")]
}

/// A result that is no plain object is passed as an argument.
fn finish_with(value: Value) -> [Turn; 2] {
    finish(json!({ "value": value }))
}

fn direction(subject: &str) -> [Turn; 2] {
    finish(json!({"poem_type": "haiku", "subject": subject, "guidance": "Be brief.", "goal": null}))
}

fn draft(path: &str) -> [Turn; 2] {
    finish_with(json!({"kind": "draft", "poem": path, "inspiration": "the sea"}))
}

fn write(path: &str, text: &str) -> Turn {
    Turn::tool("Write", json!({"file_path": path, "content": text}))
}

fn revise() -> [Turn; 2] {
    finish_with(
        json!({"kind": "revise", "finding": "The second line limps.", "keep": ["the end"], "change": ["line 2"]}),
    )
}

/// All text of a request's messages.
fn shown(request: &Value) -> String {
    request["messages"].to_string()
}

#[test]
fn three_agents_write_a_poem_that_is_rejected_once() {
    let server = ModelServer::start([]).unwrap();
    let Some(project) = project(&server) else { return };
    let path = |name: &str| project.path(&format!("artifacts/{name}")).display().to_string();
    let mut script: Vec<Turn> = Vec::new();
    script.extend(direction("the tide"));
    script.push(write(&path("tide.md"), "Tide\nlimps\n"));
    script.extend(draft("artifacts/tide.md"));
    script.extend(revise());
    script.extend(direction("the tide, again"));
    script.push(write(&path("tide-2.md"), "Tide\nflows\n"));
    script.extend(draft("artifacts/tide-2.md"));
    script.extend(finish_with(json!({"kind": "accept"})));
    server.play(script);

    let said = project.flow(&["run", &example(), "--input", "brief=the sea at night"]);
    assert_eq!(said.ends(0).out, "artifacts/tide-2.md\n");
    said.tells(&["+ judge#1/critic", "+ direct#2/muse", "+ judge#2/critic", "POM-1 succeeded"]);
    assert_eq!(project.read("artifacts/tide.md"), "Tide\nlimps\n");
    assert_eq!(project.read("artifacts/tide-2.md"), "Tide\nflows\n");

    let requests = server.requests();
    assert!(shown(&requests[0]).contains("Brief: the sea at night"));
    // The writer's prompt is a file beside the source.
    let writer = shown(&requests[2]);
    assert!(
        writer.contains("save it as a Markdown file in `artifacts/`") && writer.contains("the tide"),
        "{writer}"
    );
    let critic = shown(&requests[5]);
    assert!(critic.contains("Judge whether artifacts/tide.md fits the brief"), "{critic}");
    let second = shown(&requests[7]);
    assert!(second.contains("The second line limps."), "the muse is shown the review: {second}");
    // `session: run`: the writer remembers its first draft.
    let again = shown(&requests[9]);
    assert!(again.contains("limps") && again.contains("the tide, again"), "{again}");

    let status = project.flow(&["status", "POM-1", "--json"]).ends(0).value();
    assert_eq!(status["progress"]["spent"]["turns"], 6, "{status}");
    let kept = project.contents("runs/POM-1/steps");
    assert_eq!(kept.iter().filter(|(path, _)| path.ends_with("prompt.md")).count(), 6);
    assert!(kept.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("sk-ant-scripted")));
    assert_eq!(project.processes(), Vec::<i32>::new());
}

#[test]
fn a_turn_that_was_cut_by_the_death_of_the_runner_goes_on_in_its_session() {
    let server = ModelServer::start([]).unwrap();
    let Some(project) = project(&server) else { return };
    let path = project.path("artifacts/tide.md").display().to_string();
    let mut script: Vec<Turn> = Vec::new();
    script.extend(direction("the tide"));
    script.push(write(&path, "Tide\nflows\n"));
    script.push(Turn::Stall);
    server.play(script);
    let running = project.start(&["run", &example(), "--input", "brief=the sea"], "artifacts/tide.md");
    // The model was shown that the file is written, and thinks about it.
    server.wait_for_requests(4);
    running.kill();
    assert!(project.flow(&["status", "POM-1"]).ends(0).out.starts_with("POM-1 has crashed"));

    let mut script: Vec<Turn> = Vec::new();
    script.push(write(&project.path("artifacts/tide-2.md").display().to_string(), "Tide\nebbs\n"));
    script.extend(draft("artifacts/tide-2.md"));
    script.extend(finish_with(json!({"kind": "accept"})));
    server.play(script);
    let said = project.flow(&["resume", "POM-1"]);
    assert_eq!(said.ends(0).out, "artifacts/tide-2.md\n");
    said.tells(&["from the journal", "> draft#1/writer (agent `writer`, attempt 2)", "POM-1 succeeded"]);
    assert!(!said.err.contains("> direct#1/muse"), "{}", said.err);
    let resumed = shown(&server.requests()[4]);
    assert!(resumed.contains("Your last turn was cut short") && resumed.contains("flows"), "{resumed}");
    assert!(
        resumed.matches("save it as a Markdown file").count() > 1,
        "it is the same conversation: {resumed}"
    );
    assert_eq!(project.processes(), Vec::<i32>::new(), "what the first turn left is ended");
}
