//! Types: what they are ([`ty`]), what is declared ([`decl`]) and built in ([`builtins`]), which settings there are
//! ([`settings`]), and what checking an item's body finds out ([`body`]).

pub mod body;
pub mod builtins;
pub mod decl;
pub mod settings;
pub mod ty;
