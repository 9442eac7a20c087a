//! A walk over a tree.
