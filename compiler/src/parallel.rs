//! Work on many things at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{Builder, available_parallelism, scope};

/// The stack of each thread, in bytes: recursion over the deepest tree takes a part of it. Only what is used takes up memory.
pub const STACK: usize = 64 << 20;

/// Some pieces of work, by number. None of them waits for another of the same round.
pub struct Round<'a, S> {
    pieces: usize,
    work: Box<Work<'a, S>>,
}

type Work<'a, S> = dyn Fn(&S, usize) + Sync + 'a;

impl<'a, S> Round<'a, S> {
    /// Something to do with each of many things.
    pub fn of<T: Sync>(things: &'a [T], work: impl Fn(&S, &T) + Sync + 'a) -> Self {
        let work = move |state: &S, piece| things.get(piece).into_iter().for_each(|thing| work(state, thing));
        Self { pieces: things.len(), work: Box::new(work) }
    }
}

/// Does something with each of many things, on as many threads as the machine has processors; the answers are in the order
/// of the things. `state` makes what one thread works with.
pub fn map<T: Sync, S: Send, R: Send + Sync>(
    things: &[T],
    state: impl Fn() -> S,
    work: impl Fn(&S, &T) -> R + Sync,
) -> Vec<R> {
    map_after(&[], things, state, work)
}

/// As [`map`], with other work before it: a round begins when all of the one before is done. The same threads do it all, so
/// that none is made, and given a processor, in the midst of the work.
pub fn map_after<T: Sync, S: Send, R: Send + Sync>(
    before: &[Round<'_, S>],
    things: &[T],
    state: impl Fn() -> S,
    work: impl Fn(&S, &T) -> R + Sync,
) -> Vec<R> {
    let answers: Vec<OnceLock<R>> = things.iter().map(|_| OnceLock::new()).collect();
    let all: Vec<(&T, &OnceLock<R>)> = things.iter().zip(&answers).collect();
    let last = Round::of(&all, |state, (thing, answer)| drop(answer.set(work(state, *thing))));
    let rounds: Vec<&Round<'_, S>> = before.iter().chain([&last]).collect();
    // To ask for the number of processors reads files of the system: not for one thing.
    let processors = if things.len() > 1 { available_parallelism().map_or(1, usize::from) } else { 1 };
    let next: Vec<AtomicUsize> = rounds.iter().map(|_| AtomicUsize::new(0)).collect();
    let gate = Gate::default();
    let run = |state: S, _place: Place<'_>| {
        for (round, next) in rounds.iter().zip(&next) {
            while let piece = next.fetch_add(1, Ordering::Relaxed)
                && piece < round.pieces
            {
                (round.work)(&state, piece);
            }
            gate.wait();
        }
    };
    scope(|scope| {
        let own = gate.enter();
        let run = &run;
        for _ in 1..processors.min(things.len()) {
            let (state, place) = (state(), gate.enter());
            // Where the system has no room for another thread, this one does all.
            let _ = Builder::new().stack_size(STACK).spawn_scoped(scope, move || run(state, place));
        }
        run(state(), own);
    });
    drop(rounds);
    drop(last);
    answers.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// Where threads wait until all have come.
#[derive(Default)]
struct Gate {
    threads: Mutex<Threads>,
    opened: Condvar,
}

#[derive(Default)]
struct Threads {
    all: usize,
    waiting: usize,
    /// How often the gate has opened.
    opened: usize,
}

/// The place of a thread among those that the gate waits for. One that ends, or fails, is waited for no longer.
struct Place<'a>(&'a Gate);

impl Gate {
    fn enter(&self) -> Place<'_> {
        self.threads().all += 1;
        Place(self)
    }

    /// Waits until all others wait.
    fn wait(&self) {
        let mut threads = self.threads();
        threads.waiting += 1;
        let times = threads.opened;
        self.open(&mut threads);
        while threads.opened == times {
            threads = self.opened.wait(threads).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Opens if all wait.
    fn open(&self, threads: &mut Threads) {
        if threads.waiting >= threads.all {
            threads.waiting = 0;
            threads.opened += 1;
            self.opened.notify_all();
        }
    }

    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut threads = self.0.threads();
        threads.all -= 1;
        self.0.open(&mut threads);
    }
}

#[cfg(test)]
mod tests {
    use super::{Round, map, map_after};
    use std::panic::catch_unwind;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn answers_are_in_the_order_of_what_was_asked() {
        let things: Vec<u32> = (0..1000).collect();
        assert_eq!(map(&things, || 1, |one, thing| thing + one), (1..=1000).collect::<Vec<u32>>());
        assert_eq!(map(&things[..1], || 1, |one, thing| thing + one), [1]);
        assert!(map(&things[..0], || 1, |one, thing| thing + one).is_empty());
    }

    #[test]
    fn a_round_begins_when_the_one_before_is_done() {
        let things: Vec<usize> = (0..100).collect();
        let (first, second) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let before = [
            Round::of(&things, |(), _| _ = first.fetch_add(1, Ordering::Relaxed)),
            Round::of(&things[..3], |(), _| {
                _ = second.fetch_add(first.load(Ordering::Relaxed), Ordering::Relaxed)
            }),
        ];
        let seen = map_after(&before, &things, || (), |(), _| second.load(Ordering::Relaxed));
        assert_eq!(seen, vec![300; 100]);
    }

    #[test]
    fn a_failure_of_one_thread_ends_all() {
        let things: Vec<usize> = (0..100).collect();
        let failed = catch_unwind(|| {
            let before = [Round::of(&things, |(), thing| assert_ne!(*thing, 50))];
            map_after(&before, &things, || (), |(), thing| *thing)
        });
        assert!(failed.is_err());
    }
}
