//! Where a run may have to do: containers, where little is mounted or set, and what belongs to somebody else.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use flow_tests::bin;
use flow_tests::skip::or_skip;
use serde_json::json;

use crate::namespace::Namespace;
use crate::project::{Project, Said, said};

/// Programs that leave their group, that leave something behind, and that have to be ended.
const WORK: &str = r#"
command twice(n: int) -> string { run: "setsid sleep 0.02 & sleep 0.02 & echo got ${n}" }
command never() -> string { run: "sleep 1000 & sleep 1000", timeout: 500ms }

@code("BOX")
flow main() -> [string] {
  let all = parallel for n in [1, 2, 3] max 2 { twice(n) }
  let ended = never() catch error { error.kind }
  all + [ended]
}
"#;

fn is_done(said: &Said) {
    assert_eq!(said.ends(0).value(), json!(["got 1", "got 2", "got 3", "Timeout"]), "{}", said.err);
}

/// Runs [`WORK`] as the first process of a container whose `/proc` is as `flags` and `prepare` make it. Where processes
/// cannot be seen, one of them does not hear that it shall end.
fn in_a_container(flags: &[&'static str], prepare: &'static str, is_blind: bool) {
    let flags = [&["--pid", "--fork"], flags].concat();
    let Some(space) = or_skip("a PID name space", Namespace::new(&flags, prepare)) else { return };
    let deaf = WORK.replace("sleep 1000 &", "(trap '' TERM; sleep 1000) &");
    let project = Project::with(if is_blind { &deaf } else { WORK });
    let flow = bin("flow");
    let args = [flow.to_str().unwrap(), "run", "main.flow"];
    is_done(&said(space.command("exec \"$@\"", &args, &project.root())));
    assert_eq!(project.processes(), Vec::<i32>::new());
}

#[test]
fn a_run_may_be_the_first_process_of_a_container_whose_group_and_session_are_led_from_outside() {
    in_a_container(&["--mount-proc"], "true", false);
}

#[test]
fn a_run_sees_when_the_processes_that_are_listed_are_not_its_own() {
    in_a_container(&[], "true", true);
}

#[test]
fn a_run_needs_no_list_of_processes() {
    in_a_container(&["--mount"], "mount -t tmpfs none /proc", true);
}

#[test]
fn a_run_needs_to_see_only_its_own_processes() {
    in_a_container(&["--mount"], "mount -t proc -o hidepid=2 proc /proc", false);
}

#[test]
fn a_run_needs_neither_a_home_nor_a_terminal_nor_open_streams() {
    let project = Project::with(WORK);
    let flow = bin("flow");
    let mut shell = Command::new("setsid");
    shell.args(["--wait", "sh", "-c", "\"$1\" run main.flow <&- 2>&-; exec \"$1\" status BOX-1 <&-", "sh"]);
    shell.arg(flow).env_clear().env("PATH", std::env::var_os("PATH").unwrap()).current_dir(project.root());
    let told = said(shell);
    assert!(told.ends(0).out.contains("BOX-1 has succeeded"), "{told:?}");
    let mut silent = Command::new("sh");
    silent
        .args(["-c", "exec \"$1\" run main.flow <&- >&- 2>&-", "sh"])
        .arg(bin("flow"))
        .current_dir(project.root());
    assert_eq!(said(silent).code, Some(0));
}

#[test]
fn a_repository_that_may_only_be_read_can_have_its_runs_elsewhere_also_for_a_user_without_a_name() {
    let project = Project::with("@code(\"BOX\")\nflow main() -> [file] { glob(\"*.flow\") }\n");
    let runs = tempfile::tempdir().unwrap();
    let mode = |mode| {
        std::fs::set_permissions(project.root(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o555);
    let call = |program: &Path, args: &[&str]| {
        // For root nothing is read-only: it becomes somebody else, whom no list of users knows.
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-user=54321", "--map-group=54321"]).arg(program).args(args);
        command.env_clear().env("PATH", "/usr/bin:/bin").current_dir(project.root());
        said(command)
    };
    let tried = call(Path::new("true"), &[]);
    let stranger = if tried.code == Some(0) { Ok(()) } else { Err(tried.err) };
    let Some(()) = or_skip("a user without a name", stranger) else { return };
    let call = |args: &[&str]| call(&bin("flow"), args);
    let place = runs.path().join("all").display().to_string();
    assert_eq!(call(&["run", "main.flow", "--runs-dir", &place]).ends(0).value(), json!(["main.flow"]));
    assert!(call(&["status", "BOX-1", "--runs-dir", &place]).ends(0).out.contains("succeeded"));
    call(&["run", "main.flow"]).ends(1).tells(&["cannot create", "permission denied", "--runs-dir"]);
    mode(0o755);
}
