//! When a call that failed is tried again, and how often an answer goes back: what the runtime does, and the compiler counts.

/// How many more turns an agent gets at least to mend an answer of the wrong form; with `retry`, as many as that says.
pub const CORRECTIONS: u32 = 1;

/// The longest pause before another attempt, in milliseconds.
pub const LONGEST_PAUSE: u64 = 60_000;

/// The longest pause behind the failed attempt of that number, the first being 1, in milliseconds: it doubles with each.
pub const fn longest_pause(attempt: u32) -> u64 {
    let doublings = if attempt > 16 { 16 } else { attempt.saturating_sub(1) };
    let pause = 1000 << doublings;
    if pause < LONGEST_PAUSE { pause } else { LONGEST_PAUSE }
}

/// The longest pauses before all attempts of a call that is tried again so often, in milliseconds.
pub fn longest_pauses(retries: u64) -> u64 {
    let (mut all, mut left, mut attempt) = (0_u64, retries, 1);
    while left > 0 && longest_pause(attempt) < LONGEST_PAUSE {
        all += longest_pause(attempt);
        left -= 1;
        attempt += 1;
    }
    all.saturating_add(left.saturating_mul(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::{longest_pause, longest_pauses};

    #[test]
    fn all_pauses_are_the_sum_of_each() {
        for retries in 0..40_u32 {
            let sum: u64 = (1..=retries).map(longest_pause).sum();
            assert_eq!(longest_pauses(u64::from(retries)), sum);
        }
        assert_eq!((longest_pause(1), longest_pause(6), longest_pause(7)), (1000, 32_000, 60_000));
        assert_eq!(longest_pauses(u64::MAX), u64::MAX);
    }
}
