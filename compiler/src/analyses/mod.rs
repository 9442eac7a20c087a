//! Analyses of a checked item: its stage graph, its bounds, what of it is never used. Pure functions over the tree and the
//! tables beside it.

use crate::diagnostics::ItemKey;
use crate::types::body::Body;
use flow_grammar::tree::Item;

/// Adds what the analyses find to a body.
pub fn check(_key: &ItemKey, _item: &Item, _body: &mut Body) {}
