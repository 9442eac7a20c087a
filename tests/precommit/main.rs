//! The hooks in `.pre-commit-hooks.yaml`, by the real pre-commit in a real repository: what users get who name them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use flow_tests::editor_tools::{on_path, pip_program, tools};
use flow_tests::repository;
use flow_tests::skip::{Found, or_skip};
use std::fs;
use std::path::Path;
use std::process::Command;

const PRE_COMMIT: &str = "4.3.0";

const GOOD: &str = "flow greet(name: string) -> string { \"hello ${name}\" }\n";
const BAD: &str = "flow greet(name: string) -> string { \"hello ${nam}\" }\n";
const MESSY: &str = "flow  greet( name:string )->string{\"hello ${name}\"}\n";

/// pre-commit, and a git and cargo for it to use.
fn pre_commit() -> Found<std::path::PathBuf> {
    for program in ["git", "cargo"] {
        on_path(program).ok_or_else(|| format!("`{program}` is not installed"))?;
    }
    pip_program("pre-commit", PRE_COMMIT)
}

/// Runs a program in a directory, and yields whether it succeeded and what it said.
fn run(directory: &Path, program: &Path, arguments: &[&str]) -> (bool, String) {
    let tools = tools().unwrap();
    let ended = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("PRE_COMMIT_HOME", directory.join(".pre-commit-home"))
        // What the hook builds is kept between runs.
        .env("CARGO_TARGET_DIR", tools.join("pre-commit-target"))
        // Whether it is fast is not asked here.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "test")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "test@example.org")))
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let (succeeded, said) = run(directory, Path::new("git"), arguments);
    assert!(succeeded, "git {arguments:?}: {said}");
    said.trim().to_owned()
}

#[test]
fn pre_commit_passes_a_good_file_formats_a_messy_one_and_stops_a_bad_one() {
    let test = "pre_commit_passes_a_good_file_formats_a_messy_one_and_stops_a_bad_one";
    let Some(pre_commit) = or_skip(test, pre_commit()) else { return };
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path();
    let revision = git(repository(), &["rev-parse", "HEAD"]);
    let config = format!(
        "repos:\n  - repo: file://{}\n    rev: {revision}\n    hooks:\n      - id: flowc-fmt\n      - id: flowc-check\n",
        repository().display()
    );
    fs::write(home.join(".pre-commit-config.yaml"), config).unwrap();
    fs::write(home.join(".gitignore"), ".pre-commit-home\n").unwrap();
    fs::write(home.join("greet.flow"), GOOD).unwrap();
    fs::write(home.join("notes.md"), "nam\n").unwrap();
    git(home, &["init", "--quiet"]);
    git(home, &["add", "."]);

    let (passed, said) = run(home, &pre_commit, &["run", "--color", "never"]);
    assert!(passed && said.contains("flowc check") && said.matches("Passed").count() == 2, "{said}");

    fs::write(home.join("greet.flow"), MESSY).unwrap();
    git(home, &["add", "."]);
    let (passed, said) = run(home, &pre_commit, &["run", "--color", "never"]);
    assert!(!passed && said.contains("files were modified by this hook"), "{said}");
    assert_eq!(fs::read_to_string(home.join("greet.flow")).unwrap(), GOOD);

    fs::write(home.join("greet.flow"), BAD).unwrap();
    git(home, &["add", "."]);
    let (passed, said) = run(home, &pre_commit, &["run", "--color", "never"]);
    assert!(!passed && said.contains("Failed"), "{said}");
    assert!(said.contains("greet.flow:1:47: error[E0106]: there is nothing named `nam`"), "{said}");
}
