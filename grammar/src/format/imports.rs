//! The order of imports.

use crate::tree::Import;
use std::cmp::{Ordering, Reverse};

/// Packages first, then modules farther up, then those beside; each by path.
pub(super) fn order(a: &Import, b: &Import) -> Ordering {
    key(a).cmp(&key(b)).then_with(|| segments(a).cmp(segments(b)))
}

fn key(import: &Import) -> (bool, Reverse<u32>) {
    (import.path.up.is_some(), Reverse(import.path.up.unwrap_or_default()))
}

fn segments(import: &Import) -> impl Iterator<Item = &str> {
    import.path.segments.iter().map(|segment| segment.text.as_str())
}

/// Types first, as `A` comes before `a`.
pub(super) fn name_order(a: &str, b: &str) -> Ordering {
    a.cmp(b)
}
