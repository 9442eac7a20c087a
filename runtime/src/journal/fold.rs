//! The fold of a journal's lines to the progress of its run, in which a step that has ended is a count and nothing more.
//!
//! A start is kept as it stands until something else is known of the step: mostly its result, and then nobody has to
//! read what the start says.

use std::ops::Range;

use super::Progress;
use super::record::{Envelope, Line, Record, Unknown};
use super::step_line::{STARTED_KEY, StepLine};

/// How many starts are kept unread. More of them are open at once only where that many steps run side by side.
const MOST: usize = 64;

/// The progress of a run, line by line.
#[derive(Debug, Default)]
pub(super) struct Fold {
    progress: Progress,
    unread: Vec<Start>,
    /// Of the last line, if the progress does not have it yet.
    last: Option<Envelope>,
}

/// The record of a start, unread.
#[derive(Debug)]
struct Start {
    /// The hash of its key.
    hash: u64,
    envelope: Envelope,
    event: Vec<u8>,
    /// Where its key stands in it.
    key: Range<usize>,
}

impl Fold {
    /// Takes a line in that is one of the two that every step leaves.
    ///
    /// # Errors
    /// This program does not know what a start before it says.
    pub(super) fn step(&mut self, step: &StepLine<'_>, hash: u64, line: &Line<'_>) -> Result<(), Unknown> {
        let known = self.unread.iter().rposition(|start| start.hash == hash);
        let mut started = false;
        match (step, known) {
            (StepLine::Finished(it), Some(at)) if self.unread[at].is_of(it.key) => {
                self.unread.swap_remove(at);
                started = true;
            }
            // Another attempt at the step, or the step of another key with that hash.
            (_, Some(_)) => self.read_starts()?,
            (StepLine::Started { .. }, None) if self.unread.len() == MOST => self.read_starts()?,
            _ => {}
        }
        match step {
            StepLine::Finished(it) => self.progress.finish(it.key, started),
            StepLine::Started { key } => {
                let event = line.event().to_vec();
                let key = STARTED_KEY..STARTED_KEY + key.len();
                self.unread.push(Start { hash, envelope: line.envelope, event, key });
            }
        }
        self.last = Some(line.envelope);
        Ok(())
    }

    /// Takes a line in that is another one.
    ///
    /// # Errors
    /// This program does not know what it says, or what a start before it says.
    pub(super) fn record(&mut self, line: &mut Line<'_>) -> Result<Record, Unknown> {
        self.read_starts()?;
        let record = line.record()?;
        self.progress.apply(&record);
        self.last = None;
        Ok(record)
    }

    /// The progress after all lines.
    ///
    /// # Errors
    /// This program does not know what a start says.
    pub(super) fn finish(mut self) -> Result<Progress, Unknown> {
        self.read_starts()?;
        if let Some(last) = self.last {
            let Envelope { seq, epoch, .. } = last;
            (self.progress.seq, self.progress.epoch, self.progress.updated) = (seq, epoch, last.time()?);
        }
        Ok(self.progress)
    }

    /// Takes in what is unread: steps that are open. Nothing that was taken in since then was about them.
    fn read_starts(&mut self) -> Result<(), Unknown> {
        for Start { envelope, mut event, .. } in std::mem::take(&mut self.unread) {
            self.progress.apply(&Line::new(envelope, &mut event).record()?);
        }
        Ok(())
    }
}

impl Start {
    fn is_of(&self, key: &[u8]) -> bool {
        self.event.get(self.key.clone()) == Some(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;
    use crate::journal::index::hash_of;
    use crate::journal::record::{Body, Chain};
    use crate::journal::*;

    fn event(number: usize, what: u8) -> Event {
        let key = StepKey::new(format!("a/b[{number}]"));
        let hash = StepHash::of([]);
        match what {
            0..=3 => Event::StepStarted(StepStarted {
                key,
                hash,
                attempt: u32::from(what),
                kind: StepKind::Agent,
                what: "b".into(),
                argv: vec!["x".to_owned()],
                dir: Some(format!("steps/{number:04}-b").into()),
                once: what == 2,
            }),
            4..=6 => {
                let result = Recorded::inline(RawValue::TRUE.to_owned()).unwrap();
                StepFinished { key, hash, attempt: 1, result }.into()
            }
            7 => AgentSession { key, provider: "p".into(), session: "s".into() }.into(),
            8 => StepReopened { key, reason: "why".into() }.into(),
            9 => TimerSet { key, deadline: Time::from_millis(7) }.into(),
            12 => {
                let value = Recorded::inline(RawValue::TRUE.to_owned()).unwrap();
                AnswerTaken { key, id: "a".into(), by: "ann".into(), value }.into()
            }
            10 => RunFinished { status: Ending::Succeeded, result: None, failure: None }.into(),
            _ => Note { text: "words".into() }.into(),
        }
    }

    fn take(fold: &mut Fold, line: &mut Line<'_>) -> Result<(), Unknown> {
        match line.step() {
            Some(step) => fold.step(&step, hash_of(step.key()), line),
            None => fold.record(line).map(drop),
        }
    }

    fn both(events: impl IntoIterator<Item = (usize, u8)>) {
        let (mut fold, mut whole) = (Fold::default(), Progress::default());
        let mut chain = Chain::default();
        for (at, (number, what)) in events.into_iter().enumerate() {
            let mut line = Vec::new();
            let time = Time::from_millis(i64::try_from(at).unwrap());
            Body::new(&event(number, what), time).unwrap().write_line(&mut chain, &mut line);
            line.pop();
            let mut line = Line::read(&mut line).unwrap();
            whole.apply(&line.record().unwrap());
            take(&mut fold, &mut line).unwrap();
        }
        let json = |progress: &Progress| serde_json::to_value(progress).unwrap();
        assert_eq!(json(&fold.finish().unwrap()), json(&whole));
    }

    #[test]
    fn leaving_starts_unread_changes_nothing_of_the_progress() {
        proptest!(|(events in proptest::collection::vec((0..4_usize, 0..13_u8), 0..40))| both(events));
        // More at once than are left unread, ending in another order.
        both((0..200).map(|number| (number, 0)).chain((0..150).rev().map(|number| (number, 4))));
    }

    #[test]
    fn a_start_that_this_program_does_not_know_is_refused_with_its_number() {
        let unknown = br#"step_started","key":"a","hash":"e3b0c44298fc1c149afbf4c8996fb924","attempt":1,"kind":"agent","what":1}"#;
        let mut fold = Fold::default();
        let time = *b"2026-08-31T17:04:05.250Z";
        let envelope = Envelope { seq: 7, prev: 0, time, epoch: 1, crc: 0 };
        take(&mut fold, &mut Line::new(envelope, &mut unknown.to_vec())).unwrap();
        let mut note = br#"note","text":"words"}"#.to_vec();
        let after = take(&mut fold, &mut Line::new(Envelope { seq: 8, ..envelope }, &mut note));
        assert_eq!(after.unwrap_err().record, 7);
    }
}
