//! What is deferred: it runs when the flow ends, the last first, beside the processes that have not ended.
//!
//! A flow may end behind every step: one fails, or somebody cancels it.

use super::Walk;
use crate::analyses::outline::{Outline, Step, StepKind};
use crate::analyses::touch::running::Beside;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What runs at some places, by what is deferred there.
pub(super) type Endings = BTreeMap<BTreeSet<u32>, Beside>;

/// Something that is deferred.
pub(super) struct Deferred<'o> {
    steps: &'o [Step],
    /// Whether it runs for sure where it may be deferred: there is no way around it.
    is_certain: bool,
}

/// What a flow defers, by the step that does it.
pub(super) fn deferred(outline: &Outline) -> FxHashMap<u32, Deferred<'_>> {
    let mut out = FxHashMap::default();
    outline.each(&mut |step| {
        if let StepKind::Defer(steps) = &step.kind {
            let is_certain = outline.steps.iter().any(|top| top.number == step.number);
            out.insert(step.number, Deferred { steps, is_certain });
        }
    });
    out
}

impl Walk<'_> {
    /// The flow may end here.
    pub(super) fn may_end(&mut self, beside: &Beside) {
        if !beside.deferred().is_empty() {
            note(&mut self.endings, beside);
        }
    }

    /// The flow ends here of its own.
    pub(super) fn end(&mut self, beside: &Beside) {
        note(&mut self.ends, beside);
    }

    /// Runs what is deferred. What runs when the flow has ended of its own, and where it has failed.
    pub(super) fn clean_up(&mut self) -> (Beside, Beside) {
        self.has_ended = true;
        let (ends, endings) = (std::mem::take(&mut self.ends), std::mem::take(&mut self.endings));
        let mut failing = std::mem::take(&mut self.failing);
        let ends = self.unwind(ends);
        failing.add_all(&self.unwind(endings));
        (ends, failing)
    }

    fn unwind(&mut self, endings: Endings) -> Beside {
        let mut all = Beside::default();
        for (deferred, beside) in endings {
            let mut now = beside.ended();
            for step in deferred.iter().rev() {
                let Some(&Deferred { steps, is_certain }) = self.deferred.get(step) else { continue };
                let after = self.sequence(steps, now.clone()).unwrap_or_default();
                // Those before it run also where it fails.
                let after = after.or(&std::mem::take(&mut self.failing)).ended();
                now = if is_certain { after } else { now.or(&after) };
            }
            all.add_all(&now);
        }
        all
    }
}

fn note(endings: &mut Endings, beside: &Beside) {
    endings.entry(beside.deferred().clone()).or_default().add_all(beside);
}
