//! What one call of an agent may use up, over all its turns: further attempts and corrections included.

use super::Usage;
use crate::value::money::dollars;

/// The limits of one call, and what of them is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How many turns it may take.
    pub turns: Option<u32>,
    /// What it may cost, in millionths of a dollar.
    pub cost: Option<u64>,
    /// What its turns used so far.
    pub used: Usage,
}

impl Limits {
    /// Counts what a turn used.
    pub fn count(&mut self, usage: Usage) {
        self.used += usage;
    }

    /// What it may still cost, in millionths of a dollar, if that is limited.
    #[must_use]
    pub fn cost_left(&self) -> Option<u64> {
        self.cost.map(|most| most.saturating_sub(self.used.cost_micros))
    }

    /// Why there is no further turn, if there is none.
    #[must_use]
    pub fn no_other(&self) -> Option<String> {
        let used = self.used;
        if let Some(most) = self.turns.filter(|most| used.turns >= *most) {
            let turns = if most == 1 { "1 turn" } else { &format!("{most} turns") };
            let them = if most == 1 { "it" } else { "them" };
            return Some(format!("it may take {turns} (`turns`), and has taken {them}"));
        }
        self.cost
            .filter(|most| used.cost_micros > 0 && used.cost_micros >= *most)
            .map(|most| self.spent(most))
    }

    /// Why what was used is too much, if it is.
    #[must_use]
    pub fn exceeded(&self) -> Option<String> {
        self.cost.filter(|most| self.used.cost_micros > *most).map(|most| self.spent(most))
    }

    fn spent(&self, most: u64) -> String {
        let text = |micros: u64| dollars(i64::try_from(micros).unwrap_or(i64::MAX));
        format!("it may cost {} (`cost`), and has cost {}", text(most), text(self.used.cost_micros))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(turns: u32, cost_micros: u64) -> Usage {
        Usage { turns, cost_micros, ..Usage::default() }
    }

    #[test]
    fn without_limits_there_is_always_another_turn() {
        let limits = Limits { used: used(1000, 1_000_000_000), ..Limits::default() };
        assert_eq!((limits.no_other(), limits.exceeded(), limits.cost_left()), (None, None, None));
    }

    #[test]
    fn turns_are_used_up_when_all_are_taken() {
        let mut limits = Limits { turns: Some(2), ..Limits::default() };
        limits.count(used(1, 0));
        assert_eq!(limits.no_other(), None);
        limits.count(used(1, 0));
        assert_eq!(limits.no_other().as_deref(), Some("it may take 2 turns (`turns`), and has taken them"));
        let one = Limits { turns: Some(1), used: used(1, 0), ..Limits::default() };
        assert_eq!(one.no_other().as_deref(), Some("it may take 1 turn (`turns`), and has taken it"));
    }

    #[test]
    fn money_is_used_up_when_it_is_spent_and_too_much_above_that() {
        let mut limits = Limits { cost: Some(500_000), ..Limits::default() };
        limits.count(used(1, 400_000));
        assert_eq!((limits.no_other(), limits.cost_left()), (None, Some(100_000)));
        limits.count(used(1, 100_000));
        assert_eq!(limits.no_other().as_deref(), Some("it may cost $0.50 (`cost`), and has cost $0.50"));
        assert_eq!(limits.exceeded(), None);
        limits.count(used(1, 1));
        assert!(limits.exceeded().is_some());
        assert_eq!(limits.cost_left(), Some(0));
    }

    #[test]
    fn what_costs_nothing_may_go_on_where_nothing_may_be_spent() {
        let limits = Limits { cost: Some(0), used: used(3, 0), ..Limits::default() };
        assert_eq!((limits.no_other(), limits.exceeded()), (None, None));
    }
}
