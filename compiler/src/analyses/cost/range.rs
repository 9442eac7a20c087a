//! At least and at most, in each of the three dimensions, and why there is no bound.

use super::amount::{Amount, Symbol};
use crate::analyses::outline::Budget;
use crate::diagnostics::ItemKey;
use flow_grammar::span::Span;
use smol_str::SmolStr;

/// How many reasons are kept.
const MOST_REASONS: usize = 3;

/// What may be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Turns of agents.
    Turns,
    /// Wall time, in milliseconds.
    Time,
    /// Money, in millionths of a dollar.
    Cost,
}

impl Dimension {
    /// All of them, in their order in arrays.
    pub const ALL: [Self; 3] = [Self::Turns, Self::Time, Self::Cost];

    /// Its name in budgets and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Turns => "turns",
            Self::Time => "time",
            Self::Cost => "cost",
        }
    }

    /// What a budget allows of it.
    pub const fn budget(self, budget: &Budget) -> Option<(u64, Span)> {
        match self {
            Self::Turns => budget.turns,
            Self::Time => budget.time,
            Self::Cost => budget.cost,
        }
    }

    /// A number of it for people, which is no less.
    pub fn number(self, number: u64) -> String {
        match self {
            Self::Turns => number.to_string(),
            Self::Time => duration(number, u64::div_ceil),
            Self::Cost => money(number),
        }
    }

    /// A number of it for people, which is no more.
    pub fn least(self, number: u64) -> String {
        match self {
            Self::Time => duration(number, |ms, unit| ms / unit),
            _ => self.number(number),
        }
    }

    /// Exactly so much of it, for people.
    pub fn exact(self, number: u64) -> String {
        match self {
            Self::Time => exact_duration(number),
            _ => self.number(number),
        }
    }
}

/// Units of time in milliseconds.
const UNITS: [(u64, &str); 5] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms")];

/// A duration in all the units that it takes.
fn exact_duration(ms: u64) -> String {
    let mut rest = ms;
    let parts = UNITS.iter().filter_map(|(unit, name)| {
        let count = rest / unit;
        rest %= unit;
        (count > 0).then(|| format!("{count}{name}"))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// A duration in its two largest units, where `divided` says which way it is rounded.
fn duration(ms: u64, divided: impl Fn(u64, u64) -> u64) -> String {
    let Some(first) = UNITS.iter().position(|(unit, _)| ms >= *unit) else { return "0s".to_owned() };
    let small = UNITS.get(first + 1).map_or(1, |(unit, _)| *unit);
    let rounded = divided(ms, small).saturating_mul(small);
    // Rounding up may have filled the larger unit.
    let (unit, name) = UNITS[UNITS.iter().position(|(unit, _)| rounded >= *unit).unwrap_or(first)];
    let rest = rounded % unit / small.min(unit);
    let small_name = UNITS.iter().find(|(it, _)| *it == small).map_or("", |(_, name)| *name);
    match rest {
        0 => format!("{}{name}", rounded / unit),
        rest => format!("{}{name} {rest}{small_name}", rounded / unit),
    }
}

/// Dollars, with as many places behind the point as it takes.
fn money(micros: u64) -> String {
    let (dollars, rest) = (micros / 1_000_000, micros % 1_000_000);
    if rest == 0 {
        return format!("${dollars}");
    }
    let digits = format!("{rest:06}");
    let digits = digits.trim_end_matches('0');
    format!("${dollars}.{digits:0<2}")
}

/// Why there is no bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// What lacks one.
    pub kind: WhyKind,
    /// Where.
    pub at: At,
}

/// A place that survives edits which change no step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The item.
    pub key: ItemKey,
    /// The number of the step in its outline; its name without one.
    pub step: Option<u32>,
}

/// What lacks a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyKind {
    /// A declaration without a setting.
    NoSetting(SmolStr, &'static str),
    /// A built-in effect that may last.
    Effect(&'static str),
    /// A process that may begin again any number of times.
    Restart,
    /// A loop that only a budget ends.
    Loop,
    /// Stages that hand off in a circle that only a budget ends.
    Circle,
    /// A flow that calls itself.
    Recursive(SmolStr),
    /// Something changes while the flow runs, and a type with a limit like this one would bound it.
    Changes(SmolStr, &'static str),
    /// More lists and values than are worth naming.
    Unwieldy,
}

impl WhyKind {
    /// What a symbol stands for changes.
    fn changes(symbol: &Symbol) -> Self {
        let (name, limit) = match symbol {
            Symbol::Len(root) => (root.name().clone(), "[T] where it.len() <= 5"),
            Symbol::Quantity(root) => (root.name().clone(), "duration where it <= 5m"),
            Symbol::Value(root) => (root.name().clone(), "int where it <= 5"),
            _ => (SmolStr::default(), "int where it <= 5"),
        };
        Self::Changes(name, limit)
    }

    /// The reason for people.
    pub fn text(&self) -> String {
        match self {
            Self::NoSetting(name, setting) => format!("`{name}` has no `{setting}`"),
            Self::Effect(name) => format!("`{name}` has no timeout"),
            Self::Restart => "`restart` may begin again any number of times".to_owned(),
            Self::Loop => "the loop has no `max`".to_owned(),
            Self::Circle => "its stages hand off in a circle without `max`".to_owned(),
            Self::Recursive(name) => format!("`{name}` calls itself"),
            Self::Changes(name, limit) => {
                format!("`{name}` changes while the flow runs; a type with a limit would bound it: `{limit}`")
            }
            Self::Unwieldy => "it depends on too many lists to say how".to_owned(),
        }
    }
}

/// The most of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Most {
    /// So much.
    Known(Amount),
    /// There is an end, but nobody says at how much.
    Unknown(Vec<Why>),
    /// There is no end.
    Unbounded(Vec<Why>),
}

impl Default for Most {
    fn default() -> Self {
        Self::Known(Amount::default())
    }
}

impl From<Amount> for Most {
    fn from(amount: Amount) -> Self {
        Self::Known(amount)
    }
}

impl Most {
    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        matches!(self, Self::Known(amount) if amount.is_zero())
    }

    /// The number, if it depends on nothing.
    pub fn known(&self) -> Option<u64> {
        match self {
            Self::Known(amount) => amount.known(),
            _ => None,
        }
    }

    /// Why it is not known.
    pub fn reasons(&self) -> &[Why] {
        match self {
            Self::Known(_) => &[],
            Self::Unknown(why) | Self::Unbounded(why) => why,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.joined(other, Amount::plus)
    }

    /// One of both.
    #[must_use]
    pub fn or_more(&self, other: &Self) -> Self {
        self.joined(other, Amount::or_more)
    }

    fn joined(&self, other: &Self, join: impl Fn(&Amount, &Amount) -> Amount) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(join(a, b)),
            (Self::Unbounded(why), Self::Unbounded(more)) => Self::Unbounded(merged(why, more)),
            (Self::Unbounded(why), _) | (_, Self::Unbounded(why)) => Self::Unbounded(why.clone()),
            (Self::Unknown(why), Self::Unknown(more)) => Self::Unknown(merged(why, more)),
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why.clone()),
        }
    }

    /// So many times.
    #[must_use]
    pub fn times(&self, count: &Self) -> Self {
        match (self, count) {
            _ if self.is_zero() || count.is_zero() => Self::default(),
            (Self::Known(a), Self::Known(b)) => Self::Known(a.times(b)),
            _ => self.plus(count),
        }
    }

    /// One of two bounds, both of which hold.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        match (self.known(), other.known()) {
            (Some(a), Some(b)) => Amount::from(a.min(b)).into(),
            (Some(_), None) => self,
            (None, Some(_)) => other,
            (None, None) if matches!(self, Self::Known(_)) => self,
            (None, None) => other,
        }
    }

    /// Without what changes while the flow runs, and without more terms than are of use.
    #[must_use]
    pub fn tidy(self, at: &At) -> Self {
        if let Self::Known(amount) = &self
            && let Some(symbol) = amount.changing()
        {
            return Self::Unknown(vec![Why { kind: WhyKind::changes(symbol), at: at.clone() }]);
        }
        match self {
            Self::Known(amount) if amount.is_unwieldy() => {
                Self::Unbounded(vec![Why { kind: WhyKind::Unwieldy, at: at.clone() }])
            }
            other => other,
        }
    }

    /// In a few words, without the reasons.
    pub fn text(&self, dimension: Dimension) -> String {
        match self {
            Self::Known(amount) => amount.text(&|number| dimension.number(number)),
            Self::Unknown(_) => "unknown".to_owned(),
            Self::Unbounded(_) => "unbounded".to_owned(),
        }
    }
}

fn merged(why: &[Why], more: &[Why]) -> Vec<Why> {
    let mut out = why.to_vec();
    for why in more {
        if out.len() < MOST_REASONS && !out.contains(why) {
            out.push(why.clone());
        }
    }
    out
}

/// Nothing of anything.
pub(super) fn nothing() -> [Most; 3] {
    Default::default()
}

/// What something takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// At least.
    pub least: [u64; 3],
    /// At most.
    pub most: [Most; 3],
}

/// Two arrays, place by place.
pub(super) fn each<A, B, U>(a: &[A; 3], b: &[B; 3], join: impl Fn(&A, &B) -> U) -> [U; 3] {
    let [a0, a1, a2] = a;
    let [b0, b1, b2] = b;
    [join(a0, b0), join(a1, b1), join(a2, b2)]
}

/// One after the other, in each dimension.
pub(super) fn sum(a: &[Most; 3], b: &[Most; 3]) -> [Most; 3] {
    each(a, b, Most::plus)
}

/// One of both, in each dimension.
pub(super) fn greater(a: &[Most; 3], b: &[Most; 3]) -> [Most; 3] {
    each(a, b, Most::or_more)
}

/// So many times, in each dimension.
pub(super) fn repeated(most: &[Most; 3], count: &Most) -> [Most; 3] {
    let [a, b, c] = most;
    [a.times(count), b.times(count), c.times(count)]
}

/// So many rounds, one after the other: where there is no end of them, even rounds in which nothing is counted take time.
pub(super) fn in_rounds(most: &[Most; 3], count: &Most) -> [Most; 3] {
    let [turns, time, cost] = repeated(most, count);
    [turns, if matches!(count, Most::Unbounded(_)) { count.clone() } else { time }, cost]
}

impl Range {
    /// One after the other.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        Self {
            least: each(&self.least, &next.least, |a, b| a.saturating_add(*b)),
            most: sum(&self.most, &next.most),
        }
    }

    /// One of both.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            least: each(&self.least, &other.least, |a, b| *a.min(b)),
            most: greater(&self.most, &other.most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dimension, duration, exact_duration, money};

    #[test]
    fn a_least_is_rounded_down_and_an_exact_duration_is_not_rounded() {
        assert_eq!(Dimension::Time.least(3_606_000), "1h");
        assert_eq!(Dimension::Time.least(3_599_999), "59m 59s");
        assert_eq!(Dimension::Time.least(0), "0s");
        assert_eq!(exact_duration(604_800_003), "7d 3ms");
        assert_eq!(exact_duration(0), "0s");
    }

    #[test]
    fn durations_are_rounded_up_to_their_two_largest_units() {
        let duration = |ms| duration(ms, u64::div_ceil);
        assert_eq!(duration(0), "0s");
        assert_eq!(duration(250), "250ms");
        assert_eq!(duration(1500), "1s 500ms");
        assert_eq!(duration(60_000), "1m");
        assert_eq!(duration(3_600_001), "1h 1m");
        assert_eq!(duration(3_599_999), "1h");
        assert_eq!(duration(18 * 3_600_000), "18h");
        assert_eq!(duration(90_000_000), "1d 1h");
    }

    #[test]
    fn money_has_the_places_that_it_needs() {
        assert_eq!(money(2_500_000), "$2.50");
        assert_eq!(money(25_000_000), "$25");
        assert_eq!(money(4_500), "$0.0045");
    }
}
