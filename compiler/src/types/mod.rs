//! Types: what they are ([`ty`]), what is declared ([`decl`]) and built in ([`builtins`]), which settings there are
//! ([`settings`]), and what checking an item's body finds out ([`body`]).

pub(crate) mod base;
pub mod body;
pub mod builtins;
pub mod constant;
pub mod decl;
mod display;
pub mod infer;
pub mod patterns;
mod regex;
pub mod settings;
pub mod ty;
