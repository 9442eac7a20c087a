//! Real programs under the local executor: how they end, what is kept, and that nothing of them is left.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use flow_runtime::process::{
    Cut, Ended, Executor, Exit, LocalExecutor, ProcessError, ProcessSpec, Program, StartError, Stdin, Step,
    Stream, environment, run,
};
use tokio_util::sync::CancellationToken;

/// A scratch directory with a workspace and a step directory.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.workspace()).unwrap();
        place
    }

    fn workspace(&self) -> std::path::PathBuf {
        self.0.path().join("work")
    }

    fn spec(&self, program: Program) -> ProcessSpec {
        let step =
            Step { key: "ship#1/build".to_owned(), attempt: 2, dir: self.0.path().join("steps/0001-build") };
        let mut spec = ProcessSpec::new(step, program, self.workspace());
        spec.env = environment::inherited();
        spec.grace = Duration::from_secs(5);
        spec
    }

    fn shell(&self, script: &str) -> ProcessSpec {
        self.spec(Program::Shell(script.to_owned()))
    }

    fn argv(&self, argv: &[&str]) -> ProcessSpec {
        self.spec(Program::Argv(argv.iter().map(|&word| word.to_owned()).collect()))
    }

    /// The processes that carry this step's mark.
    fn processes(&self) -> Vec<String> {
        let mark = format!("FLOW_STEP_DIR={}", self.0.path().join("steps/0001-build").display());
        let marked = |pid: &str| {
            fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environ| {
                environ.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
            })
        };
        let all =
            fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
        all.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()) && marked(pid)).collect()
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn finish(spec: ProcessSpec) -> Result<Exit, ProcessError> {
    block_on(run(&LocalExecutor::new(), spec, &CancellationToken::new()))
}

/// Starts a program, waits until `ready` appears in the workspace, and cancels it.
fn cancel_when_ready(place: &Place, spec: ProcessSpec) -> Exit {
    block_on(async {
        let cancel = CancellationToken::new();
        let executor = LocalExecutor::new();
        let ready = place.workspace().join("ready");
        let mut program = std::pin::pin!(run(&executor, spec, &cancel));
        tokio::select! {
            exit = &mut program => panic!("it ended before it was ready: {exit:?}"),
            () = until_exists(&ready) => {}
        }
        cancel.cancel();
        program.await.unwrap()
    })
}

async fn until_exists(path: &Path) {
    while !path.exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_program_gets_its_arguments_input_directory_and_step_and_its_output_and_code_come_back() {
    let place = Place::new();
    let mut spec =
        place.shell(r#"cat; printf '%s|' "$PWD" "$FLOW_STEP_KEY" "$FLOW_ATTEMPT"; echo oops >&2; exit 3"#);
    spec.stdin = Stdin::Bytes(b"hello ".to_vec());
    let exit = finish(spec).unwrap();
    assert_eq!(exit.ended, Ended::Code(3));
    let expected = format!("hello {}|ship#1/build|2|", place.workspace().display());
    assert_eq!(text(&exit.stdout.tail), expected);
    assert_eq!(exit.stderr.last_lines(5), "oops");
    assert_eq!(fs::read_to_string(exit.stdout.file.unwrap()).unwrap(), expected);

    let exit = finish(place.argv(&["printf", "%s,", "a b", "$HOME", "*"])).unwrap();
    assert_eq!(text(&exit.stdout.tail), "a b,$HOME,*,");
}

#[test]
fn a_quick_success_leaves_no_file_but_a_failure_and_standard_error_do() {
    let place = Place::new();
    let exit = finish(place.shell("echo fine")).unwrap();
    assert_eq!((text(&exit.stdout.bytes().unwrap()), exit.stdout.file), ("fine\n", None));
    assert!(!place.0.path().join("steps").exists());

    let exit = finish(place.shell("echo out; echo err >&2")).unwrap();
    assert_eq!(exit.stdout.file, None);
    assert_eq!(fs::read_to_string(exit.stderr.file.unwrap()).unwrap(), "err\n");

    let exit = finish(place.shell("echo out; exit 1")).unwrap();
    assert_eq!(fs::read_to_string(exit.stdout.file.unwrap()).unwrap(), "out\n");
}

#[test]
fn the_output_of_a_slow_program_can_be_read_while_it_runs() {
    let place = Place::new();
    let spec = place.shell("echo started; while [ ! -e ready ]; do sleep 0.01; done; sleep 1000");
    let stdout = spec.step.dir.join("stdout");
    let seen = async {
        until_exists(&stdout).await;
        fs::write(place.workspace().join("ready"), "").unwrap();
        fs::read_to_string(&stdout).unwrap()
    };
    let (executor, cancel) = (LocalExecutor::new(), CancellationToken::new());
    let text = block_on(async {
        tokio::select! {
            exit = run(&executor, spec, &cancel) => panic!("it ended: {exit:?}"),
            text = seen => text,
        }
    });
    assert_eq!(text, "started\n");
}

#[test]
fn a_step_sees_only_the_environment_that_it_is_given() {
    let place = Place::new();
    let mut spec = place.argv(&["env"]);
    spec.env = [("PATH", "/usr/bin:/bin"), ("GREETING", "hi")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let exit = finish(spec).unwrap();
    let mut names: Vec<&str> =
        text(&exit.stdout.tail).lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.sort_unstable();
    assert_eq!(names, ["FLOW_ATTEMPT", "FLOW_STEP_DIR", "FLOW_STEP_KEY", "GREETING", "PATH"]);
}

#[test]
fn a_large_input_to_a_program_that_echoes_it_does_not_deadlock() {
    let place = Place::new();
    let mut spec = place.argv(&["cat"]);
    let input: Vec<u8> = (0..4_000_000u32).map(|i| (i % 251) as u8).collect();
    spec.stdin = Stdin::Bytes(input.clone());
    let exit = finish(spec).unwrap();
    assert_eq!(exit.ended, Ended::Code(0));
    assert!(exit.stdout.bytes().unwrap() == input);
}

#[test]
fn a_program_that_does_not_read_its_input_is_no_failure() {
    let place = Place::new();
    let mut spec = place.argv(&["true"]);
    spec.stdin = Stdin::Bytes(vec![b'x'; 1_000_000]);
    assert_eq!(finish(spec).unwrap().ended, Ended::Code(0));
}

#[test]
fn a_program_that_writes_a_gigabyte_is_ended_at_the_limit_and_the_limit_is_kept() {
    let place = Place::new();
    let mut spec = place.shell("head -c 1000000000 /dev/zero; touch survived");
    spec.output_limit = 8 * 1024 * 1024;
    let exit = finish(spec).unwrap();
    assert_eq!(exit.ended, Ended::Cut(Cut::TooMuchOutput { stream: Stream::Stdout, limit: 8 * 1024 * 1024 }));
    assert_eq!(exit.ended.to_string(), "wrote more than 8 MiB to standard output and was ended");
    assert_eq!(fs::metadata(exit.stdout.file.unwrap()).unwrap().len(), 8 * 1024 * 1024);
    assert!(!place.workspace().join("survived").exists());
    assert!(place.processes().is_empty());
}

#[test]
fn a_program_killed_by_a_signal_is_not_taken_for_one_that_failed() {
    let exit = finish(Place::new().shell("kill -9 $$")).unwrap();
    assert_eq!(exit.ended, Ended::Signal(9));
}

#[test]
fn a_program_past_its_timeout_is_ended_with_all_its_children() {
    let place = Place::new();
    let mut spec = place.shell("sleep 1000 & sleep 1000 | sleep 1000");
    spec.timeout = Some(Duration::from_millis(50));
    let exit = finish(spec).unwrap();
    assert_eq!(exit.ended, Ended::Cut(Cut::TimedOut(Duration::from_millis(50))));
    assert!(place.processes().is_empty());
}

#[test]
fn a_program_that_writes_without_end_can_be_timed_out() {
    let place = Place::new();
    let mut spec = place.shell("yes");
    spec.output_limit = u64::MAX;
    spec.timeout = Some(Duration::from_millis(50));
    assert!(matches!(finish(spec).unwrap().ended, Ended::Cut(Cut::TimedOut(_))));
}

#[test]
fn cancelling_lets_a_program_clean_up_within_its_grace() {
    let place = Place::new();
    let spec = place.shell("trap 'echo cleaned; exit 0' TERM; touch ready; while :; do sleep 0.01; done");
    let exit = cancel_when_ready(&place, spec);
    assert_eq!(exit.ended, Ended::Cut(Cut::Cancelled));
    assert_eq!(exit.stdout.last_lines(1), "cleaned");
}

#[test]
fn cancelling_kills_a_program_that_ignores_sigterm_once_its_grace_is_over() {
    let place = Place::new();
    let mut spec = place.shell("trap '' TERM; touch ready; while :; do sleep 0.01; done");
    spec.grace = Duration::from_millis(20);
    assert_eq!(cancel_when_ready(&place, spec).ended, Ended::Cut(Cut::Cancelled));
    assert!(place.processes().is_empty());
}

#[test]
fn cancelling_reaches_descendants_in_other_sessions_and_orphans() {
    let place = Place::new();
    let mut spec = place.shell(
        "setsid sh -c 'trap \"\" TERM; (setsid sleep 1000 &); while :; do sleep 0.1; done' & \
         (setsid sh -c 'sleep 1000 & exec sleep 1000' &); \
         sleep 0.2; touch ready; sleep 1000",
    );
    spec.grace = Duration::from_millis(50);
    let exit = cancel_when_ready(&place, spec);
    assert_eq!(exit.ended, Ended::Cut(Cut::Cancelled));
    assert_eq!(place.processes(), Vec::<String>::new());
}

#[test]
fn what_a_program_leaves_in_its_group_ends_with_it_and_a_daemon_does_only_if_asked() {
    let place = Place::new();
    let exit = finish(place.shell("sleep 1000 >/dev/null & echo done")).unwrap();
    assert_eq!((exit.ended, text(&exit.stdout.tail)), (Ended::Code(0), "done\n"));
    assert!(place.processes().is_empty());

    let mut spec = place.shell("setsid sleep 1000 & echo done");
    spec.end_daemons = false;
    finish(spec.clone()).unwrap();
    assert_eq!(place.processes().len(), 1);
    spec.end_daemons = true;
    finish(spec).unwrap();
    assert!(place.processes().is_empty());
}

#[test]
fn what_a_pipe_of_the_program_writes_after_it_is_not_lost() {
    let place = Place::new();
    let exit = finish(place.shell("(sleep 0.1; echo late) & echo early")).unwrap();
    assert_eq!(text(&exit.stdout.tail), "early\nlate\n");
}

#[test]
fn dropping_a_running_program_leaves_nothing_behind() {
    let place = Place::new();
    block_on(async {
        let running =
            LocalExecutor::new().start(place.shell("touch ready; setsid sleep 1000")).await.unwrap();
        until_exists(&place.workspace().join("ready")).await;
        drop(running);
    });
    assert!(place.processes().is_empty());
}

#[test]
fn parallel_steps_do_not_end_one_another() {
    let (first, second) = (Place::new(), Place::new());
    let spec = first.shell("touch ready; while [ ! -e go ]; do sleep 0.01; done; echo survived");
    block_on(async {
        let executor = LocalExecutor::new();
        let cancel = CancellationToken::new();
        let other = async {
            until_exists(&first.workspace().join("ready")).await;
            let mut spec = second.shell("setsid sleep 1000");
            spec.timeout = Some(Duration::from_millis(20));
            let exit = run(&executor, spec, &cancel).await.unwrap();
            fs::write(first.workspace().join("go"), "").unwrap();
            exit
        };
        let (survivor, other) = tokio::join!(run(&executor, spec, &cancel), other);
        assert!(matches!(other.ended, Ended::Cut(_)));
        assert_eq!(text(&survivor.unwrap().stdout.tail), "survived\n");
    });
}

#[test]
fn a_live_program_answers_line_by_line() {
    let place = Place::new();
    let mut spec = place.shell(r#"while read -r word; do echo "got $word"; done; printf 'no line break'"#);
    spec.stdin = Stdin::Live;
    block_on(async {
        let mut running = LocalExecutor::new().start(spec).await.unwrap();
        for word in ["one", "two"] {
            running.send(format!("{word}\n").as_bytes());
            let line = running.line().await.unwrap().unwrap();
            assert_eq!(text(&line), format!("got {word}"));
        }
        running.close_stdin();
        assert_eq!(running.line().await.unwrap().as_deref(), Some(&b"no line break"[..]));
        assert_eq!(running.line().await.unwrap(), None);
        let exit = running.wait().await.unwrap();
        assert_eq!(exit.ended, Ended::Code(0));
        assert_eq!(text(&exit.stdout.tail), "got one\ngot two\nno line break");
    });
}

#[test]
fn what_cannot_be_started_is_told_with_its_reason() {
    let place = Place::new();
    let why = |spec: ProcessSpec| match finish(spec) {
        Err(ProcessError::Start(error)) => error,
        other => panic!("expected a start error, got {other:?}"),
    };
    let tool = |name: &str, content: &str| {
        let path = place.workspace().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        path.to_string_lossy().into_owned()
    };

    assert!(matches!(why(place.argv(&["no-such-program"])), StartError::NotFound { .. }));
    assert!(matches!(why(place.argv(&["./missing"])), StartError::NoSuchFile { .. }));
    assert!(matches!(why(place.argv(&[])), StartError::Nothing));
    assert!(matches!(why(place.argv(&["true", "a\0b"])), StartError::Nul { .. }));
    let error = why(place.argv(&[&tool("orphan", "#!/no/such/interpreter\n")]));
    assert!(
        error.to_string().contains("names an interpreter in its first line that does not exist"),
        "{error}"
    );
    let error = why(place.argv(&[&tool("data", "\u{1}\u{2}\u{3}")]));
    assert!(error.to_string().contains("is neither a program for this machine nor a script"), "{error}");
    let error = why(place.argv(&["true", &"x".repeat(3_000_000)]));
    assert!(matches!(error, StartError::TooLong { .. }), "{error}");

    let mut spec = place.argv(&["true"]);
    spec.cwd = place.workspace().join("gone");
    let error = why(spec);
    assert!(matches!(error, StartError::NoDirectory { .. }), "{error}");
}

#[test]
fn output_that_cannot_be_kept_is_an_error_and_the_program_is_ended() {
    let place = Place::new();
    fs::write(place.0.path().join("steps"), "a file where the directory should be").unwrap();
    let error = finish(place.shell("echo x; sleep 1000")).unwrap_err();
    assert!(matches!(error, ProcessError::Keep { .. }), "{error}");
    assert!(place.processes().is_empty());
}
