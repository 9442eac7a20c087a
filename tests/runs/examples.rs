//! The examples, in a repository and in a copy of their sample.

use std::fs;
use std::path::Path;
use std::process::Command;

use flow_tests::repository;

use crate::project::Project;

fn example(name: &str) -> String {
    repository().join("examples").join(name).display().to_string()
}

fn git(project: &Project, args: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]);
    git.args(args).current_dir(project.root()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = git.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn the_report_says_what_is_in_the_repository_and_the_run_keeps_its_record() {
    let project = Project::new();
    git(&project, &["init", "--quiet"]);
    project.write("tide.txt", "one\ntwo\nthree\n");
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "--message", "Tide"]);
    project.write("tide.txt", "one\ntwo\n// TODO: the third | part\n");
    project.write("stone.txt", "a stone\n");
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "--message", "Stone"]);
    project.write("stone.txt", "a stone\nthat is dirty\n");

    let said = project.flow(&["run", &example("repo_report")]);
    said.ends(0).tells(&["REPO-1 runs `repo_report` in runs/REPO-1", "REPO-1 succeeded"]);
    assert_eq!(said.out, "artifacts/repo-report.md\n");
    let report = project.read("artifacts/repo-report.md");
    for part in [
        "main: 2 text files with 4 lines.",
        "## Who worked on the last 2 commits\n\n| | commits |\n| --- | ---: |\n| Ann | 2 |",
        "| tide.txt | 2 |\n| stone.txt | 1 |",
        "| tide.txt | 3 |\n| stone.txt | 1 |",
        "- `tide.txt:3:// TODO: the third | part`",
        "paths differ from the last commit.",
    ] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
    for file in ["run.json", "program.flow.json", "journal.jsonl", "state.json", "log.md"] {
        assert!(!project.read(&format!("runs/REPO-1/{file}")).is_empty(), "{file}");
    }
    assert_eq!(project.recorded("REPO-1").iter().filter(|key| key.contains("/parallel/")).count(), 6);
}

#[test]
fn the_report_takes_inputs_and_says_where_there_is_no_repository() {
    let project = Project::new();
    git(&project, &["init", "--quiet"]);
    for name in ["a", "b", "c"] {
        project.write(name, "x\n");
    }
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "--message", "All"]);
    project.flow(&["run", &example("repo_report"), "--input", "top=1", "-q"]).ends(0);
    let report = project.read("artifacts/repo-report.md");
    let large = report.split("## What is large").nth(1).unwrap();
    assert_eq!(large.lines().filter(|line| line.ends_with("| 1 |")).count(), 1, "{report}");

    let bare = Project::new();
    // Whatever lies above the scratch directory is no concern of this test.
    let mut command = bare.command(&["run", &example("repo_report"), "-q"]);
    command.env("GIT_DIR", bare.path("no-repository"));
    crate::project::said(command).ends(1).tells(&["REPO-1 failed: CommandFailed", "not a git repository"]);
    assert_eq!(bare.processes(), Vec::<i32>::new());
}

#[test]
fn the_gate_blocks_names_the_places_and_asks_again_only_what_led_to_the_block() {
    let project = Project::new();
    copy(&repository().join("examples/ci_gate/sample"), &project.root());
    let said = project.flow(&["run", &example("ci_gate")]);
    said.ends(3).tells(&[
        "GATE-1 is blocked: resolve the conflicts at texts/stone.txt:2, texts/stone.txt:4, texts/stone.txt:6",
        "mend it, then `flow resume GATE-1` goes on",
    ]);
    assert_eq!(said.out, "");
    assert!(project.flow(&["status", "GATE-1"]).ends(0).out.contains("blocked"));

    // Nothing was mended: the check is asked again, and says the same.
    project.flow(&["resume", "GATE-1"]).ends(3).tells(&["> loop[1]/check", "texts/stone.txt:2"]);

    project.write("texts/stone.txt", "A stone\nlies still.\n");
    let said = project.flow(&["resume", "GATE-1"]);
    said.ends(0).tells(&["> loop[1]/check", "> loop[1]/for[1]/mend", "> loop[2]/check", "GATE-1 succeeded"]);
    assert_eq!(said.value(), serde_json::json!({"rounds": 2, "mended": 1}));
    assert_eq!(
        project.read("texts/tide.txt"),
        "The tide goes out,\nthe tide comes in,\nand nobody is asked.\n"
    );
    project.flow(&["resume", "GATE-1"]).ends(2).tells(&["run GATE-1 has succeeded"]);
    let said = project.flow(&["logs", "GATE-1", "check"]);
    said.ends(2).tells(&["may be several steps", "ci_gate#1/loop[1]/check\n", "ci_gate#1/loop[2]/check\n"]);
    assert!(!said.err.contains("check?"), "{}", said.err);
}

#[test]
fn resuming_a_block_asks_the_last_step_again_and_nothing_before_it() {
    let project = Project::with(
        r#"
command first() -> string { run: "echo first >> effects; echo one" }
command judge(said: string) -> string { run: "echo judge >> effects; cat verdict; : ${said}" }
command last() -> string { run: "echo last >> effects; echo three" }

@code("BLOCK")
flow main() -> [string] {
  let one = first()
  let verdict = judge(one)
  if verdict != "good" { blocked "the verdict is ${verdict}: write another one" }
  [one, verdict, last()]
}
"#,
    );
    project.write("verdict", "bad\n");
    project.flow(&["run", "main.flow"]).ends(3).tells(&["BLOCK-1 is blocked: the verdict is bad"]);
    assert_eq!(project.lines("effects"), ["first", "judge"]);
    project.write("verdict", "good\n");
    let said = project.flow(&["resume", "BLOCK-1"]);
    assert_eq!(said.ends(0).value(), serde_json::json!(["one", "good", "three"]));
    assert_eq!(project.lines("effects"), ["first", "judge", "judge", "last"]);
    let reopened: Vec<_> =
        project.journal("BLOCK-1").into_iter().filter(|it| it["event"] == "step_reopened").collect();
    assert!(reopened.iter().any(|it| it["key"] == "main#1/judge"), "{reopened:?}");
    assert!(reopened.iter().all(|it| it["key"] != "main#1/first"), "{reopened:?}");
}

#[test]
fn a_block_in_a_branch_asks_again_what_its_own_branch_did_last_even_if_that_failed() {
    let project = Project::with(
        r#"
command other() -> string { run: "echo other >> effects; echo good" }
command gate() -> string { run: "echo gate >> effects; cat verdict", retry: 0 }

@code("BRANCH")
flow main() -> [string] {
  let both = parallel {
    left: other(),
    right: gate() catch error { blocked "no verdict: ${error.message}" },
  }
  [both.left, both.right]
}
"#,
    );
    let said = project.flow(&["run", "main.flow"]);
    said.ends(3).tells(&["BRANCH-1 is blocked: no verdict: `gate` ended with exit code 1"]);
    project.write("verdict", "go\n");
    let said = project.flow(&["resume", "BRANCH-1"]);
    assert_eq!(said.ends(0).value(), serde_json::json!(["good", "go"]));
    let count = |name: &str| project.lines("effects").iter().filter(|line| *line == name).count();
    assert_eq!((count("other"), count("gate")), (1, 2));
}
