//! What a run of a flow may use up, as the compiler found it.

use serde::{Deserialize, Serialize};

/// The bounds of a flow under its budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Agent turns.
    pub turns: Bound,
    /// Wall time, in milliseconds.
    pub time: Bound,
    /// Money, in millionths of a dollar.
    pub cost: Bound,
}

/// At least and at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The least that leads to a result.
    pub least: i64,
    /// The most.
    pub most: Most,
}

/// The most of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Most {
    /// So much.
    Known(i64),
    /// It depends on the lengths of lists and on parameters: `len(files) × 2`, for people.
    Depends(String),
    /// There is an end, but nobody says at how much.
    Unknown(Vec<Reason>),
    /// There is no end.
    Unbounded(Vec<Reason>),
}

impl Default for Most {
    fn default() -> Self {
        Self::Known(0)
    }
}

/// Why something has no bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why, for people.
    pub why: String,
    /// Where.
    pub at: u32,
}

impl Bounds {
    /// Each with its name.
    pub fn each(&self) -> [(&'static str, &Bound); 3] {
        [("turns", &self.turns), ("time", &self.time), ("cost", &self.cost)]
    }
}
