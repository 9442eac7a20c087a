//! A run from its start to its end: its thread, its signals, and what is said about how it ended.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use flow_compiler::diagnostics::render::visible;
use flow_ir::Program;
use flow_runtime::agents::Providers;
use flow_runtime::boundary::{Workspace, encode};
use flow_runtime::interp::pure::{Pure, STACK};
use flow_runtime::interp::stop::Halt;
use flow_runtime::journal::{Seal, system_clock};
use flow_runtime::process::LocalExecutor;
use flow_runtime::run::{Control, Ended, Surroundings, drive, words};
use flow_runtime::store::{OpenRun, RunId};
use flow_runtime::value::render;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::display::Display;
use crate::exit::{Exit, Failed};
use crate::place::shown;

/// How a run is shown, and what it waits for.
#[derive(Clone, Debug, Args)]
pub(crate) struct Manner {
    /// Print events as JSON, one a line, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
    /// Keep waiting for answers and signals instead of ending with exit code 3
    #[arg(long)]
    pub(crate) wait: bool,
    /// Print less: only what fails or waits, and the result
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Whether the run is driven only to end it, which whoever does so says
    #[arg(skip)]
    pub(crate) cancels: bool,
}

/// What is needed to drive a run.
pub(crate) struct Drive {
    pub(crate) run: OpenRun,
    pub(crate) program: Program,
    pub(crate) workspace: Workspace,
    pub(crate) providers: Providers,
    pub(crate) manner: Manner,
}

/// Drives a run to its end on a thread with enough stack for any program, and says how it ended.
pub(crate) fn run(it: Drive) -> Result<Exit, Failed> {
    let thread = std::thread::Builder::new().name("run".to_owned()).stack_size(STACK);
    let thread = thread.spawn(move || on_this_thread(it)).map_err(|error| Failed {
        exit: Exit::Failed,
        message: format!("there is no room for a thread: {error}"),
    })?;
    match thread.join() {
        Ok(exit) => exit,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn on_this_thread(it: Drive) -> Result<Exit, Failed> {
    let failed = |message: String| Failed { exit: Exit::Failed, message };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(format!("the event loop cannot start: {error}")))?;
    let (id, directory) = (it.run.dir.id().clone(), it.run.dir.path().to_owned());
    let root = format!("{}#1/", it.program.flow);
    let display = Arc::new(Display::new(&it.manner, &id, &root));
    display.begin(&it.program.flow, &directory, !it.run.history.is_empty());
    let pure = Pure::new(Rc::new(it.program));
    let around = Surroundings {
        workspace: it.workspace,
        environment: environment(),
        executor: Rc::new(LocalExecutor::new()),
        providers: it.providers,
        clock: system_clock(),
        patient: it.manner.wait,
    };
    let control = Control::default();
    let interrupted = Arc::new(AtomicBool::new(false));
    let ear = Ear {
        control: control.clone(),
        interrupted: Arc::clone(&interrupted),
        display: Arc::clone(&display),
        seal: it.run.journal.seal(),
    };
    ear.listen();
    let ended = runtime.block_on(drive(&pure, it.run, around, control, &*display));
    display.end();
    let ended = ended.map_err(Failed::usage)?;
    let interrupted = interrupted.load(Ordering::Relaxed);
    let can_differ = display.saw_a_step_fail();
    let report = Report { id, directory, manner: it.manner, program: pure.program(), can_differ };
    Ok(report.say(&ended, interrupted))
}

/// The environment of this process; what is not UTF-8 is left out.
pub(crate) fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Hears interrupts, and says what they mean.
struct Ear {
    control: Control,
    interrupted: Arc<AtomicBool>,
    display: Arc<Display>,
    seal: Seal,
}

impl Ear {
    /// Hears on a thread of its own, so that an interrupt is heard while the run computes, too. Returns when it does.
    ///
    /// Without that thread an interrupt ends the process, which a run survives as well: only the thread takes interrupts.
    fn listen(self) {
        let (listens, heard) = std::sync::mpsc::channel();
        let listener = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                if let (Ok(interrupt), Ok(terminate)) =
                    (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
                {
                    let _ = listens.send(());
                    self.hear(interrupt, terminate).await;
                }
            });
        };
        drop(std::thread::Builder::new().name("signals".to_owned()).spawn(listener));
        // Nobody says so where there is no thread.
        let _ = heard.recv();
    }

    /// The first interrupt stops at the next step or in the midst of a computation, the second one cancels, the third one
    /// gives up.
    async fn hear(&self, mut interrupt: Signal, mut terminate: Signal) {
        let mut times = 0;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            self.interrupted.store(true, Ordering::Relaxed);
            times += 1;
            match times {
                1 => {
                    self.display
                        .say("stopping when the running steps are done; interrupt again to cancel the run");
                    self.control.stop.cancel();
                }
                2 => {
                    self.display.say("cancelling the run: ending its steps and running its cleanups");
                    self.control.cancel.cancel();
                }
                // Whoever asks three times wants out; the run can be resumed. That its programs die here is no result of
                // theirs, so nobody records it.
                _ => self.seal.hold(|| {
                    self.display.end();
                    flow_runtime::process::kill_descendants();
                    std::process::exit(130);
                }),
            }
        }
    }
}

/// What is said at the end.
struct Report<'a> {
    id: RunId,
    directory: PathBuf,
    manner: Manner,
    program: &'a Program,
    /// Whether a step failed, so that the run can end otherwise when it is resumed.
    can_differ: bool,
}

impl Report<'_> {
    fn say(&self, ended: &Ended, interrupted: bool) -> Exit {
        let exit = match ended {
            Ended::Succeeded(_) => Exit::Good,
            Ended::Failed(_) => Exit::Failed,
            Ended::Cancelled if interrupted => Exit::Interrupted,
            Ended::Cancelled => Exit::Failed,
            Ended::Halted(halts) if interrupted && halts.contains(&Halt::Stopped) => Exit::Interrupted,
            Ended::Halted(_) => Exit::Waiting,
        };
        if self.manner.json {
            println(&self.json(ended).to_string());
        } else {
            if let Ended::Succeeded(value) = ended
                && !value.is_none()
            {
                println(render::text(value).trim_end());
            }
            if !(self.manner.cancels && matches!(ended, Ended::Cancelled)) {
                eprintln(&self.words(ended));
            }
        }
        exit
    }

    fn json(&self, ended: &Ended) -> serde_json::Value {
        let mut event = match ended {
            Ended::Succeeded(value) => json!({ "status": "succeeded", "result": encode::json(value) }),
            Ended::Failed(fault) => {
                json!({ "status": "failed", "failure": encode::failure_json(&fault.failure), "at": words::place(self.program, fault.at) })
            }
            Ended::Cancelled => json!({ "status": "cancelled" }),
            Ended::Halted(halts) => {
                let halts: Vec<_> = halts.iter().map(halt_json).collect();
                json!({ "status": "halted", "because": halts })
            }
        };
        event["event"] = "ended".into();
        event["run"] = self.id.to_string().into();
        event["directory"] = shown(&self.directory).into();
        event
    }

    fn words(&self, ended: &Ended) -> String {
        let text = words::ending(ended, &self.id, self.program, self.can_differ);
        match ended {
            Ended::Succeeded(_) | Ended::Cancelled => {
                format!("{text}; its record is in {}", shown(&self.directory))
            }
            Ended::Failed(_) | Ended::Halted(_) => text,
        }
    }
}

fn halt_json(halt: &Halt) -> serde_json::Value {
    match halt {
        Halt::Blocked { key, reason, .. } => json!({ "kind": "blocked", "step": key, "reason": reason }),
        Halt::Waiting { key, what, answer } => {
            json!({ "kind": "waiting", "step": key, "for": what, "answer": answer })
        }
        Halt::Stopped => json!({ "kind": "stopped" }),
        Halt::Suspended { why } => json!({ "kind": "suspended", "reason": why }),
    }
}

/// Whether something could not be written to standard output.
static IS_CUT_SHORT: AtomicBool = AtomicBool::new(false);

/// Prints a line; to a terminal, nothing that it would obey.
pub(crate) fn println(text: &str) {
    draw(&for_terminal(text, std::io::stdout().is_terminal()));
}

/// Prints a line that may have colours.
pub(crate) fn draw(text: &str) {
    print(format!("{text}\n").as_bytes());
}

/// Prints what a program or an agent wrote: byte for byte into a file or a pipe; to a terminal, nothing that it would obey.
pub(crate) fn hand_on(bytes: &[u8]) {
    if std::io::stdout().is_terminal() {
        print(visible(&String::from_utf8_lossy(bytes)).as_bytes());
    } else {
        print(bytes);
    }
}

fn for_terminal(text: &str, is_terminal: bool) -> Cow<'_, str> {
    if is_terminal { visible(text) } else { Cow::Borrowed(text) }
}

/// Writes to standard output. A reader that is gone does not matter; a full disk does, and is told once.
pub(crate) fn print(text: &[u8]) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text).and_then(|()| out.flush());
    tell_unwritten(written);
}

/// Says what standard output did not take.
pub(crate) fn tell_unwritten(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
        && !IS_CUT_SHORT.swap(true, Ordering::Relaxed)
    {
        eprintln(&format!("error: cannot write to standard output: {error}"));
    }
}

/// Whether all that was printed is written, as far as somebody reads it.
pub(crate) fn is_printed() -> bool {
    !IS_CUT_SHORT.load(Ordering::Relaxed)
}

/// Prints a line on standard error; to a terminal, nothing that it would obey.
pub(crate) fn eprintln(text: &str) {
    edraw(&for_terminal(text, std::io::stderr().is_terminal()));
}

/// Prints a line on standard error that may have colours.
pub(crate) fn edraw(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The workspace of a run, whose patterns do not look into the runs.
pub(crate) fn workspace(root: &Path, runs: &Path) -> Result<Workspace, Failed> {
    let workspace = Workspace::at(root)
        .map_err(|error| Failed::usage(format!("`{}` cannot be the workspace: {error}", root.display())))?;
    Ok(workspace.hiding(runs))
}
