//! Types: what they are ([`ty`]), and what checking an item's body finds out ([`body`]).

pub mod body;
pub mod ty;
