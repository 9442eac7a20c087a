//! Running programs: what one step starts, how it ends, and the seam behind which it runs.
//!
//! [`Executor`] is whoever owns running steps. [`LocalExecutor`] owns them as children of this process; an owner
//! that outlives the runtime fits the same trait, which is why a step is named by its key and directory and why
//! [`Executor::attach`] exists.
//!
//! - [`spec`]: what to start, as plain data, and how it ended
//! - [`environment`]: the variables that a step sees
//! - [`resolve`]: from a program's name to a file, with an error that helps
//! - [`local`]: children of this process
//! - [`pipes`]: its standard streams
//! - [`output`]: what a program writes, kept in a file with a bounded tail in memory
//! - [`tree`]: finding and ending every descendant

pub mod environment;
mod error;
pub mod local;
mod output;
mod pipes;
mod resolve;
pub mod spec;
mod tree;

use std::future::Future;
use std::pin::Pin;

use rustix::process::Signal;
use tokio_util::sync::CancellationToken;

pub use error::{ProcessError, StartError};
pub use local::LocalExecutor;
pub use output::Captured;
pub use resolve::find_program;
pub use spec::{Cut, Ended, Exit, ProcessSpec, Program, Stdin, Step, Stream, shell_quote};
pub use tree::kill_descendants;

/// A future that stays on its thread: the runtime is single-threaded.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// An owner of running steps.
pub trait Executor {
    /// Starts a program for a step. It runs from here on, whether or not anybody waits for it.
    ///
    /// # Errors
    /// When nothing was started: the program is missing or not executable, the directory does not exist, …
    fn start(&self, spec: ProcessSpec) -> Pending<'_, Result<Box<dyn Running>, StartError>>;

    /// Finds the program of a step that is already running, such as after a crash of the runtime. `None` if there is
    /// none: it has to be started.
    ///
    /// # Errors
    /// When the step's directory cannot be read.
    fn attach(&self, step: Step) -> Pending<'_, Result<Option<Box<dyn Running>>, ProcessError>>;
}

/// One running program. Dropping it ends the program if its executor cannot be attached to again.
///
/// Every future here may be dropped and asked for again without losing anything, so they are safe in a `select!`.
pub trait Running {
    /// The process id of the program itself.
    fn pid(&self) -> u32;

    /// Waits until the program ends, or its timeout or output limit ends it.
    ///
    /// # Errors
    /// When its output cannot be kept or one of its processes cannot be ended.
    fn wait(&mut self) -> Pending<'_, Result<Exit, ProcessError>>;

    /// Ends the program: SIGTERM, the grace period, SIGKILL, then every descendant, wherever it went.
    /// Returns when none is left.
    ///
    /// # Errors
    /// As [`Running::wait`].
    fn stop(&mut self, why: Cut) -> Pending<'_, Result<Exit, ProcessError>>;

    /// Sends one signal to the program alone and returns at once.
    fn signal(&mut self, signal: Signal);

    /// Queues bytes for standard input; they are written while somebody waits for a line or the end.
    /// Only for [`Stdin::Live`].
    fn send(&mut self, bytes: &[u8]);

    /// Closes standard input once what was queued has been written.
    fn close_stdin(&mut self);

    /// The next line of standard output without its line break, `None` after the last. Only for [`Stdin::Live`].
    ///
    /// # Errors
    /// As [`Running::wait`].
    fn line(&mut self) -> Pending<'_, Result<Option<Vec<u8>>, ProcessError>>;
}

/// Starts a program and waits for its end, or stops it when `cancel` is triggered.
///
/// # Errors
/// When it could not be started, or as [`Running::wait`].
pub async fn run(
    executor: &dyn Executor,
    spec: ProcessSpec,
    cancel: &CancellationToken,
) -> Result<Exit, ProcessError> {
    let mut running = executor.start(spec).await?;
    tokio::select! {
        biased;
        () = cancel.cancelled() => {}
        exit = running.wait() => return exit,
    }
    running.stop(Cut::Cancelled).await
}
