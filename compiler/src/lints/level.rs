//! How much a project minds each lint.

use super::{LINTS, Lint, index};
use crate::diagnostics::Code;

/// How much a lint is minded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// It is not looked for.
    Allow,
    /// It is told.
    Warn,
    /// It is an error.
    Deny,
}

impl Level {
    /// Every level, the mildest first.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The level of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// The level of each lint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Levels(Vec<Level>);

impl Default for Levels {
    fn default() -> Self {
        Self(LINTS.iter().map(|lint| lint.level).collect())
    }
}

impl Levels {
    /// The level of the lint of that code; what is no lint is always told.
    pub fn of(&self, code: Code) -> Level {
        index(code).and_then(|at| self.0.get(at).copied()).unwrap_or(Level::Warn)
    }

    /// Sets the level of a lint.
    pub fn set(&mut self, lint: &Lint, level: Level) {
        if let Some(found) = index(lint.code).and_then(|at| self.0.get_mut(at)) {
            *found = level;
        }
    }
}
