//! Did-you-mean: the nearest of some names to one that does not exist.

use smol_str::SmolStr;

/// The name among `names` that `wanted` was most likely meant to be: the one with the fewest typing mistakes between
/// them, if there are few enough for the length of the name. Of equally near ones the first in alphabetical order.
pub fn suggest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = wanted.chars().count();
    let mut limit = match length {
        0 => return None,
        length => (length / 3).max(1),
    };
    let mut table = Table::of(wanted);
    let mut nearest: Option<(usize, &str)> = None;
    for name in names.filter(|name| *name != wanted) {
        let Some(distance) = table.distance(name, limit) else { continue };
        let is_alike = distance < length.max(name.chars().count());
        if is_alike && nearest.is_none_or(|nearest| (distance, name) < nearest) {
            nearest = Some((distance, name));
            limit = distance;
        }
    }
    nearest.map(|(_, name)| name)
}

/// What the distances between one word and others are found with.
struct Table {
    wanted: Vec<char>,
    other: Vec<char>,
    /// Three rows of the table of optimal string alignment.
    before: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Table {
    fn of(wanted: &str) -> Self {
        let wanted = wanted.chars().flat_map(char::to_lowercase).collect();
        Self { wanted, other: Vec::new(), before: Vec::new(), last: Vec::new(), row: Vec::new() }
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour to get from one word to the
    /// other, if at most `limit`. A change of case alone counts as nothing but is still a difference.
    fn distance(&mut self, other: &str, limit: usize) -> Option<usize> {
        let Self { wanted: a, other: b, before, last, row } = self;
        b.clear();
        b.extend(other.chars().flat_map(char::to_lowercase));
        if a.len().abs_diff(b.len()) > limit {
            return None;
        }
        for row in [&mut *before, &mut *last, &mut *row] {
            row.clear();
            row.extend(0..=b.len());
        }
        for (i, &x) in a.iter().enumerate() {
            row[0] = i + 1;
            let mut least = row[0];
            for (j, &y) in b.iter().enumerate() {
                let replaced = last[j] + usize::from(x != y);
                row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
                if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                    row[j + 1] = row[j + 1].min(before[j - 1] + 1);
                }
                least = least.min(row[j + 1]);
            }
            // No row behind this one has less, but by a swap over it.
            if least > limit + 1 {
                return None;
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        let found = *last.last()?;
        (found <= limit).then_some(found)
    }
}

/// So many names are all looked at; of more, this many on either side of where a wanted name would stand.
const MOST_NAMES: usize = 1000;
const MOST_BESIDE: usize = 64;

/// Names in order, of which the near ones are found without looking at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nearby {
    /// In order of their letters.
    forward: Vec<SmolStr>,
    /// In order of their letters from the last on.
    backward: Vec<SmolStr>,
}

impl Nearby {
    /// Puts names in order.
    pub fn of<'a>(names: impl Iterator<Item = &'a SmolStr>) -> Self {
        let mut forward: Vec<SmolStr> = names.cloned().collect();
        forward.sort_unstable();
        let mut backward = Vec::new();
        if forward.len() > MOST_NAMES {
            backward.clone_from(&forward);
            backward.sort_unstable_by(|a, b| a.bytes().rev().cmp(b.bytes().rev()));
        }
        Self { forward, backward }
    }

    /// The names worth comparing with one: all, or of very many those that begin or end as it does, for one mistake leaves
    /// the letters before or behind it as they are.
    pub fn to(&self, wanted: &str) -> impl Iterator<Item = &str> {
        let around = |names: &[SmolStr], at: usize| {
            at.saturating_sub(MOST_BESIDE)..names.len().min(at.saturating_add(MOST_BESIDE))
        };
        let (forward, backward) = match self.forward.len() > MOST_NAMES {
            false => (0..self.forward.len(), 0..0),
            true => {
                let before = |name: &SmolStr| name.as_str() < wanted;
                let behind = |name: &SmolStr| name.bytes().rev().lt(wanted.bytes().rev());
                let forward = around(&self.forward, self.forward.partition_point(before));
                (forward, around(&self.backward, self.backward.partition_point(behind)))
            }
        };
        self.forward[forward].iter().chain(&self.backward[backward]).map(SmolStr::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_NAMES, Nearby, suggest};
    use smol_str::{SmolStr, format_smolstr};

    #[test]
    fn the_nearest_name_is_suggested() {
        let names = ["reviewer", "review", "writer", "x"];
        assert_eq!(suggest("reviwer", names.into_iter()), Some("reviewer"));
        assert_eq!(suggest("reveiw", names.into_iter()), Some("review"));
        assert_eq!(suggest("Review", names.into_iter()), Some("review"));
    }

    #[test]
    fn a_name_unlike_all_others_gets_no_suggestion() {
        assert_eq!(suggest("publish", ["reviewer", "review", "x"].into_iter()), None);
        assert_eq!(suggest("a", ["b"].into_iter()), None);
        assert_eq!(suggest("", ["b"].into_iter()), None);
    }

    #[test]
    fn of_equally_near_names_the_first_in_order_is_suggested() {
        assert_eq!(suggest("cat", ["hat", "bat"].into_iter()), Some("bat"));
    }

    #[test]
    fn a_name_with_one_mistake_is_found_among_very_many() {
        for count in [MOST_NAMES / 10, MOST_NAMES * 20] {
            let names: Vec<SmolStr> = (0..count).map(|n| format_smolstr!("step_{n}_of_work")).collect();
            let nearby = Nearby::of(names.iter());
            let near = |wanted: &str| suggest(wanted, nearby.to(wanted)).map(str::to_owned);
            let meant = Some("step_77_of_work".to_owned());
            assert_eq!(near("stp_77_of_work"), meant);
            assert_eq!(near("step_77_of_wrok"), meant);
            assert_eq!(near("step_77_offwork"), meant);
            assert_eq!(near("Step_77_of_work"), meant);
            assert_eq!(near("publish"), None);
            assert!(nearby.to("step").count() <= MOST_NAMES);
        }
    }
}
