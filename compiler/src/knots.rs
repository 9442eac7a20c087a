//! The knots of a graph: its strongly connected components.

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

#[cfg(test)]
mod tests {
    use super::knots;

    #[test]
    fn knots_come_behind_what_they_lead_to() {
        let mut found = knots(&[vec![1], vec![2], vec![1, 3], vec![]]);
        found.iter_mut().for_each(|knot| knot.sort_unstable());
        assert_eq!(found, [vec![3], vec![1, 2], vec![0]]);
        assert_eq!(knots(&[vec![0]]), [vec![0]]);
        assert!(knots(&[]).is_empty());
    }
}
