//! Looking at runs, and calls that are wrong.

use serde_json::{Value, json};

use crate::project::Project;

const GREET: &str = r#"
/// Greets somebody.
command greet(name: string, times: int) -> string { run: ["echo", "hello", name, times] }

@code("HI")
flow main(
  /// Who is greeted.
  name: string,
  times: int = 1,
) -> string {
  log("greeting ${name}")
  greet(name, times)
}
"#;

#[test]
fn a_run_is_listed_shown_and_its_steps_say_what_they_did() {
    let project = Project::with(GREET);
    assert!(project.flow(&["ls"]).ends(0).out.contains("there are no runs"));
    project.flow(&["run", "main.flow", "--input", "name=tide"]).ends(0);
    project.flow(&["run", "main.flow", "--input", "name=stone", "--input", "times=2"]).ends(0);
    let list = project.flow(&["ls"]).ends(0).out.clone();
    let names: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["HI-1", "HI-2"]);
    assert_eq!(project.flow(&["status"]).ends(0).out, list);
    assert!(project.flow(&["status", "HI-2"]).ends(0).out.contains("HI-2 has succeeded"));

    let show = project.flow(&["show", "HI-2", "--json"]).ends(0).value();
    assert_eq!((&show["status"], &show["result"]), (&json!("succeeded"), &json!("hello stone 2")));
    assert_eq!(show["inputs"], json!({"name": "stone", "times": 2}));
    let step = project.flow(&["show", "HI-2", "greet", "--json"]).ends(0).value();
    assert_eq!((&step["key"], &step["result"]), (&json!("main#1/greet"), &json!("hello stone 2")));
    assert!(project.flow(&["logs", "HI-1"]).ends(0).out.contains("greeting tide"));
    assert!(project.flow(&["logs", "HI-1", "greet"]).ends(0).out.contains("hello tide 1"));
}

#[test]
fn what_a_failed_step_said_can_be_read_in_full() {
    let project = Project::with(
        r#"
command it() { run: "for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; exit 7" }
@code("LOG")
flow main() { it() }
"#,
    );
    project.flow(&["run", "main.flow"]).ends(1).tells(&["`flow logs LOG-1 main#1/it` shows what it said"]);
    let said = project.flow(&["logs", "LOG-1", "main#1/it"]).ends(0).out.clone();
    assert!(said.contains("line 1\nline 2\nline 3") && said.contains("line 7"), "{said}");
    assert!(project.flow(&["ls"]).out.contains("CommandFailed: `it` ended with exit code 7"));
}

#[test]
fn events_are_json_a_line_each_and_all_that_is_printed() {
    let project = Project::with(GREET);
    let said = project.flow(&["run", "main.flow", "--json", "--input", "name=tide"]);
    let events: Vec<Value> =
        said.ends(0).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(names, ["began", "logged", "started", "finished", "ended"]);
    let end = events.last().unwrap();
    assert_eq!(
        (&end["status"], &end["result"], &end["run"]),
        (&json!("succeeded"), &json!("hello tide 1"), &json!("HI-1"))
    );
    assert_eq!(said.err, "");
}

#[test]
fn a_dry_run_tells_the_plan_and_touches_nothing() {
    let project = Project::with(GREET);
    let plan = project.flow(&["run", "main.flow", "--dry-run"]).ends(0).out.clone();
    for part in ["main -> string", "input name (string): Who is greeted.", "has a default", "greet", "echo"] {
        assert!(plan.contains(part), "`{part}` is not in\n{plan}");
    }
    let plan = project.flow(&["run", "main.flow", "--dry-run", "--json"]).ends(0).value();
    assert_eq!(plan["inputs"][0], json!({"name": "name", "type": "string", "optional": false}));
    assert!(!project.path("runs").exists());
}

#[test]
fn a_wrong_call_ends_with_code_2_says_what_is_wrong_and_creates_nothing() {
    let project = Project::with(GREET);
    project.write("broken.flow", "flow main() -> int { \"one\" }\n");
    project.write("pair.flow", "flow one() -> int { 1 }\nflow two() -> int { 2 }\n");
    let many =
        ["stage", "alpha", "zeta", "beta", "mid"].map(|name| format!("flow f_{name}() -> int {{ 1 }}\n"));
    project.write("many.flow", &many.concat());
    project.write("inputs.json", "[1]");
    project.write("empty/readme.md", "");
    for (args, parts) in [
        (&["run", "main.flow"][..], &["the input `name` of type `string` is missing"][..]),
        (
            &["run", "main.flow", "--input", "name=a", "--input", "times=many"],
            &["the input `times`", "`int`", "many"],
        ),
        (
            &["run", "main.flow", "--input", "name=a", "--input", "nmae=b"],
            &["no input `nmae`", "`name`, `times`"],
        ),
        (&["run", "main.flow", "--input", "name"], &["not of the form NAME=VALUE"]),
        (&["run", "main.flow", "--input-file", "inputs.json"], &["`inputs.json` is not an object"]),
        (&["run", "main.flow", "--input-file", "gone.json"], &["cannot read `gone.json`"]),
        (&["run", "gone.flow"], &["gone.flow"]),
        (&["run", "empty"], &["empty"]),
        (&["run", "pair.flow"], &["several flows", "`one`", "`two`"]),
        (&["run", "many.flow"], &["`f_stage`, `f_alpha`, `f_zeta`, `f_beta`, `f_mid`"]),
        (&["run", "pair.flow", "tow"], &["no flow `tow`", "did you mean `two`?"]),
        (&["run", "broken.flow"], &["broken.flow:1:", "does not check, so nothing ran"]),
        (&["resume", "HI-9"], &["there is no run HI-9"]),
        (&["show", "HI-9"], &["there is no run HI-9"]),
        (&["status", "tide"], &["`tide` does not name a run", "POM-3"]),
        (&["logs"], &["RUN"]),
        (&["resum"], &["unrecognized subcommand", "resume"]),
    ] {
        let said = project.flow(args);
        assert_eq!(said.code, Some(2), "{args:?}: {}", said.err);
        said.tells(parts);
    }
    assert!(!project.path("runs").exists());
}

#[test]
fn inputs_come_from_a_file_and_from_standard_input() {
    use std::io::Write as _;
    let project = Project::with(GREET);
    project.write("inputs.json", r#"{"name": "moon", "times": 3}"#);
    assert_eq!(
        project.flow(&["run", "main.flow", "-q", "--input-file", "inputs.json"]).ends(0).out,
        "hello moon 3\n"
    );
    let mut command = project.command(&["run", "main.flow", "-q", "--input-file", "-"]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(br#"{"name": "sun"}"#).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "hello sun 1\n");
}

#[test]
fn every_command_option_and_event_of_flow_is_in_its_document() {
    let read = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/");
        std::fs::read_to_string(format!("{folder}{name}")).unwrap()
    };
    let (document, testing) = (read("flow.md"), read("testing.md"));
    let project = Project::with(GREET);
    let help = project.flow(&["--help"]).ends(0).out.clone();
    let commands = help.split_once("Commands:").unwrap().1.split_once("Options:").unwrap().0;
    let names: Vec<_> =
        commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    assert!(names.len() > 10, "{help}");
    for name in names.into_iter().filter(|name| !name.is_empty() && *name != "help") {
        assert!(document.contains(&format!("[`flow {name}`](")), "{name}");
        let described = if matches!(name, "test" | "explore") { &testing } else { &document };
        let help = project.flow(&[name, "--help"]).ends(0).out.clone();
        for option in help.split([' ', ',', '\n', '`', '(']).filter(|word| word.starts_with("--")) {
            let option = option.trim_end_matches(['.', ')', ']']);
            assert!(option == "--help" || described.contains(option), "{name} {option}");
        }
    }
    let events = project.flow(&["run", "main.flow", "--json", "--input", "name=tide"]).ends(0).out.clone();
    for line in events.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = event["event"].as_str().unwrap();
        let row = document.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("{name} is not in the table"));
        for key in event.as_object().unwrap().keys().filter(|key| *key != "event") {
            assert!(row.contains(&format!("`{key}`")), "{name} {key}");
        }
    }
}
