//! Programs that go wrong: each says which step and program it was and how to go on, and leaves nothing running.

use std::fs;
use std::os::unix::fs::symlink;

use crate::project::{Project, Said};

/// Runs `main.flow` and expects that it fails in the step `main#1/NAME`, with nothing lost and nothing left.
fn fails(project: &Project, step: &str, args: &[&str]) -> Said {
    let said = project.flow(&[&["run", "main.flow"][..], args].concat());
    said.ends(1).tells(&[
        "BAD-1 failed: ",
        &format!("in the step `main#1/{step}`"),
        "mend the cause, then `flow resume BAD-1` tries what failed again",
    ]);
    assert_eq!(said.out, "", "what failed has no result");
    assert_eq!(project.processes(), Vec::<i32>::new(), "nothing is left");
    assert!(project.flow(&["status", "BAD-1"]).ends(0).out.starts_with("BAD-1 has failed"));
    said
}

/// One command called `it` before which a good one runs, and the type of what it yields.
fn around(yields: &str, settings: &str) -> Project {
    Project::with(&format!(
        r#"
type Finding {{ path: string, line: int }}
type Made = output("out/*.md")
command good() -> string {{ run: "echo good >> effects; echo good" }}
command it() -> {yields} {{ {settings} }}

@code("BAD")
flow main() -> {yields} {{
  good()
  it()
}}
"#
    ))
}

#[test]
fn a_program_that_is_not_installed_is_named_and_the_run_goes_on_when_it_is() {
    let project = around("string", r#"run: ["./tools/judge", "x"]"#);
    fails(&project, "it", &[]).tells(&["CannotStart: `./tools/judge` does not exist", "at main.flow:"]);
    project.script("tools/judge", "echo \"judged $1\"");
    let said = project.flow(&["resume", "BAD-1"]);
    assert_eq!(said.ends(0).out, "judged x\n");
    assert_eq!(project.lines("effects"), ["good"], "what has a result does not run again");
}

#[test]
fn a_name_that_no_directory_of_the_path_has_says_where_it_was_looked_for() {
    let project = around("string", r#"run: ["no-such-program-here"]"#);
    fails(&project, "it", &[]).tells(&["`no-such-program-here` is not installed", "PATH"]);
}

#[test]
fn a_program_that_fails_shows_its_exit_code_and_the_last_that_it_said() {
    let project = around("string", r#"run: "for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; exit 7""#);
    let said = fails(&project, "it", &[]);
    said.tells(&["`it` ended with exit code 7: line 3\n  line 4\n  line 5\n  line 6\n  line 7\n"]);
    assert!(!said.err.contains("line 2"), "{}", said.err);
    let project = around("string", r#"run: "kill -s SEGV $$""#);
    fails(&project, "it", &[]).tells(&["`it` was killed by SIGSEGV"]);
}

#[test]
fn output_of_another_type_says_where_what_was_expected_and_what_was_found() {
    let print = |json: &str| format!("run: [\"echo\", {json:?}], output: json");
    let project = around("[Finding]", &print(r#"[{"path": "a", "line": 1}, {"path": "b", "line": "two"}]"#));
    fails(&project, "it", &[])
        .tells(&["`it` did not give what it declares: $[1].line: expected `int`, found"]);
    let project = around("[Finding]", &print(r#"[{"path": "a"}]"#));
    fails(&project, "it", &[]).tells(&["$[0].line: expected `int`, found no such field"]);
    let project = around("[Finding]", &print("all is well"));
    fails(&project, "it", &[]).tells(&["its output is no JSON", "all is well"]);
    let project = around("int", r#"run: ["echo", "many"]"#);
    fails(&project, "it", &[]).tells(&["expected `int`, found", "many"]);
}

#[test]
fn a_path_must_exist_inside_the_workspace_and_match_its_glob() {
    let source = r#"
type Note = file("notes/*.md")
command claim(path: string) -> Note { run: ["printf", "%s", path] }
@code("BAD")
flow main(path: string) -> file { claim(path) }
"#;
    let place = |path: &str| {
        let project = Project::with(source);
        project.write("notes/good.md", "good");
        project.write("other/good.md", "good");
        fs::create_dir(project.path("notes/folder.md")).unwrap();
        symlink("/etc/hostname", project.path("notes/link.md")).unwrap();
        symlink("/etc", project.path("notes/linked")).unwrap();
        (project, format!("path={path}"))
    };
    for (path, why) in [
        ("/etc/hostname", "`/etc/hostname` lies outside of the workspace"),
        ("../secret.md", "`../secret.md` lies outside of the workspace"),
        ("notes/../../x.md", "lies outside of the workspace"),
        ("notes/link.md", "`notes/link.md` leads outside of the workspace through a link"),
        ("notes/linked/hostname", "leads outside of the workspace through a link"),
        ("notes/gone.md", "`notes/gone.md` does not exist"),
        ("notes/folder.md", "`notes/folder.md` is a directory"),
        ("other/good.md", "found `other/good.md`, which does not match"),
    ] {
        let (project, input) = place(path);
        let said = fails(&project, "claim", &["--input", &input]);
        said.tells(&["ContractViolated: `claim`", "expected `file(\"notes/*.md\")`", why]);
    }
    let (project, input) = place("notes/good.md");
    assert_eq!(project.flow(&["run", "main.flow", "--input", &input]).ends(0).out, "notes/good.md\n");
}

#[test]
fn an_output_that_was_there_before_is_not_taken_for_a_new_one() {
    let project = around("Made", r#"run: ["echo", "out/poem.md"]"#);
    project.write("out/poem.md", "from before");
    fails(&project, "it", &[]).tells(&[
        "expected `output(\"out/*.md\")`, found `out/poem.md`, which this call neither created nor changed",
    ]);
    let project = around("Made", r#"run: "echo new > out/poem.md; echo out/poem.md""#);
    project.write("out/poem.md", "from before");
    assert_eq!(project.flow(&["run", "main.flow"]).ends(0).out, "out/poem.md\n");
}

#[test]
fn a_program_that_writes_a_gigabyte_is_ended_early_and_little_of_it_is_kept() {
    let project = around("string", r#"run: "yes | head -c 1073741824; echo over > survived""#);
    fails(&project, "it", &[]).tells(&["`it` wrote more than 64 MiB to standard output and was ended"]);
    assert!(!project.path("survived").exists(), "it was ended, not waited for");
    let kept: usize = project.contents("runs").iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(kept < 65 << 20, "{kept} bytes are kept");
}

#[test]
fn a_program_that_never_ends_is_ended_with_everything_that_it_started() {
    let project = around(
        "string",
        r#"run: "setsid sleep 1000 & (sleep 1000 & sleep 1000) & touch started; sleep 1000", timeout: 2s"#,
    );
    fails(&project, "it", &[])
        .tells(&["Timeout: `it` was still running after its timeout of 2s and was ended"]);
    assert!(project.path("started").exists());
}

#[test]
fn a_failure_that_is_caught_is_a_value_and_the_run_succeeds() {
    let project = Project::with(
        r#"
command broken() -> string { run: "echo no good >&2; exit 3" }
@code("BAD")
flow main() -> string {
  broken() catch error { "${error.kind} in ${error.step}: ${error.message}" }
}
"#,
    );
    let said = project.flow(&["run", "main.flow"]);
    assert_eq!(
        said.ends(0).out,
        "CommandFailed in main#1/broken: `broken` ended with exit code 3: no good\n"
    );
}
