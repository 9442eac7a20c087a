//! The real server over its real standard input and output.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use support::Client;

const URI: &str = "file:///nowhere/a.flow";

const POEM: &str = r#"/// What a critic says.
type Review = Accept | Revise(finding: string)

type Plan { title: string, steps: [string] }

agent muse(brief: string, last: Review?) -> Plan {
  prompt: "${brief} ${last}"
  timeout: 5m
}

fn first(plan: Plan) -> string { plan.steps.first() ?? plan.title }

flow go(brief: string) -> string {
  let plan = muse(brief, none)
  first(plan)
}
"#;

fn client() -> Client {
    Client::start(Path::new("/nowhere"))
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().unwrap()).collect()
}

#[test]
fn a_mistake_is_told_with_its_version_and_taken_back_when_it_is_mended() {
    let mut client = client();
    client.open(URI, POEM);
    assert_eq!(client.diagnostics(URI, 1), Vec::<Value>::new());
    client.replace(URI, 2, &POEM.replace("muse(brief, none)", "muse(breif, none)"));
    let found = client.diagnostics(URI, 2);
    assert_eq!(codes(&found), ["E0106"], "{found:?}");
    assert_eq!(
        found[0]["range"],
        json!({ "start": { "line": 13, "character": 18 }, "end": { "line": 13, "character": 23 } })
    );
    assert!(found[0]["message"].as_str().unwrap().contains("did you mean `brief`"), "{found:?}");
    client.replace(URI, 3, POEM);
    assert_eq!(client.diagnostics(URI, 3), Vec::<Value>::new());
}

#[test]
fn an_edit_storm_loses_no_character() {
    let typed: String = (0..400_u32).map(|n| char::from(b'a' + u8::try_from(n * 7 % 26).unwrap())).collect();
    let mut client = client();
    client.open(URI, "flow x() -> none { wrong }");
    assert_eq!(codes(&client.diagnostics(URI, 1)), ["E0106"]);
    for (index, ch) in typed.chars().enumerate() {
        let column = u32::try_from(index).unwrap();
        client.insert(URI, i64::from(column) + 2, (0, 6 + column), &ch.to_string());
    }
    // Sent right behind the edits, so it must see all of them.
    let symbols = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(symbols["result"][0]["name"], format!("x{typed}"));
    let end = 6 + 400 + u32::try_from("() -> none { wrong".len()).unwrap();
    client.insert(URI, 402, (0, end), "er");
    let last = client.diagnostics(URI, 402);
    assert!(last[0]["message"].as_str().unwrap().contains("`wronger`"), "{last:?}");
}

#[test]
fn positions_count_utf_16_units_unless_the_client_counts_otherwise() {
    let mut client = client();
    client.open(URI, "fn f() -> string { \"😀\" + wrong }");
    let found = client.diagnostics(URI, 1);
    assert_eq!(found[0]["range"]["start"], json!({ "line": 0, "character": 26 }), "{found:?}");
}

#[test]
fn completion_knows_fields_variants_settings_words_and_names() {
    let mut client = client();
    let mut version = 1;
    client.open(URI, POEM);
    let mut with = |from: &str, to: &str, needle: &str| {
        version += 1;
        let text = POEM.replace(from, to);
        client.replace(URI, version, &text);
        let offset = text.find(needle).unwrap() + needle.len();
        let line = text[..offset].matches('\n').count();
        let column = offset - text[..offset].rfind('\n').map_or(0, |at| at + 1);
        client.completions(URI, (u32::try_from(line).unwrap(), u32::try_from(column).unwrap()))
    };
    let fields = with("first(plan)\n", "plan.\n", "plan.");
    assert_eq!(fields, ["title", "steps"]);
    let variants = with("muse(brief, none)", "muse(brief, )", "muse(brief, ");
    assert_eq!(&variants[..3], ["Accept", "Revise", "last:"], "{variants:?}");
    let settings = with("  timeout: 5m\n", "  timeout: 5m\n  \n", "timeout: 5m\n  ");
    assert!(
        settings.contains(&"sandbox".to_owned()) && !settings.contains(&"prompt".to_owned()),
        "{settings:?}"
    );
    let words = with("  timeout: 5m\n", "  sandbox: \n", "sandbox: ");
    assert_eq!(words, ["full", "read_only", "workspace_write"]);
    let names = with("first(plan)\n", "\n", "none)\n");
    for name in ["plan", "brief", "first", "muse", "go", "sleep", "let", "match"] {
        assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
    }
    let types = with("-> Plan {", "-> {", "last: Review?) -> ");
    assert!(types.contains(&"Plan".to_owned()) && types.contains(&"string".to_owned()), "{types:?}");
    let items = with("/// What a critic says.", "", "\n\ntype Plan { title: string, steps: [string] }\n");
    assert!(items.contains(&"agent".to_owned()), "{items:?}");
}

#[test]
fn a_brace_brings_up_names_in_a_hole_but_not_in_a_new_block() {
    let mut client = client();
    client.open(URI, "fn f(name: string) -> string {\n  \"${\n}\n");
    let mut typed = |line: u32, character: u32| {
        let asked = json!({
            "textDocument": { "uri": URI },
            "position": { "line": line, "character": character },
            "context": { "triggerKind": 2, "triggerCharacter": "{" },
        });
        let answer = client.request("textDocument/completion", asked);
        answer["result"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(typed(0, 30), 0);
    assert!(typed(1, 5) > 0);
}

#[test]
fn hover_shows_types_and_what_authors_say() {
    let mut client = client();
    client.open(URI, POEM);
    let hover = |client: &mut Client, position| {
        client.at("textDocument/hover", URI, position)["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(hover(&mut client, (13, 7)), "```flow\nlet plan: Plan\n```");
    assert!(hover(&mut client, (5, 33)).contains("What a critic says."));
    assert!(hover(&mut client, (13, 14)).contains("agent muse(brief: string, last: Review?) -> Plan"));
    assert!(hover(&mut client, (7, 4)).contains("timeout"));
}

#[test]
fn a_definition_is_found_across_files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    std::fs::write(folder.join("shared.flow"), "/// Shared.\ntype Ticket { id: string }\n").unwrap();
    let text = "import ./shared.{Ticket}\n\nfn id(ticket: Ticket) -> string { ticket.id }\n";
    std::fs::write(folder.join("main.flow"), text).unwrap();
    let uri = format!("file://{}/main.flow", folder.display());
    let mut client = Client::start(&folder);
    client.open(&uri, text);
    assert_eq!(client.diagnostics(&uri, 1), Vec::<Value>::new());
    let found = client.at("textDocument/definition", &uri, (2, 15));
    assert_eq!(found["uri"], format!("file://{}/shared.flow", folder.display()));
    assert_eq!(found["range"]["start"], json!({ "line": 1, "character": 5 }));
    let field = client.at("textDocument/definition", &uri, (2, 42));
    assert_eq!(field["range"]["start"], json!({ "line": 1, "character": 14 }), "{field}");
    // The other file changes on the disk: what imports it is checked again.
    std::fs::write(folder.join("shared.flow"), "type Card { id: string }\n").unwrap();
    let shared = json!({ "uri": format!("file://{}/shared.flow", folder.display()), "type": 2 });
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [shared] }));
    assert_eq!(client.diagnostics(&uri, 1).len(), 1);
}

#[test]
fn a_definition_in_the_standard_library_is_a_file_that_can_be_read_and_asked_about() {
    let cache = tempfile::tempdir().unwrap();
    let mut client = Client::start_with(&[Path::new("/nowhere")], cache.path());
    client.open(URI, "import std/review.{Finding}\n\nfn f(it: Finding) -> string { it.message }\n");
    assert_eq!(client.diagnostics(URI, 1), Vec::<Value>::new());
    let module = client.at("textDocument/definition", URI, (0, 12));
    let uri = module["uri"].as_str().unwrap().to_owned();
    let path = uri.strip_prefix("file://").unwrap();
    assert!(path.starts_with(cache.path().to_str().unwrap()) && path.ends_with("/std/review.flow"), "{path}");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(std::fs::metadata(path).unwrap().permissions().readonly());
    for (position, name) in [((0, 22), "Finding"), ((2, 9), "Finding"), ((2, 34), "message")] {
        let found = client.at("textDocument/definition", URI, position);
        assert_eq!(found["uri"], uri.as_str(), "{found}");
        let number = |key: &str| usize::try_from(found["range"]["start"][key].as_u64().unwrap()).unwrap();
        let line = text.lines().nth(number("line")).unwrap();
        assert!(line[number("character")..].starts_with(name), "{found}: {line}");
    }
    // The editor opens it, and asks about it as about any other.
    client.open(&uri, &text);
    let line = text.lines().position(|line| line.starts_with("type Finding")).unwrap();
    let name = (u32::try_from(line).unwrap(), 6);
    let hover = client.at("textDocument/hover", &uri, name);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("type Finding"), "{hover}");
    assert_eq!(client.at("textDocument/definition", &uri, name)["uri"], uri.as_str());
    let symbols = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert!(symbols["result"].to_string().contains("\"Finding\""), "{symbols}");
    // Nobody can change it, and nothing is wrong with it.
    client.replace(&uri, 2, "type Broken {");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    client.replace(URI, 2, "import std/review.{Finding}\n\nfn f(it: Finding) -> string { it.nothing }\n");
    assert_eq!(codes(&client.diagnostics(URI, 2)).len(), 1);
    assert!(!client.was_told(|told| told["params"]["uri"] == uri.as_str()));
    // A file that somebody deleted or damaged is written anew.
    std::fs::remove_file(path).unwrap();
    client.at("textDocument/definition", URI, (0, 12));
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[test]
fn each_folder_has_the_levels_of_lints_that_its_own_project_sets() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let text = "fn f(x: int) -> int { 1 }\n";
    let told = |client: &mut Client, name: &str| {
        let uri = format!("file://{}/{name}/sub/a.flow", folder.display());
        client.open(&uri, text);
        client.diagnostics(&uri, 1).iter().map(|found| found["severity"].clone()).collect::<Vec<Value>>()
    };
    for (name, level) in [("a", "deny"), ("b", "allow"), ("c", "warn")] {
        std::fs::create_dir_all(folder.join(name).join("sub")).unwrap();
        let toml = format!("[lint]\nunused_parameter = \"{level}\"\n");
        std::fs::write(folder.join(name).join("flow.toml"), toml).unwrap();
        std::fs::write(folder.join(name).join("sub/a.flow"), text).unwrap();
    }
    let folders = [folder.join("a"), folder.join("b")];
    let mut client = Client::start_with(&[&folders[0], &folders[1]], &folder);
    assert_eq!(told(&mut client, "a"), [1]);
    assert_eq!(told(&mut client, "b"), Vec::<Value>::new());
    // Not a folder of the workspace, and a project all the same.
    assert_eq!(told(&mut client, "c"), [2]);
    let toml = folder.join("b/flow.toml");
    std::fs::write(&toml, "[lint]\nunused_parameter = \"deny\"\n").unwrap();
    let changed = json!({ "uri": format!("file://{}", toml.display()), "type": 2 });
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [changed] }));
    let uri = format!("file://{}/b/sub/a.flow", folder.display());
    assert_eq!(client.diagnostics(&uri, 1)[0]["severity"], 1);
}

#[test]
fn a_prompt_that_was_no_text_is_one_when_it_is_open_in_the_editor() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    std::fs::write(folder.join("x.md"), b"Write \xff").unwrap();
    let uri = |name: &str| format!("file://{}/{name}", folder.display());
    let text = "agent a() -> string { prompt: file(\"x.md\") }\n";
    let mut client = Client::start(&folder);
    client.open(&uri("a.flow"), text);
    assert_eq!(client.diagnostics(&uri("a.flow"), 1)[0]["code"], "E0216");
    client.open(&uri("x.md"), "Write.\n");
    assert_eq!(client.diagnostics(&uri("a.flow"), 1), Vec::<Value>::new());
}

#[cfg(unix)]
#[test]
fn a_prompt_behind_a_link_out_of_the_project_is_refused_until_the_link_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    std::fs::create_dir(folder.join("p")).unwrap();
    std::fs::write(folder.join("x.md"), "Write.\n").unwrap();
    std::os::unix::fs::symlink("../x.md", folder.join("p/x.md")).unwrap();
    let uri = |name: &str| format!("file://{}/p/{name}", folder.display());
    let text = "agent a() -> string { prompt: file(\"x.md\") }\n";
    let mut client = Client::start(&folder.join("p"));
    client.open(&uri("a.flow"), text);
    assert_eq!(client.diagnostics(&uri("a.flow"), 1)[0]["code"], "E0228");
    std::fs::remove_file(folder.join("p/x.md")).unwrap();
    std::fs::write(folder.join("p/x.md"), "Write.\n").unwrap();
    client.replace(&uri("a.flow"), 2, text);
    assert_eq!(client.diagnostics(&uri("a.flow"), 2), Vec::<Value>::new());
}

#[test]
fn the_outline_has_types_with_fields_and_flows_with_stages() {
    let mut client = client();
    client.open(URI, &format!("{POEM}\nflow f() {{\n  handoff a()\n  stage a() {{ return none }}\n}}\n"));
    let answer = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } }));
    let symbols = answer["result"].as_array().unwrap();
    let names: Vec<&str> = symbols.iter().map(|symbol| symbol["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Review", "Plan", "muse", "first", "go", "f"]);
    assert_eq!(symbols[0]["children"][1]["name"], "Revise");
    assert_eq!(symbols[1]["children"][0]["name"], "title");
    assert_eq!(symbols[5]["children"][0]["name"], "a");
}

#[test]
fn a_request_past_the_end_of_the_file_and_about_an_unknown_file_is_answered_with_nothing() {
    let mut client = client();
    client.open(URI, POEM);
    assert_eq!(client.at("textDocument/hover", URI, (999, 999)), Value::Null);
    assert_eq!(client.at("textDocument/definition", URI, (999, 0)), Value::Null);
    assert_eq!(client.at("textDocument/hover", "file:///nowhere/b.flow", (0, 0)), Value::Null);
    assert!(client.at("textDocument/completion", URI, (999, 999)).is_array());
}

#[test]
fn a_document_closed_while_it_is_checked_keeps_no_diagnostics() {
    let mut client = client();
    client.open(URI, "flow f() -> int { wrong }");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    let closed = client.wait(|message| {
        message["method"] == "textDocument/publishDiagnostics" && message["params"].get("version").is_none()
    });
    assert_eq!(closed["params"]["diagnostics"], json!([]));
    // Nothing of it comes later: the next thing that is told is about the next document.
    let other = "file:///nowhere/other.flow";
    client.open(other, "flow f() -> int { wrong }");
    assert_eq!(client.diagnostics(other, 1).len(), 1);
    let late = client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": other } }));
    client.answer(late);
}

#[test]
fn a_cancelled_request_is_answered_and_harms_nothing() {
    let mut client = client();
    client.open(URI, POEM);
    let document = json!({ "textDocument": { "uri": URI }, "position": { "line": 13, "character": 7 } });
    let asked: Vec<u64> = (0..50).map(|_| client.ask("textDocument/completion", document.clone())).collect();
    for id in &asked {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    for id in asked {
        let answer = client.answer(id);
        assert!(answer["result"].is_array() || answer["error"]["code"] == -32800, "{answer}");
    }
    assert!(client.at("textDocument/hover", URI, (13, 7)).is_object());
}

#[test]
fn a_deeply_nested_document_and_garbage_are_survived() {
    let mut client = client();
    client.open(URI, &format!("fn f() -> int {{ {}1{} }}", "(".repeat(10_000), ")".repeat(10_000)));
    assert!(!client.diagnostics(URI, 1).is_empty());
    client.replace(URI, 2, &"\u{1}§½ {([\"${".repeat(2_000));
    assert!(!client.diagnostics(URI, 2).is_empty());
    client.replace(URI, 3, POEM);
    assert_eq!(client.diagnostics(URI, 3), Vec::<Value>::new());
}

#[test]
fn the_server_ends_when_it_is_told_to_although_standard_input_stays_open() {
    let mut client = client();
    let answer = client.request("shutdown", Value::Null);
    assert!(answer.get("error").is_none(), "editors send `null` for no parameters: {answer}");
    client.notify("exit", Value::Null);
    assert_eq!(client.ended().code(), Some(0));
}

/// What a server says on standard error, and its exit code, where that arrives on standard input, which then ends or does not.
fn last_words(input: &str, ends: bool) -> (String, Option<i32>) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_flow-lsp"));
    let server = server.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = server.spawn().unwrap();
    let mut stdin = child.stdin.take();
    stdin.as_mut().unwrap().write_all(input.as_bytes()).unwrap();
    if ends {
        drop(stdin.take());
    }
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (said, child.wait().unwrap().code())
}

#[test]
fn a_server_that_cannot_read_on_says_why_it_ends() {
    let no_message = |input: &str| {
        let (said, code) = last_words(input, false);
        assert!(said.contains("no message of the Language Server Protocol"), "{input:?}: {said}");
        assert!(said.contains("`Content-Length: N`"), "{input:?}: {said}");
        assert_eq!(code, Some(1), "{input:?}");
    };
    no_message("Content-Length: many\r\n\r\n{}");
    no_message("Length: 2\r\n\r\n{}");
    no_message("Content-Length: 2\r\n\r\n{]");
    let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
    let (said, code) = last_words(&format!("Content-Length: {}\r\n\r\n{exit}", exit.len()), false);
    assert_eq!((said.as_str(), code), ("flow-lsp: `exit` came without `shutdown` before it\n", Some(1)));
    for input in ["", "Content-Length: 200\r\n\r\n{"] {
        let (said, code) = last_words(input, true);
        assert!(said.contains("standard input ended"), "{input:?}: {said}");
        assert_eq!(code, Some(1), "{input:?}");
    }
}

#[test]
fn an_exit_without_a_shutdown_is_no_orderly_end() {
    let mut client = client();
    client.notify("exit", Value::Null);
    assert_eq!(client.ended().code(), Some(1));
}

#[test]
fn the_server_ends_when_its_client_dies() {
    let mut client = client();
    client.open(URI, POEM);
    assert!(client.die().code().is_some());
}

#[test]
fn the_bounds_of_a_flow_stand_beside_it_and_on_hover() {
    let mut client = client();
    client.open(URI, POEM);
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let hints =
        client.request("textDocument/inlayHint", json!({ "textDocument": { "uri": URI }, "range": range }));
    assert_eq!(hints["result"][0]["label"], "1 to 2 turns, at most 5m", "{hints}");
    assert_eq!(hints["result"][0]["position"], json!({ "line": 12, "character": 34 }));
    let hover = client.request(
        "textDocument/hover",
        json!({ "textDocument": { "uri": URI }, "position": { "line": 12, "character": 6 } }),
    );
    let text = hover["result"]["contents"]["value"].as_str().unwrap();
    assert!(text.contains("| agent turns | 1 | 2 | – |"), "{text}");
    client.replace(URI, 2, &POEM.replace("muse(brief, none)", "muse(breif, none)"));
    let hints =
        client.request("textDocument/inlayHint", json!({ "textDocument": { "uri": URI }, "range": range }));
    assert_eq!(hints["result"], json!([]), "a program with errors has no bounds");
}

const POOL: &str = "flow pool(first: [string]) -> int {
  /// Adds a task.
  expose add(task: string, urgent: bool = false) -> int { task.len() }
  sleep(1h)
  0
}

agent helper(what: string) -> string { prompt: what, timeout: 1m }

flow go() -> string {
  let workers = spawn pool([])
  workers.add(\"x\")
  helper(\"y\") with { tools: workers.{add} }
}
";

#[test]
fn endpoints_are_completed_shown_and_found() {
    let mut client = client();
    client.open(URI, POOL);
    let hover = client.at("textDocument/hover", URI, (11, 11));
    assert_eq!(
        hover["contents"]["value"],
        "```flow\nexpose add(task: string, urgent: bool = …) -> int\n```\n\nAdds a task."
    );
    for position in [(11, 11), (12, 39)] {
        let found = client.at("textDocument/definition", URI, position);
        assert_eq!(found["range"]["start"], json!({ "line": 2, "character": 9 }), "{found}");
    }
    assert!(
        client.at("textDocument/hover", URI, (10, 8))["contents"]["value"]
            .to_string()
            .contains("Process<pool>")
    );
    client.replace(URI, 2, &POOL.replace("workers.add(\"x\")", "workers."));
    assert_eq!(client.completions(URI, (11, 10)), ["add", "name", "status", "restarts"]);
    client.replace(URI, 3, &POOL.replace("workers.{add}", "workers.{}"));
    assert_eq!(client.completions(URI, (12, 37)), ["add"]);
    client.replace(URI, 4, &POOL.replace("workers.{add}", ""));
    let tools = client.completions(URI, (12, 28));
    for tool in ["read", "edit", "pool", "workers"] {
        assert!(tools.contains(&tool.to_owned()), "{tool} in {tools:?}");
    }
    let outline = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(outline["result"][0]["children"][0]["name"], "add");
}

/// The text of a document after the edits of an answer.
fn edited(text: &str, answer: &Value) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    lines.push(String::new());
    let at = |place: &Value| {
        let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
        (number("line"), number("character"))
    };
    // From behind, so that places stay what they are.
    for edit in answer["result"].as_array().unwrap().iter().rev() {
        let (start, end) = (at(&edit["range"]["start"]), at(&edit["range"]["end"]));
        let behind = lines[end.0][end.1..].to_owned();
        let before = lines[start.0][..start.1].to_owned();
        lines.drain(start.0 + 1..=end.0);
        lines[start.0] = format!("{before}{}{behind}", edit["newText"].as_str().unwrap());
    }
    lines.concat()
}

#[test]
fn a_document_is_formatted_and_a_part_of_it() {
    let messy = "flow  a( n:int )->int{n}\n\n\n\nflow b(n: int) -> int { n }\nflow  c( n:int )->int{a(n)+}\nflow  d( n:int )->int{n}\n";
    let mut client = client();
    client.open(URI, messy);
    let options = json!({ "tabSize": 8, "insertSpaces": false });
    let document = json!({ "uri": URI });
    let whole =
        client.request("textDocument/formatting", json!({ "textDocument": document, "options": options }));
    let tidy = "flow a(n: int) -> int { n }\n\nflow b(n: int) -> int { n }\nflow  c( n:int )->int{a(n)+}\nflow d(n: int) -> int { n }\n";
    assert_eq!(edited(messy, &whole), tidy);
    let range = json!({ "start": { "line": 6, "character": 3 }, "end": { "line": 6, "character": 3 } });
    let part = client.request(
        "textDocument/rangeFormatting",
        json!({ "textDocument": document, "range": range, "options": options }),
    );
    assert_eq!(
        edited(messy, &part),
        messy.replace("flow  d( n:int )->int{n}", "flow d(n: int) -> int { n }")
    );
    // Once the broken item is mended, it is the one that is left.
    let mended = tidy.replace("+}", "}");
    client.replace(URI, 2, &mended);
    let again =
        client.request("textDocument/formatting", json!({ "textDocument": document, "options": options }));
    assert_eq!(
        edited(&mended, &again),
        mended.replace("flow  c( n:int )->int{a(n)}", "flow c(n: int) -> int { a(n) }")
    );
}

#[test]
fn a_lint_is_mended_or_allowed_where_it_stands() {
    let text = "/// Says it.\nfn f(x: string) -> int {\n  var n = 1\n  n\n}\n";
    let mut client = client();
    client.open(URI, text);
    let found = client.diagnostics(URI, 1);
    assert_eq!(codes(&found), ["W0102", "W0306"], "{found:?}");
    let offered = |client: &mut Client, finding: &Value| {
        let params = json!({
            "textDocument": { "uri": URI }, "range": finding["range"], "context": { "diagnostics": [finding] },
        });
        let answer = client.request("textDocument/codeAction", params);
        let actions = answer["result"].as_array().unwrap().clone();
        let done = actions.iter().map(|action| {
            assert_eq!(
                (&action["kind"], &action["diagnostics"][0]["code"]),
                (&json!("quickfix"), &finding["code"])
            );
            let edits = json!({ "result": action["edit"]["changes"][URI] });
            (action["title"].as_str().unwrap().to_owned(), edited(text, &edits))
        });
        done.collect::<Vec<_>>()
    };
    let allowed = text.replace("fn f", "@allow(unused_parameter)\nfn f");
    assert_eq!(offered(&mut client, &found[0]), [("allow `unused_parameter` here".to_owned(), allowed)]);
    let mended = ("write `let`".to_owned(), text.replace("var", "let"));
    let allowed = text.replace("  var", "  @allow(unchanged_variable)\n  var");
    assert_eq!(
        offered(&mut client, &found[1]),
        [mended, ("allow `unchanged_variable` here".to_owned(), allowed)]
    );
}
