//! What may run beside a flow: a set of processes and endpoints.

use super::reach::Touched;
use crate::analyses::outline::Known;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Who runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A process that the flow spawned.
    Process,
    /// What a process or a flow has let outlive it: nobody can wait for it.
    Left,
    /// An endpoint of the flow.
    Endpoint,
    /// What was handed to the flow by a parameter, by its place among those: its caller knows what it touches.
    Held(usize),
    /// The process of a round in a loop over processes that are told apart elsewhere.
    Element,
}

/// Something that may run beside the flow.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) who: Who,
    /// As what the flow knows it.
    pub(super) process: Known,
    /// The step that begins it; it stands for what that step begins.
    pub(super) step: u32,
    /// Whether it may begin at any time, so that nobody can say that it has ended.
    pub(super) lasts: bool,
    pub(super) touched: Vec<Touched>,
    /// What goes on when it has ended: the processes that it let outlive it.
    pub(super) leaves: Vec<Touched>,
}

/// All that may run beside the flow at a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    running: Vec<Rc<Running>>,
    /// What is deferred there, by its steps.
    deferred: BTreeSet<u32>,
}

impl Beside {
    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Rc<Running>> {
        self.running.iter()
    }

    /// What is deferred, by its steps.
    pub(super) fn deferred(&self) -> &BTreeSet<u32> {
        &self.deferred
    }

    /// These steps have deferred something.
    pub(super) fn defer<'a>(&mut self, steps: impl IntoIterator<Item = &'a u32>) {
        self.deferred.extend(steps);
    }

    /// The same when the flow has ended, before what is deferred runs.
    pub(super) fn ended(self) -> Self {
        Self { deferred: BTreeSet::new(), ..self }
    }

    /// What that step begins, if it runs.
    pub(super) fn of_step(&self, step: u32) -> Option<&Rc<Running>> {
        self.running.iter().find(|known| known.step == step)
    }

    /// Whether that process may run.
    pub(super) fn runs(&self, process: Known) -> bool {
        self.running.iter().any(|known| known.process == process)
    }

    /// Something runs as well. Whether that is new.
    pub(super) fn add(&mut self, new: Rc<Running>) -> bool {
        match self.running.iter_mut().find(|known| known.step == new.step) {
            Some(known) if known.lasts || !new.lasts => false,
            Some(known) => {
                *known = new;
                true
            }
            None => {
                self.running.push(new);
                true
            }
        }
    }

    /// All of these run, and are deferred, as well. Whether any is new.
    pub(super) fn add_all(&mut self, more: &Self) -> bool {
        let deferred = self.deferred.len();
        self.deferred.extend(&more.deferred);
        let new = more.iter().filter(|known| self.add(Rc::clone(known))).count();
        new > 0 || self.deferred.len() > deferred
    }

    /// What runs where one of two ways was gone.
    pub(super) fn or(mut self, other: &Self) -> Self {
        self.add_all(other);
        self
    }

    /// That process has ended: what it leaves behind runs on.
    pub(super) fn end(&mut self, process: Known) {
        let ends = |known: &Rc<Running>| known.process == process && !known.lasts;
        let left: Vec<_> =
            self.running.iter().filter(|known| ends(known)).filter_map(|known| known.left()).collect();
        self.running.retain(|known| !ends(known));
        left.into_iter().for_each(|left| {
            self.add(Rc::new(left));
        });
    }

    /// Without what that step begins.
    pub(super) fn without(mut self, step: u32) -> Self {
        self.running.retain(|known| known.step != step);
        self
    }

    /// Without the endpoints: those are asked one at a time.
    pub(super) fn without_endpoints(&self) -> Self {
        let running = self.iter().filter(|known| known.who != Who::Endpoint).cloned().collect();
        Self { running, deferred: self.deferred.clone() }
    }
}

impl Running {
    /// What goes on when this has ended.
    fn left(&self) -> Option<Self> {
        let touched = self.leaves.clone();
        (!touched.is_empty()).then(|| Self {
            who: Who::Left,
            process: None,
            lasts: true,
            touched,
            leaves: Vec::new(),
            step: self.step,
        })
    }
}
