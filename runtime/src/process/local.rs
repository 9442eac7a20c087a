//! Steps as children of this process.
//!
//! Cheap on purpose, since a workflow may have a hundred thousand of them: `std` starts a program by `posix_spawn` as
//! long as nothing asks for more than a process group (no `pre_exec`, which would fork, and with much memory in use
//! cost a hundred times more), and its end is an event on a `pidfd`, so no signal handler and no thread is involved.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal, getpid, pidfd_open, pidfd_send_signal, set_child_subreaper};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, sleep_until};

use super::output::{Spool, watch};
use super::pipes::{Feed, Tap};
use super::spec::GRACE;
use super::tree::{self, Tree};
use super::{
    Cut, Ended, Executor, Exit, Pending, ProcessError, ProcessSpec, Program, Running, StartError, Stdin,
    Step, Stream, find_program,
};

/// How long what a program left in its group may go on after it, such as a `tee` that it wrote to.
const LINGER: Duration = Duration::from_secs(1);
/// After this long, a program's output goes to its files as it comes.
const QUICK: Duration = Duration::from_millis(100);
/// How long SIGKILL may take to work before we say that it does not.
const KILL_PATIENCE: Duration = Duration::from_secs(5);
/// The first and the longest pause between two looks at what is left of a step.
const LOOK: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// Runs steps as children of this process. They end with it, or with their [`Running`].
#[derive(Clone, Copy, Debug)]
pub struct LocalExecutor(());

impl LocalExecutor {
    /// Makes this process the one to which orphaned descendants of its steps are left.
    #[must_use]
    pub fn new() -> Self {
        // Refused only by kernels that have no subreapers; then orphans are still found by their environment.
        let _ = set_child_subreaper(Some(getpid()));
        Self(())
    }
}

impl Default for LocalExecutor {
    fn default() -> Self {
        Self::new()
    }
}

impl Executor for LocalExecutor {
    fn start(&self, spec: ProcessSpec) -> Pending<'_, Result<Box<dyn Running>, StartError>> {
        Box::pin(async move { Ok(Box::new(LocalProcess::start(spec)?) as Box<dyn Running>) })
    }

    /// A program whose executor was killed cannot be heard any more: what is left of it is ended, so that it does not
    /// work beside the next attempt.
    fn attach(&self, step: Step) -> Pending<'_, Result<Option<Box<dyn Running>>, ProcessError>> {
        Box::pin(async move {
            let mut tree = Tree::left_by(&step.dir);
            let (start, mut look, mut was_asked) = (Instant::now(), LOOK.0, false);
            loop {
                let live = tree.live();
                let waited = start.elapsed();
                if live.is_empty() {
                    return Ok(None);
                } else if waited >= GRACE + KILL_PATIENCE {
                    return Err(ProcessError::Unkillable { pids: live.iter().map(|it| it.pid).collect() });
                } else if waited >= GRACE {
                    tree.signal(&live, Signal::KILL);
                } else if !was_asked {
                    tree.signal(&live, Signal::TERM);
                    was_asked = true;
                }
                tokio::time::sleep(look).await;
                look = (look * 2).min(LOOK.1);
            }
        })
    }
}

struct LocalProcess {
    child: Child,
    pidfd: AsyncFd<OwnedFd>,
    stdin: Feed,
    stdout: Tap,
    stderr: Tap,
    tree: Tree,
    started: Instant,
    timeout: Option<(Instant, Duration)>,
    grace: Duration,
    end_daemons: bool,
    /// Its end has been seen; it is reaped once its group needs no looking for any more.
    exited: bool,
    /// It is being ended, for this reason, and gets SIGKILL from this moment on.
    cut: Option<(Cut, Instant)>,
    /// How it ended by itself, once reaped.
    status: Option<ExitStatus>,
    /// Nothing of it is left.
    finished: bool,
}

/// What happened next.
enum Event {
    Exited,
    Input,
    Output,
    Limit(Cut),
    Time,
}

impl LocalProcess {
    fn start(spec: ProcessSpec) -> Result<Self, StartError> {
        let name = match &spec.program {
            Program::Argv(argv) => argv.first().ok_or(StartError::Nothing)?.clone(),
            Program::Shell(_) => "sh".to_owned(),
        };
        let mut command = command(&spec, &name)?;
        let started = Instant::now();
        let mut child = command.spawn().map_err(|error| explain(error, &spec, name.clone(), &command))?;
        let pid = child.id();
        let system = |source| StartError::System { program: name.clone(), source };
        let parts = Parts::of(&mut child, &spec);
        let (pidfd, stdin, stdout, stderr) = match parts {
            Ok(parts) => (parts.pidfd, parts.stdin, parts.stdout, parts.stderr),
            Err(error) => {
                tree::kill_group(pid);
                let _ = child.wait();
                return Err(system(error));
            }
        };
        Ok(Self {
            child,
            pidfd,
            stdin,
            stdout,
            stderr,
            tree: Tree::new(pid, &spec.step.dir),
            started,
            timeout: spec.timeout.map(|limit| (started + limit, limit)),
            grace: spec.grace,
            end_daemons: spec.end_daemons,
            exited: false,
            cut: None,
            status: None,
            finished: false,
        })
    }

    /// Waits for one thing to happen, `until` at the latest. Time and the end come first, so that a program that
    /// never stops writing can still be timed out.
    async fn next(&mut self, until: Option<Instant>) -> Result<Event, ProcessError> {
        let pid = self.child.id();
        let lost = |source| ProcessError::Watch { pid, source };
        let Self { pidfd, stdin, stdout, stderr, .. } = self;
        tokio::select! {
            biased;
            () = maybe_sleep(until) => Ok(Event::Time),
            ready = pidfd.readable(), if !self.exited => {
                ready.map_err(lost)?.retain_ready();
                self.exited = true;
                Ok(Event::Exited)
            }
            () = stdin.flush(), if stdin.wants_to_write() => Ok(Event::Input),
            cut = stdout.pump(pid), if stdout.is_open() => Ok(cut?.map_or(Event::Output, Event::Limit)),
            cut = stderr.pump(pid), if stderr.is_open() => Ok(cut?.map_or(Event::Output, Event::Limit)),
        }
    }

    async fn wait(&mut self) -> Result<Exit, ProcessError> {
        let mut slow = Some(self.started + QUICK);
        while !self.exited && self.cut.is_none() {
            let timeout = self.timeout.map(|(at, _)| at);
            match self.next([slow, timeout].into_iter().flatten().min()).await? {
                Event::Exited | Event::Input | Event::Output => {}
                Event::Limit(cut) => return self.stop(cut).await,
                Event::Time => match self.timeout {
                    Some((at, limit)) if at <= Instant::now() => {
                        return self.stop(Cut::TimedOut(limit)).await;
                    }
                    _ => {
                        slow = None;
                        self.keep_in_files()?;
                    }
                },
            }
        }
        match self.cut {
            Some((cut, _)) => self.stop(cut).await,
            None => self.settle().await,
        }
    }

    /// The program has ended by itself: takes what it still had to say, and ends what it left in its group.
    async fn settle(&mut self) -> Result<Exit, ProcessError> {
        self.reap()?;
        self.drain()?;
        self.outlive_group(Instant::now() + LINGER).await?;
        self.tree.forget_root();
        self.drain()?;
        if self.end_daemons {
            self.kill_rest().await?;
        }
        tree::reap_leftovers();
        self.finish()
    }

    /// The program itself is gone: waits until its group is, and ends what is left of it `by` then.
    async fn outlive_group(&mut self, by: Instant) -> Result<(), ProcessError> {
        let mut look = LOOK.0;
        tree::reap_group(self.child.id());
        // What is still open belongs to a descendant: a group that has gone leaves only daemons to wait for.
        while tree::group_exists(self.child.id()) {
            let now = Instant::now();
            if now >= by {
                tree::kill_group(self.child.id());
            }
            if let Event::Limit(cut) = self.next(Some(now + look)).await? {
                self.cut.get_or_insert((cut, now));
                tree::kill_group(self.child.id());
            }
            tree::reap_group(self.child.id());
            look = (look * 2).min(LOOK.1);
            if now >= by + KILL_PATIENCE {
                return Err(ProcessError::Unkillable { pids: self.left() });
            }
        }
        Ok(())
    }

    async fn stop(&mut self, why: Cut) -> Result<Exit, ProcessError> {
        if self.status.is_some() {
            if tree::group_exists(self.child.id()) {
                tree::kill_group(self.child.id());
            }
            return self.settle().await;
        }
        let mut live = self.tree.live();
        let (_, kill_at) = *self.cut.get_or_insert_with(|| {
            self.tree.signal(&live, Signal::TERM);
            // A stopped process does not hear SIGTERM.
            self.tree.signal(&live, Signal::CONT);
            (why, Instant::now() + self.grace)
        });
        // The one who fills a pipe that nobody reads any more shall not wait for us.
        if matches!(why, Cut::TooMuchOutput { .. }) {
            self.stdout.close();
            self.stderr.close();
        }
        let mut look = LOOK.0;
        while !(live.is_empty() && self.exited) && Instant::now() < kill_at {
            let until = (Instant::now() + look).min(kill_at);
            while !matches!(self.next(Some(until)).await?, Event::Time | Event::Exited) {}
            look = (look * 2).min(LOOK.1);
            live = self.tree.live();
        }
        self.kill_rest().await?;
        self.reap()?;
        // Members that could not be seen, where there is no `/proc`.
        self.outlive_group(Instant::now()).await?;
        self.tree.forget_root();
        self.drain()?;
        self.finish()
    }

    /// Kills every process of the step that is left, until there is none.
    async fn kill_rest(&mut self) -> Result<(), ProcessError> {
        let patience = Instant::now() + KILL_PATIENCE;
        loop {
            let live = self.tree.live();
            if live.is_empty() && self.exited {
                return Ok(());
            }
            if Instant::now() >= patience {
                return Err(ProcessError::Unkillable { pids: self.left() });
            }
            self.tree.signal(&live, Signal::KILL);
            let until = Instant::now() + LOOK.0;
            while !matches!(self.next(Some(until)).await?, Event::Time | Event::Exited) {}
        }
    }

    fn keep_in_files(&mut self) -> Result<(), ProcessError> {
        self.stdout.keep_in_file()?;
        self.stderr.keep_in_file()
    }

    fn left(&mut self) -> Vec<u32> {
        self.tree.live().iter().map(|process| process.pid).collect()
    }

    fn reap(&mut self) -> Result<(), ProcessError> {
        if self.status.is_none() {
            let pid = self.child.id();
            self.status = Some(self.child.wait().map_err(|source| ProcessError::Watch { pid, source })?);
            self.exited = true;
        }
        Ok(())
    }

    /// Reads what is in the pipes now.
    fn drain(&mut self) -> Result<(), ProcessError> {
        for tap in [&mut self.stdout, &mut self.stderr] {
            if let Some(cut) = tap.drain(self.child.id())? {
                self.cut.get_or_insert((cut, Instant::now()));
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Exit, ProcessError> {
        let ended = match (self.cut, self.status) {
            (Some((cut, _)), _) => Ended::Cut(cut),
            (None, Some(status)) => match (status.code(), status.signal()) {
                (Some(code), _) => Ended::Code(code),
                (None, signal) => Ended::Signal(signal.unwrap_or(0)),
            },
            (None, None) => {
                let source = io::Error::other("it has not ended");
                return Err(ProcessError::Watch { pid: self.child.id(), source });
            }
        };
        self.stdin.close();
        self.stderr.keep_in_file()?;
        if ended != Ended::Code(0) {
            self.stdout.keep_in_file()?;
        }
        self.finished = true;
        Ok(Exit {
            ended,
            stdout: self.stdout.finish()?,
            stderr: self.stderr.finish()?,
            duration: self.started.elapsed(),
        })
    }

    async fn line(&mut self) -> Result<Option<Vec<u8>>, ProcessError> {
        loop {
            if let Some(line) = self.stdout.next_line() {
                return Ok(Some(line));
            }
            if self.cut.is_some() || !self.stdout.is_open() {
                return Ok(self.stdout.last_line());
            }
            if self.exited {
                // A descendant may hold the pipe open for ever: what is in it now is all that is waited for.
                self.drain()?;
                self.stdout.close();
                continue;
            }
            if let Event::Limit(cut) = self.next(None).await? {
                let live = self.tree.live();
                self.tree.signal(&live, Signal::TERM);
                self.cut = Some((cut, Instant::now() + self.grace));
            }
        }
    }
}

impl Running for LocalProcess {
    fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait(&mut self) -> Pending<'_, Result<Exit, ProcessError>> {
        Box::pin(self.wait())
    }

    fn stop(&mut self, why: Cut) -> Pending<'_, Result<Exit, ProcessError>> {
        Box::pin(self.stop(why))
    }

    fn signal(&mut self, signal: Signal) {
        let _ = pidfd_send_signal(self.pidfd.get_ref(), signal);
    }

    fn send(&mut self, bytes: &[u8]) {
        self.stdin.queue(bytes);
    }

    fn close_stdin(&mut self) {
        self.stdin.close_when_empty();
    }

    fn line(&mut self) -> Pending<'_, Result<Option<Vec<u8>>, ProcessError>> {
        Box::pin(self.line())
    }
}

/// A step that nobody waits for any more leaves nothing behind. This blocks for a moment, but only where a task was
/// dropped instead of stopped.
impl Drop for LocalProcess {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        for _ in 0..100 {
            let live = self.tree.live();
            if live.is_empty() {
                break;
            }
            self.tree.signal(&live, Signal::KILL);
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = self.child.try_wait();
    }
}

/// What connects us to the program.
struct Parts {
    pidfd: AsyncFd<OwnedFd>,
    stdin: Feed,
    stdout: Tap,
    stderr: Tap,
}

impl Parts {
    fn of(child: &mut Child, spec: &ProcessSpec) -> io::Result<Self> {
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let pidfd = pidfd_open(pid.ok_or(io::ErrorKind::InvalidInput)?, PidfdFlags::NONBLOCK)?;
        let (limit, dir) = (spec.output_limit, &spec.step.dir);
        let stdout = child.stdout.take().map(Into::into);
        let stderr = child.stderr.take().map(Into::into);
        Ok(Self {
            pidfd: watch(pidfd, Interest::READABLE)?,
            stdin: Feed::new(child.stdin.take().map(Into::into), &spec.stdin)?,
            stdout: match spec.stdin {
                Stdin::Live => Tap::by_line(Stream::Stdout, stdout, limit)?,
                Stdin::Bytes(_) => {
                    Tap::to_file(Stream::Stdout, stdout, Spool::new(dir.join("stdout"), limit, &spec.mask))?
                }
            },
            stderr: Tap::to_file(Stream::Stderr, stderr, Spool::new(dir.join("stderr"), limit, &spec.mask))?,
        })
    }
}

async fn maybe_sleep(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

fn command(spec: &ProcessSpec, name: &str) -> Result<Command, StartError> {
    let path = spec.env.get("PATH").map_or("", String::as_str);
    let (file, args): (PathBuf, &[String]) = match &spec.program {
        Program::Argv(argv) => (find_program(name, path, &spec.cwd)?, &argv[1..]),
        Program::Shell(_) => (PathBuf::from("/bin/sh"), &[]),
    };
    let mut command = Command::new(file);
    command.arg0(name).args(args);
    if let Program::Shell(script) = &spec.program {
        command.arg("-c").arg(script);
    }
    command.env_clear().envs(&spec.env);
    command.env("FLOW_STEP_KEY", &spec.step.key).env("FLOW_ATTEMPT", spec.step.attempt.to_string());
    command.env(tree::MARK, &spec.step.dir);
    command.current_dir(&spec.cwd).process_group(0);
    let quiet = spec.stdin == Stdin::Bytes(Vec::new());
    command.stdin(if quiet { Stdio::null() } else { Stdio::piped() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command)
}

/// Says what the system's error means for this program.
fn explain(error: io::Error, spec: &ProcessSpec, program: String, command: &Command) -> StartError {
    if !spec.cwd.is_dir() {
        return StartError::NoDirectory { program, cwd: spec.cwd.clone() };
    }
    let not_executable =
        |program, why| StartError::NotExecutable { program, file: PathBuf::from(command.get_program()), why };
    match error.kind() {
        io::ErrorKind::InvalidInput => StartError::Nul { program },
        io::ErrorKind::ArgumentListTooLong => StartError::TooLong { program, bytes: length(command) },
        io::ErrorKind::NotFound => {
            not_executable(program, "names an interpreter in its first line that does not exist")
        }
        io::ErrorKind::PermissionDenied => {
            not_executable(program, "may not be executed there (is the file system mounted `noexec`?)")
        }
        _ if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => {
            not_executable(program, "is neither a program for this machine nor a script with a `#!` line")
        }
        _ => StartError::System { program, source: error },
    }
}

fn length(command: &Command) -> usize {
    let args: usize = command.get_args().map(|arg| arg.len() + 1).sum();
    let env = command.get_envs().filter_map(|(name, value)| Some(name.len() + value?.len() + 2));
    args + env.sum::<usize>()
}
