//! What a turn of the real Claude Code yields when nothing breaks.

use std::cell::RefCell;
use std::fs;

use flow_runtime::agents::{
    Sandbox, ServedTool, Session, ToolAnswer, ToolCall, TurnHost, TurnRequest, Usage,
};
use flow_runtime::process::Pending;
use flow_tests::model_server::{ModelServer, Turn};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, finish, followed, judged, last_message, shell, turn};

#[test]
fn a_turn_yields_the_typed_result_and_what_it_used() {
    let bench = Bench::new();
    let server = ModelServer::start([finish(json!({"score": 7})), Turn::text("done")]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let request = bench.request();
    let outcome = judged(&claude, &request).unwrap();
    assert_eq!(outcome.value, json!({"score": 7}));
    let Session::Fresh(id) = &request.session else { panic!("a fresh session") };
    assert_eq!(outcome.session.as_ref(), Some(id));
    let Usage { input_tokens, output_tokens, turns, .. } = outcome.usage;
    assert_eq!((input_tokens, output_tokens, turns), (200, 40, 1));
    assert_eq!(bench.processes(), Vec::<String>::new());

    let transcript = fs::read_to_string(outcome.transcript).unwrap();
    let entries: Vec<Value> = transcript.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        entries.iter().any(|entry| entry["from"] == "flow" && entry.to_string().contains("Judge the poem."))
    );
    assert!(entries.iter().any(|entry| entry["from"] == "agent" && entry["message"]["type"] == "result"));
    assert!(!transcript.contains("sk-ant-scripted"));
}

#[test]
fn the_model_is_shown_the_prompt_the_role_the_schema_and_the_tools_of_its_sandbox_and_nothing_of_the_user() {
    let bench = Bench::new();
    fs::create_dir(bench.path("user/.claude")).unwrap();
    fs::write(bench.path("user/.claude/CLAUDE.md"), "PRIVATE NOTES").unwrap();
    fs::write(bench.path("user/.claude/settings.json"), r#"{"env":{"LEAK":"1"}}"#).unwrap();
    let server = ModelServer::start([finish(json!({"score": 7}))]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let request = TurnRequest {
        system: Some("You judge poems.".to_owned()),
        sandbox: Sandbox::ReadOnly,
        ..bench.request()
    };
    turn(&claude, &request).unwrap();

    let shown = &server.requests()[0];
    assert_eq!(shown["model"], "scripted-model");
    assert!(last_message(shown).contains("Judge the poem."));
    let system = shown["system"].to_string();
    assert!(system.contains("You judge poems.") && system.contains("mcp__flow__finish"), "{system}");
    let whole = shown.to_string();
    assert!(!whole.contains("PRIVATE NOTES") && !whole.contains("# Memory"), "{whole}");
    let tools = shown["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(names, ["Bash", "Glob", "Grep", "Read", "mcp__flow__finish"]);
    assert_eq!(Some(&tools[4]["input_schema"]), request.result.as_ref());

    let mut left: Vec<_> =
        fs::read_dir(bench.path("user/.claude")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["CLAUDE.md", "settings.json"], "the user's own configuration stays as it was");
    assert!(!bench.path("user/.claude.json").exists());
    assert!(bench.path("home/claude").is_dir());
}

#[test]
fn an_agent_without_tools_has_none_but_the_one_for_its_result() {
    let bench = Bench::new();
    let server = ModelServer::start([finish(json!({"score": 7}))]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    turn(&claude, &TurnRequest { tools: Some(Vec::new()), ..bench.request() }).unwrap();
    let shown = &server.requests()[0];
    let names: Vec<&str> =
        shown["tools"].as_array().unwrap().iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(names, ["mcp__flow__finish"]);
}

#[test]
fn a_result_of_the_wrong_shape_is_mended_in_one_more_turn_of_the_same_session() {
    let bench = Bench::new();
    let server = ModelServer::start([
        finish(json!({"score": 11})),
        Turn::text("done"),
        finish(json!({"score": 10})),
        Turn::text("mended"),
    ])
    .unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let outcome = judged(&claude, &bench.request()).unwrap();
    assert_eq!(outcome.value, json!({"score": 10}));
    assert_eq!(outcome.usage.turns, 2);
    let shown = &server.requests()[2];
    assert!(last_message(shown).contains("`score`: expected an int from 0 to 10, found 11"), "{shown}");
    assert!(shown["messages"].to_string().contains("Judge the poem."), "it remembers its task: {shown}");
}

#[test]
fn two_turns_of_one_session_remember_each_other() {
    let bench = Bench::new();
    let server = ModelServer::start([
        finish(json!({"score": 1})),
        Turn::text("first done"),
        finish(json!({"score": 2})),
        Turn::text("second done"),
    ])
    .unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let first = turn(&claude, &bench.request()).unwrap();
    let mut second = TurnRequest {
        session: Session::Resume(first.session.unwrap()),
        prompt: "Judge it again.".to_owned(),
        ..bench.request()
    };
    second.step.dir = bench.path("steps/0002-judge");
    let second = turn(&claude, &second).unwrap();
    assert_eq!(second.value, json!({"score": 2}));
    assert_eq!((second.usage.input_tokens, second.usage.turns), (200, 1), "each turn counts its own");
    let shown = &server.requests()[2];
    assert!(last_message(shown).contains("Judge it again."));
    let messages = shown["messages"].to_string();
    assert!(messages.contains("Judge the poem.") && messages.contains("first done"), "{messages}");
}

#[test]
fn a_union_at_the_root_and_a_list_come_back_as_they_were_declared() {
    let bench = Bench::new();
    let accept = json!({"kind": "revise", "finding": "flat"});
    let server = ModelServer::start([
        finish(json!({"value": accept})),
        Turn::text("done"),
        finish(json!({"value": ["a", "b"]})),
    ])
    .unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let union = json!({"anyOf": [{"$ref": "#/$defs/Accept"}, {"type": "object"}], "$defs": {"Accept": {"type": "object"}}});
    let request = TurnRequest { result: Some(union), ..bench.request() };
    assert_eq!(turn(&claude, &request).unwrap().value, accept);
    let list = json!({"type": "array", "items": {"type": "string"}});
    let mut request = TurnRequest { result: Some(list), ..bench.request() };
    request.session = Session::Fresh(flow_runtime::agents::session_id("R-1", "list", 1));
    assert_eq!(turn(&claude, &request).unwrap().value, json!(["a", "b"]));
}

#[test]
fn an_agent_without_a_declared_result_just_ends_its_turn() {
    let bench = Bench::new();
    let server = ModelServer::start([shell("echo hello > note.txt"), Turn::text("done")]).unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let request = TurnRequest { result: None, ..bench.request() };
    assert_eq!(judged(&claude, &request).unwrap().value, Value::Null);
    assert_eq!(fs::read_to_string(bench.path("work/note.txt")).unwrap(), "hello\n");
}

#[test]
fn a_reader_is_told_that_it_may_not_write_and_a_writer_not_outside_its_workspace() {
    let bench = Bench::new();
    let outside = bench.path("outside.txt");
    let server = ModelServer::start([
        shell("touch inside.txt"),
        finish(json!({"score": 1})),
        Turn::text("done"),
        Turn::tool("Write", json!({"file_path": outside, "content": "x"})),
        Turn::tool("Write", json!({"file_path": bench.path("work/inside.txt"), "content": "x"})),
        finish(json!({"score": 2})),
        Turn::text("done"),
    ])
    .unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    turn(&claude, &TurnRequest { sandbox: Sandbox::ReadOnly, ..bench.request() }).unwrap();
    assert!(!bench.path("work/inside.txt").exists());
    assert!(last_message(&server.requests()[1]).contains("may read and change nothing"));

    let mut request = bench.request();
    request.session = Session::Fresh(flow_runtime::agents::session_id("R-1", "write", 1));
    turn(&claude, &request).unwrap();
    assert!(!outside.exists());
    assert!(last_message(&server.requests()[4]).contains("is outside the workspace"));
    assert_eq!(fs::read_to_string(bench.path("work/inside.txt")).unwrap(), "x");
}

/// A run that serves a list of tasks.
#[derive(Default)]
struct Pool {
    tasks: RefCell<Vec<Value>>,
    sessions: RefCell<Vec<String>>,
}

impl TurnHost for Pool {
    fn cancel(&self) -> CancellationToken {
        CancellationToken::new()
    }

    fn session<'a>(&'a self, id: &'a str) -> Pending<'a, ()> {
        self.sessions.borrow_mut().push(id.to_owned());
        Box::pin(async {})
    }

    fn call<'a>(&'a self, call: ToolCall) -> Pending<'a, ToolAnswer> {
        Box::pin(async move {
            // An answer may take its time.
            tokio::task::yield_now().await;
            match call.arguments["title"].as_str() {
                Some("") | None => Err("a task needs a title".to_owned()),
                Some(_) => {
                    self.tasks.borrow_mut().push(call.arguments);
                    Ok(json!({"count": self.tasks.borrow().len()}))
                }
            }
        })
    }
}

#[test]
fn an_agent_calls_the_tools_that_its_run_serves_and_reads_their_answers() {
    let bench = Bench::new();
    let add = |title: &str| Turn::tool("mcp__flow__add_task", json!({"title": title}));
    let server =
        ModelServer::start([add("mend the roof"), add(""), finish(json!({"score": 3})), Turn::text("done")])
            .unwrap();
    let Some(claude) = bench.claude(&server) else { return };
    let request = TurnRequest {
        served: vec![ServedTool {
            name: "add_task".to_owned(),
            description: "Adds a task.".to_owned(),
            input: json!({"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}),
        }],
        ..bench.request()
    };
    let pool = Pool::default();
    followed(&claude, &request, &pool).unwrap();
    assert_eq!(*pool.tasks.borrow(), [json!({"title": "mend the roof"})]);
    assert_eq!(pool.sessions.borrow().len(), 1);
    let shown = server.requests();
    assert!(last_message(&shown[1]).contains(r#"{\"count\":1}"#), "{}", last_message(&shown[1]));
    assert!(last_message(&shown[2]).contains("a task needs a title"), "{}", last_message(&shown[2]));
}
