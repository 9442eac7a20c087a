//! The pulse of evaluation: how much was computed, in rounds, and who may end it in its midst.
//!
//! A *round* is a round of a loop, a call of a function or of a closure, or as much work on a long list or text or on a value with others in it. Between
//! two of them only as much is computed as the program has text, so whoever counts them sees all that takes long.

use std::cell::Cell;

use flow_ir::At;

use super::Pure;
use crate::interp::stop::{Halt, Stop};
use crate::value::Failure;
use crate::value::failure::kind;

/// How many elements of a list count as a round.
const ELEMENTS: usize = 4;

/// How many bytes of text count as a round.
const BYTES: usize = 256;

/// How many rounds go by until the overseer is asked again: so few that nobody waits, so many that asking costs nothing.
const UNASKED: u64 = 1024;

/// What whoever oversees a run wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The run is to stop, and may go on later.
    Stop,
    /// The run is to end, but for its cleanups.
    Cancel,
}

/// Who is asked what is wanted.
pub type Overseer = Box<dyn Fn() -> Option<Wish>>;

/// What ends an evaluation from outside of it.
enum Hold {
    /// This many rounds, of which none is left when the pulse has come to its end.
    Limit(u64),
    Overseer(Overseer),
}

/// How far evaluation has come.
#[derive(Default)]
pub(super) struct Pulse {
    /// How many rounds are left until somebody is asked.
    left: Cell<u64>,
    hold: std::cell::OnceCell<Hold>,
    /// Whether no wish is heard: what is computed has no way to be left and computed again.
    deaf: Cell<bool>,
    /// Whether what is computed belongs to a cleanup, which a cancelled run still makes.
    cleaning: Cell<bool>,
    /// Where the limit was reached.
    over: Cell<Option<At>>,
}

impl std::fmt::Debug for Pulse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pulse").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Pure {
    /// The same, which computes no more than this many rounds until it is [renewed](Self::renew).
    #[must_use]
    pub fn limited(self, rounds: u64) -> Self {
        self.pulse.left.set(rounds);
        let _ = self.pulse.hold.set(Hold::Limit(rounds));
        self
    }

    /// From here on, asks what is wanted every now and then. One that is limited or overseen already stays as it is.
    pub fn oversee(&self, overseer: Overseer) {
        let _ = self.pulse.hold.set(Hold::Overseer(overseer));
    }

    /// Forgets how much was computed.
    pub fn renew(&self) {
        if let Some(Hold::Limit(rounds)) = self.pulse.hold.get() {
            self.pulse.left.set(*rounds);
            self.pulse.over.set(None);
        }
    }

    /// Where the limit was reached, if it was.
    pub fn over(&self) -> Option<At> {
        self.pulse.over.get()
    }

    /// Whether what is computed from here on belongs to a cleanup.
    pub(crate) fn clean(&self, cleaning: bool) {
        self.pulse.cleaning.set(cleaning);
    }

    /// What is computed without a wish being heard.
    pub(super) fn undisturbed<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = self.pulse.deaf.replace(true);
        let made = work();
        self.pulse.deaf.set(before);
        made
    }

    /// Counts a round.
    ///
    /// # Errors
    /// When there were too many, or somebody wants evaluation to end.
    #[inline]
    pub(crate) fn round(&self, at: At) -> Result<(), Box<Stop>> {
        self.rounds(1, at)
    }

    /// Counts the work on a list.
    ///
    /// # Errors
    /// As [`round`](Self::round).
    #[inline]
    pub(crate) fn walk(&self, elements: usize, at: At) -> Result<(), Box<Stop>> {
        if elements < ELEMENTS { Ok(()) } else { self.rounds((elements / ELEMENTS) as u64, at) }
    }

    /// Counts the work on text.
    ///
    /// # Errors
    /// As [`round`](Self::round).
    #[inline]
    pub(crate) fn copy(&self, bytes: usize, at: At) -> Result<(), Box<Stop>> {
        if bytes < BYTES { Ok(()) } else { self.rounds((bytes / BYTES) as u64, at) }
    }

    #[inline]
    fn rounds(&self, count: u64, at: At) -> Result<(), Box<Stop>> {
        match self.pulse.left.get().checked_sub(count) {
            Some(left) => {
                self.pulse.left.set(left);
                Ok(())
            }
            None => self.ask(at),
        }
    }

    /// What comes next when no round is left.
    #[cold]
    fn ask(&self, at: At) -> Result<(), Box<Stop>> {
        let pulse = &self.pulse;
        match pulse.hold.get() {
            Some(Hold::Limit(rounds)) => {
                // Nothing more is computed behind a `catch`.
                pulse.left.set(0);
                let at = pulse.over.get().unwrap_or(at);
                pulse.over.set(Some(at));
                let text = format!("the evaluation does not end within {rounds} rounds");
                Err(Stop::fail(Failure::new(kind::TOO_LONG, text)).at(at))
            }
            Some(Hold::Overseer(overseer)) => {
                pulse.left.set(UNASKED);
                match overseer() {
                    _ if pulse.deaf.get() => Ok(()),
                    Some(Wish::Stop) => Err(Stop::halt(Halt::Stopped)),
                    Some(Wish::Cancel) if !pulse.cleaning.get() => Err(Box::new(Stop::Cancelled)),
                    _ => Ok(()),
                }
            }
            None => {
                pulse.left.set(u64::MAX);
                Ok(())
            }
        }
    }
}
