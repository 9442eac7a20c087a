//! What the verifier says of processes, sessions, endpoints and tools that were edited by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test")]

mod common;

use flow_ir::Program;
use serde_json::{Value, json};

/// The first error of the pool after an edit of one place.
#[track_caller]
fn refused(place: &str, value: Value, expected: &str) {
    let mut document: Value = serde_json::from_str(&common::pool().to_document().unwrap()).unwrap();
    *document.pointer_mut(place).unwrap_or_else(|| panic!("nothing stands at {place}")) = value;
    let program = Program::from_document(&document.to_string()).unwrap();
    let told = program.verify().err().unwrap_or_default();
    let lines: Vec<String> = told.iter().map(|error| error.message.clone()).collect();
    assert!(lines.iter().any(|line| line == expected), "expected {expected}\nfound {lines:#?}");
}

const SPAWN: &str = "/flows/main/body/op/block/0/op/let/value/op/process/spawn";
const WATCH: &str = "/flows/main/body/op/block/2/op/process/watch";
const CONNECT: &str = "/flows/main/body/op/block/4/op/effect";
const SESSION: &str = "/flows/main/body/op/block/5/op/process/call_session";
const ENDPOINT: &str = "/flows/main/body/op/block/6/op/process/call_endpoint";

#[test]
fn a_spawn_names_what_there_is_and_gives_what_it_takes() {
    refused(&format!("{SPAWN}/target"), json!({ "flow": "wrok" }), "there is no flow `wrok`");
    refused(&format!("{SPAWN}/name"), json!(""), "the process has no name");
    refused(
        &format!("{SPAWN}/args"),
        json!([{ "at": 0, "op": { "int": 1 } }]),
        "hands over the wrong type: `work` takes `string` as `spec`, this is `int`",
    );
    refused(
        &format!("{SPAWN}/options"),
        json!({ "model": { "at": 0, "op": { "int": 1 } } }),
        "a call of this kind has no option `model`",
    );
}

#[test]
fn only_processes_are_watched_and_only_for_events_that_there_are() {
    let number = json!({ "at": 0, "op": { "int": 1 } });
    refused(&format!("{WATCH}/source"), number, "`int` is no process, and no list or map of them");
    let arm = format!("{WATCH}/body/op/match/arms/0/pattern/variant");
    refused(&format!("{arm}/variant"), json!("Stopped"), "an event has no variant `Stopped`");
    refused(&format!("{arm}/fields/0/0"), json!("of"), "`Emitted` has no field `of`");
}

#[test]
fn an_endpoint_is_exposed_once_and_called_as_it_is_declared() {
    refused(
        "/flows/work/body/op/block/0",
        json!({ "at": 0, "op": "none" }),
        "the endpoint `finish` is never exposed",
    );
    refused("/flows/work/body/op/block/0/op/process/expose", json!("finsh"), "there is no endpoint `finsh`");
    refused(
        "/flows/work/body/op/block/1",
        json!({ "at": 0, "op": { "process": { "expose": "finish" } } }),
        "the endpoint `finish` is exposed twice",
    );
    refused(&format!("{ENDPOINT}/endpoint"), json!("stop"), "`work` exposes no `stop`");
    refused(&format!("{ENDPOINT}/args"), json!([]), "`finish` takes 1 argument, this gives 0");
    refused(
        &format!("{ENDPOINT}/process"),
        Value::Null,
        "this is no endpoint of `work`: a process is missing",
    );
    refused(
        &format!("{ENDPOINT}/process"),
        json!({ "at": 0, "op": { "string": "p" } }),
        "this is `string`, but `Process<string, Risk>` is asked for",
    );
}

#[test]
fn done_stands_in_an_endpoint_and_yields_the_result_of_the_flow() {
    let done = |value: Value| json!({ "at": 0, "op": { "process": { "done": value } } });
    let number = json!({ "at": 0, "op": { "int": 1 } });
    refused("/flows/work/body/op/block/2", done(Value::Null), "`done` stands only in an endpoint");
    refused("/flows/work/endpoints/finish/body", done(number), "this is `int`, but `string` is asked for");
}

#[test]
fn sessions_are_of_their_agents_and_tools_stand_in_tools() {
    refused(&format!("{SESSION}/agent"), json!("muse"), "there is no agent `muse`");
    refused(
        &format!("{SESSION}/session"),
        json!({ "at": 0, "op": { "int": 1 } }),
        "this is `int`, but `Session<watcher>` is asked for",
    );
    let tool = json!({ "at": 0, "op": { "process": { "flow_tool": "work" } } });
    refused(&format!("{SESSION}/args/0"), tool, "a tool stands only in the setting `tools`");
    let tools = format!("{SESSION}/options/tools/op/list");
    refused(&format!("{tools}/1/op/process/flow_tool"), json!("wrok"), "there is no flow `wrok`");
    refused(
        &format!("{tools}/2/op/process/endpoint_tool/endpoint"),
        json!("finsh"),
        "`work` exposes no `finsh`",
    );
}

#[test]
fn connect_takes_sessions_and_processes_and_a_direction() {
    let number = json!({ "at": 0, "op": { "int": 1 } });
    refused(&format!("{CONNECT}/args/0"), number, "`connect` takes sessions and processes, this is `int`");
    let word = json!({ "at": 0, "op": { "string": "two" } });
    refused(&format!("{CONNECT}/args/2"), word, "the direction is `one` or `both`");
}

#[test]
fn pure_bodies_start_nothing() {
    let mut document: Value = serde_json::from_str(&common::pool().to_document().unwrap()).unwrap();
    let open = document.pointer("/flows/main/body/op/block/3/op/let/value").cloned().unwrap();
    document["agents"]["watcher"]["settings"] = json!({ "model": open });
    let program = Program::from_document(&document.to_string()).unwrap();
    let told: Vec<String> =
        program.verify().err().unwrap_or_default().iter().map(|error| error.message.clone()).collect();
    assert_eq!(told, ["`open` has an effect, and a setting has none"]);
}

#[test]
fn what_a_process_yields_is_what_join_yields() {
    let join = "/flows/main/body/op/block/7/op/effect/result";
    refused(join, json!("int"), "`join` yields `string`, not `int`");
}

#[test]
fn sessions_and_endpoints_are_steps() {
    let steps: Vec<String> = (common::pool().flows["main"].steps.iter())
        .map(|step| format!("{} {} {}", step.key, step.kind, step.target))
        .collect();
    assert_eq!(
        steps,
        [
            "main/work flow work",
            "main/events/log effect log",
            "main/events/process.restarts effect process.restarts",
            "main/events/log~2 effect log",
            "main/watcher session watcher",
            "main/connect effect connect",
            "main/watcher~2 agent watcher",
            "main/finish endpoint work.finish",
            "main/join effect join",
        ]
    );
}
