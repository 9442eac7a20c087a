//! What to start and how it ended: plain data.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::Captured;
use crate::mask::Mask;

/// How long a program may take to end itself after SIGTERM.
pub const GRACE: Duration = Duration::from_secs(10);

/// How much of each output stream is kept: passing it ends the program.
pub const OUTPUT_LIMIT: u64 = 64 * 1024 * 1024;

/// Which step a program belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The step's stable key, the same in every attempt: the program sees it as `FLOW_STEP_KEY`.
    pub key: String,
    /// The number of this attempt, from 1: `FLOW_ATTEMPT`.
    pub attempt: u32,
    /// The step's own directory, absolute: `FLOW_STEP_DIR`. Created when something is first kept in it.
    pub dir: PathBuf,
}

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// A program and its arguments, without a shell. The first is a path, or a name to be found on the `PATH` of the
    /// spec's own environment.
    Argv(Vec<String>),
    /// A script for `sh -c`.
    Shell(String),
}

/// What a program reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stdin {
    /// These bytes, then the end. Empty means `/dev/null`.
    Bytes(Vec<u8>),
    /// What [`super::Running::send`] is given, while its output is read line by line: whoever reads it keeps it, and
    /// only its tail is captured.
    Live,
}

/// A program to start for a step.
#[derive(Clone, Debug)]
pub struct ProcessSpec {
    /// The step that it belongs to.
    pub step: Step,
    /// What to run.
    pub program: Program,
    /// What it reads.
    pub stdin: Stdin,
    /// Its working directory, absolute.
    pub cwd: PathBuf,
    /// Its whole environment; nothing is inherited. See [`super::environment`].
    pub env: BTreeMap<String, String>,
    /// How long it may run, if there is a limit.
    pub timeout: Option<Duration>,
    /// How long it may take to end itself after SIGTERM.
    pub grace: Duration,
    /// How many bytes of each output stream are kept; passing it ends the program.
    pub output_limit: u64,
    /// Whether processes that left the program's group and session (build daemons, servers) end with it too. They
    /// always do when the program is stopped.
    pub end_daemons: bool,
    /// Hides secrets in what is captured of its output; lines that are taken one by one come as they are.
    pub mask: Mask,
}

impl ProcessSpec {
    /// A spec with no input, no timeout, an empty environment, and the usual grace and output limit.
    #[must_use]
    pub fn new(step: Step, program: Program, cwd: PathBuf) -> Self {
        Self {
            step,
            program,
            stdin: Stdin::Bytes(Vec::new()),
            cwd,
            env: BTreeMap::new(),
            timeout: None,
            grace: GRACE,
            output_limit: OUTPUT_LIMIT,
            end_daemons: false,
            mask: Mask::default(),
        }
    }
}

/// One of the two output streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stdout => "standard output",
            Self::Stderr => "standard error",
        })
    }
}

/// Why a program was ended by its executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It ran for longer than it may.
    TimedOut(Duration),
    /// Somebody asked for it.
    Cancelled,
    /// It wrote more than is kept.
    TooMuchOutput {
        /// To which stream.
        stream: Stream,
        /// How many bytes are kept.
        limit: u64,
    },
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this exit code.
    Code(i32),
    /// By a signal that its executor did not send.
    Signal(i32),
    /// By its executor.
    Cut(Cut),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "ended with exit code {code}"),
            Self::Signal(signal) => match signal_name(*signal) {
                Some(name) => write!(f, "was killed by {name}"),
                None => write!(f, "was killed by signal {signal}"),
            },
            Self::Cut(Cut::TimedOut(limit)) => {
                write!(f, "was still running after its timeout of {limit:?} and was ended")
            }
            Self::Cut(Cut::Cancelled) => f.write_str("was cancelled"),
            Self::Cut(Cut::TooMuchOutput { stream, limit }) => {
                write!(f, "wrote more than {} to {stream} and was ended", size(*limit))
            }
        }
    }
}

/// The end of a program and what it wrote.
#[derive(Clone, Debug)]
pub struct Exit {
    /// How it ended.
    pub ended: Ended,
    /// Its standard output.
    pub stdout: Captured,
    /// Its standard error.
    pub stderr: Captured,
    /// From its start to its end.
    pub duration: Duration,
}

/// One word for `sh`, whatever it contains.
#[must_use]
pub fn shell_quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        _ => return None,
    })
}

fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes >= MIB && bytes.is_multiple_of(MIB) {
        format!("{} MiB", bytes / MIB)
    } else {
        format!("{bytes} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_word_needs_no_quotes_and_anything_else_gets_them() {
        assert_eq!(shell_quote("src/main.rs"), "src/main.rs");
        assert_eq!(shell_quote(""), "''");
        assert_eq!(shell_quote("a b; rm -rf $HOME"), "'a b; rm -rf $HOME'");
        assert_eq!(shell_quote("it's"), r"'it'\''s'");
    }

    #[test]
    fn an_end_is_told_in_words() {
        let flood = Cut::TooMuchOutput { stream: Stream::Stdout, limit: OUTPUT_LIMIT };
        assert_eq!(Ended::Cut(flood).to_string(), "wrote more than 64 MiB to standard output and was ended");
        assert_eq!(Ended::Signal(9).to_string(), "was killed by SIGKILL");
        assert_eq!(Ended::Signal(40).to_string(), "was killed by signal 40");
        assert_eq!(
            Ended::Cut(Cut::TimedOut(Duration::from_secs(2))).to_string(),
            "was still running after its timeout of 2s and was ended"
        );
    }
}
