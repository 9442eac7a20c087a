//! A few threads and a queue.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// A task: whatever it reads is a snapshot that it owns.
pub(crate) type Run = Box<dyn FnOnce() + Send>;

/// Threads that run tasks in order. A task with a key takes the place of a waiting task with the same key.
pub(crate) struct Pool {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    ready: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Option<String>, Run)>,
    closed: bool,
}

/// The checker walks trees; this is far more than the deepest that the parser lets through needs.
const STACK: usize = 32 << 20;

impl Pool {
    /// A pool of `threads`; of fewer, if the system gives no more.
    pub(crate) fn new(threads: usize) -> Self {
        let queue = Arc::new(Queue::default());
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            let builder = thread::Builder::new().name("flow-worker".into()).stack_size(STACK);
            if let Err(error) = builder.spawn(move || queue.work()) {
                eprintln!("flow-lsp: cannot start a worker: {error}");
            }
        }
        Self { queue }
    }

    /// Queues a task. One that it replaces is dropped at once, with its snapshot, so that it holds up no write.
    pub(crate) fn push(&self, key: Option<String>, run: Run) {
        let mut state = self.queue.state.lock().unwrap_or_else(PoisonError::into_inner);
        let replaced =
            key.as_ref().and_then(|key| state.waiting.iter_mut().find(|(it, _)| it.as_ref() == Some(key)));
        match replaced {
            Some(task) => task.1 = run,
            None => state.waiting.push_back((key, run)),
        }
        self.queue.ready.notify_one();
    }

    /// Queues a task in front of those that wait: somebody looks at an answer.
    pub(crate) fn push_first(&self, run: Run) {
        let mut state = self.queue.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.push_front((None, run));
        self.queue.ready.notify_one();
    }

    /// Drops the waiting tasks that have a key, with their snapshots: what they would find out is out of date.
    pub(crate) fn forget_keyed(&self) {
        let mut state = self.queue.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.retain(|(key, _)| key.is_none());
    }
}

impl Queue {
    fn work(&self) {
        loop {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let run = loop {
                if let Some((_, run)) = state.waiting.pop_front() {
                    break run;
                }
                if state.closed {
                    return;
                }
                state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
            };
            drop(state);
            // A defect in one task must not take the others with it; the panic hook has said what happened.
            let _ = std::panic::catch_unwind(AssertUnwindSafe(run));
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.queue.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.clear();
        state.closed = true;
        self.queue.ready.notify_all();
    }
}
