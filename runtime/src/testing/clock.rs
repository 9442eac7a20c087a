//! Virtual time: nothing waits. When all that could go on has gone on, the clock jumps to the next deadline.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// When every test begins: 2025-01-01T00:00:00Z, in milliseconds since 1970.
pub(super) const START: i64 = 1_735_689_600_000;

/// A clock that stands still until somebody lets it jump.
#[derive(Debug)]
pub(super) struct Clock {
    now: Cell<i64>,
    /// Who waits for what, by deadline and number.
    timers: RefCell<BTreeMap<(i64, u64), Waker>>,
    /// Who waits until nobody waits for a time.
    late: RefCell<BTreeMap<u64, Waker>>,
    numbers: Cell<u64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            now: Cell::new(START),
            timers: RefCell::default(),
            late: RefCell::default(),
            numbers: Cell::new(0),
        }
    }
}

/// How a run on the clock ended.
pub(super) enum Ended<T> {
    /// With its value.
    Value(T),
    /// Somebody said that it is over; what it was doing is dropped.
    Dropped,
    /// Nothing goes on any more, and no deadline is left.
    Stuck,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Clock {
    /// The time in milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.now.get()
    }

    /// Resolves when the clock has reached a time.
    pub(super) fn until(&self, time: i64) -> Until<'_> {
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        Until { clock: self, at: (time, number) }
    }

    /// Resolves when nobody else waits for a time any more, a second later.
    pub(super) fn last(&self) -> Last<'_> {
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        Last { clock: self, number, waits: false }
    }

    /// Runs something to its end, or until `is_over`.
    pub(super) fn run<T>(&self, work: impl Future<Output = T>, is_over: impl Fn() -> bool) -> Ended<T> {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        let mut work = pin!(work);
        loop {
            while woken.0.swap(false, Ordering::Relaxed) {
                if let Poll::Ready(value) = work.as_mut().poll(&mut context) {
                    return Ended::Value(value);
                }
                if is_over() {
                    return Ended::Dropped;
                }
            }
            if !self.jump() {
                return Ended::Stuck;
            }
        }
    }

    /// Goes on to the next deadline.
    fn jump(&self) -> bool {
        let Some(((time, _), waker)) = self.timers.borrow_mut().pop_first() else {
            let Some((_, waker)) = self.late.borrow_mut().pop_first() else { return false };
            self.now.set(self.now.get().saturating_add(1000));
            waker.wake();
            return true;
        };
        self.now.set(self.now.get().max(time));
        waker.wake();
        true
    }
}

/// A wait for a time. `i64::MAX` never comes.
pub(super) struct Until<'c> {
    clock: &'c Clock,
    at: (i64, u64),
}

impl Future for Until<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.at.0 {
            return Poll::Ready(());
        }
        if self.at.0 < i64::MAX {
            self.clock.timers.borrow_mut().insert(self.at, context.waker().clone());
        }
        Poll::Pending
    }
}

/// A wait for everybody else's.
pub(super) struct Last<'c> {
    clock: &'c Clock,
    number: u64,
    waits: bool,
}

impl Future for Last<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut late = self.clock.late.borrow_mut();
        // Who was woken is no longer among them.
        if self.waits && !late.contains_key(&self.number) {
            return Poll::Ready(());
        }
        late.insert(self.number, context.waker().clone());
        drop(late);
        self.waits = true;
        Poll::Pending
    }
}

impl Drop for Last<'_> {
    fn drop(&mut self) {
        self.clock.late.borrow_mut().remove(&self.number);
    }
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        self.clock.timers.borrow_mut().remove(&self.at);
    }
}
