//! What can go wrong with a program before it runs and while it is looked after.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a program was not started. Nothing ran.
#[derive(Debug, Error)]
pub enum StartError {
    /// The name was found nowhere on the `PATH`.
    #[error("`{program}` is not installed: {}", searched(*directories))]
    NotFound {
        /// The name as written.
        program: String,
        /// How many directories of `PATH` were searched.
        directories: usize,
    },
    /// A path to a program, but there is no such file.
    #[error("`{program}` does not exist (looked for {})", file.display())]
    NoSuchFile {
        /// The path as written.
        program: String,
        /// Where it was looked for.
        file: PathBuf,
    },
    /// The file is there but cannot be executed.
    #[error("`{program}` cannot be run: {} {why}", file.display())]
    NotExecutable {
        /// The program as written.
        program: String,
        /// The file that was found.
        file: PathBuf,
        /// What is wrong with it, with a way forward.
        why: &'static str,
    },
    /// The working directory is missing.
    #[error("the working directory {} of `{program}` does not exist", cwd.display())]
    NoDirectory {
        /// The program as written.
        program: String,
        /// The directory.
        cwd: PathBuf,
    },
    /// The list of arguments is empty.
    #[error("there is no program to run: the list of arguments is empty")]
    Nothing,
    /// An argument or a variable contains a NUL character.
    #[error("`{program}` cannot be started: an argument or an environment variable contains a NUL character")]
    Nul {
        /// The program as written.
        program: String,
    },
    /// The system would not take so long a list of arguments.
    #[error(
        "`{program}` cannot be started: its arguments and environment take {bytes} bytes, more than the system allows; \
         pass long text on `stdin` or in a file"
    )]
    TooLong {
        /// The program as written.
        program: String,
        /// How long they are together.
        bytes: usize,
    },
    /// Anything else that the system says.
    #[error("`{program}` cannot be started: {source}")]
    System {
        /// The program as written.
        program: String,
        /// The system's error.
        source: io::Error,
    },
}

/// Why the end of a program could not be observed properly.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// It was never started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// What it wrote could not be kept: a full disk, for one.
    #[error("the output of a program cannot be kept in {}: {source}", file.display())]
    Keep {
        /// The file it should have gone to.
        file: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Talking to the program failed.
    #[error("lost touch with process {pid}: {source}")]
    Watch {
        /// The program's process.
        pid: u32,
        /// The system's error.
        source: io::Error,
    },
    /// Processes that even SIGKILL did not end, such as those that wait for a dead disk.
    #[error("some processes cannot be ended: {}; end them by hand", list(pids))]
    Unkillable {
        /// Their process ids.
        pids: Vec<u32>,
    },
}

fn list(pids: &[u32]) -> String {
    pids.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn searched(directories: usize) -> String {
    match directories {
        0 => "PATH is empty".to_owned(),
        1 => "the only directory of PATH does not have it".to_owned(),
        _ => format!("none of the {directories} directories of PATH has it"),
    }
}
