//! How the command ends.

use std::process::ExitCode;

use flow_runtime::store::StoreError;

/// The exit codes. They are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well.
    Good,
    /// The run failed.
    Failed,
    /// Bad usage, a bad program, or bad input.
    Usage,
    /// The run is blocked or waits.
    Waiting,
    /// Somebody interrupted it.
    Interrupted,
}

impl Exit {
    /// Nothing went well of which the output is lost.
    pub(crate) fn unless_cut_short(self) -> Self {
        if self == Self::Good && !crate::drive::is_printed() { Self::Failed } else { self }
    }

    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Good => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Waiting => 3,
            Self::Interrupted => 130,
        })
    }
}

/// An end before anything was done, and why.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failed {
    /// Something about the call is wrong.
    pub(crate) fn usage(message: impl ToString) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        let exit = match &error {
            StoreError::Held { .. } | StoreError::HeldElsewhere { .. } | StoreError::DiskFull { .. } => {
                Exit::Waiting
            }
            StoreError::NotARun(_) | StoreError::NoSuchRun { .. } => Exit::Usage,
            _ => Exit::Failed,
        };
        Self { exit, message: error.to_string() }
    }
}
