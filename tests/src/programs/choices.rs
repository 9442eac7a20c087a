//! A row of choices that is read once, from its start.

/// What is left of a row of choices. When it runs out, each choice is the first.
pub(super) struct Choices<'c> {
    left: &'c [u8],
}

impl<'c> Choices<'c> {
    pub(super) const fn of(row: &'c [u8]) -> Self {
        Self { left: row }
    }

    /// A number below `count`.
    pub(super) fn pick(&mut self, count: usize) -> usize {
        let (choice, left) = self.left.split_first().unwrap_or((&0, &[]));
        self.left = left;
        usize::from(*choice) % count
    }

    /// True once in so many times, and never without choices.
    pub(super) fn chance(&mut self, of: usize) -> bool {
        self.pick(of) == of - 1
    }

    pub(super) fn one(&mut self, of: &[&'static str]) -> &'static str {
        of[self.pick(of.len())]
    }
}
