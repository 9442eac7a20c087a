//! The knots of a graph, its strongly connected components, and the circles in them.

use rustc_hash::FxHashSet;
use std::hash::Hash;

/// The strongly connected components of a graph, those that are led to first: Tarjan's algorithm without recursion.
pub(crate) fn knots(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut order = vec![NEW; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let (mut stack, mut out, mut next) = (Vec::new(), Vec::new(), 0);
    for start in 0..edges.len() {
        if order[start] != NEW {
            continue;
        }
        let mut way = vec![(start, 0)];
        while let Some((node, edge)) = way.last_mut() {
            let node = *node;
            if *edge == 0 && order[node] == NEW {
                (order[node], low[node], on_stack[node]) = (next, next, true);
                stack.push(node);
                next += 1;
            }
            if let Some(&to) = edges[node].get(*edge) {
                *edge += 1;
                if order[to] == NEW {
                    way.push((to, 0));
                } else if on_stack[to] {
                    low[node] = low[node].min(order[to]);
                }
                continue;
            }
            way.pop();
            if let Some((parent, _)) = way.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == order[node] {
                let at = stack.iter().rposition(|other| *other == node).unwrap_or(0);
                let knot = stack.split_off(at);
                knot.iter().for_each(|node| on_stack[*node] = false);
                out.push(knot);
            }
        }
    }
    out
}

/// Whether a knot is more than one node that does not lead to itself.
pub(crate) fn is_circle(knot: &[usize], edges: &[Vec<usize>]) -> bool {
    match knot {
        [one] => edges[*one].contains(one),
        _ => true,
    }
}

/// The shortest way from a node back to itself: each node on it, with the step that leaves it. `steps` are those that leave
/// a node, with where they lead to.
pub(crate) fn shortest_circle<N, S, I>(start: N, steps: impl Fn(N) -> I) -> Option<Vec<(N, S)>>
where
    N: Copy + Eq + Hash,
    S: Copy,
    I: IntoIterator<Item = (N, S)>,
{
    // Each node that was reached, with the place of the one before it in this list, and the step from there.
    let mut reached: Vec<(N, Option<(usize, S)>)> = vec![(start, None)];
    let mut seen = FxHashSet::default();
    let mut next = 0;
    while let Some(&(node, _)) = reached.get(next) {
        for (to, step) in steps(node) {
            if to == start {
                let mut way = vec![(node, step)];
                let mut at = next;
                while let (_, Some((before, step))) = reached[at] {
                    way.push((reached[before].0, step));
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            if seen.insert(to) {
                reached.push((to, Some((next, step))));
            }
        }
        next += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{knots, shortest_circle};

    #[test]
    fn the_shortest_circle_names_the_steps_that_leave_its_nodes() {
        let edges = [vec![(1, 'a'), (2, 'b')], vec![(2, 'c')], vec![(3, 'd'), (0, 'e')], vec![(3, 'f')]];
        let circle = |start: usize| shortest_circle(start, |node| edges[node].iter().copied());
        assert_eq!(circle(0), Some(vec![(0, 'b'), (2, 'e')]));
        assert_eq!(circle(1), Some(vec![(1, 'c'), (2, 'e'), (0, 'a')]));
        assert_eq!(circle(3), Some(vec![(3, 'f')]));
        assert_eq!(shortest_circle(0, |node| (node < 9).then_some((node + 1, ()))), None);
    }

    #[test]
    fn knots_come_behind_what_they_lead_to() {
        let mut found = knots(&[vec![1], vec![2], vec![1, 3], vec![]]);
        found.iter_mut().for_each(|knot| knot.sort_unstable());
        assert_eq!(found, [vec![3], vec![1, 2], vec![0]]);
        assert_eq!(knots(&[vec![0]]), [vec![0]]);
        assert!(knots(&[]).is_empty());
    }
}
