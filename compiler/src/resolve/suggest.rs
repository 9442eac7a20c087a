//! Did-you-mean: the nearest of some names to one that does not exist.

/// The name among `names` that `wanted` was most likely meant to be: the one with the fewest typing mistakes between
/// them, if there are few enough for the length of the name. Of equally near ones the first in alphabetical order.
pub fn suggest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match wanted.chars().count() {
        0 => return None,
        length => (length / 3).max(1),
    };
    names
        .filter(|name| *name != wanted)
        .filter_map(|name| distance(wanted, name, limit).map(|distance| (distance, name)))
        .filter(|(distance, name)| *distance < name.chars().count().max(wanted.chars().count()))
        .min()
        .map(|(_, name)| name)
}

/// How many letters must be inserted, removed, replaced or swapped with their neighbour to get from one word to the
/// other, if at most `limit`. A change of case alone counts as nothing but is still a difference.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    // Three rows of the table of optimal string alignment.
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row = last.clone();
    for (i, &x) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    let found = *last.last()?;
    (found <= limit).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::suggest;

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
}
