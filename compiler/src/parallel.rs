//! Work on many things at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, available_parallelism, scope};

/// The stack of each thread, in bytes: recursion over the deepest tree takes a part of it. Only what is used takes up memory.
pub const STACK: usize = 64 << 20;

/// Does something with each of many things, on as many threads as the machine has processors; the answers are in the order
/// of the things. `state` makes what one thread works with.
pub fn map<T: Sync, S: Send, R: Send>(
    things: &[T],
    state: impl Fn() -> S,
    work: impl Fn(&S, &T) -> R + Sync,
) -> Vec<R> {
    // To ask for the number of processors reads files of the system: not for one thing.
    let processors = if things.len() > 1 { available_parallelism().map_or(1, usize::from) } else { 1 };
    let threads = processors.min(things.len());
    if threads <= 1 {
        let state = state();
        return things.iter().map(|thing| work(&state, thing)).collect();
    }
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(things.len()));
    let run = |state: S| {
        let mut own = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(thing) = things.get(index)
        {
            own.push((index, work(&state, thing)));
        }
        answers.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
    };
    scope(|scope| {
        let run = &run;
        for _ in 1..threads {
            let state = state();
            // Where the system has no room for another thread, this one does all.
            let _ = Builder::new().stack_size(STACK).spawn_scoped(scope, move || run(state));
        }
        run(state());
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_unstable_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn answers_are_in_the_order_of_what_was_asked() {
        let things: Vec<u32> = (0..1000).collect();
        assert_eq!(map(&things, || 1, |one, thing| thing + one), (1..=1000).collect::<Vec<u32>>());
        assert_eq!(map(&things[..1], || 1, |one, thing| thing + one), [1]);
        assert!(map(&things[..0], || 1, |one, thing| thing + one).is_empty());
    }
}
