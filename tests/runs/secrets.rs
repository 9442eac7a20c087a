//! Secrets: nothing that a run leaves or says spells one out, whoever spelled it first.

use flow_tests::model_server::{ModelServer, Turn};
use serde_json::json;

use crate::claude;
use crate::project::{Project, Running, Said, said};

/// With a quotation mark, so that it looks different inside of JSON.
const SECRET: &str = "hunter\"22é";

fn flow(project: &Project, args: &[&str]) -> Said {
    let mut command = project.command(args);
    command.env("TOKEN", SECRET);
    said(command)
}

/// That no file of the runs has the secret in it, however it is spelled, nor a part of it. What the source itself says
/// does not count.
#[track_caller]
fn is_kept_nowhere(project: &Project) {
    let files = project.contents("runs");
    for (path, bytes) in files.into_iter().filter(|(path, _)| !path.ends_with("program.flow.json")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("hunter"), "{}:\n{text}", path.display());
    }
}

#[track_caller]
fn is_not_said(said: &Said) {
    assert!(!format!("{}{}", said.out, said.err).contains("hunter"), "{said:?}");
}

#[test]
fn what_a_command_says_of_a_secret_is_masked_also_when_it_comes_in_pieces() {
    let project = Project::with(
        r#"
secret TOKEN
type Said { text: string }

command pieces() -> string {
  run: "printf 'a hunt''er' >&2; printf 'a hunt''er'; sleep 0.3; printf '\"22é b' >&2; printf '\"22é b'"
  env: ["T": TOKEN]
}
command quoted() -> Said { run: ["printf", "%s", "{\"text\": \"hunter\\\"22\\u00e9\"}"], output: json }
command whole() -> Exec { run: "echo \"$T\"; echo \"$T\" >&2", env: ["T": TOKEN] }
command saved() -> file { run: "printf %s \"$T\" > saved; echo saved", env: ["T": TOKEN] }

@code("MASK")
flow main(given: string) -> [string] {
  let exec = whole()
  log("it said ${exec.stderr}")
  let all = [given, pieces(), quoted().text, exec.stdout.trim(), read(saved())]
  write("report.md", all.join("\n"))
  all
}
"#,
    );
    let given = format!("given={SECRET}");
    let said = flow(&project, &["run", "main.flow", "--json", "--input", &given]);
    is_not_said(said.ends(0));
    let last: serde_json::Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    let masked = "[secret TOKEN]";
    let pieces = format!("a {masked} b");
    assert_eq!(last["result"], json!([masked, pieces, masked, masked, masked]));
    assert_eq!(project.read("saved"), SECRET, "the program has it");
    assert_eq!(project.lines("report.md")[1], pieces, "the run does not");
    let files = project.contents("runs/MASK-1/steps");
    let streams = files.iter().filter(|(_, bytes)| *bytes == pieces.as_bytes()).count();
    assert_eq!(streams, 2, "both streams of what took longer are kept");
    is_kept_nowhere(&project);
}

/// The module `keys` declares a secret that nothing uses.
fn declared_elsewhere(program: &str) -> Project {
    let project = Project::with(&format!("import ./keys\n{program}"));
    project.write("keys.flow", "import ./deeper\nconst SPARE = \"TOKEN\"\n");
    project.write("deeper.flow", "@allow(unused_secret)\nsecret TOKEN\n");
    project
}

#[test]
fn a_declared_secret_is_not_read_by_a_name_that_only_the_run_knows() {
    let project = declared_elsewhere(
        r#"
fn name() -> string { "TOKEN" }
flow read_by(name: string) -> string { env(name) ?? "" }
@code("READ")
flow main(given: string) -> [string] {
  let tried = [
    env(given) ?? "" catch e { e.message },
    env(name()) ?? "" catch e { e.message },
    read_by(given) catch e { e.message },
  ]
  let each = for name in ["TOKEN", "PLAIN"] { env(name) ?? "" catch e { e.message } }
  tried + each
}
"#,
    );
    let mut command = project.command(&["run", "main.flow", "--json", "--input", "given=TOKEN"]);
    command.env("TOKEN", SECRET).env("PLAIN", "plain");
    let said = said(command);
    is_not_said(said.ends(0));
    let last: serde_json::Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    let why = "`env` may not read `TOKEN`, which is declared a secret: use the secret itself, `env: [\"TOKEN\": TOKEN]`, in the \
               command or agent that needs it";
    assert_eq!(last["result"], json!([why, why, why, why, "plain"]));
    is_kept_nowhere(&project);
}

#[test]
fn a_declared_secret_that_nothing_uses_is_masked() {
    let project = declared_elsewhere(
        r#"
command it() -> string { run: ["cat", "token"] }
@code("MASK")
flow main() -> string { it() }
"#,
    );
    project.write("token", SECRET);
    let said = flow(&project, &["run", "main.flow"]);
    is_not_said(&said);
    assert_eq!(said.ends(0).out, "[secret TOKEN]\n");
    is_kept_nowhere(&project);
}

#[test]
fn a_test_is_not_answered_what_a_run_would_refuse() {
    let project = declared_elsewhere(
        r#"
fn name() -> string { "TOKEN" }
flow main() -> string { env(name()) ?? "" }
test "a stub does not read it either" {
  stub env = ["made up"]
  let failed = failure(main())
  expect failed.kind == "BadArgument"
}
"#,
    );
    flow(&project, &["test", "main.flow"]).ends(0);
}

#[test]
fn the_failure_of_a_program_that_tells_a_secret_does_not() {
    let project = Project::with(
        r#"
secret TOKEN
command it() -> int { run: "echo \"$T\" >&2; echo \"$T\"; exit ${code}", env: ["T": TOKEN] }
@code("MASK")
flow main(code: int) -> int { it() }
"#
        .replace("it()", "it(code)")
        .replace("command it(code)", "command it(code: int)")
        .as_str(),
    );
    for code in ["0", "1"] {
        let said = flow(&project, &["run", "main.flow", "--input", &format!("code={code}")]);
        is_not_said(said.ends(1).tells(&["[secret TOKEN]"]));
    }
    is_kept_nowhere(&project);
}

#[test]
fn a_runner_that_is_killed_while_a_secret_is_told_has_kept_nothing_of_it() {
    let project = Project::with(
        r#"
secret TOKEN
command it() -> string { run: "echo said; echo \"$T\"; printf hunt'er'; touch told; sleep 1000", env: ["T": TOKEN] }
@code("MASK")
flow main() -> string { it() }
"#,
    );
    let mut command = project.command(&["run", "main.flow"]);
    command.env("TOKEN", SECRET);
    let running = Running::of(&project, command, "told");
    while !project.contents("runs/MASK-1").iter().any(|(_, bytes)| bytes == b"said\n[secret TOKEN]\n") {
        crate::project::pause();
    }
    running.kill();
    is_kept_nowhere(&project);
}

#[test]
fn what_an_agent_says_of_a_secret_is_masked_in_its_result_and_its_transcript() {
    let project = Project::with(
        r#"
secret TOKEN
type Said { text: string where it.len() < 60 }
agent it() -> Said { prompt: "Say it.", provider: "local", env: ["T": TOKEN] }
@code("MASK")
flow main() -> string { it().text }
"#,
    );
    project.write("flow.toml", "[providers.local]\nadapter = \"command\"\nprogram = \"./agent\"\n");
    project.script(
        "agent",
        r#"cat > /dev/null; echo "$T" >&2; printf '{"text": "hunter\\"22é"}'; [ -e good ] || printf '"'; sleep 0.2"#,
    );
    let said = flow(&project, &["run", "main.flow"]);
    is_not_said(said.ends(1));
    project.write("good", "");
    let said = flow(&project, &["resume", "MASK-1"]);
    assert_eq!(said.ends(0).out, "[secret TOKEN]\n");
    is_kept_nowhere(&project);
}

#[test]
fn what_claude_is_told_and_tells_of_a_secret_is_masked_in_all_that_is_kept() {
    let server = ModelServer::start([]).unwrap();
    let Some(project) = claude::project(&server) else { return };
    project.write(
        "main.flow",
        r#"
secret TOKEN
agent it() -> string { prompt: "Say it.", env: ["T": TOKEN] }
@code("MASK")
flow main() -> string { it() }
"#,
    );
    server.play(vec![
        Turn::tool("Bash", json!({"command": "echo \"$T\" | tee told; echo 'hunter\"22é'"})),
        Turn::tool("mcp__flow__finish", json!({ "value": format!("it is {SECRET}") })),
        Turn::text(&format!("I said {SECRET}")),
    ]);
    let said = flow(&project, &["run", "main.flow", "--json"]);
    is_not_said(said.ends(0));
    assert!(said.out.contains("it is [secret TOKEN]"), "{}", said.out);
    assert_eq!(project.read("told").trim_end(), SECRET, "what the agent asked for ran as it was");
    let shown = server.requests()[1]["messages"].to_string();
    assert!(shown.contains("hunter"), "the agent was shown what its program printed: {shown}");
    let kept = project.contents("runs/MASK-1");
    let transcript = kept.iter().find(|(path, _)| path.ends_with("transcript.jsonl")).unwrap();
    let transcript = String::from_utf8_lossy(&transcript.1).into_owned();
    assert!(transcript.matches("[secret TOKEN]").count() >= 3, "{transcript}");
    is_kept_nowhere(&project);
}
